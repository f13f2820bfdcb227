"""The toy world: a city of three square districts, one degree wide each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from geomap.errors import Text
from geomap.release.package import write_datapackage

Edit: TypeAlias = "str | bytes | Callable[[str], str] | None"


ToyRelease: TypeAlias = "Callable[..., Path]"


def indicator(id_: str, name_zh: str, unit_zh: str, **members: object) -> dict[str, object]:
    """Make a row of the catalogue."""
    return {
        "id": id_,
        "name_zh": name_zh,
        "name_en": id_.replace("_", " ").capitalize(),
        "group": "people",
        "unit_zh": unit_zh,
        "unit_en": {"人": "people", "平方公里": "km²"}.get(unit_zh, unit_zh),
        "measure": "count",
        "decimals": 0,
        "direction": "more",
        "definition_zh": "",
        "definition_en": "",
        "formula": None,
        "part_of": "",
        "minimum": 0,
        "maximum": None,
        "method": "quantile",
        "k": 3,
        "palette": "Blues",
        **members,
    }


def square(code: str, west: float) -> str:
    """Write one feature: a square of one degree, its south-west corner at (west, 39)."""
    ring = [[west, 39], [west + 1, 39], [west + 1, 40], [west, 40], [west, 39]]
    feature = {
        "type": "Feature",
        "properties": {"code": code, "name_zh": "邻县"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def collection(*features: str, head: str = '{"type":"FeatureCollection","features":[') -> str:
    """Write features as releases hold them, one a line, the first in line 2."""
    return head + "\n" + ",\n".join(features) + "\n]}\n"


CATALOGUE = {
    "groups": [{"id": "people", "name_zh": "人口", "name_en": "People"}],
    "indicators": [
        indicator("population", "常住人口", "人"),
        indicator("talent", "人才总量", "人"),
        indicator("talent_high", "高层次人才", "人", part_of="talent"),
        indicator("land_area", "土地面积", "平方公里", timeless=True, direction="none"),
        indicator(
            "density",
            "人口密度",
            "人/平方公里",
            measure="density",
            formula={"op": "ratio", "of": "population", "per": "land_area", "scale": 1},
        ),
    ],
}
SOURCES = [
    {"id": "plan", "title": "人才规划", "number": "1号", "issuer": "市政府", "date": "2022-01-01"},
    {"id": "boundaries", "title": "县级区划", "number": "", "issuer": "天地图", "date": "2024"},
]
SITE_KINDS = [
    {"id": "base", "name_zh": "基地", "name_en": "Base", "shape": "triangle"},
    {"id": "offshore", "name_zh": "离岸", "name_en": "Off", "shape": "star", "outside": True},
]
STATS_HEAD = "area,indicator,year,value,unit,kind,status,locator,quote,note\n"
SITES_HEAD = (
    "id,name_zh,name_en,kind,level,area,lon,lat,precision,anchor,coordinate_source,industry,"
    "source,locator,note\n"
)
TOY: Mapping[str, str] = {
    "indicators.json": json.dumps(CATALOGUE, ensure_ascii=False, indent=2) + "\n",
    "sources.json": json.dumps(SOURCES, ensure_ascii=False, indent=2) + "\n",
    "site_kinds.json": json.dumps(SITE_KINDS, ensure_ascii=False, indent=2) + "\n",
    "boundaries/units.csv": (
        "code,name_zh,short_zh,name_en,kind,parent\n"
        "150600,鄂尔多斯市,鄂尔多斯,Ordos City,city,150000\n"
        "150602,东胜区,东胜,Dongsheng District,district,150600\n"
        "150603,康巴什区,康巴什,Kangbashi District,district,150600\n"
        "150627,伊金霍洛旗,伊旗,Ejin Horo Banner,banner,150600\n"
    ),
    "boundaries/county-2024.geojson": collection(
        square("150602", 109), square("150603", 110), square("150627", 111)
    ),
    "boundaries/context.geojson": collection(square("150702", 112)),
    "stats/plan.csv": STATS_HEAD
    + "150600,population,2020,1000,人,actual,reported,表1,,\n"
    + "150602,population,2020,500,人,actual,reported,表1,,\n"
    + "150603,population,2020,300,人,actual,provisional,表1,,初步数\n"
    + "150627,population,2020,200,人,actual,reported,表1,,\n"
    + "150602,talent,2020,50,人,actual,reported,表2,“五十人”,\n"
    + "150603,talent,2020,,人,actual,missing,表2,,\n"
    + "150600,talent,2025,120,人,target,reported,第三节,,\n",
    "sites/base.csv": SITES_HEAD
    + "b1,甲基地,Base A,base,市级,150602,109.5,39.5,exact,,实测,,plan,第一节,\n"
    + "b2,乙基地,Base B,base,市级,150603,,,area,,,,plan,第一节,\n",
    "sites/offshore.csv": SITES_HEAD
    + "o1,北京离岸,Beijing,offshore,市级,110108,116.3,39.9,city,,地名,,plan,第二节,\n",
    "sites/figures.csv": (
        "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
        "b1,seats,工位,Seats,2025,40,,个,target,reported,plan,第一节,,\n"
        "b2,start,启动,Start,2022-12,,启动运行,,target,reported,plan,第一节,,\n"
    ),
}


def write_toy(directory: Path, edits: Mapping[str, Edit] | None = None) -> Path:
    """Write the toy world with some files edited; a path mapped to None is left out."""
    for path, edit in {**TOY, **(edits or {})}.items():
        content = edit(TOY[path]) if callable(edit) else edit
        if content is not None:
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            (directory / path).write_bytes(data)
    title = Text("玩具图", "Toy map")
    write_datapackage(directory, name="toy", title=title, city="150600")
    return directory
