"""Siting over HTTP: tables, solves, what-ifs, files, scenarios; and what is refused."""

from __future__ import annotations

import json
import operator
import os
import random
import shutil
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely import LineString
from werkzeug.test import TestResponse

from geomap.app import create_app, serve
from geomap.app.http import scenarios
from geomap.app.http.jobs import Jobs, Limits
from geomap.app.http.scenarios import Scenarios
from geomap.app.pages import siting_solve
from geomap.app.pages.siting_solve import OtherAudienceError, leaving
from geomap.atlas import Atlas
from geomap.confined import Allowance, UnreadableError
from geomap.disclosure.narrowing import Audience
from geomap.errors import TableError, Text
from geomap.paths import shipped_data_dir
from geomap.settings import Settings
from geomap.siting import uploaded
from geomap.siting.input_files import PLACE_ROLES, File, StudyGround, read_places
from tests.support.server import run_server
from tests.support.toy import write_toy

# Four demands on the parallel of 39.5°; one degree of longitude is about 86 km there.
DEMAND = (
    "id,name,lon,lat,weight\n甲,甲村,109.1,39.5,10\n乙,乙村,109.2,39.5,30\n丙,丙村,111.5,39.5,5\n"
)
CANDIDATES = "id,name,lon,lat\np,坡地,109.2,39.5\nq,滩地,111.5,39.5\n"
ALLOCATE = {
    "kind": "allocate", "demand": "table", "candidates": "table", "existing": "none", "sites": 1,
    "radii": [20],
}  # fmt: skip
WHATIF = {
    "kind": "whatif", "demand": "seats:population", "existing": "sites:base", "radii": [50],
    "put": [{"lon": 111.5, "lat": 39.5, "name": "新"}],
}  # fmt: skip


@pytest.fixture
def app(atlas: Atlas, tmp_path: Path) -> Flask:
    kept = Settings(spool=str(tmp_path / "spool"), scenarios=str(tmp_path / "scenarios"))
    return create_app(atlas, settings=kept)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_server_without_a_spool_leaves_nothing_and_makes_one_when_it_is_needed(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    app = create_app(atlas)
    desk = app.extensions["geomap.siting"]
    app.test_client().get("/siting")
    assert list(tmp_path.iterdir()) == []
    assert desk.jobs is desk.jobs
    (spool,) = tmp_path.iterdir()
    assert (spool / ".in-use").exists()
    desk._end()
    assert list(tmp_path.iterdir()) == []


def upload(client: FlaskClient, role: str, text: str | bytes, name: str = "t.csv") -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    asked = f"/siting/tables?role={role}&name={name}"
    return client.post(asked, data=data, content_type="application/octet-stream")


@pytest.mark.slow
def test_half_a_character_in_a_file_is_told_as_a_question_mark(client: FlaskClient) -> None:
    zone = json.dumps({"geometryType": "a", "spatialReference": {"wkid": "\ud800"}})
    told = upload(client, "zone", zone, "z.geojson")
    assert told.status_code == 400
    assert "坐标系是 ?，不是经纬度" in told.get_json()["error"]["message"]["zh"]


def tables(client: FlaskClient) -> dict[str, str]:
    return {
        role: upload(client, role, text).get_json()["table"]
        for role, text in (("demand", DEMAND), ("candidates", CANDIDATES))
    }


def ended(client: FlaskClient, job: str) -> dict[str, Any]:
    end = time.monotonic() + 30
    while (state := client.get(f"/siting/jobs/{job}").get_json())["state"] in (
        "waiting",
        "running",
    ):
        assert time.monotonic() < end
        time.sleep(0.01)
    found: dict[str, Any] = state
    return found


def solved(client: FlaskClient, settings: dict[str, Any], **members: Any) -> dict[str, Any]:
    begun = client.post("/siting/solve", json={"settings": settings, **members})
    assert begun.status_code == 202, begun.text
    job = begun.get_json()["job"]
    state = ended(client, job)
    assert state["state"] == "done", state
    found: dict[str, Any] = client.get(f"/siting/jobs/{job}/result").get_json()
    return {**found, "job": job}


def message(response: TestResponse) -> str:
    said: str = response.get_json()["error"]["message"]["zh"]
    return said


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "word"), [("zh", "选址"), ("en", "Siting")])
def test_every_page_leads_to_siting(client: FlaskClient, lang: str, word: str) -> None:
    for path in ("/", "/sources", "/siting"):
        text = client.get(f"{path}?lang={lang}").text
        assert f'<a href="/siting?lang={lang}"' in text
        assert f">{word}</a>" in text


