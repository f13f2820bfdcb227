"""Files of polygons → zones in EPSG:4326: GeoJSON, or the JSON of Esri, in UTF-8 or GBK.

A polygon whose border crosses itself is mended, and named; one without an area is refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.errors import CrsError, RequestError, TableError, Text
from geomap.model.crs import require_china
from geomap.model.findings import Findings
from geomap.tables.encodings import decode
from geomap.tables.spreadsheets import LARGEST_TABLE_BYTES

if TYPE_CHECKING:
    import geopandas as gpd

_NAMES = ("name", "名称", "Name", "NAME", "name_zh", "名字", "id", "ID", "OBJECTID")
_DEGREES = {None, 4326, 4490}  # CGCS2000 is WGS 84 to decimetres
_MOST = 10
MOST_VERTICES = 20_000
"""Mending a border that crosses itself everywhere takes memory with the square of its vertices."""


def read_polygons(name: str, data: bytes, findings: Findings) -> gpd.GeoSeries:
    """Read polygons.

    Parameters
    ----------
    findings : notices are added here: which polygons were mended

    Raises
    ------
    RequestError : it is no such file, holds no polygon or one without an area, or its coordinates
        are no degrees in China
    """
    import geopandas as gpd
    import shapely

    if len(data) > LARGEST_TABLE_BYTES:
        raise RequestError(f"{name} 过大", f"{name} is too large")
    named = _features(name, data, findings)
    shapes = np.array([shape for _, shape in named], dtype=object)
    if not len(shapes) or not np.isin(shapely.get_type_id(shapes), (3, 6)).all():
        raise RequestError(f"{name} 应只含面（Polygon）", f"{name} must hold polygons and no more")
    _limit_vertices(name, int(shapely.get_num_coordinates(shapes).sum()))
    # What is wrong with the reference system would make nonsense of all else.
    _require_degrees(name, shapes)
    crossed = ~shapely.is_valid(shapes)
    reasons = shapely.is_valid_reason(shapes[crossed])
    shapes[crossed] = [_polygons(one) for one in shapely.make_valid(shapes[crossed])]
    flat = [named[at][0] for at in np.flatnonzero(shapely.area(shapes) == 0)]
    if flat:
        raise RequestError(
            f"{name} 里 {'、'.join(one.zh for one in flat[:_MOST])} 面积为 0，不能作范围：改正界线",
            f"{', '.join(one.en for one in flat[:_MOST])} in {name} has no area: mend the border",
        )
    for at, reason in zip(np.flatnonzero(crossed), reasons, strict=True):
        title, spot = named[at][0], reason.partition("[")[2].rstrip("]")
        where = Text(f"（{spot} 处）", f" at {spot}") if spot else Text("", "")
        findings.notice(
            (name, 0, ""),
            (
                f"{title.zh} 的界线自相交{where.zh}，已修补成互不重叠的面，范围可能与原意不同",
                f"the border of {title.en} crosses itself{where.en}; it was mended, and may not "
                "be what was meant",
            ),
            ("在 GIS 中改正界线后再用", "mend the border in a GIS"),
        )
    return gpd.GeoSeries(shapes, crs="EPSG:4326")


def _limit_vertices(name: str, vertices: int) -> None:
    if vertices > MOST_VERTICES:
        raise RequestError(
            f"{name} 有 {vertices:,} 个顶点，最多 {MOST_VERTICES:,} 个：在 GIS 中简化后再用",
            f"{name} has {vertices:,} vertices, at most {MOST_VERTICES:,}: simplify it in a GIS",
        )


def _require_degrees(name: str, shapes: Any) -> None:
    import shapely

    points = shapely.get_coordinates(shapes)
    if not len(points):  # an empty polygon has no area, which is told
        return
    found: object = "NaN"
    if np.isfinite(points).all():
        try:
            require_china((*points.min(axis=0), *points.max(axis=0)), name)
            return
        except CrsError as error:
            found = error.found
    raise RequestError(
        f"{name} 的坐标不是中国范围内的经纬度（{found}）：在 GIS 中另存为 GeoJSON（EPSG:4326）",
        f"the coordinates of {name} are no degrees in China ({found}): save it as GeoJSON "
        "(EPSG:4326) in a GIS",
    )


def _polygons(shape: Any) -> Any:
    """Keep the polygons of what mending gave, which may have left lines beside them."""
    import shapely

    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _features(name: str, data: bytes, findings: Findings) -> list[tuple[Text, Any]]:
    """Give the title and the shape of every feature."""
    import shapely

    told = Findings()
    text = decode(name, data, told)
    if text is None:
        raise TableError(name, told.errors)
    findings.extend(one for one in told if "GB" in one.what.en)
    try:
        content = json.loads(text)
        if _is_esri(content):
            return _of_esri(name, content)
        features = content.get("features", [content])
        return [
            (_title(one.get("properties"), number), _shape(one.get("geometry", one)))
            for number, one in enumerate(features, start=1)
        ]
    except (
        ValueError, AttributeError, TypeError, KeyError, IndexError, RecursionError, OverflowError,
        shapely.GEOSException,
    ) as error:  # fmt: skip
        raise RequestError(
            f"{name} 不是 GeoJSON：在 GIS 中另存为 GeoJSON（EPSG:4326）",
            f"{name} is no GeoJSON: save it as GeoJSON (EPSG:4326) in a GIS",
        ) from error


def _shape(geometry: Any) -> Any:
    import shapely

    return shapely.from_geojson(json.dumps(geometry))


def _title(properties: Any, number: int) -> Text:
    held = properties if isinstance(properties, dict) else {}
    named = next((held[one] for one in _NAMES if held.get(one) not in (None, "")), None)
    if named is None:
        return Text(f"第 {number} 个面", f"polygon {number}")
    return Text(f"“{named}”", f"{str(named)!r}")


# --- Esri -----------------------------------------------------------------------------------------


def _is_esri(content: Any) -> bool:
    return isinstance(content, dict) and (
        "geometryType" in content or "rings" in content or "spatialReference" in content
    )


def _of_esri(name: str, content: dict[str, Any]) -> list[tuple[Text, Any]]:
    wkid = (content.get("spatialReference") or {}).get("wkid")
    if wkid not in _DEGREES:
        raise RequestError(
            f"{name} 的坐标系是 {wkid}，不是经纬度：在 GIS 中另存为 GeoJSON（EPSG:4326）",
            f"{name} is in {wkid}, no degrees: save it as GeoJSON (EPSG:4326) in a GIS",
        )
    features = content.get("features", [{"geometry": content}])
    rings = (ring for one in features for ring in one["geometry"]["rings"])
    # Before they are put together, which takes longer than to count them.
    _limit_vertices(name, sum(map(len, rings)))
    return [
        (_title(one.get("attributes"), number), _of_rings(one["geometry"]["rings"]))
        for number, one in enumerate(features, start=1)
    ]


def _of_rings(rings: list[Any]) -> Any:
    """Build a polygon of rings: clockwise ones are outer, the others are holes."""
    import shapely

    drawn = [np.asarray(ring, dtype=float)[:, :2] for ring in rings]
    if not all(np.isfinite(one).all() for one in drawn):
        raise ValueError("a coordinate is no number")
    outer = [shapely.Polygon(one) for one in drawn if not shapely.is_ccw(shapely.LinearRing(one))]
    holes = [shapely.Polygon(one) for one in drawn if shapely.is_ccw(shapely.LinearRing(one))]
    if len(outer) == 1 and not holes:
        return outer[0]
    return shapely.difference(shapely.union_all(outer), shapely.union_all(holes))
