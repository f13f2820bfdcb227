"""The marks of a sheet of bullets: bars, lines, triangles, the signs of verdicts, and their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import Text
from geomap.model.catalog import Status
from geomap.render.drawing.scene import Circle, Hatch, Item, SceneWords, Shape, Stroke
from geomap.render.sheets.blocks import Setter, TextBlock, joined_blocks, stack
from geomap.render.sheets.margins import SMALLEST_PT
from geomap.render.sheets.paper import INK, PAPER, SOFT, Box
from geomap.render.sheets.typesetting import ASCENT
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.render.sheets.canvas import SheetLayout
    from geomap.views.plans.target_rows import TargetRow

_BAR, _TRACK = "#4a5560", "#eceef0"


def bullet_items(row: TargetRow, setter: Setter, bar: tuple[float, float]) -> list[Item]:
    """Draw one bullet; what is not known is not drawn, never taken for 0."""
    em, pitch = setter.em, setter.pitch
    top, bottom = 0.5 * (pitch - 0.95 * em), 0.5 * (pitch + 0.95 * em)
    base, target, actual = (row[name] for name in ("base", "target", "actual"))
    items: list[Item] = [_rectangle(Box(bar[0], top, bar[1], bottom), _TRACK)]
    known = [value for value in (base, target, actual) if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)

    def at(value: float) -> float:
        share = (value - low) / ((high - low) or 1.0)
        return float(bar[0] + 0.96 * (bar[1] - bar[0]) * share)

    if actual is not None:
        x0, x1 = sorted((at(0.0), at(actual)))
        box = Box(x0, top + 0.2 * em, max(x1, x0 + 0.15), bottom - 0.2 * em)
        items.append(_actual(box, row, em))
    if base is not None:
        dashed = Stroke(INK, 0.09 * em, (0.16 * em, 0.16 * em))
        items += _upright(at(base), top, bottom, dashed)
    if target is not None:
        items += _upright(at(target), top - 0.12 * em, bottom + 0.12 * em, Stroke(INK, 0.24 * em))
    share = row["time_share"]
    if base is not None and target is not None and share is not None and base != target:
        items.append(_triangle(at(base + (target - base) * min(max(share, 0), 1)), bottom, em))
    return items


def _rectangle(
    box: Box, fill: str, hatch: Hatch | None = None, stroke: Stroke | None = None
) -> Shape:
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    ring = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    return Shape((ring,), fill=fill, hatch=hatch, stroke=stroke)


def _actual(box: Box, row: TargetRow, em: float) -> Shape:
    if row["actual_status"] != Status.APPORTIONED.value:
        return _rectangle(box, _BAR)
    hatch = Hatch("lines", _BAR, 0.45 * em, 0.08 * em)
    return _rectangle(box, PAPER, hatch, Stroke(_BAR, 0.08 * em))


def _upright(x: float, top: float, bottom: float, stroke: Stroke) -> list[Item]:
    """Draw an upright line, edged in white so that it is seen upon the bar."""
    line = np.array([[x, top], [x, bottom]])
    edge = Stroke(PAPER, stroke.width_mm * 2.0)
    return [Shape((line,), stroke=one, closed=False) for one in (edge, stroke)]


def _triangle(x: float, bottom: float, em: float) -> Shape:
    ring = np.array([[x, bottom - 0.06 * em], [x - 0.24 * em, bottom + 0.34 * em],
                     [x + 0.24 * em, bottom + 0.34 * em]])  # fmt: skip
    return Shape((ring,), fill=PAPER, stroke=Stroke(INK, 0.07 * em))


def verdict_sign(outcome: Outcome, x: float, y: float, side: float, size_pt: float) -> list[Item]:
    """Draw the sign of a verdict; each has a shape of its own, so colour is not needed."""
    half = side / 2
    if outcome is Outcome.DONE:
        tick = np.array([[x - half, y], [x - 0.2 * half, y + 0.75 * half], [x + half, y - half]])
        return [Shape((tick,), stroke=Stroke(INK, 0.22 * side), closed=False)]
    if outcome is Outcome.ON_TRACK:
        return [Circle(x, y, 0.8 * half, fill=INK)]
    if outcome is Outcome.UNKNOWN:
        return [SceneWords(x, y + 0.42 * side, "?", size_pt, SOFT, True, anchor="middle")]
    if outcome is Outcome.MISSED:
        ends, pen = 0.8 * half, Stroke(INK, 0.22 * side)
        return [
            Shape((np.array([[x - ends, y - way], [x + ends, y + way]]),), stroke=pen, closed=False)
            for way in (ends, -ends)
        ]
    turn = 1 if outcome is Outcome.AHEAD else -1
    ring = np.array([[x, y - turn * half], [x - half, y + turn * 0.75 * half],
                     [x + half, y + turn * 0.75 * half]])  # fmt: skip
    return [Shape((ring,), fill=INK)]


def key(plan: SheetLayout, width: float) -> TextBlock:
    """Explain bar, lines and triangle in a row, in as many rows as it takes."""
    setter = Setter(plan.ruler, width, max(plan.sheet.paper.text_pt * 0.94, SMALLEST_PT))
    em, pitch = setter.em, setter.pitch
    base = em * ASCENT + (pitch - em) / 2
    top, bottom = 0.5 * (pitch - 0.95 * em), 0.5 * (pitch + 0.95 * em)
    entries: list[tuple[list[Item], float, Text]] = [
        ([_rectangle(Box(0, top + 0.2 * em, 1.8 * em, bottom - 0.2 * em), _BAR)], 1.8 * em,
         Text("最近实际", "latest actual")),
        (_upright(0.4 * em, top, bottom, Stroke(INK, 0.24 * em)), 0.8 * em, Text("目标", "target")),
        (_upright(0.4 * em, top, bottom, Stroke(INK, 0.09 * em, (0.16 * em, 0.16 * em))), 0.8 * em,
         Text("基期", "base")),
        ([_triangle(0.4 * em, bottom - 0.4 * em, em)], 0.8 * em,
         Text("匀速推进应到处（时间比例）", "where an even pace would be (share of the time)")),
    ]  # fmt: skip
    blocks: list[TextBlock] = []
    items: list[Item] = []
    x = 0.0
    for drawn, wide, word in entries:
        text = plan.say(word)
        needed = wide + 0.5 * em + setter.ruler.width(text, setter.size_pt)
        if items and x + needed > width:
            blocks.append(TextBlock(pitch, tuple(items)))
            items, x = [], 0.0
        moved = stack([TextBlock(0, tuple(drawn))], x, 0)["legend"]
        items += [*moved, SceneWords(x + wide + 0.5 * em, base, text, setter.size_pt, SOFT)]
        x += needed + 1.6 * em
    return joined_blocks([*blocks, TextBlock(pitch + 0.5 * em, tuple(items))])
