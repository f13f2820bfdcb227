"""PNG files: rows of pixels packed by isal, with resolution, colour space and texts."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from geomap.render.drawing.scene import MM_PER_INCH

_LEVEL = 1


def write_png(
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
