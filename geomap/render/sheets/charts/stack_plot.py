"""Totals divided into their parts: a bar of shares for each, one colour for each part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geomap.cartography.palettes import ink
from geomap.errors import Text
from geomap.numbers import percent
from geomap.render.drawing.scene import Anchor, Item, Shape, Stroke
from geomap.render.sheets import captions, fills
from geomap.render.sheets.charts.axes import segment, words_at
from geomap.render.sheets.charts.plot import Plot
from geomap.render.sheets.paper import INK, LINE, PAPER, SOFT, Box
from geomap.views.charts.chart import COMPARED_WITH
from geomap.views.charts.stack import StackChart, StackRow

COLOURS = (
    "#0b3c6f", "#8db8e0", "#b3470b", "#f2c08a", "#2c6b4a", "#a8d3b0", "#5f4b8b", "#cdbfe3",
    "#4a4f55", "#d3d7db",
)  # fmt: skip
"""Dark and light by turns: neighbours differ in grey print and for every eye."""
_WIDEST_NAMES, _HIGHEST_ROW = 0.24, 5.0
_LEAST_ROW = 1.4
_REST = Text("余数", "Remainder")


def draw_stack(plot: Plot, chart: StackChart) -> None:
    """Draw the bars of a chart; of one total alone its parts one below the other."""
    if len(chart.rows) == 1:
        _draw_whole(plot, chart, chart.rows[0])
    else:
        _draw_rows(plot, chart)


def _draw_rows(plot: Plot, chart: StackChart) -> None:
    """Draw a bar for each total; of those for which there is no room, say how many."""
    em, box = plot.em, plot.box
    top = box.y0 + _key(plot, chart)
    most = max(1, int((box.y1 - top - 1.4 * em) / (_LEAST_ROW * em)))
    rows = chart.rows[:most]
    names = min(max(plot.width(_name(plot, chart, one)) for one in rows), _WIDEST_NAMES * box.width)
    totals = max(plot.width(plot.value(one.total, chart)) for one in rows)
    step = min((box.y1 - top - 1.4 * em) / len(rows), _HIGHEST_ROW * em)
    frame = Box(box.x0 + names + 0.8 * em, top, box.x1 - totals - 0.9 * em, top + step * len(rows))
    for at, row in enumerate(rows):
        y = frame.y0 + (at + 0.5) * step
        plot.draw(_row(plot, chart, row, frame, y))
        half = min(0.36 * step, 1.3 * em)
        plot.draw(_bar(plot, chart, row, Box(frame.x0, y - half, frame.x1, y + half)))
    plot.draw(_shares(plot, frame))
    if len(chart.rows) > most:
        count = len(chart.rows) - most
        said = plot.say(Text(f"另 {count} 个未画", f"{count} more not drawn"))
        plot.draw([words_at((box.x0, frame.y1 + 0.9 * em), said, plot.size_pt, colour=SOFT)])


def _draw_whole(plot: Plot, chart: StackChart, row: StackRow) -> None:
    """Draw the whole, and below it each part from zero with its number and its share."""
    em, box = plot.em, plot.box
    parts = _parts(plot, chart, row)
    wide = min(max(plot.width(one.name) for one in parts), 2 * _WIDEST_NAMES * box.width)
    step = min((box.height - 2.0 * em) / (len(parts) + 1.3), 6.0 * em)
    right = box.x1 - max(plot.width(plot.value(row.total, chart)) + 0.9 * em, 1.6 * em)
    bottom = box.y0 + (len(parts) + 1.3) * step
    frame = Box(box.x0 + wide + 0.8 * em, box.y0, right, bottom)
    half = min(0.36 * step, 1.4 * em)
    first = box.y0 + 0.5 * step
    plot.draw(_row(plot, chart, row, frame, first))
    plot.draw(_bar(plot, chart, row, Box(frame.x0, first - half, frame.x1, first + half)))
    for at, part in enumerate(parts):
        plot.draw(_part(plot, part, frame, box.y0 + (at + 1.7) * step, half))
    plot.draw(_shares(plot, frame))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the one total: what is written, and how it is drawn."""

    name: str
    text: str
    share: float
    colour: str
    guessed: bool


def _parts(plot: Plot, chart: StackChart, row: StackRow) -> list[_Part]:
    found = [
        _Part(
            plot.say(part.name),
            f"{captions.saying(point.area, part, plot.sheet)} · {percent(share)}%",
            share,
            COLOURS[at % len(COLOURS)],
            point.estimated,
        )
        for at, (point, part, share) in enumerate(
            zip(row.parts, chart.parts, row.shares, strict=True)
        )
    ]
    if row.left:
        found.append(_Part(plot.say(_REST), f"{percent(row.rest)}%", row.rest, PAPER, False))
    return found


