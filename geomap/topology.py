"""Boundaries as TopoJSON for the browser: each shared border once, in whole numbers.

The package topojson finds the arcs; here they are only called for and slimmed. TopoJSON 1.0:
arcs are lists of steps, a negative index means the arc reversed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

# 10,000 steps over the width: 50 m for a prefecture, far below a pixel where its map begins.
STEPS = 10_000
# Beyond this many areas the label points are found the quick way.
_MANY = 400


def encode(boundaries: gpd.GeoDataFrame, context: gpd.GeoDataFrame | None = None) -> dict[str, Any]:
    """Encode areas (and their neighbours) as one topology.

    Parameters
    ----------
    boundaries, context : GeoDataFrames of polygons, EPSG:4326

    Returns
    -------
    TopoJSON with the objects ``areas`` and, if there are neighbours, ``context``; the geometries
    of ``areas`` are in the order of ``boundaries`` and carry no properties
    """
    from topojson import Topology

    layers = {"areas": boundaries.geometry.tolist()}
    if context is not None and len(context):
        layers["context"] = context.geometry.tolist()
    topology = Topology(
        [shapely.MultiPolygon(_parts(one)) for layer in layers.values() for one in layer],
        prequantize=STEPS,
        shared_coords=True,
    ).to_dict()
    geometries = [_slim(one) for one in topology["objects"]["data"]["geometries"]]
    count = len(layers["areas"])
    objects = {"areas": geometries[:count], "context": geometries[count:]}
    return {
        "transform": topology["transform"],
        "arcs": _steps(topology),
        "objects": {
            name: {"type": "GeometryCollection", "geometries": objects[name]} for name in layers
        },
    }


def label_points(boundaries: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Give a point well inside each area, for its label: the centre of the largest circle within.

    Returns
    -------
    list of (lon, lat), degrees, 4 decimals; for more than a few hundred areas any point inside
    """
    shapes = boundaries.geometry.to_numpy()
    if len(shapes) > _MANY:
        points = shapely.point_on_surface(shapes)
        return [(round(point.x, 4), round(point.y, 4)) for point in points]
    narrow = math.cos(math.radians(float(np.mean(boundaries.total_bounds[[1, 3]]))))
    squeezed = shapely.transform(shapes, lambda xy: xy * [narrow, 1])
    radii = shapely.maximum_inscribed_circle(squeezed, tolerance=0.002)
    centres = shapely.get_coordinates(shapely.get_point(radii, 0)) / [narrow, 1]
    return [(round(float(x), 4), round(float(y), 4)) for x, y in centres]


def _parts(shape: Any) -> list[Any]:
    return [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]


def _slim(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": geometry["type"], "arcs": geometry.get("arcs", [])}


def _steps(topology: dict[str, Any]) -> list[list[list[int]]]:
    return [[[int(x), int(y)] for x, y in arc] for arc in topology["arcs"]]
