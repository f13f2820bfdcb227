"""An ``Extract`` with its geometry as GeoJSON (RFC 7946) and as TopoJSON 1.0.

Both carry the same members: the mark, the audience, the release, the documents and the city beside
the features, and the mark and the documents in each feature too, for programs drop the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.model.approval import BOUNDARY_DECIMALS
from geomap.render.data.extract import DataRow, Extract
from geomap.tables.export_columns import EXPORT_COLUMNS, SITE_FIELDS, Field

if TYPE_CHECKING:
    import geopandas as gpd

Json = dict[str, Any]
_STEP = 10.0**-BOUNDARY_DECIMALS


def geojson(shown: Extract, boundaries: gpd.GeoDataFrame, _: str) -> bytes:
    """Write GeoJSON: areas, then sites; a site of unknown place has no geometry."""
    content = {
        "type": "FeatureCollection",
        "bbox": [round(float(one), BOUNDARY_DECIMALS) for one in boundaries.total_bounds],
        **_beside(shown),
        "features": [*_areas(shown, boundaries), *_sites(shown)],
    }
    return _written(content)


def topojson(shown: Extract, boundaries: gpd.GeoDataFrame, _: str) -> bytes:
    """Write TopoJSON: each shared border once, in steps of the last decimal, so nothing is lost."""
    from topojson import Topology

    areas = [_oriented(one) for one in boundaries.geometry]
    topology = Topology(areas, prequantize=False, shared_coords=True).to_dict()
    west, south = (float(one) for one in boundaries.total_bounds[:2])
    shapes = topology["objects"]["data"]["geometries"]
    geometries = [
        {"type": one["type"], "arcs": one.get("arcs", []), "id": row["code"], "properties": row}
        for one, row in zip(shapes, properties(EXPORT_COLUMNS, shown.rows), strict=True)
    ]
    objects = {"areas": {"type": "GeometryCollection", "geometries": geometries}}
    if shown.sites:
        points = [_point(row, west, south) for row in properties(SITE_FIELDS, shown.sites)]
        objects["sites"] = {"type": "GeometryCollection", "geometries": points}
    content = {
        "type": "Topology",
        "bbox": [round(float(one), BOUNDARY_DECIMALS) for one in boundaries.total_bounds],
        **_beside(shown),
        "transform": {"scale": [_STEP, _STEP], "translate": [west, south]},
        "objects": objects,
        "arcs": [_steps(arc, west, south) for arc in topology["arcs"]],
    }
    return _written(content)


def _beside(shown: Extract) -> Json:
    """Give what stands beside the features: RFC 7946 calls them foreign members."""
    return {
        "title": shown.title,
        "about": shown.facts,
        "city": dict(zip(*_plain(EXPORT_COLUMNS, shown.city), strict=True)) if shown.city else None,
        "documents": list(shown.documents),
        "figures": list(shown.figures),
    }


def properties(fields: Iterable[Field], rows: Iterable[DataRow]) -> list[Json]:
    """Give rows as properties, in the order of the fields; a missing number is null."""
    kept = tuple(fields)
    return [dict(zip(*_plain(kept, row), strict=True)) for row in rows]


def _plain(fields: Iterable[Field], row: DataRow) -> tuple[list[str], list[Any]]:
    names = [field.id for field in fields]
    return names, [row[name] for name in names]


def _written(content: Json) -> bytes:
    """Write JSON in UTF-8, a feature a line; a number that is none is an error, never "NaN"."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return (text.replace('{"type":"Feature",', '\n{"type":"Feature",') + "\n").encode()


def _areas(shown: Extract, boundaries: gpd.GeoDataFrame) -> Iterator[Json]:
    from shapely.geometry import mapping

    rows = properties(EXPORT_COLUMNS, shown.rows)
    for row, shape in zip(rows, boundaries.geometry, strict=True):
        geometry = mapping(_oriented(shape))
        yield {"type": "Feature", "id": row["code"], "properties": row, "geometry": geometry}


def _sites(shown: Extract) -> Iterator[Json]:
    for row in properties(SITE_FIELDS, shown.sites):
        placed = row["lon"] is not None
        point = {"type": "Point", "coordinates": [row["lon"], row["lat"]]} if placed else None
        yield {"type": "Feature", "id": row["id"], "properties": row, "geometry": point}


def _oriented(shape: Any) -> Any:
    """Let outer rings run against the clock and holes with it, as RFC 7946 asks."""
    import shapely

    return shapely.orient_polygons(shape, exterior_cw=False)


def _point(row: Json, west: float, south: float) -> Json:
    """Give a site; one of unknown place is a geometry of type null, as TopoJSON allows."""
    said = {"id": row["id"], "properties": row}
    if row["lon"] is None:
        return {"type": None, **said}
    at = [round((row["lon"] - west) / _STEP), round((row["lat"] - south) / _STEP)]
    return {"type": "Point", "coordinates": at, **said}


def _steps(arc: Any, west: float, south: float) -> list[list[int]]:
    """Write an arc as its first point and the steps from there."""
    whole = np.rint((np.asarray(arc, dtype=float) - (west, south)) / _STEP).astype(int)
    steps: list[list[int]] = np.diff(whole, axis=0, prepend=0).tolist()
    return steps
