"""Two indicators of all areas against each other: a point for each that has both.

No line is fitted and no correlation told: nine points would bear neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.model.catalog import Indicator
from geomap.views.charts.chart import Chart, ChartPoint, ChartTable, cell, chart_title, not_drawn
from geomap.views.charts.ticks import round_ticks

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

Both = tuple[ChartPoint, ChartPoint]
"""An area in the first and in the second indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScatterChart(Chart):
    """Points of two indicators.

    Parameters
    ----------
    second : the indicator of the upright axis
    points : of the areas that have both
    city : for comparison, where neither adds up to it; None otherwise
    across, up : the ticks of both axes
    """

    second: Indicator
    points: tuple[Both, ...]
    city: Both | None
    across: tuple[float, ...]
    up: tuple[float, ...]

    @property
    def unit(self) -> Text:
        """Both units, where they differ."""
        one, other = self.indicator.unit, self.second.unit
        if one == other:
            return one
        return Text(f"横轴 {one.zh}，纵轴 {other.zh}", f"{one.en} across, {other.en} upward")

    def areas(self) -> tuple[AreaView, ...]:
        """Give both values of every area."""
        both = (*self.points, *([self.city] if self.city else []))
        return tuple(point.area for pair in both for point in pair)


def scatter_chart(atlas: Atlas, across: MapView, up: MapView) -> ScatterChart:
    """Say what two indicators show side by side.

    Parameters
    ----------
    across, up : their maps, each of its year

    Raises
    ------
    RequestError : no area has both
    """
    pairs = [
        (ChartPoint(across.year or 0, one), ChartPoint(up.year or 0, other))
        for one, other in zip(across.areas, up.areas, strict=True)
    ]
    points = [pair for pair in pairs if _has_both(pair)]
    if not points:
        raise _none(across, up)
    rates = not across.indicator.additive and not up.indicator.additive
    city = _city(across, up) if rates else None
    shown = [*points, *([city] if city else [])]
    one, other = across.indicator, up.indicator
    return ScatterChart(
        indicator=one,
        year=across.year if across.year == up.year else None,
        title=_title(atlas, across, up),
        sentence=_sentence(across, up, points),
        notes=tuple(_notes(across, up, pairs)),
        sources=tuple(dict.fromkeys((*across.sources, *up.sources))),
        marks=across.marks,
        table=_table(across, up, pairs),
        second=other,
        points=tuple(points),
        city=city,
        across=round_ticks([pair[0].value or 0.0 for pair in shown]),
        up=round_ticks([pair[1].value or 0.0 for pair in shown]),
    )


def _title(atlas: Atlas, across: MapView, up: MapView) -> Text:
    """Name both, each with its year where these differ; what holds for every year has none."""
    views = (across, up)
    years = {view.year for view in views if view.year and not view.indicator.timeless}
    apart = len(years) > 1
    one, other = (_named(view) if apart else view.indicator.name for view in views)
    both = Text(f"{one.zh}与{other.zh}", f"{one.en} and {other.en}")
    return chart_title(atlas, both, [] if apart else sorted(years))


def _named(view: MapView) -> Text:
    name = view.indicator.name
    return Text(f"{name.zh}（{view.year}年）", f"{name.en} ({view.year})")


def _has_both(pair: Both) -> bool:
    return pair[0].value is not None and pair[1].value is not None


def _city(across: MapView, up: MapView) -> Both | None:
    if across.city is None or up.city is None:
        return None
    pair = ChartPoint(across.year or 0, across.city), ChartPoint(up.year or 0, up.city)
    return pair if _has_both(pair) else None


def _none(across: MapView, up: MapView) -> RequestError:
    one, other = across.indicator.name, up.indicator.name
    first, second = across.year or "—", up.year or "—"
    return RequestError(
        f"没有一个旗区同时有{one.zh}（{first}年）和{other.zh}（{second}年）的数，画不成 scatter",
        f"no area has both {one.en} ({first}) and {other.en} ({second}) for scatter",
    )


def _sentence(across: MapView, up: MapView, points: Sequence[Both]) -> Text:
    """Say how many have both, and what each of the two maps says."""
    count, whole = len(points), len(across.areas)
    said = Text(f"{whole} 个旗区中 {count} 个两项都有数。", f"{count} of {whole} areas have both. ")
    if count == whole:
        said = Text(f"{whole} 个旗区两项都有数。", f"All {whole} areas have both. ")
    one, other = across.indicator.name, up.indicator.name
    return Text(
        f"{said.zh}{one.zh}：{across.sentence.zh}{other.zh}：{up.sentence.zh}",
        f"{said.en}{one.en}: {across.sentence.en} {other.en}: {up.sentence.en}",
    )


def _notes(across: MapView, up: MapView, pairs: Sequence[Both]) -> list[Text]:
    drawn = [pair for pair in pairs if _has_both(pair)]
    notes = [
        Text(
            "只并列两项数，不说明谁影响谁", "Side by side only: neither is said to cause the other"
        )
    ]
    timeless = across.indicator.timeless or up.indicator.timeless
    if across.year != up.year and not timeless:
        years = f"{across.year} / {up.year}"
        notes.append(Text(f"两项年份不同：{years}", f"The years differ: {years}"))
    if any(point.estimated for pair in drawn for point in pair):
        notes.append(Text("空心点有一项为估算", "Hollow points: one of the two is an estimate"))
    for view, axis in ((across, Text("横轴", "across")), (up, Text("纵轴", "upward"))):
        ticks = round_ticks([one.size for one in view.areas if one.size is not None])
        if 0 not in ticks:
            notes.append(Text(f"{axis.zh}不从 0 起", f"The axis {axis.en} does not begin at 0"))
    lack = [_lack(across, up, pair) for pair in pairs if not _has_both(pair)]
    return [*notes, *not_drawn(lack, len(pairs))]


def _lack(across: MapView, up: MapView, pair: Both) -> tuple[AreaView, Text]:
    view, point = (across, pair[0]) if pair[0].value is None else (up, pair[1])
    name, why = view.indicator.name, cell(point.area, view.indicator)
    return pair[0].area, Text(f"{name.zh}{why.zh}", f"{name.en} {why.en}")


def _table(across: MapView, up: MapView, pairs: Sequence[Both]) -> ChartTable:
    columns = (Text("旗区", "Area"), across.indicator.name, up.indicator.name)
    rows = tuple(
        (one.area.name, cell(one.area, across.indicator), cell(other.area, up.indicator))
        for one, other in pairs
    )
    return ChartTable(columns, rows)
