"""Map approval (审图号): a number holds for one geometry; another geometry is internal again.

In: the record that the release holds, the geometry that is drawn. Out: the mark of every map.
The number is data; none is shipped or invented.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.errors import Finding, Text
from geomap.model.crs import require_stored
from geomap.model.findings import Findings

if TYPE_CHECKING:
    import geopandas as gpd

INTERNAL_MARK = Text(
    "内部工作用图 未经审核 不得公开", "Internal working map, not reviewed, not for publication"
)
APPROVAL_FILE = "approval.json"
BOUNDARY_DECIMALS = 5
"""Degrees of a boundary are kept to a metre."""
MEMBERS = ("number", "office", "date", "geometry_sha256", "scope_zh", "scope_en")
_NUMBER = re.compile(r"[A-Z\u4e00-\u9fff]{1,8}[(（〔]\d{4}[)）〕]\d{1,6}号")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as its office gave it: number, office, ISO date, geometry and what it covers."""

    number: str
    office: str
    date: str
    geometry_sha256: str
    scope: Text

    def covers(self, boundaries: gpd.GeoDataFrame, context: gpd.GeoDataFrame | None = None) -> bool:
        """Whether this is the geometry that was approved."""
        return self.geometry_sha256 == geometry_sha256(boundaries, context)


def geometry_sha256(boundaries: gpd.GeoDataFrame, context: gpd.GeoDataFrame | None = None) -> str:
    """Hash what is drawn: codes and coordinates, whatever file they came from.

    Parameters
    ----------
    boundaries, context : ``code`` and ``geometry``, EPSG:4326; all that a map shows belongs in

    Returns
    -------
    sha256 in hexadecimal; the order of features, rings and points and the way that numbers are
    written play no part, coordinates count to five decimals (1 m)

    Raises
    ------
    CrsError : the geometry is not in EPSG:4326
    """
    digest = hashlib.sha256()
    for name, frame in (("boundaries", boundaries), ("context", context)):
        if frame is None or frame.empty:
            continue
        require_stored(frame, name)
        for code, shape in sorted(zip(frame["code"], map(_canonical, frame.geometry), strict=True)):
            digest.update(f"{name}\n{code}\n{shape}\n".encode())
    return digest.hexdigest()


def parse_approval(text: str) -> Approval | None:
    """Read a record; None when it is not a whole one (``check_approval`` says why)."""
    record = _record(text)
    if not isinstance(record, Mapping) or any(True for _ in _faults(record)):
        return None
    fields = {name: str(record[name]).strip() for name in MEMBERS}
    scope = Text(fields.pop("scope_zh"), fields.pop("scope_en"))
    return Approval(**fields, scope=scope)


def mark(
    approval: Approval | None,
    boundaries: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame | None = None,
) -> Text:
    """Give the mark of every map: the number while it applies, else the internal mark."""
    if approval is None or not approval.covers(boundaries, context):
        return INTERNAL_MARK
    number = approval.number
    return Text(f"审图号：{number}", f"Map approval number: {number}")


def check_approval(
    text: str | None, boundaries: gpd.GeoDataFrame, context: gpd.GeoDataFrame | None = None
) -> list[Finding]:
    """Find what keeps an approval from being used; no record is no fault.

    Parameters
    ----------
    text : content of ``approval.json``, None when there is none
    """
    findings = Findings()
    if text is None:
        return findings
    record = _record(text)
    if not isinstance(record, Mapping):
        findings.error(
            (APPROVAL_FILE, 0, ""),
            ("不是一个 JSON 对象", "is not a JSON object"),
            (f"写明 {'、'.join(MEMBERS)}", f"give {', '.join(MEMBERS)}"),
        )
        return findings
    for member, what, fix in _faults(record):
        findings.error((APPROVAL_FILE, 0, member), what, fix)
    approval = parse_approval(text)
    if approval and not approval.covers(boundaries, context):
        found = geometry_sha256(boundaries, context)
        findings.error(
            (APPROVAL_FILE, 0, "geometry_sha256"),
            (
                f"界线已变，审图号 {approval.number} 不再适用，地图恢复内部标注",
                f"the geometry changed: the number {approval.number} no longer applies, "
                "maps bear the internal mark again",
            ),
            (
                f"恢复送审时的界线，或重新送审；现在界线的校验值是 {found}",
                f"restore the geometry that was approved, or submit this one; its hash is {found}",
            ),
        )
    return findings


def _canonical(shape: Any) -> str:
    """Write a polygon in whole units of the last decimal, its rings and parts in one order."""
    scale = 10**BOUNDARY_DECIMALS
    whole = shapely.transform(shape, lambda points: np.rint(points * scale))
    parts = shapely.get_parts(shapely.normalize(shapely.force_2d(whole)))
    written = ["|".join(_ring(ring) for ring in (part.exterior, *part.interiors)) for part in parts]
    return ";".join(sorted(written))


def _ring(ring: Any) -> str:
    points = shapely.get_coordinates(ring).astype(np.int64).tolist()
    return " ".join(f"{x},{y}" for x, y in points)


def _record(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _faults(record: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    for member in MEMBERS:
        value = record.get(member)
        if not isinstance(value, str) or not value.strip():
            what = (f"缺少 {member}", f"{member} is missing")
            yield member, what, ("按批准文件填写", "take it from the document of approval")
        elif not _is_sound(member, value.strip()):
            yield member, (f"“{value}”不成格式", f"{value!r} is not well formed"), _FIXES[member]
    for member in record.keys() - set(MEMBERS):
        what = (f"不认识 {member}", f"{member} is unknown")
        yield str(member), what, (f"只用 {'、'.join(MEMBERS)}", f"use {', '.join(MEMBERS)} only")


_FIXES = {
    "number": ("照抄批准文件，如“蒙S(年份)序号号”", "copy it, of the form 蒙S(year)number号"),
    "date": ("写成 年-月-日，如 2025-03-01", "write year-month-day, such as 2025-03-01"),
    "geometry_sha256": (
        "应为 64 位小写十六进制",
        "64 hexadecimal digits, in small letters",
    ),
}


def _is_sound(member: str, value: str) -> bool:
    if member == "number":
        return _NUMBER.fullmatch(value) is not None
    if member == "geometry_sha256":
        return _SHA256.fullmatch(value) is not None
    if member == "date":
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return True
