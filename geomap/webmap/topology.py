"""Boundaries as TopoJSON for the browser: each shared border once, in whole numbers.

The package topojson finds the arcs; here they are only called for and slimmed. TopoJSON 1.0:
arcs are lists of steps, a negative index means the arc reversed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from geomap.model.label_points import MANY

if TYPE_CHECKING:
    import geopandas as gpd

# 10,000 steps over the width: about 80 m for a prefecture with its neighbours, far below a pixel
# where its map begins.
STEPS = 10_000
SCREEN_STEPS = 1_500


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

    layers = {"areas": _for_screen(boundaries).tolist()}
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


def _for_screen(boundaries: gpd.GeoDataFrame) -> Any:
    """Thin very many areas to what a screen can show; shared borders stay shared."""
    shapes = boundaries.geometry.to_numpy()
    if len(shapes) <= MANY:
        return shapes
    west, _, east, _ = boundaries.total_bounds
    return shapely.coverage_simplify(shapes, (east - west) / SCREEN_STEPS)


def _parts(shape: Any) -> list[Any]:
    return [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]


def _slim(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": geometry["type"], "arcs": geometry.get("arcs", [])}


def _steps(topology: dict[str, Any]) -> list[list[list[int]]]:
    return [[[int(x), int(y)] for x, y in arc] for arc in topology["arcs"]]
