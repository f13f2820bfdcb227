"""Ranked bars beside a map: every area with its place, its value and a bar from zero.

The bars have the fills of the map. All stand in the order of their values; estimates have no place
among what was reported, and areas without a value stand at the end with the word for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import Text
from geomap.render.drawing.scene import Item, SceneWords, Shape, Stroke
from geomap.render.sheets import captions, fills
from geomap.render.sheets.blocks import Setter, TextBlock, joined_blocks
from geomap.render.sheets.legend import Layers
from geomap.render.sheets.paper import INK, SOFT, Sheet
from geomap.render.sheets.typesetting import ASCENT, Ruler
from geomap.values import ranks

if TYPE_CHECKING:
    from geomap.views.maps.mapview import AreaView, MapView

_MOST = 24
_EDGE = Stroke("#8a929a", 0.1)


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the columns of the bars stand, in millimetres from the left."""

    rank: float
    name: float
    zero: float
    left: float
    right: float
    factor: float


def bars(shown: Layers, sheet: Sheet, ruler: Ruler, width_mm: float, size_pt: float) -> TextBlock:
    """Make a heading and a row for each area, the largest first; very many are cut and counted."""
    view = shown.views[0]
    setter = Setter(ruler, width_mm, size_pt)
    heading = setter.text(sheet.say(Text("各旗区排名", "Areas by rank")), bold=True, after=0.25)
    listed = sorted(view.areas, key=lambda area: ranks.order(area.size))
    table = _table(listed[:_MOST], view, sheet, setter)
    rows = [_row(area, shown, sheet, setter, table) for area in listed[:_MOST]]
    left = len(listed) - _MOST
    if left > 0:
        said = sheet.say(Text(f"另 {left} 个未列", f"{left} more not listed"))
        rows.append(replace(setter, size_pt=size_pt * 0.86).text(said, colour=SOFT))
    return joined_blocks([heading, *rows])


def _table(listed: list[AreaView], view: MapView, sheet: Sheet, setter: Setter) -> _Table:
    """Give names and values what they need, and the bars the rest."""
    em, size = setter.em, setter.size_pt
    wide = [setter.ruler.width(sheet.say(area.name), size) for area in listed]
    said = [
        setter.ruler.width(captions.saying(area, view.indicator, sheet), size) for area in listed
    ]
    ranked = [_place(area, view, sheet) for area in listed]
    rank = max(setter.ruler.width(one, size) for one in ("00", *ranked)) + 0.5 * em
    name = min(max(wide, default=0.0), 0.45 * setter.width_mm) + 0.8 * em
    left = rank + name
    right = max(setter.width_mm - max(said, default=0.0) - 0.6 * em, left + em)
    known = [area.size for area in listed if area.size is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    factor = (right - left) / ((high - low) or 1.0)
    return _Table(rank, rank, left - low * factor, left, right, factor)


def _place(area: AreaView, view: MapView, sheet: Sheet) -> str:
    return sheet.say(ranks.said_place(area.rank, (one.rank for one in view.areas)))


def _row(area: AreaView, shown: Layers, sheet: Sheet, setter: Setter, table: _Table) -> TextBlock:
    em, size = setter.em, setter.size_pt
    base = em * ASCENT + (setter.pitch - em) / 2
    view = shown.views[0]
    place = _place(area, view, sheet)
    name = setter.ruler.cut(sheet.say(area.name), table.left - table.name - 0.3 * em, size)
    value = captions.saying(area, view.indicator, sheet)
    known = area.value is not None
    items: list[Item] = [
        SceneWords(table.rank - 0.5 * em, base, place, size, SOFT, anchor="end"),
        SceneWords(table.name, base, name, size),
        SceneWords(setter.width_mm, base, value, size, INK if known else SOFT, anchor="end"),
    ]
    if area.value and ranks.longest_bar((one.size for one in view.areas), view.indicator.decimals):
        items.append(_bar(area, shown, table, setter))
    return TextBlock(setter.pitch, tuple(items))


def _bar(area: AreaView, shown: Layers, table: _Table, setter: Setter) -> Shape:
    fill = fills.circle_fill(area) if shown.fill is None else fills.area_fill(shown.fill, area)
    x0, x1 = sorted((table.zero, table.zero + (area.size or 0.0) * table.factor))
    x1 = max(x1, x0 + 0.15) if math.isfinite(x1) else x0
    top, bottom = 0.22 * setter.pitch, 0.78 * setter.pitch
    ring = np.array([[x0, top], [x1, top], [x1, bottom], [x0, bottom]])
    return Shape((ring,), fill=fill.colour, hatch=fill.hatch, stroke=_EDGE)
