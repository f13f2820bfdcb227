"""What each audience is given: nothing that is withheld can be had from any part of a release."""

from __future__ import annotations

import dataclasses
import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.app.http.releases import Releases
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.disclosure.additive import additive_table
from geomap.disclosure.attacker import intervals
from geomap.disclosure.narrowing import Audience
from geomap.disclosure.suppression import Threshold
from geomap.errors import RequestError, ServeError, Text
from geomap.release.check import check_against, check_release
from geomap.release.editions import differences, for_audience
from geomap.release.import_table import update_hashes
from geomap.release.open import open_release
from geomap.settings import Settings, rules_from
from geomap.views.evidence.conflicts import conflict_report
from geomap.views.maps.view import map_view
from geomap.webmap.page import standalone
from tests.support.toy import TOY, ToyRelease, square
from tests.support.withheld import (
    CITY,
    COUNTS,
    EAST,
    EJIN,
    KANG,
    NUMBER,
    SMALL,
    TELLING,
    approval,
    row,
    toy,
)

WITHHELD = ("1241", "1,241")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def whole(directory: Path) -> Atlas:
    return open_release(directory)


@pytest.fixture(scope="module")
def public(whole: Atlas) -> Atlas:
    return for_audience(whole)


@pytest.fixture
def client(whole: Atlas) -> FlaskClient:
    return create_app(whole, settings=Settings(audience=Audience.PUBLIC)).test_client()


def statuses(atlas: Atlas) -> dict[str, str]:
    return {area: one.status for area, one in atlas.series["talent_high", "actual"][2020].items()}


# --- the release --------------------------------------------------------------------------------


def test_the_small_count_and_the_one_that_would_give_it_away_are_withheld(public: Atlas) -> None:
    assert statuses(public) == {
        CITY: "reported", EAST: "suppressed", KANG: "suppressed", EJIN: "reported",
    }  # fmt: skip


def test_leaders_and_internal_readers_are_given_all(whole: Atlas) -> None:
    assert for_audience(whole, "internal") is whole
    leader = for_audience(whole, "leader")
    assert leader.values is whole.values
    assert leader.disclosure.note.zh == "领导全数"
    assert set(statuses(leader).values()) == {"reported"}


def test_a_release_is_narrowed_once_for_each_audience(whole: Atlas, public: Atlas) -> None:
    assert for_audience(whole, "public") is public
    assert for_audience(whole, Audience.PUBLIC, Threshold()) is public
    assert for_audience(whole, "public", Threshold(threshold=3)) is not public
    assert for_audience(public, "public") is public


def test_what_was_narrowed_cannot_be_widened(public: Atlas) -> None:
    with pytest.raises(RequestError, match="只提供小数已保护"):
        for_audience(public, "internal")


def test_an_audience_that_there_is_not_is_refused_with_those_there_are(whole: Atlas) -> None:
    with pytest.raises(RequestError, match=r"leader.*internal.*public"):
        for_audience(whole, "press")


def test_an_attacker_who_has_all_public_values_comes_no_closer_than_asked(public: Atlas) -> None:
    areas = [area.code for area in public.parts]
    table = additive_table(public.values, public.indicators, city=CITY, areas=areas)
    hidden = np.zeros(len(table.keys), dtype=bool)
    low, high = intervals(table, hidden)
    place = table.keys.index(("talent_high", KANG, 2020))
    assert low[place] == pytest.approx(0)
    assert high[place] >= 8


def test_values_are_not_worked_out_again_from_what_is_left(public: Atlas) -> None:
    assert public.values is public.published
    again = dataclasses.replace(public, published=None)
    assert statuses(again)[KANG] == "suppressed"


def test_figures_quotes_and_sites_lose_what_tells(public: Atlas) -> None:
    figures = public.figures.set_index("id")
    told = figures[figures["indicator"] == "talent_high"].set_index("area")
    assert np.isnan(told.loc[KANG, "value"])
    # All words of a document go with one of its numbers, whatever they say.
    assert (told.loc[KANG, "quote"], told.loc[EJIN, "quote"]) == ("", "")
    assert not figures["note"].str.contains("1241").any()
    staff = public.site_figures.set_index("item").loc["staff"]
    assert (staff["status"], staff["text"], staff["quote"], staff["note"]) == (
        "suppressed", "", "", "",
    )  # fmt: skip


