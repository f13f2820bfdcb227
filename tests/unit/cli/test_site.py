"""``geomap site …`` from the outside: tables in, JSON and files out, faults as messages."""

from __future__ import annotations

import io
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pyproj import Geod

from geomap.siting.answer_files import write
from tests.support.desk import DEMAND, C, D, Desk
from tests.support.roads import NODES, graphml
from tests.support.toy import ToyRelease

M = "id,c1,c2,c3\nd1,0,5,9\nd2,5,0,4\nd3,9,4,0\n"


@pytest.fixture
def desk(tmp_path: Path, toy_release: ToyRelease) -> Desk:
    return Desk(tmp_path, toy_release())


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


# --- answers --------------------------------------------------------------------------------------


def test_the_median_of_a_matrix_is_worked_out(desk: Desk) -> None:
    told = desk.allocate("--matrix", desk.put("M.csv", M), "--sites", 1)
    # c1: 20·5 + 30·9 = 370; c2: 10·5 + 30·4 = 170; c3: 10·9 + 20·4 = 170, the first of equals.
    assert told["objective"] == 170
    assert told["bound"] == pytest.approx(170)
    assert told["gap"] < 1e-9
    assert told["status"] == "optimal"
    assert told["distance"]["kind"] == "matrix"
    assert told["seconds"] >= 0
    assert told["uncovered"] == []


def test_each_demand_says_which_site_serves_it_and_how_far(desk: Desk) -> None:
    told = desk.allocate("--matrix", desk.put("M.csv", M), "--sites", 2)
    # c1 and c3 leave 20·4 = 80, c2 and c3 10·5 = 50, c1 and c2 30·4 = 120.
    assert told["chosen"] == ["c2", "c3"]
    assert told["assignments"] == [
        {"demand": "d1", "site": "c2", "distance": 5, "share": 1},
        {"demand": "d2", "site": "c2", "distance": 0, "share": 1},
        {"demand": "d3", "site": "c3", "distance": 0, "share": 1},
    ]
    assert [one["serves_weight"] for one in told["chosen_sites"]] == [30, 30]


def test_coverage_within_a_radius_names_who_is_left_out(desk: Desk) -> None:
    matrix = desk.put("M.csv", M)
    told = desk.allocate("--matrix", matrix, "--model", "mclp", "--radius-km", 4, "--sites", 1)
    assert told["objective"] == 50
    assert told["uncovered"] == ["d1"]
    assert [(one["id"], one["name"], one["weight"]) for one in told["uncovered_demands"]] == [
        ("d1", "一", 10)
    ]


def test_fewest_sites_for_all(desk: Desk) -> None:
    told = desk.allocate("--matrix", desk.put("M.csv", M), "--model", "lscp", "--radius-km", 4.5)
    assert told["objective"] == 2
    assert told["uncovered"] == []


def test_the_largest_distance_is_made_small(desk: Desk) -> None:
    told = desk.allocate("--matrix", desk.put("M.csv", M), "--model", "p-center", "--sites", 1)
    assert told["objective"] == 5
    assert told["chosen"] == ["c2"]


def test_what_exists_stays_and_is_not_chosen_again(desk: Desk) -> None:
    existing = desk.put("E.csv", "id,lon,lat\nc3,111.5,39.5\n")
    told = desk.allocate("--existing", existing, "--sites", 1)
    assert ids(told["existing"]) == ["c3"]
    assert told["chosen"] == ["c2"]
    before, after = told["before"]["radii"][0], told["after"]["radii"][0]
    assert (before["share"], after["share"]) == (pytest.approx(30 / 60), pytest.approx(50 / 60))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", ["p-median", "mclp", "p-center"])
