"""One year of all areas as bars from zero, the largest first; estimates stand apart.

What is drawn is the map of that year: its values, places, words and notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.model.catalog import Indicator, Kind
from geomap.values import ranks
from geomap.views.charts.chart import Chart, ChartPoint, ChartTable, cell
from geomap.views.charts.ticks import round_ticks
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(Chart):
    """Bars of one year.

    Parameters
    ----------
    reported, estimated : the largest first
    lacking : without a value
    city : for comparison where the areas do not add up to it; None otherwise
    ticks : of the axis; zero is among them
    tells : whether bars say anything: not where all values print alike
    """

    reported: tuple[ChartPoint, ...]
    estimated: tuple[ChartPoint, ...]
    lacking: tuple[ChartPoint, ...]
    city: ChartPoint | None
    ticks: tuple[float, ...]
    tells: bool

    def areas(self) -> tuple[AreaView, ...]:
        """Give all rows."""
        shown = (*self.reported, *self.estimated, *self.lacking)
        return tuple(one.area for one in (*shown, *([self.city] if self.city else [])))


def bar_chart(
    atlas: Atlas,
    indicator_id: str,
    *,
    year: int | None = None,
    kind: str = Kind.ACTUAL.value,
    rank_estimates: bool = False,
) -> BarChart:
    """Say what the bars of a year show.

    Parameters
    ----------
    year, kind, rank_estimates : as for ``geomap.views.maps.view.map_view``; with estimates ranked
        they stand among the others

    Raises
    ------
    NotFoundError : no such indicator, year or kind
    RequestError : no area has a value: there is nothing to rank
    """
    how = Drawing(rank_estimates=rank_estimates)
    view = map_view(atlas, indicator_id, year=year, kind=kind, how=how)
    require_areas(view, "bars")
    points = [ChartPoint(view.year or 0, one) for one in view.areas]
    valued = sorted(
        (one for one in points if one.value is not None), key=lambda one: ranks.order(one.value)
    )
    apart = [one for one in valued if one.estimated and not rank_estimates]
    compared = view.city is not None and view.city.value is not None
    city = ChartPoint(view.year or 0, view.city) if view.city and compared else None
    if view.indicator.additive:
        city = None
    numbers = [one.value or 0.0 for one in (*valued, *([city] if city else []))]
    sizes = [one.size for one in view.areas]
    return BarChart(
        indicator=view.indicator,
        year=view.year,
        title=view.title,
        sentence=view.sentence,
        notes=told_of_map(view),
        sources=view.sources,
        marks=view.marks,
        table=_table(view, [*valued, *(one for one in points if one.value is None)]),
        reported=tuple(one for one in valued if one not in apart),
        estimated=tuple(apart),
        lacking=tuple(one for one in points if one.value is None),
        city=city,
        ticks=round_ticks(numbers, from_zero=True),
        tells=ranks.longest_bar(sizes, view.indicator.decimals) > 0,
    )


def require_areas(view: MapView, chart: str) -> None:
    """Refuse a chart of areas where none has a value, and say what there is."""
    if any(one.size is not None for one in view.areas):
        return
    name, year = view.indicator.name, view.year
    when = Text(f"{year}年" if year else "", f" in {year}" if year else "")
    raise RequestError(
        f"{name.zh}{when.zh}没有旗区数，画不成 {chart}；看全市历年请用 chart=line",
        f"{name.en} has no figures of areas{when.en} for {chart}; for the city over the years take "
        "chart=line",
    )


def told_of_map(view: MapView) -> tuple[Text, ...]:
    """Give what the map of the same numbers says of them."""
    return (*view.notes, *([view.control.text] if view.control else []))


def shared_place(point: ChartPoint, places: Mapping[int | None, int]) -> Text:
    """Say the place of an area; ``places`` counts how many share each."""
    rank = point.area.rank
    return ranks.said_place(rank, [rank] * places[rank])


def _table(view: MapView, points: list[ChartPoint]) -> ChartTable:
    indicator: Indicator = view.indicator
    places = Counter(one.rank for one in view.areas)
    rows = [(one.area.name, cell(one.area, indicator), shared_place(one, places)) for one in points]
    if view.city is not None:
        rows.append((view.city.name, cell(view.city, indicator), Text("", "")))
    columns = (Text("旗区", "Area"), indicator.name, Text("位次", "Place"))
    return ChartTable(columns, tuple(rows))
