"""Where the label and the circle of each area stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

# Width, in pixels, of the city on an ordinary screen when the whole of it is shown.
SCREEN_PX = 600
# Beyond this many areas a map is no longer read area by area: what is exact for few is then done
# the quick way.
MANY = 400


def label_points(boundaries: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Give a point well inside each area, for its label: the centre of the largest circle within.

    Returns
    -------
    list of (lon, lat), degrees, 4 decimals; for more than a few hundred areas any point inside
    """
    shapes = boundaries.geometry.to_numpy()
    if len(shapes) > MANY:
        points = shapely.point_on_surface(shapes)
        return [(round(point.x, 4), round(point.y, 4)) for point in points]
    narrow = math.cos(math.radians(float(np.mean(boundaries.total_bounds[[1, 3]]))))
    squeezed = shapely.transform(shapes, lambda xy: xy * [narrow, 1])
    radii = shapely.maximum_inscribed_circle(squeezed, tolerance=0.002)
    centres = shapely.get_coordinates(shapely.get_point(radii, 0)) / [narrow, 1]
    return [(round(float(x), 4), round(float(y), 4)) for x, y in centres]


def pixels(points: list[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """Project label points to the screen on which the whole city is shown.

    Parameters
    ----------
    points : (lon, lat), degrees

    Returns
    -------
    (2, n) array, pixels of the web Mercator map with ``SCREEN_PX`` over the larger of the points'
        width and height
    """
    lon, lat = np.radians(np.asarray(points, dtype=float)).reshape(-1, 2).T
    north = np.log(np.tan(math.pi / 4 + lat / 2))
    both = np.vstack([lon, -north])
    spread = float(np.ptp(both, axis=1).max()) if len(lon) > 1 else 0.0
    return both * (SCREEN_PX / spread if spread else 1.0)
