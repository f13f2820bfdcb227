"""A map sheet, ready for a report: a ``MapView`` and its ``Atlas`` → a ``Scene`` in millimetres.

From the edges inwards: title and marks at the top, notes and sources at the foot, the legend beside
or below; the map takes all that is left. Text that needs more room takes it from the map, so that
nothing is cut but what could never fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from geomap import captions, furniture, thematic
from geomap.approval import INTERNAL_MARK
from geomap.blocks import Block, Setter, balanced, height_of, in_columns, stack
from geomap.errors import Text
from geomap.ground import Ground, ground
from geomap.legend import Shown, legend
from geomap.mapview import SYNTHETIC_MARK, MapView
from geomap.ranking import bars
from geomap.scene import MM_PER_PT, Group, Item, Scene, Shape, Stroke, Words
from geomap.sheet import INK, LINE, PAPER, SOFT, WARNING, Box, Sheet
from geomap.typesetting import ASCENT, LINE_HEIGHT, Measure, Ruler, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas

GROUPS = {
    "neighbours": Text("邻区", "Neighbours"),
    "areas": Text("旗区", "Areas"),
    "borders": Text("界线", "Borders"),
    "symbols": Text("圆", "Circles"),
    "sites": Text("点位", "Sites"),
    "labels": Text("注记", "Labels"),
    "insets": Text("市域外", "Outside the city"),
    "legend": Text("图例", "Legend"),
    "furniture": Text("比例尺、指北针、图框", "Scale, north and frame"),
    "text": Text("图名与说明", "Title and notes"),
}
_FACTORS = (1.0, 0.94, 0.88, 0.82, 0.76)
_FOOT_SHARE, _LEGEND_SHARE, _TITLE_LINES, _FOOT_LINES = 0.34, 0.36, 2, 4
Found = dict[str, list[Item]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every part of the sheet needs to know."""

    atlas: Atlas
    sheet: Sheet
    ruler: Ruler
    fill: MapView | None
    circles: MapView | None

    @property
    def views(self) -> list[MapView]:
        return [view for view in (self.fill, self.circles) if view is not None]

    def say(self, text: Text) -> str:
        return self.sheet.say(text)


