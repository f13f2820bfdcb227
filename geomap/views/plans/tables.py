"""What the tables of plan progress show: their columns, what each reads, and what is said above.

Every row carries its source; the words 估算 and 暂定 stand beside a number, why there is none in
its stead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.absence import gap_word
from geomap.model.catalog import Source, Status
from geomap.numbers import full, percent
from geomap.views.maps.view import marks
from geomap.views.plans.chosen import CHOSEN_BY, EVERYTHING, Chosen, choose_targets
from geomap.views.plans.counts import PlanCount, plan_counts
from geomap.views.plans.site_targets import milestones, site_rows
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import amount, conflict_count, progress_rows
from geomap.views.plans.verdicts import TOLERANCE, Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

PrintedCell = str | int | float | None


@dataclass(frozen=True, slots=True)
class ProgressColumn:
    """One column: its heading, how it reads a row, how wide it is, how a number is written.

    ``right`` is for what is written as a text and stands at the right, as numbers do.
    """

    head: Text
    read: Callable[[TargetRow], PrintedCell]
    width: int
    format: str | Callable[[TargetRow], str] = "General"
    right: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the exports show, for one release, year and language."""

    title: str
    as_of: int
    lang: str
    marks: tuple[str, ...]
    rows: Sequence[TargetRow]
    sites: Sequence[TargetRow]
    dates: Sequence[TargetRow]
    sources: Mapping[str, Source]
    conflicts: int
    plans: tuple[PlanCount, ...] = ()
    chosen: Chosen = EVERYTHING

    def say(self, text: Text) -> str:
        """Choose the language."""
        return text.in_(self.lang)

    @property
    def used(self) -> list[Source]:
        """The documents that any row comes from, in the order of the release."""
        members = ("target_source", "actual_source", "base_source", "source")
        all_rows = [*self.rows, *self.sites, *self.dates]
        named = {row[name] for row in all_rows for name in members if row.get(name)}
        return [source for source in self.sources.values() if source.id in named]

    @property
    def _left_out(self) -> list[str]:
        """Say that these are not all targets, and which they are."""
        if not self.chosen.narrows:
            return []
        told = "；".join(
            f"{self.say(CHOSEN_BY[name])}{self.say(Text('：', ': '))}{self.say(value)}"
            for name, value in self.chosen.told
        )
        return [self.say(Text(f"只含所选的目标：{told}", f"Only targets chosen by {told}"))]

    @property
    def notes(self) -> list[str]:
        """What must be said above every table, below the marks."""
        return [
            *self._left_out,
            *(self.say(one.told()) for one in self.plans),
            self.say(
                Text(
                    f"截至{self.as_of}年末。{Outcome.ON_TRACK.label.zh}：完成比例与时间比例相差"
                    f"不超过 {percent(TOLERANCE, 0)}%。"
                    f"{self.conflicts} 个数各文件不一致，分别列出。",
                    f"As of the end of {self.as_of}. On schedule: within "
                    f"{percent(TOLERANCE, 0)}% of the time gone. "
                    f"Documents disagree on {self.conflicts} numbers; each is listed.",
                )
            ),
        ]


def tables(
    atlas: Atlas, as_of: int, lang: str = "zh", asked: Mapping[str, str] | None = None
) -> Tables:
    """Gather what the exports show.

    Parameters
    ----------
    asked : what to keep of the targets and how to order them, see ``choose_targets``; None for all
    """
    rows = progress_rows(atlas, as_of)
    chosen = choose_targets(atlas, rows, asked or {})
    rows = chosen.plans(rows)
    return Tables(
        title=atlas.title.in_(lang),
        as_of=as_of,
        lang=lang,
        marks=tuple(mark.in_(lang) for mark in (*marks(atlas), atlas.disclosure.note)),
        rows=rows,
        sites=chosen.sites(site_rows(atlas, as_of)),
        dates=chosen.dates(milestones(atlas)),
        sources=atlas.sources,
        conflicts=conflict_count(atlas),
        plans=tuple(plan_counts(atlas, rows)),
        chosen=chosen,
    )


