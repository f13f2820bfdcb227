"""A bound for a given number of sites by Lagrangian relaxation, and what it leaves out. Pure.

With a price ``u`` for each demand in place of the rule that it is served once, sites are chosen
one by one, and for prices of any value (Cornuejols, Fisher & Nemhauser 1977)

    cost >= sum(u) + the sum of the p smallest of sum_i min(0, c_ij - u_i)

The prices are bettered by subgradient steps of Polyak's length, each keeping part of the last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geomap.arrays import Index
from geomap.errors import Text
from geomap.siting.solve.incumbent import Standing
from geomap.siting.solve.near_lists import Near
from geomap.siting.solve.problem import Vector

PRICING = Text("拉格朗日下界", "Lagrangian bound")
_KEPT = 0.7
"""How much of the last step the next one keeps."""
_TURNS, _PATIENCE, _SHORTER = 100, 6, 0.7
_RECENT = 0.1
_LOOK, _GAIN, _SMALL = 20, 0.04, 0.35
"""After so many turns with little gain and small steps it ends."""


@dataclass(frozen=True, eq=False)
class Dual:
    """What prices prove.

    Parameters
    ----------
    bound : no set of so many sites costs less
    prices : (n,) those that prove it
    worth : (m,) what opening a site changes at these prices, never above zero
    often : (m,) how often each site was open of late, between 0 and 1
    """

    bound: float
    prices: Vector
    worth: Vector
    often: Vector

    def narrow(self, known: Standing, count: int) -> None:
        """Leave out what no set below the target needs, by the worth of the sites."""
        inside, outside = _cheapest(self.worth, known, count)
        if len(inside) and len(outside):
            instead = self.worth[outside] - self.worth[inside[-1]]
            without = self.worth[outside[0]] - self.worth[inside]
            room = known.target - self.bound
            known.leave_out(outside[instead > room], inside[without > room])


def _cheapest(worth: Vector, known: Standing, count: int) -> tuple[Index, Index]:
    """Give the free sites that are worth opening most, and the rest; the best first."""
    free = np.flatnonzero(known.low < known.high)
    order = free[np.argsort(worth[free], kind="stable")]
    left = count - int(known.low.sum())
    return order[:left], order[left:]


def ascend(near: Near, known: Standing, prices: Vector, count: int, length: float) -> Dual:
    """Better the prices towards the value of the best set.

    Parameters
    ----------
    near : each demand's cheapest sites, of those that may be open
    prices : (n,) to begin from
    count : how many sites are open
    length : of the first step, in terms of Polyak's: 1.5 at first, less from good prices
    """
    row, n, prices = near.row, len(near.roof), np.minimum(prices, near.roof)
    often, step, waited = known.low.copy(), np.zeros(n), 0
    best, level = Dual(-np.inf, prices, np.zeros(near.columns), often), -np.inf
    for turn in range(_TURNS):
        if turn % _LOOK == _LOOK - 1:
            if length < _SMALL and best.bound - level < _GAIN * (known.value - level):
                break
            level = best.bound
        saved = near.cost - prices[row]
        np.minimum(saved, 0, out=saved)
        worth: Vector = np.bincount(near.sites, saved, minlength=near.columns).astype(float)
        opened = known.low.copy()
        opened[_cheapest(worth, known, count)[0]] = 1
        bound = float(prices.sum() + worth @ opened)
        often = often + _RECENT * (opened - often)
        waited = 0 if bound > best.bound else waited + 1
        if bound > best.bound:
            best = Dual(bound, prices, worth, often)
        known.bound = max(known.bound, bound)
        if known.done or (turn % 8 == 7 and known.run.over(PRICING, known.value, known.proven)):
            break
        if waited >= _PATIENCE:
            length, waited = length * _SHORTER, 0
        served = row[(saved < 0) & (opened > 0)[near.sites]]
        step = 1 - np.bincount(served, minlength=n) + _KEPT * step
        size = length * (known.value - bound) / max(float(step @ step), 1e-12)
        prices = np.clip(prices + size * step, 0, near.roof)
    return Dual(best.bound, best.prices, best.worth, often)
