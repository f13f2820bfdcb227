"""Polygons as people hand them in: mended and said, read from Esri and GBK, or refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from geomap.errors import RequestError, TableError
from geomap.model.findings import Findings
from geomap.siting.zone_files import read_polygons

SQUARE = [[109.0, 39.0], [109.0, 40.0], [110.0, 40.0], [110.0, 39.0], [109.0, 39.0]]
HOLE = [[109.4, 39.4], [109.6, 39.4], [109.6, 39.6], [109.4, 39.6], [109.4, 39.4]]
BOWTIE = [[109.6, 39.5], [110.2, 40.0], [110.2, 39.5], [109.6, 40.0], [109.6, 39.5]]
FLAT = [[109.0, 39.0], [110.0, 39.0], [109.0, 39.0], [109.0, 39.0]]


def feature(ring: list[list[float]], **properties: str) -> dict[str, Any]:
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def read(content: Any, encoding: str = "utf-8") -> tuple[Any, list[str]]:
    findings = Findings()
    data = json.dumps(content, ensure_ascii=False).encode(encoding)
    return read_polygons("面.geojson", data, findings), [one.what.zh for one in findings]


def test_a_border_that_crosses_itself_is_mended_and_named() -> None:
    shapes, told = read({"features": [feature(SQUARE), feature(BOWTIE, name="园区")]})
    # Two triangles of half the width and all the height: half of 0.6 × 0.5.
    assert shapes.iloc[1].area == pytest.approx(0.15)
    (said,) = told
    assert said.startswith("“园区” 的界线自相交（109.9 39.75 处）")


def test_a_polygon_without_a_name_is_told_by_its_place_in_the_file() -> None:
    assert read(feature(BOWTIE)["geometry"])[1][0].startswith("第 1 个面 的界线自相交")


def test_a_polygon_without_area_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="“线状” 面积为 0"):
        read({"features": [feature(SQUARE), feature(FLAT, 名称="线状")]})


@pytest.mark.parametrize("spot", ["NaN", 10**400, 1e308, 1, 4_400_000.0])
@pytest.mark.parametrize("esri", [False, True])
def test_coordinates_that_are_no_degrees_in_china_are_refused_in_words(
    spot: object, esri: bool
) -> None:
    ring: Any = [*SQUARE[:2], [spot, 40.0], *SQUARE[2:]]
    content = feature(ring)
    if esri:
        features = [{"geometry": {"rings": [ring]}}]
        content = {"geometryType": "esriGeometryPolygon", "features": features}
    with pytest.raises(RequestError, match="GeoJSON（EPSG:4326）"):
        read(content)


def test_a_polygon_of_no_points_is_refused_by_name() -> None:
    nothing = {"type": "Polygon", "coordinates": []}
    with pytest.raises(RequestError, match="“空” 面积为 0"):
        read({"type": "Feature", "properties": {"name": "空"}, "geometry": nothing})


def test_gbk_is_read_and_said() -> None:
    shapes, told = read({"features": [feature(SQUARE, name="园区")]}, "gbk")
    assert shapes.iloc[0].area == pytest.approx(1)
    assert any("GB" in one for one in told)


def test_the_json_of_esri_is_read_with_its_holes() -> None:
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4490},
        "features": [{"attributes": {"name": "园区"}, "geometry": {"rings": [SQUARE, HOLE]}}],
    }
    shapes, told = read(content)
    assert (shapes.iloc[0].area, told) == (pytest.approx(1 - 0.04), [])
    with pytest.raises(RequestError, match="坐标系是 3857，不是经纬度"):
        read({**content, "spatialReference": {"wkid": 3857}})


@pytest.mark.parametrize(
    "content",
    [
        {"features": [{"attributes": {}, "geometry": {"paths": []}}], "geometryType": "x"},
        {"features": [{"geometry": {"kind": "Polygon"}}]},
        [],
        {"features": [None]},
    ],
)
def test_what_is_no_geojson_is_refused_in_plain_words(content: Any) -> None:
    with pytest.raises(RequestError, match="另存为 GeoJSON") as caught:
        read(content)
    assert "exception" not in str(caught.value)
    assert "codec" not in str(caught.value)


def test_bytes_that_are_no_text_are_refused_in_plain_words() -> None:
    with pytest.raises(TableError, match=r"面\.geojson"):
        read_polygons("面.geojson", b"{\xff\xff\xff", Findings())
