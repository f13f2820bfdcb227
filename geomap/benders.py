"""Exact p-median by Benders decomposition: cuts in closed form, a small master, and branching.

Duran-Mateluna, Ales & Elloumi 2023, doi:10.1016/j.ejor.2022.11.033; in place of one cut a demand,
demands that share their two nearest sites share one. For prices ``u`` of the demands, of any value,

    cost(y) >= sum(u) + sum_j y_j sum_i min(0, c_ij - u_i)

so that every cut, and with it every bound, holds whatever the prices; the best are those at which
the open parts ``y`` of the cheapest sites first add up to one. The same cuts serve the maximal
covering model, which is a p-median with costs 0 and w (Church & ReVelle 1976).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.distance import Floats
from geomap.errors import Text
from geomap.locations import Index, Run, Vector
from geomap.vertexswap import Rules

BOUNDING = Text("求下界", "bounding")
BRANCHING = Text("分支定界", "branching")
_ONE = 1 - 1e-7
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class Near:
    """Each demand's sites, the cheapest first, as one long list.

    Parameters
    ----------
    sites, cost : (k,) column and weighted cost, demand after demand
    start : (n + 1,) where each demand's begin
    roof : (n,) a cost that no site beyond the list goes below
    columns : how many sites there are
    complete : whether a site beyond the list costs exactly the roof
    """

    sites: Index
    cost: Vector
    start: Index
    roof: Vector
    columns: int
    complete: bool

    @property
    def row(self) -> Index:
        """Give the demand of each entry."""
        return np.repeat(np.arange(len(self.roof)), np.diff(self.start))


def nearest_lists(cost: Floats, most: int) -> Near:
    """List the ``most`` cheapest sites of each demand."""
    n, m = cost.shape
    if most < m:
        order = np.argpartition(cost, most - 1, axis=1)[:, :most]
    else:
        order = np.broadcast_to(np.arange(m), (n, m))
    values = np.take_along_axis(cost, order, axis=1)
    rank = np.argsort(values, axis=1, kind="stable")
    values = np.take_along_axis(values, rank, axis=1).astype(float)
    sites = np.take_along_axis(order, rank, axis=1)
    start = np.arange(n + 1) * values.shape[1]
    roof: Vector = values[:, -1].astype(float)
    return Near(sites.ravel(), values.ravel().astype(float), start, roof, m, most >= m)


def covering_lists(covers: NDArray[np.bool_], weight: Vector) -> Near:
    """List the sites that cover each demand at no cost; not to be covered costs its weight."""
    row, site = np.nonzero(covers)
    start = np.r_[0, np.cumsum(np.bincount(row, minlength=len(weight)))]
    return Near(site, np.zeros(len(site)), start, weight.astype(float), covers.shape[1], True)


class Oracle:
    """Makes cuts: for open parts ``y`` the best prices, for prices the cut of each group."""

    def __init__(self, near: Near, group: Index) -> None:
        self.near, self.group = near, group
        self.groups = int(group.max(initial=-1)) + 1
        self.kept = len(np.unique(near.sites))
        self._row = near.row
        self._cell = group[self._row] * near.columns + near.sites

    def prices(self, y: Vector) -> Vector:
        """(n,) the cost at which the cheapest sites' parts first add up to one."""
        near = self.near
        total = np.r_[0.0, np.cumsum(y[near.sites])]
        before = total[1:] - total[near.start[:-1]][self._row]
        short = np.bincount(self._row[before < _ONE], minlength=len(near.roof))
        place = near.start[:-1] + short
        beyond = place >= near.start[1:]
        price = near.cost[np.where(beyond, 0, place)] if len(near.cost) else near.roof.copy()
        return np.where(beyond, near.roof, price)

    def cut(self, prices: Vector) -> tuple[Vector, Vector]:
        """(g,) constants and (g, m) slopes of the cut of each group."""
        near = self.near
        price = np.minimum(prices, near.roof)
        slope = near.cost - price[self._row]
        np.minimum(slope, 0, out=slope)
        size = self.groups * near.columns
        slopes = np.bincount(self._cell, slope, minlength=size).astype(float)
        constants = np.bincount(self.group, price, minlength=self.groups).astype(float)
        return constants, slopes.reshape(self.groups, -1)


