"""A chart as the series that an office program draws: the one form that both writers take. Pure.

A series holds what the chart draws and nothing else, each number as exports have it. A line that is
interrupted is several series, so that no program joins what the chart does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from geomap.errors import RequestError, Text
from geomap.model.catalog import Indicator
from geomap.model.wording import as_exported, decimals_of
from geomap.numbers import rounded
from geomap.render.sheets.charts.axes import SERIES
from geomap.render.sheets.paper import CIRCLE, INK, SOFT
from geomap.views.charts.bars import BarChart
from geomap.views.charts.chart import COMPARED_WITH, Chart, ChartPoint
from geomap.views.charts.line import LineChart
from geomap.views.charts.line_words import ChartLine
from geomap.views.charts.scatter import ScatterChart
from geomap.views.charts.slope import SlopeChart
from geomap.views.charts.stack import StackChart
from geomap.views.charts.ticks import round_ticks

MOST_SERIES = 250
"""Excel draws 255."""
_MOST_YEARS = 12
_YEAR, _PLACE = Text("年份", "Year"), Text("旗区", "Area")
_REST = Text("未分类", "Unaccounted for")


class SeriesForm(Enum):
    """How series are drawn: by two numbers, or as bars of named rows."""

    LINES = "lines"
    POINTS = "points"
    BARS = "bars"
    SHARES = "shares"


class OfficePoint(NamedTuple):
    """A number where it stands: at a number, or in a row of bars; ``guessed`` is an estimate."""

    at: float | Text
    value: float
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class OfficeSeries:
    """Points under one name; ``joined`` by a line, or goals, or neither."""

    name: Text
    points: tuple[OfficePoint, ...]
    colour: str
    joined: bool = False
    goal: bool = False


class OfficeAxis(NamedTuple):
    """An axis: what it measures, and its ends and steps where they are not left to the program."""

    title: Text
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeChart:
    """A chart; ``across`` is the axis of years or rows, or of the first indicator."""

    form: SeriesForm
    series: tuple[OfficeSeries, ...]
    across: OfficeAxis
    up: OfficeAxis

    @property
    def rows(self) -> tuple[float | Text, ...]:
        """Where points stand, each once: years in their order, rows as they are drawn."""
        found = list(dict.fromkeys(one.at for each in self.series for one in each.points))
        numbers = [one for one in found if not isinstance(one, Text)]
        return tuple(sorted(numbers)) if numbers else tuple(found)


def office_chart(chart: Chart) -> OfficeChart:
    """Give a chart in the form of its series.

    Raises
    ------
    RequestError : nothing of it is drawn, or more than an office program draws
    """
    made = _made(chart)
    if not any(one.points for one in made.series):
        raise RequestError(
            f"{chart.title.zh}：没有可以画出的数，做不成 Office 图表",
            f"{chart.title.en}: there is no number to draw in a chart for Office",
        )
    if (count := len(made.series)) > MOST_SERIES:
        raise RequestError(
            f"要画 {count} 个系列，Office 图表最多 {MOST_SERIES} 个，请用图片",
            f"{count} series are more than the {MOST_SERIES} of a chart for Office; "
            "take png, svg or pdf",
        )
    return made


def _made(chart: Chart) -> OfficeChart:
    if isinstance(chart, LineChart):
        return _lines(chart)
    if isinstance(chart, BarChart):
        return _bars(chart)
    if isinstance(chart, SlopeChart):
        return _slopes(chart)
    if isinstance(chart, StackChart):
        return _shares(chart)
    assert isinstance(chart, ScatterChart)
    return _points(chart)


def _number(point: ChartPoint, indicator: Indicator) -> float:
    return as_exported(point.area, indicator) or 0.0


def _named(indicator: Indicator) -> Text:
    name, unit = indicator.name, indicator.unit
    zh = f"{name.zh}（{unit.zh}）" if unit.zh else name.zh
    return Text(zh, f"{name.en} ({unit.en})" if unit.en else name.en)


def _years(years: Sequence[int]) -> OfficeAxis:
    first, last = min(years, default=0), max(years, default=0)
    step = max(1, math.ceil((last - first) / _MOST_YEARS))
    return OfficeAxis(_YEAR, (first - step, *range(first, last + step + 1, step)))


def _in_years(point: ChartPoint, indicator: Indicator) -> OfficePoint:
    return OfficePoint(point.year, _number(point, indicator), point.estimated)


# --- lines ----------------------------------------------------------------------------------------


def _lines(chart: LineChart) -> OfficeChart:
    found: list[OfficeSeries] = []
    looks = {}
    own = iter(range(len(chart.lines)))
    for line in chart.lines:
        colour = INK if line.name == chart.city else SERIES[next(own) % len(SERIES)]
        looks[line.code] = colour
        parts = list(_unbroken(line))
        for part in parts:
            name = line.name if len(parts) == 1 else _spanned(line.name, part)
            points = tuple(_in_years(one, chart.indicator) for one in part)
            found.append(OfficeSeries(name, points, colour, joined=True))
    goals: dict[str, list[ChartPoint]] = {}
    for one in chart.targets:
        goals.setdefault(one.area.code, []).append(one)
    for code, targets in goals.items():
        whose = targets[0].area.name
        name = Text(f"{whose.zh}目标", f"{whose.en}: target")
        points = tuple(_in_years(one, chart.indicator) for one in targets)
        found.append(OfficeSeries(name, points, looks.get(code, INK), goal=True))
    across, up = _years(chart.years), OfficeAxis(_named(chart.indicator), chart.ticks)
    return OfficeChart(SeriesForm.LINES, tuple(found), across, up)


def _unbroken(line: ChartLine) -> Iterator[list[ChartPoint]]:
    """Part the points of a line where it is interrupted."""
    joined = {(one.year, then.year) for one, then in line.joined}
    part = list(line.points[:1])
    for one, then in pairwise(line.points):
        if (one.year, then.year) not in joined:
            yield part
            part = []
        part.append(then)
    if part:
        yield part


def _spanned(name: Text, part: Sequence[ChartPoint]) -> Text:
    span = "–".join(str(one) for one in dict.fromkeys((part[0].year, part[-1].year)))
    return Text(f"{name.zh} {span}", f"{name.en} {span}")


def _slopes(chart: SlopeChart) -> OfficeChart:
    found = []
    own = iter(range(len(chart.slopes)))
    for at, one in enumerate(chart.slopes):
        colour = INK if chart.city and at == 0 else SERIES[next(own) % len(SERIES)]
        ends = tuple(_in_years(point, chart.indicator) for point in (one.before, one.after))
        found.append(OfficeSeries(one.change.name, ends, colour, joined=True))
    first, last = chart.years
    up = OfficeAxis(_named(chart.indicator), round_ticks(chart.ends))
    years = OfficeAxis(_YEAR, (2 * first - last, first, last, 2 * last - first))
    return OfficeChart(SeriesForm.LINES, tuple(found), years, up)


# --- side by side ---------------------------------------------------------------------------------


def _bars(chart: BarChart) -> OfficeChart:
    if not chart.tells:
        raise RequestError(
            f"{chart.title.zh}：各旗区的数写出来都一样，没有条可画",
            f"{chart.title.en}: all areas print the same number, there are no bars to draw",
        )
    parts = (
        (chart.indicator.name, chart.reported, CIRCLE),
        (Text("估算", "Estimates"), chart.estimated, CIRCLE),
        (COMPARED_WITH, (chart.city,) if chart.city else (), SOFT),
    )
    found = [
        OfficeSeries(
            name,
            tuple(
                OfficePoint(one.area.name, _number(one, chart.indicator), one.estimated)
                for one in points
            ),
            colour,
        )
        for name, points, colour in parts
        if points
    ]
    up = OfficeAxis(_named(chart.indicator), chart.ticks)
    return OfficeChart(SeriesForm.BARS, tuple(found), OfficeAxis(_PLACE), up)


def _shares(chart: StackChart) -> OfficeChart:
    """Give the numbers of the parts; the program makes shares of them."""
    found = []
    for at, part in enumerate(chart.parts):
        points = tuple(
            OfficePoint(row.name, _number(row.parts[at], part), row.parts[at].estimated)
            for row in chart.rows
        )
        found.append(OfficeSeries(part.name, points, SERIES[at % len(SERIES)]))
    rest = tuple(
        OfficePoint(row.name, rounded(row.left, decimals_of(row.total.area, chart.indicator)))
        for row in chart.rows
        if row.left
    )
    if rest:
        found.append(OfficeSeries(_REST, rest, "#d5d9de"))
    name = chart.indicator.name
    share = Text(f"占{name.zh}的份额", f"Share of {name.en}")
    return OfficeChart(SeriesForm.SHARES, tuple(found), OfficeAxis(_PLACE), OfficeAxis(share))


def _points(chart: ScatterChart) -> OfficeChart:
    """Give each area as a series of one point, whose name stands beside it."""
    found = []
    for one, other in (*chart.points, *([chart.city] if chart.city else [])):
        guessed = one.estimated or other.estimated
        at, value = _number(one, chart.indicator), _number(other, chart.second)
        colour = INK if chart.city and one is chart.city[0] else CIRCLE
        found.append(OfficeSeries(one.area.name, (OfficePoint(at, value, guessed),), colour))
    across = OfficeAxis(_named(chart.indicator), chart.across)
    up = OfficeAxis(_named(chart.second), chart.up)
    return OfficeChart(SeriesForm.POINTS, tuple(found), across, up)
