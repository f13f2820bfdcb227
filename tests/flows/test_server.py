from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from geomap.app import Settings, create_app, serve
from geomap.app.http.delivery import KeptAnswer, Memory, accepts_gzip, compress, holds, pack_answer
from geomap.app.http.releases import Releases
from geomap.atlas import Atlas
from geomap.errors import ReleaseError, ServeError, Text
from geomap.release.package import write_datapackage
from tests.support.server import run_server
from tests.support.toy import ToyRelease, write_toy

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture(scope="module")
def app(atlas: Atlas) -> Flask:
    return create_app(atlas)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# Delivery: ETags, compression, memory.


@pytest.mark.parametrize("address", ["/api/units", "/api/figures?year=2020", "/", "/api/"])
def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address, headers=GZIP)
    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Control"] == "private, no-store"  # the audience is internal
    assert first.headers["Vary"] == "Accept-Encoding"
    again = client.get(address, headers={**GZIP, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == "Accept-Encoding"
    assert "Content-Type" not in again.headers


def test_a_compressed_answer_says_the_same_and_has_its_own_etag(client: FlaskClient) -> None:
    plain, packed = client.get("/api/units"), client.get("/api/units", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_an_answer_is_the_same_from_flask_and_from_memory(client: FlaskClient) -> None:
    address = "/api/values?year=2020&indicator=density"
    first, second = client.get(address), client.get(address)
    assert first.data == second.data
    assert dict(first.headers) == dict(second.headers)


def test_only_the_address_decides_what_is_answered(client: FlaskClient) -> None:
    address = "/api/values?indicator=density"
    answers = [
        client.get(address, headers=headers).data
        for headers in ({}, {"Accept-Language": "en"}, {"Cookie": "a=b"}, {"Host": "10.1.2.3"})
    ]
    assert len(set(answers)) == 1


def test_a_head_request_gives_headers_alone(client: FlaskClient) -> None:
    whole, head = client.get("/api/units"), client.head("/api/units")
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)


def test_errors_are_neither_kept_nor_tagged(client: FlaskClient) -> None:
    response = client.get("/api/figures?year=20200")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_what_a_view_forbids_to_store_or_varies_is_not_kept(atlas: Atlas) -> None:
    app, calls = create_app(atlas), []

    @app.get("/secret")
    def secret() -> Response:
        calls.append("secret")
        return Response("a", headers={"Cache-Control": "no-store"})

    @app.get("/varied")
    def varied() -> Response:
        calls.append("varied")
        return Response("a", headers={"Vary": "Cookie"})

    @app.get("/fixed")
    def fixed() -> str:
        calls.append("fixed")
        return "a"

    client = app.test_client()
    for address in ("/secret", "/varied", "/fixed") * 2:
        assert client.get(address).data == b"a"
    assert sorted(calls) == ["fixed", "secret", "secret", "varied", "varied"]


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("*", True),
        ("*;q=0", False),
        ("identity, deflate", False),
        ("gzip; q=0.000", False),
    ],
)
def test_gzip_is_sent_to_those_who_accept_it(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


def test_if_none_match_is_compared_weakly_and_in_lists() -> None:
    assert holds('W/"a", "b"', '"a"')
    assert holds("*", '"a"')
    assert not holds('"aa"', '"a"')


def test_both_ways_of_compressing_give_gzip_of_the_same() -> None:
    body = b"0123456789" * 1000
    for thorough in (True, False):
        assert zlib.decompress(compress(body, thorough=thorough), 31) == body


def test_small_answers_and_images_are_sent_as_they_are() -> None:
    small = pack_answer("200 OK", [("Content-Type", "application/json")], b"{}", thorough=False)
    image = pack_answer("200 OK", [("Content-Type", "image/png")], b"0" * 10_000, thorough=False)
    assert small.packed is None
    assert image.packed is None


def answer_of(size: int) -> KeptAnswer:
    return pack_answer("200 OK", [("Content-Type", "image/png")], b"x" * size, thorough=False)


def test_memory_forgets_what_was_used_longest_ago() -> None:
    memory = Memory(most_entries=2, most_bytes=1000)
    for name in ("a", "b"):
        memory.put((name,), answer_of(10))
    memory.get(("a",))
    memory.put(("c",), answer_of(10))
    assert memory.get(("b",)) is None
    assert memory.get(("a",)) is not None
    assert len(memory) == 2


def test_memory_is_bounded_by_bytes_keys_included() -> None:
    memory = Memory(most_entries=1000, most_bytes=1000)
    for number in range(100):
        memory.put((f"{number:090}",), answer_of(110))
        assert memory.bytes <= 1000
    assert len(memory) == 5
    assert memory.bytes == 5 * 200


def test_memory_counts_a_key_given_twice_once() -> None:
    memory = Memory(most_entries=10, most_bytes=1000)
    memory.put(("a",), answer_of(50))
    memory.put(("a",), answer_of(70))
    assert (len(memory), memory.bytes) == (1, 71)


@pytest.mark.slow
def test_a_stranger_s_parameters_and_versions_do_not_fill_the_memory(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    monkeypatch.setattr("geomap.app.Memory", lambda: memory)
    app = create_app(atlas)
    routes = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = [one for one in routes if "<" not in one] + ["/static/geomap.js"]
    client, kept = app.test_client(), set()
    for path in paths:
        for query in ("", "?x=%ff", "?utm_source=a&lang=zh&x=1", "?lang=zh&y=2", "?from=timeline"):
            if client.get(path + query).status_code == 200 and not query:
                kept.add(path)
        client.get(f"/static/v-{len(path):012x}/geomap.js")
    assert {"/", "/progress", "/map.js", "/healthz", "/static/geomap.js"} <= kept
    # Once as it is and once in the language that is asked for, by those who take one.
    assert len(memory) <= 2 * len(kept)
    assert client.get("/progress?lang=en&x=1").data == client.get("/progress?x=2&lang=en").data
    assert client.get("/progress?lang=en").data != client.get("/progress?x=2").data


def test_memory_does_not_give_all_its_room_to_one_answer() -> None:
    memory = Memory(most_entries=10, most_bytes=1000)
    memory.put(("a",), answer_of(500))
    assert (len(memory), memory.bytes) == (0, 0)


# Static files.


def test_a_hashed_static_address_may_be_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    address = app.extensions["geomap.static"].url("leaflet/leaflet.js")
    response = client.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["ETag"]
    assert response.mimetype == "text/javascript"


def test_a_static_address_without_or_with_an_old_hash_is_asked_for_anew(
    client: FlaskClient,
) -> None:
    for prefix in ("", "v-000000000000/"):
        response = client.get(f"/static/{prefix}leaflet/leaflet.css")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"


def test_a_template_that_names_a_static_file_that_is_none_fails(app: Flask) -> None:
    with pytest.raises(KeyError):
        app.extensions["geomap.static"].url("css/none.css")


# Releases: taken up whole or not at all.


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_directory_is_looked_at_once_a_second_at_most(toy_release: ToyRelease) -> None:
    directory, clock = toy_release(), Clock()
    releases = Releases(directory, clock=clock)
    first = releases.current()
    write_toy(directory, {"stats/plan.csv": lambda text: text.replace(",500,", ",510,")})
    clock.now = 0.99
    assert releases.current() is first
    clock.now = 1.01
    assert releases.current().atlas.release != first.atlas.release


def edit(directory: Path, old: str, new: str) -> None:
    path = directory / "stats" / "plan.csv"
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def register(directory: Path) -> None:
    title = Text("玩具图", "Toy map")
    write_datapackage(directory, name="toy", title=title, city="150600")


def served(client: FlaskClient) -> float:
    found = json.loads(client.get("/api/figures?area=150602&indicator=population").data)
    return float(found["figures"][0]["value"])


def health(client: FlaskClient) -> str:
    return str(json.loads(client.get("/healthz").data)["status"])


def test_a_half_written_release_is_not_picked_up_and_a_whole_one_is(
    toy_release: ToyRelease,
) -> None:
    directory, clock = toy_release(), Clock()
    client = create_app(Releases(directory, clock=clock)).test_client()
    edit(directory, ",500,", ",480,")
    clock.now += 2
    assert (served(client), health(client)) == (500, "ok")
    register(directory)
    clock.now += 2
    assert (served(client), health(client)) == (480, "ok")


def test_files_behind_their_list_degrade_and_recover(toy_release: ToyRelease) -> None:
    directory, clock = toy_release(), Clock()
    client = create_app(Releases(directory, clock=clock)).test_client()
    old = (directory / "stats" / "plan.csv").read_bytes()
    edit(directory, ",500,", ",480,")
    new = (directory / "stats" / "plan.csv").read_bytes()
    register(directory)
    (directory / "stats" / "plan.csv").write_bytes(old)
    clock.now += 2
    answer = json.loads(client.get("/healthz").data)
    assert answer["status"] == "degraded"
    assert answer["findings"][0]["file"] == "stats/plan.csv"
    assert str(directory) not in json.dumps(answer)
    assert served(client) == 500
    # Only the late file arrives now, its list stays as it is.
    (directory / "stats" / "plan.csv").write_bytes(new)
    clock.now += 2
    assert (served(client), health(client)) == (480, "ok")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"resources": 1}'])
def test_a_broken_list_of_files_keeps_the_old_release(
    toy_release: ToyRelease, content: bytes
) -> None:
    directory, clock = toy_release(), Clock()
    client = create_app(Releases(directory, clock=clock)).test_client()
    (directory / "datapackage.json").write_bytes(content)
    clock.now += 2
    assert (health(client), served(client)) == ("degraded", 500)


def test_a_directory_that_goes_away_keeps_the_old_release(toy_release: ToyRelease) -> None:
    directory, clock = toy_release(), Clock()
    client = create_app(Releases(directory, clock=clock)).test_client()
    away = directory.rename(directory.with_name("away"))
    clock.now += 2
    assert (health(client), served(client)) == ("degraded", 500)
    away.rename(directory)
    clock.now += 2
    assert (health(client), served(client)) == ("ok", 500)


def test_a_touched_list_without_a_change_keeps_the_atlas(toy_release: ToyRelease) -> None:
    directory, clock = toy_release(), Clock()
    releases = Releases(directory, clock=clock)
    atlas = releases.current().atlas
    os.utime(directory / "datapackage.json", (1, 1))
    clock.now += 2
    assert releases.current().atlas is atlas


@pytest.mark.slow
def test_requests_at_once_never_see_a_mix(toy_release: ToyRelease) -> None:
    directory = toy_release()
    app = create_app(Releases(directory, interval_s=0.0))
    truth: dict[str, float] = {}
    for value in (500, 480, 460):
        path = write_toy(directory.with_name(f"copy{value}"))
        edit(path, ",500,", f",{value},")
        register(path)
        release = json.loads(create_app(path).test_client().get("/api/release").data)["release"]
        truth[release] = value
    seen: list[tuple[str, float]] = []
    done = threading.Event()

    def ask(number: int) -> None:
        client = app.test_client()
        while not done.is_set():
            query = f"area=150602&indicator=population&year=2020{',' * (number % 3)}"
            found = json.loads(client.get(f"/api/figures?{query}").data)
            seen.append((found["release"], found["figures"][0]["value"]))

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(4)]
        for value in (480, 460, 500, 480):
            source = directory.with_name(f"copy{value}")
            for name in ("stats/plan.csv", "datapackage.json"):
                shutil.copyfile(source / name, directory / name)
                time.sleep(0.02)
            deadline = time.monotonic() + 10
            while seen[-1][1] != value and time.monotonic() < deadline:
                time.sleep(0.01)
        done.set()
        for one in asked:
            one.result()
    assert all(truth[release] == value for release, value in seen)
    assert {value for _, value in seen} == {500, 480, 460}


