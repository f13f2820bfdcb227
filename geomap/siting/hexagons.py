"""A grid of candidate places: the centres of equal hexagons over the city.

A place for everything that nobody has listed yet; in the equal-area projection, so that every cell
is as large as any other.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geomap.errors import RequestError
from geomap.model.crs import STORED, equal_area, require_stored
from geomap.numbers import full, written
from geomap.siting.places import area_of

if TYPE_CHECKING:
    import geopandas as gpd

_MOST_CELLS = 5_000


def hexagon_centres(
    boundaries: gpd.GeoDataFrame,
    spacing_km: float,
    *,
    exclude: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """Lay a grid over the city.

    Parameters
    ----------
    boundaries : with ``code`` and ``geometry``, EPSG:4326
    spacing_km : distance between neighbouring centres; a cell covers √3/2 · spacing²
    exclude : polygons, EPSG:4326, in which no place may lie

    Returns
    -------
    DataFrame id ("H0001" …, from the north-west), name, area, lon, lat (EPSG:4326)

    Raises
    ------
    RequestError : the spacing is not above 0, gives too many cells (with one that does not), or
        leaves none
    CrsError : polygons in another CRS
    """
    if not math.isfinite(spacing_km) or spacing_km <= 0:
        raise RequestError(
            f"网格间距 {full(spacing_km)} 应大于 0 公里",
            f"the spacing {full(spacing_km)} km must be over 0",
        )
    plane = boundaries.to_crs(equal_area(boundaries.total_bounds))
    _check_count(float(plane.area.sum()) / 1e6, spacing_km)
    lon, lat = _centres(plane, spacing_km)
    area = area_of(lon, lat, boundaries)
    kept = (area != "") & ~_within(lon, lat, exclude)
    if not kept.any():
        raise RequestError(
            "网格没有一个点在允许的范围内：缩小间距，或减少排除的范围",
            "no centre lies where it may: make the spacing smaller, or exclude less",
        )
    names = [f"H{number:04d}" for number in range(1, int(kept.sum()) + 1)]
    places = {"area": area[kept], "lon": lon[kept].round(6), "lat": lat[kept].round(6)}
    return pd.DataFrame({"id": names, "name": names, **places})


def _check_count(area_km2: float, spacing_km: float) -> None:
    count = area_km2 / (math.sqrt(3) / 2 * spacing_km**2)
    if count > _MOST_CELLS:
        least = math.ceil(10 * math.sqrt(area_km2 / _MOST_CELLS * 2 / math.sqrt(3))) / 10
        given, places = full(spacing_km), written(count, 0)
        raise RequestError(
            f"间距 {given} 公里约有 {places} 个点，上限 {_MOST_CELLS:,} 个；"
            f"间距至少 {full(least)} 公里",
            f"{given} km makes about {places} places, at most {_MOST_CELLS:,}; "
            f"the spacing has to be {full(least)} km or more",
        )


def _centres(plane: gpd.GeoDataFrame, spacing_km: float) -> tuple[np.ndarray, np.ndarray]:
    """Give centres over the bounds, row by row from the north-west, every other row shifted."""
    import pyproj

    step = spacing_km * 1000
    rise = step * math.sqrt(3) / 2
    west, south, east, north = plane.total_bounds
    rows = np.arange(north, south - rise, -rise)
    columns = np.arange(west, east + step, step)
    x = columns[None, :] + (np.arange(len(rows)) % 2)[:, None] * step / 2
    y = np.broadcast_to(rows[:, None], x.shape)
    back = pyproj.Transformer.from_crs(plane.crs, STORED, always_xy=True)
    lon, lat = back.transform(x.ravel(), y.ravel())
    return np.asarray(lon), np.asarray(lat)


def _within(lon: np.ndarray, lat: np.ndarray, exclude: gpd.GeoSeries | None) -> np.ndarray:
    import shapely

    if exclude is None or exclude.empty:
        return np.zeros(len(lon), dtype=bool)
    require_stored(exclude, "exclude")
    inside: np.ndarray = shapely.contains_xy(exclude.union_all(), lon, lat)
    return inside
