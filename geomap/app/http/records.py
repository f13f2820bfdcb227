"""What is recorded of requests: what was done, by whom, and how often what was refused.

A refusal costs a client nothing, so refusals are counted: the first of a kind is written at once,
those that follow within a minute as one entry with their number, and of many clients the later
ones together. They are written by a thread of their own, so that nobody waits for a disk.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import current_app, request

from geomap.audit.log import AuditError, Log

PERIOD_S = 60.0
MOST_KINDS = 50
_OTHERS = "…"


def now() -> datetime:
    """Give the time, with its zone."""
    return datetime.now(UTC)


def client(environ: Mapping[str, Any]) -> str:
    """Say from where a request came."""
    by = str(environ.get("REMOTE_ADDR", ""))
    if forwarded := environ.get("HTTP_X_FORWARDED_FOR"):
        # Whoever asks may write here what he likes: told beside the address, not in its place.
        by = f"{by} (X-Forwarded-For: {str(forwarded)[:200]})"
    return by


def log() -> Log:
    """Give the record of this application."""
    found: Log = current_app.extensions["geomap.settings"].audit
    return found


def noted(event: str, **facts: Any) -> None:
    """Record what the request of this moment does.

    Raises
    ------
    AuditError : a record is required and cannot be written
    """
    log().note(event, by=client(request.environ), when=now(), **facts)


class Refusals:
    """Counts what is refused, and writes it down; safe to use from many threads."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, int, str]] = Counter()
        self._writing = False

    def count(self, by: str, status: int, code: str) -> None:
        """Count one refusal; never waits and never fails."""
        if self._log.path is None:
            return
        with self._lock:
            key = (by, status, code)
            if key not in self._counted and len(self._counted) >= MOST_KINDS:
                key = (_OTHERS, 0, "others")
            self._counted[key] += 1
            if self._writing:
                return
            self._writing = True
        threading.Thread(target=self._write, daemon=True).start()

    def flush(self) -> None:
        """Write down what was counted."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        for (by, status, code), number in counted.items():
            with suppress(AuditError):  # what is refused is refused, recorded or not
                told = {"status": status, "code": code, "count": number}
                self._log.note("refused", by=by, when=now(), **told)

    def _write(self) -> None:
        pause = threading.Event()
        while True:
            self.flush()
            pause.wait(PERIOD_S)
            with self._lock:
                if not self._counted:
                    self._writing = False
                    return
