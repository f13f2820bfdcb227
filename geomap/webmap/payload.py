"""The release in the short form that the browser paints: geometry once, every view classified.

In: an ``Atlas``. Out: a JSON-ready dict. Each view is a ``MapView`` with short names; JavaScript
sorts values into its bounds and paints, and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geomap.cartography.classes import CLOSURE
from geomap.cartography.palettes import NO_DATA, NO_DATA_MARK
from geomap.errors import Text
from geomap.language import parts_of, strings
from geomap.model.approx import with_word
from geomap.model.catalog import FIRST_LAYERS, Area, Indicator, Measure, Status
from geomap.model.wording import Held, decimals_of, known, unit_of
from geomap.numbers import full
from geomap.tables.comparability import in_words, versions_of
from geomap.views.evidence.provenance import FIGURE, figure_record, formula_in_words
from geomap.views.maps.change import DIVERGING
from geomap.views.maps.mapview import AreaView, MapView, as_plain
from geomap.views.maps.notes import joined_areas
from geomap.views.maps.slices import Drawing, shares_breaks
from geomap.views.maps.view import COUNT_AS_FILL, RATE_AS_SYMBOL, best_year, map_view
from geomap.views.plans.marks import progress_marks
from geomap.webmap.topology import encode

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


def payload(
    atlas: Atlas,
    *,
    lang: str = "zh",
    indicators: Iterable[Indicator] | None = None,
    first: tuple[str, int | None] | None = None,
    drawing: Mapping[str, Any] | None = None,
    api: str | None = "/api/",
) -> dict[str, Any]:
    """Give all that the browser needs: geometry once, and every indicator and year classified.

    Parameters
    ----------
    indicators : all when None
    first : indicator and year to begin with; chosen when None
    drawing : members of ``Drawing``: how the first indicator is drawn, when not in its own way
    api : address of the API, None for a page that stands alone and so carries its sources
    """
    wanted = list(atlas.indicators.values() if indicators is None else indicators)
    palettes: dict[str, Any] = {}
    city = atlas.areas[atlas.city]
    begin, year = first or ("", None)
    catalogue = [
        _indicator(atlas, one, lang, palettes, (drawing or {}) if one.id == begin else {})
        for one in wanted
    ]
    return {
        "lang": lang,
        "title": atlas.title.in_(lang),
        "api": api,
        "first": {"indicator": begin or _first(catalogue), "year": year},
        "firstLayers": [kind for kind in atlas.site_kinds if kind in FIRST_LAYERS],
        "t": strings(lang, parts_of(atlas.parts))["script"] | {"closure": CLOSURE.in_(lang)},
        "city": _area(city, lang, None),
        "areas": [
            _area(one, lang, at) for one, at in zip(atlas.parts, atlas.label_points, strict=True)
        ],
        "topology": _topology(atlas),
        "groups": [{"id": group.id, "name": group.name.in_(lang)} for group in atlas.groups],
        "indicators": catalogue,
        "colours": palettes,
        "diverging": DIVERGING,
        "noData": [NO_DATA, NO_DATA_MARK],
        **_sites(atlas, lang),
        "progress": progress_marks(atlas, lang),
        "sources": {
            one.id: {
                "title": one.named.in_(lang),
                "number": one.number,
                "issuer": one.issuer,
                "date": one.date,
            }
            for one in atlas.sources.values()
        },
        **({} if api else {"figures": _figures(atlas, wanted, lang)}),
    }


@lru_cache(maxsize=4)
def _topology(atlas: Atlas) -> dict[str, Any]:
    return encode(atlas.ordered_boundaries, atlas.context)


def _first(catalogue: list[dict[str, Any]]) -> str:
    """Begin with the indicator that most areas reported, a fill before symbols."""

    def reach(entry: dict[str, Any]) -> tuple[int, bool]:
        known = [
            sum(value is not None and letter != "a" for value, letter in pairs)
            for pairs in (
                zip(year["v"], year["s"], strict=True) for year in entry["years"].values()
            )
        ]
        return max(known, default=0), entry["drawn"] == "fill"

    return str(max(catalogue, key=reach)["id"]) if catalogue else ""


def _indicator(
    atlas: Atlas,
    one: Indicator,
    lang: str,
    palettes: dict[str, Any],
    drawing: Mapping[str, Any],
) -> dict[str, Any]:
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
    """Give the years from which its definition, or the boundaries of an area, are others."""
    versions = {version.since for version in versions_of(one.id, atlas.indicators)}
    return sorted(versions | {vintage.since for vintage in atlas.rules.vintages.values()})


def _view(view: MapView, lang: str, palettes: dict[str, Any]) -> dict[str, Any]:
    """Give a view in short.

    v values, s statuses, x areas in conflict, c the city, b bounds, l labels, n counts,
    p palette, o notes on the classes, f sources, y symbols; where there are any: u values side by
    side, undecided, h the areas whose estimates differ by rounding only, j what areas have
    together, g the areas that have no more, e the method of the estimates, r their ranges, q how
    numbers are written that are not written in the usual way (d decimals, t text, w whether that is
    a word, which has no unit), w what must be known, k control.
    """
    legend = view.legend
    key = next((name for name, known in palettes.items() if known[0] == legend.colours), "")
    if not key:
        key = f"{legend.palette}{len(palettes)}"
        palettes[key] = [legend.colours, legend.inks]
    city = view.city
    short: dict[str, Any] = {
        "v": [_whole(one.value) for one in view.areas],
        "s": "".join(_letter(one) for one in view.areas),
        "x": [index for index, one in enumerate(view.areas) if one.conflict],
        "c": _city(city, view.indicator, lang),
        "b": [_whole(bound) for bound in legend.bounds],
        "l": legend.labels,
        "n": legend.counts,
        "p": key,
        "o": [note.in_(lang) for note in legend.notes],
        "f": view.sources or (),
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
    short: list[Any] = [_whole(city.value), _letter(city), city.conflict]
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
        "h": {str(at): _whole(one.level) for at, one in areas if one.level is not None},
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
    return [_whole(value) for value in values]


def _targets(atlas: Atlas, one: Indicator, lang: str) -> list[list[Any]]:
    years = atlas.series.get((one.id, "target"), {})
    rows = [(year, areas.get(atlas.city)) for year, areas in years.items()]
    return [
        [year, _whole(row.value), row.conflict, *_wording(row, one, lang)]
        for year, row in rows
        if row and (row.value is not None or row.undecided)
    ]


def _area(area: Area, lang: str, point: tuple[float, float] | None) -> dict[str, Any]:
    english = area.name_en or area.name_zh
    names = {"name": area.name_zh, "short": area.short_zh, "english": area.name_en}
    if lang == "en":
        names = {"name": english, "short": english.removesuffix(f" {english.split()[-1]}")}
    at = {} if point is None else {"x": point[0], "y": point[1]}
    return {"code": area.code, **names, **at}


def _sites(atlas: Atlas, lang: str) -> dict[str, Any]:
    kinds = [
        {"id": kind.id, "name": kind.name.in_(lang), "shape": kind.shape, "outside": kind.outside}
        for kind in atlas.site_kinds.values()
    ]
    sites = [
        {
            **{name: row[name] for name in ("id", "kind", "area", "precision")},
            "name": _named(row, lang),
            "lon": _known(row["lon"]),
            "lat": _known(row["lat"]),
        }
        for row in atlas.sites.to_dict("records")
    ]
    figures = [
        {
            **{name: row[name] for name in _SITE_FIGURE},
            "name": _named(row, lang),
            "value": _known(row["value"]),
            **_worded(row, lang),
        }
        for row in atlas.site_figures.to_dict("records")
    ]
    return {"kinds": kinds, "sites": sites, "siteFigures": figures}


def _worded(row: dict[Any, Any], lang: str) -> dict[str, str]:
    """Write a value and its unit with the word beside them, where the document has one."""
    if not row["approx"] or math.isnan(row["value"]):
        return {}
    said = with_word(f"{full(row['value'])} {row['unit']}".rstrip(), row["approx"])
    return {"said": said.in_(lang)}


_SITE_FIGURE = (
    "site", "date", "text", "unit", "kind", "status", "source", "locator", "quote", "note",
)  # fmt: skip


def _named(row: dict[Any, Any], lang: str) -> str:
    return str((lang == "en" and row["name_en"]) or row["name_zh"])


def _figures(atlas: Atlas, wanted: list[Indicator], lang: str) -> dict[str, Any]:
    """Give the figures behind every value, each once: ``rows`` by id, ``of`` the ids by value."""
    of = {
        f"{one.id}|{kind}": {
            str(year): {area: row.figures for area, row in rows.items() if row.figures}
            for year, rows in atlas.series.get((one.id, kind), {}).items()
        }
        for one in wanted
        for kind in ("actual", "target")
    }
    used = {
        id_
        for years in of.values()
        for areas in years.values()
        for ids in areas.values()
        for id_ in ids
    }

    def row(id_: str) -> list[Any]:
        members = figure_record(atlas, id_).items()
        return [one[lang] if isinstance(one, dict) else one for _, one in members]

    return {
        "of": of,
        "rules": {
            f"{one.id}|{kind}": found
            for one in wanted
            for kind in ("actual", "target")
            if (found := _rules(atlas, one, kind, lang))
        },
        "columns": FIGURE,
        "rows": {id_: row(id_) for id_ in sorted(used)},
        "working": {
            one.id: as_plain(formula_in_words(atlas, one)) for one in wanted if one.formula
        },
    }


def _rules(atlas: Atlas, one: Indicator, kind: str, lang: str) -> dict[str, dict[str, str]]:
    """Give why one value holds where documents disagree, by year and area."""
    years = atlas.series.get((one.id, kind), {})
    found = {
        str(year): {code: row.rule.in_(lang) for code, row in rows.items() if row.conflict}
        for year, rows in years.items()
        if not one.formula
    }
    return {year: areas for year, areas in found.items() if areas}


def _whole(value: float | None) -> float | int | None:
    """Write 12.0 as 12: shorter, and the same number."""
    return int(value) if value is not None and value == int(value) else value


def _known(value: float) -> float | int | None:
    return None if math.isnan(value) else _whole(float(value))
