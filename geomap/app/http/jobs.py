"""Solves that take longer than a request: begun by one, asked about and cancelled by others.

Each job is a directory in a spool that all processes of the server share: whichever process
answers can tell how far a job is, hand out its result, or leave a mark that cancels it. A process
solves one job at a time and lets a few wait; more are refused. Old jobs go by age and by number.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geomap.app.http.turnstile import BusyError, Shares
from geomap.errors import GeomapError, NotFoundError, Text
from geomap.files import DiskError, make_directory, write_whole

_log = logging.getLogger("geomap.jobs")
_ID = re.compile(r"[0-9a-f]{32}")
_TELL_S = 0.2
_PULSE_S = 2.0
# A job whose process has not been heard of for so long is lost.
_SILENT_S = 15.0
ENDED = ("done", "failed", "cancelled", "lost")
Work = Callable[["Control"], Mapping[str, Any]]


class CancelledError(Exception):
    """Raised inside a job that was cancelled before it had anything to give."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What protects the server.

    Parameters
    ----------
    running : jobs solved at once by one process
    waiting : jobs that may wait in one process besides those
    kept : ended jobs kept in the spool, the newest
    kept_s : how long ended jobs are kept, seconds
    retry_s : after how long one who was refused should ask again, seconds
    """

    running: int = 1
    waiting: int = 4
    kept: int = 100
    kept_s: float = 24 * 3600
    retry_s: int = 10


class Control:
    """What a job that is under way tells, and how it learns that it should stop."""

    def __init__(self, home: Path) -> None:
        self._home, self._told, self._looked = home, 0.0, 0.0
        self._stop = False

    def tell(self, **members: Any) -> None:
        """Tell how far the job is; several times a second at most."""
        now = time.monotonic()
        if now - self._told >= _TELL_S:
            self._told = now
            with suppress(DiskError):  # the next one will do
                _write(self._home / "progress.json", members)

    def should_stop(self) -> bool:
        """Tell whether somebody has cancelled the job."""
        now = time.monotonic()
        if not self._stop and now - self._looked >= _TELL_S / 2:
            self._looked = now
            self._stop = (self._home / "cancel").exists()
        return self._stop


class Jobs:
    """The jobs in one spool; safe to use from many threads and several processes.

    Parameters
    ----------
    spool : directory shared by the processes of one server; made when missing
    """

    def __init__(self, spool: Path, limits: Limits | None = None) -> None:
        self._spool, self.limits = spool, limits or Limits()
        self._lock = threading.Condition()
        self._mine: list[str] = []  # those of this process, in the order of their turns
        self._shares = Shares(self.limits.running + self.limits.waiting)

    def start(self, work: Work, who: str = "") -> str:
        """Begin a job, or let it wait for those before it.

        Parameters
        ----------
        work : called in a thread of its own; what it gives must be fit for JSON
        who : whose share it counts for, as ``turnstile.asker`` says it

        Raises
        ------
        BusyError : as many jobs wait already as may, or as may for this client
        """
        job = secrets.token_hex(16)
        if not self._shares.take(who):
            waiting = max(0, len(self._mine) - self.limits.running)
            zh = f"服务器正忙：已有 {waiting} 个计算在等待"
            en = f"the server is busy: {waiting} solves wait already"
            raise BusyError(Text(zh, en), self.limits.retry_s)
        with self._lock:
            self._mine.append(job)
        try:
            self._sweep()
            home = self._spool / job
            make_directory(home, private=True)
            _write(home / "state.json", {"state": "waiting", "begun": time.time()})
            asked = job, home, work, who
            threading.Thread(target=self._run, args=asked, daemon=True).start()
        except BaseException:
            self._leave(job, who)
            raise
        return job

    def state(self, job: str) -> dict[str, Any]:
        """Tell ``state`` (waiting, running, done, failed, cancelled or lost) and progress.

        ``result`` says whether there is one: who cancels may still get the best found by then.

        Raises
        ------
        NotFoundError : there is no such job, or it was given up long ago
        """
        home = self._home(job)
        told = _read(home / "state.json") or {}
        begun, ended = (_moment(told.get(name)) for name in ("begun", "ended"))
        state = str(told.get("state", "lost"))
        if state not in ENDED and _age(home / "alive", home) > _SILENT_S:
            state = "lost"
        return {
            "job": job,
            "state": state,
            "seconds": round(ended - begun, 2),
            "progress": _read(home / "progress.json"),
            "error": told.get("error"),
            "result": (home / "result.json").exists(),
        }

    def result(self, job: str) -> dict[str, Any]:
        """Give what the job gave.

        Raises
        ------
        NotFoundError : there is no such job, or it has nothing to give
        """
        found = _read(self._home(job) / "result.json")
        if found is None:
            raise _missing(job)
        return found

    def cancel(self, job: str) -> None:
        """Ask a job to stop, whichever process it runs in; one that has ended stays as it is."""
        with suppress(OSError):
            (self._home(job) / "cancel").touch(0o600)

    def _home(self, job: str) -> Path:
        home = self._spool / job
        if not _ID.fullmatch(job) or not home.is_dir():
            raise _missing(job)
        return home

    def _run(self, job: str, home: Path, work: Work, who: str) -> None:
        began = time.time()
        try:
            with _pulse(home), suppress(DiskError):
                self._take_turn(home, began, work)
        finally:
            self._leave(job, who)

    def _leave(self, job: str, who: str) -> None:
        self._shares.give(who)
        with self._lock:
            self._mine.remove(job)
            self._lock.notify_all()

    def _wait(self, job: str, control: Control) -> None:
        """Wait for the job's turn."""
        with self._lock:
            while self._mine.index(job) >= self.limits.running:
                if control.should_stop():
                    raise CancelledError
                self._lock.wait(_TELL_S)

    def _take_turn(self, home: Path, began: float, work: Work) -> None:
        control = Control(home)
        try:
            self._wait(home.name, control)
            if control.should_stop():
                raise CancelledError
            _write(home / "state.json", {"state": "running", "begun": began})
            _write(home / "result.json", dict(work(control)))
            _end(home, began, "cancelled" if control.should_stop() else "done")
        except CancelledError:
            _end(home, began, "cancelled")
        except GeomapError as error:
            _end(home, began, "failed", error.text)
        except Exception as error:
            reference = secrets.token_hex(4)
            _log.error("error %s in a job", reference, exc_info=error)
            _end(home, began, "failed", _unforeseen(reference))

    def _sweep(self) -> None:
        """Forget jobs that are old or too many; those under way stay."""
        ended = []
        for home in self._spool.iterdir() if self._spool.is_dir() else ():
            if _ID.fullmatch(home.name) and (age := _age(home / "alive", home)) > _SILENT_S:
                ended.append((age, home))
        for place, (age, home) in enumerate(sorted(ended, key=lambda one: one[0])):
            if place >= self.limits.kept or age > self.limits.kept_s:
                shutil.rmtree(home, ignore_errors=True)


