"""The address of the page: what is none of its own is passed over, a wrong value is refused."""

from __future__ import annotations

import pytest

from geomap.app import create_app
from geomap.atlas import Atlas


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as=garbage", 400),
        ("method=garbage", 404),
        ("classes=99", 400),
        ("classes=x", 400),
        ("palette=../../etc", 404),
        ("shared=maybe", 400),
        ("method=manual&breaks=1,nan", 400),
        ("layers=garbage", 404),
        ("progress=maybe", 400),
        ("compare=garbage", 404),
        ("compare=__proto__:2020", 404),
        ("compare=population:1800", 404),
        ("compare=population:x", 400),
        ("year=20200", 404),
        ("year=abc", 400),
        ("area=110101", 404),
        ("area=constructor", 404),
        ("at=109.8,39.6", 400),
        ("at=109.8,39.6,8,8", 400),
        ("at=109.8,39.6,13", 400),
        ("at=109.8,95,8", 400),
        ("at=1e2,39,8", 400),
        ("at=nan,39,8", 400),
        ("at=<script>,1,2", 400),
        ("at=109.8,39.6,8&at=1,2,3", 400),
    ],
)
def test_nonsense_in_any_part_of_the_address_is_refused(
    atlas: Atlas, query: str, status: int
) -> None:
    answer = create_app(atlas).test_client().get(f"/?{query}")
    assert answer.status_code == status
    assert "<main" in answer.text


APPENDED = "utm_source=x&isappinstalled=0&_=1700000000&from=singlemessage&from=timeline"
PAGES = (
    "/", "/progress", "/sources", "/conflicts", "/siting", "/report", "/screen", "/api/",
    "/map.html?indicator=population",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_what_a_messenger_appends_to_the_address_of_a_page_is_passed_over(
    atlas: Atlas, path: str
) -> None:
    client = create_app(atlas).test_client()
    joint = "&" if "?" in path else "?"
    assert client.get(f"{path}{joint}{APPENDED}").status_code == 200
    assert client.get(f"{path}{joint}{APPENDED}&lang=fr").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/api/values", "/api/view?indicator=population", "/export.csv?indicator=population"],
)
def test_what_a_program_asks_for_is_known_or_refused(atlas: Atlas, path: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = create_app(atlas).test_client().get(f"{path}{joint}utm_source=x")
    assert answer.status_code == 400
    assert "utm_source" in answer.text


def test_of_the_page_a_from_that_is_no_year_is_a_messengers(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    assert client.get("/?indicator=population&from=groupmessage").status_code == 200
    assert client.get("/?indicator=population&from=1900").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "compare=population",
        "compare=population:2020",
        "year=2020",
        "layers=",
        "as=fill&classes=3",
        "progress=off",
        "progress=on",
        "at=109.808,39.111,8.25",
        "at=-0.5，-39，2",
    ],
)
def test_a_state_that_the_page_writes_itself_is_shown(atlas: Atlas, query: str) -> None:
    assert create_app(atlas).test_client().get(f"/?{query}").status_code == 200
