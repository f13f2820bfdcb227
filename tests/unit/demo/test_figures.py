"""Made-up figures add up where real ones would, and each seed is a world of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geomap.atlas import Atlas
from geomap.demo.city import (
    YEARS,
    apportion,
    city_path,
    divide_total,
    known_figures,
    partitions,
    whole_path,
)
from geomap.demo.figures import NOTE, cell_statuses, decimal_text, figure_rows
from geomap.demo.matrix import complete_matrix, make_places
from geomap.demo.sites import demo_sites, site_figure_rows
from geomap.errors import Text
from geomap.model.catalog import Area, Indicator, Kind, Measure, SiteKind

CITY, WEST, MIDDLE, EAST = "150600", "150602", "150603", "150621"


def indicator(name: str, measure: Measure = Measure.COUNT, **more: Any) -> Indicator:
    text = Text(name, name)
    settings = {"decimals": 0, "minimum": 0.0, **more}
    return Indicator(
        name, text, "talent", text, measure, direction="more", definition=text, **settings
    )


def known(name: str, year: int, value: float, **more: Any) -> dict[str, Any]:
    row = {"area": CITY, "kind": "actual", "locator": "专栏1", "source": "plan"}
    return row | {"indicator": name, "year": year, "value": value} | more


@pytest.fixture
def toy() -> Atlas:
    """Three squares; a total of 3.0 that its two parts, 1.25 and 1.76, do not quite make up."""
    indicators = [
        indicator("total", decimals=1),
        indicator("part_a", decimals=2, part_of="total"),
        indicator("part_b", decimals=2, part_of="total"),
        indicator("stations"),
        indicator("best_stations", part_of="stations"),
        indicator("share", Measure.SHARE, decimals=2, maximum=100.0),
        indicator("population"),
    ]
    figures = [
        known("total", 2020, 3.0),
        known("part_a", 2020, 1.25),
        known("part_b", 2020, 9.99),
        known("part_b", 2020, 1.76, locator="专栏2"),
        known("stations", 2015, 4),
        known("stations", 2025, 9),
        known("best_stations", 2025, 8),
        known("share", 2020, 97.5),
        known("share", 2025, 99, kind="target"),
        *(
            known("population", 2020, 100 * size, area=area)
            for size, area in enumerate((WEST, MIDDLE, EAST), 1)
        ),
    ]
    codes = (WEST, MIDDLE, EAST)
    shapes = gpd.GeoDataFrame(
        {"code": codes}, geometry=[box(x, 0, x + 1, 1) for x in range(3)], crs="EPSG:4326"
    )
    kinds = [("base", False), ("lab", False), ("studio", False), ("offshore", True)]
    real = pd.DataFrame(
        [{"id": "o1", "kind": "offshore", "area": "110000", "lon": 116.4074, "lat": 39.9042}]
    )
    return Atlas(
        release="",
        title=Text("", ""),
        city=CITY,
        areas={code: Area(code, code, code, code, "banner", CITY) for code in (CITY, *codes)},
        groups=(),
        indicators={one.id: one for one in indicators},
        sources={},
        site_kinds={name: SiteKind(name, Text(name, name), "circle", out) for name, out in kinds},
        figures=pd.DataFrame(figures),
        boundaries=shapes,
        context=shapes.iloc[:0],
        sites=real,
        site_figures=real.iloc[:0],
        site_lists=real.iloc[:0],
    )


def test_where_documents_conflict_the_second_table_holds(toy: Atlas) -> None:
    assert known_figures(toy)["part_b"].actual == {2020: 1.76}


def test_a_target_is_not_taken_for_an_actual_figure(toy: Atlas) -> None:
    facts = known_figures(toy)["share"]
    assert (facts.actual, facts.target) == ({2020: 97.5}, {2025: 99})


def test_a_total_is_whole_when_the_documents_say_so(toy: Atlas) -> None:
    assert partitions(toy.indicators.values(), known_figures(toy)) == {
        "total": ["part_a", "part_b"]
    }


def test_the_areas_add_up_to_the_document_in_its_year(toy: Atlas) -> None:
    matrix = complete_matrix(toy, seed=1)
    place = YEARS.index(2020)
    found = {name: sum(row[place] for row in matrix[name].areas.values()) for name in matrix}
    assert (found["total"], found["part_a"], found["part_b"]) == (300, 125, 176)


def test_the_areas_add_up_to_the_city_in_every_year(toy: Atlas) -> None:
    for name, series in complete_matrix(toy, seed=2).items():
        if toy.indicators[name].additive:
            columns = zip(*series.areas.values(), strict=True)
            assert [sum(column) for column in columns] == list(series.city), name


def test_the_parts_add_up_to_the_total_but_for_the_rounding_of_the_document(toy: Atlas) -> None:
    matrix = complete_matrix(toy, seed=3)
    for code in (WEST, MIDDLE, EAST):
        parts = zip(matrix["part_a"].areas[code], matrix["part_b"].areas[code], strict=True)
        gaps = [
            whole - sum(both)
            for whole, both in zip(matrix["total"].areas[code], parts, strict=True)
        ]
        rounded = gaps.pop(YEARS.index(2020))
        assert set(gaps) == {0}
        assert rounded in (-1, 0)  # 1.25 + 1.76 is one hundredth more than the printed 3.0


def test_no_area_has_more_of_a_part_than_of_the_whole(toy: Atlas) -> None:
    matrix = complete_matrix(toy, seed=4)
    for code, best in matrix["best_stations"].areas.items():
        assert all(
            part <= whole for part, whole in zip(best, matrix["stations"].areas[code], strict=True)
        )


def test_shares_stay_below_one_hundred(toy: Atlas) -> None:
    rows = complete_matrix(toy, seed=5)["share"].areas.values()
    assert all(0 <= value <= 10_000 for row in rows for value in row)


def test_a_path_goes_through_its_known_years_and_never_turns(toy: Atlas) -> None:
    path = city_path(toy.indicators["stations"], known_figures(toy)["stations"], seed=6)
    assert (path[0], path[-1]) == (4, 9)
    assert path == sorted(path)


def test_a_sum_of_parts_is_bent_through_the_known_totals() -> None:
    ones = [1.0] * len(YEARS)
    bent = whole_path([ones, ones], {2017: 4.0, 2019: 8.0})
    assert bent == [4, 4, 4, 6, 8, 8, 8, 8, 8, 8, 8]


def test_what_documents_give_of_the_parts_is_kept_and_the_rest_divided() -> None:
    ten = [10] * len(YEARS)
    ones = [1.0] * len(YEARS)
    found = divide_total(ten, {"a": ones, "b": ones, "c": ones}, {"a": {2016: 4}, "b": {}, "c": {}})
    assert [found[part][1] for part in "abc"] == [4, 3, 3]
    assert [sum(column) for column in zip(*found.values(), strict=True)] == ten


def test_people_are_close_to_the_known_and_not_the_same(toy: Atlas) -> None:
    weight = make_places(toy, seed=7).weight
    for code, real in {WEST: 100, MIDDLE: 200, EAST: 300}.items():
        assert weight[code] == pytest.approx(real, rel=0.08)
        assert weight[code] != real


def test_seven_seats_go_4_2_1_by_webster() -> None:
    # Divided by 1, 3, 5, 7: 60, 20, 12, 8.6 and 25, 8.3 and 15, 5: the seven largest.
    assert apportion(7, [60, 25, 15]) == [4, 2, 1]


def test_what_a_cap_refuses_goes_to_the_next() -> None:
    assert apportion(5, [8, 1, 1], caps=[2, 5, 5]) == [2, 2, 1]


@given(
    st.integers(0, 10_000),
    st.lists(st.floats(0.01, 100), min_size=1, max_size=9),
)
def test_nothing_is_lost_and_more_for_all_is_less_for_none(
    total: int, weights: list[float]
) -> None:
    before, after = apportion(total, weights), apportion(total + 1, weights)
    assert (sum(before), sum(after)) == (total, total + 1)
    assert all(less <= more for less, more in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2940, 2, "29.40"), (5, 2, "0.05"), (7, 0, "7"), (-125, 1, "-12.5")],
)
def test_integers_print_with_their_decimals(value: int, decimals: int, text: str) -> None:
    assert decimal_text(value, decimals) == text


def test_one_area_alone_is_never_withheld() -> None:
    for seed in range(40):
        cells = cell_statuses("x", (WEST, MIDDLE, EAST), (2015, 2020), seed=seed)
        hidden = pd.Series(
            [year for (_, year), status in cells.items() if status == "suppressed"], dtype=int
        )
        assert set(hidden.value_counts()) <= {2}


def test_every_area_reports_in_the_year_of_a_document() -> None:
    for seed in range(40):
        cells = cell_statuses("x", (WEST, MIDDLE, EAST), (2015, 2020), seed=seed)
        assert not {year for _, year in cells} & {2015, 2020}


def test_only_missing_and_withheld_values_are_empty_and_every_row_says_it_is_made_up(
    toy: Atlas,
) -> None:
    for row in figure_rows(toy, seed=8):
        assert (row["value"] == "") == (row["status"] in ("missing", "suppressed"))
        assert row["note"] == NOTE


def test_the_city_has_a_row_for_each_year_and_its_targets(toy: Atlas) -> None:
    city = [row for row in figure_rows(toy, seed=9) if row["area"] == CITY]
    actual = [row for row in city if row["indicator"] == "share" and row["kind"] == Kind.ACTUAL]
    assert [row["year"] for row in actual] == [str(year) for year in YEARS]
    assert [
        (row["indicator"], row["year"], row["value"]) for row in city if row["kind"] == "target"
    ] == [("share", "2025", "99")]


def test_the_latest_year_is_provisional(toy: Atlas) -> None:
    actual = [row for row in figure_rows(toy, seed=10) if row["kind"] == Kind.ACTUAL]
    latest = {row["status"] for row in actual if row["year"] == "2025"}
    assert "provisional" in latest
    assert "reported" not in latest


def inside(toy: Atlas, rows: Sequence[dict[str, str]]) -> list[bool]:
    shapes = dict(zip(toy.boundaries["code"], toy.boundaries.geometry, strict=True))
    return [
        shapes[row["area"]].contains(Point(float(row["lon"]), float(row["lat"])))
        for row in rows
        if row["area"] in shapes and row["lon"]
    ]


def test_points_lie_inside_their_area_as_printed(toy: Atlas) -> None:
    found = inside(toy, demo_sites(toy, seed=11))
    assert len(found) > 150
    assert all(found)


def test_a_site_without_a_point_says_that_only_its_area_is_known(toy: Atlas) -> None:
    rows = demo_sites(toy, seed=12)
    assert all((row["lon"] == "") == (row["precision"] == "area") for row in rows)
    assert {row["precision"] for row in rows} == {"area", "town", "exact", "city"}


def test_each_kind_has_sites_and_each_site_a_name_that_says_it_is_made_up(toy: Atlas) -> None:
    rows = demo_sites(toy, seed=13)
    assert {row["kind"] for row in rows} == set(toy.site_kinds)
    assert all("示例" in row["name_zh"] and NOTE in row["note"] for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_site_outside_the_city_stands_in_the_city_of_the_real_one(toy: Atlas) -> None:
    (row,) = [row for row in demo_sites(toy, seed=14) if row["kind"] == "offshore"]
    assert (row["area"], row["lon"], row["lat"]) == ("110000", "116.40740", "39.90420")


def test_each_site_has_a_target_and_what_it_has_reached(toy: Atlas) -> None:
    sites = demo_sites(toy, seed=15)
    figures = pd.DataFrame(site_figure_rows(toy, sites, seed=15))
    assert set(figures["site"]) == {row["id"] for row in sites}
    assert figures.groupby(["site", "item"])["kind"].agg(set).map(len).eq(2).all()


def test_another_seed_makes_another_world(toy: Atlas) -> None:
    assert figure_rows(toy, seed=1) == figure_rows(toy, seed=1)
    assert figure_rows(toy, seed=1) != figure_rows(toy, seed=2)
    assert demo_sites(toy, seed=1) != demo_sites(toy, seed=2)
