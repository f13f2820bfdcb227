"""Where labels stand: none over another, over what is reserved, or over the edge of the frame.

Each label looks at its own place first, then around it, ever farther out, and takes what costs
least: near, in its own area, off the circles of others and off sites. What has no free place is
left out, and the caller says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geomap.sheet import Box

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_DISTANCES = (1.0, 1.25, 1.6, 2.1, 2.8, 3.7, 4.9, 6.4, 8.4)
_DIRECTIONS = 24
_FOREIGN, _OUTSIDE, _CIRCLE, _SITE, _CROSSED, _ASTRIDE = 4.0, 1.0, 8.0, 2.5, 6.0, 2.0
_STEPS = np.linspace(0.05, 0.9, 18)
_BESIDE = 2.0  # millimetres; nearer to its own circle a label needs no leader
_OFF = 0.6  # with less of it in its own area a label needs a leader


class Land(Protocol):
    """Tells which area lies at points; −1 for none."""

    def at(self, x: Floats, y: Floats) -> Ints:
        """Give the areas at points of any shape."""
        ...


@dataclass(frozen=True, slots=True)
class Label:
    """A label that wants a place.

    Parameters
    ----------
    index : of its area
    x, y : where it belongs, in millimetres
    width, height : of its text
    radius : of the circle at (x, y), 0 for none
    inside : whether it may stand upon that circle
    room : how large its area is; larger ones choose first
    """

    index: int
    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    inside: bool = True
    room: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label in its place.

    Parameters
    ----------
    box : of its text
    own : whether all of it lies in its own area, or on its own circle
    leader : from its area to its box, None where none is needed
    """

    index: int
    box: Box
    own: bool
    leader: tuple[tuple[float, float], tuple[float, float]] | None


def place(
    labels: Sequence[Label],
    frame: Box,
    *,
    reserved: Sequence[Box] = (),
    circles: Sequence[tuple[int, float, float, float]] = (),
    sites: Sequence[Box] = (),
    land: Land | None = None,
) -> list[Placed]:
    """Place labels, the one with most room first.

    Parameters
    ----------
    reserved : boxes that no label may touch
    circles : (index of its area, x, y, radius)
    sites : boxes that a label rather leaves free
    """
    taken = [(box.x0, box.y0, box.x1, box.y1) for box in reserved]
    marks = _boxes([(box.x0, box.y0, box.x1, box.y1) for box in sites])
    rounds = np.array(circles, dtype=float).reshape(-1, 4)
    placed = []
    for label in sorted(labels, key=lambda one: (-one.room, one.index)):
        found = _best(label, frame, _boxes(taken), rounds, marks, land)
        if found:
            placed.append(found)
            taken.append((found.box.x0, found.box.y0, found.box.x1, found.box.y1))
            taken += _along(found)
    return placed


def fitting(
    labels: Sequence[Label], extents: Floats, frame: Box, reserved: Sequence[Box] = ()
) -> list[Placed]:
    """Place only what its own area has room for, of very many; the largest first.

    Parameters
    ----------
    extents : (n, 4) x0, y0, x1, y1 of the areas, by ``Label.index``
    """
    taken = list(reserved)
    placed = []
    for label in sorted(labels, key=lambda one: (-one.room, one.index)):
        x0, y0, x1, y1 = extents[label.index]
        if not (x1 - x0 > 1.15 * label.width and y1 - y0 > 1.15 * label.height):
            continue
        box = _box(label.x, label.y, label)
        if frame.holds(box) and not any(box.overlaps(one) for one in taken):
            taken.append(box)
            placed.append(Placed(label.index, box, False, None))
    return placed


def _boxes(rows: Sequence[tuple[float, float, float, float]]) -> Floats:
    return np.array(rows, dtype=float).reshape(-1, 4)


def _box(x: float, y: float, label: Label) -> Box:
    across, down = label.width / 2, label.height / 2
    return Box(x - across, y - down, x + across, y + down)


def _offsets(label: Label) -> Floats:
    """Give (m, 2) offsets: the middle, then rings ever farther out."""
    turns = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    side, over = label.radius + label.width / 2 + 1.0, label.radius + label.height / 2 + 0.6
    # Along a rectangle about the label rather than an ellipse: no gap at the corners.
    ring = np.column_stack([np.cos(turns), np.sin(turns)])
    ring /= np.max(np.abs(ring), axis=1, keepdims=True) ** 0.5
    rings = [ring * (side * far, over * far) for far in _DISTANCES]
    start = [np.zeros((1, 2))] if label.inside else []
    inside = [ring * 0.5 * (label.width / 2, label.height / 2)] if not label.radius else []
    return np.concatenate([*start, *inside, *rings])


def _best(
    label: Label, frame: Box, taken: Floats, circles: Floats, sites: Floats, land: Land | None
) -> Placed | None:
    offsets = _offsets(label)
    x, y = label.x + offsets[:, 0], label.y + offsets[:, 1]
    across, down = label.width / 2, label.height / 2
    boxes = np.column_stack([x - across, y - down, x + across, y + down])
    free = (
        (boxes[:, 0] >= frame.x0)
        & (boxes[:, 1] >= frame.y0)
        & (boxes[:, 2] <= frame.x1)
        & (boxes[:, 3] <= frame.y1)
        & ~_hits(boxes, taken).any(axis=1)
    )
    if not free.any():
        return None
    at = np.flatnonzero(free)
    choices = _Choices(label, offsets[at], x[at], y[at], boxes[at])
    own, none = _shares(label, choices.x, choices.y, land)
    # A leader may cross no label, no site and no circle of another area.
    crossed = np.vstack([taken, sites, _squares(circles[circles[:, 0] != label.index])])
    best = _cheapest(choices, _costs(choices, circles, sites, own, none), own, crossed)
    upon = bool(choices.upon[best])
    box = Box(*(float(edge) for edge in choices.boxes[best]))
    near = own[best] >= _OFF or upon
    inside = bool(own[best] > 0.99) or upon
    return Placed(label.index, box, inside, None if near else _leader(label, box))


