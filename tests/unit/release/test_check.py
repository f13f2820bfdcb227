"""Checking a release: each bad input has its file, its line, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from geomap.errors import Finding, Text
from geomap.release.check import check_release
from geomap.release.import_table import write_datapackage
from tests.support.toy import (
    CATALOGUE,
    SITE_KINDS,
    SOURCES,
    STATS_HEAD,
    TOY,
    Edit,
    ToyRelease,
    indicator,
)

PLAN, BASE = "stats/plan.csv", "sites/base.csv"


def errors(findings: list[Finding]) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.column) for one in findings if one.level == "error"]


def replaced(old: str, new: str) -> Callable[[str], str]:
    """Edit a file of the toy world; what is to be replaced must be there."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def test_a_sound_release_has_no_finding(toy_release: ToyRelease) -> None:
    assert check_release(toy_release()) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "column", "words"),
    [
        (PLAN, "2020,500,", "2020,约500,", 3, "value", "“约500”不是数"),
        (PLAN, "2020,500,", "2020,约500,", 3, "value", "数值写 500，“约”写在约略（approx）列"),
        (PLAN, "2020,500,", "2020,3—5,", 3, "value", "数值写 3，“3—5”写在约略（approx）列"),
        (PLAN, "2020,500,", "2020,1e309,", 3, "value", "超出可表示的范围"),
        (PLAN, "2020,500,", "2020,inf,", 3, "value", "不是数"),
        (PLAN, "2020,500,", "2020,nan,", 3, "value", "不是数"),
        (PLAN, "2020,500,", "2020,-500,", 3, "value", "范围：不小于 0"),
        (PLAN, "2020,500,", "20200,500,", 3, "year", "不是年份"),
        (PLAN, "2020,500,", "1948,500,", 3, "year", "1949 至 2100"),
        (PLAN, "150602,population", "150628,population", 3, "area", "最接近的是"),
        (PLAN, "150602,population", "东盛区,population", 3, "area", "东胜区"),
        (PLAN, "150602,population", "150602,populaton", 3, "indicator", "population"),
        (PLAN, "150602,population", "150602,density", 3, "indicator", "由公式算出"),
        (PLAN, "500,人,", "0.05,万人,", 3, "unit", "乘以 10,000"),
        (PLAN, "500,人,", "500,家,", 3, "unit", "核对指标与单位"),
        (PLAN, "500,人,", "500,,", 3, "unit", "空着"),
        (PLAN, "500,人,actual", "500,人,plan", 3, "kind", "actual、target"),
        (PLAN, "500,人,actual,reported", "500,人,actual,sure", 3, "status", "reported"),
        (PLAN, "500,人,actual,reported", "500,人,actual,missing", 3, "value", "却有数值"),
        (PLAN, "500,人,actual,reported", ",人,actual,reported", 3, "value", "没有数值"),
        (PLAN, "reported,表2,“五十人”", "reported,,“五十人”", 6, "locator", "没有出处"),
        (PLAN, "150603,population", "150602,population", 4, "area", "与第 3 行重复"),
        (PLAN, "“五十人”", "“五十\x08人”", 6, "quote", "U+0008"),
        (PLAN, "“五十人”", "示例数据", 6, "quote", "混有示例数据"),
        (PLAN, "2020,200,", "2020,201,", 2, "value", "合计 1001，大于全市 1000"),
        (BASE, "109.5,39.5", "39.5,109.5", 2, "lon", "经纬度写反了"),
        (BASE, "109.5,39.5", "110.5,39.5", 2, "lon", "该点在 150603 内"),
        (BASE, "109.5,39.5", "108.99,39.5", 2, "lon", "GCJ-02"),
        (BASE, "109.5,39.5", "109.5,", 2, "lon", "缺少经度或纬度"),
        (BASE, ",,,area", ",,,town", 3, "lon", "精度写 area"),
        (BASE, "b2,", "b1,", 3, "id", "与第 2 行重复"),
        (BASE, "b2,", "o1,", 0, "", ""),
        (BASE, "base,市级,150603", "park,市级,150603", 3, "kind", "没有载体类别"),
        (BASE, "plan,第一节", "paln,第一节", 2, "source", "最接近的是 plan"),
        ("sites/figures.csv", "b2,start", "b9,start", 3, "site", "没有载体“b9”"),
        ("sites/figures.csv", "2022-12", "2022-13", 3, "date", "不是日期"),
        ("sites/figures.csv", "启动运行", "", 3, "value", "没有数值"),
        ("sites/offshore.csv", "116.3,39.9", "116.3,399", 2, "lon", "超出经纬度范围"),
        ("boundaries/units.csv", "150600,鄂", "150601,鄂", 1, "code", "没有全市"),
        ("boundaries/units.csv", "banner,150600", "banner,150700", 5, "parent", "没有上级 150700"),
        ("boundaries/units.csv", "150603,康", "150602,康", 4, "code", "与第 3 行重复"),
        ("boundaries/context.geojson", '"邻县"', '""', 2, "name_zh", "没有文字属性"),
    ],
)  # fmt: skip
def test_each_bad_input_is_told_where_and_what_to_do(
    toy_release: ToyRelease, path: str, old: str, new: str, line: int, column: str, words: str
) -> None:
    found = check_release(toy_release({path: replaced(old, new)}))
    told = [
        (one.file, one.line, one.column)
        for one in found
        if one.level == "error" and words in one.what.zh + one.fix.zh
    ]
    wanted = ("sites/offshore.csv", 2, "id") if new == "o1," else (path, line, column)
    assert wanted in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("150602,population", "东胜,population", "“东胜”→“150602”"),
        ("150602,population", "Dongsheng District,population", "→“150602”"),
        ("2020,500,", "2020年,500,", "“2020年”→“2020”"),
        ("2020,500,", "２０２０,５００,", "“５００”→“500”"),
        ("500,人,", "500,people,", "“people”→“人”"),
        ("500,人,actual,reported", "500 ,人,实际,已公布", "“已公布”→“reported”"),
        (STATS_HEAD, "旗区,指标,年份,数值,单位,类型,状态,页码,原文,备注\n", "“旗区”→“area”"),
    ],
)
def test_what_can_be_normalised_is_a_notice_and_no_error(
    toy_release: ToyRelease, old: str, new: str, words: str
) -> None:
    found = check_release(toy_release({PLAN: replaced(old, new)}))
    assert errors(found) == []
    assert any(words in one.what.zh for one in found)