def test_no_set_of_sites_is_better(desk: Desk, model: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = rng.uniform((107, 37.8), (111.5, 40.8), (20, 2)).round(5)
    weight = rng.integers(1, 50, 13)
    demand = DEMAND + "".join(
        f"d{at},,,{x},{y},{weight[at]}\n" for at, (x, y) in enumerate(places[:13])
    )
    sites = "id,lon,lat\n" + "".join(f"c{at},{x},{y}\n" for at, (x, y) in enumerate(places[13:]))
    words = ["--model", model, "--sites", 2, "--radius-km", 80]
    told = desk.allocate(*words, demand=demand, candidates=sites)
    km = np.array(
        [[Geod(ellps="WGS84").inv(*one, *other)[2] / 1000 for other in places[13:]]
         for one in places[:13]]
    )  # fmt: skip
    values = []
    for pair in combinations(range(7), 2):
        nearest = km[:, pair].min(axis=1)
        values.append(
            {
                "p-median": (weight * nearest).sum(),
                "mclp": -weight[nearest <= 80].sum(),
                "p-center": nearest.max(),
            }[model]
        )
    sign = -1 if model == "mclp" else 1
    assert told["objective"] == pytest.approx(sign * min(values), rel=1e-9)
    assert told["status"] == "optimal"


def test_without_a_radius_only_what_no_site_can_reach_is_uncovered(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1,c2,c3\nd1,0,500,900\nd2,500,0,400\nd3,inf,inf,inf\n")
    told = desk.allocate("--matrix", matrix, "--sites", 1)
    assert told["status"] == "infeasible"
    reached = desk.put("M.csv", "id,c1,c2,c3\nd1,0,500,900\nd2,500,0,400\nd3,1,1,1\n")
    told = desk.allocate("--matrix", reached, "--sites", 1)
    # c1: 20 · 500 + 30, c2: 10 · 500 + 30: d1 is 500 away, beyond each radius of the report.
    assert (told["chosen"], told["uncovered"], told["uncovered_demands"]) == (["c2"], [], [])
    assert told["after"]["beyond"] == ["d1"]
    told = desk.allocate("--matrix", reached, "--sites", 1, "--radius-km", 400)
    assert told["uncovered"] == ["d1"]


def test_a_budget_takes_the_place_of_a_number(desk: Desk) -> None:
    priced = "id,lon,lat,cost\nc1,109.5,39.5,1\nc2,110.5,39.5,9\nc3,111.5,39.5,4\n"
    told = desk.allocate("--budget", 5, candidates=priced)
    assert told["chosen"] == ["c1", "c3"]


def test_capacities_are_kept(desk: Desk) -> None:
    held = "id,lon,lat,capacity\nc1,109.5,39.5,30\nc2,110.5,39.5,30\nc3,111.5,39.5,30\n"
    told = desk.allocate("--model", "capacitated", "--sites", 2, candidates=held)
    assert sorted(one["serves_weight"] for one in told["chosen_sites"]) == [30, 30]


def test_a_required_area_is_named_as_people_name_it(desk: Desk) -> None:
    told = desk.allocate("--sites", 1, "--require-area", "东胜")
    assert told["chosen"] == ["c1"]


def test_a_detour_factor_lengthens_everything_and_is_said(desk: Desk) -> None:
    straight = desk.allocate("--sites", 1)
    longer = desk.allocate("--sites", 1, "--detour", 1.3)
    assert longer["objective"] == pytest.approx(1.3 * straight["objective"])
    assert "1.3" in longer["distance"]["words"]["zh"]


def test_tables_of_another_region_work_and_keep_their_names(desk: Desk) -> None:
    demand = DEMAND + "a,甲,渝中,106.55,29.56,3\nb,乙,江北,106.60,29.60,1\n"
    sites = "id,lon,lat\nx,106.55,29.56\ny,106.60,29.60\n"
    told = desk.allocate("--sites", 1, demand=demand, candidates=sites)
    assert told["chosen"] == ["x"]
    assert [one["area"] for one in told["after"]["by_area"]] == ["江北", "渝中"]


def test_columns_may_be_few(desk: Desk) -> None:
    told = desk.allocate("--sites", 1, demand="id,lon,lat,weight\n1,109.5,39.5,2\n")
    assert told["chosen"] == ["c1"]


def test_nothing_but_json_goes_to_standard_output(desk: Desk) -> None:
    result = desk.try_allocate("--sites", 1, demand=D + "d4,四,,109.5,39.5,1\n")
    assert json.loads(result.stdout)["status"] == "optimal"
    assert "同一位置" in result.stderr


def test_what_cannot_be_done_says_who_and_what_would_help(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1,c2\nd1,0,5\nd2,5,0\nd3,9,7\n")
    sites = "id,lon,lat\nc1,109.5,39.5\nc2,110.5,39.5\n"
    words = ["--matrix", matrix, "--model", "lscp", "--radius-km", 4]
    told = desk.allocate(*words, candidates=sites)
    assert told["status"] == "infeasible"
    assert [one["name"] for one in told["reasons"][0]["demands"]] == ["三"]
    assert [(one["what"], one["least"]) for one in told["relief"]] == [("radius", 7)]
    assert told["chosen"] == []


def test_the_default_demand_is_coarse_and_says_so(desk: Desk) -> None:
    result = desk.run("cover", "--existing", "sites:base", "--json")
    told = json.loads(result.stdout)
    assert told["inputs"]["coarse"] is True
    assert told["inputs"]["weight"] == 1000
    assert "粗略" in told["assumptions"][0]["zh"]
    assert "乙基地" in told["inputs"]["gaps"][0]["zh"]


def test_a_site_is_moved_and_the_difference_shown_by_area(desk: Desk) -> None:
    existing = desk.put("E.csv", "id,lon,lat\ne1,109.5,39.5\n")
    tables = ("--demand", desk.put("D.csv", D), "--existing", existing)
    told = json.loads(desk.run("whatif", *tables, "--move", "e1,111.5,39.5", "--json").stdout)
    assert [one["weight"] for one in (told["before"]["radii"][0], told["after"]["radii"][0])] == [
        10,
        30,
    ]
    assert {one["area"]: one["radii"][0]["share"] for one in told["changes"]} == {
        "150602": -1,
        "150603": 0,
        "150627": 1,
    }


def test_candidates_are_ranked_with_their_reasons(desk: Desk) -> None:
    criteria = [
        {"id": "near", "kind": "distance", "of": "demand", "influence": "less", "weight": 3},
        {"id": "many", "kind": "column", "of": "room", "weight": 1},
    ]
    tables = ("--demand", desk.put("D.csv", DEMAND + "d1,,,109.5,39.5,1\n"))
    tables += ("--candidates", desk.put("C.csv", "id,lon,lat,room\nx,109.5,39.5,5\ny,111,39.5,9\n"))
    words = ("--criteria", desk.put("K.json", json.dumps(criteria)))
    told = json.loads(desk.run("rank", *tables, *words, "--json").stdout)["ranking"]
    # x is nearest and least roomy: 3/4 · 1 + 1/4 · 0; y the other way round.
    assert [(one["id"], one["score"]) for one in told["rows"]] == [("x", 0.75), ("y", 0.25)]
    # Half of all weight is where both have the score 1/2.
    assert told["sensitivity"]["change"] == pytest.approx(0.25)
    assert told["sensitivity"]["rival"]["id"] == "y"


def test_a_constant_criterion_is_named(desk: Desk) -> None:
    criteria = [{"id": "same", "kind": "column", "of": "room"}]
    tables = ("--candidates", desk.put("C.csv", "id,lon,lat,room\nx,109.5,39.5,5\ny,111,39.5,5\n"))
    words = ("--criteria", desk.put("K.json", json.dumps(criteria)))
    told = json.loads(desk.run("rank", *tables, *words, "--json").stdout)
    assert "各候选点相同" in told["ranking"]["notes"][0]["zh"]


def test_roads_are_followed_and_a_piece_apart_is_named(desk: Desk) -> None:
    roads = graphml(("a", "b", 9000, 60), ("b", "c", 9000, 60), ("x", "x", 1, 60))
    rows = {"a": 1, "c": 2, "x": 3}
    demand = "id,lon,lat,weight\n" + "".join(
        f"{id_},{NODES[id_][0]},{NODES[id_][1]},{weight}\n" for id_, weight in rows.items()
    )
    sites = "id,lon,lat\nb,109.1,39.0\n"
    words = ["--roads", desk.put("r.graphml", roads), "--model", "mclp", "--radius-km", 9.5]
    told = desk.allocate(*words, "--sites", 1, demand=demand, candidates=sites)
    assert told["distance"]["kind"] == "network"
    nine = pytest.approx(9, abs=1e-9)  # as the sum of parts of a split edge
    assert [one["distance"] for one in told["assignments"]] == [nine, nine, None]
    assert told["uncovered"] == ["x"]
    assert any("不连通" in one["zh"] for one in told["inputs"]["notices"])


def test_a_workbook_serves_as_well_as_a_csv_file(desk: Desk) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["编号", "经度", "纬度", "人数"], ["d1", 109.5, 39.5, 10], ["d2", 110.5, 39.5, 20]):
        book.active.append(row)
    book.save(desk.home / "D.xlsx")
    tables = ("--demand", desk.home / "D.xlsx", "--candidates", desk.put("C.csv", C))
    told = json.loads(desk.run("allocate", *tables, "--sites", 1, "--json").stdout)
    assert told["chosen"] == ["c2"]
    assert told["inputs"]["weight"] == 30


def test_declared_gcj02_is_moved_by_some_hundred_metres(desk: Desk) -> None:
    one = "id,lon,lat,weight\nd,109.5,39.5,1\n"
    told = desk.allocate("--sites", 1, "--crs", "gcj02", demand=one)
    # Both tables are in it, so they stay together; the points themselves are moved.
    assert told["objective"] == 0
    east = told["demands"][0]["lon"] - 109.5
    assert 0.001 < abs(east) < 0.01


def test_demand_of_weight_0_counts_nowhere_and_is_said(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1,c2,c3\nd1,0,9,9\nd2,9,0,1\nd3,9,9,9\n")
    zero = D.replace("111.5,39.5,30", "111.5,39.5,0")
    result = desk.try_allocate("--matrix", matrix, "--model", "p-center", "--sites", 2, demand=zero)
    told = json.loads(result.stdout)
    assert (told["chosen"], told["objective"]) == (["c1", "c2"], 0)
    assert "权重为 0，不计入" in result.stderr


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demand", "candidates", "words", "zh", "en"),
    [
        (DEMAND, C, ["--sites", 1], "没有需求点", "holds no demand"),
        (DEMAND + "d,,,109.5,39.5,-1\n", C, ["--sites", 1], "−1 是负数", "−1 is negative"),
        (DEMAND + "d,,,109.5,39.5,\n", C, ["--sites", 1], "空着", "is empty"),
        (D, "id,lon,lat\nc,116.4,39.9\n", ["--sites", 1], "不在本市范围内", "outside the city"),
        (D, C, ["--sites", 4], "要新增 4 个，候选点只有 3 个", "4 new sites are asked for"),
        (D, C, ["--model", "mclp", "--radius-km", 0, "--sites", 1], "半径 0 应大于 0", "above 0"),
        (D, C, ["--model", "capacitated", "--sites", 1], "3 个点位没有容量", "have no capacity"),
        (DEMAND + "d,,,39.5,109.5,1\n", C, ["--sites", 1], "经纬度像是颠倒了", "look swapped"),
        (DEMAND + "d,,,109°30′,39.5,1\n", C, ["--sites", 1], "度分秒", "degrees and minutes"),
        (D, C, [], "新建个数与预算须填一个", "one of the two"),
        (D, C, ["--sites", 1, "--detour", 0.5], "绕行系数应在 1 至 5 之间", "from 1 to 5"),
        (D, C, ["--sites", 1, "--time-limit", 0], "时限 0 秒应大于 0", "must be above 0"),
        (D, C, ["--sites", 1, "--require-area", "北京"], "没有地区“北京”", "no area"),
        (D, C, ["--budget", 3], "3 个点位没有费用", "have no cost"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_both_languages(
    desk: Desk, demand: str, candidates: str, words: list[object], zh: str, en: str
) -> None:
    result = desk.try_allocate(*words, demand=demand, candidates=candidates)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert zh in result.stderr
    assert en in result.stderr


def test_capacity_below_the_demand_says_how_much_is_short(desk: Desk) -> None:
    held = "id,lon,lat,capacity\nc1,109.5,39.5,10\nc2,110.5,39.5,15\n"
    result = desk.try_allocate("--model", "capacitated", "--sites", 2, candidates=held)
    assert "容量 25 小于总需求 60，还差 35" in result.stderr


def test_a_matrix_that_does_not_fit_names_every_id_that_it_lacks(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1,c9\nd1,0,5\nd7,5,0\n")
    result = desk.try_allocate("--sites", 1, "--matrix", matrix)
    assert result.exit_code == 1
    assert "缺少行 d2、d3" in result.stderr
    assert "缺少列 c2、c3" in result.stderr


def test_an_empty_cell_of_a_matrix_is_asked_after_and_not_guessed(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1,c2,c3\nd1,0,,9\nd2,5,0,4\nd3,9,4,0\n")
    result = desk.try_allocate("--sites", 1, "--matrix", matrix)
    assert "M.csv:2: c2: 空着: 写公里或分钟；到不了的写 inf" in result.stderr


def test_a_site_put_with_its_coordinates_swapped_is_said_to_be_so(desk: Desk) -> None:
    existing = desk.put("E.csv", "id,lon,lat\ne1,109.5,39.5\n")
    result = desk.run("whatif", "--existing", existing, "--put", "39.5,109.5")
    assert result.exit_code == 1
    assert "经纬度像是颠倒了" in result.stderr


def test_radii_are_reported_once_each_and_in_order(desk: Desk) -> None:
    told = desk.allocate("--sites", 1, "--radii", "60,30,60")
    assert [one["radius"] for one in told["after"]["radii"]] == [30, 60]


def test_all_faults_of_all_tables_are_told_at_once(desk: Desk) -> None:
    matrix = desk.put("M.csv", "id,c1\nd1,far\n")
    result = desk.try_allocate(
        "--sites", 1, "--matrix", matrix,
        demand=DEMAND + "d1,,,109.5,39.5,-1\n", candidates="id,lon,lat\nc1,109.5,95\n",
    )  # fmt: skip
    for name in ("D.csv:2", "C.csv:2", "M.csv:2"):
        assert name in result.stderr


@pytest.mark.slow
def test_a_hundred_thousand_candidates_are_refused_with_what_is_possible(desk: Desk) -> None:
    many = "id,lon,lat\n" + "".join(f"c{number},109.5,39.5\n" for number in range(100_000))
    result = desk.try_allocate("--sites", 1, candidates=many)
    assert result.exit_code == 1
    assert "100,000 个候选点，最多 20,000 个" in result.stderr


def test_two_ways_to_measure_cannot_be_used_together(desk: Desk) -> None:
    result = desk.try_allocate("--sites", 1, "--detour", 1.2, "--matrix", desk.put("M.csv", M))
    assert result.exit_code == 2


def test_criteria_that_are_no_json_are_refused(desk: Desk) -> None:
    result = desk.run("rank", "--candidates", "sites:base", "--criteria", desk.put("K", "{"))
    assert result.exit_code == 1
    assert "不是 JSON" in result.stderr


# --- files ----------------------------------------------------------------------------------------


def written(desk: Desk, name: str, *words: object) -> bytes:
    tables = ("--demand", desk.put("D.csv", D), "--candidates", desk.put("C.csv", C))
    result = desk.run("allocate", *tables, "--sites", 1, "-o", desk.home / name, *words)
    assert result.exit_code == 0, result.stderr
    return (desk.home / name).read_bytes()


@pytest.mark.slow
def test_the_word_document_holds_the_parts_of_an_argument(desk: Desk) -> None:
    import docx

    word = docx.Document(io.BytesIO(written(desk, "out.docx")))
    heads = [one.text for one in word.paragraphs if one.style and one.style.name == "Heading 1"]
    assert heads == [
        "一、问题", "二、假定", "三、数据及其缺口", "四、方法", "五、结果", "六、未覆盖的需求",
    ]  # fmt: skip
    assert "内部工作用图" in word.sections[0].header.paragraphs[0].text
    assert "公开" in word.sections[0].header.paragraphs[0].text
    assert "".join(
        word.sections[0].footer.paragraphs[0]._p.xpath(".//w:instrText/text()")
    ).split() == ["PAGE", "NUMPAGES"]
    captions = [one.text for one in word.paragraphs if one.style and one.style.name == "Caption"]
    assert [one.split("　")[0] for one in captions] == [
        f"表 {at + 1}" for at in range(len(captions))
    ]
    assert len(captions) == len(word.tables)
    for table in word.tables:
        assert table.style
        assert table.style.name == "geomap Table"
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
        assert table._tbl.tblPr.xpath("w:tblDescription/@w:val")[0].startswith(
            table._tbl.tblPr.xpath("w:tblCaption/@w:val")[0]
        )


def test_the_workbook_lists_demand_with_distances(desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(desk, "out.xlsx")))
    assert book.sheetnames == ["说明", "选中的点位", "需求", "分旗区"]
    rows = list(book["需求"].iter_rows(values_only=True))
    assert [(row[0], row[5]) for row in rows[1:]] == [("d1", 10), ("d2", 20), ("d3", 30)]
    heads = [cell.value for cell in book["需求"][1]]
    assert book["需求"].cell(2, heads.index("距离（km）") + 1).number_format == "#,##0.0"


def test_the_geojson_says_what_each_point_is_and_how_it_was_measured(desk: Desk) -> None:
    told = json.loads(written(desk, "out.geojson"))
    roles = [one["properties"]["role"] for one in told["features"]]
    assert roles == ["demand"] * 3 + ["chosen"]
    assert told["distance"]["kind"] == "geodesic"
    assert told["features"][0]["geometry"]["coordinates"] == [109.5, 39.5]


def test_a_name_that_begins_with_an_equals_sign_stays_text(desk: Desk) -> None:
    tables = ("--demand", desk.put("D.csv", DEMAND + "d1,=1+1,,109.5,39.5,1\n"))
    tables += ("--candidates", desk.put("C.csv", C))
    desk.run("allocate", *tables, "--sites", 1, "-o", desk.home / "o.xlsx")
    book = openpyxl.load_workbook(desk.home / "o.xlsx")
    assert book["需求"]["B2"].data_type == "s"


@pytest.mark.parametrize("kind", ["docx", "xlsx", "geojson", "json"])
@pytest.mark.slow
def test_the_same_outcome_gives_the_same_bytes(desk: Desk, kind: str) -> None:
    outcome = json.loads(written(desk, "out.json"))
    # Files keep the rows; only what is printed has bare ids.
    assert outcome["chosen"][0]["id"] == "c3"
    assert write(outcome, kind) == write(outcome, kind)


def test_another_ending_is_refused(desk: Desk) -> None:
    tables = ("--demand", desk.put("D.csv", D), "--candidates", desk.put("C.csv", C))
    result = desk.run("allocate", *tables, "--sites", 1, "-o", desk.home / "out.pdf")
    assert result.exit_code == 2
