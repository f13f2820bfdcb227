"""What a label wants, what it must respect, and which places are free for it.

Lengths are in whatever unit the caller draws in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.render.sheets.paper import Box
from geomap.render.sheets.territory import Territory


@dataclass(frozen=True, slots=True)
class Label:
    """A label that wants a place.

    Parameters
    ----------
    index : of its area
    x, y : where it belongs
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


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A label in its place.

    Parameters
    ----------
    box : of its text
    own : whether all of it lies in its own area, or on its own circle
    leader : from its area to its box, None where it stands in its area
    """

    index: int
    box: Box
    own: bool
    leader: tuple[Point, Point] | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all labels must respect.

    Parameters
    ----------
    reserved : boxes that no label may touch and no leader may cross
    circles : (index of its area, x, y, radius)
    sites : boxes that no label may touch, unless some label then has no place: then it rather
        leaves them free
    land : where the areas lie; without it a label may stand anywhere near its point
    air : how far a leader keeps from what it may not cross
    """

    frame: Box
    reserved: tuple[Box, ...] = ()
    circles: tuple[tuple[int, float, float, float], ...] = ()
    sites: tuple[Box, ...] = ()
    land: Territory | None = None
    air: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class LabelScene:
    """The surroundings as arrays, and what is known of the labels so far.

    ``waiting`` are the areas whose labels go outside: other leaders rather keep off them.
    ``clear``: no label may hide a site, rather than none should.
    ``outlooks`` are filled on the way.
    """

    frame: Box
    kept: Sequence[Box]
    circles: Floats
    sites: Floats
    land: Territory | None
    air: float
    waiting: frozenset[int] = frozenset()
    clear: bool = False
    outlooks: dict[tuple[Label, bool, frozenset[int]], Outlook] = field(default_factory=dict)


def edges_of(boxes: Sequence[Box]) -> Floats:
    """(n, 4) x0, y0, x1, y1 of boxes."""
    rows = [(box.x0, box.y0, box.x1, box.y1) for box in boxes]
    return np.array(rows, dtype=float).reshape(-1, 4)


def box_at(x: float, y: float, label: Label) -> Box:
    """Give the box of a label about its middle."""
    across, down = label.width / 2, label.height / 2
    return Box(x - across, y - down, x + across, y + down)


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Places of one label that are free: (m, 2) middles and (m, 4) boxes."""

    label: Label
    middles: Floats
    boxes: Floats

    def __len__(self) -> int:
        return len(self.middles)

    def only(self, held: Any) -> Choices:
        """Keep some of them."""
        return Choices(self.label, self.middles[held], self.boxes[held])


def free_places(label: Label, middles: Floats, scene: LabelScene, taken: Floats) -> Choices:
    """Keep the places within the frame that lie over nothing."""
    half = np.array([label.width / 2, label.height / 2])
    boxes = np.column_stack([middles - half, middles + half])
    frame = scene.frame
    within = (boxes[:, 0] >= frame.x0) & (boxes[:, 1] >= frame.y0)
    within &= (boxes[:, 2] <= frame.x1) & (boxes[:, 3] <= frame.y1)
    found = Choices(label, middles, boxes).only(within)
    found = found.only(~overlaps(found.boxes, taken).any(axis=1))
    return found.only(~overlaps(found.boxes, scene.sites).any(axis=1)) if scene.clear else found


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The places of one label outside all areas, nearest first, before others are placed.

    Parameters
    ----------
    boxes, lines : (m, 4), of the label and of its leader
    cost : (m,) of the place, without what its leader runs over
    led : what the leaders of a part of them run over, by where that part begins
    """

    boxes: Floats
    lines: Floats
    cost: Floats
    led: dict[int, Floats]


def along_leaders(leaders: Sequence[tuple[Point, Point]], air: float) -> Floats:
    """Reserve leaders: small boxes along them."""
    found = [np.empty((0, 4))]
    for (x0, y0), (x1, y1) in leaders:
        count = max(2, int(np.hypot(x1 - x0, y1 - y0) / (2 * air)))
        points = np.column_stack([np.linspace(x0, x1, count), np.linspace(y0, y1, count)])
        found.append(np.column_stack([points - air, points + air]))
    return np.concatenate(found)


def other_circles(scene: LabelScene, label: Label, *, own: bool) -> Floats:
    """Give the circles that a label keeps off, of other areas and ``own`` as well."""
    circles = scene.circles
    foreign = circles[:, 0] != label.index
    if not own:
        return np.asarray(circles[foreign])
    return np.asarray(circles[foreign | (label.radius > 0)])


def overlaps(boxes: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Tell for (m, 4) and (k, 4) boxes which overlap, (m, k)."""
    x0, y0, x1, y1 = np.ascontiguousarray(boxes.T)[..., None]
    left, top, right, bottom = np.ascontiguousarray(others.T)
    found = x0 < right
    found &= left < x1
    found &= y0 < bottom
    found &= top < y1
    return np.asarray(found)


def on_circles(boxes: Floats, circles: Floats) -> npt.NDArray[np.bool_]:
    """Tell for (m, 4) boxes and (k, 4) circles which overlap, (m, k)."""
    x = np.clip(circles[None, :, 1], boxes[:, [0]], boxes[:, [2]])
    y = np.clip(circles[None, :, 2], boxes[:, [1]], boxes[:, [3]])
    reach = np.hypot(x - circles[None, :, 1], y - circles[None, :, 2])
    return np.asarray(reach < circles[None, :, 3])
