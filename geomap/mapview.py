"""What one map shows. The page, the files and the API are all drawn from a ``MapView``.

Python classifies here; every renderer only paints what it finds, so no two legends can disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.catalog import Indicator, Kind, Measure, Status
from geomap.classes import CLOSURE, Classes, class_of, classify, labels
from geomap.errors import NotFoundError, RequestError, Text
from geomap.palettes import colours, ink
from geomap.symbols import legend_values

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

VERSION = 1
SYMBOL_RADIUS_PX = 34
INTERNAL_MARK = Text(
    "内部工作用图 未经审核 不得公开", "Internal working map, not reviewed, not for publication"
)
SYNTHETIC_MARK = Text("示例数据 非真实统计", "Demonstration data, not real statistics")
COUNT_AS_FILL = Text(
    "总量按面着色会夸大面积大的旗区，宜用圆表示",
    "A fill by raw counts overstates large areas; symbols are the better choice",
)
RATE_AS_SYMBOL = Text(
    "比率用圆表示时，圆的大小不是总量", "With a rate drawn as symbols, size does not mean quantity"
)


@dataclass(frozen=True, slots=True)
class AreaView:
    """One area on the map: ``class_index`` −1 and ``rank`` None when it has no value."""

    code: str
    name: Text
    value: float | None
    status: str
    class_index: int
    rank: int | None
    figures: tuple[str, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class LegendView:
    """The classes, as printed: ``counts`` areas in each; ``bounds`` one more than classes."""

    method: str
    asked: int
    bounds: tuple[float, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    counts: tuple[int, ...]
    palette: str
    closure: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SymbolView:
    """Circles with area in proportion to the value: ``largest`` has ``max_radius_px``."""

    largest: float
    max_radius_px: float
    legend: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """All that one map shows; ``as_dict`` is described by ``web/mapview.schema.json``."""

    release: str
    indicator: Indicator
    year: int | None
    years: tuple[int, ...]
    kind: str
    base_year: int | None
    title: Text
    representation: str
    advice: Text | None
    areas: tuple[AreaView, ...]
    city: AreaView | None
    legend: LegendView
    symbols: SymbolView | None
    status_counts: dict[str, int]
    sources: tuple[str, ...]
    marks: tuple[Text, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: no NaN, texts as ``{"zh", "en"}``."""
        return {"version": VERSION, **plain(self)}


def map_view(
    atlas: Atlas,
    indicator_id: str,
    *,
    year: int | None = None,
    kind: str = "actual",
    method: str | None = None,
    k: int | None = None,
    palette: str | None = None,
    representation: str | None = None,
    shared_breaks: bool = False,
) -> MapView:
    """Say what the map of one indicator and year shows.

    Parameters
    ----------
    year : the latest one with values when None
    method, k, palette : the indicator's own when None
    representation : "fill" or "symbol"; when None, symbols for counts and fill for the rest
    shared_breaks : one set of class breaks over all years

    Raises
    ------
    NotFoundError : no such indicator, year, kind, method or palette; names the valid ones
    RequestError : the representation or the number of classes is none
    """
    indicator = atlas.indicator(indicator_id)
    series = _series(atlas, indicator, kind)
    years = tuple(series)
    year = _year(atlas, series, year)
    rows = series.get(year, {}) if year is not None else {}
    parts = [area.code for area in atlas.parts]
    values = [_number(rows.get(code)) for code in parts]
    over = (
        [_number(row) for one in series.values() for code, row in one.items() if code != atlas.city]
        if shared_breaks
        else None
    )
    classes = classify(
        values,
        method=method or indicator.method,
        k=k or indicator.k,
        over=over,
        decimals=indicator.decimals,
    )
    drawn = representation or ("symbol" if indicator.measure is Measure.COUNT else "fill")
    if drawn not in ("fill", "symbol"):
        raise RequestError(
            f"表达方式 {drawn} 无效，可用 fill（面）或 symbol（圆）",
            f"representation {drawn} is none; use fill or symbol",
        )
    areas = _areas(atlas, parts, rows, values, classes)
    city = rows.get(atlas.city)
    return MapView(
        release=atlas.release,
        indicator=indicator,
        year=year,
        years=years,
        kind=kind,
        base_year=_base_year(rows),
        title=_title(atlas, indicator, year, kind, _base_year(rows)),
        representation=drawn,
        advice=_advice(indicator, drawn),
        areas=areas,
        city=_area(atlas, atlas.city, city, -1, None) if city else None,
        legend=_legend(indicator, classes, k or indicator.k, palette or indicator.palette),
        symbols=_symbols(values),
        status_counts=_count_statuses(areas),
        sources=_sources(atlas, areas),
        marks=marks(atlas),
    )


