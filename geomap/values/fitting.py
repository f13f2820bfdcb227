"""Spread whole units over shares, fit tables to their margins, round them without loss. Pure.

Largest remainder (Hamilton); iterative proportional fitting; controlled rounding of a table.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.errors import GeomapError, Text
from geomap.numbers import full

_Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]
_NEAR = 1e-6
"""A fitted cell this near to a whole number is that number."""


class EstimateError(GeomapError):
    """An estimate cannot be made; the message says why."""

    status = 422
    code = "estimate"


def largest_remainder(amount: int, weights: Sequence[float]) -> list[int]:
    """Spread whole units in proportion to weights; the sum is kept exactly.

    Each gets the whole part of its quota; what is left goes one by one to the largest fractions,
    of equal ones to the first.

    Parameters
    ----------
    amount : units to spread, not negative
    weights : not negative, not all zero

    Raises
    ------
    EstimateError : the amount or a weight is negative or no number, or all weights are zero

    Notes
    -----
    Hamilton's method, in exact fractions: no weight is too large or too small.
    """
    if amount < 0:
        raise EstimateError(f"要分摊的数 {amount} 为负", f"the amount {amount} is below zero")
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        raise EstimateError("权数为负或不是数", "a weight is below zero or no number")
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    if whole == 0:
        raise EstimateError("权数全为零", "all weights are zero")
    quotas = [amount * weight / whole for weight in exact]
    given = [math.floor(quota) for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda one: (given[one] - quotas[one], one))
    for one in order[: amount - sum(given)]:
        given[one] += 1
    return given


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted table: ``gap`` is the largest difference of a margin from what it should be."""

    table: _Matrix
    rounds: int
    gap: float
    converged: bool


def ipf(
    seed: _Matrix,
    rows: Sequence[float],
    columns: Sequence[float],
    tol: float = 1e-9,
    *,
    most_rounds: int = 1000,
) -> Fit:
    """Fit a table to its margins by scaling rows and columns in turn.

    Parameters
    ----------
    seed : (n, m) array, not negative; what is zero stays zero
    rows, columns : the n and m sums that the table shall have, not negative
    tol : how far a margin may be off, as a share of the table's total

    Returns
    -------
    Fit, with ``converged`` False when ``most_rounds`` were not enough (zeros in the seed may make
    the margins impossible)

    Raises
    ------
    EstimateError : the margins do not have the same sum (both are named), a number is negative or
        none, the shapes differ, or a row or column to be filled has only zeros

    Notes
    -----
    Deming & Stephan 1940, doi:10.1214/aoms/1177731829. The result keeps the seed's odds ratios.
    """
    table = np.array(seed, dtype=np.float64)
    r, c = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    total = _same_total(table, r, c)
    if total == 0:
        return Fit(np.zeros_like(table), 0, 0.0, True)
    _fillable(table, r, Text("行", "row"), axis=1)
    _fillable(table, c, Text("列", "column"), axis=0)
    gap = math.inf
    for done in range(1, most_rounds + 1):
        table *= _scale(r, table.sum(axis=1))[:, None]
        table *= _scale(c, table.sum(axis=0))[None, :]
        gap = float(np.abs(table.sum(axis=1) - r).max())
        if gap <= tol * total:
            return Fit(table, done, gap, True)
    return Fit(table, most_rounds, gap, False)


def _same_total(table: _Matrix, rows: _Matrix, columns: _Matrix) -> float:
    if table.shape != (len(rows), len(columns)):
        raise EstimateError(
            f"表为 {table.shape}，合计为 {len(rows)} 行 {len(columns)} 列",
            f"the table is {table.shape}, the margins {len(rows)} by {len(columns)}",
        )
    for numbers in (table, rows, columns):
        if not (np.isfinite(numbers) & (numbers >= 0)).all():
            raise EstimateError("有负数或不是数", "a number is below zero or none")
    by_rows, by_columns = math.fsum(rows), math.fsum(columns)
    if abs(by_rows - by_columns) > _NEAR * max(by_rows, by_columns):
        raise EstimateError(
            f"两边合计不一致：各行合计 {full(by_rows)}，各列合计 {full(by_columns)}",
            f"the margins disagree: the rows sum to {full(by_rows)}, "
            f"the columns to {full(by_columns)}",
        )
    return by_rows


