"""Blocks of a legend or a foot: things drawn from their own top left corner, and put in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geomap.render.drawing.scene import MM_PER_PT, Circle, Item, SceneWords, Shape
from geomap.render.sheets.paper import INK
from geomap.render.sheets.typesetting import ASCENT, LINE_HEIGHT, Ruler


@dataclass(frozen=True, slots=True, eq=False)
class TextBlock:
    """Some items from (0, 0) downwards.

    Parameters
    ----------
    height : in millimetres, with the air below it
    keep : whether it must stand at the head of what follows, not alone at the foot of a column
    spare : whether it may be left out where there is no room for it
    group : the group of the scene that its items belong to
    """

    height: float
    items: tuple[Item, ...] = ()
    keep: bool = False
    spare: bool = False
    group: str = "legend"


def moved(items: Iterable[Item], dx: float, dy: float) -> list[Item]:
    """Give the items moved to the right and down."""
    return [_moved(item, dx, dy) for item in items]


def _moved(item: Item, dx: float, dy: float) -> Item:
    if isinstance(item, Shape):
        return replace(item, rings=tuple(np.add(ring, (dx, dy)) for ring in item.rings))
    if isinstance(item, Circle):
        return replace(item, x=item.x + dx, y=item.y + dy)
    return SceneWords(
        item.x + dx, item.y + dy, item.text, item.size_pt, item.colour, item.bold, item.anchor,
        item.halo,
    )  # fmt: skip


def stack(blocks: Iterable[TextBlock], x: float, y: float) -> dict[str, list[Item]]:
    """Draw blocks one below the other; gives their items by group."""
    found: dict[str, list[Item]] = {}
    for block in blocks:
        found.setdefault(block.group, []).extend(moved(block.items, x, y))
        y += block.height
    return found


def joined_blocks(blocks: Sequence[TextBlock]) -> TextBlock:
    """Make one block of several of one group, which no column then parts."""
    items = [item for found in stack(blocks, 0, 0).values() for item in found]
    return TextBlock(height_of(blocks), tuple(items), group=blocks[0].group)


def height_of(blocks: Iterable[TextBlock]) -> float:
    """Give the height of blocks one below the other."""
    return sum(block.height for block in blocks)


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets text in one size and width."""

    ruler: Ruler
    width_mm: float
    size_pt: float

    @property
    def em(self) -> float:
        """The size of the type in millimetres."""
        return self.size_pt * MM_PER_PT

    @property
    def pitch(self) -> float:
        """From one baseline to the next."""
        return self.em * LINE_HEIGHT

    def lines(self, text: str, indent: float = 0.0, bold: bool = False) -> list[str]:
        """Break a text for the width less the indent."""
        return self.ruler.wrap(text, self.width_mm - indent, self.size_pt, bold)

    def words(
        self,
        lines: Sequence[str],
        *,
        x: float = 0.0,
        y: float = 0.0,
        colour: str = INK,
        bold: bool = False,
    ) -> tuple[SceneWords, ...]:
        """Write lines from (x, y), the top left corner of the first."""
        base = y + self.em * ASCENT + (self.pitch - self.em) / 2
        return tuple(
            SceneWords(x, base + row * self.pitch, line, self.size_pt, colour, bold)
            for row, line in enumerate(lines)
        )

    def text(
        self,
        text: str,
        *,
        colour: str = INK,
        bold: bool = False,
        after: float = 0.0,
        spare: bool = False,
    ) -> TextBlock:
        """Make a block of text, broken into lines, with ``after`` ems of air below it."""
        return self.block(
            self.lines(text, bold=bold), colour=colour, bold=bold, after=after, spare=spare
        )

    def block(
        self,
        lines: Sequence[str],
        *,
        colour: str = INK,
        bold: bool = False,
        after: float = 0.0,
        spare: bool = False,
    ) -> TextBlock:
        """Make a block of lines that are broken already."""
        height = len(lines) * self.pitch + after * self.em
        return TextBlock(
            height, self.words(lines, colour=colour, bold=bold), keep=bold, spare=spare
        )


def in_columns(
    blocks: Sequence[TextBlock], count: int, height: float
) -> list[list[TextBlock]] | None:
    """Fill columns one after another; None when there are too few of that height."""
    columns: list[list[TextBlock]] = [[]]
    for at, block in enumerate(blocks):
        if not columns[-1] and not block.items:
            continue  # no air at the head of a column
        following = blocks[at + 1].height if block.keep and at + 1 < len(blocks) else 0.0
        if columns[-1] and height_of(columns[-1]) + block.height + following > height + 1e-6:
            columns.append([])
        if columns[-1] or block.items:
            columns[-1].append(block)
    fits = all(height_of(column) <= height + 1e-6 for column in columns)
    fits = fits and not any(column and column[-1].keep for column in columns[:-1])
    return columns if fits and len(columns) <= count else None


def balanced(blocks: Sequence[TextBlock], count: int) -> tuple[float, list[list[TextBlock]]]:
    """Put blocks in columns as low as can be; gives the height and the columns."""
    low = max((block.height for block in blocks), default=0.0)
    low, high = max(low, height_of(blocks) / count), height_of(blocks)
    best = high, [list(blocks)]
    for _ in range(12):
        middle = (low + high) / 2
        if (columns := in_columns(blocks, count, middle)) is None:
            low = middle
        else:
            high, best = middle, (max(map(height_of, columns)), columns)
    return best
