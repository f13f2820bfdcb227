"""One map in its frame: the ground, what lies on it, bar scale, north arrow and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from geomap.errors import Text
from geomap.numbers import counted
from geomap.render.drawing.scene import MM_PER_PT, SceneWords, Stroke
from geomap.render.sheets import captions, thematic
from geomap.render.sheets import scale_and_north as furniture
from geomap.render.sheets.blocks import Setter
from geomap.render.sheets.canvas import ItemsFound, SheetLayout, outlined
from geomap.render.sheets.ground import Ground
from geomap.render.sheets.legend import Layers
from geomap.render.sheets.paper import LINE, PAPER, SOFT, Box
from geomap.render.sheets.site_marks import site_marks, site_numbers, write_numbers
from geomap.render.sheets.typesetting import ASCENT, LINE_HEIGHT


def draw_map(
    plan: SheetLayout,
    land: Ground,
    shown: Layers,
    found: ItemsFound,
    *,
    reserved: Sequence[Box] = (),
    bare: bool = False,
) -> None:
    """Draw a map into the layers of a sheet.

    Parameters
    ----------
    reserved : boxes of the frame that something else stands in
    bare : without bar scale and arrow, where another map of the sheet has them
    """
    sheet = plan.sheet
    size = sheet.paper.text_pt * shown.scale
    found["furniture"].append(outlined(land.frame, Stroke(LINE, 0.2)))
    kept = list(reserved)
    kept += [] if bare else _furniture(plan, land, shown, found, reserved)
    kept += _empty(plan, land, shown, kept, found)
    marks = site_marks(plan.atlas, land, sheet, 0.95 * size * MM_PER_PT)
    told = site_numbers(plan.atlas, sheet) if shown.named else {}
    figures, boxes = write_numbers(marks, told, land.frame, plan.ruler)
    boxes += [mark.box for mark in marks]
    found["neighbours"] += thematic.neighbours(land, sheet.paper.line)
    found["areas"] += thematic.areas(land, shown, sheet)
    found["borders"] += thematic.border_lines(land, sheet.paper.line)
    found["symbols"] += thematic.circles(land, shown, sheet)
    found["sites"] += [*(shape for mark in marks for shape in mark.shapes), *figures]
    names = _short(plan, shown)
    items, left = thematic.area_labels(plan, land, shown, kept, boxes, names)
    if left:
        note = _unlabelled(plan, land, shown, len(left))
        kept.append(_line_box(plan, note))
        items, left = thematic.area_labels(plan, land, shown, kept, boxes, names)
        found["text"].append(_unlabelled(plan, land, shown, len(left)))
    found["labels"] += items


def _short(plan: SheetLayout, shown: Layers) -> dict[str, str]:
    """Give the short names of areas for a map that is one of several; else none."""
    if shown.scale >= 1 or plan.sheet.lang != "zh":
        return {}
    return {code: area.short_zh for code, area in plan.atlas.areas.items()}


def _furniture(
    plan: SheetLayout, land: Ground, shown: Layers, found: ItemsFound, taken: Sequence[Box]
) -> list[Box]:
    """Draw scale, arrow and frame; gives the boxes that they take."""
    size = plan.sheet.paper.small_pt * 1.05 * shown.scale
    frame = land.frame
    scale = furniture.bar_scale(land.mm_per_km, furniture.longest_scale(frame))
    big = size * 1.15
    scale_at, north_at = _corners(
        land, furniture.scale_box(scale, size), furniture.north_box(big), tuple(taken)
    )
    unit = plan.say(Text("公里", "km"))
    found["furniture"] += furniture.draw_scale(scale, scale_at.x0, scale_at.y0, size, unit)
    letter = plan.say(Text("北", "N"))
    middle = (north_at.x0 + north_at.x1) / 2
    found["furniture"] += furniture.draw_north(middle, north_at.y0, big, letter)
    return [scale_at, north_at]


@lru_cache(maxsize=32)
def _corners(
    land: Ground,
    scale: tuple[float, float],
    north: tuple[float, float],
    taken: tuple[Box, ...],
) -> tuple[Box, Box]:
    """Place bar scale and arrow, of these widths and heights, in two corners."""
    scale_at = _corner(land, *scale, ("bl", "br", "tl", "tr"), taken)
    return scale_at, _corner(land, *north, ("tr", "tl", "br", "bl"), [*taken, scale_at])


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


def _empty(
    plan: SheetLayout, land: Ground, shown: Layers, taken: Sequence[Box], found: ItemsFound
) -> list[Box]:
    """Say on the map that there is nothing to draw, where that is so."""
    without = [(view, said) for view in shown.views if (said := captions.empty(view, plan.sheet))]
    if not without:
        return []
    view, text = without[0]
    if len(shown.views) > 1:
        name = plan.say(view.indicator.name)
        text = plan.say(Text(f"{name}：{text}", f"{name}: {text}"))
    paper = plan.sheet.paper
    size = paper.text_pt * 1.2 * shown.scale
    em = size * MM_PER_PT
    lines = plan.ruler.wrap(text, 0.36 * land.frame.width, size, True)
    width = max(plan.ruler.width(line, size, True) for line in lines) + 2 * em
    height = len(lines) * em * LINE_HEIGHT + em
    box = _corner(land, width, height, ("br", "tl", "tr", "bl"), taken)
    setter = Setter(plan.ruler, width, size)
    words = setter.words(lines, x=box.x0 + em, y=box.y0 + em / 2, bold=True)
    found["text"] += [outlined(box, Stroke(SOFT, 0.25), PAPER), *words]
    return [box]


def _unlabelled(plan: SheetLayout, land: Ground, shown: Layers, count: int) -> SceneWords:
    """Say how many areas have no label, at the foot of the map frame."""
    size = plan.sheet.paper.small_pt * shown.scale
    em = size * MM_PER_PT
    text = plan.say(
        Text(
            f"{count} 个区域放不下注记，未注",
            f"{counted(count, 'area')} without a label for want of room",
        )
    )
    room = land.frame.width - em
    if plan.ruler.width(text, size) > room:
        short = plan.say(Text(f"{count} 个未注", f"{count} unlabelled"))
        text = plan.ruler.cut(short, room, size)
    x = (land.frame.x0 + land.frame.x1) / 2
    y = land.frame.y1 - em * (LINE_HEIGHT - ASCENT) - 0.5
    return SceneWords(x, y, text, size, SOFT, anchor="middle", halo=Stroke(PAPER, 0.8))


def _line_box(plan: SheetLayout, words: SceneWords) -> Box:
    em = words.size_pt * MM_PER_PT
    half = plan.ruler.width(words.text, words.size_pt) / 2 + 0.5 * em
    return Box(words.x - half, words.y - ASCENT * em, words.x + half, words.y + 0.3 * em)
