"""The head and the foot of a sheet: title and marks; notes, sources, projection and imprint.

Each takes the height that its text needs and says where the body begins or ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geomap.errors import Text
from geomap.model.approval import INTERNAL_MARK
from geomap.render.drawing.scene import MM_PER_PT, Item, SceneWords, Stroke
from geomap.render.sheets import captions
from geomap.render.sheets.blocks import Setter, TextBlock, height_of, stack
from geomap.render.sheets.canvas import FACTORS, ItemsFound, SheetLayout, outlined
from geomap.render.sheets.ground import projected
from geomap.render.sheets.paper import INK, SOFT, WARNING, Box
from geomap.render.sheets.typesetting import LINE_HEIGHT
from geomap.views.maps.view import SYNTHETIC_MARK

SMALLEST_PT = 5.0
"""Below this, print is not read: what does not fit is cut, and says so."""
_FOOT_SHARE, _TITLE_LINES, _FOOT_LINES = 0.34, 2, 4


def head(plan: SheetLayout, inner: Box, found: ItemsFound) -> float:
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
    size, lines = _title(plan, plan.title, width)
    setter = Setter(plan.ruler, width, size)
    found["text"] += setter.words(lines, x=inner.x0, y=top - 0.12 * setter.em, bold=True)
    y = top + len(lines) * setter.pitch
    small = Setter(plan.ruler, width, paper.text_pt * 1.05)
    joint = plan.say(captions.CAPTION_GAP)
    phrases = plan.subtitle.split(joint)
    rows = plan.ruler.wrap_phrases(phrases, joint, width, small.size_pt)
    rows = plan.ruler.shorten(rows, 3, width, small.size_pt)
    found["text"] += small.words(rows, x=inner.x0, y=y, colour=SOFT)
    y += len(rows) * small.pitch
    least = inner.y0 + (paper.title_pt + small.size_pt) * MM_PER_PT * LINE_HEIGHT
    return max(y, least, *(box.y1 for box in chips)) + 0.5 * gap


def _title(plan: SheetLayout, text: str, width: float) -> tuple[float, list[str]]:
    """Set the title in one line, a little smaller if need be, else in two, else cut."""
    sizes = [plan.sheet.paper.title_pt * factor for factor in (1.0, 0.9, 0.8, 0.7)]
    for size in sizes[:3]:
        if plan.ruler.width(text, size, True) <= width:
            return size, [text]
    return plan.ruler.fit(text, width, sizes, lines=_TITLE_LINES, bold=True)


def _marks(plan: SheetLayout, inner: Box) -> list[tuple[list[Item], Box]]:
    """Set the marks of the map in boxes at the top right, one below the other."""
    paper = plan.sheet.paper
    size = paper.text_pt * 1.05
    em = size * MM_PER_PT
    found: list[tuple[list[Item], Box]] = []
    y = inner.y0
    for mark in plan.marks:
        text = plan.say(mark)
        lines = plan.ruler.wrap(text, 0.42 * inner.width, size, True)
        colour = WARNING if mark in (INTERNAL_MARK, SYNTHETIC_MARK) else INK
        width = max(plan.ruler.width(line, size, True) for line in lines) + 1.4 * em
        height = len(lines) * em * LINE_HEIGHT + 0.7 * em
        box = Box(inner.x1 - width, y, inner.x1, y + height)
        setter = Setter(plan.ruler, width, size)
        words = setter.words(lines, x=box.x0 + 0.7 * em, y=y + 0.35 * em, colour=colour, bold=True)
        found.append(([outlined(box, Stroke(colour, 0.3)), *words], box))
        y += height + 0.4 * em
    return found


def foot(plan: SheetLayout, inner: Box, found: ItemsFound) -> float:
    """Write notes, sources, projection and imprint; gives where the body ends."""
    parameters = projected(plan.atlas).parameters
    facts = [captions.projection(parameters, plan.sheet), plan.say(captions.INDICATIVE)]
    facts += captions.imprint(plan.atlas, plan.sheet)
    remarks = plan.say(Text("；", "; ")).join(captions.remarks(plan.views, plan.sheet))
    cited = captions.source_line(plan.atlas, plan.views, plan.sheet)
    return write_foot(plan, inner, found, [(remarks, INK), (cited, SOFT)], facts)


def write_foot(
    plan: SheetLayout,
    inner: Box,
    found: ItemsFound,
    said: Sequence[tuple[str, str]],
    facts: Sequence[str],
) -> float:
    """Write texts in their colours, then facts in lines of their own; gives where the body ends."""
    paper = plan.sheet.paper
    joint = plan.say(captions.CAPTION_GAP)
    for factor in FACTORS:
        size = max(paper.small_pt * factor, min(paper.small_pt, SMALLEST_PT))
        setter = Setter(plan.ruler, inner.width, size)
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


def _cropped(blocks: Sequence[TextBlock], height: float) -> list[TextBlock]:
    """Keep what fits; the last line kept says that there was more."""
    kept: list[TextBlock] = []
    for block in blocks:
        room = height - height_of(kept)
        if block.height <= room:
            kept.append(block)
            continue
        words = [item for item in block.items if isinstance(item, SceneWords)]
        lines = int(room / (block.height / max(1, len(words))))
        if lines:
            last = words[lines - 1]
            kept_words = (*words[: lines - 1], replace(last, text=last.text[:-2] + "…"))
            kept.append(TextBlock(room, kept_words))
        break
    return kept
