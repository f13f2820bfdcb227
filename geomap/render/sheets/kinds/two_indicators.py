"""Two indicators in one fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.model.catalog import Kind
from geomap.render.sheets.bivariate import SIDE, compose_bivariate
from geomap.render.sheets.kinds.base import Pages, Setting, SheetKind, named
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.subject import Subject
    from geomap.views.maps.mapview import MapView


def both_views(atlas: Atlas, subject: Subject) -> tuple[MapView, MapView]:
    """Give the two views of a bivariate map; the second of the year of the first if it has it."""
    second, year = named(atlas, subject.bivariate)
    if second == subject.indicator:
        raise RequestError(
            f"双变量图要两个不同的指标，两个都是 {second}",
            f"a bivariate map takes two indicators; both are {second}",
        )
    how = Drawing(
        subject.method, SIDE, representation="fill", rank_estimates=subject.rank_estimates
    )
    across = map_view(atlas, subject.indicator, year=subject.year, how=how)
    if year is None and across.year in atlas.series.get((second, Kind.ACTUAL.value), {}):
        year = across.year
    return across, map_view(atlas, second, year=year, how=how)


def _compose(atlas: Atlas, subject: Subject, how: Setting) -> Pages:
    pair = both_views(atlas, subject)
    return (compose_bivariate(atlas, pair, how.sheet, measure=how.measure),), pair[0].year


BIVARIATE = SheetKind(
    "bivariate",
    ("indicator", "year", "method", "rank_estimates"),
    _compose,
    several=True,
    not_grey=Text(
        "双变量图的九种颜色在灰度下分不开；灰度请用 compare（面上叠圆）或两张图",
        "nine colours of two indicators cannot be told apart in grey; use compare (circles over "
        "the fill), or two maps",
    ),
)
