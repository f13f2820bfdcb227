"""Jobs: begun in one process, told of, cancelled and fetched from any; bounded; never silent."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geomap.app.http.jobs import Control, Jobs, Limits
from geomap.app.http.turnstile import BusyError
from geomap.errors import NotFoundError, RequestError


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Give what jobs of a test wait for; opened at its end."""
    event = threading.Event()
    yield event
    event.set()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(jobs: Jobs, job: str) -> dict[str, Any]:
    until(lambda: jobs.state(job)["state"] not in ("waiting", "running"))
    return jobs.state(job)


def until_stopped(control: Control) -> dict[str, Any]:
    """Work until cancelled, telling how far it is."""
    while not control.should_stop():
        control.tell(gap=0.5)
        time.sleep(0.01)
    return {"best": 3}


def test_a_job_gives_its_result_to_whoever_shares_the_spool(tmp_path: Path) -> None:
    jobs, other = Jobs(tmp_path), Jobs(tmp_path)
    job = jobs.start(lambda _: {"chosen": ["甲"]})
    assert ended(other, job)["state"] == "done"
    assert other.result(job) == {"chosen": ["甲"]}


def test_a_job_is_cancelled_from_another_process_and_keeps_the_best_so_far(tmp_path: Path) -> None:
    jobs, other = Jobs(tmp_path), Jobs(tmp_path)
    job = jobs.start(until_stopped)
    until(lambda: other.state(job)["progress"] == {"gap": 0.5})
    other.cancel(job)
    assert ended(other, job)["state"] == "cancelled"
    assert other.result(job) == {"best": 3}


def test_a_job_that_waits_can_be_cancelled_and_has_nothing_to_give(
    tmp_path: Path, gate: threading.Event
) -> None:
    jobs = Jobs(tmp_path, Limits(running=1))
    jobs.start(lambda _: {"ok": gate.wait()})
    second = jobs.start(lambda _: {"never": True})
    assert jobs.state(second)["state"] == "waiting"
    jobs.cancel(second)
    assert ended(jobs, second)["state"] == "cancelled"
    with pytest.raises(NotFoundError):
        jobs.result(second)


def test_more_jobs_than_may_wait_are_refused_until_one_has_ended(
    tmp_path: Path, gate: threading.Event
) -> None:
    jobs = Jobs(tmp_path, Limits(running=1, waiting=1, retry_s=7))
    first = jobs.start(lambda _: {"ok": gate.wait()})
    jobs.start(lambda _: {})
    with pytest.raises(BusyError, match="已有 1 个计算在等待，请 7 秒后再试"):
        jobs.start(lambda _: {})
    gate.set()
    ended(jobs, first)
    until(lambda: not jobs._mine)
    assert ended(jobs, jobs.start(lambda _: {}))["state"] == "done"


def test_one_client_has_half_of_the_jobs_at_most(tmp_path: Path, gate: threading.Event) -> None:
    jobs = Jobs(tmp_path, Limits(running=1, waiting=3))
    for _ in range(2):
        jobs.start(lambda _: {"ok": gate.wait()}, "10.0.0.1")
    with pytest.raises(BusyError):
        jobs.start(lambda _: {}, "10.0.0.1")
    jobs.start(lambda _: {}, "10.0.0.2")
    gate.set()
    until(lambda: not jobs._mine)
    jobs.start(lambda _: {}, "10.0.0.1")


def test_a_fault_of_the_user_is_said_and_one_of_ours_gets_a_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: Control) -> dict[str, Any]:
        raise RequestError("没有需求", "no demand")

    def fail(_: Control) -> dict[str, Any]:
        raise ZeroDivisionError("secret")

    jobs = Jobs(tmp_path)
    said = ended(jobs, jobs.start(refuse))
    assert (said["state"], said["error"]) == ("failed", {"zh": "没有需求", "en": "no demand"})
    said = ended(jobs, jobs.start(fail))
    assert said["error"]["zh"].startswith("计算中出现内部错误，请把编号 ")
    assert "secret" not in json.dumps(said)
    assert "ZeroDivisionError" in caplog.text


def test_a_job_whose_process_has_died_is_lost(tmp_path: Path) -> None:
    home = tmp_path / ("a" * 32)
    home.mkdir()
    (home / "state.json").write_text('{"state": "running", "begun": 0}')
    (home / "alive").touch()
    jobs = Jobs(tmp_path)
    assert jobs.state("a" * 32)["state"] == "running"
    os.utime(home / "alive", (0, 0))
    assert jobs.state("a" * 32)["state"] == "lost"


@pytest.mark.parametrize(
    "job", ["", "..", "../" + "a" * 29, "a" * 31, "A" * 32, "a" * 32, "tables"]
)
def test_what_is_no_job_is_not_found(tmp_path: Path, job: str) -> None:
    (tmp_path / "tables").mkdir()
    jobs = Jobs(tmp_path)
    for ask in (jobs.state, jobs.result, jobs.cancel):
        with pytest.raises(NotFoundError):
            ask(job)


def test_old_jobs_go_by_age_and_by_number_and_others_files_stay(tmp_path: Path) -> None:
    for number, age in enumerate((20, 30, 40, 9000)):
        home = tmp_path / f"{number:032x}"
        home.mkdir()
        (home / "alive").touch()
        os.utime(home / "alive", (time.time() - age,) * 2)
    (tmp_path / "tables").mkdir()
    jobs = Jobs(tmp_path, Limits(kept=2, kept_s=3600))
    job = jobs.start(lambda _: {})
    ended(jobs, job)
    assert {one.name for one in tmp_path.iterdir()} == {f"{0:032x}", f"{1:032x}", job, "tables"}
