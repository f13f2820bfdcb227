"""The values of one map in classes, with their scheme, their legend, and the size of circles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geomap.cartography.classes import CLOSURE, Classes, class_labels, classify, middle, split_at
from geomap.cartography.palettes import Palette, colours, diverging, ink
from geomap.cartography.palettes import palette as palette_of
from geomap.cartography.symbols import fit, legend_values
from geomap.model.catalog import Indicator, Op
from geomap.model.label_points import MANY
from geomap.model.wording import as_printed
from geomap.views.maps.mapview import AreaView, LegendView, SymbolView
from geomap.views.maps.slices import Drawing, Slice

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

SYMBOL_RADIUS_PX = 34
MANY_PX = 12
CROSSING_ZERO = "RdBu"
_ALONE = "Blues"


def classes_of(
    atlas: Atlas, scene: Slice, how: Drawing, values: list[float], scheme: Palette
) -> tuple[Classes, float | None]:
    """Class the values as printed; with a diverging scheme also say what it turns at."""
    indicator = scene.indicator
    pivot = _pivot(indicator, _city(atlas, scene, how)) if scheme.kind == "diverging" else None
    shared = how.shared_breaks or how.breaks is not None
    over = scene.everywhere(atlas.city, printed=True) if shared else None
    classes = classify(
        values,
        method=how.method or indicator.method,
        k=indicator.k if how.k is None else how.k,
        breaks=how.breaks,
        over=over,
        decimals=indicator.decimals,
    )
    if pivot is None:
        return classes, None
    decimals = indicator.decimals
    return split_at(classes, pivot, values, over=over, decimals=decimals), pivot


def scheme_of(atlas: Atlas, scene: Slice, how: Drawing) -> Palette:
    """Choose the scheme; gains and losses need one with a middle, which one ramp would blur."""
    own = palette_of(how.palette or scene.indicator.palette)
    if how.palette is not None or own.kind == "diverging":
        return own
    everywhere = [value for value in scene.everywhere(atlas.city) if math.isfinite(value)]
    crossing = min(everywhere, default=0.0) < 0 < max(everywhere, default=0.0)
    return palette_of(CROSSING_ZERO) if crossing else own


def _city(atlas: Atlas, scene: Slice, how: Drawing) -> Value | None:
    """Give the city's value; where years share their classes, the latest that there is."""
    if not how.shared_breaks:
        return scene.rows.get(atlas.city)
    known = {year: rows[atlas.city] for year, rows in scene.series.items() if atlas.city in rows}
    return known[max(known)] if known else None


def without_middle(scheme: Palette) -> Palette:
    """Give a scheme whose only colour is seen: one with a middle has but that, nearly white."""
    return palette_of(_ALONE) if scheme.kind == "diverging" else scheme


def _pivot(indicator: Indicator, city: Value | None) -> float | None:
    """Give what a diverging scheme turns at: parity, no change, or the city's own value.

    A total lies above all of its parts, so for counts and shares of the city it is no pivot.
    """
    op = indicator.formula.op if indicator.formula else None
    if op is Op.QUOTIENT:
        return 1.0
    if op is Op.CHANGE or indicator.minimum is None or indicator.minimum < 0:
        return 0.0
    if indicator.additive or op is Op.SHARE:
        return None
    return None if city is None else as_printed(city, indicator)


def legend_view(
    areas: tuple[AreaView, ...], classes: Classes, asked: int, scheme: Palette, pivot: float | None
) -> LegendView:
    """Describe the classes, with ``notes`` for below them."""
    fills = _colours(classes, scheme.name, pivot)
    finest = max((one.decimals for one in areas if one.value is not None), default=0)
    return LegendView(
        method=classes.method,
        asked=asked,
        bounds=classes.bounds,
        labels=class_labels(classes, decimals=finest),
        colours=fills,
        inks=tuple(ink(fill) for fill in fills),
        counts=classes.counts,
        palette=scheme.name,
        pivot=pivot,
        closure=CLOSURE,
        notes=classes.notes,
    )


def _colours(classes: Classes, scheme: str, pivot: float | None) -> tuple[str, ...]:
    if pivot is None or not classes.k:
        return colours(scheme, classes.k)
    neutral = middle(classes, pivot)
    if neutral is None:
        return diverging(scheme, classes.bounds, pivot)
    return colours(scheme, classes.k, pivot_class=neutral)


def symbol_view(
    atlas: Atlas, indicator: Indicator, values: list[float], everywhere: list[float]
) -> SymbolView | None:
    """Scale the circles by the largest value of all years, so that years can be compared."""
    largest = max((abs(value) for value in everywhere if math.isfinite(value)), default=0.0)
    if largest == 0:
        return None
    x, y = atlas.label_pixels
    few = len(values) <= MANY
    return SymbolView(
        largest=largest,
        max_radius_px=fit(x, y, values, SYMBOL_RADIUS_PX, largest=largest) if few else MANY_PX,
        legend=legend_values(largest, least=0 if indicator.decimals else 1),
    )