def test_the_page_begins_with_what_the_release_has(client: FlaskClient) -> None:
    text = client.get("/siting").text
    data = json.loads(text.partition('id="siting-data">')[2].partition("</script>")[0])
    assert data["defaults"]["demand"] == "seats:population"
    assert data["defaults"]["existing"] == "sites:base"
    assert [one["id"] for one in data["kinds"]] == ["base"]
    assert data["kinds"][0]["placed"] == 1  # the other has no coordinates
    assert {one["id"] for one in data["models"]} >= {"p-median", "mclp", "lscp", "p-center"}
    assert all(len(one["help"]) == 2 for one in data["models"])


def test_what_a_messenger_appends_to_the_address_of_the_page_is_passed_over(
    client: FlaskClient,
) -> None:
    assert client.get("/siting?from=groupmessage&model=lscp").status_code == 200


@pytest.mark.parametrize("role", ["demand", "candidates", "existing"])
def test_a_template_can_be_handed_in_as_it_is(client: FlaskClient, role: str) -> None:
    content = client.get(f"/siting/template/{role}.csv").data
    response = upload(client, role, content, f"{role}.csv")
    assert (response.status_code, response.get_json()["rows"]) == (200, 1), response.text


# --- tables --------------------------------------------------------------------------------------


def test_every_finding_of_a_bad_table_is_shown_with_file_row_and_column(
    client: FlaskClient,
) -> None:
    bad = (
        "id,name,lon,lat,weight\n甲,甲村,109.1,39.5,-3\n乙,乙村,39.5,109.2,5\n乙,丙村,109,39.5,x\n"
    )
    response = upload(client, "demand", bad, "坏.csv")
    assert response.status_code == 400
    found = {(one["line"], one["column"]) for one in response.get_json()["error"]["findings"]}
    assert {one["file"] for one in response.get_json()["error"]["findings"]} == {"坏.csv"}
    assert (4, "weight") in found
    assert response.headers["Cache-Control"] == "no-store"


def test_negative_weights_and_swapped_coordinates_are_both_told(client: FlaskClient) -> None:
    bad = "id,name,lon,lat,weight\n甲,甲村,109.1,39.5,-3\n乙,乙村,39.5,109.2,5\n"
    findings = upload(client, "demand", bad).get_json()["error"]["findings"]
    said = " ".join(one["what"]["zh"] for one in findings)
    assert "是负数" in said
    assert "颠倒" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "是空的"),
        ("t.exe", b"MZ", "不能读 t.exe"),
        ("../../etc/t.csv", b"", "文件 t.csv 是空的"),
        ("t.csv", b"x" * (5 * 2**20 + 1), "超过 5 MB"),
    ],
)
def test_what_is_no_table_is_refused(
    client: FlaskClient, name: str, content: bytes, said: str
) -> None:
    response = upload(client, "demand", content, name)
    assert response.status_code == 400
    assert said in message(response)


def test_a_role_that_there_is_not_is_refused(client: FlaskClient) -> None:
    response = upload(client, "boss", DEMAND)
    assert response.status_code == 404
    assert "demand" in response.get_json()["error"]["valid"]


# --- solves --------------------------------------------------------------------------------------


def test_the_best_of_two_plots_is_the_one_beside_most_demand(client: FlaskClient) -> None:
    found = solved(client, ALLOCATE, files=tables(client))
    outcome = found["outcome"]
    assert [one["id"] for one in outcome["chosen"]] == ["p"]
    assert outcome["status"] == "optimal"
    assert outcome["gap"] <= 1e-4
    assert [one["name"] for one in outcome["uncovered"]] == ["丙村"]
    assert outcome["distance"]["kind"] == "geodesic"
    assert any(block["kind"] == "table" for block in found["text"])


def test_the_default_settings_of_the_page_can_be_solved(client: FlaskClient) -> None:
    text = client.get("/siting").text
    data = json.loads(text.partition('id="siting-data">')[2].partition("</script>")[0])
    settings = {**data["defaults"], "criteria": []}
    outcome = solved(client, settings)["outcome"]
    assert outcome["status"] == "optimal"
    assert len(outcome["chosen"]) == 2
    assert outcome["inputs"]["coarse"] is True


def test_a_catchment_is_measured_kept_with_the_scenario_and_refused_at_its_field(
    client: FlaskClient,
) -> None:
    sites = "id,name,lon,lat,capacity\nf,甲站,109.1,39.5,80\n"
    files = {**tables(client), "existing": upload(client, "existing", sites).get_json()["table"]}
    asked = {"kind": "cover", "demand": "table", "existing": "table", "radii": [20]}
    # 丙 is 206 km away; within 5 km lies 甲 (10) at weight 1, to 20 km 乙 (30) at weight 0.5.
    found = solved(client, {**asked, "catchment": [5, 20], "decay": [1, 0.5]}, files=files)
    access = found["outcome"]["access"]
    assert [one["access"] for one in access["demands"]] == pytest.approx([3.2, 1.6, 0])
    assert access["words"]["zh"] == "E2SFCA，各区权重 ≤ 5 km: 1, ≤ 20 km: 0.5"
    client.post("/siting/scenarios", json={"name": "可及", "job": found["job"]})
    kept = client.get("/siting/scenario?name=可及").get_json()["outcome"]["settings"]
    assert (kept["catchment"], kept["decay"]) == ([5, 20], [1, 0.5])
    for bad, field in (
        ({"catchment": [20, 5]}, "catchment"),
        ({"catchment": [0]}, "catchment"),
        ({"catchment": [5], "decay": [1, 0.5]}, "decay"),
        ({"catchment": [5, 20], "decay": [0.5, 1]}, "decay"),
        ({"decay": [1]}, "catchment"),
    ):
        response = client.post("/siting/solve", json={"settings": {**asked, **bad}, "files": files})
        assert [one["name"] for one in response.get_json()["error"]["fields"]] == [field]


