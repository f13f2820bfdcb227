"""Charts in place of a map: lines over years, and numbers side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.asked import fields
from geomap.render.sheets.charts.frame import compose_chart
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind
from geomap.render.sheets.kinds.two_indicators import both_views
from geomap.views.charts.bars import bar_chart, require_areas
from geomap.views.charts.line import line_chart
from geomap.views.charts.scatter import scatter_chart
from geomap.views.charts.slope import slope_chart
from geomap.views.charts.stack import stack_chart

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.subject import Subject
    from geomap.views.charts.chart import Chart


class _ChartKind(NamedTuple):
    """A kind of chart: the members of ``Subject`` that it reads, and what makes it of them."""

    beside: tuple[str, ...]
    make: Callable[[Atlas, Subject], Chart]


def _line(atlas: Atlas, subject: Subject) -> Chart:
    return line_chart(
        atlas, subject.indicator, areas=subject.areas, since=subject.since, until=subject.year
    )


def _bars(atlas: Atlas, subject: Subject) -> Chart:
    return bar_chart(
        atlas,
        subject.indicator,
        year=subject.year,
        kind=subject.kind,
        rank_estimates=subject.rank_estimates,
    )


def _slope(atlas: Atlas, subject: Subject) -> Chart:
    return slope_chart(
        atlas,
        subject.indicator,
        since=subject.since,
        until=subject.year,
        accept_break=subject.accept_break,
    )


def _scatter(atlas: Atlas, subject: Subject) -> Chart:
    if not subject.bivariate:
        raise RequestError(
            "scatter 要两个指标，第二个写在 bivariate，如 bivariate=population",
            "scatter takes two indicators: name the second as bivariate, as bivariate=population",
        )
    pair = both_views(atlas, subject)
    for view in pair:
        require_areas(view, "scatter")
    return scatter_chart(atlas, *pair)


def _stack(atlas: Atlas, subject: Subject) -> Chart:
    return stack_chart(atlas, subject.indicator, year=subject.year)


_CHARTS: Mapping[str, _ChartKind] = {
    "line": _ChartKind(("indicator", "areas", "since", "year"), _line),
    "bars": _ChartKind(("indicator", "year", "kind", "rank_estimates"), _bars),
    "slope": _ChartKind(("indicator", "since", "year", "accept_break"), _slope),
    "stack": _ChartKind(("indicator", "year"), _stack),
    "scatter": _ChartKind(("indicator", "year", "bivariate"), _scatter),
}


def chart_of(atlas: Atlas, subject: Subject) -> Chart:
    """Give the chart that is asked for.

    Raises
    ------
    NotFoundError : no such kind of chart; names those there are
    RequestError : what was asked means nothing to it; says what does
    """
    kind = _CHARTS.get(subject.chart)
    if kind is None:
        raise NotFoundError(Text("图表", "chart"), subject.chart, _CHARTS)
    word = {field.name: field.key for field in fields()}
    for name in subject.asked():
        if name not in ("chart", *kind.beside):
            known = [word[one] for one in kind.beside]
            raise RequestError(
                f"{word[name]} 不能与 chart={subject.chart} 同用；可用的有：{'、'.join(known)}",
                f"{word[name]} does not go with chart={subject.chart}; what does: "
                f"{', '.join(known)}",
            )
    return kind.make(atlas, subject)


def _compose(atlas: Atlas, subject: Subject, how: Setting) -> Pages:
    chart = chart_of(atlas, subject)
    return (compose_chart(atlas, chart, how.sheet, measure=how.measure),), chart.year


CHART = SheetKind(
    "chart", tuple(dict.fromkeys(name for one in _CHARTS.values() for name in one.beside)), _compose
)
