"""What each audience may see: small counts of people and all that would give them away taken out.

In: values as in ``Atlas.values``. Out: the same, with what is withheld as 不予公开 (``suppressed``,
no number, no figures). Leaders and internal readers see all; the public sees what is safe.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.disclosure.additive import CountCell, Key, Table, additive_table
from geomap.disclosure.suppression import Suppression, Threshold, suppress
from geomap.errors import RequestError, Text
from geomap.model.audience import Audience as Audience
from geomap.model.catalog import Indicator, Op, Status
from geomap.numbers import full

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Whom something is for, and by which rules counts are withheld from it."""

    audience: Audience = Audience.INTERNAL
    rules: Threshold = field(default_factory=Threshold)

    @property
    def note(self) -> Text:
        """What a page or a file says of it."""
        name = self.audience.label
        if self.audience.sees_all:
            return name
        least = full(self.rules.threshold)
        return Text(
            f"{name.zh}：少于 {least} 人的数及可推出它们的数已隐去",
            f"{name.en}: counts below {least} people, and figures that would reveal them, are "
            "withheld",
        )


@dataclass(frozen=True)
class Publication:
    """What an audience is given.

    Parameters
    ----------
    values : as ``Atlas.values``, to be used in its place
    hidden : indicator, area and year of all that is withheld, derived values too
    suppression : which counts are withheld and how well that hides
    """

    audience: Audience
    values: pd.DataFrame
    hidden: frozenset[Key]
    suppression: Suppression


def publication(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    disclosure: Disclosure,
    *,
    city: str,
    areas: Sequence[str],
    linked: Mapping[str, Sequence[str]] | None = None,
) -> Publication:
    """Take out of the values what an audience may not see.

    Parameters
    ----------
    city, areas : code of the whole and of its parts
    linked : stored indicators without a formula → the counts that they give away

    Raises
    ------
    RequestError : something cannot be hidden: nothing is given then
    """
    audience = disclosure.audience
    if audience.sees_all:
        return Publication(audience, values, frozenset(), Suppression())
    table = additive_table(values, indicators, city=city, areas=areas)
    made_from = _made_from(values, indicators)
    found = suppress(table, disclosure.rules, made_from=made_from)
    if found.exposed:
        raise _cannot_hide(found, indicators)
    hidden = withhold_derived(values, indicators, found.withheld, city=city, linked=linked)
    # Numbers that are made of counts which themselves have none to be taken out.
    told = values[values[["value", "low", "high"]].notna().any(axis=1)]
    others = _without_number(table, found)
    hidden |= withhold_derived(told, indicators, others, city=city, linked=linked) - others
    return Publication(audience, without(values, hidden), hidden, found)


def _without_number(table: Table, found: Suppression) -> frozenset[Key]:
    """Give what was withheld already, and what nobody reported but follows or is relied on."""
    withheld = table.is_one_of(CountCell.WITHHELD)
    relied = [key in found.relies_on for key in table.keys] & table.is_one_of(CountCell.MISSING)
    return frozenset(table.keys[cell] for cell in np.flatnonzero(withheld | relied)) | found.implied


