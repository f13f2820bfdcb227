"""One at a time, a short line, and a word with the time to come again for the others."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest

from geomap.app import create_app
from geomap.app.http.turnstile import (
    HEAVY,
    READING,
    REPORTS,
    BusyError,
    Shares,
    Turnstile,
    asker,
    give_back,
    made_once,
)
from geomap.app.pages import report
from geomap.app.queues import AT_ONCE, LINES, MADE_ONCE
from geomap.atlas import Atlas
from geomap.errors import ServeError, Text
from geomap.settings import THIS_MACHINE, Settings

WHAT = Text("正在画另一张图", "another image is being drawn")


def test_whoever_does_not_fit_into_the_line_is_told_at_once() -> None:
    gate = Turnstile(WHAT, waiting=0, patience_s=10, retry_s=7)
    expected = pytest.raises(BusyError, match="正在画另一张图，请 7 秒后再试")
    with gate.passed(), expected as said, gate.passed():
        pass
    assert (said.value.status, said.value.retry_after) == (503, 7)
    with gate.passed():
        pass


def test_a_line_that_does_not_move_is_left_and_its_place_is_free_again() -> None:
    gate = Turnstile(WHAT, waiting=1, patience_s=0.01, retry_s=7)
    with gate.passed():
        for _ in range(2):
            with pytest.raises(BusyError), gate.passed():
                pass


def test_one_is_inside_at_a_time_and_all_in_line_get_their_turn() -> None:
    gate = Turnstile(WHAT, waiting=7, patience_s=60, retry_s=7)
    inside, most = threading.Semaphore(1), []

    def go(number: int) -> int:
        with gate.passed():
            most.append(inside.acquire(blocking=False))
            inside.release()
        return number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(go, range(8))) == list(range(8))
    assert most == [True] * 8


def test_a_fault_inside_frees_the_place() -> None:
    gate = Turnstile(WHAT, waiting=0, patience_s=0.01, retry_s=7)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.passed():
            1 / 0  # noqa: B018


@contextmanager
def full(*lines: Turnstile, who: str = "", places: int | None = None) -> Iterator[None]:
    """Hold all places of lines, or as many as are told."""
    with ExitStack() as held:
        for line in lines:
            for _ in range(line.places if places is None else places):
                assert line._shares.take(who)
                held.callback(line._shares.give, who)
        yield


@pytest.mark.slow
def test_every_address_stands_in_line_but_those_that_are_named_quick(atlas: Atlas) -> None:
    app = create_app(replace(atlas))  # of which nothing is kept yet
    assert set(app.view_functions) >= AT_ONCE | MADE_ONCE | set(LINES)
    client, refused = app.test_client(), set()
    with full(HEAVY, READING, REPORTS):
        for rule in app.url_map.iter_rules():
            path = re.sub("<any.*?>", "zh", re.sub("<kind>", "docx", rule.rule))
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            answer = client.open(re.sub("<.*?>", "none", path), method=method)
            if answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0
                refused.add(rule.endpoint)
    assert refused == set(app.view_functions) - AT_ONCE


def test_what_is_kept_is_given_however_long_the_line(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    pages = ["/", "/conflicts", "/siting"]
    assert [client.get(page).status_code for page in pages] == [200] * 3
    with full(HEAVY):
        # With a parameter that counts, so that the answer is not one from memory.
        asked = [f"{page}?lang=zh" for page in pages]
        assert [client.get(page).status_code for page in asked] == [200] * 3


def test_one_client_has_half_of_a_line_and_leaves_the_rest_to_others(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()

    def ask(address: str, forwarded: str = "") -> int:
        said = {"X-Forwarded-For": forwarded} if forwarded else {}
        at = {"REMOTE_ADDR": address}
        return client.get("/progress.json", environ_base=at, headers=said).status_code

    with full(HEAVY, who="10.0.0.1", places=HEAVY.places // 2):
        assert ask("10.0.0.1") == 503
        # Only of a proxy is it believed for whom it asks.
        assert ask("127.0.0.1", "10.0.0.2, 10.0.0.1") == 503
        assert ask("10.0.0.1", "10.0.0.2") == 503
        assert ask("127.0.0.1", "10.0.0.1, 10.0.0.2") == 200
        assert ask("10.0.0.2") == ask("127.0.0.1") == 200


def test_a_share_is_half_and_free_again_when_it_is_given_back() -> None:
    places = Shares(5)
    assert [places.take("a") for _ in range(3)] == [True, True, False]
    assert [places.take("") for _ in range(4)] == [True, True, True, False]
    assert not places.take("b")
    places.give("a")
    assert [places.take("b"), places.take("a")] == [True, False]
    assert Shares(1).take("a")


def test_whoever_was_served_last_lets_another_go_first() -> None:
    gate, order = Turnstile(WHAT, waiting=7, patience_s=60, retry_s=7), []

    def go(who: str) -> None:
        with gate.passed(who):
            order.append(who)

    with ThreadPoolExecutor(8) as pool, gate.passed("a"):
        for number, who in enumerate(["a", "a", "a", "b"], 1):
            pool.submit(go, who)
            while len(gate._line) < number:
                time.sleep(0.001)
    assert order == ["b", "a", "a", "a"]


@pytest.mark.parametrize(
    ("address", "forwarded", "who"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.9", "10.0.0.1"),
        ("127.0.0.1", "", ""),
        ("::1", "10.0.0.9", "10.0.0.9"),
        ("10.7.0.1", "10.0.0.8, 10.0.0.9, 10.7.0.2", "10.0.0.9"),
        ("127.0.0.1", "unknown", ""),
        ("::ffff:10.0.0.1", "", "10.0.0.1"),
        # One client has as many addresses of its own network as it likes.
        ("[2001:db8:0:1::5]", "", "2001:db8:0:1::/64"),
    ],
)
def test_whose_share_a_request_counts_for(address: str, forwarded: str, who: str) -> None:
    proxies = (*THIS_MACHINE, ip_network("10.7.0.0/24"))
    assert asker(address, forwarded, proxies) == who


def test_proxies_are_addresses_or_networks() -> None:
    given = Settings.from_env({"GEOMAP_PROXIES": "10.1.2.3，10.2.0.0/24"}).proxies
    assert [str(one) for one in given] == ["10.1.2.3/32", "10.2.0.0/24"]
    assert Settings.from_env({}).proxies == THIS_MACHINE
    with pytest.raises(ServeError, match="GEOMAP_PROXIES=proxy"):
        Settings.from_env({"GEOMAP_PROXIES": "proxy"})


def test_what_is_made_once_is_made_by_one_and_found_by_all_who_waited() -> None:
    made = []

    @made_once(Turnstile(WHAT, waiting=7, patience_s=60, retry_s=7), 1)
    def make(what: str) -> str:
        made.append(what)
        return what

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(make, "aaaaaaaa")) == {"a"}
    assert made == ["a"]
    assert [make("b"), make("a"), make("a")] == ["b", "a", "a"]
    assert made == ["a", "b", "a"]  # the last one is kept, no more


def test_what_a_report_took_of_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(report, "report_pack", lambda *_: done.append("made"))
    monkeypatch.setattr(report, "give_back", lambda: done.append("given back"))
    report._made.__wrapped__(None, "docx", None)  # type: ignore[arg-type]
    assert done == ["made", "given back"]
    give_back()  # whatever the C library
