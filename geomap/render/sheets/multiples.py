"""Small multiples: several maps on one sheet, in one scale, under one legend.

Years of one indicator, or categories that are measured alike. What is drawn must be comparable:
fills share their class breaks, circles one scale; otherwise the sheet is refused, not made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.cartography.symbols import legend_values
from geomap.errors import RequestError, Text
from geomap.render.drawing.scene import MM_PER_PT, Scene, SceneWords, Stroke
from geomap.render.sheets import captions, thematic
from geomap.render.sheets.blocks import balanced, in_columns, stack
from geomap.render.sheets.canvas import ItemsFound, SheetLayout, add, checked_sheet, nothing
from geomap.render.sheets.ground import ground, projected
from geomap.render.sheets.legend import Layers
from geomap.render.sheets.map_frame import draw_map
from geomap.render.sheets.map_sheet import fitted, whole_box
from geomap.render.sheets.margins import foot, head
from geomap.render.sheets.paper import INK, PAPER, Box, Sheet
from geomap.render.sheets.typesetting import ASCENT, LINE_HEIGHT, Ruler, TextWidth, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import MapView, SymbolView

FEWEST, MOST = 2, 12
_SMALLEST_PT, _BELOW = 5.0, 0.16
_GAP_MM = 2.0


def compose_multiples(
    atlas: Atlas,
    views: Sequence[MapView],
    sheet: Sheet | None = None,
    *,
    measure: TextWidth = rough,
) -> Scene:
    """Compose one sheet of several maps.

    Parameters
    ----------
    views : 2 to 12, of this atlas, all drawn by fill with the same breaks (``shared_breaks``), or
        all by circles in one unit
    sheet, measure : as for ``geomap.render.sheets.map_sheet.compose``

    Raises
    ------
    RequestError : too few or too many maps, or maps that cannot be compared
    NotFoundError : no such size or layer
    """
    sheet = checked_sheet(atlas, sheet or Sheet())
    _require_comparable(views)
    views = _one_scale(views)
    plan = SheetLayout(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=tuple(views),
        title=captions.title_of_several(atlas, views, sheet),
        subtitle=captions.subtitle_of_several(atlas, views, sheet),
        description="\n".join(
            captions.map_description(view, sheet.say(captions.apart_by(view, views)), sheet)
            for view in views
        ),
    )
    found = nothing()
    inner = sheet.paper.inner
    top, bottom = head(plan, inner, found), foot(plan, inner, found)
    _body(plan, views, Box(inner.x0, top, inner.x1, bottom), found)
    return plan.scene(found)


def _require_comparable(views: Sequence[MapView]) -> None:
    if not FEWEST <= len(views) <= MOST:
        raise RequestError(
            f"多图并列需 {FEWEST} 到 {MOST} 张，给了 {len(views)} 张",
            f"small multiples are {FEWEST} to {MOST} maps, not {len(views)}",
        )
    if len({view.representation for view in views}) > 1:
        raise RequestError(
            "并列的图表达方式不同，请统一用面（fill）或圆（symbol）",
            "the maps differ in how they are drawn; ask for fill or symbol for all",
        )
    filled = views[0].representation == "fill"
    if filled and len({view.legend.bounds for view in views if view.legend.bounds}) > 1:
        raise RequestError(
            "并列的图分级不同，不能共用图例；请各年用同一分级（shared_breaks）或自定断点",
            "the maps differ in their class breaks and cannot share a legend; ask for shared "
            "breaks, or give breaks",
        )
    if len({view.indicator.unit for view in views}) > 1:
        raise RequestError(
            "并列的图单位不同，不能共用图例",
            "the maps differ in their unit and cannot share a legend",
        )


def _one_scale(views: Sequence[MapView]) -> list[MapView]:
    """Draw all circles by the largest value of all maps."""
    known = [view.symbols for view in views if view.symbols]
    if not known:
        return list(views)
    largest = max(one.largest for one in known)
    shared = replace(
        max(known, key=_largest),
        max_radius_px=min(one.max_radius_px for one in known),
        legend=legend_values(largest, least=0 if views[0].indicator.decimals else 1),
    )
    return [replace(view, symbols=shared if view.symbols else None) for view in views]


def _largest(symbols: SymbolView) -> float:
    return symbols.largest


def _body(plan: SheetLayout, views: Sequence[MapView], body: Box, found: ItemsFound) -> None:
    room = _room(plan, body)
    columns, frames = _grid(room, len(views), _aspect(plan.atlas))
    rows = -(-len(views) // columns)
    least = _SMALLEST_PT / plan.sheet.paper.label_pt
    scale = min(1.0, max(1 / math.sqrt(max(columns, rows)), least))
    merged = _shown(_merged(views), scale, counted=False)
    _legend(plan, thematic.sized(merged, ground(plan.atlas, frames[0])), body, room, found)
    for at, (view, frame) in enumerate(zip(views, frames, strict=True)):
        land = ground(plan.atlas, frame)
        named = _named(plan, plan.say(captions.apart_by(view, views)), frame, found)
        shown = thematic.sized(_shown(view, scale), land)
        draw_map(plan, land, shown, found, reserved=[named], bare=at > 0)


def _room(plan: SheetLayout, body: Box) -> Box:
    """Give what the maps have: the body without the legend, which is beside or below them."""
    paper = plan.sheet.paper
    if paper.side_mm:
        return replace(body, x1=body.x1 - paper.side_mm - _gap(plan))
    return replace(body, y1=body.y1 - _BELOW * body.height)


def _gap(plan: SheetLayout) -> float:
    return 0.6 * plan.sheet.paper.text_pt * MM_PER_PT


def _legend(plan: SheetLayout, shown: Layers, body: Box, room: Box, found: ItemsFound) -> None:
    paper, gap = plan.sheet.paper, _gap(plan)
    if paper.side_mm:
        blocks = fitted(plan, shown, paper.side_mm - gap, body.height)
        add(found, stack(blocks, room.x1 + 2 * gap, body.y0))
        return
    width = (body.width - (paper.columns - 1) * 3 * gap) / paper.columns
    height = body.y1 - room.y1 - gap
    blocks = fitted(plan, shown, width, paper.columns * height)
    columns = in_columns(blocks, paper.columns, height)
    for at, column in enumerate(columns or balanced(blocks, paper.columns)[1]):
        add(found, stack(column, body.x0 + at * (width + 3 * gap), room.y1 + gap))


def _shown(view: MapView, scale: float, *, counted: bool = True) -> Layers:
    filled = view.representation == "fill"
    fill, circles = (view, None) if filled else (None, view)
    return Layers(fill, circles, scale=scale, counted=counted)


def _aspect(atlas: Atlas) -> float:
    west, south, east, north = projected(atlas).bounds
    return (east - west) / (north - south)


def _grid(room: Box, count: int, aspect: float) -> tuple[int, list[Box]]:
    """Choose the columns in which the maps are largest; gives them and the frames in rows."""

    def size(columns: int) -> float:
        rows = -(-count // columns)
        return min(room.width / columns / aspect, room.height / rows)

    columns = max(range(1, count + 1), key=size)
    rows = -(-count // columns)
    wide = (room.width - (columns - 1) * _GAP_MM) / columns
    high = (room.height - (rows - 1) * _GAP_MM) / rows
    # One size for all, whatever rounding does to their corners: they are in one scale.
    wide, high = math.floor(wide * 2) / 2, math.floor(high * 2) / 2
    corners = [
        (room.x0 + at % columns * (wide + _GAP_MM), room.y0 + at // columns * (high + _GAP_MM))
        for at in range(count)
    ]
    return columns, [_sized(whole_box(Box(x, y, x, y)), wide, high) for x, y in corners]


def _sized(corner: Box, wide: float, high: float) -> Box:
    return Box(corner.x0, corner.y0, corner.x0 + wide, corner.y0 + high)


def _named(plan: SheetLayout, text: str, frame: Box, found: ItemsFound) -> Box:
    """Write the name of a map in the top left corner of its frame; gives the box it takes."""
    size = plan.sheet.paper.text_pt
    em = size * MM_PER_PT
    text = plan.ruler.cut(text, frame.width - 2 * em, size, True)
    x, y = frame.x0 + 0.6 * em, frame.y0 + 0.5 * em
    width = plan.ruler.width(text, size, True)
    found["text"].append(
        SceneWords(x, y + em * ASCENT, text, size, INK, True, halo=Stroke(PAPER, 0.25 * em))
    )
    return Box(frame.x0, frame.y0, x + width + 0.6 * em, y + em * LINE_HEIGHT)


def _merged(views: Sequence[MapView]) -> MapView:
    """Give one view for the legend: of all maps together, what there is on any of them."""
    first = next((view for view in views if view.legend.bounds), views[0])
    indicator = first.indicator
    if len({view.indicator.id for view in views}) > 1:
        indicator = replace(indicator, name=Text("各图", "All maps"))
    notes = dict.fromkeys(note for view in views for note in view.legend.notes)
    return replace(
        first,
        indicator=indicator,
        areas=tuple(area for view in views for area in view.areas),
        legend=replace(first.legend, notes=tuple(notes) if len(notes) == 1 else ()),
        symbols=next((view.symbols for view in views if view.symbols), None),
    )
