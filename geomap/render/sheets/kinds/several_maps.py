"""Small multiples: the years of one indicator, or several indicators of one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.errors import RequestError
from geomap.model.asked import STYLE
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind, known_year
from geomap.render.sheets.multiples import FEWEST, MOST, compose_multiples
from geomap.views.charts.stack import parts_of_total
from geomap.views.maps.change_notes import broken_changes
from geomap.views.maps.slices import Slice
from geomap.views.maps.view import best_year, draw_view, map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value
    from geomap.render.sheets.subject import Subject
    from geomap.views.maps.mapview import MapView

ALL = "all"


def several(atlas: Atlas, subject: Subject) -> list[MapView]:
    """Give the views of small multiples: of the years asked for, or of the indicators."""
    if subject.categories:
        return _categories(atlas, subject)
    series = atlas.series.get((atlas.indicator(subject.indicator).id, subject.kind), {})
    if subject.years == (ALL,):
        years = sorted(series)
    else:
        years = sorted({known_year(text, series) for text in subject.years})
    _require_several(atlas, subject.indicator, years, sorted(series))
    how = replace(subject.drawing, shared_breaks=True)
    return [
        map_view(atlas, subject.indicator, year=year, kind=subject.kind, how=how) for year in years
    ]


def _require_several(
    atlas: Atlas, indicator: str, years: Sequence[int], known: Sequence[int]
) -> None:
    if FEWEST <= len(years) <= MOST:
        return
    name = atlas.indicator(indicator).name
    raise RequestError(
        f"多图并列需 {FEWEST} 到 {MOST} 年，给了 {len(years)} 年；"
        f"{name.zh}有数的年份：{'、'.join(map(str, known)) or '（无）'}",
        f"small multiples are {FEWEST} to {MOST} years, not {len(years)}; "
        f"{name.en} has: {', '.join(map(str, known)) or 'none'}",
    )


def _categories(atlas: Atlas, subject: Subject) -> list[MapView]:
    ids = list(dict.fromkeys(subject.categories))
    if ids == [ALL]:
        ids = parts_of_total(atlas, subject.indicator, subject.kind)
    units = {atlas.indicator(id_).unit for id_ in ids}
    if len(units) > 1:
        said = [(atlas.indicators[id_].name, atlas.indicators[id_].unit) for id_ in ids]
        raise RequestError(
            "并列的指标单位应相同：" + "、".join(f"{n.zh}（{u.zh}）" for n, u in said),
            "indicators side by side need one unit: "
            + ", ".join(f"{n.en} ({u.en})" for n, u in said),
        )
    year = subject.year if subject.year is not None else _common_year(atlas, ids, subject.kind)
    how = replace(subject.drawing, shared_breaks=False)
    views = [map_view(atlas, id_, year=year, kind=subject.kind, how=how) for id_ in ids]
    if {view.representation for view in views} != {"fill"}:
        return views
    return [_classed_with(atlas, subject, view, views) for view in views]


def _common_year(atlas: Atlas, ids: Sequence[str], kind: str) -> int:
    """Choose among the years that all have, the one that is known best for the first."""
    series = [atlas.series.get((id_, kind), {}) for id_ in ids]
    common: dict[int, dict[str, Value]] = {
        year: rows for year, rows in series[0].items() if all(year in one for one in series)
    }
    year = best_year(atlas, common)
    if year is not None:
        return year
    said = {id_: "、".join(map(str, one)) or "—" for id_, one in zip(ids, series, strict=True)}
    listed = "；".join(f"{id_}：{years}" for id_, years in said.items())
    raise RequestError(
        f"这些指标没有共同的年份；{listed}", f"these indicators have no year in common; {listed}"
    )


def _classed_with(
    atlas: Atlas, subject: Subject, view: MapView, views: Sequence[MapView]
) -> MapView:
    """Draw a fill in classes and a scheme that it shares with others, so that it can be compared.

    The values of the others stand in the place of other years, which breaks may be shared with.
    """
    first, year = views[0].indicator, view.year or 0
    own = atlas.series[view.indicator.id, subject.kind]
    rows = {
        -place: atlas.series[one.indicator.id, subject.kind][year]
        for place, one in enumerate(views)
        if one is not view
    }
    decimals = max(one.indicator.decimals for one in views)
    shown = replace(view.indicator, decimals=decimals)
    broken = broken_changes(atlas, view.indicator, view.year, own[year])
    scene = Slice(shown, tuple(own), year, subject.kind, {**rows, year: own[year]}, broken)
    how = replace(
        subject.drawing,
        method=subject.method or first.method,
        k=subject.k or first.k,
        palette=subject.palette or first.palette,
        representation="fill",
        shared_breaks=True,
    )
    return draw_view(atlas, scene, how)


def _compose(atlas: Atlas, subject: Subject, how: Setting) -> Pages:
    views = several(atlas, subject)
    return (compose_multiples(atlas, views, how.sheet, measure=how.measure),), views[-1].year


SEVERAL_YEARS = SheetKind("years", ("indicator", "kind", *STYLE), _compose)
SEVERAL_INDICATORS = SheetKind(
    "categories",
    ("indicator", "year", "kind", *(name for name in STYLE if name != "shared_breaks")),
    _compose,
    several=True,
)
