"""The gateway by itself: what a request costs before and after it has come whole."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from geomap.app.http import gateway
from geomap.app.http.gateway import Gateway
from geomap.app.http.turnstile import Shares

Result = TypeVar("Result")


@pytest.fixture(autouse=True)
def _refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "REFUSED_S", 0.0)


@dataclass
class Asked:
    """A request as granian tells it."""

    method: str = "POST"
    path: str = "/地图"
    query_string: str = "a=%20"
    headers: dict[str, str] = field(default_factory=dict)
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.2:5000"
    scheme: str = "http"


@dataclass
class Sent:
    """The other side: sends the parts, then waits for ever where there is a None."""

    parts: tuple[bytes | None, ...] = ()
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if part is None:
                await asyncio.Event().wait()
            else:
                yield part

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, dict(headers), body))


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("X-Path", environ["PATH_INFO"])])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read()]


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run in a thread of its own: in this one, browser tests may have left their loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def ask(gate: Gateway, asked: Asked, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    run(gate.__rsgi__(asked, sent))
    (answer,) = sent.answers
    return answer


def test_a_request_reaches_the_application_whole() -> None:
    status, headers, body = ask(Gateway(echo, threads=1, largest=9), Asked(), Sent((b"ab", b"c")))
    assert (status, body) == (200, b"POST abc")
    assert headers["X-Path"].encode("latin-1").decode() == "/地图"


def test_what_is_asked_is_said_in_the_terms_of_wsgi() -> None:
    headers = {"content-type": "text/csv", "content-length": "2", "x-forwarded-for": "10.0.0.1"}
    environ = gateway.environ_of(Asked(headers=headers), b"ab")
    told = {name: environ[name] for name in environ if name.isupper()}
    assert told == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/\xe5\x9c\xb0\xe5\x9b\xbe",
        "QUERY_STRING": "a=%20",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.2",
        "CONTENT_TYPE": "text/csv",
        "CONTENT_LENGTH": "2",
        "HTTP_X_FORWARDED_FOR": "10.0.0.1",
    }
    assert isinstance(environ["wsgi.input"], io.BytesIO)


def test_a_client_that_pauses_is_given_up_and_no_thread_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "PAUSE_S", 0.01)

    def untouched(*_: Any) -> Iterable[bytes]:
        raise AssertionError("a thread was taken")

    status, headers, _ = ask(Gateway(untouched, threads=1, largest=9), Asked(), Sent((b"a", None)))
    assert (status, headers["Connection"]) == (408, "close")


def test_a_body_that_drips_is_given_up_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "BODY_S", 0.0)
    status, _, _ = ask(Gateway(echo, threads=1, largest=9), Asked(), Sent((None,)))
    assert status == 408


def test_a_body_that_grows_beyond_the_largest_is_cut_off() -> None:
    status, _, _ = ask(Gateway(echo, threads=1, largest=3), Asked(), Sent((b"ab", b"cd")))
    assert status == 413


def test_a_body_that_says_it_is_too_large_is_left_to_the_application_unread() -> None:
    asked, sent = Asked(headers={"content-length": "4"}), Sent((None,))
    assert ask(Gateway(echo, threads=1, largest=3), asked, sent)[2] == b"POST "


def test_no_body_is_waited_for_where_there_is_none() -> None:
    assert ask(Gateway(echo, threads=1, largest=9), Asked("GET"), Sent((None,)))[2] == b"GET "


def test_whoever_watches_the_service_is_answered_while_all_threads_are_busy() -> None:
    go = threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            go.wait(10)
        return echo(environ, start)

    async def watched() -> list[Sent]:
        gate = Gateway(slow, threads=1, largest=9)
        busy, health, style = Sent(), Sent(), Sent()
        asking = asyncio.create_task(gate.__rsgi__(Asked("GET", "/slow"), busy))
        await gate.__rsgi__(Asked("GET", "/healthz"), health)
        await gate.__rsgi__(Asked("GET", "/static/geomap.css"), style)
        answered = [*health.answers, *style.answers]
        assert not busy.answers
        go.set()
        await asking
        return answered

    assert [status for status, _, _ in run(watched())] == [200, 200]


def test_more_than_can_wait_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "MOST_WAITING", 1)
    go = threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        go.wait(10)
        return echo(environ, start)

    async def three() -> list[Sent]:
        gate = Gateway(slow, threads=1, largest=9)
        sent = [Sent(), Sent(), Sent()]
        asking = [asyncio.create_task(gate.__rsgi__(Asked("GET"), one)) for one in sent]
        await asking[2]
        go.set()
        await asyncio.gather(*asking)
        return sent

    answers = [one.answers[0] for one in run(three())]
    assert [status for status, _, _ in answers] == [200, 200, 503]
    assert answers[2][1]["Retry-After"] == "5"


def test_whoever_is_refused_as_too_many_is_told_so_after_a_pause_that_takes_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    def busy(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("503 SERVICE UNAVAILABLE" if environ["PATH_INFO"] == "/busy" else "200 OK", [])
        return []

    monkeypatch.setattr(gateway, "REFUSED_S", 2.0)
    monkeypatch.setattr(gateway.asyncio, "sleep", sleep)
    gate = Gateway(busy, threads=1, largest=9)
    assert [ask(gate, Asked("GET", path), Sent())[0] for path in ("/", "/busy")] == [200, 503]
    monkeypatch.setattr(gate, "_shares", Shares(0))
    assert ask(gate, Asked("GET", "/"), Sent())[0] == 503
    assert paused == [2.0, 2.0]


def test_bodies_that_are_held_have_a_limit_and_one_client_half_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "MOST_HELD_BYTES", 8)

    async def several() -> list[Sent]:
        gate = Gateway(echo, threads=1, largest=9)
        sent = []
        for client, length in [("10.0.0.1", 4), ("10.0.0.1", 1), ("10.0.0.2", 4), ("10.0.0.3", 1)]:
            said = {"content-length": str(length)}
            sent.append(Sent((None,)))
            asked = Asked(client=f"{client}:5000", headers=said)
            asking.append(asyncio.create_task(gate.__rsgi__(asked, sent[-1])))
        # Those whose bodies never come are held, and nothing stands in the way of who sends none.
        sent.append(Sent())
        await gate.__rsgi__(Asked("GET", client="10.0.0.1:5000"), sent[-1])
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await gate.__rsgi__(Asked(headers={"content-length": "8"}), Sent((b"12345678",)))
        return sent

    asking: list[asyncio.Task[None]] = []
    statuses = [[status for status, _, _ in one.answers] for one in run(several())]
    assert statuses == [[], [503], [], [503], [200]]


def test_a_length_of_thousands_of_digits_is_not_even_read_as_a_number() -> None:
    asked, sent = Asked(headers={"content-length": "9" * 5000}), Sent((None,))
    assert ask(Gateway(echo, threads=1, largest=3), asked, sent)[2] == b"POST "


def test_one_client_waits_for_half_of_the_threads_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "MOST_WAITING", 3)
    go = threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        go.wait(10)
        return echo(environ, start)

    async def several(clients: tuple[str, ...]) -> list[Sent]:
        gate = Gateway(slow, threads=1, largest=9)
        sent = [Sent() for _ in clients]
        asking = [
            asyncio.create_task(gate.__rsgi__(Asked("GET", client=f"{client}:5000"), one))
            for client, one in zip(clients, sent, strict=True)
        ]
        await asking[2]
        go.set()
        await asyncio.gather(*asking)
        return sent

    answers = run(several(("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2")))
    assert [one.answers[0][0] for one in answers] == [200, 200, 503, 200]
