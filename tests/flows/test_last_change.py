"""Every page says how new its data are, and the page of sources what was changed."""

from __future__ import annotations

import pytest

from geomap.app import create_app
from geomap.views.evidence.freshness import local
from tests.support.toy import ToyRelease
from tests.unit.release.test_versions import taken

PAGES = ["/", "/progress", "/conflicts", "/sources", "/siting", "/report", "/screen"]


def test_every_page_says_when_the_data_were_changed_and_by_what(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 130)
    client = create_app(directory).test_client()
    for page in PAGES:
        text = client.get(page).text
        assert f"数据更新于 {local('2025-03-01T04:00:00+00:00')}" in text, page
        assert "王@pc" not in text, page
    text = client.get("/sources").text
    assert "数据更新记录" in text
    assert "stats/yearbook.csv" in text
    assert "data updated 202" in client.get("/?lang=en").text


@pytest.mark.parametrize("page", PAGES)
def test_data_that_were_changed_by_other_means_have_no_date(
    toy_release: ToyRelease, page: str
) -> None:
    text = create_app(toy_release()).test_client().get(page).text
    assert "数据更新于" not in text
    assert "最新文件" in text
