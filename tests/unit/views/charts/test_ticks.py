"""The numbers of an axis are round, evenly spaced, and hold all that is drawn."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.numbers import exact
from geomap.views.charts.ticks import round_ticks

NUMBERS = st.floats(min_value=-1e12, max_value=1e12).map(lambda one: round(one, 6))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([29.4, 43.8, 60], (0, 20, 40, 60)),
        ([328_593, 334_000], (328_000, 330_000, 332_000, 334_000)),
        ([-3, 4], (-4, -2, 0, 2, 4)),
        ([-40, -39], (-40, -39.8, -39.6, -39.4, -39.2, -39)),
        ([7], (0, 2, 4, 6, 8)),
        ([0, 0], (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([], (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([float("nan"), 5], (0, 1, 2, 3, 4, 5)),
    ],
)
def test_ticks_are_round_numbers(values: list[float], ticks: tuple[float, ...]) -> None:
    assert round_ticks(values) == ticks


def test_bars_always_begin_at_zero() -> None:
    assert round_ticks([98, 99], from_zero=True)[0] == 0
    assert round_ticks([-98, -99], from_zero=True)[-1] == 0


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.booleans(), st.integers(3, 9))
def test_ticks_hold_all_values_evenly_and_are_few(
    values: list[float], from_zero: bool, most: int
) -> None:
    ticks = round_ticks(values, from_zero=from_zero, most=most)
    assert 2 <= len(ticks) <= most
    assert ticks[0] <= min(values)
    assert max(values) <= ticks[-1]
    steps = {exact(then) - exact(one) for one, then in pairwise(ticks)}
    assert len(steps) == 1
    (step,) = steps
    assert step.scaleb(-step.adjusted()).normalize() in (Decimal(1), Decimal(2), Decimal(5))
    assert not from_zero or 0 in ticks
