"""A siting study as an Excel workbook: a sheet of text, then one for each part that holds rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from geomap.errors import Text
from geomap.numbers import full, rounded
from geomap.render.office.workbook import (
    BookCell,
    BookColumn,
    table_sheet,
    text_sheet,
    write_workbook,
)
from geomap.siting.narrative import study_report
from geomap.siting.study_writer import Answered

_PLAIN, _FAR, _PART, _DEGREES, _RAW, _SCORE = (
    "General",
    "#,##0.0",
    "0.0%",
    "0.00000",
    "#,##0.00",
    "0.000",
)
"""How figures are shown; what is in the cell is the whole of it."""
_WIDE = 60


class SheetPart(NamedTuple):
    """A column: its heading, its width in digits, how its figures are shown; "" for text."""

    head: Text
    width: int
    format: str = ""


NamedTable = tuple[Text, list[SheetPart], list[list[Any]]]


def answer_workbook(found: Answered, lang: str, marks: list[str]) -> bytes:
    """Write the text and the rows behind it; numbers stay numbers."""
    report = study_report(found, lang, marks)
    made = [text_sheet(Text("说明", "Text").in_(lang), report)]
    for name, columns, rows in _sheets(found, lang):
        heads = [BookColumn(one.head.in_(lang), one.width, bool(one.format)) for one in columns]
        lines = [
            [BookCell(value, one.format or _PLAIN) for value, one in zip(row, columns, strict=True)]
            for row in rows
        ]
        made.append(table_sheet(name.in_(lang), heads, lines))
    return write_workbook(report.title, made, "　".join(marks))


_ID, _NAME = SheetPart(Text("编号", "Id"), 20), SheetPart(Text("名称", "Name"), 30)
_LON, _LAT = (
    SheetPart(Text("经度", "Lon"), 11, _DEGREES),
    SheetPart(Text("纬度", "Lat"), 11, _DEGREES),
)
_WEIGHT = SheetPart(Text("权重", "Weight"), 12, _PLAIN)
_PLACE = [_ID, _NAME, SheetPart(Text("旗区", "Area"), 12), _LON, _LAT]
_LOADS = [
    SheetPart(Text("容量", "Capacity"), 12, _PLAIN),
    SheetPart(Text("服务的权重", "Serves"), 12, _PLAIN),
    SheetPart(Text("服务的需求", "Demands"), _WIDE),
]


def _sheets(found: Answered, lang: str) -> list[NamedTable]:
    """Give a table for each part of the answer that holds something."""
    compared = found["after"] and found["before"]["sites"] and found["kind"] != "cover"
    made: tuple[tuple[Any, Callable[[], NamedTable]], ...] = (
        (found["chosen"], lambda: _site_sheet(Text("选中的点位", "Chosen"), found["chosen"])),
        (found["existing"], lambda: _site_sheet(Text("现有点位", "Existing"), found["existing"])),
        (found["unplaced"], lambda: _unplaced_sheet(found["unplaced"])),
        (found["demands"], lambda: _demand_sheet(found, _PLACE)),
        (found["shares"], lambda: _share_sheet(found)),
        (found["access"], lambda: _access_sheet(found)),
        (found["after"], lambda: _area_sheet(found, lang)),
        (compared, lambda: _service_sheet(found)),
        (found["ranking"], lambda: _ranking_sheet(found["ranking"], _PLACE, lang)),
    )
    return [sheet() for there, sheet in made if there]


def _distance(zh: str, en: str, unit: str) -> SheetPart:
    return SheetPart(Text(f"{zh}（{unit}）", f"{en} ({unit})"), 12, _FAR)


def _site_sheet(title: Text, sites: list[Answered]) -> NamedTable:
    loaded = "serves_weight" in sites[0]
    rows = [[*_place(one), *(_load(one) if loaded else ())] for one in sites]
    return title, [*_PLACE, *(_LOADS if loaded else ())], rows


def _unplaced_sheet(sites: list[Answered]) -> NamedTable:
    rows = [[one["id"], one["name"], one["area"]] for one in sites]
    return Text("无坐标未计入", "Without coordinates"), _PLACE[:3], rows


def _load(one: Answered) -> list[Any]:
    return [one["capacity"], one["serves_weight"], "、".join(one["demands"])]


def _place(one: Answered) -> list[Any]:
    return [one[name] for name in ("id", "name", "area", "lon", "lat")]


def _demand_sheet(found: Answered, place: list[SheetPart]) -> NamedTable:
    unit = found["distance"]["unit"]
    columns = [
        *place,
        _WEIGHT,
        SheetPart(Text("主要由谁服务", "Mostly served by"), 20),
        _distance("距离", "Distance", unit),
        SheetPart(Text("最近", "Nearest"), 20),
        _distance("距离", "Distance", unit),
        SheetPart(Text("次近", "Second"), 20),
        _distance("距离", "Distance", unit),
        _distance("此前", "Before", unit),
        SheetPart(Text("未覆盖", "Not covered"), 10, _PLAIN),
    ]
    lost = {one["id"] for one in found["uncovered"]}
    names = (
        "weight", "site", "distance", "nearest", "nearest_distance", "second", "second_distance",
        "before",
    )  # fmt: skip
    rows = [
        [*_place(one), *(one[name] for name in names), int(one["id"] in lost)]
        for one in found["demands"]
    ]
    return Text("需求", "Demand"), columns, rows


def _share_sheet(found: Answered) -> NamedTable:
    unit = found["distance"]["unit"]
    columns = [
        SheetPart(Text("需求", "Demand"), 20),
        SheetPart(Text("点位", "Site"), 20),
        SheetPart(Text("份额", "Share"), 10, _PART),
        _WEIGHT,
        _distance("距离", "Distance", unit),
    ]
    weight = {one["id"]: one["weight"] for one in found["demands"]}
    rows = [
        [
            one["demand"], one["site"], one["share"], one["share"] * weight[one["demand"]],
            one["distance"],
        ]
        for one in found["shares"]
    ]  # fmt: skip
    return Text("分摊", "Shares"), columns, rows


def _access_sheet(found: Answered) -> NamedTable:
    names = {one["id"]: one["name"] for one in found["demands"]}
    columns = [
        _ID,
        _NAME,
        SheetPart(Text("每单位需求的容量", "Capacity per unit of demand"), 20, _PLAIN),
        SheetPart(Text("至少（有点位容量不详）", "At least (a capacity is not known)"), 24, _PLAIN),
    ]
    rows = [
        [one["id"], names[one["id"]], one["access"], int(one["at_least"])]
        for one in found["access"]["demands"]
    ]
    return Text("可及性", "Access"), columns, rows


def _service_sheet(found: Answered) -> NamedTable:
    """Set the shares before and after side by side; what they differ by is in points."""
    unit = found["distance"]["unit"]
    columns = [
        SheetPart(Text(f"半径（{unit}）", f"Radius ({unit})"), 12, _PLAIN),
        SheetPart(Text("之前占比", "Share before"), 14, _PART),
        SheetPart(Text("之后占比", "Share after"), 14, _PART),
        SheetPart(Text("变化（百分点）", "Change (points)"), 16, _FAR),
    ]
    pairs = zip(found["before"]["radii"], found["after"]["radii"], strict=True)
    rows = [
        [now["radius"], then["share"], now["share"], _points(then["share"], now["share"])]
        for then, now in pairs
    ]
    return Text("服务水平", "Service"), columns, rows


def _points(then: float | None, now: float | None) -> float | None:
    return None if then is None or now is None else rounded((now - then) * 100, 1)


def _area_sheet(found: Answered, lang: str) -> NamedTable:
    after = found["after"]
    unit = found["distance"]["unit"]
    columns = [_ID, _NAME, _WEIGHT]
    columns += [
        SheetPart(
            Text(f"≤ {full(one['radius'])} {unit} 占比", f"Share ≤ {full(one['radius'])} {unit}"),
            14,
            _PART,
        )
        for one in after["radii"]
    ]
    columns += [_distance("平均", "Mean", unit)]
    columns += [_distance("最远", "Largest", unit)]
    rows = [
        [
            one["area"], one["name"]["en" if lang == "en" else "zh"], one["weight"],
            *(level["share"] for level in one["radii"]), one["mean"], one["worst"],
        ]
        for one in after["by_area"]
    ]  # fmt: skip
    return Text("分旗区", "By area"), columns, rows


def _ranking_sheet(ranking: Answered, place: list[SheetPart], lang: str) -> NamedTable:
    columns = [
        SheetPart(Text("名次", "Rank"), 8, _PLAIN),
        *place,
        SheetPart(Text("得分", "Score"), 10, _SCORE),
        SheetPart(Text("排第一的比例", "Share first"), 12, _PART),
        SheetPart(Text("前三的比例", "Share in top 3"), 12, _PART),
    ]
    for one in ranking["criteria"]:
        name = one["name"]["en" if lang == "en" else "zh"]
        columns += [
            SheetPart(Text(name, name), 16, _RAW),
            SheetPart(Text(f"{name}：贡献", f"{name}: contribution"), 16, _SCORE),
        ]
    rows = []
    for one in ranking["rows"]:
        row = [one["rank"], *_place(one), one["score"], one["first"], one["top"]]
        for part in one["criteria"]:
            row += [part["value"], part["contribution"]]
        rows.append(row)
    return Text("排序", "Ranking"), columns, rows