@pytest.mark.slow
def test_weights_that_nobody_reported_are_said_to_be_estimates() -> None:
    client = create_app(shipped_data_dir()).test_client()
    cover = {"kind": "cover", "existing": "sites:base"}
    said = {}
    for indicator in ("population", "talent_total"):
        asked = {"settings": {**cover, "demand": f"seats:{indicator}"}}
        outcome = client.post("/siting/whatif", json=asked).get_json()["outcome"]
        said[indicator] = outcome["inputs"]["coarse_words"]["zh"]
    assert "估算" not in said["population"]
    assert "9 个旗区的权重为估算，不是上报数" in said["talent_total"]


def test_a_setting_that_cannot_be_is_named_with_its_field(client: FlaskClient) -> None:
    response = client.post("/siting/solve", json={"settings": {**ALLOCATE, "sites": 0}})
    assert response.status_code == 400
    error = response.get_json()["error"]
    assert [one["name"] for one in error["fields"]] == ["sites"]
    assert "新建个数“0”应至少为 1" in error["message"]["zh"]
    both = {**ALLOCATE, "sites": 2.5, "radius": "x"}
    error = client.post("/siting/solve", json={"settings": both}).get_json()["error"]
    assert {one["name"] for one in error["fields"]} == {"sites", "radius"}


def test_excluded_polygons_hold_for_a_table_too(client: FlaskClient) -> None:
    box = [[109, 39], [110, 39], [110, 40], [109, 40], [109, 39]]
    zone = json.dumps({"type": "Polygon", "coordinates": [box]})
    exclude = upload(client, "exclude", zone, "红线.geojson").get_json()["table"]
    files = {**tables(client), "exclude": exclude}
    outcome = solved(client, ALLOCATE, files=files)["outcome"]
    assert [one["id"] for one in outcome["chosen"]] == ["q"]
    assert outcome["settings"]["exclude"] == "红线.geojson"


@pytest.mark.parametrize("kind", ["docx", "xlsx", "geojson"])
def test_a_solve_can_be_taken_away_as_a_file(client: FlaskClient, kind: str) -> None:
    job = solved(client, ALLOCATE, files=tables(client))["job"]
    response = client.get(f"/siting/jobs/{job}/siting.{kind}")
    assert response.status_code == 200
    assert f".{kind}" in response.headers["Content-Disposition"]
    if kind == "geojson":
        names = [one["properties"].get("name") for one in response.get_json()["features"]]
        assert {"坡地", "甲村"} <= set(names)
    else:
        assert response.data[:2] == b"PK"


def test_a_file_is_for_the_public_unless_asked_otherwise(client: FlaskClient) -> None:
    job = solved(client, ALLOCATE, files=tables(client))["job"]
    address = f"/siting/jobs/{job}/siting.geojson"
    assert client.get(f"/siting/jobs/{job}/result").get_json()["outcome"]["audience"]["id"] == (
        "internal"
    )
    for query, mark in (("", "小数已保护"), ("?audience=internal", "内部全数")):
        assert mark in "".join(client.get(address + query).get_json()["marks"])
    assert client.get(f"{address}?audience=nobody").status_code == 400


def test_figures_that_the_public_does_not_see_are_solved_for_it_anew() -> None:
    outcome = {
        "audience": {"id": "internal"},
        "release": {"id": "r"},
        "settings": {"demand": "seats:talent", "criteria": []},
    }

    def seen(audience: Audience, **series: object) -> Any:
        known = {(name, "actual"): row for name, row in series.items()}
        return SimpleNamespace(
            disclosure=SimpleNamespace(audience=audience), release="r", series=known
        )

    inside = seen(Audience.INTERNAL, talent=3, population=9)
    same = seen(Audience.PUBLIC, talent=3, population=8)
    assert leaving(outcome, inside, same)["audience"]["id"] == "public"
    with pytest.raises(OtherAudienceError):
        leaving(outcome, inside, seen(Audience.PUBLIC, talent=None, population=9))
    ranked = {"demand": "table", "criteria": [{"kind": "indicator", "of": "population"}]}
    with pytest.raises(OtherAudienceError):
        leaving({**outcome, "settings": ranked}, inside, same)


