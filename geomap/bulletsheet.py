"""Plan progress as a sheet: a bullet for each target (Few 2006), with its verdict in words.

In: an ``Atlas``. Out: a ``Scene``. A dark bar is the actual, a thick upright line the target, a
dashed one the base, a triangle below where an even pace would have led. Everything is told by
shape and word, so the sheet is read in grey as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomap import captions
from geomap.blocks import Block, Setter, in_columns, stack
from geomap.bulletmarks import bullet_items, sign
from geomap.bulletmarks import key as explained
from geomap.catalog import Status
from geomap.errors import NotFoundError, Text
from geomap.margins import SMALLEST_PT, head, write_foot
from geomap.numbers import digits_of, written
from geomap.plan import FACTORS, Plan, add, checked, nothing
from geomap.progress import Outcome, Row, by_group, count_verdicts, default_year, progress_rows
from geomap.progress_sites import UNDECIDED, site_rows
from geomap.scene import MM_PER_PT, Item, Scene, Shape, Stroke, Words
from geomap.sheet import INK, LINE, SOFT, Box, Sheet
from geomap.typesetting import ASCENT, Measure, Ruler, rough

if TYPE_CHECKING:
    from geomap.atlas import Atlas

CITY = "city"
_LEAST_EM = 44  # a narrower column would leave no room for the bars
_READINGS = {"each": Text("每个", "each"), "together": Text("合计", "together")}
_OFF = "–"
# A target of a site has one document only.
_DISPUTES = {"target": "conflict", "actual": "actual_conflict", "base": "base_conflict"}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of a row begin and end, in millimetres from the left."""

    name: float
    bar: tuple[float, float]
    numbers: tuple[float, float, float]
    verdict: float


def choices(atlas: Atlas, as_of: int) -> list[str]:
    """List what bullets there are: of the city, of a part of a plan, of an area and its sites."""
    rows, sites = progress_rows(atlas, as_of), site_rows(atlas, as_of)
    found = [CITY] if any(row["area"] == atlas.city for row in rows) else []
    found += dict.fromkeys(row["group"] for row in rows)
    with_sites = {row["area"] for row in (*rows, *sites)}
    return found + [area.code for area in atlas.parts if area.code in with_sites]


def compose_bullets(
    atlas: Atlas,
    what: str,
    sheet: Sheet | None = None,
    *,
    as_of: int | None = None,
    measure: Measure = rough,
) -> tuple[Scene, int]:
    """Compose the sheet of what became of targets.

    Parameters
    ----------
    what : "city" for all targets of the city, the id of a part of a plan (``plan145:专栏1``), or
        the code of an area for its own targets and those of its sites
    as_of : the year at whose end is judged; as far as the figures reach when None
    sheet, measure : as for ``geomap.composition.compose``; layers mean nothing here

    Returns
    -------
    the sheet, and the year. Where not all targets fit, the sheet says how many are left out

    Raises
    ------
    NotFoundError : no such part or area, or no such size; names those there are
    """
    sheet = checked(atlas, sheet or Sheet())
    year = default_year(atlas) if as_of is None else as_of
    groups = _groups(atlas, what, year, sheet)
    rows = [row for _, group in groups for row in group]
    plan = Plan(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=(),
        title=_title(atlas, what, year, sheet),
        subtitle=_subtitle(atlas, rows, sheet),
        description="\n".join(_told(row, sheet) for row in rows[:120]),
    )
    found = nothing()
    inner = sheet.paper.inner
    top = head(plan, inner, found)
    bottom = write_foot(plan, inner, found, _notes(plan, rows), captions.imprint(atlas, sheet))
    _body(plan, groups, Box(inner.x0, top, inner.x1, bottom), found)
    return plan.scene(found), year


def _groups(atlas: Atlas, what: str, year: int, sheet: Sheet) -> list[tuple[str, list[Row]]]:
    """Gather the rows under their headings."""
    if what not in (known := choices(atlas, year)):
        raise NotFoundError(Text("规划进度", "plan progress"), what, known)
    rows = progress_rows(atlas, year)
    if what == CITY:
        rows = [row for row in rows if row["area"] == atlas.city]
    else:
        rows = [row for row in rows if what in (row["group"], row["area"])]
    found = [(_pick(group[0], "group", sheet), group) for group in by_group(rows)]
    by_site: dict[str, list[Row]] = {}
    for row in _sites_of(atlas, what, year):
        by_site.setdefault(_pick(row, "site", sheet), []).append(row)
    return [*found, *by_site.items()]


def _sites_of(atlas: Atlas, code: str, year: int) -> list[Row]:
    """Give the rows of the sites of an area, and those that are read of several together."""
    rows = site_rows(atlas, year)
    own = [row for row in rows if row["area"] == code]
    ids = {row["site"] for row in own}
    return own + [row for row in rows if not row["site"] and ids.intersection(row["sites"])]


# --- words ----------------------------------------------------------------------------------------


def _pick(row: Row, member: str, sheet: Sheet) -> str:
    return sheet.say(Text(str(row[f"{member}_zh"]), str(row[f"{member}_en"])))