def _squares(circles: Floats) -> Floats:
    x, y, reach = circles[:, 1], circles[:, 2], 0.7 * circles[:, 3]
    return np.column_stack([x - reach, y - reach, x + reach, y + reach])


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """Free places of one label: (m, 2) offsets, (m,) middles, (m, 4) boxes."""

    label: Label
    offsets: Floats
    x: Floats
    y: Floats
    boxes: Floats

    @property
    def upon(self) -> npt.NDArray[np.bool_]:
        """Whether it stands on its own circle."""
        away = np.hypot(self.offsets[:, 0], self.offsets[:, 1])
        return np.asarray(away < self.label.radius * 0.2)


def _costs(choices: _Choices, circles: Floats, sites: Floats, own: Floats, none: Floats) -> Floats:
    label, offsets = choices.label, choices.offsets
    others = circles[circles[:, 0] != label.index]
    away = np.maximum(np.hypot(offsets[:, 0], offsets[:, 1]) - label.radius, 0)
    cost = 1.3 * away / label.height
    cost += (_FOREIGN * (1 - own - none) + _OUTSIDE * none) * ~choices.upon
    cost += _CIRCLE * _on_circles(choices.boxes, others).sum(axis=1)
    cost += _SITE * _hits(choices.boxes, sites).sum(axis=1)
    if not label.radius:
        # Half in, half out and too near for a leader, it would seem to be the neighbour's.
        cost += _ASTRIDE * ((own < _OFF) & (_gap(offsets, label) < 2.0))
    return np.asarray(cost)


def _cheapest(choices: _Choices, cost: Floats, own: Floats, taken: Floats) -> int:
    """Find the least cost; what a leader would cross is only looked at where it may decide."""
    best, least = -1, np.inf
    for at in np.argsort(cost, kind="stable"):
        if cost[at] >= least:
            break
        crossed = 0.0 if own[at] >= _OFF else _CROSSED * _crossed(choices, int(at), taken)
        if cost[at] + crossed < least:
            best, least = int(at), float(cost[at] + crossed)
    return best


def _hits(boxes: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Tell for (m, 4) and (k, 4) boxes which overlap, (m, k)."""
    a, b = boxes[:, None, :], others[None, :, :]
    return np.asarray(
        (a[..., 0] < b[..., 2])
        & (b[..., 0] < a[..., 2])
        & (a[..., 1] < b[..., 3])
        & (b[..., 1] < a[..., 3])
    )


def _on_circles(boxes: Floats, circles: Floats) -> npt.NDArray[np.bool_]:
    x = np.clip(circles[None, :, 1], boxes[:, [0]], boxes[:, [2]])
    y = np.clip(circles[None, :, 2], boxes[:, [1]], boxes[:, [3]])
    reach = np.hypot(x - circles[None, :, 1], y - circles[None, :, 2])
    return np.asarray(reach < circles[None, :, 3])


def _shares(label: Label, x: Floats, y: Floats, land: Land | None) -> tuple[Floats, Floats]:
    """Give the share of each box in the label's own area, and in none."""
    if land is None:
        return np.ones_like(x), np.zeros_like(x)
    steps = np.array([-0.5, -0.25, 0, 0.25, 0.5])
    dx, dy = np.meshgrid(steps * label.width, np.array([-0.45, 0, 0.45]) * label.height)
    owners = land.at(x[:, None] + dx.ravel(), y[:, None] + dy.ravel())
    return (owners == label.index).mean(axis=1), (owners < 0).mean(axis=1)


def _gap(offsets: Floats, label: Label) -> Floats:
    """Give how far each box stands from where it belongs."""
    across = np.maximum(np.abs(offsets[:, 0]) - label.width / 2, 0)
    down = np.maximum(np.abs(offsets[:, 1]) - label.height / 2, 0)
    return np.asarray(np.hypot(across, down))


def _crossed(choices: _Choices, at: int, taken: Floats) -> int:
    """Count the boxes that a line from the area to the middle of its label would cross."""
    label = choices.label
    across = label.x + (choices.x[at] - label.x) * _STEPS
    down = label.y + (choices.y[at] - label.y) * _STEPS
    inside = (
        (across > taken[:, [0]])
        & (across < taken[:, [2]])
        & (down > taken[:, [1]])
        & (down < taken[:, [3]])
    )
    return int(inside.any(axis=1).sum())


def _leader(label: Label, box: Box) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Draw from the middle of the area, or the rim of its circle, to the nearest edge."""
    x = min(max(label.x, box.x0), box.x1)
    y = min(max(label.y, box.y0), box.y1)
    long = float(np.hypot(x - label.x, y - label.y))
    if long < label.radius + (_BESIDE if label.radius else 0.8):
        return None
    share = label.radius / long
    start = (label.x + (x - label.x) * share, label.y + (y - label.y) * share)
    return start, (x, y)


def _along(placed: Placed) -> list[tuple[float, float, float, float]]:
    """Reserve a leader: small boxes along it."""
    if placed.leader is None:
        return []
    (x0, y0), (x1, y1) = placed.leader
    count = max(2, int(np.hypot(x1 - x0, y1 - y0) / 1.0))
    return [
        (x - 0.3, y - 0.3, x + 0.3, y + 0.3)
        for x, y in zip(np.linspace(x0, x1, count), np.linspace(y0, y1, count), strict=True)
    ]
