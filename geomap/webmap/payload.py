"""The release in the short form that the browser paints: geometry once, every view classified.

In: an ``Atlas``. Out: a JSON-ready dict. Each view is a ``MapView`` with short names; JavaScript
sorts values into its bounds and paints, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geomap.cartography.classes import CLOSURE
from geomap.cartography.palettes import NO_DATA, NO_DATA_MARK
from geomap.language import parts_of, strings
from geomap.model.catalog import FIRST_LAYERS, Area, Indicator
from geomap.tables.comparability import splits_of
from geomap.views.evidence.provenance import FIGURE, figure_record, formula_in_words
from geomap.views.maps.change import DIVERGING
from geomap.views.maps.mapview import as_plain
from geomap.views.plans.marks import progress_marks
from geomap.webmap.entries import indicator_entry
from geomap.webmap.site_entries import site_entries
from geomap.webmap.topology import encode

if TYPE_CHECKING:
    from geomap.atlas import Atlas

# What the first map does not show.
_LATER = (
    "diverging", "groups", "industries", "levels", "progress", "siteFigures", "siteLists",
)  # fmt: skip


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
        indicator_entry(atlas, one, lang, palettes, (drawing or {}) if one.id == begin else {})
        for one in wanted
    ]
    return {
        "lang": lang,
        "title": atlas.title.in_(lang),
        "api": api,
        "first": {"indicator": begin or _first(atlas, catalogue), "year": year},
        "firstLayers": [kind for kind in atlas.site_kinds if kind in FIRST_LAYERS],
        "t": strings(lang, parts_of(atlas.parts))["script"] | {"closure": CLOSURE.in_(lang)},
        "city": _area(city, lang, None),
        "areas": _areas(atlas, lang),
        "topology": _topology(atlas),
        "groups": [{"id": group.id, "name": group.name.in_(lang)} for group in atlas.groups],
        "indicators": catalogue,
        "colours": palettes,
        "diverging": DIVERGING,
        "noData": [NO_DATA, NO_DATA_MARK],
        **site_entries(atlas, lang),
        "progress": progress_marks(atlas, lang),
        "sources": _sources(atlas, lang),
        **({} if api else {"figures": _figures(atlas, wanted, lang)}),
    }


def halves(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a payload into what the first map needs and the rest, which the page asks for after it.

    The first has one indicator, the documents, colours and kinds of sites that it shows; the rest
    has all indicators (the first by its id only), the other documents, colours and sites, and what
    the first map does not show at all.
    """
    begun = data["first"]["indicator"]
    years = [
        year for one in data["indicators"] if one["id"] == begun for year in one["years"].values()
    ]
    sources = {id_ for year in years for id_ in year["f"]}
    colours = {year["p"] for year in years}

    def parted(name: str, first: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        held = data[name].items()
        return {k: v for k, v in held if k in first}, {k: v for k, v in held if k not in first}

    shown = set(data["firstLayers"])
    (its_sources, sources_left), (its_colours, colours_left) = (
        parted("sources", sources),
        parted("colours", colours),
    )
    first = {name: value for name, value in data.items() if name not in _LATER} | {
        "indicators": [one for one in data["indicators"] if one["id"] == begun],
        "sites": [one for one in data["sites"] if one["kind"] in shown],
        "sources": its_sources,
        "colours": its_colours,
    }
    rest = {name: data[name] for name in _LATER} | {
        "indicators": [{"id": begun} if one["id"] == begun else one for one in data["indicators"]],
        "sites": [one for one in data["sites"] if one["kind"] not in shown],
        "sources": sources_left,
        "colours": colours_left,
    }
    return first, rest


def _areas(atlas: Atlas, lang: str) -> list[dict[str, Any]]:
    """Give the areas; ``splits``: the years from which the boundaries of one are others."""
    found = [_area(one, lang, at) for one, at in zip(atlas.parts, atlas.label_points, strict=True)]
    for area in found:
        if splits := splits_of(area["code"], atlas.rules.vintages):
            area["splits"] = sorted({since for since, _ in splits})
    return found


def _sources(atlas: Atlas, lang: str) -> dict[str, dict[str, str]]:
    return {
        one.id: {
            "title": one.named.in_(lang),
            "number": one.number,
            "issuer": one.issuer,
            "date": one.date,
        }
        for one in atlas.sources.values()
    }


@lru_cache(maxsize=4)
def _topology(atlas: Atlas) -> dict[str, Any]:
    return encode(atlas.ordered_boundaries, atlas.context)


def _first(atlas: Atlas, catalogue: list[dict[str, Any]]) -> str:
    """Begin with the first key figure that the catalogue marks and areas have values of.

    Without one, with the indicator that most areas reported, a fill before symbols.
    """

    def reach(entry: dict[str, Any], *, estimates: bool) -> int:
        known = [
            sum(value is not None and (estimates or letter != "a") for value, letter in pairs)
            for pairs in (
                zip(year["v"], year["s"], strict=True) for year in entry["years"].values()
            )
        ]
        return max(known, default=0)

    for entry in catalogue:
        if atlas.indicators[entry["id"]].headline and reach(entry, estimates=True):
            return str(entry["id"])
    found = max(
        catalogue,
        key=lambda one: (reach(one, estimates=False), one["drawn"] == "fill"),
        default={"id": ""},
    )
    return str(found["id"])


def _area(area: Area, lang: str, point: tuple[float, float] | None) -> dict[str, Any]:
    english = area.name_en or area.name_zh
    names = {"name": area.name_zh, "short": area.short_zh, "english": area.name_en}
    if lang == "en":
        names = {"name": english, "short": english.removesuffix(f" {english.split()[-1]}")}
    at = {} if point is None else {"x": point[0], "y": point[1]}
    return {"code": area.code, **names, **at}


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
