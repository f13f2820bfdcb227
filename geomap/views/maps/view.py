"""What one map shows. The page, the files and the API are all drawn from a ``MapView``.

Python classifies here; every renderer only paints what it finds, so no two legends can disagree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from geomap.cartography.classes import Classes, class_of
from geomap.cartography.palettes import Palette
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Indicator, Kind, Measure, Status
from geomap.model.wording import SAME
from geomap.views.maps.area_views import (
    NOWHERE,
    about_level,
    area_view,
    joint_views,
    levelled,
    ranks_of,
    with_absence,
)
from geomap.views.maps.change_notes import broken_changes
from geomap.views.maps.classing import (
    classes_of,
    legend_view,
    scheme_of,
    symbol_view,
    without_middle,
)
from geomap.views.maps.mapview import AreaView, LegendView, MapView
from geomap.views.maps.notes import (
    LEVEL,
    control,
    estimates_in_classes,
    flat_codes,
    joint_notes,
    level_of,
    notes_on,
    one_class,
    range_notes,
    sole,
    withheld_notes,
)
from geomap.views.maps.sentence import sentence
from geomap.views.maps.slices import OWN_WAY, Drawing, Slice, bare_number

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

SYNTHETIC_MARK = Text("示例数据 非真实统计", "Demonstration data, not real statistics")
COUNT_AS_FILL = Text(
    "总量按面着色会夸大面积大的旗区，宜用圆表示",
    "A fill by raw counts overstates large areas; symbols are the better choice",
)
RATE_AS_SYMBOL = Text(
    "比率用圆表示时，圆的大小不是总量", "With a rate drawn as symbols, size does not mean quantity"
)


def map_view(
    atlas: Atlas,
    indicator_id: str,
    *,
    year: int | None = None,
    kind: str = "actual",
    how: Drawing = OWN_WAY,
) -> MapView:
    """Say what the map of one indicator and year shows.

    Parameters
    ----------
    year : the one that most areas have a value in when None
    kind : "actual" or "target"
    how : how it is drawn; in the indicator's own way unless said otherwise

    Raises
    ------
    NotFoundError : no such indicator, year, kind, method or palette; names the valid ones
    RequestError : the representation or the number of classes is none
    """
    indicator = atlas.indicator(indicator_id)
    series = _series(atlas, indicator, kind)
    year = _year(atlas, series, year)
    broken = broken_changes(atlas, indicator, year, series.get(year or 0, {}))
    scene = Slice(indicator, tuple(series), year, kind, series, broken)
    return draw_view(atlas, scene, how)


def draw_view(atlas: Atlas, scene: Slice, how: Drawing) -> MapView:
    """Say what the map of a scene shows; every view is made here.

    Raises
    ------
    NotFoundError, RequestError : as ``map_view`` does for what ``how`` holds
    """
    indicator, kind, rows = scene.indicator, scene.kind, scene.single
    areas, shown = _classed_areas(atlas, scene, how)
    joint = tuple(
        with_absence(atlas, scene, one, scene.rows[one.code])
        for one in joint_views(atlas, indicator, scene.rows)
    )
    city = rows.get(atlas.city)
    base_year = _base_year(rows)
    said = notes_on(atlas, indicator, scene.year, areas, base_year) if kind == "actual" else ()
    own = _notes(indicator, areas, joint)
    drawn = _representation(indicator, how)
    values = [bare_number(rows.get(area.code)) for area in atlas.parts]
    view = MapView(
        release=atlas.release,
        indicator=indicator,
        year=scene.year,
        years=scene.years,
        kind=kind,
        base_year=base_year,
        title=_title(atlas, indicator, scene.year, kind, base_year),
        sentence=Text("", ""),
        representation=drawn,
        advice=_advice(indicator, drawn),
        areas=areas,
        joint=joint,
        city=_city(atlas, scene, city),
        legend=_legend(atlas, scene, how, areas, shown),
        symbols=symbol_view(atlas, indicator, values, scene.everywhere(atlas.city)),
        status_counts=_count_statuses(areas),
        control=control(atlas, indicator, scene.year, scene.rows, kind),
        notes=(*scene.notes, *own, *said, *([shown.only] if shown.only else [])),
        sources=_sources(atlas, (*areas, *joint), city),
        marks=marks(atlas),
    )
    return replace(view, sentence=sentence(view))


class _Classing(NamedTuple):
    """The classes, their scheme and its pivot; ``only`` is what is said of a sole value."""

    classes: Classes
    scheme: Palette
    pivot: float | None
    only: Text | None


def _classed_areas(
    atlas: Atlas, scene: Slice, how: Drawing
) -> tuple[tuple[AreaView, ...], _Classing]:
    """Class the areas by what is printed; those that estimates make the same have no place."""
    indicator, rows = scene.indicator, scene.single
    parts = [area.code for area in atlas.parts]
    flat = _flat(atlas, scene, rows)
    printed = [scene.printed(rows.get(code)) for code in parts]
    level = level_of(printed, [code in flat for code in parts], scene.printed(rows.get(atlas.city)))
    if level is not None:
        printed = [level if code in flat else one for code, one in zip(parts, printed, strict=True)]
    alone = level is not None and all(math.isnan(one) or one == level for one in printed)
    shown = _classing(atlas, scene, how, printed, alone=alone)
    placed = [math.nan if code in flat else one for code, one in zip(parts, printed, strict=True)]
    at = zip(
        (int(index) for index in class_of(printed, shown.classes)),
        ranks_of(rows, parts, placed, estimates=how.rank_estimates),
        strict=True,
    )
    areas = tuple(
        with_absence(atlas, scene, area_view(atlas, indicator, code, row, place), row)
        for code, row, place in zip(parts, map(rows.get, parts), at, strict=True)
    )
    if level is not None:
        areas = levelled(areas, flat, level, SAME if alone else about_level(level, indicator))
    return areas, shown


def _classing(
    atlas: Atlas, scene: Slice, how: Drawing, printed: list[float], *, alone: bool
) -> _Classing:
    """Class the numbers; one that all areas share is a class of its own, without a middle."""
    indicator, rows = scene.indicator, scene.single
    codes = [area.code for area in atlas.parts]
    plain = [area_view(atlas, indicator, one, rows.get(one), NOWHERE) for one in codes]
    only = sole(plain, indicator)
    scheme = scheme_of(atlas, scene, how)
    classes, pivot = classes_of(atlas, scene, how, printed, scheme)
    if (alone or only) and not how.shared_breaks:
        classes = one_class(printed, indicator, only or LEVEL)
        return _Classing(classes, without_middle(scheme), None, only)
    return _Classing(classes, scheme, pivot, only)


def _legend(
    atlas: Atlas, scene: Slice, how: Drawing, areas: tuple[AreaView, ...], shown: _Classing
) -> LegendView:
    rows = scene.single
    based = _base_notes(atlas, rows, _base_year(rows))
    notes = (*shown.classes.notes, *estimates_in_classes(areas), *based)
    asked = scene.indicator.k if how.k is None else how.k
    return legend_view(areas, replace(shown.classes, notes=notes), asked, shown.scheme, shown.pivot)


def _city(atlas: Atlas, scene: Slice, row: Value | None) -> AreaView | None:
    if row is None:
        return None
    found = area_view(atlas, scene.indicator, atlas.city, row, NOWHERE)
    return with_absence(atlas, scene, found, row)


def _notes(
    indicator: Indicator, areas: tuple[AreaView, ...], joint: tuple[AreaView, ...]
) -> list[Text]:
    return [
        *joint_notes(indicator, areas, joint), *range_notes(indicator, areas),
        *withheld_notes(areas),
    ]  # fmt: skip


def _representation(indicator: Indicator, how: Drawing) -> str:
    own = "symbol" if indicator.measure is Measure.COUNT else "fill"
    drawn = how.representation or own
    if drawn not in ("fill", "symbol"):
        raise RequestError(
            f"表达方式 {drawn} 无效，可用 fill（面）或 symbol（圆）",
            f"representation {drawn} is none; use fill or symbol",
        )
    return drawn


def marks(atlas: Atlas) -> tuple[Text, ...]:
    """Give the marks that every map of this release bears."""
    return (SYNTHETIC_MARK, atlas.mark) if atlas.synthetic else (atlas.mark,)


def _series(atlas: Atlas, indicator: Indicator, kind: str) -> dict[int, dict[str, Value]]:
    if kind not in [one.value for one in Kind]:
        raise NotFoundError(Text("类型", "kind"), kind, [one.value for one in Kind])
    return atlas.series.get((indicator.id, kind), {})


def _year(atlas: Atlas, series: dict[int, dict[str, Value]], year: int | None) -> int | None:
    if year is None:
        return best_year(atlas, series)
    if year not in series:
        raise NotFoundError(Text("年份", "year"), year, series)
    return year


def best_year(atlas: Atlas, series: dict[int, dict[str, Value]]) -> int | None:
    """Give the year that most areas reported, then that most have a value in, then the latest."""
    codes = {area.code for area in atlas.parts}

    def reach(year: int) -> tuple[int, int, int]:
        rows = [row for code, row in series[year].items() if code in codes]
        valued = [row for row in rows if row.value is not None]
        reported = sum(row.status != Status.APPORTIONED.value for row in valued)
        return reported, len(valued), year

    return max(series, key=reach, default=None)


def _flat(atlas: Atlas, scene: Slice, rows: Mapping[str, Value]) -> frozenset[str]:
    if scene.kind != Kind.ACTUAL.value:
        return frozenset()
    base_year = _base_year(rows)
    return flat_codes(atlas, scene.indicator, scene.year, rows, base_year, scene.since)


def _advice(indicator: Indicator, drawn: str) -> Text | None:
    counts = indicator.measure is Measure.COUNT
    if counts and drawn == "fill":
        return COUNT_AS_FILL
    return RATE_AS_SYMBOL if not counts and drawn == "symbol" else None


def _base_year(rows: Mapping[str, Value]) -> int | None:
    """Give the year that most values are compared with; of several, the latest."""
    bases = Counter(row.base_year for row in rows.values() if row.base_year)
    return max(bases, key=lambda year: (bases[year], year), default=None)


def _base_notes(atlas: Atlas, rows: Mapping[str, Value], base_year: int | None) -> list[Text]:
    """Name the areas whose base is another year: their change spans another time."""
    others: dict[int, list[Text]] = {}
    for code, row in rows.items():
        if row.base_year != base_year and row.base_year and row.value is not None:
            area = atlas.area(code)
            others.setdefault(row.base_year, []).append(Text(area.name_zh, area.name_en))
    return [
        Text(
            f"{'、'.join(one.zh for one in named)}以{year}年为基年",
            f"{', '.join(one.en or one.zh for one in named)}: compared with {year}",
        )
        for year, named in sorted(others.items())
    ]


def _title(
    atlas: Atlas, indicator: Indicator, year: int | None, kind: str, base_year: int | None
) -> Text:
    city = atlas.areas[atlas.city]
    span = f"{base_year}–{year}" if base_year else f"{year or ''}"
    goal = Text("目标", " target") if kind == Kind.TARGET.value else Text("", "")
    when = Text(f"（{span}年{goal.zh}）", f", {span}{goal.en}") if span else Text("", "")
    return Text(
        f"{city.name_zh}{indicator.name.zh}{when.zh}",
        f"{city.name_en or city.name_zh}: {indicator.name.en}{when.en}",
    )


def _count_statuses(areas: tuple[AreaView, ...]) -> dict[str, int]:
    counts = {status.value: 0 for status in Status}
    for area in areas:
        counts[area.status] += 1
    return counts


def _sources(atlas: Atlas, areas: tuple[AreaView, ...], city: Value | None) -> tuple[str, ...]:
    """Name the documents of the areas, then those of the city's figure, which is shown too."""
    shown = [figure for area in areas for figure in area.figures]
    shown += city.figures if city else ()
    return tuple(dict.fromkeys(atlas.figure_sources[figure] for figure in shown))
