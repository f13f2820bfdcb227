"""Patterns over shapes, worked out as lines: parallel strokes at 45 degrees, or dots.

All formats draw the same lines, so no program that opens a file has to know patterns. The pattern
lies on the sheet, not on the shape: neighbours with the same one run into each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geomap.render.drawing.scene import Circle, Hatch, Ring, Shape

Segments = npt.NDArray[np.float64]
DOT_MM = 0.01
"""Length of the stroke that stands for a dot: with round ends it is one."""
_CORNERS = 72


def hatch_segments(item: Shape | Circle) -> Segments:
    """Give the strokes of an item's pattern, cut off at its outline (even-odd).

    Returns
    -------
    (n, 2, 2) array, millimetres: n strokes, begin and end, x and y; none without a pattern
    """
    if item.hatch is None:
        return np.empty((0, 2, 2))
    rings = item.rings if isinstance(item, Shape) else (circle_ring(item),)
    return dots(rings, item.hatch) if item.hatch.kind == "dots" else lines(rings, item.hatch)


def circle_ring(circle: Circle) -> Ring:
    """Give a circle as a polygon."""
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    edge = np.column_stack([np.cos(turn), np.sin(turn)])
    return edge * circle.radius_mm + (circle.x, circle.y)


def lines(rings: Sequence[Ring], hatch: Hatch) -> Segments:
    """Give strokes rising to the right at 45 degrees, ``spacing_mm`` apart."""
    half = np.sqrt(0.5)
    # Turned by 45 degrees the strokes lie along x, and are scanned like rows.
    turn = np.array([[half, half], [-half, half]])
    rows, left, right = scan([ring @ turn for ring in rings], hatch.spacing_mm, 0.0)
    ends = np.stack([np.column_stack([left, rows]), np.column_stack([right, rows])], axis=1)
    return np.asarray(ends @ turn.T, dtype=float)


def dots(rings: Sequence[Ring], hatch: Hatch) -> Segments:
    """Give dots in rows, every other row moved by half; those whole within the outline."""
    step = hatch.spacing_mm
    rows, left, right = scan(rings, step, hatch.width_mm / 2)
    shift = np.where(np.round(rows / step).astype(int) % 2 == 0, 0.0, step / 2)
    first = np.ceil((left - shift) / step).astype(int)
    count = np.maximum(np.floor((right - shift) / step).astype(int) - first + 1, 0)
    along = np.repeat(first, count) + _counted(count)
    x = along * step + np.repeat(shift, count)
    y = np.repeat(rows, count)
    return np.stack(
        [np.column_stack([x - DOT_MM / 2, y]), np.column_stack([x + DOT_MM / 2, y])], axis=1
    )


def scan(
    rings: Sequence[Ring], spacing: float, margin: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Cut rings with rows at multiples of a spacing.

    Parameters
    ----------
    margin : how much each piece is shortened at both ends

    Returns
    -------
    For each piece inside (even-odd), its row, left end and right end, row after row
    """
    starts = np.concatenate(list(rings))
    stops = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    low = np.where((starts[:, 1] <= stops[:, 1])[:, None], starts, stops)
    high = np.where((starts[:, 1] <= stops[:, 1])[:, None], stops, starts)
    # A row meets an edge from its lower end, included, to its upper end, left out.
    first = np.ceil(low[:, 1] / spacing).astype(int)
    count = np.ceil(high[:, 1] / spacing).astype(int) - first
    edge = np.repeat(np.arange(len(low)), count)
    number = np.repeat(first, count) + _counted(count)
    share = (number * spacing - low[edge, 1]) / (high[edge, 1] - low[edge, 1])
    x = low[edge, 0] + share * (high[edge, 0] - low[edge, 0])
    order = np.lexsort((x, number))
    number, x = number[order], x[order]
    rows, left, right = number[::2] * spacing, x[::2] + margin, x[1::2] - margin
    inside = right > left
    return rows[inside], left[inside], right[inside]


def _counted(count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give 0, 1, … within each of consecutive runs of these lengths."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
