"""Open a data directory as an ``Atlas``; the only reader of releases.

In: the path of a release directory. Out: an ``Atlas``, whole and checked, or a ``ReleaseError``
that holds every finding. Each file is read once and its hash is taken of those very bytes, so a
directory that is being changed opens as it was listed, or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import math
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geomap.atlas import Atlas
from geomap.errors import Finding, ReleaseError, Text
from geomap.model.approval import parse_approval
from geomap.model.catalog import BOUNDARIES_SOURCE
from geomap.model.crs import area_km2
from geomap.model.findings import Findings
from geomap.model.schema import SITE_FIGURES, SITE_LISTS, SITES, STATS
from geomap.release.contents import LAND, Release, read, vintage
from geomap.tables import cells
from geomap.tables.encodings import decode
from geomap.tables.json_file import Document, read_package
from geomap.values.join import site_count_figures
from geomap.values.reconcile import SourcingRules

PACKAGE = "datapackage.json"
_MOST_BYTES = 64 * 2**20
"""Of one file of a release; all counties of China with full detail take half of that."""
LITTER = ("Thumbs.db", "desktop.ini")
"""Files that systems leave about; like hidden and lock files (.x, ~$x) they are no part."""

FIGURE_COLUMNS = ["id", *STATS.names[:7], "source", *STATS.names[7:]]
SITE_FIGURE_COLUMNS = ["id", *SITE_FIGURES.names]


def fingerprint(directory: Path) -> tuple[int, int]:
    """Give what changes when a release changes: time (ns) and size of its ``datapackage.json``.

    Raises
    ------
    ReleaseError : the file cannot be looked at
    """
    try:
        stat = (Path(directory) / PACKAGE).stat()
    except OSError as error:
        raise ReleaseError(directory, [unreadable(PACKAGE, error)]) from error
    return stat.st_mtime_ns, stat.st_size


def open_release(directory: Path) -> Atlas:
    """Open a release, whole or not at all.

    Raises
    ------
    ReleaseError : with every finding; see ``geomap.release.check`` for what is looked at besides
    """
    release = read_release(directory)
    if release.findings.errors:
        raise ReleaseError(directory, release.findings.errors)
    return _atlas(release)


def read_release(directory: Path) -> Release:
    """Read a release with its findings.

    Raises
    ------
    ReleaseError : there is no directory or no ``datapackage.json`` to begin with
    """
    directory = Path(directory)
    findings = Findings()
    data = package_bytes(directory)
    text = decode(PACKAGE, data, findings)
    package = None if text is None else read_package(Document(PACKAGE, text, findings))
    if package is None:
        raise ReleaseError(directory, findings.errors)
    files: dict[str, bytes] = {}
    for path, expected in package.hashes.items():
        content = _read_file(directory, path, findings)
        if content is None:
            continue
        files[path] = content
        if hash_of(content) != expected:
            findings.error(
                (path, 0, ""),
                ("内容与登记的校验值不符", "the content does not match its recorded hash"),
                (
                    "若是有意修改，运行 geomap check --update；否则恢复原文件",
                    "if you meant to change it run geomap check --update; else restore the file",
                ),
            )
    for path in sorted(set(listing(directory)) - package.hashes.keys()):
        findings.error(
            (path, 0, ""),
            ("没有登记在 datapackage.json", "is not listed in datapackage.json"),
            ("删去它，或运行 geomap check --update", "remove it, or run geomap check --update"),
        )
    # It lists the hash of every file, so its own hash stands for all of them.
    return read(package, files, findings, identity=hashlib.sha256(data).hexdigest())


def hash_of(content: bytes) -> str:
    """Give the hash of a file as ``datapackage.json`` records it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def listing(directory: Path) -> list[str]:
    """Name the files of a release but ``datapackage.json``: relative, forward slashes, sorted."""
    found: list[str] = []
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            (Path(folder) / name).relative_to(directory).as_posix()
            for name in names
            if not name.startswith((".", "~$")) and name not in LITTER
        ]
    return sorted(path for path in found if path != PACKAGE)


def package_bytes(directory: Path) -> bytes:
    """Give the content of ``datapackage.json``, or say what is missing."""
    if not directory.is_dir():
        what = Text("数据目录不存在", "there is no such directory")
        fix = Text(
            "用 --data 或 GEOMAP_DATA 指明，或用 geomap init 新建",
            "name one with --data or GEOMAP_DATA, or make one with geomap init",
        )
        raise ReleaseError(directory, [Finding(str(directory), 0, "", what, fix)])
    try:
        return content_of(directory, PACKAGE)
    except OSError as error:
        raise ReleaseError(directory, [unreadable(PACKAGE, error)]) from error