def _fillable(table: _Matrix, margin: _Matrix, noun: Text, *, axis: int) -> None:
    stuck = np.flatnonzero((table.sum(axis=axis) == 0) & (margin > 0))
    if len(stuck):
        place = int(stuck[0])
        raise EstimateError(
            f"第 {place + 1} {noun.zh}的权数全为零，合计却是 {full(margin[place])}",
            f"{noun.en} {place + 1} has only zeros, yet shall sum to {full(margin[place])}",
        )


def _scale(wanted: _Matrix, found: _Matrix) -> _Matrix:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


@dataclass(frozen=True, slots=True)
class Rounded:
    """A table of whole units; ``kept`` whether both margins hold, ``text`` says where they fail."""

    table: Whole
    kept: bool
    text: Text


def round_table(table: _Matrix, rows: Sequence[int], columns: Sequence[int]) -> Rounded:
    """Round each cell up or down so that rows and columns sum to whole margins.

    Rows are rounded by largest remainder; then, along chains of columns, units are moved within
    rows until the columns hold too. For a table that has the margins there always is such a
    rounding (Causey, Cox & Ernst 1985, doi:10.1080/01621459.1985.10478195), and the chains find it.
    Zero cells stay zero.

    Parameters
    ----------
    table : (n, m) array whose margins are ``rows`` and ``columns``
    """
    near = np.rint(table)
    settled = np.abs(table - near) <= _NEAR * np.maximum(1, np.abs(table))
    floor = np.where(settled, near, np.floor(table)).astype(np.int64)
    part = np.where(settled, 0.0, table - floor)
    up = np.zeros(table.shape, dtype=bool)
    for place, wanted in enumerate(rows):
        free = np.flatnonzero(part[place] > 0)
        ranked = free[np.argsort(-part[place][free], kind="stable")]
        up[place, ranked[: max(0, int(wanted) - int(floor[place].sum()))]] = True
    _fix_columns(floor, part, up, np.asarray(columns, dtype=np.int64))
    made = floor + up
    off = (
        np.abs(made.sum(axis=1) - rows).max(initial=0),
        np.abs(made.sum(axis=0) - columns).max(initial=0),
    )
    if not any(off):
        return Rounded(made, True, Text("行列合计都保持", "both margins are kept"))
    return Rounded(
        made,
        False,
        Text(
            f"取整后行合计最多差 {off[0]}，列合计最多差 {off[1]}",
            f"after rounding rows are off by up to {off[0]}, columns by up to {off[1]}",
        ),
    )


def _fix_columns(floor: Whole, part: _Matrix, up: NDArray[np.bool_], columns: Whole) -> None:
    """Move rounded-up units from columns with too many to columns with too few."""
    while True:
        excess = (floor + up).sum(axis=0) - columns
        chain = _chain(part, up, excess)
        if chain is None:
            return
        for row, source, target in chain:
            up[row, source], up[row, target] = False, True


def _chain(
    part: _Matrix, up: NDArray[np.bool_], excess: Whole
) -> list[tuple[int, int, int]] | None:
    """Find the shortest chain of moves from a column with too many to one with too few."""
    came: dict[int, tuple[int, int]] = {}
    starts = [int(one) for one in np.flatnonzero(excess > 0)]
    waiting, seen = deque(starts), set(starts)
    free = (part > 0) & ~up
    while waiting:
        source = waiting.popleft()
        # What it costs, row by row, to round up in each column instead of in this one.
        cost = np.where(up[:, [source]] & free, part[:, [source]] - part, np.inf)
        best = cost.argmin(axis=0)
        for target in np.flatnonzero(np.isfinite(cost[best, np.arange(len(excess))])):
            if int(target) in seen:
                continue
            seen.add(int(target))
            came[int(target)] = (int(best[target]), source)
            if excess[target] < 0:
                return _traced(came, int(target))
            waiting.append(int(target))
    return None


def _traced(came: dict[int, tuple[int, int]], end: int) -> list[tuple[int, int, int]]:
    chain: list[tuple[int, int, int]] = []
    while end in came:
        row, source = came[end]
        chain.append((row, source, end))
        end = source
    return chain


def whole_units(number: Any, decimals: int) -> int:
    """Give a decimal number as whole units of its last printed digit: 43.8 with 1 → 438."""
    from geomap.numbers import exact

    scaled = exact(number).scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise EstimateError(
            f"{number} 的小数多于 {decimals} 位", f"{number} has more than {decimals} decimals"
        )
    return int(scaled)