def compose(
    atlas: Atlas,
    view: MapView,
    sheet: Sheet | None = None,
    *,
    circles: MapView | None = None,
    measure: Measure = rough,
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
    sheet = _checked(atlas, sheet or Sheet())
    alone = circles is None and view.representation == "symbol"
    plan = _Plan(atlas, sheet, Ruler(measure), None if alone else view, view if alone else circles)
    found: Found = {name: [] for name in GROUPS}
    inner = sheet.paper.inner
    top = _head(plan, inner, found)
    bottom = _foot(plan, inner, found)
    body = Box(inner.x0, top, inner.x1, bottom)
    _body(plan, body, found)
    return Scene(
        width_mm=sheet.paper.width_mm,
        height_mm=sheet.paper.height_mm,
        title=captions.title(view, circles, sheet),
        description=_description(plan),
        lang=sheet.lang,
        groups=tuple(
            Group(name, sheet.say(title), tuple(found[name])) for name, title in GROUPS.items()
        ),
    )


def _checked(atlas: Atlas, sheet: Sheet) -> Sheet:
    from geomap.errors import NotFoundError

    _ = sheet.paper
    for layer in sheet.layers:
        if layer not in atlas.site_kinds:
            raise NotFoundError(Text("点位类别", "kind of site"), layer, atlas.site_kinds)
    return sheet


def _description(plan: _Plan) -> str:
    """Say in words what the map shows: for readers who do not see it."""
    main = plan.views[0]
    values = [captions.told(area, main.indicator, plan.sheet) for area in main.areas[:60]]
    said = [captions.subtitle(plan.atlas, main, None, plan.sheet), *values]
    return plan.say(Text("；", "; ")).join(said)


# --- the top --------------------------------------------------------------------------------------


def _head(plan: _Plan, inner: Box, found: Found) -> float:
    """Write marks, title and subtitle; gives where the body begins."""
    paper = plan.sheet.paper
    marks = _marks(plan, inner)
    found["text"] += [item for items, _ in marks for item in items]
    chips = [box for _, box in marks]
    left = min((box.x0 for box in chips), default=inner.x1)
    gap = paper.text_pt * MM_PER_PT
    stacked = left - inner.x0 < 0.5 * inner.width
    width = inner.width if stacked else left - gap - inner.x0
    top = max((box.y1 for box in chips), default=inner.y0) + 0.4 * gap if stacked else inner.y0
    views = (plan.views[0], plan.circles if len(plan.views) > 1 else None)
    size, lines = _title(plan, captions.title(*views, plan.sheet), width)
    setter = Setter(plan.ruler, width, size)
    found["text"] += setter.words(lines, x=inner.x0, y=top - 0.12 * setter.em, bold=True)
    y = top + len(lines) * setter.pitch
    small = Setter(plan.ruler, width, paper.text_pt * 1.05)
    under = captions.subtitle(plan.atlas, *views, plan.sheet)
    rows = plan.ruler.shorten(small.lines(under), 3, width, small.size_pt)
    found["text"] += small.words(rows, x=inner.x0, y=y, colour=SOFT)
    y += len(rows) * small.pitch
    least = inner.y0 + (paper.title_pt + small.size_pt) * MM_PER_PT * LINE_HEIGHT
    return max(y, least, *(box.y1 for box in chips)) + 0.5 * gap


def _title(plan: _Plan, text: str, width: float) -> tuple[float, list[str]]:
    """Set the title in one line, a little smaller if need be, else in two, else cut."""
    sizes = [plan.sheet.paper.title_pt * factor for factor in (1.0, 0.9, 0.8, 0.7)]
    for size in sizes[:3]:
        if plan.ruler.width(text, size, True) <= width:
            return size, [text]
    return plan.ruler.fit(text, width, sizes, lines=_TITLE_LINES, bold=True)


def _marks(plan: _Plan, inner: Box) -> list[tuple[list[Item], Box]]:
    """Set the marks of the map in boxes at the top right, one below the other."""
    paper = plan.sheet.paper
    size = paper.text_pt * 1.05
    em = size * MM_PER_PT
    found: list[tuple[list[Item], Box]] = []
    y = inner.y0
    for mark in plan.views[0].marks:
        text = plan.say(mark)
        lines = plan.ruler.wrap(text, 0.42 * inner.width, size, True)
        colour = WARNING if mark in (INTERNAL_MARK, SYNTHETIC_MARK) else INK
        width = max(plan.ruler.width(line, size, True) for line in lines) + 1.4 * em
        height = len(lines) * em * LINE_HEIGHT + 0.7 * em
        box = Box(inner.x1 - width, y, inner.x1, y + height)
        setter = Setter(plan.ruler, width, size)
        words = setter.words(lines, x=box.x0 + 0.7 * em, y=y + 0.35 * em, colour=colour, bold=True)
        found.append(([_frame(box, Stroke(colour, 0.3)), *words], box))
        y += height + 0.4 * em
    return found


def _frame(box: Box, stroke: Stroke, fill: str | None = None) -> Shape:
    ring = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]])
    return Shape((ring,), fill=fill, stroke=stroke)


# --- the foot -------------------------------------------------------------------------------------


def _foot(plan: _Plan, inner: Box, found: Found) -> float:
    """Write notes, sources, projection and imprint; gives where the body ends."""
    paper = plan.sheet.paper
    parameters = _parameters(plan.atlas)
    facts = [captions.projection(parameters, plan.sheet), plan.say(captions.INDICATIVE)]
    facts += captions.imprint(plan.atlas, plan.sheet)
    remarks = plan.say(Text("；", "; ")).join(captions.remarks(plan.views, plan.sheet))
    said = [(remarks, INK), (captions.sources(plan.atlas, plan.views, plan.sheet), SOFT)]
    joint = plan.say(Text("　", " · "))
    for factor in _FACTORS:
        setter = Setter(plan.ruler, inner.width, paper.small_pt * factor)
        blocks = [setter.text(text, colour=colour, after=0.12) for text, colour in said if text]
        lines = plan.ruler.wrap_phrases(facts, joint, inner.width, setter.size_pt)
        blocks.append(setter.block(lines, colour=SOFT))
        if height_of(blocks) <= _FOOT_SHARE * inner.height:
            break
    else:
        blocks = _cropped(blocks, _FOOT_SHARE * inner.height)
    # Never less than so many lines: most maps then share one frame, and can be laid side by side.
    least = _FOOT_LINES * Setter(plan.ruler, inner.width, paper.small_pt).pitch
    top = inner.y1 - max(height_of(blocks), least)
    for items in stack([replace(one, group="text") for one in blocks], inner.x0, top).values():
        found["text"] += items
    return top - 0.5 * paper.small_pt * MM_PER_PT