@pytest.mark.parametrize(
    ("part", "word", "city", "of_city", "refused"),
    [
        (200, "", 990, "", True),
        (200, "约", 990, "", False),  # 150 at least, and 500 and 300 beside it
        (250, "约", 990, "", True),  # 245 at least
        (200, "", 990, "以上", False),
        (200, "200—260", 1000, "", False),
        (230, "230—260", 1000, "", True),
    ],
)
def test_areas_exceed_the_city_only_where_the_words_beside_leave_no_room(
    toy_release: ToyRelease, part: int, word: str, city: int, of_city: str, refused: bool
) -> None:
    rows = STATS_HEAD.strip() + ",approx\n"
    for area, number, said in (("150600", city, of_city), ("150602", 500, ""),
                               ("150603", 300, ""), ("150627", part, word)):  # fmt: skip
        rows += f"{area},population,2020,{number},人,actual,reported,表2,,,{said}\n"
    found = [
        one.what.zh for one in check_release(toy_release({PLAN: rows})) if one.level == "error"
    ]
    assert any(f"大于全市 {city}" in one for one in found) is refused


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (TOY[PLAN].encode().replace("区".encode(), b"\xff"), 0),
        (TOY[PLAN].encode().replace(b"150603,talent", b"150603,tal\0ent"), 7),
        (TOY[PLAN].encode("utf-16"), 1),
        (TOY[PLAN].encode()[:-8] + "表".encode()[:2] + b"\n", 8),
    ],
)
def test_a_broken_encoding_is_an_error_on_its_line(
    toy_release: ToyRelease, data: bytes, line: int
) -> None:
    found = check_release(toy_release({PLAN: data}))
    assert errors(found) == ([(PLAN, line, "")] if line else [])


def test_lines_are_right_after_cells_with_line_breaks(toy_release: ToyRelease) -> None:
    def edit(text: str) -> str:
        return text.replace("“五十人”", '"“五\n十\n人”"').replace("2025,120", "2025,x")

    assert errors(check_release(toy_release({PLAN: edit}))) == [(PLAN, 10, "value")]


def test_heads_are_counted_exactly(toy_release: ToyRelease) -> None:
    one_too_many = toy_release({PLAN: replaced("2020,200,", "2020,201,")})
    assert errors(check_release(one_too_many)) == [(PLAN, 2, "value")]


