"""The typeface of the sheets, Noto Sans SC: where it lies, how wide a text is, what it lacks.

The file comes with the package ``zhplot``, which is looked up but never imported: importing it
would start matplotlib's pyplot. Only the Regular weight is there; bold is drawn with a thin stroke
around the letters, ``BOLD_EM`` wide. Measures come from the font's own tables, read once.
"""

from __future__ import annotations

import importlib.util
import mmap
import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geomap.errors import GeomapError
from geomap.render.drawing.scene import MM_PER_PT, Scene

FAMILY = "Noto Sans SC"
BOLD_EM = 0.036
"""Width of the stroke that makes a letter bold, in ems; half of it lies outside the letter."""
_FILE = ("fonts", "NotoSansSC-Regular.ttf")
# Guides for a browser's line breaking and for joining emoji: nothing is drawn for them.
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """The tables of a TrueType font that are needed to measure and to embed it.

    Parameters
    ----------
    data : the file
    tables : name → (offset, length) in it
    units_per_em : the font's own unit
    glyphs : character code → number of its glyph
    advances : width of each glyph, font units
    ascent, descent, cap_height : font units, ``descent`` below zero
    """

    data: bytes | mmap.mmap
    tables: dict[str, tuple[int, int]]
    units_per_em: int
    glyphs: dict[int, int]
    advances: npt.NDArray[np.uint16]
    ascent: int
    descent: int
    cap_height: int
    _widths: dict[str, float]

    def table(self, name: str) -> bytes:
        """Give one table as it stands in the file, empty when the font has none."""
        start, length = self.tables.get(name, (0, 0))
        return self.data[start : start + length]

    def width(self, character: str) -> float:
        """Give how far one character moves the pen, in ems."""
        known = self._widths.get(character)
        if known is None:
            glyph = self.glyphs.get(ord(character), 0)
            known = float(self.advances[glyph]) / self.units_per_em
            self._widths[character] = known
        return known


def font_path() -> Path:
    """Give the file of the typeface.

    Raises
    ------
    GeomapError : the package that brings it is not installed, or is without it
    """
    spec = importlib.util.find_spec("zhplot")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, *_FILE)
        if path.is_file():
            return path
    raise GeomapError(
        f"找不到字体 {_FILE[-1]}，它随 Python 包 zhplot 安装；请运行 pip install zhplot",
        f"the font {_FILE[-1]} is missing; it comes with the package zhplot: pip install zhplot",
    )


