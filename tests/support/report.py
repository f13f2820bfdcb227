"""Asking for reports, and reading their tables."""

from __future__ import annotations

from click.testing import CliRunner, Result

from geomap.cli import main
from geomap.render.office.blocks import Report, TableBlock


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def table_named(report: Report, caption: str) -> TableBlock:
    (found,) = [
        block
        for section in report.sections
        for block in section.blocks
        if isinstance(block, TableBlock) and block.caption == caption
    ]
    return found


def texts(block: TableBlock) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.rows]
