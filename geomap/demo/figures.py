"""Made-up figures for demonstrations, as rows of a release: values, statuses, targets.

The complete matrix comes first (``geomap.demo.matrix``); then cells are taken away, never in a
year for which a document gives the city's figure. So the control totals of a demonstration show
both years that close and years in which somebody did not report, and the city's row is whole in
all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from geomap.demo.city import (
    LAST,
    YEARS,
    Known,
    draw_number,
    known_figures,
    printed_decimals,
    units_of,
)
from geomap.demo.levels import CITY_ONLY, ONLY
from geomap.demo.matrix import DemoSeries, complete_matrix
from geomap.model.catalog import Kind, Status

if TYPE_CHECKING:
    from geomap.atlas import Atlas

SOURCE = "demo"
NOTE = "示例数据 非真实统计"
TARGET_YEARS = (2020, 2025)

DemoRow = dict[str, str]


def figure_rows(atlas: Atlas, *, seed: int) -> list[DemoRow]:
    """Make up the figures of a release.

    Parameters
    ----------
    atlas : the real release, for its catalogue, areas and city figures

    Returns
    -------
    rows with the columns of ``model.schema.STATS``, in the order of the catalogue, then actual
    before target, area, year
    """
    rows: list[DemoRow] = []
    known = known_figures(atlas)
    for number, (name, series) in enumerate(complete_matrix(atlas, seed=seed).items(), start=1):
        indicator = atlas.indicators[name]
        common = {
            "indicator": name,
            "unit": indicator.unit.zh,
            "locator": f"示例表 {number:02d}",
            "quote": "",
            "note": NOTE,
            "approx": "",
        }
        cells = [
            *_actual_cells(name, atlas.city, series, known[name], seed),
            *_target_cells(atlas.city, known[name]),
        ]
        rows += [cell | common for cell in cells]
    return rows


def cell_statuses(
    name: str, codes: Collection[str], whole_years: Collection[int], *, seed: int
) -> dict[tuple[str, int], Status]:
    """Choose the cells of one indicator that are not simply reported.

    Parameters
    ----------
    whole_years : years in which every area reports

    Returns
    -------
    by area and year: missing, suppressed (never one area alone, or the city's figure would give
    it away) or apportioned; the others follow the year
    """
    statuses: dict[tuple[str, int], Status] = {}
    for year in (year for year in YEARS if year not in whole_years):
        for code in codes:
            chance = draw_number(seed, "status", name, code, year)
            if chance < _MISSING:
                statuses[code, year] = Status.MISSING
            elif chance < _MISSING + _APPORTIONED:
                statuses[code, year] = Status.APPORTIONED
        if draw_number(seed, "withheld", name, year) < _WITHHELD:
            hidden = sorted(
                codes, key=lambda code: draw_number(seed, "withheld", name, year, code)
            )[:2]
            statuses.update({(code, year): Status.SUPPRESSED for code in hidden})
    return statuses


def decimal_text(value: int, decimals: int) -> str:
    """Print an integer of 10 ** -decimals: 2940 of two decimals is "29.40"."""
    digits = f"{abs(value):0{decimals + 1}d}"
    cut = len(digits) - decimals
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:cut]}.{digits[cut:]}" if decimals else digits)


_EMPTY = (Status.MISSING, Status.SUPPRESSED)
# Shares of the cells (for withheld: of the years), in the years that need not close.
_MISSING = 0.05
_APPORTIONED = 0.02
_WITHHELD = 0.06


def _actual_cells(
    name: str, city: str, series: DemoSeries, facts: Known, seed: int
) -> list[DemoRow]:
    statuses = cell_statuses(name, list(series.areas), facts.actual, seed=seed)
    areas = {} if name in CITY_ONLY else series.areas
    cells = []
    for code, values in {city: series.city, **areas}.items():
        for year, value in zip(YEARS, values, strict=True):
            status = statuses.get((code, year), _ordinary(year))
            text = "" if status in _EMPTY else decimal_text(value, series.decimals)
            if ONLY.get(name, year) == year:
                cells.append(_cell(code, year, text, Kind.ACTUAL, status))
    return cells


def _target_cells(city: str, facts: Known) -> list[DemoRow]:
    cells = []
    for year in TARGET_YEARS:
        if year in facts.target:
            decimals = printed_decimals(facts.target[year])
            text = decimal_text(units_of(facts.target[year], decimals), decimals)
            cells.append(_cell(city, year, text, Kind.TARGET, Status.REPORTED))
    return cells


def _cell(area: str, year: int, value: str, kind: Kind, status: Status) -> DemoRow:
    return {
        "area": area,
        "year": str(year),
        "value": value,
        "kind": kind.value,
        "status": status.value,
    }


def _ordinary(year: int) -> Status:
    # The latest year is not final yet, as in real statistics.
    return Status.PROVISIONAL if year == LAST else Status.REPORTED
