"""Areas side by side, worked out by hand in the toy world."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import openpyxl
import pytest

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.errors import GeomapError
from geomap.release.open import open_release
from geomap.render.data.side_table import side_workbook
from geomap.views.maps.side_by_side import SideBySide, SideRow, side_by_side
from tests.support.toy import CATALOGUE, TOY, ToyRelease, indicator

EAST, NEW, SOUTH = "150602", "150603", "150627"
URBAN = indicator("urban", "城镇化率", "%", measure="share", decimals=1)
SHARE = indicator(
    "share", "占全市", "%", measure="share", formula={"op": "share", "of": "population"}
)
SKILLED = indicator("skilled", "高技能人才", "人", weights=["population"])
MORE = (
    "150600,urban,2020,60.1,%,actual,reported,表3,,\n"
    "150602,urban,2020,62.5,%,actual,reported,表3,,\n"
    "150603,urban,2020,59.9,%,actual,reported,表3,,\n"
    "150627,urban,2020,60,%,actual,reported,表3,,\n"
    "150602,talent,2021,50,人,actual,reported,表2,约50人,\n"
    "150603,talent,2021,52,人,actual,reported,表2,,\n"
    "150627,talent,2021,500,人,actual,reported,表2,,\n"
    "150600,skilled,2020,100,人,actual,reported,表4,,\n"
    "150602,skilled,2020,60,人,actual,reported,表4,,\n"
)
Make = Callable[..., Atlas]


@pytest.fixture
def atlas(toy_release: ToyRelease) -> Atlas:
    rows = [dict(row) for row in CATALOGUE["indicators"]] + [URBAN, SKILLED, SHARE]
    rows[0]["headline"] = True
    catalogue = json.dumps({**CATALOGUE, "indicators": rows}, ensure_ascii=False)
    edits = {"indicators.json": catalogue, "stats/plan.csv": TOY["stats/plan.csv"] + MORE}
    return open_release(toy_release(edits))


def row(found: SideBySide, id_: str) -> SideRow:
    (one,) = [one for one in found.rows if one.id == id_]
    return one


def test_counts_are_told_as_shares_of_the_city_and_differences_from_the_first(atlas: Atlas) -> None:
    people = row(side_by_side(atlas, [EAST, NEW], group="people"), "population")
    east, new = people.cells
    assert (people.year, people.ranked, people.city and people.city.text.zh) == (2020, 3, "1,000")
    assert [(one.text.zh, one.rank, one.share) for one in people.cells] == [
        ("500", 1, "50.0"),
        ("300", 2, "30.0"),
    ]
    assert (east.from_first.zh, new.from_first.zh) == ("", "−200 人")
    assert new.status == "provisional"
    assert (east.from_city.zh, new.from_city.zh) == ("", "")
    # The first that was chosen is the one that others are told from.
    back = row(side_by_side(atlas, [NEW, EAST], group="people"), "population")
    assert back.cells[1].from_first.en == "+200 people"


def test_percentages_differ_in_points_from_the_city_and_from_the_first(atlas: Atlas) -> None:
    urban = row(side_by_side(atlas, [EAST, NEW, SOUTH], group="people"), "urban")
    assert [one.from_city.zh for one in urban.cells] == ["+2.4 百分点", "−0.2 百分点", ""]
    assert [one.from_first.en for one in urban.cells] == [
        "",
        "−2.6 percentage points",
        "−3 percentage points",
    ]
    # 60 has no decimals: 2.5 below 62.5 is about 3, and beside 60.1 it may be more or less.
    assert [one.rough for one in urban.cells] == [False, False, True]


def test_a_share_of_the_city_is_not_set_against_the_city(atlas: Atlas) -> None:
    share = row(side_by_side(atlas, [EAST, NEW], group="people"), "share")
    assert [one.from_city.zh for one in share.cells] == ["", ""]
    assert share.cells[1].from_first.zh == "−20 百分点"


def test_what_is_not_known_is_said(atlas: Atlas) -> None:
    _, new = row(side_by_side(atlas, [EAST, NEW], group="people", year=2020), "talent").cells
    assert (new.known, new.text.zh, new.share, new.from_first.zh) == (False, "未上报", "", "")


def test_nothing_is_told_where_the_sign_is_not_known(atlas: Atlas) -> None:
    talent = row(side_by_side(atlas, [EAST, NEW, SOUTH], group="people", year=2021), "talent")
    east, new, south = talent.cells
    assert east.text.zh == "约50"
    assert (new.from_first.zh, new.rough) == ("", True)  # 52 may be less than about 50
    assert south.from_first.zh.startswith("约4")
    assert not south.rough


def test_estimates_are_not_compared(atlas: Atlas) -> None:
    skilled = row(side_by_side(atlas, [EAST, NEW], group="people"), "skilled")
    # 100 less 60, spread over 300 and 200: 24 and 16.
    assert [(one.text.zh, one.status) for one in skilled.cells] == [
        ("60", "reported"),
        ("24", "apportioned"),
    ]
    assert [one.from_first.zh for one in skilled.cells] == ["", ""]
    assert [one.share for one in skilled.cells] == ["60.0", ""]
    assert not any(one.rough for one in skilled.cells)


def test_each_row_is_of_the_year_asked_for_else_of_the_one_that_most_have(atlas: Atlas) -> None:
    found = side_by_side(atlas, [EAST, NEW], group="people", year=2020)
    assert row(found, "talent").year == 2020
    assert row(side_by_side(atlas, [EAST, NEW], group="people"), "talent").year == 2021
    assert row(side_by_side(atlas, [NEW, SOUTH], group="people", year=2020), "talent").year == 2021
    assert [one.zh for one in found.without] == ["高层次人才"]


def test_without_a_group_the_key_figures_are_compared(atlas: Atlas) -> None:
    assert [one.id for one in side_by_side(atlas, [EAST, NEW]).rows] == ["population"]


@pytest.mark.parametrize(
    ("codes", "zh", "en"),
    [
        ([EAST, "150699"], "没有旗区“150699”", "there is no area 150699"),
        ([EAST, "150600"], "没有旗区“150600”", "there is no area 150600"),
        ([EAST], "选了 1 个旗区；比较须选 2 至 5 个", "1 chosen"),
        ([EAST, NEW, EAST], "东胜区（150602）选了两次", "(150602) is chosen twice"),
    ],
)
def test_a_choice_that_cannot_be_compared_is_refused(
    atlas: Atlas, codes: list[str], zh: str, en: str
) -> None:
    with pytest.raises(GeomapError) as refused:
        side_by_side(atlas, codes)
    assert zh in refused.value.text.zh
    assert en in refused.value.text.en


def test_six_areas_are_too_many_in_the_address_of_the_page_too(published_release: Atlas) -> None:
    client = create_app(published_release).test_client()
    six = ",".join(area.code for area in published_release.parts[:6])
    for path in (f"/api/compare?areas={six}", f"/?view=areas&areas={six}"):
        assert "选了 6 个旗区；比较须选 2 至 5 个" in client.get(path).get_data(as_text=True)
    assert client.get("/?view=areas").status_code == 400
    kept = client.get("/api/compare?areas=150602,150603&group=base")
    same = client.get(
        "/api/compare?areas=150602,150603&group=base",
        headers={"If-None-Match": kept.headers["ETag"]},
    )
    assert (kept.status_code, same.status_code) == (200, 304)


def test_the_workbook_holds_a_line_for_each_number_and_its_documents(atlas: Atlas) -> None:
    content = side_workbook(atlas, side_by_side(atlas, [EAST, NEW], group="people"), "zh")
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = list(book["比较"].iter_rows(values_only=True))
    assert lines[0][0] == "比较 东胜区、康巴什区 · 人口"
    (new,) = [one for one in lines if one[:4] == ("常住人口", "人", 2020, "康巴什区")]
    assert new[4:11] == (300, "300", "暂定", 2, 30, None, "−200 人")
    assert new[12] == "plan"
    assert ("plan", "人才规划") in list(book["来源"].iter_rows(values_only=True))
