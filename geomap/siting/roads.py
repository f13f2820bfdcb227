"""Shortest paths along roads between places; the only module that routes.

In: :class:`Roads`, read by ``roadfiles``, and places in EPSG:4326. Out: costs in km or minutes,
how far places lie from their road, and which of them no road joins.

A place joins its road at the nearest point of an edge, not at a node: the edge is split there. A
stretch that is cut off from the main network does not cut off a place beside it, when the main
network is near.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geomap.arrays import Flags, Floats, Index
from geomap.errors import Text
from geomap.numbers import full, written
from geomap.siting.solve.costs import CostKind, Costs

_Arcs = tuple[Index, Index, Floats]
"""Nodes that they lead from and to, and what they cost."""

FAR_M = 5_000.0
_NEAR_M = 1_000.0
"""How much farther than an isolated stretch the main network may be to be taken instead."""
ISOLATED = 0.1
"""A piece of the network is isolated when it is shorter than this part of the longest piece."""
WALK_KMH = 30.0
"""From a place to its road, in a straight line; said on the result."""
_GEOD = "WGS84"
_SAME_M = 0.01
"""Edges that are as near as the nearest, to a centimetre, are the same road: its other way."""
_STEP_DEG = 0.005
"""Edges are straight in longitude and latitude; in such steps also on the ground, to 1 mm."""
_NONE = 1e-15  # an edge of no length must not look like none
_AT_ONCE = 20_000_000  # numbers of the table of paths in memory


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
    shapes : (e,) LineString from tail to head, EPSG:4326; straight ones when None
    """

    nodes: Floats
    tail: Index
    head: Index
    length_m: Floats
    minutes: Floats
    oneway: Flags
    notices: tuple[Text, ...] = ()
    shapes: Any = None

    @property
    def edges(self) -> int:
        """Count the edges."""
        return len(self.tail)

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
        places = pd.concat([origins[["name", "lon", "lat"]], sites[["name", "lon", "lat"]]])
        if not len(origins) or not len(sites):
            return Costs(np.zeros((len(origins), len(sites))), CostKind.NETWORK, unit), [
                *self.notices
            ]
        points = places[["lon", "lat"]].to_numpy(dtype=float)
        spots, which = np.unique(points, axis=0, return_inverse=True)
        which = which.reshape(-1)
        joins = self.join(spots)
        start, end = which[: len(origins)], which[len(origins) :]
        matrix = self._paths(joins, len(spots), start, end, unit)
        off = joins.off_m[which]
        names = places["name"].to_numpy(dtype=object)
        told = [
            *self.notices, *_far(names, off), *_moved(names, joins.passed_m[which], off),
            *_pieces(joins.piece[which], names), _access(off, unit),
        ]  # fmt: skip
        return Costs(np.ascontiguousarray(matrix), CostKind.NETWORK, unit), told

    def join(self, spots: Floats) -> Joins:
        """Find where places join the roads.

        Parameters
        ----------
        spots : (s, 2) longitude and latitude, EPSG:4326
        """
        import shapely

        ground = self._ground
        places = ground.points(spots)
        at, off = _nearest(ground.tree, places)
        passed = np.full(len(spots), np.nan)
        apart = np.flatnonzero(ground.isolated[self._piece[at]])
        if len(apart):
            other, away = _nearest(ground.main, places[apart])
            near = away - off[apart] <= _NEAR_M
            rows = apart[near]
            passed[rows] = off[rows]
            at[rows], off[rows] = ground.at_main[other[near]], away[near]
        piece = self._piece[at]
        place, edge = ground.tree.query(places, predicate="dwithin", distance=off + _SAME_M)
        same = self._piece[edge] == piece[place]
        place, edge = place[same], edge[same]
        shapes = ground.shapes[edge]
        along, whole = shapely.line_locate_point(shapes, places[place]), shapely.length(shapes)
        part = np.divide(along, whole, out=np.zeros(len(along)), where=whole > 0)
        road = ground.shapes[at]
        foot = shapely.line_interpolate_point(road, shapely.line_locate_point(road, places))
        metres = _metres(spots, ground.degrees(foot))
        return Joins(place, edge, np.clip(part, 0, 1), metres, piece, passed)

    def _paths(self, joins: Joins, spots: int, start: Index, end: Index, unit: str) -> Floats:
        """Give the (n, m) costs of the shortest paths, with the ways to and from the roads."""
        graph = self._graph(joins, spots, unit)
        k = len(self.nodes)
        leave, arrive = k + start, k + spots + end
        back = len(np.unique(end)) < len(np.unique(start))
        if back:
            return _shortest(graph.T.tocsr(), arrive, leave).T
        return _shortest(graph, leave, arrive)

    def _graph(self, joins: Joins, spots: int, unit: str) -> Any:
        """Give a sparse matrix of costs between nodes, spots to leave and to arrive at, and splits.

        Places have a node to leave from and one to arrive at, so that no path leads through one.
        """
        cost = self.minutes if unit == "min" else self.length_m / 1000
        per = 60 / WALK_KMH / 1000 if unit == "min" else 1 / 1000
        k, both = len(self.nodes), ~self.oneway
        splits = _Splits.of(joins)
        first = k + 2 * spots
        arcs = [(self.tail, self.head, cost), (self.head[both], self.tail[both], cost[both])]
        arcs += splits.arcs(self, cost, first)
        access = joins.off_m[joins.place] * per
        arcs.append((k + joins.place, first + splits.of_join, access))
        arcs.append((first + splits.of_join, k + spots + joins.place, access))
        return _sparse(arcs, first + len(splits.edge))

    @cached_property
    def _piece(self) -> Index:
        """Give the piece of the network that each edge lies in, numbered from 0."""
        from scipy.sparse.csgraph import connected_components

        arcs = [(self.tail, self.head, np.ones(self.edges))]
        parts = connected_components(_sparse(arcs, len(self.nodes)), directed=False)[1]
        return np.asarray(parts[self.tail], dtype=np.intp)

    @cached_property
    def _ground(self) -> _Ground:
        return _Ground.of(self)


