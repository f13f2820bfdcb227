"""Places in a ranking: who has one, who shares one, and what bars can tell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import Text
from geomap.values.ranks import longest_bar, order, places, said_place

NAN = math.nan
VALUES = st.lists(st.one_of(st.just(NAN), st.integers(-5, 5).map(float)), max_size=12)


def test_equal_values_share_a_place_and_the_next_comes_after_all_of_them() -> None:
    assert places([3, 5, 5, NAN, 1]) == [3, 1, 1, None, 4]


def test_one_value_alone_has_no_place_for_there_is_nothing_to_be_placed_among() -> None:
    assert places([NAN, 7, NAN]) == [None, None, None]
    assert places([]) == []


@given(VALUES)
@pytest.mark.slow
def test_a_place_is_one_more_than_the_number_of_larger_values(values: list[float]) -> None:
    known = [value for value in values if not math.isnan(value)]
    for value, place in zip(values, places(values), strict=True):
        if math.isnan(value) or len(known) < 2:
            assert place is None
        else:
            assert place == 1 + sum(other > value for other in known)


def test_what_is_not_known_stands_last_and_the_largest_first() -> None:
    assert sorted([2.0, None, -1.0, 9.0], key=order) == [9.0, 2.0, -1.0, None]


def test_a_tie_is_called_a_tie() -> None:
    assert said_place(1, [1, 1, 3]) == Text("并列1", "=1")
    assert said_place(3, [1, 1, 3]) == Text("3", "3")
    assert said_place(None, [None, 1, 2]) == Text("–", "–")


def test_values_that_print_alike_have_no_bars() -> None:
    assert longest_bar([4, 4, None, 4], 0) == 0
    assert longest_bar([4.04, 4.01], 1) == 0
    assert longest_bar([1, 1, 0, 1], 0) == 0
    assert longest_bar([4.04, 4.01], 2) == 4.04
    assert longest_bar([7, None], 0) == 7
    assert longest_bar([None], 0) == 0
