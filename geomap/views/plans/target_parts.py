"""The parts that targets are grouped by: a numbered table of a document (专栏1, 表2) or its text.

The base year of a part is the earliest year before the target year of which the part itself gives
actual figures (2015 in 专栏1, 2020 in 专栏2). A part without any takes that of the others
for the same target year (the latest of documents not dated after it, else the earliest); when
there are none, the latest year that the indicator is known for up to the year of the document.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.model.catalog import Source, Status
from geomap.views.plans.target_rows import TargetRow, TrackPoint

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_TABLE = re.compile(r"^(专栏|表)\s*(\d{1,6}(?:[-–.]\d{1,6})?)")


@dataclass(frozen=True, slots=True)
class TargetPart:
    """A numbered table of a document, or its running text (``table`` is "")."""

    source: Source
    table: str
    alone: bool
    targets: tuple[TargetRow, ...]
    actuals: tuple[TargetRow, ...]

    @property
    def id(self) -> str:
        """``source:table``; the source alone for a document without numbered tables."""
        return self.source.id if self.alone else f"{self.source.id}:{self.table or 'text'}"

    @property
    def name(self) -> Text:
        """The heading of the part."""
        if self.alone:
            return self.source.named
        zh, en = self.source.named
        if not self.table:
            return Text(f"{zh} · 正文", f"{en} · text")
        number = self.table.lstrip("专栏表")
        return Text(f"{zh} · {self.table}", f"{en} · Table {number}")


def target_parts(atlas: Atlas) -> list[TargetPart]:
    """Give the parts of all documents that have a target, in their order."""
    found: dict[tuple[str, str], dict[str, list[TargetRow]]] = {}
    for row in atlas.figure_rows.values():
        if row["status"] == Status.DERIVED.value:
            continue  # counted or measured by us, not said by the document
        match = _TABLE.match(row["locator"])
        key = (row["source"], f"{match[1]}{match[2]}" if match else "")
        found.setdefault(key, {"target": [], "actual": []})[row["kind"]].append(row)
    tabled = {source for source, table in found if table}
    parts = [
        TargetPart(
            source=atlas.sources[source],
            table=table,
            alone=source not in tabled,
            targets=tuple(_in_lines(rows["target"])),
            actuals=tuple(_in_lines(rows["actual"])),
        )
        for (source, table), rows in found.items()
        if rows["target"]
    ]
    return sorted(parts, key=_place)


def _place(part: TargetPart) -> tuple[Any, ...]:
    numbers = tuple(int(digits) for digits in re.findall(r"\d+", part.table))
    return part.source.date, part.source.id, not part.table, numbers, part.table


def _in_lines(rows: list[TargetRow]) -> list[TargetRow]:
    def line(row: TargetRow) -> tuple[int, str]:
        number = row["id"].rpartition(":")[2]
        return (int(number) if number.isdecimal() else 0), row["id"]

    return sorted(rows, key=line)


def targets_of(part: TargetPart) -> list[TargetRow]:
    """List the targets of a part; in a table also what it names without a target, in its place."""
    seen: dict[tuple[Any, ...], TargetRow] = {}
    for row in part.targets:
        seen.setdefault((row["area"], row["indicator"], row["year"], repr(row["value"])), row)
    wanted = list(seen.values())
    if part.table:
        aimed = {(row["area"], row["indicator"]) for row in wanted}
        last = {
            row["area"]: max(r["year"] for r in wanted if r["area"] == row["area"])
            for row in wanted
        }
        for row in part.actuals:
            if row["area"] in last and (row["area"], row["indicator"]) not in aimed:
                aimed.add((row["area"], row["indicator"]))
                wanted.append(_without_target(row, last[row["area"]]))
    return _in_lines(wanted)


def _without_target(actual: TargetRow, year: int) -> TargetRow:
    return {**actual, "kind": "target", "value": math.nan, "year": year, "status": "", "note": ""}


def base_years(parts: list[TargetPart]) -> Mapping[tuple[str, str, int], int]:
    """Find the base years by part, area and target year: the part's own, else those of others."""
    own: dict[tuple[str, str, int], int] = {}
    for part in parts:
        for area, year in {(row["area"], int(row["year"])) for row in part.targets}:
            known = [row for row in part.actuals if row["area"] == area and row["year"] < year]
            if years := [int(row["year"]) for row in known if not math.isnan(row["value"])]:
                own[part.id, area, year] = min(years)
    borrowed = {}
    for part in parts:
        for area, year in {(row["area"], int(row["year"])) for row in part.targets}:
            others = [one for one in parts if (one.id, area, year) in own]
            # A later evaluation does not move the start of an earlier plan.
            before = [one for one in others if one.source.date <= part.source.date]
            if others:
                found = [own[one.id, area, year] for one in before or others]
                borrowed[part.id, area, year] = max(found) if before else min(found)
    return {**borrowed, **own}


def known_before(points: Mapping[int, TrackPoint], target_year: int, source: Source) -> int | None:
    """Give the latest year known before a target year, up to that of the document."""
    written = int(source.date[:4]) if source.date[:4].isdecimal() else target_year
    years = [year for year, point in points.items() if point.value is not None]
    return max((year for year in years if year < target_year and year <= written), default=None)
