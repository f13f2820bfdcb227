"""Patterns as lines, on squares whose pieces can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from geomap.render.drawing.hatching import dots, hatch_segments, lines, scan
from geomap.render.drawing.scene import Circle, Hatch, Ring, Shape

LINES = Hatch("lines", "#000000", 1.0, 0.1)
DOTS = Hatch("dots", "#000000", 2.0, 0.5)


def square(x: float, y: float, side: float) -> Ring:
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], dtype=float)


def test_rows_of_a_square_begin_and_end_at_its_sides() -> None:
    rows, left, right = scan([square(1, 0.5, 3)], 1.0, 0.0)
    assert rows.tolist() == [1, 2, 3]
    assert left.tolist() == [1, 1, 1]
    assert right.tolist() == [4, 4, 4]


def test_a_hole_parts_a_row_in_two() -> None:
    rows, left, right = scan([square(0, 0.5, 4), square(1, 1.5, 1)], 1.0, 0.0)
    assert list(zip(rows, left, right, strict=True)) == [
        (1, 0, 4),
        (2, 0, 1),
        (2, 2, 4),
        (3, 0, 4),
        (4, 0, 4),
    ]


def test_lines_rise_at_45_degrees_and_keep_their_distance() -> None:
    found = lines([square(0.2, 0.3, 10)], LINES)
    step = found[:, 1] - found[:, 0]
    assert step[:, 0] == pytest.approx(step[:, 1] * -1)
    across = np.sort((found[:, 0] @ [1, 1]) / np.sqrt(2))
    assert np.diff(across) == pytest.approx(1)


def test_lines_stay_within_the_shape() -> None:
    found = lines([square(2, 3, 5)], LINES).reshape(-1, 2)
    assert found.min(axis=0) == pytest.approx([2, 3], abs=1)
    assert (found >= np.array([2, 3]) - 1e-9).all()
    assert (found <= np.array([7, 8]) + 1e-9).all()


def test_dots_of_every_other_row_are_moved_by_half() -> None:
    found = dots([square(-0.5, -0.5, 5)], DOTS).mean(axis=1)
    assert found.round(9).tolist() == [
        [0, 0],
        [2, 0],
        [4, 0],
        [1, 2],
        [3, 2],
        [0, 4],
        [2, 4],
        [4, 4],
    ]


def test_a_dot_that_would_cross_the_outline_is_left_out() -> None:
    # At x = 0 and 0.1 from the side a dot of radius 0.25 would stick out.
    found = dots([square(-0.1, -0.5, 3)], DOTS).mean(axis=1)
    assert found.round(9).tolist() == [[2, 0], [1, 2]]


def test_a_shape_without_pattern_has_no_strokes() -> None:
    assert hatch_segments(Shape((square(0, 0, 1),))).shape == (0, 2, 2)


def test_a_shape_smaller_than_the_distance_may_stay_without_strokes() -> None:
    assert lines([square(0.3, 0.1, 0.1)], LINES).shape == (0, 2, 2)
    assert dots([square(0.3, 0.1, 0.1)], DOTS).shape == (0, 2, 2)


def test_a_circle_takes_a_pattern_too() -> None:
    circle = Circle(10, 10, 3, hatch=LINES)
    away = np.hypot(*(hatch_segments(circle).reshape(-1, 2) - 10).T)
    assert len(away) >= 10
    assert away.max() <= 3 + 1e-9
