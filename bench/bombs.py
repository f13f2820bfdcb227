"""Files made to exhaust whoever reads them, sent to a server: its answer, the time and the memory.

Run ``python bench/bombs.py``; ``--only csv`` sends those only whose name holds the word. Each file
is made here, of at most 5 MB as the server takes it. Passed means: an answer (200, 400 or 422) to
each within the limit of the reader (20 s) and its start, and a server that is there afterwards.
Linux only: memory is read from ``/proc``.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import sqlite3
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import hostile
import openpyxl
import serving

MOST = 5 * 2**20
LIMIT_S = 60.0
SHEET = "xl/worksheets/sheet1.xml"
_HEAD = "<sheetData>"


# --- workbooks ------------------------------------------------------------------------------------


def workbook(name: str, content: Iterator[bytes]) -> bytes:
    """Give a small workbook with one part in the place of its own, packed while it is made."""
    kept, packed = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(kept)
    with (
        zipfile.ZipFile(kept) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        with new.open(name, "w", force_zip64=True) as opened:
            for block in content:
                opened.write(block)
    return packed.getvalue()


def sheet(row: Callable[[int], str], rows: int) -> bytes:
    """Give a workbook whose sheet has so many rows."""
    spaces = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

    def written() -> Iterator[bytes]:
        yield f"<worksheet {spaces}>{_HEAD}".encode()
        for start in range(1, rows + 1, 1000):
            yield "".join(map(row, range(start, min(rows + 1, start + 1000)))).encode()
        yield b"</sheetData></worksheet>"

    return workbook(SHEET, written())


def _row(at: int, cells: str) -> str:
    return f'<row r="{at}">{cells}</row>'


_TEXT = '<c t="inlineStr"><is><t>x</t></is></c>'


def rows_without_end() -> bytes:
    """Give a workbook of two million rows."""
    return sheet(lambda at: _row(at, f'<c r="A{at}"><v>1</v></c>'), 600_000)


def many_texts() -> bytes:
    """Give a workbook of 190,000 rows with 20 words each."""
    return sheet(lambda _: f"<row>{_TEXT * 20}</row>", 190_000)


def one_large_cell(blocks: int, block: bytes) -> bytes:
    """Give a workbook with one cell of so many MB."""
    spaces = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    begin = f'<worksheet {spaces}>{_HEAD}<row r="1"><c r="A1" t="inlineStr"><is><t>'.encode()
    end = b"</t></is></c></row></sheetData></worksheet>"
    return workbook(SHEET, iter([begin, *[block * (2**20 // len(block))] * blocks, end]))


def shared_texts(count: int) -> bytes:
    """Give a workbook with so many shared texts, none of them used."""
    spaces = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    block = b"<si><t>x</t></si>" * 100_000
    parts = [f"<sst {spaces}>".encode(), *[block] * (count // 100_000), b"</sst>"]
    return workbook("xl/sharedStrings.xml", iter(parts))


def laughs(name: str, root: str, inner: str) -> bytes:
    """Give XML whose entities would grow to 10⁹ words."""
    levels = "".join(
        f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10)
    )  # fmt: skip
    text = f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY e0 "ha">{levels}]>'
    body = f"{text}<{root}>{inner}</{root}>".encode()
    return workbook(name, iter([body])) if name else body


def nested_zips(depth: int) -> bytes:
    """Give an archive within an archive, and so on."""
    content = bytes(2**20)
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", content)
            archive.writestr("again.zip", content)
        content = packed.getvalue()
    return content


# --- text -----------------------------------------------------------------------------------------


def filled(head: str, row: str, most: int = MOST) -> bytes:
    """Give a table with as many rows of one kind as fit; ``{}`` in a row is its number."""
    rows, size = [head], len(head)
    while size < most - 5000 and len(rows) < 200_000:
        rows.append(row.replace("{}", str(len(rows))))
        size += len(rows[-1].encode()) + 1
    return "\n".join(rows).encode()


def deep(opening: str, closing: str, depth: int, begin: str = "", end: str = "") -> bytes:
    """Give brackets within brackets."""
    return f"{begin}{opening * depth}{closing * depth}{end}".encode()


def ring(count: int) -> bytes:
    """Give one polygon whose border crosses itself everywhere."""
    spots = [[109 + at % 500 / 500, 39 + at * 7919 % 500 / 500] for at in range(count)]
    shape = {"type": "Polygon", "coordinates": [[*spots, spots[0]]]}
    return json.dumps(shape, separators=(",", ":")).encode()[:MOST]


def many_polygons(count: int) -> bytes:
    """Give small polygons each of which crosses itself."""
    bow = [[109, 39], [109.1, 39.1], [109.1, 39], [109, 39.1], [109, 39]]
    one = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [bow]},
    }
    text = json.dumps(one, separators=(",", ":"))
    return f'{{"type":"FeatureCollection","features":[{",".join([text] * count)}]}}'.encode()


def graphml(nodes: int, edges: int) -> bytes:
    """Give a graph, each edge from the first node to another."""
    head = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="x" for="node" '
    head += 'attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" '
    head += 'attr.type="double"/><graph edgedefault="directed">'
    made = [f'<node id="{at}"><data key="x">109.{at}</data><data key="y">39.5</data></node>'
            for at in range(nodes)]  # fmt: skip
    made += [f'<edge source="0" target="{at % nodes}"/>' for at in range(edges)]
    return (head + "".join(made) + "</graph></graphml>").encode()


# --- GeoPackages ----------------------------------------------------------------------------------


def geopackage(*statements: str) -> bytes:
    """Give a good GeoPackage of roads in which some more was done."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.gpkg"
        file.write_bytes(hostile.geopackage(0))
        with sqlite3.connect(file) as database:
            for (one,) in database.execute(_TRIGGERS).fetchall():
                database.execute(f'DROP TRIGGER "{one}"')
            for one in statements:
                database.execute(one)
        database.close()
        return file.read_bytes()


