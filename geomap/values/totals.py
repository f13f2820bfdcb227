"""Rows called 合计 in a table of areas: the city's only where all areas are listed above. Pure.

A table of two districts and their 合计 would else store what the two have as what the city has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from geomap.model.findings import Findings
from geomap.model.schema import STATS
from geomap.tables import cells
from geomap.tables.comparability import Vintage, existed, members
from geomap.tables.grid import Grid
from geomap.tables.spellings import TOTALS

_HEADS = {
    cells.lookup_key(name)
    for column in STATS.columns
    if column.name == "area"
    for name in (column.name, *column.names)
}


def check_totals(
    grid: Grid,
    frame: pd.DataFrame,
    areas: Collection[str],
    vintages: Mapping[str, Vintage],
    findings: Findings,
) -> None:
    """Refuse a 合计 that is of some areas only.

    Parameters
    ----------
    grid : the table as it was typed
    frame : the same rows as ``check_grid`` gives them for ``schema.STATS``
    areas : the codes of all areas but the city
    """
    lines = _lines_of_totals(grid)
    if not lines:
        return
    for (_, year, _), part in frame.groupby(["indicator", "year", "kind"]):
        totals = part.index[part.index.isin(lines)]
        rest = part[~part.index.isin(lines)]
        listed = {code for area in rest["area"] for code in members(area)}
        said = str(year)
        wanted = [one for one in areas if not said.isdigit() or existed(one, int(said), vintages)]
        there = sum(code in listed for code in wanted)
        for line in totals if there < len(wanted) else []:
            findings.error(
                (grid.file, int(line), "area"),
                (
                    f"“合计”之上只有 {there} 个旗区（共 {len(wanted)} 个），不能当作全市",
                    f"a total of {there} areas of {len(wanted)} is not taken for the city's",
                ),
                (
                    "确是全市的数就写“全市”；几个旗区之和写代码相加，如 150602+150603",
                    "write 全市 where it is the city's; codes with + for the sum of several areas",
                ),
            )


def _lines_of_totals(grid: Grid) -> set[int]:
    at = next((i for i, one in enumerate(grid.header) if cells.lookup_key(one) in _HEADS), None)
    if at is None:
        return set()
    return {
        line
        for row, line in zip(grid.rows, grid.lines, strict=True)
        if at < len(row) and cells.lookup_key(row[at]) in TOTALS
    }
