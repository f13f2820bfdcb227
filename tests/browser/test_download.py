"""The map as a file: for whom the reader says, and exactly as the page shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.disclosure.narrowing import Audience
from geomap.settings import Settings
from tests.support.browser import LAPTOP, Screen, Site


@pytest.fixture(scope="module")
def atlas(published_release: Atlas) -> Atlas:
    return published_release


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', text)
    assert found
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def test_an_audience_may_choose_itself_and_narrower_ones() -> None:
    assert [one.value for one in Audience.LEADER.choices] == ["leader", "internal", "public"]
    assert [one.value for one in Audience.INTERNAL.choices] == ["internal", "public"]
    assert Audience.PUBLIC.choices == (Audience.PUBLIC,)


@pytest.mark.slow
def test_the_page_offers_audiences_and_the_public_first(atlas: Atlas, client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    page = page[page.index('id="audience"') :].partition("</select>")[0]
    assert re.findall(r'<option value="(internal|public|leader)"( selected)?>(\w+)<', page) == [
        ("internal", "", "内部全数"),
        ("public", " selected", "小数已保护"),
    ]
    public = create_app(atlas, settings=Settings(audience=Audience.PUBLIC)).test_client()
    assert 'id="audience"' not in public.get("/").get_data(as_text=True)


@pytest.mark.slow
def test_the_file_begins_as_the_page_was(client: FlaskClient) -> None:
    query = "indicator=talent_total&year=2020&estimates=ranked&as=fill&method=equal&classes=3"
    answer = client.get(f"/map.html?{query}&palette=Greens&audience=internal")
    data = data_of(answer.get_data(as_text=True))
    shown = {"indicator": "talent_total", "year": 2020, "as": "fill", "estimates": "ranked"}
    assert data["first"] == shown
    entry = next(one for one in data["indicators"] if one["id"] == "talent_total")
    assert len(entry["years"]["2020"]["l"]) == 3
    assert entry["years"]["2020"]["p"].startswith("Greens")


@pytest.mark.parametrize("wrong", ["estimates=yes", "as=cube", "classes=99", "method=magic"])
def test_what_the_file_cannot_show_is_refused(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/map.html?indicator=talent_total&{wrong}")
    assert answer.status_code in (400, 404)


@pytest.mark.slow
def test_the_command_ranks_estimates_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    asked = ["map", "talent_total", "--year", "2020", "--rank-estimates", "-o", str(path)]
    assert CliRunner().invoke(main, asked, catch_exceptions=False).exit_code == 0
    assert data_of(path.read_text("utf-8"))["first"]["estimates"] == "ranked"


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_download_follows_the_choice_and_the_page(
    screen: Screen, shipped: Site, lang: str
) -> None:
    screen.open(shipped, f"/?indicator=talent_total&year=2020&estimates=ranked&as=fill&lang={lang}")
    link = screen.find("#download")
    assert "estimates=ranked" in str(link.get_attribute("href"))
    assert "as=fill" in str(link.get_attribute("href"))
    data = screen.find("[data-format=xlsx]")
    assert "audience=public" in str(link.get_attribute("href"))
    assert "audience=public" in str(data.get_attribute("href"))
    screen.find("#leave summary").click()
    screen.choose("#audience", "internal")
    assert "audience=internal" in str(link.get_attribute("href"))
    assert "audience=internal" in str(data.get_attribute("href"))
    assert screen.box("#download")[2] <= LAPTOP[0]