# The server itself.


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    directory = write_toy(tmp_path_factory.mktemp("served"))
    with run_server(directory, serve.free_port("127.0.0.1", 0)) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield "127.0.0.1", int(line.split("http://127.0.0.1:")[1].split("/")[0])
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


def test_the_server_answers_over_the_network(address: tuple[str, int]) -> None:
    host, port = address
    with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=10) as response:
        assert json.load(response)["status"] == "ok"
        assert response.headers.get_all("Server") == ["geomap"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/api/figures", "/", "/healthz"])
@pytest.mark.parametrize(
    ("how", "block", "status"),
    [
        ("Content-Length: 209715200", b"x" * 65_536, b"413"),
        ("Transfer-Encoding: chunked", b"10000\r\n" + b"x" * 65_536 + b"\r\n", b"411"),
    ],
)
def test_a_body_of_200_mb_is_refused_and_not_taken(
    address: tuple[str, int], path: str, how: str, block: bytes, status: bytes
) -> None:
    sent = 0
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{how}\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            while sent < 200 * 1024 * 1024:
                client.sendall(block)
                sent += 65_536
        answer = client.recv(4096)
    assert answer.startswith(b"HTTP/1.1 " + status)
    # What fits into the buffers of the connection may have left, no more.
    assert sent < 20 * 1024 * 1024


def test_a_port_in_use_is_named_with_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError) as caught:
            serve.free_port("127.0.0.1", port)
    assert f"端口 {port} 无法使用" in caught.value.text.zh
    other = int(caught.value.text.zh.rpartition("--port ")[2])
    assert serve.free_port("127.0.0.1", other) == other


