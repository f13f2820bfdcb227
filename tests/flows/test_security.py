from __future__ import annotations

import json
import logging
import socket

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from geomap.app import Settings, create_app
from geomap.app.http.security import LARGEST_BODY_BYTES
from geomap.atlas import Atlas
from geomap.disclosure.narrowing import Audience
from geomap.errors import ServeError
from geomap.webmap.page import Tiles

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
EVERYWHERE = ["/", "/api/", "/api/units", "/healthz", "/static/leaflet/leaflet.js", "/nope"]


@pytest.fixture(scope="module")
def app(atlas: Atlas) -> Flask:
    app = create_app(atlas)

    @app.get("/break")
    def fail() -> str:
        raise RuntimeError("the password is 1234")

    @app.post("/read")
    def read() -> str:
        return str(len(request.get_data()))

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Server"] == "geomap"
    assert "Set-Cookie" not in headers


def test_an_answer_that_has_not_changed_carries_them_too(client: FlaskClient) -> None:
    etag = client.get("/api/units").headers["ETag"]
    response = client.get("/api/units", headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.headers["Content-Security-Policy"] == POLICY


def test_the_map_may_be_framed_by_the_sites_of_the_settings_and_no_other_page(
    atlas: Atlas,
) -> None:
    origins = "http://portal.example.gov.cn, https://oa.example:8443/"
    settings = Settings.from_env({"GEOMAP_FRAMED_BY": origins, "GEOMAP_AUDIT_LOG": "off"})
    client = create_app(atlas, settings=settings).test_client()
    framed = client.get("/?embed=locked").headers
    wider = f"{POLICY} http://portal.example.gov.cn https://oa.example:8443"
    assert framed["Content-Security-Policy"] == wider
    assert "X-Frame-Options" not in framed
    for address in (*EVERYWHERE, "/progress?embed=locked", "/static/geomap.js?embed=bare"):
        assert client.get(address).headers["Content-Security-Policy"] == POLICY
        assert client.get(address).headers["X-Frame-Options"] == "SAMEORIGIN"


def test_without_such_sites_the_map_is_framed_by_this_one_alone(client: FlaskClient) -> None:
    headers = client.get("/?embed=bare").headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "origin",
    ["*", "http://*.example", "portal.example", "http://a.example/path", "'unsafe-inline'",
     "http://a.example;script-src", "javascript:alert(1)", "https:"],
)  # fmt: skip
def test_what_is_no_origin_cannot_widen_the_policy(origin: str) -> None:
    with pytest.raises(ServeError, match="GEOMAP_FRAMED_BY"):
        Settings.from_env({"GEOMAP_FRAMED_BY": f"http://b.example,{origin}"})


@pytest.mark.parametrize("way", ["locked", "bare", "panels"])
def test_a_framed_map_has_no_head_and_keeps_its_marks(client: FlaskClient, way: str) -> None:
    text = client.get(f"/?embed={way}").text
    assert f'data-embed="{way}"' in text
    assert '<header class="top" hidden>' in text
    assert 'id="key"' not in text
    assert 'class="mark">内部工作用图 未经审核 不得公开' in text
    assert client.get(f"/?embed={way}", headers={}).text == text
    assert "data-embed" not in client.get("/").text


@pytest.mark.parametrize("way", ["full", "LOCKED", "locked,panels", "<script>", "__proto__"])
def test_a_way_to_embed_that_there_is_not_is_refused(client: FlaskClient, way: str) -> None:
    answer = client.get("/", query_string={"embed": way})
    assert answer.status_code == 404
    assert "locked" in answer.text
    assert "<script>" not in answer.text


def test_pages_hold_no_inline_script_or_style(client: FlaskClient) -> None:
    for address in ("/", "/api/", "/sources", "/nope"):
        text = client.get(address).get_data(as_text=True)
        assert "style=" not in text, address
        assert "<style" not in text, address
        for tag in text.split("<script")[1:]:
            attributes = tag.partition(">")[0]
            assert "src=" in attributes or "application/json" in attributes, address


def test_tiles_open_the_policy_for_their_origin_and_no_other(atlas: Atlas) -> None:
    tiles = Tiles("https://tiles.example:8443/a/{z}/{x}/{y}.png", "某测绘单位")
    policy = (
        create_app(atlas, settings=Settings(tiles=tiles))
        .test_client()
        .get("/healthz")
        .headers["Content-Security-Policy"]
    )
    expected = "img-src 'self' data: https://tiles.example:8443;"
    assert policy == POLICY.replace("img-src 'self' data:;", expected)


def test_a_key_of_tianditu_stands_for_its_tiles() -> None:
    settings = Settings.from_env({"GEOMAP_TIANDITU_KEY": "a b&c"})
    assert settings.tile_origin == "https://t0.tianditu.gov.cn"
    assert settings.tiles is not None
    assert settings.tiles.url.endswith("&tk=a%20b%26c")
    assert settings.tiles.attribution == "天地图"


def test_tiles_are_off_by_default() -> None:
    assert Settings.from_env({}).tiles is None
    assert Settings.from_env({}).tile_origin == ""


@pytest.mark.parametrize(
    "url",
    [
        "tiles/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://{s}.example/{z}/{x}/{y}.png",
        "https://a.example;script-src/{z}/{x}/{y}",
        "https://a.example *.example/{z}/{x}/{y}",
        "https://user@a.example/{z}/{x}/{y}",
        "javascript:alert(1)//{z}/{x}/{y}",
    ],
)
def test_an_address_of_tiles_that_could_widen_the_policy_is_refused(url: str) -> None:
    with pytest.raises(ServeError, match="GEOMAP_TILES"):
        Settings.from_env({"GEOMAP_TILES": url})


