"""The pages for people: the map, the sources, and the map as a file to take away."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request

from geomap.app.http import departures, params
from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas, current_edition, current_settings, leaving_atlas
from geomap.app.http.security import EMBED
from geomap.app.http.static import Shelf, static_url
from geomap.app.http.turnstile import HEAVY, made_once
from geomap.app.pages.address import asked, asked_language
from geomap.atlas import Atlas
from geomap.errors import NotFoundError, Text
from geomap.language import LANGUAGES, parts_of, strings
from geomap.model.asked import STYLE, keys
from geomap.render.data.export import EXPORT_FORMATS
from geomap.render.sheets.kinds.one_map import view_of
from geomap.render.sheets.subject import Subject
from geomap.settings import Settings
from geomap.views.evidence.documents import documents
from geomap.views.evidence.freshness import freshness, local
from geomap.views.evidence.site_facets import site_facets
from geomap.views.maps.side_by_side import check_choice
from geomap.views.maps.view import map_view, marks
from geomap.views.plans.verdicts import Outcome
from geomap.webmap import page as webmap
from geomap.webmap.finder import finder
from geomap.webmap.payload import halves, payload

bp = Blueprint("pages", __name__)
_MOST_PAGES = 9_999
_LONGEST_WORDS = 200
_STATE = (*keys(*STYLE, "indicator", "year", "compare", "since", "accept_break"), "layers", "area",
         "progress", "view", "areas", "at",
          "list", "level", "industry", "verdict", "within")  # fmt: skip
_FACES = ("map", "chart", "table", "areas")
_STEPS = {"choose": "#tree", "read": "#legend", "area": "#table", "take": ".tools"}
EMBEDS = {"locked": Text("固定不动", "Fixed"), "bare": Text("可移动、缩放", "Can be moved"),
          "panels": Text("带指标和排名", "With indicators and ranking")}  # fmt: skip
"""How the map can stand in a frame of another page, without the head of the site."""


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """Give what every page is framed with."""
    lang = request.args.get("lang", "zh")
    lang = lang if lang in LANGUAGES else "zh"
    edition = current_edition()
    atlas = edition.atlas
    return {
        "layout": "base.html",
        "lang": lang,
        "t": strings(lang, parts_of(atlas.parts))["page"],
        "title": atlas.title.in_(lang),
        "marks": [mark.in_(lang) for mark in marks(atlas)],
        "audience": atlas.disclosure.note.in_(lang),
        "synthetic": atlas.synthetic,
        "updated": [told.in_(lang) for told in freshness(atlas, edition.history)],
        "here": request.path,
    }


@bp.get("/")
def index() -> str:
    """Show the map; an indicator or year that there is not is refused with those there are."""
    params.of_page("lang", EMBED, *_STATE)
    lang = asked_language()
    atlas = current_atlas()
    _check_state(atlas)
    if (embed := params.one(EMBED)) is not None and embed not in EMBEDS:
        raise NotFoundError(Text("嵌入方式", "way to embed"), embed, EMBEDS)
    shelf: Shelf = current_app.extensions["geomap.static"]
    return _map_page(atlas, lang, current_settings(), shelf.version, embed)


def _check_state(atlas: Atlas) -> None:
    """Refuse what the page could only pass over in silence."""
    if (indicator := params.one("indicator")) is not None:
        _check_drawing(atlas, indicator, _year(atlas, indicator))
    else:
        # The page begins with an indicator of its own choice, and leaves a year that it lacks.
        params.years("year", {year for one in atlas.series.values() for year in one})
        params.needs("from", "indicator")
        for first in list(atlas.indicators)[:1]:
            _check_drawing(atlas, first, None)
    if (area := params.one("area")) is not None and area not in atlas.areas:
        raise NotFoundError(Text("旗区", "area"), area, atlas.areas)
    params.many("layers", atlas.site_kinds, Text("点位类别", "kind of site"))
    _check_sites(atlas)
    params.switch("progress")
    params.standpoint("at", webmap.ZOOMS)
    if (face := params.one("view")) is not None and face not in _FACES:
        raise NotFoundError(Text("看法", "way to look"), face, _FACES)
    if params.one("areas") is not None:
        check_choice(atlas, params.split("areas"))
    if face == "areas":
        params.needs("view", "areas")
    _check_compared(atlas, params.one("compare") or "")


def _check_drawing(atlas: Atlas, indicator: str, year: int | None) -> None:
    asked_for = asked(atlas, *STYLE, "since", "accept_break")
    if asked_for.pop("accept_break", False):
        params.needs("definitions", "from")
    asked_for.pop("shared_breaks", None)
    # The page itself asks the reader whether he accepts a change of definition.
    accept = "since" in asked_for
    view_of(atlas, Subject(indicator=indicator, year=year, accept_break=accept, **asked_for))


def _check_sites(atlas: Atlas) -> None:
    """Refuse a filter of sites that no site of this release could pass."""
    facets = site_facets(atlas)
    filters = {
        "list": (Text("清单", "list"), ["sites"]),
        "level": (Text("级别", "level"), [one.zh for one in facets.levels]),
        "industry": (Text("产业", "industry"), list(facets.industries)),
        "verdict": (Text("判断", "verdict"), [*(one.value for one in Outcome), "none"]),
        "within": (Text("旗区", "area"), [*atlas.areas, "outside"]),
    }
    for name, (noun, valid) in filters.items():
        if (value := params.one(name)) is not None and value not in valid:
            raise NotFoundError(noun, value[:_LONGEST_WORDS], valid)


def _check_compared(atlas: Atlas, compared: str) -> None:
    indicator, _, year = compared.partition(":")
    if compared:
        known = atlas.series.get((atlas.indicator(indicator).id, "actual"), {})
        map_view(atlas, indicator, year=params.whole("compare", year, known) if year else None)


def _year(atlas: Atlas, indicator: str) -> int | None:
    return params.year("year", list(atlas.series.get((indicator, "actual"), {})))


@made_once(HEAVY, 8)
def _map_page(atlas: Atlas, lang: str, settings: Settings, _version: str, embed: str | None) -> str:
    """Draw the page once for a release and language: the state is the browser's business."""
    composed = webmap.compose_page(
        scripts={"leaflet": static_url("leaflet/leaflet.js"), "geomap": static_url("geomap.js")},
        styles={"leaflet_css": static_url("leaflet/leaflet.css")},
        tiles=settings.tiles,
    )
    first, _ = _halves(atlas, lang)
    data = first | {"rest": f"/rest.{lang}.json"}
    context = webmap.page_context(atlas, lang, composed, data)
    return render_template(
        "map.html", **context | {"embed": embed}, inline=None, map_script="/map.js", here="/",
        formats=EXPORT_FORMATS,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _halves(atlas: Atlas, lang: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return halves(payload(atlas, lang=lang))


@bp.get("/rest.<any(zh, en):lang>.json")
def rest(lang: str) -> Response:
    """Give what the map page asks for once its first map stands.

    The language stands in the path: what has no query is packed as small as can be.
    """
    params.of_page()
    return json_answer(_rest(current_atlas(), lang))


@made_once(HEAVY, 4)
def _rest(atlas: Atlas, lang: str) -> dict[str, Any]:
    return _halves(atlas, lang)[1]


@bp.get("/map.js")
def map_script() -> Response:
    """Give the script that folium wrote; the page may hold none itself."""
    params.of_page()
    composed = webmap.compose_page(scripts={}, styles={}, tiles=current_settings().tiles)
    return Response(composed.script, content_type="text/javascript; charset=utf-8")


@bp.get("/find.json")
def find() -> Response:
    """Give what the search of the map page finds."""
    params.of_page("lang")
    return json_answer(_found(current_atlas(), asked_language()))


@made_once(HEAVY, 4)
def _found(atlas: Atlas, lang: str) -> list[dict[str, Any]]:
    return finder(atlas, lang)


@bp.get("/share.json")
def share() -> Response:
    """Give what the dialog needs that shares the map: its words, and who may have what."""
    params.of_page("lang")
    atlas, lang = current_atlas(), asked_language()
    told = {
        "t": strings(lang, parts_of(atlas.parts))["share"],
        "embeds": [(name, text.in_(lang)) for name, text in EMBEDS.items()],
        "framed_by": current_settings().framed_by,
        "audiences": [
            (one.value, one.label.in_(lang)) for one in atlas.disclosure.audience.choices
        ],
    }
    return json_answer(told)


@bp.get("/tour.json")
def tour() -> Response:
    """Give the words of the tour, and what each step speaks of on the page."""
    params.of_page("lang")
    words = strings(asked_language(), parts_of(current_atlas().parts))["tour"]
    steps = [(target, words[name], words[f"{name}_text"]) for name, target in _STEPS.items()]
    return json_answer({"t": words, "steps": steps})


@bp.get("/map.html")
def download() -> Response:
    """Give the map of one indicator, as it is drawn, as one file that works without a network."""
    params.of_page("lang", "indicator", "year", "audience", *keys(*STYLE))
    atlas = leaving_atlas()
    lang = asked_language()
    indicator = params.required("indicator", atlas.indicators)
    atlas.indicator(indicator)
    year = _year(atlas, indicator)
    drawing = asked(atlas, *STYLE)
    text, view = webmap.begun_page(atlas, indicator, lang=lang, year=year, **drawing)
    name = f"{view.title.in_(lang)}.html"
    left = departures.of(atlas, "map", "html", view.indicator.id, view.year)
    return departures.attachment(text, "text/html; charset=utf-8", name, left)


@bp.get("/sources")
def sources() -> str:
    """Show every document with the figures taken from it, group by group, page by page."""
    params.of_page("lang", "id", "page", "row", "q")
    lang = asked_language()
    atlas = current_atlas()
    chosen, words = params.one("id"), params.short("q", _LONGEST_WORDS)
    page = params.whole_between("page", 1, _MOST_PAGES) or 1
    found = documents(atlas, chosen, page=page, row=params.one("row"), words=words)
    asked_for = urlencode({name: value for name, value in (("id", chosen), ("q", words)) if value})
    return render_template(
        "sources.html",
        found=found,
        chosen=chosen,
        words=words,
        history=[(one, local(one.when)) for one in current_edition().history],
        kept=f"&{asked_for}" if asked_for else "",
        w=strings(lang, parts_of(atlas.parts))["sources"],
    )