def test_estimates_of_heads_may_be_rounded(toy_release: ToyRelease) -> None:
    # The city's 1000 is exact; an estimate of 200 stands for 199.5 to 200.5, one of 200.5 for less.
    edit = replaced("2020,200,人,actual,reported", "2020,200.5,人,actual,apportioned")
    assert errors(check_release(toy_release({PLAN: edit}))) == [(PLAN, 2, "value")]
    rounded = replaced("2020,500,人,actual,reported", "2020,500.5,人,actual,reported")
    edit = replaced("2020,200,人,actual,reported", "2020,200,人,actual,apportioned")
    both = toy_release({PLAN: lambda text: edit(rounded(text))}, name="both")
    assert errors(check_release(both)) == []


def _talent(*values: str) -> str:
    """Write the parts and totals of one district: talent, then its high-level part."""
    rows = zip(("talent", "talent_high"), values, strict=True)
    return "".join(f"150602,{name},2021,{value},人,actual,reported,表4,,\n" for name, value in rows)


@pytest.mark.parametrize(
    ("values", "faulty"),
    [
        (("50", "51"), True),
        (("50", "50"), False),
        (("50", "50.9"), True),
        (("50.0", "50.1"), False),
    ],
)
def test_a_part_above_its_total_is_an_error_beyond_rounding(
    toy_release: ToyRelease, values: tuple[str, str], faulty: bool
) -> None:
    found = check_release(toy_release({PLAN: TOY[PLAN] + _talent(*values)}))
    assert errors(found) == ([(PLAN, 10, "value")] if faulty else [])


def test_a_part_is_compared_within_one_document_and_year_only(toy_release: ToyRelease) -> None:
    later = _talent("50", "51").replace("talent,2021", "talent,2022")
    assert errors(check_release(toy_release({PLAN: TOY[PLAN] + later}))) == []


def test_areas_may_exceed_the_city_by_the_rounding_of_their_decimals(
    toy_release: ToyRelease,
) -> None:
    def edit(text: str) -> str:
        return text.replace("2020,200,", "2020,200.04,").replace("2020,1000,", "2020,1000.0,")

    assert errors(check_release(toy_release({PLAN: edit}))) == []


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"formula": {"op": "ratio", "of": "population", "per": "land"}}, "formula", "land_area"),
        ({"formula": {"op": "ratio", "of": "population"}}, "formula", "没有"),
        ({"formula": {"op": "sum", "of": "population"}}, "formula", "ratio"),
        ({"formula": {"op": "sites", "of": "park"}}, "formula", "base"),
        ({"formula": {"op": "change", "of": "density"}}, "formula", "绕回自身"),
        ({"formula": {"of": "population"}}, "formula", "缺少 op"),
        ({"part_of": "nothing"}, "part_of", "没有“nothing”"),
        ({"weights": ["populaton"]}, "weights", "population"),
        ({"weights": ["land_area", "land_area"]}, "weights", "重复"),
        ({"weights": ["population"]}, "weights", "不是各旗区可加"),
        ({"group": "none"}, "group", "people"),
        ({"measure": "number"}, "measure", "count"),
        ({"direction": "up"}, "direction", "more"),
        ({"palette": "Bluse"}, "palette", "Blues"),
        ({"method": "quantiles"}, "method", "quantile"),
        ({"k": 12}, "k", "2 至 9"),
        ({"decimals": "1"}, "decimals", "类型不对"),
        ({"k": True}, "k", "类型不对"),
        ({"minimun": 0}, "minimun", "minimum"),
        ({"minimum": 5, "maximum": 1}, "minimum", "大于上限"),
        ({"name_zh": "密\u202e度"}, "name_zh", "U+202E"),
    ],
)
def test_a_faulty_indicator_is_told_by_line_and_member(
    toy_release: ToyRelease, change: dict[str, object], column: str, words: str
) -> None:
    rows = [*CATALOGUE["indicators"][:4], {**CATALOGUE["indicators"][4], **change}]  # type: ignore[dict-item]
    text = as_json({**CATALOGUE, "indicators": rows})
    line = text[: text.index('"density"')].count("\n") + 1
    found = check_release(toy_release({"indicators.json": text}))
    told = [(one.file, one.line, one.column) for one in found if words in one.what.zh + one.fix.zh]
    assert ("indicators.json", line, column) in told


def test_a_weight_that_does_not_add_up_is_refused(toy_release: ToyRelease) -> None:
    rows = [dict(row) for row in CATALOGUE["indicators"]]  # type: ignore[call-overload]
    rows[1]["weights"] = ["population", "density"]
    found = check_release(
        toy_release({"indicators.json": as_json(CATALOGUE | {"indicators": rows})})
    )
    assert [(one.column, "density" in one.what.zh) for one in found] == [("weights", True)]


