"""The shapes that sites are drawn with, one for each kind."""

from __future__ import annotations

import math

import numpy as np

from geomap.scene import Ring, Shape, Stroke
from geomap.sheet import INK, PAPER

_SIDES = {"triangle": 3, "square": 4, "diamond": 4, "pentagon": 5, "hexagon": 6, "circle": 24}


def emblem(shape: str, x: float, y: float, size: float, title: str = "") -> Shape:
    """Draw a shape about (x, y), about ``size`` wide; one that is not known is drawn as a circle.

    Parameters
    ----------
    shape : as in ``geomap.catalog.SiteKind``
    """
    ring = _outline(shape) * (size / 2) + (x, y)
    return Shape((ring,), fill=INK, stroke=Stroke(PAPER, max(0.2, size * 0.09)), title=title)


def _outline(shape: str) -> Ring:
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
