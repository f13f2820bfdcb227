"""How a map is to be drawn, read from an address with the parameters of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request

from geomap.app.http import params
from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.language import LANGUAGES, strings
from geomap.model.asked import ONE_MAP, Form, MapChoice, fields, keys
from geomap.model.catalog import FIRST_LAYERS, Kind
from geomap.render.sheets.kinds.one_map import view_of
from geomap.render.sheets.request import sheet_kind
from geomap.render.sheets.subject import Subject
from geomap.views.maps.mapview import MapView

DRAWING = keys(*ONE_MAP)
"""The parameters that ``asked_view`` reads."""


def asked_view(atlas: Atlas, representation: str = "as") -> MapView:
    """Give the view that the address asks for: a map of one year, or of a change between two.

    Parameters
    ----------
    representation : what the address calls fill or symbol
    """
    params.required("indicator", atlas.indicators)
    subject = Subject(**asked(atlas, *ONE_MAP, representation=representation))
    sheet_kind(subject)
    return view_of(atlas, subject)


def asked_subject(atlas: Atlas) -> Subject:
    """Give what a sheet is to show; what does not go together is refused."""
    subject = Subject(**asked(atlas))
    if not (subject.progress or subject.categories):
        params.required("indicator", atlas.indicators)
    sheet_kind(subject)
    return subject


def asked(atlas: Atlas, *names: str, representation: str = "as") -> dict[str, Any]:
    """Read the choices of these names, or all, from the address; what is absent is left out."""
    indicator, kind = params.one("indicator") or "", params.one("kind") or Kind.ACTUAL.value
    years = atlas.series.get((indicator, kind), {})
    found = {
        field.name: _read(field, representation if field.key == "as" else field.key, years)
        for field in fields(*names)
    }
    return {name: value for name, value in found.items() if value is not None}


def _read(field: MapChoice, key: str, years: Iterable[int]) -> Any:
    match field.form:
        case Form.YEAR:
            return params.year(key, years)
        case Form.WHOLE:
            return params.whole_between(key, *field.bounds)
        case Form.FLAG:
            return params.choice(key)
        case Form.WORD:
            return params.word(key, field.choices[0], field.words)
        case Form.NUMBERS:
            found = params.numbers(key)
            return None if found is None else tuple(found)
        case Form.NAMES:
            return tuple(params.split(key))
    return params.one(key)


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
