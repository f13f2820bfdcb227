"""One map as a finished sheet in a file: composed, its characters checked, painted.

The one entry for the command line, the server and the packs of reports.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from geomap.composition import compose
from geomap.errors import NotFoundError, Text
from geomap.fonts import measure
from geomap.mapview import map_view
from geomap.painting import FORMATS, paint, require_size
from geomap.sheet import Sheet

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.mapview import MapView

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST_NAME = 80


def figure(
    atlas: Atlas,
    view: MapView,
    kind: str,
    sheet: Sheet | None = None,
    *,
    circles: MapView | None = None,
    dpi: int = 300,
    grey: bool = False,
) -> bytes:
    """Give one map as a file.

    Parameters
    ----------
    view : of this atlas
    kind : "png", "svg" or "pdf"
    sheet : size, language, layers and imprint; A4 in Chinese when None
    circles : a second view, drawn as circles over the fill of the first
    dpi : pixels per inch of a PNG
    grey : in greys of the same lightness

    Raises
    ------
    NotFoundError : no such format, size or layer; names those there are
    RequestError : the resolution is out of bounds
    GlyphError : the typeface lacks characters; names all
    """
    chosen = sheet or Sheet()
    require_kind(kind)
    if kind == "png":  # before any work is done
        require_size(chosen.paper.width_mm, chosen.paper.height_mm, dpi)
    scene = compose(atlas, view, chosen, circles=circles, measure=measure)
    made = chosen.made if _DATE.fullmatch(chosen.made) else ""
    return paint(scene, kind, dpi=dpi, grey=grey, made=made)


def require_kind(kind: str) -> str:
    """Give the format, if there is such a one.

    Raises
    ------
    NotFoundError : names those there are
    """
    if kind not in FORMATS:
        raise NotFoundError(Text("图片格式", "format of images"), kind, FORMATS)
    return kind


def kind_by_name(name: str) -> str:
    """Give the format that the ending of a file's name says."""
    return require_kind(PurePath(name).suffix.removeprefix(".").lower())


def compared_view(atlas: Atlas, compared: str) -> MapView | None:
    """Give the view drawn as circles over another: ``INDICATOR`` or ``INDICATOR:YEAR``."""
    indicator, _, year = compared.partition(":")
    if not compared:
        return None
    asked = None
    if year:
        known = atlas.series.get((atlas.indicator(indicator).id, "actual"), {})
        if not (year.isascii() and year.isdigit() and int(year) in known):
            raise NotFoundError(Text("年份", "year"), year, known)
        asked = int(year)
    return map_view(atlas, indicator, year=asked, representation="symbol")


def figure_name(view: MapView, sheet: Sheet, kind: str) -> str:
    """Give a name for the file that says what it shows."""
    title = _FORBIDDEN.sub(" ", sheet.say(view.title)).strip()[:_LONGEST_NAME]
    return f"{title}.{kind}"
