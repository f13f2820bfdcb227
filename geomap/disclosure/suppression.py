"""Which cells to withhold: the small counts, and the fewest further ones that keep them hidden.

In: a ``Table``. Out: a ``Suppression``, which an attacker (``disclosure.attacker``) has tried.
The choice is the integer program of Fischetti & Salazar-González 2000
(doi:10.1287/mnsc.46.7.1008.12032): a master over the cells, cuts from the attacker's duals, both
solved by HiGHS through SciPy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from geomap.arrays import Flags, Floats
from geomap.disclosure.additive import CountCell, Key, Table
from geomap.disclosure.attacker import TINY, intervals, open_cells, reach
from geomap.disclosure.protection import ENOUGH, Cut, LinkedBlock, Need, merged
from geomap.model.audience import Cost as Cost
from geomap.model.audience import Threshold as Threshold

_ROUNDS = 25
_ROUND = 20
"""Nodes that one round of the search counts beside its own: for the cuts that it looks for."""


@dataclass(frozen=True)
class Suppression:
    """What is withheld and how well that hides.

    Parameters
    ----------
    primary : cells that are withheld for their own sake
    complementary : cells that are withheld to protect others
    implied : cells that nobody reported, yet that would follow, and are a small count
    intervals : persons, what a reader can work out for each cell that is withheld or implied
    method : "none" (nothing to hide), "optimal" or "heuristic"
    lost : information lost by the complementary cells; ``bound`` is the least that is possible
    relies_on : cells whose absence the protection relies on (未上报, 估算): a later release that
        gives them may give away what is hidden now; estimates that were made from withheld counts
        are withheld
    disclosed : small counts that an earlier publication showed already
    exposed : cells that nothing that can be withheld would hide; empty, or do not publish
    """

    primary: frozenset[Key] = frozenset()
    complementary: frozenset[Key] = frozenset()
    implied: frozenset[Key] = frozenset()
    intervals: Mapping[Key, tuple[float, float]] = field(default_factory=dict)
    method: str = "none"
    lost: float = 0.0
    bound: float = 0.0
    relies_on: frozenset[Key] = frozenset()
    disclosed: frozenset[Key] = frozenset()
    exposed: frozenset[Key] = frozenset()

    @property
    def withheld(self) -> frozenset[Key]:
        """All cells that are not to be shown."""
        return self.primary | self.complementary


@dataclass(frozen=True, slots=True)
class _Choice:
    withheld: Flags
    bound: float
    optimal: bool


class _Asked(NamedTuple):
    """What must be hidden for itself, what because it follows, and what was shown before."""

    primary: Flags
    implied: Flags
    known: Flags


@dataclass(slots=True)
class _Found:
    """What the blocks gave so far, by position in the table."""

    withheld: Flags
    relied: Flags
    lost: float = 0.0
    bound: float = 0.0
    optimal: bool = True


def suppress(
    table: Table,
    rules: Threshold | None = None,
    *,
    disclosed: Collection[Key] = (),
    made_from: Mapping[Key, Collection[Key]] | None = None,
) -> Suppression:
    """Choose what to withhold.

    Parameters
    ----------
    disclosed : cells that an earlier publication showed; to withhold them would protect nothing
    made_from : estimate → the counts that it was worked out from; one that is not there may have
        been worked out from any

    Notes
    -----
    A reader may learn later what has not been reported, and can redo an estimate: neither is
    relied on as long as there is a solution without (see ``Suppression.relies_on``). Where there
    is none, an estimate that was made from withheld counts is withheld; another is a function of
    what is shown and tells nothing more.
    """
    rules = rules or Threshold()
    primary = _primary(table, rules)
    implied = _implied(table, rules)
    earlier = set(disclosed)
    known = np.array([key in earlier for key in table.keys], dtype=bool)
    required = (primary | implied | table.is_one_of(CountCell.WITHHELD)) & ~known
    if not (required | primary).any():
        return Suppression()
    found = _Found(required.copy(), np.zeros_like(required))
    for cells in table.blocks(np.ones_like(required)):
        if required[cells].any():
            _solve(table, cells, required, known, rules, found)
    asked = _Asked(primary, implied, known)
    return _result(table, rules, asked, found, made_from or {})


def is_protected(
    value: float, low: float, high: float, rules: Threshold, floor: float = 0.0
) -> bool:
    """Whether an interval hides a value as well as the rules ask."""
    if rules.sliding or np.isnan(value):
        return high - low >= rules.asked - ENOUGH
    bottom = max(value - rules.asked, floor)
    return low <= bottom + ENOUGH and high >= value + rules.asked - ENOUGH


def _primary(table: Table, rules: Threshold) -> Flags:
    small = (table.printed > 0) & (table.printed < rules.threshold)
    if not rules.show_zero:
        small = small | (table.printed == 0)
    return small & table.is_one_of(CountCell.SHOWN)


def _implied(table: Table, rules: Threshold) -> Flags:
    """Find missing cells that follow from what is shown, and are small."""
    none = np.zeros(len(table.keys), dtype=bool)
    small = (table.value > TINY) & (table.value < rules.threshold)
    asked = small & table.is_one_of(CountCell.MISSING)
    if not asked.any():
        return none
    low, high = intervals(table, none, counts_missing=True, asked=asked)
    return asked & (high - low < TINY)


def _solve(
    table: Table,
    cells: np.ndarray[tuple[int], np.dtype[np.int64]],
    required: Flags,
    known: Flags,
    rules: Threshold,
    found: _Found,
) -> None:
    """Solve one block, at first without relying on zeros or on what is missing."""
    part = table.take(cells)
    for loose, zeros in ((False, False), (False, True), (True, False), (True, True)):
        block = _block(part, required[cells], known[cells], rules, loose=loose, zeros=zeros)
        start = block.repaired(required[cells])
        if start is not None:
            choice = _choose(block, block.thinned(start), rules.most_nodes)
            found.withheld[cells] = choice.withheld & (block.eligible | required[cells])
            found.lost += block.lost(choice.withheld)
            found.bound += choice.bound
            found.optimal &= choice.optimal
            break
    else:
        found.withheld[cells] = required[cells] | (part.is_one_of(CountCell.SHOWN) & ~known[cells])
        found.optimal = False
    if loose:
        found.relied[cells] = (
            part.is_one_of(CountCell.MISSING, CountCell.ESTIMATE) & ~required[cells]
        )


def _block(
    table: Table, required: Flags, known: Flags, rules: Threshold, *, loose: bool, zeros: bool
) -> LinkedBlock:
    fixed = open_cells(table, required, counts_missing=loose) & ~known
    below, above = reach(table, np.ones_like(required))
    shown_below, shown_above = reach(table, np.zeros_like(required))
    shown = table.is_one_of(CountCell.SHOWN) & ~required & ~known
    eligible = shown if zeros else shown & (np.abs(table.printed) > TINY)
    return LinkedBlock(
        system=table.matrix,
        below=below,
        above=above,
        shown_below=shown_below,
        shown_above=shown_above,
        fixed=fixed,
        eligible=eligible,
        cost=_cost(_truth(table), rules.cost),
        needs=tuple(_need(table, cell, rules) for cell in np.flatnonzero(required).tolist()),
        protection=rules.asked,
    )


def _need(table: Table, cell: int, rules: Threshold) -> Need:
    if rules.sliding or table.cell[cell] == CountCell.WITHHELD:
        return Need(cell, 0.0, 0.0, rules.asked)
    value, truth = float(table.value[cell]), float(_truth(table)[cell])
    floor = max(truth - rules.asked, float(table.low[cell]))
    return Need(cell, max(truth + rules.asked - value, 0.0), max(value - floor, 0.0), 0.0)


def _truth(table: Table) -> Floats:
    """Give the numbers to be hidden: as printed, or as they follow where nobody reported."""
    return np.where(np.isnan(table.printed), table.value, table.printed)


def _cost(value: Floats, cost: Cost) -> Floats:
    people = np.abs(value)
    if cost is Cost.PEOPLE:
        return np.maximum(people, 1.0)
    return np.log1p(np.maximum(people, 1.0)) if cost is Cost.LOG else np.ones_like(people)


def _choose(block: LinkedBlock, start: Flags, nodes: int) -> _Choice:
    """Find the cheapest choice, or the best one known when so many nodes have been searched."""
    best, bound = start, 0.0
    cuts = _relaxed(block) if nodes > 0 else []
    while nodes > 0:
        master = _master(block, cuts, nodes)
        nodes, bound = nodes - _ROUND - master.nodes, master.bound
        if bound >= block.lost(best) - 1e-6:
            return _Choice(best, block.lost(best), optimal=True)
        if master.withheld is None:
            break
        lacking = block.short(master.withheld, firstly=True)
        if not lacking:
            return _Choice(master.withheld, block.lost(master.withheld), optimal=True)
        fresh = block.cuts(lacking, master.withheld.astype(float))
        better = block.repaired(master.withheld)
        if better is not None:
            better = block.thinned(better, most=400)
            best = min(best, better, key=block.lost)
        if not fresh:
            break
        cuts += fresh
    return _Choice(best, min(bound, block.lost(best)), optimal=False)


def _relaxed(block: LinkedBlock) -> list[Cut]:
    """Gather cuts at choices in parts, where a linear program is enough."""
    from scipy.optimize import linprog

    cuts: list[Cut] = []
    share = np.zeros(len(block.cost))
    for _ in range(_ROUNDS):
        fresh = block.cuts(block.needs, share)
        if not fresh:
            break
        cuts += fresh
        weights, least = merged(cuts)
        ends = np.column_stack([np.zeros(len(share)), block.eligible.astype(float)])
        found = linprog(block.cost, A_ub=-weights, b_ub=-least, bounds=ends, method="highs")
        if found.x is None:
            break
        share = np.clip(found.x, 0.0, 1.0)
    return cuts


class _Master(NamedTuple):
    """The cheapest choice that keeps all cuts, None when not proven; the least cost; the work."""

    withheld: Flags | None
    bound: float
    nodes: int


def _master(block: LinkedBlock, cuts: list[Cut], nodes: int) -> _Master:
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not cuts:
        return _Master(block.fixed.copy(), 0.0, 0)
    weights, least = merged(cuts)
    found = milp(
        np.where(block.eligible, block.cost, 0.0),
        integrality=np.ones(len(block.cost)),
        bounds=Bounds(0, block.eligible.astype(float)),
        constraints=LinearConstraint(weights, least - 1e-7, np.inf),
        options={"node_limit": nodes, "mip_rel_gap": 1e-6},
    )
    bound = 0.0 if found.mip_dual_bound is None else float(found.mip_dual_bound)
    done = found.x is not None and found.status == 0
    withheld = (found.x > 0.5) | block.fixed if done else None
    return _Master(withheld, bound, int(found.mip_node_count or 0))


def _result(
    table: Table,
    rules: Threshold,
    asked: _Asked,
    found: _Found,
    made_from: Mapping[Key, Collection[Key]],
) -> Suppression:
    primary, implied, known = asked
    hidden = (found.withheld | primary | implied) & ~known
    estimates = _telling(
        table, found.relied & table.is_one_of(CountCell.ESTIMATE), hidden, made_from
    )
    hidden = hidden | estimates
    low, high = intervals(table, hidden | found.relied)
    at = np.flatnonzero((hidden & ~estimates) | table.is_one_of(CountCell.WITHHELD)).tolist()
    truth = np.where(primary | implied, _truth(table), np.nan)
    exposed = [
        table.keys[cell]
        for cell in at
        if not is_protected(truth[cell], low[cell], high[cell], rules, table.low[cell])
    ]
    counted = table.is_one_of(CountCell.SHOWN, CountCell.ESTIMATE)
    return Suppression(
        primary=_keys(table, primary),
        complementary=_keys(table, hidden & counted & ~primary),
        implied=_keys(table, implied),
        intervals={table.keys[cell]: (float(low[cell]), float(high[cell])) for cell in at},
        method="optimal" if found.optimal else "heuristic",
        lost=found.lost,
        bound=found.bound,
        relies_on=_keys(table, found.relied & ~hidden),
        disclosed=_keys(table, primary & known),
        exposed=frozenset(exposed),
    )


def _telling(
    table: Table, estimates: Flags, hidden: Flags, made_from: Mapping[Key, Collection[Key]]
) -> Flags:
    """(n,) which estimates were made from hidden counts, as far as that is known."""
    gone = _keys(table, hidden)
    telling = estimates.copy()
    for cell in np.flatnonzero(estimates).tolist():
        parts = made_from.get(table.keys[cell])
        telling[cell] = parts is None or not gone.isdisjoint(parts)
    return telling


def _keys(table: Table, chosen: Flags) -> frozenset[Key]:
    return frozenset(table.keys[cell] for cell in np.flatnonzero(chosen))