def test_a_solve_can_be_made_for_the_public(client: FlaskClient) -> None:
    found = solved(client, ALLOCATE, files=tables(client), audience="public")
    assert found["outcome"]["audience"]["id"] == "public"
    asked = {"settings": ALLOCATE, "audience": "nobody"}
    assert client.post("/siting/solve", json=asked).status_code == 400


def test_a_zone_and_comparisons_decide_a_ranking(client: FlaskClient) -> None:
    ring = [[109.15, 39.4], [109.3, 39.4], [109.3, 39.6], [109.15, 39.6], [109.15, 39.4]]
    zone = json.dumps({"type": "Polygon", "coordinates": [ring]})
    files = tables(client) | {"zone": upload(client, "zone", zone, "z.geojson").get_json()["table"]}
    criteria = [
        {"id": "c1", "kind": "zone", "of": "zone"},
        {"id": "c2", "kind": "distance", "of": "demand", "influence": "more"},
    ]
    asked = {"kind": "rank", "demand": "table", "candidates": "table", "criteria": criteria}
    asked |= {"comparisons": [[1, 3], [1 / 3, 1]]}
    ranking = solved(client, asked, files=files)["outcome"]["ranking"]
    # Only the plot p lies in the zone; three to one gives weights of 3/4 and 1/4.
    assert ranking["rows"][0]["id"] == "p"
    assert [one["weight"] for one in ranking["criteria"]] == pytest.approx([0.75, 0.25])
    assert ranking["ahp"]["ratio"] == pytest.approx(0)


def test_a_format_that_there_is_not_is_refused(client: FlaskClient) -> None:
    job = solved(client, ALLOCATE, files=tables(client))["job"]
    assert client.get(f"/siting/jobs/{job}/siting.exe").status_code == 404


def test_all_faults_of_the_settings_are_told_at_once(client: FlaskClient) -> None:
    response = client.post("/siting/solve", json={"settings": {"kind": "guess", "crs": "mars"}})
    assert response.status_code == 400
    assert "问题“guess”" in message(response)
    assert "坐标系“mars”" in message(response)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"settings": 3}, {"settings": {}, "files": {"demand": "../x"}},
     {"settings": {}, "files": {"boss": "0" * 32}}, {"settings": {}, "files": 7},
     {"settings": ALLOCATE, "before": []}],
)  # fmt: skip
def test_a_request_that_is_none_is_refused(client: FlaskClient, body: object) -> None:
    response = client.post("/siting/solve", json=body)
    assert response.status_code == 400
    assert response.get_json()["error"]["code"] == "bad_request"


def test_brackets_without_end_are_refused(client: FlaskClient) -> None:
    body = b'{"settings":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert client.post("/siting/solve", data=body, content_type="application/json").status_code == (
        400
    )


@pytest.mark.parametrize(
    ("ids", "comparisons", "words"),
    [
        (["a", "a"], [], "准则编号 a 出现 2 次"),
        (["a", "b"], [[1, 3], [1]], "两两比较第 2 行有 1 个数，应为 2 个"),
        ([str(number) for number in range(31)], [], "准则 31 个，最多 30 个"),
    ],
)
def test_criteria_that_cannot_be_judged_are_refused_before_the_solve(
    client: FlaskClient, ids: list[str], comparisons: list[list[float]], words: str
) -> None:
    criteria = [{"id": one, "kind": "distance", "of": "demand"} for one in ids]
    asked = {"kind": "rank", "candidates": "hexagons:20", "criteria": criteria}
    response = client.post("/siting/solve", json={"settings": asked | {"comparisons": comparisons}})
    assert response.status_code == 400
    assert words in response.get_json()["error"]["message"]["zh"]


def test_a_table_that_is_no_longer_kept_is_asked_for_again(client: FlaskClient) -> None:
    response = client.post(
        "/siting/solve", json={"settings": ALLOCATE, "files": {"demand": "0" * 32}}
    )
    assert response.status_code == 404
    assert "请重新上传" in message(response)


def test_what_makes_a_solve_impossible_is_said_by_its_job(client: FlaskClient) -> None:
    settings = {**ALLOCATE, "demand": "seats:density", "candidates": "hexagons:20"}
    job = client.post("/siting/solve", json={"settings": settings}).get_json()["job"]
    state = ended(client, job)
    assert state["state"] == "failed"
    assert "不能作需求的权重" in state["error"]["zh"]
    assert client.get(f"/siting/jobs/{job}/result").status_code == 404


