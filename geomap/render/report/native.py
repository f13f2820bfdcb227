"""A chart taken away as a chart of Excel or PowerPoint; everything else as an image.

The one entry for the command line and the server: the ending of the file says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.render.drawing.paint import IMAGE_FORMATS
from geomap.render.office.chart_book import ChartWords, write_chart_book
from geomap.render.office.chart_slide import write_chart_slide
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.office.series import office_chart
from geomap.render.report.compose import listed_documents
from geomap.render.report.desk import Asked, ReportDesk
from geomap.render.sheets.draw import Drawn, draw_sheet
from geomap.render.sheets.kinds.charts import chart_of
from geomap.render.sheets.paper import Sheet

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.subject import Subject
    from geomap.views.charts.chart import Chart

_WRITERS = MappingProxyType({"xlsx": write_chart_book, "pptx": write_chart_slide})
FIGURE_FORMATS: Mapping[str, str] = MappingProxyType(
    {**IMAGE_FORMATS, **{kind: OFFICE_TYPES[kind] for kind in _WRITERS}}
)
"""Endings of what ``figure`` gives and their media types."""


def figure_format(kind: str) -> str:
    """Give the format, if there is such a one.

    Raises
    ------
    NotFoundError : names those there are
    """
    if kind not in FIGURE_FORMATS:
        raise NotFoundError(Text("图片格式", "format of images"), kind, FIGURE_FORMATS)
    return kind


def format_by_name(name: str) -> str:
    """Give the format that the ending of a file's name says."""
    return figure_format(PurePath(name).suffix.removeprefix(".").lower())


def draw_file(
    atlas: Atlas, subject: Subject, kind: str, sheet: Sheet, *, dpi: int, grey: bool
) -> Drawn:
    """Give whatever was asked for as a file of any format.

    Raises
    ------
    NotFoundError, RequestError, GlyphError : as ``geomap.render.sheets.draw.draw_sheet``
    RequestError : an office format of something that is no chart, in grey, or of nothing drawn
    """
    if kind not in _WRITERS:
        return draw_sheet(atlas, subject, kind, sheet, dpi=dpi, grey=grey)
    if not subject.chart or grey:
        raise RequestError(
            f"{kind} 只用于图表（chart=），不分灰度；地图请用 png、svg、pdf，数据请用 export",
            f"{kind} is for charts (chart=), not in grey; take png, svg or pdf for a map, export "
            "for its data",
        )
    chart = chart_of(atlas, subject)
    words = _words(atlas, chart, sheet)
    content = _WRITERS[kind](chart, office_chart(chart), words)
    return Drawn(content, words.title, chart.year, subject.indicator)


def _words(atlas: Atlas, chart: Chart, sheet: Sheet) -> ChartWords:
    writer = ReportDesk(atlas, Asked(sheet.lang), 0)
    pick, say = writer.pick, writer.say
    writer.cite(chart.sources)
    listed = say("；", "; ").join(text for _, text in listed_documents(writer))
    marks = [pick(one) for one in (*chart.marks, atlas.disclosure.note) if pick(one)]
    origin = say(f"资料来源：{listed}", f"Sources: {listed}") if listed else ""
    release = say(f"数据版本 {atlas.release[:16]}", f"Release {atlas.release[:16]}")
    unit = pick(chart.unit)
    told = (
        say(f"单位：{unit}", f"Unit: {unit}") if unit else "",
        *map(pick, chart.notes),
        origin,
        "　".join(one for one in (sheet.maker, sheet.made, release) if one),
        *marks,
    )
    title = " ".join(sheet.title.split()) or pick(chart.title)
    under = tuple(one for one in told if one)
    return ChartWords(title, pick(chart.sentence), sheet.lang, under, "　".join(marks))
