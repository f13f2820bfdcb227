"""Hostile addresses, uploads, questions and tables: nothing may answer 500 or leave half a file.

Run ``python bench/fuzz.py``: a few hundred of each, so that ``make bench`` stays short. The whole
is ``--gets 20000 --posts 10000 --imports 2000 --wire 1000``; it may be run in parts, with different
seeds and ``--seconds`` after which each part ends. The same seed asks the same. Exits with 1 on an
answer of 500 or above other than 503, an unexpected error, an error in the log, a file half
written, or an import that leaves errors behind.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import Any

import hostile
import wire
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geomap.app import Settings, create_app
from geomap.app.http.jobs import ENDED
from geomap.cities.initialise import initialise
from geomap.demo.write import write_demo
from geomap.errors import GeomapError, ReleaseError, RequestError
from geomap.release.check import check_release
from geomap.release.import_table import Details, import_table
from geomap.release.versions import Change, listed, restore_version

LIMIT = 500
WAIT_S = 60.0
BYTES, JSON = "application/octet-stream", "application/json"
# These take a second each at first sight, the others milliseconds: they are asked seldom.
SLOW = ("/progress", "/screen", "/conflicts", "/sources", "/figure", "/report", "/map.html")


class Tally:
    """How many of each answer, and how long each took."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.longest = ("", 0.0)
        self.faults: list[str] = []

    def add(self, answer: str, start: float, what: str = "") -> None:
        """Count an answer and the seconds since ``start``."""
        took = time.perf_counter() - start
        self.counts[answer] += 1
        self.seconds.append(took)
        if took > self.longest[1]:
            self.longest = (what, took)

    def row(self, name: str) -> str:
        """Write the counts as a row of the table."""
        said = ", ".join(f"{count:,} × {answer}" for answer, count in sorted(self.counts.items()))
        return (
            f"| {name} | {len(self.seconds):,} | {said} | {1000 * median(self.seconds or [0]):.1f}"
            f" ms | {self.longest[1]:.1f} s, {self.longest[0]:.60} | {len(self.faults)} |"
        )


