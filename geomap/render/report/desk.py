"""What the parts of a report pack are written with: the release, what is asked, and its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.language import BANNERS, parts_of
from geomap.render.office.blocks import (
    Cell,
    Paragraph,
    Refs,
    TableBlock,
    TableColumn,
    described_table,
)

if TYPE_CHECKING:
    from geomap.atlas import Atlas


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a report.

    Parameters
    ----------
    lang : "zh" or "en"
    as_of : the year at whose end plans are judged; the latest that is known when None
    maker, made : who made it and when, as printed; "" leaves the line out, for nothing here
        reads a clock
    """

    lang: str = "zh"
    as_of: int | None = None
    maker: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """What all parts are written with; numbers documents, figures and tables at first use."""

    atlas: Atlas
    asked: Asked
    as_of: int
    numbers: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> str:
        """What the parts of the city are called in Chinese."""
        return parts_of(self.atlas.parts)

    def say(self, zh: str, en: str) -> str:
        """Choose the language, with the word for the parts of this city."""
        return en if self.asked.lang == "en" else zh.replace(BANNERS, self.parts)

    def pick(self, text: Text) -> str:
        """Choose the language of a text."""
        return text.in_(self.asked.lang) or text.zh

    def cite(self, sources: Iterable[str | None]) -> Refs:
        """Give documents their numbers; those seen before keep theirs."""
        known = [one for one in dict.fromkeys(sources) if one]
        return tuple(self.numbers.setdefault(one, len(self.numbers) + 1) for one in known)

    def cite_figures(self, figures: Iterable[str]) -> Refs:
        """Give the documents of figures their numbers."""
        return self.cite(self.atlas.figure_sources[one] for one in figures)

    def count(self, what: str) -> int:
        """Give the next number of a figure or table."""
        self.counts[what] = self.counts.get(what, 0) + 1
        return self.counts[what]

    def table(
        self,
        caption: str,
        columns: Iterable[TableColumn],
        rows: Iterable[Iterable[Cell]],
        notes: Iterable[Paragraph] = (),
    ) -> TableBlock:
        """Make a table with the next number."""
        number, lang = self.count("table"), self.asked.lang
        return described_table(number, caption, columns, rows, lang, notes)
