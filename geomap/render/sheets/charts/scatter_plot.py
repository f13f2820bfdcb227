"""Points of two indicators, each named where there is room."""

from __future__ import annotations

from geomap.errors import Text
from geomap.render.drawing.scene import Stroke
from geomap.render.sheets.charts.axes import (
    AxisScale,
    Labels,
    columns_of_grid,
    marker,
    rows_of_grid,
    segment,
    tick_words,
    words_at,
)
from geomap.render.sheets.charts.plot import Plot
from geomap.render.sheets.paper import CIRCLE, INK, SOFT, Box
from geomap.views.charts.chart import COMPARED_WITH
from geomap.views.charts.scatter import Both, ScatterChart

_MOST_NAMED = 60


def draw_scatter(plot: Plot, chart: ScatterChart) -> None:
    """Draw the points of a chart; of those for whose names there is no room, say how many."""
    em, box, size = plot.em, plot.box, plot.size_pt
    left = max(plot.width(text) for text in tick_words(chart.up)) + 0.5 * em
    right = 0.5 * plot.width(tick_words(chart.across)[-1]) + 0.3 * em
    frame = Box(box.x0 + left, box.y0 + 2.2 * em, box.x1 - right, box.y1 - 3.1 * em)
    across = AxisScale(chart.across[0], chart.across[-1], frame.x0, frame.x1)
    up = AxisScale(chart.up[0], chart.up[-1], frame.y1, frame.y0)
    plot.draw(rows_of_grid(chart.up, up, frame.x0, frame.x1, size))
    plot.draw(columns_of_grid(chart.across, across, frame.y0, frame.y1, size))
    _titles(plot, chart, frame)
    labels = Labels(plot.ruler, frame.inset(-0.3 * em))
    _city(plot, chart, (across, up), frame, labels)
    for pair in chart.points:
        labels.keep_off(_at(pair, across, up), 0.32 * em)
    named = 0
    for pair in sorted(chart.points, key=lambda one: -(one[1].value or 0.0)):
        at = _at(pair, across, up)
        hollow = any(one.estimated for one in pair)
        plot.draw(
            [marker("circle", at, 0.6 * em, CIRCLE, hollow=hollow, title=_told(plot, chart, pair))]
        )
        if named < _MOST_NAMED:
            words = labels.beside(at, plot.say(pair[0].area.name), size, off=0.4 * em)
            plot.draw([words] if words else [])
            named += words is not None
    if unnamed := len(chart.points) - named:
        said = plot.say(Text(f"{unnamed} 个点名称从略", f"{unnamed} points not named"))
        plot.draw([words_at((frame.x1, box.y0 + 0.8 * em), said, size, anchor="end", colour=SOFT)])


def _at(pair: Both, across: AxisScale, up: AxisScale) -> tuple[float, float]:
    return across(pair[0].value or 0.0), up(pair[1].value or 0.0)


def _told(plot: Plot, chart: ScatterChart, pair: Both) -> str:
    """Tell both numbers of an area."""
    name = plot.say(pair[0].area.name)
    said = [
        f"{plot.say(one.name)} {plot.say(point.area.text)} {plot.say(one.unit)}".rstrip()
        for one, point in zip((chart.indicator, chart.second), pair, strict=True)
    ]
    return plot.say(Text(f"{name}：{'，'.join(said)}", f"{name}: {', '.join(said)}"))


def _titles(plot: Plot, chart: ScatterChart, frame: Box) -> None:
    """Write what the axes are, at their ends."""
    for indicator, at, anchor in (
        (chart.indicator, (frame.x1, frame.y1 + 2.5 * plot.em), "end"),
        (chart.second, (plot.box.x0, plot.box.y0 + 0.8 * plot.em), "start"),
    ):
        unit = plot.say(indicator.unit)
        name = plot.say(indicator.name)
        said = plot.say(Text(f"{name}（{unit}）", f"{name} ({unit})")) if unit else name
        arrow = " →" if anchor == "end" else " ↑"
        cut = plot.ruler.cut(said + arrow, 0.75 * plot.box.width, plot.size_pt)
        plot.draw([words_at(at, cut, plot.size_pt, anchor="end" if anchor == "end" else "start")])


def _city(
    plot: Plot, chart: ScatterChart, scales: tuple[AxisScale, AxisScale], frame: Box, labels: Labels
) -> None:
    """Draw the city's own values as two lines across."""
    if chart.city is None:
        return
    x, y = _at(chart.city, *scales)
    dashed = Stroke(INK, 0.25, (1.2, 0.8))
    told = _told(plot, chart, chart.city)
    plot.draw([segment(x, frame.y0, x, frame.y1, dashed, told)])
    plot.draw([segment(frame.x0, y, frame.x1, y, dashed, told)])
    words = labels.beside(
        (x, frame.y0), plot.say(COMPARED_WITH), plot.size_pt, off=0.3 * plot.em,
        order=((1, 1), (-1, 1)),
    )  # fmt: skip
    plot.draw([words] if words else [])
