"""A sheet as PNG, drawn by matplotlib's Agg renderer and packed by isal.

Neither pyplot nor a Figure is made: each shape goes to the compiled renderer as one path, and those
that are only filled, in one colour, go together. Its Python side is left out, which takes longer to
import than a sheet to draw. Letters are drawn as their outlines, so that they look alike at every
resolution and carry halos.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.render.drawing.font import BOLD_EM
from geomap.render.drawing.hatching import hatch_segments
from geomap.render.drawing.png_file import write_png
from geomap.render.drawing.png_paths import (
    CLOSE,
    Path,
    circle_path,
    lines_path,
    rings_path,
    segments_path,
    words_path,
)
from geomap.render.drawing.scene import (
    MM_PER_INCH,
    MM_PER_PT,
    PT_PER_INCH,
    Circle,
    Item,
    Scene,
    SceneWords,
    Shape,
)

_ROWS = 512
_UNSEEN = (0.0, 0.0, 0.0, 1e-4)
"""A fill that rounds to nothing: paths without fill Agg cuts at the rim, where then dashes begin
anew and closed lines lose the corner they began at."""
_MARGIN_MM = 2.0
"""More than half the widest line, of which the band's rim may miss a corner."""
_PT_PER_MM = PT_PER_INCH / MM_PER_INCH


def png(scene: Scene, *, dpi: float, grey: bool = False, made: str = "") -> bytes:
    """Paint a sheet whose characters and size have been checked.

    Parameters
    ----------
    grey : the sheet is in greys, and is written with one channel
    """
    canvas = Canvas(scene, dpi)
    bands = (band[:, :, 0] if grey else band[:, :, :3] for band in canvas.bands())
    texts = {"Title": scene.title, "Description": scene.description, "Creation Time": made}
    return write_png(bands, canvas.size, grey=grey, dpi=dpi, texts=texts)


class Pen:
    """How the renderer draws a path; it reads these names."""

    _alpha = 1.0
    _forced_alpha = False  # else it would hold for the fill too
    _antialiased = True
    _joinstyle = "round"
    _cliprect = None

    def __init__(self, colour: str, width_mm: float, opacity: float) -> None:
        self._rgb = (*_unit(colour), opacity)
        self._linewidth = width_mm * _PT_PER_MM
        self._capstyle = "butt"
        self.dashes: list[float] | None = None

    def get_dashes(self) -> tuple[float, list[float] | None]:
        """Give where dashes begin, and their lengths in points."""
        return 0.0, self.dashes

    def get_snap(self) -> bool:
        """Draw where it is, not at the nearest pixel."""
        return False

    def get_hatch_linewidth(self) -> float:
        """Give a width that nothing is drawn in."""
        return 1.0

    def _none(self) -> None:
        return None

    get_clip_path = get_hatch_path = get_hatch_color = get_sketch_params = _none


