"""What a reader can work out: the interval of each withheld cell that follows from all shown.

The reader knows every number that is shown, how the cells add up, and that no count is below 0.
He does not know which cells are withheld for their own sake and which to protect those.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geomap.additive import Cell, Flags, Floats, Table

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
    wanted = open_ & (hidden | table.is_one_of(Cell.WITHHELD)) if asked is None else asked
    low, high = table.value.copy(), table.value.copy()
    for block in table.blocks((below > 0) | (above > 0)):
        asked_here = np.flatnonzero(wanted[block])
        if len(asked_here):
            system = table.matrix[:, block]
            system = system[np.diff(system.indptr) > 0]
            for position in asked_here.tolist():
                cell = block[position]
                low[cell] -= farthest(system, below[block], above[block], position, -1)
                high[cell] += farthest(system, below[block], above[block], position, 1)
    return low, high


def open_cells(table: Table, hidden: Flags, *, counts_missing: bool = False) -> Flags:
    """(n,) whether a reader has no number for the cell."""
    unknown = table.is_one_of(Cell.WITHHELD, Cell.REST)
    if counts_missing:
        unknown = unknown | table.is_one_of(Cell.MISSING, Cell.ESTIMATE)
    return hidden | unknown


def reach(table: Table, open_: Flags) -> tuple[Floats, Floats]:
    """Give how far below and above its value each cell can lie, before anything is added up."""
    below = np.maximum(table.value - table.low, 0.0)
    above = np.maximum(table.high - table.value, 0.0)
    return (
        np.where(open_, below, np.minimum(below, table.slack)),
        np.where(open_, above, np.minimum(above, table.slack)),
    )


def farthest(system: Any, below: Floats, above: Floats, position: int, sign: int) -> float:
    """Give how far one cell can move up (1) or down (−1), infinite when there is no end.

    Parameters
    ----------
    system : (m, n) sparse array, the relations among the cells that can move
    below, above : (n,) how far each can move by itself
    """
    from scipy.optimize import linprog

    alone = float(above[position] if sign > 0 else below[position])
    if not system.shape[0] or not alone:
        return alone
    objective = np.zeros(len(below))
    objective[position] = -sign
    # With an end far out the program always has a solution; who gets there has no end.
    end = min(alone, FAR)
    bounds = np.column_stack([-below, above])
    bounds[position] = (0.0, end) if sign > 0 else (-end, 0.0)
    found = linprog(
        objective, A_eq=system, b_eq=np.zeros(system.shape[0]), bounds=bounds, method="highs"
    )
    moved = float(-found.fun)
    return alone if moved >= end * (1 - 1e-9) else moved
