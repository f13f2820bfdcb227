"""Small tables of people for the tests of disclosure control: one city, its areas, one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from geomap.disclosure.additive import Table, additive_table
from geomap.errors import Text
from geomap.model.catalog import Indicator, Measure
from geomap.values.indicators import VALUE_COLUMNS

CITY = "市"
TOTAL = "talent"
_NONE = Text("", "")
Rows = Mapping[str, Mapping[str, float | None]]


def catalogue(names: Iterable[str], *, unit: str = "人", decimals: int = 0) -> dict[str, Indicator]:
    """Make counts; all but the total are its parts."""
    return {
        name: Indicator(
            id=name,
            name=Text(name, name),
            group="g",
            unit=Text(unit, unit),
            measure=Measure.COUNT,
            decimals=decimals,
            direction="more",
            definition=Text("", ""),
            part_of="" if name == TOTAL else TOTAL,
            minimum=0.0,
        )
        for name in names
    }


def values_of(rows: Rows, year: int = 2020, status: str = "reported") -> pd.DataFrame:
    """Make values; the city is the sum of the areas unless it is given, None is missing."""
    made = []
    for name, row in rows.items():
        known = [number for area, number in row.items() if number is not None and area != CITY]
        for area, number in {CITY: sum(known), **row}.items():
            said = "missing" if number is None else status
            value = float("nan") if number is None else float(number)
            made.append(
                (name, area, year, "actual", value, said, (f"{name}:{area}",), False, 0, _NONE, ())
            )
    return pd.DataFrame(made, columns=VALUE_COLUMNS[:11]).reindex(columns=VALUE_COLUMNS)


def table_of(
    rows: Rows, *, exact: bool = True, unit: str = "人", decimals: int = 0, status: str = "reported"
) -> Table:
    """Make the table of such values."""
    areas = [area for area in next(iter(rows.values())) if area != CITY]
    indicators = catalogue(rows, unit=unit, decimals=decimals)
    return additive_table(
        values_of(rows, status=status), indicators, city=CITY, areas=areas, exact=exact
    )