_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


def layers(count: int) -> bytes:
    """Give a GeoPackage with so many layers."""
    made = []
    for at in range(count):
        made.append(f"CREATE TABLE l{at} (fid INTEGER PRIMARY KEY, geom BLOB)")
        made.append(
            f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            f"VALUES ('l{at}', 'features', 'l{at}', 4326)"
        )
        made.append(
            f"INSERT INTO gpkg_geometry_columns VALUES ('l{at}', 'geom', 'LINESTRING', 4326, 0, 0)"
        )
    return geopackage(*made)


TABLE = "id,name,lon,lat,weight"
BOMBS: dict[str, tuple[str, tuple[str, ...], Callable[[], bytes]]] = {
    # name: ending, roles, how it is made
    "rows without end": ("xlsx", ("demand", "matrix"),
                         rows_without_end),
    "190,000 x 20 texts": ("xlsx", ("demand",), many_texts),
    "last cell of a sheet": ("xlsx", ("demand", "matrix"), lambda: sheet(
        lambda _: _row(1_048_576, '<c r="XFD1048576"><v>1</v></c>'), 1)),
    "one cell of 1 GB": ("xlsx", ("demand", "matrix"), lambda: one_large_cell(1000, b"x")),
    "one cell of blanks": ("xlsx", ("demand",), lambda: one_large_cell(1000, b" ")),
    "20 million shared texts": ("xlsx", ("demand",), lambda: shared_texts(20_000_000)),
    "entities in a sheet": ("xlsx", ("demand", "matrix"),
                            lambda: laughs(SHEET, "worksheet", f"{_HEAD}&e9;</sheetData>")),
    "archive in an archive": ("xlsx", ("demand",), lambda: nested_zips(20)),
    "no workbook": ("xlsx", ("demand", "matrix"), lambda: b"PK\x03\x04" + bytes(4 * 2**20)),
    "faults in every row": ("csv", ("demand", "candidates", "existing"),
                            lambda: filled(TABLE, ",,x,x,x")),
    "all rows alike": ("csv", ("demand",), lambda: filled(TABLE, "a,a,109.5,39.5,-1")),
    "totals": ("csv", ("demand",), lambda: filled(TABLE, "合计,,,,{}")),
    "rows all right": ("csv", ("demand", "candidates"),
                       lambda: filled(TABLE, "{},甲,109.5,39.5,1")),
    "5 million columns": ("csv", ("demand", "matrix"), lambda: b"a," * (MOST // 2)),
    "5 million empty rows": ("csv", ("demand", "matrix"), lambda: b"\n" * (MOST - 1)),
    "one field of 5 MB": ("csv", ("demand", "matrix"), lambda: b"id,lon\n" + b"x" * (MOST - 8)),
    "an open quote": ("csv", ("demand", "matrix"), lambda: b'id,"' + b"x,\n" * (MOST // 3 - 2)),
    "a matrix of words": ("csv", ("matrix",), lambda: filled(
        "id," + ",".join(map(str, range(1000))), "{}," + ",".join("x" * 1000))),
    "a matrix of blanks": ("csv", ("matrix",), lambda: filled(
        "id," + ",".join(map(str, range(1000))), "{}" + "," * 1000)),
    "a matrix of 3 million cells": ("csv", ("matrix",), lambda: filled(
        "id," + ",".join(map(str, range(1000))), "{}" + ",1" * 1000)),
    "a matrix of 200,000 x 20,000": ("csv", ("matrix",), lambda: filled(
        "id," + ",".join(map(str, range(20_000))), "{},1")),
    "a matrix of one column": ("csv", ("matrix",), lambda: filled("id,1", "{},x")),
    "a matrix with rows alike": ("csv", ("matrix",), lambda: filled("id,1", "1,1")),
    "a matrix with rows too long": ("csv", ("matrix",), lambda: filled("id,1", "{},1,1")),
    "a matrix with heads alike": ("csv", ("matrix",), lambda: (
        b"id" + b",1" * (MOST // 4) + b"\na" + b",1" * (MOST // 4 - 10))),
    "a list of words": ("csv", ("matrix",), lambda: filled("from,to,km", "{},b,x")),
    "a list of one pair": ("csv", ("matrix",), lambda: filled("from,to,km", "a,b,1")),
    "a list without ends": ("csv", ("matrix",), lambda: filled("from,to,km", ",,1")),
    "a list of a diagonal": ("csv", ("matrix",), lambda: filled("from,to,km", "{},{},1")),
    "a ring of 190,000": ("geojson", ("zone",), lambda: ring(190_000)),
    "a ring of 19,999": ("geojson", ("zone", "exclude"), lambda: ring(19_998)),
    "4,000 crossed polygons": ("geojson", ("zone",), lambda: many_polygons(4_000)),
    "30,000 crossed polygons": ("geojson", ("zone",), lambda: many_polygons(30_000)),
    "100,000 levels": ("geojson", ("zone",), lambda: deep('{"geometry":', "}", 100_000, end="1")),
    "1.2 million brackets": ("geojson", ("zone",), lambda: deep("[", "]", 1_200_000)),
    "a number of 4 MB": ("geojson", ("zone",), lambda: b'{"type":' + b"9" * 4 * 2**20 + b"}"),
    "entities in a graph": ("graphml", ("roads",), lambda: laughs("", "graphml", "&e9;")),
    "300,000 levels": ("graphml", ("roads",), lambda: deep(
        "<graph>", "</graph>", 300_000, "<graphml>", "</graphml>")),
    "a star of 100,000 edges": ("graphml", ("roads",), lambda: graphml(1000, 90_000)),
    "40,000 nodes": ("graphml", ("roads",), lambda: graphml(40_000, 40_000)),
    "a view without end": ("gpkg", ("roads", "zone"),
                           lambda: geopackage(f"CREATE VIEW v AS {_ENDLESS}")),
    "a trigger": ("gpkg", ("roads",), lambda: geopackage(
        "CREATE TRIGGER t AFTER UPDATE ON edges BEGIN DELETE FROM edges; END")),
    "a column that is worked out": ("gpkg", ("roads",), lambda: geopackage(
        "ALTER TABLE edges ADD COLUMN z TEXT AS (hex(zeroblob(500000000)))")),
    "1,000 layers": ("gpkg", ("roads",), lambda: layers(1000)),
    "a geometry of zeros": ("gpkg", ("roads",),
                            lambda: geopackage("UPDATE edges SET geom = zeroblob(1000000)")),
}  # fmt: skip


# --- the server -----------------------------------------------------------------------------------


def family(pid: int) -> list[int]:
    """Give a process and all that it began, at any depth."""
    found = [pid]
    with suppress(OSError):
        task = Path(f"/proc/{pid}/task")
        for one in task.iterdir():
            for child in (one / "children").read_text(encoding="ascii").split():
                found += family(int(child))
    return found


def held(pid: int, name: str = "VmRSS") -> int:
    """Give what a process holds now (or ``VmHWM``: held at most), MB; 0 when it has gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) // 1024
    return 0


class Watch(threading.Thread):
    """Notes the most that the server and those who read for it hold."""

    def __init__(self, worker: int) -> None:
        super().__init__(daemon=True)
        self._worker, self._over = worker, threading.Event()
        self.server, self.reader = held(worker), 0

    def run(self) -> None:
        """Look ten times a second."""
        while not self._over.wait(0.1):
            self.server = max(self.server, held(self._worker))
            self.reader = max([self.reader, *(held(one) for one in family(self._worker)[1:])])

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def send(server: serving.Running, role: str, name: str, content: bytes) -> tuple[str, str]:
    """Give the status of the answer and what it says."""
    try:
        wire = http.client.HTTPConnection(server.host, server.port, timeout=LIMIT_S)
        wire.request("POST", f"/siting/tables?role={role}&name={quote(name)}", content,
                     {"Content-Type": "application/octet-stream"})  # fmt: skip
        answer = wire.getresponse()
        told = json.loads(answer.read())
        wire.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__, str(error)
    if "error" in told:
        return str(answer.status), told["error"]["message"]["zh"]
    return str(answer.status), f"{told['rows']} 行，{told['findings_count']} 条提示"


def main() -> None:
    """Send all and print a row for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="those whose name or ending holds this")
    options = parser.parse_args()
    bad = 0
    print("| file | role | kB | status | s | server MB | reader MB | said |")
    print("|---|---|--:|--:|--:|--:|--:|---|")
    with serving.running("--demo", "--workers", "1") as server:
        for name, (ending, roles, make) in BOMBS.items():
            if options.only not in f"{name}.{ending}":
                continue
            content = make()
            if len(content) > MOST:
                raise SystemExit(f"{name} has {len(content):,} bytes, more than a server takes")
            for role in roles:
                worker = max(server.workers(), key=held)
                watch, began = Watch(worker), time.monotonic()
                watch.start()
                status, said = send(server, role, f"b.{ending}", content)
                seconds = time.monotonic() - began
                watch.end()
                bad += status not in ("200", "400", "422")
                print(f"| {name}.{ending} | {role} | {len(content) // 1024:,} | {status} "
                      f"| {seconds:.1f} | {watch.server} | {watch.reader} | {said[:60]} |",
                      flush=True)  # fmt: skip
        print(f"\ntracebacks: {server.tracebacks()}")
        bad += server.tracebacks()
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
