"""The map of a sheet: neighbours, areas, borders, circles, sites and labels, on a ``Ground``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geomap.cartography.symbols import draw_order
from geomap.model.label_points import MANY, SCREEN_PX
from geomap.render.drawing.scene import MM_PER_PT, Anchor, Circle, Item, SceneWords, Shape, Stroke
from geomap.render.sheets import captions, fills
from geomap.render.sheets.canvas import SheetLayout
from geomap.render.sheets.ground import Ground
from geomap.render.sheets.label_room import Label, Placed, Surroundings
from geomap.render.sheets.legend import Layers
from geomap.render.sheets.paper import INK, PAPER, SOFT, Box, Sheet
from geomap.render.sheets.placement import fitting, place
from geomap.render.sheets.typesetting import ASCENT, LINE_HEIGHT, Ruler

FAINT, FAINT_LINE = "#f6f7f8", "#d9dce0"
BORDER = "#4b545d"
_PAD_MM, _SPOT_MM = 0.5, 0.7
_LEADER = Stroke(INK, 0.18)


def sized(shown: Layers, ground: Ground) -> Layers:
    """Give what is shown with its circles in the size of this ground.

    As ``geomap.model.label_points.pixels``, by the larger spread: areas may lie north to south.
    """
    spread = float(np.ptp(ground.labels, axis=0).max()) if len(ground.labels) > 1 else 0.0
    return replace(shown, mm_per_px=(spread or 0.5 * ground.frame.width) / SCREEN_PX)


def neighbours(ground: Ground, heavy: float) -> list[Item]:
    """Draw what lies around the city, faintly; the same ground where no neighbour is known."""
    line, box = Stroke(FAINT_LINE, 0.15 * heavy), ground.frame
    ring = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]])
    return [
        Shape((ring,), fill=FAINT),
        *(Shape(rings, fill=FAINT, stroke=line) for rings in ground.context),
    ]


def areas(ground: Ground, shown: Layers, sheet: Sheet) -> list[Item]:
    """Draw the areas, filled by their values; each tells its name and value.

    Very many come by colour, so that they can be painted together, and without edges.
    """
    main = shown.views[0]
    many = len(ground.areas) > MANY
    edge = None if many else Stroke(PAPER, 0.3 * sheet.paper.line)
    found: list[Shape] = []
    for index, (rings, area) in enumerate(zip(ground.areas, main.areas, strict=True)):
        fill = shown.area_fill(index)
        told = captions.told_area(area, main.indicator, sheet)
        if shown.pair:
            told += f"; {captions.told_area(shown.pair.areas[index], shown.pair.indicator, sheet)}"
        found.append(Shape(rings, fill.colour, edge, fill.hatch, title=told))
    return (
        [*sorted(found, key=lambda shape: (bool(shape.hatch), str(shape.fill)))]
        if many
        else [*found]
    )


def border_lines(ground: Ground, heavy: float) -> list[Item]:
    """Draw the borders between areas, thin, and the outline of the city."""
    many = len(ground.areas) > MANY
    found: list[Item] = []
    if ground.inner:
        thin = Stroke(PAPER, 0.08) if many else Stroke(BORDER, 0.15 * heavy)
        opacity = 1.0 if many else 0.8
        found.append(Shape(ground.inner, stroke=thin, closed=False, opacity=opacity))
    if ground.outline:
        line = Stroke(BORDER, (0.2 if many else 0.4) * heavy)
        found.append(Shape(ground.outline, stroke=line, closed=False))
    return found


def circles(ground: Ground, shown: Layers, sheet: Sheet) -> list[Item]:
    """Draw the circles, the largest at the back."""
    view = shown.circles
    if view is None:
        return []
    sizes = np.array([shown.radius(area.size) for area in view.areas])
    found: list[Item] = []
    for index in draw_order(sizes):
        if sizes[index] > 0:
            area = view.areas[index]
            fill = fills.circle_fill(area)
            x, y = ground.labels[index].tolist()
            told = captions.told_area(area, view.indicator, sheet)
            opacity = 0.88 if fill.hatch is None else 1.0
            found.append(
                Circle(x, y, float(sizes[index]), fill.colour, fill.edge, fill.hatch, opacity, told)
            )
    return found


# --- labels ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label."""

    text: str
    size_pt: float
    bold: bool = False
    soft: bool = False


def area_labels(
    plan: SheetLayout,
    ground: Ground,
    shown: Layers,
    reserved: Sequence[Box],
    marks: Sequence[Box] = (),
    names: Mapping[str, str] | None = None,
) -> tuple[list[Item], list[int]]:
    """Write name and value of each area where there is room.

    Parameters
    ----------
    reserved : what labels may not touch
    marks : sites and their numbers, which they rather leave free
    names : by code, in place of the full ones

    Returns
    -------
    Items, and the areas whose label found no place
    """
    sheet, count = plan.sheet, len(ground.areas)
    many = count > MANY
    size = sheet.paper.label_pt * shown.scale
    lines = {
        index: _lines(index, shown, sheet, size, names or {})
        for index in (_roomy(ground, size) if many else range(count))
    }
    wanted = [_label(ground, shown, index, one, plan.ruler) for index, one in lines.items()]
    if many:
        placed = fitting(wanted, ground.extents, ground.frame.inset(1), reserved)
    else:
        circles = tuple(_round(ground, shown))
        frame, land = ground.frame.inset(1), ground.territory
        placed = place(wanted, Surroundings(frame, tuple(reserved), circles, tuple(marks), land))
    items: list[Item] = [one for label in placed for one in _leader(label)]
    for label in placed:
        items += _written(label, lines[label.index], *_ink(label, shown))
    return items, sorted(set(range(count)) - {one.index for one in placed})


