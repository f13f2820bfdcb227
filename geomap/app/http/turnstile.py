"""Work that takes seconds of a processor: a few at a time, a few in line, the others come again.

A server process has few threads, and each request that waits here holds one. So the line is short,
and whoever does not fit is told so at once, with the seconds after which to ask again.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from geomap.errors import GeomapError, Text


class BusyError(GeomapError):
    """As many wait as may; ``retry_after`` says in how many seconds to ask again."""

    status = 503
    code = "busy"

    def __init__(self, what: Text, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"{what.zh}，请 {retry_after} 秒后再试",
            f"{what.en}; try again in {retry_after} seconds",
        )


class Turnstile:
    """Lets one in at a time; safe to use from many threads.

    Parameters
    ----------
    what : what is told to those who do not fit, such as “another report is being written”
    waiting : how many may stand in line
    patience_s : how long each stands there, seconds
    retry_s : after how long the others should ask again, seconds
    """

    def __init__(self, what: Text, *, waiting: int, patience_s: float, retry_s: int) -> None:
        self._what, self._retry_s, self._patience_s = what, retry_s, patience_s
        self._places = threading.BoundedSemaphore(waiting + 1)
        self._inside = threading.Lock()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait for one's turn.

        Raises
        ------
        BusyError : the line is full, or did not move
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(self._what, self._retry_s)
        try:
            if not self._inside.acquire(timeout=self._patience_s):
                raise BusyError(self._what, self._retry_s)
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._places.release()


def give_back() -> None:
    """Give the system what is free again after such work: glibc keeps over 100 MB of it."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)  # musl has none
        trim(0)


REPORTS = Turnstile(
    Text("正在写另一份报告", "another report is being written"),
    waiting=0, patience_s=0.1, retry_s=15,
)  # fmt: skip
HEAVY = Turnstile(Text("服务器正忙", "the server is busy"), waiting=1, patience_s=10.0, retry_s=5)
"""Images, files that take long, the big screen, uploads and what-ifs of one process: two threads of
four, with a report three."""
