"""What a map says of each area: value, class, place, words, and why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.absence import absence
from geomap.model.catalog import Indicator, Status
from geomap.model.wording import decimals_of, known, unsure
from geomap.numbers import written
from geomap.tables.comparability import is_joint
from geomap.values.ranks import places
from geomap.views.maps.change_notes import comparable
from geomap.views.maps.mapview import AreaView
from geomap.views.maps.notes import is_estimate
from geomap.views.maps.slices import Slice

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

NOWHERE = (-1, None)


def joint_views(
    atlas: Atlas, indicator: Indicator, rows: Mapping[str, Value]
) -> tuple[AreaView, ...]:
    """Give what several areas have together."""
    return tuple(
        area_view(atlas, indicator, one, rows[one], NOWHERE)
        for one in sorted(rows)
        if is_joint(one)
    )


def ranks_of(
    rows: Mapping[str, Value], parts: list[str], values: list[float], *, estimates: bool
) -> Sequence[int | None]:
    """Give the place of each area; estimates have one only where they are ranked."""
    return places(
        [
            math.nan if is_estimate(rows.get(code)) and not estimates else value
            for code, value in zip(parts, values, strict=True)
        ]
    )


def area_view(
    atlas: Atlas, indicator: Indicator, code: str, row: Value | None, at: tuple[int, int | None]
) -> AreaView:
    """Make the view of one area; ``at`` is its class and its place."""
    index, rank = at
    area = atlas.area(code)
    return AreaView(
        code=code,
        name=Text(area.name_zh, area.name_en or area.name_zh),
        value=None if row is None else row.value,
        status=Status.MISSING.value if row is None else row.status,
        class_index=index,
        rank=rank,
        figures=() if row is None else row.figures,
        conflict=row is not None and row.conflict,
        low=None if row is None else row.low,
        high=None if row is None else row.high,
        method=None if row is None else row.method,
        others=() if row is None else row.others,
        approx="" if row is None else row.approx,
        decimals=decimals_of(row, indicator),
        text=Text("", "") if row is None else known(row, indicator),
    )


def levelled(
    areas: tuple[AreaView, ...], flat: frozenset[str], level: float, word: Text
) -> tuple[AreaView, ...]:
    """Give the areas that estimates make the same one value and one word."""
    return tuple(replace(one, level=level, text=word) if one.code in flat else one for one in areas)


def about_level(level: float, indicator: Indicator) -> Text:
    """Write what estimates make the same."""
    number = f"≈{written(level, indicator.decimals)}"
    return Text(number, number)


def with_absence(atlas: Atlas, scene: Slice, area: AreaView, row: Value | None) -> AreaView:
    """Say why there is no value, of a change also whether its years can be compared at all."""
    if area.value is not None or unsure(area):
        return area
    since = scene.since or (row.base_year if row else 0)
    apart = bool(since) and not comparable(atlas, scene.indicator, area.code, since, scene.year)
    why = absence(scene.indicator, row, change=scene.since is not None, comparable=not apart)
    return replace(area, absence=why)