@pytest.mark.parametrize("given", ["many", "-1", "65536", "1.5", "²"])
def test_a_port_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ServeError, match="GEOMAP_PORT"):
        Settings.from_env({"GEOMAP_PORT": given})


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/..\\..\\pyproject.toml",
        "/static/leaflet/leaflet-src.js",
        "/static/leaflet/../__init__.py",
        "/static/v-000000000000/../templates/base.html",
        "/static/",
        "/static/%00",
    ],
)
def test_nothing_outside_the_static_files_can_be_reached(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_host_header_is_never_repeated(client: FlaskClient) -> None:
    for address in ("/", "/api", "/api/", "/api//units", "/nope", "/api/nope", "//static"):
        response = client.get(address, headers={"Host": "evil.example"})
        assert b"evil.example" not in response.data
        assert "evil.example" not in str(response.headers)
        assert response.status_code == 421


def test_a_host_that_is_none_breaks_nothing(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"Host": 'x"><script>'})
    assert response.status_code == 421
    assert b"<script>" not in response.data


def test_what_came_in_the_address_is_escaped_on_the_page(client: FlaskClient) -> None:
    text = client.get("/?indicator=<script>alert(1)</script>").get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_fault_tells_its_id_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.get("/break", headers={"Accept": "application/json"})
    assert response.status_code == 500
    fault = json.loads(response.data)["error"]
    assert fault["code"] == "internal"
    assert "1234" not in response.get_data(as_text=True)
    reference = caplog.records[-1].getMessage().split()[1].rstrip(":")
    assert reference in fault["message"]["zh"]
    assert "the password is 1234" in caplog.text


def test_people_get_a_page_and_programs_get_json(client: FlaskClient) -> None:
    page = client.get("/nope", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert "没有这个页面" in page.get_data(as_text=True)
    answer = client.get("/nope", headers={"Accept": "application/json"})
    assert json.loads(answer.data)["error"]["code"] == "not_found"
    assert json.loads(client.get("/api/nope").data)["error"]["code"] == "not_found"


def test_the_error_page_comes_even_without_its_template(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(atlas)
    monkeypatch.setattr(app.jinja_env, "loader", None)
    response = app.test_client().get("/nope")
    assert response.status_code == 404
    assert "没有这个页面" in response.get_data(as_text=True)


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.post("/api/units")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(response.data)["error"]["valid"] == ["GET", "HEAD", "OPTIONS"]


@pytest.mark.parametrize("address", ["/api/figures", "/healthz", "/read", "/nope"])
def test_a_body_announced_too_large_is_refused_before_it_is_read(
    client: FlaskClient, address: str
) -> None:
    class Unread:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError(f"read {size}")

    response = client.post(
        address,
        environ_overrides={
            "wsgi.input": Unread(),
            "CONTENT_LENGTH": str(LARGEST_BODY_BYTES + 1),
            "HTTP_ACCEPT": "application/json",
        },
    )
    assert response.status_code == 413
    assert "20 MB" in json.loads(response.data)["error"]["message"]["zh"]


def test_a_body_without_a_length_is_refused(client: FlaskClient) -> None:
    response = client.post("/read", headers={"Transfer-Encoding": "chunked"}, data=b"x")
    assert response.status_code == 411


def test_the_app_opens_no_connection(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for address in EVERYWHERE:
        assert client.get(f"{address}?").status_code in (200, 404)


# --- who may ask, and what may be sent ----------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:80", "10.1.2.3", "[::1]:8000", "LOCALHOST."]
)
def test_the_server_answers_under_its_own_names(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "1.2.3.4.example:80"])
@pytest.mark.parametrize("path", ["/", "/api/figures", "/healthz", "/static/leaflet/leaflet.js"])
def test_another_name_is_refused_even_where_the_answer_is_remembered(
    client: FlaskClient, host: str, path: str
) -> None:
    assert client.get(path).status_code == 200
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 421
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_an_administrator_can_add_names(atlas: Atlas) -> None:
    settings = Settings.from_env(
        {"GEOMAP_NAMES": "map.example.gov.cn, other", "GEOMAP_AUDIT_LOG": "off"}
    )
    client = create_app(atlas, settings=settings).test_client()
    for host in ("map.example.gov.cn", "OTHER:8000"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.get("/healthz", headers={"Host": "third"}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_what_another_site_sends_is_refused_everywhere(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    sent = client.post("/read", data=b"x", headers=headers, content_type="application/json")
    assert sent.status_code == 403


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_types_that_a_form_can_send_are_refused(client: FlaskClient, kind: str) -> None:
    assert client.post("/read", data=b"x", content_type=kind).status_code == 415
    assert client.post("/read", data=b"x", content_type="application/json").status_code == 200


def test_no_browser_keeps_what_is_for_some_only(atlas: Atlas) -> None:
    settings = Settings(audience=Audience.PUBLIC)
    public = create_app(atlas, settings=settings).test_client()
    internal = create_app(atlas).test_client()
    for path in ("/", "/api/figures", "/sources"):
        assert internal.get(path).headers["Cache-Control"] == "private, no-store"
        assert public.get(path).headers["Cache-Control"] == "no-cache"


def test_an_accept_header_without_end_is_not_read(client: FlaskClient) -> None:
    asked = {"Accept": "application/json;q=0.5," * 20_000}
    assert client.get("/nothing", headers=asked).content_type.startswith("text/html")
    assert client.get("/api/nothing", headers=asked).is_json
