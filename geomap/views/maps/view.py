"""What one map shows. The page, the files and the API are all drawn from a ``MapView``.

Python classifies here; every renderer only paints what it finds, so no two legends can disagree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.cartography.classes import (
    CLOSURE,
    Classes,
    class_labels,
    class_of,
    classify,
    middle,
    split_at,
)
from geomap.cartography.palettes import Palette, colours, diverging, ink
from geomap.cartography.palettes import palette as palette_of
from geomap.cartography.symbols import fit, legend_values
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.absence import absence
from geomap.model.catalog import Indicator, Kind, Measure, Op, Status
from geomap.model.label_points import MANY
from geomap.model.wording import SAME, as_printed, decimals_of, known, unsure
from geomap.numbers import written
from geomap.tables.comparability import is_joint
from geomap.values.ranks import places
from geomap.views.maps.change_notes import broken_changes, comparable
from geomap.views.maps.mapview import AreaView, LegendView, MapView, SymbolView
from geomap.views.maps.notes import (
    LEVEL,
    control,
    estimates_in_classes,
    flat_codes,
    is_estimate,
    joint_notes,
    level_of,
    notes_on,
    one_class,
    range_notes,
    sole,
    withheld_notes,
)
from geomap.views.maps.slices import OWN_WAY, Drawing, Slice, bare_number

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

SYMBOL_RADIUS_PX = 34
MANY_PX = 12
CROSSING_ZERO = "RdBu"
_ALONE = "Blues"
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
    indicator, kind, everything = scene.indicator, scene.kind, scene.rows
    rows = {code: row for code, row in everything.items() if not is_joint(code)}
    parts = [area.code for area in atlas.parts]
    values = [bare_number(rows.get(code)) for code in parts]
    city = rows.get(atlas.city)
    scheme = _scheme(atlas, scene, how)
    base_year = _base_year(rows)
    flat = _flat(atlas, scene, rows)
    printed = [scene.printed(rows.get(code)) for code in parts]
    level = level_of(printed, [code in flat for code in parts], scene.printed(city))
    if level is not None:
        printed = [level if code in flat else one for code, one in zip(parts, printed, strict=True)]
    alone = level is not None and all(math.isnan(one) or one == level for one in printed)
    only = sole([_area(atlas, indicator, one, rows.get(one), _NOWHERE) for one in parts], indicator)
    classes, pivot = _classes(atlas, scene, how, printed, scheme)
    if (alone or only) and not how.shared_breaks:
        scheme = _without_middle(scheme)
        classes, pivot = one_class(printed, indicator, only or LEVEL), None
    drawn = _representation(indicator, how)
    indices = class_of(printed, classes)
    placed = [math.nan if code in flat else one for code, one in zip(parts, printed, strict=True)]
    ranks = _ranks(rows, parts, placed, estimates=how.rank_estimates)
    areas = tuple(
        _with_absence(atlas, scene, _area(atlas, indicator, code, row, (int(index), rank)), row)
        for code, row, index, rank in zip(parts, map(rows.get, parts), indices, ranks, strict=True)
    )
    if level is not None:
        areas = _levelled(areas, flat, level, SAME if alone else _about(level, indicator))
    joint = tuple(_with_absence(atlas, scene, one, everything[one.code])
                  for one in _joint(atlas, indicator, everything))  # fmt: skip
    notes = (*classes.notes, *estimates_in_classes(areas), *_base_notes(atlas, rows, base_year))
    said = notes_on(atlas, indicator, scene.year, areas, base_year) if kind == "actual" else ()
    asked = indicator.k if how.k is None else how.k
    return MapView(
        release=atlas.release,
        indicator=indicator,
        year=scene.year,
        years=scene.years,
        kind=kind,
        base_year=base_year,
        title=_title(atlas, indicator, scene.year, kind, base_year),
        representation=drawn,
        advice=_advice(indicator, drawn),
        areas=areas,
        joint=joint,
        city=_with_absence(atlas, scene, _area(atlas, indicator, atlas.city, city, _NOWHERE), city)
        if city
        else None,
        legend=_legend(areas, replace(classes, notes=notes), asked, scheme, pivot),
        symbols=_symbols(atlas, indicator, values, scene.everywhere(atlas.city)),
        status_counts=_count_statuses(areas),
        control=control(atlas, indicator, scene.year, everything, kind),
        notes=(*scene.notes, *_notes(indicator, areas, joint), *said, *([only] if only else [])),
        sources=_sources(atlas, (*areas, *joint), city),
        marks=marks(atlas),
    )


def _notes(
    indicator: Indicator, areas: tuple[AreaView, ...], joint: tuple[AreaView, ...]
) -> list[Text]:
    return [
        *joint_notes(indicator, areas, joint), *range_notes(indicator, areas),
        *withheld_notes(areas),
    ]  # fmt: skip


def _classes(
    atlas: Atlas, scene: Slice, how: Drawing, values: list[float], scheme: Palette
) -> tuple[Classes, float | None]:
    """Class the values as printed; with a diverging scheme also say what it turns at."""
    indicator = scene.indicator
    pivot = _pivot(indicator, _city(atlas, scene, how)) if scheme.kind == "diverging" else None
    shared = how.shared_breaks or how.breaks is not None
    over = scene.everywhere(atlas.city, printed=True) if shared else None
    classes = classify(
        values,
        method=how.method or indicator.method,
        k=indicator.k if how.k is None else how.k,
        breaks=how.breaks,
        over=over,
        decimals=indicator.decimals,
    )
    if pivot is None:
        return classes, None
    decimals = indicator.decimals
    return split_at(classes, pivot, values, over=over, decimals=decimals), pivot


def _scheme(atlas: Atlas, scene: Slice, how: Drawing) -> Palette:
    """Choose the scheme; gains and losses need one with a middle, which one ramp would blur."""
    own = palette_of(how.palette or scene.indicator.palette)
    if how.palette is not None or own.kind == "diverging":
        return own
    everywhere = [value for value in scene.everywhere(atlas.city) if math.isfinite(value)]
    crossing = min(everywhere, default=0.0) < 0 < max(everywhere, default=0.0)
    return palette_of(CROSSING_ZERO) if crossing else own


def _city(atlas: Atlas, scene: Slice, how: Drawing) -> Value | None:
    """Give the city's value; where years share their classes, the latest that there is."""
    if not how.shared_breaks:
        return scene.rows.get(atlas.city)
    known = {year: rows[atlas.city] for year, rows in scene.series.items() if atlas.city in rows}
    return known[max(known)] if known else None