class Joins(NamedTuple):
    """Where places join the roads.

    Parameters
    ----------
    place, edge, part : (j,) a place, an edge that it joins, and how far along it, from 0 to 1
    off_m : (s,) metres from each place to its road
    piece : (s,) the piece of the network that it joins
    passed_m : (s,) metres to the nearer, isolated stretch that was passed over; NaN for none
    """

    place: Index
    edge: Index
    part: Floats
    off_m: Floats
    piece: Index
    passed_m: Floats


@dataclass(frozen=True)
class _Ground:
    """The edges as drawn on a conformal plane, where the nearest is the nearest on the ground.

    ``main`` finds among the edges ``at_main`` of pieces that are not isolated; None without such.
    """

    shapes: Any
    tree: Any
    main: Any
    at_main: Index
    isolated: Flags
    forth: Any

    @classmethod
    def of(cls, roads: Roads) -> _Ground:
        import shapely
        from pyproj import Transformer

        (west, south), (east, north) = roads.nodes.min(axis=0), roads.nodes.max(axis=0)
        plane = (
            f"+proj=tmerc +lat_0={(south + north) / 2:.6f} +lon_0={(west + east) / 2:.6f} "
            "+ellps=WGS84 +units=m"
        )
        forth = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
        shapes = np.array(shapes_of(roads), dtype=object)
        long = shapely.length(shapes) > _STEP_DEG
        shapes[long] = shapely.segmentize(shapes[long], _STEP_DEG)
        flat = shapely.transform(
            shapes,
            lambda xy: np.column_stack(forth.transform(xy[:, 0], xy[:, 1])),
        )
        length = np.bincount(roads._piece, weights=roads.length_m)
        isolated = length < ISOLATED * length.max()
        at_main = np.flatnonzero(~isolated[roads._piece])
        main = shapely.STRtree(flat[at_main]) if isolated.any() else None
        return cls(flat, shapely.STRtree(flat), main, at_main, isolated, forth)

    def points(self, spots: Floats) -> Any:
        """Give places on the plane."""
        import shapely

        return shapely.points(np.column_stack(self.forth.transform(spots[:, 0], spots[:, 1])))

    def degrees(self, points: Any) -> Floats:
        """Give longitude and latitude of points on the plane."""
        import shapely

        x, y = shapely.get_x(points), shapely.get_y(points)
        return np.column_stack(self.forth.transform(x, y, direction="INVERSE"))


def shapes_of(roads: Roads) -> Any:
    """Give the edges as LineStrings in EPSG:4326, straight where nothing else is known."""
    import shapely

    if roads.shapes is not None:
        return roads.shapes
    ends = np.stack([roads.nodes[roads.tail], roads.nodes[roads.head]], axis=1)
    return shapely.linestrings(ends)


@dataclass(frozen=True)
class _Splits:
    """Points in which edges are split, each once, in the order in which they lie along them."""

    edge: Index
    part: Floats
    of_join: Index

    @classmethod
    def of(cls, joins: Joins) -> _Splits:
        order = np.lexsort((joins.part, joins.edge))
        edge, part = joins.edge[order], joins.part[order]
        new = np.ones(len(edge), dtype=bool)
        new[1:] = (edge[1:] != edge[:-1]) | (part[1:] != part[:-1])
        of_join = np.empty(len(edge), dtype=np.intp)
        of_join[order] = np.cumsum(new) - 1
        return cls(edge[new], part[new], of_join)

    def arcs(self, roads: Roads, cost: Floats, first: int) -> list[_Arcs]:
        """Give the ways from split to split along each edge, and back where one may.

        Parameters
        ----------
        cost : (e,) of the whole edges
        first : the node that stands for the first split
        """
        here = first + np.arange(len(self.edge))
        begins = np.ones(len(here), dtype=bool)
        begins[1:] = self.edge[1:] != self.edge[:-1]
        ends = np.roll(begins, -1)
        before = np.where(begins, roads.tail[self.edge], here - 1)
        passed = np.where(begins, 0.0, np.roll(self.part, 1))
        whole, last = cost[self.edge], self.edge[ends]
        ways = [
            (before, here, (self.part - passed) * whole, roads.oneway[self.edge]),
            (here[ends], roads.head[last], (1 - self.part[ends]) * cost[last], roads.oneway[last]),
        ]
        back = [(to[~one], from_[~one], paid[~one]) for from_, to, paid, one in ways]
        return [*(way[:3] for way in ways), *back]