def test_a_formula_in_a_circle_of_three_names_each(toy_release: ToyRelease) -> None:
    rows = [
        indicator(one, one, "%", formula={"op": "change", "of": of})
        for one, of in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    ]
    text = as_json({**CATALOGUE, "indicators": [*CATALOGUE["indicators"], *rows]})
    found = check_release(toy_release({"indicators.json": text}))
    assert [one.what.en for one in found] == [
        f"{one} leads back to itself" for one in ("a", "b", "c")
    ]


@pytest.mark.parametrize(
    ("path", "content", "column", "words"),
    [
        ("sources.json", [*SOURCES, SOURCES[0]], "id", "出现两次"),
        ("sources.json", [SOURCES[0]], "id", "没有来源 boundaries"),
        ("sources.json", [*SOURCES, {"id": "x"}], "title", "缺少"),
        ("sources.json", [*SOURCES, "x"], "", "不是对象"),
        ("sources.json", {}, "", "应为 list"),
        ("sources.json", [*SOURCES, {**SOURCES[0], "id": "a b"}], "id", "不能作标识"),
        ("sources.json", [*SOURCES, {**SOURCES[0], "id": "demo", "synthetic": True}],
         "synthetic", "混有示例数据"),
        ("site_kinds.json", [{**SITE_KINDS[0], "shape": "heart"}], "shape", "没有“heart”"),
    ],
)  # fmt: skip
def test_a_faulty_list_is_told_by_member(
    toy_release: ToyRelease, path: str, content: object, column: str, words: str
) -> None:
    found = check_release(toy_release({path: as_json(content)}))
    told = [one for one in found if one.file == path and words in one.what.zh + one.fix.zh]
    assert column in [one.column for one in told]


def test_json_may_not_hold_nan(toy_release: ToyRelease) -> None:
    text = TOY["indicators.json"].replace('"minimum": 0', '"minimum": NaN', 1)
    found = check_release(toy_release({"indicators.json": text}))
    assert "NaN" in found[0].what.en


def test_figures_without_a_source_are_refused(toy_release: ToyRelease) -> None:
    directory = toy_release({"stats/rumour.csv": STATS_HEAD})
    assert errors(check_release(directory)) == [("stats/rumour.csv", 0, "source")]


def test_one_site_stands_in_one_file_only(toy_release: ToyRelease) -> None:
    kinds = [*SITE_KINDS, {**SITE_KINDS[0], "id": "park"}]
    park = TOY[BASE].replace(",base,", ",park,").replace("b2,", "p2,")
    directory = toy_release({"site_kinds.json": as_json(kinds), "sites/park.csv": park})
    assert errors(check_release(directory)) == [("sites/park.csv", 2, "id")]


def test_a_real_source_in_a_synthetic_release_is_refused(toy_release: ToyRelease) -> None:
    directory = toy_release()
    title = Text("示例", "Demo")
    write_datapackage(directory, name="demo", title=title, city="150600", synthetic=True)
    assert errors(check_release(directory)) == [("sources.json", 2 + 1, "synthetic")]


def test_a_site_of_the_city_may_lie_in_any_of_its_areas(toy_release: ToyRelease) -> None:
    within = toy_release({BASE: replaced("150602,109.5", "150600,111.5")})
    assert check_release(within) == []
    beyond = toy_release({BASE: replaced("150602,109.5", "150600,112.5")}, name="beyond")
    assert errors(check_release(beyond)) == [(BASE, 2, "lon")]


def test_a_site_on_the_border_belongs_to_both_sides(toy_release: ToyRelease) -> None:
    edit = replaced("109.5,39.5", "110.00001,39.5")
    assert check_release(toy_release({BASE: edit})) == []


def test_findings_stand_in_the_order_of_files_and_lines(toy_release: ToyRelease) -> None:
    edits: dict[str, Edit] = {
        PLAN: lambda text: text.replace("2020,200", "2020,x").replace("2020,500", "2020,y"),
        BASE: replaced("109.5,39.5", "39.5,109.5"),
    }
    assert errors(check_release(toy_release(edits))) == [
        (BASE, 2, "lon"), (PLAN, 3, "value"), (PLAN, 5, "value"),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_published_release_has_no_error() -> None:
    from geomap.paths import data_dir

    assert [str(one) for one in check_release(data_dir())] == []
