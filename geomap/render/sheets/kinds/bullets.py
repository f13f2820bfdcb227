"""Bullets: what became of the targets of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.render.sheets.bullet_sheet import compose_bullets
from geomap.render.sheets.kinds.base import SheetKind

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.drawing.scene import Scene
    from geomap.render.sheets.paper import Sheet
    from geomap.render.sheets.subject import Subject
    from geomap.render.sheets.typesetting import TextWidth


def _compose(
    atlas: Atlas, subject: Subject, sheet: Sheet, *, measure: TextWidth, alone: bool
) -> tuple[tuple[Scene, ...], int | None]:
    return compose_bullets(
        atlas, subject.progress, sheet, as_of=subject.as_of, measure=measure, alone=alone
    )


BULLETS = SheetKind("progress", ("as_of",), _compose, several=True)
