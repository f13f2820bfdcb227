"""Disclosure control: what is withheld, proven by the attacker; patterns worked out by hand."""

from __future__ import annotations

import dataclasses
import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.disclosure import protection
from geomap.disclosure.attacker import farthest, intervals
from geomap.disclosure.narrowing import (
    Audience,
    Disclosure,
    as_audience,
    publication,
    withhold_derived,
)
from geomap.disclosure.protection import LinkedBlock, Need
from geomap.disclosure.suppression import Cost, Threshold, is_protected, suppress
from geomap.errors import RequestError
from geomap.model.catalog import Formula, Measure, Op
from tests.support.cells_of_people import CITY, catalogue, table_of, values_of

AREAS = ["甲", "乙", "丙"]

PUBLIC = Disclosure(Audience.PUBLIC)


def named(keys):
    return {f"{name}{area}" for name, area, _ in keys}


def with_total(rows):
    total = {area: sum(row[area] for row in rows.values()) for area in next(iter(rows.values()))}
    return {"talent": total, **rows}


def test_without_small_counts_nothing_is_withheld() -> None:
    found = suppress(table_of({"talent": {"甲": 5, "乙": 9}}))
    assert (found.method, found.withheld) == ("none", frozenset())


def test_in_one_row_the_smallest_other_area_is_withheld_too() -> None:
    found = suppress(table_of({"talent": {"甲": 3, "乙": 7, "丙": 20}}))
    assert named(found.primary) == {"talent甲"}
    assert named(found.complementary) == {"talent乙"}
    # 甲 and 乙 share 10: 甲 may be anything from 0 to 10.
    assert found.intervals[("talent", "甲", 2020)] == pytest.approx((0, 10))
    assert found.method == "optimal"


def test_a_neighbour_too_small_to_hide_behind_is_passed_over() -> None:
    # 甲 must be able to reach 3 + 5 = 8; 丁 could give it only 4 more, so both must be hidden
    # together behind a larger one, and the cheapest that is large enough is 乙.
    found = suppress(table_of({"talent": {"甲": 3, "丁": 4, "乙": 7, "丙": 20}}))
    assert named(found.primary) == {"talent甲", "talent丁"}
    assert named(found.complementary) == {"talent乙"}


def test_in_a_table_a_square_of_four_is_the_least() -> None:
    rows = {
        "a": {"甲": 3, "乙": 10, "丙": 90},
        "b": {"甲": 12, "乙": 11, "丙": 80},
        "c": {"甲": 70, "乙": 60, "丙": 50},
    }
    found = suppress(table_of(with_total(rows)))
    assert named(found.withheld) == {"a甲", "a乙", "b甲", "b乙"}


def test_two_small_counts_on_a_diagonal_share_one_square() -> None:
    rows = {
        "a": {"甲": 3, "乙": 30, "丙": 90},
        "b": {"甲": 40, "乙": 3, "丙": 80},
        "c": {"甲": 70, "乙": 60, "丙": 50},
    }
    found = suppress(table_of(with_total(rows)), Threshold(cost=Cost.CELLS))
    assert named(found.primary) == {"a甲", "b乙"}
    assert named(found.complementary) == {"a乙", "b甲"}


def test_a_single_area_with_its_total_takes_the_total_along() -> None:
    found = suppress(table_of({"talent": {"甲": 3}}))
    assert named(found.withheld) == {"talent甲", f"talent{CITY}"}
    assert not found.exposed


def test_a_city_that_nobody_divides_is_withheld_alone() -> None:
    values = values_of({"talent": {CITY: 3}})
    found = publication(values, catalogue({"talent"}), PUBLIC, city=CITY, areas=AREAS)
    assert named(found.hidden) == {f"talent{CITY}"}


def test_zero_is_shown_unless_it_is_to_be_hidden() -> None:
    rows = {"talent": {"甲": 0, "乙": 7, "丙": 20}}
    assert not suppress(table_of(rows)).withheld
    assert named(suppress(table_of(rows), Threshold(show_zero=False)).primary) == {"talent甲"}


def test_a_zero_protects_only_where_nothing_else_would() -> None:
    found = suppress(table_of({"talent": {"甲": 3, "乙": 0, "丙": 9}}))
    assert named(found.complementary) == {"talent丙"}


def test_five_persons_in_ten_thousands_are_small_and_more_are_not() -> None:
    rows = {"talent": {"甲": 0.0004, "乙": 0.0005, "丙": 2.0}}
    assert named(suppress(table_of(rows, unit="万人")).primary) == {"talent甲"}


