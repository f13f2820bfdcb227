"""The kinds of sheets, each a file: what asks for it, what goes along, how it is composed.

A new one is a file with a :class:`SheetKind`, its place in the list below, and the member of
``Subject`` that asks for it with its line in ``geomap.model.asked``.
"""

from __future__ import annotations

from collections.abc import Mapping

from geomap.render.sheets.kinds.base import SheetKind
from geomap.render.sheets.kinds.bullets import BULLETS
from geomap.render.sheets.kinds.charts import CHART
from geomap.render.sheets.kinds.one_map import CHANGE, ONE_YEAR
from geomap.render.sheets.kinds.several_maps import SEVERAL_INDICATORS, SEVERAL_YEARS
from geomap.render.sheets.kinds.two_indicators import BIVARIATE

__all__ = ["KINDS", "base", "charts", "one_map"]

KINDS: Mapping[str, SheetKind] = {
    kind.asked_by: kind
    for kind in (CHART, BULLETS, SEVERAL_YEARS, SEVERAL_INDICATORS, BIVARIATE, CHANGE, ONE_YEAR)
}
"""By the member of ``Subject`` that asks for each; where two are asked for the first is meant."""
