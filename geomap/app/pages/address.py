"""How a map is to be drawn, read from an address with the parameters of the page."""

from __future__ import annotations

from typing import Any

from flask import request

from geomap.app.http import params
from geomap.atlas import Atlas
from geomap.cartography.classes import FEWEST, MOST
from geomap.errors import Text
from geomap.language import LANGUAGES, strings
from geomap.model.catalog import FIRST_LAYERS, Kind
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.render.sheets.request import Subject
from geomap.views.maps.change import change_view
from geomap.views.maps.view import MapView, best_year, map_view

STYLE = ("as", "method", "classes", "palette", "shared", "breaks", "estimates")
DRAWING = ("indicator", "year", "kind", *STYLE, "from", "definitions")
"""The parameters that ``asked_view`` reads."""
KINDS = ("compare", "bivariate", "years", "categories", "progress", "as_of")
"""What else ``asked_subject`` reads: the kinds of sheets that are more than one map."""


def asked_view(atlas: Atlas, representation: str = "as") -> MapView:
    """Give the view that the address asks for: a map of one year, or of a change between two.

    Parameters
    ----------
    representation : what the address calls fill or symbol
    """
    indicator = params.required("indicator", atlas.indicators)
    kind = params.one("kind") or Kind.ACTUAL.value
    year = params.year("year", atlas.series.get((indicator, kind), {}))
    drawing = asked_drawing(representation) | {"rank_estimates": params.ranked()}
    shared, accepted = params.flag("shared"), params.accepted()
    if params.one("from") is None:
        return map_view(atlas, indicator, year=year, kind=kind, shared_breaks=shared, **drawing)
    params.not_beside("from", f"kind={Kind.TARGET}")
    drawing |= {"shared_breaks": shared}
    return asked_change(atlas, indicator, year, accept_break=accepted, **drawing)


def asked_drawing(representation: str = "as") -> dict[str, Any]:
    """Give how the address wants a map of any year drawn."""
    return {
        "method": params.one("method"),
        "k": params.between("classes", FEWEST, MOST),
        "palette": params.one("palette"),
        "representation": params.one(representation),
        "breaks": params.numbers("breaks"),
    }


def asked_change(atlas: Atlas, indicator: str, year: int | None, **drawing: Any) -> MapView:
    """Give the change since the year ``from``, up to ``year`` or the one that is shown first."""
    atlas.indicator(indicator)
    years = atlas.series.get((indicator, Kind.ACTUAL.value), {})
    since = params.year("from", years)
    until = best_year(atlas, years) if year is None else year
    return change_view(atlas, indicator, since or 0, until or 0, **drawing)


def asked_subject(atlas: Atlas) -> Subject:
    """Give what a sheet is to show; what does not go together is refused by ``Subject.mode``."""
    indicator, kind = params.one("indicator") or "", params.one("kind") or Kind.ACTUAL.value
    years, categories = (tuple(params.split(name)) for name in ("years", "categories"))
    progress = params.one("progress") or ""
    if not (progress or categories):
        params.required("indicator", atlas.indicators)
    known = atlas.series.get((indicator, kind), {})
    style = asked_drawing()
    breaks = style.pop("breaks")
    subject = Subject(
        indicator=indicator,
        year=params.year("year", known),
        kind=kind,
        breaks=None if breaks is None else tuple(breaks),
        shared_breaks=params.flag("shared"),
        rank_estimates=params.ranked(),
        since=params.year("from", known),
        accept_break=params.accepted(),
        compare=params.one("compare") or "",
        bivariate=params.one("bivariate") or "",
        progress=progress,
        as_of=params.between("as_of", FIRST_YEAR, LAST_YEAR),
        years=years,
        categories=categories,
        **style,
    )
    _ = subject.mode
    return subject


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
