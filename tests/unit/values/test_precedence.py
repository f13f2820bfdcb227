"""Which of several figures holds: rules tried by hand, rulings, and what is wrong with them."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.errors import Finding
from geomap.model.catalog import Source
from geomap.model.findings import Findings
from geomap.paths import shipped_data_dir
from geomap.tables.json_file import Document
from geomap.values.precedence import (
    AGREE,
    DEFAULT,
    NO_RULE,
    NO_VALUE,
    ONLY_PLACE,
    ORDER,
    RESOLVED_COLUMNS,
    Precedence,
    Ruling,
    choose,
    read_precedence,
    resolve,
)
from geomap.values.precedence_faults import check_precedence

NAN = math.nan
SOURCES = {
    name: Source(name, f"《{name}》", "", "", date)
    for name, date in (
        ("old", "2020-05-01"), ("new", "2022-03-29"), ("vague", "2022"), ("undated", ""),
    )
}  # fmt: skip


def figure(id_: str, value: float, locator: str = "正文", **members: str) -> dict[str, Any]:
    return {
        "id": id_, "area": "11", "indicator": "talent", "year": 2020, "value": value, "unit": "人",
        "kind": "actual", "status": "missing" if math.isnan(value) else "reported",
        "source": id_.split(":")[0], "locator": locator, "quote": "", "note": "", **members,
    }  # fmt: skip


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(figure("old:1", 1.0)))


def ruling(source: str, locator: str, **members: Any) -> Ruling:
    words = {"who": "市委人才办", "when": "2023-01-05", "why": "以修订稿为准"}
    key = {"indicator": "talent", "area": "11", "year": 2020, "kind": "actual"}
    return Ruling(**{**key, "source": source, "locator": locator, **words, **members})


def picked(*rows: dict[str, Any], order: tuple[str, ...] = ORDER) -> tuple[int | None, str]:
    place, rule = choose(rows, Precedence(order), SOURCES)
    return place, rule.zh


# --- one rule after the other ---------------------------------------------------------------------


def test_a_single_figure_needs_no_rule() -> None:
    assert choose([figure("old:2", 5)], DEFAULT, SOURCES) == (0, ONLY_PLACE)


def test_figures_that_agree_need_no_rule() -> None:
    rows = [figure("old:2", 5), figure("new:2", 5)]
    assert choose(rows, DEFAULT, SOURCES) == (1, AGREE)


def test_of_figures_that_agree_the_surer_speaks() -> None:
    rows = [figure("new:2", 5, status="provisional"), figure("old:2", 5)]
    assert choose(rows, DEFAULT, SOURCES)[0] == 1


def test_the_surer_status_is_named_as_the_rule() -> None:
    rows = [figure("new:2", 6, status="provisional"), figure("old:2", 5)]
    assert picked(*rows) == (1, "较确定的优先（已公布）")


def test_the_later_document_is_named_with_its_date() -> None:
    rows = [figure("old:2", 5, "专栏1"), figure("new:2", 6)]
    assert picked(*rows) == (1, "较晚的文件优先（《new》，2022-03-29）")


def test_a_table_goes_before_text_and_the_later_table_before_the_earlier() -> None:
    text, first, second = (
        figure("new:2", 1),
        figure("new:3", 2, "专栏1"),
        figure("new:4", 3, "专栏2 x"),
    )
    assert picked(text, first) == (1, "表格优先于正文（专栏1）")
    assert picked(text, first, second) == (2, "同一文件后面的表优先（专栏2）")


def test_a_year_alone_is_neither_before_nor_after_a_day_of_that_year() -> None:
    rows = [figure("vague:2", 5), figure("new:2", 6)]
    assert choose(rows, DEFAULT, SOURCES) == (None, NO_RULE)
    assert picked(figure("vague:2", 5), figure("old:2", 6))[0] == 0


def test_an_undated_document_goes_behind_a_dated_one() -> None:
    assert picked(figure("undated:2", 5, "表1"), figure("old:2", 6))[0] == 1


def test_tables_of_two_documents_say_nothing_about_each_other() -> None:
    rows = [figure("vague:2", 5, "专栏1"), figure("new:2", 6, "专栏2")]
    assert choose(rows, DEFAULT, SOURCES) == (None, NO_RULE)


def test_without_a_rule_nothing_is_chosen() -> None:
    rows = [figure("old:2", 5), figure("new:2", 6)]
    assert choose(rows, Precedence(order=()), SOURCES) == (None, NO_RULE)


def test_two_passages_of_one_text_are_not_told_apart() -> None:
    rows = [figure("new:2", 5, "一、背景"), figure("new:3", 6, "二、目标")]
    assert choose(rows, DEFAULT, SOURCES)[0] is None


def test_the_order_of_the_rules_is_the_data_s() -> None:
    rows = [figure("old:2", 5, "专栏1"), figure("new:2", 6)]
    assert picked(*rows, order=("table_over_text", "later_document"))[0] == 0
    assert picked(*rows, order=("later_document", "table_over_text"))[0] == 1


def test_a_ruling_goes_before_all_and_names_who_when_and_why() -> None:
    rows = [figure("old:2", 5), figure("new:2", 6, "专栏2")]
    place, rule = choose(rows, Precedence(rulings=(ruling("old", "正文"),)), SOURCES)
    assert (place, rule.zh) == (0, "指定（市委人才办，2023-01-05：以修订稿为准）")


def test_a_ruling_about_another_year_changes_nothing() -> None:
    rows = [figure("old:2", 5), figure("new:2", 6)]
    assert choose(rows, Precedence(rulings=(ruling("old", "正文", year=2021),)), SOURCES)[0] == 1


def test_rulings_are_not_tried_when_the_order_leaves_them_out() -> None:
    rows = [figure("old:2", 5), figure("new:2", 6)]
    rules = Precedence(("later_document",), (ruling("old", "正文"),))
    assert choose(rows, rules, SOURCES)[0] == 1


def test_of_figures_without_a_value_withheld_goes_before_not_reported() -> None:
    rows = [figure("old:2", NAN), figure("new:2", NAN, status="suppressed")]
    assert choose(rows, DEFAULT, SOURCES) == (1, NO_VALUE)


# --- whole tables ---------------------------------------------------------------------------------


def test_a_resolved_row_names_the_rule_and_the_other_values() -> None:
    rows = frame(
        figure("new:3", 4.64, "专栏1"), figure("new:4", 4.8, "专栏2"), figure("new:5", 4.8)
    )
    (row,) = resolve(rows, SOURCES).to_dict("records")
    assert list(row) == RESOLVED_COLUMNS
    assert (row["value"], row["others"], row["conflict"]) == (4.8, (4.64,), True)
    assert row["figures"] == ("new:4", "new:3", "new:5")
    assert row["rule"].zh == "同一文件后面的表优先（专栏2）"


def test_an_undecided_row_has_no_value_all_the_others_and_the_worst_status() -> None:
    rows = frame(figure("new:2", 5, "一"), figure("new:3", 6, "二", status="provisional"))
    (row,) = resolve(rows, SOURCES, Precedence(order=())).to_dict("records")
    assert math.isnan(row["value"])
    assert (row["status"], row["others"], row["conflict"]) == ("provisional", (5, 6), True)
    assert row["rule"] == NO_RULE


def test_a_row_of_one_figure_is_told_from_a_row_without_a_value() -> None:
    rows = frame(figure("new:2", 5), figure("new:3", NAN, area="12"))
    assert list(resolve(rows, SOURCES)["rule"]) == [ONLY_PLACE, NO_VALUE]


def test_no_figures_give_an_empty_table_with_all_columns() -> None:
    table = resolve(frame().astype({"locator": str, "id": str}), SOURCES)
    assert (len(table), list(table.columns)) == (0, RESOLVED_COLUMNS)


rows_of_any_kind = st.lists(
    st.builds(
        lambda source, locator, status, value, line: figure(
            f"{source}:{line}", value, locator, status=status
        ),
        st.sampled_from(list(SOURCES)),
        st.sampled_from(["正文", "一", "专栏1", "专栏2", "表2-1"]),
        st.sampled_from(["reported", "provisional"]),
        st.integers(1, 3).map(float),
        st.integers(2, 99),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row["id"],
)


@settings(deadline=None)
@given(rows_of_any_kind, st.permutations(ORDER), st.randoms())
@pytest.mark.slow
def test_the_order_of_the_rows_plays_no_part(
    rows: list[dict[str, Any]], order: list[str], random: Any
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    rules = Precedence(tuple(order))
    first, why = choose(rows, rules, SOURCES)
    second, again = choose(shuffled, rules, SOURCES)
    one = None if first is None else rows[first]["id"]
    other = None if second is None else shuffled[second]["id"]
    assert (one, why) == (other, again)


@settings(max_examples=40, deadline=None)
@given(rows_of_any_kind)
@pytest.mark.slow
def test_a_table_and_a_single_choice_agree_and_no_value_is_lost(rows: list[dict[str, Any]]) -> None:
    (row,) = resolve(frame(*rows), SOURCES).to_dict("records")
    place, rule = choose(rows, DEFAULT, SOURCES)
    assert row["rule"] == rule
    assert sorted(row["figures"]) == sorted(one["id"] for one in rows)
    shown = {*row["others"]} | (set() if place is None else {row["value"]})
    assert shown == {one["value"] for one in rows}
    if place is not None:
        assert row["figures"][0] == rows[place]["id"]


# --- the file -------------------------------------------------------------------------------------


def read(content: object) -> tuple[Precedence, Findings]:
    findings = Findings()
    text = (
        content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    )
    return read_precedence(Document("precedence.json", text, findings)), findings


def test_the_published_rules_are_the_usual_ones_and_name_nobody() -> None:
    text = (shipped_data_dir() / "precedence.json").read_text(encoding="utf-8")
    assert read(text) == (DEFAULT, [])


def test_rulings_are_read_with_their_lines() -> None:
    rows = [
        {name: getattr(one, name) for name in Ruling.__dataclass_fields__ if name != "line"}
        for one in (ruling("old", "正文"), ruling("new", "专栏1", year=2021))
    ]
    rules, findings = read({"order": ["ruling"], "rulings": rows})
    assert findings == []
    assert [one.year for one in rules.rulings] == [2020, 2021]
    assert rules.rulings[0].line < rules.rulings[1].line


@pytest.mark.parametrize(
    "content",
    ["[", [], {}, {"order": ["newest"], "rulings": []}, {"order": [], "rulings": [{"who": "x"}]}],
)
def test_a_file_of_another_form_is_a_finding(content: object) -> None:
    assert read(content)[1].errors


def faults(*rulings: Ruling, order: tuple[str, ...] = ORDER) -> list[Finding]:
    return check_precedence(
        Precedence(order, rulings),
        frame(figure("old:2", 5), figure("new:2", NAN)),
        indicators={"talent": 1},
        areas={"11": 1},
        sources=SOURCES,
    )


def test_a_sound_ruling_has_no_finding() -> None:
    assert faults(ruling("old", "正文")) == []


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (ruling("plan9", "正文"), "source"),
        (ruling("old", "正文", indicator="talents"), "indicator"),
        (ruling("old", "正文", area="19"), "area"),
        (ruling("old", "正文", kind="hope"), "kind"),
        (ruling("old", "专栏9"), "locator"),
        (ruling("old", "正文", year=2019), "locator"),
        (ruling("new", "正文"), "locator"),
        (ruling("old", "正文", who=" "), "who"),
        (ruling("old", "正文", when="昨天"), "when"),
    ],
)
def test_a_ruling_that_names_what_there_is_not_is_a_finding(wrong: Ruling, column: str) -> None:
    assert [one.column for one in faults(wrong)] == [column]


def test_two_rulings_on_one_value_are_a_finding() -> None:
    (one,) = faults(ruling("old", "正文", line=3), ruling("old", "正文", line=12))
    assert (one.line, one.file) == (12, "precedence.json")


def test_a_finding_about_a_place_names_the_places_that_there_are() -> None:
    (one,) = faults(ruling("old", "专栏9"))
    assert "old 正文" in one.fix.zh


def test_a_rule_that_there_is_not_is_a_finding() -> None:
    assert [one.column for one in faults(order=("newest",))] == ["order"]