def _title(atlas: Atlas, what: str, year: int, sheet: Sheet) -> str:
    if sheet.title:
        return " ".join(sheet.title.split())
    area = atlas.areas[what if what in atlas.areas else atlas.city]
    return sheet.say(
        Text(
            f"{area.name_zh}规划进度（截至{year}年末）",
            f"{area.name_en or area.name_zh}: plan progress as of the end of {year}",
        )
    )


def _subtitle(atlas: Atlas, rows: Sequence[Row], sheet: Sheet) -> str:
    counts = count_verdicts(rows)
    said = [sheet.say(Text(f"目标 {len(rows)} 个", f"{len(rows)} target" + "s" * (len(rows) != 1)))]
    said += [f"{sheet.say(Outcome(id_).label)} {count}" for id_, count in counts.items() if count]
    newest = max((atlas.sources[id_].date for id_ in _sources(rows)), default="")
    if newest:
        said.append(sheet.say(Text(f"资料发布截至 {newest}", f"documents up to {newest}")))
    return sheet.say(captions.JOINT).join(said)


def _sources(rows: Iterable[Row]) -> list[str]:
    members = ("target_source", "actual_source", "base_source")
    return list(dict.fromkeys(row[name] for row in rows for name in members if row[name]))


def _notes(plan: Plan, rows: Sequence[Row]) -> list[tuple[str, str]]:
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


def _name(row: Row, sheet: Sheet) -> str:
    name = _pick(row, "name", sheet)
    unit = sheet.say(Text(row["unit"], row["unit_en"]))
    said = sheet.say(Text(f"{name}（{unit}）", f"{name} ({unit})")) if unit else name
    reading = _READINGS.get(row.get("reading", ""))
    return f"{said} {sheet.say(Text(f'（{reading.zh}）', f'({reading.en})'))}" if reading else said


def _number(row: Row, member: str) -> tuple[str, str]:
    """Write a value with its signs, and its year."""
    value, year = row[member], row[f"{member}_year"]
    if value is None:
        return _OFF, ""
    signs = ""
    if member == "actual" and row["actual_status"] == Status.PROVISIONAL.value:
        signs += captions.PROVISIONAL
    if row.get(_DISPUTES[member]):
        signs += captions.CONFLICT
    return written(value, digits_of(value)) + signs, str(year or "")


def _told(row: Row, sheet: Sheet) -> str:
    base, actual, target = (" ".join(_number(row, one)) for one in ("base", "actual", "target"))
    words = sheet.say(
        Text(
            f"基期 {base}，实际 {actual}，目标 {target}：{row['verdict']}，{row['reason']}",
            f"base {base}, actual {actual}, target {target}: {row['verdict_en']}, "
            f"{row['reason_en']}",
        )
    )
    return sheet.say(Text("：", ": ")).join((_name(row, sheet), words))


# --- the rows -------------------------------------------------------------------------------------


def _body(
    plan: Plan, groups: Sequence[tuple[str, list[Row]]], body: Box, found: dict[str, list[Item]]
) -> None:
    """Set the rows as large as fits, with reasons where there is room; cut what does not fit."""
    key = explained(plan, body.width)
    add(found, stack([key], body.x0, body.y0))
    room = replace(body, y0=body.y0 + key.height)
    gap = 2.2 * plan.sheet.paper.text_pt * MM_PER_PT
    layouts = [
        (reasons, count, factor)
        for reasons in (True, False)
        for factor in FACTORS[: 3 if reasons else None]
        for count in (1, 2, 3)
    ]
    chosen: list[list[Block]] | None = None
    width = room.width
    for reasons, count, factor in layouts:
        size = max(plan.sheet.paper.text_pt * factor, SMALLEST_PT)
        width = (room.width - (count - 1) * gap) / count
        setter = Setter(plan.ruler, width, size)
        if width < _LEAST_EM * setter.em:
            continue
        blocks = _rows(plan, groups, setter, reasons=reasons)
        chosen = in_columns(blocks, count, room.height)
        if chosen is not None:
            break
    else:
        chosen, width = _cut(plan, groups, room, gap)
    for at, column in enumerate(chosen):
        add(found, stack(column, room.x0 + at * (width + gap), room.y0))


def _cut(
    plan: Plan, groups: Sequence[tuple[str, list[Row]]], room: Box, gap: float
) -> tuple[list[list[Block]], float]:
    """Leave out what stands last, and say how many."""
    size = max(plan.sheet.paper.text_pt * FACTORS[-1], SMALLEST_PT)
    fits = [
        n for n in (1, 2, 3) if (room.width - (n - 1) * gap) / n >= _LEAST_EM * size * MM_PER_PT
    ]
    count = max(fits, default=1)
    width = (room.width - (count - 1) * gap) / count
    setter = Setter(plan.ruler, width, size)
    total = sum(len(rows) for _, rows in groups)
    for kept in range(total - 1, 0, -1):
        left = total - kept
        said = plan.say(Text(f"（另 {left} 个目标未列）", f"({left} more targets not shown)"))
        blocks = _rows(plan, _first(groups, kept), setter, reasons=False)
        blocks.append(setter.text(said, colour=SOFT))
        if (columns := in_columns(blocks, count, room.height)) is not None:
            return columns, width
    return [[]], width


