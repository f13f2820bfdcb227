"""The record of what leaves and is changed, by HTTP and at the command line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Response
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.app.http.records import MOST_KINDS, Refusals
from geomap.atlas import Atlas
from geomap.audit.chain import verify_chain
from geomap.audit.log import AuditError, Departure, Log, entries
from geomap.cli import main
from geomap.release.editions import for_audience
from geomap.release.import_table import update_hashes
from geomap.release.open import open_release
from geomap.settings import Settings, log_from
from tests.support.toy import ToyRelease

NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)
BUTTON = Departure("data", "csv", "public", "abc", "population", 2020, "/export.csv?…", "人口.csv")
EXPORT = "/export.csv?indicator=population&year=2020"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log" / "audit.jsonl", required=True)


@pytest.fixture
def client(atlas: Atlas, log: Log) -> FlaskClient:
    return create_app(atlas, settings=Settings(audit=log)).test_client()


def kept(log: Log) -> list[dict[str, Any]]:
    return list(entries(log, event="export"))


def put_down(log: Log, number: int = 1) -> None:
    for one in range(number):
        log.note("upload", by="10.0.0.7", when=NOON, name=f"{one}.csv")


def lines(log: Log) -> list[str]:
    assert log.path is not None
    return log.path.read_text(encoding="utf-8").splitlines(keepends=True)


def rewrite(log: Log, text: list[str]) -> None:
    assert log.path is not None
    log.path.write_text("".join(text), encoding="utf-8")


# --- by HTTP --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "what", "format_", "indicator", "year"),
    [
        (EXPORT, "data", "csv", "population", 2020),
        ("/export.shp?indicator=population", "data", "shp", "population", 2020),
        ("/figure.svg?indicator=population", "figure", "svg", "population", 2020),
        ("/map.html?indicator=population", "map", "html", "population", 2020),
        ("/progress.xlsx?as_of=2024", "progress", "xlsx", "", None),
        ("/compare.xlsx?areas=150602,150603&group=people", "compare", "xlsx", "", None),
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


@pytest.mark.slow
def test_a_siting_file_is_recorded_under_the_release_that_it_was_made_from(
    toy_release: ToyRelease, log: Log, tmp_path: Path
) -> None:
    directory = toy_release()
    spool = str(tmp_path / "spool")
    app = create_app(directory, settings=Settings(audit=log, spool=spool))
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
    app = create_app(atlas, settings=Settings(audit=log))
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
    assert answer.get_json()["error"]["code"] == "audit"
    assert "Content-Disposition" not in answer.headers
    assert "Content-Security-Policy" in answer.headers
    assert "没有记录就不导出" in client.get(EXPORT).text
    assert client.get("/").status_code == 200


def test_a_server_whose_required_log_cannot_be_written_does_not_start(
    atlas: Atlas, tmp_path: Path
) -> None:
    with pytest.raises(AuditError, match="GEOMAP_AUDIT_LOG"):
        create_app(atlas, settings=Settings(audit=Log(tmp_path, required=True)))


# --- what is done by HTTP -------------------------------------------------------------------------


def said(log: Log, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(entry.get(name) for name in names) for entry in entries(log)]


@pytest.mark.slow
def test_uploads_solves_and_scenarios_are_on_record(atlas: Atlas, log: Log, tmp_path: Path) -> None:
    folders = {"spool": str(tmp_path / "spool"), "scenarios": str(tmp_path / "saved")}
    client = create_app(atlas, settings=Settings(audit=log, **folders)).test_client()  # type: ignore[arg-type]
    table = "name,lon,lat,weight\n甲,109.5,39.5,7654321\n".encode()
    sent = client.post(
        "/siting/tables?role=demand&name=a.csv", data=table, content_type="application/octet-stream"
    )
    assert sent.status_code == 200, sent.text
    settings = {"kind": "cover", "demand": "table", "existing": "sites:base", "radii": [50]}
    question = {"settings": settings, "files": {"demand": sent.get_json()["table"]}}
    job = client.post("/siting/solve", json=question).get_json()["job"]
    while client.get(f"/siting/jobs/{job}").get_json()["state"] in ("waiting", "running"):
        pass
    assert client.post("/siting/whatif", json=question).status_code == 200
    assert client.post("/siting/scenarios", json={"name": "一", "job": job}).status_code == 200
    assert client.post("/siting/scenarios/remove", json={"name": "一"}).status_code == 200
    assert said(log, "event", "what", "by", "name") == [
        ("upload", "demand", "127.0.0.1", "a.csv"),
        ("solve", "cover", "127.0.0.1", None),
        ("solve", "cover", "127.0.0.1", None),
        ("scenario", "save", "127.0.0.1", "一"),
        ("scenario", "remove", "127.0.0.1", "一"),
    ]
    told = list(entries(log))
    assert (told[0]["bytes"], told[0]["sha256"]) == (len(table), hashlib.sha256(table).hexdigest())
    assert (told[1]["job"], told[1]["audience"]) == (job, "internal")
    assert "job" not in told[2]  # a what-if is answered at once
    assert told[2]["tables"] == told[1]["tables"]
    # Numbers that were handed in or found stay out of it.
    assert "7654321" not in "".join(lines(log))


def test_what_cannot_be_recorded_is_not_taken_in(client: FlaskClient, log: Log) -> None:
    assert log.path is not None
    log.path.unlink()
    log.path.mkdir()
    settings = {"kind": "cover", "demand": "seats:population", "existing": "sites:base"}
    answer = client.post("/siting/solve", json={"settings": settings})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "audit")


@pytest.mark.slow
def test_refused_requests_are_counted_and_told_together(client: FlaskClient, log: Log) -> None:
    refusals = client.application.extensions["geomap.refusals"]
    refusals._writing = True  # as if a thread were between two of its turns
    for _ in range(300):
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
    foreign = {"Origin": "http://evil.example"}
    assert client.post("/siting/solve", json={}, headers=foreign).status_code == 403
    assert client.get("/no-such-page").status_code == 404
    refusals.flush()
    assert said(log, "event", "by", "status", "code", "count") == [
        ("refused", "127.0.0.1", 421, "host", 300),
        ("refused", "127.0.0.1", 403, "foreign", 1),
    ]


def test_a_flood_from_many_addresses_is_a_bounded_number_of_entries(log: Log) -> None:
    refusals = Refusals(log)
    refusals._writing = True
    for one in range(5_000):
        refusals.count(f"10.0.{one // 250}.{one % 250}", 421, "host")
    refusals.flush()
    told = said(log, "by", "code", "count")
    assert len(told) == MOST_KINDS + 1
    assert told[-1] == ("…", "others", 5_000 - MOST_KINDS)


def test_the_first_refusal_is_written_at_once_by_a_thread_of_its_own(log: Log) -> None:
    written = threading.Event()

    class Told(Refusals):
        def flush(self) -> None:
            super().flush()
            written.set()

    Told(log).count("10.0.0.7", 421, "host")
    assert written.wait(10)
    assert said(log, "by", "count") == [("10.0.0.7", 1)]


def test_no_page_or_interface_shows_the_record(client: FlaskClient) -> None:
    rules = [rule.rule for rule in client.application.url_map.iter_rules()]
    assert [one for one in rules if "audit" in one or "log" in one.split("/")] == []


# --- at the command line --------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(tmp_path / "own.jsonl"))
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
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(tmp_path))  # a directory
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


@pytest.mark.slow
def test_changes_of_the_data_are_on_record(toy_release: ToyRelease, own_log: Log) -> None:
    directory = toy_release()
    stats = directory / "stats/plan.csv"
    for words in (("初步数", "快报数"), ("快报数", "年报数")):
        stats.write_text(stats.read_text("utf-8").replace(*words), encoding="utf-8")
        assert run("check", "--update", "--data", directory).exit_code == 0
    assert run("restore", "1", "--data", directory).exit_code == 0
    told = said(own_log, "event", "what", "changed")
    assert [one[0] for one in told] == ["data"] * 3
    assert told[2][1:] == ("恢复第 1 版", ["* stats/plan.csv"])
    first, second, third = entries(own_log)
    assert third["before"] == second["release"] != third["release"] == first["release"]
    assert first["by"].startswith("cli:")


def test_data_are_not_changed_when_that_cannot_be_recorded(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = toy_release()
    before = (directory / "datapackage.json").read_bytes()
    stats = directory / "stats/plan.csv"
    stats.write_text(stats.read_text("utf-8").replace("初步数", "快报数"), encoding="utf-8")
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(tmp_path))  # a directory
    done = run("check", "--update", "--data", directory)
    assert (done.exit_code, "GEOMAP_AUDIT_LOG" in done.stderr) == (1, True)
    assert (directory / "datapackage.json").read_bytes() == before


def test_a_command_tells_whether_the_record_is_whole(own_log: Log) -> None:
    assert run("audit", "verify").exit_code == 0
    put_down(own_log, 3)
    done = run("audit", "verify")
    assert (done.exit_code, "第 1–3 条" in done.stdout) == (0, True)
    former = verify_chain(own_log).hash
    put_down(own_log)
    assert run("audit", "verify", "--hash", former).exit_code == 0
    assert run("audit", "verify", "--hash", "0" * 64).exit_code == 1
    text = lines(own_log)
    rewrite(own_log, [text[0], text[1].replace("1.csv", "2.csv"), *text[2:]])
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert done.stderr.startswith("own.jsonl:3: 第 3 条与前一行的校验值不符")


def test_a_command_writes_the_record_of_a_span_as_a_table(own_log: Log, tmp_path: Path) -> None:
    for day, name in ((1, "=cmd()"), (2, "b.csv"), (3, "c.csv")):
        when = datetime(2025, 3, day, 12).astimezone()
        own_log.note("upload", by="10.0.0.7", when=when, name=name, job="7")
    span = ("--since", "2025-03-01", "--until", "2025-03-03")
    file, other = tmp_path / "a.csv", tmp_path / "a.json"
    assert run("audit", "export", *span, "-o", file).exit_code == 0
    table = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert [(one["n"], one["name"], one["more"]) for one in table] == [
        ("1", "'=cmd()", '{"job": "7"}'),
        ("2", "b.csv", '{"job": "7"}'),
    ]
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    assert run("audit", "export", "--event", "export", "-o", other).exit_code == 0
    (left,) = json.loads(other.read_text("utf-8"))
    assert (left["what"], left["name"], left["audience"]) == ("audit", "a.csv", "internal")
    assert run("audit", "export", "-o", tmp_path / "a.txt").exit_code == 1