def marks(atlas: Atlas) -> tuple[Text, ...]:
    """Give the marks that every map of this release bears."""
    return (SYNTHETIC_MARK, INTERNAL_MARK) if atlas.synthetic else (INTERNAL_MARK,)


def _series(atlas: Atlas, indicator: Indicator, kind: str) -> dict[int, dict[str, Value]]:
    if kind not in [one.value for one in Kind]:
        raise NotFoundError(Text("类型", "kind"), kind, [one.value for one in Kind])
    return atlas.series.get((indicator.id, kind), {})


def _year(atlas: Atlas, series: dict[int, dict[str, Value]], year: int | None) -> int | None:
    if year is None:
        return latest_year(atlas, series)
    if year not in series:
        raise NotFoundError(Text("年份", "year"), year, series)
    return year


def latest_year(atlas: Atlas, series: dict[int, dict[str, Value]]) -> int | None:
    """Give the latest year in which an area has a value; else the latest of all."""
    filled = [
        year
        for year, rows in series.items()
        if any(row.value is not None for code, row in rows.items() if code != atlas.city)
    ]
    return max(filled or series, default=None)


def _number(row: Value | None) -> float:
    return math.nan if row is None or row.value is None else row.value


def _areas(
    atlas: Atlas, parts: list[str], rows: dict[str, Any], values: list[float], classes: Classes
) -> tuple[AreaView, ...]:
    indices = class_of(values, classes)
    known = sorted((value for value in values if not math.isnan(value)), reverse=True)
    ranks = [None if math.isnan(value) else known.index(value) + 1 for value in values]
    return tuple(
        _area(atlas, code, rows.get(code), int(index), rank)
        for code, index, rank in zip(parts, indices, ranks, strict=True)
    )


def _area(atlas: Atlas, code: str, row: Value | None, index: int, rank: int | None) -> AreaView:
    area = atlas.areas[code]
    return AreaView(
        code=code,
        name=Text(area.name_zh, area.name_en or area.name_zh),
        value=None if row is None else row.value,
        status=Status.MISSING.value if row is None else row.status,
        class_index=index,
        rank=rank,
        figures=() if row is None else row.figures,
        conflict=row is not None and row.conflict,
    )


def _legend(indicator: Indicator, classes: Classes, asked: int, palette: str) -> LegendView:
    fills = colours(palette, classes.k)
    return LegendView(
        method=classes.method,
        asked=asked,
        bounds=classes.bounds,
        labels=labels(classes, decimals=indicator.decimals),
        colours=fills,
        inks=tuple(ink(fill) for fill in fills),
        counts=classes.counts,
        palette=palette,
        closure=CLOSURE,
        notes=classes.notes,
    )


def _symbols(values: list[float]) -> SymbolView | None:
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return None
    return SymbolView(
        largest=largest, max_radius_px=SYMBOL_RADIUS_PX, legend=legend_values(largest)
    )


def _advice(indicator: Indicator, drawn: str) -> Text | None:
    counts = indicator.measure is Measure.COUNT
    if counts and drawn == "fill":
        return COUNT_AS_FILL
    return RATE_AS_SYMBOL if not counts and drawn == "symbol" else None


def _base_year(rows: dict[str, Value]) -> int | None:
    return max((row.base_year for row in rows.values()), default=0) or None


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


def _sources(atlas: Atlas, areas: tuple[AreaView, ...]) -> tuple[str, ...]:
    named = (atlas.figure_sources[figure] for area in areas for figure in area.figures)
    return tuple(dict.fromkeys(named))


def plain(value: Any) -> Any:
    """Give the JSON form of texts, dataclasses and their lists: no NaN."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if hasattr(value, "__dataclass_fields__"):
        return plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
