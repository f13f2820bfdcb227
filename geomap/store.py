"""Open a data directory as an ``Atlas``; the only reader of releases.

In: the path of a release directory. Out: an ``Atlas``, whole and checked, or a ``ReleaseError``.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import Geod

from geomap.atlas import Atlas
from geomap.catalog import Area, Formula, Group, Indicator, Measure, Op, SiteKind, Source
from geomap.errors import Finding, ReleaseError, Text

FIGURE_COLUMNS = [
    "id",
    "area",
    "indicator",
    "year",
    "value",
    "unit",
    "kind",
    "status",
    "source",
    "locator",
    "quote",
    "note",
]
SITE_COLUMNS = [
    "id",
    "name_zh",
    "name_en",
    "kind",
    "level",
    "area",
    "lon",
    "lat",
    "precision",
    "anchor",
    "coordinate_source",
    "industry",
    "source",
    "locator",
    "note",
]
SITE_FIGURE_COLUMNS = [
    "id",
    "site",
    "item",
    "name_zh",
    "name_en",
    "date",
    "value",
    "text",
    "unit",
    "kind",
    "status",
    "source",
    "locator",
    "quote",
    "note",
]


def fingerprint(directory: Path) -> tuple[int, int]:
    """Give what changes when a release changes: time (ns) and size of its ``datapackage.json``."""
    stat = (directory / "datapackage.json").stat()
    return stat.st_mtime_ns, stat.st_size


def open_release(directory: Path) -> Atlas:
    """Open a release, whole or not at all."""
    directory = Path(directory)
    package = json.loads((directory / "datapackage.json").read_bytes())
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for resource in package["resources"]:
        path = resource["path"]
        files[path] = (directory / path).read_bytes()
        if f"sha256:{hashlib.sha256(files[path]).hexdigest()}" != resource["hash"]:
            findings.append(
                Finding(
                    path,
                    0,
                    "",
                    Text("内容与登记的校验值不符", "the hash differs"),
                    Text("运行 geomap check --update", "run geomap check --update"),
                )
            )
    if findings:
        raise ReleaseError(directory, findings)
    return _atlas(package, files)


def _atlas(package: dict[str, Any], files: dict[str, bytes]) -> Atlas:
    settings = package["geomap"]
    catalogue = json.loads(files["indicators.json"])
    indicators = {row["id"]: _indicator(row) for row in catalogue["indicators"]}
    sources = {row["id"]: Source(**row) for row in json.loads(files["sources.json"])}
    units = _table(files["boundaries/units.csv"])
    path = next(
        name for name in files if name.endswith(".geojson") and not name.endswith("context.geojson")
    )
    boundaries = _geometry(files[path], ["code"])
    context = _geometry(files.get("boundaries/context.geojson"), ["code", "name_zh"])
    figures = [_stats(name, data) for name, data in files.items() if name.startswith("stats/")]
    if "land_area" in indicators:
        figures.append(_land(boundaries, path, indicators["land_area"], settings["city"]))
    sites = [
        _table(data)
        for name, data in files.items()
        if name.startswith("sites/") and name != "sites/figures.csv"
    ]
    return Atlas(
        release=hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest(),
        title=Text(package["title"], settings["title_en"]),
        city=settings["city"],
        areas={row["code"]: Area(**row) for row in units.to_dict("records")},
        groups=tuple(
            Group(row["id"], Text(row["name_zh"], row["name_en"])) for row in catalogue["groups"]
        ),
        indicators=indicators,
        sources=sources,
        site_kinds={
            row["id"]: SiteKind(
                row["id"],
                Text(row["name_zh"], row["name_en"]),
                row["shape"],
                bool(row.get("outside", False)),
            )
            for row in json.loads(files["site_kinds.json"])
        },
        figures=_stack(figures, FIGURE_COLUMNS),
        boundaries=boundaries,
        context=context,
        sites=_numbers(_stack(sites, SITE_COLUMNS), ["lon", "lat"]),
        site_figures=_site_figures(files.get("sites/figures.csv")),
        synthetic=bool(settings["synthetic"]),
    )


def _indicator(row: dict[str, Any]) -> Indicator:
    formula = row.get("formula")
    return Indicator(
        id=row["id"],
        name=Text(row["name_zh"], row["name_en"]),
        group=row["group"],
        unit=Text(row["unit_zh"], row["unit_en"]),
        measure=Measure(row["measure"]),
        decimals=row["decimals"],
        direction=row["direction"],
        definition=Text(row["definition_zh"], row["definition_en"]),
        formula=formula
        and Formula(
            Op(formula["op"]), formula["of"], formula.get("per") or "", formula.get("scale", 1.0)
        ),
        part_of=row.get("part_of", ""),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        method=row.get("method", "quantile"),
        k=row.get("k", 5),
        palette=row.get("palette", "Blues"),
    )


def _table(data: bytes) -> pd.DataFrame:
    return pd.read_csv(BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    empty = pd.DataFrame(columns=columns, dtype=str)
    return pd.concat(frames, ignore_index=True)[columns] if frames else empty


def _numbers(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_numeric(frame[name].replace("", None)) for name in columns})


def _stats(path: str, data: bytes) -> pd.DataFrame:
    source = path.removeprefix("stats/").removesuffix(".csv")
    frame = _numbers(_table(data), ["year", "value"])
    lines = [f"{source}:{line}" for line in range(2, len(frame) + 2)]
    return frame.assign(id=lines, source=source, year=frame["year"].astype(int))


def _site_figures(data: bytes | None) -> pd.DataFrame:
    if data is None:
        return _numbers(_stack([], SITE_FIGURE_COLUMNS), ["value"])
    frame = _numbers(_table(data), ["value"])
    return frame.assign(id=[f"sites:{line}" for line in range(2, len(frame) + 2)])[
        SITE_FIGURE_COLUMNS
    ]


def _geometry(data: bytes | None, properties: list[str]) -> gpd.GeoDataFrame:
    features = json.loads(data)["features"] if data else []
    shapes = list(shapely.get_parts(shapely.from_geojson(data.decode()))) if data else []
    columns = {
        name: [str(row["properties"].get(name, "")) for row in features] for name in properties
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _land(boundaries: gpd.GeoDataFrame, path: str, land: Indicator, city: str) -> pd.DataFrame:
    geod = Geod(ellps="WGS84")
    km2 = [abs(geod.geometry_area_perimeter(shape)[0]) / 1e6 for shape in boundaries.geometry]
    codes = [city, *boundaries["code"]]
    return pd.DataFrame(
        {
            "id": [f"boundaries:{code}" for code in codes],
            "area": codes,
            "indicator": land.id,
            "year": int(Path(path).stem.rpartition("-")[2]),
            "value": [sum(km2), *km2],
            "unit": land.unit.zh,
            "kind": "actual",
            "status": "derived",
            "source": "boundaries",
            "locator": path,
            "quote": "",
            "note": "",
        }
    )
