"""A sheet as PNG, drawn by matplotlib's Agg renderer and packed by isal.

Neither pyplot nor a Figure is made: each shape goes to the renderer as one path. Letters are drawn
as their outlines, so that they look alike at every resolution and carry halos.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.fonts import BOLD_EM
from geomap.hatching import hatch_segments
from geomap.outlines import words_outline
from geomap.scene import MM_PER_INCH, MM_PER_PT, PT_PER_INCH, Circle, Ring, Scene, Shape, Words

_LEVEL = 1
_BAND = 128
"""Rows that are packed at a time: their copy stays in the processor's cache."""
_MOVE, _LINE, _CLOSE = 1, 2, 79
_PT_PER_MM = PT_PER_INCH / MM_PER_INCH


def png(scene: Scene, *, dpi: float, grey: bool = False, made: str = "") -> bytes:
    """Paint a sheet whose characters and size have been checked.

    Parameters
    ----------
    grey : the sheet is in greys, and is written with one channel
    """
    pixels = _Canvas(scene, dpi).pixels()
    texts = {"Title": scene.title, "Description": scene.description, "Creation Time": made}
    return pack(pixels[:, :, 0] if grey else pixels[:, :, :3], dpi=dpi, texts=texts)


class _Canvas:
    """A renderer of the sheet's size, with all of it drawn."""

    def __init__(self, scene: Scene, dpi: float) -> None:
        from matplotlib.backends.backend_agg import RendererAgg
        from matplotlib.transforms import Affine2D

        scale = dpi / MM_PER_INCH
        width, height = round(scene.width_mm * scale), round(scene.height_mm * scale)
        renderer: Any = RendererAgg  # matplotlib leaves its backends untyped
        self.agg = renderer(width, height, dpi)
        self.to_pixels = Affine2D().scale(scale, -scale).translate(0, height)
        # Four bytes at once: many times faster than one by one.
        paper = np.array([*_rgb(scene.background), 255], dtype=np.uint8).view(np.uint32)
        self.pixels().view(np.uint32)[:] = paper
        for group in scene.groups:
            for item in group.items:
                if isinstance(item, Words):
                    self._words(item)
                else:
                    self._shape(item)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Give what is drawn, (rows, columns, RGBA)."""
        return np.asarray(self.agg.buffer_rgba())

    def _shape(self, item: Shape | Circle) -> None:
        path = _circle_path(item) if isinstance(item, Circle) else _path(item.rings, item.closed)
        if path is None:
            return
        strokes = hatch_segments(item)
        # A pattern lies between the fill and the outline.
        if len(strokes) and item.hatch:
            self._draw(path, item.fill, None, item.opacity)
            round_ends = item.hatch.kind == "dots"
            pen = self._pen(item.hatch.colour, item.hatch.width_mm, item.opacity, round_ends)
            self.agg.draw_path(pen, _segments_path(strokes), self.to_pixels)
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
        self.agg.draw_path(pen, path, self.to_pixels, fill and (*_unit(fill), opacity))

    def _pen(self, colour: str, width_mm: float, opacity: float, round_ends: bool = False) -> Any:
        pen = self.agg.new_gc()
        pen.set_foreground((*_unit(colour), 1.0), isRGBA=True)
        pen.set_alpha(opacity)
        pen.set_linewidth(width_mm * _PT_PER_MM)
        pen.set_joinstyle("round")
        pen.set_capstyle("round" if round_ends else "butt")
        pen.set_snap(False)
        return pen

    def _words(self, words: Words) -> None:
        path = _words_path(words)
        if path is None:
            return
        if words.halo:
            halo = self._pen(words.halo.colour, words.halo.width_mm, 1.0)
            self.agg.draw_path(halo, path, self.to_pixels)
        bold_mm = BOLD_EM * words.size_pt * MM_PER_PT if words.bold else 0.0
        pen = self._pen(words.colour, bold_mm, 1.0)
        self.agg.draw_path(pen, path, self.to_pixels, (*_unit(words.colour), 1.0))


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


def pack(pixels: npt.NDArray[np.uint8], *, dpi: float, texts: dict[str, str]) -> bytes:
    """Write a PNG.

    Parameters
    ----------
    pixels : (rows, columns) greys or (rows, columns, 3) RGB
    dpi : pixels per inch, written as whole pixels per metre
    texts : keyword → text; empty ones are left out
    """
    height, width = pixels.shape[:2]
    per_metre = round(dpi / MM_PER_INCH * 1000)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)),
        (b"sRGB", b"\0"),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        *((b"iTXt", _itxt(key, text)) for key, text in texts.items() if text),
        (b"IDAT", _packed(pixels)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _itxt(key: str, text: str) -> bytes:
    return key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    from isal import isal_zlib

    sealed = isal_zlib.crc32(content, isal_zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sealed)


def _packed(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Compress the rows, a band at a time; each begins with 0, no filter.

    Of flat colours the rows unfiltered pack smaller than differences do.
    """
    from isal import isal_zlib

    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    press = isal_zlib.compressobj(_LEVEL)
    rows = np.zeros((_BAND, 1 + width * channels), dtype=np.uint8)
    out = []
    for top in range(0, height, _BAND):
        band = pixels[top : top + _BAND].reshape(-1, width, channels)
        target = rows[: len(band), 1:].reshape(len(band), width, channels)
        for channel in range(channels):  # one by one: much faster than copying triples
            target[:, :, channel] = band[:, :, channel]
        out.append(press.compress(rows[: len(band)]))
    return b"".join([*out, press.flush()])
