"""The page of contradictions: every place is there, escaped, in both languages, without script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.app.pages.conflict import bp
from geomap.release.open import open_release
from tests.support import own_words
from tests.support.toy import ToyRelease

EXTRA = (
    "150600,population,2020,1001,人,actual,reported,表9,<b>一千零一</b>,转引\n"
    "150600,talent,2020,90,人,actual,reported,表2,,\n"
)


def served(path: Path) -> FlaskClient:
    app = create_app(open_release(path))
    return with_pages(app).test_client()


def with_pages(app: Flask) -> Flask:
    """Register the pages unless the application has them already."""
    if bp.name not in app.blueprints:
        app.register_blueprint(bp)
    return app


@pytest.fixture
def client(toy_release: ToyRelease) -> FlaskClient:
    return served(toy_release({"stats/plan.csv": lambda text: text + EXTRA}))


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


@pytest.mark.slow
def test_a_conflict_shows_each_value_its_place_and_the_rule(client: FlaskClient) -> None:
    page = text_of(client, "/conflicts")
    for part in ("1,001", "1,000", "表9", "表1", "同一文件后面的表优先（表9）", "转引"):
        assert part in page
    assert "talent_high" not in page


def test_quotes_are_escaped(client: FlaskClient) -> None:
    page = text_of(client, "/conflicts")
    assert "&lt;b&gt;一千零一&lt;/b&gt;" in page
    assert "<b>一千零一" not in page


def test_control_totals_show_gap_verdict_and_who_is_missing(client: FlaskClient) -> None:
    page = text_of(client, "/conflicts")
    assert "未闭合" in page
    assert "缺报" in page
    assert "康巴什区、伊金霍洛旗" in page


def test_the_page_is_there_in_english(client: FlaskClient) -> None:
    page = text_of(client, "/conflicts?lang=en")
    assert "Do the figures agree?" in page
    assert "the later table of one document first" in page
    assert "算术核对" not in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_on_the_page_needs_an_exception_from_the_content_policy(
    client: FlaskClient, lang: str
) -> None:
    page = own_words(text_of(client, f"/conflicts?lang={lang}"))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))


def test_links_lead_to_the_figure_on_the_page_of_its_document(client: FlaskClient) -> None:
    page = text_of(client, "/conflicts")
    (address,) = {
        one.replace("&amp;", "&") for one in re.findall(r'href="(/sources[^"]+#plan%3A9)"', page)
    }
    assert 'id="plan:9"' in text_of(client, address.split("#")[0])


def test_the_json_says_the_same(client: FlaskClient) -> None:
    found = json.loads(client.get("/conflicts.json").data)
    assert found["counts"]["conflicts"] == 1
    (one,) = found["conflicts"]
    assert (one["indicator"], one["used"], one["values"]) == ("population", 1001, [1001, 1000])
    assert [place["figure"] for place in one["places"]] == ["plan:9", "plan:2"]
    assert one["rule"]["en"] == "the later table of one document first (表9)"
    totals = {(total["indicator"], total["year"]): total for total in found["totals"]}
    assert totals["population", 2020]["gap"] == 1
    assert totals["population", 2020]["verdict"] == "open"
    assert totals["talent", 2020]["verdict"] == "lacking"


def test_a_release_without_contradictions_says_so(toy_release: ToyRelease) -> None:
    page = text_of(served(toy_release()), "/conflicts")
    assert "没有不一致的数。" in page
    assert "没有可核对的算术。" in page


@pytest.mark.parametrize("address", ["/conflicts?lang=fr", "/conflicts.json?lang=en"])
def test_what_cannot_be_read_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (400, 404)


def test_the_answer_is_kept_and_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/conflicts")
    again = client.get("/conflicts", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