def _first(groups: Sequence[tuple[str, list[Row]]], count: int) -> list[tuple[str, list[Row]]]:
    kept = []
    for name, rows in groups:
        if count > 0:
            kept.append((name, rows[:count]))
        count -= len(rows)
    return kept


def _rows(
    plan: Plan, groups: Sequence[tuple[str, list[Row]]], setter: Setter, *, reasons: bool
) -> list[Block]:
    table = _table([row for _, rows in groups for row in rows], plan.sheet, setter)
    blocks: list[Block] = []
    for name, rows in groups:
        if blocks:
            blocks.append(Block(0.6 * setter.em))
        blocks.append(_heading(name, plan.sheet, setter, table))
        blocks += [_row(row, plan.sheet, setter, table, reasons=reasons) for row in rows]
    return blocks


def _table(rows: Sequence[Row], sheet: Sheet, setter: Setter) -> _Columns:
    """Give numbers and verdicts what they need, names up to a third, and the bars the rest."""
    em, width = setter.em, setter.width_mm
    small = 0.8 * setter.size_pt
    year = setter.ruler.width("2025", small) + 0.25 * em
    words = [setter.ruler.width(sheet.say(one.label), setter.size_pt) for one in Outcome]
    verdict = width - max(words) - 1.4 * em
    right = verdict - 0.8 * em
    ends = []
    for member in ("target", "actual", "base"):
        said = [setter.ruler.width(_number(row, member)[0], setter.size_pt) for row in rows]
        ends.append(right - year)
        right -= year + max([*said, 2.2 * em]) + 0.9 * em
    widest = max((setter.ruler.width(_name(row, sheet), setter.size_pt) for row in rows), default=0)
    name = min(widest, 0.36 * width, right - 6.5 * em)
    return _Columns(name, (name + 0.9 * em, right - 0.2 * em), (ends[2], ends[1], ends[0]), verdict)


def _heading(name: str, sheet: Sheet, setter: Setter, table: _Columns) -> Block:
    """Write what the rows below are of, and over the numbers what they are."""
    em, small = setter.em, 0.86 * setter.size_pt
    base = em * ASCENT + (setter.pitch - em) / 2
    heads = (Text("基期", "Base"), Text("实际", "Actual"), Text("目标", "Target"))
    items: list[Item] = [
        Words(
            0,
            base,
            setter.ruler.cut(name, table.bar[1], setter.size_pt, True),
            setter.size_pt,
            INK,
            True,
        )
    ]
    items += [
        Words(x, base, sheet.say(word), small, SOFT, anchor="end")
        for x, word in zip(table.numbers, heads, strict=True)
    ]
    items.append(
        Words(table.verdict + 1.2 * em, base, sheet.say(Text("判断", "Verdict")), small, SOFT)
    )
    line = np.array([[0, setter.pitch], [setter.width_mm, setter.pitch]])
    items.append(Shape((line,), stroke=Stroke(LINE, 0.2), closed=False))
    return Block(setter.pitch + 0.25 * em, tuple(items), keep=True)


def _row(row: Row, sheet: Sheet, setter: Setter, table: _Columns, *, reasons: bool) -> Block:
    em, size = setter.em, setter.size_pt
    base = em * ASCENT + (setter.pitch - em) / 2
    name = setter.ruler.cut(_name(row, sheet), table.name, size)
    items: list[Item] = [Words(0, base, name, size), *bullet_items(row, setter, table.bar, sheet)]
    for x, member in zip(table.numbers, ("base", "actual", "target"), strict=True):
        value, year = _number(row, member)
        bold = member == "actual"
        items.append(Words(x, base, value, size, INK, bold, anchor="end"))
        if year:
            items.append(Words(x + 0.2 * em, base, year, 0.8 * size, SOFT))
    outcome = Outcome(row["outcome"])
    items += sign(outcome, table.verdict + 0.45 * em, setter.pitch / 2, 0.8 * em, size)
    items.append(Words(table.verdict + 1.2 * em, base, sheet.say(outcome.label), size))
    height = setter.pitch + 0.3 * em
    if reasons:
        small = replace(setter, size_pt=max(0.84 * size, SMALLEST_PT))
        lines = small.lines(sheet.say(Text(row["reason"], row["reason_en"])))
        items += small.words(
            lines[:1]
            if len(lines) == 1
            else [
                small.ruler.cut(
                    sheet.say(Text(row["reason"], row["reason_en"])), setter.width_mm, small.size_pt
                )
            ],
            y=height - 0.15 * em,
            colour=SOFT,
        )
        height += small.pitch + 0.15 * em
    return Block(height, tuple(items))


__all__ = ["CITY", "choices", "compose_bullets"]
