"""Slopes between two years, named with their numbers at both ends."""

from __future__ import annotations

from geomap.errors import Text
from geomap.model.wording import unsure
from geomap.render.drawing.scene import Item, Stroke
from geomap.render.sheets.charts.axes import AxisScale, marker, segment, spread, words_at
from geomap.render.sheets.charts.plot import Plot
from geomap.render.sheets.paper import BELOW_ZERO, CIRCLE, INK, LINE, SOFT, Box
from geomap.views.charts.chart import COMPARED_WITH, ChartPoint
from geomap.views.charts.slope import Slope, SlopeChart

_WIDEST_SIDE = 0.36
_SAME, _UNSURE = "#6b6f76", "#8a8f96"
_KEY = (
    (CIRCLE, (), Text("升", "rise")),
    (BELOW_ZERO, (2.2, 0.7), Text("降", "fall")),
    (_SAME, (0.5, 0.7), Text("持平", "unchanged")),
    (_UNSURE, (1.0, 0.5, 0.3, 0.5), Text("约数，升降不明", "approximate, sign not known")),
)
"""Colour and dashes of a rise, a fall, no change, and one whose sign is not known."""


def draw_slopes(plot: Plot, chart: SlopeChart) -> None:
    """Draw the slopes of a chart; of those for which there is no room to be named, say how many."""
    most = max(2, int((plot.box.height - 2.6 * plot.em) / plot.pitch))
    slopes = chart.slopes[:most]
    texts = [[_said(plot, chart, one, end) for one in slopes] for end in (0, 1)]
    widest = [max(map(plot.width, side)) for side in texts]
    room = _WIDEST_SIDE * plot.box.width
    left, right = (min(one, room) + 1.8 * plot.em for one in widest)
    box = plot.box
    frame = Box(box.x0 + left, box.y0 + 2.0 * plot.em, box.x1 - right, box.y1 - 0.6 * plot.em)
    up = AxisScale(*chart.ends, frame.y1 - plot.em, frame.y0 + plot.em)
    plot.draw(_sides(plot, chart, frame))
    for one in slopes:
        plot.draw(_slope(plot, chart, one, frame, up))
    for end in (0, 1):
        plot.draw(_names(plot, slopes, texts[end], frame, up, end))
    if len(chart.slopes) > most:
        count = len(chart.slopes) - most
        said = plot.say(Text(f"另 {count} 个未画", f"{count} more not drawn"))
        at = ((frame.x0 + frame.x1) / 2, box.y0 + 0.6 * plot.em)
        plot.draw([words_at(at, said, plot.size_pt, anchor="middle", colour=SOFT)])
    elif len({_look(one) for one in slopes}) > 1 or _look(slopes[0])[0] == _UNSURE:
        plot.draw(_key(plot, slopes, frame))


def _said(plot: Plot, chart: SlopeChart, one: Slope, end: int) -> str:
    point = (one.before, one.after)[end]
    city = chart.city and one is chart.slopes[0]
    name = plot.say(COMPARED_WITH if city else one.change.name)
    value = plot.value(point, chart)
    return f"{name} {value}" if end == 0 else f"{value} {name}"


def _look(one: Slope) -> tuple[str, tuple[float, ...]]:
    """Give the colour and the dashes: of the change as it is printed."""
    change = one.change.value
    before, after = one.before.value or 0.0, one.after.value or 0.0
    change = after - before if change is None and not unsure(one.change) else change
    way = 3 if change is None else 0 if change > 0 else 1 if change < 0 else 2
    colour, dash, _ = _KEY[way]
    return colour, dash


def _sides(plot: Plot, chart: SlopeChart, frame: Box) -> list[Item]:
    found: list[Item] = []
    for x, year in zip((frame.x0, frame.x1), chart.years, strict=True):
        found.append(segment(x, frame.y0, x, frame.y1, Stroke(LINE, 0.3)))
        at = (x, plot.box.y0 + 0.6 * plot.em)
        said = plot.say(Text(f"{year}年", str(year)))
        found.append(words_at(at, said, 1.1 * plot.size_pt, anchor="middle"))
    return found


def _key(plot: Plot, slopes: tuple[Slope, ...], frame: Box) -> list[Item]:
    """Explain the colours that there are, in the middle above the slopes."""
    there = {_look(one)[0] for one in slopes}
    shown = [one for one in _KEY if one[0] in there]
    widths = [plot.width(plot.say(word)) + 4.0 * plot.em for _, _, word in shown]
    x = (frame.x0 + frame.x1 - sum(widths) + plot.em) / 2
    y = plot.box.y0 + 0.6 * plot.em
    found: list[Item] = []
    for (colour, dash, word), width in zip(shown, widths, strict=True):
        found.append(segment(x, y, x + 2.2 * plot.em, y, Stroke(colour, 0.5, dash)))
        found.append(words_at((x + 2.6 * plot.em, y), plot.say(word), plot.size_pt, colour=SOFT))
        x += width
    return found


def _slope(plot: Plot, chart: SlopeChart, one: Slope, frame: Box, up: AxisScale) -> list[Item]:
    colour, dash = _look(one)
    city = chart.city and one is chart.slopes[0]
    colour = INK if city else colour
    ends = [(frame.x0, up(one.before.value or 0.0)), (frame.x1, up(one.after.value or 0.0))]
    width = (0.8 if city else 0.5) * plot.sheet.paper.line
    found: list[Item] = [segment(*ends[0], *ends[1], Stroke(colour, width, dash))]
    points: tuple[ChartPoint, ...] = (one.before, one.after)
    for at, point in zip(ends, points, strict=True):
        told = plot.told(point, chart)
        size = 0.55 * plot.em
        found.append(marker("circle", at, size, colour, hollow=point.estimated, title=told))
    return found


def _names(
    plot: Plot, slopes: tuple[Slope, ...], texts: list[str], frame: Box, up: AxisScale, end: int
) -> list[Item]:
    """Write names and numbers beside one end, apart from each other, led to their points."""
    em = plot.em
    wanted = [up((one.before, one.after)[end].value or 0.0) for one in slopes]
    places = spread(wanted, plot.pitch, plot.box.y0 + 2.0 * em, plot.box.y1 - 0.5 * em)
    way = 1 if end else -1
    edge = frame.x1 if end else frame.x0
    room = (plot.box.x1 - edge if end else edge - plot.box.x0) - 1.7 * em
    found: list[Item] = []
    for text, point, y in zip(texts, wanted, places, strict=True):
        found.append(
            segment(edge + way * 0.4 * em, point, edge + way * 1.4 * em, y, Stroke(LINE, 0.2))
        )
        cut = plot.ruler.cut(text, room, plot.size_pt)
        at = (edge + way * 1.6 * em, y)
        found.append(words_at(at, cut, plot.size_pt, anchor="start" if end else "end"))
    return found
