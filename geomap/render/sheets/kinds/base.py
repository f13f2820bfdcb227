"""What a kind of sheet says of itself; each is a file beside this one, listed in the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Kind

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.drawing.scene import Scene
    from geomap.render.sheets.paper import Sheet
    from geomap.render.sheets.subject import Subject
    from geomap.render.sheets.typesetting import TextWidth


@dataclass(frozen=True, slots=True)
class Setting:
    """What every sheet is set with.

    Parameters
    ----------
    sheet : size, language, layers and imprint
    measure : how wide a text is
    alone : whether there can be one page only, which then says what it leaves out
    """

    sheet: Sheet
    measure: TextWidth
    alone: bool


Pages: TypeAlias = "tuple[tuple[Scene, ...], int | None]"
"""The pages of a sheet, and the year that it shows; None for several."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet.

    Parameters
    ----------
    asked_by : the member of ``Subject`` that asks for it; "" for one map of one year
    beside : the members that it reads too; any other would be ignored, so it is refused
    compose : makes a page, or several where it takes them and ``alone`` is not set
    several : whether it shows more than the one indicator
    not_grey : why it cannot be drawn in greys, None where it can
    """

    asked_by: str
    beside: tuple[str, ...]
    compose: Callable[[Atlas, Subject, Setting], Pages]
    several: bool = False
    not_grey: Text | None = None


def named(atlas: Atlas, said: str) -> tuple[str, int | None]:
    """Read ``INDICATOR`` or ``INDICATOR:YEAR``.

    Raises
    ------
    NotFoundError : no such indicator, or no figures of that year
    """
    indicator, _, year = said.partition(":")
    known = atlas.series.get((atlas.indicator(indicator).id, Kind.ACTUAL.value), {})
    return indicator, known_year(year, known) if year else None


def known_year(text: str, known: Any) -> int:
    """Read a year that is known; NotFoundError names those there are."""
    if not (text.isascii() and text.isdigit() and int(text[:9]) in known):
        raise NotFoundError(Text("年份", "year"), text, known)
    return int(text)