PLAN = Text("规划进度", "Plan progress")
SITE_TARGETS_TITLE = Text("园区、基地、平台的目标", "Targets of sites")
DATES = Text("时间节点", "Dates set")
DOCUMENTS = Text("出处", "Documents")
READING_WORD = Text("读法", "Reading")
_READINGS = {
    "": Text("", ""),
    "each": Text("读作每个都要达到", "read as each"),
    "together": Text("读作合计达到", "read as all together"),
}
_NO_TARGET = "——"


def sheets(shown: Tables) -> list[tuple[Text, list[ProgressColumn], Sequence[TargetRow]]]:
    """List the sheets of the workbook with their columns and rows."""
    plan = ProgressColumn(Text("文件与专栏", "Document and table"), _named(shown, "group"), 30)
    listed = [
        {"id": one.id, "title": shown.say(one.named), "number": one.number, "issuer": one.issuer,
         "date": one.date, "url": one.url}
        for one in shown.used
    ]  # fmt: skip
    return [
        (PLAN, [plan, *_full(shown)], shown.rows),
        (SITE_TARGETS_TITLE, [*_site_columns(shown), *_full(shown)], shown.sites),
        (DATES, date_columns(shown), shown.dates),
        (DOCUMENTS, _document_columns(), listed),
    ]


def _named(shown: Tables, name: str) -> Callable[[TargetRow], PrintedCell]:
    key = f"{name}_zh" if shown.lang == "zh" else f"{name}_en"
    return lambda row: row[key]


def _member(name: str) -> Callable[[TargetRow], PrintedCell]:
    return lambda row: row[name]


def _full(shown: Tables) -> list[ProgressColumn]:
    """Give the columns of the workbook: one fact each."""
    zh = shown.lang == "zh"
    return [
        ProgressColumn(Text("指标", "Indicator"), _named(shown, "name"), 28),
        ProgressColumn(Text("范围", "Area"), _named(shown, "area"), 14),
        ProgressColumn(Text("单位", "Unit"), _member("unit" if zh else "unit_en"), 10),
        ProgressColumn(Text("基期", "Base"), _base, 10, _worded(shown, "base")),
        ProgressColumn(Text("基年", "Base year"), _member("base_year"), 8, "0"),
        ProgressColumn(Text("目标", "Target"), _target, 10, _worded(shown, "target")),
        ProgressColumn(Text("目标年", "Target year"), _member("target_year"), 8, "0"),
        ProgressColumn(
            Text("最近实际", "Latest actual"), _actual(shown), 10, _worded(shown, "actual")
        ),
        ProgressColumn(Text("实际年", "Its year"), _member("actual_year"), 8, "0"),
        ProgressColumn(Text("实际数状态", "Status of the actual"), _status(shown), 10),
        ProgressColumn(Text("完成比例", "Share of the way"), _member("done_share"), 10, "0.0%"),
        ProgressColumn(Text("时间比例", "Share of the time"), _member("time_share"), 10, "0.0%"),
        ProgressColumn(
            Text("今后每年需", "Needed a year"), _member("pace_needed"), 12, "#,##0.####"
        ),
        ProgressColumn(Text("判断", "Verdict"), _verdict(shown), 12),
        ProgressColumn(Text("理由", "Reason"), _member("reason" if zh else "reason_en"), 40),
        ProgressColumn(Text("文件间不一致", "Documents disagree"), _conflict(shown), 12),
        ProgressColumn(Text("目标出处", "Source of the target"), _cited(shown, "target"), 40),
        ProgressColumn(Text("文件中的位置", "Place in the document"), _member("locator"), 24),
        ProgressColumn(Text("原文", "Quote"), _member("quote"), 40),
        ProgressColumn(Text("实际出处", "Source of the actual"), _cited(shown, "actual"), 40),
        ProgressColumn(Text("基期出处", "Source of the base"), _cited(shown, "base"), 40),
    ]


