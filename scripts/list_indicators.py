"""Write ``docs/indicators.md``: every indicator of the shipped catalogue, with what it means.

Run it after a change of ``data/indicators.json``; a test holds the two together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geomap.atlas import Atlas
from geomap.paths import shipped_data_dir
from geomap.release.open import open_release
from geomap.tables.comparability import in_words
from geomap.views.evidence.provenance import formula_in_words

TARGET = Path(__file__).resolve().parent.parent / "docs" / "indicators.md"
HEAD = """# 指标 Indicators

由 `scripts/list_indicators.py` 依据 `data/indicators.json` 写成，请勿手改；
增改指标见 [数据格式](data-format.md#indicatorsjson)。
*Written by a script from the catalogue; change the catalogue, then run the script.*

- 编号用于网址、接口、命令行和填报表（填报时写中文名也可以）。
  *The id is what addresses, the API, the command line and tables use.*
- 量：数量画成圆，其余着色；有算法的指标不填报，由组成指标算出。
  *Counts are drawn as circles, the rest as fills; those with a formula are never handed in.*
"""
MEASURES = {
    "count": "数量 count",
    "rate": "比率 rate",
    "share": "比重 share",
    "density": "密度 density",
    "index": "指数 index",
}


def page(atlas: Atlas, catalogue: dict[str, Any]) -> str:
    """Give the text of the page.

    Parameters
    ----------
    atlas : the shipped release
    catalogue : the content of its ``indicators.json``
    """
    parts = [HEAD]
    for group in catalogue["groups"]:
        rows = [row for row in catalogue["indicators"] if row["group"] == group["id"]]
        parts += [
            f"\n## {group['name_zh']} {group['name_en']}\n\n"
            "| 编号 id | 名称 name | 单位 unit | 量 measure | 含义与算法 meaning |\n"
            "|---|---|---|---|---|\n",
            *(_line(atlas, row) for row in rows),
        ]
    return "".join(parts)


def _line(atlas: Atlas, row: dict[str, Any]) -> str:
    indicator = atlas.indicator(row["id"])
    formula = formula_in_words(atlas, indicator).zh
    total = atlas.indicators[indicator.part_of].name.zh if indicator.part_of else ""
    meaning = [
        indicator.definition.zh,
        f"算法：{formula}。" if formula else "",
        f"属于{total}。" if total else "",
        "各年通用。" if indicator.timeless else "",
        f"口径：{in_words(indicator.versions).zh}。" if indicator.versions else "",
    ]
    name = f"{indicator.name.zh}<br>{indicator.name.en}"
    measure = MEASURES[indicator.measure]
    text = "".join(meaning).replace("|", "\\|").replace("\n", " ")
    return f"| `{indicator.id}` | {name} | {indicator.unit.zh} | {measure} | {text} |\n"


def main() -> None:
    """Write the page."""
    directory = shipped_data_dir()
    catalogue = json.loads((directory / "indicators.json").read_text(encoding="utf-8"))
    text = page(open_release(directory), catalogue)
    TARGET.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
