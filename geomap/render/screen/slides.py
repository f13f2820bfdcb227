"""One turn of the big screen: a map with its circles, labels, legend and ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geomap.cartography.symbols import fit
from geomap.model.absence import ABSENCES, absence, absence_word
from geomap.model.catalog import Status
from geomap.model.wording import unsure
from geomap.numbers import digits_of, written
from geomap.render.screen.map import (
    CROWD,
    CROWDED_PX,
    SITE_PX,
    Mark,
    ScreenLabel,
    outlines,
    placed_labels,
)
from geomap.render.screen.parts import (
    Bar,
    Citations,
    Figure,
    ScreenKey,
    ScreenSpot,
    Slide,
    Symbol,
    mark_of,
    value_text,
    year_text,
)
from geomap.values import ranks
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.view import map_view

BARS = 9
CIRCLE, BELOW_ZERO, NEUTRAL = "#2b6cb0", "#b2182b", "#e6e9ec"
_MAX_RADIUS = 46


def slide(desk: Citations, indicator: str, symbols: Sequence[Symbol]) -> Slide:
    """Make one turn; ``symbols`` are the signs of the sites on the map.

    Raises
    ------
    NotFoundError : no such indicator
    """
    view = map_view(desk.atlas, indicator)
    spots = _spots(desk, view)
    fills = tuple(_paint(view, area) for area in view.areas)
    drawn = {*fills, *(_hatch(spot.colour) for spot in spots if spot.estimate)}
    return Slide(
        indicator=indicator,
        name=desk.say(view.indicator.name),
        subtitle=_subtitle(desk, view),
        city=_city(desk, view),
        no_city=desk.say(ABSENCES[absence(view.indicator, None)]),
        fills=fills,
        spots=spots,
        labels=_labels(desk, view, spots, _marks(symbols)),
        hatches=tuple(sorted(one for one in drawn if one.startswith("estimate-"))),
        bars=_bars(desk, view)[:BARS],
        more=max(0, len(view.areas) - BARS),
        legend=_legend(desk, view),
        note=_note(desk, view),
        refs=desk.refs(view.sources),
        years=_years(view),
    )


def _years(view: MapView) -> tuple[int, ...]:
    """Give the years of which numbers are shown; none where there are no numbers."""
    shown = [*view.areas, *([view.city] if view.city else [])]
    known = any(area.value is not None or area.others for area in shown)
    return tuple(one for one in (view.base_year, view.year) if one) if known else ()


def _note(desk: Citations, view: MapView) -> str:
    """Say what must be known of the map, first that there is nothing on it."""
    if all(area.value is None and not area.others for area in view.areas):
        if any(map(unsure, view.areas)):
            return desk.words["only_ranges"]
        asked = view.indicator.asked
        whole = "banners_missing" if asked else "banners_unpublished"
        return desk.words[whole if view.city else "nothing_reported" if asked else "nothing_known"]
    return desk.say(view.notes[0]) if view.notes else ""


def _subtitle(desk: Citations, view: MapView) -> str:
    span = f"{view.base_year}–{view.year}" if view.base_year else view.year
    unit = desk.say(view.indicator.unit)
    parts = [year_text(desk, span) if span else ""]
    parts.append(desk.words["unit_label"].format(unit=unit) if unit else "")
    return "　".join(filter(None, parts))


def _city(desk: Citations, view: MapView) -> Figure | None:
    city = view.city
    if city is None:
        return None
    return Figure(
        name=desk.words["city_value"],
        value=value_text(desk, city, view.indicator),
        mark=mark_of(desk, city),
        unit=desk.say(view.indicator.unit),
        when=year_text(desk, view.year),
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


def _spots(desk: Citations, view: MapView) -> tuple[ScreenSpot, ...]:
    """Give the circles, the largest first; area in proportion to the value, none hidden."""
    if view.representation != "symbol" or view.symbols is None:
        return ()
    points = outlines(desk.atlas).points
    values = [one.size for one in view.areas]
    across, down = [x for x, _ in points], [y for _, y in points]
    largest = view.symbols.largest
    radius = fit(across, down, values, _MAX_RADIUS, largest=largest)
    spots = [
        ScreenSpot(
            x, y, _radius(radius, area.size, largest), _colour(view, area), _is_estimate(area)
        )
        for (x, y), area in zip(points, view.areas, strict=True)
        if area.size
    ]
    return tuple(sorted(spots, key=lambda one: -one.radius))


def _radius(most: float, value: float, largest: float) -> float:
    return round(most * math.sqrt(abs(value) / largest), 1)


def _labels(
    desk: Citations, view: MapView, spots: Sequence[ScreenSpot], marks: tuple[Mark, ...]
) -> tuple[tuple[ScreenLabel, bool], ...]:
    """Place the labels; each with whether it is white upon a dark fill."""
    geometry = outlines(desk.atlas)
    sizes = {(one.x, one.y): one.radius for one in spots}
    wanted = [
        ScreenLabel(
            index=index,
            name=_short(desk, area.code),
            value=value_text(desk, area, view.indicator),
            mark=mark_of(desk, area),
            at=geometry.points[index],
            room=min(x1 - x0, 2 * (y1 - y0)),
            radius=sizes.get(geometry.points[index], 0.0),
        )
        for index, (area, (x0, y0, x1, y1)) in enumerate(
            zip(view.areas, geometry.extents, strict=True)
        )
    ]
    light = {
        index
        for index, area in enumerate(view.areas)
        if area.class_index >= 0
        and view.representation == "fill"
        and not _is_estimate(area)
        and view.legend.inks[area.class_index] == "#fff"
    }
    found = placed_labels(tuple(wanted), geometry, marks)
    return tuple((one, one.index in light and one.own) for one in found)


def _marks(symbols: Sequence[Symbol]) -> tuple[Mark, ...]:
    size = CROWDED_PX if len(symbols) > CROWD else SITE_PX
    return tuple((one.x, one.y, size) for one in symbols)


def _short(desk: Citations, code: str) -> str:
    area = desk.atlas.areas[code]
    if desk.lang == "zh":
        return area.short_zh or area.name_zh
    name = area.name_en or area.name_zh
    return name.removesuffix(f" {name.split()[-1]}")


def _bars(desk: Citations, view: MapView) -> tuple[Bar, ...]:
    """Give the areas in the order of their values, then those without one."""
    decimals = view.indicator.decimals
    longest = ranks.longest_bar((one.size for one in view.areas), decimals)
    places = [one.rank for one in view.areas]
    return tuple(
        Bar(
            rank=getattr(ranks.said_place(area.rank, places), desk.lang) if area.rank else "",
            name=_short(desk, area.code),
            value=value_text(desk, area, view.indicator),
            mark=mark_of(desk, area),
            share=_share(area.size, longest),
            paint="" if area.value is None else _bar_paint(view, area),
            estimate=_is_estimate(area),
        )
        for area in sorted(view.areas, key=lambda one: ranks.order(one.size))
    )


def _share(value: float | None, longest: float) -> float | None:
    """Give the part of the longest bar; 0 where there are none."""
    if value is None:
        return None
    return round(abs(value) / longest, 4) if longest else 0.0


def _bar_paint(view: MapView, area: AreaView) -> str:
    colour = _colour(view, area)
    return _hatch(colour) if _is_estimate(area) else colour


def _legend(desk: Citations, view: MapView) -> tuple[ScreenKey, ...]:
    keys: list[ScreenKey] = []
    if view.representation == "fill":
        classes = zip(view.legend.colours, view.legend.labels, strict=True)
        keys = [ScreenKey(colour, label) for colour, label in classes]
    elif view.symbols is not None:
        keys = _circles(desk, view)
    words, seen = desk.words, {area.status for area in view.areas if area.value is None}
    if any(_is_estimate(area) for area in view.areas):
        first = next(area for area in view.areas if _is_estimate(area))
        keys.append(ScreenKey(_hatch(_colour(view, first)), words["apportioned"]))
    if seen & {Status.SUPPRESSED.value}:
        keys.append(ScreenKey("suppressed", words["suppressed"]))
    if seen - {Status.SUPPRESSED.value}:
        named = dict.fromkeys(
            desk.say(absence_word(view.indicator, one)) for one in view.areas
            if one.value is None and one.status != Status.SUPPRESSED.value
        )  # fmt: skip
        keys += [ScreenKey("missing", word) for word in named]
    return tuple(keys)


def _circles(desk: Citations, view: MapView) -> list[ScreenKey]:
    symbols = view.symbols
    known = [one for one in view.areas if one.size]
    spots = _spots(desk, view)
    if symbols is None or not spots:
        return []
    most = max(abs(one.size or 0) for one in known)
    full = spots[0].radius * math.sqrt(symbols.largest / most)
    return [
        ScreenKey(CIRCLE, written(value, digits_of(value)), _radius(full, value, symbols.largest))
        for value in symbols.legend
    ]
