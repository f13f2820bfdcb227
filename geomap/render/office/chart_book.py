"""A chart as a workbook: its numbers in cells, the program's own chart of them beside.

Below the numbers stands the table of the chart as it is printed, with words and standings, then
what must be known of it. The same chart gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geomap.errors import Text
from geomap.render.office.series import OfficeAxis, OfficeChart, OfficeSeries, SeriesForm
from geomap.render.office.workbook import BookCell, BookLine, BookSheet, write_workbook
from geomap.views.charts.chart import Chart

_FIRST, _OTHERS, _FEWEST = 22, 15, 5
_ABOVE = 3
"""Lines over the numbers: title, sentence, an empty one."""
_WIDE_CM, _HIGH_CM = 24, 13.5
_ROW_CM = 0.75
_TITLE_SIZE, _LINE_EMU, _MARK_PT = 1100, 25_400, 7
_SHEET = Text("图表", "Chart")
_PRINTED = Text("图上的写法", "As printed")


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What stands about a chart in a file: in one language, ready to print."""

    title: str
    sentence: str
    lang: str
    under: tuple[str, ...]
    mark: str


def write_chart_book(chart: Chart, made: OfficeChart, words: ChartWords) -> bytes:
    """Write a chart as a workbook."""
    numbers = _numbers(made, words.lang)
    printed = [[one.in_(words.lang) for one in row] for row in chart.table.rows]
    heads = [BookCell(one.in_(words.lang), bold=True, wrap=True) for one in chart.table.columns]
    lines: list[BookLine] = [
        [BookCell(words.title, bold=True, size=14)],
        [BookCell(words.sentence, across=True)],
        [],
        *numbers,
        [],
        [BookCell(_PRINTED.in_(words.lang), bold=True)],
        heads,
        *printed,
        [],
        *([BookCell(one, across=True)] for one in words.under),
    ]
    wide = max(_FEWEST, len(heads), *(len(one) for one in numbers))
    widths = (_FIRST, *[_OTHERS] * (wide - 1))

    def draw(sheet: Any) -> None:
        _draw(sheet, made, words, wide)

    sheet = BookSheet(_SHEET.in_(words.lang), widths, lines, drawn=draw)
    return write_workbook(words.title, [sheet], words.mark)


def _numbers(made: OfficeChart, lang: str) -> list[BookLine]:
    """Give the numbers that are drawn: a column for each series, or a row for each point."""
    rows: list[BookLine]
    if made.form is SeriesForm.POINTS:
        heads = [Text("旗区", "Area"), made.across.title, made.up.title]
        rows = [
            [each.name.in_(lang), _said(one.at, lang), one.value]
            for each in made.series
            for one in each.points
        ]
    else:
        heads = [made.across.title, *(one.name for one in made.series)]
        held = [{one.at: one.value for one in each.points} for each in made.series]
        rows = [[_said(at, lang), *[one.get(at) for one in held]] for at in made.rows]
    first: BookLine = [BookCell(one.in_(lang), bold=True, top=True, wrap=True) for one in heads]
    return [first, *rows]


def _said(at: float | Text, lang: str) -> str | float:
    return at.in_(lang) if isinstance(at, Text) else at


# --- the chart ------------------------------------------------------------------------------------


def _draw(sheet: Any, made: OfficeChart, words: ChartWords, wide: int) -> None:
    from openpyxl.chart import BarChart, ScatterChart  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    bars = made.form in (SeriesForm.BARS, SeriesForm.SHARES)
    drawn = BarChart() if bars else ScatterChart()
    _head(drawn, words.sentence)
    drawn.width, drawn.height = _WIDE_CM, _HIGH_CM
    _axis(drawn.x_axis, made.across, words.lang)
    _axis(drawn.y_axis, made.up, words.lang)
    if bars:
        drawn.height = max(_HIGH_CM, _ROW_CM * len(made.rows))
        drawn.type, drawn.overlap, drawn.gapWidth = "bar", 100, 50
        drawn.grouping = "percentStacked" if made.form is SeriesForm.SHARES else "clustered"
        drawn.x_axis.scaling.orientation = "maxMin"
        drawn.y_axis.crosses = "max"
        drawn.y_axis.number_format = "0%" if made.form is SeriesForm.SHARES else "General"
        drawn.x_axis.tickLblPos = "low"
    else:
        drawn.style, drawn.scatterStyle = 13, "lineMarker"
        drawn.x_axis.crosses = drawn.y_axis.crosses = "min"
        drawn.x_axis.number_format = "0" if made.form is SeriesForm.LINES else "General"
        drawn.x_axis.majorGridlines = None
    drawn.display_blanks = "gap"
    if made.form is SeriesForm.POINTS or len(made.series) == 1:
        drawn.legend = None
    else:
        drawn.legend.position = "b"
    for at, series in enumerate(made.series):
        drawn.series.append(_series(sheet, made, at, series))
    sheet.add_chart(drawn, f"{get_column_letter(wide + 2)}{_ABOVE}")


