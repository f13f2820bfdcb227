"""The record of what was done: uploads, solves, scenarios, changes of data, refusals, exports.

One JSON object a line, appended under a lock that holds between processes. Each entry has a number
(``n``) and the SHA-256 of the line before it (``prev``), so that an entry which was edited, taken
out or moved shows; beside the file, ``.head`` holds the number and the hash of the last entry, so
that a lost end shows too. A file that has grown too large is put aside under the next number, and
the new one begins with an entry that goes on from it; the oldest go when there are too many. Of
those that go, changes of the data and then exports are written once more, as far as a share that is
theirs: who sends tables without end pushes only such entries out. The chain has no secret: who may
write the file can make all of it anew. Whoever wants to exclude that keeps the hash that ``verify``
tells at another place.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geomap.errors import GeomapError
from geomap.files import DiskError, locked, write_whole

_log = logging.getLogger("geomap.audit")
FILE_BYTES = 10 * 2**20
KEPT_FILES = 19
DATA, EXPORT = "data", "export"
_GOES_ON = "continued"
_SHARE = 8
"""Of a file, the part that is for what is kept of one that goes: one in so many."""
_LONGEST = 2_000
_LONGEST_LINE = 2**18
_WAIT_S = 20.0
_ASIDE = re.compile(r"\.([0-9]{6})(?:\.[^.]*)?$")
_told: set[Path] = set()


class AuditError(GeomapError):
    """What is done cannot be recorded, so that it may not be done."""

    status = 503
    code = "audit"


@dataclass(frozen=True, slots=True)
class Departure:
    """A file that left.

    Parameters
    ----------
    what : "map", "data", "figure", "progress" …
    format : ending of the file, without the dot
    audience, release : for whom, and the hash of the release it was made from
    indicator, year : "" and None where it shows more than one
    request : the address or the command's words, which give the same file again
    name : file name it was given
    """

    what: str
    format: str
    audience: str
    release: str
    indicator: str = ""
    year: int | None = None
    request: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """Where the record is kept.

    Parameters
    ----------
    path : the file; None keeps no record
    required : whether what cannot be recorded may not be done
    file_bytes : size beyond which the file is put aside
    kept_files : how many that were put aside are kept, the newest
    """

    path: Path | None = None
    required: bool = False
    file_bytes: int = FILE_BYTES
    kept_files: int = KEPT_FILES

    def check(self) -> None:
        """See that the record can be written, before anything is done.

        Raises
        ------
        AuditError : it cannot be, and is required; when it is not, that is logged once
        """
        self._guarded(None)

    def note(self, event: str, *, by: str, when: datetime, **facts: Any) -> None:
        """Append one entry.

        Parameters
        ----------
        event : "upload", "solve", "scenario", "data", "refused", "export" …
        by : "cli:user@host", or the address of a client
        when : the time, with its zone
        facts : fit for JSON; never a value that an audience may not see

        Raises
        ------
        AuditError : as ``check``
        """
        told = {"when": _moment_text(when), "by": by, "event": event, **facts}
        self._guarded({name: one[:_LONGEST] if isinstance(one, str) else one
                       for name, one in told.items()})  # fmt: skip

    def record(self, body: bytes, departure: Departure, *, by: str, when: datetime) -> None:
        """Append that a file left, hashed as it was handed over.

        Raises
        ------
        AuditError : as ``check``
        """
        seal = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        self.note(EXPORT, by=by, when=when, **asdict(departure), **seal)

    def record_file(self, path: Path, departure: Departure, *, by: str, when: datetime) -> None:
        """Record a file that was written; it is taken back when that cannot be recorded.

        Raises
        ------
        AuditError : as ``check``; the file is gone then
        """
        try:
            self.record(path.read_bytes(), departure, by=by, when=when)
        except AuditError:
            path.unlink(missing_ok=True)
            raise

    def _guarded(self, entry: Mapping[str, Any] | None) -> None:
        if self.path is None:
            return
        try:
            with locked(_beside(self.path, ".lock"), str(self.path), wait_s=_WAIT_S):
                if entry is None:
                    _append(self.path, b"")
                else:
                    self._chained(self.path, entry)
        except (OSError, RuntimeError, GeomapError) as error:
            self._cannot(self.path, getattr(error, "reason", "") or
                         getattr(error, "strerror", "") or str(error))  # fmt: skip

    def _chained(self, path: Path, entry: Mapping[str, Any]) -> None:
        number, former = _last(path)
        if path.exists() and path.stat().st_size > self.file_bytes:
            # One that cannot be put aside just now, since it is read on Windows, grows on.
            with contextlib.suppress(OSError):
                aside = _put_aside(path)
                begin = {"when": entry["when"], "by": "geomap", "event": _GOES_ON, "after": aside}
                old = self._too_old(path)
                kept = _kept_of(old, self.file_bytes // _SHARE)
                number, former = _write(path, number, former, begin, *kept)
                for one in old:
                    one.unlink(missing_ok=True)
        _write(path, number, former, entry)

    def _too_old(self, path: Path) -> list[Path]:
        asides = [one for one in files_of(path) if _number(one)]
        return asides[: max(len(asides) - self.kept_files, 0)]

    def _cannot(self, path: Path, why: str) -> None:
        zh = f"审计记录 {path} 无法写入（{why}）"
        en = f"the audit log {path} cannot be written ({why})"
        if self.required:
            raise AuditError(
                f"{zh}，没有记录就不导出、不改动；请改正 GEOMAP_AUDIT_LOG 或其权限",
                f"{en}; nothing leaves or is changed without a record: mend GEOMAP_AUDIT_LOG or "
                "its permissions",
            )
        if path not in _told:
            _told.add(path)
            _log.warning("%s，照常进行，但没有记录 / %s; all goes on without a record", zh, en)


def default_path(env: Mapping[str, str]) -> Path:
    """Give where the record of a user is kept: %LOCALAPPDATA% on Windows, else the state folder."""
    if sys.platform == "win32":
        home = env.get("LOCALAPPDATA") or "~/AppData/Local"
    else:
        home = env.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(os.path.expanduser(home)) / "geomap" / "audit.jsonl"


def files_of(path: Path) -> list[Path]:
    """List the files of a record that there are, the oldest first."""
    aside = sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"),
                   key=lambda one: (_number(one), one.name))  # fmt: skip
    # A log whose name has no ending shares its beginning with these.
    aside = [one for one in aside if one.suffix not in (".head", ".lock")]
    return [*aside, *([path] if path.exists() else [])]


def digest(line: bytes) -> str:
    """Give the hash by which the next entry holds to this line, which has no line break."""
    return hashlib.sha256(line).hexdigest()


def head_of(path: Path) -> tuple[int, str]:
    """Give number and hash of the last entry as noted beside the file; 0 and "" without a note."""
    try:
        told = json.loads(_beside(path, ".head").read_text(encoding="utf-8"))
        return int(told["n"]), str(told["hash"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0, ""


# --- one entry after another ----------------------------------------------------------------------


def _write(path: Path, number: int, former: str, *told: Mapping[str, Any]) -> tuple[int, str]:
    """Append entries after that of this number and hash; gives those of the last."""
    lines = b""
    for one in told:
        number += 1
        entry = json.dumps({"n": number, "prev": former, **one}, ensure_ascii=False)
        line = entry.encode("utf-8", "backslashreplace")
        former, lines = digest(line), lines + line + b"\n"
    _append(path, lines)
    # Left behind by a full disk, it is taken for what it is: the note of an older entry.
    with contextlib.suppress(DiskError):
        head = json.dumps({"n": number, "hash": former})
        write_whole(_beside(path, ".head"), head.encode(), private=True)
    return number, former


def _kept_of(files: Iterable[Path], room: int) -> list[dict[str, Any]]:
    """Give what is written once more of files that go, in its order, ``first`` its first number.

    Changes of the data go before exports, of each the newest before the others.
    """
    found = [
        {"first": entry.get("n", 0), **entry}
        for file in files
        for line in file.read_bytes().split(b"\n")
        if (entry := read_entry(line)) and entry.get("event") in (DATA, EXPORT)
    ]
    kept = []
    for entry in sorted(found, key=lambda one: (one["event"] != DATA, -one["first"])):
        room -= len(json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        if room < 0:
            break
        kept.append({name: one for name, one in entry.items() if name not in ("n", "prev")})
    return sorted(kept, key=lambda one: one["first"])


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    opened = os.open(path, flags, 0o600)
    try:
        size = os.fstat(opened).st_size
        whole = _after(opened, size) + line if line else b""
        if whole and os.write(opened, whole) < len(whole):
            os.ftruncate(opened, size)
            raise OSError(None, "写不下整条记录（磁盘已满？） / no room for the whole entry")
    finally:
        os.close(opened)


def _after(opened: int, size: int) -> bytes:
    """End the line before, when a cut in the power had left it without an end."""
    if size:
        os.lseek(opened, -1, os.SEEK_END)
        if os.read(opened, 1) != b"\n":
            return b"\n"
    return b""


def _last(path: Path) -> tuple[int, str]:
    """Give number and hash of the last entry: of those in the file and noted, the later.

    So what follows a lost end does not hide it: its number is too high for its place.
    """
    noted, found = head_of(path), (0, "")
    for file in reversed(files_of(path)):
        # A file that was only seen to be writable is empty, and none to hold to.
        if line := _tail(file).rpartition(b"\n")[2]:
            found = ((read_entry(line) or {}).get("n", 0), digest(line))
            break
    return found if noted[0] < found[0] or not noted[1] else noted


def _tail(path: Path) -> bytes:
    with path.open("rb") as opened:
        opened.seek(max(path.stat().st_size - _LONGEST_LINE, 0))
        return opened.read().rstrip(b"\n")


def _put_aside(path: Path) -> str:
    number = 1 + max((_number(one) for one in files_of(path)), default=0)
    aside = path.with_name(f"{path.stem}.{number:06d}{path.suffix}")
    path.rename(aside)
    return aside.name


def _number(path: Path) -> int:
    """Give the number under which a file was put aside, 0 for another name."""
    found = _ASIDE.search(path.name)
    return int(found[1]) if found else 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


# --- reading --------------------------------------------------------------------------------------


def entries(
    log: Log, since: datetime | None = None, until: datetime | None = None, event: str = ""
) -> Iterator[dict[str, Any]]:
    """Read the record, in its order: what was written once more stands where it was.

    Parameters
    ----------
    since, until : from this moment on, and before that one
    event : only those; "" for all

    Yields
    ------
    entries as they were written; of a damaged line ``{"damaged": …}`` with its beginning

    Raises
    ------
    AuditError : there is a record and it cannot be read
    """
    for _, _, line in lines_of(log):
        entry = read_entry(line) or {"damaged": line[:200].decode("utf-8", "replace")}
        when = _moment(entry)
        outside = when is not None and (
            (since is not None and when < since) or (until is not None and when >= until)
        )
        if not outside and event in ("", entry.get("event", event)):
            yield entry


def lines_of(log: Log) -> Iterator[tuple[Path, int, bytes]]:
    """Give every line of the record with its file and number.

    Raises
    ------
    AuditError : there is a record and it cannot be read
    """
    if log.path is None:
        return
    try:
        for file in files_of(log.path):
            for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
                if line.strip():
                    yield file, number, line
    except OSError as error:
        raise AuditError(
            f"无法读取审计记录 {log.path}：{error.strerror}",
            f"cannot read the audit log {log.path}: {error.strerror}",
        ) from error


def read_entry(line: bytes) -> dict[str, Any] | None:
    """Give the entry of a line, None when that is damaged."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(entry, dict) and isinstance(entry.get("n", 0), int)
    return entry if whole else None


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    """Give when an entry was made; one that does not say is never left out."""
    try:
        return datetime.fromisoformat(str(entry["when"])).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def _moment_text(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
