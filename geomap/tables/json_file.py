"""The JSON files of a release → nouns; every finding at once. Pure: text in.

``datapackage.json``, ``sources.json`` and ``site_kinds.json``; see ``menu`` for the catalogue. A
record with a fault is left out of the result, so that what comes after can still be checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from geomap.errors import Text, closest
from geomap.model.catalog import SiteKind, Source
from geomap.model.findings import Findings
from geomap.model.schema import SHAPES
from geomap.tables import cells

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
# Member → (accepted types, required).
Members = Mapping[str, tuple[tuple[type, ...], bool]]

GROUP: Members = dict.fromkeys(("id", "name_zh", "name_en"), ((str,), True))
_SOURCE: Members = {
    **dict.fromkeys(("id", "title", "number", "issuer", "date"), ((str,), True)),
    "title_en": ((str,), False),
    "url": ((str,), False),
    "note": ((str,), False),
    "synthetic": ((bool,), False),
}
_SITE_KIND: Members = {**GROUP, "shape": ((str,), True), "outside": ((bool,), False)}
_SETTINGS: Members = {
    "city": ((str,), True),
    "title_en": ((str,), True),
    "synthetic": ((bool,), True),
}
_PACKAGE: Members = {
    "name": ((str,), True),
    "title": ((str,), True),
    "version": ((str,), False),
    "geomap": ((dict,), True),
    "resources": ((list,), True),
}
_RESOURCE: Members = {"path": ((str,), True), "hash": ((str,), True)}


def is_reserved(id_: str) -> bool:
    """Whether a file of this name is a device on Windows: what is written to nul.csv is gone."""
    return bool(_DEVICES.fullmatch(id_))


@dataclass(frozen=True, slots=True)
class Package:
    """What ``datapackage.json`` says: title, city, and the hash of each file by path."""

    name: str
    title: Text
    city: str
    synthetic: bool
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON file being read: its path, its text, its content, and the findings so far."""

    file: str
    text: str
    findings: Findings

    def content(self, expected: type) -> Any:
        """Give what the file holds, or an empty one of ``expected`` after a finding."""
        try:
            found = json.loads(self.text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
            self.error(line, "", ("不是合法的 JSON", f"not valid JSON: {error}"), _MEND_JSON)
            return expected()
        if not isinstance(found, expected):
            self.error(
                1,
                "",
                ("最外层的结构不对", f"holds a {type(found).__name__}"),
                (f"最外层应为 {expected.__name__}", f"it must hold a {expected.__name__}"),
            )
            return expected()
        return found

    def line(self, id_: object, member: str = "id") -> int:
        """Give the line where a record with this id begins, 0 when it is not found."""
        match = re.search(
            rf'"{member}"\s*:\s*{re.escape(json.dumps(id_, ensure_ascii=False))}', self.text
        )
        return self.text.count("\n", 0, match.start()) + 1 if match else 0

    def error(self, line: int, member: str, what: tuple[str, str], fix: tuple[str, str]) -> None:
        """Add a fault of this file."""
        self.findings.error((self.file, line, member), what, fix)

    def records(self, rows: Iterable[Any], members: Members) -> list[dict[str, Any]]:
        """Give the records that hold what they must, each id once."""
        kept: dict[str, dict[str, Any]] = {}
        for row in rows:
            if not self.fits(row, members):
                continue
            line = self.line(row["id"])
            if not _ID.fullmatch(row["id"]):
                fix = ("只用字母、数字和 _ - .", "use letters, digits and _ - . only")
                self.error(line, "id", (f"“{row['id']}”不能作标识", "not a usable id"), fix)
            elif is_reserved(row["id"]):
                what = (f"“{row['id']}”是 Windows 保留的设备名", "the name of a device in Windows")
                self.error(line, "id", what, ("换一个标识", "use another id"))
            elif row["id"] in kept:
                fix = ("删去一个", "remove one of them")
                self.error(line, "id", (f"“{row['id']}”出现两次", "this id stands twice"), fix)
            else:
                kept[row["id"]] = row
        return list(kept.values())

    def fits(self, row: Any, members: Members, id_member: str = "id") -> bool:
        """Whether a record has the members it must have, of the right types, and no others."""
        if not isinstance(row, dict):
            self.error(0, "", ("有一项不是对象", "an entry is no object"), _MEND_JSON)
            return False
        line = self.line(row.get(id_member), id_member)
        before = len(self.findings)
        for name, (types, required) in members.items():
            if name not in row:
                if required:
                    fix = (f"补上 {name}", f"add {name}")
                    self.error(line, name, ("缺少这一项", "this member is missing"), fix)
            else:
                self._member(line, name, row[name], types)
        for name in row.keys() - members.keys():
            near = closest(name, members) or list(members)
            fix = (f"改名或删去：{'、'.join(near)}", f"rename or remove it: {', '.join(near)}")
            self.error(line, name, ("不认识这一项", "unknown member"), fix)
        return len(self.findings) == before

    def _member(self, line: int, name: str, value: Any, types: tuple[type, ...]) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            names = " / ".join(_TYPE_NAMES[kind] for kind in types)
            what = (
                f"{json.dumps(value)[:40]} 的类型不对",
                f"{json.dumps(value)[:40]} is no {names}",
            )
            self.error(line, name, what, (f"应为 {names}", f"it must be {names}"))
        elif isinstance(value, int | float) and not abs(value) <= cells.LARGEST:
            what = ("超出可表示的范围", "is beyond any number")
            self.error(line, name, what, ("改为实际数值", "write the real value"))
        elif isinstance(value, str) and (bad := cells.bad_character(value)):
            what = (f"含有不可用的字符 {bad}", f"holds the character {bad}")
            self.error(line, name, what, ("删去该字符", "delete it"))

    def choice(self, line: int, member: str, value: object, valid: Iterable[str]) -> bool:
        """Whether a value is among the valid ones; if not, say which come closest."""
        valid = list(valid)
        if value in valid:
            return True
        near = closest(str(value), valid) or valid[:12]
        self.error(
            line,
            member,
            (f"没有“{value}”", f"there is no {value!s}"),
            (f"改为其中之一：{'、'.join(near)}", f"use one of {', '.join(near) or '(none)'}"),
        )
        return False


_MEND_JSON = ("按 JSON 语法改正", "mend the JSON")
_TYPE_NAMES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
    type(None): "null",
}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def read_package(document: Document) -> Package | None:
    """Read ``datapackage.json``; None when nothing can be opened with it."""
    content = document.content(dict)
    extra = {name: value for name, value in content.items() if name in _PACKAGE}
    if not content or not document.fits(extra, _PACKAGE, "name"):
        return None
    if not document.fits(content["geomap"], _SETTINGS, "city"):
        return None
    hashes: dict[str, str] = {}
    for resource in content["resources"]:
        known = (
            {name: value for name, value in resource.items() if name in _RESOURCE}
            if (isinstance(resource, dict))
            else resource
        )
        if document.fits(known, _RESOURCE, "path") and _inside(document, known["path"], hashes):
            hashes[known["path"]] = known["hash"]
    settings = content["geomap"]
    title = Text(content["title"], settings["title_en"])
    return Package(content["name"], title, settings["city"], settings["synthetic"], hashes)


