"""What the map shows as a file of data: ``/export.<format>`` with the parameters of the page."""

from __future__ import annotations

from flask import Blueprint, Response

from geomap.app.http import departures, params
from geomap.app.http.current import current_atlas, leaving_atlas
from geomap.app.pages.address import DRAWING, asked_language, asked_layers, asked_view
from geomap.render.data.export import ENCODINGS, UTF_8, export, file_name, format_of, media_type
from geomap.render.data.side_table import side_title, side_workbook
from geomap.views.maps.side_by_side import side_by_side

bp = Blueprint("exports", __name__)
_PARAMETERS = (*DRAWING, "layers", "audience", "encoding", "lang")


@bp.get("/export.<ending>")
def data(ending: str) -> Response:
    """Give just what the page shows under the same parameters."""
    params.allow(*_PARAMETERS)
    encoding = _encoding()
    format_of(ending, encoding)
    lang = asked_language()
    atlas = leaving_atlas()
    view = asked_view(atlas)
    layers = list(asked_layers(atlas))
    content = export(atlas, view, ending, lang=lang, encoding=encoding, layers=layers)
    left = departures.of(atlas, "data", ending, view.indicator.id, view.year)
    name = file_name(view.title.in_(lang), ending)
    return departures.attachment(content, media_type(ending, encoding), name, left)


@bp.get("/compare.xlsx")
def compared() -> Response:
    """Give areas side by side, as ``/api/compare`` does, as an Excel workbook."""
    params.allow("areas", "group", "year", "audience", "lang")
    params.required("areas", [one.code for one in current_atlas().parts])
    lang, atlas = asked_language(), leaving_atlas()
    year = params.year("year", ())
    found = side_by_side(atlas, params.split("areas"), group=params.one("group"), year=year)
    name = file_name(side_title(found).in_(lang), "xlsx")
    left = departures.of(atlas, "compare", "xlsx")
    content = side_workbook(atlas, found, lang)
    return departures.attachment(content, media_type("xlsx"), name, left)


def _encoding() -> str:
    given = (params.one("encoding") or UTF_8).lower()
    if given not in ENCODINGS:
        raise params.ParameterError(
            f"参数 encoding={given[:40]} 应为 {'、'.join(ENCODINGS)}",
            f"encoding={given[:40]} must be one of {', '.join(ENCODINGS)}",
            ENCODINGS,
        )
    return given
