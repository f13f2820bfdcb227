"""Memory of the server's processes under a mixed load: pages, exports, images, reports, siting.

Run ``python bench/load.py`` (a short look), ``--seconds 300 --clients 8`` for the whole; ``--large
16`` asks for as many large images at the end, ``--worker-mb 300`` tries whether a process over that
ceiling is replaced while the others go on answering. Linux only: memory is read from ``/proc``.

``--heavy 32`` is another run: one client asks over so many connections, without a pause, for what
takes longest, beside 150 connections that send half a request; meanwhile somebody else asks for
pages now and then, and a watcher for ``/healthz``.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from urllib.parse import quote

import hostile
import serving

INDICATORS = (
    "population",
    "talent_total",
    "high_level_talent",
    "talent_bases",
    "population_density",
)
ENDINGS = ("csv", "xlsx", "geojson", "topojson", "gpkg", "shp")
QUESTION = {
    "kind": "allocate", "demand": "seats:population", "candidates": "hexagons:40", "sites": 2,
    "existing": "sites:base", "radii": [30, 60], "time_limit": 5,
}  # fmt: skip
LARGE = "/figure.png?indicator=population&size=a3&dpi=600"


class Load:
    """Clients that ask without a pause until they are told to stop."""

    def __init__(self, server: serving.Running, seed: int) -> None:
        self._server, self._seed = server, seed
        self.stop = threading.Event()
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()

    def client(self, number: int) -> None:
        """Ask until the end; an address of another seed each time, so that few come from memory."""
        rng = random.Random(self._seed * 1000 + number)
        while not self.stop.is_set():
            kind, verb, path, body, type_ = asked(rng)
            self.kinds[kind] += 1
            self.ask(verb, path, body, type_)

    def ask(self, verb: str, path: str, body: bytes = b"", type_: str = "") -> None:
        """Ask once and count the answer."""
        said = "lost"
        with suppress(OSError, http.client.HTTPException):
            wire = http.client.HTTPConnection(self._server.host, self._server.port, timeout=120)
            wire.request(verb, path, body or None, {"Content-Type": type_} if type_ else {})
            answer = wire.getresponse()
            answer.read()
            wire.close()
            said = str(answer.status)
        self.counts[said] += 1


def asked(rng: random.Random) -> tuple[str, str, str, bytes, str]:
    """Give kind, verb, address, body and type of a request, as people send them in a day."""
    indicator, year = rng.choice(INDICATORS), rng.randint(2015, 2025)
    view = f"indicator={indicator}&year={year}&lang={rng.choice(['zh', 'en'])}"
    drawn = rng.random()
    if drawn < 0.4:
        pages = ("/", "/progress", "/sources", "/conflicts", "/siting", "/screen", "/api/view",
                 "/api/figures")  # fmt: skip
        page = rng.choice(pages)
        return "page", "GET", f"{page}?{view}" if page in ("/", "/api/view") else page, b"", ""
    if drawn < 0.6:
        return "export", "GET", f"/export.{rng.choice(ENDINGS)}?{view}", b"", ""
    if drawn < 0.8:
        kind = rng.choice(["-preview.png", ".png", ".svg", ".pdf"])
        return "image", "GET", f"/figure{kind}?{view}&size=a4", b"", ""
    if drawn < 0.83:
        return "report", "GET", f"/report.{rng.choice(['docx', 'pptx'])}", b"", ""
    if drawn < 0.93:
        role, name, content = hostile.upload(rng)
        path = f"/siting/tables?role={role}&name={quote(name[:60])}"
        return "upload", "POST", path, content, "application/octet-stream"
    end = rng.choice(["whatif", "solve"])
    body = json.dumps({"settings": QUESTION}).encode()
    return end, "POST", f"/siting/{end}", body, "application/json"


def memory(pid: int) -> tuple[int, int]:
    """Give what a process holds now and held at most, MB; 0 when it has gone."""
    told = {}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            told[line.partition(":")[0]] = line.partition(":")[2].split()
    return tuple(int(told[one][0]) // 1024 if one in told else 0 for one in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def main() -> None:
    """Load a server of our own and print how much its processes hold, over time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--every", type=float, default=10, help="seconds from row to row")
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--worker-mb", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--heavy", type=int, default=0)
    options = parser.parse_args()
    if options.heavy:
        heavy(options.heavy, options.seconds)
        return
    env = {"GEOMAP_WORKER_MB": str(options.worker_mb)}
    with serving.running("--demo", "--workers", "2", env=env) as server:
        load, begun, most = Load(server, options.seed), time.monotonic(), Counter[int]()
        print("| s | requests | MB of each process | main |\n|--:|--:|---|--:|")
        show(server, load, 0, most)
        clients = [threading.Thread(target=load.client, args=(one,), daemon=True)
                   for one in range(options.clients)]  # fmt: skip
        for one in clients:
            one.start()
        while time.monotonic() < begun + options.seconds:
            time.sleep(options.every)
            show(server, load, time.monotonic() - begun, most)
        load.stop.set()
        for one in clients:
            one.join(130)
        for _ in range(options.large):
            load.ask("GET", LARGE)
        show(server, load, time.monotonic() - begun, most)
        print(f"\nanswers {dict(load.counts)}, asked {dict(load.kinds)}")
        print(f"most held {dict(most)} MB by process; tracebacks: {server.tracebacks()}")


