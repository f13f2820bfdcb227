"""Take a table that was handed in into a release.

In: a CSV file or a workbook, and the document it comes from. Out: ``stats/<source>.csv``,
``sources.json`` and ``datapackage.json``, written together, after the whole release was checked
with them; ``geomap.release.versions`` writes them, one writer at a time.
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

from geomap.errors import Finding, ReleaseError, RequestError, TableError, Text
from geomap.model.catalog import BOUNDARIES_SOURCE
from geomap.model.findings import Findings
from geomap.model.schema import STATS
from geomap.release.check import look_closer
from geomap.release.contents import SOURCES, Release, areas_in, areas_of, read
from geomap.release.open import PACKAGE, hash_of, package_bytes, read_release
from geomap.release.package import contents_of, hashes_of, package_json, seal, write_datapackage
from geomap.release.versions import Change, held, put
from geomap.tables import cells
from geomap.tables.figure_rules import check_figures
from geomap.tables.grid import Spelt, check_grid
from geomap.tables.json_file import is_reserved
from geomap.tables.ownexport import as_table
from geomap.tables.spellings import JointSpellings, indicator_spellings
from geomap.tables.spreadsheets import read_grid
from geomap.values.totals import check_totals

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
    change: Change | None = None,
) -> Imported:
    """Check a table and take it into a release as the figures of one document.

    Parameters
    ----------
    directory : the release; it must be without errors
    file : CSV or XLSX, headed in English or Chinese
    overwrite : whether figures of the same document may be replaced
    dry_run : check only, write nothing
    change : by whom and when, and how many former versions are kept

    Raises
    ------
    TableError : faults of the table, by itself or with the release; all at once
    ReleaseError : faults of the release
    RequestError : the document is not named well enough, or is there already
    LockedError : somebody else was writing for too long
    GeomapError : the file cannot be read or written
    """
    directory, file, change = Path(directory), Path(file), change or Change()
    if dry_run:
        return _taken(directory, file, source, overwrite)[0]
    with held(directory, change):  # what is read now is what is written over
        taken, contents = _taken(directory, file, source, overwrite)
        what = Text(
            f"导入 {source.id}，{taken.rows} 行", f"imported {taken.rows} rows of {source.id}"
        )
        put(directory, contents, what, change)
    return taken


def _taken(
    directory: Path, file: Path, source: Details, overwrite: bool
) -> tuple[Imported, dict[str, bytes]]:
    """Give what an import does, and all files of the release as they would be."""
    release = read_release(directory)
    if release.findings.errors:
        raise ReleaseError(directory, release.findings.errors)
    path = f"stats/{source.id}.csv"
    sources = _with_source(release, source, overwrite=overwrite)
    findings = Findings()
    frame = _checked(file, release, findings)
    _raise_errors(file, findings)
    contents = {**release.files, path: _csv(frame), SOURCES: sources}
    candidate = _checked_together(release, contents)
    told = _in_the_table(candidate, path, file.name, frame.index)
    _raise_errors(file, told)
    findings += [one for one in told if one.file == file.name and "value" in one.column]
    contents[PACKAGE] = seal(package_bytes(directory), contents)
    return Imported(path, len(frame), tuple(findings.in_order())), contents


def update_hashes(directory: Path, change: Change | None = None) -> list[str]:
    """Record the files as they are now; what else ``datapackage.json`` says of them is kept.

    Returns
    -------
    The paths that were added, removed or changed

    Raises
    ------
    ReleaseError : there is no ``datapackage.json``
    LockedError : somebody else was writing for too long
    GeomapError : it is not JSON
    """
    directory, change = Path(directory), change or Change()
    with held(directory, change):
        package, contents = package_bytes(directory), contents_of(directory)
        contents[PACKAGE] = seal(package, contents)
        old, new = hashes_of(package), hashes_of(contents[PACKAGE])
        what = Text("重记校验值", "recorded the files as they are")
        put(directory, contents, what, change)
    return [path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]


def _raise_errors(table: Path, findings: Findings) -> None:
    if findings.errors:
        raise TableError(str(table), findings.errors)


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
        return package_json([{**row, **given} if row["id"] == source.id else row for row in rows])
    lacking = [f"--{name}" for name in ("title", "issuer", "date") if name not in given]
    if lacking:
        raise RequestError(
            f"新来源 {source.id} 须写明 {' '.join(lacking)}",
            f"the new source {source.id} needs {' '.join(lacking)}",
        )
    row = {"id": source.id, "number": "", **given, "url": "", "note": ""}
    return package_json([*rows, {**row, "synthetic": release.package.synthetic}])


def _check_id(release: Release, source: str) -> None:
    # On Windows plan.csv and Plan.csv are one file.
    twins = [name for name in release.sources if name.lower() == source.lower() and name != source]
    if is_reserved(source):
        raise RequestError(
            f"“{source}”是 Windows 保留的设备名，不能作来源的标识：换一个，如 {source}-1",
            f"{source!r} is the name of a device in Windows; use another, such as {source}-1",
        )
    if not _ID.fullmatch(source) or source == BOUNDARIES_SOURCE or twins:
        raise RequestError(
            f"“{source}”不能作来源的标识：用字母、数字和 _ - .，且不与 {twins or '已有的'} 混淆",
            f"{source!r} cannot be the id of a source: use letters, digits and _ - ., unlike "
            f"{twins or BOUNDARIES_SOURCE}",
        )


def _checked(file: Path, release: Release, findings: Findings) -> pd.DataFrame:
    known: dict[str, Spelt] = {
        "area": JointSpellings(areas_of(release)),
        "indicator": indicator_spellings(release.indicators.values()),
    }
    grid = as_table(read_grid(file, findings), findings)
    if not grid.header and not findings.errors:
        findings.error(
            (file.name, 0, ""),
            ("没有任何内容", "there is nothing in it"),
            (f"第一行写表头 {','.join(STATS.names)}", f"head it {','.join(STATS.names)}"),
        )
        return pd.DataFrame(columns=STATS.names, dtype=str)
    frame = check_grid(grid, STATS, findings, known)
    areas = [code for code in release.areas if code != release.package.city]
    check_totals(grid, frame, areas, release.vintages, findings)
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


def _checked_together(release: Release, contents: Mapping[str, bytes]) -> Release:
    """Check the release as it would be: the new rows against all that is there."""
    hashes = {path: hash_of(content) for path, content in contents.items()}
    candidate = read(replace(release.package, hashes=hashes), contents, Findings())
    look_closer(candidate)
    return candidate


def _in_the_table(candidate: Release, path: str, file: str, lines: pd.Index) -> Findings:
    """Give the findings of a release, those on new rows as they stand in the table sent."""
    written = candidate.stats[path].index
    typed = dict(zip(written, lines, strict=True))
    return Findings(
        replace(one, file=file, line=int(typed.get(one.line, one.line)))
        if one.file == path
        else one
        for one in candidate.findings
    )


__all__ = [
    "Details",
    "Imported",
    "import_table",
    "update_hashes",
    "write_datapackage",
]