def test_a_sliding_protection_asks_for_width_only() -> None:
    # 甲 and 乙 share 6: the interval is 6 wide, enough for 5, but 4 + 5 is out of reach.
    rows = {"talent": {"甲": 4, "乙": 2, "丙": 20}}
    assert named(suppress(table_of(rows), Threshold(sliding=True)).withheld) == {
        "talent甲",
        "talent乙",
    }
    assert named(suppress(table_of(rows)).complementary) == {"talent丙"}


def test_rounded_totals_protect_when_the_reader_knows_no_more() -> None:
    # In 万人 to one decimal everything stands for a thousand persons.
    rows = {"talent": {"甲": 0.0003, "乙": 1.0, "丙": 2.0}}
    loose = suppress(table_of(rows, unit="万人", decimals=1, exact=False))
    strict = suppress(table_of(rows, unit="万人", decimals=1))
    assert (len(loose.complementary), len(strict.complementary)) == (0, 1)


def test_what_is_not_reported_is_not_relied_on() -> None:
    rows = {"talent": {"甲": 3, "乙": None, "丙": 20, CITY: 60}}
    found = suppress(table_of(rows))
    assert named(found.complementary) == {"talent丙"}
    assert found.relies_on == frozenset()


def test_where_only_the_missing_can_protect_that_is_said() -> None:
    # Of the city's 4, 甲 has 2; whoever learns of the other 2 knows that the city has no fewer.
    found = suppress(table_of({"talent": {"甲": 2, "乙": None, "丙": None, CITY: 4}}))
    assert named(found.withheld) == {"talent甲", f"talent{CITY}"}
    assert named(found.relies_on) == {"talent乙", "talent丙"}
    assert not found.exposed


def test_a_missing_count_that_follows_and_is_small_is_protected() -> None:
    found = suppress(table_of({"talent": {"甲": 40, "乙": None, "丙": 20, CITY: 63}}))
    assert named(found.implied) == {"talent乙"}
    assert named(found.complementary) == {"talent丙"}
    assert found.intervals[("talent", "乙", 2020)] == pytest.approx((0, 23))


def test_what_the_data_withhold_already_is_protected_too() -> None:
    values = values_of({"talent": {"甲": 40, "乙": 9, "丙": 20}})
    mine = values["area"] == "乙"
    values = values.assign(
        value=values["value"].mask(mine), status=values["status"].mask(mine, "suppressed")
    )
    found = publication(values, catalogue({"talent"}), PUBLIC, city=CITY, areas=AREAS)
    assert named(found.hidden) == {"talent丙"}


def test_estimates_do_not_protect_since_they_can_be_done_again() -> None:
    values = values_of({"talent": {"甲": 3, "乙": 8, "丙": 20}})
    values.loc[values["area"] == "乙", "status"] = "apportioned"
    found = publication(values, catalogue({"talent"}), PUBLIC, city=CITY, areas=AREAS)
    assert named(found.hidden) == {"talent甲", "talent丙"}


def test_a_cell_that_was_shown_before_protects_nothing() -> None:
    table = table_of({"talent": {"甲": 3, "乙": 7, "丙": 20}})
    found = suppress(table, disclosed=[("talent", "乙", 2020)])
    assert named(found.complementary) == {"talent丙"}
    again = suppress(table, disclosed=[("talent", "甲", 2020)])
    assert named(again.disclosed) == {"talent甲"}


THREE = {
    "a": {"甲": 3, "乙": 10, "丙": 90},
    "b": {"甲": 12, "乙": 4, "丙": 80},
    "c": {"甲": 70, "乙": 60, "丙": 1},
}


@pytest.mark.slow
def test_a_machine_too_busy_to_get_on_withholds_the_same_cells(monkeypatch) -> None:
    table = table_of(with_total(THREE))
    found = suppress(table)
    hours = itertools.count(0, 3600)
    monkeypatch.setattr(time, "monotonic", lambda: next(hours))
    assert suppress(table) == found
    assert found.method == "optimal"


@pytest.mark.parametrize("status", ["missing", "suppressed"])
def test_a_stored_share_of_what_has_no_number_but_follows_is_withheld(status) -> None:
    # 甲 has no number; 30 − 7 − 20 = 3 follows, and 3 of its 100 people are the stored 3 %.
    rows = {"talent": {"甲": None, "乙": 7, "丙": 20, CITY: 30}}
    share = values_of({"share": {"甲": 3.0, "乙": 4.0, "丙": 5.0}})
    values = pd.concat([values_of(rows), share[share["area"] != CITY]], ignore_index=True)
    values["status"] = values["status"].mask(values["status"] == "missing", status)
    indicators = catalogue({"talent"}) | catalogue({"share"}, unit="%")
    found = publication(
        values, indicators, PUBLIC, city=CITY, areas=AREAS, linked={"share": ["talent"]}
    )
    assert {"share甲", "talent乙", "share乙"} <= named(found.hidden)
    assert "talent甲" not in named(found.hidden)  # there is nothing to take out
    assert "share丙" not in named(found.hidden)


