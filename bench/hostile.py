"""What a hostile or careless client sends: addresses, tables, files of maps, questions.

Most of it is good but for one place, for what is wrong throughout is refused at the door and tries
nothing behind it. All of it follows from the generator that is handed in.
"""

from __future__ import annotations

import copy
import io
import json
import random
import sqlite3
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import openpyxl
import shapely

Rows = list[list[str]]

PARAMETERS = [
    "lang", "area", "indicator", "year", "kind", "status", "source", "from", "breaks", "shared",
    "classes", "method", "palette", "estimates", "representation", "definitions", "compare",
    "layers", "indicators", "seconds", "as_of", "maker", "date", "id", "row", "page", "role",
    "crs", "name", "audience", "size", "dpi", "progress", "nonsense",
]  # fmt: skip
HOSTILE = [
    "%00", "%0d%0aX-A:b", "%1b[31m", "%ed%a0%80", "%ff%fe", "9" * 400, "-1", "1e999", "nan",
    "..%2f..%2fetc%2fpasswd", "%2f%2f", "a" * 3000, "<script>", "'%22;--", "%e2%80%ae", "", "fr",
    quote("旗区"), "150602", "150600", "2020", "2024", "population", "zh", "en", "true", "svg",
]  # fmt: skip
FITTING = {
    "lang": ["zh", "en"], "area": ["150602", "150600"], "indicator": ["population", "talent_total"],
    "year": ["2020", "2023"], "kind": ["actual", "target"], "audience": ["public", "internal"],
    "from": ["2015"], "as_of": ["2023"], "classes": ["3", "5"], "size": ["a4", "slide"],
    "role": ["demand"], "method": ["quantile", "equal"], "representation": ["fill", "symbol"],
}  # fmt: skip
"""What a parameter may well be, so that not every address is refused at its first one."""
ODD: list[Any] = [
    "\ud800", "\x00", 10**400, -1, 0, 1e308, 1e-320, None, True, [], {}, [[]], "a" * 5000, "=1+1",
    "150602", 1, "\u202e", "constructor", [None], {"id": None}, "NaN", -0.0, "1e999", [1, "x", {}],
]  # fmt: skip
CELLS = [
    "", "x", "a\u202eb", "-5", "1e400", "\x00", "\ud800", "=1+1", "９", "1,000", "NaN", "a" * 9000,
    "-0", "1e-320", "109.5", "甲", "inf", "#N/A", "１２", "12人", "约12", "\r", '"', "\ufeff",
]  # fmt: skip
PIECES = [b"", b"\x00", b"\xff", b'"', b",", b"\n", b"9" * 400, b"[" * 300, b"\x1a", b"-", b"e9"]
DEMAND = [["id", "name", "lon", "lat", "weight"],
          ["甲", "甲村", "109.1", "39.5", "10"], ["乙", "乙村", "109.2", "39.5", "30"],
          ["丙", "丙村", "110.0", "39.8", "5"]]  # fmt: skip
SITES = [["id", "name", "lon", "lat", "capacity", "cost", "area"],
         ["A", "A地", "109.15", "39.5", "40", "3", "150602"],
         ["B", "B地", "109.9", "39.7", "40", "5", "150627"]]  # fmt: skip
MATRIX = [["", "A", "B"], ["甲", "10", "80"], ["乙", "5", "70"], ["丙", "90", "20"]]
PAIRS = [["from", "to", "km"], ["甲", "A", "10"], ["乙", "A", "5"], ["丙", "B", "20"]]
RING = [[109, 39], [110, 39], [110, 40], [109, 40], [109, 39]]
ZONE = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"name": "区"},
     "geometry": {"type": "Polygon", "coordinates": [RING]}}]}  # fmt: skip
ESRI = {
    "geometryType": "esriGeometryPolygon",
    "spatialReference": {"wkid": 4490},
    "features": [{"attributes": {"NAME": "区"}, "geometry": {"rings": [RING[::-1]]}}],
}
GRAPH = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d0" for="node" attr.name="x"/>'
    '<key id="d1" for="node" attr.name="y"/><key id="d2" for="edge" attr.name="length"/>'
    '<key id="d3" for="edge" attr.name="maxspeed"/><key id="d4" for="edge" attr.name="oneway"/>'
    '<graph edgedefault="directed"><node id="1"><data key="d0">109.1</data>'
    '<data key="d1">39.5</data></node><node id="2"><data key="d0">110.0</data>'
    '<data key="d1">39.8</data></node><edge source="1" target="2"><data key="d2">90000</data>'
    '<data key="d3">60</data><data key="d4">True</data></edge><edge source="2" target="1">'
    '<data key="d2">90000</data><data key="d3">60</data></edge></graph></graphml>'
)
ROLES = ("demand", "candidates", "existing", "matrix", "roads", "zone", "exclude")
_TABLES = {
    "demand": [DEMAND],
    "candidates": [SITES],
    "existing": [SITES],
    "matrix": [MATRIX, PAIRS],
}


