"""Work in a child process: what comes back, and what becomes of a child that goes over its allowed.

The functions that are called are those of Python itself, so that a child has little to load.
"""

from __future__ import annotations

import importlib
import os
import pickle
import pkgutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import geomap
from geomap import confined as module
from geomap.app.http.turnstile import BusyError
from geomap.confined import Allowance, UnreadableError, confined, ready
from geomap.errors import (
    CrsError,
    Finding,
    GeomapError,
    NotFoundError,
    ReleaseError,
    ServeError,
    SettingsError,
    TableError,
    Text,
)
from geomap.files import DiskError
from geomap.parcel import packed
from geomap.settings import rules_from

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is held to on Linux only")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
FAULT = Finding("点.csv", 3, "lon", Text("空着", "is empty"), Text("填上", "fill it in"))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the children of a test apart from those of others."""
    idle = module._Idle()
    monkeypatch.setattr(module, "_idle", idle)
    yield
    if child := idle.take():
        child.end()


def call(work: Callable[..., Any], *args: Any, memory_mb: int = 100, seconds: float = 20) -> Any:
    return confined(Allowance(memory_mb, seconds), "点.csv", (), work, *args)


def said(work: Callable[..., Any], *args: Any, **allowed: Any) -> str:
    with pytest.raises(UnreadableError) as told:
        call(work, *args, **allowed)
    assert told.value.status == 422
    return told.value.text.zh


@pytest.mark.slow
def test_a_child_serves_again_and_one_that_ended_is_replaced() -> None:
    first = call(os.getpid)
    assert first != os.getpid()
    assert call(os.getpid) == first
    assert said(int, "x").startswith("读取 点.csv 时中断")  # no error of the product's
    assert call(os.getpid) == first
    assert said(os._exit, 0).startswith("读取 点.csv 时中断")
    assert call(os.getpid) != first


@LINUX
@pytest.mark.slow
def test_what_takes_more_memory_than_it_may_is_stopped_and_the_server_takes_none() -> None:
    assert "所需内存超过 100 MB" in said(bytearray, 150 * 2**20)
    assert len(call(bytes, 2**20)) == 2**20


@pytest.mark.slow
def test_what_takes_too_long_is_killed_whether_it_waits_or_works() -> None:
    call(abs, 1)
    assert "用时超过 0.1 秒" in said(time.sleep, 100, seconds=0.1)
    call(abs, 1)
    assert "用时超过 0.1 秒" in said(sum, range(10**12), seconds=0.1)  # never gives up the lock


@POSIX
def test_a_child_that_dies_by_a_signal_is_told_of() -> None:
    assert "时中断" in said(os.abort)


@pytest.mark.slow
def test_a_result_that_would_fill_the_server_is_not_taken() -> None:
    assert "过大" in said(bytes, module.MOST_BYTES + 1, memory_mb=300)


@pytest.mark.slow
def test_two_at_a_time_have_a_child_each_and_one_of_them_is_kept() -> None:
    meet = threading.Barrier(2)

    def go(_: int) -> int:
        meet.wait()
        call(time.sleep, 0.05)
        found: int = call(os.getpid)
        return found

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, range(2)))
    kept = call(os.getpid)
    assert call(os.getpid) == kept


def test_a_child_that_was_readied_is_the_one_that_serves() -> None:
    ready(("colorsys",))
    ready(("colorsys",))
    child = module._idle.take()
    assert child is not None
    module._idle.put(child)
    assert call(eval, "'colorsys' in __import__('sys').modules")
    assert call(eval, "'cmd' in __import__('sys').modules") is False


@pytest.mark.slow
def test_a_child_that_waits_in_vain_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    call(abs, 1)
    timer = module._idle._timer
    assert timer is not None
    timer.join()
    assert module._idle.take() is None


def test_the_system_may_refuse_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    with pytest.raises(OSError, match="temporarily"):
        call(abs, 1)


# --- errors travel whole --------------------------------------------------------------------------


def classes(of: type[GeomapError] = GeomapError) -> set[type[GeomapError]]:
    for found in pkgutil.walk_packages(geomap.__path__, "geomap."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    deeper = {one for below in of.__subclasses__() for one in _below(below)}
    return {of, *deeper}


def _below(one: type[GeomapError]) -> set[type[GeomapError]]:
    return {one, *(deeper for below in one.__subclasses__() for deeper in _below(below))}


ERRORS = (
    GeomapError("甲", "a"),
    ReleaseError("data", [FAULT]),
    TableError("点.csv", [FAULT, FAULT, FAULT]).shortened(1),
    NotFoundError(Text("年份", "year"), 2020, [2021]),
    SettingsError([("radius", Text("太大", "too large"))]),
    CrsError("点", "EPSG:3857"),
    ServeError("端口", "port"),
    DiskError(Path("a"), OSError(28, "full")),
    BusyError(Text("正忙", "busy"), 7),
    UnreadableError("点.csv", Text("中断", "broke off")),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda one: type(one).__name__)
def test_an_error_travels_with_all_that_it_carries(error: GeomapError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.slow
def test_no_class_of_errors_is_lost_on_the_way_whatever_it_is_made_of() -> None:
    for one in classes():
        error = one.__new__(one, "甲 / a")
        error.text = Text("甲", "a")
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.text, again.args) == (one, error.text, ("甲 / a",))


def test_an_error_of_the_product_comes_out_of_the_child_as_it_was_raised() -> None:
    with pytest.raises(ServeError, match="GEOMAP_SMALL_COUNT=x") as told:
        call(rules_from, {"GEOMAP_SMALL_COUNT": "x"})
    assert "2 至 1000" in told.value.text.zh
    pid = call(os.getpid)
    with pytest.raises(ServeError):
        call(rules_from, {"GEOMAP_SMALL_COUNT": "x"})
    assert call(os.getpid) == pid  # a fault of a file is no fault of the child


@pytest.mark.parametrize(
    "said",
    [
        pickle.dumps(("done", True, FAULT)),
        packed(("raised", True, "no error")),
        packed(("odd", True, None)),
        packed("x"),
    ],
    ids=["pickle", "raised", "kind", "shape"],
)
@pytest.mark.slow
def test_a_child_that_was_taken_over_is_ended_and_what_it_says_is_not_opened(
    said: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pid = call(os.getpid)
    child = module._idle.take()
    assert child is not None
    monkeypatch.setattr(child._pipe, "recv_bytes", lambda *_: said, raising=False)
    module._idle.put(child)
    with pytest.raises(UnreadableError, match="时中断"):
        call(abs, 1)
    assert "said what no child says" in caplog.text
    assert call(os.getpid) != pid
