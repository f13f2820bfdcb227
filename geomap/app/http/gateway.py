"""From granian's asynchronous protocol to WSGI: no client holds a thread while it sends.

A request takes a thread only when all of it has come. Until then it costs a socket and the bytes
that were sent, and it is given up when it pauses too long; so idle and slow clients, however many,
leave the threads to the others. What does not fit into the queue for a thread is told to come
again; half of the queue at most is one client's, and half of the bytes that are held.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from geomap.app.http.turnstile import Shares, asker
from geomap.settings import THIS_MACHINE, Network

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

PAUSE_S = 10.0
"""How long a client may send nothing in the middle of a request."""
BODY_S = 60.0
"""How long all of a body may take: 20 MB at 350 kB a second."""
MOST_WAITING = 64
"""Requests that wait for a thread."""
MOST_HELD_BYTES = 128 * 2**20
"""Of all bodies that are being sent, wait or are answered: else who sends many large ones, however
slowly, fills the memory."""
RETRY_S = 5
REFUSED_S = 2.0
"""How long whoever is refused as too many waits for that word, which costs a socket and no more: at
once, one client over 32 connections asked again so fast that the refusals took all the processor.
"""
_BODILESS = ("GET", "HEAD", "OPTIONS")
_QUICK = ("/healthz", "/static/")
"""Takes no time, and is asked by those who watch the service: not in line behind what does."""
_QUICK_THREADS = 2


class Scope(Protocol):
    """What granian tells of a request."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


class Channel(Protocol):
    """Where granian takes the body from and the answer to."""

    def __aiter__(self) -> Any: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send all of an answer."""
        ...


class TooSlowError(Exception):
    """The client paused, or took too long over all."""


class TooLargeError(Exception):
    """The body is larger than anything that is taken."""


class Gateway:
    """An RSGI application around a WSGI one.

    Parameters
    ----------
    threads : requests that are answered at a time
    largest : bytes of the largest body; no more than these are held
    refused : told of what the application never sees: the client's address, status and code
    proxies : of whom it is believed for which client they ask
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        largest: int,
        refused: Callable[[str, int, str], None] = lambda *_: None,
        proxies: Sequence[Network] = THIS_MACHINE,
    ) -> None:
        self._app, self._largest, self._refused = app, largest, refused
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="geomap")
        self._quick = ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix="geomap-quick")
        self._proxies = proxies
        self._shares, self._bytes = Shares(threads + MOST_WAITING), Shares(MOST_HELD_BYTES)

    async def __rsgi__(self, scope: Scope, channel: Channel) -> None:
        """Answer one request."""
        who = asker(_address(scope), scope.headers.get("x-forwarded-for") or "", self._proxies)
        size = self._taken_bytes(scope)
        if not self._bytes.take(who, size):
            return await self._busy(scope, channel)
        try:
            body = await self._body(channel, size) if size else b""
            return await self._pass_on(scope, channel, body, who)
        except TooSlowError:
            return self._refuse(scope, channel, HTTPStatus.REQUEST_TIMEOUT)
        except TooLargeError:
            return self._refuse(scope, channel, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        finally:
            self._bytes.give(who, size)

    async def _pass_on(self, scope: Scope, channel: Channel, body: bytes, who: str) -> None:
        if scope.method in _BODILESS and scope.path.startswith(_QUICK):
            channel.response_bytes(*await self._answered(self._quick, scope, body))
            return None
        if not self._shares.take(who):
            return await self._busy(scope, channel)
        try:
            answer = await self._answered(self._pool, scope, body)
            if answer[0] == HTTPStatus.SERVICE_UNAVAILABLE:
                await asyncio.sleep(REFUSED_S)
        finally:
            self._shares.give(who)
        channel.response_bytes(*answer)
        return None

    async def _busy(self, scope: Scope, channel: Channel) -> None:
        await asyncio.sleep(REFUSED_S)
        again = ("Retry-After", str(RETRY_S))
        self._refuse(scope, channel, HTTPStatus.SERVICE_UNAVAILABLE, again)

    async def _answered(
        self, pool: ThreadPoolExecutor, scope: Scope, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        return await asyncio.get_running_loop().run_in_executor(pool, self._answer, scope, body)

    def _refuse(
        self, scope: Scope, channel: Channel, status: HTTPStatus, *headers: tuple[str, str]
    ) -> None:
        self._refused(_address(scope), status.value, "gateway")
        _plain(channel, status, *headers)

    def _taken_bytes(self, scope: Scope) -> int:
        """Tell how many bytes of a body are read at most: the application refuses others unread.

        They say that they are too large, or do not say how large they are.
        """
        if scope.method in _BODILESS or "transfer-encoding" in scope.headers:
            return 0
        length = scope.headers.get("content-length") or str(self._largest)
        # Longer than any number of bytes: ``int`` takes time with the square of its digits.
        declared = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0
        return declared if declared <= self._largest else 0

    async def _body(self, channel: Channel, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        chunks = aiter(channel)
        ends = asyncio.get_running_loop().time() + BODY_S
        while True:
            left = min(PAUSE_S, ends - asyncio.get_running_loop().time())
            try:
                part = await asyncio.wait_for(_next(chunks), left)
            except TimeoutError:
                raise TooSlowError from None
            if part is None:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > most:
                raise TooLargeError

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[..., object]:
            said[:] = [(status, headers)]
            return lambda _: None

        parts: Iterable[bytes] = self._app(environ_of(scope, body), start)
        try:
            content = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = said[0]
        return int(status[:3]), headers, content


def environ_of(scope: Scope, body: bytes) -> WSGIEnvironment:
    """Say in WSGI's terms (PEP 3333) what is asked."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _address(scope: Scope) -> str:
    return scope.client.rpartition(":")[0]


async def _next(chunks: Any) -> bytes | None:
    try:
        # granian says at the call, not when awaited, that there is no more.
        return bytes(await anext(chunks))
    except StopAsyncIteration:
        return None


def _plain(channel: Channel, status: HTTPStatus, *headers: tuple[str, str]) -> None:
    """Answer without the application, and close, for of the request there may be more to come."""
    said = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    words = f"{status.value} {status.phrase}\n".encode()
    channel.response_bytes(status.value, [*said, ("Connection", "close"), *headers], words)