# --- addresses ------------------------------------------------------------------------------------


def address(rng: random.Random, route: str) -> str:
    """Give an address of a route, its parts and parameters hostile or fitting."""
    parts = [*HOSTILE, "docx", "xlsx", "png", "svg", "csv", "geojson", "0" * 32]
    path = "".join(
        part if not inside else rng.choice(parts) or "x" for inside, part in _pieces(route)
    )
    # Reports and figures take seconds: seldom without a parameter that they refuse.
    least = 0 if rng.random() < 0.1 else 1
    many = rng.choice([least, 1, 2, 3, 200 if rng.random() < 0.05 else 1])
    return f"{path}?{'&'.join(_pair(rng) for _ in range(many))}"


def _pair(rng: random.Random) -> str:
    name = rng.choice(PARAMETERS)
    fitting = FITTING.get(name, HOSTILE) if rng.random() < 0.5 else HOSTILE
    return f"{name}={rng.choice(fitting)}"


def _pieces(route: str) -> list[tuple[bool, str]]:
    """Split a route into what is fixed and what stands in its brackets."""
    pieces = [(False, part) for part in route.split("<")[:1]]
    for part in route.split("<")[1:]:
        inside, _, after = part.partition(">")
        pieces += [(True, inside), (False, after)]
    return pieces


# --- files ----------------------------------------------------------------------------------------


def upload(rng: random.Random) -> tuple[str, str, bytes]:
    """Give role, name and bytes of a file: a third good, a third wrong in a place, the rest bent.

    Real GeoPackages, GraphML and zipped shapefiles are among them.
    """
    role, how = rng.choice(ROLES), rng.random()
    if role in _TABLES:
        rows = copy.deepcopy(rng.choice(_TABLES[role]))
        if how > 0.35:
            rows = bent(rng, rows)
        name, content = _written(rng, rows)
    elif role == "roads":
        name, content = _roads(rng, bend=how > 0.35)
    else:
        shape = copy.deepcopy(rng.choice([ZONE, ESRI]))
        content = json.dumps(odd(rng, shape) if how > 0.35 else shape).encode()
        name = "z.geojson"
    if rng.random() < 0.03:
        name, content = rng.choice([("z.zip", shapefile()), ("z.geojson", geopackage(0))])
    if how > 0.7:
        content = mutated(rng, content)
    if rng.random() < 0.05:
        name = rng.choice(["x.csv", "x.xlsx", "x.gpkg", "con.csv", "%00.csv", "a" * 300 + ".csv"])
    return role, name, content


def bent(rng: random.Random, rows: Rows) -> Rows:
    """Put something strange into a table: a cell, a row, a column."""
    for _ in range(rng.randint(1, 3)):
        way, row = rng.random(), rng.choice(rows)
        if way < 0.7:
            row[rng.randrange(len(row))] = rng.choice(CELLS)
        elif way < 0.8:
            rows.insert(rng.randrange(len(rows)), list(row))
        elif way < 0.9:
            row.append(rng.choice(CELLS))
        else:
            at = rng.randrange(len(rows[0]))
            rows = [one[:at] + one[at + 1 :] or [""] for one in rows]
    return rows


def _written(rng: random.Random, rows: Rows) -> tuple[str, bytes]:
    if rng.random() < 0.3:
        return "t.xlsx", workbook(rng, rows)
    encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])
    mark = rng.choice([",", ",", ",", "\t", ";"])
    text = "".join(mark.join(row) + rng.choice(["\n", "\n", "\r\n"]) for row in rows)
    return "t.csv", text.encode(encoding, "replace")


def workbook(rng: random.Random, rows: Rows) -> bytes:
    """Write rows as a workbook, now and then with numbers, formulas, merged and hidden cells."""
    book, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for row in rows:
        # What no workbook can hold is left out.
        text = ["".join(one for one in cell if one >= " " and not _is_half(one))[:9000]
                for cell in row]  # fmt: skip
        sheet.append([_as_number(one) if rng.random() < 0.5 else one for one in text])
    if rng.random() < 0.2:
        sheet.merge_cells("A1:B1")
    if rng.random() < 0.1:
        sheet.row_dimensions[2].hidden = True
    if rng.random() < 0.1:
        sheet["B2"] = "=1/0"
    book.save(packed)
    return packed.getvalue()


