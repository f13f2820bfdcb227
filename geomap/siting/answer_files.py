"""A siting study as files: Word, Excel, GeoJSON and JSON, each with marks, audience and origin.

The same outcome gives the same bytes: no time of writing is kept. Text stays text: a name that
begins with "=" is no formula.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geomap.audit.log import Departure
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, Text
from geomap.numbers import full, rounded
from geomap.render.data.packing import timeless
from geomap.render.office.word_xml import mark_row
from geomap.render.report.plan_tables import DOCX, XLSX, set_faces
from geomap.siting.narrative import narrative, study_title
from geomap.siting.study_writer import StudyBlock

if TYPE_CHECKING:
    from docx.document import Document as Word

    from geomap.siting.study import StudyOutcome

ANSWER_FORMATS = {
    "docx": DOCX,
    "xlsx": XLSX,
    "geojson": "application/geo+json",
    "json": "application/json",
}
Answered = Mapping[str, Any]
NamedTable = tuple[Text, list[tuple[Text, int]], list[list[Any]]]
_WIDE = 60
_FIGURES = tuple("0123456789—")


def departure(found: Answered, kind: str) -> Departure:
    """Say what a file holds that was written from an outcome: the release is that of its solve."""
    settings = found["settings"]
    used = {one["of"] for one in settings["criteria"] if one["kind"] == "indicator"}
    if settings["demand"].startswith("seats:"):
        used.add(settings["demand"].removeprefix("seats:"))
    indicator = used.pop() if len(used) == 1 else ""
    return Departure("siting", kind, found["audience"]["id"], found["release"]["id"], indicator)


def write(
    outcome: StudyOutcome | Answered, kind: str, lang: str = "zh", audience: str | None = None
) -> bytes:
    """Write a study as a file.

    Parameters
    ----------
    outcome : or what its ``as_dict`` gave
    kind : one of ``ANSWER_FORMATS``
    audience : whom the file is for, that of the outcome when None; it is written on the file

    Raises
    ------
    NotFoundError : no such format or audience
    """
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    if kind not in ANSWER_FORMATS:
        raise NotFoundError(Text("文件格式", "format"), kind, ANSWER_FORMATS)
    audience = audience or found["audience"]["id"]
    if audience not in [one.value for one in Audience]:
        raise NotFoundError(Text("受众", "audience"), audience, [one.value for one in Audience])
    marks = marks_of(found, audience, lang)
    if kind == "docx":
        return _document(found, lang, marks)
    if kind == "xlsx":
        return _workbook(found, lang, marks)
    content = _geojson(found, lang, marks) if kind == "geojson" else {**found, "marks": marks}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def marks_of(found: Answered, audience: str, lang: str) -> list[str]:
    """Give what stands on every page: the mark of the map, whom it is for, demonstration data."""
    told = [
        Text(*(found["release"]["mark"][one] for one in ("zh", "en"))),
        Audience(audience).label,
    ]
    if found["synthetic"]:
        told.append(Text("示例数据，非真实统计", "demonstration data, not real statistics"))
    return [_say(one, lang) for one in told]


def _say(text: Text, lang: str) -> str:
    return text.in_(lang)


# --- Word -----------------------------------------------------------------------------------------


def _document(found: Answered, lang: str, marks: list[str]) -> bytes:
    import docx
    from docx.shared import Mm

    word = docx.Document()
    word.core_properties.author = "geomap"
    word.core_properties.title = study_title(found, lang)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.header.paragraphs[0].text = "　".join(marks)
    set_faces(word)
    word.add_heading(study_title(found, lang), 0)
    for block in narrative(found, lang):
        _add(word, block)
    stream = io.BytesIO()
    word.save(stream)
    return timeless(stream.getvalue())


def _add(word: Word, block: StudyBlock) -> None:
    if block["kind"] == "heading":
        word.add_heading(block["text"], 2)
    elif block["kind"] == "paragraph":
        word.add_paragraph(block["text"])
    elif block["kind"] == "list":
        for item in block["items"]:
            word.add_paragraph(item, style="List Bullet")
    else:
        _add_table(word, block)


def _add_table(word: Word, block: StudyBlock) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    caption = word.add_paragraph()
    caption.add_run(block["title"]).bold = True
    caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=0, cols=len(block["head"]), style="Table Grid")
    right = [_are_figures(column) for column in zip(*block["rows"], strict=True)]
    for number, line in enumerate([block["head"], *block["rows"]]):
        row = table.add_row()
        mark_row(row._tr, heading=number == 0)
        for cell, text, at_right in zip(row.cells, line, right or [False] * len(line), strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = number == 0, Pt(9)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            if at_right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph()


def _are_figures(column: Sequence[str]) -> bool:
    """Whether a column holds figures only, which stand at the right together with its heading."""
    return all(text[:1] in _FIGURES for text in column)


# --- Excel ----------------------------------------------------------------------------------------


def _workbook(found: Answered, lang: str, marks: list[str]) -> bytes:
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "geomap"
    book.properties.title = study_title(found, lang)
    _text_sheet(book.create_sheet(_say(Text("说明", "Text"), lang)), found, lang, marks)
    for name, columns, rows in _sheets(found, lang):
        _sheet(book.create_sheet(_say(name, lang)), columns, rows, lang)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


def _text_sheet(sheet: Any, found: Answered, lang: str, marks: list[str]) -> None:
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

    lines: list[tuple[list[str], bool]] = [
        ([study_title(found, lang)], True),
        (["　".join(marks)], False),
    ]
    for block in narrative(found, lang):
        if block["kind"] == "list":
            lines += [([item], False) for item in block["items"]]
        elif block["kind"] == "table":
            lines += [([block["title"]], True), (block["head"], True)]
            lines += [(row, False) for row in block["rows"]]
        else:
            lines.append(([block["text"]], block["kind"] == "heading"))
    for number, (texts, bold) in enumerate(lines, start=1):
        for column, text in enumerate(texts, start=1):
            cell = _put(sheet, number, column, text)
            cell.font = Font(bold=bold)
            cell.alignment = Alignment(vertical="top", wrap_text=len(texts) > 1)
    sheet.column_dimensions["A"].width = 28
    for letter in "BCDEFGH":
        sheet.column_dimensions[letter].width = 16


def _sheet(sheet: Any, columns: list[tuple[Text, int]], rows: list[list[Any]], lang: str) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    for at, (head, width) in enumerate(columns, start=1):
        _put(sheet, 1, at, _say(head, lang)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            _put(sheet, line, at, value)
    sheet.freeze_panes = "A2"


def _put(sheet: Any, line: int, at: int, value: Any) -> Any:
    cell = sheet.cell(line, at, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


_ID, _NAME = (Text("编号", "Id"), 14), (Text("名称", "Name"), 28)
_AREA, _LON, _LAT = (Text("旗区", "Area"), 12), (Text("经度", "Lon"), 11), (Text("纬度", "Lat"), 11)
_WEIGHT = (Text("权重", "Weight"), 12)


_PLACE = [_ID, _NAME, _AREA, _LON, _LAT]
_LOADS = [
    (Text("容量", "Capacity"), 12), (Text("服务的权重", "Serves"), 12),
    (Text("服务的需求", "Demands"), _WIDE),
]  # fmt: skip


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


def _site_sheet(title: Text, sites: list[Answered]) -> NamedTable:
    loaded = "serves_weight" in sites[0]
    rows = [[*_place(one), *(_load(one) if loaded else ())] for one in sites]
    return title, [*_PLACE, *(_LOADS if loaded else ())], rows


def _unplaced_sheet(sites: list[Answered]) -> NamedTable:
    rows = [[one["id"], one["name"], one["area"]] for one in sites]
    return Text("无坐标未计入", "Without coordinates"), [_ID, _NAME, _AREA], rows


def _load(one: Answered) -> list[Any]:
    return [one["capacity"], one["serves_weight"], "、".join(one["demands"])]


def _place(one: Answered) -> list[Any]:
    return [one[name] for name in ("id", "name", "area", "lon", "lat")]


def _demand_sheet(found: Answered, place: list[tuple[Text, int]]) -> NamedTable:
    unit = found["distance"]["unit"]
    columns = [
        *place, _WEIGHT,
        (Text("主要由谁服务", "Mostly served by"), 14),
        (Text(f"距离（{unit}）", f"Distance ({unit})"), 12),
        (Text("最近", "Nearest"), 14), (Text(f"距离（{unit}）", f"Distance ({unit})"), 12),
        (Text("次近", "Second"), 14), (Text(f"距离（{unit}）", f"Distance ({unit})"), 12),
        (Text(f"此前（{unit}）", f"Before ({unit})"), 12), (Text("未覆盖", "Not covered"), 10),
    ]  # fmt: skip
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
        (Text("需求", "Demand"), 14), (Text("点位", "Site"), 14), (Text("份额", "Share"), 10),
        (Text("权重", "Weight"), 12), (Text(f"距离（{unit}）", f"Distance ({unit})"), 12),
    ]  # fmt: skip
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
        _ID, _NAME, (Text("每单位需求的容量", "Capacity per unit of demand"), 20),
        (Text("至少（有点位容量不详）", "At least (a capacity is not known)"), 24),
    ]  # fmt: skip
    rows = [
        [one["id"], names[one["id"]], one["access"], int(one["at_least"])]
        for one in found["access"]["demands"]
    ]
    return Text("可及性", "Access"), columns, rows


def _service_sheet(found: Answered) -> NamedTable:
    """Set the shares before and after side by side; what they differ by is in points."""
    unit = found["distance"]["unit"]
    columns = [
        (Text(f"半径（{unit}）", f"Radius ({unit})"), 12),
        (Text("之前占比", "Share before"), 14), (Text("之后占比", "Share after"), 14),
        (Text("变化（百分点）", "Change (points)"), 16),
    ]  # fmt: skip
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
        (Text(f"≤ {full(one['radius'])} {unit} 占比", f"Share ≤ {full(one['radius'])} {unit}"), 14)
        for one in after["radii"]
    ]
    columns += [(Text(f"平均（{unit}）", f"Mean ({unit})"), 12)]
    columns += [(Text(f"最远（{unit}）", f"Largest ({unit})"), 12)]
    rows = [
        [
            one["area"], one["name"]["en" if lang == "en" else "zh"], one["weight"],
            *(level["share"] for level in one["radii"]), one["mean"], one["worst"],
        ]
        for one in after["by_area"]
    ]  # fmt: skip
    return Text("分旗区", "By area"), columns, rows


def _ranking_sheet(ranking: Answered, place: list[tuple[Text, int]], lang: str) -> NamedTable:
    columns = [
        (Text("名次", "Rank"), 8), *place, (Text("得分", "Score"), 10),
        (Text("排第一的比例", "Share first"), 12), (Text("前三的比例", "Share in top 3"), 12),
    ]  # fmt: skip
    for one in ranking["criteria"]:
        name = one["name"]["en" if lang == "en" else "zh"]
        columns += [(Text(name, name), 16), (Text(f"{name}：贡献", f"{name}: contribution"), 16)]
    rows = []
    for one in ranking["rows"]:
        row = [one["rank"], *_place(one), one["score"], one["first"], one["top"]]
        for part in one["criteria"]:
            row += [part["value"], part["contribution"]]
        rows.append(row)
    return Text("排序", "Ranking"), columns, rows


# --- GeoJSON --------------------------------------------------------------------------------------


def _geojson(found: Answered, lang: str, marks: list[str]) -> dict[str, Any]:
    lost = {one["id"] for one in found["uncovered"]}
    ranked = found["ranking"]["rows"] if found["ranking"] else []
    more = _more_of_demand(found)
    features = [
        *(
            _feature("demand", one, uncovered=one["id"] in lost, **more[one["id"]])
            for one in found["demands"]
        ),
        *(_feature("existing", one) for one in found["existing"]),
        *(_feature("candidate", one) for one in ranked),
        *(_feature("chosen", one) for one in found["chosen"]),
    ]
    return {
        "type": "FeatureCollection",
        "title": study_title(found, lang),
        "marks": marks,
        "release": found["release"],
        "distance": found["distance"],
        "status": found["status"],
        "gap": found["gap"],
        "notes": found["notes"],
        "unplaced": found["unplaced"],
        "shares": found["shares"],
        "access": _access_words(found["access"]),
        "settings": found["settings"],
        "features": features,
    }


def _more_of_demand(found: Answered) -> dict[str, dict[str, Any]]:
    """Give by id of the demand the sites that share it, as text, and its access."""
    more: dict[str, dict[str, Any]] = {one["id"]: {} for one in found["demands"]}
    for one in found["shares"]:
        told = more[one["demand"]].get("shares", "")
        part = f"{one['site']} {full(one['share'], digits=4)}"
        more[one["demand"]]["shares"] = f"{told}; {part}" if told else part
    for one in found["access"]["demands"] if found["access"] else ():
        more[one["id"]]["access"] = one["access"]
    return more


def _access_words(access: Answered | None) -> dict[str, Any] | None:
    names = ("words", "reference", "unused", "without_capacity")
    return {name: access[name] for name in names} if access else None


def _feature(role: str, one: Answered, **more: Any) -> dict[str, Any]:
    """Make a point; what is a list or an object stays out of its properties."""
    plain = {
        name: value
        for name, value in one.items()
        if name not in ("lon", "lat") and not isinstance(value, list | dict)
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one["lon"], one["lat"]]},
        "properties": {"role": role, **plain, **more},
    }
