"""A release of two areas, small enough to work out by hand, written to a directory."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

CITY, WEST, EAST = "990000", "990101", "990102"
NASTY = "<script>alert(1)</script>"


def write_release(directory: Path, *, jobs: float = 10, title: str = "测试图") -> Path:
    """Write a whole release; ``jobs`` is the figure of the western area in 2020."""
    for name, content in _files(jobs).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    write_package(directory, title=title)
    return directory


def write_package(directory: Path, *, title: str = "测试图") -> None:
    """Write ``datapackage.json`` with the hashes of the files as they are now."""
    resources = []
    for path in sorted(directory.rglob("*.*")):
        name = path.relative_to(directory).as_posix()
        if name == "datapackage.json":
            continue
        body = path.read_bytes()
        seal = f"sha256:{hashlib.sha256(body).hexdigest()}"
        resources.append({"name": path.stem, "path": name, "bytes": len(body), "hash": seal})
    package = {
        "name": "toy",
        "title": title,
        "version": "1",
        "geomap": {"city": CITY, "title_en": "Toy", "synthetic": False},
        "resources": resources,
    }
    (directory / "datapackage.json").write_text(_dump(package), encoding="utf-8")


def _files(jobs: float) -> dict[str, str]:
    return {
        "indicators.json": _dump(_INDICATORS),
        "sources.json": _dump([_SOURCE]),
        "site_kinds.json": _dump(
            [{"id": "base", "name_zh": "基地", "name_en": "Base", "shape": "triangle"}]
        ),
        "boundaries/units.csv": (
            "code,name_zh,short_zh,name_en,kind,parent\n"
            f"{CITY},全市,市,City,city,980000\n"
            f"{WEST},西区,西,West,district,{CITY}\n"
            f"{EAST},{NASTY},东,East,district,{CITY}\n"
        ),
        "boundaries/county-2024.geojson": _dump(
            {
                "type": "FeatureCollection",
                "features": [_square(WEST, 109), _square(EAST, 110)],
            }
        ),
        "stats/paper.csv": (
            "area,indicator,year,value,unit,kind,status,locator,quote,note\n"
            f"{WEST},jobs,2020,{jobs},人,actual,reported,表1,,\n"
            f"{EAST},jobs,2020,30,人,actual,provisional,表1,,初步数\n"
            f"{WEST},jobs,2021,20,人,actual,reported,表1,,\n"
            f"{EAST},jobs,2021,,人,actual,missing,表1,,\n"
            f"{CITY},jobs,2025,90,人,target,reported,第三节,“到2025年达到90人”,\n"
        ),
        "sites/base.csv": (
            "id,name_zh,name_en,kind,level,area,lon,lat,precision,anchor,coordinate_source,"
            "industry,source,locator,note\n"
            f"b1,甲基地,Base A,base,市级,{WEST},109.5,39.5,exact,,实测,,paper,第一节,\n"
            f"b2,乙基地,Base B,base,市级,{EAST},,,area,,,,paper,第一节,\n"
        ),
        "sites/figures.csv": (
            "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
            "b1,seats,工位,Seats,2025,40,,个,target,reported,paper,第一节,,\n"
        ),
    }


def _square(code: str, west: int) -> dict[str, object]:
    ring = [[west, 39], [west + 1, 39], [west + 1, 40], [west, 40], [west, 39]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


_SOURCE = {
    "id": "paper",
    "title": "规划",
    "number": "1号",
    "issuer": "市政府",
    "date": "2021-01-01",
    "url": "",
    "note": "",
}
_JOBS = {
    "id": "jobs",
    "name_zh": "岗位",
    "name_en": "Jobs",
    "group": "talent",
    "unit_zh": "人",
    "unit_en": "people",
    "measure": "count",
    "decimals": 0,
    "direction": "more",
    "definition_zh": "岗位数",
    "definition_en": "Number of jobs",
    "formula": None,
    "part_of": "",
    "minimum": 0,
    "maximum": None,
    "method": "quantile",
    "k": 2,
    "palette": "Blues",
}
_INDICATORS = {
    "groups": [{"id": "talent", "name_zh": "人才", "name_en": "Talent"}],
    "indicators": [
        _JOBS,
        {
            **_JOBS,
            "id": "jobs_change",
            "name_zh": "岗位变化",
            "name_en": "Change of jobs",
            "unit_zh": "%",
            "unit_en": "%",
            "measure": "rate",
            "decimals": 1,
            "minimum": None,
            "formula": {"op": "change", "of": "jobs", "per": "", "scale": 1},
        },
    ],
}
