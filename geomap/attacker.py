"""What a reader can work out: the interval of each withheld cell that follows from all shown.

The reader knows every number that is shown, how the cells add up, and that no count is below 0.
He does not know which cells are withheld for their own sake and which to protect those.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.additive import Cell, Flags, Floats, Table

TINY = 1e-6
"""Persons below which two ends are the same."""
FAR = 1e10
"""Persons that no count reaches."""
_COLUMNS = 4000


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
            cells = np.repeat(asked_here, 2)
            signs = np.tile([-1.0, 1.0], len(asked_here))
            moved = farthest(system, below[block], above[block], cells, signs)[0]
            low[block[asked_here]] -= moved[::2]
            high[block[asked_here]] += moved[1::2]
    return low, high


def open_cells(table: Table, hidden: Flags, *, counts_missing: bool = False) -> Flags:
    """(n,) whether a reader has no number for the cell."""
    unknown = table.is_one_of(Cell.WITHHELD, Cell.REST)
    if counts_missing:
        unknown = unknown | table.is_one_of(Cell.MISSING, Cell.ESTIMATE)
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
) -> tuple[Floats, Floats]:
    """Work out how far cells can move, each by itself, while all others may follow.

    Parameters
    ----------
    system : (m, n) sparse array, the relations
    below, above : (n,) how far each cell can move from its value
    cells, signs : (q,) which cell, and whether up (1) or down (−1)
    far : what is far enough

    Returns
    -------
    moved : (q,) how far, infinite when there is no end and ``far`` is none
    reduced : (q, n) reduced costs of all cells, from the dual

    Notes
    -----
    Many small programs are handed to the solver as one, side by side: to set one up takes longer
    than to solve it.
    """
    at_once = max(_COLUMNS // max(len(below), 1), 1)
    moved, reduced = [np.empty(0)], [np.empty((0, len(below)))]
    for first in range(0, len(cells), at_once):
        chosen = slice(first, first + at_once)
        some, costs = _side_by_side(system, below, above, cells[chosen], signs[chosen], far)
        moved.append(some)
        reduced.append(costs)
    return np.concatenate(moved), np.concatenate(reduced)


def _side_by_side(
    system: Any,
    below: Floats,
    above: Floats,
    cells: NDArray[np.int64],
    signs: Floats,
    far: float,
) -> tuple[Floats, Floats]:
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, kron

    count, size = len(cells), len(below)
    programs = np.arange(count)
    alone = np.where(signs > 0, above[cells], below[cells])
    # With an end far out each program has a solution; who gets there has no end of his own.
    ends = np.minimum(alone, min(far, FAR))
    low, high = np.tile(-below, (count, 1)), np.tile(above, (count, 1))
    low[programs, cells] = np.where(signs > 0, 0.0, -ends)
    high[programs, cells] = np.where(signs > 0, ends, 0.0)
    objective = np.zeros((count, size))
    objective[programs, cells] = -signs
    if not system.shape[0]:
        return np.minimum(alone, far), objective
    relations = kron(eye_array(count), system, format="csr")
    found = linprog(
        objective.ravel(),
        A_eq=relations,
        b_eq=np.zeros(relations.shape[0]),
        bounds=np.column_stack([low.ravel(), high.ravel()]),
        method="highs",
    )
    moved = np.abs(found.x.reshape(count, size)[programs, cells])
    moved = np.where(moved >= ends * (1 - 1e-9), np.minimum(alone, far), moved)
    reduced = objective - (relations.T @ found.eqlin.marginals).reshape(count, size)
    return moved, reduced
