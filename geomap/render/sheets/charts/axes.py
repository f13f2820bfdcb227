"""Scales, grids and labels that every chart on a sheet is drawn with, in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from geomap.numbers import digits_of, written
from geomap.render.drawing.scene import MM_PER_PT, Anchor, Item, SceneWords, Shape, Stroke
from geomap.render.sheets.emblems import outline
from geomap.render.sheets.paper import INK, LINE, PAPER, SOFT, Box
from geomap.render.sheets.typesetting import Ruler

Millimetres = tuple[float, float]
"""In millimetres, y downwards."""
ASCENT_OF_INK, BELOW_INK = 0.8, 0.15
"""Of the size: how far ink reaches above and below the baseline."""
SERIES = (
    "#0b5fa5", "#c2500a", "#0a7d5c", "#8f2d74", "#a67700", "#2f8fc4",
    "#5b4fb0", "#a8324a", "#4f6b1f", "#6b6f76", "#00797d", "#7a4a21",
)  # fmt: skip
"""Colours of lines, told apart by eyes that do not see red or green; each has its shape too."""
LINE_SHAPES = ("circle", "square", "triangle", "pentagon", "star", "hexagon", "cross")
TARGET_SHAPE = "diamond"
AROUND: tuple[Millimetres, ...] = (
    (0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1),
)  # fmt: skip
"""The sides of a point on which a text may stand, the best first; y downwards."""


@dataclass(frozen=True, slots=True)
class AxisScale:
    """From numbers to millimetres: ``low`` lies at ``start``, ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Give the place of a number; all in the middle where there is one only."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def segment(x0: float, y0: float, x1: float, y1: float, stroke: Stroke, title: str = "") -> Shape:
    """Draw a straight line."""
    return Shape((np.array([[x0, y0], [x1, y1]]),), stroke=stroke, closed=False, title=title)


def marker(
    shape: str, at: Millimetres, size: float, colour: str, *, hollow: bool, title: str = ""
) -> Shape:
    """Draw a point: filled where somebody reported it, hollow where nobody did."""
    ring = outline(shape) * (size / 2) + at
    if hollow:
        return Shape((ring,), fill=PAPER, stroke=Stroke(colour, 0.2 * size), title=title)
    return Shape((ring,), fill=colour, stroke=Stroke(PAPER, 0.09 * size), title=title)


def tick_words(ticks: Sequence[float]) -> list[str]:
    """Write the numbers of an axis, all with the same decimals."""
    digits = max(digits_of(one) for one in ticks)
    return [written(one, digits) for one in ticks]


def words_at(
    at: Millimetres, text: str, size: float, *, anchor: Anchor = "start", colour: str = INK
) -> SceneWords:
    """Write a line whose middle, from top to foot of its ink, is at ``at``."""
    base = at[1] + (ASCENT_OF_INK - BELOW_INK) / 2 * size * MM_PER_PT
    return SceneWords(at[0], base, text, size, colour, anchor=anchor)


def rows_of_grid(
    ticks: Sequence[float], scale: AxisScale, left: float, right: float, size: float
) -> list[Item]:
    """Draw a line across for each tick, the one of zero darker, with its number to the left."""
    found: list[Item] = []
    for value, text in zip(ticks, tick_words(ticks), strict=True):
        y = scale(value)
        stroke = Stroke(SOFT, 0.3) if value == 0 else Stroke(LINE, 0.15)
        found.append(segment(left, y, right, y, stroke))
        gap = 0.5 * size * MM_PER_PT
        found.append(words_at((left - gap, y), text, size, anchor="end", colour=SOFT))
    return found


def columns_of_grid(
    ticks: Sequence[float], scale: AxisScale, top: float, bottom: float, size: float
) -> list[Item]:
    """Draw a line upright for each tick, with its number below."""
    found: list[Item] = []
    em = size * MM_PER_PT
    for value, text in zip(ticks, tick_words(ticks), strict=True):
        x = scale(value)
        stroke = Stroke(SOFT, 0.3) if value == 0 else Stroke(LINE, 0.15)
        found.append(segment(x, top, x, bottom, stroke))
        found.append(words_at((x, bottom + 1.15 * em), text, size, anchor="middle", colour=SOFT))
    return found


def spread(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Move places apart, in their order, until each has so much room; none leaves [low, high].

    Where there is no room for all they are evenly spaced, and nearer than asked for.
    """
    count = len(places)
    if not count:
        return []
    if least * (count - 1) > high - low:
        step = (high - low) / max(1, count - 1)
        return [low + at * step for at in _ranks(places)]
    order = sorted(range(count), key=lambda at: (places[at], at))
    found = [0.0] * count
    edge = low
    for at in order:
        found[at] = edge = max(places[at], edge)
        edge += least
    edge = high
    for at in reversed(order):
        found[at] = edge = min(found[at], edge)
        edge -= least
    return found


def _ranks(places: Sequence[float]) -> list[int]:
    order = sorted(range(len(places)), key=lambda at: (places[at], at))
    found = [0] * len(places)
    for rank, at in enumerate(order):
        found[at] = rank
    return found


@dataclass(slots=True)
class Labels:
    """Texts beside points: each where it lies over no other text and no point, else nowhere."""

    ruler: Ruler
    within: Box
    taken: list[Box] = field(default_factory=list)

    def keep_off(self, at: Millimetres, radius: float) -> None:
        """Let no text stand upon a point."""
        x, y = at
        self.taken.append(Box(x - radius, y - radius, x + radius, y + radius))

    def beside(
        self, at: Millimetres, text: str, size: float, *, off: float, colour: str = INK,
        order: Iterable[Millimetres] = AROUND,
    ) -> SceneWords | None:  # fmt: skip
        """Write a text near a place, ``off`` away, at the first side where there is room."""
        em, width = size * MM_PER_PT, self.ruler.width(text, size)
        high = (ASCENT_OF_INK + BELOW_INK) * em
        for dx, dy in order:
            mid_x, mid_y = at[0] + dx * (off + width / 2), at[1] + dy * (off + high / 2)
            box = Box(mid_x - width / 2, mid_y - high / 2, mid_x + width / 2, mid_y + high / 2)
            if self.within.holds(box) and not any(box.overlaps(one) for one in self.taken):
                self.taken.append(box.inset(-0.15 * em))
                base = mid_y + (ASCENT_OF_INK - BELOW_INK) / 2 * em
                return SceneWords(
                    mid_x, base, text, size, colour, anchor="middle",
                    halo=Stroke(PAPER, 0.25 * em),
                )  # fmt: skip
        return None
