"""Set covering and p-centre: sparse programmes given to HiGHS, after what can be left out is. Pure.

Toregas et al. 1971, doi:10.1287/opre.19.6.1363; p-centre by a search over the distances, each step
a set covering: Minieka 1970, The m-center problem.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from geomap.arrays import Flags, Index, Reals
from geomap.errors import Text
from geomap.siting.solve.median import Problem, is_single, solve_median, step_of, weighted
from geomap.siting.solve.milp import Programme, Solved, minimise
from geomap.siting.solve.problem import BOUNDING, Found, Run, Vector
from geomap.siting.solve.vertex_swap import SiteRules, interchange

_DUAL_TURNS = 400
NEARER = Text("在同样多的点位中取近的", "the nearest of as few sites")
_NEARER_S = 5.0
SEARCHING = Text("逐级缩小半径", "narrowing the radius")
COVER_METHOD = Text(
    "集合覆盖整数规划（HiGHS），先去掉重复与已覆盖的需求；同样多（同样便宜）的方案中取加权距离小的",
    "set covering programme by HiGHS, demands that are alike or already covered left out; of "
    "covers that are as few, or as cheap, one of small weighted distance",
)
CENTER_METHOD = Text(
    "对距离二分，每步解一个集合覆盖（HiGHS）",
    "search over the distances, each step a set covering by HiGHS",
)


def cheapest_cover(
    covers: Flags, rules: SiteRules, price: Vector, run: Run, enough: float | None = None
) -> Found:
    """Cover every demand, and every required area, with the fewest or cheapest new sites.

    Parameters
    ----------
    covers : (n, m) which site covers which demand; each must have one
    price : (m,) what a new site counts, 1 for the fewest
    enough : only say whether the price can be so low; ends when that is known

    Returns
    -------
    Found : value and bound are the price of the new sites; the rules' count and budget are not
        looked at
    """
    rows = _rows(covers, rules)
    free = np.flatnonzero(~rules.fixed)
    fixed = np.flatnonzero(rules.fixed)
    if not len(rows):
        return Found(fixed, 0.0, 0.0, COVER_METHOD)
    if not rows[:, free].any(axis=1).all():
        return Found(None, np.inf, np.inf, COVER_METHOD, infeasible=True)
    start = _greedy_cover(rows[:, free], price[free])
    value = float(price[free] @ start)
    low = _rounded(_dual_bound(rows[:, free], price[free], value, run), price)
    if low >= value or (enough is not None and (value <= enough or low > enough)):
        return Found(np.union1d(fixed, free[start > 0]), value, min(low, value), COVER_METHOD)
    useful = _useful(rows[:, free], price[free])
    solved = _solve(rows[:, free[useful]], price[free[useful]], start[useful], run)
    x, bound = start, _rounded(max(low, solved.bound), price)
    if solved.x is not None and solved.value < value:
        x, value = np.zeros(len(free)), solved.value
        x[useful] = solved.x
    return Found(np.union1d(fixed, free[x > 0.5]), value, min(bound, value), COVER_METHOD)


def nearest_of_covers(
    found: Found, matrix: Reals, weight: Vector, radius: float, rules: SiteRules, run: Run
) -> Found:
    """Take, of the covers with as many or as dear sites, the one of least weighted distance.

    It is sought for a part of the time that is left; a large case only swaps.
    """
    assert found.sites is not None
    count = int((~rules.fixed[found.sites]).sum())
    if not count or run.over(NEARER, found.value, found.bound):
        return found
    limited = replace(rules, count=count) if rules.price is None else replace(
        rules, budget=max(found.value, 0.0))  # fmt: skip
    cost = weighted(np.where(matrix <= radius, matrix, np.inf), weight)
    part = Run(replace(run.effort, seconds=min(_NEARER_S, run.left / 2), progress=None))
    if is_single(matrix.size):
        sites, _ = interchange(cost, found.sites, limited, lambda: part.over(NEARER))
    else:
        better = solve_median(Problem(cost, weight, limited, part, step=step_of(matrix, weight)))
        sites = found.sites if better.sites is None else better.sites
    run.cancelled |= part.cancelled
    covered = (matrix[:, sites] <= radius).any(axis=1).all()
    known, other = (cost[:, one].min(axis=1).sum() for one in (found.sites, sites))
    return replace(found, sites=sites) if covered and other < known else found


def _rounded(bound: float, price: Vector) -> float:
    """Raise a bound to a whole number where sites are counted, or all prices are whole."""
    return float(np.ceil(bound - 1e-6)) if step_of(price) else bound


def _dual_bound(rows: Flags, price: Vector, value: float, run: Run) -> float:
    """Give a bound by prices of the demands, bettered by subgradient steps of Polyak's length.

    For prices u >= 0 of any value, no cover costs less than
    sum(u) + sum_j min(0, price_j - sum of u over what site j covers).
    """
    from scipy.sparse import csr_array

    matrix = csr_array(rows.astype(float))
    across = csr_array(matrix.T)
    u = np.where(rows, price / np.maximum(rows.sum(axis=0), 1), np.inf).min(axis=1)
    best, step, length, waited = 0.0, np.zeros(len(rows)), 1.0, 0
    for turn in range(_DUAL_TURNS):
        reduced = price - across @ u
        bound = float(u.sum() + np.minimum(reduced, 0).sum())
        waited = 0 if bound > best else waited + 1
        best = max(best, bound)
        if _rounded(best, price) >= value or (turn % 20 == 19 and run.over(BOUNDING, value, best)):
            break
        if waited >= 6:
            length, waited = length * 0.7, 0
        step = 1 - matrix @ (reduced < 0).astype(float) + 0.7 * step
        size = length * (value - bound) / max(float(step @ step), 1e-12)
        u = np.maximum(u + size * step, 0)
    return best


def _rows(covers: Flags, rules: SiteRules) -> Flags:
    """Give the covering constraints that existing sites leave open, each once."""
    open_rows = covers[~covers[:, rules.fixed].any(axis=1)]
    missing = np.setdiff1d(np.arange(rules.groups), rules.group[rules.fixed])
    wanted = np.array([rules.group == one for one in missing], dtype=bool)
    both = np.vstack([open_rows, wanted.reshape(-1, covers.shape[1])])
    packed = np.packbits(both, axis=1)
    alike: Any = np.unique(packed, axis=0, return_index=True)[1]
    rows = both[np.sort(alike)]
    return rows if len(rows) > 3000 else _without_weaker(rows)


def _without_weaker(rows: Flags) -> Flags:
    """Leave out a demand whose sites include all those of another: it is covered along with it."""
    size = rows.sum(axis=1)
    numbers = rows.astype(np.float32)
    shared = numbers @ numbers.T
    inside = shared == size[:, None]  # all sites of the row are among those of the column
    np.fill_diagonal(inside, False)
    kept: Flags = rows[~inside.any(axis=0)]
    return kept


def _useful(rows: Flags, price: Vector) -> Flags:
    """Find the sites that no other one, as cheap, covers more with or comes before."""
    m = rows.shape[1]
    if m > 3000:
        return np.ones(m, dtype=bool)
    numbers, size = rows.astype(np.float32), rows.sum(axis=0)
    inside = numbers.T @ numbers == size[:, None]
    inside &= price[None, :] <= price[:, None]
    better = (size[None, :] > size[:, None]) | (price[None, :] < price[:, None])
    before = np.arange(m)[None, :] < np.arange(m)[:, None]
    useful: Flags = ~(inside & (better | before)).any(axis=1)
    return useful


def _greedy_cover(rows: Flags, price: Vector) -> Vector:
    chosen = np.zeros(rows.shape[1])
    left = np.ones(len(rows), dtype=bool)
    gain = rows.sum(axis=0).astype(float)
    while left.any():
        site = int((gain / np.maximum(price, 1e-9)).argmax())
        chosen[site] = 1
        new = left & rows[:, site]
        gain -= rows[new].sum(axis=0)
        left &= ~new
    for site in np.flatnonzero(chosen)[np.argsort(-price[chosen > 0], kind="stable")]:
        if (rows[:, chosen > 0].sum(axis=1) - rows[:, site] >= 1).all():
            chosen[site] = 0
    return chosen


def _solve(rows: Flags, price: Vector, start: Vector, run: Run) -> Solved:
    from scipy.sparse import csc_array

    n, m = rows.shape
    return minimise(
        Programme(
            cost=price,
            matrix=csc_array(rows.astype(float)),
            low=np.ones(n),
            high=np.full(n, np.inf),
            least=np.zeros(m),
            most=np.ones(m),
            whole=np.ones(m, dtype=bool),
        ),
        run,
        start=start,
    )


def smallest_radius(matrix: Reals, rules: SiteRules, run: Run) -> Found:
    """Choose the sites whose largest cost from any demand is smallest.

    Parameters
    ----------
    matrix : (n, m) costs; each demand must reach a site
    rules : with a count or a budget

    Returns
    -------
    Found : value and bound are costs
    """
    price, most = _price(rules)
    most = most * (1 + 1e-12) + 1e-9
    best, low = None, _least(matrix)
    levels = np.unique(matrix[np.isfinite(matrix) & (matrix >= low)])
    first, last = 0, len(levels) - 1  # the answer, if any, is among these levels
    looked = 0  # nothing below is looked at any more, though only what is below first is proven
    while looked <= last and not run.over(SEARCHING, None, float(levels[first])):
        middle = (looked + last) // 2 if best is not None or looked else (looked + last) // 4
        part = Run(replace(run.effort, seconds=run.left / 3))
        found = cheapest_cover(matrix <= levels[middle], rules, price, part, enough=most)
        run.cancelled |= part.cancelled
        if found.sites is not None and found.value <= most:
            best = found.sites
            reached = matrix[:, best].min(axis=1).max()
            last = int(np.searchsorted(levels, reached)) - 1
        else:
            looked = middle + 1
            if found.bound > most and middle >= first:
                first = middle + 1
    proven = first > last
    bound = float(levels[first]) if first < len(levels) else np.inf
    if best is None:
        return Found(None, np.inf, np.inf if proven else low, CENTER_METHOD, proven)
    value = float(matrix[:, best].min(axis=1).max())
    return Found(best, value, min(bound, value), CENTER_METHOD)


def _least(matrix: Reals) -> float:
    """Give the largest of the demands' costs to their nearest site: no answer can be below."""
    return float(matrix.min(axis=1).max())


def _price(rules: SiteRules) -> tuple[Vector, float]:
    if rules.price is not None and rules.budget is not None:
        return rules.price, rules.budget
    return np.ones(len(rules.fixed)), float(rules.count or 0)


def order_of(sites: Index) -> tuple[int, ...]:
    """Give columns in rising order, as plain numbers."""
    return tuple(int(site) for site in np.sort(sites))
