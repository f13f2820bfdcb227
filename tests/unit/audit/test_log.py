"""The file of the record: an entry is a line, and what is done to it shows."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geomap.audit import log as audit
from geomap.audit.chain import verify_chain
from geomap.audit.log import AuditError, Departure, Log, default_path, entries, files_of
from geomap.errors import ServeError
from geomap.settings import log_from

NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)
BUTTON = Departure("data", "csv", "public", "abc", "population", 2020, "/export.csv?…", "人口.csv")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log" / "audit.jsonl", required=True)


def kept(log: Log) -> list[dict[str, Any]]:
    return list(entries(log, event="export"))


def put_down(log: Log, number: int = 1) -> None:
    for one in range(number):
        log.note("upload", by="10.0.0.7", when=NOON, name=f"{one}.csv")


# --- the file -------------------------------------------------------------------------------------


def test_an_entry_says_what_left_when_for_whom_from_which_release(log: Log) -> None:
    log.record("人口".encode(), BUTTON, by="10.0.0.7", when=NOON)
    assert log.path is not None
    line = log.path.read_text(encoding="utf-8")
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "n": 1, "prev": "", "event": "export",
        "when": "2025-03-01T04:00:00+00:00", "by": "10.0.0.7", "what": "data", "format": "csv",
        "audience": "public", "release": "abc", "indicator": "population", "year": 2020,
        "request": "/export.csv?…", "name": "人口.csv", "bytes": 6,
        "sha256": hashlib.sha256("人口".encode()).hexdigest(),
    }  # fmt: skip


def test_only_its_owner_may_read_the_log(log: Log) -> None:
    log.record(b"a", BUTTON, by="a", when=NOON)
    assert log.path is not None
    assert os.name == "nt" or log.path.stat().st_mode & 0o777 == 0o600


def test_a_name_with_line_breaks_is_still_one_entry(log: Log) -> None:
    name = 'a\n{"by": "forged"}\u2028\x1b[2J'
    log.record(b"", Departure("data", "csv", "public", "abc", name=name), by="a", when=NOON)
    (entry,) = kept(log)
    assert (entry["name"], entry["by"]) == (name, "a")


@pytest.mark.slow
def test_processes_that_write_at_once_lose_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    program = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from geomap.audit.log import Log\n"
        "log = Log(Path(sys.argv[1]), required=True, file_bytes=2_000, kept_files=100)\n"
        "for one in range(20):\n"
        "    log.note('upload', by=sys.argv[2], when=datetime.now(UTC), number=one)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, path, one]) for one in "ab"]
    assert [one.wait() for one in writers] == [0, 0]
    found = [(one["by"], one["number"]) for one in entries(Log(path), event="upload")]
    assert sorted(found) == [(by, one) for by in "ab" for one in range(20)]
    assert len(files_of(path)) > 2  # put aside on the way, several times
    assert (verify_chain(Log(path)).breaks, verify_chain(Log(path)).first) == ((), 1)


def test_a_log_that_has_grown_is_put_aside_and_read_all_the_same(tmp_path: Path) -> None:
    log = Log(tmp_path / "audit.jsonl", file_bytes=800)
    for number in range(5):
        log.record(b"x" * number, BUTTON, by="a", when=NOON)
    assert len(files_of(tmp_path / "audit.jsonl")) > 1
    assert sorted(entry["bytes"] for entry in kept(log)) == [0, 1, 2, 3, 4]


def test_an_entry_after_one_cut_short_stands_on_a_line_of_its_own(log: Log) -> None:
    log.record(b"a", BUTTON, by="a", when=NOON)
    assert log.path is not None
    with log.path.open("ab") as opened:
        opened.write(b'{"when": "2025-03-01T04')
    log.record(b"bb", BUTTON, by="a", when=NOON)
    first, damaged, last = entries(log)
    assert (first["bytes"], last["bytes"]) == (1, 2)
    assert damaged == {"damaged": '{"when": "2025-03-01T04'}
    assert [(one.line, one.what.en) for one in verify_chain(log).breaks] == [(2, "a damaged line")]


# --- what is done to it ---------------------------------------------------------------------------


def lines(log: Log) -> list[str]:
    assert log.path is not None
    return log.path.read_text(encoding="utf-8").splitlines(keepends=True)


def rewrite(log: Log, text: list[str]) -> None:
    assert log.path is not None
    log.path.write_text("".join(text), encoding="utf-8")


def broken(log: Log) -> list[int]:
    """Give the lines at which the chain breaks, the first two; 0 is the end."""
    return [one.line for one in verify_chain(log).breaks][:2]


def test_a_record_that_nobody_touched_is_whole(log: Log) -> None:
    put_down(log, 3)
    found = verify_chain(log)
    assert (found.breaks, found.first, found.last, found.entries) == ((), 1, 3, 3)
    assert found.hash == hashlib.sha256(lines(log)[-1].strip().encode()).hexdigest()
    assert verify_chain(Log()).breaks == ()


def test_a_record_that_was_seen_to_be_writable_first_is_whole_as_a_server_begins_it(
    log: Log,
) -> None:
    log.check()
    put_down(log, 2)
    assert json.loads(lines(log)[0])["prev"] == ""
    assert broken(log) == []


def test_a_record_whose_name_has_no_ending_is_whole_and_put_aside_as_any(tmp_path: Path) -> None:
    log = Log(tmp_path / "record", required=True, file_bytes=300)
    put_down(log, 9)
    assert (tmp_path / "record.000001").exists()
    assert broken(log) == []
    assert [one["name"] for one in entries(log, event="upload")] == [f"{n}.csv" for n in range(9)]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_was_edited_shows(log: Log, at: int) -> None:
    put_down(log, 3)
    text = lines(log)
    text[at] = text[at].replace("10.0.0.7", "10.0.0.8")
    rewrite(log, text)
    # The line after an edited one no longer holds to it; after the last stands the note of it.
    assert broken(log) == [[2], [3], [0]][at]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_was_taken_out_shows(log: Log, at: int) -> None:
    put_down(log, 3)
    text = lines(log)
    del text[at]
    rewrite(log, text)
    assert broken(log) == [[1], [2], [0]][at]


def test_lines_that_changed_places_show(log: Log) -> None:
    put_down(log, 3)
    first, second, third = lines(log)
    rewrite(log, [second, first, third])
    assert broken(log)[0] == 1


def test_an_end_that_was_cut_off_shows_also_when_more_was_written_since(log: Log) -> None:
    put_down(log, 3)
    rewrite(log, lines(log)[:1])
    assert broken(log) == [0]
    put_down(log)
    assert broken(log) == [2]


def test_a_record_that_was_emptied_or_begun_anew_shows(log: Log) -> None:
    put_down(log, 3)
    assert log.path is not None
    log.path.unlink()
    assert broken(log) == [0]
    put_down(log)
    assert broken(log) == [1]
    log.path.with_name("audit.jsonl.head").unlink()
    assert broken(log)[-1] == 0


def test_a_file_put_aside_that_is_missing_or_edited_shows(tmp_path: Path) -> None:
    log = Log(tmp_path / "audit.jsonl", file_bytes=500)
    put_down(log, 9)
    first, second, *_ = files_of(tmp_path / "audit.jsonl")
    assert verify_chain(log).breaks == ()
    before = second.read_bytes()
    second.unlink()
    assert broken(log) == [1]
    second.write_bytes(before.replace(b"10.0.0.7", b"10.0.0.8", 1))
    assert broken(log)
    second.write_bytes(before)
    text = first.read_bytes().split(b"\n", 1)[1]
    first.write_bytes(text)
    assert broken(log) == [1]


def test_the_oldest_files_go_and_what_is_left_is_whole(tmp_path: Path) -> None:
    log = Log(tmp_path / "audit.jsonl", file_bytes=500, kept_files=2)
    put_down(log, 20)
    found = verify_chain(log)
    assert (found.breaks, found.first > 1) == ((), True)
    assert sum(one.stat().st_size for one in files_of(tmp_path / "audit.jsonl")) < 3_000
    begun = next(entries(log))
    assert (begun["event"], begun["n"]) == ("continued", found.first)


@pytest.mark.slow
def test_what_is_sent_without_end_pushes_no_change_of_the_data_and_few_exports_out(
    tmp_path: Path,
) -> None:
    log = Log(tmp_path / "audit.jsonl", file_bytes=6_000, kept_files=2)
    log.note("data", by="cli:a@b", when=NOON, what="导入 own，9 行")
    log.record(b"a", BUTTON, by="a", when=NOON)
    put_down(log, 150)
    kept = [(one["event"], one["first"]) for one in entries(log) if "first" in one]
    assert kept == [("data", 1), ("export", 2)]
    assert (verify_chain(log).breaks, verify_chain(log).first > 2) == ((), True)
    for _ in range(60):  # these have the share to themselves, but for what comes before them
        log.record(b"b", BUTTON, by="a", when=NOON)
    assert [one["first"] for one in entries(log, event="data")] == [1]
    assert verify_chain(log).breaks == ()
    assert sum(one.stat().st_size for one in files_of(tmp_path / "audit.jsonl")) < 21_000


def test_lines_of_a_version_without_a_chain_are_told_and_chained_to(log: Log) -> None:
    assert log.path is not None
    log.path.parent.mkdir()
    log.path.write_text('{"when": "2024-03-01T04:00:00+00:00", "what": "map"}\n', "utf-8")
    put_down(log, 2)
    found = verify_chain(log)
    assert (found.breaks, found.older, found.entries) == ((), 1, 2)
    rewrite(log, [lines(log)[0].replace("map", "csv"), *lines(log)[1:]])
    assert broken(log) == [2]


def test_a_full_disk_is_told_and_lets_nothing_leave(
    log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(audit.os, "write", lambda *_: 3)
    file = tmp_path / "a.csv"
    file.write_bytes(b"a")
    with pytest.raises(AuditError, match="磁盘已满"):
        log.record_file(file, BUTTON, by="a", when=NOON)
    assert not file.exists()


def test_without_need_a_log_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    log = Log(tmp_path / "file" / "audit.jsonl")
    with caplog.at_level(logging.WARNING):
        log.record(b"a", BUTTON, by="a", when=NOON)
        log.record(b"a", BUTTON, by="a", when=NOON)
    assert len(caplog.records) == 1
    assert "没有记录" in caplog.text


def test_without_a_log_nothing_is_kept() -> None:
    log = Log()
    log.check()
    log.record(b"a", BUTTON, by="a", when=NOON)
    assert kept(log) == []


# --- settings -------------------------------------------------------------------------------------


def test_a_log_that_was_asked_for_is_required_and_the_usual_one_is_not() -> None:
    assert log_from({"GEOMAP_AUDIT_LOG": "a.jsonl"}) == Log(Path("a.jsonl"), required=True)
    assert log_from({"XDG_STATE_HOME": "/s", "LOCALAPPDATA": "/s"}) == Log(
        Path("/s/geomap/audit.jsonl"), required=False
    )
    assert log_from({"GEOMAP_AUDIT_LOG": "off"}).path is None
    former = {"GEOMAP_EXPORT_LOG": "a.jsonl", "GEOMAP_EXPORT_LOG_REQUIRED": "true"}
    assert log_from(former) == log_from({"GEOMAP_AUDIT_LOG": "a.jsonl"})
    assert log_from({"GEOMAP_AUDIT_MB": "50"}).kept_files == 4  # beside the one that is written
    asked = {"GEOMAP_AUDIT_LOG": "a.jsonl", "GEOMAP_AUDIT_LOG_REQUIRED": "false"}
    assert not log_from(asked).required
    with pytest.raises(ServeError, match="GEOMAP_AUDIT_LOG_REQUIRED"):
        log_from({"GEOMAP_AUDIT_LOG_REQUIRED": "perhaps"})


def test_the_usual_log_is_in_the_home_of_the_user() -> None:
    assert default_path({}).is_absolute()
    assert default_path({}).name == "audit.jsonl"
