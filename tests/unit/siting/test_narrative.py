"""What an answer of siting says of itself: capacities, budgets, limits, proof, catchments."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest

from geomap.siting.solve.costs import Costs
from geomap.siting.solve.problem import Ask, Case, Effort, Proof
from geomap.siting.solve.solver import solve_model
from geomap.siting.study_proof import upward, verdict
from tests.support.desk import C, D, Desk
from tests.support.toy import ToyRelease

# c1 at d1 can take 30, c2 at d2 12, c3 at d3 18: of d3's 30 there is room for 18 at home.
TIGHT = (
    "id,name,lon,lat,capacity\n"
    "c1,东站,109.5,39.5,30\nc2,中站,110.5,39.5,12\nc3,西站,111.5,39.5,18\n"
)
NOBODY = D.replace("d1,", "d0,无人,,109.5,39.6,0\nd1,")
PRICED = "id,name,lon,lat,cost\nc1,甲,109.5,39.5,100\nc2,乙,110.5,39.5,120\nc3,丙,111.5,39.5,150\n"
ZONE = json.dumps(
    {"type": "Polygon", "coordinates": [[[109, 39], [110, 39], [110, 40], [109, 40], [109, 39]]]}
)
CROWD = "id,name,lon,lat,capacity\ne1,东站,109.5,39.5,30\ne2,中站,110.5,39.5,\n"


@pytest.fixture
def desk(tmp_path: Path, toy_release: ToyRelease) -> Desk:
    return Desk(tmp_path, toy_release())


def written(desk: Desk, kind: str, name: str, *words: object) -> bytes:
    file = desk.home / name
    result = desk.run(kind, *words, "-o", file)
    assert result.exit_code == 0, result.output
    return file.read_bytes()


def tables(desk: Desk, demand: str = D, candidates: str = C) -> tuple[object, ...]:
    return (
        "--demand", desk.put("D.csv", demand), "--candidates", desk.put("C.csv", candidates),
    )  # fmt: skip


# --- capacities -----------------------------------------------------------------------------------


def test_what_is_told_after_is_what_the_capacities_allow(desk: Desk) -> None:
    """A village whose own site is too small is sent to the next: told so everywhere."""
    # d1 is 10, its site e1 takes 9; c2 takes the 10 beside its own 20, and c3 the 30 of d3.
    existing = desk.put("E.csv", "id,lon,lat,capacity\ne1,109.5,39.5,9\n")
    plots = "id,lon,lat,capacity\nc2,110.5,39.5,30\nc3,111.5,39.5,30\n"
    told = desk.allocate(
        "--model", "capacitated", "--sites", 2, "--radii", "20", "--existing", existing,
        candidates=plots,
    )  # fmt: skip
    far = told["assignments"][0]["distance"]
    assert [one["site"] for one in told["assignments"]] == ["c2", "c2", "c3"]
    assert far == pytest.approx(86, abs=1)
    assert told["objective"] == pytest.approx(10 * far)
    assert told["after"]["mean"] == pytest.approx(10 * far / 60)
    assert told["after"]["worst"] == {"distance": pytest.approx(far), "demand": "d1"}
    assert told["after"]["radii"][0]["share"] == pytest.approx(50 / 60)
    first = told["demands"][0]
    assert (first["site"], first["nearest"], first["nearest_distance"]) == ("c2", "e1", 0)
    assert [one["serves_weight"] for one in told["existing"]] == [0]
    assert "不计容量" in told["assumptions"][-2]["zh"]


@pytest.mark.slow
def test_a_demand_shared_out_is_named_in_every_form(desk: Desk) -> None:
    words = (*tables(desk, NOBODY, TIGHT), "--model", "capacitated", "--sites", 3, "--split")
    told = desk.allocate(*words[4:], demand=NOBODY, candidates=TIGHT)
    # d3 is 30, its own site takes 18; 12 go on, and none is of the demand that weighs nothing.
    assert {one["demand"] for one in told["shares"]} <= {"d2", "d3"}
    third = {one["site"]: one["share"] for one in told["shares"] if one["demand"] == "d3"}
    assert third["c3"] == pytest.approx(0.6)
    for one in told["chosen_sites"]:
        assert one["serves_weight"] <= one["capacity"]
    text = desk.run("allocate", *words).stdout
    assert "分摊的需求" in text
    assert "三\t西站\t60.0 %\t18" in text
    word = docx.Document(io.BytesIO(written(desk, "allocate", "a.docx", *words)))
    assert "60.0 %" in [cell.text for table in word.tables for cell in table._cells]
    book = openpyxl.load_workbook(io.BytesIO(written(desk, "allocate", "a.xlsx", *words)))
    assert ["d3", "c3", pytest.approx(0.6), 18] in [
        [cell.value for cell in row[:4]] for row in book["分摊"].iter_rows()
    ]
    features = json.loads(written(desk, "allocate", "a.geojson", *words))["features"]
    shares = [one["properties"].get("shares") for one in features]
    assert any(one and "c3 0.6" in one for one in shares)


# --- budgets and limits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        ("--model", "p-median"),
        ("--model", "p-median", "--fair"),
        ("--model", "mclp", "--radius-km", 10),
        ("--model", "mclp", "--radius-km", 10, "--fair"),
        ("--model", "p-center"),
    ],
)
@pytest.mark.parametrize("budget", [0, 50])
@pytest.mark.slow
def test_a_budget_below_every_price_has_no_answer_but_a_relief(
    desk: Desk, model: tuple[object, ...], budget: int
) -> None:
    told = desk.allocate(*model, "--budget", budget, candidates=PRICED)
    assert (told["status"], told["chosen"]) == ("infeasible", [])
    assert ("budget", 100) in [(one["what"], one["least"]) for one in told["relief"]]
    text = desk.run("allocate", *tables(desk, D, PRICED), *model, "--budget", budget).stdout
    assert "预算至少要 100" in text
    assert "尚无点位" in text


def test_with_existing_sites_a_budget_that_buys_nothing_is_said(desk: Desk) -> None:
    existing = desk.put("E.csv", "id,lon,lat\ne1,109.5,39.5\n")
    told = desk.allocate("--budget", 50, "--existing", existing, candidates=PRICED)
    assert (told["status"], told["chosen"]) == ("optimal", [])
    assert "没有新建" in told["notes"][0]["zh"]


def test_a_gift_keeps_the_bound_of_a_covering_with_prices(desk: Desk) -> None:
    told = desk.allocate(
        "--model", "lscp", "--radius-km", 10, "--budget", 300,
        candidates=PRICED.replace(",100", ",0"),
    )  # fmt: skip
    assert (told["status"], told["objective"], told["bound"]) == ("optimal", 270, 270)


class Once:
    """A clock on which all time has passed after its first look."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return 0.0 if self.looks == 1 else 1e9


