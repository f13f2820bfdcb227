"""Files of roads → :class:`siting.roads.Roads`: GraphML as osmnx writes it, GeoPackages of lines.

Columns are known by their names in any case, in Chinese too. What is assumed, measured or left
out is said.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from geomap.arrays import Floats, Index
from geomap.errors import GeomapError, RequestError, Text
from geomap.files import temporary, write_whole
from geomap.model.crs import CHINA_BOUNDS
from geomap.numbers import full
from geomap.siting.roads import Roads
from geomap.tables import cells

_MOST_BYTES = 200 * 2**20
MOST_EDGES = 2_000_000
SPEED_KMH = 60.0
"""Where the file gives none; said on the result."""
_JOIN = 6  # decimals of a degree at which ends of lines meet: about 10 cm
_SHORT = 0.9  # of the straight line between its ends no road can be shorter, but for rounding
_LENGTHS = ("length", "length_m", "distance", "长度", "里程")
_SPEEDS = (
    "speed_kph", "speed_kmh", "speed", "maxspeed", "max_speed", "speedlimit", "速度", "车速",
    "设计时速", "设计速度", "时速", "限速",
)  # fmt: skip
_ONEWAYS = ("oneway", "one_way", "单行", "单行线", "单向")
_ALONG = {"yes", "true", "1", "f", "ft", "forward", "是", "单行", "正向"}
_AGAINST = {"-1", "t", "tf", "reverse", "reversed", "backward", "反向", "逆向"}
_BOTH = {"", "no", "false", "0", "b", "both", "none", "nan", "否", "双向", "双行"}
_LAYER = "edges"  # of osmnx, beside its nodes
_Row = dict[str, Any]


def read_roads(name: str, data: bytes) -> Roads:
    """Read a road network: GraphML when it is XML, GeoPackage otherwise.

    Raises
    ------
    RequestError : it cannot be read, has no roads, or they are no degrees in China
    """
    if len(data) > _MOST_BYTES:
        raise RequestError(
            f"{name} 超过 {_MOST_BYTES >> 20} MB：先裁到研究范围",
            f"{name} is over {_MOST_BYTES >> 20} MB: cut it to the region first",
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


def _too_many(name: str) -> RequestError:
    return RequestError(
        f"{name} 超过 {MOST_EDGES:,} 条路", f"{name} holds over {MOST_EDGES:,} roads"
    )


# --- GraphML --------------------------------------------------------------------------------------


def _from_graphml(name: str, data: bytes) -> Roads:
    """Read nodes with x and y, and edges with length (m), speed_kph or maxspeed, geometry (WKT)."""
    from lxml import etree

    nodes: dict[str, tuple[float, float]] = {}
    rows: list[_Row] = []
    keys: dict[str, str] = {}
    directed = True
    try:
        stream = etree.iterparse(
            io.BytesIO(data), events=("start", "end"),
            tag=["{*}" + one for one in ("key", "graph", "node", "edge")],
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        )  # fmt: skip
        for event, element in stream:
            kind = etree.QName(element).localname
            if kind == "graph":
                directed = element.get("edgedefault") != "undirected"
            if event == "start" or kind == "graph":
                continue
            if kind == "key":
                keys[element.get("id")] = _key(element.get("attr.name") or "")
                continue
            held = {keys.get(one.get("key"), ""): one.text or "" for one in element.iter("{*}data")}
            if kind == "node":
                nodes[element.get("id")] = (float(held["x"]), float(held["y"]))
            else:
                rows.append({**held, "u": element.get("source"), "v": element.get("target")})
            element.clear()
            if len(rows) > MOST_EDGES:
                raise _too_many(name)
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise RequestError(
            f"{name} 不是可用的 GraphML（{error}）：节点要有 x、y，边要有 length",
            f"{name} is no GraphML that can be used ({error}): nodes need x and y, edges length",
        ) from error
    return _of_rows(name, nodes, rows, directed)


def _of_rows(
    name: str, nodes: dict[str, tuple[float, float]], rows: list[_Row], directed: bool
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
    told: list[Text] = []
    if directed:  # it has an edge for each way already
        ways = np.ones(len(rows), dtype=np.intp)
    else:
        ways = _ways([_from_its_start(row) for row in rows], told)
    tail, head = np.where(ways < 0, head, tail), np.where(ways < 0, tail, head)
    shapes = _shapes(rows, points, tail, head, told)
    length = np.array([_first(row, _LENGTHS) for row in rows], dtype=float)
    length = _filled(length, shapes, told)
    _tell_short(length, points, tail, head, told)
    speed = _speeds(rows, told)
    return Roads(
        points, tail, head, length, length / 1000 / speed * 60, ways != 0, tuple(told), shapes
    )


def _from_its_start(row: _Row) -> _Row:
    """Turn the way round where osmnx, making a graph undirected, has turned the edge round."""
    ways = {"1": "-1", "-1": "1"}
    turned = "from" in row and row["from"] not in ("", row["u"]) and row["from"] == row["v"]
    way = str(_way_of(row)[0])
    return {"oneway": ways.get(way, way)} if turned else row


def _shapes(rows: list[_Row], points: Floats, tail: Index, head: Index, told: list[Text]) -> Any:
    """Give a LineString for each edge from tail to head: its geometry, else a straight line."""
    import shapely

    straight = shapely.linestrings(np.stack([points[tail], points[head]], axis=1))
    texts = np.array([row.get("geometry") or None for row in rows], dtype=object)
    drawn = shapely.from_wkt(texts, on_invalid="ignore")
    good = (shapely.get_type_id(drawn) == 1) & ~shapely.is_empty(drawn)
    lost = int(((texts != None) & ~good).sum())  # noqa: E711  element by element
    if lost:
        told.append(
            Text(
                f"{lost} 条路的线形读不出，按两端直线画",
                f"the geometry of {lost} roads cannot be read: straight lines stand in",
            )
        )
    first, last = shapely.get_point(drawn, 0), shapely.get_point(drawn, -1)
    start, end = shapely.points(points[tail]), shapely.points(points[head])
    turned = good & (
        shapely.distance(first, start) + shapely.distance(last, end)
        > shapely.distance(first, end) + shapely.distance(last, start)
    )
    drawn[turned] = shapely.reverse(drawn[turned])
    return np.where(good, drawn, straight)


# --- GeoPackage -----------------------------------------------------------------------------------


def _from_lines(name: str, data: bytes) -> Roads:
    """Read lines with a speed (km/h) and perhaps oneway; they meet where their vertices meet."""
    import shapely

    frame = _lines(name, data)
    points, line = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    if len(points) > MOST_EDGES:
        raise _too_many(name)
    same = line[:-1] == line[1:]
    nodes, at = np.unique(points.round(_JOIN), axis=0, return_inverse=True)
    at = at.reshape(-1)
    tail, head, of = at[:-1][same], at[1:][same], line[:-1][same]
    columns = frame.drop(columns="geometry").rename(columns=lambda one: _key(str(one)))
    rows = columns.loc[:, ~columns.columns.duplicated()].to_dict("records")
    told: list[Text] = []
    ways, speed = _ways(rows, told)[of], _speeds(rows, told)[of]
    tail, head = np.where(ways < 0, head, tail), np.where(ways < 0, tail, head)
    ends = np.stack([nodes[tail], nodes[head]], axis=1)
    length = _filled(np.full(len(tail), np.nan), shapely.linestrings(ends), [])
    return Roads(nodes, tail, head, length, length / 1000 / speed * 60, ways != 0, tuple(told))


def _lines(name: str, data: bytes) -> Any:
    """Read the layer of lines, in EPSG:4326, each LineString by itself."""
    import pyogrio

    try:
        # From memory GDAL warns of the missing file extension.
        with temporary("geomap-roads-") as directory:
            file = directory / "roads.gpkg"
            write_whole(file, data)
            _refuse_programs(file)
            layer = _layer(name, pyogrio.list_layers(file).tolist())
            frame = pyogrio.read_dataframe(file, layer=layer)
        if frame.crs is None:
            raise RequestError(f"{name} 没有注明坐标系", f"{name} does not state its CRS")
        frame = frame.to_crs("EPSG:4326").explode(ignore_index=True)
    except (GeomapError, MemoryError):
        raise
    except Exception as error:  # GDAL and PROJ fail in many ways of their own
        raise RequestError(
            f"{name} 不是可读的 GeoPackage（{error}）",
            f"{name} is no readable GeoPackage ({error})",
        ) from error
    return frame[frame.geom_type == "LineString"].reset_index(drop=True)


def _refuse_programs(file: Path) -> None:
    """Refuse what SQLite would run when a layer is read: a view may go on for ever.

    Raises
    ------
    ValueError : names it
    """
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        found = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'view' OR "
            "sql LIKE 'CREATE VIRTUAL TABLE%' AND sql NOT LIKE '%USING rtree%'"
        ).fetchone()
    if found:
        raise ValueError(f"{found[0]!r:.40}: view")


def _layer(name: str, layers: list[list[str | None]]) -> str:
    """Choose the layer of roads: that of osmnx, or the only one that may hold lines."""
    able = [
        str(one)
        for one, kind in layers
        if kind and ("LineString" in kind or kind in ("Unknown", "GeometryCollection"))
    ]
    if _LAYER in able:
        return _LAYER
    if len(able) == 1:
        return able[0]
    if not able:
        told = "、".join(f"{one}（{kind or '无几何'}）" for one, kind in layers)
        raise RequestError(
            f"{name} 里没有线：各层为 {told or '空'}", f"{name} holds no lines: {told or 'nothing'}"
        )
    raise RequestError(
        f"{name} 有几层线（{'、'.join(able)}）：只留道路一层，或把它命名为 {_LAYER}",
        f"{name} has several layers of lines ({', '.join(able)}): keep that of the roads, or name"
        f" it {_LAYER}",
    )


# --- columns --------------------------------------------------------------------------------------


def _key(name: str) -> str:
    """Give a name in small letters without its brackets: 设计时速（km/h） is 设计时速."""
    return re.sub(r"\(.*", "", cells.half_width(name)).strip().lower()


def _first(row: _Row, names: tuple[str, ...]) -> float:
    for name in names:
        text = str(row.get(name) or "")
        found = re.search(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", text)
        if found:
            return float(found[0]) * (1.609344 if "mph" in text else 1)
    return float("nan")


def _ways(rows: list[_Row], told: list[Text]) -> Index:
    """Give 1 where a road leads only as it is drawn, -1 only against that, 0 both ways."""
    found = [_way_of(row) for row in rows]
    strange = Counter(text for way, text in found if way is None)
    if strange:
        shown = "、".join(f"“{text}”{count} 条" for text, count in strange.most_common(5))
        told.append(
            Text(
                f"单行一列有不认识的写法，按双向计：{shown}",
                f"values of oneway that are not known are taken as both ways: {shown}",
            )
        )
    return np.array([way or 0 for way, _ in found], dtype=np.intp)


def _way_of(row: _Row) -> tuple[int | None, str]:
    value = next((row[name] for name in _ONEWAYS if row.get(name) is not None), "")
    text = str(value).strip().lower()
    text = text.removesuffix(".0")
    for way, words in ((1, _ALONG), (-1, _AGAINST), (0, _BOTH)):
        if text in words:
            return way, text
    return None, text


def _filled(length: Floats, shapes: Any, told: list[Text]) -> Floats:
    """Measure edges that have no length along their shape, on the ellipsoid."""
    import shapely

    unknown = np.flatnonzero(np.isnan(length))
    if not len(unknown):
        return length
    points, line = shapely.get_coordinates(shapes[unknown], return_index=True)
    same = line[:-1] == line[1:]
    from pyproj import Geod

    one, other = points[:-1][same], points[1:][same]
    metres = Geod(ellps="WGS84").inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]
    length = length.copy()
    length[unknown] = np.bincount(line[:-1][same], weights=metres, minlength=len(unknown))
    told.append(
        Text(
            f"{len(unknown)} 条路没有长度，按线形量算（没有线形的按两端直线）",
            f"{len(unknown)} roads have no length: measured along their geometry, straight "
            "where there is none",
        )
    )
    return length


def _tell_short(length: Floats, points: Floats, tail: Index, head: Index, told: list[Text]) -> None:
    """Say when roads are shorter than the straight line between their ends."""
    from pyproj import Geod

    one, other = points[tail], points[head]
    straight = Geod(ellps="WGS84").inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]
    short = int((length < _SHORT * np.asarray(straight) - 1).sum())
    if short:
        told.append(
            Text(
                f"{short} 条路的长度短于两端直线距离：长度应以米计，请核对",
                f"{short} roads are shorter than the straight line between their ends: lengths "
                "are in metres, see whether these are",
            )
        )


def _speeds(rows: list[_Row], told: list[Text]) -> Floats:
    speed = np.array([_first(row, _SPEEDS) for row in rows], dtype=float)
    unknown = ~(speed > 0)
    if unknown.any():
        told.append(
            Text(
                f"{int(unknown.sum())} 条路没有速度，时间按 {full(SPEED_KMH)} 公里/小时计",
                f"{int(unknown.sum())} roads have no speed: times are at {full(SPEED_KMH)} km/h",
            )
        )
    return np.where(unknown, SPEED_KMH, speed)
