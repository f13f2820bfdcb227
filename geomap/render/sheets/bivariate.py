"""Two indicators on one map: three classes by three, each pair with a colour of its own.

To the right the first indicator rises, upwards the second; the legend is that square, with the
number of areas in each field and the intervals in words below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from geomap.cartography.palettes import ink
from geomap.errors import RequestError, Text
from geomap.render.drawing.scene import Item, Scene, SceneWords, Shape, Stroke
from geomap.render.sheets import captions
from geomap.render.sheets.blocks import TextBlock
from geomap.render.sheets.canvas import SheetLayout, checked_sheet, nothing
from geomap.render.sheets.fills import PAIRS
from geomap.render.sheets.legend import Layers
from geomap.render.sheets.map_sheet import lay_out
from geomap.render.sheets.margins import foot, head
from geomap.render.sheets.paper import PAPER, SOFT, Box, Sheet
from geomap.render.sheets.typesetting import ASCENT, Ruler, TextWidth, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.legend import LegendKey
    from geomap.views.maps.mapview import MapView

SIDE = len(PAIRS)
_LEVELS = (Text("低", "low"), Text("中", "mid"), Text("高", "high"))
_CELL_EM = 2.5


def compose_bivariate(
    atlas: Atlas,
    views: tuple[MapView, MapView],
    sheet: Sheet | None = None,
    *,
    measure: TextWidth = rough,
) -> Scene:
    """Compose one sheet of two indicators.

    Parameters
    ----------
    views : of this atlas, in at most three classes each (``k=3``): the first is read to the right,
        the second upwards
    sheet, measure : as for ``geomap.render.sheets.map_sheet.compose``

    Raises
    ------
    RequestError : an indicator is in more than three classes
    NotFoundError : no such size or layer
    """
    sheet = checked_sheet(atlas, sheet or Sheet())
    for view in views:
        if len(view.legend.labels) > SIDE:
            raise RequestError(
                f"双变量图每个指标最多 {SIDE} 级，{view.indicator.name.zh}有"
                f" {len(view.legend.labels)} 级，请用 {SIDE} 级",
                f"a bivariate map takes {SIDE} classes an indicator, {view.indicator.name.en} has "
                f"{len(view.legend.labels)}; ask for {SIDE}",
            )
    _require_differences(views)
    across, up = views
    under = captions.subtitle(atlas, across, up, sheet)
    plan = SheetLayout(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=views,
        title=captions.map_title(across, up, sheet),
        subtitle=under,
        description=captions.map_description(across, under, sheet)
        + "\n"
        + captions.map_description(up, "", sheet),
    )
    found = nothing()
    inner = sheet.paper.inner
    top, bottom = head(plan, inner, found), foot(plan, inner, found)
    shown = Layers(across, pair=up, square=square)
    lay_out(plan, shown, Box(inner.x0, top, inner.x1, bottom), found)
    return plan.scene(found)


def _require_differences(views: Sequence[MapView]) -> None:
    """Refuse an indicator whose values differ by rounding only: low and high would be made up."""
    for view in views:
        known = [area for area in view.areas if area.value is not None]
        if known and all(area.level is not None for area in known):
            name = view.indicator.name
            raise RequestError(
                f"{name.zh}（{view.year}年）各旗区都是估算，按方法相同，各值之差只是舍入，分不出高低；"
                "请换一个指标或年份",
                f"{name.en}, {view.year}: all areas are estimates, alike by their method; they "
                "differ by rounding only, so none is high or low. Choose another indicator or year",
            )


def square(key: LegendKey, across: MapView, up: MapView) -> list[TextBlock]:
    """Make the legend: the square of colours, then what its rows and columns stand for."""
    say = key.sheet.say
    to_right, upwards = Text("横向", "Across"), Text("纵向", "Upwards")
    blocks = [key.heading(say(Text("两个指标的组合", "Two indicators together")))]
    blocks.append(_fields(key, across, up))
    for way, view in ((to_right, across), (upwards, up)):
        name, unit = say(view.indicator.name), say(view.indicator.unit)
        measured = say(Text(f"{name}（{unit}）", f"{name} ({unit})")) if unit else name
        blocks.append(key.set.text(say(Text(f"{way.zh}：", f"{way.en}: ")) + measured))
        levels = zip(_LEVELS, view.legend.labels, strict=False)
        said = [f"{say(level)} {label}" for level, label in levels]
        joint = say(Text("　", "; "))
        lines = key.set.ruler.wrap_phrases(said, joint, key.set.width_mm, key.set.size_pt)
        blocks.append(key.set.block(lines, colour=SOFT, after=0.2))
    return [*blocks, key.note(say(across.legend.closure))]


def _fields(key: LegendKey, across: MapView, up: MapView) -> TextBlock:
    em, size = key.set.em, key.set.size_pt
    cell = _CELL_EM * em
    left = max(key.set.ruler.width(key.sheet.say(level), size) for level in _LEVELS) + 0.6 * em
    counts = Counter(
        (a.class_index, b.class_index)
        for a, b in zip(across.areas, up.areas, strict=True)
        if a.value is not None and b.value is not None
    )
    items: list[Item] = []
    for row in range(SIDE):
        y = (SIDE - 1 - row) * cell
        middle = y + cell / 2 + 0.36 * em
        level = key.sheet.say(_LEVELS[row])
        items.append(SceneWords(left - 0.4 * em, middle, level, size, SOFT, anchor="end"))
        for column in range(SIDE):
            x = left + column * cell
            items += _field(PAIRS[row][column], (x, y, cell), counts[column, row], (middle, size))
    base = SIDE * cell + em * ASCENT + 0.2 * em
    items += [
        SceneWords(
            left + (at + 0.5) * cell, base, key.sheet.say(level), size, SOFT, anchor="middle"
        )
        for at, level in enumerate(_LEVELS)
    ]
    return TextBlock(SIDE * cell + 1.9 * em, tuple(items))


def _field(
    colour: str, at: tuple[float, float, float], count: int, text: tuple[float, float]
) -> Sequence[Item]:
    x, y, side = at
    ring = np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
    shape = Shape((ring,), fill=colour, stroke=Stroke(PAPER, 0.3))
    if not count:
        return [shape]
    base, size = text
    return [
        shape,
        SceneWords(x + side / 2, base, str(count), size, _hex(ink(colour)), anchor="middle"),
    ]


def _hex(short: str) -> str:
    """Write #abc as #aabbcc."""
    return short if len(short) == 7 else "#" + "".join(2 * digit for digit in short[1:])
