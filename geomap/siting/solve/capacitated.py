"""The capacitated p-median: a sparse mixed-integer programme, given to HiGHS. Pure.

Each demand goes whole to one site, or is split among several; no site takes more than it can.
Ceselli & Righini 2005, doi:10.1002/net.20059, for the model. The bound without capacities holds
with them too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index, Reals
from geomap.errors import Text
from geomap.siting.solve.median import Problem, solve_median, weighted
from geomap.siting.solve.milp import Programme, Solved, minimise
from geomap.siting.solve.problem import Found, Run, Vector
from geomap.siting.solve.vertex_swap import SiteRules

_METHOD = Text("混合整数规划（HiGHS）", "mixed-integer programme by HiGHS")
KERNEL = Text(
    "先不计容量求解定下界（容量紧时界偏宽），再在其附近的点位上解混合整数规划（HiGHS）",
    "bound without capacities, which is wide where they are tight, then a mixed-integer programme "
    "by HiGHS over sites near that answer",
)
_TRACE = 1e-9
_WHOLE_MODEL = 100_000
_NEAR = 12


@dataclass(frozen=True, eq=False)
class Loads:
    """What is to be shared out.

    Parameters
    ----------
    matrix : (n, m) costs, inf where a site cannot be reached
    weight : (n,) above zero
    capacity : (m,)
    split : whether a demand may be shared out
    """

    matrix: Reals
    weight: Vector
    capacity: Vector
    split: bool


def solve_capacitated(loads: Loads, rules: SiteRules, run: Run) -> Found:
    """Minimise the weighted cost with no site above its capacity."""
    allowed = np.isfinite(loads.matrix)
    if allowed.sum() <= _WHOLE_MODEL:
        return _read(loads, allowed, _minimise(loads, allowed, rules, run), _METHOD, -np.inf)
    half = Run(replace(run.effort, seconds=run.left / 2))
    without = solve_median(Problem(weighted(loads.matrix, loads.weight), loads.weight, rules, half))
    run.cancelled = half.cancelled
    kernel = _kernel(loads, rules, without.sites)
    solved = _minimise(loads, kernel & allowed, rules, run)
    return _read(loads, kernel & allowed, replace(solved, bound=-np.inf, infeasible=False), KERNEL,
                 without.bound)  # fmt: skip


def least_sites(loads: Loads, rules: SiteRules, price: Vector, run: Run) -> Solved:
    """Find the fewest or cheapest new sites that can take all demand."""
    unlimited = replace(rules, count=None, price=None, budget=None)
    allowed = np.isfinite(loads.matrix)
    programme, _ = _programme(loads, allowed, unlimited)
    cost = np.zeros(len(programme.cost))
    cost[: len(price)] = np.where(rules.fixed, 0, price)
    return minimise(replace(programme, cost=cost), run)


def _kernel(loads: Loads, rules: SiteRules, sites: Index | None) -> NDArray[np.bool_]:
    """Allow each demand its nearest sites among the good and the large ones."""
    n, m = loads.matrix.shape
    count = len(sites) if sites is not None else max(1, rules.count or 1)
    good = np.zeros(m, dtype=bool)
    good[rules.fixed] = True
    if sites is not None:
        good[sites] = True
        spare = np.argsort(loads.matrix[:, sites].argmin(axis=1), kind="stable")
        for site in sites:
            near = np.argsort(loads.matrix[spare][:, site], kind="stable")[:1]
            good[np.argsort(loads.matrix[near[0]], kind="stable")[:2]] = True
    good[np.argsort(-loads.capacity, kind="stable")[: 2 * count]] = True
    cost = np.where(good[None, :], loads.matrix, np.inf)
    near = np.argpartition(cost, min(_NEAR, m - 1), axis=1)[:, :_NEAR]
    kept = np.zeros((n, m), dtype=bool)
    np.put_along_axis(kept, near, True, axis=1)
    return kept & good[None, :]


def _minimise(loads: Loads, allowed: NDArray[np.bool_], rules: SiteRules, run: Run) -> Solved:
    return minimise(_programme(loads, allowed, rules)[0], run)


def _programme(
    loads: Loads, allowed: NDArray[np.bool_], rules: SiteRules
) -> tuple[Programme, tuple[Index, Index]]:
    n, m = loads.matrix.shape
    row, site = np.nonzero(allowed)
    entries = len(row)
    number = m + np.arange(entries)
    parts = _Rows(m + entries)
    parts.add(row, number, np.ones(entries), n, 1.0, 1.0)
    # In units of the mean demand: the solver's tolerance is then that of a demand.
    unit = float(loads.weight.mean())
    parts.add(
        np.r_[site, np.arange(m)], np.r_[number, np.arange(m)],
        np.r_[loads.weight[row], -loads.capacity] / unit, m, -np.inf, 0.0,
    )  # fmt: skip
    link = np.arange(entries)
    parts.add(np.r_[link, link], np.r_[number, site], np.r_[np.ones(entries), -np.ones(entries)],
              entries, -np.inf, 0.0)  # fmt: skip
    _add_rules(parts, rules)
    cost = np.r_[np.zeros(m), loads.weight[row] * loads.matrix[row, site]]
    whole = np.ones(m + entries, dtype=bool)
    whole[m:] = not loads.split
    least = np.r_[rules.fixed.astype(float), np.zeros(entries)]
    programme = Programme(cost, parts.matrix(), *parts.ends(), least, np.ones(m + entries), whole)
    return programme, (row, site)


def _add_rules(parts: _Rows, rules: SiteRules) -> None:
    free = np.flatnonzero(~rules.fixed)
    zeros = np.zeros(len(free), dtype=np.intp)
    if rules.count is not None:
        parts.add(zeros, free, np.ones(len(free)), 1, -np.inf, float(rules.count))
    if rules.price is not None and rules.budget is not None:
        parts.add(zeros, free, rules.price[free], 1, -np.inf, float(rules.budget))
    inside = np.flatnonzero(rules.group >= 0)
    if rules.groups:
        parts.add(rules.group[inside], inside, np.ones(len(inside)), rules.groups, 1.0, np.inf)


class _Rows:
    """Rows of a sparse matrix, block by block."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self.blocks: list[tuple[Any, Any, Any]] = []
        self.low: list[Vector] = []
        self.high: list[Vector] = []

    def add(self, row: Any, column: Any, value: Any, rows: int, low: float, high: float) -> None:
        self.blocks.append((row + self.count, column, value))
        self.count += rows
        self.low.append(np.full(rows, low))
        self.high.append(np.full(rows, high))

    def matrix(self) -> Any:
        from scipy.sparse import csc_array

        row, column, value = (np.concatenate(part) for part in zip(*self.blocks, strict=True))
        return csc_array((value, (row, column)), shape=(self.count, self.columns))

    def ends(self) -> tuple[Vector, Vector]:
        return np.concatenate(self.low), np.concatenate(self.high)


