"""How a map is to be drawn, read from an address with the parameters of the page."""

from __future__ import annotations

from flask import request

from geomap.app import params
from geomap.atlas import Atlas
from geomap.catalog import Kind
from geomap.classes import FEWEST, MOST
from geomap.errors import Text
from geomap.language import LANGUAGES, strings
from geomap.mapview import MapView, map_view
from geomap.payload import FIRST_LAYERS

DRAWING = (
    "indicator",
    "year",
    "kind",
    "as",
    "method",
    "classes",
    "palette",
    "shared",
    "breaks",
    "estimates",
)
"""The parameters that ``asked_view`` reads."""


def asked_view(atlas: Atlas) -> MapView:
    """Give the view that the address asks for."""
    indicator = params.required("indicator", atlas.indicators)
    kind = params.one("kind") or Kind.ACTUAL.value
    return map_view(
        atlas,
        indicator,
        year=params.year("year", atlas.series.get((indicator, kind), {})),
        kind=kind,
        method=params.one("method"),
        k=params.between("classes", FEWEST, MOST),
        palette=params.one("palette"),
        representation=params.one("as"),
        shared_breaks=params.flag("shared"),
        breaks=params.numbers("breaks"),
        rank_estimates=params.ranked(),
    )


def asked_layers(atlas: Atlas) -> tuple[str, ...]:
    """Give the layers in the address; without any, those the page begins with."""
    if "layers" not in request.args:
        return tuple(kind for kind in atlas.site_kinds if kind in FIRST_LAYERS)
    asked = params.many("layers", atlas.site_kinds, Text("点位类别", "kind of site"))
    return tuple(dict.fromkeys(asked))


def asked_language() -> str:
    """Give the language of the address; one that there is not is refused."""
    lang = params.one("lang") or LANGUAGES[0]
    strings(lang)
    return lang