def _is_half(one: str) -> bool:
    return "\ud800" <= one <= "\udfff"


def _as_number(cell: str) -> object:
    try:
        return float(cell) if abs(float(cell)) < 1e300 else cell
    except ValueError:
        return cell


def _roads(rng: random.Random, *, bend: bool) -> tuple[str, bytes]:
    if rng.random() < 0.5:
        text = GRAPH
        if bend:
            old = rng.choice(
                ["109.1", "39.5", "90000", "60", "True", "directed", 'id="2"', "length"]
            )
            text = text.replace(old, rng.choice([*CELLS[:6], "-1", "&#0;", "<a/>", "1e308"]), 1)
        return "r.graphml", text.encode("utf-8", "replace")
    return "r.gpkg", geopackage(rng.randrange(8) if bend else 0, rng if bend else None)


@lru_cache(maxsize=16)
def _lines(kind: int) -> bytes:
    """Give a real GeoPackage of roads: 0 is a good one, each other strange in its way."""
    good = shapely.linestrings([[109.1, 39.5], [109.6, 39.6], [110.0, 39.8]])
    shapes: list[Any] = {
        1: [good, None], 2: [shapely.LineString()], 3: [shapely.multilinestrings([good, good])],
        4: [shapely.linestrings([[109.1, 39.5, 9.0], [110.0, 39.8, float("nan")]])],
        5: [shapely.linestrings([[109.1, 39.5], [109.1, 39.5]])],
        6: [good, shapely.Point(109, 39)],
    }.get(kind, [good, good])  # fmt: skip
    words = ["60"] * len(shapes) if kind != 7 else ["双向", "9" * 300][: len(shapes)]
    frame = gpd.GeoDataFrame(
        {"maxspeed": words, "oneway": ["yes"] * len(shapes)}, geometry=shapes, crs="EPSG:4326"
    )
    return _saved(frame, "edges", ".gpkg")


