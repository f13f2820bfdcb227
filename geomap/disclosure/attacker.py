"""What a reader can work out: the interval of each withheld cell that follows from all shown.

The reader knows every number that is shown, how the cells add up, and that no count is below 0.
He does not know which cells are withheld for their own sake and which to protect those.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Flags, Floats
from geomap.disclosure.additive import CountCell, Table, linked
from geomap.siting.solve.milp import Programme, model

TINY = 1e-6
"""Persons below which two ends are the same."""
FAR = 1e10
"""Persons that no count reaches."""


def intervals(
    table: Table, hidden: Flags, *, counts_missing: bool = False, asked: Flags | None = None
) -> tuple[Floats, Floats]:
    """Work out the smallest and the largest value that each hidden cell can have.

    Parameters
    ----------
    hidden : (n,) whether a cell is withheld, besides those that the data withhold
    counts_missing : whether the reader does not know what has not been reported (未上报) and does
        not know how an estimate was made; when False he is taken to know both, since a later
        release may tell him
    asked : (n,) the cells to work out; None for the hidden ones

    Returns
    -------
    low, high : (n,) persons; infinite where there is no end, the value itself where it is known

    Notes
    -----
    Two linear programs a cell (the "audit" of Fischetti & Salazar-González 2000,
    doi:10.1287/mnsc.46.7.1008.12032), solved by HiGHS.
    """
    open_ = open_cells(table, hidden, counts_missing=counts_missing)
    below, above = reach(table, open_)
    wanted = open_ & (hidden | table.is_one_of(CountCell.WITHHELD)) if asked is None else asked
    cells = np.flatnonzero(wanted)
    signs = np.tile([-1.0, 1.0], len(cells))
    ways = farthest(table.matrix, below, above, np.repeat(cells, 2), signs)
    moved = np.abs(ways[np.arange(len(ways)), np.repeat(cells, 2)])
    low, high = table.value.copy(), table.value.copy()
    low[cells] -= moved[::2]
    high[cells] += moved[1::2]
    return low, high


def open_cells(table: Table, hidden: Flags, *, counts_missing: bool = False) -> Flags:
    """(n,) whether a reader has no number for the cell."""
    unknown = table.is_one_of(CountCell.WITHHELD, CountCell.REST)
    if counts_missing:
        unknown = unknown | table.is_one_of(CountCell.MISSING, CountCell.ESTIMATE)
    return hidden | unknown


def reach(table: Table, open_: Flags) -> tuple[Floats, Floats]:
    """Give how far below and above its value each cell can lie, before anything is added up."""
    rounded = ~table.unknown & (table.slack > 0)
    least = np.where(rounded, np.maximum(table.low, table.printed - table.slack), table.value)
    most = np.where(rounded, np.minimum(table.high, table.printed + table.slack), table.value)
    low, high = np.where(open_, table.low, least), np.where(open_, table.high, most)
    return np.maximum(table.value - low, 0.0), np.maximum(high - table.value, 0.0)


def farthest(
    system: Any,
    below: Floats,
    above: Floats,
    cells: NDArray[np.int64],
    signs: Floats,
    far: float = np.inf,
) -> Floats:
    """Work out how far cells can move, each by itself, while all others may follow.

    Parameters
    ----------
    system : (m, n) sparse array, the relations
    below, above : (n,) how far each cell can move from its value
    cells, signs : (q,) which cell, and whether up (1) or down (−1)
    far : what is far enough

    Returns
    -------
    (q, n) how all cells move then; the cell itself infinitely when there is no end and ``far`` is
    none

    Notes
    -----
    Only what can move and is linked to the cell is looked at: most of a table stands still.
    """
    ways = np.zeros((len(cells), len(below)))
    for block in linked(system, _loose(system, below, above)):
        at = np.flatnonzero(np.isin(cells, block))
        if len(at):
            part = system[:, block]
            part = part[np.diff(part.indptr) > 0]
            place = np.searchsorted(block, cells[at])
            ways[np.ix_(at, block)] = programs(
                part, below[block], above[block], place, signs[at], far
            )[0]
    return ways


def _loose(system: Any, below: Floats, above: Floats) -> Flags:
    """(n,) which cells can move at all: one stands still when all others of a relation do."""
    loose = (below > 0) | (above > 0)
    named = (system != 0).astype(float)
    while True:
        alone = (named @ loose == 1).astype(float)
        held = loose & (named.T @ alone > 0)
        if not held.any():
            return loose
        loose = loose & ~held


def programs(
    system: Any,
    below: Floats,
    above: Floats,
    cells: NDArray[np.int64],
    signs: Floats,
    far: float,
) -> tuple[Floats, Floats]:
    """Solve the linear program of each cell, all of one block.

    Returns
    -------
    ways : as from ``farthest``
    reduced : (q, n) reduced costs of all cells, from the dual

    Notes
    -----
    One model, of which each program changes the objective and the end of one cell only: HiGHS
    goes on from the last solution, which takes a sixth of the time of a fresh start.
    """
    import highspy
    from scipy.sparse import csc_array

    alone = np.where(signs > 0, above[cells], below[cells])
    objective = np.zeros((len(cells), len(below)))
    objective[np.arange(len(cells)), cells] = -signs
    if not system.shape[0]:
        return -objective * np.minimum(alone, far)[:, None], objective
    none, nothing = np.zeros(system.shape[0]), np.zeros(len(below))
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        solver.setOptionValue(name, value)
    solver.passModel(
        model(Programme(nothing, csc_array(system), none, none, -below, above, nothing))
    )
    ways, reduced = np.empty_like(objective), np.empty_like(objective)
    # With an end far out each program has a solution; who gets there has no end of his own.
    ends = np.minimum(alone, min(far, FAR))
    asked = zip(cells.tolist(), signs.tolist(), ends.tolist(), strict=True)
    for number, (cell, sign, end) in enumerate(asked):
        solver.changeColCost(cell, -sign)
        solver.changeColBounds(cell, min(sign * end, 0.0), max(sign * end, 0.0))
        solver.run()
        found = solver.getSolution()
        ways[number], reduced[number] = found.col_value, found.col_dual
        solver.changeColCost(cell, 0.0)
        solver.changeColBounds(cell, -below[cell], above[cell])
    at = np.arange(len(cells)), cells
    moved = np.abs(ways[at])
    ways[at] = signs * np.where(moved >= ends * (1 - 1e-9), np.minimum(alone, far), moved)
    return ways, reduced
