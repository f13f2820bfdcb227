"""What the text of a siting study is written with: one language, its numbers, its tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geomap.errors import Text
from geomap.numbers import full, percent, written
from geomap.render.office.blocks import Cell, TableBlock, TableColumn, described_table
from geomap.render.office.characters import ems

Answered = Mapping[str, Any]
"""The JSON of an outcome."""
MOST_LISTED = 60
_FIGURES = tuple("0123456789—+−≥")
_LEAST, _MOST = 4.0, 16.0
"""Widths of columns, in heights of their type."""


class StudyWriter:
    """Says things in one language, from the JSON of an outcome."""

    def __init__(self, found: Mapping[str, Any], lang: str) -> None:
        self.found = found
        self.lang = lang
        self.tables = 0
        self.names = self._names()
        self.unit = {"km": Text("公里", "km"), "min": Text("分钟", "min")}[
            found["distance"]["unit"]
        ]

    def say(self, zh: str, en: str) -> str:
        """Choose the language."""
        return en if self.lang == "en" else zh

    def of(self, text: Any) -> str:
        """Give a text, or its JSON form, in the language."""
        if text is None:
            return ""
        if isinstance(text, Text):
            return self.say(*text)
        return str(text["en"] if self.lang == "en" else text["zh"])

    def number(self, value: float | None, digits: int = 1) -> str:
        """Write a number with so many decimals; a dash for none."""
        return "—" if value is None else written(value, digits)

    def amount(self, value: float | None) -> str:
        """Write an amount of demand: whole where it is whole or large, small ones still seen."""
        if value is None:
            return "—"
        if value == round(value) or abs(value) >= 1000:
            return self.number(value, 0)
        return self.number(value, 2) if abs(value) >= 1 else full(value, digits=3)

    def share(self, value: float | None) -> str:
        """Write a share in per cent."""
        return "—" if value is None else f"{percent(value)} %"

    def points(self, value: float) -> str:
        """Write the difference of two shares: in points, for per cent would be of the first."""
        return self.say(f"{percent(value)} 个百分点", f"{percent(value)} points")

    def far(self, value: float | None) -> str:
        """Write a distance with its unit."""
        if value is None:
            return self.say("到不了", "out of reach")
        return f"{written(value, 1)} {self.of(self.unit)}"

    def within(self, radius: float) -> str:
        """Write a radius with its unit."""
        return f"{full(radius)} {self.of(self.unit)}"

    def name(self, id_: str | None) -> str:
        """Name a site or a demand by its id."""
        return "—" if id_ is None else self.names.get(id_, id_)

    def area(self, code: str) -> str:
        """Name an area by its code."""
        names = self.found["areas"]
        return self.of(names[code]) if code in names else code or "—"

    def _names(self) -> dict[str, str]:
        kinds = ("existing", "chosen", "unplaced", "demands")
        lists = [self.found[kind] for kind in kinds]
        key = "name_en" if self.lang == "en" else "name"
        return {row["id"]: row.get(key, row["name"]) for listed in lists for row in listed}

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> TableBlock:
        """Make a table with the next number; columns of figures stand at the right."""
        self.tables += 1
        texts = zip(head, *rows, strict=True)
        columns = [_column(name, column) for name, *column in texts]
        lines = ([Cell(text) for text in row] for row in rows)
        return described_table(self.tables, title, columns, lines, self.lang)


def _column(head: str, texts: Sequence[str]) -> TableColumn:
    """Make a column as wide as its longest text, within limits."""
    widest = max(map(ems, (head, *texts)))
    figures = bool(texts) and all(text[:1] in _FIGURES for text in texts)
    return TableColumn(Cell(head), round(min(max(widest, _LEAST), _MOST) * 10), right=figures)
