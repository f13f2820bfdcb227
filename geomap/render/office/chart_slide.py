"""A chart as a slide: the program's own chart, its numbers in the workbook that it carries.

The title is what the chart says; below stand the notes and sources, at the foot the marks. The same
chart gives the same bytes.
"""

from __future__ import annotations

import io
from typing import Any

from geomap.errors import Text
from geomap.render.office.characters import ems
from geomap.render.office.chart_book import ChartWords
from geomap.render.office.packing import timeless
from geomap.render.office.series import OfficeAxis, OfficeChart, OfficeSeries, SeriesForm
from geomap.render.office.slide_master import Deck, SlideBox
from geomap.render.office.template import open_slides
from geomap.views.charts.chart import Chart

_TITLE_PT, _AXIS_PT, _NOTE_PT, _LINE_PT, _MARK_PT = 18, 11, 9, 2, 7
_LONG_PT, _TWO_LINES = 12, 85
_UNDER = 0.2
"""Of the room below the title: the notes."""


def write_chart_slide(chart: Chart, made: OfficeChart, words: ChartWords) -> bytes:
    """Write a chart as a presentation of one slide; the printed table is in its notes."""
    deck, _ = open_slides(None)
    slide = deck.slides.slides.add_slide(deck.content)
    _describe(deck, slide, words)
    room = deck.room
    high = int(room.height * (1 - _UNDER))
    box = SlideBox(room.left, room.top, room.width, high)
    frame = _placed(slide, made, words.lang, box)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{words.title} {words.sentence}")
    below = SlideBox(room.left, room.top + high, room.width, room.height - high)
    _text(slide, below, [words.title, "　".join(words.under)])
    _text(slide, deck.foot, [words.mark])
    rows = (chart.table.columns, *chart.table.rows)
    said = ["\t".join(one.in_(words.lang) for one in row) for row in rows]
    slide.notes_slide.notes_text_frame.text = "\n".join([words.title, *said, *words.under])
    stream = io.BytesIO()
    deck.slides.save(stream)
    return timeless(stream.getvalue())


def _describe(deck: Deck, slide: Any, words: ChartWords) -> None:
    from pptx.util import Pt

    for shape in list(slide.placeholders):
        if shape.placeholder_format.type not in (1, 3):
            shape._element.getparent().remove(shape._element)
    title = slide.shapes.title
    title.text = words.sentence or words.title
    title.text_frame.word_wrap = True
    long = ems(title.text) > _TWO_LINES
    title.text_frame.paragraphs[0].font.size = Pt(_LONG_PT if long else _TITLE_PT)
    core = deck.slides.core_properties
    core.title, core.author, core.last_modified_by = words.title, "geomap", "geomap"
    core.language = "zh-CN" if words.lang == "zh" else "en"


