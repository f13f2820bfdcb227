"""What a sheet of bullets says: its title, its notes, and each row in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.absence import gap_word
from geomap.model.catalog import Status
from geomap.render.sheets import captions
from geomap.render.sheets.canvas import SheetLayout
from geomap.render.sheets.paper import INK, SOFT, Sheet
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import UNDECIDED, agreed
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import amount
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_READINGS = {"each": Text("每个", "each"), "together": Text("合计", "together")}
_OFF = "–"
# A target of a site has one document only.
_DISPUTES = {"target": "conflict", "actual": "actual_conflict", "base": "base_conflict"}


def _pick(row: TargetRow, member: str, sheet: Sheet) -> str:
    return sheet.say(Text(str(row[f"{member}_zh"]), str(row[f"{member}_en"])))


def sheet_title(atlas: Atlas, what: str, year: int, sheet: Sheet) -> str:
    """Give the title that was asked for, else area and year."""
    if sheet.title:
        return " ".join(sheet.title.split())
    area = atlas.areas[what if what in atlas.areas else atlas.city]
    return sheet.say(
        Text(
            f"{area.name_zh}规划进度（截至{year}年末）",
            f"{area.name_en or area.name_zh}: plan progress as of the end of {year}",
        )
    )


def sheet_subtitle(atlas: Atlas, rows: Sequence[TargetRow], sheet: Sheet) -> str:
    """Count the verdicts of the plans and of the sites."""
    said = [sheet.say(one.told()) for one in plan_counts(atlas, [r for r in rows if "plan" in r])]
    if sites := agreed([row for row in rows if "plan" not in row]):
        said.append(sheet.say(_told_of_sites(sites)))
    said += captions.up_to(atlas, _sources(rows), sheet)
    return sheet.say(captions.CAPTION_GAP).join(said)


def _told_of_sites(rows: Sequence[TargetRow]) -> Text:
    counts = count_verdicts(rows)
    found = [(one, counts[one.value]) for one in Outcome if counts[one.value]]
    total = sum(counts.values())
    return Text(
        f"点位目标 {total} 个：" + "，".join(f"{one.label.zh} {count}" for one, count in found),
        f"{total} target{'s' * (total != 1)} of sites: "
        + ", ".join(f"{one.label.en} {count}" for one, count in found),
    )


def _sources(rows: Iterable[TargetRow]) -> list[str]:
    members = ("target_source", "actual_source", "base_source")
    return list(dict.fromkeys(row[name] for row in rows for name in members if row[name]))


def sheet_notes(plan: SheetLayout, rows: Sequence[TargetRow]) -> list[tuple[str, str]]:
    """Explain the signs on the sheet, and name the documents; each with its colour."""
    said = []
    if any(row[name] for row in rows for name in _DISPUTES.values() if name in row):
        said.append(
            Text(
                f"{captions.CONFLICT} {captions.DISPUTED.zh}",
                f"{captions.CONFLICT} {captions.DISPUTED.en}",
            )
        )
    provisional = Status.PROVISIONAL
    if any(row["actual_status"] == provisional.value for row in rows):
        said.append(
            Text(
                f"{captions.PROVISIONAL} {provisional.label.zh}",
                f"{captions.PROVISIONAL} {provisional.label.en}",
            )
        )
    if any(row["actual_status"] == Status.APPORTIONED.value for row in rows):
        said.append(Text("斜线的条为估算", "a hatched bar is an estimate"))
    if any(row.get("reading") for row in rows):
        said.append(UNDECIDED)
    notes = plan.say(Text("；", "; ")).join(plan.say(one) for one in said)
    return [(notes, INK), (captions.cited(plan.atlas, _sources(rows), plan.sheet), SOFT)]


def target_name(row: TargetRow, sheet: Sheet) -> str:
    """Name what a target is of, with its unit."""
    name = _pick(row, "name", sheet)
    unit = sheet.say(Text(row["unit"], row["unit_en"]))
    said = sheet.say(Text(f"{name}（{unit}）", f"{name} ({unit})")) if unit else name
    reading = _READINGS.get(row.get("reading", ""))
    return f"{said} {sheet.say(Text(f'（{reading.zh}）', f'({reading.en})'))}" if reading else said


def target_number(row: TargetRow, member: str, sheet: Sheet) -> tuple[str, str]:
    """Write a value with its word and signs, and its year; or why there is none."""
    value, year = row[member], row[f"{member}_year"]
    if value is None:
        return (sheet.say(gap_word(row)) if member == "actual" else _OFF), ""
    signs = ""
    if member == "actual" and row["actual_status"] == Status.PROVISIONAL.value:
        signs += captions.PROVISIONAL
    if row.get(_DISPUTES[member]):
        signs += captions.CONFLICT
    return sheet.say(amount(row, member)) + signs, str(year or "")


def told_row(row: TargetRow, sheet: Sheet) -> str:
    """Tell a row in words, for readers who do not see it."""
    base, actual, target = (
        " ".join(target_number(row, one, sheet)) for one in ("base", "actual", "target")
    )
    words = sheet.say(
        Text(
            f"基期 {base}，实际 {actual}，目标 {target}：{row['verdict']}，{row['reason']}",
            f"base {base}, actual {actual}, target {target}: {row['verdict_en']}, "
            f"{row['reason_en']}",
        )
    )
    return sheet.say(Text("：", ": ")).join((target_name(row, sheet), words))