class Canvas:
    """A renderer as wide as the sheet, which draws it band after band.

    The memory of one band stays in the processor's cache, and a sheet of any size needs no more.
    Bands overlap by ``margin`` rows that are thrown away, for Agg cuts lines at the rim.
    """

    def __init__(self, scene: Scene, dpi: float, rows: int = _ROWS) -> None:
        from matplotlib.backends import _backend_agg

        self.scene = scene
        self.scale = dpi / MM_PER_INCH
        width, self.height = (
            max(1, round(side * self.scale)) for side in (scene.width_mm, scene.height_mm)
        )
        self.size = (width, self.height)
        self.margin = math.ceil(_MARGIN_MM * self.scale)
        self.rows = min(rows, self.height)
        compiled: Any = _backend_agg  # matplotlib leaves its backends untyped
        self.agg = compiled.RendererAgg(width, self.rows + 2 * self.margin, dpi)
        self.drawn = [drawn for item in _items(scene) if (drawn := _drawn(*item)) is not None]

    def bands(self) -> Iterator[npt.NDArray[np.uint8]]:
        """Give what is drawn from the top down, each (rows, columns, RGBA), in the same memory."""
        # Four bytes at once: many times faster than one by one.
        paper = np.array([*_rgb(self.scene.background), 255], dtype=np.uint8).view(np.uint32)
        whole = self.rows + 2 * self.margin
        for top in range(0, self.height, self.rows):
            self.pixels().view(np.uint32)[:] = paper
            first = top - self.margin
            self.to_pixels = np.array(
                [[self.scale, 0, 0], [0, -self.scale, whole + first], [0, 0, 1]]
            )
            low, high = first / self.scale, (first + whole) / self.scale
            for item, path, pattern, width_mm in self.drawn:
                seen = path.within(low - width_mm, high + width_mm)
                if len(seen.sizes):
                    self._item(item, seen, pattern)
            yield self.pixels()[self.margin :][: min(self.rows, self.height - top)]

    def _item(self, item: Item, path: Path, pattern: Path | None) -> None:
        if isinstance(item, SceneWords):
            self._words(item, path)
        else:
            self._shape(item, path, pattern)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Give what is drawn, (rows, columns, RGBA)."""
        return np.asarray(self.agg)

    def _shape(self, item: Shape | Circle, path: Path, pattern: Path | None) -> None:
        # A pattern lies between the fill and the outline.
        if pattern is not None and item.hatch:
            self._draw(path, item.fill, None, item.opacity)
            pen = Pen(item.hatch.colour, item.hatch.width_mm, item.opacity)
            pen._capstyle = "round" if item.hatch.kind == "dots" else "butt"
            self.agg.draw_path(pen, pattern, self.to_pixels, None)
            self._draw(path, None, item.stroke, item.opacity)
        else:
            self._draw(path, item.fill, item.stroke, item.opacity)

    def _draw(self, path: Path, fill: str | None, stroke: Any, opacity: float) -> None:
        if fill is None and stroke is None:
            return
        pen = Pen(stroke.colour if stroke else "#000000", stroke.width_mm if stroke else 0, opacity)
        if stroke and stroke.dash_mm:
            pen.dashes = [length * _PT_PER_MM for length in stroke.dash_mm]
        plain = pen.dashes is None and path.codes[-1] != CLOSE  # may be cut at the rim
        ink = (*_unit(fill), opacity) if fill else None if plain else _UNSEEN
        self.agg.draw_path(pen, path, self.to_pixels, ink)

    def _words(self, words: SceneWords, path: Path) -> None:
        if words.halo:
            halo = Pen(words.halo.colour, words.halo.width_mm, 1.0)
            self.agg.draw_path(halo, path, self.to_pixels, _UNSEEN)
        bold_mm = BOLD_EM * words.size_pt * MM_PER_PT if words.bold else 0.0
        pen = Pen(words.colour, bold_mm, 1.0)
        self.agg.draw_path(pen, path, self.to_pixels, (*_unit(words.colour), 1.0))


def _items(scene: Scene) -> Iterator[tuple[Item, list[Shape]]]:
    """Give each item, and shapes in a row that are filled in one colour together."""
    every = (item for group in scene.groups for item in group.items)
    for fill, row in groupby(every, _mere_fill):
        items = list(row)
        if fill is None:
            yield from ((item, []) for item in items)
        else:
            yield items[0], [item for item in items if isinstance(item, Shape)]


def _mere_fill(item: Item) -> str | None:
    if not isinstance(item, Shape) or item.opacity < 1:
        return None
    return item.fill if item.closed and not item.stroke and not item.hatch else None


def _drawn(item: Item, alike: Sequence[Shape]) -> tuple[Item, Path, Path | None, float] | None:
    """Give an item with its path, its pattern, and how wide its widest line is.

    Parameters
    ----------
    alike : shapes that are drawn with it, itself among them
    """
    if isinstance(item, SceneWords):
        path = words_path(item)
        widest = item.halo.width_mm if item.halo else BOLD_EM * item.size_pt * MM_PER_PT
        return None if path is None else (item, path, None, widest)
    if isinstance(item, Circle):
        path = circle_path(item)
    elif item.closed:
        path = rings_path([one.rings for one in alike or [item]])
    else:
        path = lines_path(item.rings)
    if path is None:
        return None
    strokes = hatch_segments(item)
    widths = [ink.width_mm for ink in (item.stroke, item.hatch) if ink]
    pattern = segments_path(strokes) if len(strokes) else None
    return item, path, pattern, max(widths, default=0.0)


@lru_cache(maxsize=1000)
def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


@lru_cache(maxsize=1000)
def _unit(colour: str) -> tuple[float, float, float]:
    red, green, blue = _rgb(colour)
    return red / 255, green / 255, blue / 255