def test_a_limit_of_sites_is_not_passed_over_where_nothing_is_proven() -> None:
    rng = np.random.default_rng(1)
    covers = rng.random((40, 20)) < 0.2
    covers[np.arange(40), rng.integers(0, 20, 40)] = True
    case = Case(Costs(np.where(covers, 1.0, 9.0)), np.ones(40))
    ask = Ask("lscp", radius=2, new_sites=7)
    assert solve_model(case, ask).objective == 7
    # Without time the greedy cover of 8 is all there is, and 7 are not ruled out.
    answer = solve_model(case, ask, Effort(seconds=1, clock=Once()))
    assert (answer.status, answer.chosen, answer.objective) == (Proof.UNKNOWN, (), None)
    assert "没有找到 7 处以内的方案，也没有证明不可能" in answer.reasons[0].text.zh
    assert [(one.what, one.least, one.exact) for one in answer.relief] == [("new_sites", 8, False)]


# --- proof ----------------------------------------------------------------------------------------


def test_only_a_gap_of_nothing_is_called_proven() -> None:
    found: dict[str, Any] = {"status": "feasible", "gap": 9.85e-5, "worst": None}
    assert verdict(found) == "与最优相差不到 0.0099 %"
    assert verdict({**found, "gap": None}) == "可行，尚未证明最优"
    assert verdict({**found, "status": "optimal", "gap": 0.0}) == "已证明为最优"
    assert upward(0.07561) == "7.6 %"


