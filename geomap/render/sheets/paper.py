"""The sheets a map is set on: their sizes in millimetres, type sizes and colours, and boxes.

Type is chosen for the place a sheet ends up in: read in the hand (a4), on a wall (a3), on a slide
(wide), or as half the width of a report's text (half), where it is printed as large as it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geomap.errors import NotFoundError, Text

INK = "#1f2328"
SOFT = "#55606b"
LINE = "#c9ced4"
PAPER = "#ffffff"
WARNING = "#a01414"
CIRCLE = "#2b6cb0"
BELOW_ZERO = "#b2182b"


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in millimetres; y grows downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Its height."""
        return self.y1 - self.y0

    def inset(self, by: float) -> Box:
        """Give the box within, ``by`` away from every edge (a negative one grows it)."""
        return Box(self.x0 + by, self.y0 + by, self.x1 - by, self.y1 - by)

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """Whether another box lies inside."""
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and other.x1 <= self.x1 + slack
            and other.y1 <= self.y1 + slack
        )

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of sheet.

    Parameters
    ----------
    width_mm, height_mm, margin_mm : of the sheet
    title_pt, text_pt, small_pt, label_pt : type of title, legend, foot, and names on the map
    side_mm : width of the column beside the map; 0 where the legend stands below it
    columns : of the legend, where it stands below the map
    """

    width_mm: float
    height_mm: float
    margin_mm: float
    title_pt: float
    text_pt: float
    small_pt: float
    label_pt: float
    side_mm: float
    columns: int = 1

    @property
    def line(self) -> float:
        """How heavy lines are, beside those of A4."""
        return self.label_pt / 8.5

    @property
    def inner(self) -> Box:
        """The sheet within its margins."""
        return Box(0, 0, self.width_mm, self.height_mm).inset(self.margin_mm)


PAPERS: Mapping[str, Paper] = MappingProxyType(
    {
        "a4": Paper(297, 210, 10, 18, 8.5, 7, 8.5, 60),
        "a4-portrait": Paper(210, 297, 12, 17, 8.5, 7, 8.5, 0, 3),
        "a3": Paper(420, 297, 14, 26, 12, 9.5, 12, 86),
        "wide": Paper(338.7, 190.5, 10, 22, 11, 8, 11, 78),
        "half": Paper(150, 110, 4, 11, 6, 5, 6.5, 38),
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked of a sheet, beside what its map shows.

    Parameters
    ----------
    size : a key of ``PAPERS``
    lang : "zh" or "en"
    layers : ids of the kinds of sites that are drawn
    maker, made : who made it and when, as printed; "" leaves the line out, for nothing here
        reads a clock
    title : in place of the title of the view
    bars : whether ranked bars stand beside the map
    """

    size: str = "a4"
    lang: str = "zh"
    layers: tuple[str, ...] = ()
    maker: str = ""
    made: str = ""
    title: str = ""
    bars: bool = False

    @property
    def paper(self) -> Paper:
        """Its size; raises NotFoundError, which names those there are."""
        if self.size not in PAPERS:
            raise NotFoundError(Text("图幅", "size"), self.size, PAPERS)
        return PAPERS[self.size]

    def say(self, text: Text) -> str:
        """Give a text in the language of the sheet."""
        return text.in_(self.lang) or text.zh
