"""Plan progress: every target of every document against what is known to have become of it.

A *part* is what targets are grouped by: a numbered table of a document (专栏1, 表2) or its running
text. Within a part each target is a row of its own, so that documents which disagree stand side by
side, each with its source; an indicator that a table names without a target is a row too.

The base year of a part is the earliest year before the target year of which the part itself gives
actual figures (2015 in 专栏1, 2020 in 专栏2). A part without any takes that of the others
for the same target year (the latest of documents not dated after it, else the earliest); when
there are none, the latest year that the indicator is known for up to the year of the document. A
target that a later document repeats unchanged keeps the base year it had, so that an evaluation
does not begin the plan anew.

The base and the actual are those of the part itself where it has them (专栏1's 4.64 and 专栏2's 4.8
are both right in their place), else the value that ``geomap.values.indicators.resolve`` chose.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from geomap.errors import Text
from geomap.model.absence import absence
from geomap.model.approx import with_word
from geomap.model.catalog import Indicator, Kind, Source, Status
from geomap.numbers import full, percent
from geomap.views.plans.counts import count_verdicts, targets_once
from geomap.views.plans.verdicts import TOLERANCE, Aim, Outcome, Reading, Verdict, judge

if TYPE_CHECKING:
    from geomap.atlas import Atlas

__all__ = [
    "TOLERANCE", "Outcome", "Verdict", "amount", "by_group", "conflict_count", "count_verdicts",
    "default_year", "judge", "judged_row", "progress_rows", "target_working",
]  # fmt: skip

TargetRow: TypeAlias = "dict[str, Any]"
_TABLE = re.compile(r"^(专栏|表)\s*(\d{1,6}(?:[-–.]\d{1,6})?)")
_INCOMPARABLE = re.compile(r"口径不可比|分母为")


class TrackPoint(NamedTuple):
    """An actual figure; ``value`` is None when it was not reported or is withheld."""

    year: int
    value: float | None
    status: str
    source: str
    figure: str
    conflict: bool
    approx: str = ""


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


def progress_rows(atlas: Atlas, as_of: int) -> list[TargetRow]:
    """Judge every target of the figures as of the end of a year.

    Returns
    -------
    JSON-ready dicts, parts that still run first, then in the order of the documents, their tables
    and lines; ``verdict`` and ``reason`` are Chinese, ``verdict_en`` and ``reason_en`` beside;
    unknown numbers are None; ``plan`` and ``counted`` say where a row counts, and whether
    """
    parts = _parts(atlas)
    base_years = _base_years(parts)
    set_before: dict[tuple[Any, ...], int] = {}
    rows = []
    for part in parts:
        for target in _wanted(part):
            points = _points(atlas, part, target["indicator"], target["area"])
            base_year = base_years.get((part.id, target["area"], target["year"]))
            if base_year is None:
                base_year = _known_before(points, target["year"], part.source)
            promise = (target["indicator"], target["area"], target["year"], target["value"])
            if base_year is not None and not math.isnan(target["value"]):
                base_year = set_before.setdefault(promise, base_year)
            rows.append(_row(atlas, part, target, base_year, points, as_of))
    running = {row["group"] for row in rows if row["running"]}
    once = {id(row) for row in targets_once(rows)}
    listed = [{**row, "counted": id(row) in once} for row in rows]
    return sorted(listed, key=lambda row: row["group"] not in running)


def default_year(atlas: Atlas) -> int:
    """Give the latest year that a planned indicator is known for: as far as verdicts can reach.

    Without any such year, the latest that any document has an actual of, of a site too, then the
    latest year of any figure; 0 when there is none.
    """
    figures = atlas.figures
    known = figures[(figures["kind"] == Kind.ACTUAL.value) & figures["value"].notna()]
    targets = figures[figures["kind"] == Kind.TARGET.value]
    planned = set(zip(targets["indicator"], targets["area"], strict=True))
    pairs = zip(known["indicator"], known["area"], known["year"], strict=True)
    years = [int(year) for indicator, area, year in pairs if (indicator, area) in planned]
    said = known.loc[known["status"] != Status.DERIVED.value, "year"].tolist()
    sites = atlas.site_figures
    of_sites = sites.loc[(sites["kind"] == Kind.ACTUAL.value) & (sites["date"] != ""), "date"]
    said += [int(date[:4]) for date in of_sites]
    return max(years or said or figures["year"].tolist(), default=0)


def conflict_count(atlas: Atlas) -> int:
    """Count (indicator, area, year, kind) for which documents give different values."""
    key = ["indicator", "area", "year", "kind"]
    return int((atlas.figures.groupby(key)["value"].nunique() > 1).sum())


def by_group(rows: Iterable[TargetRow]) -> list[list[TargetRow]]:
    """Split rows into their parts, in order."""
    groups: dict[str, list[TargetRow]] = defaultdict(list)
    for row in rows:
        groups[row["group"]].append(row)
    return list(groups.values())


def target_working(row: TargetRow) -> list[Text]:
    """Write out how the shares and the pace of a row were worked out; empty when there are none."""
    base, target, actual = (_written(row[name]) for name in ("base", "target", "actual"))
    years = (
        f"{row['actual_year']} − {row['base_year']}",
        f"{row['target_year']} − {row['base_year']}",
    )
    lines = []
    if (done := row["done_share"]) is not None:
        sum_ = f"({actual} − {base}) ÷ ({target} − {base}) = {percent(done)}%"
        lines.append(
            Text(
                f"完成比例 =（实际 − 基期）÷（目标 − 基期）= {sum_}",
                f"Share of the way = (actual − base) ÷ (target − base) = {sum_}",
            )
        )
    if (time := row["time_share"]) is not None:
        sum_ = f"({years[0]}) ÷ ({years[1]}) = {percent(time)}%"
        lines.append(
            Text(
                f"时间比例 =（实际年 − 基年）÷（目标年 − 基年）= {sum_}",
                f"Share of the time = (its year − base year) ÷ (target year − base year) = {sum_}",
            )
        )
    if (pace := row["pace_needed"]) is not None:
        span = f"({row['target_year']} − {row['actual_year']})"
        sum_ = f"({target} − {actual}) ÷ {span} = {full(pace, digits=4)}"
        lines.append(
            Text(
                f"今后每年需 =（目标 − 最近实际）÷ 剩余年数 = {sum_} {row['unit']}",
                f"Needed a year = (target − latest actual) ÷ years left = {sum_} {row['unit_en']}",
            )
        )
    return lines


def _parts(atlas: Atlas) -> list[TargetPart]:
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


def _wanted(part: TargetPart) -> list[TargetRow]:
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


def _base_years(parts: list[TargetPart]) -> Mapping[tuple[str, str, int], int]:
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


def _known_before(points: Mapping[int, TrackPoint], target_year: int, source: Source) -> int | None:
    written = int(source.date[:4]) if source.date[:4].isdecimal() else target_year
    years = [year for year, point in points.items() if point.value is not None]
    return max((year for year in years if year < target_year and year <= written), default=None)


def _points(atlas: Atlas, part: TargetPart, indicator: str, area: str) -> dict[int, TrackPoint]:
    """Give what is known by year: the part's own figure first, else the one that was chosen.

    Estimates made here are left out: nobody is judged by a share of somebody else's total.
    """
    points = {}
    for year, areas in atlas.series.get((indicator, Kind.ACTUAL.value), {}).items():
        if (value := areas.get(area)) is not None and not value.spread:
            figure = value.figures[0] if value.figures else ""
            source = atlas.figure_sources.get(figure, "")
            word = atlas.figure_rows[figure]["approx"] if figure in atlas.figure_rows else ""
            word = word if len(value.figures) == 1 else ""
            points[year] = TrackPoint(
                year, value.value, value.status, source, figure, value.conflict, word
            )
    for row in reversed(part.actuals):
        if (row["indicator"], row["area"]) == (indicator, area) and not math.isnan(row["value"]):
            year = int(row["year"])
            conflict = year in points and points[year].conflict
            points[year] = TrackPoint(
                year,
                float(row["value"]),
                row["status"],
                row["source"],
                row["id"],
                conflict,
                row["approx"],
            )
    return dict(sorted(points.items()))


def _row(
    atlas: Atlas,
    part: TargetPart,
    target: TargetRow,
    base_year: int | None,
    points: Mapping[int, TrackPoint],
    as_of: int,
) -> TargetRow:
    indicator = atlas.indicators[target["indicator"]]
    area = atlas.area(target["area"])
    chosen = atlas.series.get((indicator.id, Kind.TARGET.value), {}).get(int(target["year"]), {})
    same = chosen.get(area.code)
    has_target = not math.isnan(target["value"])
    return {
        "group": part.id,
        "group_zh": part.name.zh,
        "group_en": part.name.en,
        "area": area.code,
        "area_zh": area.name_zh,
        "area_en": area.name_en,
        "plan": f"{part.source.id}:{target['year']}",
        "running": int(target["year"]) > as_of,
        **judged_row(
            _identity(indicator),
            target,
            points,
            base_year=base_year,
            as_of=as_of,
            gap=absence(indicator, None),
        ),
        "conflict": has_target and bool(same and same.conflict),
        "series": [point._asdict() for point in points.values() if point.value is not None],
    }


def _identity(indicator: Indicator) -> TargetRow:
    return {
        "indicator": indicator.id,
        "name_zh": indicator.name.zh,
        "name_en": indicator.name.en,
        "unit": indicator.unit.zh,
        "unit_en": indicator.unit.en,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
    }


def judged_row(
    identity: TargetRow,
    target: TargetRow,
    points: Mapping[int, TrackPoint],
    *,
    base_year: int | None,
    as_of: int,
    gap: str = "unpublished",
) -> TargetRow:
    """Make the row of one target.

    Parameters
    ----------
    identity : members that say what the row is about, the last which ``direction`` is better
    target : a row of ``Atlas.figures``, or of ``Atlas.site_figures`` with its ``year``; ``value``
        is NaN and ``year`` None where the document has none
    points : what is known, by year, ascending
    gap : why there is no actual when nothing is recorded of it, a key of ``ABSENCES``; of sites
        nobody is asked for figures
    """
    target_year = None if target["year"] is None else int(target["year"])
    limit_year = min(as_of, target_year or as_of)
    known = [point for point in points.values() if point.value is not None]
    base = next((point for point in known if point.year == base_year), None)
    actual = next((point for point in reversed(known) if point.year <= limit_year), None)
    value = None if math.isnan(target["value"]) else float(target["value"])
    comparable = not _INCOMPARABLE.search(target["note"])
    aim = Aim(value, target_year, identity["direction"], comparable, target["approx"])
    found = judge(
        Reading(base.value if base else None, base_year),
        aim,
        Reading(actual.value, actual.year) if actual else Reading(),
        as_of=as_of,
    )
    return {
        **identity,
        "base_year": base_year,
        **_members("base", base),
        **_aimed(target, value, target_year),
        "actual_year": actual.year if actual else None,
        **_members("actual", actual),
        "actual_status": actual.status if actual else _status_of_none(points, limit_year),
        "actual_absence": "" if actual else _why_none(points, limit_year, gap),
        **_verdict(found, _with_status(found.reason, actual, base_year)),
        "locator": target["locator"],
        "quote": target["quote"],
        "note": target["note"],
    }


def _aimed(target: TargetRow, value: float | None, year: int | None) -> TargetRow:
    told = {
        f"target_{name}": "" if value is None else target[of]
        for name, of in (
            ("source", "source"), ("figure", "id"), ("status", "status"), ("approx", "approx"),
        )
    }  # fmt: skip
    return {"target": value, "target_year": year, **told}


def _verdict(found: Verdict, reason: Text) -> TargetRow:
    return {
        "done_share": found.done_share,
        "time_share": found.time_share,
        "pace_needed": found.pace_needed,
        "outcome": found.verdict.value,
        "symbol": found.verdict.symbol,
        "verdict": found.verdict.label.zh,
        "verdict_en": found.verdict.label.en,
        "reason": reason.zh,
        "reason_en": reason.en,
    }


def _members(name: str, point: TrackPoint | None) -> TargetRow:
    return {
        name: point.value if point else None,
        f"{name}_source": point.source if point else "",
        f"{name}_figure": point.figure if point else "",
        f"{name}_status": point.status if point else "",
        f"{name}_conflict": bool(point and point.conflict),
        f"{name}_approx": point.approx if point else "",
    }


def _why_none(points: Mapping[int, TrackPoint], limit_year: int, gap: str) -> str:
    """Say why there is no actual: withheld, recorded as not reported, or what is said of any."""
    said = {point.status for point in points.values() if point.year <= limit_year and point.figure}
    recorded = (Status.SUPPRESSED.value, Status.MISSING.value)
    return next((one for one in recorded if one in said), gap)


def _status_of_none(points: Mapping[int, TrackPoint], limit_year: int) -> str:
    withheld = Status.SUPPRESSED.value
    some = any(point.status == withheld for point in points.values() if point.year <= limit_year)
    return withheld if some else Status.MISSING.value


def _with_status(reason: Text, actual: TrackPoint | None, base_year: int | None) -> Text:
    """Say in the reason when the actual is not a published one."""
    sure = (Status.REPORTED.value, Status.DERIVED.value)
    if actual is None or actual.status in sure or actual.year <= (base_year or 0):
        return reason
    label = Status(actual.status).label
    return Text(
        f"{reason.zh}；{actual.year}年实际数为{label.zh}",
        f"{reason.en}; the actual of {actual.year} is {label.en}",
    )


def amount(row: TargetRow, name: str) -> Text:
    """Write base, actual or target of a row as its document has it, with the word beside it.

    Parameters
    ----------
    name : "base", "actual" or "target"; "——" when it is not known
    """
    return with_word(_written(row[name]), row[f"{name}_approx"])


def _written(value: float | None) -> str:
    return "——" if value is None else full(value)
