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

from geomap.arrays import Index
from geomap.errors import Text
from geomap.siting.solve.incumbent import Standing
from geomap.siting.solve.near_lists import Near
from geomap.siting.solve.problem import BOUNDING, Vector
from geomap.siting.solve.vertex_swap import SiteRules

BRANCHING = Text("分支定界", "branching")
_ONE = 1 - 1e-7
_WHOLE = 1e-6
_DRAW_AT = (9, 49)
_ROWS = 600


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
class MasterGoal:
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

    def __init__(self, rules: SiteRules, aim: MasterGoal, scale: float) -> None:
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
        self.kept = int(self.solver.getNumRow())

    def _rules(self, rules: SiteRules) -> None:
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

    def _areas(self, aim: MasterGoal) -> None:
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

    def forget(self, most: int = 0) -> None:
        """Above so many rows drop the cuts that do not hold the last answer."""
        if self.solver.getNumRow() <= most:
            return
        dual = np.array(self.solver.getSolution().row_dual)
        slack = np.flatnonzero(np.abs(dual[self.kept :]) < 1e-9) + self.kept
        self.solver.deleteRows(len(slack), slack.astype(np.int32))

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
    """Branch and bound on the master, for what is known already.

    Parameters
    ----------
    improve : makes a better set of a set, and gives its value, inf when it breaks a rule
    shorten : makes the oracle's lists anew for the sites that may still be opened
    sample : makes a good set of fractional parts, drawing some sets from them
    prices : (n,) good prices of the demands, if any are known
    """

    master: Master
    oracle: Oracle
    rules: SiteRules
    improve: Callable[[Index], tuple[Index, float]]
    known: Standing
    shorten: Callable[[NDArray[np.bool_]], Near] | None = None
    sample: Callable[[Vector], tuple[Index, float]] | None = None
    prices: Vector | None = None
    _heap: list[tuple[float, int, Vector, Vector]] = field(default_factory=list)
    _seen: set[bytes] = field(default_factory=set)
    _made: int = 0

    def solve(self) -> None:
        """Bound at the root, then branch until proven, cancelled or out of time."""
        known = self.known
        self.master.limit(known.low, known.high)
        if self._root() and not known.done:
            self._push(known.bound, known.low.copy(), known.high.copy())
            self._branch()

    def _root(self) -> bool:
        """Add cuts until the linear bound is reached, at a point pulled towards the last ones.

        False when there is no more to do.
        """
        known = self.known
        self._first_cuts()
        centre: Vector | None = None
        for turn in range(10_000):
            solved = self.master.solve(known.run.left)
            if solved is None:
                return self._end_without_answer()
            value, y, costs, reduced = solved
            known.bound = max(known.bound, value)
            if turn % 5 == 4:
                self._round(y, draw=turn in _DRAW_AT)
                self._narrow(value, y, reduced)
            if known.done or known.run.over(BOUNDING, known.value, known.proven):
                return False
            centre = y if centre is None else (centre + y) / 2
            if not self._cut_at(centre, y, costs):
                if np.abs(centre - y).max() < _WHOLE:
                    break
                centre = y
        self._round(y, draw=True)
        self._narrow(value, y, reduced)
        self.master.forget()
        return True

    def _first_cuts(self) -> None:
        """Begin with what is known: the set in hand, and prices of the demands."""
        if self.known.sites is not None:
            self._cut_at(self._as_parts(self.known.sites), None, None)
        if self.prices is not None:
            self._cut(self.prices)

    def _end_without_answer(self) -> bool:
        """Keep what it means that the master has no answer; gives False, for nothing is left."""
        known = self.known
        # With a set in hand it only means that none is better than the target.
        known.infeasible = self.master.infeasible and known.sites is None
        if self.master.infeasible:
            known.bound = np.inf if known.infeasible else known.target
        return False

    def _narrow(self, value: float, y: Vector, reduced: Vector) -> None:
        """Leave out what no better set needs, by the reduced costs of one solved master."""
        known = self.known
        if not known.leave_out(*self._useless(value, y, reduced)):
            return
        self.master.limit(known.low, known.high)
        if self.shorten and (known.high > 0).sum() < 0.6 * self.oracle.kept:
            self.oracle = Oracle(self.shorten(known.high > 0), self.oracle.group)

    def _useless(self, value: float, y: Vector, reduced: Vector) -> tuple[Index, Index]:
        """Find the sites that are closed, and open, in every set below the target."""
        room = self.known.target - value
        closed = (reduced > 0) & (y < _WHOLE) & (reduced > room)
        opened = (reduced < 0) & (y > _ONE) & (-reduced > room)
        return np.flatnonzero(closed), np.flatnonzero(opened)

    def _as_parts(self, sites: Index) -> Vector:
        y = np.zeros(self.master.m)
        y[sites] = 1
        return y

    def _cut_at(self, where: Vector, y: Vector | None, costs: Vector | None) -> int:
        """Add the cuts made at one point that another violates; say how many."""
        return self._cut(self.oracle.prices(where), y, costs)

    def _cut(self, prices: Vector, y: Vector | None = None, costs: Vector | None = None) -> int:
        constants, slopes = self.oracle.cut(prices)
        which = np.arange(self.oracle.groups)
        if y is not None and costs is not None:
            over = constants + slopes @ y - costs
            which = np.flatnonzero(over > 1e-9 * self.master.scale + 1e-8 * np.abs(costs))
        self.master.add(constants, slopes, which)
        return len(which)

    def _round(self, y: Vector, *, draw: bool) -> None:
        """Make a set of sites of the parts, improve it, keep it when it is the best."""
        if draw and self.sample:
            self.known.offer(*self.sample(y))
        sites = np.flatnonzero(self.rules.fixed)
        order = np.argsort(-y, kind="stable")
        for site in order[: max(1, int((y > _WHOLE).sum()) * 2)]:
            if self.rules.can_join(sites)[site]:
                sites = np.append(sites, site)
        key = np.sort(sites).tobytes()
        if key in self._seen or not len(sites):
            return
        self._seen.add(key)
        self.known.offer(*self.improve(sites))

    def _push(self, bound: float, low: Vector, high: Vector) -> None:
        self._made += 1
        heapq.heappush(self._heap, (bound, self._made, low, high))

    def _branch(self) -> None:
        known, floor = self.known, np.inf  # the least of the nodes that no more can be said of
        while self._heap:
            known.bound = max(known.bound, min(self._heap[0][0], floor, known.target))
            if known.done or known.run.over(BRANCHING, known.value, known.proven):
                return
            self.master.forget(_ROWS)
            _, _, low, high = heapq.heappop(self._heap)
            floor = min(floor, self._node(low, high))
        known.bound = max(known.bound, min(floor, known.target))

    def _node(self, low: Vector, high: Vector) -> float:
        """Bound one node and split it; give its bound when it is stuck, else inf."""
        self.master.limit(low, high)
        last = -np.inf
        while True:
            solved = self.master.solve(self.known.run.left)
            if solved is None:
                return np.inf if self.master.infeasible else max(last, self.known.bound)
            value, y, costs, reduced = solved
            if value >= self.known.target:
                return np.inf
            parts = np.flatnonzero((y > _WHOLE) & (y < 1 - _WHOLE))
            little = value - last < 0.1 * (self.known.target - value)
            last = value
            if (len(parts) and little) or not self._cut_at(y, y, costs):
                break
        if len(parts):
            self._split(value, y, reduced, parts, low.copy(), high.copy())
            return np.inf
        self.known.offer(*self.improve(np.flatnonzero(y > 0.5)))
        return value if value < self.known.target else np.inf

    def _split(
        self, value: float, y: Vector, reduced: Vector, parts: Index, low: Vector, high: Vector
    ) -> None:
        off, on = self._useless(value, y, reduced)
        high[off], low[on] = 0, 1
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