def _site_columns(shown: Tables) -> list[ProgressColumn]:
    return [
        ProgressColumn(Text("园区、基地、平台", "Site"), _named(shown, "site"), 32),
        ProgressColumn(READING_WORD, lambda row: shown.say(_READINGS[row["reading"]]), 18),
    ]


def date_columns(shown: Tables) -> list[ProgressColumn]:
    """Give the columns of the dates set for sites."""
    undated = Text("文件未写时限", "no date in the document")
    return [
        ProgressColumn(Text("时间", "Date"), lambda row: row["date"] or shown.say(undated), 16),
        ProgressColumn(Text("园区、基地、平台", "Site"), _named(shown, "site"), 32),
        ProgressColumn(Text("事项", "What"), _member("text"), 36),
        ProgressColumn(Text("已知的进展", "Known since"), _events, 40),
        ProgressColumn(
            Text("出处", "Source"), lambda row: _reference(shown, row["source"], row), 40
        ),
    ]


def _document_columns() -> list[ProgressColumn]:
    return [
        ProgressColumn(Text("编号", "Id"), _member("id"), 22),
        ProgressColumn(Text("题名", "Title"), _member("title"), 48),
        ProgressColumn(Text("文号", "Number"), _member("number"), 22),
        ProgressColumn(Text("发布者", "Issuer"), _member("issuer"), 32),
        ProgressColumn(Text("日期", "Date"), _member("date"), 12),
        ProgressColumn(Text("地址", "Address"), _member("url"), 48),
    ]


def brief_columns(shown: Tables, *, whose: bool = False) -> list[ProgressColumn]:
    """Give the columns of the Word tables: number, year and status in one cell."""
    named = _named(shown, "name")
    unit = "unit" if shown.lang == "zh" else "unit_en"
    return [
        *([_site_column(shown)] if whose else []),
        ProgressColumn(
            Text("指标（单位）", "Indicator (unit)"),
            lambda row: _beside(shown, str(named(row)), row[unit]),
            46,
        ),
        ProgressColumn(
            Text("基期", "Base"),
            lambda row: _dated(shown, _amount(shown, row, "base"), row["base_year"]),
            22,
        ),
        ProgressColumn(
            Text("目标", "Target"),
            lambda row: _dated(shown, _amount(shown, row, "target"), row["target_year"]),
            24,
        ),
        ProgressColumn(Text("最近实际", "Latest actual"), _actual_dated(shown), 30),
        ProgressColumn(
            Text("完成比例", "Way"), lambda row: _share(row["done_share"]), 18, right=True
        ),
        ProgressColumn(
            Text("时间比例", "Time"), lambda row: _share(row["time_share"]), 18, right=True
        ),
        ProgressColumn(Text("判断", "Verdict"), _verdict(shown), 24),
        ProgressColumn(
            Text("理由", "Reason"), _member("reason" if shown.lang == "zh" else "reason_en"), 48
        ),
        ProgressColumn(Text("出处", "Source"), _sources(shown), 43),
    ]


def _site_column(shown: Tables) -> ProgressColumn:
    named = _named(shown, "site")

    def read(row: TargetRow) -> str:
        return " ".join(filter(None, (str(named(row)), shown.say(_READINGS[row["reading"]]))))

    return ProgressColumn(Text("园区、基地、平台", "Site"), read, 40)


def _base(row: TargetRow) -> PrintedCell:
    return _NO_TARGET if row["base"] is None else row["base"]


def _target(row: TargetRow) -> PrintedCell:
    return _NO_TARGET if row["target"] is None else row["target"]


def _actual(shown: Tables) -> Callable[[TargetRow], PrintedCell]:
    return lambda row: _status(shown)(row) if row["actual"] is None else row["actual"]