class Heavy:
    """One client over many connections, somebody else, and a watcher."""

    def __init__(self, server: serving.Running, seconds: float) -> None:
        self._server, self._ends = server, time.monotonic() + seconds
        self.answers: dict[str, list[tuple[int, float]]] = {}

    def ask(self, who: str, address: str, path: str) -> None:
        """Ask once as a client behind a proxy, and note the status and the seconds."""
        begun, status = time.monotonic(), 0
        with suppress(OSError, http.client.HTTPException):
            wire = http.client.HTTPConnection(self._server.host, self._server.port, timeout=60)
            wire.request("GET", path, headers={"X-Forwarded-For": address})
            answer = wire.getresponse()
            answer.read()
            wire.close()
            status = answer.status
        self.answers.setdefault(who, []).append((status, time.monotonic() - begun))

    def warm(self, paths: Sequence[str]) -> None:
        """Let the processes make what they make once, which is not what is measured."""
        for path in (*paths, "/", "/conflicts", *paths):
            self.ask("warm", "", path)

    def keep_asking(self, who: str, address: str, paths: Iterator[str], pause_s: float) -> None:
        """Ask one after the other until the end."""
        while time.monotonic() < self._ends:
            self.ask(who, address, next(paths))
            time.sleep(pause_s)


def heavy(connections: int, seconds: float) -> None:
    """Let one client ask for what takes longest, and print what others are answered meanwhile."""
    others = itertools.cycle(["/", "/sources?page=3", "/progress.json", _VIEW])
    with serving.running("--demo", "--workers", "2") as server, ExitStack() as held:
        for _ in range(150):
            idle = held.enter_context(socket.create_connection((server.host, server.port)))
            idle.sendall(_HALF)
        Heavy(server, 0).warm([next(_costly(at)) for at in range(16)])
        run = Heavy(server, seconds)
        asking = [("one", "10.0.0.1", _costly(at), 0.0) for at in range(connections)]
        asking.append(("another", "10.0.0.2", others, 0.5))
        asking.append(("watcher", "10.0.0.3", itertools.repeat("/healthz"), 0.5))
        threads = [threading.Thread(target=run.keep_asking, args=one) for one in asking]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    print("| who | asked | answers | median s | longest s |\n|---|--:|---|--:|--:|")
    for who, told in run.answers.items():
        took = [one for _, one in told]
        counts = dict(Counter(status for status, _ in told))
        print(f"| {who} | {len(told):,} | {counts} | {median(took):.2f} | {max(took):.2f} |")


_VIEW = "/export.csv?indicator=population&year=2020"
_HALF = (b"POST /siting/whatif HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
         b"Content-Length: 40000\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n{")  # fmt: skip


def _costly(seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    while True:
        yield _one_costly(rng)


def _one_costly(rng: random.Random) -> str:
    year, number, any_year = rng.randint(2015, 2024), rng.randint(3, 7), rng.randint(1950, 2100)
    return rng.choice([
        f"/screen?seconds={rng.randint(5, 600)}&lang=en", f"/progress?as_of={any_year}",
        f"/map.html?indicator=talent_total&year={year}&classes={number}&palette=Greens",
        f"/figure.png?indicator=population&year={year}&size=a3&dpi=600", "/report.docx?maker=x",
        f"/export.gpkg?indicator=population&year={year}&classes={number}",
        f"/sources?page={number}&row={rng.random()}", f"/progress.docx?as_of={year}&lang=en",
    ])  # fmt: skip


def show(server: serving.Running, load: Load, seconds: float, most: Counter[int]) -> None:
    """Print a row, and keep the most that each process has held."""
    held = {pid: memory(pid) for pid in server.workers()}
    held = {pid: one for pid, one in held.items() if one[0] > 30}  # others only watch
    for pid, (_, peak) in held.items():
        most[pid] = max(most[pid], peak)
    row = ", ".join(f"{pid}: {now}" for pid, (now, _) in held.items())
    asked_ = sum(load.counts.values())
    print(f"| {seconds:.0f} | {asked_:,} | {row} | {memory(server.pid)[0]} |", flush=True)


if __name__ == "__main__":
    main()
