"""What can go wrong, said to a person: what, where, what to do next, in Chinese and English.

::

    GeomapError
    ├── ReleaseError    a data directory cannot be used; carries every finding
    ├── TableError      a table that was handed in cannot be used; carries every finding
    ├── NotFoundError   an indicator, year, area or site that does not exist; names those that do
    ├── RequestError    a parameter that cannot be used
    │   └── SettingsError   settings that make no sense; says of which setting each fault is
    ├── CrsError        coordinates in another reference system than expected
    └── ServeError      the server cannot start
"""

from __future__ import annotations

import copyreg
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Text(NamedTuple):
    """One message in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Chinese first, English beside."""
        return f"{self.zh} / {self.en}"

    def in_(self, lang: str) -> str:
        """Give it in one language: "zh" or "en"."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault (or one notice) in a data file.

    Parameters
    ----------
    file : path relative to the data directory, with forward slashes
    line : 1-based line in the file, 0 when the file as a whole is meant
    column : name of the column or JSON member, "" when none
    what : what was found
    fix : what to do
    level : "error" stops a release, "notice" only tells (a value that was normalised)
    """

    file: str
    line: int
    column: str
    what: Text
    fix: Text
    level: str = "error"

    def __str__(self) -> str:
        """``file:line: column: what: what to do``, Chinese first."""
        column = f"{self.column}: " if self.column else ""
        return (
            f"{self.file}:{self.line}: {column}{self.what.zh}: {self.fix.zh}"
            f" / {self.what.en}: {self.fix.en}"
        )

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "level": self.level,
            "what": {"zh": self.what.zh, "en": self.what.en},
            "fix": {"zh": self.fix.zh, "en": self.fix.en},
        }


class GeomapError(Exception):
    """The root of all errors that are meant for the user."""

    status = 500
    code = "error"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.text = Text(zh, en)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel whole between processes, whatever the parameters of a subclass are."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class ReleaseError(GeomapError):
    """A data directory cannot be used."""

    code = "release"

    def __init__(self, directory: object, findings: Sequence[Finding]) -> None:
        shown = "\n".join(str(finding) for finding in findings)
        super().__init__(
            f"数据目录 {directory} 有 {len(findings)} 处问题，请逐条改正后运行 geomap check",
            f"the data directory has {len(findings)} fault(s); mend them, then run geomap check"
            f"\n{shown}",
        )
        self.findings = tuple(findings)


class TableError(GeomapError):
    """A table that was handed in cannot be used.

    Parameters
    ----------
    count : how many faults there are, where not all of them are told; else None
    more : whether it was not read to its end, so that there may be more than these
    """

    status = 400
    code = "table"

    def __init__(
        self,
        file: str,
        findings: Sequence[Finding],
        count: int | None = None,
        *,
        more: bool = False,
    ) -> None:
        self.file, self.findings, self.more = file, tuple(findings), more
        self.count = len(findings) if count is None else count
        shown = "\n".join(str(finding) for finding in findings)
        super().__init__(
            f"{file} 有 {self.count} 处{'以上' if more else ''}问题，请逐条改正",
            f"{file} has {self.count} {'or more ' if more else ''}fault(s); mend them\n{shown}",
        )

    def shortened(self, most: int) -> TableError:
        """Give the same with the first so many findings, and the count of all."""
        return TableError(self.file, self.findings[:most], self.count, more=self.more)


class NotFoundError(GeomapError):
    """Something named does not exist; the message names what does.

    Parameters
    ----------
    noun : what kind of thing was asked for
    found : the name that was given
    valid : the names that exist
    """

    status = 404
    code = "not_found"

    def __init__(self, noun: Text, found: object, valid: Iterable[object]) -> None:
        self.valid = [str(name) for name in valid]
        near = closest(str(found), self.valid)
        listed = "、".join(self.valid[:60]) or "（无）"
        super().__init__(
            f"没有{noun.zh}“{found}”"
            + (f"，最接近的是 {'、'.join(near)}" if near else "")
            + f"；可用的有：{listed}",
            f"there is no {noun.en} {found!s}"
            + (f", the closest: {', '.join(near)}" if near else "")
            + f"; valid: {', '.join(self.valid[:60]) or 'none'}",
        )


class RequestError(GeomapError):
    """A parameter that cannot be used as it is."""

    status = 400
    code = "bad_request"


class SettingsError(RequestError):
    """Settings that make no sense; carries every fault with the name of its setting.

    Parameters
    ----------
    faults : (setting, message); the setting is "" when the whole is meant
    """

    code = "settings"

    def __init__(self, faults: Sequence[tuple[str, Text]]) -> None:
        told = [text for _, text in faults]
        super().__init__("；".join(one.zh for one in told), "; ".join(one.en for one in told))
        self.faults = tuple(faults)


class CrsError(GeomapError):
    """Coordinates are in another reference system than expected."""

    code = "crs"

    def __init__(self, what: str, found: object) -> None:
        self.found = found
        super().__init__(
            f"{what}：坐标系为 {found}，应为 EPSG:4326，请先用 .to_crs(4326) 转换",
            f"{what}: CRS is {found}, need EPSG:4326; call .to_crs(4326) first",
        )


class ServeError(GeomapError):
    """The server cannot start."""

    code = "serve"


def closest(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Name those of ``names`` that look most like ``name``, the closest first.

    Of years, those nearest in time come first: 2020 is closer to 2019 than 2021 is, whatever
    the letters look like.
    """
    listed = list(names)
    if _is_year(name) and all(_is_year(one) for one in listed):
        return sorted(listed, key=lambda one: (abs(int(one) - int(name)), one))[:most]
    return difflib.get_close_matches(name, listed, n=most, cutoff=0.5)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal()
