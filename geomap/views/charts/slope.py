"""Two years side by side: a slope for each area that can be compared, a list of those that cannot.

The change is that of the map of changes, so a slope is drawn only where that map has a right to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Indicator, Kind, Status
from geomap.tables.comparability import breaks_between, compare_area, versions_of
from geomap.views.charts.chart import Chart, ChartPoint, ChartTable, cell, chart_title, not_drawn
from geomap.views.charts.trend import trend_sentence
from geomap.views.maps.change import change_view
from geomap.views.maps.notes import notes_on
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value
    from geomap.views.maps.mapview import AreaView, MapView


_EACH_TOLD = 2
_AXIS = Text(
    "纵轴不从 0 起，数写在两端", "The axis does not begin at 0; numbers stand at both ends"
)


@dataclass(frozen=True, slots=True)
class Slope:
    """An area in two years; ``change`` as the map of changes has it."""

    before: ChartPoint
    after: ChartPoint
    change: AreaView


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeChart(Chart):
    """Slopes between two years.

    Parameters
    ----------
    years : the earlier and the later
    slopes : the city first where it is among them
    city : whether it is
    ends : the least and the largest number: the axis need not begin at zero
    of_change : what the changes are numbers of
    """

    years: tuple[int, int]
    slopes: tuple[Slope, ...]
    city: bool
    ends: tuple[float, float]
    of_change: Indicator

    def areas(self) -> tuple[AreaView, ...]:
        """Give both ends of every slope."""
        return tuple(point.area for one in self.slopes for point in (one.before, one.after))


def slope_chart(
    atlas: Atlas,
    indicator_id: str,
    *,
    since: int | None = None,
    until: int | None = None,
    accept_break: bool = False,
) -> SlopeChart:
    """Say what changed between two years.

    Parameters
    ----------
    since, until : the two that most have exact numbers of when None, the farthest apart of those
    accept_break : as for ``geomap.views.maps.change.change_view``

    Raises
    ------
    NotFoundError, BreakError, RequestError : as ``change_view`` does: one year alone, the wrong way
        round, or across a change of definition; and where nothing has both years
    """
    indicator = atlas.indicator(indicator_id)
    years = _years(atlas, indicator, since, until)
    changed = change_view(atlas, indicator_id, *years, accept_break=accept_break)
    slopes, left = _slopes(atlas, changed, years, accept_break=accept_break)
    parts = [one for one in slopes if one.change.code != atlas.city]
    if indicator.additive and parts:
        slopes = parts
    if not slopes:
        raise _none(indicator, years)
    numbers = [point.value or 0.0 for one in slopes for point in (one.before, one.after)]
    return SlopeChart(
        indicator=indicator,
        year=None,
        title=chart_title(atlas, indicator.name, years),
        sentence=_sentence(atlas, changed, slopes, years),
        notes=(*_notes(atlas, changed, slopes), *not_drawn(left, len(atlas.parts))),
        sources=changed.sources,
        marks=changed.marks,
        table=_table(indicator, changed, slopes, years),
        years=years,
        slopes=tuple(slopes),
        city=slopes[0].change.code == atlas.city,
        ends=(min(numbers), max(numbers)),
        of_change=changed.indicator,
    )


def _slopes(
    atlas: Atlas, changed: MapView, years: tuple[int, int], *, accept_break: bool
) -> tuple[list[Slope], list[tuple[AreaView, Text]]]:
    """Give the slopes, the city's first, and the areas that have none with the reason."""
    id_ = changed.indicator.id
    before, after = (_everyone(map_view(atlas, id_, year=year)) for year in years)
    slopes, left = [], []
    for one in (*([changed.city] if changed.city else []), *changed.areas):
        first, last = before.get(one.code), after.get(one.code)
        same = accept_break or compare_area(one.code, *years, atlas.rules.vintages).allowed
        if same and first and last and first.size is not None and last.size is not None:
            slopes.append(Slope(ChartPoint(years[0], first), ChartPoint(years[1], last), one))
        elif one.code != atlas.city:
            left.append((one, cell(one, changed.indicator)))
    return slopes, left


