from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geomap.render.sheets.label_room import Label, Surroundings
from geomap.render.sheets.mesh import borders, mesh_of, thinned
from geomap.render.sheets.paper import Box
from geomap.render.sheets.placement import place
from geomap.render.sheets.scale_and_north import bar_scale
from geomap.render.sheets.territory import Territory, territory

FRAME = Box(0, 0, 100, 80)


def land(*boxes: tuple[float, float, float, float]) -> Territory:
    """Give areas that are boxes, in their order, in cells of half a millimetre."""
    corners = [
        np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float) for x0, y0, x1, y1 in boxes
    ]
    return territory([[ring] for ring in corners], FRAME, 0.5)


TWO_SQUARES = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])


def label(index: int, x: float, y: float, **more: float) -> Label:
    return Label(index, x, y, 12, 6, **more)  # type: ignore[arg-type]


def test_a_label_alone_stands_where_it_belongs() -> None:
    (placed,) = place([label(0, 50, 40)], Surroundings(FRAME))
    assert (placed.box, placed.leader) == (Box(44, 37, 56, 43), None)


def test_a_label_with_a_circle_that_cannot_hold_it_stands_beside_it() -> None:
    alone = Label(0, 50, 40, 12, 6, radius=4, inside=False)
    (placed,) = place([alone], Surroundings(FRAME, circles=((0, 50, 40, 4),)))
    x = min(max(50, placed.box.x0), placed.box.x1) - 50
    y = min(max(40, placed.box.y0), placed.box.y1) - 40
    assert np.hypot(x, y) >= 4


def test_a_label_in_its_own_area_needs_no_leader_and_one_outside_has_a_whole_one() -> None:
    small, large = label(0, 50, 40), label(1, 20, 40, room=9)
    (first, second) = place(
        [small, large], Surroundings(FRAME, land=land((48, 38, 52, 42), (0, 10, 48, 70)))
    )
    assert (first.index, first.leader, first.own) == (1, None, True)
    assert second.leader is not None
    start, end = second.leader
    assert start == (50, 40)
    box = second.box
    assert end in {
        (box.x0, (box.y0 + box.y1) / 2),
        (box.x1, (box.y0 + box.y1) / 2),
        ((box.x0 + box.x1) / 2, box.y0),
        ((box.x0 + box.x1) / 2, box.y1),
    }
    assert box.x0 >= 52 or box.y0 >= 42 or box.y1 <= 38


def test_a_label_that_would_hide_its_area_goes_outside() -> None:
    # The label is 12 by 6; an area of 13 by 7 would be seen as a rim only.
    (placed,) = place([label(0, 50, 40)], Surroundings(FRAME, land=land((43.5, 36.5, 56.5, 43.5))))
    assert placed.leader is not None


def test_a_leader_starts_at_the_rim_of_its_circle() -> None:
    alone = Label(0, 50, 40, 12, 6, radius=4, inside=False)
    (placed,) = place(
        [alone], Surroundings(FRAME, circles=((0, 50, 40, 4),), land=land((46, 36, 54, 44)))
    )
    assert placed.leader is not None
    assert np.hypot(placed.leader[0][0] - 50, placed.leader[0][1] - 40) == pytest.approx(4)


def test_of_two_on_one_spot_the_larger_area_keeps_it() -> None:
    found = {
        one.index: one
        for one in place([label(0, 50, 40), label(1, 50, 40, room=9)], Surroundings(FRAME))
    }
    assert found[1].box == Box(44, 37, 56, 43)
    assert not found[0].box.overlaps(found[1].box)


def test_a_label_without_a_free_place_is_left_out() -> None:
    assert place([label(0, 5, 5)], Surroundings(Box(0, 0, 10, 10))) == []
    assert place([label(0, 50, 40)], Surroundings(FRAME, reserved=(FRAME,))) == []


spots = st.tuples(st.floats(0, 100), st.floats(0, 80))


@given(st.lists(spots, max_size=12))
@pytest.mark.slow
def test_labels_never_overlap_nor_leave_the_frame_nor_touch_what_is_reserved(
    points: list[tuple[float, float]],
) -> None:
    kept = Box(0, 0, 30, 12)
    wanted = [label(at, x, y) for at, (x, y) in enumerate(points)]
    placed = [one.box for one in place(wanted, Surroundings(FRAME, reserved=(kept,)))]
    assert all(FRAME.holds(box) for box in placed)
    assert not any(a.overlaps(b) for a, b in combinations([kept, *placed], 2))


def strips(cuts: list[float]) -> list[tuple[float, float, float, float]]:
    """Give areas side by side, so that none lies upon another."""
    edges = sorted({25.0, 75.0, *cuts})
    return [(x0, 20, x1, 60) for x0, x1 in pairwise(edges) if x1 - x0 > 1]


@given(st.lists(st.floats(25, 75), max_size=8), st.lists(spots, max_size=6))
@pytest.mark.slow
def test_no_label_lies_in_another_area_and_no_leader_crosses_anything(
    cuts: list[float], points: list[tuple[float, float]]
) -> None:
    areas = strips(cuts)
    sites = [Box(x - 1, y - 1, x + 1, y + 1) for x, y in points]
    wanted = [
        label(at, (x0 + x1) / 2, (y0 + y1) / 2, room=x1 - x0)
        for at, (x0, y0, x1, y1) in enumerate(areas)
    ]
    placed = place(wanted, Surroundings(FRAME, sites=tuple(sites), land=land(*areas)))
    for one in placed:
        others = [Box(*box) for at, box in enumerate(areas) if at != one.index]
        assert not any(one.box.overlaps(other) for other in others)
        assert (one.leader is None) == one.box.overlaps(Box(*areas[one.index]))
    lines = [(one, shapely.LineString(one.leader)) for one in placed if one.leader]
    for one, line in lines:
        texts = [shapely.box(*edges(other.box)) for other in placed if other is not one]
        assert not any(line.intersects(text) for text in texts)
    assert not any(a.intersects(b) for (_, a), (_, b) in combinations(lines, 2))


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


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
