"""How areas and circles are painted: by class, by what is missing, by what is only an estimate.

The map and its legend both ask here, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.cartography.colour import mixed
from geomap.cartography.palettes import NO_DATA, NO_DATA_MARK, ink
from geomap.model.catalog import Status
from geomap.render.drawing.scene import Hatch, Stroke
from geomap.render.sheets.paper import BELOW_ZERO, CIRCLE, PAPER

if TYPE_CHECKING:
    from geomap.views.maps.mapview import AreaView, MapView

NEUTRAL = "#eef0f2"
# Stevens 2015, "blue and red": by CIEDE2000 no two are nearer than 7.8, in any vision, and none is
# near the colour of no data; other schemes of three by three come as near as 1.3.
PAIRS = (
    ("#e8e8e8", "#e4acac", "#c85a5a"),
    ("#b0d5df", "#ad9ea5", "#985356"),
    ("#64acbe", "#627f8c", "#574249"),
)
"""Rows by the class of the second indicator, columns by that of the first."""
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


def pair_fill(across: AreaView, up: AreaView) -> Fill:
    """Give the fill of an area by two values; without one of them it is lacking."""
    lack = next((one for one in (across, up) if one.value is None), None)
    if lack is not None:
        return lacking(lack.status)
    colour = PAIRS[up.class_index][across.class_index]
    return guessed(colour) if ESTIMATE in (across.status, up.status) else Fill(colour)


def guessed(colour: str) -> Fill:
    """Hatch a colour."""
    return Fill(colour, _lines(colour, dark=ink(colour) == "#fff"))


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
