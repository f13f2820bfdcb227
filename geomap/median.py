"""p-median and maximal covering: heuristic first, then a bound, then proof where time allows.

Both are one problem: a demand costs its weight times the distance, or its weight where no site
covers it. In: weighted costs, rules. Out: :class:`geomap.locations.Found`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geomap.benders import (
    Aim,
    Master,
    Near,
    Oracle,
    Search,
    covering_lists,
    grouping,
    nearest_lists,
)
from geomap.distance import Floats
from geomap.errors import Text
from geomap.locations import Found, Index, Run, Vector
from geomap.vertexswap import Rules, greedy, interchange

START = Text("贪心与交换", "greedy start and swaps")
METHOD = Text(
    "贪心起点、顶点替换（快速交换），Benders 割平面求下界，分支定界证明",
    "greedy start, vertex substitution with fast interchange, bound by Benders cuts, proof by "
    "branch and bound",
)
FAIR = Text(
    "先使最差的地区最好，再使总体最好；Benders 割平面与分支定界",
    "the worst-served area first, then the whole; Benders cuts and branch and bound",
)
Improve = Callable[[Index], tuple[Index, float]]
_ENTRIES, _MOST = 100_000, 8_000_000
"""Lists hold at least and at most so many entries."""
_SINGLE = 4_000_000
"""Above so many pairs costs are held in single precision."""
_LOOK = 20_000_000
_DRAWS = 6
_NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Problem:
    """Weighted costs ready to be solved.

    Parameters
    ----------
    cost : (n, m) weighted costs, finite, float32 when large
    weight : (n,) above zero
    covers : (n, m) for the covering model: which site covers which demand
    area : (n,) number of each demand's area, when the worst-served comes first
    """

    cost: Floats
    weight: Vector
    rules: Rules
    run: Run
    covers: NDArray[np.bool_] | None = None
    area: Index | None = None

    def lists(self, kept: NDArray[np.bool_] | None = None) -> Near:
        """Give each demand's cheapest sites, as many as help, among those that are kept."""
        n, m = self.cost.shape
        sites = np.arange(m) if kept is None else np.flatnonzero(kept)
        if self.covers is not None:
            near = covering_lists(self.covers[:, sites], self.weight)
        else:
            opened = max(1, int(self.rules.fixed.sum()) + (self.rules.count or 0))
            helpful = min(3 * len(sites) // opened + 10, _MOST // n)
            most = max(1, helpful, _ENTRIES // n)
            near = nearest_lists(self.cost[:, sites], min(len(sites), most))
        return replace(near, sites=sites[near.sites], columns=m)

    def total(self, sites: Index) -> float:
        """Add up what a set of open sites costs."""
        return float(self.cost[:, sites].min(axis=1).sum(dtype=float))

    def per_area(self, sites: Index) -> Vector:
        """Add it up by area, (a,)."""
        assert self.area is not None
        return np.bincount(self.area, self.cost[:, sites].min(axis=1)).astype(float)

    def demand(self) -> Vector:
        """Give each area's part of the whole demand, (a,)."""
        assert self.area is not None
        return np.asarray(np.bincount(self.area, self.weight) / self.weight.sum())


def weighted(matrix: Floats, weight: Vector) -> Floats:
    """Weigh costs by demand; what cannot be reached costs more than all else together."""
    finite = np.isfinite(matrix)
    single = matrix.size > _SINGLE and bool(finite.all())
    kind = np.float32 if single else np.float64
    cost: Floats = matrix.astype(kind) * weight[:, None].astype(kind)
    if not finite.all():
        cost[~finite] = 0
        cost[~finite] = 1 + cost.max(axis=1).sum()
    return cost


def solve_median(problem: Problem) -> Found:
    """Minimise the total weighted cost, or with areas the worst area's first."""
    improve = _improver(problem)
    sites, value = improve(np.flatnonzero(problem.rules.fixed))
    start = sites if np.isfinite(value) else None
    if problem.area is not None:
        return _fair(problem, start)
    search = _search(problem, start, value, None, improve)
    search.solve()
    return _found(search, METHOD)


def _found(search: Search, method: Text, worst: tuple[float, float] | None = None) -> Found:
    bound = min(search.bound, search.value)
    return Found(search.sites, search.value, bound, method, search.infeasible, worst)


def _improver(problem: Problem) -> Improve:
    """Open what may still be opened, then swap; with a budget open again."""

    def improve(sites: Index) -> tuple[Index, float]:
        def stop() -> bool:
            return problem.run.over(START)

        sites = greedy(problem.cost, problem.rules, sites)
        if not len(sites) or not problem.rules.allows(sites):
            return sites, np.inf
        sites, value = interchange(problem.cost, sites, problem.rules, stop)
        if problem.rules.price is not None:
            sites = greedy(problem.cost, problem.rules, sites)
            value = problem.total(sites)
        return sites, value

    return improve


def _search(
    problem: Problem, sites: Index | None, value: float, aim: Aim | None, improve: Improve
) -> Search:
    group = _groups(problem, sites)
    oracle = Oracle(problem.lists(), group)
    if aim is None:
        aim = Aim(np.zeros(oracle.groups, dtype=np.intp), np.ones(1))
    else:
        assert problem.area is not None
        part_of = np.zeros(oracle.groups, dtype=np.intp)
        part_of[group] = problem.area
        aim = replace(aim, part_of=part_of)
    master = Master(problem.rules, aim, _scale(problem, value))
    sample = _sampler(problem) if problem.area is None else None
    search = Search(
        master, oracle, problem.rules, improve, problem.run, sites, value, problem.lists, sample
    )
    if problem.covers is not None:
        search.whole = float(problem.weight.sum())
    return search


def _sampler(problem: Problem) -> Callable[[Vector], tuple[Index, float]]:
    """Draw sets of sites from fractional parts, swap among the sites that have a part."""
    rng = np.random.default_rng(20250101)
    full = _improver(problem)

    def sample(y: Vector) -> tuple[Index, float]:
        part = np.where(problem.rules.fixed, 1.0, y)
        columns = np.flatnonzero(part > 1e-6)
        rules = problem.rules.among(columns)
        among = replace(problem, cost=problem.cost[:, columns], rules=rules)
        improve, best, found = _improver(among), np.inf, columns[:0]
        for _ in range(_DRAWS):
            key = rng.exponential(size=len(columns)) / part[columns]
            order = np.argsort(np.where(rules.fixed, -1.0, key), kind="stable")
            start = order[: rules.fixed.sum() + (rules.count or 0)]
            sites, value = improve(start if rules.allows(start) else np.flatnonzero(rules.fixed))
            if value < best:
                best, found = value, columns[sites]
        return full(found) if len(found) else (found, np.inf)

    return sample


def _scale(problem: Problem, value: float) -> float:
    """Give a unit in which the total is near 1,000: solvers like numbers of one size."""
    size = value if np.isfinite(value) and value > 0 else float(problem.cost.mean()) * 100
    return size / 1000 if size > 0 else 1.0


def _groups(problem: Problem, sites: Index | None) -> Index:
    n = len(problem.weight)
    if sites is None or len(sites) < 2:
        return np.zeros(n, dtype=np.intp) if problem.area is None else problem.area
    among = problem.cost[:, sites]
    first = among.argmin(axis=1)
    among[np.arange(n), first] = np.inf
    return grouping(first, among.argmin(axis=1), problem.area, 400)


def _fair(problem: Problem, start: Index | None) -> Found:
    """Serve the worst area as well as can be; then, without serving it worse, the whole."""
    demand = problem.demand()
    improve = _fair_improver(problem, demand)
    sites, value = (None, np.inf) if start is None else improve(start)
    first = _search(problem, sites, value, Aim(_NONE, demand, worst=True), improve)
    first.solve()
    if first.sites is None:
        return _found(first, FAIR)
    limit = first.value * demand * (1 + 1e-6) + 1e-9
    within = _limited(problem, limit)
    sites, value = within(first.sites)
    second = _search(problem, sites, value, Aim(_NONE, demand, limit=limit), within)
    second.solve()
    whole = problem.weight.sum()
    worst = (first.value / whole, min(first.bound, first.value) / whole)
    return _found(second, FAIR, worst)


def _fair_improver(problem: Problem, demand: Vector) -> Improve:
    """Swap while the worst area gains; where that would take too long, only look."""
    plain = _improver(problem)

    def worst(sites: Index) -> float:
        return float((problem.per_area(sites) / demand).max())

    def improve(sites: Index) -> tuple[Index, float]:
        given = greedy(problem.cost, problem.rules, sites)
        swapped, value = plain(sites)
        if not np.isfinite(value):
            return swapped, value
        sites = min(given, swapped, key=worst)
        value = worst(sites)
        while problem.cost.size * len(sites) <= _LOOK and not problem.run.over(START):
            better = _best_fair_swap(problem, demand, sites)
            if better is None or worst(better) >= value * (1 - 1e-12):
                break
            sites, value = better, worst(better)
        return sites, value

    return improve


def _best_fair_swap(problem: Problem, demand: Vector, sites: Index) -> Index | None:
    assert problem.area is not None
    order = np.argsort(problem.area, kind="stable")
    area, cost = problem.area[order], problem.cost[order]
    starts = np.flatnonzero(np.r_[True, area[1:] != area[:-1]])
    allowed = problem.rules.can_swap(sites)
    best, found = np.inf, None
    for place in np.flatnonzero(allowed.any(axis=1)):
        others = np.delete(sites, place)
        left = cost[:, others].min(axis=1, initial=np.inf)
        sums = np.add.reduceat(np.minimum(left[:, None], cost), starts, axis=0)
        value = np.where(allowed[place], (sums / demand[:, None]).max(axis=0), np.inf)
        if value.min() < best:
            best, found = float(value.min()), np.append(others, int(value.argmin()))
    return found


def _limited(problem: Problem, limit: Vector) -> Improve:
    """Improve the whole as far as no area exceeds its limit."""
    plain = _improver(problem)

    def value_of(sites: Index) -> float:
        if not problem.rules.allows(sites) or (problem.per_area(sites) > limit).any():
            return np.inf
        return problem.total(sites)

    def improve(sites: Index) -> tuple[Index, float]:
        swapped, _ = plain(sites)
        one, other = value_of(sites), value_of(swapped)
        return (swapped, other) if other < one else (sites, one)

    return improve