def test_zero_is_shown_unless_it_is_not_to_be(tmp_path: Path) -> None:
    counts = {CITY: "9870", EAST: "1241", KANG: "0", EJIN: "8629"}
    atlas = open_release(toy(tmp_path / "zero", "".join(row(*one) for one in counts.items())))
    assert statuses(for_audience(atlas))[KANG] == "reported"
    hidden = for_audience(atlas, "public", Threshold(show_zero=False))
    assert statuses(hidden)[KANG] == "suppressed"


def test_another_value_that_is_small_goes_though_it_was_not_chosen(tmp_path: Path) -> None:
    # Table 9 says 8629, the text said 2.
    other = row(EJIN, "2", locator="第二节", quote="两人")
    atlas = open_release(toy(tmp_path / "others", SMALL + other))
    assert atlas.series["talent_high", "actual"][2020][EJIN].others == (2.0,)
    shown = for_audience(atlas)
    value = shown.series["talent_high", "actual"][2020][EJIN]
    assert (value.value, value.others, value.conflict) == (8629.0, (), False)
    assert 2.0 not in shown.figures["value"].tolist()
    found = conflict_report(shown, shown.rules)
    assert [one for one in found["conflicts"] if one["indicator"] == "talent_high"] == []


@pytest.mark.slow
def test_a_count_that_nobody_decided_on_is_withheld_when_one_of_its_values_is_small(
    tmp_path: Path,
) -> None:
    rules = json.dumps({"order": [], "rulings": []})
    stats = SMALL.replace(row(EJIN, "8629", quote="8629人"), "")
    stats += row(EJIN, "8629") + row(EJIN, "2", locator="第二节")
    atlas = open_release(toy(tmp_path / "undecided", stats, **{"precedence.json": rules}))
    assert atlas.series["talent_high", "actual"][2020][EJIN].undecided
    value = for_audience(atlas).series["talent_high", "actual"][2020][EJIN]
    assert (value.value, value.status, value.others) == (None, "suppressed", ())
    assert not for_audience(atlas).figures["value"].isin([2.0, 8629.0]).any()


def test_claims_and_rulings_on_a_withheld_number_are_left_out(tmp_path: Path) -> None:
    ruling = {
        "indicator": "talent_high", "area": EAST, "year": 2020, "kind": "actual",
        "source": "plan", "locator": "表9", "who": "某人", "when": "2021-01-01", "why": "1241为准",
    }  # fmt: skip
    rules = json.dumps({"order": ["ruling"], "rulings": [ruling]}, ensure_ascii=False)
    shown = for_audience(open_release(toy(tmp_path / "ruled", **{"precedence.json": rules})))
    assert shown.rules.precedence.order == ("ruling",)
    assert shown.rules.precedence.rulings == ()


def test_what_is_withheld_looks_neither_like_zero_nor_like_what_is_not_reported(
    public: Atlas,
) -> None:
    view = map_view(public, "talent_high", year=2020)
    assert view.status_counts["suppressed"] == 2
    assert view.status_counts["missing"] == 0
    assert [one.value for one in view.areas] == [None, None, 8629.0]
    # How much is withheld is said in the notes, which page, sheet, export and API share.
    assert Text("3 个旗区中 2 个不予公开", "2 of 3 areas withheld") in view.notes


def test_what_is_withheld_is_not_said_to_be_unreported(public: Atlas) -> None:
    totals = conflict_report(public, public.rules)["totals"]
    (total,) = [one for one in totals if one["indicator"] == "talent_high"]
    assert (total["verdict"], total["reported"], total["lacking"]) == ("unknown", 3, [])
    assert total["reason"]["zh"] == "2 个旗区的数不予公开，合计只含其余旗区"


# --- everything that is sent --------------------------------------------------------------------