def _roomy(ground: Ground, size_pt: float) -> list[int]:
    """Name the areas that are high enough for a label of two lines."""
    least = 2 * LINE_HEIGHT * size_pt * MM_PER_PT
    high = np.nan_to_num(ground.extents[:, 3] - ground.extents[:, 1])
    return [int(index) for index in np.flatnonzero(high > least)]


def _lines(
    index: int, shown: Layers, sheet: Sheet, size: float, names: Mapping[str, str]
) -> list[Line]:
    area = shown.views[0].areas[index]
    found = [Line(names.get(area.code) or _name(sheet.say(area.name), sheet), size)]
    for view in shown.views:
        area = view.areas[index]
        text = captions.saying(area, view.indicator, sheet)
        if len(shown.views) > 1 and view is shown.circles:
            text = f"○ {text}"
        known = area.value is not None
        found.append(Line(text, size if known else size * 0.88, bold=known, soft=not known))
    return found


def _name(name: str, sheet: Sheet) -> str:
    """Leave the kind of area out of an English name: Dongsheng, not Dongsheng District."""
    words = name.split()
    short = sheet.lang == "en" and len(words) > 1 and words[-1] in _KINDS
    return " ".join(words[:-1]) if short else name


_KINDS = ("District", "Banner", "County", "City")


def _label(ground: Ground, shown: Layers, index: int, lines: list[Line], ruler: Ruler) -> Label:
    width = max(ruler.width(one.text, one.size_pt, one.bold) for one in lines)
    height = sum(one.size_pt * MM_PER_PT * LINE_HEIGHT for one in lines)
    x0, y0, x1, y1 = ground.extents[index].tolist()
    room = 0.0 if math.isnan(x0) else min(x1 - x0, 2 * (y1 - y0))
    x, y = ground.labels[index].tolist()
    circle = shown.circles.areas[index].size if shown.circles else None
    radius = shown.radius(circle)
    inside = not radius or math.hypot(width, height) < 2 * radius
    return Label(
        index, x, y, width + 2 * _PAD_MM, height + _PAD_MM, radius, inside=inside, room=room
    )


def _round(ground: Ground, shown: Layers) -> list[tuple[int, float, float, float]]:
    """Give the circles, and for an area without one the spot where a leader would begin."""
    main = shown.circles or shown.views[0]
    return [
        (index, *ground.labels[index].tolist(), shown.radius(area.size) or _SPOT_MM)
        for index, area in enumerate(main.areas)
    ]


def _ink(label: Placed, shown: Layers) -> tuple[str, str]:
    """Give the colours of a label and its halo: light on a dark area that holds all of it."""
    if label.own and shown.fill and not shown.circles and not shown.pair:
        area = shown.fill.areas[label.index]
        if area.value is not None and area.status != fills.ESTIMATE:
            ink = shown.fill.legend.inks[area.class_index]
            if ink == "#fff":
                return PAPER, shown.fill.legend.colours[area.class_index]
            return INK, shown.fill.legend.colours[area.class_index]
    return INK, PAPER


def _written(label: Placed, lines: list[Line], ink: str, ground: str) -> list[Item]:
    x, anchor = _aligned(label)
    y = label.box.y0 + _PAD_MM / 2
    found: list[Item] = []
    for line in lines:
        em = line.size_pt * MM_PER_PT
        base = y + em * ASCENT + em * (LINE_HEIGHT - 1) / 2
        halo = Stroke(ground, 0.24 * em)
        colour = SOFT if line.soft and ink == INK else ink
        found.append(SceneWords(x, base, line.text, line.size_pt, colour, line.bold, anchor, halo))
        y += em * LINE_HEIGHT
    return found


def _aligned(label: Placed) -> tuple[float, Anchor]:
    """Set lines from the side that a leader comes to, so that it reaches them all; else centred."""
    end = label.leader[1][0] if label.leader else math.nan
    if end == label.box.x0:
        return label.box.x0 + _PAD_MM, "start"
    if end == label.box.x1:
        return label.box.x1 - _PAD_MM, "end"
    return (label.box.x0 + label.box.x1) / 2, "middle"


def _leader(label: Placed) -> list[Item]:
    if label.leader is None:
        return []
    start, end = label.leader
    line = np.array([start, end])
    return [
        Shape((line,), stroke=Stroke(PAPER, 0.55), closed=False, opacity=0.8),
        Shape((line,), stroke=_LEADER, closed=False),
        Circle(start[0], start[1], 0.45, fill=INK, stroke=Stroke(PAPER, 0.15)),
    ]
