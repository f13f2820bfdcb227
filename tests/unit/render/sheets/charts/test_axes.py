"""Labels of charts stand apart, in their order, and within their room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.render.sheets.charts.axes import AxisScale, Labels, spread
from geomap.render.sheets.paper import Box
from geomap.render.sheets.typesetting import Ruler

PLACES = st.lists(st.floats(0, 100), min_size=1, max_size=12)


def test_labels_that_are_near_are_moved_apart_and_the_others_stay() -> None:
    assert spread([10, 11, 50], 4, 0, 100) == [10, 14, 50]
    assert spread([99, 100], 4, 0, 100) == [96, 100]
    assert spread([1, 1, 1], 60, 0, 100) == [0, 50, 100]


@given(PLACES, st.floats(0.1, 9))
def test_labels_keep_their_order_their_distance_and_their_room(
    places: list[float], least: float
) -> None:
    found = spread(places, least, 0, 100)
    ordered = [found[at] for at in sorted(range(len(places)), key=lambda at: (places[at], at))]
    assert all(-1e-6 <= one <= 100 + 1e-6 for one in found)
    step = min(least, 100 / max(1, len(places) - 1))
    assert all(then - one >= step - 1e-6 for one, then in pairwise(ordered))


def test_a_scale_of_one_number_has_it_in_the_middle() -> None:
    assert AxisScale(0, 10, 0, 100)(2.5) == 25
    assert AxisScale(3, 3, 0, 100)(3) == 50


def test_a_label_without_room_is_left_out_rather_than_written_over_another() -> None:
    labels = Labels(Ruler(), Box(0, 0, 20, 4))
    first = labels.beside((10, 2), "一", 8, off=0)
    assert first is not None
    assert labels.beside((10, 2), "二二二二二二二二", 8, off=0) is None


@pytest.mark.parametrize("values", [[], [5.0]])
def test_nothing_and_one_label_need_no_moving(values: list[float]) -> None:
    assert spread(values, 4, 0, 100) == values