def _sentence(
    atlas: Atlas, changed: MapView, slopes: Sequence[Slope], years: tuple[int, int]
) -> Text:
    """Tell the changes as their map does; of a few that none can be told of, both numbers."""
    if any(one.change.value is not None for one in slopes) or len(slopes) > _EACH_TOLD:
        return changed.sentence
    id_ = changed.indicator.id
    each = [trend_sentence(atlas, id_, one.change.code, span=years) for one in slopes]
    return Text("".join(one.zh for one in each), " ".join(one.en for one in each))


def _notes(atlas: Atlas, changed: MapView, slopes: Sequence[Slope]) -> list[Text]:
    """Give what the map of changes says, but for how it draws estimates: here they are hollow."""
    guessed = any(one.status == Status.APPORTIONED.value for one in changed.areas)
    of_map = notes_on(atlas, changed.indicator, changed.year, changed.areas, changed.base_year)[
        : 1 if guessed else 0
    ]
    found = [one for one in changed.notes if one not in of_map]
    found.append(_AXIS)
    if any(point.estimated for one in slopes for point in (one.before, one.after)):
        found.append(Text("空心点为估算", "Hollow points are estimates"))
    return found


def _everyone(view: MapView) -> dict[str, AreaView]:
    return {one.code: one for one in (*view.areas, *([view.city] if view.city else []))}


def _years(
    atlas: Atlas, indicator: Indicator, since: int | None, until: int | None
) -> tuple[int, int]:
    """Choose the two years that are not named: those that most areas have both of."""
    series = atlas.series.get((indicator.id, Kind.ACTUAL.value), {})
    for year in (since, until):
        if year is not None and year not in series:
            raise NotFoundError(Text("年份", "year"), year, series)
    if since is not None and until is not None:
        return since, until
    versions = versions_of(indicator.id, atlas.indicators)
    pairs = [
        (one, then)
        for one, then in combinations(sorted(series), 2)
        if since in (None, one) and until in (None, then)
    ]
    if not pairs:
        raise _too_few(indicator, series)

    def reach(pair: tuple[int, int]) -> tuple[bool, int, int, int]:
        known = [_known(series[year]) for year in pair]
        whole = not breaks_between(versions, *pair)
        return whole, len(known[0] & known[1]), pair[1] - pair[0], pair[1]

    return max(pairs, key=reach)


def _known(rows: Mapping[str, Value]) -> set[str]:
    return {code for code, row in rows.items() if row.value is not None and not row.approx}


def _too_few(indicator: Indicator, series: Mapping[int, object]) -> RequestError:
    zh, en = "、".join(map(str, series)), ", ".join(map(str, series))
    return RequestError(
        f"slope 要两个年份（from 早于 year）；{indicator.name.zh}有数的年份：{zh or '（无）'}",
        f"slope takes two years, from before year; {indicator.name.en} has: {en or 'none'}",
    )


def _none(indicator: Indicator, years: tuple[int, int]) -> RequestError:
    name, (one, then) = indicator.name, years
    return RequestError(
        f"{name.zh}没有一个旗区同时有{one}年和{then}年可比的数；请换年份，或用 chart=line",
        f"{name.en}: nothing can be compared between {one} and {then}; take other years, or "
        "chart=line",
    )


def _table(
    indicator: Indicator, changed: MapView, slopes: list[Slope], years: tuple[int, int]
) -> ChartTable:
    rows = tuple(
        (
            one.change.name,
            cell(one.before.area, indicator),
            cell(one.after.area, indicator),
            cell(one.change, changed.indicator),
        )
        for one in slopes
    )
    first, last = (Text(f"{year}年", str(year)) for year in years)
    return ChartTable((Text("旗区", "Area"), first, last, changed.indicator.name), rows)
