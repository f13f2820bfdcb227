"""A good p-median quickly: greedy start and vertex substitution with fast interchange. Pure.

Whitaker 1983, doi:10.1080/03155986.1983.11731889; gains and losses are kept and only touched
where a demand's two nearest sites change: Resende & Werneck 2007, doi:10.1007/s10479-006-0154-0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index, Reals
from geomap.siting.solve.problem import Vector

Stop = Callable[[], bool]
_BETTER = 1e-9


@dataclass(frozen=True, eq=False)
class SiteRules:
    """Which sets of sites are allowed.

    Parameters
    ----------
    fixed : (m,) sites that are open and stay
    count : how many more may be opened; None with a budget
    price, budget : (m,) prices and what they may come to; None with a count
    group : (m,) number of the required area a site lies in, -1 for none
    groups : how many required areas there are
    """

    fixed: NDArray[np.bool_]
    count: int | None
    price: Vector | None
    budget: float | None
    group: Index
    groups: int

    @property
    def most(self) -> float:
        """What prices may come to, rounding allowed for."""
        return (self.budget or 0.0) * (1 + 1e-12) + 1e-12

    def among(self, sites: Index) -> SiteRules:
        """Give the rules for some of the sites only, the fixed ones among them."""
        price = None if self.price is None else self.price[sites]
        return replace(self, fixed=self.fixed[sites], price=price, group=self.group[sites])

    def allows(self, sites: Index) -> bool:
        """Whether a set of open sites keeps all rules."""
        new = sites[~self.fixed[sites]]
        if self.count is not None and len(new) > self.count:
            return False
        if self.price is not None and self.price[new].sum() > self.most:
            return False
        held = self.group[sites]
        return len(np.unique(held[held >= 0])) == self.groups

    def can_join(self, sites: Index) -> NDArray[np.bool_]:
        """(m,) which sites may be added to ``sites`` with room left for the required areas."""
        free = ~self.fixed
        free[sites] = False
        new = sites[~self.fixed[sites]]
        if self.count is not None and not self.groups:
            return free & (self.count > len(new))
        missing = self._missing(sites)
        helps = np.isin(self.group, missing) & (self.group >= 0)
        if self.count is not None:
            room = self.count - len(new)
            return free & (room > 0) & (helps | (room > len(missing)))
        assert self.price is not None
        least = np.array([self.price[free & (self.group == one)].min(initial=np.inf)
                          for one in missing])  # fmt: skip
        need = np.full(len(free), least.sum())
        for one, cheapest in zip(missing, least, strict=True):
            need[self.group == one] -= cheapest
        left = self.most - self.price[new].sum()
        return np.asarray(free & (self.price + need <= left))

    def _missing(self, sites: Index) -> Index:
        return np.setdiff1d(np.arange(self.groups), self.group[sites])

    def can_swap(self, sites: Index) -> NDArray[np.bool_]:
        """(p, m) which site may take the place of which open one."""
        joins = np.ones((len(sites), len(self.fixed)), dtype=bool)
        joins[:, sites] = False
        joins[self.fixed[sites]] = False
        held = self.group[sites]
        for row, one in enumerate(held):
            if one >= 0 and (held == one).sum() == 1:
                joins[row] &= self.group == one
        if self.price is not None:
            new = sites[~self.fixed[sites]]
            left = self.most - self.price[new].sum()
            joins &= self.price[None, :] - self.price[sites][:, None] <= left
        return joins


def greedy(cost: Reals, rules: SiteRules, start: Index | None = None) -> Index:
    """Open one site after the other, each time the one that saves most (most per price).

    Parameters
    ----------
    cost : (n, m) weighted costs, finite
    rules : which sets are allowed
    start : sites that are open from the start, the fixed ones when None
    """
    chosen = list(np.flatnonzero(rules.fixed) if start is None else start)
    far = cost.max(axis=1, initial=0) if not chosen else cost[:, chosen].min(axis=1)
    gain = _savings(cost, far)
    while True:
        allowed = rules.can_join(np.array(chosen, dtype=np.intp))
        if not allowed.any():
            return np.array(chosen, dtype=np.intp)
        worth = gain if rules.price is None else gain / np.maximum(rules.price, 1e-9)
        site = int(np.where(allowed, worth, -np.inf).argmax())
        chosen.append(site)
        nearer = np.flatnonzero(cost[:, site] < far)
        rows = cost[nearer]
        gain -= _savings(rows, far[nearer])
        far[nearer] = rows[:, site]
        gain += _savings(rows, far[nearer])


def _savings(rows: Reals, far: Reals) -> Vector:
    saved = np.zeros(rows.shape[1])
    step = max(1, 200_000 // max(1, rows.shape[1]))
    for first in range(0, len(rows), step):
        part = far[first : first + step, None] - rows[first : first + step]
        saved += np.maximum(part, 0, out=part).sum(axis=0)
    return saved


def two_nearest(cost: Reals, sites: Index) -> tuple[Index, Vector, Vector]:
    """Give each demand's nearest open site (place in ``sites``), its cost, and the second's."""
    among = cost[:, sites]
    rows = np.arange(len(among))
    first = among.argmin(axis=1)
    nearest = among[rows, first].astype(float)
    if len(sites) == 1:
        return first, nearest, np.full(len(among), np.inf)
    among[rows, first] = np.inf
    return first, nearest, among.min(axis=1).astype(float)


def interchange(
    cost: Reals, sites: Index, rules: SiteRules, stop: Stop | None = None
) -> tuple[Index, float]:
    """Swap one open site for a closed one while that saves anything.

    Returns
    -------
    the open sites, and their weighted cost
    """
    swap = _Swap(cost, sites)
    while not (stop and stop()):
        if not swap.step(rules):
            break
    return swap.sites.copy(), float(swap.near.sum())


class _Swap:
    """A set of open sites with the gain of opening, the loss of closing, and what both share."""

    def __init__(self, cost: Reals, sites: Index) -> None:
        n, m = cost.shape
        self.cost, self.sites = cost, sites.copy()
        self.roof = float(cost.max(initial=0)) * 2 + 1
        self.first, self.near, self.second = self._nearest()
        self.gain = np.zeros(m)
        self.extra = np.zeros((len(sites), m))
        self.loss = np.zeros(len(sites))
        self._count(np.arange(n), 1)

    def _nearest(self) -> tuple[Index, Vector, Vector]:
        first, near, second = two_nearest(self.cost, self.sites)
        return first, near, np.minimum(second, self.roof)

    def step(self, rules: SiteRules) -> bool:
        """Make the best swap that is allowed; False when none saves anything."""
        profit = self.gain[None, :] + self.extra - self.loss[:, None]
        profit[~rules.can_swap(self.sites)] = -np.inf
        out, new = np.unravel_index(int(profit.argmax()), profit.shape)
        if profit[out, new] <= _BETTER * max(1e-300, float(self.near.sum())):
            return False
        self.sites[out] = new
        first, near, second = self._nearest()
        changed = (first != self.first) | (near != self.near) | (second != self.second)
        rows = np.flatnonzero(changed)
        before = float(self.near.sum())
        self._count(rows, -1)
        self.first, self.near, self.second = first, near, second
        self._count(rows, 1)
        return float(self.near.sum()) < before

    def _count(self, rows: Index, sign: int) -> None:
        """Add (or take away) what these demands contribute."""
        rows = rows[np.argsort(self.first[rows], kind="stable")]
        step = max(1, 200_000 // max(1, self.cost.shape[1]))
        for start in range(0, len(rows), step):
            self._count_block(rows[start : start + step], sign)
        lost = self.second[rows] - self.near[rows]
        self.loss += sign * np.bincount(self.first[rows], lost, minlength=len(self.sites))

    def _count_block(self, rows: Index, sign: int) -> None:
        owner = self.first[rows]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        cost = self.cost[rows]
        gain = np.maximum(self.near[rows, None].astype(cost.dtype) - cost, 0)
        both = np.maximum(self.second[rows, None].astype(cost.dtype) - cost, 0)
        both -= gain
        self.gain += sign * gain.sum(axis=0)
        self.extra[owner[starts]] += sign * np.add.reduceat(both, starts, axis=0)
