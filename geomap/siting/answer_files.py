"""A siting study as files: Word, Excel, GeoJSON and JSON, each with marks, audience and origin.

The same outcome gives the same bytes: no time of writing is kept. Text stays text: a name that
begins with "=" is no formula.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geomap.audit.log import Departure
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, Text
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.office.word import plain_docx
from geomap.siting.answer_geojson import answer_geojson
from geomap.siting.answer_workbook import answer_workbook
from geomap.siting.narrative import study_report
from geomap.siting.study_writer import Answered

if TYPE_CHECKING:
    from geomap.siting.study import StudyOutcome

ANSWER_FORMATS = {
    "docx": OFFICE_TYPES["docx"],
    "xlsx": OFFICE_TYPES["xlsx"],
    "geojson": "application/geo+json",
    "json": "application/json",
}


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
        return plain_docx(study_report(found, lang, marks))
    if kind == "xlsx":
        return answer_workbook(found, lang, marks)
    content = answer_geojson(found, lang, marks) if kind == "geojson" else {**found, "marks": marks}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def marks_of(found: Answered, audience: str, lang: str) -> list[str]:
    """Give what stands on every page: the mark of the map, whom it is for, demonstration data."""
    told = [
        Text(*(found["release"]["mark"][one] for one in ("zh", "en"))),
        Audience(audience).label,
    ]
    if found["synthetic"]:
        told.append(Text("示例数据，非真实统计", "demonstration data, not real statistics"))
    return [one.in_(lang) for one in told]