def geopackage(kind: int, rng: random.Random | None = None) -> bytes:
    """Give a GeoPackage of roads; with a generator one entry of its own tables is changed."""
    content = _lines(kind)
    if rng is None or rng.random() < 0.4:
        return content
    table, column = rng.choice([
        ("gpkg_contents", "table_name"), ("gpkg_contents", "srs_id"), ("edges", "maxspeed"),
        ("gpkg_geometry_columns", "geometry_type_name"), ("gpkg_geometry_columns", "srs_id"),
        ("edges", "oneway"), ("edges", "geom"), ("gpkg_spatial_ref_sys", "definition"),
    ])  # fmt: skip
    value = rng.choice(["", "x", -1, 10**12, None, b"GP\x00\x01", b"\xff" * 40, "'; --", 3857])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.gpkg"
        file.write_bytes(content)
        database = sqlite3.connect(file)
        try:
            for (trigger,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                database.execute(f'DROP TRIGGER "{trigger}"')
            database.execute(f"UPDATE {table} SET {column} = ?", (value,))
            database.commit()
        except sqlite3.Error:
            pass  # the file as it is will do
        database.close()
        return file.read_bytes()


@lru_cache(maxsize=1)
def shapefile() -> bytes:
    """Give a real shapefile of a zone, its parts in one zip."""
    return _saved(gpd.GeoDataFrame(geometry=[shapely.Polygon(RING)], crs="EPSG:4326"), "z", ".shp")


def _saved(frame: gpd.GeoDataFrame, layer: str, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / f"z{ending}", layer=layer)
        parts = sorted(Path(folder).iterdir())
        if len(parts) == 1:
            return parts[0].read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for part in parts:
                archive.write(part, part.name)
        return packed.getvalue()


def mutated(rng: random.Random, content: bytes) -> bytes:
    """Change, add or take out a few bytes."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        changed[at : at + rng.choice([0, 1, 8])] = rng.choice(PIECES)
    return bytes(changed[: rng.randrange(len(changed) + 1)] if rng.random() < 0.1 else changed)


# --- questions ------------------------------------------------------------------------------------


def question(rng: random.Random, tables: dict[str, list[str]]) -> Any:
    """Give what a study is asked: good, or with one member strange.

    Parameters
    ----------
    tables : keys of the tables that the server keeps, by role
    """
    settings = _settings(rng)
    files = {}
    for role in ROLES:
        if tables.get(role) and rng.random() < 0.4:
            files[role] = rng.choice(tables[role][-20:])
    for role in ("demand", "candidates", "existing"):
        if role in files and rng.random() < 0.8:
            settings[role] = "table"
    for role in ("matrix", "roads"):
        if role in files and rng.random() < 0.6:
            settings["distance"] = f"{role}:{rng.choice(['km', 'min'])}"
    asked: dict[str, Any] = {"settings": settings}
    if files:
        asked["files"] = files
    if rng.random() < 0.3:
        asked["audience"] = rng.choice(["public", "internal", "leader"])
    return odd(rng, asked) if rng.random() < 0.5 else asked


def _settings(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(["cover", "whatif", "whatif", "allocate", "allocate", "rank"])
    made: dict[str, Any] = {
        "kind": kind, "demand": "seats:population", "radii": [30, 60], "time_limit": 1,
        "existing": rng.choice(["sites:base", "sites:base", "none"]),
    }  # fmt: skip
    if kind == "whatif":
        made["put"] = [{"lon": 109.5, "lat": 39.5, "name": "新"}]
    if kind in ("allocate", "rank"):
        made["candidates"] = rng.choice(["sites:base", "hexagons:60"])
    if kind == "allocate":
        made["model"] = rng.choice(["p-median", "mclp", "lscp", "p-center", "capacitated"])
        made["radius"] = 60
        made |= {"sites": rng.randint(1, 3)} if made["model"] != "lscp" else {}
        made |= {rng.choice(["fair", "split", "outside"]): True} if rng.random() < 0.3 else {}
    if kind == "rank":
        made["criteria"] = [
            {"id": "a", "kind": "distance", "of": "demand", "influence": "less", "weight": 2},
            {"id": "b", "kind": "density", "of": "demand", "within_km": 30},
        ]
    if rng.random() < 0.2:
        made |= {"catchment": [20, 40], "decay": [1, 0.5]}
    return made


def odd(rng: random.Random, told: Any) -> Any:
    """Give JSON with one member, at any depth, taken out, renamed, doubled or strange."""
    told = copy.deepcopy(told)
    spots = list(_spots(told))
    if not spots:
        return rng.choice(ODD)
    holder, key = rng.choice(spots)
    way = rng.random()
    if way < 0.15:
        del holder[key]
    elif way < 0.25 and isinstance(holder, dict):
        holder[rng.choice(["kind", "sites", "radius", "crs", "x", "before", "name"])] = holder.pop(
            key
        )
    elif way < 0.3 and isinstance(holder, list):
        holder *= 50
    else:
        holder[key] = rng.choice(ODD)
    return told


def _spots(told: Any) -> Any:
    members = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in list(members):
        yield told, key
        if isinstance(value, dict | list):
            yield from _spots(value)


# --- figures --------------------------------------------------------------------------------------

FIGURES = [
    "area",
    "indicator",
    "year",
    "value",
    "unit",
    "kind",
    "status",
    "locator",
    "quote",
    "note",
]
AREAS = (("150602", "东胜区", "东胜"), ("150622", "准格尔旗"), ("150621", "达拉特旗", "达旗"),
         ("150627", "伊金霍洛旗", "伊旗"))  # fmt: skip


def figures(rng: random.Random, *, broken: bool) -> tuple[str, bytes]:
    """Give name and bytes of a table of figures to import, good in one of many ways or not."""
    years = rng.sample(range(1990, 2010), len(AREAS))
    rows = [list(FIGURES)]
    for names, year in zip(AREAS, years, strict=True):
        value = str(rng.randrange(10**4, 10**6))
        rows.append([
            rng.choice(names), "population", str(year), rng.choice([value, value, f" {value} "]),
            "人", "actual", "reported", rng.choice(["表1", "第3页，右", "'=1"]), "",
            rng.choice(["", "注"]),
        ])  # fmt: skip
    if broken:
        rows = bent(rng, rows)
    if rng.random() < 0.3:
        return "t.xlsx", workbook(rng, rows)
    text = "".join(",".join(row) + "\n" for row in rows)
    if not broken:
        return "t.csv", text.encode(rng.choice(["utf-8", "utf-8-sig", "gb18030"]))
    content = text.encode("utf-8", "surrogatepass")
    return "t.csv", mutated(rng, content) if rng.random() < 0.3 else content
