"""One map as a finished sheet in a file: composed, its characters checked, painted.

The one entry for the command line, the server and the packs of reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.render.drawing.font import text_width
from geomap.render.drawing.paint import IMAGE_FORMATS, PAGED, paint, require_size
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.request import scenes_of, sheet_kind
from geomap.render.sheets.subject import Subject

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.drawing.scene import Scene
    from geomap.views.maps.mapview import MapView

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file, the title on its sheet, and the indicator and the year that it shows.

    ``indicator`` is "" and ``year`` None where it shows more than one.
    """

    content: bytes
    title: str
    year: int | None
    indicator: str = ""


def draw_sheet(
    atlas: Atlas,
    subject: Subject,
    kind: str,
    sheet: Sheet | None = None,
    *,
    dpi: int = 300,
    grey: bool = False,
) -> Drawn:
    """Give whatever was asked for as a file: the one way of the command line and the server.

    Parameters
    ----------
    subject : what is shown: a map, a change, several maps, two indicators, or bullets
    kind, sheet, dpi, grey : as for ``figure``

    Raises
    ------
    NotFoundError, RequestError, GlyphError : as ``draw_figure`` and ``sheets.request.scenes_of`` do
    RequestError : two indicators in grey, where their colours could not be told apart
    """
    chosen = sheet or Sheet()
    _require(kind, chosen, dpi)
    shown = sheet_kind(subject)
    if grey and shown.not_grey:
        raise RequestError(*shown.not_grey)
    scenes, year = scenes_of(atlas, subject, chosen, measure=text_width, alone=kind not in PAGED)
    only = "" if shown.several or subject.compare else subject.indicator
    return Drawn(_painted(scenes, kind, chosen, dpi, grey), scenes[0].title, year, only)


def draw_figure(
    atlas: Atlas,
    view: MapView,
    kind: str,
    sheet: Sheet | None = None,
    *,
    dpi: int = 300,
    grey: bool = False,
) -> bytes:
    """Give one map as a file.

    Parameters
    ----------
    view : of this atlas
    kind : "png", "svg" or "pdf"
    sheet : size, language, layers and imprint; A4 in Chinese when None
    dpi : pixels per inch of a PNG
    grey : in greys of the same lightness

    Raises
    ------
    NotFoundError : no such format, size or layer; names those there are
    RequestError : the resolution is out of bounds
    GlyphError : the typeface lacks characters; names all
    """
    chosen = sheet or Sheet()
    _require(kind, chosen, dpi)
    scene = compose_sheet(atlas, view, chosen, measure=text_width)
    return _painted((scene,), kind, chosen, dpi, grey)


def _require(kind: str, sheet: Sheet, dpi: int) -> None:
    """Refuse a format, a size or a resolution before any work is done."""
    require_kind(kind)
    if kind == "png":
        require_size(sheet.paper.width_mm, sheet.paper.height_mm, dpi)


def _painted(scenes: Sequence[Scene], kind: str, sheet: Sheet, dpi: int, grey: bool) -> bytes:
    made = sheet.made if _DATE.fullmatch(sheet.made) else ""
    return paint(scenes[0], kind, more=scenes[1:], dpi=dpi, grey=grey, made=made)


def require_kind(kind: str) -> str:
    """Give the format, if there is such a one.

    Raises
    ------
    NotFoundError : names those there are
    """
    if kind not in IMAGE_FORMATS:
        raise NotFoundError(Text("图片格式", "format of images"), kind, IMAGE_FORMATS)
    return kind


def figure_name(title: str, kind: str) -> str:
    """Give a name for the file that says what it shows."""
    return f"{_FORBIDDEN.sub(' ', title).strip()[:_LONGEST_NAME]}.{kind}"