def test_port_0_gives_a_free_one() -> None:
    assert serve.free_port("127.0.0.1", 0) > 1023


def test_a_port_beyond_the_last_is_refused() -> None:
    with pytest.raises(ServeError, match="65535"):
        serve.free_port("127.0.0.1", 70_000)


def test_a_host_that_is_none_is_refused() -> None:
    with pytest.raises(ServeError, match=r"127\.0\.0\.1"):
        serve.resolve_host("no such host")


def test_faults_of_the_data_are_told_before_the_server_starts(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"datapackage\.json"):
        serve.serve(data=tmp_path, port=0, workers=1)


def test_a_process_that_stays_over_the_set_memory_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, object] = {}

    class Recorder:
        def __init__(self, **settings: object) -> None:
            given.update(settings)

        def serve(self) -> None:
            pass

    monkeypatch.setattr("granian.Granian", Recorder)
    serve._run(Settings.from_env({"GEOMAP_WORKER_MB": "450"}), "127.0.0.1")
    assert (given["workers_max_rss"], given["rss_samples"]) == (450, 2)
    # The old one answers until the new one does, which takes 15 s on a busy machine.
    assert given["respawn_interval"] == 30
    assert given["respawn_failed_workers"]
    # Who opens connections and asks nothing: more are held, and none for long.
    assert given["http1_settings"].header_read_timeout == 10_000  # type: ignore[attr-defined]
    assert given["http1_settings"].max_buffer_size == 65_536  # type: ignore[attr-defined]
    assert given["backpressure"] == 4096 or os.name != "nt"
    assert Settings.from_env({}).worker_mb == 800