def _read(
    loads: Loads, allowed: NDArray[np.bool_], solved: Solved, method: Text, bound: float
) -> Found:
    bound = max(bound, solved.bound)
    if solved.x is None:
        return Found(None, np.inf, bound, method, solved.infeasible)
    n, m = loads.matrix.shape
    row, site = np.nonzero(allowed)
    part = np.zeros((n, m))
    part[row, site] = solved.x[m:]
    part = _fitted(part, loads) if loads.split else _to_one(part)
    value = float((part * np.where(allowed, loads.matrix, 0)).sum(axis=1) @ loads.weight)
    sites = np.flatnonzero(solved.x[:m] > 0.5)
    return Found(sites, value, min(bound, value), method, part=part)


def _to_one(part: Vector) -> Vector:
    whole = np.zeros_like(part)
    whole[np.arange(len(part)), part.argmax(axis=1)] = 1.0
    return whole


def _fitted(part: Vector, loads: Loads) -> Vector:
    """Take the solver's rounding out of shares: they add up to one, and no site is over-full."""
    part = np.where(part > _TRACE, part, 0.0)
    part /= part.sum(axis=1, keepdims=True)
    for site in np.flatnonzero(loads.weight @ part > loads.capacity):
        for row in np.flatnonzero((part[:, site] > 0) & (part[:, site] < 1)):
            load = loads.weight @ part
            room = np.where(part[row] > 0, loads.capacity - load, -np.inf)
            room[site] = -np.inf
            other = int(room.argmax())
            over = min(load[site] - loads.capacity[site], room[other]) / loads.weight[row]
            step = min(max(0.0, over), part[row, site])
            part[row, site] -= step
            part[row, other] += step
    return part
