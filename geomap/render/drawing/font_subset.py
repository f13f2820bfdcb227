"""A TrueType font with only the glyphs that are used, to be embedded in a PDF.

Glyphs are numbered anew in the order of their numbers in the font; outlines are copied as they
stand. OpenType 1.9, tables ``glyf``, ``loca``, ``hmtx``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from geomap.render.drawing.font import Font

_KEPT = ("cvt ", "fpgm", "prep")
_MORE, _WORDS, _SCALE, _X_AND_Y_SCALE, _TWO_BY_TWO = 0x20, 0x01, 0x08, 0x40, 0x80
_SUM = 0xB1B0AFBA


def subset(font: Font, characters: Iterable[str]) -> tuple[bytes, dict[str, int]]:
    """Cut a font down.

    Parameters
    ----------
    characters : all of them in the font

    Returns
    -------
    The font file, and the number of each character's glyph in it; glyph 0 is the empty box
    """
    wanted = {character: font.glyphs[ord(character)] for character in characters}
    outlines = _outlines(font, {0, *wanted.values()})
    number = {glyph: at for at, glyph in enumerate(sorted(outlines))}
    glyf, loca = bytearray(), [0]
    for glyph in number:
        outline = _renumbered(outlines[glyph], number)
        glyf += outline + b"\0" * (-len(outline) % 4)
        loca.append(len(glyf))
    head = bytearray(font.table("head"))
    struct.pack_into(">I", head, 8, 0)  # the sum of the whole file, set below
    struct.pack_into(">h", head, 50, 1)  # loca in whole bytes
    hhea, maxp = bytearray(font.table("hhea")), bytearray(font.table("maxp"))
    struct.pack_into(">H", hhea, 34, len(number))
    struct.pack_into(">H", maxp, 4, len(number))
    tables = {
        "glyf": bytes(glyf),
        "head": bytes(head),
        "hhea": bytes(hhea),
        "hmtx": b"".join(_metric(font, glyph) for glyph in number),
        "loca": struct.pack(f">{len(loca)}I", *loca),
        "maxp": bytes(maxp),
        **{name: font.table(name) for name in _KEPT if name in font.tables},
    }
    return _file(tables), {character: number[glyph] for character, glyph in wanted.items()}


def _outlines(font: Font, glyphs: set[int]) -> dict[int, bytes]:
    """Give the outlines of glyphs and of those that they are composed of."""
    found: dict[int, bytes] = {}
    waiting = set(glyphs)
    while waiting:
        glyph = waiting.pop()
        found[glyph] = _outline(font, glyph)
        waiting.update(part for _, part in _parts(found[glyph]) if part not in found)
    return found


def _outline(font: Font, glyph: int) -> bytes:
    loca, glyf = font.tables["loca"][0], font.tables["glyf"][0]
    (long,) = struct.unpack_from(">h", font.data, font.tables["head"][0] + 50)
    if long:
        begin, end = struct.unpack_from(">II", font.data, loca + 4 * glyph)
    else:
        begin, end = (2 * half for half in struct.unpack_from(">HH", font.data, loca + 2 * glyph))
    return font.data[glyf + begin : glyf + end]


def _parts(outline: bytes) -> list[tuple[int, int]]:
    """Give where a composed outline names its parts, and which; none for a simple one."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, at, more = [], 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        found.append((at + 2, glyph))
        at += 8 if flags & _WORDS else 6
        at += 2 * bool(flags & _SCALE) + 4 * bool(flags & _X_AND_Y_SCALE)
        at += 8 * bool(flags & _TWO_BY_TWO)
        more = bool(flags & _MORE)
    return found


def _renumbered(outline: bytes, number: dict[int, int]) -> bytes:
    parts = _parts(outline)
    if not parts:
        return outline
    changed = bytearray(outline)
    for place, glyph in parts:
        struct.pack_into(">H", changed, place, number[glyph])
    return bytes(changed)


def _metric(font: Font, glyph: int) -> bytes:
    """Give a glyph's advance and left side bearing."""
    (long,) = struct.unpack_from(">H", font.data, font.tables["hhea"][0] + 34)
    hmtx = font.tables["hmtx"][0]
    place = hmtx + 4 * glyph + 2 if glyph < long else hmtx + 4 * long + 2 * (glyph - long)
    return struct.pack(">H", int(font.advances[glyph])) + font.data[place : place + 2]


def _file(tables: dict[str, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    search = 16 << power
    header = struct.pack(
        ">IHHHH", 0x00010000, len(tables), search, power, 16 * len(tables) - search
    )
    place = 12 + 16 * len(tables)
    records, bodies = [], []
    for name, content in sorted(tables.items()):
        padded = content + b"\0" * (-len(content) % 4)
        sealed = _sum(padded)
        records.append(struct.pack(">4sIII", name.encode(), sealed, place, len(content)))
        if name == "head":
            head = place
        bodies.append(padded)
        place += len(padded)
    file = bytearray(b"".join([header, *records, *bodies]))
    struct.pack_into(">I", file, head + 8, (_SUM - _sum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _sum(padded: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
