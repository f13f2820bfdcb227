"""What a sheet is to show, in plain words: read alike from a command, an address and a page."""

from __future__ import annotations

from dataclasses import dataclass

from geomap.model.asked import STYLE
from geomap.model.catalog import Kind
from geomap.views.maps.slices import Drawing


@dataclass(frozen=True, slots=True)
class Subject:
    """What one sheet shows.

    Parameters
    ----------
    indicator : "" only for ``progress``, and for ``categories`` that are named
    year, kind : as for ``geomap.views.maps.view.map_view``
    method, k, palette, representation, breaks, shared_breaks, rank_estimates : as for
        ``geomap.views.maps.slices.Drawing``
    since, accept_break : the change since that year, as for ``views.maps.change.change_view``
    compare : ``INDICATOR`` or ``INDICATOR:YEAR``, drawn as circles over the fill
    bivariate : likewise, the second of two indicators in one fill
    years : small multiples: years, or ("all",)
    chart : in place of a map: a key of ``geomap.model.asked.CHARTS``
    areas : whose lines a chart has; codes
    categories : small multiples: indicators of one unit, or ("all",) for the parts of the indicator
    progress, as_of : bullets of plans, as for ``geomap.render.sheets.bullet_sheet.compose_bullets``
    """

    indicator: str = ""
    year: int | None = None
    kind: str = Kind.ACTUAL.value
    method: str | None = None
    k: int | None = None
    palette: str | None = None
    representation: str | None = None
    breaks: tuple[float, ...] | None = None
    shared_breaks: bool = False
    rank_estimates: bool = False
    since: int | None = None
    accept_break: bool = False
    compare: str = ""
    bivariate: str = ""
    years: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    chart: str = ""
    areas: tuple[str, ...] = ()
    progress: str = ""
    as_of: int | None = None

    def asked(self) -> list[str]:
        """List the members that say more than nothing."""
        plain = Subject()
        return [name for name in self.__slots__ if getattr(self, name) != getattr(plain, name)]

    @property
    def drawing(self) -> Drawing:
        """How each map is drawn."""
        return Drawing(**{name: getattr(self, name) for name in STYLE})
