"""Shapes, circles and letters as the paths that matplotlib's Agg renderer reads, in millimetres.

The renderer asks a path for names, not for a class: here it is a record that also knows where each
of its parts lies, so that of many rings only those are drawn that can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats, Index
from geomap.render.drawing.outlines import words_outline
from geomap.render.drawing.scene import Circle, Ring, SceneWords

MOVE, LINE, CLOSE = 1, 2, 79


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Rings, lines or letters as the renderer reads them.

    Parameters
    ----------
    vertices, codes : points in millimetres, and matplotlib's code for each
    sizes : how many points each part has; one part cannot be drawn without the whole of it
    low, high : between which y each part lies
    """

    vertices: Floats
    codes: npt.NDArray[np.uint8]
    sizes: Index
    low: Floats
    high: Floats
    should_simplify: bool = False
    simplify_threshold: float = 0.0

    def within(self, low: float, high: float) -> Path:
        """Give the parts that reach between two y."""
        seen = (self.high >= low) & (self.low <= high)
        if seen.all():
            return self
        points = np.repeat(seen, self.sizes)
        return Path(
            self.vertices[points],
            self.codes[points],
            self.sizes[seen],
            self.low[seen],
            self.high[seen],
        )


def _whole(vertices: Floats, codes: npt.NDArray[np.uint8]) -> Path:
    """Give a path of one part."""
    y = vertices[:, 1]
    size = np.array([len(vertices)])
    return Path(vertices, codes, size, y.min(keepdims=True), y.max(keepdims=True))


def rings_path(shapes: Sequence[tuple[Ring, ...]]) -> Path | None:
    """Give the rings of shapes as one path, None when there are none."""
    kept = [tuple(ring for ring in rings if len(ring) > 1) for rings in shapes]
    kept = [rings for rings in kept if rings]
    if not kept:
        return None
    points, sizes = wound(kept)
    ends = np.cumsum(sizes)
    return _parts(np.insert(points, ends, points[ends - sizes], axis=0), sizes + 1, closed=True)


def lines_path(lines: tuple[Ring, ...]) -> Path | None:
    """Give lines as one path, None when there are none."""
    lines = tuple(line for line in lines if len(line) > 1)
    if not lines:
        return None
    return _parts(np.concatenate(lines), np.array([len(line) for line in lines]), closed=False)


def _parts(vertices: Floats, sizes: Index, *, closed: bool) -> Path:
    ends = np.cumsum(sizes)
    starts = ends - sizes
    codes = np.full(len(vertices), LINE, dtype=np.uint8)
    codes[starts] = MOVE
    if closed:
        codes[ends - 1] = CLOSE
    y = vertices[:, 1]
    return Path(
        vertices, codes, sizes, np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    )


def circle_path(circle: Circle) -> Path:
    """Give a circle, in curves."""
    from matplotlib.path import Path as Known

    unit: Any = Known.unit_circle()
    return _whole(unit.vertices * circle.radius_mm + (circle.x, circle.y), unit.codes)


def segments_path(segments: Floats) -> Path:
    """Give strokes, (n, 2, 2), as one path."""
    codes = np.tile(np.array([MOVE, LINE], dtype=np.uint8), len(segments))
    return _whole(segments.reshape(-1, 2), codes)


def words_path(words: SceneWords) -> Path | None:
    """Give the letters of a line of text, None when nothing is to be seen."""
    drawn = words_outline(words)
    return _whole(*drawn) if drawn else None


def wound(shapes: Sequence[tuple[Ring, ...]]) -> tuple[Floats, Index]:
    """Turn rings so that those within others of their shape run against them.

    Agg fills where the windings do not cancel; then that is the even-odd rule in each shape, and
    shapes side by side meet without a seam. The rings of a shape must not cross each other.

    Returns
    -------
    points of all rings, (n, 2), and how many each ring has
    """
    every = [ring for rings in shapes for ring in rings]
    sizes = np.array([len(ring) for ring in every])
    ends = np.cumsum(sizes)
    points = np.concatenate(every)
    depths = np.concatenate([_depths(rings) for rings in shapes])
    for number in np.flatnonzero((_areas(points, sizes) > 0) != (depths % 2 == 0)):
        points[ends[number] - sizes[number] : ends[number]] = every[number][::-1]
    return points, sizes


def _depths(rings: tuple[Ring, ...]) -> Index:
    """Count the rings that each ring lies within."""
    depths = np.zeros(len(rings), dtype=np.intp)
    if len(rings) == 1:
        return depths
    boxes = np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
    inner, outer = boxes[:, None], boxes[None]
    below = (outer[..., :2] <= inner[..., :2]).all(axis=2)
    around = np.asarray(below & (outer[..., 2:] >= inner[..., 2:]).all(axis=2))
    np.fill_diagonal(around, False)
    for one, other in np.argwhere(around):
        depths[one] += _inside((rings[one][0] + rings[one][1]) / 2, rings[other])
    return depths


def _areas(points: Floats, sizes: Index) -> Floats:
    """Measure rings that follow one another: twice their area, below zero where they run back."""
    ends = np.cumsum(sizes)
    after = np.concatenate([points[1:], points[:1]])
    after[ends - 1] = points[ends - sizes]
    doubled = points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]
    return np.asarray(np.add.reduceat(doubled, ends - sizes), dtype=float)


def _inside(point: npt.NDArray[np.float64], ring: Ring) -> bool:
    x, y = (ring - point).T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (next_y > 0)
    at = x[crosses] - y[crosses] * (next_x - x)[crosses] / (next_y - y)[crosses]
    return bool((at > 0).sum() % 2)
