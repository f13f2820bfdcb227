"""Every number leads to its document: figures, workings in words, and the book of sources."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from geomap.atlas import Atlas
from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Formula, Op, SiteKind
from geomap.release.open import open_release
from geomap.views.evidence import documents as sourcebook
from geomap.views.evidence.documents import documents
from geomap.views.evidence.provenance import (
    FIGURE,
    as_in_document,
    figure_record,
    formula_in_words,
    provenance,
)
from tests.support.toy import ToyRelease


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


def test_a_stored_value_names_its_document_place_and_quote(atlas: Atlas) -> None:
    found = provenance(atlas, "talent", "150602", 2020)
    assert (found["value"], found["status"], found["working"]) == (50, "reported", None)
    (one,) = found["figures"]
    assert {name: one[name] for name in ("source", "locator", "quote", "unit", "printed")} == {
        "source": "plan", "locator": "表2", "quote": "“五十人”", "unit": "人", "printed": "50",
    }  # fmt: skip
    assert set(one) == set(FIGURE)


def test_a_derived_value_names_its_working_and_all_of_its_figures(atlas: Atlas) -> None:
    found = provenance(atlas, "density", "150603", 2020)
    assert found["status"] == "provisional"
    assert found["working"]["zh"] == "常住人口（人） ÷ 土地面积（平方公里）"
    assert [(one["source"], one["indicator"]["zh"]) for one in found["figures"]] == [
        ("plan", "常住人口"), ("boundaries", "土地面积"),
    ]  # fmt: skip
    assert found["value"] == pytest.approx(found["figures"][0]["value"] / land(atlas, "150603"))


def land(atlas: Atlas, code: str) -> float:
    rows = atlas.figures[atlas.figures["indicator"] == "land_area"].set_index("area")
    return float(rows.loc[code, "value"])


def test_what_is_not_reported_says_so_and_names_the_document_that_leaves_it_out(
    atlas: Atlas,
) -> None:
    found = provenance(atlas, "talent", "150603", 2020)
    assert (found["value"], found["status"]) == (None, "missing")
    assert [one["printed"] for one in found["figures"]] == [None]
    assert provenance(atlas, "talent", "150627", 2020) | {"figures": []} == {
        "indicator": "talent", "area": "150627", "year": 2020, "kind": "actual", "value": None,
        "status": "missing", "conflict": False, "working": None, "figures": [],
        "rule": None, "others": [], "low": None, "high": None, "method": None,
        "approx": "", "decimals": None,
    }  # fmt: skip


def test_documents_that_disagree_stand_side_by_side_the_chosen_first(shipped: Atlas) -> None:
    found = provenance(shipped, "talent_skilled", "150600", 2020)
    assert (found["value"], found["conflict"]) == (4.8, True)
    assert [(one["value"], one["locator"][:3]) for one in found["figures"]] == [
        (4.8, "专栏2"), (4.64, "专栏1"), (4.8, "一、发"),
    ]  # fmt: skip


def test_a_target_is_asked_for_by_its_kind(shipped: Atlas) -> None:
    found = provenance(shipped, "talent_total", "150600", 2025, "target")
    assert (found["value"], found["conflict"]) == (60, True)
    assert [one["value"] for one in found["figures"]] == [60, 53.8, 53.8]


@pytest.mark.parametrize(
    ("asked", "valid"),
    [
        (("talnt", "150602", 2020), "talent"),
        (("talent", "150699", 2020), "150602"),
        (("talent", "150602", 2021), "2020"),
        (("talent", "150602", 2020, "wish"), "target"),
    ],
)
def test_what_there_is_not_is_refused(atlas: Atlas, asked: tuple[Any, ...], valid: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        provenance(atlas, *asked)
    assert valid in caught.value.valid


def test_every_value_of_the_release_leads_to_a_document(shipped: Atlas) -> None:
    for row in shipped.values.to_dict("records"):
        found = provenance(shipped, row["indicator"], row["area"], row["year"], row["kind"])
        json.dumps(found, allow_nan=False)
        assert found["figures"], row
        assert {one["source"] for one in found["figures"]} <= shipped.sources.keys()
        assert all(one["locator"] for one in found["figures"])


@pytest.mark.parametrize(
    ("value", "status", "expected"),
    [
        (4.64, "reported", "4.64"),
        (2_153_638.0, "reported", "2,153,638"),
        (12_345_678_901.5, "reported", "12,345,678,901.5"),
        (6142.803968, "derived", "6,143"),
        (float("nan"), "missing", None),
    ],
)
def test_figures_are_printed_as_written_and_computed_ones_to_their_decimals(
    atlas: Atlas, value: float, status: str, expected: str | None
) -> None:
    assert as_in_document(value, status, atlas.indicators["population"]) == expected


# --- workings -------------------------------------------------------------------------------------


def told(atlas: Atlas, formula: Formula) -> Text:
    kinds = {"base": SiteKind("base", Text("基地", "base"), "square")}
    one = replace(atlas.indicators["density"], formula=formula)
    return formula_in_words(replace(atlas, site_kinds=kinds), one)


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        (Formula(Op.RATIO, "talent", "population", 10_000), "× 10,000", "× 10,000"),
        (Formula(Op.SHARE, "talent"), "÷ 鄂尔多斯市", "÷ the total of Ordos City"),
        (Formula(Op.QUOTIENT, "talent", "population"), "鄂尔多斯市的同一比值", "the same of Ordos"),
        (Formula(Op.CHANGE, "talent"), "上一有数年份", "the last year before"),
        (Formula(Op.SITES, "base"), "基地的个数", "number of sites: base"),
    ],
)
def test_each_formula_is_said_in_words(atlas: Atlas, formula: Formula, zh: str, en: str) -> None:
    text = told(atlas, formula)
    assert zh in text.zh
    assert en in text.en
    if formula.op is not Op.SITES:
        assert "人才总量（人）" in text.zh
        assert "Talent (people)" in text.en


def test_a_stored_indicator_has_no_working(atlas: Atlas) -> None:
    assert formula_in_words(atlas, atlas.indicators["talent"]) == ("", "")


# --- the book of sources --------------------------------------------------------------------------


def all_pages(atlas: Atlas) -> list[dict[str, Any]]:
    pages = documents(atlas).pages
    return [one for page in range(1, pages + 1) for one in documents(atlas, page=page).documents]


def test_documents_come_in_groups_with_all_that_was_taken_from_them(atlas: Atlas) -> None:
    found = documents(atlas)
    book = found.documents
    # Plans first, though the boundaries are newer; of those the areas were measured.
    assert [(one["source"].id, one["group"]) for one in book] == [
        ("plan", "targets"), ("boundaries", "figures"),
    ]  # fmt: skip
    assert [(one.id, one.count, one.page) for one in found.groups] == [
        ("targets", 1, 1), ("figures", 1, 1),
    ]  # fmt: skip
    plan = book[0]
    assert len(plan["figures"]) == 7
    assert [row["printed"] for row in plan["site_figures"]] == ["40", "启动运行"]
    assert plan["site_figures"][0]["site_name"].zh == "甲基地"
    assert sum(len(one["figures"]) for one in book) == len(atlas.figures)


@pytest.mark.slow
def test_each_site_stands_under_its_document(shipped: Atlas) -> None:
    book = all_pages(shipped)
    assert sum(len(one["sites"]) for one in book) == len(shipped.sites)
    rows = {row["id"]: row for one in book for row in one["sites"]}
    assert rows["base_dalad"]["kind"] == ("人才科创基地", "Talent and innovation base")
    assert rows["base_dalad"]["area"] == ("达拉特旗", "Dalad Banner")
    assert rows["offshore_beijing"]["area"].zh == "市域外"


def test_areas_are_printed_to_the_decimals_of_their_indicator(shipped: Atlas) -> None:
    (book,) = documents(shipped, "boundaries").documents
    city = next(row for row in book["figures"] if row["area"].code == "150600")
    assert city["printed"].startswith("86,")
    assert len(city["printed"].split(".")[1]) == 1


def test_a_missing_figure_is_printed_as_nothing(atlas: Atlas) -> None:
    (book,) = documents(atlas, "plan").documents
    assert [row["printed"] for row in book["figures"] if row["status"].en == "not reported"] == [""]


@pytest.mark.slow
def test_all_sides_of_a_dispute_are_marked_and_nothing_else(shipped: Atlas) -> None:
    rows = {row["id"]: row for book in all_pages(shipped) for row in book["figures"]}
    disputed = {
        (row["indicator"].id, row["year"], row["value"])
        for row in rows.values()
        if row["disputed"] and row["indicator"].id in ("talent_skilled", "talent_party_gov")
    }
    assert disputed == {
        ("talent_skilled", 2020, 4.64), ("talent_skilled", 2020, 4.8),
        ("talent_skilled", 2025, 7.5), ("talent_skilled", 2025, 6.95),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [("规划", ["plan"]), ("1号", ["plan"]), ("市政府 人才", ["plan"]), ("＜script＞", []),
     ("", ["plan", "boundaries"])],
)  # fmt: skip
def test_documents_are_found_by_title_number_and_issuer(
    atlas: Atlas, words: str, found: list[str]
) -> None:
    told = documents(atlas, words=words)
    assert [one["source"].id for one in told.documents] == found
    assert (told.count, told.all) == (len(found), 2)


def test_a_document_that_is_not_there_names_those_that_are(atlas: Atlas) -> None:
    with pytest.raises(NotFoundError) as caught:
        documents(atlas, "plann")
    assert caught.value.valid == ["plan", "boundaries"]


def test_a_figure_of_an_indicator_in_two_documents_keeps_both(toy_release: ToyRelease) -> None:
    sources = (
        '[{"id":"plan","title":"规划","number":"1号","issuer":"市","date":"2022-01-01"},'
        '{"id":"boundaries","title":"界","number":"","issuer":"x","date":"2024"},'
        '{"id":"news","title":"报","number":"","issuer":"y","date":"2023-01-01"}]\n'
    )
    news = (
        "area,indicator,year,value,unit,kind,status,locator,quote,note\n"
        "150602,talent,2020,55,人,actual,reported,正文,,\n"
    )
    atlas = open_release(toy_release({"sources.json": sources, "stats/news.csv": news}))
    found = provenance(atlas, "talent", "150602", 2020)
    assert (found["value"], found["conflict"]) == (55, True)
    assert [one["source"] for one in found["figures"]] == ["news", "plan"]
    assert figure_record(atlas, "plan:6")["value"] == 50


@pytest.mark.slow
def test_pages_hold_every_row_once_and_the_page_of_a_row_is_found(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sourcebook, "ROWS", 2)
    whole = [row["id"] for one in all_pages(atlas) for row in one["figures"]]
    assert sorted(whole) == sorted(atlas.figures["id"])
    for row in whole:
        found = documents(atlas, row=row)
        assert row in [one["id"] for book in found.documents for one in book["figures"]]
        assert found.documents[0]["counts"]["figures"] <= len(whole)
    assert documents(atlas, page=99).page == documents(atlas).pages
    assert documents(atlas, row="nothing").page == 1
