from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geomap.furniture import bar_scale
from geomap.mesh import borders, mesh_of, thinned
from geomap.placement import Floats, Ints, Label, place
from geomap.sheet import Box

FRAME = Box(0, 0, 100, 80)


class Elsewhere:
    """No area lies anywhere."""

    def at(self, x: Floats, y: Floats) -> Ints:
        """Give −1."""
        return np.full(np.broadcast(x, y).shape, -1)


TWO_SQUARES = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])


def label(index: int, x: float, y: float, **more: float) -> Label:
    return Label(index, x, y, 12, 6, **more)  # type: ignore[arg-type]


def test_a_label_alone_stands_where_it_belongs() -> None:
    (placed,) = place([label(0, 50, 40)], FRAME)
    assert (placed.box, placed.leader) == (Box(44, 37, 56, 43), None)


def test_a_label_with_a_circle_that_cannot_hold_it_stands_beside_it() -> None:
    alone = Label(0, 50, 40, 12, 6, radius=4, inside=False)
    (placed,) = place([alone], FRAME, circles=[(0, 50, 40, 4)])
    x = min(max(50, placed.box.x0), placed.box.x1) - 50
    y = min(max(40, placed.box.y0), placed.box.y1) - 40
    assert np.hypot(x, y) >= 4


def test_a_label_close_to_its_own_circle_needs_no_leader() -> None:
    wall = Box(0, 0, 54.6, 80)  # begins 0.6 mm beside the circle and leaves the right side only
    alone = Label(0, 50, 40, 12, 6, radius=4, inside=False)
    (placed,) = place([alone], FRAME, reserved=[wall], circles=[(0, 50, 40, 4)])
    assert placed.leader is None
    far = Box(0, 0, 60, 80)
    (placed,) = place([alone], FRAME, reserved=[far], circles=[(0, 50, 40, 4)], land=Elsewhere())
    assert placed.leader is not None


def test_of_two_on_one_spot_the_larger_area_keeps_it() -> None:
    found = {one.index: one for one in place([label(0, 50, 40), label(1, 50, 40, room=9)], FRAME)}
    assert found[1].box == Box(44, 37, 56, 43)
    assert not found[0].box.overlaps(found[1].box)


def test_a_label_without_a_free_place_is_left_out() -> None:
    assert place([label(0, 5, 5)], Box(0, 0, 10, 10)) == []
    assert place([label(0, 50, 40)], FRAME, reserved=[FRAME]) == []


spots = st.tuples(st.floats(0, 100), st.floats(0, 80))


@given(st.lists(spots, max_size=12))
def test_labels_never_overlap_nor_leave_the_frame_nor_touch_what_is_reserved(
    points: list[tuple[float, float]],
) -> None:
    kept = Box(0, 0, 30, 12)
    wanted = [label(at, x, y) for at, (x, y) in enumerate(points)]
    placed = [one.box for one in place(wanted, FRAME, reserved=[kept])]
    assert all(FRAME.holds(box) for box in placed)
    assert not any(a.overlaps(b) for a, b in combinations([kept, *placed], 2))


# --- the bar scale and the mesh -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mm_per_km", "longest", "km"), [(0.5, 60, 100), (0.5, 24, 20), (10, 9, 0.5), (0.02, 60, 2000)]
)
def test_a_bar_scale_is_the_longest_round_length_that_fits(
    mm_per_km: float, longest: float, km: float
) -> None:
    scale = bar_scale(mm_per_km, longest)
    assert (scale.km, scale.mm) == (km, pytest.approx(km * mm_per_km))


def test_two_squares_have_six_corners_and_one_inner_border() -> None:
    mesh = mesh_of(TWO_SQUARES)
    outline, inner = borders(mesh)
    assert len(mesh.points) == 6
    assert [mesh.points[line].tolist() for line in inner] in (
        [[[1, 0], [1, 1]]],
        [[[1, 1], [1, 0]]],
    )
    assert sum(shapely.LineString(mesh.points[line]).length for line in outline) == 6


def test_thinning_leaves_no_gap_between_neighbours() -> None:
    wave = [(1 + 0.01 * np.sin(40 * y), y) for y in np.linspace(0, 1, 200)]
    left = shapely.Polygon([(0, 0), *wave, (0, 1)])
    right = shapely.Polygon([(2, 1), *wave[::-1], (2, 0)])
    mesh = thinned(mesh_of(np.array([left, right])), 0.05)
    rings = [mesh.points[mesh.ids[a:b]] for a, b in zip(mesh.starts, mesh.starts[1:], strict=False)]
    both = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    assert len(mesh.ids) < 80
    assert sum(shapely.Polygon(ring).area for ring in rings) == pytest.approx(both.area)
    assert both.geom_type == "Polygon"
    assert len(both.interiors) == 0


def test_what_is_smaller_than_a_cell_is_left_out() -> None:
    small = np.array([shapely.box(0, 0, 1, 1), shapely.box(5.01, 5.01, 5.02, 5.02)])
    assert thinned(mesh_of(small), 0.1).owners.tolist() == [0]