def _without_middle(scheme: Palette) -> Palette:
    """Give a scheme whose only colour is seen: one with a middle has but that, nearly white."""
    return palette_of(_ALONE) if scheme.kind == "diverging" else scheme


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


_NOWHERE = (-1, None)


def _joint(atlas: Atlas, indicator: Indicator, rows: Mapping[str, Value]) -> tuple[AreaView, ...]:
    """Give what several areas have together."""
    return tuple(
        _area(atlas, indicator, one, rows[one], _NOWHERE) for one in sorted(rows) if is_joint(one)
    )


def _ranks(
    rows: Mapping[str, Value], parts: list[str], values: list[float], *, estimates: bool
) -> Sequence[int | None]:
    """Give the place of each area; estimates have one only where they are ranked."""
    return places(
        [
            math.nan if is_estimate(rows.get(code)) and not estimates else value
            for code, value in zip(parts, values, strict=True)
        ]
    )


def _area(
    atlas: Atlas, indicator: Indicator, code: str, row: Value | None, at: tuple[int, int | None]
) -> AreaView:
    """Make the view of one area; ``at`` is its class and its place."""
    index, rank = at
    area = atlas.area(code)
    return AreaView(
        code=code,
        name=Text(area.name_zh, area.name_en or area.name_zh),
        value=None if row is None else row.value,
        status=Status.MISSING.value if row is None else row.status,
        class_index=index,
        rank=rank,
        figures=() if row is None else row.figures,
        conflict=row is not None and row.conflict,
        low=None if row is None else row.low,
        high=None if row is None else row.high,
        method=None if row is None else row.method,
        others=() if row is None else row.others,
        approx="" if row is None else row.approx,
        decimals=decimals_of(row, indicator),
        text=Text("", "") if row is None else known(row, indicator),
    )


