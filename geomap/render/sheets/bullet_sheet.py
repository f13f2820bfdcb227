"""Plan progress as a sheet: a bullet for each target (Few 2006), with its verdict in words.

In: an ``Atlas``. Out: a ``Scene``. A dark bar is the actual, a thick upright line the target, a
dashed one the base, a triangle below where an even pace would have led. Everything is told by
shape and word, so the sheet is read in grey as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import NotFoundError, RequestError, Text
from geomap.render.drawing.scene import MM_PER_PT, Item, Scene, SceneWords, Shape, Stroke
from geomap.render.sheets import captions
from geomap.render.sheets.blocks import Setter, TextBlock, in_columns, moved, stack
from geomap.render.sheets.bullet_marks import bullet_items, verdict_sign
from geomap.render.sheets.bullet_marks import key as explained
from geomap.render.sheets.bullet_words import (
    _pick,
    sheet_notes,
    sheet_subtitle,
    sheet_title,
    target_name,
    target_number,
    told_row,
)
from geomap.render.sheets.canvas import FACTORS, SheetLayout, add, checked_sheet, nothing
from geomap.render.sheets.margins import SMALLEST_PT, head, write_foot
from geomap.render.sheets.paper import INK, LINE, SOFT, Box, Sheet
from geomap.render.sheets.typesetting import ASCENT, Ruler, TextWidth, rough
from geomap.views.plans.site_targets import site_rows
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import by_group, default_year, progress_rows
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

CITY = "city"
MOST_PAGES = 200
_LEAST_EM = 44  # a narrower column would leave no room for the bars
_TARGET = "text"  # the group of the scene that targets stand in
_VERDICT = Text("判断", "Verdict")


@dataclass(frozen=True, slots=True)
class _Laid:
    """Targets in columns, page by page.

    Parameters
    ----------
    over : stands at the head of each column
    step : from the left of one column to that of the next, in millimetres
    rows : how many targets each page has
    """

    over: TextBlock
    step: float
    pages: list[list[list[TextBlock]]]
    rows: list[int]


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
    measure: TextWidth = rough,
    alone: bool = False,
) -> tuple[tuple[Scene, ...], int]:
    """Compose the sheets of what became of targets: one, or as many as it takes.

    Parameters
    ----------
    what : "city" for all targets of the city, the id of a part of a plan (``plan145:专栏1``), or
        the code of an area for its own targets and those of its sites
    as_of : the year at whose end is judged; as far as the figures reach when None
    sheet, measure : as for ``geomap.render.sheets.map_sheet.compose``; layers mean nothing here
    alone : whether the first page must do, which then says how many targets it leaves out

    Returns
    -------
    the pages, each of which says which of how many it is, and the year

    Raises
    ------
    NotFoundError : no such part or area, or no such size; names those there are
    """
    sheet = checked_sheet(atlas, sheet or Sheet())
    year = default_year(atlas) if as_of is None else as_of
    groups = _groups(atlas, what, year, sheet)
    rows = [row for _, group in groups for row in group]
    plan = SheetLayout(
        atlas=atlas,
        sheet=sheet,
        ruler=Ruler(measure),
        views=(),
        title=sheet_title(atlas, what, year, sheet),
        subtitle=sheet_subtitle(atlas, rows, sheet),
        description="\n".join(told_row(row, sheet) for row in rows[:120]),
    )

    def room_of(one: SheetLayout) -> Box:
        return _room(one, rows, nothing())

    laid = _laid(plan, groups, room_of(plan))
    if len(laid.pages) == 1:
        return (_page(plan, rows, laid, laid.pages[0]),), year
    # The number of the page may take a line of its own, and so leave less room.
    laid = _laid(_numbered(plan, laid, 0, alone), groups, room_of(_numbered(plan, laid, 0, alone)))
    return tuple(
        _page(_numbered(plan, laid, at, alone), rows, laid, page)
        for at, page in enumerate(laid.pages[:1] if alone else laid.pages)
    ), year


def _numbered(plan: SheetLayout, laid: _Laid, at: int, alone: bool) -> SheetLayout:
    """Say in the title which page of how many it is, and what is lost where there is only one."""
    page, pages, left = at + 1, len(laid.pages), sum(laid.rows[1:])
    zh, en = f"第 {page} 页，共 {pages} 页", f"page {page} of {pages}"
    if alone:
        zh += f"；另 {left} 个目标见 PDF"
        en += f"; {left} more targets in the PDF"
    return replace(plan, title=plan.title + plan.say(Text(f"（{zh}）", f" ({en})")))


def _room(plan: SheetLayout, rows: Sequence[TargetRow], found: dict[str, list[Item]]) -> Box:
    """Write head, foot and key; gives what they leave."""
    inner = plan.sheet.paper.inner
    top = head(plan, inner, found)
    imprint = captions.imprint(plan.atlas, plan.sheet)
    bottom = write_foot(plan, inner, found, sheet_notes(plan, rows), imprint)
    key = explained(plan, inner.width)
    add(found, stack([key], inner.x0, top))
    return Box(inner.x0, top + key.height, inner.x1, bottom)


def _page(
    plan: SheetLayout, rows: Sequence[TargetRow], laid: _Laid, columns: Sequence[list[TextBlock]]
) -> Scene:
    found = nothing()
    room = _room(plan, rows, found)
    for at, column in enumerate(columns):
        add(found, stack([laid.over, *column], room.x0 + at * laid.step, room.y0))
    return plan.scene(found)


def _groups(atlas: Atlas, what: str, year: int, sheet: Sheet) -> list[tuple[str, list[TargetRow]]]:
    """Gather the rows under their headings."""
    if what not in (known := choices(atlas, year)):
        raise NotFoundError(Text("规划进度", "plan progress"), what, known)
    rows = progress_rows(atlas, year)
    if what == CITY:
        rows = [row for row in rows if row["area"] == atlas.city]
    else:
        rows = [row for row in rows if what in (row["group"], row["area"])]
    found = [(_pick(group[0], "group", sheet), group) for group in by_group(rows)]
    by_site: dict[str, list[TargetRow]] = {}
    for row in _sites_of(atlas, what, year):
        by_site.setdefault(_pick(row, "site", sheet), []).append(row)
    return [*found, *by_site.items()]


def _sites_of(atlas: Atlas, code: str, year: int) -> list[TargetRow]:
    """Give the rows of the sites of an area, and those that are read of several together."""
    rows = site_rows(atlas, year)
    own = [row for row in rows if row["area"] == code]
    ids = {row["site"] for row in own}
    return own + [row for row in rows if not row["site"] and ids.intersection(row["sites"])]


# --- the rows -------------------------------------------------------------------------------------


def _laid(plan: SheetLayout, groups: Sequence[tuple[str, list[TargetRow]]], room: Box) -> _Laid:
    """Set the rows as large as fits, with reasons where there is room; else on several pages."""
    gap = 2.2 * plan.sheet.paper.text_pt * MM_PER_PT
    layouts = [
        (reasons, count, factor, 1)
        for reasons in (True, False)
        for factor in FACTORS[: 3 if reasons else None]
        for count in (1, 2, 3)
    ]
    # What does not fit at all is set larger again, for it takes more than one page anyhow.
    layouts += [(False, count, FACTORS[2], MOST_PAGES) for count in (3, 2, 1)]
    for reasons, count, factor, pages in layouts:
        size = max(plan.sheet.paper.text_pt * factor, SMALLEST_PT)
        width = (room.width - (count - 1) * gap) / count
        setter = Setter(plan.ruler, width, size)
        if width < _LEAST_EM * setter.em and (count > 1 or pages == 1):
            continue
        rows = [row for _, group in groups for row in group]
        table = _table(rows, plan.sheet, setter)
        over = _over(plan.sheet, setter, table)
        blocks = _rows(plan.sheet, groups, setter, table, reasons=reasons)
        columns = in_columns(blocks, count * pages, room.height - over.height)
        if columns is not None:
            paged = [columns[at : at + count] for at in range(0, len(columns), count)]
            marked = {id(block) for block in blocks if block.group == _TARGET}
            held = [sum(id(block) in marked for column in page for block in column)
                    for page in paged]  # fmt: skip
            return _Laid(over, width + gap, paged, held)
    raise RequestError(
        f"图幅 {plan.sheet.size} 放不下这些目标，请改用较大的图幅",
        f"the size {plan.sheet.size} cannot hold these targets; take a larger one",
    )


def _rows(
    sheet: Sheet, groups: Sequence[tuple[str, list[TargetRow]]], setter: Setter, table: _Columns, *,
    reasons: bool,
) -> list[TextBlock]:  # fmt: skip
    """Set the rows under the names of their groups; one row alone bears the name itself."""
    blocks: list[TextBlock] = []
    for name, rows in groups:
        if blocks:
            blocks.append(TextBlock(0.6 * setter.em))
        if len(rows) > 1:
            blocks.append(_heading(name, setter))
        lead = "" if len(rows) > 1 else name
        blocks += [_row(row, sheet, setter, table, lead=lead, reasons=reasons) for row in rows]
    return blocks


def _table(rows: Sequence[TargetRow], sheet: Sheet, setter: Setter) -> _Columns:
    """Give numbers and verdicts what they need, names up to a third, and the bars the rest."""
    em, width = setter.em, setter.width_mm
    small = 0.8 * setter.size_pt
    year = setter.ruler.width("2025", small) + 0.25 * em
    shown = {Outcome(row["outcome"]) for row in rows} or {Outcome.UNKNOWN}
    heads = [_VERDICT, *(one.label for one in shown)]
    words = [setter.ruler.width(sheet.say(one), setter.size_pt) for one in heads]
    verdict = width - max(words) - 1.4 * em
    right = verdict - 0.8 * em
    ends = []
    for member in ("target", "actual", "base"):
        said = [
            setter.ruler.width(target_number(row, member, sheet)[0], setter.size_pt) for row in rows
        ]
        ends.append(right - year)
        right -= year + max([*said, 2.2 * em]) + 0.9 * em
    widest = max(
        (setter.ruler.width(target_name(row, sheet), setter.size_pt) for row in rows), default=0
    )
    name = min(widest, 0.36 * width, right - 6.5 * em)
    return _Columns(name, (name + 0.9 * em, right - 0.2 * em), (ends[2], ends[1], ends[0]), verdict)


def _over(sheet: Sheet, setter: Setter, table: _Columns) -> TextBlock:
    """Write over a column what its numbers and verdicts are."""
    em, small = setter.em, 0.86 * setter.size_pt
    base = em * ASCENT + (setter.pitch - em) / 2
    heads = (Text("基期", "Base"), Text("实际", "Actual"), Text("目标", "Target"))
    items: list[Item] = [
        SceneWords(x, base, sheet.say(word), small, SOFT, anchor="end")
        for x, word in zip(table.numbers, heads, strict=True)
    ]
    items.append(SceneWords(table.verdict + 1.2 * em, base, sheet.say(_VERDICT), small, SOFT))
    return TextBlock(setter.pitch, tuple(items))


def _heading(name: str, setter: Setter) -> TextBlock:
    """Write what the rows below are of, whole, and a line under it."""
    lines = setter.lines(name, bold=True)
    height = len(lines) * setter.pitch
    line = np.array([[0, height], [setter.width_mm, height]])
    under = Shape((line,), stroke=Stroke(LINE, 0.2), closed=False)
    return TextBlock(height + 0.25 * setter.em, (*setter.words(lines, bold=True), under), keep=True)


def _row(
    row: TargetRow, sheet: Sheet, setter: Setter, table: _Columns, *, lead: str, reasons: bool
) -> TextBlock:
    """Set one target: its name in as many lines as it takes, the rest beside the middle of them."""
    em, size = setter.em, setter.size_pt
    base = em * ASCENT + (setter.pitch - em) / 2
    lines = setter.ruler.wrap(target_name(row, sheet), table.name, size)
    items: list[Item] = list(bullet_items(row, setter, table.bar))
    for x, member in zip(table.numbers, ("base", "actual", "target"), strict=True):
        value, year = target_number(row, member, sheet)
        known = row[member] is not None
        ink = INK if known or member != "actual" else SOFT
        items.append(
            SceneWords(x, base, value, size, ink, member == "actual" and known, anchor="end")
        )
        if year:
            items.append(SceneWords(x + 0.2 * em, base, year, 0.8 * size, SOFT))
    outcome = Outcome(row["outcome"])
    items += verdict_sign(outcome, table.verdict + 0.45 * em, setter.pitch / 2, 0.8 * em, size)
    items.append(SceneWords(table.verdict + 1.2 * em, base, sheet.say(outcome.label), size))
    above = setter.lines(lead, bold=True) if lead else []
    top, height = len(above) * setter.pitch, len(lines) * setter.pitch
    middle = top + (height - setter.pitch) / 2
    placed: list[Item] = [*setter.words(above, bold=True), *setter.words(lines, y=top)]
    placed += moved(items, 0, middle)
    height += top + 0.3 * em
    if reasons:
        small = replace(setter, size_pt=max(0.84 * size, SMALLEST_PT))
        said = small.lines(sheet.say(Text(row["reason"], row["reason_en"])))
        placed += small.words(said, y=height - 0.15 * em, colour=SOFT)
        height += len(said) * small.pitch + 0.15 * em
    return TextBlock(height, tuple(placed), group=_TARGET)


__all__ = ["CITY", "choices", "compose_bullets"]
