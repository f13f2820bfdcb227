"""The states that a release has been in, and the way back; the only writer of releases.

Who changed what, when, and every file as it was: all of it lies in ``.geomap`` within the data
directory, which no listing of a release names, so it is never opened as data, served or exported.
A file is kept once, under the hash of its content; a version is the list of its files,
``datapackage.json`` among them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geomap.audit.log import Log
from geomap.errors import GeomapError, NotFoundError, ReleaseError, RequestError, Text
from geomap.files import WAIT_S, DiskError, locked, write_whole
from geomap.model.findings import Findings
from geomap.release.check import look_closer
from geomap.release.contents import Release, read
from geomap.release.open import PACKAGE, package_bytes
from geomap.release.package import contents_of, hashes_of, package_json, seal
from geomap.settings import KEEP_VERSIONS
from geomap.tables.json_file import Document, read_package

HOME = ".geomap"
_SHORTEST = 4  # characters of an id that may stand for all of it


@dataclass(frozen=True, slots=True)
class Change:
    """By whom a release is changed, and when.

    Parameters
    ----------
    keep : former versions to keep, the newest; 0 for none
    wait_s : how long to wait for another writer, seconds
    log : where it is recorded
    """

    by: str = ""
    when: datetime | None = None
    keep: int = KEEP_VERSIONS
    wait_s: float = WAIT_S
    log: Log = field(default_factory=Log)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a release.

    Parameters
    ----------
    number : 1 for the first that was kept; rises
    id : hash of its ``datapackage.json``, as on every export
    what : by what it came about
    by, when : by whom, and the time (ISO 8601, UTC); "" where nobody said
    changed : the files that differ from the version before: "+", "-" or "*" and the path
    files : path → SHA-256 of every file
    """

    number: int
    id: str
    what: Text
    by: str
    when: str
    changed: tuple[str, ...]
    files: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON, without the list of its files."""
        told = {name: value for name, value in asdict(self).items() if name != "files"}
        return {**told, "what": {"zh": self.what.zh, "en": self.what.en}}


@contextlib.contextmanager
def held(directory: Path, change: Change) -> Iterator[None]:
    """Be the only one who changes a release for as long as the block runs; read it inside.

    Raises
    ------
    ReleaseError : there is no release
    LockedError : another writer did not end in time
    DiskError : the directory cannot be written
    """
    if not (directory / HOME).is_dir():
        package_bytes(directory)
    with locked(directory / HOME / "lock", str(directory), wait_s=change.wait_s):
        yield


def put(directory: Path, contents: Mapping[str, bytes], what: Text, change: Change) -> None:
    """Bring a release into another state, whole or not at all; the former one is kept.

    To be called while the release is ``held``.

    Parameters
    ----------
    contents : path → bytes of every file there is to be, ``datapackage.json`` among them
    what : what is done, for the list of versions

    Raises
    ------
    GeomapError : the disk refuses; the release is as it was
    AuditError : the change has to be recorded and cannot be
    """
    change.log.check()
    before = _present(directory)
    made = _keep_both(directory, before, contents, what, change) if change.keep else None
    try:
        _write(directory, contents)
    except DiskError as error:
        if made is not None:
            made.unlink(missing_ok=True)
        raise GeomapError(
            f"无法写入 {directory}：{error.reason}；数据保持原样",
            f"cannot write to {directory}: {error.reason}; nothing was changed",
        ) from error
    change.log.note(
        "data",
        by=change.by,
        when=change.when or datetime.now(UTC),
        name=directory.resolve().name,
        what=what.zh,
        before=_hashes(before).get(PACKAGE, ""),
        release=_hashes(contents).get(PACKAGE, ""),
        changed=[*_changed(_hashes(before), _hashes(contents))],
    )
    _sweep(directory, change.keep)


def listed(directory: Path) -> list[Version]:
    """List the versions that are kept, the newest first, without those whose record is damaged."""
    return [one for path in reversed(_records(directory)) if (one := _read(path))]


def current(directory: Path) -> str:
    """Give the id of the release as it is."""
    return hashlib.sha256(package_bytes(directory)).hexdigest()


def restore_version(directory: Path, which: str, change: Change) -> Version:
    """Bring back a version; the present one is kept, so that this too can be taken back.

    Parameters
    ----------
    which : its number, or its id or the beginning of that

    Raises
    ------
    NotFoundError : there is no such version
    RequestError : it is the present one
    ReleaseError : with today's rules it has errors
    GeomapError : what is kept of it is damaged, or the disk refuses
    """
    with held(directory, change):
        version = _found(directory, which)
        contents = {path: _kept(directory, path, hex_) for path, hex_ in version.files.items()}
        if contents == _contents(directory):
            raise RequestError(
                f"第 {version.number} 版就是现在的数据，不需要恢复",
                f"version {version.number} is what the data are now",
            )
        _check(directory, contents)
        what = Text(f"恢复第 {version.number} 版", f"restored version {version.number}")
        put(directory, contents, what, change)
    return version


# --- one state after another ----------------------------------------------------------------------


def _contents(directory: Path) -> dict[str, bytes]:
    """Read a release as it lies there, which may be without ``datapackage.json``."""
    contents = contents_of(directory)
    with contextlib.suppress(ReleaseError):
        contents[PACKAGE] = package_bytes(directory)
    return contents


def _present(directory: Path) -> dict[str, bytes]:
    """Give what lies there so that it can be restored: with edits by hand recorded in it."""
    contents = _contents(directory)
    others = {path: one for path, one in contents.items() if path != PACKAGE}
    with contextlib.suppress(GeomapError, KeyError):  # what is no package is kept as it is
        sealed = seal(contents[PACKAGE], others)
        if hashes_of(sealed) != hashes_of(contents[PACKAGE]):
            contents[PACKAGE] = sealed
    return contents


def _keep_both(
    directory: Path,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    what: Text,
    change: Change,
) -> Path:
    """Keep the state that is, unless it is kept, and the one to come; gives the latter's record."""
    last = next(iter(listed(directory)), None)
    known = {} if last is None else last.files
    if _hashes(before) not in (known, _hashes(after)):
        found = (
            Text("最初的数据", "the data as they were first found")
            if last is None
            else Text("未经 geomap 的改动", "changed by other means")
        )
        # Nobody saw who made this state, nor when.
        last = _record(directory, before, found, Change(), last)[1]
    return _record(directory, after, what, change, last)[0]


