"""What is known of a smallest total while it is searched for. Pure.

The best set so far, the bound, and which sites may still be open in a better one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geomap.locations import Index, Run, Vector

_PART = 0.99
"""Of the gap asked for: rounding shall not leave an answer short of it."""


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

    @property
    def target(self) -> float:
        """Give the bound at which the best counts as proven."""
        gap = _PART * self.run.effort.gap * abs(self.value - self.whole)
        return self.value - max(gap, 1e-12)

    @property
    def proven(self) -> float:
        """Give what no set at all goes below."""
        return min(self.bound, self.value, self.target if self.narrowed else np.inf)

    @property
    def done(self) -> bool:
        """Whether the best is proven."""
        return self.bound >= self.target

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
