"""What a report pack is made of: sections of paragraphs, maps, tables and lists, in one language.

Nothing here knows Word or PowerPoint. Every text is ready to be set; every number carries ``refs``,
the numbers of its documents in the list at the end, each document numbered where first cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from geomap.errors import Text
from geomap.language import BANNERS, parts_of

if TYPE_CHECKING:
    from geomap.atlas import Atlas

Refs: TypeAlias = "tuple[int, ...]"
_APART = 4


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
class Cell:
    """One cell of a table."""

    text: str
    refs: Refs = ()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its heading, its share of the width, whether numbers stand at its right."""

    head: Cell
    width: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``role`` is "body", or "note" for what is small."""

    text: str
    refs: Refs = ()
    role: str = "body"


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A map: which view, with which layers; what stands below it, and what it says in words."""

    number: int
    caption: str
    alt: str
    indicator: str
    year: int | None
    representation: str
    layers: tuple[str, ...]
    refs: Refs


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table that can be edited; ``notes`` stand below it, ``alt`` says what it is for."""

    number: int
    caption: str
    alt: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents: their numbers and what they are called."""

    items: tuple[tuple[int, str], ...]


Block: TypeAlias = "Paragraph | FigureBlock | TableBlock | Listing"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of level 1 or 2 with what stands below it; level 1 begins a page."""

    title: str
    level: int
    blocks: tuple[Block, ...]
    page: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; ``facts`` are the lines of the cover, ``marks`` what every page bears."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    lang: str
    asked: Asked
    sections: tuple[Section, ...]
    documents: tuple[tuple[int, str], ...]

    def say(self, text: Text) -> str:
        """Choose the language."""
        return _said(text, self.lang)


def _said(text: Text, lang: str) -> str:
    """Give the words of a language; Chinese where there are no English ones."""
    return text.in_(lang) or text.zh


def bracketed(refs: Refs) -> tuple[tuple[str, int], ...]:
    """Write citations, each with the document it leads to; many are drawn together: [2–5].

    Returns
    -------
    pairs of text and the number of a document
    """
    if len(refs) <= _APART:
        return tuple((f"[{number}]", number) for number in refs)
    runs: list[list[int]] = []
    for number in sorted(refs):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return tuple((f"[{one[0]}]" if len(one) == 1 else f"[{one[0]}–{one[-1]}]", one[0])
                 for one in runs)  # fmt: skip


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
        return _said(text, self.asked.lang)

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
        columns, lines = tuple(columns), tuple(tuple(row) for row in rows)
        heads = self.say("、", ", ").join(column.head.text for column in columns)
        alt = self.say(f"{caption}。各列：{heads}。", f"{caption}. Columns: {heads}.")
        return TableBlock(self.count("table"), caption, alt, columns, lines, tuple(notes))
