"""What documents are made of: sections of paragraphs, lists, maps and tables, in one language.

Reports, the progress of plans and siting studies are all blocks; nothing here knows Word, Excel or
PowerPoint. Every text is ready to be set; ``refs`` are the numbers of its documents in the list at
the end, each document numbered where first cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from geomap.errors import Text

Refs: TypeAlias = "tuple[int, ...]"
FIGURE_WORD, TABLE_WORD = Text("图", "Figure"), Text("表", "Table")
_APART = 4


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
class Bullets:
    """A list of items, a mark before each."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A map: which view, with which layers; what stands below it, and what it says in words.

    ``sentence``: what to read in it, over it or as the title of its slide; "" for none.
    """

    number: int
    caption: str
    alt: str
    indicator: str
    year: int | None
    representation: str
    layers: tuple[str, ...]
    refs: Refs
    sentence: str = ""


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


Block: TypeAlias = "Paragraph | Bullets | FigureBlock | TableBlock | Listing"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of level 1 or 2 with what stands below it; level 1 begins a page."""

    title: str
    level: int
    blocks: tuple[Block, ...]
    page: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole document, from which its files are written.

    Parameters
    ----------
    facts : the lines of the cover
    marks : what every page bears
    lead : what stands before the first heading
    documents : what ``refs`` point to, as listed at the end
    maker, made : who made it and when, as printed; "" where nobody said so
    cover : whether title and contents have pages of their own; a short document begins at once
    opening : whether titles and marks stand above a document without a cover
    across : whether its pages lie on their side, for wide tables
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    lang: str
    sections: tuple[Section, ...]
    documents: tuple[tuple[int, str], ...] = ()
    lead: tuple[Block, ...] = ()
    maker: str = ""
    made: str = ""
    cover: bool = True
    opening: bool = True
    across: bool = False

    def say(self, text: Text) -> str:
        """Choose the language; Chinese where there are no English words."""
        return text.in_(self.lang) or text.zh

    @property
    def name(self) -> str:
        """Title and subtitle in one line."""
        return f"{self.title} {self.subtitle}".rstrip()


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


def described_table(
    number: int,
    caption: str,
    columns: Iterable[TableColumn],
    rows: Iterable[Iterable[Cell]],
    lang: str,
    notes: Iterable[Paragraph] = (),
) -> TableBlock:
    """Make a table that says what it is for to who does not see it."""
    columns, lines = tuple(columns), tuple(tuple(row) for row in rows)
    heads = Text("、", ", ").in_(lang).join(column.head.text for column in columns)
    alt = Text(f"{caption}。各列：{heads}。", f"{caption}. Columns: {heads}.").in_(lang)
    return TableBlock(number, caption, alt, columns, lines, tuple(notes))
