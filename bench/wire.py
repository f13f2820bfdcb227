"""Hostile requests as bytes over the wire, against a server that runs: what no test client sends.

Broken heads, lengths that lie, requests cut short or run together, odd verbs and hosts, beside
good ones; now and then many at once.
"""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import hostile
import serving

ROUTES = (
    "/", "/healthz", "/api/", "/api/release", "/api/view", "/api/figures", "/progress.json",
    "/siting", "/siting/scenarios", "/siting/jobs/<job>", "/figure.<ending>", "/export.<ending>",
    "/static/<path>", "/nothing/<here>",
)  # fmt: skip
ENDS_S = 30.0


class Counts(Protocol):
    """What answers are counted in."""

    faults: list[str]

    def add(self, answer: str, start: float, what: str = "") -> None:
        """Count an answer."""


def run(rng: random.Random, turns: Iterable[int], tally: Any) -> Any:
    """Send something in each turn to a server of our own; count what is answered."""
    with serving.running("--demo", "--workers", "2") as server:
        kinds = (_good, _good, _posted, _posted, _bent, _cut, _lying, _odd)
        with ThreadPoolExecutor(8) as pool:
            for _ in turns:
                many = 8 if rng.random() < 0.1 else 1
                asked = [rng.choice(kinds)(rng, server) for _ in range(many)]
                list(pool.map(lambda one: _one(server, one, tally), asked))
        if not _one(server, _request(server, "GET", "/healthz"), _Silent()).startswith("200"):
            tally.faults.append("the server no longer answers /healthz")
        if server.tracebacks():
            tally.faults.append(f"tracebacks of the server: {server.log.read_text('utf-8')[-600:]}")
    return tally


class _Silent:
    def __init__(self) -> None:
        self.faults: list[str] = []

    def add(self, answer: str, start: float, what: str = "") -> None:
        """Count nothing."""


def _one(server: serving.Running, content: bytes, tally: Counts) -> str:
    start = time.perf_counter()
    said = "closed"
    try:
        with socket.create_connection((server.host, server.port), timeout=ENDS_S) as wire:
            wire.sendall(content)
            said = wire.recv(65536).decode("latin-1").partition(" ")[2][:3] or said
    except TimeoutError:
        said = "silent"
    except OSError:
        said = "reset"
    what = repr(content[:60])
    tally.add(said, start, what)
    if said == "silent" or (said.startswith("5") and said != "503"):
        tally.faults.append(f"{said} over the wire: {content[:300]!r}")
    return said


def _request(
    server: serving.Running, verb: str, path: str, body: bytes = b"", *lines: str
) -> bytes:
    head = [f"{verb} {path} HTTP/1.1", f"Host: {server.host}:{server.port}", "Connection: close"]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, *lines, "", ""]).encode("latin-1", "replace") + body


def _good(rng: random.Random, server: serving.Running) -> bytes:
    return _request(server, "GET", hostile.address(rng, rng.choice(ROUTES)))


def _posted(rng: random.Random, server: serving.Running) -> bytes:
    if rng.random() < 0.5:
        role, _, content = hostile.upload(rng)
        name = rng.choice(["t.csv", "t.xlsx", "z.geojson", "r.gpkg", "r.graphml"])
        path, kind = f"/siting/tables?role={role}&name={name}", "application/octet-stream"
    else:
        content = json.dumps(hostile.question(rng, {})).encode()
        path, kind = f"/siting/{rng.choice(['whatif', 'solve'])}", "application/json"
    return _request(server, "POST", path, content, f"Content-Type: {kind}")


def _bent(rng: random.Random, server: serving.Running) -> bytes:
    """Change bytes of the head or body."""
    return hostile.mutated(rng, rng.choice([_good, _posted])(rng, server))


def _cut(rng: random.Random, server: serving.Running) -> bytes:
    """Send two as one, or half a line after the first; a cut alone would wait for its time-out."""
    first = _good(rng, server).replace(b"Connection: close", b"Connection: keep-alive")
    return first + _good(rng, server)[: rng.choice([5, 60, 5000])]


def _lying(rng: random.Random, server: serving.Running) -> bytes:
    """Say a length or a coding that does not hold; never more than comes, which would wait."""
    line = rng.choice([
        "Content-Length: 0", "Content-Length: -1", "Content-Length: 1e9",
        "Content-Length: 999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip",
        "Expect: 100-continue", "Content-Length: 3\r\nContent-Length: 4", "Content-Length: ９",
    ])  # fmt: skip
    head = _request(server, "POST", "/siting/whatif", b"", "Content-Type: application/json", line)
    return head + rng.choice([b"{}", b"2\r\n{}\r\n0\r\n\r\n", b"zz\r\n", b""])


def _odd(rng: random.Random, server: serving.Running) -> bytes:
    """Ask with an odd verb, target or field."""
    verb = rng.choice(
        ["OPTIONS", "PUT", "DELETE", "TRACE", "PATCH", "HEAD", "CONNECT", "BREW", "get"]
    )
    path = rng.choice(
        ["/", "*", "//evil.example/", "http://evil.example/", "/%00", "/\xff", "/a b"]
    )
    field = rng.choice([
        "Host: evil.example", "Origin: null", "Range: bytes=0-99999999999", 'If-None-Match: "',
        "Cookie: a",
        "Accept: " + "a," * 3000, "Accept-Encoding: br;q=x", "X-Forwarded-For: " + "9" * 5000,
        "Content-Type: ;;", "Upgrade: websocket\r\nConnection: upgrade", "X: \x01",
        "Accept-Language: \xe9",
    ])  # fmt: skip
    return _request(server, verb, path, b"", field)