def _text(slide: Any, box: SlideBox, lines: list[str]) -> None:
    from pptx.util import Pt

    frame = slide.shapes.add_textbox(box.left, box.top, box.width, box.height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        piece = paragraph.add_run()
        piece.text, piece.font.size = line, Pt(_NOTE_PT)


# --- the chart ------------------------------------------------------------------------------------


def _placed(slide: Any, made: OfficeChart, lang: str, box: SlideBox) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Pt

    kind = {
        SeriesForm.LINES: XL_CHART_TYPE.XY_SCATTER_LINES,
        SeriesForm.POINTS: XL_CHART_TYPE.XY_SCATTER,
        SeriesForm.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
        SeriesForm.SHARES: XL_CHART_TYPE.BAR_STACKED_100,
    }[made.form]
    frame = slide.shapes.add_chart(
        kind, box.left, box.top, box.width, box.height, _numbers(made, lang)
    )
    drawn = frame.chart
    inner = drawn.part.chart_workbook.xlsx_part
    inner._blob = timeless(inner.blob)
    drawn.font.size = Pt(_AXIS_PT)
    drawn.has_title = False
    drawn.has_legend = made.form is not SeriesForm.POINTS and len(made.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axis(drawn.category_axis, made.across, lang)
    _axis(drawn.value_axis, made.up, lang)
    _form(drawn, made)
    for series, given in zip(drawn.plots[0].series, made.series, strict=True):
        if made.form in (SeriesForm.LINES, SeriesForm.POINTS):
            _mark(series, given, labelled=made.form is SeriesForm.POINTS)
        else:
            _fill(series, given, made.rows)
    return frame


def _numbers(made: OfficeChart, lang: str) -> Any:
    from pptx.chart import data

    kinds: Any = data  # the library leaves these without types
    if made.form in (SeriesForm.LINES, SeriesForm.POINTS):
        points = kinds.XyChartData()
        for one in made.series:
            series = points.add_series(one.name.in_(lang))
            for point in one.points:
                series.add_data_point(point.at, point.value)
        return points
    bars = kinds.CategoryChartData()
    bars.categories = [at.in_(lang) if isinstance(at, Text) else str(at) for at in made.rows]
    for one in made.series:
        held = {point.at: point.value for point in one.points}
        bars.add_series(one.name.in_(lang), [held.get(at) for at in made.rows])
    return bars


def _form(drawn: Any, made: OfficeChart) -> None:
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION

    if made.form in (SeriesForm.BARS, SeriesForm.SHARES):
        drawn.plots[0].overlap, drawn.plots[0].gap_width = 100, 50
        drawn.category_axis.reverse_order = True
        drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        drawn.category_axis.has_major_gridlines = False
        drawn.category_axis.crosses = XL_AXIS_CROSSES.MAXIMUM
        if made.form is SeriesForm.SHARES:
            drawn.value_axis.tick_labels.number_format = "0%"
            drawn.value_axis.tick_labels.number_format_is_linked = False
        return
    drawn.category_axis.has_major_gridlines = False
    drawn.category_axis.crosses = drawn.value_axis.crosses = XL_AXIS_CROSSES.MINIMUM
    if made.form is SeriesForm.LINES:
        drawn.category_axis.tick_labels.number_format = "0"
        drawn.category_axis.tick_labels.number_format_is_linked = False


def _axis(axis: Any, given: OfficeAxis, lang: str) -> None:
    from pptx.util import Pt

    axis.has_title = True
    axis.axis_title.text_frame.text = given.title.in_(lang)
    axis.axis_title.text_frame.paragraphs[0].font.size = Pt(_AXIS_PT)
    if len(given.ticks) > 1:
        axis.minimum_scale, axis.maximum_scale = given.ticks[0], given.ticks[-1]
        axis.major_unit = given.ticks[1] - given.ticks[0]


def _mark(series: Any, given: OfficeSeries, *, labelled: bool) -> None:
    """Draw lines and points; what is estimated is hollow, and the line to it dashed."""
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.enum.dml import MSO_LINE

    series.smooth = False
    _line(series.format.line, given)
    _marker(series.marker, given, hollow=False)
    for at, one in enumerate(given.points):
        point = series.points[at]
        if one.guessed:
            _marker(point.marker, given, hollow=True)
        if given.joined and at and (one.guessed or given.points[at - 1].guessed):
            _line(point.format.line, given)
            point.format.line.dash_style = MSO_LINE.DASH
        if labelled:
            point.data_label.has_text_frame = True
            point.data_label.text_frame.text = series.name
            point.data_label.position = XL_LABEL_POSITION.RIGHT


def _line(line: Any, given: OfficeSeries) -> None:
    from pptx.util import Pt

    if not given.joined:
        line.fill.background()
        return
    line.width = Pt(_LINE_PT)
    line.color.rgb = _rgb(given.colour)


def _marker(marker: Any, given: OfficeSeries, *, hollow: bool) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    marker.style = XL_MARKER_STYLE.DIAMOND if given.goal else XL_MARKER_STYLE.CIRCLE
    marker.size = _MARK_PT + 2 * given.goal
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = _rgb("#ffffff" if hollow else given.colour)
    marker.format.line.color.rgb = _rgb(given.colour)


def _fill(series: Any, given: OfficeSeries, rows: tuple[float | Text, ...]) -> None:
    """Fill bars; what is estimated is hatched."""
    from pptx.enum.dml import MSO_PATTERN

    series.invert_if_negative = False
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = _rgb(given.colour)
    for one in given.points:
        if one.guessed:
            fill = series.points[rows.index(one.at)].format.fill
            fill.patterned()
            fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
            fill.fore_color.rgb, fill.back_color.rgb = _rgb(given.colour), _rgb("#ffffff")


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    kind: Any = RGBColor
    return kind.from_string(colour.removeprefix("#").upper())
