"""Take a table that was handed in into a release; the only writer of releases.

In: a CSV file or a workbook, and the document it comes from. Out: ``stats/<source>.csv``,
``sources.json`` and ``datapackage.json``, written together, after the whole release was checked
with them. ``write_datapackage`` and ``update_hashes`` live in ``geomap.package``.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from geomap import cells
from geomap.check import look_closer
from geomap.errors import Finding, GeomapError, ReleaseError, RequestError
from geomap.findings import Findings
from geomap.package import as_json, replace_file, seal, update_hashes, write_datapackage
from geomap.release import BOUNDARIES_SOURCE, SOURCES, Release, areas_in, read
from geomap.rules import check_figures
from geomap.schema import STATS
from geomap.sheets import read_grid
from geomap.spellings import JointSpellings, area_spellings, indicator_spellings
from geomap.store import PACKAGE, hash_of, package_bytes, read_release
from geomap.table import Spelt, check_grid

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Details:
    """The document of a table as named on the command line; empty parts are left as they are."""

    id: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: where the rows went, how many, and what was normalised."""

    path: str
    rows: int
    findings: tuple[Finding, ...]


def import_table(
    directory: Path,
    file: Path,
    source: Details,
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Check a table and take it into a release as the figures of one document.

    Parameters
    ----------
    directory : the release; it must be without errors
    file : CSV or XLSX, headed in English or Chinese
    overwrite : whether figures of the same document may be replaced
    dry_run : check only, write nothing

    Raises
    ------
    ReleaseError : faults of the release, of the table, or of the two together; all at once
    RequestError : the document is not named well enough, or is there already
    GeomapError : the file cannot be read or written
    """
    directory, file = Path(directory), Path(file)
    release = read_release(directory)
    _raise_errors(directory, release.findings)
    path = f"stats/{source.id}.csv"
    sources = _with_source(release, source, overwrite=overwrite)
    findings = Findings()
    frame = _checked(file, release, findings)
    _raise_errors(file, findings)
    changed = {path: _csv(frame), SOURCES: sources}
    _check_together(directory, release, changed)
    if not dry_run:
        contents = {**release.files, **changed}
        changed[PACKAGE] = seal(package_bytes(directory), contents)
        _write_all(directory, changed)
    return Imported(path, len(frame), tuple(findings.in_order()))


def _raise_errors(where: Path, findings: Findings) -> None:
    if findings.errors:
        raise ReleaseError(where, findings.errors)


def _with_source(release: Release, source: Details, *, overwrite: bool) -> bytes:
    """Give ``sources.json`` with the document in it."""
    _check_id(release, source.id)
    if f"stats/{source.id}.csv" in release.files and not overwrite:
        raise RequestError(
            f"来源 {source.id} 已有数据：确要替换请加 --replace",
            f"the source {source.id} has figures already: add --replace to replace them",
        )
    given = {
        name: getattr(source, name)
        for name in ("title", "number", "issuer", "date")
        if getattr(source, name)
    }
    if "date" in given:
        given["date"] = cells.date(source.date) or source.date
    rows: list[dict[str, Any]] = json.loads(release.files[SOURCES].decode("utf-8-sig"))
    if source.id in release.sources:
        return as_json([{**row, **given} if row["id"] == source.id else row for row in rows])
    lacking = [f"--{name}" for name in ("title", "issuer", "date") if name not in given]
    if lacking:
        raise RequestError(
            f"新来源 {source.id} 须写明 {' '.join(lacking)}",
            f"the new source {source.id} needs {' '.join(lacking)}",
        )
    row = {"id": source.id, "number": "", **given, "url": "", "note": ""}
    return as_json([*rows, {**row, "synthetic": release.package.synthetic}])


def _check_id(release: Release, source: str) -> None:
    # On Windows plan.csv and Plan.csv are one file.
    twins = [name for name in release.sources if name.lower() == source.lower() and name != source]
    if not _ID.fullmatch(source) or source == BOUNDARIES_SOURCE or twins:
        raise RequestError(
            f"“{source}”不能作来源的标识：用字母、数字和 _ - .，且不与 {twins or '已有的'} 混淆",
            f"{source!r} cannot be the id of a source: use letters, digits and _ - ., unlike "
            f"{twins or BOUNDARIES_SOURCE}",
        )


def _checked(file: Path, release: Release, findings: Findings) -> pd.DataFrame:
    known: dict[str, Spelt] = {
        "area": JointSpellings(area_spellings(release.areas.values(), release.package.city)),
        "indicator": indicator_spellings(release.indicators.values()),
    }
    grid = read_grid(file, findings)
    if not grid.header and not findings.errors:
        findings.error(
            (file.name, 0, ""),
            ("没有任何内容", "there is nothing in it"),
            (f"第一行写表头 {','.join(STATS.names)}", f"head it {','.join(STATS.names)}"),
        )
        return pd.DataFrame(columns=STATS.names, dtype=str)
    frame = check_grid(grid, STATS, findings, known)
    frame = check_figures(file.name, frame, release.indicators, findings)
    findings.extend(areas_in(release, frame, file.name))
    if frame.empty and not findings.errors:
        findings.error(
            (file.name, 1, ""),
            ("只有表头，没有数据", "there is a heading but no row"),
            ("补上数据行", "add the rows"),
        )
    return frame


def _csv(frame: pd.DataFrame) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(STATS.names)
    writer.writerows(frame[STATS.names].itertuples(index=False, name=None))
    return text.getvalue().encode()


def _check_together(directory: Path, release: Release, changed: Mapping[str, bytes]) -> None:
    """Check the release as it would be: the new rows against all that is there."""
    contents = {**release.files, **changed}
    hashes = {path: hash_of(content) for path, content in contents.items()}
    candidate = read(replace(release.package, hashes=hashes), contents, Findings())
    look_closer(candidate)
    _raise_errors(directory, candidate.findings)


def _write_all(directory: Path, changed: Mapping[str, bytes]) -> None:
    """Write files one after another, the package last; put back what was there if one fails.

    A reader that comes in between finds hashes that differ, and keeps the release it has.
    """
    before = {
        path: (directory / path).read_bytes() if (directory / path).exists() else None
        for path in changed
    }
    try:
        for path, content in changed.items():
            replace_file(directory / path, content)
    except OSError as error:
        for path, old in before.items():
            if old is None:
                (directory / path).unlink(missing_ok=True)
            elif (directory / path).read_bytes() != old:
                replace_file(directory / path, old)
        raise GeomapError(
            f"无法写入 {directory}：{error.strerror}；数据保持原样",
            f"cannot write to {directory}: {error.strerror}; nothing was changed",
        ) from error


__all__ = [
    "Details",
    "Imported",
    "import_table",
    "update_hashes",
    "write_datapackage",
]