def _status(shown: Tables) -> Callable[[TargetRow], str]:
    return lambda row: shown.say(
        gap_word(row) if row["actual"] is None else Status(row["actual_status"]).label
    )


def _actual_dated(shown: Tables) -> Callable[[TargetRow], str]:
    def read(row: TargetRow) -> str:
        unsure = row["actual_status"] in (Status.PROVISIONAL.value, Status.APPORTIONED.value)
        word = f" {_status(shown)(row)}" if unsure and row["actual"] is not None else ""
        known = row["actual"] is not None
        said = _amount(shown, row, "actual") if known else _status(shown)(row)
        return _dated(shown, said, row["actual_year"]) + word

    return read


def _amount(shown: Tables, row: TargetRow, name: str) -> str:
    return shown.say(amount(row, name))


def _dated(shown: Tables, text: str, year: int | None) -> str:
    return text if year is None else _beside(shown, text, year)


def _beside(shown: Tables, text: str, what: object) -> str:
    """Set what belongs to a text behind it, in the brackets of the language."""
    return shown.say(Text(f"{text}（{what}）", f"{text} ({what})"))


def _worded(shown: Tables, name: str) -> Callable[[TargetRow], str]:
    """Give the format that shows a number with its word and leaves it a number: "突破"#,##0."""

    def read(row: TargetRow) -> str:
        number = row[name]
        plain = "#,##0" + ("." + "#" * 8 if number is not None and number != int(number) else "")
        if number is None or not row[f"{name}_approx"]:
            return plain
        said = shown.say(amount(row, name))
        before, found, after = said.partition(full(number))
        shown_as = [f'"{text}"' if text else "" for text in (before, after)]
        return f"{shown_as[0]}{plain}{shown_as[1]}" if found else f'"{said}"'

    return read


def _share(value: float | None) -> str:
    return "" if value is None else f"{percent(value)}%"


def _verdict(shown: Tables) -> Callable[[TargetRow], str]:
    name = "verdict" if shown.lang == "zh" else "verdict_en"
    return lambda row: f"{row['symbol']} {row[name]}"


def _conflict(shown: Tables) -> Callable[[TargetRow], str]:
    def read(row: TargetRow) -> str:
        parts = {
            Text("目标", "target"): row.get("conflict", False),
            Text("实际", "actual"): row["actual_conflict"],
            Text("基期", "base"): row["base_conflict"],
        }
        return "、".join(shown.say(part) for part, differs in parts.items() if differs)

    return read


def _cited(shown: Tables, name: str) -> Callable[[TargetRow], str]:
    def read(row: TargetRow) -> str:
        source = shown.sources.get(row[f"{name}_source"])
        return cite(source, shown) if source else ""

    return read


def cite(source: Source, shown: Tables) -> str:
    """Name a document as a report does."""
    parts = (shown.say(source.named), source.number, source.issuer, source.date)
    return shown.say(Text("，", ", ")).join(filter(None, parts))


def source_number(shown: Tables, source_id: str) -> int:
    """Give the number of a document in the list of those used, from 1."""
    return [source.id for source in shown.used].index(source_id) + 1


def _reference(shown: Tables, source_id: str, row: TargetRow) -> str:
    return f"[{source_number(shown, source_id)}] {row['locator']}"


def _sources(shown: Tables) -> Callable[[TargetRow], str]:
    """Name the documents of a row by their number in the list at the end."""

    def read(row: TargetRow) -> str:
        words = {"target": Text("目标", "target"), "actual": Text("实际", "actual")}
        said = []
        for name, word in words.items():
            if source := row[f"{name}_source"]:
                place = f" {row['locator']}" if name == "target" else ""
                said.append(f"{shown.say(word)} [{source_number(shown, source)}]{place}")
        flag = _conflict(shown)(row)
        return "；".join([*said, f"⚑ {flag}"] if flag else said)

    return read


def _events(row: TargetRow) -> str:
    return "；".join(f"{event['date']} {event['text']}" for event in row["events"])
