"""Letters as outlines, and where they stand: shared by what draws them as shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.render.drawing.font import BOLD_EM, font, font_path, text_width, visible
from geomap.render.drawing.scene import MM_PER_PT, SceneWords

Outline = tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]
"""Points, (n, 2), and matplotlib's code for each: 1 move, 2 line, 3 quadratic curve, 79 close."""
_ONE_AT_A_TIME = Lock()


def placed_glyphs(words: SceneWords) -> Iterator[tuple[str, float]]:
    """Give each character that is to be drawn with where its pen begins, in millimetres."""
    em_mm = words.size_pt * MM_PER_PT
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    pen_mm = words.x - share * text_width(words.text, words.size_pt, words.bold)
    pen_mm += BOLD_EM / 2 * em_mm if words.bold else 0.0
    width = font().width
    for character in visible(words.text):
        yield character, pen_mm
        pen_mm += width(character) * em_mm


def words_outline(words: SceneWords) -> Outline | None:
    """Give the outlines of a line of text, in millimetres; None when nothing is to be seen."""
    em_mm = words.size_pt * MM_PER_PT
    vertices, codes = [], []
    for character, pen_mm in placed_glyphs(words):
        points, kinds = glyph_outline(character)
        if len(kinds):
            vertices.append(points * em_mm + (pen_mm, words.y))
            codes.append(kinds)
    return (np.concatenate(vertices), np.concatenate(codes)) if codes else None


@lru_cache(maxsize=20_000)
def glyph_outline(character: str) -> Outline:
    """Give the outline of a character: in ems, y down, the pen's start at (0, 0)."""
    from matplotlib.ft2font import LoadFlags

    with _ONE_AT_A_TIME:  # the face holds one glyph
        opened = _face()
        opened.load_char(ord(character), flags=LoadFlags.NO_HINTING)
        vertices, codes = opened.get_path()
    return np.asarray(vertices) * (0.001, -0.001), np.asarray(codes)


@lru_cache(maxsize=1)
def _face() -> Any:
    """Open the typeface, sized so that one unit is a thousandth of an em."""
    from matplotlib.ft2font import FT2Font

    opened = FT2Font(str(font_path()))
    opened.set_size(1000, 72)
    return opened