@pytest.mark.slow
def test_more_pairs_than_the_server_takes_are_refused(client: FlaskClient) -> None:
    lines = "".join(f"d{n},109.{n:05d},39.5,1\n" for n in range(2500))
    files = {"demand": upload(client, "demand", "id,lon,lat,weight\n" + lines).get_json()["table"]}
    settings = {**ALLOCATE, "candidates": "hexagons:4.4"}
    job = client.post("/siting/solve", json={"settings": settings, "files": files}).get_json()[
        "job"
    ]
    state = ended(client, job)
    assert state["state"] == "failed"
    assert "网页最多 4,000,000" in state["error"]["zh"]


def test_a_server_that_is_full_says_when_to_come_again(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    desk = app.extensions["geomap.siting"]
    desk._kept = Jobs(tmp_path / "full", Limits(running=0, waiting=0)), desk.uploads
    response = client.post("/siting/solve", json={"settings": WHATIF})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert response.get_json()["error"]["code"] == "busy"


def test_a_solve_that_waits_can_be_cancelled(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    desk = app.extensions["geomap.siting"]
    desk._kept = Jobs(tmp_path / "full", Limits(running=0, waiting=2)), desk.uploads
    job = client.post("/siting/solve", json={"settings": WHATIF}).get_json()["job"]
    assert client.get(f"/siting/jobs/{job}").get_json()["state"] == "waiting"
    client.post(f"/siting/jobs/{job}/cancel", json={})
    assert ended(client, job)["state"] == "cancelled"


def test_a_job_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    for path in ("/siting/jobs/x", "/siting/jobs/" + "0" * 32, "/siting/jobs/..%2f..%2fetc"):
        assert client.get(path).status_code == 404


# --- what if -------------------------------------------------------------------------------------


def test_a_site_that_is_put_beside_the_last_area_brings_it_within_the_radius(
    client: FlaskClient,
) -> None:
    outcome = client.post("/siting/whatif", json={"settings": WHATIF}).get_json()["outcome"]
    # The label points of the three squares carry 500, 300 and 200 people; the base is at the first.
    assert outcome["before"]["radii"][0]["share"] == pytest.approx(0.5)
    assert outcome["after"]["radii"][0]["share"] == pytest.approx(0.7)
    assert [one["name"] for one in outcome["chosen"]] == ["新"]


def test_with_nothing_changed_yet_what_exists_is_shown(client: FlaskClient) -> None:
    settings = {**WHATIF, "kind": "cover", "put": []}
    outcome = client.post("/siting/whatif", json={"settings": settings}).get_json()["outcome"]
    assert outcome["kind"] == "cover"
    assert outcome["after"]["radii"][0]["share"] == pytest.approx(0.5)


def test_taking_away_a_site_that_there_is_not_names_those_there_are(client: FlaskClient) -> None:
    settings = {**WHATIF, "put": [], "remove": ["b9"]}
    response = client.post("/siting/whatif", json={"settings": settings})
    assert response.status_code == 404
    assert response.get_json()["error"]["valid"] == ["b1"]


# --- who may ask ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    "path",
    ["/siting/solve", "/siting/whatif", "/siting/tables", "/siting/scenarios",
     "/siting/scenarios/remove", "/siting/jobs/x/cancel"],
)  # fmt: skip
def test_other_sites_may_not_ask_for_anything(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    response = client.post(path, json={"settings": WHATIF}, headers=headers)
    assert response.status_code == 403
    assert response.get_json()["error"]["code"] == "foreign"


def test_our_own_pages_may(client: FlaskClient) -> None:
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    response = client.post("/siting/whatif", json={"settings": WHATIF}, headers=ours)
    assert response.status_code == 200


def test_a_body_that_is_too_large_is_refused_unread(client: FlaskClient) -> None:
    response = client.post(
        "/siting/tables?role=demand&name=t.csv",
        environ_overrides={"CONTENT_LENGTH": str(21 * 2**20)},
    )
    assert response.status_code == 413


# --- scenarios -----------------------------------------------------------------------------------


def names(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["name"] for one in response.get_json()["scenarios"]]


def test_a_scenario_is_saved_with_its_tables_listed_opened_and_removed(
    client: FlaskClient, tmp_path: Path
) -> None:
    found = solved(client, ALLOCATE, files=tables(client))
    assert names(
        client.post("/siting/scenarios", json={"name": " 一号 ", "job": found["job"]})
    ) == ["一号"]
    for path in (tmp_path / "spool" / "tables").iterdir():
        path.unlink()
    kept = client.get("/siting/scenario?name=一号").get_json()
    assert kept["outcome"] == found["outcome"]
    assert "tables" not in kept
    again = solved(client, kept["outcome"]["settings"], files=kept["files"], before=kept["outcome"])
    assert again["changed"] == []
    assert names(client.post("/siting/scenarios/remove", json={"name": "一号"})) == []
    assert client.get("/siting/scenario?name=一号").status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "../x", "a/b", "a\\b", "a" * 61, "x\x00", "<b>"])
