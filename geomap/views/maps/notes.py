"""What a map says beside its values: whether the areas add up, and what estimates cannot show.

In: an ``Atlas`` and the rows of one map. Out: texts and the control total. Part of every
``MapView``, so that page, files and API say the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from geomap.cartography.classes import Classes, classify
from geomap.errors import Text
from geomap.model.catalog import Indicator, Status
from geomap.model.wording import Held, between, known, unsure
from geomap.numbers import counted, full
from geomap.tables.comparability import existed, members
from geomap.values.checks import Agreement
from geomap.values.estimates import flat_by_construction
from geomap.values.quantities import Amount
from geomap.values.reconcile import ControlTotal, control_total

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value


class _HasStatus(Protocol):
    @property
    def status(self) -> str: ...


Ends = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class ControlView:
    """The city's total beside what its areas reported; estimates do not count as reported.

    ``total``, ``reported_sum`` and ``gap`` are None where there is none and where words stand with
    the figures (3—5): then ``sum_range`` and ``gap_range`` have the ends, None for one not known.
    """

    total: float | None
    reported_sum: float | None
    sum_range: Ends | None
    gap: float | None
    gap_range: Ends | None
    reported: int
    areas: int
    lacking: tuple[str, ...]
    verdict: str
    reason: Text
    text: Text


def is_estimate(row: _HasStatus | None) -> bool:
    """Whether a value is an estimate, or was worked out from one."""
    return row is not None and row.status == Status.APPORTIONED.value


# --- whether the areas add up ---------------------------------------------------------------------


def control(
    atlas: Atlas, indicator: Indicator, year: int | None, rows: Mapping[str, Value], kind: str
) -> ControlView | None:
    """Compare the city with what its areas reported; None where they do not add up to it.

    Parameters
    ----------
    rows : by area, those of one indicator, year and kind
    """
    if not indicator.additive or indicator.timeless or year is None or not rows:
        return None
    parts = [area.code for area in atlas.parts]
    found = control_total(
        indicator,
        year,
        {code: _as_row(row) for code, row in rows.items()},
        city=atlas.city,
        areas=[code for code in parts if existed(code, year, atlas.rules.vintages)],
        kind=kind,
    )
    return ControlView(
        total=found.total.value,
        reported_sum=found.reported_sum.value,
        sum_range=found.reported_sum.ends,
        gap=found.gap.value,
        gap_range=found.gap.ends,
        **{name: getattr(found, name) for name in ("reported", "areas", "lacking", "reason")},
        verdict=found.verdict.value,
        text=_control_text(found, indicator, rows.get(atlas.city)),
    )


def _as_row(row: Value) -> dict[str, object]:
    value = math.nan if row.value is None else row.value
    return {"value": value, "status": row.status, "approx": row.approx}


def _control_text(found: ControlTotal, indicator: Indicator, city: Value | None) -> Text:
    total, summed, gap = map(_amount, (found.total, found.reported_sum, found.gap))
    if city and city.undecided:
        total = Text(*[beside(city.others)] * 2)
    unit = indicator.unit
    unknown = found.verdict is Agreement.UNKNOWN
    why = Text(f"（{found.reason.zh}）", f" ({found.reason.en})") if unknown else Text("", "")
    those, done = Text("已上报旗区", "areas that reported"), Text("上报", "reported")
    if not indicator.asked:
        those = Text("有公开数的旗区", "areas with a public figure")
        done = Text("有公开数", "have a public figure")
    return Text(
        f"控制总数：全市 {total.zh}{unit.zh}；{those.zh}合计 {summed.zh}；差 {gap.zh}；"
        f"{found.reported}/{found.areas} {done.zh}；{found.label.zh}{why.zh}",
        f"Control total: city {total.en} {unit.en}; {those.en} {summed.en}; gap {gap.en}; "
        f"{found.reported} of {found.areas} {done.en}; {found.label.en}{why.en}",
    )


def _amount(found: Amount) -> Text:
    text = found.text()
    return text if text.zh else Text("—", "—")


def _number(value: float | None) -> str:
    return "—" if value is None else full(value)


def beside(values: Sequence[float]) -> str:
    """Write values that stand side by side: no rule says which one holds."""
    return "｜".join(_number(value) for value in values)


# --- what several areas have together -------------------------------------------------------------


class _Said(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> Text: ...
    @property
    def value(self) -> float | None: ...
    @property
    def status(self) -> str: ...


def joined_areas(areas: Sequence[_Said], joint: Sequence[_Said]) -> list[int]:
    """Give the places of areas that have no figure of their own, only one together."""
    together = {code for one in joint if one.value is not None for code in members(one.code)}
    return [
        place
        for place, one in enumerate(areas)
        if one.code in together and one.status == Status.MISSING.value
    ]


def joint_notes(indicator: Indicator, areas: Sequence[_Said], joint: Sequence[_Said]) -> list[Text]:
    """Say of areas without a value that they were counted together, and that nothing is split.

    Parameters
    ----------
    areas, joint : what each area has, and what several have together
    """
    by_code = {one.code: one for one in areas}
    notes = []
    for one in joint:
        alone = [by_code[code] for code in members(one.code) if code in by_code]
        lacking = [area.name for area in alone if area.status == Status.MISSING.value]
        if one.value is None or not lacking:
            continue
        value, unit = _number(one.value), indicator.unit
        zh, en = "、".join(name.zh for name in lacking), ", ".join(name.en for name in lacking)
        notes.append(
            Text(
                f"{one.name.zh} {value}{unit.zh}：{zh}合并填报，没有单独的数，不拆分、不估算",
                f"{one.name.en}: {value} {unit.en}; {en} reported jointly, with no figure of "
                "their own: neither split nor estimated",
            )
        )
    return notes


# --- what was worked out from about so much -------------------------------------------------------


class _Ranged(_Said, Held, Protocol): ...


def range_notes(indicator: Indicator, areas: Sequence[_Ranged]) -> list[Text]:
    """Name the areas whose figure follows from a number that its document gives as 约 or 超过."""
    notes = []
    for one in areas:
        if not (range_ := between(one, indicator).zh):
            continue
        unit = indicator.unit
        zh = f"{one.name.zh}据约数算得，在 {range_}{unit.zh} 之间"
        en = f"{one.name.en}: worked out from an approximate figure, {range_} {unit.en}"
        if unsure(one):
            zh, en = f"{zh}，升降不明，不分级、不排位", f"{en}; the sign is not known: not classed"
        notes.append(Text(zh, en.rstrip()))
    return notes


# --- how much is withheld -------------------------------------------------------------------------


def withheld_notes(areas: Sequence[_HasStatus]) -> list[Text]:
    """Say how many of the areas are withheld, so that a reader knows what a map leaves out."""
    gone = sum(one.status == Status.SUPPRESSED.value for one in areas)
    if not gone:
        return []
    zh = f"{len(areas)} 个旗区中 {gone} 个不予公开"
    return [Text(zh, f"{gone} of {counted(len(areas), 'area')} withheld")]


# --- what estimates cannot show -------------------------------------------------------------------


def estimates_in_classes(areas: Sequence[_HasStatus]) -> list[Text]:
    """Say how many of the classed values are estimates."""
    count = sum(is_estimate(one) for one in areas)
    if not count:
        return []
    en = "1 of the classed values is an estimate"
    if count > 1:
        en = f"{count} of the classed values are estimates"
    return [Text(f"分级含 {count} 个估算数", en)]


def notes_on(
    atlas: Atlas,
    indicator: Indicator,
    year: int | None,
    areas: Sequence[_HasStatus],
    base_year: int | None,
) -> tuple[Text, ...]:
    """Say what a reader must know of the estimates on a map, or why there are none."""
    if year is None:
        return ()
    estimated = sum(is_estimate(one) for one in areas)
    if not estimated:
        refused = [
            one.reason
            for one in atlas.estimates.refusals
            if (one.indicator, one.year, one.weight) == (indicator.id, year, "")
        ]
        return tuple(Text(f"未作估算：{one.zh}", f"No estimates: {one.en}") for one in refused)
    said = Text(
        f"斜线的 {estimated} 个旗区为估算，不是上报的数",
        "The hatched area is an estimate, not a reported figure"
        if estimated == 1
        else f"The {estimated} hatched areas are estimates, not reported figures",
    )
    flat = _flat(atlas, indicator, year, base_year)
    return (said, flat) if flat else (said,)


def _flat(atlas: Atlas, indicator: Indicator, year: int, base_year: int | None) -> Text | None:
    before = atlas.estimates.weights_in(base_year) if base_year else {}
    return flat_by_construction(indicator, atlas.estimates.weights_in(year), before)


def flat_codes(
    atlas: Atlas,
    indicator: Indicator,
    year: int | None,
    rows: Mapping[str, Value],
    base_year: int | None,
    since: int | None = None,
) -> frozenset[str]:
    """Name the areas whose estimates are the same by their method and differ by rounding only.

    Parameters
    ----------
    rows : by area, what a map shows
    base_year : the year that a change begins with
    since : likewise, of a change that is told as a difference: flat where both its years are
    """
    if year is None:
        return frozenset()
    flat = bool(_flat(atlas, indicator, year, base_year))
    if since is not None and not flat:
        own = atlas.indicators.get(indicator.id, indicator)
        flat = all(_flat(atlas, own, one, None) for one in (since, year))
    return frozenset(
        code
        for code, row in rows.items()
        if flat and row.value is not None and is_estimate(row) and code != atlas.city
    )


def level_of(values: Sequence[float], flat: Sequence[bool], city: float) -> float | None:
    """Give the one value that flat estimates stand for; None where none is flat.

    It is the city's where all values are flat: they are it but for rounding. Beside values that
    were reported they are what the rest has in the mean, told by their median.
    """
    known = sorted(value for value, one in zip(values, flat, strict=True) if one)
    alone = all(one or math.isnan(value) for value, one in zip(values, flat, strict=True))
    if not known:
        return None
    return known[len(known) // 2] if math.isnan(city) or not alone else city


LEVEL = Text("各值之差只是舍入，不分级", "the values differ by rounding only: not classed")


def one_class(values: Sequence[float], indicator: Indicator, why: Text) -> Classes:
    """Put values that are levelled, or one alone, into one class: more would say too much."""
    found = classify(values, method="quantile", decimals=indicator.decimals)
    return replace(found, method=indicator.method, notes=(why,))


# --- one figure is no map -------------------------------------------------------------------------


class _Shown(_Said, Held, Protocol):
    @property
    def others(self) -> tuple[float, ...]: ...


def sole(areas: Sequence[_Shown], indicator: Indicator) -> Text | None:
    """Tell the only figure of a map in words; None where there are several, none, or one area."""
    valued = [one for one in areas if one.value is not None]
    if len(valued) != 1 or len(areas) == 1:
        return None
    area, number = valued[0], known(valued[0], indicator)
    shown = all(_has_none(one) for one in areas if one is not area)
    only = Text("只有一个旗区有数", "Only one area has a figure")
    if not shown:
        only = Text("只有一个旗区的数可以画出", "Only one area has a figure that can be drawn")
    return Text(f"{only.zh}：{area.name.zh} {number.zh}", f"{only.en}: {area.name.en} {number.en}")


def _has_none(one: _Shown) -> bool:
    """Whether nothing is known: neither withheld, nor undecided, nor a range."""
    return one.status != Status.SUPPRESSED.value and not one.others and not unsure(one)
