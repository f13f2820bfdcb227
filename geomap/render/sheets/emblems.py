"""The shapes that sites are drawn with, one for each kind, and those of several kinds in one sign.

Whatever stands on one spot becomes one sign upon that spot: the shapes of its kinds one within the
other, about the same middle. Sheets, page and big screen draw the same outlines
(``web/static/js/shared/dom.js`` holds them as ``icon`` writes them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from geomap.render.drawing.scene import Ring, Shape, Stroke
from geomap.render.sheets.paper import INK, PAPER

MOST_SHAPES = 3
"""So many shapes can be told apart within one sign; a number says how many sites there are."""
_SIDES = {"triangle": 3, "square": 4, "diamond": 4, "pentagon": 5, "hexagon": 6, "circle": 24}
_INNERMOST, _AIR, _WIDEST = 0.72, 1.08, 2.4
_ICON_MIDDLE, _ICON_RADIUS = 8.0, 6.2


def emblem(shape: str, x: float, y: float, size: float, title: str = "") -> Shape:
    """Draw a shape about (x, y), about ``size`` wide; one that is not known is drawn as a circle.

    Parameters
    ----------
    shape : as in ``geomap.model.catalog.SiteKind``
    """
    ring = outline(shape) * (size / 2) + (x, y)
    return Shape((ring,), fill=INK, stroke=Stroke(PAPER, max(0.2, size * 0.09)), title=title)


def site_sign(
    shapes: Sequence[str], x: float, y: float, size: float, title: str = ""
) -> list[Shape]:
    """Draw the sign of sites on one spot: the first shape solid, each further one as a frame.

    Parameters
    ----------
    shapes : of its kinds, each once, at most ``MOST_SHAPES``; a lone one is its emblem
    """
    if len(shapes) == 1:
        return [emblem(shapes[0], x, y, size, title)]
    *frames, (inner, factor) = nest(shapes)
    found = [emblem(inner, x, y, factor * size, title)]
    for shape, wide in reversed(frames):
        ring = outline(shape) * (wide * size / 2) + (x, y)
        edge = Stroke(INK, max(0.25, 0.1 * size))
        found.insert(0, Shape((ring,), fill=PAPER, stroke=edge, title=title))
    widest = frames[0][1] * size
    halo = Shape(found[0].rings, stroke=Stroke(PAPER, max(0.6, 0.09 * widest + 0.2 * size)))
    return [halo, *found]


def nest(shapes: Sequence[str]) -> list[tuple[str, float]]:
    """Give each shape its size beside that of a lone one, the outermost first."""
    sizes = [_INNERMOST if len(shapes) > 1 else 1.0]
    for inner, around in pairwise(shapes):
        sizes.append(sizes[-1] * min(_AIR * spans(inner)[0] / spans(around)[1], _WIDEST))
    return list(zip(shapes, sizes, strict=True))[::-1]


def spans(shape: str) -> tuple[float, float]:
    """Give how far a shape reaches from its middle at most, and at least."""
    ring = outline(shape)
    after = np.roll(ring, -1, axis=0)
    crossed = ring[:, 0] * after[:, 1] - ring[:, 1] * after[:, 0]
    nearest = np.abs(crossed) / np.hypot(*(after - ring).T)
    return float(np.hypot(*ring.T).max()), float(nearest.min())


def icon(shape: str) -> str:
    """Write a shape as the path of an SVG, on a field of 16 by 16, about its middle."""
    points = outline(shape) * _ICON_RADIUS + _ICON_MIDDLE
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points.tolist()) + "Z"


def outline(shape: str) -> Ring:
    """Give the outline of a shape about (0, 0), of radius 1 or nearly so, y downwards."""
    if shape == "cross":
        return _cross()
    if shape == "star":
        return _star()
    sides = _SIDES.get(shape, _SIDES["circle"])
    start = math.pi / 4 if shape == "square" else math.pi / 2
    # Equal areas look equally large: a triangle reaches farther than a circle.
    reach = math.sqrt(2 * math.pi * 0.8 / (sides * math.sin(2 * math.pi / sides)))
    return _around([start + turn * 2 * math.pi / sides for turn in range(sides)], [reach] * sides)


def _star() -> Ring:
    turns = [math.pi / 2 + turn * math.pi / 5 for turn in range(10)]
    return _around(turns, [1.25, 0.52] * 5)


def _cross() -> Ring:
    a, b = 0.36, 1.0
    return np.array(
        [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a],
         [-b, -a], [-a, -a]]
    )  # fmt: skip


def _around(turns: list[float], reach: list[float]) -> Ring:
    return np.array(
        [[math.cos(t) * r, -math.sin(t) * r] for t, r in zip(turns, reach, strict=True)]
    )
