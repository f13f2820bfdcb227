"""What every part of a sheet needs to know while it is composed, and the layers it writes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import NotFoundError, Text
from geomap.render.drawing.scene import Group, Item, Scene, Shape, Stroke
from geomap.render.sheets.paper import Box, Sheet
from geomap.render.sheets.typesetting import Ruler
from geomap.views.maps.view import marks

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import MapView

GROUPS = {
    "neighbours": Text("邻区", "Neighbours"),
    "areas": Text("旗区", "Areas"),
    "borders": Text("界线", "Borders"),
    "symbols": Text("圆", "Circles"),
    "sites": Text("点位", "Sites"),
    "chart": Text("图表", "Chart"),
    "labels": Text("注记", "Labels"),
    "insets": Text("市域外", "Outside the city"),
    "legend": Text("图例", "Legend"),
    "furniture": Text("比例尺、指北针、图框", "Scale, north and frame"),
    "text": Text("图名与说明", "Title and notes"),
}
_NOT_ON_MAPS = ("chart",)
FACTORS = (1.0, 0.94, 0.88, 0.82, 0.76)
"""By how much type is made smaller, step by step, where there is too much of it."""
ItemsFound = dict[str, list[Item]]


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet to be made.

    Parameters
    ----------
    views : all that are shown, the main one first; none on a sheet without a map
    title, subtitle : as printed, before they are broken into lines
    description : in words what is shown, for readers who do not see it
    """

    atlas: Atlas
    sheet: Sheet
    ruler: Ruler
    views: tuple[MapView, ...]
    title: str
    subtitle: str
    description: str

    @property
    def marks(self) -> tuple[Text, ...]:
        """What must be printed on the sheet."""
        return marks(self.atlas)

    def say(self, text: Text) -> str:
        """Give a text in the language of the sheet."""
        return self.sheet.say(text)

    def scene(self, found: ItemsFound) -> Scene:
        """Make the sheet of what was drawn."""
        paper = self.sheet.paper
        return Scene(
            width_mm=paper.width_mm,
            height_mm=paper.height_mm,
            title=self.title,
            description=self.description,
            lang=self.sheet.lang,
            groups=tuple(
                Group(name, self.say(title), tuple(found[name]))
                for name, title in GROUPS.items()
                if found[name] or name not in _NOT_ON_MAPS
            ),
        )


def checked_sheet(atlas: Atlas, sheet: Sheet) -> Sheet:
    """Refuse a size or a layer that is none; NotFoundError names those there are."""
    _ = sheet.paper
    for layer in sheet.layers:
        if layer not in atlas.site_kinds:
            raise NotFoundError(Text("点位类别", "kind of site"), layer, atlas.site_kinds)
    return sheet


def nothing() -> ItemsFound:
    """Give the layers of a sheet on which nothing is drawn yet."""
    return {name: [] for name in GROUPS}


def add(found: ItemsFound, more: ItemsFound) -> None:
    """Draw more on top."""
    for name, items in more.items():
        found[name] += items


def outlined(box: Box, stroke: Stroke, fill: str | None = None) -> Shape:
    """Draw a box."""
    ring = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]])
    return Shape((ring,), fill=fill, stroke=stroke)
