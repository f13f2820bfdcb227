"""What a chart is drawn into: the room that a sheet leaves it, and the layers it writes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geomap.errors import Text
from geomap.render.drawing.scene import MM_PER_PT, Item, SceneWords
from geomap.render.sheets import captions
from geomap.render.sheets.canvas import ItemsFound
from geomap.render.sheets.paper import SOFT, Box, Sheet
from geomap.render.sheets.typesetting import LINE_HEIGHT, Ruler
from geomap.views.charts.chart import Chart, ChartPoint

CHART, LABELS = "chart", "labels"


@dataclass(frozen=True, slots=True)
class Plot:
    """The room of a chart, in millimetres, and what is drawn in it."""

    sheet: Sheet
    ruler: Ruler
    box: Box
    found: ItemsFound

    @property
    def size_pt(self) -> float:
        """The size of type on the chart."""
        return self.sheet.paper.text_pt

    @property
    def em(self) -> float:
        """The same in millimetres."""
        return self.size_pt * MM_PER_PT

    @property
    def pitch(self) -> float:
        """From one line of text to the next."""
        return self.em * LINE_HEIGHT

    def say(self, text: Text) -> str:
        """Give a text in the language of the sheet."""
        return self.sheet.say(text)

    def width(self, text: str, size_pt: float | None = None) -> float:
        """Measure a line of text."""
        return self.ruler.width(text, size_pt or self.size_pt)

    def draw(self, items: Iterable[Item]) -> None:
        """Draw shapes, and write what stands with the axes."""
        for item in items:
            self.found[LABELS if isinstance(item, SceneWords) else CHART].append(item)

    def value(self, point: ChartPoint, chart: Chart) -> str:
        """Write a value with its sign, as maps do."""
        return captions.saying(point.area, chart.indicator, self.sheet)

    def told(self, point: ChartPoint, chart: Chart) -> str:
        """Tell a point in words, with its year."""
        said = captions.told_area(point.area, chart.indicator, self.sheet)
        return self.say(Text(f"{point.year}年 {said}", f"{point.year}, {said}"))

    def nothing_drawn(self, text: Text) -> None:
        """Say in the middle that there is nothing to draw."""
        said = self.ruler.wrap(self.say(text), 0.8 * self.box.width, self.size_pt * 1.2)
        x, y = (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2
        for at, line in enumerate(said):
            words = SceneWords(x, y + 1.2 * at * self.pitch, line, self.size_pt * 1.2, SOFT,
                               anchor="middle")  # fmt: skip
            self.found[LABELS].append(words)


NOTHING = Text("没有可以画出的数", "There is no number to draw")
