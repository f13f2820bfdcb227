"""A record of every file that left: what, when, for whom, of which release, by whom.

One JSON object a line, each appended by a single write, so several processes may write at once. A
log that has grown too large is put aside under another name and never deleted; ``entries`` reads
all of them. What is hashed is the file as it was handed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geomap.errors import GeomapError

_log = logging.getLogger("geomap.exports")
MOST_BYTES = 10 * 2**20
_LONGEST = 2_000
_writing = threading.Lock()
_told: set[Path] = set()


class ExportLogError(GeomapError):
    """What leaves cannot be recorded, so that it may not leave."""

    status = 503
    code = "export_log"


@dataclass(frozen=True, slots=True)
class Departure:
    """What left.

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
    required : whether what cannot be recorded may not leave
    most_bytes : size beyond which the file is put aside
    """

    path: Path | None = None
    required: bool = False
    most_bytes: int = MOST_BYTES

    def check(self) -> None:
        """See that the log can be written, before anything is made.

        Raises
        ------
        ExportLogError : it cannot be, and is required; when it is not, that is logged once
        """
        if self.path is not None:
            self._guarded(b"")

    def record(self, body: bytes, departure: Departure, *, by: str, when: datetime) -> None:
        """Append one entry.

        Parameters
        ----------
        body : the file that leaves
        by : "cli:user@host", or the address of a client
        when : the time, with its zone

        Raises
        ------
        ExportLogError : as ``check``
        """
        if self.path is not None:
            self._guarded(_line(body, departure, by, when))

    def record_file(self, path: Path, departure: Departure, *, by: str, when: datetime) -> None:
        """Record a file that was written; it is taken back when that cannot be recorded.

        Raises
        ------
        ExportLogError : as ``check``; the file is gone then
        """
        try:
            self.record(path.read_bytes(), departure, by=by, when=when)
        except ExportLogError:
            path.unlink(missing_ok=True)
            raise

    def _guarded(self, line: bytes) -> None:
        path = self.path
        assert path is not None
        try:
            with _writing:
                self._append(path, line)
        except (OSError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or str(error)
            self._cannot(path, why)

    def _append(self, path: Path, line: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        opened = os.open(path, flags, 0o600)
        try:
            size = os.fstat(opened).st_size
            if line and os.write(opened, _after(opened, size) + line) < len(line):
                raise OSError(None, "写不下整条记录（磁盘已满？） / no room for the whole entry")
        finally:
            os.close(opened)
        if size + len(line) > self.most_bytes:
            # The entry is kept whether or not another process is at the file just now.
            with contextlib.suppress(OSError):
                _put_aside(path)

    def _cannot(self, path: Path, why: str) -> None:
        zh = f"导出记录 {path} 无法写入（{why}）"
        en = f"the log of exports {path} cannot be written ({why})"
        if self.required:
            raise ExportLogError(
                f"{zh}，没有记录就不导出；请改正 GEOMAP_EXPORT_LOG 或其权限",
                f"{en}; nothing leaves without a record: mend GEOMAP_EXPORT_LOG or its permissions",
            )
        if path not in _told:
            _told.add(path)
            _log.warning("%s，导出照常，但没有记录 / %s; exports go on without a record", zh, en)


def default_path(env: Mapping[str, str]) -> Path:
    """Give where the record of a user is kept: %LOCALAPPDATA% on Windows, else the state folder."""
    if sys.platform == "win32":
        home = env.get("LOCALAPPDATA") or "~/AppData/Local"
    else:
        home = env.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(os.path.expanduser(home)) / "geomap" / "exports.jsonl"


def _line(body: bytes, departure: Departure, by: str, when: datetime) -> bytes:
    entry = {
        "when": when.astimezone(UTC).isoformat(timespec="seconds"),
        "by": by,
        **asdict(departure),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    kept = {key: one[:_LONGEST] if isinstance(one, str) else one for key, one in entry.items()}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _after(opened: int, size: int) -> bytes:
    """End the line before when a full disk had cut it short."""
    if size:
        os.lseek(opened, -1, os.SEEK_END)
        if os.read(opened, 1) != b"\n":
            return b"\n"
    return b""


def _put_aside(path: Path) -> None:
    """Give the log another name, one that no other process can have chosen."""
    stamp = f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y%m%dT%H%M%SZ}"
    aside = path.with_name(
        f"{path.stem}.{stamp}-{os.getpid()}-{threading.get_ident()}{path.suffix}"
    )
    if not aside.exists():
        path.rename(aside)


def entries(log: Log, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Read the record, the oldest first.

    Yields
    ------
    entries as they were written; of a damaged line ``{"damaged": …}`` with its beginning

    Raises
    ------
    ExportLogError : there is a log and it cannot be read
    """
    if log.path is None:
        return
    try:
        aside = sorted(log.path.parent.glob(f"{log.path.stem}.*{log.path.suffix}"))
        texts = [one.read_bytes().decode("utf-8", "replace") for one in [*aside, log.path]
                 if one.exists()]  # fmt: skip
    except OSError as error:
        raise ExportLogError(
            f"无法读取导出记录 {log.path}：{error.strerror}",
            f"cannot read the log of exports {log.path}: {error.strerror}",
        ) from error
    for line in "".join(texts).split("\n"):
        if line.strip():
            entry = _read(line)
            if since is None or _moment(entry) >= since:
                yield entry


def _read(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    return entry if isinstance(entry, dict) else {"damaged": line[:200]}


def _moment(entry: dict[str, Any]) -> datetime:
    """Give when an entry was made; one that does not say is never left out."""
    try:
        return datetime.fromisoformat(str(entry["when"])).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
