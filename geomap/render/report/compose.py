"""A report on a whole release: cover, overview, groups of indicators, areas, plans, documents.

In: an ``Atlas`` as its readers may see it, and what is asked. Out: a ``Report``, which Word and
PowerPoint files are written from. No map is made where no area has a value, and it is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.model.catalog import Kind, Status
from geomap.render.office.blocks import (
    Block,
    Cell,
    Listing,
    Paragraph,
    Report,
    Section,
    TableColumn,
)
from geomap.render.report import areas as report_areas
from geomap.render.report import groups as report_groups
from geomap.render.report import plans as report_plans
from geomap.render.report.desk import Asked, ReportDesk
from geomap.views.evidence.headline import key_figures
from geomap.views.maps.view import marks
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import agreed, site_rows
from geomap.views.plans.targets import conflict_count, default_year, progress_rows
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def compose_report(atlas: Atlas, asked: Asked | None = None) -> Report:
    """Compose a report.

    Parameters
    ----------
    atlas : narrowed to its readers; see ``geomap.release.editions``
    asked : Chinese, judged at the latest year, without a date when None

    Raises
    ------
    RequestError : maker or date hold what cannot be printed
    """
    asked = asked or Asked()
    if not (asked.maker + asked.made).isprintable():
        raise RequestError(
            "编制单位和日期应为一行文字，不含控制字符",
            "maker and date must be one line each, without control characters",
        )
    as_of = default_year(atlas) if asked.as_of is None else asked.as_of
    writer = ReportDesk(atlas, asked, as_of)
    sections = [
        _overview(writer),
        *report_groups.group_sections(writer),
        *report_areas.area_sections(writer),
        *report_plans.progress_sections(writer),
        *report_plans.check_sections(writer),
    ]
    listed = listed_documents(writer)
    blocks: tuple[Block, ...] = (Listing(listed),) if listed else (_nothing(writer),)
    sections.append(Section(writer.say("资料来源", "Documents"), 1, blocks, page=True))
    return Report(
        title=writer.pick(atlas.title),
        subtitle=writer.say("数据报告", "Data report"),
        facts=_facts(writer),
        marks=tuple(writer.pick(mark) for mark in (*marks(atlas), atlas.disclosure.note)),
        lang=asked.lang,
        sections=tuple(sections),
        documents=listed,
        maker=asked.maker,
        made=asked.made,
    )


def _facts(writer: ReportDesk) -> tuple[tuple[str, str], ...]:
    atlas, say = writer.atlas, writer.say
    newest = max((atlas.sources[one].date for one in writer.numbers), default="")
    facts = (
        (say("编制", "Made by"), writer.asked.maker),
        (say("日期", "Date"), writer.asked.made),
        (say("规划进度截至", "Plans as of the end of"), str(writer.as_of or "")),
        (say("资料发布截至", "Documents up to"), newest),
        (say("数据版本", "Release"), atlas.release[:16]),
    )
    return tuple((label, value) for label, value in facts if value)


def listed_documents(writer: ReportDesk) -> tuple[tuple[int, str], ...]:
    """Give the documents that were cited, by their numbers, as they are listed at the end."""
    sources = writer.atlas.sources
    comma = writer.say("，", ", ")
    listed = []
    for id_, number in writer.numbers.items():
        one = sources[id_]
        parts = (writer.pick(one.named), one.number, one.issuer, one.date)
        listed.append((number, comma.join(part for part in parts if part)))
    return tuple(listed)


def _nothing(writer: ReportDesk) -> Paragraph:
    return Paragraph(writer.say("没有可引用的文件。", "There is no document to cite."))


def _overview(writer: ReportDesk) -> Section:
    say = writer.say
    return Section(
        say("概况", "Overview"),
        1,
        (
            Paragraph(_reach(writer)),
            _headline(writer),
            _verdicts(writer),
            Paragraph(_gaps(writer)),
            *report_groups.overview_map(writer),
        ),
        page=True,
    )


def _reach(writer: ReportDesk) -> str:
    atlas = writer.atlas
    parts, shown, worked_out = len(atlas.parts), 0, 0
    for one in atlas.indicators.values():
        series = atlas.series.get((one.id, Kind.ACTUAL.value), {})
        rows = [row for year in series.values() for code, row in year.items() if code != atlas.city]
        known = [row for row in rows if row.value is not None]
        known = [row for row in known if row.status != Status.APPORTIONED.value]
        shown += bool(known)
        worked_out += bool(known) and all(row.status == Status.DERIVED.value for row in known)
    indicators, sites = len(atlas.indicators), len(atlas.sites)
    return writer.say(
        f"本报告据一次发布的全部数据写成：{parts} 个旗区，{indicators} 个指标，其中 {shown} 个有"
        f"旗区的数（{worked_out} 个是据文件算出、量出或数出的，其余取自文件、公报和报道，不都是旗区"
        f"上报的）；{sites} 处园区、基地、平台。方括号内的编号指向文末的资料来源。",
        f"This report is made from one release of data: {parts} areas, {indicators} indicators, of"
        f" which {shown} have figures by area ({worked_out} worked out, measured or counted here,"
        " the others from documents, bulletins and press, not all of them reported by the areas),"
        f" and {sites} sites. Numbers in brackets lead to the documents at the end.",
    )


def _headline(writer: ReportDesk) -> Block:
    say = writer.say
    columns = (
        TableColumn(Cell(say("指标", "Indicator")), 62),
        TableColumn(Cell(say("全市数", "City")), 30, right=True),
        TableColumn(Cell(say("单位", "Unit")), 26),
        TableColumn(Cell(say("年份", "Year")), 18),
        TableColumn(Cell(say("状态", "Status")), 24),
        TableColumn(Cell(say("出处", "Source")), 18),
    )
    rows = []
    for figure in key_figures(writer.atlas):
        one, value = figure.indicator, figure.row
        printed = report_groups.printed_value(writer, value, one, word=False)
        rows.append(
            (
                Cell(writer.pick(one.name)),
                Cell(printed),
                Cell(writer.pick(one.unit)),
                Cell(str(figure.year)),
                Cell(writer.pick(Status(value.status).label)),
                Cell("", writer.cite_figures(value.figures)),
            )
        )
    return writer.table(say("主要数据", "Main figures"), columns, rows)


def _verdicts(writer: ReportDesk) -> Block:
    """Count the targets of each plan by itself, the running plans first, then those of sites."""
    say, atlas = writer.say, writer.atlas
    plans = plan_counts(atlas, progress_rows(atlas, writer.as_of))
    lines = [(one.name, one.counts, writer.cite([one.source])) for one in plans]
    if sites := agreed(site_rows(atlas, writer.as_of)):
        cited = writer.cite(row["target_source"] for row in sites)
        lines.append(
            (Text("园区、基地、平台的目标", "Targets of sites"), count_verdicts(sites), cited)
        )
    columns = [
        TableColumn(Cell(say("规划", "Plan")), 60),
        TableColumn(Cell(say("目标", "Targets")), 16, right=True),
        *(TableColumn(Cell(f"{one.symbol} {writer.pick(one.label)}"), 20, right=True)
          for one in Outcome),
        TableColumn(Cell(say("出处", "Source")), 16),
    ]  # fmt: skip
    rows = [
        [
            Cell(writer.pick(name)),
            Cell(str(sum(counts.values()))),
            *(Cell(str(counts[one.value])) for one in Outcome),
            Cell("", cited),
        ]
        for name, counts, cited in lines
    ]
    caption = say(
        f"规划目标的进度（截至{writer.as_of}年末，各规划分别计数）",
        f"Targets by progress, end of {writer.as_of}, each plan by itself",
    )
    return writer.table(caption, columns, rows)


def _gaps(writer: ReportDesk) -> str:
    atlas = writer.atlas
    conflicts = conflict_count(atlas)
    known = {indicator for indicator, kind in atlas.series if kind == Kind.ACTUAL.value}
    without = len(atlas.indicators) - len(known & set(atlas.indicators))
    return writer.say(
        f"各文件不一致的数有 {conflicts} 个，逐一列在“数据核对”一节，不作取舍以外的调整；"
        f"有 {without} 个指标只有目标或完全没有数。",
        f"Documents disagree on {conflicts} numbers, each listed under the checks and none"
        f" adjusted; {without} indicators have a target only, or nothing.",
    )
