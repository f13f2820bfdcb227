"""The text and the tables of a siting study as a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from geomap.render.data.packing import timeless
from geomap.render.office.word_xml import mark_row
from geomap.render.report.plan_tables import set_faces
from geomap.siting.narrative import narrative, study_title
from geomap.siting.study_writer import Answered, StudyBlock

if TYPE_CHECKING:
    from docx.document import Document as Word

_FIGURES = tuple("0123456789—")


def answer_document(found: Answered, lang: str, marks: list[str]) -> bytes:
    """Write the text and its tables on A4, with the marks above each page."""
    import docx
    from docx.shared import Mm

    word = docx.Document()
    word.core_properties.author = "geomap"
    word.core_properties.title = study_title(found, lang)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.header.paragraphs[0].text = "　".join(marks)
    set_faces(word)
    word.add_heading(study_title(found, lang), 0)
    for block in narrative(found, lang):
        _add(word, block)
    stream = io.BytesIO()
    word.save(stream)
    return timeless(stream.getvalue())


def _add(word: Word, block: StudyBlock) -> None:
    if block["kind"] == "heading":
        word.add_heading(block["text"], 2)
    elif block["kind"] == "paragraph":
        word.add_paragraph(block["text"])
    elif block["kind"] == "list":
        for item in block["items"]:
            word.add_paragraph(item, style="List Bullet")
    else:
        _add_table(word, block)


def _add_table(word: Word, block: StudyBlock) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    caption = word.add_paragraph()
    caption.add_run(block["title"]).bold = True
    caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=0, cols=len(block["head"]), style="Table Grid")
    right = [_are_figures(column) for column in zip(*block["rows"], strict=True)]
    for number, line in enumerate([block["head"], *block["rows"]]):
        row = table.add_row()
        mark_row(row._tr, heading=number == 0)
        for cell, text, at_right in zip(row.cells, line, right or [False] * len(line), strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = number == 0, Pt(9)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            if at_right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph()


def _are_figures(column: Sequence[str]) -> bool:
    """Whether a column holds figures only, which stand at the right together with its heading."""
    return all(text[:1] in _FIGURES for text in column)
