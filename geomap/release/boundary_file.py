"""Boundary files: GeoJSON text → geometry, and whether it is one sound coverage. Pure.

In: text of a FeatureCollection, EPSG:4326. Out: a GeoDataFrame and findings: another CRS, units
twice, missing or unknown, self-intersections, overlaps and gaps.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geomap.errors import CrsError, closest
from geomap.model.crs import CHINA_BOUNDS, STORED, require_china
from geomap.numbers import written
from geomap.tables.json_file import Document

GAP_DEG = 0.0003
"""Cracks between neighbours that are narrower (about 30 m) are faults, not lakes or enclaves."""
_STORED_NAMES = re.compile(
    r"(CRS84|EPSG:+4326|EPSG:+4490|EPSG:[0-9.]*:(4326|4490))$", re.IGNORECASE
)
_FEATURE = re.compile(r'"type"\s*:\s*"Feature"')


def read_boundaries(document: Document, members: Sequence[str] = ("code",)) -> gpd.GeoDataFrame:
    """Read a boundary file.

    Parameters
    ----------
    members : names of the text properties that each feature must have

    Returns
    -------
    GeoDataFrame with ``members`` and ``geometry``, EPSG:4326, one row a feature, the index the
    line in the file; without rows when the file cannot be used
    """
    features = _features(document)
    lines = _lines(document.text, len(features))
    before = len(document.findings)
    columns = {name: _property(document, features, lines, name) for name in members}
    shapes = _shapes(document, features, lines)
    if len(document.findings) > before:
        return _frame({name: [] for name in members}, [], [])
    frame = _frame(columns, shapes, lines)
    _degrees(document, frame)
    _validity(document, frame)
    return frame


def _frame(columns: dict[str, list[str]], shapes: Any, lines: list[int]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {name: pd.array(texts, dtype="str") for name, texts in columns.items()},
        geometry=list(shapes),
        crs=STORED,
        index=lines,
    )


def _features(document: Document) -> list[Any]:
    content = document.content(dict)
    if not content:
        return []
    features = content.get("features")
    if content.get("UTF8Encoding"):
        document.error(
            1,
            "UTF8Encoding",
            ("是 ECharts 的压缩格式（UTF8Encoding）", "compressed for ECharts (UTF8Encoding)"),
            (
                "坐标只精确到约 100 米，解压也不合用：换用未压缩的原始 GeoJSON",
                "its coordinates are rounded to about 100 m: use the GeoJSON that it was made of",
            ),
        )
        return []
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        document.error(
            1,
            "type",
            ("不是 GeoJSON 的 FeatureCollection", "not a GeoJSON FeatureCollection"),
            ("导出为 GeoJSON（EPSG:4326）", "export it as GeoJSON, EPSG:4326"),
        )
        return []
    _check_crs(document, content.get("crs"))
    if not features:
        document.error(
            1,
            "features",
            ("没有任何要素", "there is no feature"),
            ("补上边界", "add the boundaries"),
        )
    return features


def _check_crs(document: Document, crs: Any) -> None:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name", crs) if isinstance(properties, dict) else crs
    if crs is not None and not _STORED_NAMES.search(str(name)):
        document.error(
            document.text.count("\n", 0, document.text.find('"crs"')) + 1,
            "crs",
            (f"坐标系为 {name}", f"the CRS is {name}"),
            ("转换到 EPSG:4326 后再放入", "convert it to EPSG:4326"),
        )


def _lines(text: str, count: int) -> list[int]:
    """Give the line where each feature begins; 0 for all when they cannot be told apart."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    found = [bisect_right(breaks, match.start()) + 1 for match in _FEATURE.finditer(text)]
    return found if len(found) == count else [0] * count


def _property(document: Document, features: list[Any], lines: list[int], name: str) -> list[str]:
    values: list[str] = []
    for feature, line in zip(features, lines, strict=True):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        value = properties.get(name) if isinstance(properties, dict) else None
        if not isinstance(value, str) or not value:
            document.error(
                line,
                name,
                (f"要素没有文字属性 {name}", f"the feature has no text property {name}"),
                ("补上；代码要写成带引号的文字", "add it; codes are text, in quotes"),
            )
        values.append(str(value))
    return values


