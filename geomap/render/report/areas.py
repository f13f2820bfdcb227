"""The areas of a report: for each its profile with rank and share, its sites, their progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geomap.errors import Text
from geomap.model.absence import ABSENCES
from geomap.model.approx import with_word
from geomap.model.catalog import Area
from geomap.model.wording import known
from geomap.numbers import percent
from geomap.render.office.blocks import Block, Cell, Paragraph, Section, TableColumn
from geomap.render.report.desk import ReportDesk
from geomap.render.report.groups import printed_value, word_notes
from geomap.render.report.plans import progress_table
from geomap.values.ranks import said_place
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.view import map_view
from geomap.views.plans.site_targets import milestones, site_rows

_PRECISION = {
    "exact": ("实测", "exact"),
    "anchor": ("邻近设施", "a place nearby"),
    "town": ("所在镇", "its town"),
    "area": ("只知旗区", "area only"),
    "city": ("所在城市", "its city"),
}


def area_sections(writer: ReportDesk) -> Iterator[Section]:
    """Write a page for each area, then one for what lies in none of them."""
    views = [map_view(writer.atlas, one) for one in writer.atlas.indicators]
    views = [view for view in views if any(area.value is not None for area in view.areas)]
    rows, dates = site_rows(writer.atlas, writer.as_of), milestones(writer.atlas)
    intro = Paragraph(
        writer.say(
            "每个旗区一页：有数的指标及其在各旗区中的位次、占全市的比重，辖内园区、基地、平台"
            "和它们的目标。估算不参加排名。",
            "A page for each area: its figures with their rank among the areas and share of the"
            " city, its sites and what they are to reach. Estimates have no rank.",
        )
    )
    yield Section(writer.say("旗区画像", "Areas"), 1, (intro,), page=True)
    for at, area in enumerate(writer.atlas.parts):
        blocks = [
            *_profile(writer, area, at, views),
            *_places(writer, area.code, writer.say(area.name_zh, area.name_en), rows, dates),
        ]
        title = writer.say(area.name_zh, area.name_en or area.name_zh)
        yield Section(title, 2, tuple(blocks), page=at > 0)
    others = _others(writer, rows, dates)
    if others:
        title = writer.say("全市性与市域外的点位", "Sites of the city and outside it")
        yield Section(title, 2, tuple(others), page=True)


def _profile(writer: ReportDesk, area: Area, at: int, views: Sequence[MapView]) -> Iterator[Block]:
    name = writer.say(area.name_zh, area.name_en or area.name_zh)
    known = [view for view in views if view.areas[at].value is not None]
    if not known:
        told = Text("没有公开数。", "There is no public figure.")
        if any(view.indicator.asked for view in views):
            told = Text("没有上报数。", "Nothing was reported.")
        yield Paragraph(writer.pick(told))
        return
    say = writer.say
    columns = (
        TableColumn(Cell(say("指标", "Indicator")), 56),
        TableColumn(Cell(say("年份", "Year")), 14),
        TableColumn(Cell(say("数值", "Value")), 32, right=True),
        TableColumn(Cell(say("位次", "Rank")), 16, right=True),
        TableColumn(Cell(say("全市", "City")), 26, right=True),
        TableColumn(Cell(say("占全市", "Share")), 18, right=True),
        TableColumn(Cell(say("出处", "Source")), 18),
    )
    lines = [_profile_row(writer, view, view.areas[at]) for view in known]
    caption = say(f"{name}：主要指标", f"{name}: figures")
    shown = [_only(view, at) for view in known]
    notes = [*word_notes(writer, shown), *_lacking(writer, at, views)]
    yield writer.table(caption, columns, lines, notes)


def _only(view: MapView, at: int) -> Any:
    """Give a view of one area, for the notes below its table."""
    from dataclasses import replace

    return replace(view, areas=(view.areas[at],), city=None)


def _profile_row(writer: ReportDesk, view: MapView, area: AreaView) -> tuple[Cell, ...]:
    one, city = view.indicator, view.city
    ranked = [other.rank for other in view.areas if other.rank is not None]
    rank = writer.pick(said_place(area.rank, ranked)) + (f"/{len(ranked)}" if area.rank else "")
    whole = city.value if city and city.value is not None else None
    share = "—"
    if one.additive and whole and whole > 0 and area.value is not None and area.value >= 0:
        exact = not area.approx and not (city and city.approx)
        share = percent(area.value / whole, 1 if exact else 0) + "%"
        share = share if exact else writer.pick(with_word(share, "约"))
    unit = writer.pick(one.unit)
    name = writer.pick(one.name)
    figures = area.figures or ()
    return (
        Cell(writer.say(f"{name}（{unit}）", f"{name} ({unit})") if unit else name),
        Cell(str(view.year or "")),
        Cell(printed_value(writer, area, one)),
        Cell(rank),
        Cell("—" if city is None or whole is None else writer.pick(known(city, one))),
        Cell(share),
        Cell("", writer.cite_figures(figures)),
    )


def _lacking(writer: ReportDesk, at: int, views: Sequence[MapView]) -> Iterator[Paragraph]:
    """Name what other areas have and this one has not, apart by why."""
    for why, word in ABSENCES.items():
        names = [
            writer.pick(view.indicator.name)
            for view in views
            if view.areas[at].value is None and view.areas[at].absence == why
        ]
        if names:
            label, listed = writer.pick(word), writer.say("、", ", ").join(names)
            yield Paragraph(writer.say(f"{label}：{listed}。", f"{label}: {listed}."), role="note")


def _others(writer: ReportDesk, rows: list[Any], dates: list[Any]) -> list[Block]:
    atlas = writer.atlas
    inside = {area.code for area in atlas.parts}
    sites = [row for row in _sites(writer) if row["area"] not in inside]
    if not sites:
        return []
    codes = {row["area"] for row in sites}
    title = writer.say("全市性与市域外", "City and outside")
    blocks: list[Block] = [_site_table(writer, title, sites)]
    found = [row for row in rows if row["area"] in codes or row["reading"] == "together"]
    if found:
        caption = writer.say(f"{title}：点位的目标", f"{title}: targets of sites")
        blocks.append(progress_table(writer, caption, found, sites=True))
    due = [row for row in dates if row["area"] in codes]
    if due:
        blocks.append(_dates(writer, title, due))
    return blocks


def _places(
    writer: ReportDesk, code: str, name: str, rows: list[Any], dates: list[Any]
) -> Iterator[Block]:
    sites = [row for row in _sites(writer) if row["area"] == code]
    if not sites:
        yield Paragraph(
            writer.say("辖内没有已录入的园区、基地、平台。", "No site is recorded here.")
        )
        return
    yield _site_table(writer, name, sites)
    if found := [row for row in rows if row["area"] == code]:
        caption = writer.say(f"{name}：点位的目标", f"{name}: targets of sites")
        yield progress_table(writer, caption, found, sites=True)
    if due := [row for row in dates if row["area"] == code]:
        yield _dates(writer, name, due)


def _sites(writer: ReportDesk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = writer.atlas.sites.to_dict("records")  # type: ignore[assignment]
    return rows


def _site_table(writer: ReportDesk, name: str, sites: Sequence[dict[str, Any]]) -> Block:
    say, kinds = writer.say, writer.atlas.site_kinds
    columns = (
        TableColumn(Cell(say("点位", "Site")), 58),
        TableColumn(Cell(say("类别", "Kind")), 30),
        TableColumn(Cell(say("级别", "Level")), 26),
        TableColumn(Cell(say("位置", "Place")), 34),
        TableColumn(Cell(say("坐标", "Place known by")), 20),
        TableColumn(Cell(say("出处", "Source")), 36),
    )
    rows = []
    for row in sites:
        precision = _PRECISION.get(row["precision"], (row["precision"], row["precision"]))
        rows.append(
            (
                Cell(say(row["name_zh"], row["name_en"] or row["name_zh"])),
                Cell(writer.pick(kinds[row["kind"]].name)),
                Cell(row["level"] or "—"),
                Cell(_where(writer, row)),
                Cell(say(*precision)),
                Cell(f"{row['locator']} ".lstrip(), writer.cite([row["source"]])),
            )
        )
    caption = say(f"{name}：园区、基地与平台", f"{name}: sites")
    return writer.table(caption, columns, rows)


def _where(writer: ReportDesk, row: dict[str, Any]) -> str:
    """Name the town, park or building that a site is known to be at, else its area."""
    if row["anchor"]:
        return str(row["anchor"])
    area = writer.atlas.areas.get(row["area"])
    return writer.say(area.name_zh, area.name_en or area.name_zh) if area else "—"


def _dates(writer: ReportDesk, name: str, due: Sequence[dict[str, Any]]) -> Block:
    say = writer.say
    columns = (
        TableColumn(Cell(say("时间", "Date")), 22),
        TableColumn(Cell(say("点位", "Site")), 54),
        TableColumn(Cell(say("事项", "What")), 40),
        TableColumn(Cell(say("已知的进展", "Known since")), 50),
        TableColumn(Cell(say("出处", "Source")), 16),
    )
    rows = []
    for row in due:
        known = [f"{one['date']} {one['text']}" for one in row["events"]]
        named = [row["source"], *(one["source"] for one in row["events"])]
        rows.append(
            (
                Cell(row["date"] or say("文件未写时限", "no date")),
                Cell(say(row["site_zh"], row["site_en"])),
                Cell(row["text"]),
                Cell(say("；", "; ").join(known) or "—"),
                Cell("", writer.cite(named)),
            )
        )
    return writer.table(say(f"{name}：时间节点", f"{name}: dates set"), columns, rows)
