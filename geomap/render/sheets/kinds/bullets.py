"""Bullets: what became of the targets of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.render.sheets.bullet_sheet import compose_bullets
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.subject import Subject


def _compose(atlas: Atlas, subject: Subject, how: Setting) -> Pages:
    return compose_bullets(
        atlas,
        subject.progress,
        how.sheet,
        as_of=subject.as_of,
        measure=how.measure,
        alone=how.alone,
    )


BULLETS = SheetKind("progress", ("as_of",), _compose, several=True)
