"""Conflicts, the arithmetic of the documents and control totals: by hand, and in the release."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.model.catalog import Indicator, Measure, Source
from geomap.model.findings import Findings
from geomap.paths import shipped_data_dir
from geomap.tables.comparability import Vintage
from geomap.tables.json_file import Document
from geomap.values.arithmetic import check_all, check_parts
from geomap.values.checks import Agreement, Check, agreement
from geomap.values.claims import Arithmetic, Claim, Constant, Ref, check_arithmetic, read_arithmetic
from geomap.values.precedence import DEFAULT, Precedence
from geomap.values.precedence_faults import check_precedence
from geomap.values.quantities import Span, exact_number, printed_number
from geomap.values.reconcile import SourcingRules, conflicts, control_total, control_totals
from geomap.views.evidence.conflicts import conflict_report

NAN = math.nan
CITY, A, B, C = "10", "11", "12", "13"
CLOSED, ROUNDING, MISMATCH, UNKNOWN = (
    Agreement.CLOSED, Agreement.ROUNDING, Agreement.MISMATCH, Agreement.UNKNOWN,
)  # fmt: skip
PLAN, TASKS = "plan145", "tasks2025"
LATER = "较晚的文件优先（鄂党办发〔2022〕16号，2022-12-22）"
TABLE = "表格优先于正文（专栏2）"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def release(published_release: Atlas) -> Atlas:
    return published_release


@pytest.fixture(scope="module")
def arithmetic() -> Arithmetic:
    findings = Findings()
    text = (shipped_data_dir() / "arithmetic.json").read_text(encoding="utf-8")
    found = read_arithmetic(Document("arithmetic.json", text, findings))
    assert findings == []
    return found


# --- the published documents ----------------------------------------------------------------------

# Read by hand from the two documents: the value used comes first.
CONFLICTS = {
    ("talent_skilled", 2020, "actual"): ((4.8, 4.64), "同一文件后面的表优先（专栏2）"),
    ("talent_total", 2025, "target"): ((60, 53.8), LATER),
    ("talent_enterprise", 2025, "target"): ((19.6, 13.5), TABLE),
    ("talent_skilled", 2025, "target"): ((7.5, 6.95), TABLE),
    ("talent_rural", 2025, "target"): ((10.7, 9.7), TABLE),
    ("talent_social_work", 2025, "target"): ((1.4, 1.35), TABLE),
    ("high_level_share", 2025, "target"): ((10, 11), LATER),
    ("skilled_share", 2025, "target"): ((35, 33), LATER),
    ("rd_per_10k_employed", 2025, "target"): ((80, 61.54, 61), LATER),
    ("rd_gdp_share", 2025, "target"): ((2.5, 2), LATER),
    ("rd_institutions", 2025, "target"): ((280, 240), LATER),
    ("hightech_firms", 2025, "target"): ((300, 270), LATER),
    ("invention_patents_per_10k", 2025, "target"): ((10, 5), LATER),
}


def test_every_conflict_of_the_documents_is_found_and_no_other(release: Atlas) -> None:
    found = conflicts(release.figures, release.sources)
    assert {(one.indicator, one.year, one.kind): (one.values, one.rule.zh) for one in found} == (
        CONFLICTS
    )
    assert {one.area for one in found} == {"150600"}


def test_each_place_of_a_conflict_is_shown_with_its_words(release: Atlas) -> None:
    (one,) = (
        found
        for found in conflicts(release.figures, release.sources)
        if found.indicator == "rd_per_10k_employed"
    )
    assert [(p.source, p.locator, p.value, p.used) for p in one.places] == [
        (TASKS, "主要目标", 80, True),
        (PLAN, "专栏2 2025年目标", 61.54, False),
        (PLAN, "二（3）主要目标", 61, False),
    ]
    assert one.places[2].quote == "每万名劳动力中研发人员达61人/年"


def test_without_rules_all_conflicts_are_undecided_and_all_values_shown(release: Atlas) -> None:
    found = conflicts(release.figures, release.sources, Precedence(order=()))
    assert len(found) == len(CONFLICTS)
    for one in found:
        assert one.used is None
        assert not any(place.used for place in one.places)
        values, _ = CONFLICTS[one.indicator, one.year, one.kind]
        assert set(one.values) == set(values)


def test_conflicts_are_those_that_the_values_are_marked_with(release: Atlas) -> None:
    # An estimate bears the mark of the total that it is spread from, and is no conflict of its own.
    told = release.values[release.values["status"] != "apportioned"]
    marked = told[told["conflict"]]
    stored = [name for name, one in release.indicators.items() if one.formula is None]
    # Estimates are marked for the city's conflict, not for one of their own.
    estimated = marked["method"].notna() & ~marked["area"].eq(release.city)
    assert set(marked.loc[estimated, "status"]) <= {"apportioned"}
    keys = marked[marked["indicator"].isin(stored) & ~estimated]
    found = {one.key for one in conflicts(release.figures, release.sources)}
    names = ["indicator", "area", "year", "kind"]
    assert {tuple(row) for row in keys[names].itertuples(index=False, name=None)} == found


def checked(release: Atlas, arithmetic: Arithmetic) -> dict[str, Check]:
    found = check_all(release.figures, release.indicators, arithmetic, city=release.city)
    return {one.id: one for one in found}


@pytest.mark.parametrize(
    ("where", "computed", "stated", "verdict"),
    [
        ("专栏1:talent_total:150600:2015:actual", 29.41, 29.4, ROUNDING),
        ("专栏1:talent_total:150600:2020:actual", 43.63, 43.8, MISMATCH),
        ("专栏1:talent_total:150600:2020:target", 41.7, 52, UNKNOWN),
        ("专栏2:talent_total:150600:2020:actual", 43.79, 43.8, ROUNDING),
        ("专栏2:talent_total:150600:2025:target", 61.5, 53.8, MISMATCH),
        ("一、发展背景:talent_total:150600:2020:actual", 43.79, 43.8, ROUNDING),
    ],
)
def test_the_six_kinds_of_talent_are_added_up_table_by_table(
    release: Atlas,
    arithmetic: Arithmetic,
    where: str,
    computed: float,
    stated: float,
    verdict: Agreement,
) -> None:
    one = checked(release, arithmetic)[f"parts:{PLAN}:{where}"]
    assert (one.computed, one.stated, one.verdict) == (computed, stated, verdict)


@pytest.mark.parametrize(
    ("claim", "computed", "verdict"),
    [
        ("talent_increase_2015_2020", 14.4, MISMATCH),
        ("talent_growth_2015_2020", 48.9796, MISMATCH),
        ("talent_growth_by_increase", 42.2078, ROUNDING),
        ("text_parts_2025", 53.8, CLOSED),
        ("high_level_share_2020", 10.2740, ROUNDING),
        ("high_level_share_2025", 11.1524, ROUNDING),
        ("high_level_share_2025_tasks", 10, CLOSED),
        ("gdp_share_jungar_2022", 23.1606, ROUNDING),
        ("gdp_share_ejin_horo_2022", 21.7194, ROUNDING),
        ("population_first_three_2020", 58.5994, ROUNDING),
        ("high_level_yearly_growth", None, UNKNOWN),
        ("rd_share_2024", None, UNKNOWN),
    ],
)
def test_what_the_documents_claim_is_worked_out_again(
    release: Atlas, arithmetic: Arithmetic, claim: str, computed: float | None, verdict: Agreement
) -> None:
    one = checked(release, arithmetic)[claim]
    assert one.verdict is verdict
    assert one.computed == (None if computed is None else pytest.approx(computed, abs=1e-4))


def test_every_claim_of_the_release_is_tested_above(arithmetic: Arithmetic) -> None:
    assert len(arithmetic.claims) == 12


def test_sectors_and_firms_add_up_or_are_rounded(release: Atlas, arithmetic: Arithmetic) -> None:
    verdicts = {
        key.split(":")[3] + key.split(":")[5]: one.verdict
        for key, one in checked(release, arithmetic).items()
        if key.startswith("parts:") and PLAN not in key
    }
    assert verdicts == {
        "gdp2020": CLOSED, "gdp2022": ROUNDING, "firms_with_rd_h12023": CLOSED,
        "rd_expense_h12023": UNKNOWN, "patent_grants2019": UNKNOWN,
        "registered_population2023": UNKNOWN,
    }  # fmt: skip


def test_a_check_says_its_working_in_words(release: Atlas, arithmetic: Arithmetic) -> None:
    one = checked(release, arithmetic)["talent_growth_2015_2020"]
    assert one.working.zh == (
        "(43.8 − 29.4) ÷ 29.4 × 100 = 48.98，文件为 42%，差 6.98；"
        "各数末位舍入前可为 48.56–49.4，文件的数可为 41.5–42.5"
    )
    assert [release.figure_rows[name]["locator"] for name in one.figures] == [
        "一、发展背景", "专栏1 2015年基数",
    ]  # fmt: skip


def test_the_published_rules_name_only_what_there_is(
    release: Atlas, arithmetic: Arithmetic
) -> None:
    named = {
        "indicators": release.indicators, "areas": release.areas, "sources": release.sources,
    }  # fmt: skip
    assert check_arithmetic(arithmetic, **named) == []
    assert check_precedence(DEFAULT, release.figures, **named) == []


def test_population_closes_and_economy_lacks_seven_areas(release: Atlas) -> None:
    parts = [area.code for area in release.parts]
    found = {
        (one.indicator, one.year): one
        for one in control_totals(release.values, release.indicators, city="150600", areas=parts)
    }
    people = found["population", 2020]
    assert (people.total.value, people.reported_sum.value, people.gap.value) == (
        2153638,
        2153638,
        0,
    )
    assert (people.reported, people.verdict) == (9, CLOSED)
    gdp = found["gdp", 2022]
    assert (gdp.total.value, gdp.reported_sum.value, gdp.gap.value) == (5613.4, 2519.3, 3094.1)
    assert (gdp.reported, gdp.areas, gdp.verdict) == (2, 9, Agreement.LACKING)
    assert found["talent_total", 2020].reason.zh == "没有旗区上报"
    assert found["land_area", 2024].verdict is CLOSED


def test_the_report_holds_no_nan_and_counts_itself(release: Atlas, arithmetic: Arithmetic) -> None:
    found = conflict_report(release, SourcingRules(arithmetic=arithmetic))
    json.dumps(found, allow_nan=False)
    assert found["counts"]["conflicts"] == len(found["conflicts"]) == 13
    assert found["counts"]["checks"] == {
        "closed": 4, "rounding": 10, "mismatch": 4, "unknown": 6,
    }  # fmt: skip
    assert found["conflicts"][0]["indicator"] == "talent_total"


# --- arithmetic by hand ---------------------------------------------------------------------------


def indicator(id_: str, decimals: int = 0, unit: str = "万人", **members: Any) -> Indicator:
    return Indicator(
        id_, Text(f"{id_}名", id_), "g", Text(unit, unit), members.pop("measure", Measure.COUNT),
        decimals, "more", Text("", ""), **members,
    )  # fmt: skip


MENU = {
    one.id: one
    for one in (
        indicator("all"), indicator("x", part_of="all"), indicator("y", part_of="all"),
        indicator("heads", unit="人"), indicator("money", unit="亿元"),
    )
}  # fmt: skip


def figure(name: str, number: float, locator: str = "表1", **members: Any) -> Row:
    return {
        "id": f"doc:{name}:{locator}", "area": CITY, "indicator": name, "year": 2020,
        "value": number, "unit": MENU[name].unit.zh, "kind": "actual", "status": "reported",
        "source": "doc", "locator": locator, "quote": "", "note": "", **members,
    }  # fmt: skip


def frame(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(figure("x", 1)))


@pytest.mark.parametrize(
    ("number", "unit", "status", "half"),
    [
        (43.8, "万人", "reported", "0.05"), (52.0, "万人", "reported", "0.5"),
        (5.0, "人", "reported", "0"), (5.0, "人", "derived", "0.5"), (5.0, "%", "reported", "0.5"),
        (0.29, "亿元", "reported", "0.005"),
    ],
)  # fmt: skip
def test_a_number_may_be_off_by_half_its_last_digit_but_heads_are_counted(
    number: float, unit: str, status: str, half: str
) -> None:
    row = {"value": number, "unit": unit, "status": status, "id": "a"}
    assert printed_number(row).half == Decimal(half)


def test_printed_decimals_count_when_they_are_known() -> None:
    row = {"value": 195.0, "unit": "亿元", "status": "reported", "id": "a", "decimals": 1}
    assert printed_number(row).half == Decimal("0.05")


def parts(*rows: Row, complete: tuple[str, ...] = ("all",)) -> list[Check]:
    return list(check_parts(frame(*rows), MENU, complete))


@pytest.mark.parametrize(
    ("x", "verdict"),
    # y is 2 ± 0.5 and the total 5 ± 0.5; x with one decimal is ± 0.05: together 1.05.
    [(3.1, ROUNDING), (3.9, ROUNDING), (4.1, MISMATCH), (2.1, ROUNDING), (1.9, MISMATCH)],
)
def test_the_tolerance_is_half_a_unit_of_every_part_and_the_total(
    x: float, verdict: Agreement
) -> None:
    (one,) = parts(figure("x", x), figure("y", 2), figure("all", 5))
    assert one.verdict is verdict


def test_equal_is_closed() -> None:
    assert [one.verdict for one in parts(figure("x", 3), figure("y", 2), figure("all", 5))] == [
        CLOSED
    ]


def test_a_part_that_is_not_listed_leaves_it_open_unless_the_rest_is_too_much() -> None:
    (one,) = parts(figure("x", 3), figure("all", 5))
    assert (one.verdict, one.note.zh) == (UNKNOWN, "没有列出：y名，合计不必等于总数")
    (one,) = parts(figure("x", 7), figure("all", 5))
    assert one.verdict is MISMATCH


def test_parts_that_are_not_all_there_is_cannot_be_checked() -> None:
    rows = figure("x", 3), figure("y", 1), figure("all", 5)
    (one,) = parts(*rows, complete=())
    assert (one.verdict, "不是全部组成" in one.note.zh) == (UNKNOWN, True)
    assert one.working.zh == "已列 3 + 1 = 4，总数 5万人，其余 1"


def test_only_what_stands_in_one_table_is_added_up() -> None:
    rows = [figure("x", 3, "表1 2020年"), figure("y", 2, "表2"), figure("all", 5, "表1 合计")]
    (one,) = parts(*rows)
    assert one.figures == ("doc:x:表1 2020年", "doc:all:表1 合计")
    assert parts(figure("x", 3, "一"), figure("all", 5, "二")) == []
    assert parts(figure("x", NAN), figure("all", 5)) == []


def claim(op: str, *terms: Ref | Constant, stated: Ref | Constant) -> Claim:
    return Claim("c", Text("题", "title"), op, terms, stated, "doc")


def worked(one: Claim, *rows: Row) -> Check:
    (found,) = check_all(frame(*rows), MENU, Arithmetic(claims=(one,)), city=CITY)
    return found


def number(value: str, unit: str = "万人") -> Constant:
    return Constant(value, unit)


@pytest.mark.parametrize(
    ("op", "terms", "stated", "unit", "verdict"),
    [
        ("sum", ("1.5", "2.5"), "4.0", "万人", CLOSED),
        ("difference", ("43.8", "29.4"), "13", "万人", MISMATCH),
        ("growth", ("44.1", "29.4"), "50", "%", CLOSED),
        ("growth", ("44.1", "29.4"), "50.4", "%", ROUNDING),
        ("growth", ("44.1", "29.4"), "50.6", "%", MISMATCH),
        ("yearly", ("4", "1"), "100", "%", UNKNOWN),
        ("increase", ("13", "43.8"), "42", "%", ROUNDING),
        ("increase", ("13", "12"), "42", "%", UNKNOWN),
        ("share", ("1.0", "3.0", "8.0"), "50.0", "%", CLOSED),
        ("share", ("1", "0"), "50", "%", UNKNOWN),
    ],
)
def test_each_kind_of_claim(
    op: str, terms: tuple[str, ...], stated: str, unit: str, verdict: Agreement
) -> None:
    one = worked(claim(op, *map(number, terms), stated=number(stated, unit)))
    assert one.verdict is verdict


def test_growth_by_the_year_takes_the_years_from_its_figures() -> None:
    rows = figure("money", 14.641, year=2020), figure("money", 10.0001, year=2016)
    one = claim("yearly", Ref("money", 2020), Ref("money", 2016), stated=number("10", "%"))
    assert worked(one, *rows).verdict is ROUNDING


def test_units_are_brought_together_or_it_cannot_be_checked() -> None:
    rows = figure("heads", 20_000), figure("x", 8), figure("money", 3)
    share = claim("share", Ref("heads", 2020), Ref("x", 2020), stated=number("25", "%"))
    assert worked(share, *rows).verdict is CLOSED
    unlike = worked(claim("sum", Ref("heads", 2020), Ref("money", 2020), stated=number("1")), *rows)
    assert (unlike.verdict, "单位不同" in unlike.working.zh) == (UNKNOWN, True)


def test_a_figure_that_is_not_there_or_ambiguous_is_named() -> None:
    one = claim("difference", Ref("x", 2020), Ref("x", 2015), stated=number("1"))
    assert worked(one, figure("x", 3)).working.zh == "没有x名（2015年）的数"
    rows = figure("x", 3, "一"), figure("x", 4, "二"), figure("x", 1, year=2015)
    assert "几个数（3、4）" in worked(one, *rows).working.zh
    placed = claim("difference", Ref("x", 2020, locator="二"), Ref("x", 2015), stated=number("3"))
    assert worked(placed, *rows).verdict is CLOSED


printed_numbers = st.integers(0, 999).map(lambda cents: cents / 100)


@settings(deadline=None)
@given(st.lists(printed_numbers, min_size=2, max_size=6), printed_numbers)
def test_interval_and_tolerance_are_the_same_rule_for_sums(
    terms: list[float], total: float
) -> None:
    rows = [{"value": one, "unit": "亿元", "status": "reported", "id": ""} for one in terms]
    numbers = [printed_number(row) for row in rows]
    stated = printed_number({**rows[0], "value": total})
    zero = Decimal(0)
    span = Span(
        sum((one.value for one in numbers), zero),
        sum((one.low for one in numbers), zero),
        sum((one.high for one in numbers), zero),
    )
    gap = abs(span.value - stated.value)
    slack = sum((one.half for one in numbers), stated.half)
    expected = CLOSED if gap == 0 else ROUNDING if gap <= slack else MISMATCH
    assert agreement(span, stated) is expected


def test_a_number_in_another_unit_keeps_its_width() -> None:
    moved = exact_number(Decimal("4.5"), Decimal("0.05"), "万人").times(Decimal(10_000), "人")
    assert (moved.low, moved.high) == (44_500, 45_500)


# --- the file of claims ---------------------------------------------------------------------------

CLAIM = {
    "id": "c", "title_zh": "题", "title_en": "t", "op": "sum", "source": "doc", "locator": "",
    "terms": [{"indicator": "x", "year": 2020}, {"value": "1.50", "unit": "万人"}],
    "stated": {"value": "4", "unit": "万人"},
}  # fmt: skip


def read(*claims: object) -> tuple[Arithmetic, Findings]:
    findings = Findings()
    text = json.dumps({"complete": ["all"], "claims": claims}, ensure_ascii=False)
    return read_arithmetic(Document("arithmetic.json", text, findings)), findings


def test_a_claim_is_read() -> None:
    found, findings = read(CLAIM)
    assert findings == []
    (one,) = found.claims
    assert one.terms == (Ref("x", 2020), Constant("1.50", "万人"))


@pytest.mark.parametrize(
    "change",
    [
        {"op": "guess"}, {"terms": [{"indicator": "x"}] * 2}, {"op": "growth", "terms": []},
        {"stated": {"value": "about 4", "unit": ""}}, {"surplus": 1}, {"terms": "x"},
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_read_is_a_finding(change: Row) -> None:
    found, findings = read({**CLAIM, **change})
    assert findings.errors
    assert found.claims == ()


def test_a_claim_about_what_there_is_not_is_a_finding() -> None:
    wrong = claim("sum", Ref("z", 2020, area="99"), Ref("x", 2020, source="d"), stated=number("1"))
    found = check_arithmetic(
        Arithmetic(("x",), (wrong,)), indicators=MENU, areas={CITY: 1}, sources={"doc": 1}
    )
    assert sorted(one.what.zh for one in found) == [
        "没有“99”", "没有“d”", "没有“x”", "没有“z”",
    ]  # fmt: skip


# --- conflicts by hand ----------------------------------------------------------------------------


def test_a_value_that_is_missing_elsewhere_is_no_conflict() -> None:
    rows = frame(figure("x", 3, "一"), figure("x", NAN, "二", status="missing"))
    assert conflicts(rows, {"doc": Source("doc", "", "", "", "")}) == ()


def test_a_missing_place_is_shown_beside_those_in_conflict() -> None:
    rows = frame(figure("x", 3, "一"), figure("x", 4, "表1"), figure("x", NAN, "二"))
    (one,) = conflicts(rows, {})
    assert [(place.value, place.used) for place in one.places] == [
        (4, True), (3, False), (None, False),
    ]  # fmt: skip


# --- control totals by hand -----------------------------------------------------------------------


def value(number_: float, status: str = "reported") -> Row:
    return {"value": number_, "status": status, "figures": ()}


def worded(number_: float, word: str) -> Row:
    return {**value(number_), "approx": word}


def controlled(unit: str = "万人", **rows: Row) -> Any:
    areas = {"city": CITY, "a": A, "b": B, "c": C, "ab": f"{A}+{B}"}
    named = {areas[name]: row for name, row in rows.items()}
    return control_total(indicator("x", unit=unit), 2020, named, city=CITY, areas=[A, B, C])


def test_areas_that_add_up_are_closed() -> None:
    one = controlled(city=value(6.6), a=value(1.1), b=value(2.2), c=value(3.3))
    assert (one.verdict, one.gap.value, one.reported, one.lacking) == (CLOSED, 0, 3, ())


def test_a_gap_within_rounding_is_shown_and_not_scaled_away() -> None:
    one = controlled(city=value(6.7), a=value(1.1), b=value(2.2), c=value(3.3))
    assert (one.verdict, one.gap.value, one.reported_sum.value) == (ROUNDING, 0.1, 6.6)


def test_heads_have_no_rounding() -> None:
    one = controlled("人", city=value(7), a=value(1), b=value(2), c=value(3))
    assert (one.verdict, one.gap.value) == (Agreement.OPEN, 1)


@pytest.mark.parametrize(
    ("city", "b", "told", "verdict"),
    [
        # 7 and 3—5: 10 to 12, so a city of 11 is within and one of 13 is not
        (value(11), worded(3, "3—5"), ("11", "10–12", "−1 – 1"), ROUNDING),
        (value(13), worded(3, "3—5"), ("13", "10–12", "1–3"), Agreement.OPEN),
        (value(9), worded(3, "3—5"), ("9", "10–12", "−3 – −1"), Agreement.OPEN),
        # 约30 is 25 to 35
        (value(40), worded(30, "约"), ("40", "32–42", "−2 – 8"), ROUNDING),
        (worded(40, "约"), value(33), ("约40", "40", "−5 – 5"), ROUNDING),
        (value(40), worded(30, "超过"), ("40", "超过37", "不超过3"), ROUNDING),
        (value(36), worded(30, "超过"), ("36", "超过37", "不超过−1"), Agreement.OPEN),
        (worded(40, "以上"), worded(30, "超过"), ("40以上", "超过37", ""), ROUNDING),
    ],
)  # fmt: skip
def test_a_sum_of_numbers_with_words_is_a_range(
    city: Row, b: Row, told: tuple[str, str, str], verdict: Agreement
) -> None:
    one = controlled("人", city=city, ab=value(4), a=value(3), b=b, c=value(4))
    amounts = (one.total, one.reported_sum, one.gap)
    assert (tuple(each.text().zh for each in amounts), one.verdict) == (told, verdict)


def test_areas_that_exceed_the_city_are_open_even_when_some_are_missing() -> None:
    one = controlled("人", city=value(5), a=value(4), b=value(2))
    assert (one.verdict, one.gap.value, one.lacking) == (Agreement.OPEN, -1, (C,))
    assert one.reason.zh == "已上报的 2 个旗区合计比全市多 1"


def test_banners_lack_a_report_only_of_what_they_are_asked_for() -> None:
    rows = {CITY: value(5), A: value(4), B: value(2)}
    for asked, label, over in (
        (True, "缺报", "已上报的 2 个旗区合计比全市多 1"),
        (False, "无公开数", "有公开数的 2 个旗区合计比全市多 1"),
    ):
        menu = replace(indicator("x", unit="人"), asked=asked)
        none = control_total(menu, 2015, {CITY: value(5)}, city=CITY, areas=[A, B, C])
        assert (none.verdict, none.label.zh) == (Agreement.LACKING, label)
        some = control_total(menu, 2015, {**rows, CITY: value(9)}, city=CITY, areas=[A, B, C])
        assert some.label.zh == ("缺报" if asked else "部分无公开数")
        found = control_total(menu, 2015, rows, city=CITY, areas=[A, B, C])
        assert (found.label.zh, found.reason.zh) == ("未闭合", over)


def test_missing_areas_are_named_and_estimates_are_no_reports() -> None:
    one = controlled(city=value(6), a=value(1), b=value(2, "apportioned"), c=value(NAN, "missing"))
    assert (one.verdict, one.reported, one.lacking) == (Agreement.LACKING, 1, (B, C))
    assert one.reported_sum.value == 1


def test_without_the_city_or_without_areas_there_is_no_gap() -> None:
    one = controlled(a=value(1))
    assert (one.gap.value, one.verdict) == (None, Agreement.LACKING)
    assert controlled(city=value(1)).reason.zh == "没有旗区上报"


def test_a_joint_area_counts_for_its_members() -> None:
    one = controlled(city=value(6), ab=value(3), c=value(3))
    assert (one.verdict, one.reported, one.reported_sum.value) == (CLOSED, 3, 6)


def test_a_joint_area_gives_way_only_to_all_its_members() -> None:
    one = controlled(city=value(6), ab=value(3), a=value(1), b=value(2), c=value(3))
    assert (one.verdict, one.reported_sum.value) == (CLOSED, 6)
    assert controlled(city=value(6), ab=value(3), a=value(1), c=value(3)).reported_sum.value == 6


def test_an_area_that_was_not_there_is_not_missed() -> None:
    rows = [
        {"indicator": "x", "area": area, "year": 2015, "kind": "actual", **value(number_)}
        for area, number_ in ((CITY, 3), (A, 1), (B, 2))
    ]
    (one,) = control_totals(
        pd.DataFrame(rows), MENU, city=CITY, areas=[A, B, C], vintages={C: Vintage(2016)}
    )
    assert (one.verdict, one.areas) == (CLOSED, 2)


def test_rates_have_no_control_total() -> None:
    rate = {"x": indicator("x", measure=Measure.RATE)}
    row = {"indicator": "x", "area": CITY, "year": 2015, "kind": "actual", **value(1)}
    assert control_totals(pd.DataFrame([row]), rate, city=CITY, areas=[A]) == ()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 999), min_size=3, max_size=3), st.integers(0, 2999), st.booleans())
def test_plain_addition_gives_the_same_verdict(
    numbers: list[int], total: int, with_last: bool
) -> None:
    given_ = numbers if with_last else numbers[:2]
    rows = dict(zip("abc", map(value, map(float, given_)), strict=False))
    one = controlled("人", city=value(float(total)), **rows)
    gap = total - sum(given_)
    if gap < 0:
        expected = Agreement.OPEN
    elif not with_last:
        expected = Agreement.LACKING
    else:
        expected = Agreement.OPEN if gap else CLOSED
    assert (one.gap.value, one.verdict) == (gap, expected)