@dataclass(frozen=True, eq=False)
class Aim:
    """What the master minimises over the groups' costs.

    Parameters
    ----------
    part_of : (g,) number of the area each group belongs to
    demand : (a,) weight of each area
    worst : minimise the largest cost per weight of an area, not the sum
    limit : (a,) the cost no area may exceed; None without
    """

    part_of: Index
    demand: Vector
    worst: bool = False
    limit: Vector | None = None


class Master:
    """The small linear programme over open parts ``y`` and the cost of each group."""

    def __init__(self, rules: Rules, aim: Aim, scale: float) -> None:
        import highspy

        self.m, self.groups, self.scale = len(rules.fixed), len(aim.part_of), scale
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.infinity = highspy.kHighsInf
        low = np.r_[rules.fixed.astype(float), np.zeros(self.groups + 1)]
        high = np.r_[np.ones(self.m), np.full(self.groups + 1, self.infinity)]
        self.columns = self.m + self.groups + 1
        self.infeasible = False
        self.solver.addVars(self.columns, low, high)
        price = np.zeros(self.columns)
        if aim.worst:
            price[-1] = 1.0
        else:
            price[self.m : -1] = 1.0
        self.solver.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), price)
        self._rules(rules)
        self._areas(aim)

    def _rules(self, rules: Rules) -> None:
        everyone = np.arange(self.m)
        if rules.count is not None:
            most = float(rules.count + rules.fixed.sum())
            self._row(-self.infinity, most, everyone, np.ones(self.m))
        if rules.price is not None and rules.budget is not None:
            free = everyone[~rules.fixed]
            self._row(-self.infinity, rules.budget, free, rules.price[free])
        for one in range(rules.groups):
            inside = everyone[rules.group == one]
            self._row(1.0, self.infinity, inside, np.ones(len(inside)))

    def _areas(self, aim: Aim) -> None:
        for number, demand in enumerate(aim.demand):
            groups = self.m + np.flatnonzero(aim.part_of == number)
            if aim.worst:
                where = np.r_[groups, self.columns - 1]
                self._row(-self.infinity, 0.0, where, np.r_[np.ones(len(groups)), -demand])
            elif aim.limit is not None:
                most = aim.limit[number] / self.scale
                self._row(-self.infinity, most, groups, np.ones(len(groups)))

    def _row(self, low: float, high: float, where: Index, values: Vector) -> None:
        self.solver.addRow(low, high, len(where), where.astype(np.int32), values.astype(float))

    def add(self, constants: Vector, slopes: NDArray[np.float64], which: Index) -> None:
        """Add the cuts of some groups."""
        if not len(which):
            return
        row, site = np.nonzero(slopes[which])
        begin = np.r_[0, np.cumsum(np.bincount(row, minlength=len(which)) + 1)]
        index = np.empty(begin[-1], dtype=np.int32)
        value = np.empty(begin[-1])
        last = begin[1:] - 1
        index[last], value[last] = self.m + which, 1.0
        place = np.ones(begin[-1], dtype=bool)
        place[last] = False
        index[place], value[place] = site, -slopes[which][row, site] / self.scale
        self.solver.addRows(
            len(which), constants[which] / self.scale, np.full(len(which), self.infinity),
            int(begin[-1]), begin[:-1].astype(np.int32), index, value,
        )  # fmt: skip

    def limit(self, low: Vector, high: Vector) -> None:
        """Set between what each ``y`` may be."""
        self.solver.changeColsBounds(self.m, np.arange(self.m, dtype=np.int32), low, high)

    def solve(self, seconds: float) -> tuple[float, Vector, Vector, Vector] | None:
        """Give value, ``y``, the groups' costs and the reduced costs.

        None when there is no answer; ``infeasible`` says whether that is for good.
        """
        import highspy

        kinds = highspy.HighsModelStatus
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + seconds)
        self.solver.run()
        status = self.solver.getModelStatus()
        self.infeasible = status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible)
        if status != kinds.kOptimal:
            return None
        solution = self.solver.getSolution()
        x, dual = np.array(solution.col_value), np.array(solution.col_dual)
        value = float(self.solver.getInfo().objective_function_value)
        return (
            value * self.scale,
            np.clip(x[: self.m], 0, 1),
            x[self.m : -1] * self.scale,
            dual[: self.m] * self.scale,
        )