@lru_cache(maxsize=1)
def font() -> Font:
    """Read the typeface, once a process.

    Raises
    ------
    GeomapError : it is not installed
    """
    with font_path().open("rb") as file:
        # Mapped, not read: of ten megabytes a sheet needs a few glyphs.
        return read_font(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def read_font(data: bytes | mmap.mmap) -> Font:
    """Read the tables of a TrueType font that are used here."""
    (count,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4s4xII", data, 12 + 16 * at) for at in range(count))
    tables = {name.decode("latin-1"): (start, length) for name, start, length in records}
    head, hhea, hmtx = (tables[name][0] for name in ("head", "hhea", "hmtx"))
    os2 = tables["OS/2"][0]
    (units_per_em,) = struct.unpack_from(">H", data, head + 18)
    ascent, descent = struct.unpack_from(">hh", data, hhea + 4)
    (long,) = struct.unpack_from(">H", data, hhea + 34)
    (glyphs,) = struct.unpack_from(">H", data, tables["maxp"][0] + 4)
    advances = np.frombuffer(data, ">u2", long * 2, hmtx)[::2].astype(np.uint16)
    advances = np.append(advances, np.repeat(advances[-1:], glyphs - long))
    (cap_height,) = struct.unpack_from(">h", data, os2 + 88)
    codes = _characters(data, tables["cmap"][0])
    return Font(data, tables, units_per_em, codes, advances, ascent, descent, cap_height, {})


def _characters(data: bytes | mmap.mmap, cmap: int) -> dict[int, int]:
    """Read the cmap of format 12 (all of Unicode), else of format 4 (its first plane)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    starts = {cmap + struct.unpack_from(">4xI", data, cmap + 4 + 8 * at)[0] for at in range(count)}
    by_format = {struct.unpack_from(">H", data, start)[0]: start for start in sorted(starts)}
    if 12 in by_format:
        return _format_12(data, by_format[12])
    return _format_4(data, by_format[4])


def _format_12(data: bytes | mmap.mmap, start: int) -> dict[int, int]:
    (groups,) = struct.unpack_from(">I", data, start + 12)
    found: dict[int, int] = {}
    rows = np.frombuffer(data, ">u4", groups * 3, start + 16).reshape(-1, 3).tolist()
    for first, last, glyph in rows:
        found.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1)))  # noqa: B905
    return found


def _format_4(data: bytes | mmap.mmap, start: int) -> dict[int, int]:
    (twice,) = struct.unpack_from(">H", data, start + 6)
    count = twice // 2
    ends, firsts, deltas, offsets = (
        np.frombuffer(data, ">u2", count, start + 14 + skip).tolist()
        for skip in (0, twice + 2, 2 * twice + 2, 3 * twice + 2)
    )
    found = {}
    for at, (end, first) in enumerate(zip(ends, firsts, strict=True)):
        for code in range(first, min(end, 0xFFFE) + 1):
            if offsets[at] == 0:
                glyph = (code + deltas[at]) & 0xFFFF
            else:
                place = start + 16 + 3 * twice + 2 * at + offsets[at] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", data, place)
                glyph = (glyph + deltas[at]) & 0xFFFF if glyph else 0
            if glyph:
                found[code] = glyph
    return found


def text_width(text: str, size_pt: float, bold: bool = False) -> float:
    """Give how wide a line of text is.

    Parameters
    ----------
    size_pt : size of the type, in points

    Returns
    -------
    Width in millimetres; a character that the font lacks counts as its empty box
    """
    width = font().width
    ems = sum(width(character) for character in text if character not in _INVISIBLE)
    return (ems + (BOLD_EM if bold and text else 0)) * size_pt * MM_PER_PT


def visible(text: str) -> str:
    """Give a text without characters for which nothing is drawn."""
    if _INVISIBLE.isdisjoint(text):
        return text
    return "".join(character for character in text if character not in _INVISIBLE)


def missing(text: str) -> list[str]:
    """Give the characters that the font lacks, each once, in the order they stand in."""
    known = font().glyphs
    lacking = (one for one in text if ord(one) not in known and one not in _INVISIBLE)
    return list(dict.fromkeys(lacking))


def require_glyphs(scene: Scene) -> None:
    """Refuse a sheet with characters that the font cannot draw, before anything is drawn.

    Raises
    ------
    GeomapError : names every such character, its code point and the texts it stands in
    """
    found: dict[str, list[str]] = {}
    for text in dict.fromkeys(words.text for words in scene.words()):
        for character in missing(text):
            found.setdefault(character, []).append(text)
    if found:
        raise GlyphError(found)


class GlyphError(GeomapError):
    """Characters that the typeface of the sheets does not have; carries them all.

    Parameters
    ----------
    found : character → the texts it stands in
    """

    status = 400
    code = "glyph"

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found
        zh = "；".join(_lack(one, texts, "“{}”", "、") for one, texts in found.items())
        en = "; ".join(_lack(one, texts, '"{}"', ", ") for one, texts in found.items())
        super().__init__(
            f"图上有 {len(found)} 个字符在字体 {FAMILY} 中没有，未绘图：{zh}。"
            "请改用该字体有的字符（蒙古文、表情符号须换成汉字或拉丁字母），再试",
            f"{len(found)} character(s) of the sheet are not in the typeface {FAMILY}, nothing was"
            f" drawn: {en}. Write them otherwise (Mongolian script and emoji in Chinese or Latin"
            " letters) and try again",
        )


def _lack(character: str, texts: Iterable[str], quoted: str, comma: str) -> str:
    shown = comma.join(quoted.format(_around(character, text)) for text in list(texts)[:3])
    name = unicodedata.name(character, "")
    mark = "" if unicodedata.category(character).startswith("C") else f"{character} "
    return f"{mark}U+{ord(character):04X}{f' {name}' if name else ''} ({shown})"


def _around(character: str, text: str, most: int = 40) -> str:
    """Quote a text, if it is long only what stands about the character."""
    start = max(0, min(text.find(character) - most // 2, len(text) - most))
    part = text[start : start + most]
    clean = "".join(_plain(one) for one in part)
    return f"{'…' * (start > 0)}{clean}{'…' * (start + most < len(text))}"


def _plain(one: str) -> str:
    if one.isprintable():
        return one
    return " " if unicodedata.category(one) == "Zs" else "\N{REPLACEMENT CHARACTER}"