def _head(drawn: Any, sentence: str) -> None:
    """Write the title small: it is a sentence."""
    from openpyxl.drawing.text import CharacterProperties  # type: ignore[import-untyped]

    drawn.title = sentence
    drawn.title.overlay = False
    for paragraph in drawn.title.tx.rich.p:
        for run in paragraph.r or ():
            run.rPr = CharacterProperties(sz=_TITLE_SIZE, b=True)


def _axis(axis: Any, given: OfficeAxis, lang: str) -> None:
    axis.title = given.title.in_(lang)
    axis.title.overlay = False
    axis.delete = False
    if len(given.ticks) > 1:
        axis.scaling.min, axis.scaling.max = given.ticks[0], given.ticks[-1]
        axis.majorUnit = given.ticks[1] - given.ticks[0]


def _series(sheet: Any, made: OfficeChart, at: int, given: OfficeSeries) -> Any:
    """Refer to the cells of a series; give it its looks."""
    from openpyxl.chart import Reference, Series
    from openpyxl.chart.series import SeriesLabel  # type: ignore[import-untyped]

    head, rows = _ABOVE + 1, [made.rows.index(one.at) for one in given.points]
    points = made.form is SeriesForm.POINTS
    first, last = (head + 1 + at,) * 2 if points else (head + 1 + min(rows), head + 1 + max(rows))
    if made.form in (SeriesForm.BARS, SeriesForm.SHARES):
        first, last = head + 1, head + len(made.rows)
    column = 3 if points else at + 2
    across = Reference(sheet, min_col=2 if points else 1, min_row=first, max_row=last)
    values = Reference(sheet, min_col=column, min_row=first, max_row=last)
    name = Reference(sheet, min_col=1 if points else column, min_row=first if points else head)
    if made.form in (SeriesForm.LINES, SeriesForm.POINTS):
        series = Series(values, across)
        _mark(series, given, labelled=points)
    else:
        series = Series(values)
        series.cat = _named_rows(across)
        _fill(series, given, rows)
    series.tx = SeriesLabel(strRef=_text(name))
    return series


def _text(cells: Any) -> Any:
    from openpyxl.chart.data_source import StrRef  # type: ignore[import-untyped]

    return StrRef(str(cells))


def _named_rows(cells: Any) -> Any:
    from openpyxl.chart.data_source import AxDataSource

    return AxDataSource(strRef=_text(cells))


def _mark(series: Any, given: OfficeSeries, *, labelled: bool) -> None:
    """Draw lines and points; what is estimated is hollow, and the line to it dashed."""
    from openpyxl.chart.label import DataLabelList  # type: ignore[import-untyped]
    from openpyxl.chart.marker import DataPoint  # type: ignore[import-untyped]

    colour, line = given.colour.removeprefix("#"), series.graphicalProperties.line
    series.smooth = False
    series.marker = _marker(given, hollow=False)
    if given.joined:
        line.solidFill, line.width = colour, _LINE_EMU
    else:
        line.noFill = True
    for at, one in enumerate(given.points):
        dashed = given.joined and at and (one.guessed or given.points[at - 1].guessed)
        if not (one.guessed or dashed):
            continue
        point = DataPoint(idx=at, marker=_marker(given, hollow=one.guessed))
        if dashed:
            own = point.graphicalProperties.line
            own.solidFill, own.width, own.dashStyle = colour, _LINE_EMU, "dash"
        elif not given.joined:
            point.graphicalProperties.line.noFill = True
        series.dPt.append(point)
    if labelled:
        series.dLbls = DataLabelList(
            showSerName=True, showVal=False, showLegendKey=False, showCatName=False, dLblPos="r"
        )


def _marker(given: OfficeSeries, *, hollow: bool) -> Any:
    from openpyxl.chart.marker import Marker

    colour = given.colour.removeprefix("#")
    made = Marker(symbol="diamond" if given.goal else "circle", size=_MARK_PT + 2 * given.goal)
    made.graphicalProperties.solidFill = "FFFFFF" if hollow else colour
    made.graphicalProperties.line.solidFill = colour
    return made


def _fill(series: Any, given: OfficeSeries, rows: Sequence[int]) -> None:
    """Fill bars; what is estimated is hatched."""
    from openpyxl.chart.marker import DataPoint
    from openpyxl.drawing.fill import (  # type: ignore[import-untyped]
        ColorChoice,
        PatternFillProperties,
    )

    colour = given.colour.removeprefix("#")
    series.graphicalProperties.solidFill = colour
    series.invertIfNegative = False
    for row, one in zip(rows, given.points, strict=True):
        if not one.guessed:
            continue
        point = DataPoint(idx=row, invertIfNegative=False)
        hatch = PatternFillProperties(prst="wdUpDiag")
        hatch.foreground, hatch.background = (
            ColorChoice(srgbClr=colour),
            ColorChoice(srgbClr="FFFFFF"),
        )
        point.graphicalProperties.pattFill = hatch
        series.dPt.append(point)
