"""What the big screen (大屏) of a hall shows: main figures, turning maps, plans, sites, sources.

In: an ``Atlas``, a language and what was chosen. Out: dataclasses of printed text, ready to be set
out; Python classifies, prints and places, the page only shows. Every number carries ``refs``,
numbers in one list of documents that is shown beside it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from geomap.catalog import Indicator, Kind, Measure, Op, Status
from geomap.errors import Text
from geomap.language import parts_of, strings
from geomap.mapview import AreaView, MapView, best_year, map_view
from geomap.progress import Outcome, Row, count_verdicts, default_year, progress_rows
from geomap.rounding import digits_of
from geomap.screen_map import FRAME, Label, Outlines, outlines, place_labels
from geomap.symbols import fit

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

MOST_SLIDES = 24
HEADLINES = 4
BARS = 9
PLAN_ROWS = 3
KINDS = 7
CIRCLE, BELOW_ZERO, NEUTRAL = "#2b6cb0", "#b2182b", "#e6e9ec"
_MAX_RADIUS = 46
_EXACT = Context(prec=80)
_TRIVIAL = {Op.SHARE, Op.QUOTIENT}  # of the city itself always 100 % and 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed, with what it is of; ``refs`` is empty only when it is not known."""

    name: str
    value: str
    mark: str
    unit: str
    when: str
    status: str
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One area in the ranking; ``share`` of the longest bar, None without a value."""

    rank: str
    name: str
    value: str
    mark: str
    share: float | None
    paint: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A circle on the map."""

    x: float
    y: float
    radius: float
    colour: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A row of the legend: a colour, a pattern's name, or the radius of a circle."""

    paint: str
    label: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Slide:
    """One turn: a map with its ranking and legend."""

    indicator: str
    name: str
    subtitle: str
    city: Figure | None
    fills: tuple[str, ...]
    spots: tuple[Spot, ...]
    labels: tuple[tuple[Label, bool], ...]
    hatches: tuple[str, ...]
    bars: tuple[Bar, ...]
    more: int
    legend: tuple[Key, ...]
    note: str
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One target: ``row`` is that of ``geomap.progress``, the rest is printed."""

    row: Row
    name: str
    verdict: str
    actual: str
    target: str
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Plan progress: how many targets by verdict, and some of them page by page."""

    as_of: int
    total: int
    counts: tuple[tuple[Outcome, str, int], ...]
    pages: tuple[tuple[PlanRow, ...], ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sites:
    """One kind of site: ``drawn`` of ``total`` are on the map; ``more`` documents beyond refs."""

    kind: str
    name: str
    shape: str
    total: int
    drawn: int
    refs: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the big screen shows; ``references`` are number, title and number of document."""

    geometry: Outlines
    headline: tuple[Figure, ...]
    slides: tuple[Slide, ...]
    plan: Plan
    sites: tuple[Sites, ...]
    symbols: tuple[tuple[str, float, float, str], ...]
    references: tuple[tuple[int, str, str], ...]
    fixed_refs: tuple[int, ...]
    until: int | None


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all parts are composed with; ``numbers`` gives each document its own, at first use."""

    atlas: Atlas
    lang: str
    words: dict[str, str]
    numbers: dict[str, int] = field(default_factory=dict)

    def say(self, text: Text) -> str:
        return text.en or text.zh if self.lang == "en" else text.zh

    def refs(self, sources: Iterable[str]) -> tuple[int, ...]:
        known = [one for one in dict.fromkeys(sources) if one]
        return tuple(self.numbers.setdefault(one, len(self.numbers) + 1) for one in known)

    def refs_of(self, figures: Iterable[str]) -> tuple[int, ...]:
        return self.refs(self.atlas.figure_sources[one] for one in figures)


def compose(
    atlas: Atlas, *, indicators: Sequence[str], layers: Sequence[str], lang: str = "zh"
) -> Screen:
    """Compose the big screen.

    Parameters
    ----------
    indicators : ids, in the order they are turned through
    layers : kinds of sites

    Raises
    ------
    NotFoundError : no such indicator
    """
    desk = _Desk(atlas, lang, strings(lang, parts_of(atlas.parts))["script"])
    headline = tuple(_headline(desk, *one) for one in headline_values(atlas))
    plan = _plan(desk)
    sites = tuple(_sites(desk, kind) for kind in layers[:KINDS])
    symbols = _symbols(atlas, layers)
    fixed = {ref for one in headline for ref in one.refs}
    fixed |= {*plan.refs, *(ref for one in sites for ref in one.refs)}
    slides = tuple(_slide(desk, one, symbols) for one in indicators)
    return Screen(
        geometry=outlines(atlas),
        headline=headline,
        slides=slides,
        plan=plan,
        sites=sites,
        symbols=symbols,
        references=_references(desk),
        fixed_refs=tuple(sorted(fixed)),
        until=_until(atlas),
    )


def default_indicators(atlas: Atlas) -> list[str]:
    """Choose what to turn through: of each group one drawn as circles and one as fill.

    Each is the one that most areas reported, then have a value in; of equals a rate or density,
    then the first of the catalogue. Fewer than half of the areas are too few, and so is a fill of
    nothing but estimates, which shows only how they were made. Without any, the headline
    indicators, whose city figures then stand alone.
    """
    best: dict[tuple[str, bool], tuple[tuple[int, int, bool], str]] = {}
    for one in atlas.indicators.values():
        known, reported = _reach(atlas, one)
        count = one.measure is Measure.COUNT
        if not known or known * 2 < len(atlas.parts) or not (count or reported):
            continue
        key = one.group, count
        rank = reported, known, one.measure in (Measure.RATE, Measure.DENSITY)
        if key not in best or rank > best[key][0]:
            best[key] = rank, one.id
    chosen = {id_ for _, id_ in best.values()}
    found = [one for one in atlas.indicators if one in chosen][:MOST_SLIDES]
    return found or [one.id for one, *_ in headline_values(atlas)]


def _reach(atlas: Atlas, one: Indicator) -> tuple[int, int]:
    """Count the areas with a value, and those that reported it, in the year that is shown."""
    series = atlas.series.get((one.id, Kind.ACTUAL.value), {})
    year = best_year(atlas, series)
    rows = [] if year is None else [r for code, r in series[year].items() if code != atlas.city]
    known = [row for row in rows if row.value is not None]
    return len(known), sum(row.status != Status.APPORTIONED.value for row in known)


def headline_values(atlas: Atlas) -> list[tuple[Indicator, int, Value]]:
    """Choose the city's main figures: of each group the first indicator that has one, the latest.

    Where groups are fewer than ``HEADLINES``, the next ones of the catalogue fill up.
    """
    found = [
        (one, *latest)
        for one in atlas.indicators.values()
        if not (one.formula and one.formula.op in _TRIVIAL)
        and (latest := _latest(atlas, one)) is not None
    ]
    groups: dict[str, int] = {}
    for at, (one, *_) in enumerate(found):
        groups.setdefault(one.group, at)
    first = sorted(groups.values())[:HEADLINES]
    rest = [at for at in range(len(found)) if at not in first]
    return [found[at] for at in sorted([*first, *rest[: HEADLINES - len(first)]])]


def _latest(atlas: Atlas, one: Indicator) -> tuple[int, Value] | None:
    series = atlas.series.get((one.id, Kind.ACTUAL.value), {})
    for year in sorted(series, reverse=True):
        row = series[year].get(atlas.city)
        if row is not None and row.value is not None and row.figures:
            return year, row
    return None


def _headline(desk: _Desk, one: Indicator, year: int, row: Value) -> Figure:
    return Figure(
        name=desk.say(one.name),
        value=_printed(desk, row, one),
        mark=_mark(desk, row),
        unit=desk.say(one.unit),
        when=_when(desk, year),
        status=desk.say(Status(row.status).label),
        refs=desk.refs_of(row.figures),
    )


def _when(desk: _Desk, year: object) -> str:
    return desk.words["year_label"].format(year=year)


def _mark(desk: _Desk, row: Value | AreaView) -> str:
    """Give the word that an estimate is followed by."""
    estimate = row.value is not None and row.status == Status.APPORTIONED.value
    return desk.words["apportioned"] if estimate else ""


def _printed(desk: _Desk, row: Value | AreaView, one: Indicator) -> str:
    """Write a value as the map page does, without the word of an estimate: see ``_mark``."""
    words = desk.words
    if row.value is None and row.others:
        values = "｜".join(written(value, one.decimals) for value in row.others)
        return words["undecided"].format(values=values)
    if row.value is None:
        return words["suppressed" if row.status == Status.SUPPRESSED.value else "missing"]
    mark = words["mark_provisional"] if row.status == Status.PROVISIONAL.value else ""
    flag = words["mark_conflict"] if row.conflict else ""
    return f"{written(row.value, one.decimals)}{mark}{flag}"


def written(value: float, decimals: int) -> str:
    """Write a number to so many decimals, thousands apart, as the browser does."""
    step = Decimal(1).scaleb(-decimals)
    digits = f"{Decimal(abs(value)).quantize(step, ROUND_HALF_UP, _EXACT):,}"
    return f"−{digits}" if value < 0 and any(one in "123456789" for one in digits) else digits


def _slide(desk: _Desk, indicator: str, symbols: Sequence[tuple[str, float, float, str]]) -> Slide:
    view = map_view(desk.atlas, indicator)
    spots = _spots(desk, view)
    fills = tuple(_paint(view, area) for area in view.areas)
    drawn = {*fills, *(_hatch(spot.colour) for spot in spots if spot.estimate)}
    return Slide(
        indicator=indicator,
        name=desk.say(view.indicator.name),
        subtitle=_subtitle(desk, view),
        city=_city(desk, view),
        fills=fills,
        spots=spots,
        labels=_labels(desk, view, spots, [(x, y) for _, x, y, _ in symbols]),
        hatches=tuple(sorted(one for one in drawn if one.startswith("estimate-"))),
        bars=_bars(desk, view)[:BARS],
        more=max(0, len(view.areas) - BARS),
        legend=_legend(desk, view),
        note=_note(desk, view),
        refs=desk.refs(view.sources),
    )


def _note(desk: _Desk, view: MapView) -> str:
    """Say what must be known of the map, first that there is nothing on it."""
    if all(area.value is None and not area.others for area in view.areas):
        return desk.words["banners_missing" if view.city else "nothing_reported"]
    return desk.say(view.notes[0]) if view.notes else ""


def _subtitle(desk: _Desk, view: MapView) -> str:
    span = f"{view.base_year}–{view.year}" if view.base_year else view.year
    unit = desk.say(view.indicator.unit)
    parts = [_when(desk, span) if span else ""]
    parts.append(desk.words["unit_label"].format(unit=unit) if unit else "")
    return "　".join(filter(None, parts))


def _city(desk: _Desk, view: MapView) -> Figure | None:
    city = view.city
    if city is None:
        return None
    return Figure(
        name=desk.words["city_value"],
        value=_printed(desk, city, view.indicator),
        mark=_mark(desk, city),
        unit=desk.say(view.indicator.unit),
        when=_when(desk, view.year),
        status=desk.say(Status(city.status).label),
        refs=desk.refs_of(city.figures),
    )


def _is_estimate(area: AreaView) -> bool:
    return area.value is not None and area.status == Status.APPORTIONED.value


def _hatch(colour: str) -> str:
    return f"estimate-{colour.lstrip('#')}"


def _colour(view: MapView, area: AreaView) -> str:
    if view.representation == "symbol":
        return BELOW_ZERO if (area.value or 0) < 0 else CIRCLE
    return view.legend.colours[area.class_index]


def _paint(view: MapView, area: AreaView) -> str:
    """Give a colour, or the name of a pattern."""
    if area.value is None:
        return "suppressed" if area.status == Status.SUPPRESSED.value else "missing"
    if view.representation == "symbol":
        return NEUTRAL
    colour = _colour(view, area)
    return _hatch(colour) if _is_estimate(area) else colour


def _spots(desk: _Desk, view: MapView) -> tuple[Spot, ...]:
    """Give the circles, the largest first; area in proportion to the value, none hidden."""
    if view.representation != "symbol" or view.symbols is None:
        return ()
    points = outlines(desk.atlas).points
    values = [one.value for one in view.areas]
    across, down = [x for x, _ in points], [y for _, y in points]
    largest = view.symbols.largest
    radius = fit(across, down, values, _MAX_RADIUS, largest=largest)
    spots = [
        Spot(x, y, _radius(radius, area.value, largest), _colour(view, area), _is_estimate(area))
        for (x, y), area in zip(points, view.areas, strict=True)
        if area.value
    ]
    return tuple(sorted(spots, key=lambda one: -one.radius))


def _radius(most: float, value: float, largest: float) -> float:
    return round(most * math.sqrt(abs(value) / largest), 1)


def _labels(
    desk: _Desk, view: MapView, spots: Sequence[Spot], sites: Sequence[tuple[float, float]]
) -> tuple[tuple[Label, bool], ...]:
    """Place the labels; each with whether it is white upon a dark fill."""
    geometry = outlines(desk.atlas)
    sizes = {(one.x, one.y): one.radius for one in spots}
    wanted = [
        Label(
            index=index,
            name=_short(desk, area.code),
            value=_printed(desk, area, view.indicator),
            mark=_mark(desk, area),
            at=geometry.points[index],
            room=geometry.rooms[index],
            radius=sizes.get(geometry.points[index], 0.0),
        )
        for index, area in enumerate(view.areas)
    ]
    light = {
        index
        for index, area in enumerate(view.areas)
        if area.class_index >= 0
        and view.representation == "fill"
        and not _is_estimate(area)
        and view.legend.inks[area.class_index] == "#fff"
    }
    return tuple((one, one.index in light and not one.moved) for one in place_labels(wanted, sites))


def _short(desk: _Desk, code: str) -> str:
    area = desk.atlas.areas[code]
    if desk.lang == "zh":
        return area.short_zh or area.name_zh
    name = area.name_en or area.name_zh
    return name.removesuffix(f" {name.split()[-1]}")


def _bars(desk: _Desk, view: MapView) -> tuple[Bar, ...]:
    """Give the areas in the order of their places, then estimates, then those without a value."""
    largest = max((abs(one.value) for one in view.areas if one.value is not None), default=0) or 1

    def order(area: AreaView) -> tuple[bool, bool, float]:
        return area.value is None, area.rank is None, -(area.value or 0)

    return tuple(
        Bar(
            rank=str(area.rank or ""),
            name=_short(desk, area.code),
            value=_printed(desk, area, view.indicator),
            mark=_mark(desk, area),
            share=None if area.value is None else round(abs(area.value) / largest, 4),
            paint="" if area.value is None else _bar_paint(view, area),
            estimate=_is_estimate(area),
        )
        for area in sorted(view.areas, key=order)
    )


def _bar_paint(view: MapView, area: AreaView) -> str:
    colour = _colour(view, area)
    return _hatch(colour) if _is_estimate(area) else colour


def _legend(desk: _Desk, view: MapView) -> tuple[Key, ...]:
    keys: list[Key] = []
    if view.representation == "fill":
        classes = zip(view.legend.colours, view.legend.labels, strict=True)
        keys = [Key(colour, label) for colour, label in classes]
    elif view.symbols is not None:
        keys = _circles(desk, view)
    words, seen = desk.words, {area.status for area in view.areas if area.value is None}
    if any(_is_estimate(area) for area in view.areas):
        first = next(area for area in view.areas if _is_estimate(area))
        keys.append(Key(_hatch(_colour(view, first)), words["apportioned"]))
    if seen & {Status.SUPPRESSED.value}:
        keys.append(Key("suppressed", words["suppressed"]))
    if seen - {Status.SUPPRESSED.value}:
        keys.append(Key("missing", words["missing"]))
    return tuple(keys)


def _circles(desk: _Desk, view: MapView) -> list[Key]:
    symbols = view.symbols
    known = [one for one in view.areas if one.value]
    spots = _spots(desk, view)
    if symbols is None or not spots:
        return []
    most = max(abs(one.value or 0) for one in known)
    full = spots[0].radius * math.sqrt(symbols.largest / most)
    return [
        Key(CIRCLE, written(value, digits_of(value)), _radius(full, value, symbols.largest))
        for value in symbols.legend
    ]


def _plan(desk: _Desk) -> Plan:
    as_of = default_year(desk.atlas)
    rows = progress_rows(desk.atlas, as_of)
    refs = desk.refs(row["target_source"] for row in rows)
    judged = [row for row in rows if row["outcome"] != Outcome.UNKNOWN.value]
    shown = judged or [row for row in rows if row["target"] is not None]
    shown = sorted(shown, key=lambda row: -(row["target_year"] or 0))
    printed = [_plan_row(desk, row) for row in shown]
    counts = count_verdicts(rows)
    return Plan(
        as_of=as_of,
        total=len(rows),
        counts=tuple((one, desk.say(one.label), counts[one.value]) for one in Outcome),
        pages=tuple(
            tuple(printed[at : at + PLAN_ROWS]) for at in range(0, len(printed), PLAN_ROWS)
        ),
        refs=refs,
    )


def _plan_row(desk: _Desk, row: Row) -> PlanRow:
    area = "" if row["area"] == desk.atlas.city else desk.say(Text(row["area_zh"], row["area_en"]))
    name = desk.say(Text(row["name_zh"], row["name_en"]))
    amount = partial(_amount, desk, row)
    return PlanRow(
        row=row,
        name=f"{area} · {name}" if area else name,
        verdict=desk.say(Text(row["verdict"], row["verdict_en"])),
        actual=amount("actual", conflict=row["actual_conflict"]),
        target=amount("target", conflict=row["conflict"]),
        refs=desk.refs([row["target_source"], row["actual_source"], row["base_source"]]),
    )


def _amount(desk: _Desk, row: Row, name: str, *, conflict: bool) -> str:
    if row[name] is None:
        absent = row["actual_status"] == Status.SUPPRESSED.value
        return desk.words["suppressed" if absent else "missing"]
    mark = desk.words.get(f"mark_{row[f'{name}_status']}", "")
    flag = desk.words["mark_conflict"] if conflict else ""
    return f"{row[name]:,.15g}{mark}{flag}"


def _sites(desk: _Desk, kind: str) -> Sites:
    """Count one kind; of many documents the two that name most of the sites are numbered."""
    atlas, meant = desk.atlas, desk.atlas.site_kinds[kind]
    rows = [row for row in atlas.sites.to_dict("records") if row["kind"] == kind]
    places = zip(atlas.sites["kind"], outlines(atlas).sites, strict=True)
    documents = [source for source, _ in Counter(row["source"] for row in rows).most_common()]
    return Sites(
        kind=kind,
        name=desk.say(meant.name),
        shape=meant.shape,
        total=len(rows),
        drawn=sum(one == kind and at is not None for one, at in places),
        refs=desk.refs(documents[:2]),
        more=len(documents[2:]),
    )


def _symbols(atlas: Atlas, layers: Sequence[str]) -> tuple[tuple[str, float, float, str], ...]:
    """Give shape, place and name of every site that is drawn."""
    rows: list[dict[str, Any]] = atlas.sites.to_dict("records")  # type: ignore[assignment]
    return tuple(
        (atlas.site_kinds[row["kind"]].shape, *at, row["name_zh"])
        for row, at in zip(rows, outlines(atlas).sites, strict=True)
        if at is not None and row["kind"] in layers
    )


def _references(desk: _Desk) -> tuple[tuple[int, str, str], ...]:
    sources = desk.atlas.sources
    return tuple(
        (number, sources[one].title, sources[one].number) for one, number in desk.numbers.items()
    )


def _until(atlas: Atlas) -> int | None:
    """Give the latest year of any figure that is known."""
    figures = atlas.figures
    known = figures[(figures["kind"] == Kind.ACTUAL.value) & figures["value"].notna()]
    return int(known["year"].max()) if len(known) else None


__all__ = ["FRAME", "MOST_SLIDES", "Screen", "compose", "default_indicators", "headline_values"]
