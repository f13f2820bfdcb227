"""Roads that the user has → shortest paths between places; the only module that routes.

In: GraphML (as osmnx writes it) or a GeoPackage of lines, in bytes. Out: :class:`Roads`, which
measures in km or minutes along the roads, says how far places lie from them, and which of them
no road joins.
"""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geomap.crs import CHINA_BOUNDS
from geomap.distance import Costs, Kind
from geomap.errors import RequestError, Text
from geomap.files import write_whole

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

MOST_BYTES = 200 * 2**20
MOST_EDGES = 2_000_000
FAR_M = 5_000.0
SPEED_KMH = 60.0
"""Where the file gives none; said on the result."""
WALK_KMH = 30.0
"""From a place to its nearest road, in a straight line; said on the result."""
_JOIN = 6  # decimals of a degree at which ends of lines meet: about 10 cm
_GEOD = "WGS84"
_LENGTHS = ("length", "length_m", "distance")
_SPEEDS = ("speed_kph", "speed_kmh", "speed", "maxspeed", "速度", "车速")


@dataclass(frozen=True, eq=False)
class Roads:
    """A road network.

    Parameters
    ----------
    nodes : (k, 2) longitude and latitude, EPSG:4326
    tail, head : (e,) nodes at the ends of each edge
    length_m : (e,)
    minutes : (e,)
    oneway : (e,) whether an edge may only be used from tail to head
    notices : what was said while it was read
    """

    nodes: Floats
    tail: Index
    head: Index
    length_m: Floats
    minutes: Floats
    oneway: npt.NDArray[np.bool_]
    notices: tuple[Text, ...] = ()

    @property
    def edges(self) -> int:
        """Count the edges."""
        return len(self.tail)

    def graph(self, unit: str) -> Any:
        """Give a sparse (k, k) matrix of edge costs in km or min."""
        from scipy.sparse import coo_array

        cost = self.minutes if unit == "min" else self.length_m / 1000
        both = ~self.oneway
        tail = np.concatenate([self.tail, self.head[both]])
        head = np.concatenate([self.head, self.tail[both]])
        # Of edges side by side the shortest; an edge of no length must not look like none.
        frame = pd.DataFrame(
            {"t": tail, "h": head, "c": np.maximum(np.concatenate([cost, cost[both]]), 1e-9)}
        )
        least = frame.groupby(["t", "h"], sort=True)["c"].min()
        at = least.index.to_frame().to_numpy()
        size = len(self.nodes)
        return coo_array((least.to_numpy(), (at[:, 0], at[:, 1])), shape=(size, size)).tocsr()

    def costs(
        self, origins: pd.DataFrame, sites: pd.DataFrame, unit: str
    ) -> tuple[Costs, list[Text]]:
        """Measure along the roads from all origins to all sites.

        Parameters
        ----------
        origins, sites : id, name, lon, lat (EPSG:4326); n and m rows

        Returns
        -------
        (n, m) costs in ``unit``, inf where no road leads, and what to say of them
        """
        from scipy.sparse.csgraph import connected_components, dijkstra

        graph = self.graph(unit)
        (start, off), (end, away) = self.snap(origins), self.snap(sites)
        told = [*self.notices, *_far(origins, off), *_far(sites, away)]
        if len(start) and len(end):
            parts = connected_components(graph, directed=True, connection="weak")[1]
            told += _pieces(parts, (origins, start), (sites, end))
        back = len(end) < len(start)
        unique, where = np.unique(end if back else start, return_inverse=True)
        found = dijkstra(graph.T if back else graph, indices=unique)[where]
        matrix = found[:, start].T if back else found[:, end]
        per = 60 / WALK_KMH / 1000 if unit == "min" else 1 / 1000
        matrix = matrix + (off * per)[:, None] + (away * per)[None, :]
        told.append(_access(off, away, unit))
        return Costs(np.ascontiguousarray(matrix), Kind.NETWORK, unit), told

    def snap(self, places: pd.DataFrame) -> tuple[Index, Floats]:
        """Give the nearest node of each place and how far away it is, in metres."""
        from scipy.spatial import KDTree

        points = places[["lon", "lat"]].to_numpy(dtype=float)
        if not len(points):
            return np.zeros(0, dtype=np.intp), np.zeros(0)
        # On the sphere of unit vectors the nearest is the nearest on the ground, to 0.3 %.
        near = KDTree(_unit(self.nodes)).query(_unit(points))[1]
        from pyproj import Geod

        at = self.nodes[near]
        metres = Geod(ellps=_GEOD).inv(points[:, 0], points[:, 1], at[:, 0], at[:, 1])[2]
        return np.asarray(near, dtype=np.intp), np.asarray(metres, dtype=float)


