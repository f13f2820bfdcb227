"""How well a set of withheld cells hides what must be hidden, and what would hide it better.

One block of linked cells at a time. A reader can move a withheld cell as far as other withheld
cells can move against it; each program that finds too short a way also says, by its dual, which
cells would lengthen it (a cut), and a cheapest way tells which cells to withhold next (a repair).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Flags, Floats
from geomap.disclosure.attacker import farthest, programs

ENOUGH = 1e-6
"""Persons that a way may fall short of what is asked, for the solver's tolerance."""
_NUDGE = 1e-4
_WIDE = 10.0
_SAME = ENOUGH / 10
_AT_ONCE = 10
_KEPT = 100


class Need(NamedTuple):
    """What must hold for a cell: it can lie so far up, so far down, in so wide an interval."""

    cell: int
    up: float
    down: float
    width: float
    only_if_withheld: bool = False

    def is_met(self, up: float, down: float) -> bool:
        """Whether it is enough that the cell can move so far up and so far down."""
        return min(up - self.up, down - self.down, up + down - self.width) >= -ENOUGH


class Cut(NamedTuple):
    """``weights @ withheld >= least``, which every sufficient choice of cells keeps."""

    weights: Floats
    least: float


@dataclass(frozen=True, eq=False)
class LinkedBlock:
    """Cells that relations link.

    Parameters
    ----------
    system : (m, n) sparse array, the relations
    below, above : (n,) how far each cell can lie from its value when it is withheld
    shown_below, shown_above : (n,) the same when it is shown: 0, or what its rounding leaves
    fixed : (n,) whether it has no number in any case
    eligible : (n,) whether it may be withheld to protect others
    cost : (n,) information lost when it is withheld
    needs : what must hold
    protection : persons, what a cell that is withheld to protect others needs in width
    ways : (q, n) arrays, how all cells moved in the programs so far: tried before another one
    """

    system: Any
    below: Floats
    above: Floats
    shown_below: Floats
    shown_above: Floats
    fixed: Flags
    eligible: Flags
    cost: Floats
    needs: tuple[Need, ...]
    protection: float
    ways: list[Floats] = field(default_factory=list)

    def lost(self, withheld: Flags) -> float:
        """Sum the information lost."""
        return float(self.cost[withheld & self.eligible].sum())

    def short(self, withheld: Flags, *, firstly: bool = False) -> list[Need]:
        """Give the needs that a choice of cells does not meet.

        ``firstly``: those of cells that only protect others are looked at when the rest are met.
        """
        lacking = self._unmet(self.needs, withheld)
        if lacking and firstly:
            return lacking
        helpers = np.flatnonzero(withheld & self.eligible & ~self.fixed).tolist()
        asked = [Need(cell, 0.0, 0.0, self.protection, True) for cell in helpers]
        return lacking + self._unmet(asked, withheld)

    def cuts(self, needs: Sequence[Need], withheld: Floats) -> list[Cut]:
        """Give the cuts that a choice, whole or in parts, violates for some needs."""
        cells = np.repeat([need.cell for need in needs], 2)
        far = np.array([[need.up or need.width, need.down or need.width] for need in needs])
        pairs = zip(needs, self._cuts(cells, far.ravel(), withheld), strict=True)
        return [
            cut
            for need, (up, down) in pairs
            for cut in self._joined(need, up, down)
            if cut.least - cut.weights @ withheld > ENOUGH
        ]

    def repaired(self, withheld: Flags) -> Flags | None:
        """Withhold further cells until all needs are met; None when that cannot be.

        Notes
        -----
        A cheapest way for each need in turn, as a linear program: the usual heuristic for
        complementary suppression (Kelly, Golden & Assad 1992, doi:10.1002/net.3230220407).
        """
        chosen = withheld | self.fixed
        if self._unmet(self.needs, chosen | self.eligible):
            return None
        for _ in range(len(chosen)):
            lacking = self.short(chosen, firstly=True)
            if not lacking:
                return chosen
            for need in lacking:
                if self._unmet([need], chosen):
                    way = self._cheapest_way(need, chosen)
                    if way is None:
                        return None
                    chosen = chosen | way
        return None

    def thinned(self, withheld: Flags, most: int = 4000) -> Flags:
        """Show again what is not needed, the dearest first, unless that is too much work."""
        helpers = np.flatnonzero(withheld & self.eligible)
        if len(helpers) * (len(self.needs) + len(helpers)) > most:
            return withheld
        for cell in helpers[np.argsort(-self.cost[helpers], kind="stable")]:
            fewer = withheld.copy()
            fewer[cell] = False
            if not self.short(fewer, firstly=True):
                withheld = fewer
        return withheld

    def _ends(self, withheld: Floats) -> tuple[Floats, Floats]:
        most = _WIDE * max(self.protection, *(max(need[1:4]) for need in self.needs), 1.0)
        below, above = np.minimum(self.below, most), np.minimum(self.above, most)
        low, high = np.minimum(below, self.shown_below), np.minimum(above, self.shown_above)
        return low + (below - low) * withheld, high + (above - high) * withheld

    def _unmet(self, needs: Sequence[Need], withheld: Flags) -> list[Need]:
        if not needs:
            return []
        below, above = self._ends((withheld | self.fixed).astype(float))
        left = self._not_known(needs, below, above)
        lacking: list[Need] = []
        while left:
            some = left[:_AT_ONCE]
            cells = np.repeat([need.cell for need in some], 2)
            signs = np.tile([1.0, -1.0], len(some))
            most = max(max(need[1:4]) for need in needs)
            ways = farthest(self.system, below, above, cells, signs, most)
            moved = np.abs(ways[np.arange(len(ways)), cells])
            ends = zip(some, moved[::2], moved[1::2], strict=True)
            lacking += [need for need, up, down in ends if not need.is_met(up, down)]
            self.ways[:] = [*self.ways[-_KEPT:], ways]
            left = self._not_known(left[_AT_ONCE:], below, above)
        return lacking

    def _not_known(self, needs: Sequence[Need], below: Floats, above: Floats) -> list[Need]:
        """Leave out the needs that some way found before meets: most choices differ little."""
        ways = np.concatenate(self.ways) if self.ways else np.zeros((1, len(below)))
        ways = np.concatenate([ways, -ways])
        ways = ways[((ways <= above + _SAME) & (ways >= -below - _SAME)).all(axis=1)]
        up, down = ways.max(axis=0, initial=0.0), -ways.min(axis=0, initial=0.0)
        return [need for need in needs if not need.is_met(up[need.cell], down[need.cell])]

    def _cuts(
        self, cells: NDArray[np.int64], far: Floats, withheld: Floats
    ) -> list[tuple[Cut, Cut]]:
        """Give for each cell what bounds its way up and its way down."""
        # A little room everywhere makes the dual prefer cuts with few cells.
        share = np.where(self.eligible, withheld, 0.0)
        share[self.fixed] = 1.0
        below, above = self._ends(share)
        room = np.where(self.eligible, _NUDGE, 0.0)
        signs = np.tile([1.0, -1.0], len(cells) // 2)
        reduced = programs(self.system, below + room, above + room, cells, signs, far.max())[1]
        least_below, least_above = self._ends(np.zeros(len(share)))
        most_below, most_above = self._ends(np.ones(len(share)))
        rise, fall = np.maximum(-reduced, 0.0), np.maximum(reduced, 0.0)
        shown = rise @ least_above + fall @ least_below
        weights = rise * (most_above - least_above) + fall * (most_below - least_below)
        cuts = [Cut(one, end) for one, end in zip(weights, far - shown, strict=True)]
        return list(zip(cuts[::2], cuts[1::2], strict=True))

    def _joined(self, need: Need, up: Cut, down: Cut) -> list[Cut]:
        if need.width > 0:
            both = Cut(up.weights + down.weights, up.least + down.least - need.width)
            return [self._tightened(need, both)]
        asked = [(up, need.up), (down, need.down)]
        return [self._tightened(need, cut) for cut, far in asked if far > 0]

    def _tightened(self, need: Need, cut: Cut) -> Cut:
        """Count what has no number anyway, and give no cell more weight than is asked for."""
        least = cut.least - float(cut.weights[self.fixed].sum())
        weights = np.where(self.eligible & ~self.fixed, cut.weights, 0.0)
        weights = np.minimum(weights, max(least, 0.0))
        if need.only_if_withheld:
            weights[need.cell] = -max(least, 0.0)
            return Cut(weights, 0.0)
        return Cut(weights, least)

    def _cheapest_way(self, need: Need, withheld: Flags) -> Flags | None:
        ways = [(1, max(need.up, need.width)), (-1, need.down)]
        found = np.zeros(len(withheld), dtype=bool)
        for sign, far in ways:
            way = self._cheapest(need.cell, sign * far, withheld | found) if far > 0 else found
            if way is None and need.width > 0:
                way = self._cheapest(need.cell, -need.width, withheld | found)
            if way is None:
                return None
            found = found | way
        return found

    def _cheapest(self, cell: int, move: float, withheld: Flags) -> Flags | None:
        from scipy.optimize import linprog
        from scipy.sparse import hstack

        below, above = self._ends((withheld | self.eligible).astype(float))
        if not -below[cell] <= move <= above[cell]:
            return None
        cost = np.where(withheld | ~self.eligible, 0.0, self.cost)
        ends = np.r_[above, below]
        least = np.zeros(len(ends))
        place = cell if move > 0 else cell + len(below)
        ends[[cell, cell + len(below)]] = 0.0
        ends[place] = least[place] = abs(move)
        found = linprog(
            np.r_[cost, cost],
            A_eq=hstack([self.system, -self.system]),
            b_eq=np.zeros(self.system.shape[0]),
            bounds=np.column_stack([least, ends]),
            method="highs",
        )
        if found.x is None:
            return None
        moved = found.x[: len(below)] + found.x[len(below) :] > ENOUGH
        way: Flags = moved & self.eligible
        return way


def merged(cuts: Sequence[Cut]) -> tuple[Floats, Floats]:
    """Give cuts as a matrix and its right side."""
    return np.array([cut.weights for cut in cuts]), np.array([cut.least for cut in cuts])