def paths() -> Iterator[str]:
    query = "indicator=talent_high&year=2020"
    yield from ("/", "/sources", "/progress", "/conflicts", "/progress.json", "/conflicts.json")
    yield from ("/rest.zh.json", "/rest.en.json", "/find.json", "/share.json")
    yield from ("/api/figures", "/api/values", "/api/sites", "/api/release", "/healthz")
    yield from (f"/api/view?{query}", f"/map.html?{query}")
    for area in COUNTS:
        yield f"/api/provenance?{query}&area={area}"


def test_no_answer_of_a_public_server_holds_a_withheld_number(client: FlaskClient) -> None:
    for path in paths():
        response = client.get(path)
        assert response.status_code == 200, path
        assert not any(number in response.text for number in WITHHELD), path


def test_an_internal_server_holds_them_so_the_search_would_find_them(whole: Atlas) -> None:
    client = create_app(whole).test_client()
    asked = "/api/provenance?indicator=talent_high&year=2020&area=150602"
    for path in ("/rest.zh.json", "/sources", "/api/figures", "/api/values", asked):
        assert any(number in client.get(path).text for number in WITHHELD), path


def test_a_provenance_of_a_withheld_number_names_no_figure(client: FlaskClient) -> None:
    found = client.get("/api/provenance?indicator=talent_high&year=2020&area=150603").get_json()
    assert (found["value"], found["status"], found["figures"]) == (None, "suppressed", [])


def test_pages_and_answers_say_whom_they_are_for(client: FlaskClient, whole: Atlas) -> None:
    for path in ("/", "/sources", "/progress", "/conflicts"):
        assert "小数已保护：少于 5 人的数及可推出它们的数已隐去" in client.get(path).text
    assert client.get("/api/release").get_json()["audience"] == "public"
    inside = create_app(whole).test_client()
    assert "内部全数" in inside.get("/").text
    assert "internal, all figures" in inside.get("/?lang=en").text


@pytest.mark.slow
def test_a_file_that_leaves_is_for_the_public_unless_asked_otherwise(whole: Atlas) -> None:
    client = create_app(whole).test_client()
    asked = "/map.html?indicator=talent_high&year=2020"
    assert "1241" not in client.get(asked).text
    assert "1241" in client.get(f"{asked}&audience=internal").text
    assert client.get(f"{asked}&audience=press").status_code == 400
    for kind in ("xlsx", "docx"):
        assert client.get(f"/progress.{kind}?audience=internal").status_code == 200


def test_a_public_server_gives_no_internal_file(client: FlaskClient) -> None:
    answer = client.get("/map.html?indicator=talent_high&audience=internal")
    assert answer.status_code == 403
    assert "只提供小数已保护" in answer.text


def test_a_file_of_its_own_holds_no_withheld_number(public: Atlas, whole: Atlas) -> None:
    assert not any(one in standalone(public, "talent_high") for one in WITHHELD)
    assert any(one in standalone(whole, "talent_high") for one in WITHHELD)


def test_what_is_wrong_with_newer_data_is_not_told_to_the_public(directory: Path) -> None:
    clock = iter(range(100)).__next__
    settings = Settings(audience=Audience.PUBLIC)
    releases = Releases(directory, clock=clock, prepare=for_audience)
    client = create_app(releases, settings=settings).test_client()
    stats = directory / "stats" / "plan.csv"
    before = stats.read_text(encoding="utf-8")
    package = (directory / "datapackage.json").read_text(encoding="utf-8")
    try:
        stats.write_text(before.replace(",1241,人,", ",1241x,人,"), encoding="utf-8")
        update_hashes(directory)
        answer = client.get("/healthz")
        assert answer.get_json()["status"] == "degraded"
        assert "1241" not in answer.text
    finally:
        stats.write_text(before, encoding="utf-8")
        (directory / "datapackage.json").write_text(package, encoding="utf-8")


# --- settings and commands ----------------------------------------------------------------------


def test_settings_name_the_audience_and_the_threshold() -> None:
    env = {"GEOMAP_AUDIENCE": "Public", "GEOMAP_SMALL_COUNT": "10", "GEOMAP_SHOW_ZERO": "false"}
    settings = Settings.from_env(env)
    assert settings.audience is Audience.PUBLIC
    assert (settings.rules.threshold, settings.rules.show_zero) == (10, False)
    usual = Settings.from_env({})
    assert (usual.audience, usual.rules) == (Audience.INTERNAL, Threshold())


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("GEOMAP_AUDIENCE", "press"),
        ("GEOMAP_SMALL_COUNT", "1"),
        ("GEOMAP_SMALL_COUNT", "five"),
        ("GEOMAP_SHOW_ZERO", "maybe"),
    ],
)
def test_a_setting_that_is_none_is_named_with_what_it_may_be(name: str, given: str) -> None:
    with pytest.raises(ServeError, match=f"{name}={given}"):
        Settings.from_env({name: given})


