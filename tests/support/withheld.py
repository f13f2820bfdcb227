"""A toy release with small counts that are withheld, and an approval of its map."""

from __future__ import annotations

import json
from pathlib import Path

from geomap.atlas import Atlas
from geomap.model.approval import geometry_sha256
from tests.support.toy import TOY, write_toy

CITY, EAST, KANG, EJIN = "150600", "150602", "150603", "150627"
# 康巴什 has 3, so 东胜 is withheld beside it: their sum, 9873 − 8629, is all that can be known.
COUNTS = {CITY: "9873", EAST: "1241", KANG: "3", EJIN: "8629"}


def row(area: str, value: str, *, indicator: str = "talent_high", locator: str = "表9",
        quote: str = "", note: str = "") -> str:  # fmt: skip
    return f"{area},{indicator},2020,{value},人,actual,reported,{locator},{quote},{note}\n"


SMALL = "".join(row(area, count, quote=f"{count}人") for area, count in COUNTS.items())
TELLING = row(EJIN, "9700", indicator="talent", note="东胜高层次人才1241人")
SITE = "b1,staff,人员,Staff,2025,4,四人,人,actual,reported,plan,第一节,4人,四个人\n"


def toy(directory: Path, stats: str = SMALL + TELLING, **files: str) -> Path:
    edits = {
        "stats/plan.csv": TOY["stats/plan.csv"].replace(",50,人", ",9000,人") + stats,
        "sites/figures.csv": TOY["sites/figures.csv"] + SITE,
        **files,
    }
    return write_toy(directory, edits)


# Made up for the test; no such number exists.
NUMBER = "测试S(2000)000号"


def approval(atlas: Atlas, **members: str) -> str:
    record = {
        "number": NUMBER,
        "office": "某市自然资源局",
        "date": "2000-01-31",
        "geometry_sha256": geometry_sha256(atlas.boundaries, atlas.context),
        "scope_zh": "本市专题图",
        "scope_en": "Thematic maps of the city",
        **members,
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