def test_no_search_still_gives_a_protected_table() -> None:
    found = suppress(table_of(with_total(THREE)), Threshold(most_nodes=0))
    assert found.method == "heuristic"
    assert not found.exposed
    assert found.bound <= found.lost


COUNTS = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=3)


@settings(max_examples=25, deadline=None)
@given(counts=COUNTS, sliding=st.booleans(), show_zero=st.booleans())
@pytest.mark.slow
def test_no_reader_comes_closer_than_the_protection(counts, sliding, show_zero) -> None:
    rows = {
        name: dict(zip(AREAS, row, strict=True)) for name, row in zip("abc", counts, strict=False)
    }
    table = table_of(with_total(rows))
    rules = Threshold(sliding=sliding, show_zero=show_zero)
    found = suppress(table, rules)
    hidden = np.array([key in found.withheld for key in table.keys], dtype=bool)
    low, high = intervals(table, hidden)
    small = {
        key
        for key, value in zip(table.keys, table.value, strict=True)
        if 0 < value < 5 or (value == 0 and not show_zero)
    }
    assert found.primary == small
    assert not found.exposed
    for cell in np.flatnonzero(hidden):
        assert low[cell] <= table.value[cell] <= high[cell]
        assert high[cell] - low[cell] >= 5 - 1e-5
        if table.keys[cell] in small:
            assert is_protected(table.value[cell], low[cell], high[cell], rules)


def world():
    rows = {"talent": {"甲": 3, "乙": 7, "丙": 20}, "population": {"甲": 90, "乙": 80, "丙": 70}}
    indicators = catalogue(rows)
    indicators["population"] = dataclasses.replace(indicators["population"], part_of="")
    formulas = {
        "per_head": Formula(Op.RATIO, "talent", "population"),
        "share": Formula(Op.SHARE, "talent"),
        "quotient": Formula(Op.QUOTIENT, "talent", "population"),
        "double": Formula(Op.RATIO, "per_head", "population"),
    }
    for name, formula in formulas.items():
        indicators[name] = dataclasses.replace(
            indicators["population"], id=name, measure=Measure.RATE, formula=formula
        )
    stored = values_of(rows)
    derived = [stored[stored["indicator"] == "talent"].assign(indicator=name) for name in formulas]
    return pd.concat([stored, *derived], ignore_index=True), indicators


def test_shares_and_rates_of_withheld_counts_are_withheld() -> None:
    values, indicators = world()
    found = publication(values, indicators, PUBLIC, city=CITY, areas=AREAS)
    names = ["talent", "per_head", "share", "quotient", "double"]
    assert named(found.hidden) == {f"{name}{area}" for name in names for area in "甲乙"}


def test_a_withheld_total_takes_all_shares_along() -> None:
    values, indicators = world()
    hidden = withhold_derived(values, indicators, {("talent", CITY, 2020)}, city=CITY)
    assert {"share甲", "share丙", "quotient乙", f"per_head{CITY}"} <= named(hidden)
    assert "per_head甲" not in named(hidden)


def test_a_change_from_a_withheld_year_is_withheld() -> None:
    _, indicators = world()
    indicators["change"] = dataclasses.replace(
        indicators["per_head"], id="change", formula=Formula(Op.CHANGE, "talent")
    )
    values = values_of({"change": {"甲": 10}}, 2021).assign(base_year=2020)
    hidden = withhold_derived(values, indicators, {("talent", "甲", 2020)}, city=CITY)
    assert ("change", "甲", 2021) in hidden


def test_a_stored_share_is_withheld_when_it_is_said_to_be_linked() -> None:
    values = values_of({"high_share": {"甲": 10}})
    hidden = withhold_derived(
        values, {}, {("high", "甲", 2020)}, city=CITY, linked={"high_share": ["high"]}
    )
    assert ("high_share", "甲", 2020) in hidden


def test_a_stored_increase_is_withheld_when_either_of_its_years_may_be() -> None:
    # An increase counts people too and is of two years, which of them the catalogue does not say.
    stock = [values_of({"stock": {"甲": 3, "乙": 7}}, year) for year in (2010, 2020)]
    grown = values_of({"grown": {"甲": 40, "乙": 50}}, 2020)
    values, indicators = pd.concat([*stock, grown]), catalogue({"stock", "grown"})
    linked = {"grown": ["stock"]}
    hidden = withhold_derived(values, indicators, {("stock", "甲", 2010)}, city=CITY, linked=linked)
    assert hidden == {("stock", "甲", 2010), ("grown", "甲", 2020)}


