"""Areas side by side: 2 to 5 of them, each with the city and with the first that was chosen.

A difference is told only of two numbers that may be compared, as maps are told (``sentence``): what
somebody reported, not estimates; of what is known about only the range decides, and where that
spans zero nothing is told (``values.indicators.yearly_change``, which subtracts years likewise).
All numbers of a row are of one year, so no definition lies between them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from geomap.atlas import value_of
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Indicator, Kind
from geomap.model.wording import as_exported, known, unsure, with_unit
from geomap.numbers import rounded
from geomap.tables.comparability import members
from geomap.values.indicators import yearly_change
from geomap.views.maps.change import difference_unit
from geomap.views.maps.sentence import is_against_city, is_firm, share_of_city, why_left_out
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

FEWEST, MOST = 2, 5
_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class SideCell:
    """One number of a comparison.

    Parameters
    ----------
    text : the number, or the word for why there is none, without unit
    known : whether ``text`` is a number or a range
    value : the number that is printed, None where there is none
    sources : ids of its documents
    tied : whether another area has the same place
    share : of the city, in percent; "" where it cannot be told
    from_city, from_first : the difference, with sign and unit; empty where it cannot be told
    rough : whether it cannot be told because the numbers are known about only, or too coarsely
    """

    code: str
    text: Text
    known: bool
    status: str
    conflict: bool
    value: float | None
    sources: tuple[str, ...]
    rank: int | None
    tied: bool
    share: str = ""
    from_city: Text = _NOTHING
    from_first: Text = _NOTHING
    rough: bool = False


@dataclass(frozen=True, slots=True)
class SideRow:
    """One indicator of a comparison: the city, then the areas in the order of the choice."""

    id: str
    name: Text
    unit: Text
    year: int
    ranked: int
    city: SideCell | None
    cells: tuple[SideCell, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A comparison; ``without``: the indicators of which none of the areas has a number."""

    areas: tuple[tuple[str, Text], ...]
    group: Text
    rows: tuple[SideRow, ...]
    without: tuple[Text, ...]


def check_choice(atlas: Atlas, codes: Sequence[str]) -> None:
    """Refuse a choice of areas that cannot be compared.

    Raises
    ------
    NotFoundError : one is no part of the city
    RequestError : one is chosen twice, or they are too few or too many
    """
    parts = [area.code for area in atlas.parts]
    for code in codes:
        if code not in parts:
            raise NotFoundError(Text("旗区", "area"), code[:200], parts)
    for at, code in enumerate(codes):
        if code in codes[:at]:
            area = atlas.area(code)
            raise RequestError(
                f"{area.name_zh}（{code}）选了两次；每个旗区只选一次",
                f"{area.name_en or area.name_zh} ({code}) is chosen twice; choose each area once",
            )
    if not FEWEST <= len(codes) <= MOST:
        raise RequestError(
            f"选了 {len(codes)} 个旗区；比较须选 {FEWEST} 至 {MOST} 个，用逗号分隔代码",
            f"{len(codes)} chosen; a comparison needs {FEWEST} to {MOST} codes of areas, "
            "split by commas",
        )


def side_by_side(
    atlas: Atlas, codes: Sequence[str], *, group: str | None = None, year: int | None = None
) -> SideBySide:
    """Compare areas in the indicators of a group.

    Parameters
    ----------
    codes : of the areas, the first is the one that differences are from
    group : its id; None for the key figures
    year : told where an indicator has a number of it, else the year that most of them have

    Raises
    ------
    NotFoundError, RequestError : those of ``check_choice``; no such group
    """
    check_choice(atlas, codes)
    groups = {one.id: one.name for one in atlas.groups}
    if group is not None and group not in groups:
        raise NotFoundError(Text("指标组", "group of indicators"), group[:200], groups)
    wanted = [
        one
        for one in atlas.indicators.values()
        if (one.headline if group is None else one.group == group)
    ]
    rows = {one: _row(atlas, one, codes, year) for one in wanted}
    areas = [(code, atlas.area(code)) for code in codes]
    return SideBySide(
        tuple((code, Text(one.name_zh, one.name_en or one.name_zh)) for code, one in areas),
        Text("主要数据", "key figures") if group is None else groups[group],
        tuple(row for row in rows.values() if row),
        tuple(one.name for one, row in rows.items() if row is None),
    )