def _flat(atlas: Atlas, scene: Slice, rows: Mapping[str, Value]) -> frozenset[str]:
    if scene.kind != Kind.ACTUAL.value:
        return frozenset()
    base_year = _base_year(rows)
    return flat_codes(atlas, scene.indicator, scene.year, rows, base_year, scene.since)


def _levelled(
    areas: tuple[AreaView, ...], flat: frozenset[str], level: float, word: Text
) -> tuple[AreaView, ...]:
    return tuple(replace(one, level=level, text=word) if one.code in flat else one for one in areas)


def _about(level: float, indicator: Indicator) -> Text:
    number = f"≈{written(level, indicator.decimals)}"
    return Text(number, number)


def _with_absence(atlas: Atlas, scene: Slice, area: AreaView, row: Value | None) -> AreaView:
    """Say why there is no value, of a change also whether its years can be compared at all."""
    if area.value is not None or unsure(area):
        return area
    since = scene.since or (row.base_year if row else 0)
    apart = bool(since) and not comparable(atlas, scene.indicator, area.code, since, scene.year)
    why = absence(scene.indicator, row, change=scene.since is not None, comparable=not apart)
    return replace(area, absence=why)


def _pivot(indicator: Indicator, city: Value | None) -> float | None:
    """Give what a diverging scheme turns at: parity, no change, or the city's own value.

    A total lies above all of its parts, so for counts and shares of the city it is no pivot.
    """
    op = indicator.formula.op if indicator.formula else None
    if op is Op.QUOTIENT:
        return 1.0
    if op is Op.CHANGE or indicator.minimum is None or indicator.minimum < 0:
        return 0.0
    if indicator.additive or op is Op.SHARE:
        return None
    return None if city is None else as_printed(city, indicator)


def _legend(
    areas: tuple[AreaView, ...], classes: Classes, asked: int, scheme: Palette, pivot: float | None
) -> LegendView:
    fills = _colours(classes, scheme.name, pivot)
    finest = max((one.decimals for one in areas if one.value is not None), default=0)
    return LegendView(
        method=classes.method,
        asked=asked,
        bounds=classes.bounds,
        labels=class_labels(classes, decimals=finest),
        colours=fills,
        inks=tuple(ink(fill) for fill in fills),
        counts=classes.counts,
        palette=scheme.name,
        pivot=pivot,
        closure=CLOSURE,
        notes=classes.notes,
    )


def _colours(classes: Classes, scheme: str, pivot: float | None) -> tuple[str, ...]:
    if pivot is None or not classes.k:
        return colours(scheme, classes.k)
    neutral = middle(classes, pivot)
    if neutral is None:
        return diverging(scheme, classes.bounds, pivot)
    return colours(scheme, classes.k, pivot_class=neutral)


def _symbols(
    atlas: Atlas, indicator: Indicator, values: list[float], everywhere: list[float]
) -> SymbolView | None:
    """Scale the circles by the largest value of all years, so that years can be compared."""
    largest = max((abs(value) for value in everywhere if math.isfinite(value)), default=0.0)
    if largest == 0:
        return None
    x, y = atlas.label_pixels
    few = len(values) <= MANY
    return SymbolView(
        largest=largest,
        max_radius_px=fit(x, y, values, SYMBOL_RADIUS_PX, largest=largest) if few else MANY_PX,
        legend=legend_values(largest, least=0 if indicator.decimals else 1),
    )


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