def _inside(document: Document, path: str, earlier: Iterable[str]) -> bool:
    """Whether a path is relative, within the directory, and new."""
    parts = path.split("/")
    if "\\" in path or ":" in path or any(part in {"", ".", ".."} for part in parts):
        what = (f"路径“{path}”不在数据目录内", f"the path {path!r} leaves the directory")
        fix = ("改为目录内的相对路径", "use a relative path within the directory")
    elif path in earlier:
        what = (f"文件“{path}”登记了两次", f"the file {path!r} is listed twice")
        fix = ("删去一条", "remove one of them")
    else:
        return True
    document.error(document.line(path, "path"), "path", what, fix)
    return False


def read_sources(document: Document) -> dict[str, Source]:
    """Read ``sources.json``."""
    rows = document.records(document.content(list), _SOURCE)
    for row in rows:
        # Documents are ranked by their dates, and counts of sites take their year from them.
        if row["date"] and cells.date(row["date"]) != row["date"]:
            what = (f"“{row['date'][:40]}”不是日期", f"{row['date'][:40]!r} is not a date")
            fix = ("写成 2025、2023-06 或 2023-06-30", "write 2025, 2023-06 or 2023-06-30")
            document.error(document.line(row["id"]), "date", what, fix)
    return {row["id"]: Source(**row) for row in rows}


def read_site_kinds(document: Document) -> dict[str, SiteKind]:
    """Read ``site_kinds.json``."""
    kinds: dict[str, SiteKind] = {}
    for row in document.records(document.content(list), _SITE_KIND):
        document.choice(document.line(row["id"]), "shape", row["shape"], SHAPES)
        name = Text(row["name_zh"], row["name_en"])
        kinds[row["id"]] = SiteKind(row["id"], name, row["shape"], row.get("outside", False))
    return kinds
