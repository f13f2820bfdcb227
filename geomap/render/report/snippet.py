"""One map or chart for a report that somebody writes himself: a picture with its words, in Word.

In: what the page shows. Out: a document of four paragraphs to copy over: the sentence, the
picture, its caption, the documents. Nothing in it is numbered but the figure, by Word's own field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.render.office.blocks import FigureBlock, Paragraph, Report
from geomap.render.office.template import open_word
from geomap.render.office.word import write_docx
from geomap.render.report.compose import listed_documents
from geomap.render.report.desk import Asked, ReportDesk
from geomap.render.report.maps import DPI
from geomap.render.sheets.captions import map_description
from geomap.render.sheets.draw import draw_sheet
from geomap.render.sheets.kinds.charts import chart_of
from geomap.render.sheets.kinds.one_map import view_of
from geomap.render.sheets.paper import Sheet

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.errors import Text
    from geomap.render.sheets.subject import Subject

_SIZE = "half"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A Word file, the title of its picture, and the indicator and year that it shows."""

    content: bytes
    title: str
    indicator: str
    year: int | None


def word_snippet(atlas: Atlas, subject: Subject, lang: str, layers: tuple[str, ...]) -> Snippet:
    """Give a map or chart of one indicator as a Word file; what is asked alike has the same bytes.

    Parameters
    ----------
    atlas : narrowed to its readers; see ``geomap.release.editions``
    subject : one map or one chart: what several show has no one sentence
    """
    sheet = Sheet(_SIZE, lang, () if subject.chart else layers)
    drawn = draw_sheet(atlas, subject, "png", sheet, dpi=DPI[_SIZE])
    writer = ReportDesk(atlas, Asked(lang), 0)
    figure, sources, marks = _figure(atlas, subject, writer, drawn.title)
    writer.cite(sources)
    report = Report(
        title=drawn.title,
        subtitle="",
        facts=(),
        marks=tuple(writer.pick(mark) for mark in (*marks, atlas.disclosure.note)),
        lang=lang,
        sections=(),
        lead=(figure, _origin(writer), _standing(writer, marks)),
        cover=False,
        opening=False,
    )
    word, _ = open_word(None, cover=False)
    content = write_docx(report, {1: drawn.content}, word, ours=True)
    return Snippet(content, drawn.title, subject.indicator, drawn.year)


def _figure(
    atlas: Atlas, subject: Subject, writer: ReportDesk, title: str
) -> tuple[FigureBlock, tuple[str, ...], tuple[Text, ...]]:
    """Give the picture with its words, its documents and the marks that it bears."""
    if subject.chart:
        chart = chart_of(atlas, subject)
        rows = chart.table.rows
        said = [writer.say("，", ", ").join(writer.pick(cell) for cell in row) for row in rows]
        alt = writer.say("；", "; ").join([writer.pick(chart.sentence).rstrip("。."), *said])
        sentence, sources, marks = chart.sentence, chart.sources, chart.marks
    else:
        view = view_of(atlas, subject)
        unit = writer.pick(view.indicator.unit)
        under = writer.say(f"单位：{unit}", f"Unit: {unit}") if unit else ""
        alt = map_description(view, under, Sheet(lang=writer.asked.lang))
        sentence, sources, marks = view.sentence, view.sources, view.marks
    block = FigureBlock(
        number=writer.count("figure"),
        caption=title,
        alt=f"{title}{writer.say('。', '. ')}{alt}",
        indicator=subject.indicator,
        year=subject.year,
        representation="",
        layers=(),
        refs=(),
        sentence=writer.pick(sentence),
    )
    return block, tuple(sources), tuple(marks)


def _origin(writer: ReportDesk) -> Paragraph:
    listed = [text for _, text in listed_documents(writer)]
    if not listed:
        return Paragraph(
            writer.say("没有可引用的文件。", "There is no document to cite."), role="note"
        )
    named = writer.say("；", "; ").join(listed)
    return Paragraph(writer.say(f"资料来源：{named}。", f"Sources: {named}."), role="note")


def _standing(writer: ReportDesk, marks: tuple[Text, ...]) -> Paragraph:
    """Say which release the picture is of, and what it bears."""
    release = writer.atlas.release[:16]
    said = [writer.say(f"数据版本 {release}", f"Release {release}"), *map(writer.pick, marks)]
    return Paragraph("　".join(said), role="note")
