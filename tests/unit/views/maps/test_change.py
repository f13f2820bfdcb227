"""Maps of change, worked out by hand in the toy world: 2020, and what became of it in 2024."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cartography.classes import classify, split_at
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Formula, Indicator, Measure, Op
from geomap.model.wording import as_exported, as_printed, known, unsure
from geomap.numbers import written
from geomap.paths import web_dir
from geomap.release.open import open_release
from geomap.render.data.extract import extract
from geomap.render.data.geojson import geojson
from geomap.render.data.tables import csv_file, xlsx
from geomap.render.sheets.map_sheet import compose_sheet as compose_sheet
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.change import BreakError, change_view
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from tests.support.toy import CATALOGUE, TOY, ToyRelease, indicator

CITY, EAST, NEW, SOUTH = "150600", "150602", "150603", "150627"
BREAK = {"from": 2022, "note_zh": "改为含柔性引进", "note_en": "flexible ones included"}
RATE = indicator("urban", "城镇化率", "%", measure="share", decimals=1, palette="Greens")
GROWTH = indicator(
    "growth", "人口增长", "%", measure="rate", formula={"op": "change", "of": "population"},
    minimum=None, palette="RdBu", decimals=1,
)  # fmt: skip
LATER = (
    "150600,population,2024,1100,人,actual,reported,表1,,\n"
    "150602,population,2024,550,人,actual,reported,表1,,\n"
    "150603,population,2024,240,人,actual,reported,表1,,\n"
    "150627,population,2024,200,人,actual,reported,表1,,\n"
    "150602,talent,2024,60,人,actual,reported,表2,,\n"
    "150602,urban,2020,90.5,%,actual,reported,表3,,\n"
    "150602,urban,2024,93.25,%,actual,reported,表3,,\n"
)
SINCE = (
    "code,name_zh,short_zh,name_en,kind,parent,since,split_from\n"
    "150600,鄂尔多斯市,鄂尔多斯,Ordos City,city,150000,,\n"
    "150602,东胜区,东胜,Dongsheng District,district,150600,,\n"
    "150603,康巴什区,康巴什,Kangbashi District,district,150600,2022,150602\n"
    "150627,伊金霍洛旗,伊旗,Ejin Horo Banner,banner,150600,,\n"
)
Make = Callable[..., Atlas]


@pytest.fixture
def release(toy_release: ToyRelease) -> Callable[..., Path]:
    """Give a maker of releases with two years: ``release(broken=…, units=…, more=…)``."""

    def make(*, broken: bool = False, units: str | None = None, more: str = "") -> Path:
        rows = [dict(row) for row in CATALOGUE["indicators"]] + [RATE, GROWTH]
        if broken:
            rows = [{**row, "versions": [BREAK]} if row["id"] == "population" else row
                    for row in rows]  # fmt: skip
        stats = TOY["stats/plan.csv"]
        if units:  # 康巴什区 did not exist then
            stats = stats.replace(
                "150603,population,2020,300,人,actual,provisional,表1,,初步数\n", ""
            ).replace("150603,talent,2020,,人,actual,missing,表2,,\n", "")
        catalogue = {**CATALOGUE, "indicators": rows}
        edits: dict[str, Any] = {
            "indicators.json": json.dumps(catalogue, ensure_ascii=False, indent=2) + "\n",
            "stats/plan.csv": stats + LATER + more,
        }
        if units:
            edits["boundaries/units.csv"] = units
        return toy_release(edits)

    return make


@pytest.fixture
def world(release: Callable[..., Path]) -> Make:
    """Give a maker of opened releases."""
    return lambda **given: open_release(release(**given))


def of(view: MapView, code: str) -> AreaView:
    (found,) = [area for area in view.areas if area.code == code]
    return found


def test_a_count_changes_in_percent_of_what_it_was(world: Make) -> None:
    view = change_view(world(), "population", 2020, 2024)
    # 550 after 500, 240 after 300, 200 after 200; the city 1100 after 1000.
    assert [area.value for area in view.areas] == pytest.approx([10, -20, 0])
    assert view.city is not None
    assert view.city.value == pytest.approx(10)
    assert (view.base_year, view.year) == (2020, 2024)
    assert view.title.zh == "鄂尔多斯市常住人口变化率（2020–2024年）"
    assert view.indicator.unit.zh == "%"
    assert view.indicator.id == "population"
    assert "÷ 2020年的绝对值 × 100" in view.notes[0].zh
    assert view.representation == "fill"
    assert view.control is None


def test_the_worse_status_holds_and_the_figures_of_both_years_are_named(world: Make) -> None:
    view = change_view(world(), "population", 2020, 2024)
    assert [area.status for area in view.areas] == ["derived", "provisional", "derived"]
    assert of(view, EAST).figures == ("plan:10", "plan:3")
    assert view.sources == ("plan",)


def test_a_share_changes_by_percentage_points(world: Make) -> None:
    view = change_view(world(), "urban", 2020, 2024)
    assert of(view, EAST).value == pytest.approx(2.75)
    assert view.indicator.unit.zh == "百分点"
    assert view.title.zh == "鄂尔多斯市城镇化率变化量（2020–2024年）"
    assert view.notes[0].zh == "变化量 = 2024年 − 2020年，单位 百分点"
    assert view.indicator.palette == "RdBu"


def test_what_is_neither_count_nor_percentage_changes_in_its_own_unit(world: Make) -> None:
    view = change_view(world(), "density", 2020, 2024)
    assert view.indicator.unit.zh == "人/平方公里"
    before, after = (map_view(world(), "density", year=year).areas[0] for year in (2020, 2024))
    assert after.value is not None
    assert before.value is not None
    assert of(view, EAST).value == pytest.approx(after.value - before.value)


def test_an_area_without_both_years_is_missing(world: Make) -> None:
    view = change_view(world(), "talent", 2020, 2024)
    assert of(view, EAST).value == pytest.approx(20)
    assert [of(view, code).status for code in (NEW, SOUTH)] == ["missing", "missing"]
    assert [of(view, code).class_index for code in (NEW, SOUTH)] == [-1, -1]


def test_from_zero_there_is_no_percentage_and_the_map_says_so(world: Make) -> None:
    more = (
        "150627,talent,2020,0,人,actual,reported,表2,,\n"
        "150627,talent,2024,5,人,actual,reported,表2,,\n"
    )
    view = change_view(world(more=more), "talent", 2020, 2024)
    assert of(view, SOUTH).value is None
    assert [note.zh for note in view.notes][1] == "伊金霍洛旗2020年为 0，不能算变化率"


@pytest.mark.slow
def test_a_change_that_cannot_be_told_says_so_on_the_sheet_and_in_the_export(
    world: Make,
) -> None:
    made = world(more="150627,talent,2024,5,人,actual,reported,表2,,\n")
    view = change_view(made, "talent", 2020, 2024)
    assert [one.absence for one in view.areas] == ["", "no_pair", "no_pair"]
    said = "".join(word.text for word in compose_sheet(made, view, Sheet()).words())
    assert "无可比数" in said
    assert "未上报" not in said
    told = [row["status_label"] for row in extract(made, view).rows]
    assert told[1:] == ["无可比数"] * 2


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 2))
def test_the_number_of_an_export_is_the_one_printed(then: int, now: int, decimals: int) -> None:
    """The difference of two printed numbers is exact: no noise is left to print or to class."""
    noisy = now / 10**decimals - then / 10**decimals
    area = AreaView(EAST, Text("", ""), noisy, "reported", 0, None, (), False, decimals=decimals)
    no = Text("", "")
    shown = Indicator("change", no, "", no, Measure.RATE, decimals, "none", no)
    given_out = as_exported(area, shown)
    assert given_out == as_printed(area, shown) == float(Decimal(now - then).scaleb(-decimals))
    assert written(given_out or 0.0, decimals) == known(area, shown).zh


def test_every_format_gives_the_number_of_the_map_without_noise(world: Make) -> None:
    """90.4 − 90.1 is 0.30000000000000426 in binary, and 0.3 on the map."""
    rows = "150603,urban,2020,90.1,%,actual,reported,表3,,\n"
    made = world(more=rows + "150603,urban,2024,90.4,%,actual,reported,表3,,\n")
    view = change_view(made, "urban", 2020, 2024)
    shown = extract(made, view)
    assert (of(view, NEW).text.zh, shown.rows[1]["value"]) == ("0.3", 0.3)
    assert ",0.3," in csv_file(shown, made.boundaries, "utf-8").decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(shown, made.boundaries, ""))).worksheets[0]
    assert 0.3 in [cell.value for row in sheet.iter_rows() for cell in row]
    features = json.loads(geojson(shown, made.boundaries, ""))["features"]
    assert features[1]["properties"]["value"] == 0.3


def test_an_area_that_has_only_a_range_is_not_called_without_comparison(world: Make) -> None:
    rows = "150602,talent,2021,50,人,actual,reported,表2,约50人,\n"
    made = world(more=rows + "150602,talent,2023,50,人,actual,reported,表2,约50人,\n")
    view = change_view(made, "talent", 2021, 2023)
    assert unsure(of(view, EAST))
    said = "".join(word.text for word in compose_sheet(made, view, Sheet()).words())
    assert "没有可以画出的数：只知范围 1 个，无可比数 2 个" in said
    assert extract(made, view).rows[0]["status_label"] == "只知范围"


@pytest.mark.slow
def test_what_changed_its_boundaries_is_not_comparable(world: Make) -> None:
    view = change_view(world(units=SINCE), "population", 2020, 2024)
    assert of(view, NEW).absence == "incomparable"
    assert of(view, EAST).absence == "incomparable"


def test_the_scheme_turns_at_0_and_no_class_spans_it(world: Make) -> None:
    legend = change_view(world(), "population", 2020, 2024).legend
    assert legend.pivot == 0
    assert legend.palette == "RdBu"
    assert not any(low < 0 < high for low, high in pairwise(legend.bounds))


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 10_000)), min_size=1, max_size=12),
    st.integers(2, 9),
    st.sampled_from(["quantile", "equal", "natural", "pretty"]),
)
@pytest.mark.slow
def test_whatever_changes_no_class_of_changes_spans_0(
    pairs: list[tuple[int, int]], k: int, method: str
) -> None:
    changed = [(after - before) / before * 100 for before, after in pairs]
    classes = split_at(classify(changed, method=method, k=k, decimals=1), 0, changed)
    assert not any(low < 0 < high for low, high in pairwise(classes.bounds))
    assert sum(classes.counts) == len(changed)


@settings(max_examples=25)
@given(st.lists(st.floats(0.001, 1e9), min_size=4, max_size=8))
@pytest.mark.slow
def test_what_stays_the_same_changes_by_0_percent(values: list[float]) -> None:
    import pandas as pd

    from geomap.values.indicators import VALUE_COLUMNS, yearly_change

    row = {
        "indicator": "a", "kind": "actual",
        "status": "reported", "figures": ("x:1",), "conflict": False, "base_year": 0, "rule": None,
        "others": (), "low": float("nan"), "high": float("nan"), "method": None, "approx": "",
    }  # fmt: skip
    areas = [{**row, "area": f"1{at}", "value": value} for at, value in enumerate(values)]
    before, now = (
        pd.DataFrame([{**one, "year": year} for one in areas], columns=VALUE_COLUMNS)
        for year in (2020, 2024)
    )
    for percent in (True, False):
        found = yearly_change(now, before, percent=percent)
        told = found[["value", "base_year", "year"]].itertuples(index=False, name=None)
        assert list(told) == [(0, 2020, 2024)] * len(values)


def test_a_break_is_refused_until_it_is_accepted_and_then_the_map_says_so(world: Make) -> None:
    atlas = world(broken=True)
    with pytest.raises(BreakError, match=r"2022年起：改为含柔性引进.*确需比较请确认接受"):
        change_view(atlas, "population", 2020, 2024)
    view = change_view(atlas, "population", 2020, 2024, accept_break=True)
    assert of(view, EAST).value == pytest.approx(10)
    assert "口径有变，仅供参考（2022年起：改为含柔性引进）" in [note.zh for note in view.notes]


def test_what_is_worked_out_from_a_broken_series_is_refused_too(world: Make) -> None:
    with pytest.raises(BreakError, match="含柔性引进"):
        change_view(world(broken=True), "density", 2020, 2024)


def test_an_indicator_of_change_has_no_value_across_a_break_and_says_why(world: Make) -> None:
    whole = map_view(world(), "growth", year=2024)
    assert [area.value for area in whole.areas] == pytest.approx([10, -20, 0])
    assert whole.notes == ()


def test_across_a_break_it_is_silent_about_nothing(world: Make) -> None:
    view = map_view(world(broken=True), "growth", year=2024)
    assert [area.value for area in view.areas] == [None, None, None]
    assert [area.status for area in view.areas] == ["missing"] * 3
    assert [note.zh for note in view.notes] == [
        "2020年与2024年口径不同，不作比较（2022年起：改为含柔性引进）"
    ]


def test_areas_whose_boundaries_changed_are_not_compared_until_accepted(world: Make) -> None:
    atlas = world(units=SINCE)
    view = change_view(atlas, "population", 2020, 2024)
    assert [area.value for area in view.areas] == [None, None, pytest.approx(0)]
    said = "东胜区、康巴什区：2022年区划变动（设立 康巴什区），前后范围不同，不作比较"
    assert said in [note.zh for note in view.notes]
    accepted = change_view(atlas, "population", 2020, 2024, accept_break=True)
    assert of(accepted, EAST).value == pytest.approx(10)
    assert of(accepted, NEW).value is None
    assert any("仅供参考" in note.zh for note in accepted.notes)
    growth = map_view(atlas, "growth", year=2024)
    assert [area.value for area in growth.areas] == [None, None, pytest.approx(0)]
    assert any("东胜区：2022年区划变动" in note.zh for note in growth.notes)


def test_years_the_wrong_way_round_are_refused_with_those_there_are(world: Make) -> None:
    atlas = world()
    with pytest.raises(RequestError, match=r"2024 应早于 2020；有数的年份：2020、2024"):
        change_view(atlas, "population", 2024, 2020)
    with pytest.raises(RequestError, match="应早于"):
        change_view(atlas, "population", 2024, 2024)
    with pytest.raises(NotFoundError, match=r"没有年份“2019”.*2020、2024"):
        change_view(atlas, "population", 2019, 2024)
    with pytest.raises(RequestError, match="没有可比的年份"):
        change_view(atlas, "land_area", 2019, 2024)


def test_a_palette_without_a_middle_is_refused(world: Make) -> None:
    with pytest.raises(RequestError, match="变化图须用双向色带，Blues 不是；可用的有：RdBu"):
        change_view(world(), "population", 2020, 2024, how=Drawing(palette="Blues"))
    assert (
        change_view(world(), "population", 2020, 2024, how=Drawing(palette="PuOr")).legend.palette
        == "PuOr"
    )


def test_an_estimate_stays_one_and_has_no_place(world: Make) -> None:
    more = (
        "150627,talent,2020,10,人,actual,apportioned,表2,,\n"
        "150627,talent,2024,12,人,actual,reported,表2,,\n"
    )
    view = change_view(world(more=more), "talent", 2020, 2024)
    found = of(view, SOUTH)
    assert (found.value, found.status, found.rank) == (pytest.approx(20), "apportioned", None)
    assert found.method is not None
    assert "估算" in found.method.zh
    assert any("斜线的 1 个旗区为估算" in note.zh for note in view.notes)


def test_the_view_is_as_the_schema_says(world: Make) -> None:
    schema = json.loads((web_dir() / "mapview.schema.json").read_text(encoding="utf-8"))
    check = Draft202012Validator(schema)
    for name in ("population", "urban", "density"):
        check.validate(
            change_view(world(broken=True), name, 2020, 2024, accept_break=True).as_dict()
        )


def test_the_change_is_an_indicator_of_its_own(world: Make) -> None:
    found = change_view(world(), "population", 2020, 2024).indicator
    assert found.formula == Formula(Op.CHANGE, "population")
    assert (found.measure, found.minimum, found.decimals) == (Measure.RATE, None, 1)


# --- the API and the address of the page ----------------------------------------------------------

VIEW = "/api/view?indicator=population&year=2024&from=2020"


def test_the_api_gives_the_change_as_a_view(release: Callable[..., Path]) -> None:
    client = create_app(release()).test_client()
    view = client.get(VIEW).get_json()
    assert [area["value"] for area in view["areas"]] == pytest.approx([10, -20, 0])
    assert (view["base_year"], view["year"]) == (2020, 2024)


def test_the_api_refuses_a_break_unless_it_is_accepted(release: Callable[..., Path]) -> None:
    client = create_app(release(broken=True)).test_client()
    refused = client.get(VIEW)
    assert refused.status_code == 400
    error = refused.get_json()["error"]
    assert error["code"] == "definition_break"
    assert "flexible ones included" in error["message"]["en"]
    accepted = client.get(f"{VIEW}&definitions=accepted")
    assert any("口径有变" in note["zh"] for note in accepted.get_json()["notes"])


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("year=2020&from=2024", 400, "应早于"),
        ("year=2024&from=1999", 404, "没有年份“1999”"),
        ("year=2024&from=2020&definitions=yes", 400, "应为 accepted"),
        ("year=2024&definitions=accepted", 400, "definitions 要与 from 同用"),
        ("year=2024&from=2020&palette=Blues", 400, "双向色带"),
    ],
)
def test_nonsense_about_a_change_is_refused_by_api_and_page(
    release: Callable[..., Path], asked: str, status: int, said: str
) -> None:
    client = create_app(release()).test_client()
    for address in (f"/api/view?indicator=population&{asked}", f"/?indicator=population&{asked}"):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == status
        assert said in answer.get_json()["error"]["message"]["zh"]


def test_a_from_that_is_no_year_is_refused_by_the_api_alone(release: Callable[..., Path]) -> None:
    client = create_app(release()).test_client()
    answer = client.get("/api/view?indicator=population&year=2024&from=abc")
    assert answer.status_code == 400
    assert "不是整数" in answer.get_json()["error"]["message"]["zh"]


def test_from_needs_its_indicator_on_the_page(release: Callable[..., Path]) -> None:
    answer = create_app(release()).test_client().get("/?from=2020")
    assert answer.status_code == 400
    assert "from 要与 indicator 同用" in answer.text


def test_targets_have_no_change(release: Callable[..., Path]) -> None:
    answer = create_app(release()).test_client().get(f"{VIEW}&kind=target")
    assert answer.status_code == 400
    assert "kind 不能与 from 同用" in answer.get_json()["error"]["message"]["zh"]


def test_the_page_opens_at_a_break_for_it_asks_the_reader_there(
    release: Callable[..., Path],
) -> None:
    client = create_app(release(broken=True)).test_client()
    assert client.get("/?indicator=population&year=2024&from=2020").status_code == 200


def test_the_catalogue_tells_the_definitions(release: Callable[..., Path]) -> None:
    client = create_app(release(broken=True)).test_client()
    (found,) = [
        one
        for one in client.get("/api/catalogue").get_json()["indicators"]
        if one["id"] == "population"
    ]
    note = {"zh": "改为含柔性引进", "en": "flexible ones included"}
    assert found["versions"] == [{"since": 2022, "note": note}]
