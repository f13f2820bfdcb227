"""Lines over years: each named at its end, targets as diamonds, breaks as upright lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geomap.errors import Text
from geomap.render.drawing.scene import Item, Stroke
from geomap.render.sheets.charts.axes import (
    LINE_SHAPES,
    SERIES,
    TARGET_SHAPE,
    AxisScale,
    Labels,
    marker,
    rows_of_grid,
    segment,
    spread,
    tick_words,
    words_at,
)
from geomap.render.sheets.charts.plot import NOTHING, Plot
from geomap.render.sheets.paper import INK, LINE, SOFT, Box
from geomap.views.charts.chart import COMPARED_WITH, ChartPoint
from geomap.views.charts.line import LineChart
from geomap.views.charts.line_words import ChartLine

_WIDEST_NAMES = 0.34
_TARGET = Text("目标", "target")


@dataclass(frozen=True, slots=True)
class _Axes:
    """The frame of the lines and its two scales."""

    frame: Box
    across: AxisScale
    up: AxisScale

    def at(self, point: ChartPoint) -> tuple[float, float]:
        return self.across(point.year), self.up(point.value or 0.0)


def draw_lines(plot: Plot, chart: LineChart) -> None:
    """Draw the lines of a chart."""
    if not any(one.points for one in chart.lines) and not chart.targets:
        plot.nothing_drawn(NOTHING)
        return
    ends = _ends(plot, chart)
    axes = _axes(plot, chart, max((plot.width(text) for _, text in ends), default=0.0))
    frame = axes.frame
    plot.draw(rows_of_grid(chart.ticks, axes.up, frame.x0, frame.x1, plot.size_pt))
    labels = Labels(plot.ruler, Box(frame.x0, plot.box.y0, frame.x1, frame.y1))
    plot.draw(_years(plot, chart, axes))
    plot.draw(_breaks(plot, chart, axes, labels))
    for line in chart.lines:
        for point in line.points:
            labels.keep_off(axes.at(point), 0.35 * plot.em)
    for at, line in enumerate(chart.lines):
        plot.draw(_line(plot, chart, line, axes, look(chart, at)))
    if len(ends) > 1:
        plot.draw(_names(plot, chart, ends, axes))
    else:
        _each_value(plot, chart, axes, labels)
    _targets(plot, chart, axes, labels)


def look(chart: LineChart, at: int) -> tuple[str, str]:
    """Give the colour and the shape of a line; the city is black."""
    city = chart.lines[at].name == chart.city
    own = at - (chart.lines[0].name == chart.city)
    return (
        (INK, "circle")
        if city
        else (SERIES[own % len(SERIES)], LINE_SHAPES[own % len(LINE_SHAPES)])
    )


def _axes(plot: Plot, chart: LineChart, names: float) -> _Axes:
    em, box = plot.em, plot.box
    left = max(plot.width(text) for text in tick_words(chart.ticks)) + 0.5 * em
    right = min(names, _WIDEST_NAMES * box.width) + 2.4 * em if names else 2.0 * em
    frame = Box(box.x0 + left, box.y0 + 1.6 * em, box.x1 - right, box.y1 - 1.7 * em)
    pad = 1.2 * em
    first, last = chart.years
    across = AxisScale(first, last, frame.x0 + pad, frame.x1 - pad)
    return _Axes(frame, across, AxisScale(chart.ticks[0], chart.ticks[-1], frame.y1, frame.y0))


def _years(plot: Plot, chart: LineChart, axes: _Axes) -> list[Item]:
    """Write the years that there are, the last first, each where there is room."""
    found: list[Item] = []
    taken = float("inf")
    y = axes.frame.y1 + 0.95 * plot.em
    goals = {one.year for one in chart.targets}
    for year in sorted({*chart.known, *goals}, reverse=True):
        if not chart.years[0] <= year <= chart.years[1]:
            continue
        x, half = axes.across(year), plot.width(str(year)) / 2
        found.append(segment(x, axes.frame.y1, x, axes.frame.y1 + 0.3 * plot.em, Stroke(SOFT, 0.2)))
        if x + half + 0.5 * plot.em > taken:
            continue
        taken = x - half
        found.append(words_at((x, y), str(year), plot.size_pt, anchor="middle", colour=SOFT))
    return found


def _breaks(plot: Plot, chart: LineChart, axes: _Axes, labels: Labels) -> list[Item]:
    """Draw an upright line before the first year of each new definition."""
    found: list[Item] = []
    for version in chart.breaks:
        x = axes.across(version.since - 0.5)
        top = axes.frame.y0 - 0.4 * plot.em
        dashed = Stroke(SOFT, 0.25, (1.2, 0.8))
        said = Text(f"{version.since}年口径有变", f"new definition from {version.since}")
        found.append(segment(x, top, x, axes.frame.y1, dashed, plot.say(version.note)))
        words = labels.beside(
            (x, top), plot.say(said), 0.9 * plot.size_pt, off=0.2 * plot.em, colour=SOFT,
            order=((0, -1), (-1, -1), (1, -1), (1, 1), (-1, 1)),
        )  # fmt: skip
        found += [words] if words else []
    return found


def _line(
    plot: Plot, chart: LineChart, line: ChartLine, axes: _Axes, looks: tuple[str, str]
) -> list[Item]:
    colour, shape = looks
    scale = plot.sheet.paper.line
    width = (0.75 if colour == INK else 0.5) * scale
    found: list[Item] = []
    for one, then in line.joined:
        dash = (1.4 * scale, 1.0 * scale) if one.estimated or then.estimated else ()
        stroke = Stroke(colour, width, dash)
        found.append(segment(*axes.at(one), *axes.at(then), stroke))
    for point in line.points:
        told = plot.told(point, chart)
        size = 0.52 * plot.em
        found.append(
            marker(shape, axes.at(point), size, colour, hollow=point.estimated, title=told)
        )
    return found


def _ends(plot: Plot, chart: LineChart) -> list[tuple[ChartPoint, str]]:
    """Give the last point of each line, and what is written beside it."""
    found = []
    for line in chart.lines:
        if line.points:
            last = line.points[-1]
            name = COMPARED_WITH if line.name == chart.city else line.name
            found.append((last, f"{plot.say(name)} {plot.value(last, chart)}"))
    return found if len(found) > 1 else []


def _names(
    plot: Plot, chart: LineChart, ends: Sequence[tuple[ChartPoint, str]], axes: _Axes
) -> list[Item]:
    """Write names and last values right of the frame, apart from each other, led to their lines."""
    found: list[Item] = []
    drawn = [at for at, line in enumerate(chart.lines) if line.points]
    wanted = [axes.at(point)[1] for point, _ in ends]
    places = spread(wanted, plot.pitch, plot.box.y0 + 0.5 * plot.em, plot.box.y1 - 0.5 * plot.em)
    x = axes.frame.x1 + 1.3 * plot.em
    for at, (point, text), y in zip(drawn, ends, places, strict=True):
        colour, shape = look(chart, at)
        px, py = axes.at(point)
        edge = axes.frame.x1 - 0.4 * plot.em
        thin = Stroke(colour, 0.15)
        if px < edge - plot.em:
            found.append(segment(px + 0.4 * plot.em, py, edge, py, Stroke(LINE, 0.2, (0.4, 0.8))))
        found.append(segment(max(px + 0.4 * plot.em, edge), py, x - 0.1 * plot.em, y, thin))
        found.append(marker(shape, (x + 0.3 * plot.em, y), 0.5 * plot.em, colour,
                            hollow=point.estimated))  # fmt: skip
        room = plot.box.x1 - x - 0.9 * plot.em
        cut = plot.ruler.cut(text, room, plot.size_pt)
        found.append(words_at((x + 0.9 * plot.em, y), cut, plot.size_pt))
    return found


def _each_value(plot: Plot, chart: LineChart, axes: _Axes, labels: Labels) -> None:
    """Write the value of every point of a lone line where there is room, its ends first."""
    points = [point for one in chart.lines for point in one.points]
    for point in [*points[:1], *points[:0:-1]]:
        words = labels.beside(
            axes.at(point), plot.value(point, chart), plot.size_pt, off=0.45 * plot.em
        )
        plot.draw([words] if words else [])


def _targets(plot: Plot, chart: LineChart, axes: _Axes, labels: Labels) -> None:
    """Draw what is to be reached as diamonds, with the year, the name and the number."""
    looks = {line.code: look(chart, at)[0] for at, line in enumerate(chart.lines)}
    alone = len(chart.lines) == 1
    for point in chart.targets:
        labels.keep_off(axes.at(point), 0.4 * plot.em)
    for point in chart.targets:
        colour = looks.get(point.area.code, INK)
        told = f"{plot.say(_TARGET)} {plot.told(point, chart)}"
        at = axes.at(point)
        sign = marker(TARGET_SHAPE, at, 0.75 * plot.em, colour, hollow=True, title=told)
        city = point.area.name == chart.city
        name = "" if alone else f"{plot.say(COMPARED_WITH if city else point.area.name)} "
        text = f"{name}{plot.say(_TARGET)} {plot.value(point, chart)}"
        words = labels.beside(at, text, plot.size_pt, off=0.5 * plot.em, colour=colour)
        plot.draw([sign, *([words] if words else [])])
