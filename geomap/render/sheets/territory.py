"""Which area lies where on a sheet or a screen: a fine raster of what is drawn.

Filled by scanlines in the units of the drawing, so it knows the areas exactly as they are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats, Ints
from geomap.render.drawing.scene import Ring
from geomap.render.sheets.paper import Box

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Territory:
    """The owner of each cell, by its middle; ``NOBODY`` where no area lies."""

    left: float
    top: float
    cell: float
    owners: npt.NDArray[np.int16]

    def at(self, x: Floats, y: Floats) -> Ints:
        """Give the areas at points of any shape."""
        rows, columns = self.owners.shape
        row = np.clip(((y - self.top) / self.cell).astype(np.int64), 0, rows - 1)
        column = np.clip(((x - self.left) / self.cell).astype(np.int64), 0, columns - 1)
        return self.owners[row, column].astype(np.int64)

    def cells_of(self, area: int) -> Floats:
        """Give the middles of the cells of an area, (n, 2)."""
        return _cells(self, area)

    def counts(self, boxes: Floats, area: int) -> tuple[Ints, Ints, Ints]:
        """Count the cells that (m, 4) boxes touch: those of the area, of others, and all."""
        edges = (boxes - (self.left, self.top, self.left, self.top)) / self.cell
        rows, columns = self.owners.shape
        # Half a cell more: an area may reach so far into a cell whose middle it leaves to others.
        low = np.floor(edges[:, :2] - 0.5).clip(0, (columns, rows)).astype(np.int64)
        high = np.ceil(edges[:, 2:] + 0.5).clip(0, (columns, rows)).astype(np.int64)
        own = _within(_sums(self, area), low, high)
        land = _within(_sums(self, None), low, high)
        return own, land - own, np.asarray((high - low).prod(axis=1))


@lru_cache(maxsize=128)
def _cells(territory: Territory, area: int) -> Floats:
    row, column = np.nonzero(territory.owners == area)
    corner = np.array([territory.left, territory.top])
    return np.asarray(np.column_stack([column + 0.5, row + 0.5]) * territory.cell + corner)


@lru_cache(maxsize=128)
def _sums(territory: Territory, area: int | None) -> Ints:
    """Sum the cells of an area, of all areas when None, above and to the left of each corner."""
    owners = territory.owners
    held = owners != NOBODY if area is None else owners == area
    found = np.zeros((owners.shape[0] + 1, owners.shape[1] + 1), dtype=np.int64)
    found[1:, 1:] = held.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    return found


def _within(sums: Ints, low: Ints, high: Ints) -> Ints:
    (x0, y0), (x1, y1) = low.T, high.T
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])


def territory(areas: Iterable[Sequence[Ring]], frame: Box, cell: float) -> Territory:
    """Fill the areas, each of rings by the even-odd rule, into the cells of a frame."""
    shape = max(1, round(frame.height / cell)), max(1, round(frame.width / cell))
    owners = np.full(shape, NOBODY, dtype=np.int16)
    for area, rings in enumerate(areas):
        edges = [np.column_stack([ring, np.roll(ring, -1, axis=0)]) for ring in rings if len(ring)]
        if edges:
            steps = (np.concatenate(edges) - (frame.x0, frame.y0) * 2) / cell
            _fill(owners, steps, area)
    return Territory(frame.x0, frame.y0, cell, owners)


def _fill(owners: npt.NDArray[np.int16], edges: Floats, area: int) -> None:
    """Mark the cells inside (n, 4) edges x0, y0, x1, y1, given in cells."""
    rows, columns = owners.shape
    low = np.minimum(edges[:, 1], edges[:, 3])
    high = np.maximum(edges[:, 1], edges[:, 3])
    first = np.clip(np.ceil(low - 0.5), 0, rows).astype(np.int64)
    last = np.clip(np.ceil(high - 0.5), 0, rows).astype(np.int64)
    many = np.maximum(last - first, 0)
    if not many.sum():
        return
    edge = np.repeat(np.arange(len(edges)), many)
    row = np.arange(len(edge)) - np.repeat(many.cumsum() - many, many) + first[edge]
    x0, y0, x1, y1 = edges[edge].T
    crossing = x0 + (row + 0.5 - y0) / (y1 - y0) * (x1 - x0)
    column = np.clip(np.ceil(crossing - 0.5), 0, columns).astype(np.int64)
    top, bottom = int(row.min()), int(row.max()) + 1
    turns = np.bincount(
        (row - top) * (columns + 1) + column, minlength=(bottom - top) * (columns + 1)
    ).reshape(-1, columns + 1)
    inside = turns.cumsum(axis=1)[:, :columns] % 2 == 1
    owners[top:bottom][inside] = area
