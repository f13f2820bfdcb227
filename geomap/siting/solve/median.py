"""p-median and maximal covering: heuristic first, then a bound, then proof where time allows.

Both are one problem: a demand costs its weight times the distance, or its weight where no site
covers it. In: weighted costs, rules. Out: :class:`geomap.siting.solve.problem.Found`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index, Reals
from geomap.errors import Text
from geomap.siting.solve.benders import Master, MasterGoal, Oracle, Search, grouping
from geomap.siting.solve.incumbent import Standing
from geomap.siting.solve.lagrange import ascend
from geomap.siting.solve.near_lists import Near, covering_lists, nearest_lists
from geomap.siting.solve.problem import AIM, Found, Run, Vector
from geomap.siting.solve.vertex_swap import SiteRules, greedy, interchange, two_nearest

START = Text("贪心与交换", "greedy start and swaps")
_METHOD = Text(
    "贪心起点、顶点替换（快速交换），拉格朗日价格与 Benders 割平面求下界，分支定界证明",
    "greedy start, vertex substitution with fast interchange, bound by Lagrangian prices and "
    "Benders cuts, proof by branch and bound",
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
_ERROR = 2e-7
"""How much they may be off, weights and products included."""
_LOOK = 20_000_000
_DRAWS = 3
_LENGTHS, _WORTH = (1.5, 0.5, 0.5), 0.8
"""Lagrangian: first steps of each round; another round while so small a part of sites is left."""
_SELDOM = 0.01
_PRICED = 500_000
"""Above so many entries of the lists cuts are faster than prices."""
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
    step : all totals are whole multiples of it, 0 when they may be any number
    """

    cost: Reals
    weight: Vector
    rules: SiteRules
    run: Run
    covers: NDArray[np.bool_] | None = None
    area: Index | None = None
    step: float = 0.0

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


def weighted(matrix: Reals, weight: Vector) -> Reals:
    """Weigh costs by demand; what cannot be reached costs more than all else together."""
    finite = np.isfinite(matrix)
    single = is_single(matrix.size) and bool(finite.all())
    kind = np.float32 if single else np.float64
    cost: Reals = matrix.astype(kind) * weight[:, None].astype(kind)
    if not finite.all():
        cost[~finite] = 0
        cost[~finite] = 1 + cost.max(axis=1).sum()
    return cost


def is_single(pairs: int) -> bool:
    """Whether costs of so many pairs are held in single precision."""
    return pairs > _SINGLE


def step_of(*factors: Reals) -> float:
    """Give the step between sums of products of such numbers: 1 of whole numbers, else 0.

    What is infinite is passed over: ``weighted`` writes a whole number for it.
    """
    most = 1.0
    for values in factors:
        finite = values[np.isfinite(values)]
        if not (finite == np.rint(finite)).all():
            return 0.0
        most *= float(finite.max(initial=0))
    pairs = max(values.size for values in factors)
    return 1.0 if most < (2**24 if is_single(pairs) else 2**53) else 0.0


def solve_median(problem: Problem) -> Found:
    """Minimise the total weighted cost, or with areas the worst area's first."""
    found = _solved(problem)
    if problem.cost.dtype == np.float64 or problem.step:
        return found
    # What single precision may be off is no part of the bound.
    return replace(found, bound=found.bound - _ERROR * abs(found.bound))


def _solved(problem: Problem) -> Found:
    improve = _improver(problem)
    sites, value = improve(np.flatnonzero(problem.rules.fixed))
    known = _standing(problem, sites if np.isfinite(value) else None, value)
    if problem.area is not None:
        return _fair(problem, replace(known, step=0.0))
    prices = None
    if known.sites is not None and problem.rules.price is None and not problem.rules.groups:
        prices = _price(problem, known)
    if not known.done and not known.run.over(START, known.value, known.proven):
        _search(problem, known, None, improve, prices).solve()
    return _found(known, _METHOD)


def _standing(problem: Problem, sites: Index | None, value: float) -> Standing:
    fixed = problem.rules.fixed
    whole = 0.0 if problem.covers is None else float(problem.weight.sum())
    low, high = fixed.astype(float), np.ones(len(fixed))
    return Standing(problem.run, low, high, sites, value, whole, step=problem.step)


def _price(problem: Problem, known: Standing) -> Vector | None:
    """Bound by prices, draw sets from how often sites are open, leave out what is of no use."""
    assert known.sites is not None
    count = int(problem.rules.fixed.sum()) + (problem.rules.count or 0)
    sample, near, prices = _sampler(problem), problem.lists(), None
    if len(near.cost) > _PRICED:
        return None
    for length in _LENGTHS:
        _, first, second = two_nearest(problem.cost, known.sites)
        start = (first + second) / 2 if prices is None else prices
        dual = ascend(near.within(second), known, start, count, length)
        prices = dual.prices
        if known.done or known.run.over(START, known.value, known.proven):
            break
        known.offer(*sample(dual.often))
        before = (known.high > 0).sum()
        dual.narrow(known, count)
        if known.done or (length < _LENGTHS[0] and (known.high > 0).sum() > _WORTH * before):
            break
        near = problem.lists(known.high > 0)
    return prices


def _found(known: Standing, method: Text, worst: tuple[float, float] | None = None) -> Found:
    return Found(known.sites, known.value, known.proven, method, known.infeasible, worst)


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
    problem: Problem, known: Standing, aim: MasterGoal | None, improve: Improve,
    prices: Vector | None = None,
) -> Search:  # fmt: skip
    group = _groups(problem, known.sites)
    oracle = Oracle(problem.lists(known.high > 0), group)
    if aim is None:
        aim = MasterGoal(np.zeros(oracle.groups, dtype=np.intp), np.ones(1))
    else:
        assert problem.area is not None
        part_of = np.zeros(oracle.groups, dtype=np.intp)
        part_of[group] = problem.area
        aim = replace(aim, part_of=part_of)
    master = Master(problem.rules, aim, _scale(problem, known.value))
    sample = _sampler(problem) if problem.area is None else None
    return Search(master, oracle, problem.rules, improve, known, problem.lists, sample, prices)


def _sampler(problem: Problem) -> Callable[[Vector], tuple[Index, float]]:
    """Draw sets of sites from fractional parts, swap among the sites that have a part."""
    rng = np.random.default_rng(20250101)
    full = _improver(problem)

    def sample(y: Vector) -> tuple[Index, float]:
        part = np.where(problem.rules.fixed, 1.0, y)
        columns = np.flatnonzero(part > _SELDOM)
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


def _fair(problem: Problem, known: Standing) -> Found:
    """Serve the worst area as well as can be; then, without serving it worse, the whole."""
    demand = problem.demand()
    improve = _fair_improver(problem, demand)
    if known.sites is not None:
        known.sites, known.value = improve(known.sites)
    _search(problem, known, MasterGoal(_NONE, demand, worst=True), improve).solve()
    if known.sites is None:
        return _found(known, FAIR)
    limit = known.value * demand * (1 + AIM) + 1e-12 * problem.weight.sum()
    within = _limited(problem, limit)
    second = _standing(problem, *within(known.sites))
    _search(problem, second, MasterGoal(_NONE, demand, limit=limit), within).solve()
    whole = problem.weight.sum()
    return _found(second, FAIR, (known.value / whole, known.proven / whole))


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
