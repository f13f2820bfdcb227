"""The indicators of a report: for each group a map, what areas have, what only the city has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from geomap.model.absence import ABSENCES, absence_word
from geomap.model.catalog import FIRST_LAYERS, Indicator, IndicatorGroup, Kind, Measure, Status
from geomap.model.wording import in_full, unsure
from geomap.render.office.blocks import Block, Cell, FigureBlock, Paragraph, Section, TableColumn
from geomap.render.report.desk import ReportDesk
from geomap.render.screen.compose import default_indicators
from geomap.render.sheets.captions import map_description
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.notes import beside
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

ACROSS = 5
"""Indicators beside each other in one table."""
_PLAIN = (Status.REPORTED.value, Status.DERIVED.value)


def group_sections(writer: ReportDesk) -> Iterator[Section]:
    """Write a section for each group that has an indicator."""
    chosen = default_indicators(writer.atlas)
    for group in writer.atlas.groups:
        members = [one for one in writer.atlas.indicators.values() if one.group == group.id]
        if members:
            yield _section(writer, group, members, chosen)


def _section(
    writer: ReportDesk, group: IndicatorGroup, members: Sequence[Indicator], chosen: Sequence[str]
) -> Section:
    latest = {one.id: map_view(writer.atlas, one.id) for one in members}
    views, apart = in_one_year(writer.atlas, latest)
    mapped = [one for one in views if _mapped(one)]
    alone = [one for one in views if one not in mapped and one.city and _has(one.city)]
    without = [one for one in views if one not in mapped and one not in alone]
    without = [one for one in without if one.indicator not in [view.indicator for view in apart]]
    blocks: list[Block] = [
        figure_block(writer, latest[id_], layers=_layers(writer, latest[id_]))
        for id_ in chosen
        if id_ in latest and _mapped(latest[id_])
    ]
    if not blocks:
        asked = any(one.asked for one in members)
        blocks.append(Paragraph(_why_no_map(writer, mapped, asked=asked)))
    blocks += _tables(writer, group, mapped, alone)
    blocks += _apart(writer, group, apart)
    if without:
        blocks.append(Paragraph(_named_without(writer, without), role="note"))
    return Section(writer.pick(group.name), 1, tuple(blocks), page=True)


def in_one_year(atlas: Atlas, latest: Mapping[str, MapView]) -> tuple[list[MapView], list[MapView]]:
    """Bring the parts of a whole to its year, so that a table of them adds up.

    Parameters
    ----------
    latest : by indicator, each in the year that is known best

    Returns
    -------
    the views of one year to a whole, and apart those of parts in years of their own
    """
    aligned: list[MapView] = []
    apart: list[MapView] = []
    for view in latest.values():
        whole = atlas.indicators.get(view.indicator.part_of)
        year = map_view(atlas, whole.id).year if whole else view.year
        if view.year in (year, None) or year is None:
            aligned.append(view)
            continue
        apart.append(view)
        if year in atlas.series.get((view.indicator.id, Kind.ACTUAL.value), {}):
            aligned.append(map_view(atlas, view.indicator.id, year=year))
    return aligned, apart


def _mapped(view: MapView) -> bool:
    return any(_has(area) for area in view.areas)


def _apart(writer: ReportDesk, group: IndicatorGroup, views: Sequence[MapView]) -> Iterator[Block]:
    """Set parts whose figures are of another year than their whole apart, a table for each year."""
    for year in sorted({view.year or 0 for view in views}):
        same = [view for view in views if view.year == year]
        note = Paragraph(
            writer.say(
                f"以下是{year}年的数，与上表的总量不是同一年，不能与上表相加。",
                f"These are of {year}, another year than the totals above: they do not add up with"
                " the table above.",
            ),
            role="note",
        )
        mapped = [view for view in same if _mapped(view)]
        alone = [view for view in same if view not in mapped]
        yield note
        yield from _tables(writer, group, mapped, alone)


def _tables(
    writer: ReportDesk, group: IndicatorGroup, mapped: Sequence[MapView], alone: Sequence[MapView]
) -> Iterator[Block]:
    """Set side by side what most areas have; list what few of them or the city alone have."""
    few = [view for view in mapped if _is_of_few(view)]
    wide = [view for view in mapped if view not in few]
    for at in range(0, len(wide), ACROSS):
        yield _by_area(writer, group, wide[at : at + ACROSS])
    if few:
        yield _of_few(writer, group, few)
    if alone:
        yield _of_city(writer, group, alone)


def _told(area: AreaView) -> bool:
    """Whether there is a number to print: a value, several, or a range."""
    return _has(area) or unsure(area)


def _is_of_few(view: MapView) -> bool:
    """Whether most cells of a column would be empty."""
    return 2 * sum(_told(area) for area in view.areas) < len(view.areas)


def overview_map(writer: ReportDesk) -> Iterator[FigureBlock]:
    """Give one map of where sites lie, over the first fill that areas reported."""
    atlas = writer.atlas
    for id_ in default_indicators(atlas):
        if atlas.indicators[id_].measure is not Measure.COUNT and len(atlas.sites):
            kinds = set(atlas.sites["kind"])
            layers = tuple(one for one in atlas.site_kinds if one in kinds)
            yield figure_block(writer, map_view(atlas, id_), layers=layers, sites=True)
            return


def figure_block(
    writer: ReportDesk, view: MapView, *, layers: tuple[str, ...] = (), sites: bool = False
) -> FigureBlock:
    """Make a map with the next number, its caption and its words."""
    sheet = Sheet(lang=writer.asked.lang)
    caption = writer.pick(view.title)
    named = view.sources
    unit = writer.pick(view.indicator.unit)
    words = map_description(view, writer.say(f"单位：{unit}", f"Unit: {unit}"), sheet)
    if sites:
        caption = writer.say(f"园区、基地与平台的分布，底图为{caption}", f"Sites, over {caption}")
        named = (*named, *dict.fromkeys(writer.atlas.sites["source"]))
    return FigureBlock(
        number=writer.count("figure"),
        caption=caption,
        alt=f"{caption}{writer.say('。', '. ')}{words}",
        indicator=view.indicator.id,
        year=view.year,
        representation=view.representation,
        layers=layers,
        refs=writer.cite(named),
        sentence="" if sites else writer.pick(view.sentence),
    )


def _layers(writer: ReportDesk, view: MapView) -> tuple[str, ...]:
    """Show sites where the map is of their numbers."""
    formula = view.indicator.formula
    known = writer.atlas.site_kinds
    return (formula.of,) if formula and formula.of in known and formula.of in FIRST_LAYERS else ()


def _has(area: AreaView) -> bool:
    return area.value is not None or bool(area.others)


def _why_no_map(writer: ReportDesk, mapped: Sequence[MapView], *, asked: bool) -> str:
    none, few = (
        ("没有旗区上报数", "No area reported figures of this group"),
        ("各指标上报的旗区都不到一半", "Fewer than half of the areas reported"),
    ) if asked else (
        ("没有旗区的公开数", "There is no public figure of any area in this group"),
        ("各指标有公开数的旗区都不到一半", "Fewer than half of the areas have a public figure"),
    )  # fmt: skip
    if not mapped:
        return writer.say(
            f"本组{none[0]}，不作地图；全市数见下表。",
            f"{none[1]}, so there is no map; the city's stand below.",
        )
    known = [area for view in mapped for area in view.areas if area.value is not None]
    if all(area.status == Status.APPORTIONED.value for area in known):
        return writer.say(
            f"本组{none[0]}，旗区数都是估算，不作地图；估算见下表。",
            f"{none[1]}; a map would show estimates only. They stand in the table.",
        )
    return writer.say(
        f"本组{few[0]}，不作地图；已有的数见下表。",
        f"{few[1]}, too few for a map; what is known stands below.",
    )


def printed_value(
    writer: ReportDesk, row: AreaView | Value, indicator: Indicator, *, word: bool = True
) -> str:
    """Write a value with the word of its status, or the word for what is missing.

    Parameters
    ----------
    word : whether the status is said; not where a column of its own says it
    """
    label = writer.pick(Status(row.status).label)
    if row.value is None and not unsure(row):
        return beside(row.others) if row.others else writer.pick(absence_word(indicator, row))
    number = writer.pick(in_full(row, indicator)) + ("†" if row.conflict else "")
    return f"{number} {label}" if word and row.status not in _PLAIN else number


def _by_area(writer: ReportDesk, group: IndicatorGroup, views: Sequence[MapView]) -> Block:
    """Set the values of some indicators side by side, one row an area."""
    width = 130 // len(views)
    columns = [TableColumn(Cell(writer.say("旗区", "Area")), 34)]
    for view in views:
        head = Cell(_named(writer, view), writer.cite(view.sources))
        columns.append(TableColumn(head, width, right=True))
    rows = []
    for at, area in enumerate(writer.atlas.parts):
        name = writer.say(area.name_zh, area.name_en or area.name_zh)
        rows.append([Cell(name), *(_cell(writer, view, view.areas[at]) for view in views)])
    whole = writer.atlas.areas[writer.atlas.city]
    total = Cell(writer.say(whole.name_zh, whole.name_en or whole.name_zh))
    rows.append([total, *(_cell(writer, view, view.city) for view in views)])
    name = writer.pick(group.name)
    first, last = writer.pick(views[0].indicator.name), writer.pick(views[-1].indicator.name)
    span = first if first == last else writer.say(f"{first}至{last}", f"{first} to {last}")
    caption = writer.say(f"{name}：各旗区（{span}）", f"{name} by area ({span})")
    return writer.table(caption, columns, rows, word_notes(writer, views))


def _cell(writer: ReportDesk, view: MapView, area: AreaView | None) -> Cell:
    if area is None:
        return Cell("—")
    return Cell(printed_value(writer, area, view.indicator))


def _named(writer: ReportDesk, view: MapView) -> str:
    name, unit = writer.pick(view.indicator.name), writer.pick(view.indicator.unit)
    parts = [part for part in (unit, str(view.year or "")) if part]
    inside = writer.say("，", ", ").join(parts)
    return writer.say(f"{name}（{inside}）", f"{name} ({inside})") if inside else name


def word_notes(writer: ReportDesk, views: Iterable[MapView]) -> Iterator[Paragraph]:
    """Say what the words and signs in a table mean, those only that stand in it."""
    shown = [area for view in views for area in (*view.areas, view.city) if area]
    statuses = {area.status for area in shown}
    if Status.APPORTIONED.value in statuses:
        yield Paragraph(
            writer.say(
                "估算：按权数从全市数分摊，不是上报数，不参加排名。",
                "estimate: a share of the city's figure, not reported, without a rank.",
            ),
            role="note",
        )
    if any(area.level is not None for area in shown):
        yield Paragraph(
            writer.say(
                "同全市、≈：估算的分子、分母按同一权数分摊，各值之差只是舍入，不能用来比较旗区。",
                "as the city, ≈: numerator and denominator were spread by one weight; the values "
                "differ by rounding only and compare nothing.",
            ),
            role="note",
        )
    if Status.SUPPRESSED.value in statuses:
        note = writer.pick(writer.atlas.disclosure.note)
        yield Paragraph(writer.say(f"“不予公开”的数：{note}。", f"Withheld: {note}."), role="note")
    if any(area.conflict for area in shown):
        yield Paragraph(
            writer.say("†：各文件不一致，见“数据核对”。", "†: documents disagree; see the checks."),
            role="note",
        )


def _of_few(writer: ReportDesk, group: IndicatorGroup, views: Sequence[MapView]) -> Block:
    """List what areas have, and the city beside them, without a cell for what is missing."""
    rows = [
        _line(writer, view, one)
        for view in views
        for one in (*view.areas, view.city)
        if one and _told(one)
    ]
    name = writer.pick(group.name)
    caption = writer.say(f"{name}：少数旗区有数的指标", f"{name}: known for a few areas")
    notes = [*word_notes(writer, views), *_rest(writer, views)]
    return writer.table(caption, _columns(writer, areas=True), rows, notes)


def _rest(writer: ReportDesk, views: Sequence[MapView]) -> Iterator[Paragraph]:
    """Say why the areas that are not listed have no figure."""
    for why, word in ABSENCES.items():
        names = [
            writer.pick(view.indicator.name)
            for view in views
            if any(not _told(area) and area.absence == why for area in view.areas)
        ]
        if names:
            label, listed = writer.pick(word), writer.say("、", ", ").join(names)
            text = writer.say(f"其余旗区{label}：{listed}。", f"Other areas, {label}: {listed}.")
            yield Paragraph(text, role="note")


def _of_city(writer: ReportDesk, group: IndicatorGroup, views: Sequence[MapView]) -> Block:
    lines = [_line(writer, view, view.city) for view in views if view.city]
    rows = [[*line[:1], *line[2:]] for line in lines]
    name = writer.pick(group.name)
    caption = writer.say(f"{name}：只有全市数的指标", f"{name}: known for the city only")
    return writer.table(caption, _columns(writer, areas=False), rows, _city_notes(writer, views))


def _columns(writer: ReportDesk, *, areas: bool) -> list[TableColumn]:
    say = writer.say
    return [
        TableColumn(Cell(say("指标", "Indicator")), 50 if areas else 64),
        *([TableColumn(Cell(say("地区", "Area")), 24)] if areas else []),
        TableColumn(Cell(say("数值", "Value") if areas else say("全市数", "City")), 26, right=True),
        TableColumn(Cell(say("单位", "Unit")), 24),
        TableColumn(Cell(say("年份", "Year")), 14),
        TableColumn(Cell(say("状态", "Status")), 25),
        TableColumn(Cell(say("出处", "Source")), 16),
    ]


def _line(writer: ReportDesk, view: MapView, one: AreaView) -> list[Cell]:
    """Write one figure as a line: indicator, area, value, unit, year, status, source."""
    area = writer.atlas.area(one.code)
    return [
        Cell(writer.pick(view.indicator.name)),
        Cell(writer.say(area.name_zh, area.name_en or area.name_zh)),
        Cell(printed_value(writer, one, view.indicator, word=False)),
        Cell(writer.pick(view.indicator.unit)),
        Cell(str(view.year or "")),
        Cell(writer.pick(Status(one.status).label)),
        Cell("", writer.cite_figures(one.figures or ())),
    ]


def _city_notes(writer: ReportDesk, views: Sequence[MapView]) -> Iterator[Paragraph]:
    if any(view.city and view.city.conflict for view in views):
        yield Paragraph(
            writer.say("†：各文件不一致，见“数据核对”。", "†: documents disagree; see the checks."),
            role="note",
        )


def _named_without(writer: ReportDesk, views: Sequence[MapView]) -> str:
    names = writer.say("、", ", ").join(writer.pick(view.indicator.name) for view in views)
    aimed = any((v.indicator.id, Kind.TARGET.value) in writer.atlas.series for v in views)
    more = writer.say("，其中有目标的见“规划进度”", "; for targets see the plans") if aimed else ""
    return writer.say(f"没有实际数的指标：{names}{more}。", f"Without any actual: {names}{more}.")
