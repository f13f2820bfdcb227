"""The address of the page: what the page could only pass over in silence is refused."""

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
    ],
)
def test_nonsense_in_any_part_of_the_address_is_refused(
    atlas: Atlas, query: str, status: int
) -> None:
    answer = create_app(atlas).test_client().get(f"/?{query}")
    assert answer.status_code == status
    assert "<main" in answer.text


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
    ],
)
def test_a_state_that_the_page_writes_itself_is_shown(atlas: Atlas, query: str) -> None:
    assert create_app(atlas).test_client().get(f"/?{query}").status_code == 200