def _unit(points: Floats) -> Floats:
    lon, lat = np.radians(points).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _far(places: pd.DataFrame, away: Floats) -> list[Text]:
    rows = np.flatnonzero(away > FAR_M)
    if not len(rows):
        return []
    shown = [f"{places['name'].iloc[row]} {away[row] / 1000:.1f} km" for row in rows[:10]]
    listed = "、".join(shown) + (" …" if len(rows) > 10 else "")
    return [
        Text(
            f"{len(rows)} 个点离最近的道路超过 {FAR_M / 1000:g} 公里：{listed}",
            f"{len(rows)} places are over {FAR_M / 1000:g} km from the nearest road: {listed}",
        )
    ]


def _access(off: Floats, away: Floats, unit: str) -> Text:
    both = np.concatenate([off, away])
    most, middle = (float(both.max()), float(np.median(both))) if len(both) else (0.0, 0.0)
    walk = Text(f"，按 {WALK_KMH:g} 公里/小时计", f", at {WALK_KMH:g} km/h")
    walk = walk if unit == "min" else Text("", "")
    return Text(
        f"各点到最近道路节点的直线距离已计入（中位 {middle / 1000:.2f} 公里，最大 "
        f"{most / 1000:.2f} 公里{walk.zh}）",
        f"the straight line from a place to its nearest node is included (median "
        f"{middle / 1000:.2f} km, at most {most / 1000:.2f} km{walk.en})",
    )


def _pieces(parts: Index, *ends: tuple[pd.DataFrame, Index]) -> list[Text]:
    """Name the places that lie on a piece of the network apart from most."""
    where = np.concatenate([parts[nodes] for _, nodes in ends])
    names = np.concatenate([frame["name"].to_numpy(dtype=object) for frame, _ in ends])
    pieces, count = np.unique(where, return_counts=True)
    if len(pieces) < 2:
        return []
    main = pieces[count.argmax()]
    told = []
    for piece in pieces[pieces != main]:
        apart = list(dict.fromkeys(names[where == piece]))
        shown = "、".join(apart[:10]) + (" …" if len(apart) > 10 else "")
        told.append(
            Text(
                f"路网不连通：{shown} 所在的一片与其他点没有道路相连",
                f"the network is in pieces: no road joins {shown} to the others",
            )
        )
    return told


# --- reading --------------------------------------------------------------------------------------


def read_roads(name: str, data: bytes) -> Roads:
    """Read a road network: GraphML when it is XML, GeoPackage otherwise.

    Raises
    ------
    RequestError : it cannot be read, has no roads, or they are no degrees in China
    """
    if len(data) > MOST_BYTES:
        raise RequestError(
            f"{name} 超过 {MOST_BYTES >> 20} MB：先裁到研究范围",
            f"{name} is over {MOST_BYTES >> 20} MB: cut it to the region first",
        )
    if data[:16].startswith(b"SQLite format 3"):
        return _checked(name, _from_lines(name, data))
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return _checked(name, _from_graphml(name, data))
    raise RequestError(
        f"{name} 既不是 GraphML，也不是 GeoPackage", f"{name} is neither GraphML nor GeoPackage"
    )


def _checked(name: str, roads: Roads) -> Roads:
    if not roads.edges:
        raise RequestError(f"{name} 里没有道路", f"{name} holds no roads")
    west, south, east, north = CHINA_BOUNDS
    lon, lat = roads.nodes.T
    if not ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all():
        raise RequestError(
            f"{name} 的坐标不是中国范围内的经纬度（EPSG:4326）",
            f"the coordinates of {name} are no degrees in China (EPSG:4326)",
        )
    bad = ~(np.isfinite(roads.length_m) & (roads.length_m >= 0))
    bad |= ~(np.isfinite(roads.minutes) & (roads.minutes >= 0))
    if bad.any():
        raise RequestError(
            f"{name} 有 {int(bad.sum())} 条路的长度或速度不能用",
            f"{int(bad.sum())} roads of {name} have a length or speed that cannot be used",
        )
    return roads


def _from_graphml(name: str, data: bytes) -> Roads:
    """Read nodes with x and y, and edges with length (m), speed_kph or maxspeed, oneway."""
    from lxml import etree

    space = "{*}"
    nodes: dict[str, tuple[float, float]] = {}
    rows: list[dict[str, Any]] = []
    try:
        keys: dict[str, str] = {}
        stream = etree.iterparse(
            io.BytesIO(data), events=("end",), tag=[space + one for one in ("key", "node", "edge")],
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        )  # fmt: skip
        for _, element in stream:
            kind = etree.QName(element).localname
            if kind == "key":
                keys[element.get("id")] = element.get("attr.name")
                continue
            held = {
                keys.get(one.get("key"), ""): one.text or "" for one in element.iter(space + "data")
            }
            if kind == "node":
                nodes[element.get("id")] = (float(held["x"]), float(held["y"]))
            else:
                rows.append({**held, "u": element.get("source"), "v": element.get("target")})
            element.clear()
            if len(rows) > MOST_EDGES:
                raise _too_many(name)
        directed = b'edgedefault="undirected"' not in data[:4096]
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise RequestError(
            f"{name} 不是可用的 GraphML（{error}）：节点要有 x、y，边要有 length",
            f"{name} is no GraphML that can be used ({error}): nodes need x and y, edges length",
        ) from error
    return _of_rows(name, nodes, rows, directed)