def _sparse(arcs: list[_Arcs], size: int) -> Any:
    """Give a sparse (size, size) matrix; of arcs side by side the shortest."""
    from scipy.sparse import coo_array

    tail, head, cost = (np.concatenate([one[at] for one in arcs]) for at in range(3))
    frame = pd.DataFrame({"t": tail, "h": head, "c": np.maximum(cost, _NONE)})
    least = frame.groupby(["t", "h"], sort=True)["c"].min()
    at = least.index.to_frame().to_numpy()
    return coo_array((least.to_numpy(), (at[:, 0], at[:, 1])), shape=(size, size)).tocsr()


def _shortest(graph: Any, sources: Index, targets: Index) -> Floats:
    """Give the costs from all sources to all targets, a few sources at a time."""
    from scipy.sparse.csgraph import dijkstra

    unique, where = np.unique(sources, return_inverse=True)
    found = np.empty((len(unique), len(targets)))
    step = max(1, _AT_ONCE // graph.shape[0])
    for first in range(0, len(unique), step):
        rows = unique[first : first + step]
        found[first : first + step] = dijkstra(graph, indices=rows)[:, targets]
    return np.asarray(found[where.reshape(-1)])


def _nearest(tree: Any, places: Any) -> tuple[Index, Floats]:
    """Give the nearest edge of each place and how far away it is; of several the first."""
    pairs, away = tree.query_nearest(places, all_matches=False, return_distance=True)
    order = np.argsort(pairs[0], kind="stable")
    return np.asarray(pairs[1][order], dtype=np.intp), np.asarray(away[order], dtype=float)


def _metres(one: Floats, other: Floats) -> Floats:
    from pyproj import Geod

    found = Geod(ellps=_GEOD).inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]
    return np.asarray(found, dtype=float)


# --- what is said ---------------------------------------------------------------------------------


def _listed(names: list[str]) -> str:
    return "、".join(names[:10]) + (" …" if len(names) > 10 else "")


def _far(names: Any, off: Floats) -> list[Text]:
    rows = np.flatnonzero(off > FAR_M)
    if not len(rows):
        return []
    listed = _listed([f"{names[row]} {written(off[row] / 1000, 1)} km" for row in rows])
    return [
        Text(
            f"{len(rows)} 个点离最近的道路超过 {full(FAR_M / 1000)} 公里：{listed}",
            f"{len(rows)} places are over {full(FAR_M / 1000)} km from the nearest road: {listed}",
        )
    ]


def _moved(names: Any, passed: Floats, off: Floats) -> list[Text]:
    """Name the places that do not join the stretch beside them, for it leads nowhere."""
    rows = np.flatnonzero(~np.isnan(passed))
    if not len(rows):
        return []
    listed = _listed([f"{names[row]} {written(off[row] / 1000, 2)} km" for row in rows])
    return [
        Text(
            f"{len(rows)} 个点旁边的路段与主路网不相连，改接最近的主路网：{listed}",
            f"{len(rows)} places lie beside a stretch cut off from the main network and join the "
            f"main network instead: {listed}",
        )
    ]


def _access(off: Floats, unit: str) -> Text:
    most, middle = float(off.max()), float(np.median(off))
    walk = Text(f"，按 {full(WALK_KMH)} 公里/小时计", f", at {full(WALK_KMH)} km/h")
    walk = walk if unit == "min" else Text("", "")
    return Text(
        f"各点到最近道路的直线距离已计入（中位 {written(middle / 1000, 2)} 公里，最大 "
        f"{written(most / 1000, 2)} 公里{walk.zh}）",
        f"the straight line from a place to its road is included (median "
        f"{written(middle / 1000, 2)} km, at most {written(most / 1000, 2)} km{walk.en})",
    )


def _pieces(where: Index, names: Any) -> list[Text]:
    """Name the places that lie on a piece of the network apart from most."""
    pieces, count = np.unique(where, return_counts=True)
    told = []
    for piece in pieces[pieces != pieces[count.argmax()]]:
        shown = _listed(list(dict.fromkeys(names[where == piece])))
        told.append(
            Text(
                f"路网不连通：{shown} 所在的一片与其他点没有道路相连",
                f"the network is in pieces: no road joins {shown} to the others",
            )
        )
    return told
