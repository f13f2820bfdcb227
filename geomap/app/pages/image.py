"""The map as an image: ``/figure.<format>`` with the parameters of the page, and its preview.

``/snippet.docx`` is the picture with its words, for Word.
"""

from __future__ import annotations

from flask import Blueprint, Response

from geomap.app.http import departures, params
from geomap.app.http.current import leaving_atlas
from geomap.app.pages.address import asked_language, asked_layers, asked_subject
from geomap.atlas import Atlas
from geomap.model.asked import ONE_MAP, keys
from geomap.render.drawing.paint import FEWEST_DPI, IMAGE_FORMATS
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.report.native import FIGURE_FORMATS, draw_file, figure_format
from geomap.render.report.snippet import word_snippet
from geomap.render.sheets.draw import Drawn, figure_name
from geomap.render.sheets.paper import PAPERS, Sheet

bp = Blueprint("figures", __name__)
SHEET = ("size", "layers", "audience", "lang", "maker", "date", "bars", "grey")
MOST_DPI = 600
"""Fewer than the command line takes: what one reader asks for must leave room for the others."""
USUAL_DPI, PREVIEW_DPI = 300, 96
_LONGEST = 60


@bp.get("/figure.<kind>")
def download(kind: str) -> Response:
    """Give what the page shows under the same parameters as a sheet to keep."""
    params.allow(*keys(), *SHEET, "dpi")
    figure_format(kind)
    dpi = params.whole_between("dpi", FEWEST_DPI, MOST_DPI) or USUAL_DPI
    atlas = leaving_atlas()
    drawn = _drawn(atlas, kind, dpi)
    left = departures.of(atlas, "figure", kind, drawn.indicator, drawn.year)
    name = figure_name(drawn.title, kind)
    return departures.attachment(drawn.content, FIGURE_FORMATS[kind], name, left)


@bp.get("/figure-preview.png")
def preview() -> Response:
    """Give the same sheet as the page shows it before it is taken away: small, and not to keep."""
    params.allow(*keys(), *SHEET)
    drawn = _drawn(leaving_atlas(), "png", PREVIEW_DPI)
    return Response(drawn.content, content_type=IMAGE_FORMATS["png"])


@bp.get("/snippet.docx")
def snippet() -> Response:
    """Give what the page shows as a picture with its sentence, caption and documents, for Word."""
    params.allow(*keys(*ONE_MAP, "chart", "areas"), "layers", "audience", "lang")
    atlas, lang = leaving_atlas(), asked_language()
    made = word_snippet(atlas, asked_subject(atlas), lang, asked_layers(atlas))
    left = departures.of(atlas, "snippet", "docx", made.indicator, made.year)
    name = figure_name(made.title, "docx")
    return departures.attachment(made.content, OFFICE_TYPES["docx"], name, left)


def _drawn(atlas: Atlas, kind: str, dpi: int) -> Drawn:
    sheet = Sheet(
        size=_size(),
        lang=asked_language(),
        layers=asked_layers(atlas),
        maker=_short("maker"),
        made=_short("date"),
        bars=params.flag("bars"),
    )
    subject, grey = asked_subject(atlas), params.flag("grey")
    return draw_file(atlas, subject, kind, sheet, dpi=dpi, grey=grey)


def _size() -> str:
    size = params.one("size") or next(iter(PAPERS))
    if size not in PAPERS:
        raise params.ParameterError(
            f"参数 size={size[:_LONGEST]} 应为 {'、'.join(PAPERS)}",
            f"size={size[:_LONGEST]} must be one of {', '.join(PAPERS)}",
            PAPERS,
        )
    return size


def _short(name: str) -> str:
    text = params.one(name) or ""
    if len(text) > _LONGEST:
        raise params.ParameterError(
            f"参数 {name} 有 {len(text)} 个字，最多 {_LONGEST} 个",
            f"{name} has {len(text)} characters, at most {_LONGEST} fit",
        )
    return text