def _cropped(blocks: Sequence[Block], height: float) -> list[Block]:
    """Keep what fits; the last line kept says that there was more."""
    kept: list[Block] = []
    for block in blocks:
        room = height - height_of(kept)
        if block.height <= room:
            kept.append(block)
            continue
        words = [item for item in block.items if isinstance(item, Words)]
        lines = int(room / (block.height / max(1, len(words))))
        if lines:
            last = words[lines - 1]
            kept_words = (*words[: lines - 1], replace(last, text=last.text[:-2] + "…"))
            kept.append(Block(room, kept_words))
        break
    return kept


def _parameters(atlas: Atlas) -> tuple[float, float, float]:
    from geomap.ground import projected

    return projected(atlas).parameters


# --- the body -------------------------------------------------------------------------------------


def _body(plan: _Plan, body: Box, found: Found) -> None:
    """Draw the map and its legend beside or below it."""
    paper = plan.sheet.paper
    if paper.side_mm:
        gap = 0.6 * paper.text_pt * MM_PER_PT
        frame = Box(body.x0, body.y0, body.x1 - paper.side_mm - gap, body.y1)
        land = ground(plan.atlas, _whole(frame))
        shown = _shown(plan, land)
        blocks = _fitted(plan, shown, paper.side_mm - gap, body.height)
        _add(found, stack(blocks, body.x1 - paper.side_mm + gap, body.y0))
    else:
        land = _above(plan, body, found)
        shown = _shown(plan, land)
    _map(plan, land, shown, found)


def _whole(frame: Box) -> Box:
    """Round a frame to half millimetres: maps of one release then share their ground."""
    return Box(*(round(edge * 2) / 2 for edge in (frame.x0, frame.y0, frame.x1, frame.y1)))


def _shown(plan: _Plan, land: Ground) -> Shown:
    return Shown(plan.fill, plan.circles, thematic.mm_per_px(land))


def _fitted(plan: _Plan, shown: Shown, width: float, height: float) -> list[Block]:
    """Set the legend as large as fits in one column; notes go first, then what stands last."""
    paper = plan.sheet.paper
    for factor in _FACTORS:
        size = paper.text_pt * factor
        blocks = legend(plan.atlas, shown, plan.sheet, plan.ruler, width, size)
        if plan.sheet.bars:
            blocks += [Block(size * MM_PER_PT), bars(shown, plan.sheet, plan.ruler, width, size)]
        if height_of(blocks) <= height:
            return blocks
    return _shortened(plan, [block for block in blocks if not block.spare], width, height)


def _shortened(plan: _Plan, blocks: list[Block], width: float, height: float) -> list[Block]:
    """Leave out what stands last, and say so."""
    if height_of(blocks) <= height:
        return blocks
    said = plan.say(Text("（余略）", "(more not shown)"))
    more = Setter(plan.ruler, width, plan.sheet.paper.small_pt).text(said, colour=SOFT)
    while blocks and (height_of(blocks) + more.height > height or blocks[-1].keep):
        blocks.pop()
    return [*blocks, more]


def _above(plan: _Plan, body: Box, found: Found) -> Ground:
    """Put the legend in columns below the map; gives the ground above it."""
    paper = plan.sheet.paper
    gap = paper.text_pt * MM_PER_PT
    width = (body.width - (paper.columns - 1) * 2 * gap) / paper.columns
    # The circles of the legend are as large as those of the map, which depends on the legend.
    guess = ground(plan.atlas, _whole(Box(body.x0, body.y0, body.x1, body.y0 + 0.7 * body.height)))
    blocks = _fitted(plan, _shown(plan, guess), width, 3 * _LEGEND_SHARE * body.height)
    height = max(balanced(blocks, paper.columns)[0], 0.2 * body.height)
    frame = _whole(Box(body.x0, body.y0, body.x1, body.y1 - height - gap))
    land = ground(plan.atlas, frame)
    blocks = _fitted(plan, _shown(plan, land), width, 3 * _LEGEND_SHARE * body.height)
    columns = in_columns(blocks, paper.columns, body.y1 - frame.y1 - 0.5 * gap)
    for at, column in enumerate(columns or [blocks]):
        _add(found, stack(column, body.x0 + at * (width + 2 * gap), frame.y1 + 0.6 * gap))
    return land


def _add(found: Found, more: Found) -> None:
    for name, items in more.items():
        found[name] += items