def _shapes(document: Document, features: list[Any], lines: list[int]) -> Any:
    for feature, line in zip(features, lines, strict=True):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in ("Polygon", "MultiPolygon"):
            document.error(
                line,
                "geometry",
                (f"几何类型为 {kind}", f"the geometry is {kind}"),
                ("应为 Polygon 或 MultiPolygon", "it must be Polygon or MultiPolygon"),
            )
            return []
    try:
        return shapely.get_parts(shapely.from_geojson(document.text)) if features else []
    except shapely.GEOSException as error:
        document.error(
            _broken(features, lines),
            "geometry",
            ("坐标不成多边形", f"the coordinates make no polygon: {error}"),
            ("重新导出这一要素", "export this feature anew"),
        )
        return []


def _broken(features: list[Any], lines: list[int]) -> int:
    """Give the line of the first feature that cannot be read."""
    import json

    for feature, line in zip(features, lines, strict=True):
        if shapely.from_geojson(json.dumps(feature), on_invalid="ignore") is None:
            return line
    return 0


def _degrees(document: Document, frame: gpd.GeoDataFrame) -> None:
    bounds = frame.bounds.to_numpy()
    west, south, east, north = CHINA_BOUNDS
    low, high = np.array([west, south]), np.array([east, north])
    outside = ((bounds[:, :2] < low) | (bounds[:, 2:] > high)).any(axis=1)
    for line, box in zip(frame.index[outside], bounds[outside], strict=True):
        try:
            require_china(box, document.file)
        except CrsError as error:
            document.error(
                int(line),
                "geometry",
                (error.text.zh, error.text.en),
                (
                    "坐标应为经度、纬度，单位度",
                    "coordinates must be longitude, latitude in degrees",
                ),
            )


def _validity(document: Document, frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry.to_numpy()
    empty = shapely.is_empty(shapes)
    for line in frame.index[empty]:
        document.error(
            int(line), "geometry", ("几何为空", "the geometry is empty"), ("补上边界", "add it")
        )
    for position in np.flatnonzero(~shapely.is_valid(shapes)):
        reason = shapely.is_valid_reason(shapes[position])
        document.error(
            int(frame.index[position]),
            "geometry",
            (f"多边形无效（自相交等）：{reason}", f"the polygon is invalid: {reason}"),
            ("用 GIS 软件的“修复几何”改正", "mend it with a GIS, for example 'fix geometries'"),
        )


def check_units(document: Document, frame: gpd.GeoDataFrame, codes: Collection[str]) -> None:
    """Check that each unit has exactly one boundary, and that they form a coverage.

    Parameters
    ----------
    frame : as ``read_boundaries`` gives it
    codes : the codes that must be there, each once
    """
    for line, code in frame.loc[frame["code"].duplicated(), "code"].items():
        first = int(frame.index[frame["code"] == code][0])
        document.error(
            int(str(line)),
            "code",
            (f"{code} 出现两次，先在第 {first} 行", f"{code} stands twice, first in line {first}"),
            ("合并为一个要素", "merge them into one feature"),
        )
    for line, code in frame.loc[~frame["code"].isin(list(codes)), "code"].items():
        near = closest(str(code), codes)
        document.error(
            int(str(line)),
            "code",
            (f"units.csv 没有代码“{code}”", f"units.csv has no code {code!r}"),
            (
                f"改代码或补进 units.csv；最接近的是 {'、'.join(near) or '（无）'}",
                f"mend the code or add it there; the closest: {', '.join(near) or 'none'}",
            ),
        )
    present = set(frame["code"])
    for code in codes:
        if present and code not in present:
            document.error(
                0,
                "code",
                (f"缺少 {code} 的边界", f"the boundary of {code} is missing"),
                ("补上它的要素", "add its feature"),
            )
    _coverage(document, frame)


def _coverage(document: Document, frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry.to_numpy()
    sound = shapely.is_valid(shapes).all() and not frame["code"].duplicated().any()
    if not sound or shapely.coverage_is_valid(shapes, gap_width=GAP_DEG):
        return
    edges = shapely.coverage_invalid_edges(shapes, gap_width=GAP_DEG)
    for position in np.flatnonzero(~shapely.is_empty(edges)):
        code = frame["code"].iloc[position]
        lon, lat = (written(one, 5) for one in shapely.get_coordinates(edges[position])[0])
        document.error(
            int(frame.index[position]),
            "geometry",
            (
                f"{code} 与邻区重叠或有缝隙，在 {lon}, {lat} 附近",
                f"{code} overlaps a neighbour or leaves a gap near {lon}, {lat}",
            ),
            ("让相邻两区的公共边界逐点相同", "let neighbours share each vertex of their border"),
        )