def _missing(job: str) -> NotFoundError:
    shown = job[:40] if job.isalnum() else "…"
    return NotFoundError(Text("计算任务（可能已过期，请重新计算）", "solve (expired?)"), shown, ())


def _unforeseen(reference: str) -> Text:
    return Text(
        f"计算中出现内部错误，请把编号 {reference} 告诉管理员",
        f"an error inside the solve; tell the administrator its id {reference}",
    )


def _end(home: Path, began: float, state: str, error: Text | None = None) -> None:
    said = {"zh": error.zh, "en": error.en} if error else None
    ended = {"state": state, "begun": began, "ended": time.time(), "error": said}
    _write(home / "state.json", ended)


@contextmanager
def _pulse(home: Path) -> Iterator[None]:
    """Touch a file while the job is under way, so that others know that it lives."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            with suppress(OSError):
                (home / "alive").touch(0o600)
            over.wait(_PULSE_S)

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _moment(told: object) -> float:
    """Give a time that a file tells, the present where it tells none."""
    return float(told) if isinstance(told, int | float) else time.time()


def _age(*paths: Path) -> float:
    """Give the seconds since the first of the paths that exists was touched."""
    for path in paths:
        with suppress(OSError):
            return time.time() - path.stat().st_mtime
    return float("inf")


def _write(path: Path, members: Mapping[str, Any]) -> None:
    text = json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_whole(path, text.encode(), private=True)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
