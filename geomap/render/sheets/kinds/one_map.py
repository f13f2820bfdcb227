"""One map: of a year, or of the change since another; a second indicator may stand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.model.asked import STYLE
from geomap.model.catalog import Kind
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind, named
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.views.maps.change import change_view
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import best_year, map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.subject import Subject
    from geomap.views.maps.mapview import MapView


def view_of(atlas: Atlas, subject: Subject) -> MapView:
    """Give the map of a year, or of the change since another."""
    if subject.since is None:
        year, kind = subject.year, subject.kind
        return map_view(atlas, subject.indicator, year=year, kind=kind, how=subject.drawing)
    known = atlas.series.get((atlas.indicator(subject.indicator).id, Kind.ACTUAL.value), {})
    until = best_year(atlas, known) if subject.year is None else subject.year
    return change_view(
        atlas,
        subject.indicator,
        subject.since,
        until or 0,
        accept_break=subject.accept_break,
        how=subject.drawing,
    )


def circle_view(atlas: Atlas, said: str) -> MapView | None:
    """Give the view drawn as circles over another: ``INDICATOR`` or ``INDICATOR:YEAR``."""
    if not said:
        return None
    indicator, year = named(atlas, said)
    return map_view(atlas, indicator, year=year, how=Drawing(representation="symbol"))


def _compose(atlas: Atlas, subject: Subject, how: Setting) -> Pages:
    view, over = view_of(atlas, subject), circle_view(atlas, subject.compare)
    return (compose_sheet(atlas, view, how.sheet, circles=over, measure=how.measure),), view.year


ONE_YEAR = SheetKind("", ("indicator", "year", "kind", *STYLE, "compare", "bars"), _compose)
CHANGE = SheetKind(
    "since", ("indicator", "year", *STYLE, "accept_break", "compare", "bars"), _compose
)
