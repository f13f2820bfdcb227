"""Levels and industries are taken from the words of documents, and nothing is inferred."""

from __future__ import annotations

import pytest

from geomap.atlas import Atlas
from geomap.views.evidence.site_facets import industries_named, level_named, site_facets


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("国家级高新技术产业开发区", "国家级"),
        ("院士工作站（外籍院士），自治区级", "自治区级"),
        ("自治区一类园区", "自治区一类园区"),
        ("分园", "分园"),
        ("", ""),
    ],
)
def test_a_rank_stands_for_the_words_that_name_it(words: str, level: str) -> None:
    assert level_named(words) == level


def test_industries_are_split_but_not_in_brackets() -> None:
    assert industries_named("煤电、新型建材（陶瓷、玻璃）、物流") == (
        "煤电", "新型建材（陶瓷、玻璃）", "物流",
    )  # fmt: skip
    assert industries_named("") == ()


def test_the_facets_of_the_shipped_release(published_release: Atlas) -> None:
    facets = site_facets(published_release)
    assert [one.zh for one in facets.levels][:3] == ["国家级", "自治区级", "市级"]
    assert facets.levels[0].en == "National"
    assert "清洁能源" in facets.industries
    sites = published_release.sites
    assert len(facets.level_of) == len(facets.industries_of) == len(sites)
    for words, level in zip(sites["level"], facets.level_of, strict=True):
        assert (level is None) == (words == "")
        assert level is None or facets.levels[level].zh in words
