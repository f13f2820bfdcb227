"""A sheet as PNG, drawn by matplotlib's Agg renderer and packed by isal.

Neither pyplot nor a Figure is made: each shape goes to the renderer as one path. Letters are drawn
as their outlines, so that they look alike at every resolution and carry halos.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.fonts import BOLD_EM
from geomap.hatching import hatch_segments
from geomap.outlines import words_outline
from geomap.scene import (
    MM_PER_INCH,
    MM_PER_PT,
    PT_PER_INCH,
    Circle,
    Item,
    Ring,
    Scene,
    Shape,
    Words,
)

_LEVEL = 1
_ROWS = 512
_UNSEEN = (0.0, 0.0, 0.0, 1e-4)
"""A fill that rounds to nothing: paths without fill Agg cuts at the rim, where then dashes begin
anew and closed lines lose the corner they began at."""
_MARGIN_MM = 2.0
"""More than half the widest line, of which the band's rim may miss a corner."""
_MOVE, _LINE, _CLOSE = 1, 2, 79
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
    return pack(bands, canvas.size, grey=grey, dpi=dpi, texts=texts)


class Canvas:
    """A renderer as wide as the sheet, which draws it band after band.

    The memory of one band stays in the processor's cache, and a sheet of any size needs no more.
    Bands overlap by ``margin`` rows that are thrown away, for Agg cuts lines at the rim.
    """

    def __init__(self, scene: Scene, dpi: float, rows: int = _ROWS) -> None:
        from matplotlib.backends.backend_agg import RendererAgg

        self.scene = scene
        self.scale = dpi / MM_PER_INCH
        width, self.height = (
            max(1, round(side * self.scale)) for side in (scene.width_mm, scene.height_mm)
        )
        self.size = (width, self.height)
        self.margin = math.ceil(_MARGIN_MM * self.scale)
        self.rows = min(rows, self.height)
        renderer: Any = RendererAgg  # matplotlib leaves its backends untyped
        self.agg = renderer(width, self.rows + 2 * self.margin, dpi)
        self.drawn = [drawn for item in _items(scene) if (drawn := _drawn(item)) is not None]

    def bands(self) -> Iterator[npt.NDArray[np.uint8]]:
        """Give what is drawn from the top down, each (rows, columns, RGBA), in the same memory."""
        from matplotlib.transforms import Affine2D

        # Four bytes at once: many times faster than one by one.
        paper = np.array([*_rgb(self.scene.background), 255], dtype=np.uint8).view(np.uint32)
        whole = self.rows + 2 * self.margin
        for top in range(0, self.height, self.rows):
            self.pixels().view(np.uint32)[:] = paper
            first = top - self.margin
            self.to_pixels = Affine2D().scale(self.scale, -self.scale).translate(0, whole + first)
            low, high = first / self.scale, (first + whole) / self.scale
            for item, path, upper, lower in self.drawn:
                if lower >= low and upper <= high:
                    self._item(item, path)
            yield self.pixels()[self.margin :][: min(self.rows, self.height - top)]

    def _item(self, item: Item, path: Any) -> None:
        if isinstance(item, Words):
            self._words(item, path)
        else:
            self._shape(item, path)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Give what is drawn, (rows, columns, RGBA)."""
        return np.asarray(self.agg.buffer_rgba())

    def _shape(self, item: Shape | Circle, paths: tuple[Any, Any]) -> None:
        path, strokes = paths
        # A pattern lies between the fill and the outline.
        if strokes is not None and item.hatch:
            self._draw(path, item.fill, None, item.opacity)
            round_ends = item.hatch.kind == "dots"
            pen = self._pen(item.hatch.colour, item.hatch.width_mm, item.opacity, round_ends)
            self.agg.draw_path(pen, strokes, self.to_pixels)
            self._draw(path, None, item.stroke, item.opacity)
        else:
            self._draw(path, item.fill, item.stroke, item.opacity)

    def _draw(self, path: Any, fill: str | None, stroke: Any, opacity: float) -> None:
        if fill is None and stroke is None:
            return
        pen = self._pen(
            stroke.colour if stroke else "#000000", stroke.width_mm if stroke else 0.0, opacity
        )
        if stroke and stroke.dash_mm:
            pen.set_dashes(0, [length * _PT_PER_MM for length in stroke.dash_mm])
        ink = (*_unit(fill), opacity) if fill else _UNSEEN
        self.agg.draw_path(pen, path, self.to_pixels, ink)

    def _pen(self, colour: str, width_mm: float, opacity: float, round_ends: bool = False) -> Any:
        pen = self.agg.new_gc()
        # Not by set_alpha, which would hold for the fill too.
        pen.set_foreground((*_unit(colour), opacity), isRGBA=True)
        pen.set_linewidth(width_mm * _PT_PER_MM)
        pen.set_joinstyle("round")
        pen.set_capstyle("round" if round_ends else "butt")
        pen.set_snap(False)
        return pen

    def _words(self, words: Words, path: Any) -> None:
        if words.halo:
            halo = self._pen(words.halo.colour, words.halo.width_mm, 1.0)
            self.agg.draw_path(halo, path, self.to_pixels, _UNSEEN)
        bold_mm = BOLD_EM * words.size_pt * MM_PER_PT if words.bold else 0.0
        pen = self._pen(words.colour, bold_mm, 1.0)
        self.agg.draw_path(pen, path, self.to_pixels, (*_unit(words.colour), 1.0))


def _items(scene: Scene) -> Iterator[Item]:
    return (item for group in scene.groups for item in group.items)


def _drawn(item: Item) -> tuple[Item, Any, float, float] | None:
    """Give an item with its path (of a shape: outline and pattern) and between which y it lies."""
    if isinstance(item, Words):
        path = _words_path(item)
        if path is None:
            return None
        widest = item.halo.width_mm if item.halo else BOLD_EM * item.size_pt * MM_PER_PT
        return item, path, *_reach(path, widest)
    path = _circle_path(item) if isinstance(item, Circle) else _path(item.rings, item.closed)
    if path is None:
        return None
    strokes = hatch_segments(item)
    widths = [ink.width_mm for ink in (item.stroke, item.hatch) if ink]
    pattern = _segments_path(strokes) if len(strokes) else None
    return item, (path, pattern), *_reach(path, max(widths, default=0.0))


def _reach(path: Any, width_mm: float) -> tuple[float, float]:
    y = path.vertices[:, 1]
    return float(y.min()) - width_mm, float(y.max()) + width_mm


def _made_path(vertices: npt.NDArray[np.float64], codes: npt.NDArray[np.uint8]) -> Any:
    from matplotlib.path import Path

    path = Path(vertices, codes)
    path.should_simplify = False  # else it would follow the settings of the machine
    return path


def _path(rings: tuple[Ring, ...], closed: bool) -> Any:
    rings = tuple(ring for ring in rings if len(ring) > 1)
    if not rings:
        return None
    if closed and len(rings) > 1:
        rings = wound(rings)
    if closed:
        rings = tuple(np.concatenate([ring, ring[:1]]) for ring in rings)
    codes = np.full(sum(map(len, rings)), _LINE, dtype=np.uint8)
    ends = np.cumsum([len(ring) for ring in rings])
    codes[[0, *ends[:-1]]] = _MOVE
    if closed:
        codes[ends - 1] = _CLOSE
    return _made_path(np.concatenate(rings), codes)


def _circle_path(circle: Circle) -> Any:
    from matplotlib.path import Path

    unit: Any = Path.unit_circle()
    return _made_path(unit.vertices * circle.radius_mm + (circle.x, circle.y), unit.codes)


def _segments_path(segments: npt.NDArray[np.float64]) -> Any:
    return _made_path(segments.reshape(-1, 2), np.tile([_MOVE, _LINE], len(segments)))


def _words_path(words: Words) -> Any:
    drawn = words_outline(words)
    return _made_path(*drawn) if drawn else None


def wound(rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
    """Turn rings so that those within others run against them.

    Agg fills where the windings do not cancel; then that is the even-odd rule. Rings must not
    cross each other.
    """
    boxes = np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
    turned = []
    for number, ring in enumerate(rings):
        box = boxes[number]
        around = (boxes[:, :2] <= box[:2]).all(axis=1) & (boxes[:, 2:] >= box[2:]).all(axis=1)
        around[number] = False
        point = (ring[0] + ring[1]) / 2
        depth = sum(_inside(point, rings[other]) for other in np.flatnonzero(around))
        turned.append(ring if (_area(ring) > 0) == (depth % 2 == 0) else ring[::-1])
    return tuple(turned)


def _area(ring: Ring) -> float:
    x, y = (ring - ring[0]).T
    return float(x @ np.roll(y, -1) - np.roll(x, -1) @ y) / 2


def _inside(point: npt.NDArray[np.float64], ring: Ring) -> bool:
    x, y = (ring - point).T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (next_y > 0)
    at = x[crosses] - y[crosses] * (next_x - x)[crosses] / (next_y - y)[crosses]
    return bool((at > 0).sum() % 2)


@lru_cache(maxsize=1000)
def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


@lru_cache(maxsize=1000)
def _unit(colour: str) -> tuple[float, float, float]:
    red, green, blue = _rgb(colour)
    return red / 255, green / 255, blue / 255


def pack(
    bands: Iterable[npt.NDArray[np.uint8]],
    size: tuple[int, int],
    *,
    grey: bool,
    dpi: float,
    texts: dict[str, str],
) -> bytes:
    """Write a PNG.

    Parameters
    ----------
    bands : from the top down, (rows, columns) greys or (rows, columns, 3) RGB
    size : columns and rows of the whole
    dpi : pixels per inch, written as whole pixels per metre
    texts : keyword → text; empty ones are left out
    """
    per_metre = round(dpi / MM_PER_INCH * 1000)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0 if grey else 2, 0, 0, 0)),
        (b"sRGB", b"\0"),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        *((b"iTXt", _itxt(key, text)) for key, text in texts.items() if text),
        (b"IDAT", _packed(bands)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _itxt(key: str, text: str) -> bytes:
    return key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    from isal import isal_zlib

    sealed = isal_zlib.crc32(content, isal_zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sealed)


def _packed(bands: Iterable[npt.NDArray[np.uint8]]) -> bytes:
    """Compress the rows band by band; each begins with 0, no filter.

    Of flat colours the rows unfiltered pack smaller than differences do.
    """
    from isal import isal_zlib

    press = isal_zlib.compressobj(_LEVEL)
    out = []
    for band in bands:
        height, width = band.shape[:2]
        pixels = band.reshape(height, width, -1)
        rows = np.zeros((height, 1 + width * pixels.shape[2]), dtype=np.uint8)
        target = rows[:, 1:].reshape(pixels.shape)
        for channel in range(pixels.shape[2]):  # one by one: much faster than copying triples
            target[:, :, channel] = pixels[:, :, channel]
        out.append(press.compress(rows))
    return b"".join([*out, press.flush()])