@pytest.mark.slow
def test_whole_weights_have_a_whole_bound() -> None:
    rng = np.random.default_rng(5)
    cost = rng.uniform(0, 100, (300, 40))
    case = Case(Costs(cost), rng.integers(1, 60, 300).astype(float))
    answer = solve_model(case, Ask("mclp", new_sites=4, radius=20))
    assert answer.status is Proof.OPTIMAL
    assert answer.objective == answer.bound == int(answer.objective or 0)


def test_among_equal_covers_the_nearer_is_taken() -> None:
    # Both sites cover both demands; the second stands beside them.
    case = Case(Costs(np.array([[9.0, 1.0], [9.0, 1.0]])), np.ones(2))
    answer = solve_model(case, Ask("lscp", radius=10))
    assert (answer.chosen, answer.objective) == ((1,), 1)


def test_a_covering_that_covers_nothing_is_no_recommendation(desk: Desk) -> None:
    away = C.replace("39.5", "39.6")
    told = desk.allocate("--model", "mclp", "--radius-km", 0.1, "--sites", 1, candidates=away)
    assert told["objective"] == 0
    assert "没有任何需求" in told["notes"][0]["zh"]


def test_a_total_is_that_of_the_chosen_sites_in_double_precision() -> None:
    case = Case(Costs(np.full((3, 2), 0.1, dtype=np.float32)), np.full(3, 1 / 3))
    answer = solve_model(
        replace(case, costs=Costs(case.costs.matrix)), Ask("p-median", new_sites=1)
    )
    assert answer.objective == float(np.float32(0.1)) * (1 / 3) * 3


# --- exclusion ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_excluded_plots_are_left_out_by_name_in_answer_settings_and_documents(desk: Desk) -> None:
    zone = desk.put("红线.geojson", ZONE)
    told = desk.allocate("--sites", 2, "--exclude", zone, candidates=PRICED)
    assert told["chosen"] == ["c2", "c3"]
    assert told["settings"]["exclude"] == "红线.geojson"
    words = (*tables(desk, D, PRICED), "--sites", 2, "--exclude", zone)
    file = written(desk, "allocate", "a.docx", *words)
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(file)).paragraphs)
    assert "1 个候选点在排除范围“红线.geojson”内，不参加：甲" in text
    assert "候选点避开“红线.geojson”的范围" in text


def test_a_ranking_leaves_excluded_plots_out_too(desk: Desk) -> None:
    criteria = desk.put("K.json", '[{"id":"a","kind":"column","of":"cost"}]')
    result = desk.run(
        "rank", *tables(desk, D, PRICED), "--criteria", criteria,
        "--exclude", desk.put("Z.json", ZONE), "--json",
    )  # fmt: skip
    ranking = json.loads(result.stdout)["ranking"]
    assert [one["id"] for one in ranking["rows"]] == ["c3", "c2"]


@pytest.mark.slow
def test_columns_of_figures_stand_at_the_right_with_their_heads_and_names_at_the_left(
    desk: Desk,
) -> None:
    criteria = json.dumps([
        {"id": "a", "kind": "density", "of": "demand", "weight": 5, "within_km": 50},
        {"id": "b", "kind": "distance", "of": "demand", "weight": 3, "influence": "less"},
    ])  # fmt: skip
    words = (*tables(desk), "--criteria", desk.put("k.json", criteria))
    word = docx.Document(io.BytesIO(written(desk, "rank", "a.docx", *words)))
    ranking = word.tables[-1]
    heads = [cell.text for cell in ranking.rows[0].cells]
    # Of 8 parts of weight 5 and 3; each candidate has one village within 50 km, at its own place.
    assert heads[3].endswith("（62.5 %）")
    assert heads[4].endswith("（公里，37.5 %）")
    assert sorted(row.cells[3].text for row in ranking.rows[1:]) == ["10", "20", "30"]
    assert {row.cells[4].text for row in ranking.rows[1:]} == {"0.00"}
    assert [_at_right(cell) for cell in ranking.rows[0].cells] == [True, False, True, True, True]
    allocated = written(desk, "allocate", "a.docx", *tables(desk), "--sites", 1)
    service = next(
        table
        for table in docx.Document(io.BytesIO(allocated)).tables
        if "公里内的需求" in table.rows[1].cells[0].text
    )
    for row in service.rows:
        # A change begins with its sign, and is a figure all the same.
        assert [_at_right(cell) for cell in row.cells] == [False, True, True, True]


