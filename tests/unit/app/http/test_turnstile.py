"""One at a time, a short line, and a word with the time to come again for the others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from geomap.app import create_app
from geomap.app.http.turnstile import HEAVY, BusyError, Turnstile, give_back
from geomap.app.pages import report
from geomap.atlas import Atlas
from geomap.errors import Text

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


@pytest.mark.parametrize(
    "address",
    [
        "/map.html?indicator=population", "/screen?seconds=33", "/progress.xlsx",
        "/progress.docx", "/figure-preview.png?indicator=population",
    ],
)  # fmt: skip
def test_what_takes_a_second_of_the_processor_stands_in_line(atlas: Atlas, address: str) -> None:
    client = create_app(atlas).test_client()
    places = [HEAVY._places for _ in range(2)]
    for one in places:
        one.acquire()
    try:
        full = client.get(address)
    finally:
        for one in places:
            one.release()
    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    assert client.get(address).status_code == 200


def test_what_a_report_took_of_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(report, "report_pack", lambda *_: done.append("made"))
    monkeypatch.setattr(report, "give_back", lambda: done.append("given back"))
    report._made.__wrapped__(None, "docx", None)  # type: ignore[arg-type]
    assert done == ["made", "given back"]
    give_back()  # whatever the C library