def _map(plan: _Plan, land: Ground, shown: Shown, found: Found) -> None:
    sheet = plan.sheet
    size = sheet.paper.text_pt
    reserved = _furniture(plan, land, found)
    reserved += _empty(plan, land, reserved, found)
    marks = thematic.sites(plan.atlas, land, sheet, 0.95 * size * MM_PER_PT)
    found["neighbours"] += thematic.neighbours(land, sheet.paper.line)
    found["areas"] += thematic.areas(land, shown, sheet)
    found["borders"] += thematic.borders(land, sheet.paper.line)
    found["symbols"] += thematic.circles(land, shown, sheet)
    found["sites"] += marks
    items, left = thematic.labels(land, shown, sheet, plan.ruler, reserved, marks)
    found["labels"] += items
    if left:
        _unlabelled(plan, land, len(left), found)


def _furniture(plan: _Plan, land: Ground, found: Found) -> list[Box]:
    """Draw scale, arrow and frame; gives the boxes that they take."""
    size = plan.sheet.paper.small_pt * 1.05
    frame = land.frame
    found["furniture"].append(_frame(frame, Stroke(LINE, 0.2)))
    scale = furniture.bar_scale(land.mm_per_km, furniture.longest(frame))
    big = size * 1.15
    scale_at, north_at = _corners(land, furniture.scale_box(scale, size), furniture.north_box(big))
    unit = plan.say(Text("公里", "km"))
    found["furniture"] += furniture.draw_scale(scale, scale_at.x0, scale_at.y0, size, unit)
    letter = plan.say(Text("北", "N"))
    middle = (north_at.x0 + north_at.x1) / 2
    found["furniture"] += furniture.draw_north(middle, north_at.y0, big, letter)
    return [scale_at, north_at]


@lru_cache(maxsize=32)
def _corners(
    land: Ground, scale: tuple[float, float], north: tuple[float, float]
) -> tuple[Box, Box]:
    """Place bar scale and arrow, of these widths and heights, in two corners."""
    scale_at = _corner(land, *scale, ("bl", "br", "tl", "tr"))
    return scale_at, _corner(land, *north, ("tr", "tl", "br", "bl"), taken=[scale_at])


def _corner(
    land: Ground, width: float, height: float, corners: Iterable[str], taken: Sequence[Box] = ()
) -> Box:
    """Choose the corner of the frame where a box hides least of the areas."""
    within = land.frame.inset(2.0)
    boxes = []
    for corner in corners:
        y0 = within.y0 if corner[0] == "t" else within.y1 - height
        x0 = within.x0 if corner[1] == "l" else within.x1 - width
        box = Box(x0, y0, x0 + width, y0 + height)
        if not any(box.overlaps(one) for one in taken):
            boxes.append(box)
    return min(boxes, key=land.covered, default=Box(within.x0, within.y0, within.x0, within.y0))


def _empty(plan: _Plan, land: Ground, taken: Sequence[Box], found: Found) -> list[Box]:
    """Say on the map that there is nothing to draw, where that is so."""
    text = next((said for view in plan.views if (said := captions.empty(view, plan.sheet))), "")
    if not text:
        return []
    paper = plan.sheet.paper
    size = paper.text_pt * 1.2
    em = size * MM_PER_PT
    lines = plan.ruler.wrap(text, 0.36 * land.frame.width, size, True)
    width = max(plan.ruler.width(line, size, True) for line in lines) + 2 * em
    height = len(lines) * em * LINE_HEIGHT + em
    box = _corner(land, width, height, ("br", "tl", "tr", "bl"), taken)
    setter = Setter(plan.ruler, width, size)
    words = setter.words(lines, x=box.x0 + em, y=box.y0 + em / 2, bold=True)
    found["text"] += [_frame(box, Stroke(SOFT, 0.25), PAPER), *words]
    return [box]


def _unlabelled(plan: _Plan, land: Ground, count: int, found: Found) -> None:
    """Say how many areas have no label, at the foot of the map frame."""
    size = plan.sheet.paper.small_pt
    em = size * MM_PER_PT
    text = plan.say(
        Text(f"{count} 个区域放不下注记，未注", f"{count} areas without a label for want of room")
    )
    x = (land.frame.x0 + land.frame.x1) / 2
    y = land.frame.y1 - em * (LINE_HEIGHT - ASCENT) - 0.5
    found["text"].append(Words(x, y, text, size, SOFT, anchor="middle", halo=Stroke(PAPER, 0.8)))
