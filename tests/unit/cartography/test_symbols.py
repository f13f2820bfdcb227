"""Circles worked out by hand, and against shapely where they cover one another."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from math import cos, pi, sin, sqrt

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.cartography.symbols import draw_order, fit, hidden, legend_values, radii
from geomap.errors import RequestError
from tests.support.examples import FEW

NAN = math.nan
sizes = st.floats(0, 1e12)


# --- size ---------------------------------------------------------------------------------------


def test_the_area_is_proportional_to_the_value() -> None:
    assert radii([100, 25, 4, 0], largest=100, max_radius=30).tolist() == [30, 15, 6, 0]


def test_missing_stays_missing() -> None:
    found = radii([None, NAN, math.inf, 1], largest=1, max_radius=9)
    assert np.isnan(found).tolist() == [True, True, True, False]
    series = pd.Series([4, None], dtype="Int64", index=["a", "b"])
    assert radii(series, largest=4, max_radius=9)[0] == 9


def test_a_decrease_is_drawn_by_its_size() -> None:
    assert radii([-25], largest=100, max_radius=30).tolist() == [15]


def test_small_circles_are_kept_visible_but_zero_is_not_drawn() -> None:
    assert radii([100, 1, 0], largest=100, max_radius=20, min_radius=3).tolist() == [20, 3, 0]


def test_all_zero_values_have_no_circle() -> None:
    assert radii([0, 0], largest=0, max_radius=20).tolist() == [0, 0]


@pytest.mark.parametrize("bad", [{"largest": NAN}, {"max_radius": -1}, {"min_radius": math.inf}])
def test_sizes_that_are_no_sizes_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(RequestError, match="from 0 up"):
        radii([1], **{"largest": 1, "max_radius": 9, **bad})


@given(st.lists(sizes, min_size=1), st.floats(1, 1e12), st.floats(1, 100))
@pytest.mark.slow
def test_areas_keep_the_ratio_of_values(values: list[float], largest: float, most: float) -> None:
    found = radii(values, largest=largest, max_radius=most)
    assert (found / most) ** 2 * largest == pytest.approx(values, rel=1e-9, abs=1e-300)


# --- legend -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("largest", "shown"),
    [
        (16.29, (10, 2, 0.5)),
        (438_000, (200_000, 50_000, 10_000)),
        (5, (5, 1, 0.2)),
        (0.3, (0.2, 0.05, 0.01)),
        (0, ()),
        (-3, ()),
        (NAN, ()),
        (math.inf, ()),
    ],
)
def test_legend_values_are_round(largest: float, shown: tuple[float, ...]) -> None:
    assert legend_values(largest) == shown


def test_things_counted_one_by_one_have_no_half_in_the_legend() -> None:
    assert legend_values(37, least=1) == (20, 5, 1)
    assert legend_values(9, least=1) == (5, 2, 1)
    assert legend_values(3, least=1) == (2, 1)
    assert legend_values(0.5, least=1) == ()


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False), st.integers(1, 5))
@example(5e-324, 3)
@example(1.7976931348623157e308, 5)
def test_legend_values_fall_from_at_most_the_largest(largest: float, n: int) -> None:
    shown = legend_values(largest, n)
    assert 1 <= len(shown) <= n
    assert shown[0] <= largest
    assert all(0 < b < a for a, b in pairwise(shown))
    assert {Decimal(repr(value)).normalize().as_tuple().digits for value in shown} <= {
        (1,),
        (2,),
        (5,),
    }


def test_legend_and_map_share_their_sizes() -> None:
    both = {"largest": 16.29, "max_radius": 40}
    legend = legend_values(16.29)
    assert radii(legend, **both).tolist() == radii([10, 2, 0.5], **both).tolist()


# --- order --------------------------------------------------------------------------------------


def test_the_largest_is_drawn_first_and_ties_keep_their_order() -> None:
    assert draw_order([3, 9, NAN, 3, 5]).tolist() == [1, 4, 0, 3]
    assert draw_order([]).tolist() == []


@given(st.lists(st.one_of(st.just(NAN), st.floats(0, 99))))
@pytest.mark.slow
def test_the_order_falls_and_names_each_circle_once(found: list[float]) -> None:
    order = draw_order(found)
    drawn = [found[i] for i in order]
    assert drawn == sorted(drawn, reverse=True)
    assert sorted(order) == [i for i, size in enumerate(found) if not math.isnan(size)]


# --- hiding -------------------------------------------------------------------------------------


def rosette(petal: float) -> tuple[list[float], list[float], list[float]]:
    """One disc of radius 1, and seven small ones over it: one amid six.

    Seven discs of radius 1/2 are just enough to cover one of radius 1: the six sit at √3/2.
    """
    away = sqrt(3) / 2
    x = [0, 0, *(away * cos(i * pi / 3) for i in range(6))]
    y = [0, 0, *(away * sin(i * pi / 3) for i in range(6))]
    return x, y, [1, *[petal] * 7]


def test_a_smaller_circle_lies_before_the_larger_and_hides_nothing() -> None:
    assert hidden([0, 0], [0, 0], [5, 2]) == []


def test_of_two_equal_circles_on_one_spot_the_first_is_hidden() -> None:
    assert hidden([1, 1, 7], [2, 2, 2], [5, 5, 5]) == [0]


def test_equal_circles_a_little_apart_are_both_seen() -> None:
    assert hidden([0, 0.01], [0, 0], [5, 5]) == []


def test_seven_small_circles_together_hide_a_large_one() -> None:
    assert hidden(*rosette(0.51)) == [0]
    assert hidden(*rosette(0.49)) == []


def test_a_hole_amid_small_circles_leaves_the_large_one_visible() -> None:
    x, y, found = rosette(0.51)
    assert hidden(x[:1] + x[2:], y[:1] + y[2:], found[:1] + found[2:]) == []


def test_circles_without_radius_neither_hide_nor_are_hidden() -> None:
    assert hidden([0, 0, 0, 0], [0, 0, 0, 0], [NAN, 0, 0, 3]) == []


places = st.integers(-6, 6).map(lambda n: n / 4)
circles = st.lists(st.tuples(places, places, st.sampled_from([0.5, 1, 1.1, 1.2])), max_size=14)


@FEW
@given(circles)
@pytest.mark.slow
def test_what_is_hidden_is_what_shapely_finds_covered(drawn: list[tuple[float, ...]]) -> None:
    x, y, found = ([one[i] for one in drawn] for i in range(3))
    lost = hidden(x, y, found)
    order = draw_order(found).tolist()
    for place, circle in enumerate(order):
        centre = shapely.Point(x[circle], y[circle])
        later = order[place + 1 :]
        wide = shapely.union_all([shapely.Point(x[i], y[i]).buffer(found[i] * 1.01) for i in later])
        tight = shapely.union_all(
            [shapely.Point(x[i], y[i]).buffer(found[i] * 0.99) for i in later]
        )
        if tight.covers(centre.buffer(found[circle] * 1.01)):
            assert circle in lost
        if not wide.covers(centre.buffer(found[circle] * 0.99)):
            assert circle not in lost


@FEW
@given(circles)
def test_moving_and_enlarging_the_map_hides_nothing_more(drawn: list[tuple[float, ...]]) -> None:
    x, y, found = (np.array([one[i] for one in drawn]) for i in range(3))
    assert hidden(x * 8 + 64, y * 8 - 32, found * 8) == hidden(x, y, found)


# --- fitting ------------------------------------------------------------------------------------


def test_a_radius_that_hides_nothing_is_kept() -> None:
    assert fit([0, 10], [0, 0], [100, 25], 30) == 30
    assert fit([], [], [], 30) == 30
    assert fit([0], [0], [0], 30) == 30


def test_the_radius_shrinks_until_the_large_circle_is_seen() -> None:
    # petals of 0.51² the value: at radius 1 they hide the disc, until they are smaller than 1/2
    x, y, found = rosette(0.51)
    values = [size**2 for size in found]
    radius = fit(x, y, values, 1.0)
    assert 0.5 / 0.51 - 0.011 <= radius < 0.5 / 0.51
    assert hidden(x, y, radii(values, largest=1, max_radius=radius)) == []


def test_the_scale_shared_over_the_years_is_respected() -> None:
    x, y, found = rosette(0.51)
    values = [size**2 for size in found]
    assert fit(x, y, values, 2.0, largest=4.0) == pytest.approx(2 * fit(x, y, values, 1.0))


def test_twins_on_one_spot_do_not_shrink_the_map() -> None:
    assert fit([0, 0, 9], [0, 0, 0], [4, 4, 1], 20) == 20


@FEW
@given(circles, st.floats(1, 50))
@pytest.mark.slow
def test_after_fitting_only_twins_are_hidden(drawn: list[tuple[float, ...]], most: float) -> None:
    alone = list({(x, y): (x, y, size) for x, y, size in drawn}.values())
    x, y, values = ([one[i] for one in alone] for i in range(3))
    radius = fit(x, y, values, most)
    assert 0 < radius <= most
    largest = max(values, default=1)
    assert (
        radius < most / 50 or hidden(x, y, radii(values, largest=largest, max_radius=radius)) == []
    )
