"""What is known of a smallest total while it is searched for. Pure.

The best set so far, the bound, and which sites may still be open in a better one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from geomap.arrays import Index
from geomap.siting.solve.problem import AIM, Patience, Run, Vector, relative_gap

_NEARLY = 1e-4
"""Of a step: what rounding may take from a whole number, where totals are small."""


@dataclass
class Standing:
    """The best set, and what is proven.

    Parameters
    ----------
    low, high : (m,) 1 and 0 where a better set has a site open, or closed, for sure
    sites, value : the best set, None and inf while there is none
    bound : no set that is still looked at goes below
    whole : what the value is taken from, for the gap: all demand when covering, else 0
    narrowed : whether sets were left out because they cannot go below the target
    step : all values are whole multiples of it, so that a better one is lower by as much; 0 when
        they may be any number
    """

    run: Run
    low: Vector
    high: Vector
    sites: Index | None
    value: float
    whole: float = 0.0
    bound: float = -np.inf
    infeasible: bool = False
    narrowed: bool = False
    step: float = 0.0
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(self.run)

    @property
    def target(self) -> float:
        """Give the bound at which the best counts as proven."""
        gap = max(AIM * abs(self.value - self.whole), 1e-12)
        return self.value - max(gap, self._step - 2 * self._slack)

    @property
    def proven(self) -> float:
        """Give what no set at all goes below."""
        bound = min(self.bound, self.value, self.target if self.narrowed else np.inf)
        if self._step and np.isfinite(bound):
            bound = float(np.ceil((bound - self._slack) / self.step) * self.step)
        return min(bound, self.value)

    @property
    def _slack(self) -> float:
        """How far the bound of a linear programme may be off."""
        return max(_NEARLY * self.step, AIM * abs(self.value))

    @property
    def _step(self) -> float:
        """The step, where it can be told from rounding."""
        return self.step if self._slack < self.step / 4 else 0.0

    @property
    def done(self) -> bool:
        """Whether the best is proven, or good and no more worth the time."""
        if self.bound >= self.target:
            return True
        gap = relative_gap(self.value - self.whole, self.proven - self.whole)
        return self.patience.spent(gap)

    def offer(self, sites: Index, value: float) -> None:
        """Keep a set when it is the best."""
        if value < self.value:
            self.sites, self.value = sites, value

    def leave_out(self, closed: Index, opened: Index) -> bool:
        """Close and open sites for good, as no set below the target needs more; say if any."""
        before = self.high.sum() - self.low.sum()
        self.high[closed], self.low[opened] = 0, 1
        less = bool(self.high.sum() - self.low.sum() < before)
        self.narrowed |= less
        return less
