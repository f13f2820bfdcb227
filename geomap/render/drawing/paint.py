"""A sheet as a file: PNG, SVG or PDF, the same bytes for the same sheet.

No clock is read and nothing is drawn by lot; a date is written into a file only when it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from geomap.cartography.colour import grey_of
from geomap.errors import NotFoundError, RequestError, Text
from geomap.numbers import full, written
from geomap.render.drawing.font import require_glyphs
from geomap.render.drawing.scene import MM_PER_INCH, Hatch, Item, Scene, SceneWords, Stroke

IMAGE_FORMATS: Mapping[str, str] = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
"""Endings of files and their media types."""
PAGED = ("pdf",)
"""Those that hold several pages."""
FEWEST_DPI, MOST_DPI = 30, 1200
MOST_PIXELS = 200_000_000
_BYTES_PER_PIXEL = 4
_Inked = TypeVar("_Inked", Stroke, Hatch)


def paint(
    scene: Scene,
    kind: str,
    *,
    more: Sequence[Scene] = (),
    dpi: int = 300,
    grey: bool = False,
    made: str = "",
) -> bytes:
    """Give a sheet as a file.

    Parameters
    ----------
    kind : "png", "svg" or "pdf"
    more : the pages that follow, in the formats of ``PAGED`` only
    dpi : pixels per inch of a PNG
    grey : in greys of the same lightness
    made : date for the file's own description, ISO 8601, "" for none

    Raises
    ------
    NotFoundError : there is no such format
    RequestError : the size or resolution is out of bounds; says what it would need
    GlyphError : the typeface lacks characters; names all
    """
    if kind not in IMAGE_FORMATS:
        raise NotFoundError(Text("图片格式", "format"), kind, IMAGE_FORMATS)
    scenes = (scene, *more)
    for one in scenes:
        require_size(one.width_mm, one.height_mm, dpi if kind == "png" else FEWEST_DPI)
        require_glyphs(one)
    shown = [greyed(one) if grey else one for one in scenes]
    if kind == "pdf":
        from geomap.render.drawing.pdf import pdf

        return pdf(*shown, made=made)
    [only] = shown
    if kind == "png":
        from geomap.render.drawing.png import png

        return png(only, dpi=dpi, grey=grey, made=made)
    from geomap.render.drawing.svg import svg

    return svg(only, made=made)


def _pixels(length_mm: float, dpi: float) -> int:
    """Give a length in whole pixels."""
    return round(length_mm / MM_PER_INCH * dpi)


def require_size(width_mm: float, height_mm: float, dpi: float) -> None:
    """Refuse a sheet that cannot be painted, with the memory that it would need.

    Raises
    ------
    RequestError : no size, too few or too many dots per inch, or too many pixels
    """
    what, dots = f"{full(width_mm)} × {full(height_mm)}", full(dpi)
    if not (0 < width_mm < float("inf") and 0 < height_mm < float("inf")):
        raise RequestError(
            f"图幅 {what} 毫米无法绘制，宽和高都应大于 0",
            f"a sheet of {what} mm cannot be painted; both must exceed 0",
        )
    if dpi <= 0 or dpi != dpi:
        raise RequestError(
            f"分辨率 {dots} dpi 无法绘制，应为 {FEWEST_DPI} 到 {MOST_DPI}",
            f"{dots} dpi cannot be painted; give {FEWEST_DPI} to {MOST_DPI}",
        )
    wide, high = (length / MM_PER_INCH * dpi for length in (width_mm, height_mm))
    memory_gb = wide * high * _BYTES_PER_PIXEL / 2**30
    need = f"{written(wide, 0)} × {written(high, 0)}", f"{written(memory_gb, 2)} GB"
    if not FEWEST_DPI <= dpi <= MOST_DPI:
        raise RequestError(
            f"分辨率 {dots} dpi 超出 {FEWEST_DPI} 到 {MOST_DPI} 的范围：此图幅将有 {need[0]}"
            f" 像素，需要内存 {need[1]}；印刷一般用 300",
            f"{dots} dpi is outside {FEWEST_DPI} to {MOST_DPI}: this sheet would have {need[0]}"
            f" pixels and need {need[1]} of memory; 300 is usual for print",
        )
    if wide * high > MOST_PIXELS or min(wide, high) < 1:
        raise RequestError(
            f"{what} 毫米在 {dots} dpi 下有 {need[0]} 像素，需要内存 {need[1]}，限 1 到"
            f" {MOST_PIXELS:,} 像素；请改用较小的图幅或较低的分辨率，或用 SVG、PDF",
            f"{what} mm at {dots} dpi has {need[0]} pixels and needs {need[1]} of memory; the"
            f" limit is 1 to {MOST_PIXELS:,}: take a smaller sheet, fewer dpi, or SVG or PDF",
        )


def greyed(scene: Scene) -> Scene:
    """Give a sheet with each colour as the grey of its luminance."""
    groups = tuple(
        replace(group, items=tuple(_grey_item(item) for item in group.items))
        for group in scene.groups
    )
    return replace(scene, groups=groups, background=grey_of(scene.background))


def _grey_item(item: Item) -> Item:
    if isinstance(item, SceneWords):
        return replace(item, colour=grey_of(item.colour), halo=_grey_ink(item.halo))
    fill = None if item.fill is None else grey_of(item.fill)
    return replace(item, fill=fill, stroke=_grey_ink(item.stroke), hatch=_grey_ink(item.hatch))


def _grey_ink(ink: _Inked | None) -> _Inked | None:
    return None if ink is None else replace(ink, colour=grey_of(ink.colour))