class Errors(logging.Handler):
    """Keeps what is logged as an error; whatever answered 503 on purpose is none."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.ERROR)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        """Count it as a fault."""
        self._tally.faults.append(f"log: {self.format(record)[-300:]}")


def main() -> None:
    """Run each part and print what was answered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gets", type=int, default=500)
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--imports", type=int, default=20)
    parser.add_argument("--wire", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    rng, log, parts = random.Random(options.seed), Tally(), list[Tally]()
    logging.getLogger().addHandler(Errors(log))
    print("| what | tried | answers | median | longest | faults |\n|---|--:|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = Settings(spool=f"{folder}/spool", scenarios=f"{folder}/scenarios")
        if options.gets or options.posts:
            app = create_app(write_demo(folder / "demo"), settings=kept)
            parts.append(told("GET", gets(app, rng, turns(options.gets, options.seconds))))
            posts = Posts(app.test_client(), rng).run(turns(options.posts, options.seconds))
            parts.append(told("POST and after it", posts))
        if options.imports:
            empty = initialise("150600", folder / "release")
            done = imports(empty, folder, rng, turns(options.imports, options.seconds))
            parts.append(told("import", done))
        if options.wire:
            done = wire.run(rng, turns(options.wire, options.seconds), Tally())
            parts.append(told("over the wire", done))
        log.faults += [f"half a file: {one}" for one in halves(folder)]
    faults = [fault for tally in (*parts, log) for fault in tally.faults]
    print(*sorted(set(faults))[:20], sep="\n")
    sys.exit(bool(faults))


def told(name: str, tally: Tally) -> Tally:
    """Print what came of a part as soon as it has ended."""
    if tally.seconds:
        print(tally.row(name), flush=True)
    return tally


def turns(count: int, seconds: float) -> Iterator[int]:
    """Count to ``count``, but not beyond so many seconds."""
    ends = time.monotonic() + seconds
    return takewhile(lambda _: time.monotonic() < ends, range(count))


def halves(folder: Path) -> list[str]:
    """List what a writer left behind: parts of files, and files of JSON that cannot be read."""
    found = [str(one) for one in folder.rglob(".*.part")]
    for file in [*folder.rglob("*.json"), *folder.rglob("*.geojson")]:
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            found.append(str(file))
    return found


# --- asking ---------------------------------------------------------------------------------------


def gets(app: Flask, rng: random.Random, turns: Iterable[int]) -> Tally:
    """Ask every route that is read, with hostile and fitting parts and parameters."""
    client, tally = app.test_client(), Tally()
    routes = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    quick = [one for one in routes if not one.startswith(SLOW) and one != "/"]
    for _ in turns:
        route = rng.choice(routes if rng.random() < 0.03 else quick)
        ask(client, tally, "GET", hostile.address(rng, route))
    return tally


class Posts:
    """Uploads, what-ifs, solves with all that follows one, and what is no question at all."""

    def __init__(self, client: FlaskClient, rng: random.Random) -> None:
        self._client, self._rng, self._tally = client, rng, Tally()
        self._tables: dict[str, list[str]] = {}

    def run(self, turns: Iterable[int]) -> Tally:
        """Send something in each turn; with a solve goes all that follows one."""
        for _ in turns:
            drawn = self._rng.random()
            if drawn < 0.55:
                self._upload()
            elif drawn < 0.8:
                self._send("whatif", hostile.question(self._rng, self._tables))
            elif drawn < 0.9:
                self._solve()
            else:
                end = self._rng.choice(["solve", "whatif", "scenarios", "scenarios/remove"])
                self._send(end, hostile.odd(self._rng, {"settings": {}, "name": "a"}))
        return self._tally

    def _upload(self) -> None:
        role, name, content = hostile.upload(self._rng)
        told = self._post(f"/siting/tables?role={role}&name={name}", content, BYTES)
        if told and told.status_code == 200:
            self._tables.setdefault(role, []).append(told.get_json()["table"])

    def _send(self, end: str, asked: Any) -> None:
        content = json.dumps(asked).encode()
        if self._rng.random() < 0.1:
            content = hostile.mutated(self._rng, content)
        self._post(f"/siting/{end}", content, JSON)

    def _solve(self) -> None:
        """Ask for a solve and, when it is taken, for its file, and keep it as a scenario."""
        asked = json.dumps(hostile.question(self._rng, self._tables)).encode()
        told = self._post("/siting/solve", asked, JSON)
        if not told or told.status_code != 202:
            return
        job = told.get_json()["job"]
        ends = time.monotonic() + WAIT_S
        while self._client.get(f"/siting/jobs/{job}").get_json()["state"] not in ENDED:
            if time.monotonic() > ends:
                self._tally.faults.append(f"a solve without end: {asked[:300]!r}")
                return
            time.sleep(0.01)
        ending = self._rng.choice(["docx", "xlsx", "geojson", "json"])
        quiet = Tally()
        ask(self._client, quiet, "GET", f"/siting/jobs/{job}/siting.{ending}?audience=internal")
        ask(self._client, quiet, "GET", f"/siting/jobs/{job}/result")
        self._tally.faults += quiet.faults
        name = self._rng.choice(["方案", "a", "", "con", "../x", "\ud800", "a" * 300])
        for end in ("scenarios", "scenarios/remove"):
            self._post(f"/siting/{end}", json.dumps({"name": name, "job": job}).encode(), JSON)

    def _post(self, address: str, content: bytes, kind: str) -> TestResponse | None:
        return ask(self._client, self._tally, "POST", address, data=content, content_type=kind)


def ask(
    client: FlaskClient, tally: Tally, verb: str, address: str, **sent: Any
) -> TestResponse | None:
    """Ask once and count the answer; None when the application let an error through."""
    start = time.perf_counter()
    try:
        response = client.open(address, method=verb, **sent)
    except Exception as error:
        tally.add("unexpected", start, address)
        tally.faults.append(f"{type(error).__name__} {verb} {address[:200]}")
        return None
    tally.add(str(response.status_code), start, address)
    if response.status_code >= LIMIT and response.status_code != 503:
        told = str(sent.get("data", b""))[:300]
        tally.faults.append(f"{response.status_code} {verb} {address[:200]} {told}")
    return response


# --- imports --------------------------------------------------------------------------------------


def imports(release: Path, folder: Path, rng: random.Random, turns: Iterable[int]) -> Tally:
    """Import tables; what is accepted leaves a release without errors, what is not changes none."""
    tally = Tally()
    for number in turns:
        name, content = hostile.figures(rng, broken=number % 3 == 0)
        start, before = time.perf_counter(), _state(release)
        file = folder / name
        file.write_bytes(content)
        source = Details(f"fuzzed{number % 3}", title="自拟", issuer="某局", date="2025")
        try:
            import_table(release, file, source, overwrite=True)
        except ReleaseError as error:
            tally.add("broken", start)
            tally.faults.append(f"a former import broke the release: {error}")
            continue
        except GeomapError:
            tally.add("refused", start)
            if _state(release) != before:
                tally.faults.append(f"a refused import changed the release: {content[-200:]!r}")
            continue
        except Exception as error:
            tally.add("unexpected", start)
            tally.faults.append(f"import: {type(error).__name__}: {content[-200:]!r}")
            continue
        tally.add("accepted", start)
        if number % 50 == 49:
            tally.counts[_restored(release, str(rng.choice(listed(release)).number))] += 1
    if any(found.level == "error" for found in check_release(release)):
        tally.faults.append("the last import broke the release")
    return tally


def _restored(release: Path, number: str) -> str:
    try:
        restore_version(release, number, Change())
    except RequestError:
        return "restore refused"  # it is what the data are now
    return "restored"


def _state(release: Path) -> dict[str, int]:
    """Give the files of a release and when each was written."""
    return {str(one): one.stat().st_mtime_ns for one in release.rglob("*")
            if one.is_file() and ".geomap" not in one.parts}  # fmt: skip


if __name__ == "__main__":
    main()
