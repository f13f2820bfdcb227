"""A drawing as plain data: named groups of shapes and words on a sheet, in millimetres.

The origin is the top left corner, x to the right and y down. What composes a sheet gives a
``Scene``; what writes a file only paints it, so PNG, SVG and PDF cannot differ. Knows no
matplotlib and opens no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Ring = npt.NDArray[np.float64]
Anchor = Literal["start", "middle", "end"]
MM_PER_INCH = 25.4
PT_PER_INCH = 72
MM_PER_PT = MM_PER_INCH / PT_PER_INCH


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: its colour as "#rrggbb", its width, and lengths drawn and left out by turns."""

    colour: str
    width_mm: float
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Hatch:
    """A pattern over a shape: parallel "lines" at 45 degrees, or "dots"."""

    kind: Literal["lines", "dots"]
    colour: str
    spacing_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Rings, filled by the even-odd rule when ``closed``, else lines.

    Parameters
    ----------
    rings : each an (n, 2) array in millimetres; a closed one need not repeat its first point
    opacity : 0 to 1, of fill and stroke
    title : what a reader of the file is told of it, "" for nothing
    """

    rings: tuple[Ring, ...]
    fill: str | None = None
    stroke: Stroke | None = None
    hatch: Hatch | None = None
    closed: bool = True
    opacity: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle about (x, y)."""

    x: float
    y: float
    radius_mm: float
    fill: str | None = None
    stroke: Stroke | None = None
    hatch: Hatch | None = None
    opacity: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class SceneWords:
    """One line of text; ``y`` is its baseline, ``x`` where ``anchor`` says.

    Parameters
    ----------
    size_pt : size of the type, in points
    halo : a stroke behind the letters, or None
    """

    x: float
    y: float
    text: str
    size_pt: float
    colour: str = "#1f2328"
    bold: bool = False
    anchor: Anchor = "start"
    halo: Stroke | None = None


Item = Shape | Circle | SceneWords


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One layer, also in an SVG; ``name`` is an XML id, ``title`` for people."""

    name: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One sheet, painted group after group; ``title`` and ``description`` go into the file."""

    width_mm: float
    height_mm: float
    title: str
    description: str
    lang: str
    groups: tuple[Group, ...]
    background: str = "#ffffff"

    def words(self) -> list[SceneWords]:
        """Give all text of the sheet, in the order it is painted."""
        return [
            item for group in self.groups for item in group.items if isinstance(item, SceneWords)
        ]
