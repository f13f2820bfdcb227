"""How a number went over the years: a line for each area, and the targets ahead.

A line joins two neighbouring years of the series only: across a year without a number, a change of
definition or of boundaries there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import DefinitionVersion, Indicator, Kind
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.tables.comparability import breaks_between, compare_area, versions_of
from geomap.views.charts.chart import Chart, ChartPoint, area_name, chart_title, documents_of
from geomap.views.charts.line_words import (
    ChartLine,
    Told,
    Years,
    line_notes,
    line_sentence,
    line_table,
    valued_years,
)
from geomap.views.charts.ticks import round_ticks
from geomap.views.maps.view import map_view, marks

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

MOST_LINES = 12
"""More lines than these cannot be followed: the largest are drawn, the others counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart(Chart):
    """Lines over years.

    Parameters
    ----------
    years : of the axis of time, from the first to the last that is drawn
    known : those that figures are of
    ticks : of the axis of values
    breaks : definitions that begin within these years
    city : its name
    """

    years: tuple[int, int]
    known: tuple[int, ...]
    ticks: tuple[float, ...]
    lines: tuple[ChartLine, ...]
    targets: tuple[ChartPoint, ...]
    breaks: tuple[DefinitionVersion, ...]
    city: Text

    def areas(self) -> tuple[AreaView, ...]:
        """Give the points of all lines, and the targets."""
        points = [point for one in self.lines for point in one.points]
        return tuple(point.area for point in (*points, *self.targets))


def line_chart(
    atlas: Atlas,
    indicator_id: str,
    *,
    areas: Sequence[str] = (),
    since: int | None = None,
    until: int | None = None,
) -> LineChart:
    """Say what the lines of an indicator show.

    Parameters
    ----------
    areas : codes; when none are named, the areas that have two years, with the city where they do
        not add up to it; the city alone where no area has two
    since, until : the first and the last year; all when None

    Raises
    ------
    NotFoundError : no such indicator or area; names those there are
    RequestError : the years are the wrong way round
    """
    indicator = atlas.indicator(indicator_id)
    _require_order(since, until)
    span = (since or FIRST_YEAR, until or LAST_YEAR)
    views = _views(atlas, indicator, span)
    everyone = _by_area(atlas, views)
    chosen, crowded = _chosen(atlas, indicator, everyone, areas)
    lines = tuple(_line(atlas, indicator, code, everyone[code], tuple(views)) for code in chosen)
    targets = tuple(_targets(atlas, indicator, chosen, span))
    return _drawn(
        atlas, Told(indicator, views, everyone, lines, targets, crowded, bool(areas), span)
    )


def _drawn(atlas: Atlas, told: Told) -> LineChart:
    points = [point for one in told.lines for point in one.points]
    alone = told.lines[0].code if len(told.lines) == 1 else ""
    years = sorted({*(one.year for one in points), *(one.year for one in told.targets)})
    span = (years[0], years[-1]) if years else (0, 0)
    values = [one.value for one in points if one.value is not None]
    ticks = round_ticks([*values, *(one.value or 0.0 for one in told.targets)])
    breaks = breaks_between(versions_of(told.indicator.id, atlas.indicators), *span)
    shown = [one for line in told.lines for one in told.everyone[line.code].values()]
    return LineChart(
        indicator=told.indicator,
        year=None,
        title=chart_title(atlas, told.indicator.name, years, alone),
        sentence=line_sentence(atlas, told),
        notes=tuple(line_notes(atlas, told, breaks, ticks)),
        sources=documents_of(atlas, [*shown, *(one.area for one in told.targets)]),
        marks=marks(atlas),
        table=line_table(told),
        years=span,
        known=tuple(told.views),
        ticks=ticks,
        lines=told.lines,
        targets=told.targets,
        breaks=breaks,
        city=area_name(atlas, atlas.city),
    )


def _require_order(since: int | None, until: int | None) -> None:
    if since is not None and until is not None and since > until:
        raise RequestError(
            f"起始年份 {since} 晚于 {until}", f"the first year, {since}, is after {until}"
        )


def _views(atlas: Atlas, indicator: Indicator, span: tuple[int, int]) -> dict[int, MapView]:
    """Give the map of each year asked for."""
    years = atlas.series.get((indicator.id, Kind.ACTUAL.value), {})
    return {
        year: map_view(atlas, indicator.id, year=year)
        for year in years
        if span[0] <= year <= span[1]
    }


def _by_area(atlas: Atlas, views: Mapping[int, MapView]) -> dict[str, dict[int, AreaView]]:
    found: dict[str, dict[int, AreaView]] = {code: {} for code in atlas.areas}
    for year, view in views.items():
        for one in (*view.areas, *([view.city] if view.city else [])):
            found[one.code][year] = one
    return found


def _chosen(
    atlas: Atlas, indicator: Indicator, everyone: Mapping[str, Years], asked: Sequence[str]
) -> tuple[list[str], int]:
    """Choose whose lines are drawn; gives their codes, and how many are left for want of room."""
    for code in asked:
        if code not in atlas.areas:
            raise NotFoundError(Text("旗区", "area"), code, atlas.areas)
    if asked:
        return list(dict.fromkeys(asked))[:MOST_LINES], max(0, len(set(asked)) - MOST_LINES)
    parts = [area.code for area in atlas.parts]
    found = [code for code in parts if len(valued_years(everyone[code])) > 1]
    city = bool(valued_years(everyone[atlas.city]))
    if not found and not city:
        found = [code for code in parts if valued_years(everyone[code])]
        if not found:
            return [atlas.city], 0
    found.sort(key=lambda code: -_last(everyone[code]))
    with_city = city and not (found and indicator.additive)
    room = MOST_LINES - with_city
    return [atlas.city] * with_city + found[:room], max(0, len(found) - room)


def _last(years: Years) -> float:
    return [one.size for one in years.values() if one.size is not None][-1]


def _line(
    atlas: Atlas, indicator: Indicator, code: str, years: Years, known: Sequence[int]
) -> ChartLine:
    points = tuple(ChartPoint(year, years[year]) for year in valued_years(years))
    place = {year: at for at, year in enumerate(known)}
    versions = versions_of(indicator.id, atlas.indicators)
    joined = tuple(
        (one, then)
        for one, then in pairwise(points)
        if place[then.year] - place[one.year] == 1
        and not breaks_between(versions, one.year, then.year)
        and compare_area(code, one.year, then.year, atlas.rules.vintages).allowed
    )
    return ChartLine(code, area_name(atlas, code), points, joined)


def _targets(
    atlas: Atlas, indicator: Indicator, codes: Sequence[str], span: tuple[int, int]
) -> Iterator[ChartPoint]:
    kind = Kind.TARGET.value
    for year in atlas.series.get((indicator.id, kind), {}):
        if not span[0] <= year <= span[1]:
            continue
        view = map_view(atlas, indicator.id, year=year, kind=kind)
        everyone = [*view.areas, *([view.city] if view.city else [])]
        found = [one for one in everyone if one.code in codes and one.value is not None]
        yield from (ChartPoint(year, one) for one in found)
