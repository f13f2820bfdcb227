"""The remainder of one indicator and year, spread over the areas that have not reported by weights.

The first weight that can be used gives the value, the others the range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geomap.errors import Text
from geomap.model.catalog import Indicator
from geomap.numbers import counted, full
from geomap.tables.comparability import compare_area
from geomap.values.fitting import EstimateError, largest_remainder
from geomap.values.gaps import (
    NO_RANGE,
    EstimateWork,
    Gap,
    ValueRow,
    areas_there,
    estimated_row,
    find_gap,
    has_value,
    in_units,
)


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight for the missing areas: from which indicator, of which year."""

    indicator: Indicator
    year: int
    values: Mapping[str, float]
    figures: tuple[str, ...]


def spread_remainder(
    world: EstimateWork, indicator: Indicator, year: int, rows: Mapping[str, ValueRow]
) -> None:
    """Spread what a total leaves over the areas that have no figure, or say why it is not done."""
    try:
        gap = find_gap(indicator, year, rows, world.city, areas_there(world, year))
    except EstimateError as error:
        world.refuse(indicator.id, year, error.text)
        return
    if gap is None:
        return
    usable = [
        found for name in indicator.weights if (found := _weight(world, gap, name)) is not None
    ]
    if not usable:
        reason = Text("没有可用的权数，不作估算", "no weight can be used, so nothing is estimated")
        world.refuse(indicator.id, year, reason)
        return
    shares = [_shares(gap, weight) for weight in usable]
    world.used[indicator.id, year] = usable[0].indicator.id
    unused = [
        one.reason
        for one in world.refusals
        if (one.indicator, one.year) == (indicator.id, year) and one.weight
    ]
    method = _method(gap, usable, unused)
    for place, area in enumerate(gap.missing):
        spread = [one[place] for one in shares]
        world.rows.append(_row(gap, area, spread, usable, method))


def _shares(gap: Gap, weight: Weight) -> list[float]:
    given = largest_remainder(gap.remainder, [weight.values[area] for area in gap.missing])
    return [in_units(one, gap.decimals) for one in given]


def _weight(world: EstimateWork, gap: Gap, name: str) -> Weight | None:
    """Take a weight from the year itself, else from the nearest year in which it is complete."""
    indicator = world.indicators.get(name)
    years = [year for of, year in world.values if of == name]
    nearest = sorted(years, key=lambda year: (abs(year - gap.year), -year))
    for year in nearest:
        rows = world.values[name, year]
        if indicator is not None and _covers(world, gap, rows, year):
            found = {area: float(rows[area]["value"]) for area in gap.missing}
            if min(found.values()) < 0 or not any(found.values()):
                reason = Text(
                    f"权数{indicator.name.zh}（{year}年）全为零或有负数，未用",
                    f"{indicator.name.en} of {year} is zero everywhere or negative, not used",
                )
                world.refuse(gap.indicator.id, gap.year, reason, name)
                return None
            ids = [figure for area in gap.missing for figure in rows[area]["figures"]]
            return Weight(indicator, year, found, tuple(dict.fromkeys(ids)))
    label = indicator.name if indicator is not None else Text(name, name)
    reason = Text(
        f"权数{label.zh}没有一年在同一区划上齐全，未用",
        f"{label.en} is complete in no year with the same boundaries, not used",
    )
    world.refuse(gap.indicator.id, gap.year, reason, name)
    return None


def _covers(world: EstimateWork, gap: Gap, rows: Mapping[str, ValueRow], year: int) -> bool:
    """Whether a weight is there for each missing area, within the same boundaries."""
    return all(
        has_value(rows.get(area)) and compare_area(area, gap.year, year, world.vintages).allowed
        for area in gap.missing
    )


def _method(gap: Gap, weights: Sequence[Weight], unused: Sequence[Text]) -> Text:
    first = weights[0]
    total = full(gap.total["value"])
    rest = full(in_units(gap.remainder, gap.decimals))
    unit = gap.indicator.unit
    name = first.indicator.name
    zh = f"估算：全市 {total}{unit.zh}"
    en = f"estimate: the city's {total} {unit.en}"
    if gap.known:
        zh += f" 减有数的 {len(gap.known)} 处，余 {rest}{unit.zh}"
        en += f" less the {len(gap.known)} with a figure, {rest} {unit.en} left"
    zh += f"，按{name.zh}（{first.year}年）分摊到没有数的 {len(gap.missing)} 个旗区"
    en += f", spread over {counted(len(gap.missing), 'area')} by {name.en} ({first.year})"
    if first.year != gap.year:
        zh += f"，{gap.year}年没有完整的权数"
        en += f", for {gap.year} has no complete weight"
    zh += "，最大余数法，合计不变"
    en += ", largest remainder, the total kept"
    if len(weights) > 1:
        others = weights[1:]
        zh += f"；区间另按{'、'.join(f'{w.indicator.name.zh}（{w.year}年）' for w in others)}"
        en += f"; range by {', '.join(f'{w.indicator.name.en} ({w.year})' for w in others)}"
    else:
        zh += "；没有其他可用的权数，不给区间"
        en += "; no other weight, hence no range"
    if unused:
        zh += f"（{'；'.join(one.zh for one in unused)}）"
        en += f" ({'; '.join(one.en for one in unused)})"
    return Text(zh, en)


def _row(
    gap: Gap, area: str, found: Sequence[float], weights: Sequence[Weight], method: Text
) -> ValueRow:
    ids = [*gap.total["figures"], *(figure for row in gap.known for figure in row["figures"])]
    ids += [figure for weight in weights for figure in weight.figures]
    conflict = gap.total["conflict"] or any(row["conflict"] for row in gap.known)
    several = len(found) > 1
    between = (min(found), max(found)) if several else NO_RANGE
    key = (gap.indicator.id, area, gap.year)
    return estimated_row(key, found[0], between, ids, method, conflict=bool(conflict))
