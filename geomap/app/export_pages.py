"""What the map shows as a file of data: ``/export.<format>`` with the parameters of the page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from geomap.app import departures, params
from geomap.app.current import leaving_atlas
from geomap.atlas import Atlas
from geomap.catalog import Kind
from geomap.classes import FEWEST, MOST
from geomap.errors import Text
from geomap.exports import ENCODINGS, UTF_8, export, file_name, format_of, media_type
from geomap.language import LANGUAGES, strings
from geomap.mapview import map_view
from geomap.payload import FIRST_LAYERS

bp = Blueprint("exports", __name__)
PARAMETERS = (
    "indicator",
    "year",
    "kind",
    "as",
    "method",
    "classes",
    "palette",
    "shared",
    "breaks",
    "layers",
    "estimates",
    "audience",
    "encoding",
    "lang",
)


@bp.get("/export.<ending>")
def data(ending: str) -> Response:
    """Give just what the page shows under the same parameters."""
    params.allow(*PARAMETERS)
    encoding = _encoding()
    format_of(ending, encoding)
    lang = params.one("lang") or LANGUAGES[0]
    strings(lang)  # refuses a language that there is not
    atlas = leaving_atlas()
    view = map_view(atlas, params.required("indicator", atlas.indicators), **_drawing(atlas))
    content = export(atlas, view, ending, lang=lang, encoding=encoding, layers=_layers(atlas))
    departures.tell(what="data", year=view.year)
    name = file_name(getattr(view.title, lang), ending)
    return departures.attachment(content, media_type(ending, encoding), name)


def _encoding() -> str:
    given = (params.one("encoding") or UTF_8).lower()
    if given not in ENCODINGS:
        raise params.ParameterError(
            f"参数 encoding={given[:40]} 应为 {'、'.join(ENCODINGS)}",
            f"encoding={given[:40]} must be one of {', '.join(ENCODINGS)}",
            ENCODINGS,
        )
    return given


def _drawing(atlas: Atlas) -> dict[str, Any]:
    kind = params.one("kind") or Kind.ACTUAL.value
    indicator = params.one("indicator")
    return {
        "year": params.year("year", atlas.series.get((str(indicator), kind), {})),
        "kind": kind,
        "method": params.one("method"),
        "k": params.between("classes", FEWEST, MOST),
        "palette": params.one("palette"),
        "representation": params.one("as"),
        "shared_breaks": params.flag("shared"),
        "breaks": params.numbers("breaks"),
        "rank_estimates": params.ranked(),
    }


def _layers(atlas: Atlas) -> list[str]:
    """Give the layers in the address; without any, those the page begins with."""
    if "layers" not in request.args:
        return [kind for kind in atlas.site_kinds if kind in FIRST_LAYERS]
    asked = params.many("layers", atlas.site_kinds, Text("点位类别", "kind of site"))
    return list(dict.fromkeys(asked))
