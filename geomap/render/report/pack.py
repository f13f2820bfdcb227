"""A report on a release as one file: composed, its maps drawn, written for Word or PowerPoint.

The one entry for the command line and the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, Text
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.office.slides import write_pptx
from geomap.render.office.template import open_slides, open_word, read_template
from geomap.render.office.word import write_docx
from geomap.render.report.compose import compose_report
from geomap.render.report.desk import Asked
from geomap.render.report.maps import draw_figures

if TYPE_CHECKING:
    from geomap.atlas import Atlas

REPORT_FORMATS = {kind: OFFICE_TYPES[kind] for kind in ("docx", "pptx")}
"""Endings of files and their media types."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A report as a file, the name it should have, and what is to be told about its template."""

    content: bytes
    name: str
    notes: tuple[Text, ...] = ()


def report_pack(
    atlas: Atlas, kind: str, asked: Asked | None = None, template: Path | None = None
) -> Pack:
    """Give a report as a file; the same release, choices and template give the same bytes.

    Parameters
    ----------
    atlas : narrowed to its readers; see ``geomap.release.editions``
    kind : a key of ``REPORT_FORMATS``
    template : a file of the same kind whose styles are taken; the built-in one when None

    Raises
    ------
    NotFoundError : no such format; names those there are
    RequestError : the template is none
    """
    require_format(kind)
    content = None if template is None else read_template(template, kind)
    named = template.name if template else ""
    report = compose_report(atlas, asked)
    name = f"{report.title}{report.subtitle}.{kind}"
    if kind == "pptx":
        deck, notes = open_slides(content, named)
        return Pack(write_pptx(report, draw_figures(atlas, report, "wide"), deck), name, notes)
    word, notes = open_word(content, named)
    images = draw_figures(atlas, report, "half")
    return Pack(write_docx(report, images, word, ours=template is None), name, notes)


def require_format(kind: str) -> str:
    """Give the format, if there is such a one.

    Raises
    ------
    NotFoundError : names those there are
    """
    if kind not in REPORT_FORMATS:
        raise NotFoundError(Text("报告格式", "format of reports"), kind, REPORT_FORMATS)
    return kind


def report_format(name: str) -> str:
    """Give the format that the ending of a file's name says."""
    return require_format(PurePath(name).suffix.removeprefix(".").lower())
