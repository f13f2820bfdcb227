"""The menu of exports on the page: every link gives just what the map shows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geomap.render.data.export import EXPORT_FORMATS
from tests.support.browser import DESKTOP, LAPTOP, Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser


def links(screen: Screen) -> list[str]:
    return [one.get_attribute("href") or "" for one in screen.find("#leave [data-format]").all()]


def test_the_menu_has_each_format_in_each_of_its_encodings(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&year=2021")
    asked = [
        (urlsplit(one).path.removeprefix("/export."), parse_qs(urlsplit(one).query))
        for one in links(screen)
    ]
    told = [(name, query.get("encoding", ["utf-8"])[0]) for name, query in asked]
    assert sorted(told) == sorted(
        (name, encoding) for name, one in EXPORT_FORMATS.items() for encoding in one.encodings
    )
    assert {query["year"][0] for _, query in asked} == {"2021"}
    client = demo.app.test_client()
    assert [client.get(one).status_code for one in links(screen)] == [200] * len(asked)


def test_what_is_taken_is_what_is_shown(steady: Screen, demo: Site, tmp_path: Path) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&year=2021&layers=base&estimates=ranked")
    screen.choose("#classes", "3")
    screen.until(lambda: screen.find("#legend li rect").count() >= 3, "no three classes")
    screen.click("#leave summary")
    with screen.page.expect_download() as download:
        screen.click("#leave [data-format=csv]:not([data-encoding])")
    path = tmp_path / "taken.csv"
    download.value.save_as(path)
    assert download.value.suggested_filename == "鄂尔多斯市每万人口人才数（2021年）.csv"
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    taken = {row["名称"]: row for row in rows if row["区划类别"] != "city"}
    assert {name: row["位次"] for name, row in taken.items()} == {
        one["name"]: one["rank"].strip("–") for one in screen.ranking()
    }
    held = [one for one in screen.legend() if (one["colour"] or "").startswith("#")]
    assert len(held) == 3  # of all years; the areas of one may lie in fewer
    colours = {one["colour"] for one in held if one["count"] != "0 个"}
    assert {row["颜色"] for row in taken.values() if row["级"]} == colours


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_menu_lies_within_the_window_and_closes_by_escape_and_by_a_click_elsewhere(
    screen: Screen, demo: Site, lang: str
) -> None:
    screen.open(demo, f"/?lang={lang}&indicator=talent_per_10k")
    for size in (LAPTOP, DESKTOP):
        screen.resize(size)
        screen.click("#leave summary")
        left, top, right, bottom = screen.box(".choices")
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        screen.press("Escape")
        assert screen.find(".choices").is_hidden()
    screen.click("#leave summary")
    assert violations(screen, lang, "#leave") == ""
    screen.click("#title")
    assert screen.find(".choices").is_hidden()
