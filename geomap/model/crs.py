"""Reference systems: the one stored, the equal-area one of a city, areas, checks, shifted ones in.

Stored is EPSG:4326. It stands for CGCS2000 (EPSG:4490), China's legal datum: their ellipsoids
differ by 0.1 mm and their frames by decimetres, far below the five decimals (1 m) that are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from geomap.errors import CrsError
from geomap.numbers import full

if TYPE_CHECKING:
    import geopandas as gpd

STORED = "EPSG:4326"
CHINA_BOUNDS = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of all that the division shows, the southern islands too; degrees."""

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

_KRASOVSKY_A, _KRASOVSKY_E2 = 6_378_245.0, 0.00669342162296594323
_ITERATIONS = 10
_GEOD = pyproj.Geod(ellps="WGS84")


def equal_area(bounds: Iterable[float]) -> pyproj.CRS:
    """Make the Albers equal-area projection that suits a city.

    Parameters
    ----------
    bounds : west, south, east, north in degrees, EPSG:4326

    Returns
    -------
    CRS in metres; its central meridian is the whole degree nearest to the middle (109°E for
    Ordos), its parallels lie one sixth of the height inside the southern and northern edge

    Notes
    -----
    Rule of one sixth: Snyder 1987, *Map Projections: A Working Manual*, USGS PP 1395, p. 99.
    """
    west, south, east, north = (float(bound) for bound in bounds)
    sixth = (north - south) / 6
    return pyproj.CRS.from_dict(
        {
            "proj": "aea",
            "lon_0": round((west + east) / 2),
            "lat_0": round((south + north) / 2),
            "lat_1": round(south + sixth, 2),
            "lat_2": round(north - sixth, 2),
            "datum": "WGS84",
            "units": "m",
        }
    )


def area_km2(geometries: Iterable[Any]) -> NDArray[np.float64]:
    """Measure polygons on the ellipsoid.

    Parameters
    ----------
    geometries : (n,) Polygon or MultiPolygon, EPSG:4326, in either orientation

    Returns
    -------
    (n,) array, km²; 0 for an empty polygon

    Notes
    -----
    Karney 2013, doi:10.1007/s00190-012-0578-z, through pyproj.Geod; edges are geodesics.
    """
    oriented = shapely.orient_polygons(np.asarray(list(geometries), dtype=object))
    return np.array([_GEOD.geometry_area_perimeter(shape)[0] / 1e6 for shape in oriented])


def require_stored(frame: gpd.GeoDataFrame | gpd.GeoSeries, what: str) -> None:
    """Refuse geometry that is not in EPSG:4326 or whose numbers are not degrees in China.

    Parameters
    ----------
    frame : GeoDataFrame or GeoSeries; an empty one passes
    what : its name for the message

    Raises
    ------
    CrsError : another CRS, none at all, or coordinates outside China
    """
    if frame.crs is None:
        raise CrsError(what, "未注明（none）")
    if frame.crs.to_epsg() not in (4326, 4490):
        raise CrsError(what, frame.crs.to_string())
    require_china(frame.total_bounds, what)


def require_china(bounds: Iterable[float], what: str) -> None:
    """Refuse bounds that are not degrees in China: metres, swapped axes, another country.

    Parameters
    ----------
    bounds : west, south, east, north; NaN (of nothing) passes

    Raises
    ------
    CrsError : with a guess at what the numbers are
    """
    west, south, east, north = (float(bound) for bound in bounds)
    if np.isnan([west, south, east, north]).any() or _within(west, south, east, north):
        return
    corners = [full(one, digits=9, thousands=False) for one in (west, south, east, north)]
    shown = f"{', '.join(corners[:2])} – {', '.join(corners[2:])}"
    if max(abs(west), abs(south), abs(east), abs(north)) > 360:
        raise CrsError(what, f"投影坐标，以米计（projected metres: {shown}）")
    if _within(south, west, north, east):
        raise CrsError(what, f"经纬度次序颠倒（latitude before longitude: {shown}）")
    raise CrsError(what, f"不在中国范围内的坐标（coordinates outside China: {shown}）")


def _within(west: float, south: float, east: float, north: float) -> bool:
    box = CHINA_BOUNDS
    return box[0] <= west <= east <= box[2] and box[1] <= south <= north <= box[3]


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Turn GCJ-02 (Gaode, Tencent and most Chinese web maps) into WGS 84.

    Parameters
    ----------
    lon, lat : (n,) degrees in GCJ-02, in China

    Returns
    -------
    lon, lat : (n,) degrees, EPSG:4326; turned back they miss by less than a centimetre

    Raises
    ------
    CrsError : a point outside China, where there is no shift to undo

    Notes
    -----
    The shift is not published officially; the formulas are those of *eviltransform*
    (github.com/googollee/eviltransform), its inverse is found by fixed-point iteration.
    """
    return _undo(_gcj02, lon, lat, "GCJ-02")


def from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Turn BD-09 (Baidu) into WGS 84; see ``from_gcj02`` for shapes, errors and method."""
    return _undo(_bd09, lon, lat, "BD-09")


def _undo(shift: Shift, lon: ArrayLike, lat: ArrayLike, what: str) -> tuple[Degrees, Degrees]:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if x.size:
        require_china((np.min(x), np.min(y), np.max(x), np.max(y)), what)
    guess_x, guess_y = x, y
    for _ in range(_ITERATIONS):
        shifted_x, shifted_y = shift(guess_x, guess_y)
        guess_x, guess_y = guess_x + x - shifted_x, guess_y + y - shifted_y
    return guess_x, guess_y


def _gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105, lat - 35
    root = np.sqrt(np.abs(x))
    waves = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    north = north + 2 / 3 * (waves + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y))
    north = north + 2 / 3 * (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    east = east + 2 / 3 * (waves + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x))
    east = east + 2 / 3 * (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x))
    phi = np.radians(lat)
    w2 = 1 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian = _KRASOVSKY_A * (1 - _KRASOVSKY_E2) / w2**1.5
    parallel = _KRASOVSKY_A / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = _gcj02(lon, lat)
    wave = np.pi * 3000 / 180
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * wave)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * wave)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
