"""Shortest paths on a road network that the user has: worked by hand on a few roads."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geomap.errors import RequestError
from geomap.siting.road_files import read_roads
from geomap.siting.roads import Roads
from tests.support.roads import HEAD, NODES, TAIL, graphml


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


def test_a_key_without_a_name_as_yed_writes_them_is_passed_over() -> None:
    drawn = b'<key id="d9" for="node" yfiles.type="nodegraphics"/><graph '
    content = graphml(("a", "b", 9000, 60)).replace(b"<graph ", drawn, 1)
    assert cost(read_roads("r.graphml", content), "a", "b") == pytest.approx(9)


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


def test_a_geopackage_whose_system_leads_to_no_degrees_is_refused(tmp_path: Path) -> None:
    local = (
        'ENGCRS["site",EDATUM["pole"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
        'LENGTHUNIT["metre",1]]'
    )
    lines = [shapely.LineString([(109, 39), (109.1, 39)])]
    gpd.GeoDataFrame(geometry=lines, crs=local).to_file(tmp_path / "r.gpkg", driver="GPKG")
    with pytest.raises(RequestError, match="GeoPackage"):
        read_roads("r.gpkg", (tmp_path / "r.gpkg").read_bytes())


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


# --- places join roads, not nodes -----------------------------------------------------------------


def simplified(*, kind: str = "directed", extra: str = "") -> bytes:
    """Write a road of 86 km as osmnx simplifies it: two nodes, and its course in the geometry."""
    course = "LINESTRING (109 39.6, 109.25 39.6, 109.5 39.6, 109.75 39.6, 110 39.6)"
    keys = '<key id="d5" for="edge" attr.name="geometry" attr.type="string"/>'
    many = "".join(f'<key id="k{n}" for="edge" attr.name="tag{n}"/>' for n in range(100))
    held = f'<data key="d2">8.6e+04</data><data key="d3">60.0</data><data key="d5">{course}</data>'
    ways = ["01", "10"] if kind == "directed" else ["01"]
    edges = "".join(f'<edge source="{a}" target="{b}">{held}</edge>' for a, b in ways)
    nodes = "".join(
        f'<node id="{n}"><data key="d0">{lon}</data><data key="d1">39.6</data></node>'
        for n, lon in ((0, 109), (1, 110))
    )
    head = HEAD.format(kind=kind).replace("<graph ", f"{keys}{many}<graph ")
    return (head + nodes + edges + extra + TAIL).encode()


def places(**where: tuple[float, float]) -> pd.DataFrame:
    rows = [(name, name, lon, lat) for name, (lon, lat) in where.items()]
    return pd.DataFrame(rows, columns=["id", "name", "lon", "lat"])


WEST_AND_MIDDLE = places(西端=(109.0, 39.6), 路中=(109.45, 39.601))
BESIDE_AND_EAST = places(A=(109.51, 39.601), B=(110.0, 39.6))


@pytest.mark.parametrize("kind", ["directed", "undirected"])
def test_a_place_beside_a_long_road_joins_it_where_it_lies(kind: str) -> None:
    roads = read_roads("s01.graphml", simplified(kind=kind))
    costs, told = roads.costs(WEST_AND_MIDDLE, BESIDE_AND_EAST, "km")
    # Of 86 km from 109° to 110°; a thousandth of a degree of latitude is 111.03 m at 39.6°.
    off = 0.11103
    assert costs.matrix.tolist() == [
        pytest.approx([0.51 * 86 + off, 86], abs=2e-3),
        pytest.approx([0.06 * 86 + 2 * off, 0.55 * 86 + off], abs=2e-3),
    ]
    assert not [one for one in told if "超过 5 公里" in one.zh]
    minutes = roads.costs(WEST_AND_MIDDLE, BESIDE_AND_EAST, "min")[0].matrix
    # 60 km/h on the road, 30 km/h to it.
    assert minutes[1, 0] == pytest.approx(0.06 * 86 + 2 * off * 2, abs=3e-3)


def test_a_long_line_without_inner_vertices_measures_as_a_dense_one(tmp_path: Path) -> None:
    found = []
    for steps in (1, 100):
        line = shapely.LineString([(109 + n / steps, 39.6) for n in range(steps + 1)])
        roads = lines(tmp_path, [line], speed=[60])
        found.append(roads.costs(WEST_AND_MIDDLE, BESIDE_AND_EAST, "km"))
    one, dense = (costs.matrix for costs, _ in found)
    # By pyproj 85.89 km in a hundred pieces; the geodesic between the ends is 60 m shorter.
    assert dense[0].tolist() == pytest.approx([43.91, 85.89], abs=0.01)
    assert dense[1].tolist() == pytest.approx([5.38, 47.35], abs=0.01)
    assert np.allclose(one, dense, atol=0.1)


def lines(folder: Path, shapes: list[shapely.LineString], **columns: list[object]) -> Roads:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    frame.to_file(folder / "r.gpkg", driver="GPKG")
    return read_roads("r.gpkg", (folder / "r.gpkg").read_bytes())


def test_two_places_on_one_edge_drive_between_them_and_with_the_traffic() -> None:
    roads = read_roads("r.graphml", graphml(("a", "c", 18000, 60), kind="directed"))
    early, late = places(早=(109.05, 39.0)), places(晚=(109.15, 39.0))
    assert roads.costs(early, late, "km")[0].matrix[0, 0] == pytest.approx(9, abs=0.02)
    assert roads.costs(late, early, "km")[0].matrix[0, 0] == np.inf


def test_the_way_back_on_a_one_way_road_goes_round() -> None:
    ring = (("a", "b", 9000, 60), ("b", "c", 9000, 60), ("c", "a", 20000, 60))
    roads = read_roads("r.graphml", graphml(*ring, kind="directed"))
    early, late = places(早=(109.05, 38.999)), places(晚=(109.07, 38.999))
    # The edge from c back to a lies under the others, 1 mm away: the places join both ways.
    there = roads.costs(early, late, "km")[0].matrix[0, 0]
    assert there == pytest.approx(0.2 * 9 + 2 * 0.111, abs=0.02)


@pytest.mark.parametrize(
    ("value", "eastward", "westward"),
    [("yes", 1, 0), ("1", 1, 0), ("F", 1, 0), ("True", 1, 0), ("FT", 1, 0), ("是", 1, 0),
     ("-1", 0, 1), ("T", 0, 1), ("reverse", 0, 1), ("TF", 0, 1), ("反向", 0, 1),
     ("B", 1, 1), ("no", 1, 1), ("双向", 1, 1), ("", 1, 1), ("alternating", 1, 1)],
)  # fmt: skip
@pytest.mark.parametrize("column", ["oneway", "ONEWAY", "单行"])
def test_one_way_roads_are_known_however_they_are_written(
    tmp_path: Path, column: str, value: str, eastward: int, westward: int
) -> None:
    line = shapely.LineString([(109, 39), (109.1, 39)])
    roads = lines(tmp_path, [line], **{column: [value]})
    assert np.isfinite(cost(roads, "a", "b")) == bool(eastward)
    assert np.isfinite(cost(roads, "b", "a")) == bool(westward)
    assert any("alternating" in one.zh for one in roads.notices) == (value == "alternating")


@pytest.mark.parametrize("column", ["MAXSPEED", "设计时速", "设计时速（km/h）", "Speed"])
def test_speeds_are_found_whatever_the_case_of_their_column(tmp_path: Path, column: str) -> None:
    roads = lines(tmp_path, [shapely.LineString([(109, 39), (109.1, 39)])], **{column: ["30"]})
    assert roads.minutes[0] == pytest.approx(2 * 8.663, abs=0.01)
    assert not [one for one in roads.notices if "没有速度" in one.zh]


def test_of_a_file_by_osmnx_the_layer_of_edges_is_read(tmp_path: Path) -> None:
    ends = [shapely.Point(109, 39.6), shapely.Point(110, 39.6)]
    nodes = gpd.GeoDataFrame({"osmid": [1, 2]}, geometry=ends, crs=4326)
    road = shapely.LineString([(109, 39.6), (110, 39.6)])
    edges = gpd.GeoDataFrame({"maxspeed": ["80"], "oneway": [False]}, geometry=[road], crs=4326)
    nodes.to_file(tmp_path / "r.gpkg", layer="nodes")
    edges.to_file(tmp_path / "r.gpkg", layer="edges")
    roads = read_roads("r.gpkg", (tmp_path / "r.gpkg").read_bytes())
    assert (roads.edges, roads.oneway.tolist()) == (1, [False])
    edges.to_file(tmp_path / "two.gpkg", layer="铁路")
    edges.to_file(tmp_path / "two.gpkg", layer="公路")
    with pytest.raises(RequestError, match="有几层线（铁路、公路）"):
        read_roads("two.gpkg", (tmp_path / "two.gpkg").read_bytes())
    nodes.to_file(tmp_path / "none.gpkg", layer="nodes")
    with pytest.raises(RequestError, match="没有线：各层为 nodes（Point）"):
        read_roads("none.gpkg", (tmp_path / "none.gpkg").read_bytes())


def test_a_stretch_that_is_cut_off_does_not_cut_off_the_place_beside_it(tmp_path: Path) -> None:
    road = shapely.LineString([(109 + n / 100, 39.6) for n in range(101)])
    track = shapely.LineString([(109.499, 39.6012), (109.501, 39.6012)])
    roads = lines(tmp_path, [road, track], speed=[60, 60])
    costs, told = roads.costs(places(路中=(109.5, 39.601)), places(东=(110, 39.6)), "km")
    assert costs.matrix[0, 0] == pytest.approx(85.89 / 2 + 0.111, abs=0.01)
    assert [one.zh for one in told if "改接" in one.zh] == [
        "1 个点旁边的路段与主路网不相连，改接最近的主路网：路中 0.11 km"
    ]
    assert not [one for one in told if "不连通" in one.zh]


def test_lengths_in_kilometres_are_noticed() -> None:
    roads = read_roads("r.graphml", graphml(("a", "b", 9, 60)))
    assert any("长度应以米计" in one.zh for one in roads.notices)


# --- an independent checker: networkx on edges cut into pieces of 20 m ----------------------------


def bent(rng: np.random.Generator, start: np.ndarray, end: np.ndarray) -> shapely.LineString:
    middle = (start + end) / 2 + rng.normal(0, 0.01, 2)
    return shapely.LineString([start, middle, end])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.slow
def test_random_networks_agree_with_networkx_on_a_dense_graph(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = rng.uniform((109, 39), (109.2, 39.2), (7, 2))
    ends = [tuple(rng.choice(7, 2, replace=False)) for _ in range(int(rng.integers(6, 12)))]
    tail, head = (np.array([one[at] for one in ends], dtype=np.intp) for at in (0, 1))
    shapes = np.array([bent(rng, nodes[a], nodes[b]) for a, b in ends], dtype=object)
    geod = Geod(ellps="WGS84")
    length = np.array([geod.geometry_length(one) for one in shapes])
    length *= rng.uniform(1, 1.3, len(ends))  # as some files state more than they draw
    oneway = rng.random(len(ends)) < 0.4
    roads = Roads(nodes, tail, head, length, length / 1000, oneway, (), shapes)
    spots = rng.uniform((109, 39), (109.2, 39.2), (9, 2))
    dense, feet, sure = densely(roads, spots)
    frame = places(**{f"p{n}": (lon, lat) for n, (lon, lat) in enumerate(spots)})
    found = roads.costs(frame, frame, "km")[0].matrix
    compared = 0
    for one in np.flatnonzero(sure):
        reached = nx.single_source_dijkstra_path_length(dense, feet[one][0], weight="km")
        for other in np.flatnonzero(sure):
            way = feet[one][1] + reached.get(feet[other][0], np.inf) + feet[other][1]
            # Pieces of 20 m at either end; beside a one-way road a step decides on a detour.
            if not same_edge(feet[one][0], feet[other][0]):
                assert found[one, other] == pytest.approx(way, abs=0.1), (one, other)
                compared += 1
    assert compared >= 10


def same_edge(one: object, other: object) -> bool:
    return isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]


def densely(
    roads: Roads, spots: np.ndarray
) -> tuple[nx.DiGraph, list[tuple[object, float]], list[bool]]:
    """Cut edges into pieces; give the graph, the piece next to each spot, and if that is sure."""
    graph, where, keys, geod = nx.DiGraph(), [], [], Geod(ellps="WGS84")
    for edge, shape in enumerate(roads.shapes):
        parts = shapely.get_coordinates(shapely.segmentize(shape, 0.0002))
        km = np.array(geod.line_lengths(parts[:, 0], parts[:, 1]))
        km *= roads.length_m[edge] / km.sum() / 1000
        inner = [(edge, n) for n in range(1, len(km))]
        names = [int(roads.tail[edge]), *inner, int(roads.head[edge])]
        for (a, b), part in zip(pairwise(names), km, strict=True):
            join(graph, a, b, part)
            if not roads.oneway[edge]:
                join(graph, b, a, part)
        where.append(parts)
        keys += [(edge, name) for name in names]
    every, edges = np.vstack(where), np.array([edge for edge, _ in keys])
    feet, sure = [], []
    for lon, lat in spots:
        metres = geod.inv(np.full(len(every), lon), np.full(len(every), lat), *every.T)[2]
        nearest = int(metres.argmin())
        others = metres[edges != edges[nearest]].min()
        feet.append((keys[nearest][1], metres[nearest] / 1000))
        sure.append(bool(others - metres[nearest] > 30))
    return graph, feet, sure


def join(graph: nx.DiGraph, one: object, other: object, km: float) -> None:
    if not graph.has_edge(one, other) or graph[one][other]["km"] > km:
        graph.add_edge(one, other, km=km)


def test_a_file_cannot_reach_for_others() -> None:
    secret = b'<!DOCTYPE g [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    data = graphml(("a", "b", 9000, 60)).replace(b"<graphml", secret + b"<graphml", 1)
    data = data.replace(b">60<", b">&e;<")
    roads = read_roads("r.graphml", data)
    assert any("没有速度" in one.zh for one in roads.notices)
