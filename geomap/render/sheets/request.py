"""From what a sheet is to show to its pages; what does not go together is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import RequestError
from geomap.model.asked import FIELDS
from geomap.render.sheets.kinds import KINDS
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.typesetting import TextWidth, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.drawing.scene import Scene
    from geomap.render.sheets.subject import Subject

_WORDS = {field.name: field.key for field in FIELDS}


def sheet_kind(subject: Subject) -> SheetKind:
    """Give the kind of sheet that is asked for.

    Raises
    ------
    RequestError : two members that do not go together; says what does
    """
    asked = subject.asked()
    kind = next(one for name, one in KINDS.items() if name in asked or not name)
    for name in asked:
        if name not in (kind.asked_by, *kind.beside):
            raise _not_together(name, kind)
    return kind


def _not_together(name: str, kind: SheetKind) -> RequestError:
    said, word = _WORDS.get(name, name), _WORDS.get(kind.asked_by, kind.asked_by)
    beside = [_WORDS.get(one, one) for one in kind.beside]
    if not kind.asked_by:
        # Charts stand first and read much that maps read: the owner is the last in the list.
        owner = next(one.asked_by for one in [*KINDS.values()][::-1] if name in one.beside)
        word = _WORDS.get(owner, owner)
        return RequestError(f"{said} 要与 {word} 同用", f"{said} goes with {word} only")
    return RequestError(
        f"{said} 不能与 {word} 同用；可与 {word} 同用的有：{'、'.join(beside)}",
        f"{said} does not go with {word}; what does: {', '.join(beside)}",
    )


def scene_of(
    atlas: Atlas, subject: Subject, sheet: Sheet | None = None, *, measure: TextWidth = rough
) -> tuple[Scene, int | None]:
    """Compose the sheet, the first where there are several; gives it and the year that it shows."""
    scenes, year = scenes_of(atlas, subject, sheet, measure=measure, alone=True)
    return scenes[0], year


def scenes_of(
    atlas: Atlas,
    subject: Subject,
    sheet: Sheet | None = None,
    *,
    measure: TextWidth = rough,
    alone: bool = False,
) -> Pages:
    """Compose the sheet, page by page where it takes several; gives the year that it shows too.

    Parameters
    ----------
    alone : whether there can be one page only, which then says what it leaves out

    Raises
    ------
    NotFoundError : no such indicator, year, layer, size, plan; names those there are
    RequestError : what was asked does not go together, or cannot be compared
    """
    sheet, kind = sheet or Sheet(), sheet_kind(subject)
    if sheet.bars and "bars" not in kind.beside:
        raise _not_together("bars", kind)
    return kind.compose(atlas, subject, Setting(sheet, measure, alone))
