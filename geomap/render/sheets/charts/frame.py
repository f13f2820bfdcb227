"""A chart on a sheet: head, the sentence under it, the chart itself, notes and documents below.

In: a ``Chart`` of plain data. Out: a ``Scene``. There is no map, so no arrow to the north.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.render.drawing.scene import MM_PER_PT, Scene
from geomap.render.sheets import captions
from geomap.render.sheets.blocks import Setter
from geomap.render.sheets.canvas import ItemsFound, SheetLayout, checked_sheet, nothing
from geomap.render.sheets.charts.bar_plot import draw_bars
from geomap.render.sheets.charts.line_plot import draw_lines
from geomap.render.sheets.charts.plot import Plot
from geomap.render.sheets.charts.scatter_plot import draw_scatter
from geomap.render.sheets.charts.slope_plot import draw_slopes
from geomap.render.sheets.charts.stack_plot import draw_stack
from geomap.render.sheets.margins import head, write_foot
from geomap.render.sheets.paper import INK, SOFT, Box, Sheet
from geomap.render.sheets.typesetting import Ruler, TextWidth, rough
from geomap.views.charts.bars import BarChart
from geomap.views.charts.chart import Chart, ChartTable
from geomap.views.charts.line import LineChart
from geomap.views.charts.scatter import ScatterChart
from geomap.views.charts.slope import SlopeChart
from geomap.views.charts.stack import StackChart

if TYPE_CHECKING:
    from geomap.atlas import Atlas

DRAWN_BY: Mapping[type[Chart], Callable[[Plot, Any], None]] = {
    LineChart: draw_lines,
    BarChart: draw_bars,
    SlopeChart: draw_slopes,
    ScatterChart: draw_scatter,
    StackChart: draw_stack,
}
"""What draws each kind of chart."""
_SENTENCE_LINES = 3
_MOST_ROWS = 120


def compose_chart(
    atlas: Atlas, chart: Chart, sheet: Sheet | None = None, *, measure: TextWidth = rough
) -> Scene:
    """Compose the sheet of a chart.

    Parameters
    ----------
    chart : of this atlas
    sheet, measure : as for ``geomap.render.sheets.map_sheet.compose_sheet``; layers mean nothing

    Raises
    ------
    NotFoundError : no such size; names those there are
    """
    sheet = checked_sheet(atlas, sheet or Sheet())
    plan = SheetLayout(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=(),
        title=" ".join(sheet.title.split()) or sheet.say(chart.title),
        subtitle=_subtitle(atlas, chart, sheet),
        description=_description(chart, sheet),
    )
    found = nothing()
    inner = sheet.paper.inner
    top = _sentence(plan, chart, inner, head(plan, inner, found), found)
    joint = plan.say(Text("；", "; "))
    remarks = joint.join(sheet.say(one) for one in (*chart.notes, *_signs(chart)))
    cited = captions.cited(atlas, chart.sources, sheet)
    imprint = captions.imprint(atlas, sheet)
    bottom = write_foot(plan, inner, found, [(remarks, INK), (cited, SOFT)], imprint)
    body = Box(inner.x0, top, inner.x1, bottom)
    DRAWN_BY[type(chart)](Plot(sheet, plan.ruler, body, found), chart)
    return plan.scene(found)


def _subtitle(atlas: Atlas, chart: Chart, sheet: Sheet) -> str:
    unit = sheet.say(chart.unit)
    said = [sheet.say(Text(f"单位：{unit}", f"Unit: {unit}"))] if unit else []
    said += captions.up_to(atlas, chart.sources, sheet)
    return sheet.say(captions.CAPTION_GAP).join(said)


def _sentence(plan: SheetLayout, chart: Chart, inner: Box, top: float, found: ItemsFound) -> float:
    """Write what the chart says; gives where the body begins."""
    text, paper = plan.say(chart.sentence), plan.sheet.paper
    if not text:
        return top
    sizes = [paper.text_pt * factor for factor in (1.2, 1.1, 1.0)]
    size, lines = plan.ruler.fit(text, inner.width, sizes, lines=_SENTENCE_LINES)
    setter = Setter(plan.ruler, inner.width, size)
    found["text"] += setter.words(lines, x=inner.x0, y=top)
    return top + len(lines) * setter.pitch + 0.8 * paper.text_pt * MM_PER_PT


def _signs(chart: Chart) -> list[Text]:
    """Say what the signs after numbers mean, those that are there."""
    shown = chart.areas()
    said = []
    if any(one.status == "provisional" for one in shown):
        said.append(Text(f"{captions.PROVISIONAL} 暂定", f"{captions.PROVISIONAL} provisional"))
    if any(one.conflict for one in shown):
        disputed = captions.DISPUTED
        mark = captions.CONFLICT
        said.append(Text(f"{mark} {disputed.zh}", f"{mark} {disputed.en}"))
    return said


def _description(chart: Chart, sheet: Sheet) -> str:
    """Tell the sentence and the table, for readers who do not see the chart."""
    return "\n".join([sheet.say(chart.sentence), *_told(chart.table, sheet)])


def _told(table: ChartTable, sheet: Sheet) -> list[str]:
    gap, colon = sheet.say(Text("，", ", ")), sheet.say(Text("：", ": "))
    names = [sheet.say(one) for one in table.columns]
    rows = []
    for row in table.rows[:_MOST_ROWS]:
        first, *others = (sheet.say(one) for one in row)
        said = [f"{name} {one}" for name, one in zip(names[1:], others, strict=True) if one]
        rows.append(f"{first}{colon}{gap.join(said)}")
    return rows
