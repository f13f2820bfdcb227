"""Reference systems: the one stored, the equal-area one of a city, areas, and checks.

Stored is EPSG:4326. It stands for CGCS2000 (EPSG:4490), China's legal datum: their ellipsoids
differ by 0.1 mm and their frames by decimetres, far below the five decimals (1 m) that are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geomap.errors import CrsError

if TYPE_CHECKING:
    import geopandas as gpd

STORED = "EPSG:4326"
CHINA_BOUNDS = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of all that the division shows, the southern islands too; degrees."""

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
    shown = f"{west:g}, {south:g} – {east:g}, {north:g}"
    if max(abs(west), abs(south), abs(east), abs(north)) > 360:
        raise CrsError(what, f"投影坐标，以米计（projected metres: {shown}）")
    if _within(south, west, north, east):
        raise CrsError(what, f"经纬度次序颠倒（latitude before longitude: {shown}）")
    raise CrsError(what, f"不在中国范围内的坐标（coordinates outside China: {shown}）")


def _within(west: float, south: float, east: float, north: float) -> bool:
    box = CHINA_BOUNDS
    return box[0] <= west <= east <= box[2] and box[1] <= south <= north <= box[3]