def _row(atlas: Atlas, one: Indicator, codes: Sequence[str], year: int | None) -> SideRow | None:
    shown = _year(atlas, one, codes, year)
    if shown is None:
        return None
    view = map_view(atlas, one.id, year=shown)
    areas = {area.code: area for area in view.areas}
    chosen = [areas[code] for code in codes]
    first = _differences(atlas, view, chosen[0], chosen[1:])
    city = _differences(
        atlas, view, view.city, [] if one.additive or is_against_city(one) else chosen
    )
    return SideRow(
        one.id, one.name, one.unit, shown, sum(area.rank is not None for area in view.areas),
        _cell(atlas, view, view.city, {}, {}) if view.city else None,
        tuple(_cell(atlas, view, area, first, city) for area in chosen),
    )  # fmt: skip


def _year(atlas: Atlas, one: Indicator, codes: Sequence[str], asked: int | None) -> int | None:
    """Choose the year asked for where an area has a number, else that most have, the latest."""
    years = atlas.series.get((one.id, Kind.ACTUAL.value), {})
    reach = {
        year: sum(code in rows and rows[code].value is not None for code in codes)
        for year, rows in years.items()
    }
    if asked is not None and reach.get(asked):
        return asked
    found = max(reach, key=lambda year: (reach[year], year), default=None)
    return found if found is not None and reach[found] else None


def _cell(
    atlas: Atlas, view: MapView, one: AreaView, first: Mapping[str, Text], city: Mapping[str, Text]
) -> SideCell:
    sources = dict.fromkeys(atlas.figure_sources[figure] for figure in one.figures)
    joint = {code for many in view.joint for code in members(many.code)}
    shown = one.value is not None or unsure(one)
    share = "" if view.city is one else share_of_city(view, one)
    from_city, from_first = (found.get(one.code) for found in (city, first))
    return SideCell(
        one.code, known(one, view.indicator) if shown else why_left_out(one, joint), shown,
        one.status, one.conflict, as_exported(one, view.indicator), tuple(sources),
        one.rank, _is_tied(view, one), share,
        from_city or _NOTHING, from_first or _NOTHING, _NOTHING in (from_city, from_first),
    )  # fmt: skip


def _is_tied(view: MapView, one: AreaView) -> bool:
    return one.rank is not None and sum(other.rank == one.rank for other in view.areas) > 1


def _differences(
    atlas: Atlas, view: MapView, base: AreaView | None, others: Sequence[AreaView]
) -> dict[str, Text]:
    """Tell how far others are from one, by code; empty text where its sign is not known."""
    firm = {one.code: one for one in others if is_firm(one)}
    if base is None or not is_firm(base) or not firm:
        return {}
    table, unit = atlas.values, difference_unit(view.indicator)
    own = table[
        (table["indicator"] == view.indicator.id)
        & (table["kind"] == Kind.ACTUAL.value)
        & (table["year"] == view.year)
    ]
    start = own[own["area"] == base.code]
    before = pd.concat([start.assign(area=code) for code in firm])
    found = yearly_change(own[own["area"].isin(list(firm))], before, percent=False)
    # A difference is told as finely as the coarser of the two.
    finest = {code: min(one.decimals, base.decimals) for code, one in firm.items()}
    told = replace(view.indicator, unit=unit)
    return {
        str(row["area"]): _signed(row, told, finest[str(row["area"])])
        for row in found.to_dict("records")
    }


def _signed(row: Mapping[Any, Any], told: Indicator, finest: int) -> Text:
    value = value_of(row)
    if value.value is None:
        return _NOTHING
    decimals = finest if value.decimals is None else min(value.decimals, finest)
    if value.value and not rounded(value.value, decimals):
        return _NOTHING  # 60 and 59.9: which is more is not known
    return with_unit(value._replace(decimals=decimals), told, signed=True)
