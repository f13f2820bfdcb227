"""Work that takes long: one at a time in each line, a few wait, the others come again.

A server process has few threads, and each request that waits here holds one. So a line is short,
and whoever does not fit is told so at once, with the seconds after which to ask again. Of the
places in a line one client has half at most, and whoever was served last lets another go first: so
no client, however many connections it opens, keeps the others out.
"""

from __future__ import annotations

import ctypes
import ipaddress
import sys
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app, has_request_context, request

from geomap.errors import GeomapError, Text
from geomap.settings import Network, Settings

P = ParamSpec("P")
R = TypeVar("R")
_IPV6_HOME = 64
"""Bits of an IPv6 address that say whose it is: below them a client has as many as it likes."""


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


# --- whose share ----------------------------------------------------------------------------------


def asker(address: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Say whose share a request counts for, "" where nobody can be told apart.

    Parameters
    ----------
    address : from where the connection comes
    forwarded : what its ``X-Forwarded-For`` says; believed of ``proxies`` only
    """
    for one in (address, *reversed(forwarded.split(","))):
        try:
            found = ipaddress.ip_address(one.strip().strip("[]"))
        except ValueError:
            return ""
        found = getattr(found, "ipv4_mapped", None) or found
        if not any(found in network for network in proxies):
            whole = found.version == 4
            return str(found if whole else ipaddress.ip_network((found, _IPV6_HOME), strict=False))
    return ""


def who_asks() -> str:
    """Say whose share the request of this moment counts for."""
    if not has_request_context():
        return ""
    settings: Settings = current_app.extensions["geomap.settings"]
    forwarded = request.headers.get("X-Forwarded-For", "")
    return asker(request.remote_addr or "", forwarded, settings.proxies)


class Shares:
    """A number of places, half of them at most for one client; safe to use from many threads.

    Places may be bytes: then several are taken at a time.
    """

    def __init__(self, places: int) -> None:
        self.places, self._most = places, max(1, places // 2)
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    def take(self, who: str, number: int = 1) -> bool:
        """Take places, or tell that there are none for this client; "" may have them all."""
        with self._lock:
            most = self._most if who else self.places
            if self._held.total() + number > self.places or self._held[who] + number > most:
                return False
            self._held[who] += number
            return True

    def give(self, who: str, number: int = 1) -> None:
        """Give places back."""
        with self._lock:
            self._held[who] -= number
            self._held += Counter()  # forgets who has none


# --- the lines ------------------------------------------------------------------------------------


class _Waiting:
    """One who stands in line."""

    def __init__(self, who: str) -> None:
        self.who = who


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
        self._shares = Shares(waiting + 1)
        self._turn = threading.Condition()
        self._line: list[_Waiting] = []
        self._inside, self._last = False, ""

    @property
    def places(self) -> int:
        """How many may be inside or in line."""
        return self._shares.places

    @contextmanager
    def passed(self, who: str = "") -> Iterator[None]:
        """Wait for one's turn; ``who`` as :func:`asker` says it.

        Raises
        ------
        BusyError : the line is full, or did not move
        """
        if not self._shares.take(who):
            raise BusyError(self._what, self._retry_s)
        try:
            self._wait(_Waiting(who))
            try:
                yield
            finally:
                self._leave()
        finally:
            self._shares.give(who)

    def guarding(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Let a view be called by those whose turn it is."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self.passed(who_asks()):
                return view(*args, **kwargs)

        return guarded

    def _wait(self, mine: _Waiting) -> None:
        with self._turn:
            self._line.append(mine)
            try:
                let_in = self._turn.wait_for(
                    lambda: not self._inside and self._next() is mine, self._patience_s
                )
            finally:
                self._line.remove(mine)
                self._turn.notify_all()
            if not let_in:
                raise BusyError(self._what, self._retry_s)
            self._inside, self._last = True, mine.who

    def _next(self) -> _Waiting:
        others = (one for one in self._line if not one.who or one.who != self._last)
        return next(others, self._line[0])

    def _leave(self) -> None:
        with self._turn:
            self._inside = False
            self._turn.notify_all()


def made_once(line: Turnstile, most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function makes, the last ``most`` of it; to make it one stands in line.

    Whoever has waited finds what the one before him made, so nothing is made twice.
    """

    def keeping(make: Callable[P, R]) -> Callable[P, R]:
        kept: OrderedDict[Hashable, R] = OrderedDict()
        lock = threading.Lock()

        @wraps(make)
        def made(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (args, tuple(sorted(kwargs.items())))
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key]
            with line.passed(who_asks()):
                with lock:
                    if key in kept:
                        return kept[key]
                fresh = make(*args, **kwargs)
                with lock:
                    kept[key] = fresh
                    while len(kept) > most:
                        kept.popitem(last=False)
                return fresh

        return made

    return keeping


def give_back() -> None:
    """Give the system what is free again after such work: glibc keeps over 100 MB of it."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)  # musl has none
        trim(0)


_BUSY = Text("服务器正忙", "the server is busy")
REPORTS = Turnstile(
    Text("正在写另一份报告", "another report is being written"),
    waiting=1, patience_s=30.0, retry_s=15,
)  # fmt: skip
HEAVY = Turnstile(_BUSY, waiting=5, patience_s=30.0, retry_s=5)
"""What takes this process long: pages with all figures, images, files, the big screen."""
READING = Turnstile(_BUSY, waiting=3, patience_s=30.0, retry_s=5)
"""What is sent here and looked at in another process: it holds up nobody who only reads."""