def test_the_threshold_of_the_settings_is_the_one_that_holds(whole: Atlas) -> None:
    rules = rules_from({"GEOMAP_SMALL_COUNT": "3"})
    assert set(statuses(for_audience(whole, "public", rules)).values()) == {"reported"}


def invoke(*args: object) -> Any:
    return CliRunner().invoke(main, [str(one) for one in args])


def test_a_map_from_the_command_line_is_for_the_public(directory: Path, tmp_path: Path) -> None:
    asked = ("map", "talent_high", "--data", directory, "-o", tmp_path / "map.html")
    assert invoke(*asked).exit_code == 0
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "1241" not in text
    assert "小数已保护" in text
    assert invoke(*asked, "--audience", "internal").exit_code == 0
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "1241" in text
    assert "内部全数" in text
    assert invoke(*asked, "--audience", "press").exit_code == 2


# --- beside what was published before -----------------------------------------------------------


@pytest.mark.slow
def test_a_number_that_was_public_before_is_said_to_be_known(
    directory: Path, tmp_path: Path
) -> None:
    # Then 康巴什 had 7 and all was shown; now it has 3, and 东胜 is withheld beside it.
    then = SMALL.replace(row(KANG, "3", quote="3人"), row(KANG, "7"))
    old = toy(tmp_path / "old", then.replace("9873", "9877") + TELLING)
    found = differences(open_release(old), open_release(directory))
    assert ("talent_high", EAST, 2020) in {leak[:3] for leak in found.leaks}
    findings = check_against(directory, old)
    assert any("1,241" in one.what.zh and one.level == "error" for one in findings)
    told = invoke("check", "--data", directory, "--against", old)
    assert told.exit_code == 1
    assert "不予公开，但与以前的发布对照可知" in told.output


