"""Bars from zero: place, name, bar and number of each area; estimates and gaps below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geomap.errors import Text
from geomap.render.drawing.scene import Item, Shape, Stroke
from geomap.render.sheets import fills
from geomap.render.sheets.charts.axes import AxisScale, columns_of_grid, segment, words_at
from geomap.render.sheets.charts.plot import Plot
from geomap.render.sheets.paper import BELOW_ZERO, CIRCLE, INK, PAPER, SOFT, Box
from geomap.views.charts.bars import BarChart, shared_place
from geomap.views.charts.chart import COMPARED_WITH, ChartPoint

_WIDEST_NAMES, _HIGHEST_ROW, _LOWEST_ROW = 0.3, 5.0, 1.12
_ESTIMATES = Text("估算，不参与排位", "Estimates, without a place")
_LACKING = Text("没有数", "Without a number")


@dataclass(frozen=True, slots=True)
class _Row:
    """A heading, or an area with its place."""

    heading: Text | None = None
    point: ChartPoint | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where places end, where bars stand, and how high a row is."""

    places: Mapping[int | None, int]
    place: float
    frame: Box
    across: AxisScale
    step: float


def draw_bars(plot: Plot, chart: BarChart) -> None:
    """Draw the bars of a chart; of rows for which there is no room, say how many."""
    rows = list(_rows(chart))
    room = int((plot.box.height - 3.4 * plot.em) / (_LOWEST_ROW * plot.em))
    left = max(0, len(rows) - room)
    if left:
        rows = rows[: room - 1]
        left = len(list(_rows(chart))) - len(rows)
    points = [row.point for row in rows if row.point is not None]
    columns = _columns(plot, chart, points, len(rows) + (left > 0))
    frame = columns.frame
    if chart.tells:
        plot.draw(columns_of_grid(chart.ticks, columns.across, frame.y0, frame.y1, plot.size_pt))
        plot.draw(_city(plot, chart, columns))
    for at, row in enumerate(rows):
        y = frame.y0 + (at + 0.5) * columns.step
        plot.draw(_row(plot, chart, row, columns, y))
    if left:
        said = plot.say(Text(f"另 {left} 行未列", f"{left} more rows not shown"))
        y = frame.y0 + (len(rows) + 0.5) * columns.step
        plot.draw([words_at((plot.box.x0, y), said, plot.size_pt, colour=SOFT)])


def _rows(chart: BarChart) -> Iterator[_Row]:
    yield from (_Row(point=one) for one in chart.reported)
    for heading, points in ((_ESTIMATES, chart.estimated), (_LACKING, chart.lacking)):
        if points:
            yield _Row(heading)
            yield from (_Row(point=one) for one in points)


def _columns(plot: Plot, chart: BarChart, points: Sequence[ChartPoint], count: int) -> _Columns:
    em, box = plot.em, plot.box
    names = min(_widest(plot, [plot.say(one.area.name) for one in points]),
                _WIDEST_NAMES * box.width)  # fmt: skip
    said = _widest(plot, [plot.value(one, chart) for one in points if one.value is not None])
    below = said + 0.8 * em if chart.ticks[0] < 0 else 0.0
    places = Counter(one.area.rank for one in (*chart.reported, *chart.estimated, *chart.lacking))
    place = _widest(plot, [plot.say(shared_place(one, places)) for one in points])
    x0 = box.x0 + place + names + 1.2 * em + below
    frame = Box(x0, box.y0 + 1.5 * em, box.x1 - said - 0.8 * em, box.y1 - 1.7 * em)
    step = min(frame.height / max(1, count), _HIGHEST_ROW * em)
    frame = Box(frame.x0, frame.y0, frame.x1, frame.y0 + step * count)
    across = AxisScale(chart.ticks[0], chart.ticks[-1], frame.x0, frame.x1)
    return _Columns(places, box.x0 + place, frame, across, step)


def _widest(plot: Plot, texts: Sequence[str]) -> float:
    return max(map(plot.width, texts), default=0.0)


def _city(plot: Plot, chart: BarChart, columns: _Columns) -> list[Item]:
    """Draw the city's own value across all bars."""
    if chart.city is None:
        return []
    frame, x = columns.frame, columns.across(chart.city.value or 0.0)
    text = f"{plot.say(COMPARED_WITH)} {plot.value(chart.city, chart)}"
    half = plot.width(text) / 2
    middle = min(max(x, plot.box.x0 + half), plot.box.x1 - half)
    at = (middle, frame.y0 - 0.7 * plot.em)
    return [
        segment(x, frame.y0 - 0.1 * plot.em, x, frame.y1, Stroke(INK, 0.3, (1.2, 0.8)), text),
        words_at(at, text, plot.size_pt, anchor="middle"),
    ]


def _row(plot: Plot, chart: BarChart, row: _Row, columns: _Columns, y: float) -> list[Item]:
    em, size, left = plot.em, plot.size_pt, plot.box.x0
    if row.heading is not None:
        return [words_at((left, y), plot.say(row.heading), size, colour=SOFT)]
    assert row.point is not None
    point = row.point
    place = plot.say(shared_place(point, columns.places))
    room = _WIDEST_NAMES * plot.box.width
    name = plot.ruler.cut(plot.say(point.area.name), room, size)
    found: list[Item] = [
        words_at((columns.place, y), place, size, anchor="end", colour=SOFT),
        words_at((columns.place + 0.5 * em, y), name, size),
    ]
    value = plot.value(point, chart)
    if point.value is None:
        zero = columns.across(0.0) if chart.tells else columns.frame.x0
        return [*found, words_at((zero + 0.5 * em, y), value, size, colour=SOFT)]
    if not chart.tells:
        return [*found, words_at((columns.frame.x0 + 0.5 * em, y), value, size)]
    x, below = columns.across(point.value), point.value < 0
    found.append(_bar(plot, chart, point, columns, y))
    x += (-0.4 if below else 0.4) * em
    text = words_at((x, y), value, size, anchor="end" if below else "start")
    return [*found, replace(text, halo=Stroke(PAPER, 0.3 * em))]


def _bar(plot: Plot, chart: BarChart, point: ChartPoint, columns: _Columns, y: float) -> Shape:
    x0, x1 = sorted((columns.across(0.0), columns.across(point.value or 0.0)))
    x1 = max(x1, x0 + 0.15)
    half = min(0.34 * columns.step, 1.3 * plot.em)
    ring = np.array([[x0, y - half], [x1, y - half], [x1, y + half], [x0, y + half]])
    colour = BELOW_ZERO if (point.value or 0) < 0 else CIRCLE
    fill = fills.guessed(colour) if point.estimated else fills.Fill(colour)
    return Shape((ring,), fill=fill.colour, hatch=fill.hatch, stroke=Stroke(PAPER, 0.1),
                 title=plot.told(point, chart))  # fmt: skip
