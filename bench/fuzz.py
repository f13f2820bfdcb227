"""Hostile addresses, uploads and tables: nothing may answer 500 or leave a release broken.

Run ``python bench/fuzz.py``: a few hundred of each, so that ``make bench`` stays short. The whole
is ``--gets 20000 --posts 10000 --imports 2000``. The same seed asks the same. Exits with 1 on an
answer of 500 or above other than 503, an unexpected error, or an import that leaves errors behind.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from statistics import median
from urllib.parse import quote

import openpyxl
from flask import Flask
from flask.testing import FlaskClient

from geomap.app import Settings, create_app
from geomap.check import check_release
from geomap.demo import write_demo
from geomap.errors import GeomapError
from geomap.importer import Details, import_table
from geomap.initialise import initialise

PARAMETERS = [
    "lang",
    "area",
    "indicator",
    "year",
    "kind",
    "status",
    "source",
    "from",
    "breaks",
    "shared",
    "classes",
    "method",
    "palette",
    "estimates",
    "representation",
    "definitions",
    "compare",
    "layers",
    "indicators",
    "seconds",
    "as_of",
    "maker",
    "date",
    "id",
    "row",
    "page",
    "role",
    "crs",
    "name",
    "audience",
    "size",
    "dpi",
    "progress",
    "nonsense",
]
HOSTILE = [
    "%00", "%0d%0aX-A:b", "%1b[31m", "%ed%a0%80", "%ff%fe", "9" * 400, "-1", "1e999", "nan",
    "..%2f..%2fetc%2fpasswd", "%2f%2f", "a" * 3000, "<script>", "'%22;--", "%e2%80%ae", "", "fr",
    quote("旗区"), "150602", "150600", "2020", "2024", "population", "zh", "en", "true", "svg",
]  # fmt: skip
ODD = ["\ud800", "\x00", 10**400, -1, 1e308, None, True, [], {}, "a" * 5000, "=1+1", "150602", 1]
SETTINGS = {
    "kind": "whatif", "demand": "seats:population", "existing": "sites:base", "radii": [50],
    "put": [{"lon": 109.5, "lat": 39.5, "name": "新"}],
}  # fmt: skip
DEMAND = "id,name,lon,lat,weight\n甲,甲村,109.1,39.5,10\n乙,乙村,109.2,39.5,30\n"
ZONE = json.dumps({
    "type": "Polygon", "coordinates": [[[109, 39], [110, 39], [110, 40], [109, 40], [109, 39]]]
})  # fmt: skip
HEAD = "area,indicator,year,value,unit,kind,status,locator,quote,note\n"
AREAS = ("150602", "150622", "150621", "伊金霍洛旗")
CELLS = [
    "",
    "x",
    "a\u202eb",
    "-5",
    "1e400",
    "\x00",
    "\ud800",
    "=1+1",
    "９",
    "1,000",
    "NaN",
    "a" * 9000,
]
LIMIT = 500


class Tally:
    """How many of each answer, and how long each took."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.faults: list[str] = []

    def add(self, answer: str, start: float) -> None:
        """Count an answer and the seconds since ``start``."""
        self.counts[answer] += 1
        self.seconds.append(time.perf_counter() - start)

    def row(self, name: str) -> str:
        """Write the counts as a row of the table."""
        said = ", ".join(f"{count:,} × {answer}" for answer, count in sorted(self.counts.items()))
        middle, longest = median(self.seconds or [0]), max(self.seconds, default=0)
        return (
            f"| {name} | {len(self.seconds):,} | {said} | {1000 * middle:.1f} ms | {longest:.1f} s "
            f"| {len(self.faults)} |"
        )


