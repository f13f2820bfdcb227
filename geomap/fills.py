"""How areas and circles are painted: by class, by what is missing, by what is only an estimate.

The map and its legend both ask here, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.catalog import Status
from geomap.colour import mixed
from geomap.palettes import NO_DATA, NO_DATA_MARK
from geomap.scene import Hatch, Stroke
from geomap.sheet import BELOW_ZERO, CIRCLE, PAPER

if TYPE_CHECKING:
    from geomap.mapview import AreaView, MapView

NEUTRAL = "#eef0f2"
ESTIMATE = Status.APPORTIONED.value
SUPPRESSED = Status.SUPPRESSED.value
_DOTS = Hatch("dots", NO_DATA_MARK, 1.5, 0.4)
_BARRED = Hatch("lines", NO_DATA_MARK, 1.4, 0.18)


@dataclass(frozen=True, slots=True)
class Fill:
    """A colour and what lies over it."""

    colour: str
    hatch: Hatch | None = None
    edge: Stroke | None = None


MISSING = Fill(NO_DATA, _DOTS)
WITHHELD = Fill(NO_DATA, _BARRED)


def lacking(status: str) -> Fill:
    """Give the fill of an area without a value."""
    return WITHHELD if status == SUPPRESSED else MISSING


def area_fill(view: MapView | None, area: AreaView) -> Fill:
    """Give the fill of an area; ``view`` is None where circles alone tell the values."""
    if area.value is None:
        return lacking(area.status)
    if view is None:
        return Fill(NEUTRAL)
    colour = view.legend.colours[area.class_index]
    if area.status != ESTIMATE:
        return Fill(colour)
    return Fill(colour, _lines(colour, dark=view.legend.inks[area.class_index] == "#fff"))


def _lines(colour: str, *, dark: bool) -> Hatch:
    """White lines on a dark ground, darker ones on a light: seen in grey print too."""
    return Hatch(
        "lines", mixed(colour, PAPER if dark else "#000000", 0.6 if dark else 0.38), 1.7, 0.3
    )


def circle_fill(area: AreaView) -> Fill:
    """Give the fill and edge of a circle: red below zero, hatched with a dashed edge if guessed."""
    colour = BELOW_ZERO if (area.value or 0) < 0 else CIRCLE
    if area.status != ESTIMATE:
        return Fill(colour, None, Stroke(PAPER, 0.35))
    ground = mixed(colour, PAPER, 0.62)
    return Fill(
        ground,
        Hatch("lines", mixed(colour, PAPER, 0.3), 1.3, 0.28),
        Stroke(colour, 0.35, (1.1, 0.7)),
    )
