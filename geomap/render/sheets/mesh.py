"""Polygons as rings over shared points: thinned without gaps, their borders each drawn once.

Two areas that share a border name the same points for it. Whatever is done to a point is done for
both, so thinning opens no gap; a stretch that two rings name is an inner border, one that a single
ring names is the outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geomap.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Mesh:
    """Rings of areas.

    Parameters
    ----------
    points : (p, 2) coordinates, each once
    ids : (m,) rows of ``points``, ring after ring; no ring repeats its first point
    starts : (r + 1,) where each ring begins in ``ids``, and the end of the last
    owners : (r,) the area each ring belongs to
    """

    points: Floats
    ids: Ints
    starts: Ints
    owners: Ints

    @property
    def rings(self) -> int:
        """How many rings there are."""
        return len(self.owners)


def mesh_of(shapes: npt.NDArray[Any]) -> Mesh:
    """Make a mesh of polygons.

    Parameters
    ----------
    shapes : (n,) shapely Polygon or MultiPolygon; n is at least 1
    """
    kind, coordinates, offsets = shapely.to_ragged_array(shapes)
    if kind == shapely.GeometryType.POLYGON:
        rings, of_area = offsets
    else:
        rings, of_polygon, parts = offsets
        of_area = of_polygon[parts]
    flat = np.ascontiguousarray(coordinates[:, :2]).view(np.complex128).ravel()
    unique, ids = np.unique(flat, return_inverse=True)
    owners = np.searchsorted(of_area, np.arange(len(rings) - 1), side="right") - 1
    points = np.column_stack([unique.real, unique.imag])
    return _tidy(points, ids.astype(np.int64), rings.astype(np.int64), owners.astype(np.int64))


def thinned(mesh: Mesh, cell: float) -> Mesh:
    """Keep one point of each cell of a square grid.

    Parameters
    ----------
    cell : its width, in the unit of the points; 0 keeps all

    Returns
    -------
    The mesh without what is smaller than a cell; no point has moved farther than its diagonal
    """
    if not cell:
        return mesh
    row, column = np.floor((mesh.points - mesh.points.min(axis=0)) / cell).astype(np.int64).T
    _, first, inverse = np.unique(
        row * (int(column.max()) + 1) + column, return_index=True, return_inverse=True
    )
    return _tidy(mesh.points, first[inverse][mesh.ids], mesh.starts, mesh.owners)


def _tidy(points: Floats, ids: Ints, starts: Ints, owners: Ints) -> Mesh:
    """Drop points that repeat the one before them in the ring, and rings of fewer than three."""
    sizes = np.diff(starts)
    ring_of = np.repeat(np.arange(len(owners)), sizes)
    before = np.empty_like(ids)
    before[1:] = ids[:-1]
    before[starts[:-1][sizes > 0]] = ids[starts[1:][sizes > 0] - 1]
    kept = ids != before
    counts = np.bincount(ring_of[kept], minlength=len(owners))
    whole = counts >= 3
    kept &= whole[ring_of]
    return Mesh(points, ids[kept], np.concatenate([[0], np.cumsum(counts[whole])]), owners[whole])


def borders(mesh: Mesh) -> tuple[list[Ints], list[Ints]]:
    """Give the outline and the inner borders.

    Returns
    -------
    Two lists of lines, each an array of rows of ``points``; every stretch is in one line once
    """
    if not len(mesh.ids):
        return [], []
    after = np.empty_like(mesh.ids)
    after[:-1] = mesh.ids[1:]
    after[mesh.starts[1:] - 1] = mesh.ids[mesh.starts[:-1]]
    low, high = np.minimum(mesh.ids, after), np.maximum(mesh.ids, after)
    _, first, inverse, counts = np.unique(
        low * len(mesh.points) + high, return_index=True, return_inverse=True, return_counts=True
    )
    alone = counts[inverse] == 1
    once = np.zeros(len(low), dtype=bool)
    once[first] = True
    return _lines(mesh, after, alone), _lines(mesh, after, once & ~alone)


def _lines(mesh: Mesh, after: Ints, wanted: npt.NDArray[np.bool_]) -> list[Ints]:
    """Join the wanted steps that follow one another within a ring."""
    steps = np.flatnonzero(wanted)
    if not len(steps):
        return []
    ring_of = np.repeat(np.arange(mesh.rings), np.diff(mesh.starts))
    cuts = (np.diff(steps) > 1) | (np.diff(ring_of[steps]) > 0)
    return [
        np.concatenate([mesh.ids[run], after[run[-1:]]])
        for run in np.split(steps, np.flatnonzero(cuts) + 1)
    ]
