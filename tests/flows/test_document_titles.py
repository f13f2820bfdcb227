"""Titles of documents: translated in English output, with the original that they are found by."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.paths import shipped_data_dir
from geomap.release.open import open_release
from geomap.render.sheets import captions
from geomap.render.sheets.paper import Sheet
from geomap.webmap.payload import payload
from tests.support import own_words
from tests.support.toy import ToyRelease

BOTH = "Talent plan [人才规划]"


def translated(text: str) -> str:
    return text.replace('"人才规划",', '"人才规划", "title_en": "Talent plan",')


@pytest.fixture
def directory(toy_release: ToyRelease) -> Path:
    return toy_release({"sources.json": translated})


@pytest.fixture
def client(directory: Path) -> FlaskClient:
    return create_app(open_release(directory)).test_client()


@pytest.mark.parametrize("path", ["/sources", "/progress"])
def test_pages_in_english_give_both_titles_and_chinese_ones_the_original(
    client: FlaskClient, path: str
) -> None:
    assert BOTH in client.get(f"{path}?lang=en").text
    chinese = client.get(f"{path}?lang=zh").text
    assert "人才规划" in chinese
    assert "Talent plan" not in chinese


@pytest.mark.parametrize(("lang", "title"), [("en", BOTH), ("zh", "人才规划")])
def test_page_and_sheet_cite_in_their_language(directory: Path, lang: str, title: str) -> None:
    atlas = open_release(directory)
    assert payload(atlas, lang=lang)["sources"]["plan"]["title"] == title
    number = {"en": " (1号)", "zh": "（1号）"}[lang]
    assert captions.cited(atlas, ["plan"], Sheet(lang=lang)).endswith(title + number)


def test_a_release_without_translations_gives_the_originals(toy_release: ToyRelease) -> None:
    page = create_app(open_release(toy_release())).test_client().get("/sources?lang=en").text
    assert "<h3>人才规划</h3>" in page
    assert "县级区划" in page


def test_each_shipped_title_that_has_chinese_words_is_translated() -> None:
    rows = json.loads((shipped_data_dir() / "sources.json").read_text(encoding="utf-8"))
    han = re.compile("[\u4e00-\u9fff]")
    assert len(rows) > 50
    for row in rows:
        assert bool(han.search(row["title"])) == ("title_en" in row), row["id"]
        assert not han.search(row.get("title_en", "")), row["id"]


def test_the_big_screen_gives_number_and_translation(client: FlaskClient) -> None:
    listed = re.findall(r"<li data-ref=[^>]*>(.*?)</li>", client.get("/screen?lang=en").text)
    assert any(one.endswith("1号 Talent plan") for one in listed)


@pytest.mark.parametrize("words", ["人才", "1号", "市政府"])
def test_documents_are_searched_by_title_number_and_issuer(client: FlaskClient, words: str) -> None:
    text = client.get(f"/sources?q={words}").text
    assert "找到 1 / 2 个文件" in text
    assert 'href="#group-targets"' in text
    assert 'id="group-targets"' in text
    assert re.search(r"被 \d+ 个数引用", text)
    assert f"?lang=en&amp;q={quote(words)}" in text


def test_a_search_for_nonsense_finds_nothing_and_says_so(client: FlaskClient) -> None:
    for words in ("<script>alert(1)</script>", "长" * 200):
        text = own_words(client.get("/sources", query_string={"q": words}).text)
        assert "没有题名、文号或发布者含这些词的文件" in text
        assert "<script" not in text
    assert client.get(f"/sources?q={'长' * 201}").status_code == 400
