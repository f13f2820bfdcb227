"""Every set of sites tried: what the location models have to agree with on small cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from geomap.siting.solve.costs import Costs
from geomap.siting.solve.problem import Ask, Case


def case_of(seed: int, n: int = 9, m: int = 6) -> Case:
    """Make a small case from a seed: whole numbers, two areas of demand, three of sites."""
    rng = np.random.default_rng(seed)
    existing = tuple(range(int(rng.integers(0, 3))))
    return Case(
        Costs(rng.integers(1, 30, (n, m)).astype(float)),
        rng.integers(1, 9, n).astype(float),
        existing=existing,
        area=np.array(["east", "west"])[rng.integers(0, 2, n)],
        site_area=np.array(["a", "b", "c"])[np.arange(m) % 3],
        price=rng.integers(1, 6, m).astype(float),
        capacity=rng.integers(10, 40, m).astype(float),
    )


def allowed(case: Case, ask: Ask) -> Iterator[list[int]]:
    """Give every set of open sites that the question allows."""
    free = [int(site) for site in case.candidates]
    for size in range(len(free) + 1):
        if ask.new_sites is not None and size > ask.new_sites:
            continue
        for new in combinations(free, size):
            sites = sorted({*case.existing, *new})
            held = set() if case.site_area is None else {case.site_area[one] for one in sites}
            if not sites or not set(ask.required_areas) <= held:
                continue
            price = 0.0 if case.price is None else case.price[list(new)].sum()
            if ask.budget is None or price <= ask.budget:
                yield sites


def value(case: Case, ask: Ask, sites: list[int]) -> float:
    """Give what the model minimises for one set (covered weight negative); inf when impossible."""
    cost = case.costs.matrix[:, sites].min(axis=1)
    if ask.model == "p-median":
        return float(case.weight @ cost)
    if ask.model == "p-center":
        return float(cost.max())
    assert ask.radius is not None
    covered = cost <= ask.radius
    if ask.model == "mclp":
        return -float(case.weight[covered].sum())
    return len(set(sites) - set(case.existing)) if covered.all() else np.inf


def worst(case: Case, ask: Ask, sites: list[int]) -> float:
    """Give the mean cost, or the share not covered, of the worst-served area."""
    cost = case.costs.matrix[:, sites].min(axis=1)
    if ask.radius is not None:
        cost = (cost > ask.radius).astype(float)
    assert case.area is not None
    return max(
        float(np.average(cost[case.area == one], weights=case.weight[case.area == one]))
        for one in np.unique(case.area)
    )


def best(case: Case, ask: Ask) -> float:
    """Give the best value of all sets, inf when there is none."""
    sets = list(allowed(case, ask))
    if ask.fair and sets:
        least = min(worst(case, ask, sites) for sites in sets)
        sets = [sites for sites in sets if worst(case, ask, sites) <= least + 1e-9]
    return min((value(case, ask, sites) for sites in sets), default=np.inf)


def best_capacitated(case: Case, ask: Ask) -> float:
    """Give the best value when each demand goes whole to one site that has room for it."""
    assert case.capacity is not None
    found = np.inf
    for sites in allowed(case, ask):
        room = {site: float(case.capacity[site]) for site in sites}
        found = min(found, _fill(case, room, 0))
    return found


def _fill(case: Case, room: dict[int, float], row: int) -> float:
    if row == case.shape[0]:
        return 0.0
    found = np.inf
    for site in room:
        if room[site] >= case.weight[row]:
            room[site] -= case.weight[row]
            cost = float(case.weight[row] * case.costs.matrix[row, site])
            found = min(found, cost + _fill(case, room, row + 1))
            room[site] += case.weight[row]
    return found
