"""The attacker: intervals worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geomap.disclosure.additive import additive_table
from geomap.disclosure.attacker import intervals
from geomap.disclosure.suppression import suppress
from geomap.model.people import is_people
from tests.support.cells_of_people import CITY, catalogue, table_of, values_of

ROW = {"甲": 3, "乙": 7, "丙": 20}


def attack(rows, hidden, *, exact=True, decimals=0, unit="人", **options):
    table = table_of(rows, exact=exact, decimals=decimals, unit=unit)
    low, high = intervals(table, hidden_in(table, hidden), **options)
    ends = zip(table.keys, low, high, strict=True)
    return {key[:2]: (bottom, top) for key, bottom, top in ends if key[:2] in hidden}


def hidden_in(table, hidden):
    import numpy as np

    return np.array([key[:2] in hidden for key in table.keys])


def test_one_withheld_cell_follows_by_subtraction_from_the_total() -> None:
    assert attack({"talent": ROW}, {("talent", "甲")}) == {("talent", "甲"): (3, 3)}


def test_two_withheld_cells_hide_each_other_within_their_sum() -> None:
    found = attack({"talent": ROW}, {("talent", "甲"), ("talent", "乙")})
    assert found[("talent", "甲")] == pytest.approx((0, 10))
    assert found[("talent", "乙")] == pytest.approx((0, 10))


def test_a_withheld_total_leaves_no_upper_end() -> None:
    found = attack({"talent": ROW}, {("talent", "甲"), ("talent", CITY)})
    assert found[("talent", "甲")] == (0, math.inf)
    assert found[("talent", CITY)] == (27, math.inf)


def test_a_square_of_four_withheld_cells_moves_by_the_smallest_of_each_pair() -> None:
    # a: 3 7 | b: 4 9, all four withheld; 甲 of a can fall by 3 and rise by min(7, 4) = 4.
    rows = {"a": {"甲": 3, "乙": 7, "丙": 50}, "b": {"甲": 4, "乙": 9, "丙": 60}}
    hidden = {(name, area) for name in "ab" for area in "甲乙"}
    found = attack(with_total(rows), hidden)
    assert found[("a", "甲")] == pytest.approx((0, 7))
    assert found[("b", "乙")] == pytest.approx((6, 13))


def with_total(rows):
    total = {area: sum(row[area] for row in rows.values()) for area in next(iter(rows.values()))}
    return {"talent": total, **rows}


def test_a_total_that_is_printed_in_ten_thousands_leaves_its_rounding() -> None:
    # 3.1 万人 stands for 30,500 to 31,500; the others are 20,000 and 10,000 persons, as exact.
    values = values_of({"talent": {"甲": 1.0, "乙": 2.0, "丙": 0.1}})
    table = additive_table(
        values,
        catalogue({"talent"}, decimals=1, unit="万人"),
        city=CITY,
        areas="甲乙丙",
        exact=False,
    )
    low, high = intervals(table, hidden_in(table, {("talent", "丙")}))
    cell = table.keys.index(("talent", "丙", 2020))
    # The total and both others may each be 500 off.
    assert (low[cell], high[cell]) == pytest.approx((0, 2500))


def test_numbers_taken_as_exact_give_a_rounded_total_away() -> None:
    found = attack({"talent": {"甲": 1.0, "乙": 2.0, "丙": 0.1}}, {("talent", "丙")}, unit="万人")
    assert found[("talent", "丙")] == pytest.approx((1000, 1000))


def test_what_nobody_reported_protects_only_when_counted_on() -> None:
    rows = {"talent": {"甲": 3, "乙": 7, "丙": None, CITY: 30}}
    assert attack(rows, {("talent", "甲")})[("talent", "甲")] == pytest.approx((3, 3))
    found = attack(rows, {("talent", "甲")}, counts_missing=True)
    assert found[("talent", "甲")] == pytest.approx((0, 23))


def test_a_part_that_the_table_does_not_list_is_unknown() -> None:
    rows = {
        "talent": {"甲": 90, "乙": 80, "丙": 70},
        "a": {"甲": 3, "乙": 20, "丙": 30},
    }
    table = table_of(rows)
    assert ("talent（其余）", "甲", 2020) in table.keys
    low, high = intervals(table, hidden_in(table, {("a", "甲")}))
    cell = table.keys.index(("a", "甲", 2020))
    assert (low[cell], high[cell]) == pytest.approx((3, 3))


def test_years_of_what_is_not_cumulative_stand_apart() -> None:
    values = values_of({"talent": ROW}, 2019), values_of({"talent": ROW}, 2020)
    import pandas as pd

    table = additive_table(pd.concat(values), catalogue({"talent"}), city=CITY, areas="甲乙丙")
    import numpy as np

    assert len(table.blocks(np.ones(8, dtype=bool))) == 2


def test_a_cumulative_count_is_held_between_the_years_before_and_after() -> None:
    # 甲 2, 2, 2, 9 and 乙 8, 8, 8, 9: with the sums alone 甲 of the second year is anything to 10.
    import dataclasses

    import pandas as pd

    years = [values_of({"talent": row}, year) for year, row in CLIMBING.items()]
    years[1] = years[1].assign(status=years[1]["status"].mask(years[1]["area"] == "丙", "missing"))
    indicator = catalogue({"talent"})["talent"]
    ends = {}
    for cumulative in (False, True):
        indicators = {"talent": dataclasses.replace(indicator, cumulative=cumulative)}
        table = additive_table(pd.concat(years), indicators, city=CITY, areas="甲乙丙")
        hidden = np.array([k[1] in "甲乙" and k[2] == 2021 for k in table.keys], dtype=bool)
        low, high = intervals(table, hidden)
        cell = table.keys.index(("talent", "甲", 2021))
        ends[cumulative] = (low[cell], high[cell])
    assert ends[False] == pytest.approx((0, 10))
    assert ends[True] == pytest.approx((2, 2))


CLIMBING = {
    2020: {"甲": 2, "乙": 8, "丙": 5},
    2021: {"甲": 2, "乙": 8, "丙": 6},
    2022: {"甲": 2, "乙": 8, "丙": 7},
    2023: {"甲": 9, "乙": 9, "丙": 7},
}


def test_a_year_that_nobody_reported_does_not_break_a_cumulative_series() -> None:
    import dataclasses

    import pandas as pd

    rows = {2020: {"甲": 3, "乙": 30}, 2021: {"甲": None, "乙": 30}, 2022: {"甲": 3, "乙": 30}}
    values = pd.concat([values_of({"talent": row}, year) for year, row in rows.items()])
    indicator = dataclasses.replace(catalogue({"talent"})["talent"], cumulative=True)
    table = additive_table(values, {"talent": indicator}, city=CITY, areas="甲乙")
    hidden = np.array([k[2] == 2020 for k in table.keys], dtype=bool)
    _, high = intervals(table, hidden)
    # All of 2020 is hidden; what 2022 shows is its upper end, over the gap of 2021.
    assert high[table.keys.index(("talent", "甲", 2020))] == pytest.approx(3)


def since(rows):
    """Make a cumulative count of 甲 and 乙, and its table."""
    import dataclasses

    import pandas as pd

    values = pd.concat([values_of({"talent": row}, year) for year, row in rows.items()])
    indicator = dataclasses.replace(catalogue({"talent"})["talent"], cumulative=True)
    return additive_table(values, {"talent": indicator}, city=CITY, areas="甲乙")


# 甲 of 2021 was not reported and is 33 − 30 = 3 all the same, so that 甲 of 2020 is 3 at most.
FOLLOWING = {
    2020: {"甲": 3, "乙": 30},
    2021: {"甲": None, "乙": 30, CITY: 33},
    2022: {"甲": 50, "乙": 60},
}


def test_a_year_that_follows_from_a_sum_bounds_a_cumulative_count() -> None:
    table = since(FOLLOWING)
    hidden = np.array([key[2] == 2020 for key in table.keys], dtype=bool)
    _, high = intervals(table, hidden, counts_missing=True)
    assert high[table.keys.index(("talent", "甲", 2020))] == pytest.approx(3)


def test_the_protection_hides_the_year_that_follows_with_the_one_that_it_bounds() -> None:
    table = since(FOLLOWING)
    found = suppress(table)
    hidden = np.array([key in found.withheld for key in table.keys], dtype=bool)
    low, high = intervals(table, hidden, counts_missing=True)
    cell = table.keys.index(("talent", "甲", 2020))
    assert ("talent", "甲", 2021) in found.implied
    assert not found.exposed
    assert found.withheld & {("talent", "乙", 2021), ("talent", CITY, 2021)}
    assert low[cell] == pytest.approx(0)
    assert high[cell] >= 8 - 1e-6


def test_the_protection_withstands_a_reader_who_knows_that_a_count_is_cumulative() -> None:
    import dataclasses

    import pandas as pd

    values = pd.concat([values_of({"talent": row}, year) for year, row in WIDE.items()])
    indicator = dataclasses.replace(catalogue({"talent"})["talent"], cumulative=True)
    table = additive_table(values, {"talent": indicator}, city=CITY, areas="甲乙丙丁")
    found = suppress(table)
    low, high = intervals(table, np.array([k in found.withheld for k in table.keys], dtype=bool))
    cell = table.keys.index(("talent", "甲", 2021))
    assert not found.exposed
    assert low[cell] == pytest.approx(0)
    assert high[cell] >= 8 - 1e-6


WIDE = {
    2020: {"甲": 3, "乙": 30, "丙": 20, "丁": 40},
    2021: {"甲": 3, "乙": 30, "丙": 20, "丁": 40},
    2022: {"甲": 20, "乙": 60, "丙": 50, "丁": 80},
}


def test_firms_are_not_people_and_a_rate_is_not_a_count() -> None:
    found = catalogue({"talent", "firms"})
    assert is_people(found["talent"])
    assert not is_people(catalogue({"firms"}, unit="家")["firms"])