def _record(
    directory: Path,
    contents: Mapping[str, bytes],
    what: Text,
    change: Change,
    last: Version | None,
) -> tuple[Path, Version]:
    hashes = _hashes(contents)
    for name, digest in hashes.items():
        kept = directory / HOME / "files" / digest
        if not kept.exists():
            write_whole(kept, contents[name], parents=True)
    when = "" if change.when is None else change.when.astimezone(UTC).isoformat(timespec="seconds")
    number = 1 + max((int(path.stem) for path in _records(directory)), default=0)
    changed = () if last is None else _changed(last.files, hashes)
    id_ = hashes.get(PACKAGE, "")
    version = Version(number, id_, what, change.by, when, changed, hashes)
    path = directory / HOME / "versions" / f"{number:06d}.json"
    write_whole(path, package_json(asdict(version)), parents=True)
    return path, version


def _hashes(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(one).hexdigest() for path, one in sorted(contents.items())}


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    paths = sorted((old.keys() | new.keys()) - {PACKAGE})
    marks = {path: "+" if path not in old else "-" if path not in new else "*" for path in paths}
    return tuple(f"{marks[one]} {one}" for one in paths if old.get(one) != new.get(one))


def _write(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write what differs, the package last; put back what was there if one fails.

    A reader that comes in between finds hashes that differ, and keeps the release it has.
    """
    before = _contents(directory)
    differ = [path for path, one in contents.items() if before.get(path) != one]
    gone = [path for path in before if path not in contents]
    try:
        for path in sorted(differ, key=lambda one: one == PACKAGE):
            write_whole(directory / path, contents[path], parents=True)
    except DiskError:
        for path in differ:
            if path not in before:
                (directory / path).unlink(missing_ok=True)
            elif (directory / path).read_bytes() != before[path]:
                write_whole(directory / path, before[path])
        raise
    for path in gone:
        (directory / path).unlink(missing_ok=True)


def _sweep(directory: Path, keep: int) -> None:
    """Forget the oldest versions beyond ``keep`` former ones, and the files only they have."""
    records = _records(directory)
    for path in records[: -1 - keep] if keep else records:
        path.unlink(missing_ok=True)
    left = [_read(path) for path in _records(directory)]
    if None in left:
        return  # what a damaged record needs is not known
    needed = {digest for one in left if one for digest in one.files.values()}
    home = directory / HOME / "files"
    for path in home.iterdir() if home.is_dir() else ():
        if path.name not in needed:
            path.unlink(missing_ok=True)


# --- what is kept ---------------------------------------------------------------------------------


def _records(directory: Path) -> list[Path]:
    found = (directory / HOME / "versions").glob("*.json")
    return sorted((path for path in found if path.stem.isdigit()), key=lambda path: int(path.stem))


def _read(path: Path) -> Version | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        version = Version(**told)
        # A record that was tampered with must not lead out of the directory.
        if any({"..", ""} & {*path.split("/")} or "\\" in path for path in version.files):
            return None
        return replace(version, what=Text(*version.what), changed=tuple(version.changed))
    except (OSError, ValueError, TypeError):
        return None


def _found(directory: Path, which: str) -> Version:
    versions = listed(directory)
    asked = which.strip().lower()
    for one in versions:
        if asked == str(one.number) or (len(asked) >= _SHORTEST and one.id.startswith(asked)):
            return one
    known = [str(one.number) for one in versions]
    raise NotFoundError(Text("版本", "version"), which[:70], known)


def _kept(directory: Path, path: str, digest: str) -> bytes:
    file = directory / HOME / "files" / digest
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise GeomapError(
            f"保存的 {path} 已损坏或缺失（{file}），这一版不能恢复；未作任何改动",
            f"what is kept of {path} is damaged or missing ({file}): this version cannot be "
            "restored; nothing was changed",
        )
    return content


def _check(directory: Path, contents: Mapping[str, bytes]) -> None:
    """See that a version has no errors by the rules of today."""
    findings = Findings()
    text = contents.get(PACKAGE, b"").decode("utf-8-sig", "replace")
    package = read_package(Document(PACKAGE, text, findings))
    if package is not None:
        others = {path: one for path, one in contents.items() if path != PACKAGE}
        candidate: Release = read(package, others, findings)
        look_closer(candidate)
        findings = candidate.findings
    if findings.errors:
        raise ReleaseError(directory, findings.errors)
