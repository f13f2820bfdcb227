"""Borders come back from the short form as they were, and labels stand inside their areas."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geomap.atlas import Atlas
from geomap.cities.divisions import read_division
from geomap.model.label_points import SCREEN_PX, label_points, pixels
from geomap.webmap.topology import STEPS, encode

Topology = dict[str, Any]


@dataclass
class Decoded:
    """Shapes by layer, and the width and height of one step in degrees."""

    areas: list[shapely.MultiPolygon]
    context: list[shapely.MultiPolygon]
    step: tuple[float, float]


def decode(topology: Topology) -> Decoded:
    """Read TopoJSON by its specification, with loops of our own."""
    step, origin = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            points.append((x * step[0] + origin[0], y * step[1] + origin[1]))
        arcs.append(points)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        joined: list[tuple[float, float]] = []
        for index in indices:
            points = arcs[index] if index >= 0 else arcs[~index][::-1]
            if joined:
                assert joined[-1] == points[0], "an arc does not go on where the last one ended"
            joined += points[1:] if joined else points
        assert joined[0] == joined[-1], "a ring is not closed"
        return joined

    def shapes(name: str) -> list[shapely.MultiPolygon]:
        found = []
        for one in topology["objects"].get(name, {"geometries": []})["geometries"]:
            polygons = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
            rings = [[ring(indices) for indices in polygon] for polygon in polygons]
            found.append(shapely.MultiPolygon([(shell, holes) for shell, *holes in rings]))
        return found

    return Decoded(shapes("areas"), shapes("context"), (step[0], step[1]))


def frame(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326")


def within_half_a_step(decoded: Decoded, originals: list[shapely.Geometry]) -> None:
    """Hold every vertex to half a step in each direction, and every border to their diagonal."""
    half = np.array(decoded.step) / 2 + 1e-9
    for shape, original in zip(decoded.areas, originals, strict=True):
        vertices = shapely.get_coordinates(original)
        tree = shapely.STRtree(shapely.points(vertices))
        found = shapely.get_coordinates(shape)
        nearest = vertices[tree.nearest(shapely.points(found))]
        assert (np.abs(found - nearest) <= half).all()
        apart = shapely.hausdorff_distance(shape.boundary, original.boundary)
        assert apart <= math.hypot(*half)


def arc_uses(topology: Topology, layer: str) -> Counter[int]:
    def flat(entry: Any) -> list[int]:
        return list(chain.from_iterable(map(flat, entry))) if isinstance(entry, list) else [entry]

    geometries = topology["objects"][layer]["geometries"]
    indices = chain.from_iterable(flat(one["arcs"]) for one in geometries)
    return Counter(index if index >= 0 else ~index for index in indices)


# --- by hand --------------------------------------------------------------------------------------

LEFT, RIGHT = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)


def test_squares_come_back_within_half_a_step() -> None:
    decoded = decode(encode(frame(LEFT, RIGHT)))
    assert decoded.step == pytest.approx((20 / STEPS, 10 / STEPS), rel=1e-3)
    within_half_a_step(decoded, [LEFT, RIGHT])
    # The border between them lies at one place, not at two.
    assert shapely.intersection(*decoded.areas).length == pytest.approx(10)
    assert shapely.intersection(*decoded.areas).area == 0


def test_a_shared_border_is_stored_once() -> None:
    topology = encode(frame(LEFT, RIGHT))
    assert sorted(arc_uses(topology, "areas").values()) == [1, 1, 2]
    assert len(topology["arcs"]) == 3


def test_numbers_are_whole_and_small() -> None:
    topology = encode(frame(LEFT, RIGHT))
    numbers = list(chain.from_iterable(chain.from_iterable(topology["arcs"])))
    assert all(type(one) is int and abs(one) < STEPS for one in numbers)


def test_holes_and_parts_survive() -> None:
    hole = shapely.box(2, 2, 3, 3)
    enclave = shapely.Polygon(LEFT.exterior, [hole.exterior])
    islands = shapely.MultiPolygon([RIGHT, shapely.box(30, 0, 31, 1)])
    decoded = decode(encode(frame(enclave, islands, hole)))
    within_half_a_step(decoded, [enclave, islands, hole])
    assert [len(one.geoms) for one in decoded.areas] == [1, 2, 1]
    assert len(decoded.areas[0].geoms[0].interiors) == 1
    ring = decoded.areas[0].geoms[0].interiors[0]
    assert shapely.Polygon(ring).equals(decoded.areas[2])


def test_the_order_is_kept_and_neighbours_stand_apart() -> None:
    north = shapely.Polygon([(0, 10), (10, 10), (20, 10), (20, 12), (0, 12)])
    topology = encode(frame(RIGHT, LEFT), frame(north))
    decoded = decode(topology)
    within_half_a_step(decoded, [RIGHT, LEFT])
    assert decoded.context[0].bounds == pytest.approx((0, 10, 20, 12), abs=2e-3)
    # The border between an area and its neighbour is stored once, too.
    shared = arc_uses(topology, "areas").keys() & arc_uses(topology, "context").keys()
    assert shared


def test_nothing_but_shapes_is_carried() -> None:
    topology = encode(frame(LEFT).assign(code=["secret"]))
    assert topology["objects"].keys() == {"areas"}
    assert [one.keys() for one in topology["objects"]["areas"]["geometries"]] == [{"type", "arcs"}]


# --- real borders ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


def test_the_nine_come_back_within_half_a_step(shipped: Atlas) -> None:
    bounds = shipped.ordered_boundaries
    decoded = decode(encode(bounds, shipped.context))
    within_half_a_step(decoded, list(bounds.geometry))
    assert len(decoded.context) == len(shipped.context)
    # A degree of longitude has 86 km at 39.3°, one of latitude 111 km.
    assert max(decoded.step[0] * 86_000, decoded.step[1] * 111_000) < 82


def test_between_two_of_the_nine_there_is_one_border(shipped: Atlas) -> None:
    uses = arc_uses(encode(shipped.ordered_boundaries), "areas")
    shapes = shipped.ordered_boundaries.geometry.to_numpy()
    assert max(uses.values()) == 2
    touching = [
        (a, b)
        for a in range(9)
        for b in range(a)
        if shapely.intersection(shapes[a], shapes[b]).length > 0
    ]
    assert sum(count == 2 for count in uses.values()) >= len(touching) > 8


def prefectures() -> dict[str, list[shapely.Geometry]]:
    division = read_division()
    found: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for place, shape in zip(division.places, division.geometries, strict=True):
        found[place.city].append(shape)
    return dict(sorted(found.items()))


@pytest.mark.slow
def test_no_county_of_a_prefecture_collapses() -> None:
    chosen = list(prefectures().values())[::9]
    assert len(chosen) > 40
    for shapes in chosen:
        decoded = decode(encode(frame(*shapes)))
        step = decoded.step[0] * decoded.step[1]
        for shape, original in zip(decoded.areas, shapes, strict=True):
            # What quantising moves is at most half a step along the border.
            moved = original.length * max(decoded.step) / 2 + step
            assert abs(shape.area - original.area) <= moved
            assert shape.area > 0
            large = [one for one in shapely.get_parts(original) if one.area > 4 * step]
            assert len(shape.geoms) >= len(large)


# --- labels ---------------------------------------------------------------------------------------


def test_labels_stand_inside_their_areas(shipped: Atlas) -> None:
    shapes = shipped.ordered_boundaries.geometry.to_numpy()
    points = shapely.points(shipped.label_points)
    assert shapely.contains_properly(shapes, points).all()
    assert all(round(x, 4) == x and round(y, 4) == y for x, y in shipped.label_points)


@pytest.mark.slow
def test_labels_of_any_prefecture_stand_inside_their_areas() -> None:
    for shapes in list(prefectures().values())[4::30]:
        points = shapely.points(label_points(frame(*shapes)))
        assert shapely.contains_properly(np.array(shapes), points).all()


@pytest.mark.slow
def test_labels_of_a_whole_country_are_found_the_quick_way() -> None:
    shapes = list(chain.from_iterable(list(prefectures().values())[:90]))
    assert len(shapes) > 400
    assert shapely.intersects(np.array(shapes), shapely.points(label_points(frame(*shapes)))).all()


def test_the_label_of_a_bent_area_is_not_at_its_centre_of_gravity() -> None:
    bent = shapely.Polygon([(0, 0), (9, 0), (9, 1), (1, 1), (1, 9), (0, 9)])
    ((x, y),) = label_points(frame(bent))
    assert not bent.contains(bent.centroid)
    assert bent.contains(shapely.Point(x, y))


def test_points_on_a_screen_are_as_wide_as_the_screen_and_north_is_up() -> None:
    x, y = pixels([(109.0, 39.0), (110.0, 40.0), (111.0, 39.0)])
    assert x.max() - x.min() == pytest.approx(SCREEN_PX)
    assert y[1] < y[0] == pytest.approx(y[2])
    # Mercator: a degree of latitude at 39.5° is 1 / cos(39.5°) as long as one of longitude.
    assert (y[0] - y[1]) / (x[1] - x[0]) == pytest.approx(
        1 / math.cos(math.radians(39.5)), rel=1e-3
    )


def test_one_area_has_a_point_on_the_screen() -> None:
    assert np.isfinite(pixels([(109.0, 39.0)])).all()
