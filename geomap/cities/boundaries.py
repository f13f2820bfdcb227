"""Boundaries of one city and its neighbours: a coverage, thinned, rounded, written as GeoJSON.

In: the county division of ``divisions``. Out: polygons in EPSG:4326 whose borders are shared
vertex by vertex, and the text of two FeatureCollections. Nothing is read or written here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geomap.cities.divisions import AdministrativeUnit, Division, Polygons
from geomap.errors import GeomapError, Text
from geomap.model.approval import BOUNDARY_DECIMALS
from geomap.model.crs import area_km2, equal_area
from geomap.numbers import rounded, written

_NEAR_M = 60_000
PIXELS = 2_000
"""Detail kept: what half a pixel shows when the city fills a map 1,000 pixels wide."""
CONTEXT_COARSER = 10
AREA_KEPT = 0.001
"""The share of its area that no unit may gain or lose by thinning."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Counties ready to be written; ``geometries`` in EPSG:4326, oriented, 5 decimals."""

    places: tuple[AdministrativeUnit, ...]
    geometries: Polygons


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The units of a city, its neighbours, and what had to be mended."""

    units: Layer
    context: Layer
    notices: tuple[Text, ...]


def city_boundaries(division: Division, city: str) -> Boundaries:
    """Make the units of a city and the counties around it.

    Parameters
    ----------
    city : a code in ``division.cities``

    Returns
    -------
    Boundaries; units and context together are one coverage: borders are shared vertex by
    vertex, without overlap, and without gap where the division has none

    Raises
    ------
    GeomapError : the result is not a valid coverage

    Notes
    -----
    Everything within reach is thinned in one go (Visvalingam–Whyatt on the edges of the coverage,
    ``shapely.coverage_simplify``), so that two sides of a border lose the same vertices. Then the
    context alone is thinned further, with its outer edge fixed. The city's border is such an
    edge; the edge towards the rest of the country is not, since a ring of counties beyond takes
    part in the thinning and is dropped after.
    """
    units = division.rows_of(city)
    near = _near(division, units)
    ring = np.setdiff1d(_touching(division, near), np.concatenate([units, near]))
    rows = np.concatenate([units, near, ring])
    whole = division.mended[rows]
    thin, tolerance = _thinned(whole, len(units))
    inner, outer = thin[: len(units)], thin[len(units) :]
    coarse = shapely.coverage_simplify(outer, tolerance * CONTEXT_COARSER, simplify_boundary=False)[
        : len(near)
    ]
    _require_coverage(np.concatenate([inner, coarse]), division.cities[city].name_zh)
    return Boundaries(
        Layer(_unit_places(division, units), _oriented(inner)),
        Layer(division.at(near), _oriented(coarse)),
        _notices(division, units),
    )


def _unit_places(division: Division, units: NDArray[np.intp]) -> tuple[AdministrativeUnit, ...]:
    """Give the units; a city without districts is its own only unit, under its 12-digit code.

    That is the statistical code (统计用区划代码) of the whole city, so the two stay apart.
    """
    return tuple(
        replace(place, code=f"{place.code}000000", name_zh=f"{place.name_zh}全域", short_zh="全域")
        if place.code == place.city
        else place
        for place in division.at(units)
    )


def _thinned(whole: Polygons, units: int) -> tuple[Polygons, float]:
    """Thin a coverage as far as the first ``units`` keep their area; give the tolerance too."""
    west, south, east, north = shapely.total_bounds(whole[:units])
    tolerance = max(east - west, north - south) / PIXELS
    area = area_km2(whole[:units])
    while tolerance > 10.0**-BOUNDARY_DECIMALS:
        thin = _rounded(shapely.coverage_simplify(whole, tolerance))
        if np.abs(area_km2(thin[:units]) / area - 1).max() <= AREA_KEPT:
            return thin, tolerance
        tolerance /= 2
    return _rounded(whole), tolerance


def _notices(division: Division, units: NDArray[np.intp]) -> tuple[Text, ...]:
    """Say which units are not as the package has them, and by how much."""
    before, after = division.geometries[units], division.mended[units]
    gains_m2 = (area_km2(after) - area_km2(before)) * 1e6
    gains = [f"{'+' if gain > 0 else ''}{written(rounded(gain, 0), 0)}" for gain in gains_m2]
    changed = [old is not new for old, new in zip(before, after, strict=True)]
    return tuple(
        Text(
            f"{place.name_zh}（{place.code}）原界线与邻区不一致，已接边，面积 {gain} 平方米",
            f"{place.code}: its border disagreed with a neighbour's, was matched, {gain} m²",
        )
        for place, gain, is_new in zip(division.at(units), gains, changed, strict=True)
        if is_new
    )


def _near(division: Division, units: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the rows within 60 km of the city, measured in its equal-area projection."""
    city = shapely.coverage_union_all(division.mended[units])
    bounds = shapely.bounds(city)
    project = pyproj.Transformer.from_crs(4326, equal_area(bounds), always_xy=True)
    candidates = division.tree.query(city, predicate="dwithin", distance=1.5)
    candidates = np.setdiff1d(candidates, units)

    def on_ground(shapes: Any) -> Any:
        return shapely.transform(shapes, project.transform, interleaved=False)

    ground = on_ground(city)
    shapely.prepare(ground)
    close = shapely.dwithin(ground, on_ground(division.geometries[candidates]), _NEAR_M)
    near: NDArray[np.intp] = candidates[close]
    return near


def _touching(division: Division, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    found = division.tree.query(division.geometries[rows], predicate="intersects")[1]
    return np.unique(found)


def _rounded(geometries: Polygons) -> Polygons:
    """Round vertex by vertex, so that neighbours round the same vertex to the same place."""
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, BOUNDARY_DECIMALS))
    result: Polygons = shapely.remove_repeated_points(rounded)
    return result


def _require_coverage(geometries: Polygons, name: str) -> None:
    if not (shapely.is_valid(geometries).all() and shapely.coverage_is_valid(geometries)):
        raise GeomapError(
            f"{name}：简化后的界线互相重叠或自相交，无法使用，请反馈给开发者",
            f"{name}: the thinned borders overlap or cross themselves; please report this",
        )


def _oriented(geometries: Polygons) -> Polygons:
    """Turn shells counter-clockwise and holes clockwise (RFC 7946, section 3.1.6)."""
    oriented: Polygons = shapely.orient_polygons(geometries, exterior_cw=False)
    return oriented


def units_geojson(boundaries: Boundaries, origin: dict[str, str]) -> str:
    """Write the units as a FeatureCollection, one feature a line; properties: code."""
    return _collection(boundaries.units, origin, with_name=False)


def context_geojson(boundaries: Boundaries, origin: dict[str, str]) -> str:
    """Write the neighbours as a FeatureCollection, one feature a line; code and name_zh."""
    return _collection(boundaries.context, origin, with_name=True)


def _collection(layer: Layer, origin: dict[str, str], *, with_name: bool) -> str:
    head = json.dumps({"type": "FeatureCollection", "geomap": origin}, ensure_ascii=False)
    features = ",\n".join(
        _feature(place, shape, with_name=with_name)
        for place, shape in zip(layer.places, layer.geometries, strict=True)
    )
    return f'{head[:-1]}, "features": [\n{features}\n]}}\n'


def _feature(place: AdministrativeUnit, shape: shapely.Geometry, *, with_name: bool) -> str:
    properties = {"code": place.code} | ({"name_zh": place.name_zh} if with_name else {})
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(shape),
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
