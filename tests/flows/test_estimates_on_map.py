"""Estimates, undecided values and control totals as a map shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.paths import web_dir
from geomap.release.open import open_release
from geomap.render.data.extract import extract
from geomap.render.drawing.scene import Circle
from geomap.render.office.blocks import TableBlock
from geomap.render.report.compose import compose_report
from geomap.render.screen.compose import compose_screen
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from geomap.views.evidence.provenance import provenance
from geomap.views.evidence.release_diff import compare_releases
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from geomap.views.plans.targets import progress_rows
from geomap.webmap.payload import payload
from tests.support.per_head import catalogue
from tests.support.toy import STATS_HEAD, ToyRelease

CITY, EAST, MID, WEST = "150600", "150602", "150603", "150627"
CATEGORIES = (
    "party_gov", "enterprise", "professional", "skilled", "rural", "social_work",
)  # fmt: skip


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


POPULATION = {CITY: "1000", EAST: "500", MID: "300", WEST: "200"}


def made(
    toy_release: ToyRelease, talent: Mapping[str, str], *more: str, **members: object
) -> Atlas:
    """Open the toy world with some talent of 2020, spread by population; "-" is withheld."""
    rows = [
        f"{area},population,2020,{n},人,actual,reported,表1,," for area, n in POPULATION.items()
    ]
    for area, number in talent.items():
        status = "suppressed" if number == "-" else "reported"
        rows.append(f"{area},talent,2020,{number.strip('-')},人,actual,{status},表2,,")
    return open_release(
        toy_release(
            {
                "stats/plan.csv": STATS_HEAD + "\n".join([*rows, *more]) + "\n",
                "indicators.json": catalogue(**{"weights": ["population"], **members}),
            }
        )
    )


def shown(view: MapView, name: str = "value") -> list[Any]:
    return [getattr(one, name) for one in view.areas]


# --- the published release ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("talent_total", "43.8"), ("talent_party_gov", "1.48"), ("talent_enterprise", "12.9"),
        ("talent_professional", "16.29"), ("talent_skilled", "4.8"), ("talent_rural", "7.46"),
        ("talent_social_work", "0.86"),
    ],
)  # fmt: skip
def test_the_nine_estimates_of_2020_sum_to_the_city(shipped: Atlas, name: str, total: str) -> None:
    view = map_view(shipped, name, year=2020)
    decimals = shipped.indicators[name].decimals
    printed = [f"{value:.{decimals}f}" for value in shown(view)]
    assert sum(map(Decimal, printed)) == Decimal(total)
    assert set(shown(view, "status")) == {"apportioned"}
    assert view.city is not None
    assert view.city.value == float(total)


def test_the_estimates_are_the_shares_of_the_census(shipped: Atlas) -> None:
    # 438 tenths by 574,242 : 118,796 : … of 2,153,638: 116.79, 24.16, 66.83, 73.05, 18.86, 33.09,
    # 22.54, 32.25, 50.43; the four that are left go to .86, .83, .79 and .54.
    found = shown(map_view(shipped, "talent_total", year=2020))
    assert found == [11.7, 2.4, 6.7, 7.3, 1.9, 3.3, 2.3, 3.2, 5.0]


def test_an_estimate_leads_to_the_total_and_to_the_weights(shipped: Atlas) -> None:
    found = provenance(shipped, "talent_total", "150603", 2020)
    assert found["status"] == "apportioned"
    assert "按常住人口（2020年）分摊" in found["method"]["zh"]
    assert "地区生产总值没有一年" in found["method"]["zh"]
    assert (found["low"], found["high"]) == (None, None)
    of = {(one["indicator"]["zh"], one["area"]["zh"]) for one in found["figures"]}
    assert ("人才资源总量", "鄂尔多斯市") in of
    assert ("常住人口", "康巴什区") in of
    assert len(of) == 10


def test_nothing_is_estimated_before_kangbashi_was_there(shipped: Atlas) -> None:
    view = map_view(shipped, "talent_total", year=2015)
    assert shown(view) == [None] * 9
    assert view.notes[0].zh.startswith("未作估算")
    assert view.control is not None
    assert (view.control.areas, "150603" in view.control.lacking) == (8, False)


@pytest.mark.parametrize(
    "name", ["talent_per_10k", "talent_quotient", "professional_ratio", "skilled_ratio"]
)
def test_what_is_flat_by_construction_says_so_and_is_drawn_flat(shipped: Atlas, name: str) -> None:
    view = map_view(shipped, name, year=2020)
    assert any("相同出于方法" in note.zh for note in view.notes)
    assert shown(view, "class_index") == [0] * 9
    assert len(view.legend.labels) == 1
    assert set(shown(view, "status")) == {"apportioned"}


def test_a_count_is_not_called_flat(shipped: Atlas) -> None:
    assert [one.zh for one in map_view(shipped, "talent_total", year=2020).notes] == [
        "斜线的 9 个旗区为估算，不是上报的数"
    ]


def test_whoever_asks_for_classes_of_a_flat_map_gets_none_either(shipped: Atlas) -> None:
    view = map_view(shipped, "talent_per_10k", year=2020, how=Drawing(method="equal", k=3))
    assert len(view.legend.labels) == 1
    given = map_view(
        shipped, "talent_per_10k", year=2020, how=Drawing(method="manual", breaks=[2030, 2050])
    )
    assert len(given.legend.labels) == 1


NOISE = ("2,016.3", "2,075.4", "2016.3", "2075.4")
"""The least and the most of talent per 10,000 in 2020: 2,033.8 all, but for rounding."""


def _on_sheet(shipped: Atlas) -> str:
    scene, _ = scene_of(shipped, Subject("talent_per_10k", year=2020), Sheet(bars=True))
    return "".join(word.text for word in scene.words()) + scene.description


def _as_circles(shipped: Atlas) -> str:
    beside = Subject("population_density", year=2020, compare="talent_per_10k:2020")
    scene, _ = scene_of(shipped, beside, Sheet(bars=True))
    return "".join(word.text for word in scene.words()) + scene.description


def _under_circles(shipped: Atlas) -> str:
    beside = Subject("talent_per_10k", year=2020, compare="population:2020")
    scene, _ = scene_of(shipped, beside, Sheet(bars=True))
    return "".join(word.text for word in scene.words()) + scene.description


def _in_report(shipped: Atlas) -> str:
    made = compose_report(shipped)
    tables = [one for part in made.sections for one in part.blocks if isinstance(one, TableBlock)]
    return "".join(cell.text for table in tables for row in table.rows for cell in row)


def _on_screen(shipped: Atlas) -> str:
    return repr(compose_screen(shipped, indicators=["talent_per_10k"], layers=()).slides)


@pytest.mark.parametrize(
    "surface", [_on_sheet, _as_circles, _under_circles, _in_report, _on_screen]
)
@pytest.mark.slow
def test_no_surface_prints_rounding_as_a_difference(
    shipped: Atlas, surface: Callable[[Atlas], str]
) -> None:
    said = surface(shipped)
    assert "同全市" in said
    assert not [one for one in NOISE if one in said]
    assert "同全市 人" not in said


@pytest.mark.slow
def test_a_word_in_place_of_a_number_takes_no_unit_to_the_page(shipped: Atlas) -> None:
    made = json.dumps(payload(shipped), ensure_ascii=False)
    assert made.count('"t": "同全市"') == made.count('"t": "同全市", "w": true') > 0


def test_rounding_has_no_classes_beside_another_indicator(shipped: Atlas) -> None:
    subject = Subject("population_density", year=2020, bivariate="talent_per_10k")
    with pytest.raises(RequestError, match="各值之差只是舍入"):
        scene_of(shipped, subject)


def test_circles_and_bars_show_no_rounding_as_a_difference(shipped: Atlas) -> None:
    """2,016.3 to 2,075.4 are all 2,033.8 of the city but for rounding: one size, no bars."""
    beside = Subject("population_density", year=2020, compare="talent_per_10k:2020")
    scene, _ = scene_of(shipped, beside, Sheet(bars=True))
    sizes = {
        one.radius_mm
        for group in scene.groups
        for one in group.items
        if isinstance(one, Circle) and "同全市" in one.title
    }
    assert len(sizes) == 1
    (slide,) = compose_screen(shipped, indicators=["talent_per_10k"], layers=()).slides
    assert {bar.share for bar in slide.bars} == {0.0}


@pytest.mark.parametrize("asked", [{"rank_estimates": True}, {"k": 3}, {"shared_breaks": True}])
def test_rounding_is_never_ranked_or_parted(shipped: Atlas, asked: dict[str, Any]) -> None:
    view = map_view(shipped, "talent_per_10k", year=2020, how=Drawing(**asked))
    assert shown(view, "rank") == [None] * 9
    assert len(set(shown(view, "class_index"))) == 1
    assert set(shown(view, "level")) == {2033.8}


@pytest.mark.slow
def test_an_export_and_the_page_say_that_a_difference_is_rounding(shipped: Atlas) -> None:
    view = map_view(shipped, "talent_per_10k", year=2020)
    assert {row["status_label"] for row in extract(shipped, view).rows} == {
        "估算；各估算相同，差只是舍入"
    }
    one = next(one for one in payload(shipped)["indicators"] if one["id"] == "talent_per_10k")
    assert one["years"]["2020"]["h"] == {str(at): 2033.8 for at in range(9)}


@pytest.mark.slow
def test_the_page_begins_with_talent_and_says_that_it_is_estimated(shipped: Atlas) -> None:
    begin = payload(shipped)["first"]["indicator"]
    view = map_view(shipped, begin)
    assert begin == "talent_total"
    assert set(shown(view, "status")) == {"apportioned"}
    assert "都是估算，没有上报的数，不比高低" in view.sentence.zh


def test_a_talent_map_says_that_nobody_reported(shipped: Atlas) -> None:
    control = map_view(shipped, "talent_total", year=2020).control
    assert control is not None
    assert (control.total, control.reported_sum, control.gap) == (43.8, None, None)
    assert (control.reported, control.areas, control.verdict) == (0, 9, "lacking")
    assert control.text.zh == ("控制总数：全市 43.8万人；已上报旗区合计 —；差 —；0/9 上报；缺报")


def test_a_control_total_asks_nobody_for_what_none_is_asked_to_report(shipped: Atlas) -> None:
    control = map_view(shipped, "gdp", year=2022).control
    assert control is not None
    assert control.text.zh.endswith(
        "有公开数的旗区合计 2,519.3；差 3,094.1；2/9 有公开数；部分无公开数"
    )
    assert control.text.en.endswith("2 of 9 have a public figure; in part no public figure")


@pytest.mark.slow
def test_an_estimate_is_nobodys_conflict(shipped: Atlas) -> None:
    # The city's 4.64 and 4.8 disagree; the population by which they were spread does not.
    from geomap.views.evidence.documents import documents

    pages = range(1, documents(shipped).pages + 1)
    books = [book for page in pages for book in documents(shipped, page=page).documents]
    disputed = {row["id"] for book in books for row in book["figures"] if row["disputed"]}
    assert disputed
    assert not any(one.startswith("census") for one in disputed)


# --- as areas report ------------------------------------------------------------------------------


def test_as_soon_as_an_area_reports_its_estimate_gives_way(toy_release: ToyRelease) -> None:
    # 100 by 5 : 3 : 2; then 60 are left for 3 : 2.
    before = map_view(made(toy_release, {CITY: "100"}), "talent")
    assert shown(before) == [50, 30, 20]
    after = map_view(open_after(toy_release, {CITY: "100", EAST: "40"}), "talent")
    assert shown(after) == [40, 36, 24]
    assert shown(after, "status") == ["reported", "apportioned", "apportioned"]
    assert after.control is not None
    assert (after.control.reported_sum, after.control.gap, after.control.reported) == (40, 60, 1)


def open_after(toy_release: ToyRelease, talent: Mapping[str, str], **members: object) -> Atlas:
    def elsewhere(edits: Any) -> Any:
        return toy_release(edits, name="after")

    return made(elsewhere, talent, **members)


def test_when_all_have_reported_nothing_is_estimated(toy_release: ToyRelease) -> None:
    atlas = made(toy_release, {CITY: "100", EAST: "40", MID: "30", WEST: "30"})
    view = map_view(atlas, "talent")
    assert view.status_counts["apportioned"] == 0
    assert view.notes == ()
    assert view.control is not None
    assert view.control.verdict == "closed"


def test_where_a_count_is_withheld_nothing_is_estimated(toy_release: ToyRelease) -> None:
    view = map_view(made(toy_release, {CITY: "100", EAST: "40", MID: "-"}), "talent")
    assert shown(view) == [40, None, None]
    assert shown(view, "status") == ["reported", "suppressed", "missing"]
    assert "不予公开" in view.notes[0].zh


def test_without_weights_in_the_catalogue_nothing_is_estimated(toy_release: ToyRelease) -> None:
    view = map_view(made(toy_release, {CITY: "100"}, weights=[]), "talent")
    assert shown(view) == [None, None, None]
    assert view.notes == ()


def test_a_second_weight_gives_a_range(toy_release: ToyRelease) -> None:
    # By heads 50, 30, 20; by land the three squares are all but equal: 33, 33, 34 or so.
    atlas = made(toy_release, {CITY: "100"}, weights=["population", "land_area"])
    view = map_view(atlas, "talent")
    east = view.areas[0]
    assert (east.value, east.high) == (50, 50)
    assert east.low is not None
    assert 33 <= east.low <= 34
    assert east.method is not None
    assert "区间另按土地面积" in east.method.zh
    assert payload(atlas)["indicators"][1]["years"]["2020"]["r"]["0"] == [east.low, 50]


def test_what_is_derived_from_estimates_is_an_estimate(toy_release: ToyRelease) -> None:
    view = map_view(made(toy_release, {CITY: "100", EAST: "40"}), "per_head")
    assert shown(view) == [80, 120, 120]
    assert shown(view, "status") == ["derived", "apportioned", "apportioned"]
    assert [one.method is None for one in view.areas] == [True, False, False]
    assert all("估算" in one.method.zh for one in view.areas if one.method)


# --- places ---------------------------------------------------------------------------------------


def test_estimates_have_no_place_unless_asked_for(toy_release: ToyRelease) -> None:
    atlas = made(toy_release, {CITY: "100", MID: "10"})
    # 90 by 5 : 2 is 64.3 and 25.7.
    assert shown(map_view(atlas, "talent")) == [64, 10, 26]
    assert shown(map_view(atlas, "talent"), "rank") == [None, None, None]  # one report alone
    assert shown(map_view(atlas, "talent", how=Drawing(rank_estimates=True)), "rank") == [1, 3, 2]


def test_the_legend_counts_the_estimates_among_its_classes(toy_release: ToyRelease) -> None:
    view = map_view(made(toy_release, {CITY: "100", MID: "10"}), "talent")
    assert "分级含 2 个估算数" in [note.zh for note in view.legend.notes]
    assert sum(view.legend.counts) == 3


def test_nobody_is_judged_by_an_estimate(toy_release: ToyRelease) -> None:
    target = f"{EAST},talent,2025,60,人,target,reported,第三节,,"
    atlas = made(toy_release, {CITY: "100"}, target)
    assert atlas.series["talent", "actual"][2020][EAST].value == 50
    rows = [row for row in progress_rows(atlas, 2023) if row["area"] == EAST]
    assert [(row["target"], row["actual"]) for row in rows] == [(60, None)]


def test_the_difference_of_two_releases_calls_an_estimate_one(toy_release: ToyRelease) -> None:
    old = made(toy_release, {CITY: "100"})
    new = open_after(toy_release, {CITY: "100", EAST: "40"})
    (change,) = [
        one for one in compare_releases(old, new).of("maps") if one.key["indicator"] == "talent"
    ]
    assert "50（估算）" in change.before["东胜区"]
    assert "估算" not in change.after["东胜区"]


# --- undecided ------------------------------------------------------------------------------------


def undecided(toy_release: ToyRelease, area: str) -> Atlas:
    """Give the toy world with two numbers for the talent of an area, and no rule between them."""
    rows = [
        f"{area},talent,2020,46,人,actual,reported,第一节,,",
        f"{area},talent,2020,48,人,actual,reported,第二节,,",
    ]
    talent = {CITY: "100"} if area != CITY else {}
    return made(toy_release, talent, *rows)


def test_undecided_values_stand_side_by_side(toy_release: ToyRelease) -> None:
    atlas = undecided(toy_release, EAST)
    view = map_view(atlas, "talent")
    east = view.areas[0]
    assert (east.value, sorted(east.others), east.conflict) == (None, [46, 48], True)
    assert (east.status, east.class_index, east.rank) == ("reported", -1, None)
    short = payload(atlas)["indicators"][1]["years"]["2020"]
    assert sorted(short["u"]["0"]) == [46, 48]


def test_beside_an_undecided_value_nothing_is_estimated(toy_release: ToyRelease) -> None:
    view = map_view(undecided(toy_release, EAST), "talent")
    assert shown(view) == [None, None, None]
    assert "未定" in view.notes[0].zh


def test_an_undecided_city_is_written_side_by_side_in_its_control_total(
    toy_release: ToyRelease,
) -> None:
    atlas = undecided(toy_release, CITY)
    view = map_view(atlas, "talent")
    assert view.control is not None
    assert "全市 46｜48人" in view.control.text.zh
    assert sorted(payload(atlas)["indicators"][1]["years"]["2020"]["c"][3]) == [46, 48]


def test_an_undecided_target_is_not_dropped(toy_release: ToyRelease) -> None:
    rows = [f"{CITY},talent,2025,{n},人,target,reported,第{n}节,," for n in (120, 130)]
    (found,) = payload(made(toy_release, {CITY: "100"}, *rows))["indicators"][1]["targets"]
    assert (found[:3], sorted(found[3])) == ([2025, None, True], [120, 130])


# --- what leaves --------------------------------------------------------------------------------


def test_every_view_of_these_is_as_the_schema_says(toy_release: ToyRelease) -> None:
    schema = json.loads((web_dir() / "mapview.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    atlas = undecided(toy_release, EAST)
    estimated = open_after(toy_release, {CITY: "100"})
    for one, name in ((atlas, "talent"), (estimated, "talent"), (estimated, "per_head")):
        text = json.dumps(map_view(one, name).as_dict(), allow_nan=False)
        validator.validate(json.loads(text))


def test_an_estimate_without_its_word_is_not_as_the_schema_says(toy_release: ToyRelease) -> None:
    schema = json.loads((web_dir() / "mapview.schema.json").read_text(encoding="utf-8"))
    view = json.loads(json.dumps(map_view(made(toy_release, {CITY: "100"}), "talent").as_dict()))
    view["areas"][0]["method"] = None
    assert [fault.json_path for fault in Draft202012Validator(schema).iter_errors(view)]


def test_estimates_of_the_api_and_of_a_file_bear_their_word(toy_release: ToyRelease) -> None:
    from geomap.app.pages import payloads

    atlas = made(toy_release, {CITY: "100"})
    rows = payloads.values_payload(atlas, {"indicator": ["talent"], "kind": ["actual"]})["values"]
    estimates = [row for row in rows if row["status"] == "apportioned"]
    assert len(estimates) == 3
    assert all("估算" in row["method"]["zh"] for row in estimates)
    alone = payload(atlas, api=None)["indicators"][1]["years"]["2020"]
    assert alone["s"] == "aaa"
    assert alone["e"].startswith("估算")
