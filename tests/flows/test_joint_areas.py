"""Areas counted together, 150602+150603: kept as such, never split, never counted twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import NotFoundError
from geomap.release.check import check_release
from geomap.release.open import open_release
from geomap.tables.spellings import JointSpellings, area_spellings
from geomap.views.evidence.documents import documents
from geomap.views.evidence.provenance import provenance
from geomap.views.maps.view import map_view
from geomap.webmap.payload import payload
from tests.support.toy import STATS_HEAD, TOY, write_toy

EAST, KANG, EJIN, BOTH = "150602", "150603", "150627", "150602+150603"
UNITS = (
    TOY["boundaries/units.csv"]
    .replace("kind,parent\n", "kind,parent,since,split_from\n")
    .replace(",150000\n", ",150000,,\n")
    .replace("district,150600\n", "district,150600,,\n", 1)
    .replace("district,150600\n", "district,150600,2016,150602\n")
    .replace("banner,150600\n", "banner,150600,,\n")
)
BEFORE = (
    "150600,talent,2015,100,人,actual,reported,表3,,\n"
    f"{BOTH},talent,2015,70,人,actual,reported,表3,两区合计70人,\n"
)


def weighted(text: str) -> str:
    catalogue = json.loads(text)
    catalogue["indicators"][1]["weights"] = ["population"]
    return json.dumps(catalogue, ensure_ascii=False)


def toy(directory: Path, rows: str = BEFORE, **files: str) -> Path:
    given = {
        "boundaries/units.csv": UNITS,
        "stats/plan.csv": TOY["stats/plan.csv"] + rows,
        "indicators.json": weighted(TOY["indicators.json"]),
    }
    return write_toy(directory, {**given, **files})


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return open_release(toy(tmp_path_factory.mktemp("joint") / "release"))


def test_a_joint_figure_counts_in_the_control_total(atlas: Atlas) -> None:
    control = map_view(atlas, "talent", year=2015).control
    assert control is not None
    assert (control.total, control.reported_sum, control.gap) == (100, 70, 30)
    # 康巴什 was not there in 2015: two areas, of which 东胜 is covered.
    assert (control.reported, control.areas, control.lacking) == (1, 2, (EJIN,))


def test_members_stay_without_a_value_and_only_the_rest_is_spread(tmp_path: Path) -> None:
    rows = BEFORE.replace("2015", "2020").replace("表3", "表4")
    stats = TOY["stats/plan.csv"].replace(
        "150602,talent,2020,50,人,actual,reported,表2,“五十人”,\n", ""
    )
    view = map_view(open_release(toy(tmp_path / "r", **{"stats/plan.csv": stats + rows})), "talent")
    assert [(one.code, one.value, one.status) for one in view.areas] == [
        (EAST, None, "missing"),
        (KANG, None, "missing"),
        (EJIN, 30, "apportioned"),
    ]
    assert [(one.code, one.value) for one in view.joint] == [(BOTH, 70)]
    assert view.joint[0].name.zh == "东胜区和康巴什区合计"
    assert view.notes[0].zh == (
        "东胜区和康巴什区合计 70人：东胜区、康巴什区合并填报，没有单独的数，不拆分、不估算"
    )


def test_a_joint_figure_moves_no_circle_and_no_year(atlas: Atlas) -> None:
    symbols = map_view(atlas, "talent", year=2020).symbols
    assert symbols is not None
    assert symbols.largest == 50
    assert map_view(atlas, "talent").year == 2020


def test_a_joint_figure_leads_to_its_source(atlas: Atlas) -> None:
    said = provenance(atlas, "talent", BOTH, 2015)
    assert said["value"] == 70
    assert said["figures"][0]["area"]["zh"] == "东胜区和康巴什区合计"
    assert said["figures"][0]["area"]["en"] == "Dongsheng District and Kangbashi District together"
    names = {row["area"].name_zh for row in documents(atlas, "plan").documents[0]["figures"]}
    assert "东胜区和康巴什区合计" in names


def test_codes_that_name_no_two_areas_are_unknown(atlas: Atlas) -> None:
    for code in ("150603+150602", "150602+150602", "150602+999999", "150602+150603+150627"):
        with pytest.raises(NotFoundError):
            atlas.area(code)


def test_the_page_is_told_of_joint_figures_and_of_areas_without_their_own(atlas: Atlas) -> None:
    entry = next(one for one in payload(atlas)["indicators"] if one["id"] == "talent")
    year = entry["years"]["2015"]
    assert year["j"] == [[BOTH, "东胜区和康巴什区合计", 70, "r", False]]
    assert year["g"] == [0, 1]
    assert "j" not in entry["years"]["2020"]


def test_pages_and_api_answer_for_joint_areas(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    query: dict[str, Any] = {"indicator": "talent", "area": BOTH, "year": 2015}
    assert client.get("/api/provenance", query_string=query).get_json()["value"] == 70
    values = client.get("/api/values", query_string={"area": BOTH}).get_json()["values"]
    assert [row["value"] for row in values] == [70]
    assert "东胜区和康巴什区合计" in client.get("/sources").get_data(as_text=True)
    assert client.get("/conflicts").status_code == 200
    assert client.get("/progress").status_code == 200


@pytest.mark.parametrize(
    "written", ["东胜区+康巴什区", "东胜＋康巴什", "东胜区、康巴什区合计", "150602 + 150603"]
)
def test_joint_areas_are_known_by_the_names_of_their_members(atlas: Atlas, written: str) -> None:
    spellings = JointSpellings(area_spellings(atlas.areas.values(), atlas.city))
    assert spellings.cell(written) == BOTH


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("150603+150602,talent,2015,70,人,actual,reported,表3,,\n", "重复或次序不对"),
        ("150602+150602,talent,2015,70,人,actual,reported,表3,,\n", "重复或次序不对"),
        ("150602+999999,talent,2015,70,人,actual,reported,表3,,\n", "没有旗区“999999”"),
        ("150600+150602,talent,2015,70,人,actual,reported,表3,,\n", "没有旗区 150600"),
        ("150602+150603+150627,talent,2015,7,人,actual,reported,表3,,\n", "就是全市"),
        ("150603,talent,2015,20,人,actual,reported,表3,,\n", "2016年才设立"),
    ],
)
@pytest.mark.slow
def test_bad_codes_and_figures_before_an_area_existed_are_found_in_their_row(
    tmp_path: Path, rows: str, words: str
) -> None:
    found = [one for one in check_release(toy(tmp_path / "r", rows)) if one.level == "error"]
    line = TOY["stats/plan.csv"].count("\n") + 1
    assert [(one.file, one.line, one.column) for one in found] == [("stats/plan.csv", line, "area")]
    assert words in found[0].what.zh


def test_a_joint_figure_below_its_members_is_found(tmp_path: Path) -> None:
    rows = "150602+150603,population,2020,799,人,actual,reported,表5,,\n"
    found = [one.what.zh for one in check_release(toy(tmp_path / "r", rows))]
    assert found == ["150602+150603 的 population 799 小于其中已列旗区的合计 800"]
    assert check_release(toy(tmp_path / "s", rows.replace("799", "800"))) == []


@pytest.mark.slow
def test_the_importer_takes_names_and_refuses_by_row_and_column(tmp_path: Path) -> None:
    release, table = toy(tmp_path / "r"), tmp_path / "in.csv"
    given = ["import", str(table), "--source", "old", "--title", "旧数", "--issuer", "统计局"]
    given += ["--date", "2016-03-01", "--data", str(release)]
    table.write_text(STATS_HEAD + "康巴什,population,2015,20,人,actual,reported,表1,,\n", "utf-8")
    refused = CliRunner().invoke(main, given)
    assert refused.exit_code == 1
    assert "in.csv:2: area" in refused.output
    assert "2016年才设立" in refused.output
    table.write_text(
        STATS_HEAD + "东胜区+康巴什区,population,2015,700,人,actual,reported,表1,,\n", "utf-8"
    )
    assert CliRunner().invoke(main, given, catch_exceptions=False).exit_code == 0
    assert map_view(open_release(release), "population", year=2015).joint[0].value == 700