def _too_many(name: str) -> RequestError:
    return RequestError(
        f"{name} 超过 {MOST_EDGES:,} 条路", f"{name} holds over {MOST_EDGES:,} roads"
    )


def _of_rows(
    name: str, nodes: dict[str, tuple[float, float]], rows: list[dict[str, Any]], directed: bool
) -> Roads:
    at = {id_: number for number, id_ in enumerate(nodes)}
    lost = [row for row in rows if row["u"] not in at or row["v"] not in at]
    if lost:
        raise RequestError(
            f"{name} 有 {len(lost)} 条边的端点不存在", f"{len(lost)} edges of {name} lack a node"
        )
    points = np.array(list(nodes.values()), dtype=float).reshape(-1, 2)
    tail = np.array([at[row["u"]] for row in rows], dtype=np.intp)
    head = np.array([at[row["v"]] for row in rows], dtype=np.intp)
    length = np.array([_first(row, _LENGTHS) for row in rows], dtype=float)
    length, measured = _filled(length, points, tail, head)
    speed, assumed = _speeds([_first(row, _SPEEDS) for row in rows])
    # A directed graph has an edge for each way already.
    oneway = np.full(len(rows), directed)
    return Roads(
        points, tail, head, length, length / 1000 / speed * 60, oneway,
        _told(measured, assumed),
    )  # fmt: skip


def _first(row: dict[str, Any], names: tuple[str, ...]) -> float:
    for name in names:
        found = re.search(r"\d+(?:\.\d+)?", str(row.get(name) or ""))
        if found:
            miles = "mph" in str(row[name])
            return float(found[0]) * (1.609344 if miles else 1)
    return float("nan")


def _filled(length: Floats, points: Floats, tail: Index, head: Index) -> tuple[Floats, int]:
    """Measure edges that have no length, in a straight line."""
    unknown = np.flatnonzero(np.isnan(length))
    if len(unknown):
        from pyproj import Geod

        one, other = points[tail[unknown]], points[head[unknown]]
        metres = Geod(ellps=_GEOD).inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]
        length = length.copy()
        length[unknown] = metres
    return length, len(unknown)


def _speeds(given: list[float]) -> tuple[Floats, int]:
    speed = np.array(given, dtype=float)
    unknown = ~(speed > 0)
    return np.where(unknown, SPEED_KMH, speed), int(unknown.sum())


def _told(measured: int, assumed: int) -> tuple[Text, ...]:
    told = []
    if measured:
        told.append(
            Text(
                f"{measured} 条路没有长度，按两端直线计",
                f"{measured} roads have no length: the straight line stands in",
            )
        )
    if assumed:
        told.append(
            Text(
                f"{assumed} 条路没有速度，时间按 {SPEED_KMH:g} 公里/小时计",
                f"{assumed} roads have no speed: times are at {SPEED_KMH:g} km/h",
            )
        )
    return tuple(told)


def _from_lines(name: str, data: bytes) -> Roads:
    """Read lines with a speed (km/h) and perhaps oneway; they meet where their vertices meet."""
    import pyogrio
    import shapely

    try:
        # From memory GDAL warns of the missing file extension.
        with tempfile.TemporaryDirectory(prefix="geomap-") as directory:
            file = Path(directory) / "roads.gpkg"
            write_whole(file, data)
            frame = pyogrio.read_dataframe(file)
    except Exception as error:  # GDAL fails in many ways of its own
        raise RequestError(
            f"{name} 不是可读的 GeoPackage（{error}）",
            f"{name} is no readable GeoPackage ({error})",
        ) from error
    if "geometry" not in frame or frame.geometry.isna().all():
        raise RequestError(f"{name} 里没有线", f"{name} holds no lines")
    if frame.crs is None:
        raise RequestError(f"{name} 没有注明坐标系", f"{name} does not state its CRS")
    frame = frame.to_crs("EPSG:4326").explode(ignore_index=True)
    frame = frame[frame.geom_type == "LineString"].reset_index(drop=True)
    points, line = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    if len(points) > MOST_EDGES:
        raise _too_many(name)
    same = line[:-1] == line[1:]
    nodes, at = np.unique(points.round(_JOIN), axis=0, return_inverse=True)
    at = at.reshape(-1)
    tail, head, of = at[:-1][same], at[1:][same], line[:-1][same]
    length, _ = _filled(np.full(len(tail), np.nan), nodes, tail, head)
    rows = frame.drop(columns="geometry").to_dict("records")
    speed, assumed = _speeds([_first(row, _SPEEDS) for row in rows])
    oneway = np.array([_is_oneway(row.get("oneway")) for row in rows], dtype=bool)
    return Roads(
        nodes, tail.astype(np.intp), head.astype(np.intp), length,
        length / 1000 / speed[of] * 60, oneway[of], _told(0, assumed),
    )  # fmt: skip


def _is_oneway(value: Any) -> bool:
    return str(value).strip().lower() in {"yes", "true", "1", "f", "1.0"}
