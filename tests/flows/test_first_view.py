"""What a browser is sent until the first map can be used, and what comes after it.

Bytes and requests are not noisy: a budget holds them, so that no feature can grow the first view
unseen. Leaflet alone takes 47,000 of the bytes.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.model.audience import Audience
from geomap.paths import shipped_data_dir
from geomap.settings import Settings
from geomap.webmap.page import DATA_ID

MOST_BYTES = 108_000
MOST_OF_DEMO = 112_000
MOST_REQUESTS = 6
MOST_AGAIN = 8_000
MOST_SCRIPT_LATER = 30_000
ADDRESS = re.compile(r"""<(?:script|link rel="stylesheet")[^>]*?(?:src|href)="(/[^"]+)\"""")
GZIP = {"Accept-Encoding": "gzip"}


def sent(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.get(path, headers=GZIP | headers)


def first_view(client: FlaskClient) -> dict[str, Any]:
    """Give the page and what it names: all that is needed for the first map."""
    named = ADDRESS.findall(client.get("/").text)
    assert len(named) > 3
    return {path: sent(client, path) for path in ["/", *named]}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    settings = Settings(audience=Audience.PUBLIC)
    return create_app(shipped_data_dir(), settings=settings).test_client()


def test_the_first_view_keeps_its_budget(client: FlaskClient) -> None:
    answers = first_view(client)
    assert all(one.status_code == 200 for one in answers.values())
    sizes = {path: len(one.data) for path, one in answers.items()}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert len(sizes) <= MOST_REQUESTS, sizes


def test_the_size_of_a_release_weighs_on_what_comes_later(made_up: Atlas) -> None:
    client = create_app(made_up).test_client()
    sizes = {path: len(one.data) for path, one in first_view(client).items()}
    assert sum(sizes.values()) <= MOST_OF_DEMO, sizes
    assert len(sent(client, "/rest.zh.json").data) > 60_000


def test_whoever_comes_again_is_sent_next_to_nothing(client: FlaskClient) -> None:
    spent = 0
    for path, answer in first_view(client).items():
        if "immutable" not in answer.headers["Cache-Control"]:
            again = sent(client, path, **{"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304
            spent += len(again.data) + sum(len(k) + len(v) + 4 for k, v in again.headers)
    assert 0 < spent <= MOST_AGAIN


def test_the_desk_comes_after_the_map_from_beside_it(client: FlaskClient) -> None:
    script = next(path for path in first_view(client) if path.endswith("geomap.js"))
    answer = sent(client, script.replace("geomap.js", "desk.js"))
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert len(answer.data) <= MOST_SCRIPT_LATER


def test_the_rest_completes_the_release(client: FlaskClient, published_release: Atlas) -> None:
    rest = client.get("/rest.en.json").json
    page = client.get("/?lang=en").text
    begun = json.loads(page.split(f'id="{DATA_ID}">')[1].split("</script>")[0])
    assert begun["rest"] == "/rest.en.json"
    first = begun["first"]["indicator"]
    assert [one["id"] for one in begun["indicators"]] == [first]
    assert [one["id"] for one in rest["indicators"]] == list(published_release.indicators)
    assert [one["id"] for one in rest["indicators"] if len(one) == 1] == [first]
    # No site, document or colour comes twice or is lost.
    sites = [one["id"] for half in (begun, rest) for one in half["sites"]]
    assert sorted(sites) == sorted(published_release.sites["id"])
    for name, all_of_it in (("sources", set(published_release.sources)), ("colours", None)):
        assert not begun[name].keys() & rest[name].keys()
        assert begun[name]
        assert all_of_it in (None, begun[name].keys() | rest[name].keys())


@pytest.mark.parametrize("path", ["/rest.json", "/rest.fr.json", "/rest.zh.json/x"])
def test_there_is_no_rest_in_other_languages(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
