"""The record of what left: nothing leaves without it, nothing is in it that did not leave."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ToyRelease
from flask import Response
from flask.testing import FlaskClient

from geomap import exportlog
from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.audiences import for_audience
from geomap.cli import main
from geomap.errors import ServeError
from geomap.exportlog import Departure, ExportLogError, Log, default_path, entries
from geomap.importer import update_hashes
from geomap.settings import Settings, log_from
from geomap.store import open_release

NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)
BUTTON = Departure("data", "csv", "public", "abc", "population", 2020, "/export.csv?…", "人口.csv")
EXPORT = "/export.csv?indicator=population&year=2020"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log" / "exports.jsonl", required=True)


@pytest.fixture
def client(atlas: Atlas, log: Log) -> FlaskClient:
    return create_app(atlas, settings=Settings(exports=log)).test_client()


def kept(log: Log) -> list[dict[str, Any]]:
    return list(entries(log))


# --- the file -------------------------------------------------------------------------------------


def test_an_entry_says_what_left_when_for_whom_from_which_release(log: Log) -> None:
    log.record("人口".encode(), BUTTON, by="10.0.0.7", when=NOON)
    assert log.path is not None
    line = log.path.read_text(encoding="utf-8")
    assert line.count("\n") == 1
    assert json.loads(line) == {
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


def write_many(path: str, number: int) -> None:
    for _ in range(50):
        Log(Path(path), most_bytes=5_000).record(b"x" * number, BUTTON, by=f"{number}", when=NOON)


def test_processes_that_write_at_once_lose_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "exports.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(str(path), one)) for one in (1, 2, 3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    found = kept(Log(path))
    assert sorted(entry["bytes"] for entry in found) == [1] * 50 + [2] * 50 + [3] * 50
    assert len(list(tmp_path.iterdir())) > 2  # put aside on the way, several times


def test_a_log_that_has_grown_is_put_aside_and_read_all_the_same(tmp_path: Path) -> None:
    log = Log(tmp_path / "exports.jsonl", most_bytes=400)
    for number in range(5):
        log.record(b"x" * number, BUTTON, by="a", when=NOON)
    assert len(list(tmp_path.iterdir())) > 1
    assert sorted(entry["bytes"] for entry in kept(log)) == [0, 1, 2, 3, 4]


def test_an_entry_after_one_cut_short_stands_on_a_line_of_its_own(log: Log) -> None:
    log.record(b"a", BUTTON, by="a", when=NOON)
    assert log.path is not None
    with log.path.open("ab") as opened:
        opened.write(b'{"when": "2025-03-01T04')
    log.record(b"bb", BUTTON, by="a", when=NOON)
    first, damaged, last = kept(log)
    assert (first["bytes"], last["bytes"]) == (1, 2)
    assert damaged == {"damaged": '{"when": "2025-03-01T04'}


def test_a_full_disk_is_told_and_lets_nothing_leave(
    log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(exportlog.os, "write", lambda *_: 3)
    file = tmp_path / "a.csv"
    file.write_bytes(b"a")
    with pytest.raises(ExportLogError, match="磁盘已满"):
        log.record_file(file, BUTTON, by="a", when=NOON)
    assert not file.exists()


def test_without_need_a_log_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    log = Log(tmp_path / "file" / "exports.jsonl")
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
    assert log_from({"GEOMAP_EXPORT_LOG": "a.jsonl"}) == Log(Path("a.jsonl"), required=True)
    assert log_from({"XDG_STATE_HOME": "/s", "LOCALAPPDATA": "/s"}) == Log(
        Path("/s/geomap/exports.jsonl"), required=False
    )
    assert log_from({"GEOMAP_EXPORT_LOG": "off"}).path is None
    asked = {"GEOMAP_EXPORT_LOG": "a.jsonl", "GEOMAP_EXPORT_LOG_REQUIRED": "false"}
    assert not log_from(asked).required
    with pytest.raises(ServeError, match="GEOMAP_EXPORT_LOG_REQUIRED"):
        log_from({"GEOMAP_EXPORT_LOG_REQUIRED": "perhaps"})


def test_the_usual_log_is_in_the_home_of_the_user() -> None:
    assert default_path({}).is_absolute()
    assert default_path({}).name == "exports.jsonl"


# --- by HTTP --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "what", "format_", "indicator", "year"),
    [
        (EXPORT, "data", "csv", "population", 2020),
        ("/export.shp?indicator=population", "data", "shp", "population", 2020),
        ("/figure.svg?indicator=population", "figure", "svg", "population", 2020),
        ("/map.html?indicator=population", "map", "html", "population", 2020),
        ("/progress.xlsx?as_of=2024", "progress", "xlsx", "", None),
        ("/progress.docx?as_of=2024", "progress", "docx", "", None),
    ],
)
def test_every_attachment_leaves_one_entry(
    client: FlaskClient, log: Log, atlas: Atlas, path: str, what: str, format_: str,
    indicator: str, year: int | None,
) -> None:  # fmt: skip
    answer = client.get(path, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    (entry,) = kept(log)
    assert (entry["what"], entry["format"]) == (what, format_)
    assert (entry["indicator"], entry["year"]) == (indicator, year)
    assert (entry["audience"], entry["release"]) == ("public", for_audience(atlas).release)
    assert (entry["by"], entry["request"]) == ("10.1.2.3", path)
    assert entry["bytes"] == len(answer.data)
    assert entry["sha256"] == hashlib.sha256(answer.data).hexdigest()


def test_an_empty_table_holds_nothing_of_a_release(client: FlaskClient, log: Log) -> None:
    client.get("/siting/template/demand.csv")
    (entry,) = kept(log)
    assert (entry["what"], entry["audience"], entry["release"]) == ("template", "public", "")


def test_a_sheet_of_two_indicators_names_neither_as_the_one(client: FlaskClient, log: Log) -> None:
    client.get("/figure.svg?indicator=density&year=2020&compare=population")
    assert [(one["indicator"], one["year"]) for one in kept(log)] == [("", 2020)]


def test_a_siting_file_is_recorded_under_the_release_that_it_was_made_from(
    toy_release: ToyRelease, log: Log, tmp_path: Path
) -> None:
    directory = toy_release()
    spool = str(tmp_path / "spool")
    app = create_app(directory, settings=Settings(exports=log, spool=spool))
    client, first = app.test_client(), for_audience(open_release(directory)).release
    asked = {"kind": "cover", "demand": "seats:population", "existing": "sites:base", "radii": [50]}
    question = {"settings": asked, "audience": "public"}
    job = client.post("/siting/solve", json=question).get_json()["job"]
    while client.get(f"/siting/jobs/{job}").get_json()["state"] in ("waiting", "running"):
        pass
    stats = directory / "stats/plan.csv"
    stats.write_text(stats.read_text("utf-8").replace("初步数", "快报数"), encoding="utf-8")
    update_hashes(directory)
    app.extensions["geomap.releases"]._due = 0.0
    assert client.get("/healthz").get_json()["release"] == open_release(directory).release
    assert for_audience(open_release(directory)).release != first
    file = client.get(f"/siting/jobs/{job}/siting.json").get_json()
    (entry,) = kept(log)
    assert file["release"]["id"] == entry["release"] == first
    assert (entry["what"], entry["format"], entry["indicator"]) == ("siting", "json", "population")
    assert (entry["audience"], entry["name"].endswith(".json")) == ("public", True)


def test_an_attachment_of_which_nobody_tells_does_not_leave(atlas: Atlas, log: Log) -> None:
    app = create_app(atlas, settings=Settings(exports=log))
    headers = {"Content-Disposition": "attachment; filename=a.csv"}
    app.add_url_rule("/untold.csv", view_func=lambda: Response("secret", headers=headers))
    answer = app.test_client().get("/untold.csv")
    assert (answer.status_code, b"secret" in answer.data, kept(log)) == (500, False, [])


def test_asked_twice_it_leaves_twice(client: FlaskClient, log: Log) -> None:
    client.get(EXPORT)
    client.get(EXPORT)
    assert len(kept(log)) == 2


def test_what_is_packed_on_the_way_is_recorded_as_it_arrives(client: FlaskClient, log: Log) -> None:
    plain = client.get(EXPORT).data
    answer = client.get(EXPORT, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert {entry["sha256"] for entry in kept(log)} == {hashlib.sha256(plain).hexdigest()}


def test_what_is_not_sent_is_not_recorded(client: FlaskClient, log: Log) -> None:
    tag = client.get(EXPORT).headers["ETag"]
    assert len(kept(log)) == 1
    assert client.head(EXPORT).status_code == 200
    assert client.get(EXPORT, headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/export.csv?indicator=none").status_code == 404
    assert client.get("/").status_code == 200
    assert len(kept(log)) == 1


def test_the_audience_and_a_claimed_origin_are_recorded(client: FlaskClient, log: Log) -> None:
    client.get(f"{EXPORT}&audience=leader", headers={"X-Forwarded-For": "192.0.2.1"})
    (entry,) = kept(log)
    assert entry["audience"] == "leader"
    assert entry["by"] == "127.0.0.1 (X-Forwarded-For: 192.0.2.1)"


def test_when_the_log_fails_nothing_leaves_and_pages_go_on(client: FlaskClient, log: Log) -> None:
    client.get(EXPORT)
    assert log.path is not None
    log.path.unlink()
    log.path.mkdir()
    answer = client.get(EXPORT, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "export_log"
    assert "Content-Disposition" not in answer.headers
    assert "Content-Security-Policy" in answer.headers
    assert "没有记录就不导出" in client.get(EXPORT).text
    assert client.get("/").status_code == 200


def test_a_server_whose_required_log_cannot_be_written_does_not_start(
    atlas: Atlas, tmp_path: Path
) -> None:
    with pytest.raises(ExportLogError, match="GEOMAP_EXPORT_LOG"):
        create_app(atlas, settings=Settings(exports=Log(tmp_path, required=True)))


# --- at the command line --------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setenv("GEOMAP_EXPORT_LOG", str(tmp_path / "own.jsonl"))
    return log_from()


def test_the_commands_leave_entries_and_one_command_prints_them(
    toy_release: ToyRelease, own_log: Log, tmp_path: Path
) -> None:
    directory = toy_release()
    for name, command in (("a.csv", "export"), ("a.html", "map")):
        done = run(command, "population", "--data", directory, "-o", tmp_path / name)
        assert done.exit_code == 0, done.output
    data, map_ = kept(own_log)
    assert data["sha256"] == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert (data["what"], data["year"], map_["what"], map_["year"]) == ("data", 2020, "map", 2020)
    assert data["by"].startswith("cli:")
    assert data["request"].startswith("geomap export ")
    assert str(tmp_path) not in data["request"]
    told = run("exports").stdout
    assert "a.csv" in told
    assert "2 条" in told
    assert json.loads(run("exports", "--json").stdout) == [data, map_]
    assert json.loads(run("exports", "--json", "--since", "2999-01-01").stdout) == []
    assert len(json.loads(run("exports", "--json", "--since", "2020-01-01").stdout)) == 2


def test_a_study_that_is_written_is_recorded(
    toy_release: ToyRelease, own_log: Log, tmp_path: Path
) -> None:
    directory, output = toy_release(), tmp_path / "a.xlsx"
    words = ("site", "cover", "--existing", "sites:base", "--radii", "50", "--data", directory)
    done = run(*words, "-o", output)
    assert done.exit_code == 0, done.output
    (entry,) = kept(own_log)
    assert (entry["what"], entry["format"], entry["audience"]) == ("siting", "xlsx", "public")
    public = for_audience(open_release(directory)).release
    assert (entry["indicator"], entry["release"]) == ("population", public)
    assert entry["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()


def test_what_a_client_wrote_does_not_steer_the_terminal(own_log: Log) -> None:
    own_log.record(b"", BUTTON, by="1.2.3.4 \x1b[2J\n", when=NOON)
    assert "\x1b" not in run("exports").stdout


def test_a_command_that_cannot_be_recorded_writes_nothing_over_what_there_was(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMAP_EXPORT_LOG", str(tmp_path))  # a directory
    before = tmp_path / "a.csv"
    before.write_bytes(b"before")
    done = run("export", "population", "--data", toy_release(), "-o", before)
    assert done.exit_code == 1
    assert "没有记录就不导出" in done.stderr
    assert before.read_bytes() == b"before"
    assert run("exports").exit_code == 1


def test_an_empty_record_is_said_to_be_empty(own_log: Log) -> None:
    assert "0 条" in run("exports").stdout
    assert own_log.path is not None
    assert not own_log.path.exists()
