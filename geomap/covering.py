"""Set covering and p-centre: sparse programmes given to HiGHS, after what can be left out is. Pure.

Toregas et al. 1971, doi:10.1287/opre.19.6.1363; p-centre by a search over the distances, each step
a set covering: Minieka 1970, doi:10.1137/1012016.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.distance import Floats
from geomap.errors import Text
from geomap.locations import Found, Index, Run, Vector
from geomap.milp import Programme, Solved, minimise
from geomap.vertexswap import Rules

SEARCHING = Text("逐级缩小半径", "narrowing the radius")
COVER_METHOD = Text(
    "集合覆盖整数规划（HiGHS），先去掉重复与已覆盖的需求",
    "set covering programme by HiGHS, demands that are alike or already covered left out",
)
CENTER_METHOD = Text(
    "对距离二分，每步解一个集合覆盖（HiGHS）",
    "search over the distances, each step a set covering by HiGHS",
)
Mask = NDArray[np.bool_]


def cheapest_cover(covers: Mask, rules: Rules, price: Vector, run: Run) -> Found:
    """Cover every demand, and every required area, with the fewest or cheapest new sites.

    Parameters
    ----------
    covers : (n, m) which site covers which demand; each must have one
    price : (m,) what a new site counts, 1 for the fewest

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
    free = free[_useful(rows[:, free], price[free])]
    rows = rows[:, free]
    start = _greedy_cover(rows, price[free])
    solved = _solve(rows, price[free], start, run)
    if solved.x is None:
        x, value = start, float(price[free] @ start)
    else:
        x, value = solved.x, solved.value
    bound = max(0.0, solved.bound)
    if (price == 1).all():
        bound = float(np.ceil(bound - 1e-6))
    return Found(np.union1d(fixed, free[x > 0.5]), value, min(bound, value), COVER_METHOD)


def _rows(covers: Mask, rules: Rules) -> Mask:
    """Give the covering constraints that existing sites leave open, each once."""
    open_rows = covers[~covers[:, rules.fixed].any(axis=1)]
    missing = np.setdiff1d(np.arange(rules.groups), rules.group[rules.fixed])
    wanted = np.array([rules.group == one for one in missing], dtype=bool)
    both = np.vstack([open_rows, wanted.reshape(-1, covers.shape[1])])
    packed = np.packbits(both, axis=1)
    alike: Any = np.unique(packed, axis=0, return_index=True)[1]
    rows = both[np.sort(alike)]
    return rows if len(rows) > 3000 else _without_weaker(rows)


def _without_weaker(rows: Mask) -> Mask:
    """Leave out a demand whose sites include all those of another: it is covered along with it."""
    size = rows.sum(axis=1)
    numbers = rows.astype(np.float32)
    shared = numbers @ numbers.T
    inside = shared == size[:, None]  # all sites of the row are among those of the column
    np.fill_diagonal(inside, False)
    kept: Mask = rows[~inside.any(axis=0)]
    return kept


def _useful(rows: Mask, price: Vector) -> Mask:
    """Find the sites that no other one, as cheap, covers more with or comes before."""
    m = rows.shape[1]
    if m > 3000:
        return np.ones(m, dtype=bool)
    numbers, size = rows.astype(np.float32), rows.sum(axis=0)
    inside = numbers.T @ numbers == size[:, None]
    inside &= price[None, :] <= price[:, None]
    better = (size[None, :] > size[:, None]) | (price[None, :] < price[:, None])
    before = np.arange(m)[None, :] < np.arange(m)[:, None]
    useful: Mask = ~(inside & (better | before)).any(axis=1)
    return useful


def _greedy_cover(rows: Mask, price: Vector) -> Vector:
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


def _solve(rows: Mask, price: Vector, start: Vector, run: Run) -> Solved:
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


def smallest_radius(matrix: Floats, rules: Rules, run: Run) -> Found:
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
    best, low = None, _least(matrix)
    levels = np.unique(matrix[np.isfinite(matrix) & (matrix >= low)])
    first, last = 0, len(levels) - 1  # the answer, if any, is among these levels
    proven = True
    while first <= last and not run.over(SEARCHING, None, float(levels[first])):
        middle = (first + last) // 2 if best is not None or first else (first + last) // 4
        found = cheapest_cover(matrix <= levels[middle], rules, price, run)
        if found.sites is not None and found.value <= most * (1 + 1e-12) + 1e-9:
            best = found.sites
            reached = matrix[:, best].min(axis=1).max()
            last = int(np.searchsorted(levels, reached)) - 1
        elif found.bound > most * (1 + 1e-12) + 1e-9:
            first = middle + 1
        else:
            proven = False
            break
    bound = float(levels[first]) if first < len(levels) else np.inf
    if best is None:
        infeasible = proven and first > last
        return Found(None, np.inf, np.inf if infeasible else low, CENTER_METHOD, infeasible)
    value = float(matrix[:, best].min(axis=1).max())
    return Found(best, value, min(bound, value), CENTER_METHOD)


def _least(matrix: Floats) -> float:
    """Give the largest of the demands' costs to their nearest site: no answer can be below."""
    return float(matrix.min(axis=1).max())


def _price(rules: Rules) -> tuple[Vector, float]:
    if rules.price is not None and rules.budget is not None:
        return rules.price, rules.budget
    return np.ones(len(rules.fixed)), float(rules.count or 0)


def order_of(sites: Index) -> tuple[int, ...]:
    """Give columns in rising order, as plain numbers."""
    return tuple(int(site) for site in np.sort(sites))
