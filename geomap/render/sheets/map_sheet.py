"""A map sheet, ready for a report: a ``MapView`` and its ``Atlas`` → a ``Scene`` in millimetres.

From the edges inwards: title and marks at the top, notes and sources at the foot, the legend beside
or below; the map takes all that is left. Text that needs more room takes it from the map, so that
nothing is cut but what could never fit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.render.drawing.scene import MM_PER_PT, Scene
from geomap.render.sheets import captions, thematic
from geomap.render.sheets.blocks import Setter, TextBlock, balanced, height_of, in_columns, stack
from geomap.render.sheets.canvas import (
    FACTORS,
    ItemsFound,
    SheetLayout,
    add,
    checked_sheet,
    nothing,
)
from geomap.render.sheets.ground import Ground, ground
from geomap.render.sheets.legend import Layers, legend
from geomap.render.sheets.map_frame import draw_map
from geomap.render.sheets.margins import foot, head
from geomap.render.sheets.paper import SOFT, Box, Sheet
from geomap.render.sheets.ranked_bars import bars
from geomap.render.sheets.site_marks import site_numbers
from geomap.render.sheets.typesetting import Ruler, TextWidth, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import MapView

_LEGEND_SHARE = 0.36


def compose_sheet(
    atlas: Atlas,
    view: MapView,
    sheet: Sheet | None = None,
    *,
    circles: MapView | None = None,
    measure: TextWidth = rough,
) -> Scene:
    """Compose one map sheet.

    Parameters
    ----------
    view : of this atlas; drawn as it says, by fill or by circles
    sheet : size, language, layers and imprint; A4 in Chinese when None
    circles : a second view, drawn as circles over the fill of the first
    measure : the widths of the font that will paint it

    Raises
    ------
    NotFoundError : no such size, or a layer that is none; names those there are
    """
    sheet = checked_sheet(atlas, sheet or Sheet())
    alone = circles is None and view.representation == "symbol"
    under = captions.subtitle(atlas, view, circles, sheet)
    plan = SheetLayout(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=(view,) if circles is None else (view, circles),
        title=captions.map_title(view, circles, sheet),
        subtitle=under,
        description=captions.map_description(view, under, sheet),
    )
    found = nothing()
    inner = sheet.paper.inner
    top, bottom = head(plan, inner, found), foot(plan, inner, found)
    shown = Layers(None if alone else view, view if alone else circles)
    lay_out(plan, shown, Box(inner.x0, top, inner.x1, bottom), found)
    return plan.scene(found)


def lay_out(plan: SheetLayout, shown: Layers, body: Box, found: ItemsFound) -> None:
    """Draw the map and its legend beside or below it."""
    paper = plan.sheet.paper
    if paper.side_mm:
        gap = 0.6 * paper.text_pt * MM_PER_PT
        frame = Box(body.x0, body.y0, body.x1 - paper.side_mm - gap, body.y1)
        land = ground(plan.atlas, whole_box(frame))
        shown = _naming(plan, thematic.sized(shown, land), paper.side_mm - gap, body.height)
        blocks = fitted(plan, shown, paper.side_mm - gap, body.height)
        add(found, stack(blocks, body.x1 - paper.side_mm + gap, body.y0))
    else:
        land, shown = _above(plan, shown, body, found)
    draw_map(plan, land, shown, found)


def whole_box(frame: Box) -> Box:
    """Round a frame to half millimetres: maps of one release then share their ground."""
    return Box(*(round(edge * 2) / 2 for edge in (frame.x0, frame.y0, frame.x1, frame.y1)))


def fitted(plan: SheetLayout, shown: Layers, width: float, height: float) -> list[TextBlock]:
    """Set the legend as large as fits in one column; notes go first, then what stands last."""
    if blocks := _set(plan, shown, width, height):
        return blocks
    size = plan.sheet.paper.text_pt * FACTORS[-1]
    blocks = _at(plan, shown, width, size)
    return _shortened(plan, [block for block in blocks if not block.spare], width, height)


def _naming(plan: SheetLayout, shown: Layers, width: float, height: float) -> Layers:
    """Name the sites where few are drawn and the legend has room for all names."""
    if not site_numbers(plan.atlas, plan.sheet):
        return shown
    named = replace(shown, named=True)
    return named if _set(plan, named, width, height) else shown


def _set(plan: SheetLayout, shown: Layers, width: float, height: float) -> list[TextBlock]:
    """Set the whole legend in one column, as large as fits; nothing where it does not."""
    for factor in FACTORS:
        blocks = _at(plan, shown, width, plan.sheet.paper.text_pt * factor)
        if height_of(blocks) <= height:
            return blocks
    return []


def _at(plan: SheetLayout, shown: Layers, width: float, size: float) -> list[TextBlock]:
    """Set the legend, and the bars where they are asked for, in one size of type."""
    blocks = legend(plan.atlas, shown, plan.sheet, plan.ruler, width, size)
    if plan.sheet.bars:
        blocks += [TextBlock(size * MM_PER_PT), bars(shown, plan.sheet, plan.ruler, width, size)]
    return blocks


def _shortened(
    plan: SheetLayout, blocks: list[TextBlock], width: float, height: float
) -> list[TextBlock]:
    """Leave out what stands last, and say so."""
    if height_of(blocks) <= height:
        return blocks
    said = plan.say(Text("（余略）", "(more not shown)"))
    more = Setter(plan.ruler, width, plan.sheet.paper.small_pt).text(said, colour=SOFT)
    while blocks and (height_of(blocks) + more.height > height or blocks[-1].keep):
        blocks.pop()
    return [*blocks, more]


def _above(plan: SheetLayout, shown: Layers, body: Box, found: ItemsFound) -> tuple[Ground, Layers]:
    """Put the legend in columns below the map; gives the ground above it, and what is shown."""
    paper = plan.sheet.paper
    gap = paper.text_pt * MM_PER_PT
    width = (body.width - (paper.columns - 1) * 2 * gap) / paper.columns
    # The circles of the legend are as large as those of the map, which depends on the legend.
    guess = ground(
        plan.atlas, whole_box(Box(body.x0, body.y0, body.x1, body.y0 + 0.7 * body.height))
    )
    most = 3 * _LEGEND_SHARE * body.height
    shown = _naming(plan, thematic.sized(shown, guess), width, most)
    blocks = fitted(plan, shown, width, most)
    height = max(balanced(blocks, paper.columns)[0], 0.2 * body.height)
    frame = whole_box(Box(body.x0, body.y0, body.x1, body.y1 - height - gap))
    land = ground(plan.atlas, frame)
    shown = thematic.sized(shown, land)
    blocks = fitted(plan, shown, width, most)
    columns = in_columns(blocks, paper.columns, body.y1 - frame.y1 - 0.5 * gap)
    for at, column in enumerate(columns or balanced(blocks, paper.columns)[1]):
        add(found, stack(column, body.x0 + at * (width + 2 * gap), frame.y1 + 0.6 * gap))
    return land, shown