@pytest.mark.slow
def test_a_name_that_could_lead_elsewhere_is_refused(
    client: FlaskClient, tmp_path: Path, name: str
) -> None:
    found = solved(client, ALLOCATE, files=tables(client))
    response = client.post("/siting/scenarios", json={"name": name, "job": found["job"]})
    assert response.status_code == 400
    assert not (tmp_path / "scenarios").exists()


def test_without_a_directory_scenarios_are_left_to_the_browser(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    assert client.get("/siting/scenarios").status_code == 404
    text = client.get("/siting").text
    assert '"scenarios_on":false' in text
    assert "只存在这个浏览器里" in text


def test_a_scenario_that_is_no_scenario_is_passed_over(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "x.json").write_text("[1")
    (tmp_path / "scenarios" / "y.json").write_text('{"name": 3}')
    assert names(client.get("/siting/scenarios")) == []


@pytest.mark.slow
def test_a_server_for_the_public_knows_nothing_of_what_an_internal_one_keeps(
    atlas: Atlas, client: FlaskClient, tmp_path: Path
) -> None:
    # Both are given the same directories.
    folders = {"spool": str(tmp_path / "spool"), "scenarios": str(tmp_path / "scenarios")}
    settings = Settings(**folders, audience=Audience.PUBLIC)  # type: ignore[arg-type]
    public = create_app(atlas, settings=settings).test_client()
    found = solved(client, ALLOCATE, files=(files := tables(client)))
    job = found["job"]
    client.post("/siting/scenarios", json={"name": "一号", "job": job})
    for path in (f"/siting/jobs/{job}", f"/siting/jobs/{job}/result",
                 f"/siting/jobs/{job}/siting.json", "/siting/scenario?name=一号"):  # fmt: skip
        assert public.get(path).status_code == 404, path
    assert names(public.get("/siting/scenarios")) == []
    assert public.post("/siting/scenarios/remove", json={"name": "一号"}).status_code == 404
    assert public.post(f"/siting/jobs/{job}/cancel").status_code == 404
    question = {"settings": ALLOCATE, "files": files}
    assert public.post("/siting/solve", json=question).status_code == 404
    # One of the same name takes nothing away, and the internal one is there still.
    own = solved(public, ALLOCATE, files=tables(public))["job"]
    assert names(public.post("/siting/scenarios", json={"name": "一号", "job": own})) == ["一号"]
    assert client.get("/siting/scenario?name=一号").get_json()["outcome"] == found["outcome"]


def test_an_outcome_for_a_wider_audience_is_not_told_wherever_it_lies(
    atlas: Atlas, client: FlaskClient, tmp_path: Path
) -> None:
    folders = {"spool": str(tmp_path / "spool"), "scenarios": str(tmp_path / "scenarios")}
    settings = Settings(**folders, audience=Audience.PUBLIC)  # type: ignore[arg-type]
    public = create_app(atlas, settings=settings).test_client()
    job = solved(client, WHATIF)["job"]
    client.post("/siting/scenarios", json={"name": "一号", "job": job})
    shutil.copytree(tmp_path / "spool" / job, tmp_path / "spool" / "public" / job)
    shutil.copytree(tmp_path / "scenarios", tmp_path / "scenarios" / "public")
    assert public.get(f"/siting/jobs/{job}/result").status_code == 404
    assert public.get("/siting/scenario?name=一号").status_code == 404


@pytest.mark.skipif(os.name == "nt", reason="has no such modes")
def test_what_is_kept_can_be_read_by_its_owner_only(client: FlaskClient, tmp_path: Path) -> None:
    found = solved(client, ALLOCATE, files=tables(client))
    client.post(f"/siting/jobs/{found['job']}/cancel")
    client.post("/siting/scenarios", json={"name": "一号", "job": found["job"]})
    kept = [path for name in ("spool", "scenarios") for path in (tmp_path / name).rglob("*")]
    kept += [tmp_path / "spool", tmp_path / "scenarios"]
    assert len(kept) > 10
    assert {oct(one.stat().st_mode & 0o777) for one in kept if one.is_dir()} == {"0o700"}
    assert {oct(one.stat().st_mode & 0o777) for one in kept if one.is_file()} == {"0o600"}


@pytest.mark.slow
def test_solving_again_on_a_new_release_tells_what_changed(
    toy_release: Callable[..., Path], tmp_path: Path
) -> None:
    settings = Settings(spool=str(tmp_path / "spool"))
    before_app = create_app(toy_release(), settings=settings)
    question = {**WHATIF, "kind": "allocate", "candidates": "hexagons:60", "put": [], "sites": 1}
    before = solved(before_app.test_client(), question)["outcome"]
    edited = toy_release(
        {
            "stats/plan.csv": lambda text: text.replace(
                "150627,population,2020,200", "150627,population,2020,900"
            )
        },
        name="second",
    )
    found = solved(create_app(edited, settings=settings).test_client(), question, before=before)
    told = {one["what"]["zh"]: (one["before"], one["after"]) for one in found["changed"]}
    assert told["数据版本"][0] != told["数据版本"][1]
    assert told["需求 伊金霍洛旗 的权重"] == (200, 900)
    assert "需求 东胜区 的权重" not in told


def test_a_scenario_that_can_no_longer_be_read_can_be_removed(
    client: FlaskClient, tmp_path: Path
) -> None:
    job = solved(client, WHATIF)["job"]
    client.post("/siting/scenarios", json={"name": "甲", "job": job})
    (kept,) = (tmp_path / "scenarios").glob("*.json")
    kept.write_text("{", encoding="utf-8")
    assert client.get("/siting/scenario?name=甲").status_code == 404
    assert client.post("/siting/scenarios/remove", json={"name": "甲"}).status_code == 200
    assert not kept.exists()
    assert client.post("/siting/scenarios/remove", json={"name": "甲"}).status_code == 404


def test_foreign_text_is_only_ever_text(client: FlaskClient) -> None:
    nasty = DEMAND.replace("甲村", "<script>alert(1)</script>")
    files = {**tables(client), "demand": upload(client, "demand", nasty).get_json()["table"]}
    found = solved(client, ALLOCATE, files=files)
    assert found["outcome"]["demands"][0]["name"] == "<script>alert(1)</script>"
    response = client.get(f"/siting/jobs/{found['job']}/result")
    assert response.content_type == "application/json"
    assert "<script>alert" not in client.get("/siting").text


@pytest.mark.slow
def test_a_solve_is_told_of_and_cancelled_by_whichever_process_answers(tmp_path: Path) -> None:
    """Ask two processes over connections of their own; each has to know the job."""
    directory = write_toy(tmp_path / "release")
    with run_server(directory, serve.free_port("127.0.0.1", 0), workers=2) as process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0]
            job = ask(port, "/siting/solve", {"settings": WHATIF})["job"]
            states = [ask(port, f"/siting/jobs/{job}") for _ in range(40)]
            assert {one["job"] for one in states} == {job}
            results = [ask(port, f"/siting/jobs/{job}/result") for _ in range(10)]
            assert {one["outcome"]["kind"] for one in results} == {"whatif"}
            ask(port, f"/siting/jobs/{job}/cancel", {})
            assert ask(port, f"/siting/jobs/{job}")["state"] == "done"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