@dataclass
class Search:
    """Branch and bound on the master; holds the best set found and the bound proven.

    Parameters
    ----------
    improve : makes a better set of a set, and gives its value, inf when it breaks a rule
    shorten : makes the oracle's lists anew for the sites that may still be opened
    sample : makes a good set of fractional parts, drawing some sets from them
    whole : what the value is taken from, for the gap: all demand when covering, else 0
    """

    master: Master
    oracle: Oracle
    rules: Rules
    improve: Callable[[Index], tuple[Index, float]]
    run: Run
    sites: Index | None
    value: float
    shorten: Callable[[NDArray[np.bool_]], Near] | None = None
    sample: Callable[[Vector], tuple[Index, float]] | None = None
    whole: float = 0.0
    bound: float = -np.inf
    infeasible: bool = False
    _heap: list[tuple[float, int, Vector, Vector]] = field(default_factory=list)
    _seen: set[bytes] = field(default_factory=set)
    _made: int = 0

    @property
    def target(self) -> float:
        """Give the bound at which the best counts as proven."""
        return self.value - max(0.99 * self.run.effort.gap * abs(self.value - self.whole), 1e-12)

    def solve(self) -> None:
        """Bound at the root, then branch until proven, cancelled or out of time."""
        low, high = self.rules.fixed.astype(float), np.ones(self.master.m)
        if self._root(low, high) and self.bound < self.target:
            self._push(self.bound, low, high)
            self._branch()

    def _root(self, low: Vector, high: Vector) -> bool:
        """Add cuts until the linear bound is reached, at a point pulled towards the last ones.

        ``low`` and ``high`` are narrowed to what may still be better. False when there is no
        more to do.
        """
        if self.sites is not None:
            self._cut_at(self._as_parts(self.sites), None, None)
        centre: Vector | None = None
        for turn in range(10_000):
            solved = self.master.solve(self.run.left)
            if solved is None:
                # With a set in hand it only means that none is better than the target.
                self.infeasible = self.master.infeasible and self.sites is None
                if self.master.infeasible:
                    self.bound = np.inf if self.infeasible else self.target
                return False
            value, y, costs, reduced = solved
            self.bound = max(self.bound, value)
            if turn % 5 == 4:
                self._round(y, draw=turn % 10 == 9)
                self._narrow(self.bound, y, reduced, low, high)
            if self.bound >= self.target or self.run.over(BOUNDING, self.value, self.bound):
                return False
            centre = y if centre is None else (centre + y) / 2
            if not self._cut_at(centre, y, costs):
                if np.abs(centre - y).max() < _WHOLE:
                    break
                centre = y
        self._round(y, draw=True)
        self._narrow(value, y, reduced, low, high)
        return True

    def _narrow(self, value: float, y: Vector, reduced: Vector, low: Vector, high: Vector) -> None:
        """Close for good what can be in no better set, open what must be: by reduced costs."""
        closed = (reduced > 0) & (y < _WHOLE) & (value + reduced > self.target)
        opened = (reduced < 0) & (y > _ONE) & (value - reduced > self.target)
        if not (closed & (high > 0)).any() and not (opened & (low < 1)).any():
            return
        high[closed], low[opened] = 0, 1
        self.master.limit(low, high)
        if self.shorten and (high > 0).sum() < 0.6 * self.oracle.kept:
            self.oracle = Oracle(self.shorten(high > 0), self.oracle.group)

    def _as_parts(self, sites: Index) -> Vector:
        y = np.zeros(self.master.m)
        y[sites] = 1
        return y

    def _cut_at(self, where: Vector, y: Vector | None, costs: Vector | None) -> int:
        """Add the cuts made at one point that another violates; say how many."""
        constants, slopes = self.oracle.cut(self.oracle.prices(where))
        which = np.arange(self.oracle.groups)
        if y is not None and costs is not None:
            over = constants + slopes @ y - costs
            which = np.flatnonzero(over > 1e-9 * self.master.scale + 1e-8 * np.abs(costs))
        self.master.add(constants, slopes, which)
        return len(which)

    def _round(self, y: Vector, *, draw: bool) -> None:
        """Make a set of sites of the parts, improve it, keep it when it is the best."""
        if draw and self.sample:
            self._offer(*self.sample(y))
        sites = np.flatnonzero(self.rules.fixed)
        order = np.argsort(-y, kind="stable")
        for site in order[: max(1, int((y > _WHOLE).sum()) * 2)]:
            if self.rules.can_join(sites)[site]:
                sites = np.append(sites, site)
        key = np.sort(sites).tobytes()
        if key in self._seen or not len(sites):
            return
        self._seen.add(key)
        self._offer(*self.improve(sites))

    def _offer(self, sites: Index, value: float) -> None:
        if value < self.value:
            self.sites, self.value = sites, value

    def _push(self, bound: float, low: Vector, high: Vector) -> None:
        self._made += 1
        heapq.heappush(self._heap, (bound, self._made, low, high))

    def _branch(self) -> None:
        floor = np.inf  # of the nodes that nothing more can be said of
        while self._heap:
            self.bound = max(self.bound, min(self._heap[0][0], floor, self.value))
            if self.bound >= self.target:
                return
            if self.run.over(BRANCHING, self.value, self.bound):
                return
            _, _, low, high = heapq.heappop(self._heap)
            floor = min(floor, self._node(low, high))
        self.bound = max(self.bound, min(floor, self.value))

    def _node(self, low: Vector, high: Vector) -> float:
        """Bound one node and split it; give its bound when it is stuck, else inf."""
        self.master.limit(low, high)
        last = -np.inf
        while True:
            solved = self.master.solve(self.run.left)
            if solved is None:
                return np.inf if self.master.infeasible else max(last, self.bound)
            value, y, costs, reduced = solved
            if value >= self.target:
                return np.inf
            parts = np.flatnonzero((y > _WHOLE) & (y < 1 - _WHOLE))
            little = value - last < 0.1 * (self.target - value)
            last = value
            if (len(parts) and little) or not self._cut_at(y, y, costs):
                break
        if len(parts):
            self._split(value, y, reduced, parts, low.copy(), high.copy())
            return np.inf
        self._offer(*self.improve(np.flatnonzero(y > 0.5)))
        return value if value < self.target else np.inf

    def _split(
        self, value: float, y: Vector, reduced: Vector, parts: Index, low: Vector, high: Vector
    ) -> None:
        high[(reduced > 0) & (y < _WHOLE) & (value + reduced > self.target)] = 0
        low[(reduced < 0) & (y > _ONE) & (value - reduced > self.target)] = 1
        site = parts[np.argmin(np.abs(y[parts] - 0.5))]
        opened, closed = low.copy(), high.copy()
        opened[site], closed[site] = 1, 0
        self._push(value, low, closed)
        self._push(value, opened, high)


def grouping(first: Index, second: Index, area: Index | None, most: int) -> Index:
    """Put demands into groups that share a cut: same area, same two nearest open sites."""
    keys = np.column_stack([first, second] if area is None else [area, first, second])
    number: Any = np.unique(keys, axis=0, return_inverse=True)[1]
    group = np.asarray(number, dtype=np.intp).ravel()
    if group.max(initial=0) < most:
        return group
    keys = first[:, None] if area is None else np.column_stack([area, first])
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1], dtype=np.intp).ravel()