@pytest.mark.parametrize("given", ["299", "100001", "many", "-1"])
def test_a_ceiling_of_memory_that_makes_no_sense_is_refused(given: str) -> None:
    with pytest.raises(ServeError, match="GEOMAP_WORKER_MB"):
        Settings.from_env({"GEOMAP_WORKER_MB": given})


def test_as_many_processes_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    assert [serve.process_count(asked) for asked in (0, 1, 8)] == [2, 1, 8]
    monkeypatch.setattr(sys, "platform", "win32")
    assert [serve.process_count(asked) for asked in (0, 8)] == [1, 1]


def test_settings_reach_the_processes_through_the_environment(
    toy_release: ToyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Settings] = []

    def run(settings: Settings, address: str) -> None:
        app = serve.wsgi()
        seen.extend([settings, app.extensions["geomap.settings"]])
        assert address == "127.0.0.1"
        assert app.test_client().get("/healthz").status_code == 200

    monkeypatch.setattr(serve, "_run", run)
    monkeypatch.setattr(serve, "_announce", lambda *_, **__: None)
    monkeypatch.setenv("GEOMAP_TILES", "https://tiles.example/{z}/{x}/{y}.png")
    directory, before = toy_release(), dict(os.environ)
    serve.serve(data=directory, host="localhost", port=0, workers=1)
    started, inside = seen
    assert inside.data == str(directory)
    assert (inside.port, inside.tiles) == (started.port, started.tiles)
    assert dict(os.environ) == before


@pytest.mark.slow
def test_the_demonstration_is_made_up_served_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def run(settings: Settings, _: str) -> None:
        seen.append(Path(settings.data))
        release = json.loads(serve.wsgi().test_client().get("/api/release").data)
        assert release["synthetic"] is True

    monkeypatch.setattr(serve, "_run", run)
    monkeypatch.setattr(serve, "_announce", lambda *_, **__: None)
    serve.serve(demo=True, port=0, workers=1)
    assert not seen[0].exists()


def test_clients_that_send_half_a_request_hold_nobody_up(address: tuple[str, int]) -> None:
    """As many as there are threads in all processes, and more."""
    half = b"POST /siting/tables?role=demand&name=a.csv HTTP/1.1\r\nHost: localhost\r\n"
    half += b"Content-Length: 4000\r\n\r\nid,"
    with contextlib.ExitStack() as held:
        for _ in range(20):
            held.enter_context(socket.create_connection(address, timeout=5)).sendall(half)
        url = f"http://{address[0]}:{address[1]}/healthz"
        with urllib.request.urlopen(url, timeout=5) as answer:
            assert json.load(answer)["status"] == "ok"


def test_a_map_that_is_served_already_is_only_opened(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(serve.webbrowser, "open", lambda url: bool(opened.append(url)) or True)
    monkeypatch.setattr(serve, "_run", lambda *_: pytest.fail("a second server was started"))
    serve.serve(port=address[1], workers=1, show=True)
    assert opened == [f"http://127.0.0.1:{address[1]}/"]


@pytest.mark.slow
def test_where_no_map_is_served_the_port_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.webbrowser, "open", lambda url: pytest.fail(f"opened {url}"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0)
        with pytest.raises(ServeError, match="geomap serve --port"):
            serve.serve(port=other.getsockname()[1], workers=1, show=True)


@pytest.mark.slow
def test_the_address_is_told_so_that_it_can_be_opened() -> None:
    assert "http://127.0.0.1:8000/" in serve.invitation(Settings(), "127.0.0.1")
    everyone = serve.invitation(Settings(host="0.0.0.0", port=80), "0.0.0.0")
    assert "http://127.0.0.1:80/" in everyone
    assert f"http://{socket.gethostname()}:80/" in everyone
    assert "http://[::1]:8000/" in serve.invitation(Settings(host="::1"), "::1")
