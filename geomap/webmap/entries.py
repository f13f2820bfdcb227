"""One indicator in the short form of the page: its words, and every year of it classified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.model.catalog import Indicator, Measure, Status
from geomap.model.wording import Held, decimals_of, known, unit_of
from geomap.tables.comparability import in_words, versions_of
from geomap.views.charts.trend import trend_sentence
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.notes import joined_areas
from geomap.views.maps.slices import Drawing, shares_breaks
from geomap.views.maps.view import COUNT_AS_FILL, RATE_AS_SYMBOL, best_year, map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

# Why there is no value: what the letter m of a status would leave open.
_ABSENT = {
    "missing": "m",
    "unpublished": "n",
    "no_pair": "i",
    "incomparable": "b",
    "suppressed": "s",
}
_LETTERS = {
    Status.REPORTED: "r",
    Status.DERIVED: "d",
    Status.PROVISIONAL: "p",
    Status.APPORTIONED: "a",
    Status.SUPPRESSED: "s",
    Status.MISSING: "m",
}


def indicator_entry(
    atlas: Atlas,
    one: Indicator,
    lang: str,
    palettes: dict[str, Any],
    drawing: Mapping[str, Any],
) -> dict[str, Any]:
    """Give one indicator with every year of it; the colours it uses are added to ``palettes``."""
    drawn = "symbol" if one.measure is Measure.COUNT else "fill"
    years = atlas.series.get((one.id, "actual"), {})
    # The page plays the years and sets them side by side.
    shared = shares_breaks(drawing.get("shared_breaks"), years)
    how = Drawing(**{**drawing, "shared_breaks": shared})
    return {
        "id": one.id,
        "name": one.name.in_(lang),
        "other": one.name.in_("en" if lang == "zh" else "zh"),
        "group": one.group,
        "unit": one.unit.in_(lang),
        "measure": one.measure.value,
        "part_of": one.part_of,
        "asked": one.asked,
        "decimals": one.decimals,
        "definition": _definition(one, lang),
        "breaks": _breaks(atlas, one),
        "method": one.method,
        "k": one.k,
        "palette": one.palette,
        "drawn": drawn,
        "advice": (COUNT_AS_FILL if drawn == "symbol" else RATE_AS_SYMBOL).in_(lang),
        "targets": _targets(atlas, one, lang),
        "trend": trend_sentence(atlas, one.id).in_(lang),
        "start": best_year(atlas, years),
        "years": {
            str(year): _view(map_view(atlas, one.id, year=year, how=how), lang, palettes)
            for year in years
        },
        "shared": shared,
    }


def _definition(one: Indicator, lang: str) -> str:
    """Give what an indicator means, and since when."""
    if not one.versions:
        return one.definition.in_(lang)
    since = in_words(one.versions)
    said = Text(
        f"{one.definition.zh}口径：{since.zh}。", f"{one.definition.en} Definitions: {since.en}."
    )
    return said.in_(lang)


def _breaks(atlas: Atlas, one: Indicator) -> list[int]:
    """Give the years from which its definition is another; areas have ``splits`` of their own."""
    return sorted({version.since for version in versions_of(one.id, atlas.indicators)})


def _view(view: MapView, lang: str, palettes: dict[str, Any]) -> dict[str, Any]:
    """Give a view in short.

    v values, s statuses, x areas in conflict, c the city, b bounds, l labels, n counts,
    p palette, o notes on the classes, f sources, z the sentence, y symbols; where there are any:
    u values side by side, undecided, h the areas whose estimates differ by rounding only, j what
    areas have together, g the areas that have no more, e the method of the estimates, r their
    ranges, q how numbers are written that are not written in the usual way (d decimals, t text, w
    whether that is a word, which has no unit), w what must be known, k control.
    """
    legend = view.legend
    key = next((name for name, known in palettes.items() if known[0] == legend.colours), "")
    if not key:
        key = f"{legend.palette}{len(palettes)}"
        palettes[key] = [legend.colours, legend.inks]
    city = view.city
    short: dict[str, Any] = {
        "v": [short_number(one.value) for one in view.areas],
        "s": "".join(_letter(one) for one in view.areas),
        "x": [index for index, one in enumerate(view.areas) if one.conflict],
        "c": _city(city, view.indicator, lang),
        "b": [short_number(bound) for bound in legend.bounds],
        "l": legend.labels,
        "n": legend.counts,
        "p": key,
        "o": [note.in_(lang) for note in legend.notes],
        "f": view.sources or (),
        "z": view.sentence.in_(lang),
    }
    if view.symbols:
        symbols = view.symbols
        short["y"] = {
            "largest": symbols.largest,
            "max": symbols.max_radius_px,
            "legend": symbols.legend,
        }
    if view.base_year:
        short["base"] = view.base_year
    return short | _trust(view, lang)


def _city(city: AreaView | None, indicator: Indicator, lang: str) -> list[Any] | None:
    """Give value, status and conflict, then what there is of others side by side and the wording.

    The others are the values of which none was chosen; for the wording see ``_written``.
    """
    if city is None:
        return None
    short: list[Any] = [short_number(city.value), _letter(city), city.conflict]
    return [*short, *_wording(city, indicator, lang)]


def _wording(one: AreaView | Value, indicator: Indicator, lang: str) -> list[Any]:
    """Give the values side by side, or null, and how the number is written; what there is."""
    beside = _wholes(one.others) if one.value is None and one.others else None
    how = _written(one, indicator, lang)
    return [beside, how] if how else [beside] if beside else []


def _written(one: Held, indicator: Indicator, lang: str) -> dict[str, Any]:
    """Give the decimals of a number and its text, where it is not written in the usual way."""
    decimals, text = decimals_of(one, indicator), known(one, indicator).in_(lang)
    usual = (
        decimals == indicator.decimals
        and not one.approx
        and not getattr(one, "level", None) is not None
    )
    if not text or usual:
        return {}
    wordy = indicator.unit.zh and not unit_of(one, indicator).zh
    return {"d": decimals, "t": text} | ({"w": True} if wordy else {})


def _letter(area: AreaView) -> str:
    return _ABSENT[area.absence] if area.absence else _LETTERS[Status(area.status)]


def _trust(view: MapView, lang: str) -> dict[str, Any]:
    """Give what says how far the values can be trusted; only what there is."""
    areas = list(enumerate(view.areas))
    method = next((one.method for one in view.areas if one.method), None)
    found = {
        "u": {
            str(at): _wholes(one.others) for at, one in areas if one.value is None and one.others
        },
        "e": method.in_(lang) if method else "",
        "h": {str(at): short_number(one.level) for at, one in areas if one.level is not None},
        "r": {
            str(at): _wholes((one.low, one.high))
            for at, one in areas
            if one.low is not None and not one.approx
        },
        "q": {str(at): how for at, one in areas if (how := _written(one, view.indicator, lang))},
        "w": [note.in_(lang) for note in view.notes],
        "k": view.control.text.in_(lang) if view.control else "",
        "j": [
            [one.code, one.name.in_(lang), *(_city(one, view.indicator, lang) or [])]
            for one in view.joint
        ],
        "g": joined_areas(view.areas, view.joint),
    }
    return {name: one for name, one in found.items() if one}


def _wholes(values: Iterable[float | None]) -> list[float | int | None]:
    return [short_number(value) for value in values]


def _targets(atlas: Atlas, one: Indicator, lang: str) -> list[list[Any]]:
    years = atlas.series.get((one.id, "target"), {})
    rows = [(year, areas.get(atlas.city)) for year, areas in years.items()]
    return [
        [year, short_number(row.value), row.conflict, *_wording(row, one, lang)]
        for year, row in rows
        if row and (row.value is not None or row.undecided)
    ]


def short_number(value: float | None) -> float | int | None:
    """Write 12.0 as 12: shorter, and the same number."""
    return int(value) if value is not None and value == int(value) else value
