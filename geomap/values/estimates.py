"""What areas that have not reported may have: the remainder of a total, spread by weights. Pure.

Totals are kept exactly; what was reported is never touched. Each estimate says its method, and a
range from the other weights. Where an honest estimate is not to be had, the reason is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from geomap.errors import Text
from geomap.model.catalog import Indicator, Op
from geomap.tables.comparability import Vintage
from geomap.values.gaps import EstimateWork, Refusal, ValueRow
from geomap.values.margins import fit_margins
from geomap.values.spread import spread_remainder

ESTIMATE_COLUMNS = [
    "indicator", "area", "year", "kind", "value", "status", "figures", "conflict", "base_year",
    "low", "high", "method",
]  # fmt: skip
SPREAD = Text("没有数，按权数分摊估算", "no figure, estimated by weights")


@dataclass(frozen=True, slots=True)
class Estimates:
    """All estimates of a release, what was refused, and the weight of each (indicator, year)."""

    table: pd.DataFrame
    refusals: tuple[Refusal, ...] = ()
    weights_used: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def weights_in(self, year: int) -> dict[str, str]:
        """Give the weight by which each indicator was spread in a year."""
        return {name: weight for (name, of), weight in self.weights_used.items() if of == year}


def estimate(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    city: str,
    areas: Sequence[str],
    *,
    vintages: Mapping[str, Vintage] | None = None,
    complete: Sequence[str] = (),
) -> Estimates:
    """Estimate what areas have not reported, for additive indicators that name weights.

    Parameters
    ----------
    values : DataFrame with the columns of ``indicators.VALUE_COLUMNS``, without estimates
    indicators : by id; each is spread by the first of its ``weights``, the others give the range
    areas : codes of the parts of the city; ties of the largest remainder go by their order
    complete : totals whose parts in the catalogue are all there are; where every area reports the
        total and the city the parts, the parts are fitted to both margins

    Returns
    -------
    Estimates; the table has ``ESTIMATE_COLUMNS``: status "apportioned", ``low`` and ``high`` NaN
    without a second weight, ``method`` a ``Text``. Its rows are of areas whose value is missing,
    never others
    """
    actual = values[values["kind"] == "actual"]
    known: dict[tuple[str, int], dict[str, ValueRow]] = {}
    rows: list[ValueRow] = actual.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        known.setdefault((row["indicator"], int(row["year"])), {})[row["area"]] = row
    world = EstimateWork(known, indicators, city, list(areas), vintages or {})
    fitted = fit_margins(world, complete)
    for (name, year), by_area in known.items():
        indicator = indicators.get(name)
        wanted = indicator is not None and indicator.additive and indicator.weights
        if indicator is not None and wanted and (name, year) not in fitted:
            spread_remainder(world, indicator, year, by_area)
    return Estimates(_table(world), tuple(world.refusals), world.used)


def fill(values: pd.DataFrame, estimates: Estimates) -> pd.DataFrame:
    """Put the estimates in the place of what is missing.

    Parameters
    ----------
    values : those that the estimates were made from

    Returns
    -------
    The values with ``low``, ``high`` and ``method``: NaN, NaN and None for what is no estimate
    """
    given = values.assign(low=math.nan, high=math.nan, method=None)
    if not len(estimates.table):
        return given
    key = ["indicator", "area", "year", "kind"]
    made = estimates.table.assign(rule=None, others=None, approx="", decimals=math.nan)
    for name, item in (("rule", SPREAD), ("others", ())):
        made[name] = pd.Series([item] * len(made), index=made.index, dtype=object)
    gone = pd.MultiIndex.from_frame(given[key]).isin(pd.MultiIndex.from_frame(made[key]))
    filled = pd.concat([given[~gone], made[given.columns]], ignore_index=True)
    return filled.sort_values(key, kind="stable", ignore_index=True)


def _table(world: EstimateWork) -> pd.DataFrame:
    if not world.rows:
        return pd.DataFrame(columns=ESTIMATE_COLUMNS)
    menu = {name: place for place, name in enumerate(world.indicators)}
    order = {area: place for place, area in enumerate(world.areas)}
    world.rows.sort(key=lambda row: (menu[row["indicator"]], row["year"], order[row["area"]]))
    return pd.DataFrame(world.rows, columns=ESTIMATE_COLUMNS)


# --- what an estimate cannot show -----------------------------------------------------------------


def flat_by_construction(
    indicator: Indicator,
    weights_used: Mapping[str, str],
    weights_before: Mapping[str, str] | None = None,
) -> Text | None:
    """Say that estimates make a derived indicator the same everywhere; None when they do not.

    Parameters
    ----------
    weights_used : indicator → the weight it was spread by, as ``Estimates.weights_in`` gives it
    weights_before : the same of the year that a change starts from
    """
    formula = indicator.formula
    if formula is None or formula.op not in (Op.RATIO, Op.QUOTIENT, Op.CHANGE):
        return None
    of, per = weights_used.get(formula.of), weights_used.get(formula.per)
    if formula.op is Op.CHANGE:
        per = (weights_before or {}).get(formula.of)
    if of is None or of not in (formula.per, per):
        return None
    return Text(
        "估算的旗区此值相同（舍入除外）：分子是按同一权数分摊的，相同出于方法，不是实际情况",
        "equal, but for rounding, wherever it is estimated: the numerator was spread by the same "
        "weight, so the sameness is the method's, not a finding",
    )
