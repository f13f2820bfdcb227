"""What stands on the frame of a map: a bar scale with round lengths, and an arrow to the north."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geomap.numbers import full
from geomap.render.drawing.scene import MM_PER_PT, Item, SceneWords, Shape, Stroke
from geomap.render.sheets.paper import INK, PAPER, Box
from geomap.render.sheets.typesetting import ASCENT

_WIDTH = 0.35  # of the frame, at most
_PARTS = {1: 4, 2: 4, 5: 5}
_HALO_MM = 0.7


@dataclass(frozen=True, slots=True)
class Scale:
    """A bar of round length in equal parts.

    Parameters
    ----------
    km, mm : its length on the ground and on the sheet
    parts : how many fields it has
    """

    km: float
    mm: float
    parts: int


def bar_scale(mm_per_km: float, longest_mm: float) -> Scale:
    """Choose the longest bar of 1, 2 or 5 × 10ⁿ km that is no longer than ``longest_mm``."""
    most = longest_mm / mm_per_km
    power = 10.0 ** math.floor(math.log10(most))
    lead = max(one for one in _PARTS if one * power <= most * (1 + 1e-12))
    km = lead * power
    return Scale(km, km * mm_per_km, _PARTS[lead])


def longest_scale(frame: Box) -> float:
    """Give how long a bar may be in a frame."""
    return min(0.22 * frame.width, 60.0)


def scale_box(scale: Scale, size_pt: float) -> tuple[float, float]:
    """Give the width and height that ``draw_scale`` needs."""
    em = size_pt * MM_PER_PT
    return scale.mm + 4.2 * em, 2.3 * em


def draw_scale(scale: Scale, x: float, y: float, size_pt: float, unit: str) -> list[Item]:
    """Draw a bar scale from its top left corner; its fields begin one em from the left."""
    em = size_pt * MM_PER_PT
    left, top, height = x + em, y + 1.35 * em, 0.42 * em
    halo = Stroke(PAPER, _HALO_MM)
    step = scale.mm / scale.parts
    items: list[Item] = [
        Shape(
            (_rectangle(left + step * part, top, step, height),),
            fill=INK if part % 2 == 0 else PAPER,
            stroke=Stroke(INK, 0.15),
        )
        for part in range(scale.parts)
    ]
    for part in {0, scale.parts // 2 if scale.parts % 2 == 0 else 0, scale.parts}:
        text = f"{full(scale.km * part / scale.parts)}"
        suffix = f" {unit}" if part == scale.parts else ""
        middle = left + step * part
        base = y + em * ASCENT
        items.append(SceneWords(middle, base, text, size_pt, anchor="middle", halo=halo))
        if suffix:
            wide = (0.6 * len(text) / 2 + 0.25) * em
            items.append(SceneWords(middle + wide, base, unit, size_pt, halo=halo))
    return items


def draw_north(x: float, y: float, size_pt: float, letter: str) -> list[Item]:
    """Draw an arrow to the north from the top middle (x, y); ``north_box`` is what it needs.

    On a conic map north is upwards at the central meridian only; of a city it leans by a degree
    or two at the sides.
    """
    em = size_pt * MM_PER_PT
    top = y + 1.2 * em
    left = np.array([[x, top], [x - 0.75 * em, top + 2.4 * em], [x, top + 1.85 * em]])
    right = left * (-1, 1) + (2 * x, 0)
    edge = Stroke(INK, 0.2)
    return [
        Shape((left,), fill=INK, stroke=edge),
        Shape((right,), fill=PAPER, stroke=edge),
        SceneWords(
            x, y + em * ASCENT, letter, size_pt, bold=True, anchor="middle",
            halo=Stroke(PAPER, _HALO_MM),
        ),
    ]  # fmt: skip


def north_box(size_pt: float) -> tuple[float, float]:
    """Give the width and height of the arrow with its letter."""
    em = size_pt * MM_PER_PT
    return 1.7 * em, 3.7 * em


def _rectangle(x: float, y: float, width: float, height: float) -> np.ndarray:
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