def main() -> None:
    """Run each part and print what was answered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gets", type=int, default=500)
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--imports", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    rng, parts = random.Random(options.seed), {}
    with tempfile.TemporaryDirectory() as folder:
        demo = write_demo(Path(folder) / "demo")
        kept = Settings(spool=f"{folder}/spool", scenarios=f"{folder}/scenarios")
        app = create_app(demo, settings=kept)
        parts["GET"] = gets(app, rng, options.gets)
        parts["POST"] = posts(app.test_client(), rng, options.posts)
        empty = initialise("150600", Path(folder) / "empty")
        parts["import"] = imports(empty, Path(folder), rng, options.imports)
    print("| what | tried | answers | median | longest | faults |\n|---|--:|---|--:|--:|--:|")
    for name, tally in parts.items():
        print(tally.row(name))
    faults = [fault for tally in parts.values() for fault in tally.faults]
    print(*sorted(set(faults))[:20], sep="\n")
    sys.exit(bool(faults))


def gets(app: Flask, rng: random.Random, count: int) -> Tally:
    """Ask every route that is read, with hostile parts and parameters."""
    client, tally = app.test_client(), Tally()
    routes = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for _ in range(count):
        _ask(client, tally, "GET", _address(rng, rng.choice(routes)))
    return tally


def _address(rng: random.Random, route: str) -> str:
    path = "".join(
        part if not inside else rng.choice([*HOSTILE, "docx", "xlsx", "png", "0" * 32]) or "x"
        for inside, part in _pieces(route)
    )
    # Reports and figures take seconds: seldom without a parameter that they refuse.
    least = 0 if rng.random() < 0.1 else 1
    many = rng.choice([least, 1, 2, 3, 200 if rng.random() < 0.05 else 1])
    pairs = [f"{rng.choice(PARAMETERS)}={rng.choice(HOSTILE)}" for _ in range(many)]
    return f"{path}?{'&'.join(pairs)}"


def _pieces(route: str) -> list[tuple[bool, str]]:
    """Split a route into what is fixed and what stands in its brackets."""
    pieces = [(False, part) for part in route.split("<")[:1]]
    for part in route.split("<")[1:]:
        inside, _, after = part.partition(">")
        pieces += [(True, inside), (False, after)]
    return pieces


def posts(client: FlaskClient, rng: random.Random, count: int) -> Tally:
    """Send mutated tables and questions."""
    tally = Tally()
    for _ in range(count):
        if rng.random() < 0.6:
            role = rng.choice(["demand", "candidates", "matrix", "roads", "zone", "exclude"])
            name, content = rng.choice(_uploads())
            address = f"/siting/tables?role={role}&name={rng.choice([name, name, 'x.csv'])}"
            kind = "application/octet-stream"
        else:
            ends = ("solve", "whatif", "whatif", "scenarios", "scenarios/remove")
            address, kind = f"/siting/{rng.choice(ends)}", "application/json"
            content = json.dumps(_question(rng)).encode()
        if (rng.random() < 0.7 and kind != "application/json") or rng.random() < 0.1:
            content = _mutated(rng, content)
        _ask(client, tally, "POST", address, data=content, content_type=kind)
    return tally


def _uploads() -> list[tuple[str, bytes]]:
    book, packed = io.BytesIO(), io.BytesIO()
    sheet = openpyxl.Workbook()
    for line in DEMAND.splitlines():
        sheet.active.append(line.split(","))
    sheet.save(book)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.geojson", ZONE)
        archive.writestr("../a.shp", b"\x00\x00\x27\x0a" + b"\x00" * 96)
    geopackage = b"SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20" + b"\x00" * 200
    return [
        ("t.csv", DEMAND.encode()), ("t.xlsx", book.getvalue()), ("z.geojson", ZONE.encode()),
        ("z.zip", packed.getvalue()), ("z.gpkg", geopackage),
    ]  # fmt: skip


def _question(rng: random.Random) -> object:
    settings: dict[str, object] = dict(SETTINGS)
    for _ in range(rng.randrange(3)):
        settings[rng.choice(["kind", *settings, "sites", "radius", "crs", "x"])] = rng.choice(ODD)
    asked: dict[str, object] = {"settings": settings}
    if rng.random() < 0.4:
        key = rng.choice(["settings", "files", "audience", "before", "name", "job"])
        asked[key] = rng.choice(ODD)
    return asked if rng.random() < 0.95 else rng.choice(ODD)


def _mutated(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        piece = rng.choice([b"", b"\x00", b"\xff", b'"', b",", b"\n", b"9" * 400, b"[" * 300])
        changed[at : at + rng.choice([0, 1, 8])] = piece
    return bytes(changed)


def _ask(client: FlaskClient, tally: Tally, verb: str, address: str, **sent: object) -> None:
    start = time.perf_counter()
    try:
        response = client.open(address, method=verb, **sent)  # type: ignore[arg-type]
    except Exception as error:
        tally.add("unexpected", start)
        tally.faults.append(f"{type(error).__name__} {verb} {address[:200]}")
        return
    tally.add(str(response.status_code), start)
    if response.status_code >= LIMIT and response.status_code != 503:
        tally.faults.append(f"{response.status_code} {verb} {address[:200]}")
    response.close()


def imports(release: Path, folder: Path, rng: random.Random, count: int) -> Tally:
    """Import mutated tables; what is accepted leaves a release without errors."""
    tally = Tally()
    file = folder / "t.csv"
    for number in range(count):
        start, text = time.perf_counter(), _table(rng, broken=number % 3 == 0)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        source = Details("fuzzed", title="自拟", issuer="某局", date="2025")
        try:
            import_table(release, file, source, overwrite=True)
        except GeomapError:
            tally.add("refused", start)
            continue
        except Exception as error:
            tally.add("unexpected", start)
            tally.faults.append(f"import: {type(error).__name__}: {text[-200:]!r}")
            continue
        tally.add("accepted", start)
        if any(found.level == "error" for found in check_release(release)):
            tally.faults.append(f"check after import: {text[-200:]!r}")
    return tally


def _table(rng: random.Random, *, broken: bool) -> str:
    years = rng.sample(range(1990, 2010), 4)
    rows = [
        [area, "population", str(year), str(rng.randrange(10**4, 10**6)), "人", "actual",
         "reported", rng.choice(["表1", "第3页，右", "'=1"]), "", rng.choice(["", "注"])]
        for area, year in zip(AREAS, years, strict=True)
    ]  # fmt: skip
    if broken:
        rng.choice(rows)[rng.randrange(10)] = rng.choice(CELLS)
    return HEAD + "".join(",".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
