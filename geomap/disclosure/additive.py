"""Which counts of people add up to which: the linear system that any reader of a table knows.

In: values as in ``Atlas.values``. Out: a ``Table`` of cells, in persons, and its relations: the
areas make up the city, the parts (``part_of``) make up their total, and a ``cumulative`` count is
what it was the year before and what came since, which is not below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Flags, Floats
from geomap.model.catalog import Indicator, Status
from geomap.model.people import is_people, persons
from geomap.tables.comparability import is_joint, members

if TYPE_CHECKING:
    import pandas as pd

Key: TypeAlias = "tuple[str, str, int]"
"""Indicator, area, year."""
Relation: TypeAlias = "tuple[Key, tuple[Key, ...]]"
"""A total and what it is made of."""

CLOSES = 0.01
"""Share of a total up to which parts are taken to make it up; beyond it something is left out."""
REST = "（其余）"
SINCE = "（此后新增）"


class CountCell(StrEnum):
    """What a reader sees of a cell.

    shown: its number; estimate: a number that was computed from others, not counted; withheld:
    不予公开 in the data already; missing: 未上报; rest: a part that the table does not list, such
    as what came since the year before
    """

    SHOWN = "shown"
    ESTIMATE = "estimate"
    WITHHELD = "withheld"
    MISSING = "missing"
    REST = "rest"


@dataclass(frozen=True, eq=False)
class Table:
    """Cells and how they add up.

    Parameters
    ----------
    keys : (n,) one a cell
    cell : (n,) array of ``CountCell``
    value : (n,) persons, values that fit the relations: as printed where they do
    printed : (n,) persons, NaN where there is no number
    low, high : (n,) persons, what any reader knows beforehand: nothing is below 0
    slack : (n,) persons, half of the last printed decimal; 0 when the number is exact
    matrix : (m, n) sparse array (CSR) of 1, −1 and 0; ``matrix @ value`` is what a reader takes it
        to be: zero, or the known gap between a total and its parts
    """

    keys: tuple[Key, ...]
    cell: NDArray[np.object_]
    value: Floats
    printed: Floats
    low: Floats
    high: Floats
    slack: Floats
    matrix: Any

    @property
    def unknown(self) -> Flags:
        """(n,) whether the cell has no number of its own."""
        unknown: Flags = ~self.is_one_of(CountCell.SHOWN, CountCell.ESTIMATE)
        return unknown

    def is_one_of(self, *kinds: CountCell) -> Flags:
        """(n,) whether the cell is of one of these kinds."""
        return np.isin(self.cell, kinds)

    def take(self, cells: NDArray[np.int64]) -> Table:
        """Give some cells with the relations among them; no relation may lead out of them."""
        columns = self.matrix[:, cells]
        return Table(
            keys=tuple(self.keys[one] for one in cells),
            matrix=columns[np.diff(columns.indptr) > 0],
            **{name: getattr(self, name)[cells] for name in _ARRAYS},
        )

    def blocks(self, among: Flags) -> list[NDArray[np.int64]]:
        """Give the sets of cells that relations link, taking the others as if they were not."""
        return linked(self.matrix, among)


def linked(matrix: Any, among: Flags) -> list[NDArray[np.int64]]:
    """Give the sets of cells, of some columns of an (m, n) matrix, that relations link."""
    from scipy.sparse import block_array
    from scipy.sparse.csgraph import connected_components

    cells = np.flatnonzero(among)
    some = matrix[:, cells]
    graph = block_array([[None, some], [some.T, None]]) if some.nnz else some.T @ some
    _, label = connected_components(graph, directed=False)
    label = label[-len(cells) :] if len(cells) else label[:0]
    order = np.argsort(label, kind="stable")
    edges = np.flatnonzero(np.diff(label[order])) + 1
    return [block for block in np.split(cells[order], edges) if len(block)]


_ARRAYS = ("cell", "value", "printed", "low", "high", "slack")


def additive_table(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    city: str,
    areas: Sequence[str],
    exact: bool = True,
) -> Table:
    """Gather the counts of people and how they add up.

    Parameters
    ----------
    values : DataFrame as in ``Atlas.values``; only what is (``kind`` actual) is looked at
    city, areas : code of the whole and of its parts
    exact : whether a reader may take each number as exact, which makes him the strongest; else it
        stands for all numbers that are printed like it (to the ``decimals`` of the indicator)

    Notes
    -----
    A total that differs from its parts by no more than ``CLOSES`` closes, and the reader is taken
    to know the gap; if it is larger everywhere, there are parts that the table does not list.
    """
    known = _cells(values, indicators)
    joint = [area for area in dict.fromkeys(key[1] for key in known) if is_joint(area)]
    sums = [
        *_sums_of_areas(known, city, areas),
        *_sums_of_joint(known),
        *_sums_of_parts(known, indicators, [city, *areas, *joint]),
    ]
    relations = [*sums, *_sums_of_years(known, sums, indicators)]
    keys = dict.fromkeys(known)
    for total, parts in relations:
        keys |= dict.fromkeys((total, *parts))
    cells = [known.get(key, (_unlisted(key), np.nan)) for key in keys]
    printed = np.array([value for _, value in cells], dtype=float)
    table = Table(
        keys=tuple(keys),
        cell=np.array([cell for cell, _ in cells], dtype=object),
        value=printed,
        printed=printed,
        low=np.array([_low(key, indicators) for key in keys], dtype=float),
        high=np.full(len(keys), np.inf),
        slack=np.array([0.0 if exact else _slack(key, indicators) for key in keys], dtype=float),
        matrix=_matrix(relations, list(keys)),
    )
    return _filled(table)


def extended(
    table: Table, relations: Sequence[Mapping[Key, float]], shown: Mapping[Key, float]
) -> Table:
    """Add relations, and the cells that they name and the table has not.

    Parameters
    ----------
    relations : the sign of each cell; together they make zero
    shown : persons, for the new cells; those without a number are missing
    """
    from scipy.sparse import csr_array, hstack, vstack

    have = set(table.keys)
    fresh = [key for key in dict.fromkeys(k for one in relations for k in one) if key not in have]
    keys = (*table.keys, *fresh)
    place = {key: number for number, key in enumerate(keys)}
    rows = np.zeros((len(relations), len(keys)))
    for row, signs in zip(rows, relations, strict=True):
        row[[place[key] for key in signs]] = list(signs.values())
    count = len(fresh)
    cells = [CountCell.SHOWN if key in shown else CountCell.MISSING for key in fresh]
    old = hstack([table.matrix, csr_array((table.matrix.shape[0], count))])
    printed = np.r_[table.printed, [shown.get(key, np.nan) for key in fresh]]
    joined = Table(
        keys=keys,
        cell=np.r_[table.cell, np.array(cells, dtype=object)],
        value=printed,
        printed=printed,
        low=np.r_[table.low, np.zeros(count)],
        high=np.r_[table.high, np.full(count, np.inf)],
        slack=np.r_[table.slack, np.zeros(count)],
        matrix=csr_array(vstack([old, csr_array(rows)])),
    )
    return _filled(joined)


def _cells(
    values: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> dict[Key, tuple[CountCell, float]]:
    people = [name for name, one in indicators.items() if is_people(one)]
    chosen = values[(values["kind"] == "actual") & values["indicator"].isin(people)]
    found = {}
    for row in chosen.to_dict("records"):
        key = (str(row["indicator"]), str(row["area"]), int(row["year"]))
        cell = _cell(row)
        # A tenth of a millionth: 14.8 times 10,000 is 148,000.00000000003.
        number = round(float(row["value"]) * persons(indicators[key[0]]), 7)
        found[key] = (cell, number if cell in (CountCell.SHOWN, CountCell.ESTIMATE) else np.nan)
    return found


def _cell(row: Mapping[Any, Any]) -> CountCell:
    if row["status"] == Status.SUPPRESSED.value:
        return CountCell.WITHHELD
    if row["status"] == Status.MISSING.value or np.isnan(row["value"]):
        return CountCell.MISSING
    return CountCell.ESTIMATE if row["status"] == Status.APPORTIONED.value else CountCell.SHOWN


def _unlisted(key: Key) -> CountCell:
    return CountCell.REST if key[0].endswith((REST, SINCE)) else CountCell.MISSING


def _low(key: Key, indicators: Mapping[str, Indicator]) -> float:
    if key[0] not in indicators:
        return 0.0
    indicator = indicators[key[0]]
    return -np.inf if indicator.minimum is None else indicator.minimum * persons(indicator)


def _slack(key: Key, indicators: Mapping[str, Indicator]) -> float:
    if key[0] not in indicators:
        return 0.0
    indicator = indicators[key[0]]
    step: float = persons(indicator) * 10.0**-indicator.decimals
    # Whole persons are whole: 3 is not a range.
    return step / 2 if step > 1 else 0.0


def _sums_of_areas(known: Mapping[Key, Any], city: str, areas: Sequence[str]) -> Iterator[Relation]:
    # Of areas that only have a figure together there is no cell of their own, but their sum.
    told = {(one, part, year) for one, area, year in known for part in members(area)}
    for indicator, area, year in known:
        parts = tuple((indicator, part, year) for part in areas)
        if area == city and not told.isdisjoint(parts):
            yield (indicator, city, year), parts


def _sums_of_joint(known: Mapping[Key, Any]) -> Iterator[Relation]:
    """Give what is known of areas together, as before one was split off the other."""
    for indicator, area, year in known:
        if is_joint(area):
            yield (indicator, area, year), tuple((indicator, one, year) for one in members(area))


def _sums_of_parts(
    known: Mapping[Key, tuple[CountCell, float]],
    indicators: Mapping[str, Indicator],
    areas: Sequence[str],
) -> Iterator[Relation]:
    for total, names in _partitions(indicators).items():
        for year in sorted({key[2] for key in known if key[0] == total}):
            found = [
                ((total, area, year), tuple((name, area, year) for name in names))
                for area in areas
                if (total, area, year) in known
            ]
            found = [one for one in found if any(part in known for part in one[1])]
            whole = _closes(known, found)
            for one, parts in found:
                yield one, parts if whole else (*parts, (total + REST, one[1], year))


def _sums_of_years(
    known: Mapping[Key, tuple[CountCell, float]],
    sums: Sequence[Relation],
    indicators: Mapping[str, Indicator],
) -> Iterator[Relation]:
    """Give what is known of a cumulative count: that of a later year holds that of an earlier.

    A year that nobody reported may follow from a sum, and then bounds its neighbours. One that is
    in no sum is passed over: the next one holds the last one.
    """
    told = {key for key, (cell, _) in known.items() if cell is not CountCell.MISSING}
    summed = {key for total, parts in sums for key in (total, *parts)}
    ordered = sorted(
        key for key in told | summed if key[0] in indicators and indicators[key[0]].cumulative
    )
    for then, now in pairwise(ordered):
        if then[:2] == now[:2]:
            yield now, (then, (now[0] + SINCE, now[1], now[2]))


def _partitions(indicators: Mapping[str, Indicator]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for indicator in indicators.values():
        total = indicators.get(indicator.part_of)
        if total and is_people(indicator) and is_people(total):
            found.setdefault(total.id, []).append(indicator.id)
    return found


def _closes(known: Mapping[Key, tuple[CountCell, float]], relations: Sequence[Relation]) -> bool:
    """Whether the parts may be all there are: they close somewhere, or nobody can tell."""
    gaps = []
    for total, parts in relations:
        numbers = [known[key][1] if key in known else np.nan for key in (total, *parts)]
        if not np.isnan(numbers).any():
            gaps.append((numbers[0] - sum(numbers[1:])) / max(abs(numbers[0]), 1.0))
    return not gaps or min(gaps) <= CLOSES


def _matrix(relations: Sequence[Relation], keys: Sequence[Key]) -> Any:
    from scipy.sparse import csr_array

    place = {key: number for number, key in enumerate(keys)}
    entries = [
        (row, place[key], 1.0 if key == total else -1.0)
        for row, (total, parts) in enumerate(relations)
        for key in (total, *parts)
    ]
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((signs, (rows, columns)), shape=(len(relations), len(keys)), dtype=float)


def _filled(table: Table) -> Table:
    """Give every cell a value that fits: the reader's own guess where no number is known."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    free = table.unknown | (table.slack > 0)
    rows = table.matrix.shape[0]
    if not free.any() or not rows:
        return replace(table, value=np.where(table.unknown, 0.0, table.printed))
    fixed = np.where(free, 0.0, table.printed)
    centre = np.where(table.unknown, 0.0, table.printed)
    low = np.where(table.unknown, table.low, np.maximum(table.low, centre - table.slack))
    high = np.where(table.unknown, table.high, centre + table.slack)
    # Gaps above and below each total; the smallest gaps that the numbers leave are taken.
    gap = eye_array(rows)
    found = linprog(
        np.r_[np.zeros(free.sum()), np.ones(2 * rows)],
        A_eq=hstack([table.matrix[:, np.flatnonzero(free)], gap, -gap]),
        b_eq=-(table.matrix @ fixed),
        bounds=[*zip(low[free], high[free], strict=True), *[(0, None)] * (2 * rows)],
        method="highs",
    )
    value = fixed.copy()
    value[free] = found.x[: free.sum()]
    return replace(table, value=value)
