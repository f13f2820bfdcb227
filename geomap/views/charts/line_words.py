"""What is said of lines: their sentence, their notes and their table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import DefinitionVersion, Indicator
from geomap.numbers import full
from geomap.tables.comparability import in_words
from geomap.views.charts.chart import ChartPoint, ChartTable, cell, grouped, not_drawn
from geomap.views.charts.trend import trend_sentence
from geomap.views.maps.change_notes import boundary_notes

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

_EACH_TOLD = 2
"""Of so many lines each is told."""
Years = Mapping[int, "AreaView"]
"""An area by year."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One area over the years.

    Parameters
    ----------
    points : those with a value, by year
    joined : neighbouring points that a line joins
    """

    code: str
    name: Text
    points: tuple[ChartPoint, ...]
    joined: tuple[tuple[ChartPoint, ChartPoint], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an indicator over the years, and what of it is drawn.

    Parameters
    ----------
    views : the map of each year
    everyone : by area, its years
    crowded : how many lines are left out for want of room
    asked : whether the areas were named
    span : the first and the last year that were asked for
    """

    indicator: Indicator
    views: Mapping[int, MapView]
    everyone: Mapping[str, Years]
    lines: tuple[ChartLine, ...]
    targets: tuple[ChartPoint, ...]
    crowded: int
    asked: bool
    span: tuple[int, int]


def valued_years(years: Years) -> list[int]:
    """List the years that have a value."""
    return [year for year, one in years.items() if one.size is not None]


def line_sentence(atlas: Atlas, told: Told) -> Text:
    """Tell the course of one line or two; of more, what the last year that most are in says."""
    if len(told.lines) <= _EACH_TOLD:
        each = [trend_sentence(atlas, told.indicator.id, one.code, span=told.span)
                for one in told.lines]  # fmt: skip
        return Text("".join(one.zh for one in each), " ".join(one.en for one in each))
    points = [point.year for one in told.lines for point in one.points]
    year = max(told.views, key=lambda one: (points.count(one), one))
    said = told.views[year].sentence
    return Text(f"{year}年：{said.zh}", f"{year}: {said.en}")


def line_notes(
    atlas: Atlas, told: Told, breaks: Sequence[DefinitionVersion], ticks: Sequence[float]
) -> Iterator[Text]:
    """Say what a reader must know: breaks, holes, estimates, and who has no line."""
    points = [point for one in told.lines for point in one.points]
    if breaks:
        zh, en = in_words(breaks)
        yield Text(f"口径有变，前后不相连：{zh}", f"Not joined across a change: {en}")
    if points:
        codes = [one.code for one in told.lines if one.code != atlas.city]
        years = [one.year for one in points]
        yield from boundary_notes(atlas, codes, min(years), max(years))
    if holes := grouped(_holes(told), 0):
        zh, en = "；".join(one.zh for one in holes), "; ".join(one.en for one in holes)
        yield Text(f"断开处没有数：{zh}", f"Gaps have no figure: {en}")
    if any(one.estimated for one in points):
        yield Text("空心点、虚线为估算", "Hollow points and dashed lines are estimates")
    if 0 not in ticks:
        least = full(ticks[0])
        yield Text(f"纵轴从 {least} 起，不从 0 起", f"The axis begins at {least}, not at 0")
    if told.crowded:
        yield Text(f"另 {told.crowded} 个未画", f"{told.crowded} more not drawn")
    drawn = {atlas.city, *(one.code for one in told.lines if one.points)}
    rest = [one.code for one in told.lines] if told.asked else list(told.everyone)
    without = _without_line(told, [one for one in rest if one not in drawn])
    yield from not_drawn(without, len(told.everyone) - 1)


def _holes(told: Told) -> Iterator[tuple[AreaView, Text]]:
    """Name the years between two points of a line that have no value, and say why."""
    for line in told.lines:
        years = valued_years(told.everyone[line.code])
        for year, one in told.everyone[line.code].items():
            if one.size is None and years and years[0] < year < years[-1]:
                why = cell(one, told.indicator)
                yield one, Text(f"{year}年{why.zh}", f"{why.en} in {year}")


def _without_line(told: Told, codes: Sequence[str]) -> Iterator[tuple[AreaView, Text]]:
    """Say of areas why they have no line: one year alone, or none at all."""
    for code in codes:
        years = told.everyone[code]
        valued = valued_years(years)
        if not years or len(valued) > 1 or (valued and told.crowded):
            continue
        last = years[valued[-1] if valued else max(years)]
        if not valued:
            yield last, cell(last, told.indicator)
        else:
            yield last, _one_year(ChartPoint(valued[0], last))


def _one_year(point: ChartPoint) -> Text:
    if point.estimated:
        return Text(f"只有{point.year}年的估算", f"an estimate of {point.year} only")
    return Text(f"只有{point.year}年的数", f"a figure of {point.year} only")


def line_table(told: Told) -> ChartTable:
    """Give a row for each year, a column for each line, and the targets after them."""
    names = [one.name for one in told.lines]
    columns = (Text("年份", "Year"), *names, *([Text("目标", "Target")] if told.targets else []))
    years = sorted({*told.views, *(one.year for one in told.targets)})
    rows = []
    for year in years:
        said = [cell(told.everyone[one.code].get(year), told.indicator) for one in told.lines]
        goals = [one for one in told.targets if one.year == year]
        rows.append((Text(str(year), str(year)), *said, *_goals(told, goals)))
    return ChartTable(columns, tuple(rows))


def _goals(told: Told, goals: Sequence[ChartPoint]) -> list[Text]:
    if not told.targets:
        return []
    said = [(one.area.name, cell(one.area, told.indicator)) for one in goals]
    return [
        Text(
            "；".join(f"{name.zh} {value.zh}" for name, value in said),
            "; ".join(f"{name.en} {value.en}" for name, value in said),
        )
    ]
