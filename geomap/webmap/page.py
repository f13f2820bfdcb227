"""A release as an interactive map: composed by folium, painted by our own scripts.

folium writes the map and names the scripts; the one element of ours hands over the name of the map
and of the JSON beside it. Geometry stands in that JSON once, values once for each indicator and
year, all of it classified in Python. Nothing is built from strings and nothing is loaded from
outside: Leaflet comes from the package XStatic-Leaflet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

import folium
from branca.element import CssLink, Element, JavascriptLink, MacroElement
from folium.template import Template
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from geomap.cartography.classes import METHODS
from geomap.cartography.palettes import PALETTES
from geomap.files import write_whole
from geomap.language import parts_of, strings
from geomap.model.approval import INTERNAL_MARK
from geomap.paths import web_dir
from geomap.settings import Tiles as Tiles
from geomap.views.evidence.freshness import freshness
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view, marks
from geomap.webmap.finder import finder
from geomap.webmap.key_cards import key_cards
from geomap.webmap.payload import payload

if TYPE_CHECKING:
    from geomap.atlas import Atlas

DATA_ID = "geomap-data"
ZOOMS = (2, 12)
"""The farthest and the closest zoom of the map."""
_IMPORT = re.compile(r"^import .*? from '(\.[\w./]+)\.js';$", re.MULTILINE)
_NAMES = re.compile(r"^import \{([^}]*)\} from '(\.[\w./]+)\.js';$", re.MULTILINE)
# What a page asks for once its first view stands.
_LATER = re.compile(r"import\('(\.[\w./]+)\.js'\)")
_EXPORTED = re.compile(r"^export (?:async )?(?:const|class|function) (\w+)", re.MULTILINE)
_UNSAFE = re.compile("[<>&\u2028\u2029]")
_EXPORT = re.compile(r"^export (?=const|class|function|async)", re.MULTILINE)
# What a browser need not be sent: indents, empty lines and lines that are comments alone.
_SPARE = re.compile(r"^[ \t]*(?://.*|/\*.*?\*/[ \t]*)?\n|^[ \t]+", re.MULTILINE)


class TalentLayer(MacroElement):
    """The element of ours on a folium map: names only, no markup and no script of its own."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "geomap.mount({{ this._parent.get_name() }}, {{ this.data_id|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, data_id: str = DATA_ID) -> None:
        super().__init__()
        self._name = "TalentLayer"
        self.data_id = data_id


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of a page that folium wrote: links, container and script."""

    links: Markup
    html: Markup
    script: str


def compose_page(
    *, scripts: Mapping[str, str], styles: Mapping[str, str], tiles: Tiles | None = None
) -> Composed:
    """Let folium compose the map.

    Parameters
    ----------
    scripts, styles : addresses by name; set on this one map, for ``add_js_link`` would change
        every map of the process
    """
    chart = folium.Map(
        location=None, tiles=None, zoom_control="topright",
        attribution_control=tiles is not None, zoom_snap=0.25, zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
    )  # fmt: skip
    chart.options |= dict(zip(("minZoom", "maxZoom"), ZOOMS, strict=True))
    chart._id = "geomap"
    chart.default_js = list(scripts.items())
    chart.default_css = list(styles.items())
    if tiles:
        background = folium.TileLayer(tiles=tiles.url, attr=tiles.attribution, name="tiles")
        background._id = "background"
        background.add_to(chart)
    talent = TalentLayer()
    talent._id = "talent"
    talent.add_to(chart)
    figure: Any = chart.get_root()
    chart.render()
    links = _linked(figure.header)
    return Composed(links, Markup(figure.html.render()), figure.script.render())


def _linked(header: Element) -> Markup:
    wanted = (JavascriptLink, CssLink)
    return Markup("\n").join(
        Markup(one.render()) for one in header._children.values() if isinstance(one, wanted)
    )


_STYLES = ("geomap", "small", "card", "search", "present")
_REMARK = re.compile(r"/\*.*?\*/\s*", re.DOTALL)

_ENTRIES = {
    "map": ("geomap", "mount"),
    "screen": ("geomap", "screen"),
    "siting": ("siting", "mount"),
    "frame": ("frame", "frame"),
    "share": ("geomapShare", "openShare"),
    "tour": ("geomapTour", "openTour"),
}


@lru_cache(maxsize=8)
def bundle(entry: str = "map", *, whole: bool = True) -> str:
    """Join ``main.js`` of a room of ``web/static/js`` and what it needs into one script.

    It sets ``window.geomap``, for siting ``window.siting``, to what starts the page; the big
    screen and what every page does (frame) start themselves. A module is written as
    ``import { names } from '../room/file.js';`` and ``export const …``; names are unique over all
    that is joined, and no text runs over the end of a line.

    Parameters
    ----------
    whole : hold too what the page asks for later by ``import('./file.js')``, as a page on a disk
        must, which may not import files; else that is ``later_part``
    """
    first, later = _parts(entry)
    name, gives = _ENTRIES[entry]
    if whole:
        texts = [_at_hand(one) for one in [*first, *later]]
    else:
        texts = [_text(one) for one in first]
        gives = f"{gives},parts:{{{','.join(_taken(first, later))}}}" if later else gives
    joined = _SPARE.sub("", "\n".join([*texts, ""]))
    return f"window.{name}=(()=>{{'use strict';\n{joined}return {{{gives}}};}})();"


@lru_cache(maxsize=2)
def later_part(entry: str = "map") -> str:
    """Join what ``bundle(entry, whole=False)`` asks for later into one module beside it."""
    first, later = _parts(entry)
    name, _ = _ENTRIES[entry]
    exports = ",".join(gives for one in _asked_later(first) for gives in _exports(one))
    taken = f"const {{{','.join(_taken(first, later))}}}=window.{name}.parts;"
    joined = _SPARE.sub("", "\n".join([taken, *(_text(one) for one in later), ""]))
    return f"{joined}export {{{exports}}};"


def _parts(entry: str) -> tuple[list[str], list[str]]:
    """Give the modules of a room in order: those joined into the script, and those asked later."""
    first: list[str] = []
    _visit(f"{entry}/main", first)
    order = list(first)
    for asked in _asked_later(first):
        _visit(asked, order)
    return first, order[len(first) :]


def _asked_later(names: Iterable[str]) -> list[str]:
    return [_beside(name, path) for name in names for path in _LATER.findall(_module(name))]


def _at_hand(name: str) -> str:
    """Give a module for a script that holds all: what is asked for later is there at once."""

    def there(found: re.Match[str]) -> str:
        return f"Promise.resolve({{{','.join(_exports(_beside(name, found[1])))}}})"

    return _LATER.sub(there, _text(name))


def _exports(name: str) -> list[str]:
    return _EXPORTED.findall(_module(name))


def _beside(name: str, path: str) -> str:
    return normpath(join(dirname(name), path))


def _taken(first: Iterable[str], later: Iterable[str]) -> list[str]:
    """Give the names of ``first`` that ``later`` imports."""
    known = set(first)
    return sorted(
        {
            name.strip()
            for one in later
            for names, path in _NAMES.findall(_module(one))
            if _beside(one, path) in known
            for name in names.split(",")
        }
    )


def _text(name: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", _module(name)))


def _visit(name: str, order: list[str]) -> None:
    if name not in order:
        for needed in _IMPORT.findall(_module(name)):
            _visit(_beside(name, needed), order)
        order.append(name)


def _module(name: str) -> str:
    return (web_dir() / "static" / "js" / f"{name}.js").read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def styles(*, share: bool = False) -> str:
    """Join the styles of the map page, those for sharing too when asked, without comments."""
    home = web_dir() / "static" / "css"
    names = [*_STYLES, *(["share"] if share else [])]
    joined = "".join((home / f"{name}.css").read_text(encoding="utf-8") for name in names)
    return _REMARK.sub("", joined)


@lru_cache(maxsize=2)
def leaflet(name: str) -> str:
    """Read ``leaflet.js`` or ``leaflet.css`` from the package XStatic-Leaflet."""
    return (files("xstatic.pkg.leaflet") / "data" / name).read_text(encoding="utf-8")


def embed_json(data: object) -> Markup:
    """Write JSON so that it can stand in a page: no character of it can end the script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def page_context(
    atlas: Atlas, lang: str, composed: Composed, data: dict[str, Any]
) -> dict[str, Any]:
    """Give what the template ``map.html`` needs, served or standing alone."""
    return {
        "lang": lang,
        "t": strings(lang, parts_of(atlas.parts))["page"],
        "title": atlas.title.in_(lang),
        "marks": [mark.in_(lang) for mark in marks(atlas)],
        "approved": "" if atlas.mark == INTERNAL_MARK else atlas.mark.in_(lang),
        "audience": atlas.disclosure.note.in_(lang),
        "audiences": [
            (one.value, one.label.in_(lang)) for one in atlas.disclosure.audience.choices
        ],
        "synthetic": atlas.synthetic,
        "embed": None,
        "release": atlas.release,
        "key": key_cards(atlas, lang),
        "composed": composed,
        "data": embed_json(data),
        "data_id": DATA_ID,
        "methods": [(name, text.in_(lang)) for name, text in METHODS.items()],
        "palettes": [
            (name, palette.title.in_(lang))
            for name, palette in PALETTES.items()
            if palette.kind != "qualitative"
        ],
    }


def begun_page(
    atlas: Atlas,
    indicator_id: str,
    *,
    lang: str = "zh",
    year: int | None = None,
    **drawing: Any,
) -> tuple[str, MapView]:
    """Give one page that needs no server and no network: Leaflet, values and sources inside.

    The indicators and years of the same group can be switched in it.

    Parameters
    ----------
    drawing : members of ``Drawing``, for this indicator (``shared_breaks`` may be None, see
        ``mapview.shares_breaks``); ``representation`` and
        ``rank_estimates`` are how the page begins

    Returns
    -------
    the page, and the view with which it begins

    Raises
    ------
    NotFoundError : no such indicator, year, method or palette
    """
    indicator = atlas.indicator(indicator_id)
    how = Drawing(**{**drawing, "shared_breaks": False})
    view = map_view(atlas, indicator_id, year=year, how=how)
    group = [one for one in atlas.indicators.values() if one.group == indicator.group]
    data = payload(
        atlas,
        lang=lang,
        indicators=group,
        first=(indicator_id, view.year),
        drawing=drawing,
        api=None,
    )
    data["share"] = {"t": strings(lang, parts_of(atlas.parts))["share"]}
    data["finder"] = finder(atlas, lang, indicators=group, documents=False)
    begun = {
        "as": drawing.get("representation"),
        "estimates": "ranked" if drawing.get("rank_estimates") else None,
    }
    data["first"] |= {name: chosen for name, chosen in begun.items() if chosen}
    context = page_context(atlas, lang, compose_page(scripts={}, styles={}), data)
    inline = {
        "css": Markup(leaflet("leaflet.css") + styles(share=True)),
        "scripts": [Markup(leaflet("leaflet.js")), Markup(bundle("share")), Markup(bundle())],
    }
    told = {"updated": [one.in_(lang) for one in freshness(atlas)], "inline": inline}
    return _templates().get_template("map.html").render(**context, **told), view


def standalone(atlas: Atlas, indicator_id: str, **options: Any) -> str:
    """Give the page of ``begun_page`` alone."""
    return begun_page(atlas, indicator_id, **options)[0]


def write_map(atlas: Atlas, indicator_id: str, path: Path, **options: Any) -> MapView:
    """Write ``begun_page`` to a file, whole or not at all; gives the view with which it begins.

    Raises
    ------
    DiskError : the disk refuses; also those of ``begun_page``
    """
    page, view = begun_page(atlas, indicator_id, **options)
    write_whole(path, page.encode())
    return view


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(web_dir() / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
