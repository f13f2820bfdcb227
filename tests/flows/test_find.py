"""What the search of the map page is given: names, their pinyin, no more than the page shows."""

from __future__ import annotations

from typing import Any

import pytest

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.language import holds_words
from geomap.webmap.finder import finder, syllables
from tests.support.node import in_node


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("康巴什区", "kang ba shi qu"),
        ("准格尔旗", "zhun ge er qi"),
        ("女性（R&D）2025年", "nv xing r & d 2 0 2 5 nian"),
        ("什么", "shen me"),
        ("Dongsheng", ""),
        ("", ""),
    ],
)
def test_a_chinese_name_is_spelt_as_it_is_typed(name: str, spelt: str) -> None:
    assert syllables(name) == spelt


def by_id(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in entries}


def test_all_that_the_page_leads_to_is_found_by_its_names(atlas: Atlas) -> None:
    answer = create_app(atlas).test_client().get("/find.json?lang=zh")
    found = by_id(answer.json)
    assert answer.headers["ETag"]
    assert found["150627"]["names"][:2] == ["伊金霍洛旗", "Ejin Horo Banner"]
    assert "伊旗" in found["150627"]["names"]
    assert "yi qi" in found["150627"]["pinyin"]
    assert "全市" in found["150600"]["names"]
    assert "合计" not in found["150600"]["names"]
    assert (found["b2"]["group"], found["b2"]["note"]) == ("基地", "康巴什区")
    assert (found["o1"]["group"], found["o1"]["note"]) == ("离岸", "市域外")
    assert found["plan"]["names"] == ["人才规划", "1号"]
    assert found["talent_high"]["pinyin"] == ["gao ceng ci ren cai"]
    assert {one["kind"] for one in found.values()} == {"area", "indicator", "site", "source"}


def test_each_language_shows_its_own_name_and_finds_by_both(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    found = by_id(client.get("/find.json?lang=en").json)
    assert found["150602"]["names"][:2] == ["Dongsheng District", "东胜区"]
    assert found["b1"]["names"] == ["Base A", "甲基地"]
    assert client.get("/find.json?lang=xx").status_code == 404


def test_a_page_that_stands_alone_finds_what_it_holds(atlas: Atlas) -> None:
    only = [atlas.indicators["population"]]
    found = finder(atlas, "zh", indicators=only, documents=False)
    assert [one["id"] for one in found if one["kind"] == "indicator"] == ["population"]
    assert not [one for one in found if one["kind"] == "source"]
    page = create_app(atlas).test_client().get("/map.html?indicator=population").text
    assert '"finder":[{' in page
    assert 'id="search-field"' in page
    assert '"finder"' not in create_app(atlas).test_client().get("/").text


CASES = [
    ("人才 规划", "人才发展规划"), ("ＡＢＣ", "abc"), ("", "x"), ("人　才", "才人"),
]  # fmt: skip


def test_the_page_and_the_server_match_words_alike() -> None:
    told = in_node(
        "shared/words", "({ holdsWords }, given) => given.map((one) => holdsWords(...one))", CASES
    )
    assert told == [holds_words(*one) for one in CASES]
