"""Setting text in lines: how wide it is, where it may break, and what is cut when there is no room.

The widths come from whoever knows the font, as a function; nothing here opens one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from geomap.render.drawing.scene import MM_PER_PT

TextWidth: TypeAlias = Callable[[str, float, bool], float]
"""(text, size in points, bold) → width in millimetres."""

LINE_HEIGHT = 1.32
ASCENT = 0.88  # of the size: from the top of a Chinese character to its baseline
CUT = "…"
_OPENING = frozenset("（《〈“‘「『〔【([{$￥")
_CLOSING = frozenset("，。；：、！？）》〉”’」』〕】)]},.;:!?%‰…·—～")
_SOFT_BREAKS = frozenset("-/–&=|_")


def rough(text: str, size_pt: float, bold: bool = False) -> float:
    """Guess a width where no font is at hand: wide characters one em, the others 0.6."""
    ems = sum(1.0 if _wide(letter) else 0.6 for letter in text)
    return ems * size_pt * MM_PER_PT * (1.04 if bold else 1.0)


class Ruler:
    """Measures text letter by letter, and each letter once."""

    def __init__(self, measure: TextWidth = rough) -> None:
        self._measure = measure
        self._ems: dict[tuple[str, bool], float] = {}

    def width(self, text: str, size_pt: float, bold: bool = False) -> float:
        """Give the width in millimetres."""
        return size_pt * sum(self._em(letter, bold) for letter in text)

    def _em(self, letter: str, bold: bool) -> float:
        known = self._ems.get((letter, bold))
        if known is None:
            known = self._ems[letter, bold] = self._measure(letter, 100, bold) / 100
        return known

    def wrap(self, text: str, width_mm: float, size_pt: float, bold: bool = False) -> list[str]:
        """Break a text into lines no wider than ``width_mm``; a word that is wider is broken.

        Returns
        -------
        The lines, none of them empty; no closing mark begins one, no opening mark ends one
        """
        lines: list[str] = []
        line, used = "", 0.0
        for piece in self._pieces(text, width_mm, size_pt, bold):
            wide = self.width(piece, size_pt, bold)
            bare = wide if not piece.endswith(" ") else self.width(piece.rstrip(), size_pt, bold)
            if line and used + bare > width_mm:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + piece, used + wide
        return [one for one in (*lines, line.rstrip()) if one]

    def wrap_phrases(
        self, phrases: Sequence[str], joint: str, width_mm: float, size_pt: float
    ) -> list[str]:
        """Set phrases in lines, breaking within one only where it is wider than a line."""
        lines: list[str] = []
        for phrase in phrases:
            longer = f"{lines[-1]}{joint}{phrase}" if lines else phrase
            if self.width(longer, size_pt) <= width_mm:
                lines[-1:] = [longer]
            else:
                lines += self.wrap(phrase, width_mm, size_pt)
        return lines

    def _pieces(self, text: str, width_mm: float, size_pt: float, bold: bool) -> Iterator[str]:
        for piece in pieces(text):
            if self.width(piece.rstrip(), size_pt, bold) <= width_mm:
                yield piece
            else:
                yield from piece

    def cut(self, text: str, width_mm: float, size_pt: float, bold: bool = False) -> str:
        """Shorten a line to the width; what was cut is marked with …."""
        if self.width(text, size_pt, bold) <= width_mm:
            return text
        room = width_mm - self.width(CUT, size_pt, bold)
        kept, used = 0, 0.0
        for letter in text:
            used += self.width(letter, size_pt, bold)
            if used > room:
                break
            kept += 1
        return text[:kept].rstrip() + CUT

    def fit(
        self, text: str, width_mm: float, sizes: Sequence[float], *, lines: int, bold: bool = False
    ) -> tuple[float, list[str]]:
        """Set a text in at most so many lines: in the first size that does, else cut in the last.

        Returns
        -------
        size in points, lines
        """
        for size in sizes:
            found = self.wrap(text, width_mm, size, bold)
            if len(found) <= lines:
                return size, found
        return sizes[-1], self.shorten(found, lines, width_mm, sizes[-1], bold)

    def shorten(
        self, found: list[str], lines: int, width_mm: float, size_pt: float, bold: bool = False
    ) -> list[str]:
        """Keep so many lines; the last one says that there were more."""
        if len(found) <= lines:
            return found
        last = self.cut(found[lines - 1] + CUT * 2, width_mm, size_pt, bold)
        return [*found[: lines - 1], last.rstrip(CUT) + CUT] if lines else []


def pieces(text: str) -> Iterator[str]:
    """Give the parts of a text between which a line may break."""
    start = 0
    for at in range(1, len(text)):
        if _breaks(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _breaks(before: str, after: str) -> bool:
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    return before == " " or before in _SOFT_BREAKS or _wide(before) or _wide(after)


def _wide(letter: str) -> bool:
    return letter > "\u2e7f" or letter in "—…“”‘’"
