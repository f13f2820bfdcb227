"""Sizes that do not fit what stands beside them are told, once a figure, across documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geomap.paths import data_dir
from geomap.release.check import check_release
from geomap.release.import_table import Details, import_table
from tests.support.toy import SOURCES, STATS_HEAD, ToyRelease

YEARBOOK = Details("yearbook", title="统计年鉴", issuer="市统计局", date="2025")


def row(area: str, value: float | str, year: int = 2024, indicator: str = "population") -> str:
    return f"{area},{indicator},{year},{value},人,actual,reported,表3,,\n"


def told(release: ToyRelease, *rows: str) -> list[str]:
    """Give what a check says of the second document of the toy world, beside its first."""
    sources = [*SOURCES, {**SOURCES[0], "id": "yearbook"}]
    directory = release(
        {
            "sources.json": json.dumps(sources, ensure_ascii=False),
            "stats/yearbook.csv": STATS_HEAD + "".join(rows),
        }
    )
    found = check_release(directory)
    assert [one for one in found if one.level == "error"] == []
    return [one.what.zh for one in found if one.file == "stats/yearbook.csv"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("150602", 5_000_000, 2020)], "大于全市 2020年 的 1000；是 2020年 500 的 10,000倍"),
        ([row("150602", 24.5, 2021)], "24.5：人数不是整数；是 2020年 500 的 20.4 分之一"),
        ([row("150602", 490_000)], "大于全市 2020年 的 1000；是 2020年 500 的 980倍，可能差了“千”"),
        ([row("150602", 1, 2020)], "1：是 2020年 500 的 500 分之一，可能差了“千”"),
        ([row("150600", 5_100, 2021)], "5100：是 2020年 1000 的 5.1倍"),
    ],
)
def test_a_figure_of_another_size_is_told(
    toy_release: ToyRelease, rows: list[str], words: str
) -> None:
    said = told(toy_release, *rows)
    assert len(said) == 1
    assert words in said[0]


@pytest.mark.parametrize(
    "rows",
    [
        [row("150602", 510, 2021), row("150600", 1010, 2021)],
        [row("150600", 14_000, 2023)],
        [row("150602", 60, 2024, "talent")],
        [row("150627", 1, 2020, "talent"), row("150627", 9, 2021, "talent")],
    ],
)
def test_growth_and_small_counts_are_not_told(toy_release: ToyRelease, rows: list[str]) -> None:
    assert told(toy_release, *rows) == []


def test_a_share_below_one_percent_is_told_where_others_are_above(toy_release: ToyRelease) -> None:
    def catalogue(text: str) -> str:
        content = json.loads(text)
        rate = {**content["indicators"][0], "id": "rate", "name_zh": "城镇化率", "unit_zh": "%",
                "measure": "share", "maximum": 100, "decimals": 2}  # fmt: skip
        content["indicators"].append(rate)
        return json.dumps(content, ensure_ascii=False)

    lines = "".join(
        f"{area},rate,2021,{value},%,actual,reported,表4,,\n"
        for area, value in (("150602", "0.785"), ("150603", "78.1"), ("150627", "62"))
    )
    directory = toy_release(
        {"indicators.json": catalogue, "stats/plan.csv": lambda text: text + lines}
    )
    assert [(one.column, one.what.zh) for one in check_release(directory)] == [
        ("value", "0.785：小于 1 %，而其他的数在 62 至 78.1，可能应为 78.5")
    ]


def test_a_share_above_its_maximum_is_told_at_the_part(toy_release: ToyRelease) -> None:
    def catalogue(text: str) -> str:
        content = json.loads(text)
        share = {
            **content["indicators"][4],
            "id": "share",
            "name_zh": "人才占比",
            "unit_zh": "%",
            "measure": "share",
            "maximum": 100,
            "formula": {"op": "ratio", "of": "talent", "per": "population", "scale": 100},
        }
        content["indicators"].append(share)  # fmt: skip
        return json.dumps(content, ensure_ascii=False)

    def more(text: str) -> str:
        return text + row("150627", 220, 2020, "talent").replace("表3", "表2")

    found = check_release(toy_release({"indicators.json": catalogue, "stats/plan.csv": more}))
    assert [one.what.zh for one in found] == ["220：按 200 算得人才占比 110%，超过上限 100%"]


def test_an_import_tells_sizes_at_the_row_that_was_sent(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(STATS_HEAD + "\n" + row("150602", 5_000_000, 2020), encoding="utf-8")
    done = import_table(toy_release(), file, YEARBOOK, dry_run=True)
    assert [(one.file, one.line) for one in done.findings] == [("a.csv", 3)]


@pytest.mark.slow
def test_the_shipped_release_has_nothing_odd() -> None:
    assert check_release(data_dir(None)) == []