@pytest.mark.slow
def test_the_same_release_again_gives_nothing_away(directory: Path, tmp_path: Path) -> None:
    old = toy(tmp_path / "same")
    assert check_against(directory, old) == []
    told = invoke("check", "--data", directory, "--against", old, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["errors"] == 0


# --- the approval of the map --------------------------------------------------------------------

INTERNAL = "内部工作用图 未经审核 不得公开"


@pytest.mark.slow
def test_an_approved_map_bears_its_number_on_page_and_file(
    atlas: Atlas, toy_release: ToyRelease
) -> None:
    made = toy_release({"approval.json": approval(atlas)})
    assert check_release(made) == []
    approved = open_release(made)
    (mark,) = map_view(approved, "population").marks
    assert mark == (f"审图号：{NUMBER}", f"Map approval number: {NUMBER}")
    page = create_app(approved).test_client().get("/").text
    for text in (page, standalone(approved, "population")):
        assert f'<p class="approval">审图号：{NUMBER}</p>' in text
        assert INTERNAL not in text


def test_without_an_approval_the_internal_mark_stands(atlas: Atlas) -> None:
    assert atlas.approval is None
    text = standalone(atlas, "population")
    assert INTERNAL in text
    assert "审图号" not in text
    assert 'class="approval"' not in text


def test_another_geometry_brings_the_internal_mark_back_and_check_says_so(
    atlas: Atlas, toy_release: ToyRelease
) -> None:
    def moved(text: str) -> str:
        return text.replace(square("150627", 111), square("150627", 111).replace("112,", "112.5,"))

    edits = {"approval.json": approval(atlas), "boundaries/county-2024.geojson": moved}
    made = toy_release(edits)
    faults = [one for one in check_release(made) if one.level == "error"]
    assert [one.file for one in faults] == ["approval.json"]
    assert "审图号" in faults[0].what.zh
    reopened = open_release(made)
    assert reopened.approval is not None
    assert map_view(reopened, "population").marks[0].zh == INTERNAL
    assert NUMBER not in standalone(reopened, "population")


@pytest.mark.parametrize("text", ["{", "[]", '{"number": "1"}', "\ufffe"])
@pytest.mark.slow
def test_a_faulty_approval_costs_the_number_not_the_release(
    toy_release: ToyRelease, text: str
) -> None:
    made = toy_release({"approval.json": text})
    assert {one.file for one in check_release(made)} == {"approval.json"}
    assert open_release(made).mark.zh == INTERNAL


def test_the_mark_of_made_up_data_stays_beside_the_number(
    atlas: Atlas, toy_release: ToyRelease
) -> None:
    approved = open_release(toy_release({"approval.json": approval(atlas)}))
    made_up = dataclasses.replace(approved, synthetic=True)
    assert [mark.zh for mark in map_view(made_up, "population").marks] == [
        "示例数据 非真实统计", f"审图号：{NUMBER}",
    ]  # fmt: skip


def test_no_number_ships(atlas: Atlas) -> None:
    from geomap.paths import shipped_data_dir

    assert atlas.approval is None
    assert not (shipped_data_dir() / "approval.json").exists()


def test_a_small_figure_of_areas_together_is_not_had_by_subtraction(tmp_path: Path) -> None:
    # 23 − 20 would be the 3 that two districts have together; neither has a figure of its own.
    rows = row(CITY, "23") + row(f"{EAST}+{KANG}", "3") + row(EJIN, "20")
    public = for_audience(open_release(toy(tmp_path / "r", rows)))
    seen = map_view(public, "talent_high", year=2020)
    assert seen.joint[0].status == "suppressed"
    assert seen.city is not None
    shown = [seen.city.value, *(area.value for area in seen.areas if area.code == EJIN)]
    assert None in shown


def test_areas_that_are_withheld_are_not_said_to_have_no_figure_of_their_own(
    tmp_path: Path,
) -> None:
    rows = row(EAST, "47") + row(KANG, "3") + row(f"{EAST}+{KANG}", "50")
    public = for_audience(open_release(toy(tmp_path / "r", rows)))
    seen = map_view(public, "talent_high", year=2020)
    assert [area.status for area in seen.areas][:2] == ["suppressed", "suppressed"]
    assert [note.zh for note in seen.notes] == ["3 个旗区中 2 个不予公开"]


def test_the_method_of_an_estimate_quotes_no_withheld_total(tmp_path: Path) -> None:
    # 63 less the small 3 leaves 60, which is spread over 300 and 200 people.
    catalogue = json.loads(TOY["indicators.json"])
    catalogue["indicators"][2]["weights"] = ["population"]
    rate = {**catalogue["indicators"][4], "id": "per_head", "decimals": 4}
    rate["formula"] = {"op": "ratio", "of": "talent_high", "per": "population", "scale": 100}
    catalogue["indicators"].append(rate)
    files = {"indicators.json": json.dumps(catalogue, ensure_ascii=False)}
    rows = row(CITY, "63") + row(EAST, "3")
    atlas = open_release(toy(tmp_path / "r", rows, **files))
    inside = map_view(atlas, "talent_high", year=2020)
    assert "63" in str(inside.areas[1].method)
    public = for_audience(atlas)
    for name in ("talent_high", "per_head"):
        seen = map_view(public, name, year=2020)
        estimated = [area for area in seen.areas if area.value is not None]
        assert all("估算" in str(area.method) for area in estimated)
        assert not any("63" in str(area.method) for area in seen.areas)
    assert seen.areas[1].status == "apportioned"
    assert not any("63" in str(one) for one in public.estimates.table["method"])


@pytest.mark.slow
def test_an_edition_is_worked_out_once_and_goes_with_its_release(atlas: Atlas) -> None:
    whole = dataclasses.replace(atlas)
    public = for_audience(whole)
    # However many other releases have been narrowed in between.
    others = [for_audience(dataclasses.replace(atlas)) for _ in range(5)]
    assert for_audience(whole) is public
    assert len(others) == 5
    gone = weakref.ref(public)
    del whole, public
    gc.collect()
    assert gone() is None
