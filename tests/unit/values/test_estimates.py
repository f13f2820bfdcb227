"""Estimates: totals kept to the unit, reports untouched, against plain counting by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geomap.errors import Text
from geomap.model.catalog import DefinitionVersion, Formula, Indicator, Measure, Op
from geomap.tables.comparability import (
    Vintage,
    breaks_between,
    check_areas,
    compare_area,
    compare_years,
    disjoint,
    existed,
    in_words,
    joint_fault,
    read_versions,
    versions_of,
)
from geomap.values.estimates import ESTIMATE_COLUMNS, Estimates, estimate, flat_by_construction
from geomap.values.fitting import EstimateError, ipf, largest_remainder, round_table, whole_units
from geomap.values.indicators import VALUE_COLUMNS

NAN = math.nan
CITY, A, B, C = "10", "11", "12", "13"
AREAS = [A, B, C]
Row = dict[str, Any]


def indicator(id_: str, decimals: int = 0, **members: Any) -> Indicator:
    given = {"measure": Measure.COUNT, "unit": Text("人", "people"), **members}
    return Indicator(
        id_, Text(id_, id_), "g", decimals=decimals, direction="more", definition=Text("", ""),
        **given,
    )  # fmt: skip


TALENT, PEOPLE, MONEY = indicator("talent"), indicator("people"), indicator("money", 1)
MENU = {one.id: one for one in (TALENT, PEOPLE, MONEY)}


def value(name: str, area: str, number: float, year: int = 2020, status: str = "") -> Row:
    known = "missing" if math.isnan(number) else "reported"
    return {
        "indicator": name, "area": area, "year": year, "kind": "actual", "value": number,
        "status": status or known, "figures": (f"{name}:{area}:{year}",), "conflict": False,
        "base_year": 0, "approx": "",
    }  # fmt: skip


def table(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=VALUE_COLUMNS)


def people(*numbers: float, year: int = 2020) -> list[Row]:
    return [value("people", area, one, year) for area, one in zip(AREAS, numbers, strict=True)]


def made(*rows: Row, weights: Sequence[str] = ("people",), **options: Any) -> Estimates:
    menu = spread_by(MENU, talent=tuple(weights))
    return estimate(table(*rows), menu, CITY, AREAS, **options)


def spread_by(menu: Mapping[str, Indicator], **weights: tuple[str, ...]) -> dict[str, Indicator]:
    return {name: replace(one, weights=weights.get(name, ())) for name, one in menu.items()}


def by_area(estimates: Estimates, column: str = "value") -> dict[str, float]:
    return dict(zip(estimates.table["area"], estimates.table[column], strict=True))


# --- largest remainder ----------------------------------------------------------------------------


def test_what_is_left_goes_to_the_largest_fractions() -> None:
    # 10 by 5 : 3 : 1 is 5.56, 3.33, 1.11: the one left over goes to the first.
    assert largest_remainder(10, [5, 3, 1]) == [6, 3, 1]


def test_ties_go_to_the_first() -> None:
    assert largest_remainder(2, [1, 1, 1]) == [1, 1, 0]


def test_nothing_to_spread_is_spread_as_zeros() -> None:
    assert largest_remainder(0, [1, 0]) == [0, 0]


@pytest.mark.parametrize(
    ("amount", "weights", "words"),
    [
        (-1, [1], "为负"),
        (1, [0, 0], "全为零"),
        (1, [-1, 2], "权数"),
        (1, [NAN], "权数"),
        (1, [], "零"),
    ],
)
def test_what_cannot_be_spread_is_refused(amount: int, weights: list[float], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        largest_remainder(amount, weights)


some_weights = st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=7)


@settings(deadline=None)
@given(st.integers(0, 10**7), some_weights)
@pytest.mark.slow
def test_the_amount_is_kept_and_each_gets_its_quota_up_or_down(
    amount: int, weights: list[float]
) -> None:
    assume(sum(weights) > 0)
    given_ = largest_remainder(amount, weights)
    whole = sum(map(Fraction, weights))
    assert sum(given_) == amount
    for got, weight in zip(given_, weights, strict=True):
        assert got >= 0
        assert abs(got - amount * Fraction(weight) / whole) < 1


def one_by_one(amount: int, weights: Sequence[int]) -> list[int]:
    """Count out the whole parts, then hand out unit after unit to who lacks most: an oracle."""
    whole = sum(weights)
    got = [amount * weight // whole for weight in weights]
    while sum(got) < amount:
        lacks = [amount * weight - have * whole for weight, have in zip(weights, got, strict=True)]
        best = max(range(len(got)), key=lambda one: (lacks[one], -one))
        got[best] += 1
    return got


@settings(deadline=None)
@given(st.integers(0, 500), st.lists(st.integers(0, 20), min_size=1, max_size=6))
def test_handing_out_one_by_one_gives_the_same(amount: int, weights: list[int]) -> None:
    assume(sum(weights) > 0)
    assert largest_remainder(amount, weights) == one_by_one(amount, weights)


@settings(deadline=None)
@given(st.integers(0, 500), st.lists(st.integers(1, 99), min_size=2, max_size=6, unique=True))
@pytest.mark.slow
def test_another_order_of_the_areas_gives_each_the_same_but_for_ties(
    amount: int, weights: list[int]
) -> None:
    quotas = [Fraction(amount * weight, sum(weights)) for weight in weights]
    parts = [quota - math.floor(quota) for quota in quotas]
    assume(len(set(parts)) == len(parts))
    straight = largest_remainder(amount, weights)
    assert largest_remainder(amount, weights[::-1]) == straight[::-1]


def test_units_of_the_last_printed_digit_are_whole() -> None:
    assert (whole_units(43.8, 1), whole_units(0.29, 2), whole_units(5.0, 0)) == (438, 29, 5)
    with pytest.raises(EstimateError, match="小数"):
        whole_units(43.81, 1)


# --- estimates ------------------------------------------------------------------------------------


def test_a_total_is_spread_by_population_when_nobody_reported() -> None:
    found = made(value("talent", CITY, 100), *people(500, 300, 200))
    assert by_area(found) == {A: 50, B: 30, C: 20}
    assert set(found.table["status"]) == {"apportioned"}
    assert list(found.table.columns) == ESTIMATE_COLUMNS
    assert found.table["figures"][0] == (
        "talent:10:2020", "people:11:2020", "people:12:2020", "people:13:2020",
    )  # fmt: skip
    assert "估算" in found.table["method"][0].zh
    assert found.weights_used == {("talent", 2020): "people"}


def test_what_an_area_reports_stays_and_the_rest_is_spread_again() -> None:
    rows = [value("talent", CITY, 100), *people(500, 300, 200)]
    found = made(*rows, value("talent", A, 70))
    assert by_area(found) == {B: 18, C: 12}
    assert "减有数的 1 处，余 30人" in found.table["method"][0].zh


def test_decimals_are_those_that_are_printed() -> None:
    rows = [value("money", CITY, 43.8), *people(574, 119, 329)]
    found = estimate(table(*rows), spread_by(MENU, money=("people",)), CITY, AREAS)
    # 43.8 by 574 : 119 : 329 is 24.60, 5.10, 14.10.
    assert by_area(found) == {A: 24.6, B: 5.1, C: 14.1}


def test_a_second_weight_gives_the_range() -> None:
    money = [value("money", area, one) for area, one in zip(AREAS, (1, 1, 2), strict=True)]
    found = made(
        value("talent", CITY, 100), *people(500, 300, 200), *money, weights=("people", "money")
    )
    assert by_area(found) == {A: 50, B: 30, C: 20}
    assert by_area(found, "low") == {A: 25, B: 25, C: 20}
    assert by_area(found, "high") == {A: 50, B: 30, C: 50}


def test_one_weight_alone_gives_no_range() -> None:
    found = made(value("talent", CITY, 100), *people(500, 300, 200))
    assert found.table[["low", "high"]].isna().all(axis=None)
    assert "不给区间" in found.table["method"][0].zh


def test_the_weight_is_of_the_nearest_complete_year_and_that_is_said() -> None:
    rows = [
        value("talent", CITY, 100, 2015),
        *people(1, 1, 2, year=2013), *people(5, NAN, 5, year=2015), *people(9, 1, 0, year=2020),
    ]  # fmt: skip
    found = made(*rows)
    assert by_area(found) == {A: 25, B: 25, C: 50}
    assert "（2013年）" in found.table["method"][0].zh
    assert "2015年没有完整的权数" in found.table["method"][0].zh


def test_of_two_years_equally_near_the_later_is_taken() -> None:
    rows = [value("talent", CITY, 4), *people(1, 1, 2, year=2019), *people(2, 1, 1, year=2021)]
    assert by_area(made(*rows)) == {A: 2, B: 1, C: 1}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([value("talent", CITY, 60), value("talent", A, 70)], "小于有数的各旗区合计"),
        ([value("talent", CITY, 60), value("talent", A, NAN, status="suppressed")], "不予公开"),
        ([value("talent", CITY, 60) | {"approx": "超过"}], "只知范围（超过）"),
        ([value("talent", CITY, 60), value("talent", A, 3) | {"approx": "3—5"}], "只知范围（3—5）"),
    ],
)
def test_a_remainder_that_cannot_be_spread_is_refused_with_a_reason(
    rows: list[Row], words: str
) -> None:
    found = made(*rows, *people(5, 3, 2))
    assert len(found.table) == 0
    assert [words in one.reason.zh for one in found.refusals] == [True]


@pytest.mark.parametrize("numbers", [(5, NAN, 2), (0, 0, 0), (5, -1, 2)])
def test_a_weight_that_is_missing_zero_or_negative_is_not_used(numbers: tuple[float, ...]) -> None:
    found = made(value("talent", CITY, 60), *people(*numbers))
    assert len(found.table) == 0
    assert [one.weight for one in found.refusals] == ["people", ""]


def test_the_second_weight_stands_in_for_the_first() -> None:
    money = [value("money", area, one) for area, one in zip(AREAS, (1, 1, 2), strict=True)]
    found = made(value("talent", CITY, 4), *people(5, NAN, 2), *money, weights=("people", "money"))
    assert by_area(found) == {A: 1, B: 1, C: 2}
    assert found.weights_used == {("talent", 2020): "money"}


def test_without_a_total_or_without_gaps_there_is_nothing_to_do() -> None:
    assert len(made(*people(5, 3, 2)).table) == 0
    full = [value("talent", area, 1) for area in AREAS]
    found = made(value("talent", CITY, 9), *full, *people(5, 3, 2))
    assert (len(found.table), found.refusals) == (0, ())


def test_rates_and_indicators_without_weights_are_left_alone() -> None:
    rate = indicator("rate", measure=Measure.RATE, weights=("people",))
    rows = table(value("rate", CITY, 9), value("talent", CITY, 9), *people(5, 3, 2))
    found = estimate(rows, {**MENU, "rate": rate}, CITY, AREAS)
    assert len(found.table) == 0


def test_an_area_that_was_not_there_yet_gets_nothing() -> None:
    rows = [value("talent", CITY, 80, 2010), *people(5, 3, 2, year=2010)]
    found = made(*rows, vintages={C: Vintage(2016)})
    assert by_area(found) == {A: 50, B: 30}


def test_a_weight_of_other_boundaries_is_not_used() -> None:
    rows = [value("talent", CITY, 80, 2010), *people(5, 3, 2, year=2020)]
    found = made(*rows, vintages={C: Vintage(2016, split_from=A)})
    assert len(found.table) == 0
    assert "同一区划" in found.refusals[0].reason.zh


def test_a_joint_figure_is_never_split() -> None:
    rows = [value("talent", CITY, 100), value("talent", f"{A}+{B}", 70), *people(5, 3, 2)]
    assert by_area(made(*rows)) == {C: 30}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, dict[str, int], list[int]]:
    """Draw a total, what some areas reported of it, and weights."""
    reported = draw(st.dictionaries(st.sampled_from(AREAS), st.integers(0, 50), max_size=2))
    rest = draw(st.integers(0, 200))
    weights = draw(st.lists(st.integers(1, 50), min_size=3, max_size=3))
    return rest + sum(reported.values()), reported, weights


@settings(max_examples=40, deadline=None)
@given(worlds(), st.randoms())
@pytest.mark.slow
def test_totals_are_kept_and_reports_never_touched(
    world: tuple[int, dict[str, int], list[int]], random: Any
) -> None:
    total, reported, weights = world
    rows = [value("talent", CITY, total), *people(*weights)]
    rows += [value("talent", area, number) for area, number in reported.items()]
    random.shuffle(rows)
    found = by_area(made(*rows))
    assert set(found) == set(AREAS) - set(reported)
    assert sum(found.values()) + sum(reported.values()) == total
    assert min(found.values()) >= 0


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from(AREAS), st.data())
@pytest.mark.slow
def test_a_report_takes_the_place_of_the_estimate_and_the_total_stays(
    world: tuple[int, dict[str, int], list[int]], area: str, data: st.DataObject
) -> None:
    total, reported, weights = world
    assume(area not in reported)
    reports = data.draw(st.integers(0, total - sum(reported.values())))
    rows = [value("talent", CITY, total), *people(*weights)]
    rows += [value("talent", name, number) for name, number in {**reported, area: reports}.items()]
    found = by_area(made(*rows))
    assert area not in found
    if found:
        assert sum(found.values()) + sum(reported.values()) + reports == total


# --- categories × areas ---------------------------------------------------------------------------

X, Y = indicator("x", part_of="talent"), indicator("y", part_of="talent")


def crossed(*rows: Row) -> Estimates:
    menu = spread_by({**MENU, "x": X, "y": Y}, x=("people",), y=("people",))
    return estimate(table(*rows), menu, CITY, AREAS, complete=("talent",))


def margins(x: float, y: float) -> list[Row]:
    totals = [value("talent", area, n) for area, n in zip(AREAS, (50, 30, 20), strict=True)]
    return [*totals, value("x", CITY, x), value("y", CITY, y), *people(5, 3, 2)]


def test_categories_are_fitted_when_areas_and_city_are_known() -> None:
    found = crossed(*margins(60, 40)).table
    assert found["value"].tolist() == [30, 18, 12, 20, 12, 8]
    assert "迭代比例拟合" in found["method"][0].zh


def test_a_reported_cell_stays_and_both_margins_are_kept() -> None:
    found = crossed(*margins(60, 40), value("x", A, 45)).table
    cells = {(row["indicator"], row["area"]): row["value"] for row in found.to_dict("records")}
    # A has 5 left, all y; x has 15 left for B and C (30 and 20), y has 35.
    assert cells == {
        ("x", B): 9, ("x", C): 6, ("y", A): 5, ("y", B): 21, ("y", C): 14,
    }  # fmt: skip


def test_margins_that_disagree_are_named_and_the_weights_take_over() -> None:
    found = crossed(*margins(60, 39))
    assert "100" in found.refusals[0].reason.zh
    assert "99" in found.refusals[0].reason.zh
    assert found.table["value"].tolist() == [30, 18, 12, 19, 12, 8]


def test_a_share_of_fitted_parts_is_flat_but_not_beside_reported_ones() -> None:
    share = indicator("share", measure=Measure.SHARE, formula=Formula(Op.RATIO, "x", "talent", 100))
    assert flat_by_construction(share, crossed(*margins(60, 40)).weights_in(2020)) is not None
    found = crossed(*margins(60, 40), value("x", A, 45))
    assert flat_by_construction(share, found.weights_in(2020)) is None


@pytest.mark.parametrize(
    ("formula", "used", "flat"),
    [
        (Formula(Op.RATIO, "talent", "people"), {"talent": "people"}, True),
        (Formula(Op.QUOTIENT, "talent", "people"), {"talent": "people"}, True),
        (Formula(Op.RATIO, "talent", "people"), {"talent": "money"}, False),
        (Formula(Op.RATIO, "talent", "people"), {}, False),
        (Formula(Op.RATIO, "x", "talent"), {"x": "people", "talent": "people"}, True),
        (Formula(Op.SHARE, "talent"), {"talent": "people"}, False),
        (None, {"talent": "people"}, False),
    ],
)
def test_a_ratio_to_its_own_weight_is_flat_by_construction(
    formula: Formula | None, used: Mapping[str, str], flat: bool
) -> None:
    told = flat_by_construction(indicator("ratio", formula=formula), used)
    assert (told is not None) == flat


# --- iterative proportional fitting ---------------------------------------------------------------


def test_a_uniform_seed_gives_rows_times_columns() -> None:
    fit = ipf(np.ones((2, 2)), [30, 70], [40, 60])
    assert fit.table == pytest.approx(np.array([[12, 18], [28, 42]]))
    assert fit.converged


def test_deming_and_stephan_keep_the_odds_of_the_seed() -> None:
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    fit = ipf(seed, [10, 20], [12, 18])
    (a, b), (c, d) = fit.table
    assert a * d / (b * c) == pytest.approx(4 / 6)


def test_zero_cells_stay_zero_and_an_impossible_table_says_so() -> None:
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    fit = ipf(seed, [3, 7], [5, 5])
    assert fit.table == pytest.approx(np.array([[3, 0], [2, 5]]))
    stuck = ipf(seed, [6, 4], [5, 5], most_rounds=20)
    assert (stuck.converged, stuck.table[0, 1]) == (False, 0)
    assert stuck.gap > 0


def test_margins_that_disagree_name_both_sums() -> None:
    with pytest.raises(EstimateError, match=r"43\.8.*43\.79"):
        ipf(np.ones((2, 2)), [40, 3.8], [40, 3.79])


@pytest.mark.parametrize(
    ("seed", "rows", "columns"),
    [([[1.0, 1.0]], [1], [1]), ([[-1.0, 1.0]], [1], [1, 0]), ([[0.0], [1.0]], [1, 1], [2])],
)
def test_what_cannot_be_fitted_is_refused(
    seed: list[list[float]], rows: list[float], columns: list[float]
) -> None:
    with pytest.raises(EstimateError):
        ipf(np.array(seed), rows, columns)


def test_a_table_of_nothing_is_nothing() -> None:
    assert ipf(np.zeros((2, 1)), [0, 0], [0]).table.tolist() == [[0], [0]]


tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 9), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def scaled_by_hand(seed: list[list[float]], rows: list[int], columns: list[int]) -> Any:
    """Scale rows, then columns, in plain loops: an oracle."""
    cells = [list(map(float, line)) for line in seed]
    for _ in range(200):
        for i, line in enumerate(cells):
            whole = sum(line)
            cells[i] = [one * rows[i] / whole if whole else 0.0 for one in line]
        for j in range(len(columns)):
            whole = sum(line[j] for line in cells)
            for line in cells:
                line[j] = line[j] * columns[j] / whole if whole else 0.0
    return cells


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(0, 10**6))
@pytest.mark.slow
def test_margins_hold_loops_agree_and_rounding_loses_nothing(
    counts: list[list[int]], key: int
) -> None:
    target = np.array(counts)
    rows, columns = target.sum(axis=1), target.sum(axis=0)
    seed = np.random.default_rng(key).uniform(0.1, 1, target.shape)
    fit = ipf(seed, rows, columns, 1e-12)
    assert fit.converged
    assert fit.table.sum(axis=1) == pytest.approx(rows)
    assert fit.table.sum(axis=0) == pytest.approx(columns)
    assert (fit.table >= 0).all()
    assert fit.table == pytest.approx(np.array(scaled_by_hand(seed, list(rows), list(columns))))
    rounded = round_table(fit.table, list(rows), list(columns))
    assert rounded.kept
    assert (np.abs(rounded.table - fit.table) < 1 + 1e-6).all()
    assert (rounded.table >= 0).all()


def test_columns_are_mended_by_moving_units_within_rows() -> None:
    cells = np.array([[0.6, 0.4], [0.6, 0.4], [0.8, 0.2]])
    rounded = round_table(cells, [1, 1, 1], [2, 1])
    assert rounded.kept
    assert rounded.table.sum(axis=0).tolist() == [2, 1]
    assert rounded.table[2].tolist() == [1, 0]


def test_each_possible_rounding_of_a_small_table_is_worse_or_as_good() -> None:
    cells = np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3], [0.1, 0.4, 0.5]])
    found = round_table(cells, [1, 1, 1], [1, 1, 1]).table
    costs = [
        sum(1 - cells[row, column] for row, column in enumerate(order))
        for order in itertools.permutations(range(3))
    ]
    assert sum((1 - cells)[found == 1]) == pytest.approx(min(costs))


def test_margins_that_the_table_does_not_have_are_reported() -> None:
    rounded = round_table(np.array([[1.0, 2.0]]), [3], [2, 1])
    assert not rounded.kept
    assert "列合计最多差 1" in rounded.text.zh


# --- definitions and boundaries -------------------------------------------------------------------

VERSIONS = (
    DefinitionVersion(2018, Text("含柔性引进", "with flexible")),
    DefinitionVersion(2021, Text("新口径", "new")),
)


def test_a_break_lies_between_the_year_before_and_the_first_year() -> None:
    assert [one.since for one in breaks_between(VERSIONS, 2015, 2020)] == [2018]
    assert [one.since for one in breaks_between(VERSIONS, 2021, 2017)] == [2018, 2021]
    assert breaks_between(VERSIONS, 2018, 2020) == ()


def test_a_change_across_a_break_is_refused_until_accepted() -> None:
    refused = compare_years(VERSIONS, 2020, 2021)
    assert (refused.allowed, "2021年起：新口径" in refused.text.zh) == (False, True)
    accepted = compare_years(VERSIONS, 2020, 2021, accepted=True)
    assert (accepted.allowed, "口径有变" in accepted.text.zh) == (True, True)
    assert compare_years(VERSIONS, 2018, 2020).allowed


def test_versions_are_read_in_order_and_faults_are_told() -> None:
    from geomap.model.findings import Findings
    from geomap.tables.json_file import Document

    findings = Findings()
    document = Document("indicators.json", "[]", findings)
    rows = [
        {"from": 2021, "note_zh": "新", "note_en": "new"},
        {"from": 2018, "note_zh": "旧", "note_en": "old"},
    ]
    assert [one.since for one in read_versions(document, 1, rows)] == [2018, 2021]
    assert findings == []
    read_versions(document, 1, [*rows, rows[0], {"from": "2020"}])
    assert {one.column for one in findings} >= {"versions", "from", "note_zh"}


def test_a_definition_needs_a_year_that_is_one_and_a_note_and_all_faults_are_told_at_once() -> None:
    from geomap.model.findings import Findings
    from geomap.tables.json_file import Document

    findings = Findings()
    rows = [
        {"from": 21, "note_zh": "新", "note_en": "new"},
        {"from": 2018, "note_zh": " ", "note_en": "old"},
    ]
    read_versions(Document("indicators.json", "[]", findings), 7, rows)
    assert [(one.line, one.what.zh) for one in findings] == [
        (7, "21 不是年份"),
        (7, "口径说明是空的"),
    ]


def test_what_is_worked_out_has_the_definitions_of_all_its_parts() -> None:
    def one(id_: str, formula: Formula | None, *since: int) -> Indicator:
        text = Text(id_, id_)
        versions = tuple(DefinitionVersion(year, text) for year in since)
        return Indicator(
            id_, text, "g", text, Measure.COUNT, 0, "more", text, formula, versions=versions
        )

    menu = {
        name: one(name, formula, *since)
        for name, formula, since in (
            ("people", None, (2020,)),
            ("talent", None, (2018, 2021)),
            ("rate", Formula(Op.RATIO, "talent", "people"), (2019,)),
            ("growth", Formula(Op.CHANGE, "rate"), ()),
            ("sites", Formula(Op.SITES, "people"), ()),
        )
    }
    assert [version.since for version in versions_of("growth", menu)] == [2018, 2019, 2020, 2021]
    assert versions_of("sites", menu) == ()
    assert versions_of("nothing", menu) == ()
    assert in_words(versions_of("people", menu)).zh == "2020年起：people"


VINTAGES = {B: Vintage(2016, split_from=A)}


def test_an_area_exists_from_its_first_year() -> None:
    assert [existed(B, year, VINTAGES) for year in (2015, 2016)] == [False, True]
    assert existed(A, 1949, VINTAGES)


@pytest.mark.parametrize(
    ("area", "years", "allowed"),
    [
        (A, (2015, 2020), False),
        (B, (2020, 2015), False),
        (A, (2016, 2020), True),
        (C, (2010, 2020), True),
    ],
)
def test_areas_are_compared_within_one_vintage_only(
    area: str, years: tuple[int, int], allowed: bool
) -> None:
    assert compare_area(area, *years, VINTAGES).allowed == allowed
    assert compare_area(area, *years, VINTAGES, accepted=True).allowed


@pytest.mark.parametrize(
    ("code", "words"),
    [(f"{B}+{A}", "次序"), (f"{A}+{A}", "重复"), (f"{A}+99", "99"), (f"{A}+", "（空）"),
     (f"{A}+{B}+{C}", "全市"), (f"{CITY}+{A}", CITY)],
)  # fmt: skip
def test_a_joint_code_that_is_not_well_made_is_told(code: str, words: str) -> None:
    fault = joint_fault(code, AREAS, CITY)
    assert fault is not None
    assert words in fault[0]


def test_a_figure_of_an_area_before_its_time_is_a_finding() -> None:
    figures = pd.DataFrame(
        {
            "id": ["plan:2", "plan:3", "plan:4", "plan:5"],
            "area": [B, f"{A}+{B}", f"{B}+{A}", B],
            "year": [2015, 2015, 2015, 2020],
        }
    )
    found = check_areas(figures, AREAS, CITY, VINTAGES)
    assert [(one.file, one.line) for one in found] == [("stats/plan.csv", 2), ("stats/plan.csv", 4)]


def test_nothing_is_added_up_twice() -> None:
    joint = f"{A}+{B}"
    assert disjoint([A, joint, C]) == [C, joint]
    assert disjoint([A, B, joint]) == [A, B]
    assert disjoint([joint, f"{B}+{C}"]) == [joint]
