"""The plans of a report, and whether its figures agree: targets, conflicts, arithmetic, totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from geomap.errors import Text
from geomap.numbers import percent
from geomap.render.office.blocks import Block, Cell, Paragraph, Section, TableBlock, TableColumn
from geomap.render.report.desk import ReportDesk
from geomap.render.report.plan_tables import breakable
from geomap.values.checks import Agreement
from geomap.views.evidence.conflicts import conflict_report as checked
from geomap.views.plans.site_targets import UNDECIDED
from geomap.views.plans.tables import brief_columns, tables
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import by_group, progress_rows

_WIDTHS = {"Indicator (unit)": 38, "Base": 27, "Target": 27, "Latest actual": 30, "reason": 62}
_SITE_WIDTHS = {"Site": 44, "Indicator (unit)": 38, "Target": 30, "Latest actual": 26, "reason": 62}


def progress_sections(writer: ReportDesk) -> Iterator[Section]:
    """Write the plans, a table for each numbered table of each document."""
    rows = progress_rows(writer.atlas, writer.as_of)
    title = writer.say("规划进度", "Plan progress")
    if not rows:
        nothing = Paragraph(writer.say("没有规划目标。", "There is no target."))
        yield Section(title, 1, (nothing,), page=True)
        return
    lead = Paragraph(
        writer.say(
            f"各文件的每个目标与截至{writer.as_of}年末的实际对照；无法判断的写明缘由。"
            "完成比例以基期为零点，时间比例以基年为零点。",
            f"Every target beside its actual as of the end of {writer.as_of}; where no verdict is"
            " possible the reason is given. Way and time count from the base year.",
        )
    )
    yield Section(title, 1, (lead,), page=True)
    lang = writer.asked.lang
    for group in by_group(rows):
        name = str(group[0]["group_zh" if lang == "zh" else "group_en"])
        yield Section(name, 2, (progress_table(writer, name, group),))


def progress_table(
    writer: ReportDesk, caption: str, rows: Sequence[TargetRow], *, sites: bool = False
) -> TableBlock:
    """Set out targets as the page of plans does, with the documents by number.

    Parameters
    ----------
    sites : whether the targets are those of sites, which are then named
    """
    say, lang = writer.say, writer.asked.lang
    shown = tables(writer.atlas, writer.as_of, lang)
    # The reading of each column is that of the plans' own Word file; its numbers are not ours.
    read = {column.head.en: column for column in brief_columns(shown, whose=sites)}
    widths = _SITE_WIDTHS if sites else _WIDTHS
    wanted = [name for name in widths if name in read]
    columns = [TableColumn(Cell(writer.pick(read[name].head)), widths[name]) for name in wanted]
    columns += [
        TableColumn(Cell(say("完成/时间", "Progress / time gone")), 18),
        TableColumn(Cell(say("判断与理由", "Verdict and reason")), widths["reason"]),
        TableColumn(Cell(say("出处", "Source")), 15),
    ]
    lines = []
    for row in rows:
        cells = [Cell(breakable(str(read[name].read(row) or ""))) for name in wanted]
        reason = row["reason" if lang == "zh" else "reason_en"]
        verdict = f"{read['Verdict'].read(row)}{say('：', ': ')}{reason}"
        named = [row["target_source"], row["actual_source"], row["base_source"]]
        shares = (f"{percent(one, 0)}%" if one is not None else "—" for one in
                  (row["done_share"], row["time_share"]))  # fmt: skip
        lines.append([*cells, Cell("/".join(shares)), Cell(verdict), Cell("", writer.cite(named))])
    notes = []
    if any(row.get("reading") for row in rows):
        notes.append(Paragraph(writer.pick(UNDECIDED), role="note"))
    return writer.table(caption, columns, lines, notes)


def check_sections(writer: ReportDesk) -> Iterator[Section]:
    """Write where documents disagree, where their sums do not add up, and what is lacking."""
    found = checked(writer.atlas, writer.atlas.rules)
    lead = Paragraph(
        writer.say(
            "各文件不一致的数、文件自身的算术、全市数与旗区合计。都照原样列出，不作调整。",
            "Figures on which documents disagree, the arithmetic of the documents, and the city"
            " beside the sum of its areas. All as printed; nothing is adjusted.",
        )
    )
    yield Section(writer.say("数据核对", "Do the figures agree?"), 1, (lead,), page=True)
    yield Section(writer.say("不一致的数", "Conflicts"), 2, (_conflicts(writer, found),))
    yield Section(writer.say("文件自身的算术", "Arithmetic"), 2, tuple(_checks(writer, found)))
    title = writer.say("全市数与旗区合计", "The city and the sum of its areas")
    yield Section(title, 2, tuple(_totals(writer, found)))


def _conflicts(writer: ReportDesk, found: dict[str, Any]) -> Block:
    say, lang = writer.say, writer.asked.lang
    if not found["conflicts"]:
        return Paragraph(say("没有不一致的数。", "There are none."))
    columns = (
        TableColumn(Cell(say("指标", "Indicator")), 42),
        TableColumn(Cell(say("范围、年份", "Area, year")), 40),
        TableColumn(Cell(say("数值", "Value")), 26, right=True),
        TableColumn(Cell(say("取用", "Used")), 14),
        TableColumn(Cell(say("文件中的位置", "In the document")), 46),
        TableColumn(Cell(say("出处", "Source")), 14),
    )
    rows = []
    for one in found["conflicts"]:
        where = f"{one['area_name'][lang]} {one['year']} {one['kind_name'][lang]}"
        for at, place in enumerate(one["places"]):
            number = f"{place['printed'] or '—'} {one['unit'][lang]}".rstrip()
            rows.append(
                (
                    Cell(one["name"][lang] if at == 0 else ""),
                    Cell(where if at == 0 else ""),
                    Cell(number),
                    Cell(say("取用", "used") if place["used"] else ""),
                    Cell(place["locator"]),
                    Cell("", _cited(writer, place["source"])),
                )
            )
    return writer.table(say("各处记载不一致的数", "Numbers that differ"), columns, rows)


def _cited(writer: ReportDesk, source: dict[str, str]) -> tuple[int, ...]:
    return writer.cite([source["id"]] if source["id"] in writer.atlas.sources else [])


def _checks(writer: ReportDesk, found: dict[str, Any]) -> Iterator[Block]:
    say, lang = writer.say, writer.asked.lang
    counts = found["counts"]["checks"]
    told = say("、", ", ").join(f"{writer.pick(one.label)} {counts[one.value]}" for one in Agreement
                               if one.value in counts)  # fmt: skip
    if not told:
        yield Paragraph(say("没有可核对的算术。", "There is nothing to work out."))
        return
    yield Paragraph(say(f"逐条核对的结果：{told}。", f"Outcome of the checks: {told}."))
    rows = [
        (
            Cell(one["title"][lang]),
            Cell(one["verdict_name"][lang]),
            Cell(one["working"][lang]),
            Cell("", _cited(writer, one["source"])),
        )
        for one in found["checks"]
        if one["verdict"] in (Agreement.MISMATCH.value, Agreement.OPEN.value)
    ]
    if rows:
        columns = (
            TableColumn(Cell(say("核对", "Check")), 50),
            TableColumn(Cell(say("结论", "Verdict")), 20),
            TableColumn(Cell(say("算式", "Working")), 90),
            TableColumn(Cell(say("出处", "Source")), 16),
        )
        yield writer.table(say("不相符的算术", "Sums that do not agree"), columns, rows)


_SETTLED = (Agreement.LACKING, Agreement.CLOSED)
_NAME, _OF, _SAID = Text("指标", "Indicator"), Text("有数", "With figures"), Text("结论", "Verdict")
_APART = (
    (_NAME, 50), (Text("年份", "Year"), 14), (Text("全市", "City"), 24),
    (Text("旗区合计", "Sum"), 24), (Text("差", "Gap"), 20), (_OF, 16), (_SAID, 44),
)  # fmt: skip
_BY_YEARS = ((_NAME, 60), (_SAID, 32), (_OF, 20), (Text("年份", "Years"), 78))
_NUMBERS = ("City", "Sum", "Gap")


def _columns(writer: ReportDesk, heads: Sequence[tuple[Text, int]]) -> list[TableColumn]:
    return [
        TableColumn(Cell(writer.pick(head)), width, right=head.en in _NUMBERS)
        for head, width in heads
    ]


def _total(writer: ReportDesk, one: dict[str, Any]) -> tuple[Cell, ...]:
    say, lang = writer.say, writer.asked.lang
    return (
        _named(writer, one),
        Cell(str(one["year"])),
        *(Cell(one["printed"][name][lang] or "—") for name in ("total", "sum", "gap")),
        Cell(f"{one['reported']}/{one['areas']}"),
        Cell(f"{one['verdict_name'][lang]}{say('：', ': ')}{one['reason'][lang]}"),
    )


def _years_of(writer: ReportDesk, ones: Sequence[dict[str, Any]]) -> tuple[Cell, ...]:
    """Put the years of an indicator with one verdict into one row."""
    years = writer.say("、", ", ").join(str(one["year"]) for one in ones)
    counts = [one["reported"] for one in ones]
    least, most = min(counts), max(counts)
    with_figures = f"{least}–{most}" if least < most else f"{most}"
    label = ones[0]["verdict_name"][writer.asked.lang]
    cells = (label, f"{with_figures}/{ones[0]['areas']}", years)
    return _named(writer, ones[0]), *map(Cell, cells)


def _named(writer: ReportDesk, one: dict[str, Any]) -> Cell:
    say, lang = writer.say, writer.asked.lang
    return Cell(f"{one['name'][lang]}{say('（', ' (')}{one['unit'][lang]}{say('）', ')')}")


def _totals(writer: ReportDesk, found: dict[str, Any]) -> Iterator[Block]:
    say = writer.say
    reported = [one for one in found["totals"] if one["reported"]]
    settled = [one for one in reported if one["verdict"] in _SETTLED]
    apart = [_total(writer, one) for one in reported if one not in settled]
    if apart:
        caption = say("合计核对：不等的与无法核对的", "Control totals apart, or not to be checked")
        yield writer.table(caption, _columns(writer, _APART), apart)
    if settled:
        order = {name: place for place, name in enumerate(writer.atlas.indicators)}
        settled.sort(key=lambda one: (one["verdict"], order[one["indicator"]], one["year"]))
        grouped = groupby(settled, key=lambda one: (one["verdict"], one["indicator"]))
        rows = [_years_of(writer, list(ones)) for _, ones in grouped]
        caption = say("合计核对：相等的与数不全的", "Control totals that add up, or lack areas")
        yield writer.table(caption, _columns(writer, _BY_YEARS), rows)
    without = len(found["totals"]) - len(reported)
    if without:
        yield Paragraph(
            say(
                f"另有 {without} 个数（指标、年份）没有旗区数，全市数无从与旗区合计核对。",
                f"For {without} more numbers (indicator and year) no area has a figure, so the city"
                " cannot be held against a sum.",
            )
        )
    if not found["totals"]:
        yield Paragraph(say("没有可相加的指标。", "No indicator adds up."))