def _made_from(
    values: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> dict[Key, frozenset[Key]]:
    """Give the counts that each estimate was worked out from, as far as its figures say.

    One that rests on a total of its indicator in the area comes from a table that was fitted to
    both margins: from all counts of it.
    """
    columns = values.loc[
        values["kind"] == "actual", ["indicator", "area", "year", "status", "figures"]
    ]
    of: dict[str, Key] = {}
    tables: dict[tuple[str, int], set[Key]] = {}
    estimates: dict[Key, Sequence[str]] = {}
    for name, area, year, status, figures in columns.itertuples(index=False, name=None):
        key = (str(name), str(area), int(year))
        if status == Status.APPORTIONED.value:
            estimates[key] = figures
            continue
        of |= dict.fromkeys(figures, key)
        whole = indicators[key[0]].part_of if key[0] in indicators else ""
        for total in {key[0], whole} - {""}:
            tables.setdefault((total, key[2]), set()).add(key)
    made = {}
    for (name, area, year), figures in estimates.items():
        parts = {of[one] for one in figures if one in of}
        total = indicators[name].part_of if name in indicators else ""
        if any(part[0] == total for part in parts):
            parts |= tables.get((total, year), set())
        if parts:
            made[name, area, year] = frozenset(parts)
    return made


def withhold_derived(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    hidden: Collection[Key],
    *,
    city: str,
    linked: Mapping[str, Sequence[str]] | None = None,
) -> frozenset[Key]:
    """Add the derived values that would give a withheld one away: any that it is a part of.

    Returns
    -------
    the keys in ``hidden`` and those of shares, rates, quotients and changes made of them
    """
    found = set(hidden)
    made = {name for name, one in indicators.items() if one.formula} | set(linked or {})
    chosen = values[(values["kind"] == "actual") & values["indicator"].isin(list(made))]
    rows = chosen[["indicator", "area", "year", "base_year"]].itertuples(index=False, name=None)
    waiting = [(str(name), str(area), int(year), int(base)) for name, area, year, base in rows]
    years = sorted({int(year) for year in values["year"]})
    while True:
        fresh = {
            row[:3]
            for row in waiting
            if row[:3] not in found
            and not found.isdisjoint(_parts(row, indicators, city, years, linked or {}))
        }
        if not fresh:
            return frozenset(found)
        found |= fresh


def as_audience(name: Audience | str) -> Audience:
    """Give the audience of this name, or say which there are."""
    try:
        return Audience(name)
    except ValueError:
        raise RequestError(
            f"没有受众 {name}，可用 leader（领导全数）、internal（内部全数）、public（小数已保护）",
            f"there is no audience {name}; use leader, internal or public",
        ) from None


def _cannot_hide(found: Suppression, indicators: Mapping[str, Indicator]) -> RequestError:
    named = [
        (indicators[name].name if name in indicators else Text(name, name), area, year)
        for name, area, year in sorted(found.exposed)
    ]
    zh = "、".join(f"{name.zh} {area} {year}年" for name, area, year in named)
    en = ", ".join(f"{name.en} {area} {year}" for name, area, year in named)
    return RequestError(
        f"以下数即使扣下相关各数仍可推出：{zh}；请不公开这些指标，或降低保护宽度",
        f"these follow even when all that is linked to them is withheld: {en}; leave these "
        "indicators out, or ask for less protection",
    )


def _parts(
    row: tuple[str, str, int, int],
    indicators: Mapping[str, Indicator],
    city: str,
    years: Sequence[int],
    linked: Mapping[str, Sequence[str]],
) -> set[Key]:
    name, area, year, base_year = row
    # An increase is of two years, and the catalogue does not say which.
    additive = name in indicators and indicators[name].additive
    parts = {
        (one, area, when)
        for one in linked.get(name, ())
        for when in (years if additive else [year])
    }
    formula = indicators[name].formula if name in indicators else None
    if formula is None or formula.op is Op.SITES:
        return parts
    places = [area, city] if formula.op in (Op.SHARE, Op.QUOTIENT) else [area]
    for of in {formula.of, formula.per} - {""}:
        timeless = of in indicators and indicators[of].timeless
        when = years if timeless else [year, base_year]
        parts |= {(of, place, one) for place in places for one in when}
    return parts


def without(values: pd.DataFrame, hidden: Collection[Key]) -> pd.DataFrame:
    """Take out all that tells of withheld values."""
    rows = values[["indicator", "area", "year", "kind"]].itertuples(index=False, name=None)
    gone = np.array([row[3] == "actual" and row[:3] in hidden for row in rows], dtype=bool)
    emptied: dict[str, Any] = {
        name: _blanked(values[name], gone, blank)
        for name, blank in _BLANKS.items()
        if name in values
    }
    return values.assign(
        status=values["status"].mask(gone, Status.SUPPRESSED.value),
        conflict=values["conflict"].astype(bool) & ~gone,
        **emptied,
    )


_BLANKS: Mapping[str, Any] = {
    "value": np.nan, "low": np.nan, "high": np.nan, "method": None,
    "figures": (), "others": (), "rule": Text("", ""), "approx": "", "decimals": np.nan,
}  # fmt: skip
"""All that tells of a value, and what stands there when it is withheld."""


def _blanked(column: pd.Series, gone: np.ndarray, blank: Any) -> Any:
    if isinstance(blank, float):
        return column.mask(gone, blank)
    return [blank if out else one for out, one in zip(gone, column, strict=True)]