def test_leaders_and_internal_readers_see_all() -> None:
    values, indicators = world()
    for audience in (Audience.LEADER, Audience.INTERNAL):
        found = publication(values, indicators, Disclosure(audience), city=CITY, areas=AREAS)
        assert found.values is values


def test_the_public_sees_neither_the_number_nor_its_figures() -> None:
    values, indicators = world()
    shown = publication(values, indicators, PUBLIC, city=CITY, areas=AREAS).values
    row = shown[(shown["indicator"] == "talent") & (shown["area"] == "甲")].iloc[0]
    assert np.isnan(row["value"])
    assert (row["status"], row["figures"]) == ("suppressed", ())
    assert values["value"].notna().all()


def test_an_audience_that_is_none_is_named() -> None:
    with pytest.raises(RequestError, match="没有受众 press"):
        as_audience("press")


def test_a_way_found_before_is_tried_before_it_is_worked_out_again(monkeypatch) -> None:
    # 市 = 甲 + 乙 + 丙: with 甲 and 乙 withheld each can move by 5 against the other.
    table = table_of({"talent": {"甲": 5, "乙": 7, "丙": 20}})
    size, cells = len(table.keys), {key[1]: place for place, key in enumerate(table.keys)}
    none, some = np.zeros(size), np.full(size, 5.0)
    need = Need(cells["甲"], 5.0, 5.0, 0.0)
    block = LinkedBlock(
        system=table.matrix, below=some, above=some, shown_below=none, shown_above=none,
        fixed=np.zeros(size, dtype=bool), eligible=np.ones(size, dtype=bool), cost=np.ones(size),
        needs=(need,), protection=0.0,
    )  # fmt: skip
    asked = []
    monkeypatch.setattr(protection, "farthest", lambda *a: asked.append(a) or farthest(*a))

    def short(*names):
        return block.short(np.array([key[1] in names for key in table.keys]))

    assert [short("甲", "乙"), short("甲", "乙", "丙"), len(asked)] == [[], [], 1]
    # Alone it cannot move, whatever was found before.
    assert short("甲") == [need]


def estimated(first: float, second: float) -> pd.DataFrame:
    """Give a of 甲 and 乙 as reported, and 丙's, b's and the totals' as spread from the city's."""
    rows = {
        "talent": {"甲": 30, "乙": 30, "丙": 20, CITY: 80},
        "a": {"甲": first, "乙": second, "丙": 50 - first - second, CITY: 50},
        "b": {"甲": 10, "乙": 10, "丙": 10, CITY: 30},
    }
    values = values_of(rows)
    keys = list(zip(values["indicator"], values["area"], strict=True))
    reported = {("a", "甲"), ("a", "乙")}
    spread = [key[1] != CITY and key not in reported for key in keys]
    values["status"] = values["status"].mask(spread, "apportioned")
    values["figures"] = [
        (f"{name}:{CITY}", *(("a:甲", "a:乙") if name == "a" else ())) if made else said
        for (name, _), made, said in zip(keys, spread, values["figures"], strict=True)
    ]
    return values


def test_estimates_stay_that_were_not_made_from_withheld_counts() -> None:
    menu = catalogue({"talent", "a", "b"})
    found = publication(estimated(2, 3), menu, PUBLIC, city=CITY, areas=AREAS)
    # 50 − 丙's 45 would tell the sum of both; b and the totals were spread without them.
    assert named(found.hidden) == {"a甲", "a乙", "a丙"}
    assert found.suppression.relies_on
    other = publication(estimated(4, 2), menu, PUBLIC, city=CITY, areas=AREAS)
    pd.testing.assert_frame_equal(found.values, other.values)


def test_estimates_of_a_fitted_table_go_together() -> None:
    values = estimated(2, 3)
    fitted = (values["indicator"] == "b") & (values["area"] != CITY)
    # A fit rests on the total of the area too, and so on all counts of the table.
    values["figures"] = [
        ("b:市", "talent:市") if one else said
        for one, said in zip(fitted, values["figures"], strict=True)
    ]
    found = publication(values, catalogue({"talent", "a", "b"}), PUBLIC, city=CITY, areas=AREAS)
    assert named(found.hidden) == {"a甲", "a乙", "a丙", "b甲", "b乙", "b丙"}
