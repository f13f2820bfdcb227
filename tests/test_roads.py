"""Shortest paths on a road network that the user has: worked by hand on a few roads."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geomap.errors import RequestError
from geomap.roads import Roads, read_roads

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="x" attr.type="string"/>
<key id="d1" for="node" attr.name="y" attr.type="string"/>
<key id="d2" for="edge" attr.name="length" attr.type="string"/>
<key id="d3" for="edge" attr.name="speed_kph" attr.type="string"/>
<graph edgedefault="{kind}">
"""
TAIL = "</graph></graphml>"
NODES = {"a": (109.0, 39.0), "b": (109.1, 39.0), "c": (109.2, 39.0), "x": (110.0, 39.5)}


def graphml(*edges: tuple[str, str, int, int], kind: str = "undirected") -> bytes:
    nodes = "".join(
        f'<node id="{id_}"><data key="d0">{x}</data><data key="d1">{y}</data></node>'
        for id_, (x, y) in NODES.items()
    )
    lines = "".join(
        f'<edge source="{u}" target="{v}"><data key="d2">{m}</data><data key="d3">{s}</data></edge>'
        for u, v, m, s in edges
    )
    return (HEAD.format(kind=kind) + nodes + lines + TAIL).encode()


def at(*names: str) -> pd.DataFrame:
    rows = [(name, name, *NODES[name]) for name in names]
    return pd.DataFrame(rows, columns=["id", "name", "lon", "lat"])


def cost(roads: Roads, start: str, end: str, unit: str = "km") -> float:
    return float(roads.costs(at(start), at(end), unit)[0].matrix[0, 0])


def test_the_shortest_of_two_ways_is_taken() -> None:
    roads = read_roads(
        "r.graphml", graphml(("a", "b", 9000, 60), ("b", "c", 9000, 60), ("a", "c", 20000, 120))
    )
    assert cost(roads, "a", "c") == pytest.approx(18)
    # At 60 km/h 18 km take 18 minutes; the longer way at 120 km/h takes 10.
    assert cost(roads, "a", "c", "min") == pytest.approx(10)


def test_a_directed_road_leads_one_way() -> None:
    roads = read_roads("r.graphml", graphml(("a", "b", 9000, 60), kind="directed"))
    assert cost(roads, "a", "b") == pytest.approx(9)
    assert cost(roads, "b", "a") == np.inf


def test_more_origins_than_sites_are_measured_in_the_same_direction() -> None:
    edges = (("a", "b", 9000, 60), ("b", "c", 7000, 60))
    roads = read_roads("r.graphml", graphml(*edges, kind="directed"))
    found = roads.costs(at("a", "b", "c"), at("c"), "km")[0].matrix[:, 0]
    assert found.tolist() == pytest.approx([16, 7, 0])


def test_pieces_of_a_network_are_told_by_name_and_stay_unreachable() -> None:
    roads = read_roads("r.graphml", graphml(("a", "b", 9000, 60), ("x", "x", 1, 60)))
    costs, told = roads.costs(at("a", "x"), at("b"), "km")
    assert costs.matrix[1, 0] == np.inf
    assert [one.zh for one in told if "不连通" in one.zh] == [
        "路网不连通：x 所在的一片与其他点没有道路相连"
    ]


def test_the_way_to_the_nearest_road_counts_and_is_said() -> None:
    roads = read_roads("r.graphml", graphml(("a", "b", 9000, 60)))
    off = at("a").assign(lat=39.1)  # 0.1° of the meridian at 39° is 11.10 km
    costs, told = roads.costs(off, at("b"), "km")
    assert costs.matrix[0, 0] == pytest.approx(9 + 11.101, abs=0.01)
    assert any("超过 5 公里" in one.zh for one in told)


def test_lines_of_a_geopackage_meet_at_their_vertices(tmp_path: Path) -> None:
    lines = [
        shapely.LineString([(109, 39), (109.1, 39), (109.2, 39)]),
        shapely.LineString([(109.1, 39), (109.1, 39.1)]),
    ]
    frame = gpd.GeoDataFrame({"speed": [60, 30]}, geometry=lines, crs="EPSG:4326")
    frame.to_file(tmp_path / "r.gpkg", driver="GPKG")
    roads = read_roads("r.gpkg", (tmp_path / "r.gpkg").read_bytes())
    assert roads.edges == 3
    end = at("a").assign(lon=109.1, lat=39.1)
    found = roads.costs(at("a"), end, "min")[0].matrix[0, 0]
    # 8.656 km along the parallel at 60 km/h, 11.101 km along the meridian at 30 km/h.
    assert found == pytest.approx(8.656 + 2 * 11.101, abs=0.01)


@pytest.mark.parametrize(
    ("data", "zh"),
    [
        (b"id,lon\n", "既不是 GraphML"),
        (b"<graphml>", "不是可用的 GraphML"),
        ((HEAD + TAIL).format(kind="directed").encode(), "没有道路"),
        (graphml(("a", "q", 1, 1)), "端点不存在"),
        (graphml(("a", "b", 1, 1)).replace(b"109.0", b"19.0"), "不是中国范围内"),
        (b"SQLite format 3\x00 and no more", "不是可读的 GeoPackage"),
    ],
)
def test_what_is_no_network_is_refused(data: bytes, zh: str) -> None:
    with pytest.raises(RequestError, match=zh):
        read_roads("r", data)


def test_a_file_cannot_reach_for_others() -> None:
    secret = b'<!DOCTYPE g [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    data = graphml(("a", "b", 9000, 60)).replace(b"<graphml", secret + b"<graphml", 1)
    data = data.replace(b">60<", b">&e;<")
    roads = read_roads("r.graphml", data)
    assert any("没有速度" in one.zh for one in roads.notices)