def _at_right(cell: Any) -> bool:
    return cell.paragraphs[0].style.name in {"geomap Table Head Right", "geomap Table Number"}


def test_exclusion_of_everything_is_refused(desk: Desk) -> None:
    result = desk.try_allocate(
        "--sites", 1, "--exclude", desk.put("Z.json", ZONE),
        candidates="id,lon,lat\nc1,109.5,39.5\n",
    )  # fmt: skip
    assert result.exit_code != 0
    assert "候选点全在排除范围" in result.stderr


# --- catchments -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_catchment_stands_in_every_form_and_a_site_without_capacity_is_named(
    desk: Desk,
) -> None:
    words = (
        "--demand", desk.put("D.csv", D), "--existing", desk.put("E.csv", CROWD),
        "--catchment", 30,
    )  # fmt: skip
    told = json.loads(desk.run("cover", *words, "--json").stdout)["access"]
    # 30 places for the 10 of d1; what e2 has nobody knows; d3 reaches neither.
    assert [one["access"] for one in told["demands"]] == [3, 0, 0]
    assert [one["at_least"] for one in told["demands"]] == [False, True, False]
    assert told["without_capacity"] == ["e2"]
    text = desk.run("cover", *words).stdout
    for said in ("一\t3\n", "二\t不详\n", "三\t0\n", "所及之处至少如此：中站"):
        assert said in text
    word = docx.Document(io.BytesIO(written(desk, "cover", "a.docx", *words)))
    assert any("2SFCA" in one.text for one in word.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(written(desk, "cover", "a.xlsx", *words)))
    assert [cell.value for cell in book["可及性"]["C"]][1:] == [3, 0, 0]
    made = json.loads(written(desk, "cover", "a.geojson", *words))
    assert made["access"]["without_capacity"] == ["e2"]
    assert made["features"][0]["properties"]["access"] == 3


def test_a_catchment_of_sites_without_any_capacity_is_refused(desk: Desk) -> None:
    bare = desk.put("E.csv", "id,lon,lat\ne1,109.5,39.5\n")
    result = desk.run(
        "cover", "--demand", desk.put("D.csv", D), "--existing", bare, "--catchment", 30
    )
    assert result.exit_code != 0
    assert "没有一处点位有容量" in result.stderr


# --- ties and sites without coordinates -----------------------------------------------------------


@pytest.mark.slow
def test_a_tie_is_called_a_tie(desk: Desk) -> None:
    plots = "id,name,lon,lat,flat,room\nc1,一,109.5,39.5,7,2\nc2,二,110.5,39.5,7,9\n"
    criteria = '[{"id":"平","kind":"column","of":"flat"},{"id":"房","kind":"column","of":"room"}]'
    words = (*tables(desk, D, plots), "--criteria", desk.put("K.json", criteria))
    text = desk.run("rank", *words).stdout
    assert "权重到 100.0 % 时“一”与第一名并列" in text
    assert "让给" not in text
    same = desk.run("rank", *tables(desk, D, plots.replace(",9", ",2")), *words[4:]).stdout
    assert "并列第一：一、二" in same
    assert "并列首位" in same


def test_a_site_without_coordinates_is_said_with_its_area(desk: Desk) -> None:
    text = desk.run("cover", "--existing", "sites:base").stdout
    assert "处现有点位没有坐标，未计入" in text
    assert "（有点位，无坐标，未计入）" in text


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_headings_of_a_land_office_are_understood(desk: Desk) -> None:
    plots = (
        "\ufeff地块编号,地块名称,经度,纬度,造价（万元）,面积（亩）\r\n"
        "c1,甲,109.5,39.5,100,20\r\nc2,乙,110.5,39.5,120,30\r\n"
    )
    told = desk.allocate("--budget", 130, candidates=plots)
    assert told["chosen"] == ["c2"]
    said = json.dumps(told["inputs"]["notices"], ensure_ascii=False)
    assert "造价 的单位：万元" in said
    assert "字节顺序标记" not in said
    assert "字节顺序标记" in json.dumps(told["inputs"]["handling"], ensure_ascii=False)
    criteria = desk.put("K.json", '[{"id":"a","kind":"column","of":"面积"}]')
    text = desk.run("rank", *tables(desk, D, plots), "--criteria", criteria).stdout
    assert "1\t乙" in text