def content_of(directory: Path, path: str) -> bytes:
    """Read one file of a release: a plain one, within the directory, of a bearable size.

    Else a link could show any file of the machine, and a pipe or a device never ends.

    Raises
    ------
    OSError : it is not such a file, or cannot be read
    """
    file = directory / path
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "不是普通文件 not a plain file", path)
    if not file.resolve().is_relative_to(directory.resolve()):
        raise OSError(errno.EPERM, "链接指向数据目录之外 a link that leaves the directory", path)
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(errno.EFBIG, f"大于 larger than {_MOST_BYTES >> 20} MB", path)
    return content


def _read_file(directory: Path, path: str, findings: Findings) -> bytes | None:
    try:
        return content_of(directory, path)
    except OSError as error:
        findings.append(unreadable(path, error))
        return None


def unreadable(path: str, error: OSError) -> Finding:
    """Say why a file could not be read."""
    if isinstance(error, FileNotFoundError):
        what = Text("缺少这个文件", "the file is missing")
        fix = (
            Text("换一个数据目录，或用 geomap init 新建", "name another directory, or geomap init")
            if path == PACKAGE
            else Text("补上它，或运行 geomap check --update", "add it, or geomap check --update")
        )
    else:
        what = Text(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")
        fix = Text("检查权限，关闭占用它的程序", "check permissions, close programs that use it")
    return Finding(path, 0, "", what, fix)


def _atlas(release: Release) -> Atlas:
    package = release.package
    order = [code for code in release.areas if code != package.city]
    sites, lists = sites_of(release), site_lists_of(release)
    return Atlas(
        release=release.identity,
        title=package.title,
        city=package.city,
        areas=release.areas,
        groups=release.groups,
        indicators=release.indicators,
        sources=release.sources,
        site_kinds=release.site_kinds,
        figures=figures_of(release, sites),
        boundaries=release.boundaries.set_index("code").loc[order].reset_index(),
        context=release.context.reset_index(drop=True),
        sites=sites,
        site_figures=_site_figures(release),
        site_lists=lists,
        rules=SourcingRules(release.precedence, release.arithmetic, release.vintages),
        synthetic=package.synthetic,
        approval=parse_approval(release.approval) if release.approval else None,
        notices=tuple(str(finding) for finding in release.findings.in_order()),
    )


def sites_of(release: Release) -> pd.DataFrame:
    """Give all sites of a release, in degrees; NaN where no place is known."""
    return _numeric(_stack(list(release.sites.values()), SITES.names), "lon", "lat")


def site_lists_of(release: Release) -> pd.DataFrame:
    """Give which lists of sites are complete, and since which year that is known."""
    frame = _numeric(_stack([release.site_lists], SITE_LISTS.names), "year", "count")
    return frame.astype({"year": "int64", "count": "int64"})


def figures_of(release: Release, sites: pd.DataFrame) -> pd.DataFrame:
    """Give all figures of a release: those of its documents, and those measured or counted.

    Parameters
    ----------
    sites : as ``sites_of`` gives them
    """
    frames = []
    for path, frame in release.stats.items():
        source = Path(path).stem
        ids = [f"{source}:{line}" for line in frame.index]
        frames.append(frame.assign(id=ids, source=source))
    if LAND in release.indicators:
        frames.append(_land(release))
    counts = site_count_figures(
        sites, release.boundaries, release.indicators, release.sources, release.package.city,
        site_lists_of(release),
    )  # fmt: skip
    if counts:
        frames.append(pd.DataFrame(counts, columns=FIGURE_COLUMNS).astype(str))
    texts = _stack(frames, FIGURE_COLUMNS)
    digits = [cells.decimals(text) if text else math.nan for text in texts["value"]]
    return _numeric(texts, "value").assign(
        year=texts["year"].astype("int64"), digits=pd.Series(digits, texts.index, dtype="float64")
    )


def _land(release: Release) -> pd.DataFrame:
    """Measure the areas on the ellipsoid; the city is the sum of its parts."""
    km2 = area_km2(release.boundaries.geometry)
    codes = [release.package.city, *release.boundaries["code"]]
    constant = {
        "indicator": LAND,
        "year": str(vintage(release.boundaries_file)),
        "unit": release.indicators[LAND].unit.zh,
        "kind": "actual",
        "status": "derived",
        "source": BOUNDARIES_SOURCE,
        "locator": release.boundaries_file,
        "quote": "",
        "note": "",
        "approx": "",
    }
    ids = [f"{BOUNDARIES_SOURCE}:{code}" for code in codes]
    values = [repr(float(value)) for value in (km2.sum(), *km2)]
    return pd.DataFrame({"id": ids, "area": codes, "value": values, **constant}, dtype=str)


def _site_figures(release: Release) -> pd.DataFrame:
    frame = release.site_figures
    named = frame.assign(id=[f"sites:{line}" for line in frame.index])
    return _numeric(_stack([named], SITE_FIGURE_COLUMNS), "value")


def _stack(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [frame[columns] for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(columns=columns, dtype=str)
    return pd.concat(filled, ignore_index=True)


def _numeric(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(frame[name].replace("", None)) for name in columns}
    return frame.assign(**{name: column.astype("float64") for name, column in numbers.items()})
