"""Values worked out by hand, and against a plain loop that knows nothing of pandas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.errors import Text
from geomap.model.catalog import Formula, Indicator, Measure, Op, Source, Status
from geomap.values.indicators import VALUE_COLUMNS, evaluate, resolve

NAN = math.nan
CITY, A, B, C = "10", "11", "12", "13"
SOURCES = {
    name: Source(name, name, "", "", date)
    for name, date in (("old", "2020-05-01"), ("new", "2022-03-29"), ("undated", ""))
}
Row = dict[str, Any]


def indicator(id_: str, formula: Formula | None = None, *, timeless: bool = False) -> Indicator:
    return Indicator(
        id_, Text(id_, id_), "g", Text("", ""), Measure.COUNT, 0, "more", Text("", ""),
        formula=formula, timeless=timeless,
    )  # fmt: skip


def catalogue(*found: Indicator) -> dict[str, Indicator]:
    return {one.id: one for one in found}


STORED = [indicator("talent"), indicator("people"), indicator("land", timeless=True)]
PER_10K = indicator("per_10k", Formula(Op.RATIO, "talent", "people", 10_000))
SHARE = indicator("share", Formula(Op.SHARE, "talent"))
QUOTIENT = indicator("quotient", Formula(Op.QUOTIENT, "talent", "people"))
CHANGE = indicator("change", Formula(Op.CHANGE, "talent"))
DENSITY = indicator("density", Formula(Op.RATIO, "people", "land"))
ALL = catalogue(*STORED, PER_10K, SHARE, QUOTIENT, CHANGE, DENSITY)


def figure(id_: str, area: str, indicator: str, year: int, value: float, **members: str) -> Row:
    """Make a figure; its id says where it stands: ``old:2``."""
    return {
        "id": id_, "area": area, "indicator": indicator, "year": year, "value": value, "unit": "",
        "kind": "actual", "status": "missing" if math.isnan(value) else "reported",
        "source": id_.split(":")[0], "locator": "正文", "quote": "", "note": "", **members,
    }  # fmt: skip


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    columns = list(figure("old:1", A, "talent", 2020, 1.0))
    made = pd.DataFrame(list(rows), columns=columns)
    texts = dict.fromkeys(set(columns) - {"year", "value"}, "str")
    return made.astype({**texts, "year": "int64", "value": "float64"})


def worked(rows: Iterable[Row], indicators: Mapping[str, Indicator] = ALL) -> pd.DataFrame:
    return evaluate(frame(rows), indicators, city=CITY, sources=SOURCES)


def row_of(table: pd.DataFrame, name: str, area: str, year: int = 2020) -> Row:
    """Give the one row of an indicator, area and year."""
    chosen = (table["indicator"] == name) & (table["area"] == area) & (table["year"] == year)
    (row,) = table[chosen].to_dict("records")
    return row


def two_areas(**statuses: str) -> list[Row]:
    """Talent 30 + 10 of 40 and people 200 + 300 of 500, in 2020."""
    return [
        figure("new:2", CITY, "talent", 2020, 40),
        figure("new:3", A, "talent", 2020, 30, **statuses),
        figure("new:4", B, "talent", 2020, 10),
        figure("new:5", CITY, "people", 2020, 500),
        figure("new:6", A, "people", 2020, 200),
        figure("new:7", B, "people", 2020, 300),
    ]


# --- formulas, by hand ---------------------------------------------------------------------------


def test_ten_thousands_of_persons_become_persons_per_ten_thousand() -> None:
    per_10k = indicator("per_10k", Formula(Op.RATIO, "talent", "people", 1e8))
    rows = [
        figure("new:2", A, "talent", 2020, 43.8),  # in 万人
        figure("new:3", A, "people", 2020, 2_153_638),  # in persons
    ]
    found = row_of(worked(rows, catalogue(*STORED, per_10k)), "per_10k", A)
    assert found["value"] == pytest.approx(2033.769)


def test_a_ratio_divides_and_names_both_figures() -> None:
    found = row_of(worked(two_areas()), "per_10k", A)
    assert (found["value"], found["status"], found["base_year"]) == (1500, "derived", 0)
    assert found["figures"] == ("new:3", "new:6")


def test_a_share_is_of_the_city_and_the_city_is_100() -> None:
    table = worked(two_areas())
    assert [row_of(table, "share", area)["value"] for area in (CITY, A, B)] == [100, 75, 25]
    assert row_of(table, "share", A)["figures"] == ("new:3", "new:2")
    assert row_of(table, "share", CITY)["figures"] == ("new:2",)


def test_a_location_quotient_is_1_for_the_city() -> None:
    table = worked(two_areas())
    # 30/200 over 40/500 and 10/300 over 40/500.
    found = [row_of(table, "quotient", area)["value"] for area in (CITY, A, B)]
    assert found == pytest.approx([1, 1.875, 5 / 12])
    assert set(row_of(table, "quotient", A)["figures"]) == {"new:2", "new:3", "new:5", "new:6"}


def test_change_goes_back_to_the_year_before_that_has_a_value() -> None:
    rows = [
        figure("new:2", A, "talent", 2015, 40),
        figure("new:3", A, "talent", 2018, NAN),
        figure("new:4", A, "talent", 2020, 50),
        figure("new:5", A, "talent", 2021, 45),
    ]
    table = worked(rows)
    later, last = row_of(table, "change", A, 2020), row_of(table, "change", A, 2021)
    assert (later["value"], later["base_year"], later["figures"]) == (25, 2015, ("new:4", "new:2"))
    assert (last["value"], last["base_year"]) == (-10, 2020)
    gap = row_of(table, "change", A, 2018)
    assert math.isnan(gap["value"])
    assert gap["status"] == "missing"
    assert 2015 not in set(table.loc[table["indicator"] == "change", "year"])


def test_a_rise_from_a_negative_base_is_positive() -> None:
    rows = [figure("new:2", A, "talent", 2019, -20), figure("new:3", A, "talent", 2020, -10)]
    assert row_of(worked(rows), "change", A)["value"] == 50


def test_change_never_crosses_from_one_area_to_the_next() -> None:
    rows = [figure("new:2", A, "talent", 2019, 1), figure("new:3", B, "talent", 2020, 2)]
    assert "change" not in set(worked(rows)["indicator"])


def test_a_timeless_denominator_holds_for_every_year() -> None:
    rows = [
        figure("new:2", A, "land", 2024, 50),
        figure("new:3", A, "people", 2015, 100),
        figure("new:4", A, "people", 2030, 250),
    ]
    table = worked(rows)
    assert [row_of(table, "density", A, year)["value"] for year in (2015, 2030)] == [2, 5]


def test_of_two_timeless_figures_the_latest_known_holds_once() -> None:
    rows = [
        figure("new:2", A, "land", 2010, 100),
        figure("new:3", A, "land", 2024, 50),
        figure("new:4", A, "land", 2025, NAN),
        figure("new:5", A, "people", 2020, 100),
    ]
    assert row_of(worked(rows), "density", A)["value"] == 2


def test_derived_indicators_may_be_made_of_derived_ones_in_any_order() -> None:
    share_change = indicator("share_change", Formula(Op.CHANGE, "share"))
    rows = [
        figure("new:2", CITY, "talent", 2019, 100),
        figure("new:3", A, "talent", 2019, 20),
        figure("new:4", CITY, "talent", 2020, 100),
        figure("new:5", A, "talent", 2020, 30),
    ]
    found = row_of(worked(rows, catalogue(share_change, SHARE, *STORED)), "share_change", A)
    assert (found["value"], found["base_year"]) == (50, 2019)


def test_targets_are_not_parts_of_derived_values() -> None:
    rows = [
        figure("new:2", A, "talent", 2025, 60, kind="target"),
        figure("new:3", A, "people", 2025, 100),
    ]
    table = worked(rows)
    assert set(zip(table["indicator"], table["kind"], strict=True)) == {
        ("talent", "target"), ("people", "actual"),
    }  # fmt: skip


# --- what is missing, zero or in doubt ------------------------------------------------------------


@pytest.mark.parametrize("name", ["per_10k", "quotient", "density"])
def test_a_zero_denominator_is_missing_and_neither_0_nor_infinite(name: str) -> None:
    rows = [
        figure("new:2", CITY, "talent", 2020, 5),
        figure("new:3", CITY, "people", 2020, 5),
        figure("new:4", A, "talent", 2020, 5),
        figure("new:5", A, "people", 2020, 0 if name != "density" else 5),
        figure("new:6", A, "land", 2020, 0),
    ]
    found = row_of(worked(rows), name, A)
    assert math.isnan(found["value"])
    assert found["status"] == "missing"


def test_a_city_without_people_gives_no_quotients() -> None:
    rows = [
        figure("new:2", CITY, "talent", 2020, 5),
        figure("new:3", CITY, "people", 2020, 0),
        figure("new:4", A, "talent", 2020, 5),
        figure("new:5", A, "people", 2020, 5),
    ]
    assert math.isnan(row_of(worked(rows), "quotient", A)["value"])


def test_shares_of_a_city_of_zero_and_changes_from_zero_are_missing() -> None:
    rows = [
        figure("new:2", CITY, "talent", 2020, 0),
        figure("new:3", A, "talent", 2020, 0),
        figure("new:4", A, "talent", 2021, 7),
    ]
    table = worked(rows)
    assert math.isnan(row_of(table, "share", A)["value"])
    change = row_of(table, "change", A, 2021)
    assert (math.isnan(change["value"]), change["status"]) == (True, "missing")


def test_a_numerator_of_zero_is_a_value() -> None:
    rows = [figure("new:2", A, "talent", 2020, 0), figure("new:3", A, "people", 2020, 5)]
    found = row_of(worked(rows), "per_10k", A)
    assert (found["value"], found["status"]) == (0, "derived")


def test_a_missing_part_makes_the_value_missing() -> None:
    rows = [figure("new:2", A, "talent", 2020, NAN), figure("new:3", A, "people", 2020, 5)]
    found = row_of(worked(rows), "per_10k", A)
    assert (math.isnan(found["value"]), found["status"]) == (True, "missing")


def test_a_withheld_part_makes_the_value_withheld() -> None:
    rows = [
        figure("new:2", A, "talent", 2019, 4),
        figure("new:3", A, "talent", 2020, NAN, status="suppressed"),
        figure("new:4", A, "people", 2020, 5),
        figure("new:5", CITY, "talent", 2020, 9),
    ]
    table = worked(rows)
    assert [row_of(table, name, A)["status"] for name in ("per_10k", "share", "change")] == [
        "suppressed"
    ] * 3
    assert table.loc[table["status"] == "suppressed", "value"].isna().all()


def test_without_the_other_part_there_is_no_row() -> None:
    table = worked([figure("new:2", A, "talent", 2020, 5), figure("new:3", A, "people", 2021, 5)])
    assert set(table["indicator"]) == {"talent", "people"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [("reported", "derived"), ("provisional", "provisional"), ("apportioned", "apportioned")],
)
def test_a_derived_status_is_the_worst_of_its_parts(status: str, expected: str) -> None:
    table = worked(two_areas(status=status))
    for name in ("per_10k", "share", "quotient"):
        assert row_of(table, name, A)["status"] == expected
        assert row_of(table, name, B)["status"] == "derived"


def test_a_conflict_among_the_parts_is_carried() -> None:
    rows = [*two_areas(), figure("old:2", A, "people", 2020, 201)]
    table = worked(rows)
    assert row_of(table, "people", A)["conflict"]
    assert row_of(table, "per_10k", A)["conflict"]
    assert row_of(table, "quotient", A)["conflict"]
    assert not row_of(table, "per_10k", B)["conflict"]
    assert row_of(table, "per_10k", A)["figures"] == ("new:3", "new:6", "old:2")


def test_formulas_that_refer_to_nothing_give_nothing() -> None:
    absent = [
        indicator("x1", Formula(Op.RATIO, "wealth", "people")),
        indicator("x2", Formula(Op.RATIO, "people", "wealth")),
        indicator("x3", Formula(Op.QUOTIENT, "people", "wealth")),
        indicator("x4", Formula(Op.CHANGE, "wealth")),
        indicator("x5", Formula(Op.SHARE, "x1")),
    ]
    table = worked(two_areas(), catalogue(*STORED, *absent))
    assert set(table["indicator"]) == {"talent", "people"}


def test_circles_end_and_leave_the_rest_alone() -> None:
    circle = [
        indicator("x", Formula(Op.CHANGE, "y")),
        indicator("y", Formula(Op.CHANGE, "x")),
        indicator("z", Formula(Op.CHANGE, "z")),
    ]
    assert set(worked(two_areas(), catalogue(*STORED, *circle, SHARE))["indicator"]) == {
        "talent", "people", "share",
    }  # fmt: skip


def test_values_come_in_the_order_of_the_catalogue_then_by_area_and_year() -> None:
    rows = [*two_areas(), figure("new:8", A, "talent", 2019, 1)]
    table = worked(rows, catalogue(SHARE, *reversed(STORED), PER_10K))
    assert list(dict.fromkeys(table["indicator"])) == ["share", "people", "talent", "per_10k"]
    talent = table[table["indicator"] == "talent"]
    assert list(zip(talent["area"], talent["year"], strict=True)) == [
        (CITY, 2020), (A, 2019), (A, 2020), (B, 2020),
    ]  # fmt: skip
    assert list(table.columns) == VALUE_COLUMNS


def test_no_figures_give_no_values() -> None:
    table = worked([])
    assert (len(table), list(table.columns)) == (0, VALUE_COLUMNS)


# --- which of several figures holds ---------------------------------------------------------------


def chosen(*rows: Row) -> tuple[float, bool, tuple[str, ...]]:
    (row,) = resolve(frame(rows), SOURCES).to_dict("records")
    return row["value"], row["conflict"], row["figures"]


def test_a_value_goes_before_a_missing_one() -> None:
    missing = figure("new:2", A, "talent", 2020, NAN, locator="专栏1")
    value = figure("old:2", A, "talent", 2020, 5, status="provisional")
    assert chosen(missing, value) == (5, False, ("old:2", "new:2"))


def test_a_surer_status_goes_before_a_later_document() -> None:
    sure = figure("old:2", A, "talent", 2020, 5)
    unsure = figure("new:2", A, "talent", 2020, 6, status="provisional")
    assert chosen(unsure, sure) == (5, True, ("old:2", "new:2"))


def test_a_later_document_goes_before_a_table_of_an_earlier_one() -> None:
    table = figure("old:2", A, "talent", 2020, 5, locator="专栏1")
    text = figure("new:2", A, "talent", 2020, 6)
    undated = figure("undated:2", A, "talent", 2020, 7, locator="表1")
    assert chosen(table, undated, text) == (6, True, ("new:2", "old:2", "undated:2"))


def test_a_table_goes_before_the_text_of_the_same_document() -> None:
    text = figure("new:2", A, "talent", 2020, 6)
    table = figure("new:3", A, "talent", 2020, 5, locator="专栏1 2020年完成情况")
    assert chosen(text, table) == (5, True, ("new:3", "new:2"))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("专栏1 2020年完成情况", "专栏2 2020年基数"),
        ("表2-1", "表2-10"),
        ("表9", "表10"),
        ("表2", "表2-1"),
    ],
)
def test_a_later_table_restates_an_earlier_one(earlier: str, later: str) -> None:
    first = figure("new:2", A, "talent", 2020, 4.64, locator=earlier)
    second = figure("new:3", A, "talent", 2020, 4.8, locator=later)
    for rows in ((first, second), (second, first)):
        assert chosen(*rows) == (4.8, True, ("new:3", "new:2"))


def test_two_passages_of_one_text_that_disagree_leave_the_value_open() -> None:
    late = figure("new:10", A, "talent", 2020, 6, locator="三（1）")
    early = figure("new:9", A, "talent", 2020, 5, locator="二（3）")
    for rows in ((late, early), (early, late)):
        value, conflict, figures = chosen(*rows)
        assert math.isnan(value)
        assert (conflict, figures) == (True, ("new:9", "new:10"))


def test_documents_that_agree_are_no_conflict() -> None:
    rows = [figure("new:2", A, "talent", 2020, 5.0), figure("old:2", A, "talent", 2020, 5)]
    assert chosen(*rows) == (5, False, ("new:2", "old:2"))


def test_actual_and_target_do_not_compete() -> None:
    rows = [
        figure("new:2", A, "talent", 2020, 43.8),
        figure("new:3", A, "talent", 2020, 52, kind="target"),
    ]
    table = resolve(frame(rows), SOURCES)
    assert list(zip(table["kind"], table["value"], table["conflict"], strict=True)) == [
        ("actual", 43.8, False), ("target", 52, False),
    ]  # fmt: skip


def test_withheld_goes_before_not_reported() -> None:
    rows = [
        figure("new:2", A, "talent", 2020, NAN),
        figure("old:2", A, "talent", 2020, NAN, status="suppressed"),
    ]
    assert resolve(frame(rows), SOURCES).loc[0, "status"] == "suppressed"


# --- for any input --------------------------------------------------------------------------------

AREAS = [CITY, A, B, C]
numbers = st.one_of(st.just(NAN), st.integers(-3, 9).map(float))
STATUSES = ["reported", "provisional", "apportioned"]


@st.composite
def any_figures(draw: st.DrawFn) -> list[Row]:
    keys = st.tuples(
        st.sampled_from(AREAS), st.sampled_from(["talent", "people", "land"]),
        st.integers(2019, 2021), st.sampled_from(["old", "new"]),
        st.sampled_from(["正文", "专栏1", "专栏2"]),
    )  # fmt: skip
    rows = []
    # The gate refuses two figures of one thing in one place of a document.
    drawn = draw(st.lists(keys, max_size=14, unique=True))
    for line, (area, name, year, source, locator) in enumerate(drawn, 2):
        value = draw(numbers)
        known = st.sampled_from(STATUSES)
        status = draw(st.sampled_from(["missing", "suppressed"]) if math.isnan(value) else known)
        rows.append(
            figure(f"{source}:{line}", area, name, year, value, status=status, locator=locator)
        )
    return rows


def as_told(table: pd.DataFrame) -> list[str]:
    return [repr(row) for row in table.to_dict("records")]


@settings(max_examples=20, deadline=None)
@given(any_figures(), st.randoms(use_true_random=False))
@pytest.mark.slow
def test_the_order_of_the_rows_plays_no_part(rows: list[Row], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert as_told(worked(shuffled)) == as_told(worked(rows))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
@pytest.mark.slow
def test_shares_of_areas_that_add_up_to_the_city_add_up_to_100(counts: list[int]) -> None:
    rows = [figure("new:2", CITY, "talent", 2020, float(sum(counts)))]
    rows += [
        figure(f"new:{line}", f"1{line}", "talent", 2020, float(count))
        for line, count in enumerate(counts, 3)
    ]
    table = worked(rows)
    shares = table[(table["indicator"] == "share") & (table["area"] != CITY)]
    assert len(shares) == len(counts)
    assert math.fsum(shares["value"]) == pytest.approx(100)


def divided(above: float, below: float) -> float:
    return above / below if below and not math.isnan(above) else NAN


Known = dict[tuple[str, str, int], tuple[float, str]]


def held(rows: list[Row]) -> Known:
    """Choose among the figures of ``any_figures``."""

    def rank(row: Row) -> tuple[object, ...]:
        surest = Status(row["status"]).severity
        box = {"正文": 0, "专栏1": -1, "专栏2": -2}[row["locator"]]
        line = int(row["id"].split(":")[1])
        return math.isnan(row["value"]), surest, row["source"] == "old", box, line

    best: Known = {}
    for row in sorted(rows, key=rank):
        best.setdefault((row["indicator"], row["area"], row["year"]), (row["value"], row["status"]))
    return best


def by_loops(rows: list[Row]) -> Known:
    """Work everything out again: dictionaries and loops only."""
    found = held(rows)

    def put(name: str, area: str, year: int, value: float, *parts: str) -> None:
        status = max([*parts, "derived"], key=lambda one: Status(one).severity)
        if math.isnan(value) and status != "suppressed":
            status = "missing"
        found[(name, area, year)] = (value, status)

    for area in AREAS:
        land = [found[("land", area, y)] for y in (2021, 2020, 2019) if ("land", area, y) in found]
        land.sort(key=lambda one: math.isnan(one[0]))
        for year in (2019, 2020, 2021):
            talent, people = found.get(("talent", area, year)), found.get(("people", area, year))
            whole = found.get(("talent", CITY, year))
            if people and land:
                put("density", area, year, divided(people[0], land[0][0]), people[1], land[0][1])
            if talent and people:
                ratio = divided(talent[0], people[0])
                put("per_10k", area, year, ratio * 10_000, talent[1], people[1])
            if talent and whole:
                put("share", area, year, divided(talent[0], whole[0]) * 100, talent[1], whole[1])
            before = [
                found[("talent", area, y)]
                for y in range(2019, year)
                if not math.isnan(found.get(("talent", area, y), (NAN, ""))[0])
            ]
            if talent and before:
                base = before[-1]
                value = divided(talent[0] - base[0], abs(base[0])) * 100
                put("change", area, year, value, talent[1], base[1])
    return found


@settings(max_examples=30, deadline=None)
@given(any_figures())
@pytest.mark.slow
def test_values_agree_with_plain_loops(rows: list[Row]) -> None:
    table = worked(rows, catalogue(*STORED, PER_10K, SHARE, CHANGE, DENSITY))
    told = {
        (row["indicator"], row["area"], row["year"]): (row["value"], row["status"])
        for row in table.to_dict("records")
    }
    expected = by_loops(rows)
    assert told.keys() == expected.keys()
    for key, (value, status) in expected.items():
        assert told[key][0] == pytest.approx(value, nan_ok=True), key
        assert told[key][1] == status, key
