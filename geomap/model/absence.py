"""Why an area has no value, in one word for every surface. Pure.

未上报 accuses somebody: it is said only of what the banners are asked to report
(``Indicator.asked``), or of what a document records as not reported. What nobody was asked for has
no public figure; a change lacks a year, or spans another definition or other boundaries.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

from geomap.errors import Text
from geomap.model.catalog import UNPUBLISHED, Indicator, Op, Status
from geomap.model.wording import Held, unsure

ABSENCES: Mapping[str, Text] = MappingProxyType(
    {
        "missing": Status.MISSING.label,
        "unpublished": UNPUBLISHED,
        "no_pair": Text("无可比数", "no comparison"),
        "incomparable": Text("不可比", "not comparable"),
        "suppressed": Status.SUPPRESSED.label,
    }
)
"""By id, in the order of a legend."""
RANGED = Text("只知范围", "only a range known")
"""What is said of a difference of approximate figures whose sign is not known: it is no gap."""


class _Row(Held, Protocol):
    @property
    def status(self) -> str: ...
    @property
    def figures(self) -> tuple[str, ...]: ...


def absence(
    indicator: Indicator, row: _Row | None, *, change: bool = False, comparable: bool = True
) -> str:
    """Say why there is no value: a key of ``ABSENCES``, "" where there is one.

    Parameters
    ----------
    row : what is known of the area; None for nothing at all
    change : whether a change is told; that an indicator is one by its formula is known
    comparable : whether definition and boundaries allow the change to be told
    """
    if row is not None and row.value is not None:
        return ""
    if row is not None and row.status == Status.SUPPRESSED.value:
        return Status.SUPPRESSED.value
    formula = indicator.formula
    if change or (formula is not None and formula.op is Op.CHANGE):
        return "no_pair" if comparable else "incomparable"
    recorded = row is not None and bool(row.figures) and formula is None
    return "missing" if indicator.asked or recorded else "unpublished"


def gap_word(row: Mapping[str, Any]) -> Text:
    """Give the word that stands in a row of progress for an actual that is not there."""
    return ABSENCES[row["actual_absence"] or "missing"]


def absence_word(indicator: Indicator, row: _Row) -> Text:
    """Give the word that stands for a value that is not there."""
    if unsure(row):
        return RANGED
    return ABSENCES[getattr(row, "absence", "") or absence(indicator, row) or "missing"]
