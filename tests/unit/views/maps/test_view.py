"""What one map shows: places, classes, pivots, advice and words; its JSON form for all maps."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from geomap.atlas import Atlas, Value
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.approval import INTERNAL_MARK
from geomap.model.catalog import Formula, Indicator, Measure, Op
from geomap.numbers import rounded, written
from geomap.paths import web_dir
from geomap.views.maps.mapview import MapView, as_plain
from geomap.views.maps.slices import Drawing, Slice
from geomap.views.maps.view import (
    COUNT_AS_FILL,
    RATE_AS_SYMBOL,
    SYNTHETIC_MARK,
    draw_view,
    map_view,
)

CITY, EAST, MID, WEST = "150600", "150602", "150603", "150627"
NAN = math.nan
Yearly = dict[int, dict[str, float]]


def with_values(atlas: Atlas, yearly: Yearly, kind: str = "actual", **members: Any) -> Atlas:
    """Give the toy world one indicator "x" with the given values, and nothing else."""
    rows = [
        {
            "id": f"plan:{year}{area}", "area": area, "indicator": "x", "year": year,
            "value": value, "unit": "", "kind": kind,
            "status": "missing" if math.isnan(value) else "reported",
            "source": "plan", "locator": "表1", "quote": "", "note": "",
        }
        for year, values in yearly.items()
        for area, value in values.items()
    ]  # fmt: skip
    texts = atlas.figures.dtypes.to_dict()
    figures = pd.DataFrame(rows, columns=list(atlas.figures.columns)).astype(texts)
    given = {"id": "x", "measure": Measure.RATE, "formula": None, "minimum": 0.0, **members}
    made: Indicator = replace(atlas.indicators["population"], **given)
    return replace(atlas, figures=figures, indicators={"x": made})


def three(atlas: Atlas, east: float, mid: float, west: float, **members: Any) -> Atlas:
    """Give "x" of the year 2020 in the three areas."""
    return with_values(atlas, {2020: {EAST: east, MID: mid, WEST: west}}, **members)


def column(view: MapView, name: str) -> list[Any]:
    return [getattr(one, name) for one in view.areas]


# --- places and classes ---------------------------------------------------------------------------


def test_equal_values_share_a_place_and_the_next_is_left_out(atlas: Atlas) -> None:
    view = map_view(three(atlas, 5, 9, 9), "x")
    assert column(view, "rank") == [3, 1, 1]
    assert column(view, "class_index") == [0, 1, 1]
    assert view.legend.counts == (1, 2)


def test_an_area_without_a_value_has_no_place_and_no_class(atlas: Atlas) -> None:
    view = map_view(three(atlas, NAN, 4, 2), "x")
    assert column(view, "rank") == [None, 1, 2]
    assert column(view, "class_index") == [-1, 1, 0]
    assert column(view, "value") == [None, 4, 2]
    assert view.status_counts["missing"] == 1


def test_an_area_that_no_row_mentions_is_not_reported(atlas: Atlas) -> None:
    view = map_view(with_values(atlas, {2020: {MID: 4.0}}), "x")
    assert column(view, "status") == ["missing", "reported", "missing"]
    assert column(view, "figures") == [(), ("plan:2020150603",), ()]


def test_without_any_value_there_are_no_classes_and_the_map_says_so(atlas: Atlas) -> None:
    view = map_view(three(atlas, NAN, NAN, NAN), "x")
    assert (view.legend.bounds, view.legend.colours, view.legend.counts) == ((), (), ())
    assert view.legend.notes[0].zh == "没有可分级的数值"
    assert view.symbols is None
    assert column(view, "class_index") == [-1, -1, -1]


def test_one_value_is_one_class(atlas: Atlas) -> None:
    view = map_view(three(atlas, NAN, 7, NAN), "x")
    assert (view.legend.labels, view.legend.counts) == (("=7",), (1,))
    assert column(view, "rank") == [None, None, None]  # nothing to be placed among


def test_one_value_among_areas_without_is_told_as_a_figure_in_one_colour(atlas: Atlas) -> None:
    view = map_view(three(atlas, NAN, 7, NAN), "x", how=Drawing(palette="RdBu"))
    only = Text("只有一个旗区有数：康巴什区 7", "Only one area has a figure: Kangbashi District 7")
    assert view.legend.notes == (only,)
    assert only in view.notes
    assert (view.legend.colours, view.legend.pivot) == (("#9ecae1",), None)


def test_one_value_keeps_its_class_where_the_years_share_their_breaks(atlas: Atlas) -> None:
    years = {2020: {MID: 4.0}, 2021: {EAST: 1.0, MID: 2.0, WEST: 9.0}}
    view = map_view(with_values(atlas, years), "x", year=2020, how=Drawing(shared_breaks=True))
    assert len(view.legend.labels) == 3
    assert view.notes[-1].zh == "只有一个旗区有数：康巴什区 4"


def test_zero_is_a_value_with_a_place_and_a_class(atlas: Atlas) -> None:
    view = map_view(three(atlas, 0, 4, 2), "x")
    assert column(view, "value") == [0, 4, 2]
    assert column(view, "rank") == [3, 1, 2]
    assert column(view, "class_index") == [0, 2, 1]


def test_all_zero_has_classes_and_no_circles(atlas: Atlas) -> None:
    view = map_view(three(atlas, 0, 0, 0, measure=Measure.COUNT), "x")
    assert view.legend.counts == (3,)
    assert view.symbols is None


def test_the_city_has_a_value_but_neither_place_nor_class(atlas: Atlas) -> None:
    view = map_view(with_values(atlas, {2020: {CITY: 9.0, MID: 4.0}}), "x")
    assert view.city is not None
    assert (view.city.value, view.city.rank, view.city.class_index) == (9, None, -1)
    assert view.legend.bounds[-1] == 4


# --- years and kinds ------------------------------------------------------------------------------


def test_the_year_is_the_one_that_most_areas_report_and_of_equals_the_latest(atlas: Atlas) -> None:
    years: Yearly = {
        2018: {EAST: 1, MID: 2},
        2019: {EAST: 1, MID: 3},
        2020: {CITY: 9, EAST: 1, MID: NAN, WEST: NAN},
    }
    view = map_view(with_values(atlas, years), "x")
    assert (view.year, view.years) == (2019, (2018, 2019, 2020))


def test_a_year_that_is_not_there_names_those_that_are(atlas: Atlas) -> None:
    with pytest.raises(NotFoundError) as caught:
        map_view(three(atlas, 1, 2, 3), "x", year=2021)
    assert caught.value.valid == ["2020"]
    assert "没有年份“2021”" in caught.value.text.zh


def test_an_indicator_without_any_figure_has_an_empty_map(atlas: Atlas) -> None:
    view = map_view(with_values(atlas, {}), "x")
    assert (view.year, view.years, view.city) == (None, (), None)
    assert view.title.zh == "鄂尔多斯市常住人口"
    assert column(view, "status") == ["missing"] * 3


def test_targets_are_shown_apart_from_what_is(atlas: Atlas) -> None:
    goal = with_values(atlas, {2025: {CITY: 60.0}}, kind="target")
    view = map_view(goal, "x", kind="target")
    assert view.city is not None
    assert (view.city.value, view.year) == (60, 2025)
    assert view.title.zh == "鄂尔多斯市常住人口（2025年目标）"
    assert view.title.en == "Ordos City: Population, 2025 target"
    assert map_view(goal, "x").year is None


@pytest.mark.parametrize(
    ("choice", "valid"),
    [
        ({"kind": "wish"}, "actual"),
        ({"how": Drawing("magic")}, "quantile"),
        ({"how": Drawing(palette="Mud")}, "Blues"),
        ({"year": 1999}, "2020"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    atlas: Atlas, choice: dict[str, Any], valid: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        map_view(three(atlas, 1, 2, 3), "x", **choice)
    assert valid in caught.value.valid


def test_an_indicator_that_is_not_there_names_the_closest(atlas: Atlas) -> None:
    with pytest.raises(NotFoundError, match="the closest: population"):
        map_view(atlas, "popultion")


def test_a_year_that_is_not_there_names_the_nearest_in_time() -> None:
    error = NotFoundError(Text("年份", "year"), 2019, [1999, 2021, 2025, 2023, 2020])
    assert "the closest: 2020, 2021, 2023;" in str(error)


@pytest.mark.parametrize(
    "choice", [{"representation": "cloud"}, {"k": 0}, {"k": 1}, {"k": 10}, {"method": "manual"}]
)
def test_what_cannot_be_drawn_is_refused(atlas: Atlas, choice: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        map_view(three(atlas, 1, 2, 3), "x", how=Drawing(**choice))


# --- fill and symbols -----------------------------------------------------------------------------


@pytest.mark.parametrize("measure", list(Measure))
def test_counts_are_symbols_and_all_else_is_fill(atlas: Atlas, measure: Measure) -> None:
    view = map_view(three(atlas, 1, 2, 3, measure=measure), "x")
    assert view.representation == ("symbol" if measure is Measure.COUNT else "fill")
    assert view.advice is None


def test_the_other_choice_comes_with_its_warning(atlas: Atlas) -> None:
    counts = three(atlas, 1, 2, 3, measure=Measure.COUNT)
    assert map_view(counts, "x", how=Drawing(representation="fill")).advice == COUNT_AS_FILL
    assert (
        map_view(three(atlas, 1, 2, 3), "x", how=Drawing(representation="symbol")).advice
        == RATE_AS_SYMBOL
    )


def test_circles_are_on_one_scale_over_all_years(atlas: Atlas) -> None:
    years: Yearly = {
        2019: {EAST: 100, MID: 50},
        2020: {CITY: 999, EAST: 400, MID: 60},
        2021: {EAST: 90, MID: 10},
    }
    made = with_values(atlas, years, measure=Measure.COUNT)
    found = {map_view(made, "x", year=year).symbols for year in years}
    assert {symbols.largest for symbols in found if symbols} == {400}
    assert all(symbols and max(symbols.legend) <= 400 for symbols in found)


def test_circles_of_whole_things_have_no_legend_of_half_things(atlas: Atlas) -> None:
    symbols = map_view(three(atlas, 1, 2, 3, measure=Measure.COUNT), "x").symbols
    assert symbols is not None
    assert all(value == int(value) for value in symbols.legend)


# --- shared breaks and diverging palettes ---------------------------------------------------------


def test_shared_breaks_are_the_same_in_every_year(atlas: Atlas) -> None:
    years: Yearly = {2019: {EAST: 1, MID: 2, WEST: 3}, 2020: {CITY: 99, EAST: 7, MID: 8, WEST: 9}}
    made = with_values(atlas, years)
    views = [map_view(made, "x", year=year, how=Drawing(shared_breaks=True)) for year in years]
    assert len({view.legend.bounds for view in views}) == 1
    assert (views[0].legend.bounds[0], views[0].legend.bounds[-1]) == (1, 9)
    assert [sum(view.legend.counts) for view in views] == [3, 3]
    assert map_view(made, "x", year=2019).legend.bounds[-1] == 3


def formula(op: Op) -> Formula:
    return Formula(op, "population", "land_area")


def sides(view: MapView) -> tuple[int, int]:
    """Count the classes below and above the pivot; none may span it."""
    pivot = view.legend.pivot
    assert pivot is not None
    intervals = list(pairwise(view.legend.bounds))
    assert not any(low < pivot < high for low, high in intervals)
    return sum(high <= pivot for _, high in intervals), sum(low >= pivot for low, _ in intervals)


def diverging(atlas: Atlas, values: tuple[float, float, float], **members: Any) -> MapView:
    """Draw "x" in red and blue; the formula decides the pivot, the values are given."""
    made = three(atlas, *values, palette="RdBu", **{**members, "formula": None})
    op = members.get("formula")
    kept = {"x": replace(made.indicators["x"], formula=op)}
    drawn = replace(made, indicators=kept)
    # Values are as given: nothing is worked out from a formula here.
    drawn.__dict__["values"] = made.values
    return map_view(drawn, "x")


def test_a_change_turns_at_zero(atlas: Atlas) -> None:
    view = diverging(atlas, (-4, 1, 9), formula=formula(Op.CHANGE), minimum=None)
    assert view.legend.pivot == 0
    assert sides(view) == (1, 2)
    assert view.legend.counts == (1, 1, 1)


def test_what_may_be_negative_turns_at_zero(atlas: Atlas) -> None:
    assert diverging(atlas, (-4, 1, 9), minimum=None).legend.pivot == 0
    assert diverging(atlas, (-4, 1, 9), minimum=-5.0, measure=Measure.COUNT).legend.pivot == 0


def test_a_location_quotient_turns_at_parity(atlas: Atlas) -> None:
    view = diverging(atlas, (0.5, 0.8, 1.5), formula=formula(Op.QUOTIENT), decimals=1)
    assert view.legend.pivot == 1
    assert sides(view) == (2, 1)
    assert column(view, "class_index") == [0, 1, 2]


def test_a_rate_turns_at_the_value_of_the_city(atlas: Atlas) -> None:
    made = with_values(atlas, {2020: {CITY: 5.0, EAST: 2.0, MID: 4.0, WEST: 8.0}}, palette="PuOr")
    view = map_view(made, "x")
    assert view.legend.pivot == 5
    assert sides(view) == (2, 1)


def test_a_total_is_no_pivot_for_its_parts(atlas: Atlas) -> None:
    made = with_values(
        atlas, {2020: {CITY: 14.0, EAST: 2.0, MID: 4.0, WEST: 8.0}}, palette="RdBu",
        measure=Measure.COUNT,
    )  # fmt: skip
    assert map_view(made, "x").legend.pivot is None
    view = diverging(atlas, (10, 30, 60), formula=formula(Op.SHARE), measure=Measure.SHARE)
    assert view.legend.pivot is None


def test_values_on_one_side_of_the_pivot_get_one_side_of_the_colours(atlas: Atlas) -> None:
    falling = diverging(atlas, (-9, -5, -1), formula=formula(Op.CHANGE), minimum=None)
    rising = diverging(atlas, (1, 5, 9), formula=formula(Op.CHANGE), minimum=None)
    assert not set(falling.legend.colours) & set(rising.legend.colours)
    assert len(set(rising.legend.colours)) == len(rising.legend.colours) == 3


def test_a_sequential_palette_has_no_pivot(atlas: Atlas) -> None:
    made = three(atlas, -4, 1, 9, minimum=None)
    assert map_view(made, "x", how=Drawing(palette="Greens")).legend.pivot is None
    assert map_view(made, "x", how=Drawing(palette="RdBu")).legend.pivot == 0


@pytest.mark.parametrize("measure", [Measure.COUNT, Measure.RATE])
def test_values_on_both_sides_of_0_are_drawn_in_two_hues(atlas: Atlas, measure: Measure) -> None:
    made = three(atlas, -900, -5, 400, minimum=None, palette="Greens", measure=measure)
    legend = map_view(made, "x", how=Drawing(representation="fill")).legend
    assert (legend.palette, legend.pivot) == ("RdBu", 0)
    assert sides(map_view(made, "x", how=Drawing(representation="fill"))) == (2, 1)
    assert map_view(three(atlas, -9, -5, 0, minimum=None), "x").legend.palette != "RdBu"


def test_no_change_has_a_neutral_class_of_its_own(atlas: Atlas) -> None:
    legend = diverging(atlas, (-4, 0, 9), formula=formula(Op.CHANGE), minimum=None).legend
    assert legend.labels == ("=−4", "=0", ">0 – 9")
    assert legend.counts == (1, 1, 1)
    assert legend.colours[1] == "#f7f7f7"


def test_manual_breaks_around_0_are_neutral_and_stay_as_given(atlas: Atlas) -> None:
    made = three(atlas, -40, 3, 60, minimum=None, palette="RdBu")
    legend = map_view(made, "x", how=Drawing(method="manual", breaks=(-5, 5, 50))).legend
    assert legend.bounds == (-40, -5, 5, 50, 60)
    assert (legend.counts, legend.colours[1]) == ((1, 1, 0, 1), "#f7f7f7")


def test_manual_breaks_are_the_same_in_every_year(atlas: Atlas) -> None:
    years: Yearly = {
        2015: {EAST: 3.0, MID: 4.0, WEST: NAN},
        2020: {EAST: 12.0, MID: 35.0, WEST: 60.0},
    }
    made = with_values(atlas, years)
    early, late = (
        map_view(made, "x", year=year, how=Drawing(method="manual", breaks=(10, 20, 30))).legend
        for year in years
    )
    assert early.bounds == late.bounds == (3, 10, 20, 30, 60)
    assert (early.counts, late.counts) == ((2, 0, 0, 0), (0, 1, 0, 2))


# --- changes whose base years differ --------------------------------------------------------------


def test_areas_compared_with_another_year_are_named(atlas: Atlas) -> None:
    years: Yearly = {
        2015: {EAST: 10.0, MID: 10.0, WEST: 10.0},
        2018: {EAST: 10.0, MID: 20.0, WEST: NAN},
        2020: {EAST: 12.0, MID: 30.0, WEST: 15.0},
    }
    made = with_values(atlas, years)
    change = replace(made.indicators["x"], id="y", formula=Formula(Op.CHANGE, "x"), minimum=None)
    view = map_view(replace(made, indicators={**made.indicators, "y": change}), "y", year=2020)
    assert column(view, "value") == [pytest.approx(20), 50, 50]
    assert view.base_year == 2018
    assert "（2018–2020年）" in view.title.zh
    assert [note.zh for note in view.legend.notes if "基年" in note.zh] == [
        "伊金霍洛旗以2015年为基年"
    ]
    same = map_view(replace(made, indicators={**made.indicators, "y": change}), "y", year=2018)
    assert not any("基年" in note.zh for note in same.legend.notes)


# --- marks and JSON -------------------------------------------------------------------------------


def test_every_map_bears_its_marks(atlas: Atlas) -> None:
    assert map_view(atlas, "population").marks == (INTERNAL_MARK,)
    made_up = replace(atlas, synthetic=True)
    assert map_view(made_up, "population").marks == (SYNTHETIC_MARK, INTERNAL_MARK)


def test_sources_are_those_of_the_values_shown_each_once(atlas: Atlas) -> None:
    assert map_view(atlas, "population").sources == ("plan",)
    assert map_view(atlas, "density").sources == ("plan", "boundaries")


def test_the_city_figure_is_sourced_where_no_part_reports(atlas: Atlas) -> None:
    parts = atlas.figures["area"] != atlas.city
    talk = atlas.figures[~parts & (atlas.figures["indicator"] == "population")]
    alone = map_view(replace(atlas, figures=talk), "population")
    assert all(area.value is None for area in alone.areas)
    assert alone.city is not None
    assert alone.sources == ("plan",)


def test_json_has_null_for_what_is_not_finite() -> None:
    assert as_plain({"a": [NAN, math.inf, 1.5], "b": (None, True)}) == {
        "a": [None, None, 1.5],
        "b": [None, True],
    }


@pytest.fixture(scope="module", params=["shipped", "demo"])
def release(request: pytest.FixtureRequest, made_up: Atlas, published_release: Atlas) -> Atlas:
    if request.param == "shipped":
        return published_release
    return made_up


def all_views(atlas: Atlas) -> Iterator[MapView]:
    for name in atlas.indicators:
        for kind in ("actual", "target"):
            for year in atlas.series.get((name, kind), {None: {}}):
                yield map_view(atlas, name, year=year, kind=kind)


def legend_holds(view: MapView) -> None:
    legend = view.legend
    # What prints alike has one class: the legend is of the numbers as printed.
    known = [rounded(one.value, one.decimals) for one in view.areas if one.value is not None]
    assert sum(legend.counts) == len(known)
    assert len(legend.labels) == len(legend.colours) == len(legend.inks) == len(legend.counts)
    assert len(legend.bounds) == (len(legend.counts) + 1 if known else 0)
    assert all(count > 0 for count in legend.counts)
    # What differs by rounding only stands as the city's value: one class, whatever each has.
    told = [rounded(one.value, one.decimals) for one in view.areas
            if one.value is not None and one.level is None]  # fmt: skip
    if told:
        assert legend.bounds[0] <= min(told)
        assert max(told) <= legend.bounds[-1]
    assert len({one.class_index for one in view.areas if one.level is not None}) <= 1
    placed = [one for one in view.areas if one.value is not None and one.status != "apportioned"]
    alone = len(placed) == 1
    for one in view.areas:
        assert (one.class_index == -1) == (one.value is None)
        estimated = one.status == "apportioned"
        assert (one.rank is None) == (one.value is None or estimated or alone)
        assert (one.method is not None and "估算" in one.method.zh) == estimated
        if one.value is not None and one.class_index and one.level is None:
            bounds = legend.bounds[one.class_index : one.class_index + 2]
            assert bounds[0] < rounded(one.value, one.decimals) <= bounds[1]


def in_full(schema: Any, parts: dict[str, Any]) -> Any:
    """Put what a schema refers to in its place: to look it up takes half of the time."""
    if isinstance(schema, list):
        return [in_full(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        beside = {name: one for name, one in schema.items() if name != "$ref"}
        return in_full({**parts[schema["$ref"].removeprefix("#/$defs/")], **beside}, parts)
    return {name: in_full(one, parts) for name, one in schema.items() if name != "$defs"}


@pytest.mark.slow
def test_every_map_of_a_release_is_as_the_schema_says(release: Atlas) -> None:
    schema = json.loads((web_dir() / "mapview.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(in_full(schema, schema["$defs"]))
    count = 0
    for view in all_views(release):
        text = json.dumps(view.as_dict(), allow_nan=False, ensure_ascii=False)
        assert "NaN" not in text
        validator.validate(json.loads(text))
        legend_holds(view)
        assert set(view.sources) <= release.sources.keys()
        assert sum(view.status_counts.values()) == len(release.parts)
        count += 1
    assert count >= len(release.indicators) * 2


# --- one print, one colour ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nine(published_release: Atlas) -> Atlas:
    """Give the shipped release, for its nine areas."""
    return published_release


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.one_of(
            st.floats(-100, 100), st.floats(40.4, 40.6), st.sampled_from([0.0, 0.003, -0.04, 0.05])
        ),
        min_size=9,
        max_size=9,
    ),
    decimals=st.integers(0, 2),
    palette=st.sampled_from(["Blues", "RdBu"]),
    k=st.integers(2, 9),
    shared=st.booleans(),
)
@pytest.mark.parametrize(
    "method", ["quantile", "equal", "natural", "pretty", "stddev", "headtail", "manual"]
)
@pytest.mark.slow
def test_areas_that_print_the_same_number_have_the_same_colour(
    nine: Atlas,
    method: str,
    values: list[float],
    decimals: int,
    palette: str,
    k: int,
    shared: bool,
) -> None:
    rows = {
        area.code: Value(value, "reported", (), False, 0)
        for area, value in zip(nine.parts, values, strict=True)
    }
    one = replace(nine.indicator("population_density"), decimals=decimals)
    breaks = [40.45, 40.5] if method == "manual" else None
    scene = Slice(one, (2020,), 2020, "actual", {2020: rows, 2019: {**rows}})
    how = Drawing(method, k, palette, None, shared, breaks)
    view = draw_view(nine, scene, how)
    classes: dict[str, set[int]] = {}
    for area in view.areas:
        assert area.value is not None
        classes.setdefault(written(area.value, decimals), set()).add(area.class_index)
    assert all(len(found) == 1 for found in classes.values())
    # Equal intervals narrower than ten printed steps would no longer be equal at that step.
    if method not in ("manual", "equal"):
        grid = [round(bound * 10**decimals, 6) for bound in view.legend.bounds]
        assert all(step == int(step) for step in grid), "bounds have no more decimals than values"


def test_two_areas_at_40_5_have_one_class(atlas: Atlas) -> None:
    shown = three(atlas, 40.4501, 40.5493, 38.6, decimals=1)
    assert shown_of(map_view(shown, "x")) == {EAST: "40.5", MID: "40.5", WEST: "38.6"}
    east, mid, west = (area.class_index for area in map_view(shown, "x").areas)
    assert east == mid > west


def shown_of(view: MapView) -> dict[str, str]:
    """Give what is printed on each area."""
    return {one.code: written(one.value or 0, view.indicator.decimals) for one in view.areas}