def _part(plot: Plot, part: _Part, frame: Box, y: float, half: float) -> list[Item]:
    em, x = plot.em, frame.x0 + part.share * frame.width
    room = frame.x0 - plot.box.x0 - 0.6 * em
    bar = Box(frame.x0, y - half, max(x, frame.x0 + 0.15), y + half)
    anchor: Anchor = "start" if x + 0.5 * em + plot.width(part.text) < plot.box.x1 else "end"
    dark = anchor == "end" and ink(part.colour) == "#fff"
    at = (x + (0.5 if anchor == "start" else -0.5) * em, y)
    return [
        words_at((plot.box.x0, y), plot.ruler.cut(part.name, room, plot.size_pt), plot.size_pt),
        _block(bar, part.colour, guessed=part.guessed),
        words_at(at, part.text, plot.size_pt, anchor=anchor, colour=PAPER if dark else INK),
    ]


def _name(plot: Plot, chart: StackChart, row: StackRow) -> str:
    city = chart.city and row is chart.rows[0]
    return plot.say(COMPARED_WITH if city else row.name)


def _key(plot: Plot, chart: StackChart) -> float:
    """Name the colours in the order of the bars, in rows; gives the height that they take."""
    em, x, y = plot.em, plot.box.x0, plot.box.y0 + 0.7 * plot.em
    shown = [(plot.say(one.name), COLOURS[at % len(COLOURS)])
             for at, one in enumerate(chart.parts)]  # fmt: skip
    if any(row.left for row in chart.rows):
        shown.append((plot.say(_REST), PAPER))
    items: list[Item] = []
    for name, colour in shown:
        name = plot.ruler.cut(name, plot.box.width - 2 * em, plot.size_pt)
        width = plot.width(name) + 2.6 * em
        if x > plot.box.x0 and x + width - 1.0 * em > plot.box.x1:
            x, y = plot.box.x0, y + plot.pitch
        items.append(_block(Box(x, y - 0.4 * em, x + 1.0 * em, y + 0.4 * em), colour))
        items.append(words_at((x + 1.3 * em, y), name, plot.size_pt))
        x += width
    plot.draw(items)
    return y + 1.1 * em - plot.box.y0


def _block(box: Box, colour: str, *, guessed: bool = False, title: str = "") -> Shape:
    ring = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]])
    hatch = fills.guessed(colour).hatch if guessed else None
    edge = Stroke(LINE if colour == PAPER else PAPER, 0.25)
    return Shape((ring,), fill=colour, hatch=hatch, stroke=edge, title=title)


def _row(plot: Plot, chart: StackChart, row: StackRow, frame: Box, y: float) -> list[Item]:
    room = frame.x0 - plot.box.x0 - 0.6 * plot.em
    name = plot.ruler.cut(_name(plot, chart, row), room, plot.size_pt)
    total = plot.value(row.total, chart)
    return [
        words_at((plot.box.x0, y), name, plot.size_pt),
        words_at((frame.x1 + 0.5 * plot.em, y), total, plot.size_pt),
    ]


def _bar(plot: Plot, chart: StackChart, row: StackRow, box: Box) -> list[Item]:
    """Draw the parts of one total from left to right, with their shares where they fit."""
    found: list[Item] = []
    x = box.x0
    for at, (point, part, share) in enumerate(zip(row.parts, chart.parts, row.shares, strict=True)):
        colour = COLOURS[at % len(COLOURS)]
        said = captions.told_area(point.area, part, plot.sheet)
        told = f"{plot.say(part.name)} {said}"
        wide = share * box.width
        block = Box(x, box.y0, x + wide, box.y1)
        found.append(_block(block, colour, guessed=point.estimated, title=told))
        text = f"{percent(share, 0)}%"
        if plot.width(text) + 0.4 * plot.em <= wide and not point.estimated:
            on = PAPER if ink(colour) == "#fff" else INK
            at_middle = (x + wide / 2, (box.y0 + box.y1) / 2)
            found.append(words_at(at_middle, text, plot.size_pt, anchor="middle", colour=on))
        x += wide
    if row.left:
        found.append(_block(Box(x, box.y0, box.x1, box.y1), PAPER, title=plot.say(_REST)))
    return found


def _shares(plot: Plot, frame: Box) -> list[Item]:
    """Write the scale of shares below."""
    found: list[Item] = []
    for share in (0, 25, 50, 75, 100):
        x = frame.x0 + share / 100 * frame.width
        found.append(segment(x, frame.y1, x, frame.y1 + 0.3 * plot.em, Stroke(SOFT, 0.2)))
        at = (x, frame.y1 + 0.9 * plot.em)
        found.append(words_at(at, f"{share}%", plot.size_pt, anchor="middle", colour=SOFT))
    return found