def ask(port: str, path: str, body: object = None) -> dict[str, Any]:
    """Ask over a new connection, again while the job is under way."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        found: dict[str, Any] = json.load(response)
    if found.get("state") in ("waiting", "running") and data is None:
        time.sleep(0.05)
        return ask(port, path)
    return found


# --- what must not cost the others anything -----------------------------------------------------


@pytest.mark.slow
def test_a_zone_of_very_many_vertices_is_refused_before_it_is_mended(client: FlaskClient) -> None:
    ring = [[109 + i % 500 / 500, 39 + i * 7919 % 500 / 500] for i in range(20_001)]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    esri = {"geometryType": "esriGeometryPolygon", "features": [{"geometry": {"rings": [ring]}}]}
    for one, vertices in ((shape, "20,002"), (esri, "20,001")):
        response = upload(client, "zone", json.dumps(one), "z.geojson")
        assert response.status_code == 400
        assert f"{vertices} 个顶点，最多 20,000" in response.get_json()["error"]["message"]["zh"]


@pytest.mark.slow
def test_a_geopackage_that_runs_a_program_is_refused(client: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "roads.gpkg"
    line = gpd.GeoDataFrame(geometry=[LineString([(109, 39), (110, 39)])], crs=4326)
    line.to_file(file, driver="GPKG", layer="roads")
    assert upload(client, "roads", file.read_bytes(), "r.gpkg").status_code == 200
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
            "SELECT x FROM c"
        )
        database.commit()
    response = upload(client, "roads", file.read_bytes(), "r.gpkg")
    assert response.status_code == 400
    assert "r.gpkg 不是可读的 GeoPackage" in response.get_json()["error"]["message"]["zh"]


def tangle(vertices: int = 3000) -> bytes:
    """Write a border that crosses itself a million times: mending it takes hundreds of MB."""
    chance = random.Random(1)
    ring = [[109 + chance.random(), 39 + chance.random()] for _ in range(vertices)]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}).encode()


@pytest.mark.slow
def test_a_file_that_takes_too_much_is_given_up_and_that_is_recorded(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = Settings(spool=str(tmp_path), reading=Allowance(memory_mb=64))
    app = create_app(atlas, settings=narrow)
    recorded: list[tuple[object, ...]] = []
    refusals = app.extensions["geomap.refusals"]
    monkeypatch.setattr(refusals, "count", lambda *kind: recorded.append(kind))
    response = upload(app.test_client(), "zone", tangle(), "结.geojson")
    assert response.status_code == 422
    assert "读取 结.geojson 所需内存超过 64 MB，已停止" in message(response)
    assert recorded == [("127.0.0.1", 422, "unreadable")]


def test_a_study_with_a_file_that_cannot_be_read_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(_allowed: object, names: str, *_: object) -> None:
        raise UnreadableError(names, Text("时中断", "broke off"))

    asked = {"settings": WHATIF, "files": tables(client)}
    monkeypatch.setattr(siting_solve, "confined", give_up)
    assert client.post("/siting/whatif", json=asked).status_code == 422
    job = client.post("/siting/solve", json=asked).get_json()["job"]
    assert ended(client, job)["error"]["zh"] == "读取 t.csv、t.csv 时中断"


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_given_up(atlas: Atlas, tmp_path: Path) -> None:
    hasty = Settings(spool=str(tmp_path), reading=Allowance(seconds=0.02))
    client = create_app(atlas, settings=hasty).test_client()
    response = upload(client, "zone", tangle(), "结.geojson")
    assert response.status_code == 422
    assert "用时超过 0.02 秒，已停止" in message(response)


def test_what_nobody_foresaw_in_a_file_is_no_fault_of_the_server(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # A function that fails on anything stands for a fault of ours in reading this file.
    monkeypatch.setattr(uploaded, "examined", operator.index)
    response = upload(client, "demand", DEMAND, "表.csv")
    assert response.status_code == 422
    assert "读取 表.csv 时中断" in message(response)
    assert "TypeError" in caplog.text


def test_without_another_process_to_be_had_an_upload_is_asked_to_come_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(siting_solve, "confined", none)
    response = upload(client, "demand", DEMAND)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    # A limit that is meant is no error of the server: whoever watches the log is not called.
    assert [one.levelname for one in caplog.records] == ["WARNING"]


def test_whoever_opens_the_page_has_a_process_readied_though_the_page_is_known(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    readied: list[object] = []
    monkeypatch.setattr(siting_solve, "ready", readied.append)
    for _ in range(3):
        assert client.get("/siting").status_code == 200
    assert len(readied) == 3


def test_two_hundred_findings_are_told_and_how_many_there_are(client: FlaskClient) -> None:
    rows = "".join(f"p{i},名,x,39.5,1\n" for i in range(300))
    error = upload(client, "demand", f"id,name,lon,lat,weight\n{rows}").get_json()["error"]
    assert (len(error["findings"]), error["findings_count"]) == (200, 300)
    # More are counted only: kept, those of a table of 200,000 rows took half a minute.
    with pytest.raises(TableError) as caught:
        read_places(
            File("t.csv", f"id,name,lon,lat,weight\n{rows}".encode()),
            PLACE_ROLES["demand"],
            StudyGround.of(client.application.extensions["geomap.releases"].current().atlas),
        )
    assert (len(caught.value.findings), caught.value.count) == (200, 300)


@pytest.mark.parametrize(
    "body",
    [
        '{"settings": {"kind": "cover", "radius": 1' + "0" * 400 + "}}",
        '{"settings": {"kind": "cover", "name": "\\ud800", "existing": "sites:base"}}',
        '{"settings": {"x\\ud800": 1}}',
        '{"settings": {"kind": "cover"}, "audience": "\\ud800"}',
    ],
)
@pytest.mark.parametrize("path", ["/siting/whatif", "/siting/solve"])
def test_numbers_and_texts_that_nothing_can_hold_are_refused(
    client: FlaskClient, path: str, body: str
) -> None:
    response = client.post(path, data=body, content_type="application/json")
    assert response.status_code == 400


def test_a_matrix_with_a_field_without_end_is_refused(client: FlaskClient) -> None:
    assert upload(client, "matrix", "," + "x" * 200_000, "m.csv").status_code == 400


@pytest.mark.parametrize("damage", ["{}", "[]", '{"ended": "x", "begun": []}', "{"])
def test_damaged_files_of_a_job_break_nothing(
    client: FlaskClient, tmp_path: Path, damage: str
) -> None:
    home = tmp_path / "spool" / ("a" * 32)
    home.mkdir(parents=True)
    for name in ("state.json", "result.json", "progress.json"):
        (home / name).write_text(damage, encoding="utf-8")
    assert client.get(f"/siting/jobs/{home.name}").status_code == 200
    for rest in ("result", "siting.docx"):
        assert client.get(f"/siting/jobs/{home.name}/{rest}").status_code == 404


def test_a_list_of_scenarios_reads_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Scenarios(tmp_path)
    kept.save("甲", "r1", {"outcome": {"x": 1}, "tables": {}})
    kept.save("乙", "r2", {"tables": {}})  # as an older version may have written it
    heads = {(one["name"], one["release"]) for one in kept.listed()}
    assert {release for _, release in heads} == {"r1", "r2"}
    monkeypatch.setattr(scenarios, "_read", lambda _: None)
    assert [one["release"] for one in kept.listed()] == ["r1"]
