"""How a number went over the years, in words: by hand for each kind of series."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geomap.atlas import Atlas
from geomap.errors import NotFoundError, Text
from geomap.model.catalog import DefinitionVersion, Measure
from geomap.views.charts.trend import trend_sentence

CITY, EAST = "150600", "150602"


def told(atlas: Atlas, rows: list[tuple[int, float]], *targets: tuple[int, float], area: str = CITY,
         status: str = "reported", approx: str = "", **members: Any) -> Text:  # fmt: skip
    """Give the sentence of one indicator of which these are all the numbers."""
    made = [
        {
            "id": f"plan:{kind}{year}", "area": area, "indicator": "x", "year": year,
            "value": value, "unit": "", "kind": kind,
            "status": "missing" if math.isnan(value) else status,
            "source": "plan", "locator": "表1", "quote": "", "note": "", "approx": approx,
        }
        for kind, pairs in (("actual", rows), ("target", targets))
        for year, value in pairs
    ]  # fmt: skip
    texts = atlas.figures.dtypes.to_dict()
    figures = pd.DataFrame(made, columns=list(atlas.figures.columns)).astype(texts)
    given = {"id": "x", "measure": Measure.COUNT, "decimals": 0, "unit": Text("人", "people")}
    one = replace(atlas.indicators["population"], **{**given, **members})
    return trend_sentence(replace(atlas, figures=figures, indicators={"x": one}), "x", area)


def test_it_goes_from_the_first_to_the_last_number(atlas: Atlas) -> None:
    assert told(atlas, [(2015, 200), (2018, 900), (2020, 250)], (2020, 240), (2025, 300)) == (
        "全市由2015年的 200 人升至2020年的 250 人（+25.0 %），2025年目标 300 人。",
        "City: rose from 200 people in 2015 to 250 people in 2020 (+25.0%), "
        "target 300 people for 2025.",
    )
    assert (
        told(atlas, [(2015, 200), (2020, 150)]).zh
        == "全市由2015年的 200 人降至2020年的 150 人（−25.0 %）。"
    )
    assert (
        told(atlas, [(2015, 200), (2020, 200)]).zh
        == "全市由2015年的 200 人持平于2020年的 200 人（0.0 %）。"
    )


def test_a_share_goes_by_points(atlas: Atlas) -> None:
    share = {"measure": Measure.SHARE, "decimals": 1, "unit": Text("%", "%")}
    assert told(atlas, [(2015, 13.0), (2020, 30.5)], **share).zh == (
        "全市由2015年的 13.0 %升至2020年的 30.5 %（+17.5 百分点）。"
    )


def test_one_number_none_and_a_target_alone(atlas: Atlas) -> None:
    assert told(atlas, [(2020, 5), (2021, math.nan)]) == (
        "全市2020年 5 人。",
        "City: 2020, 5 people.",
    )
    assert told(atlas, [(2020, math.nan)]).zh == "全市没有数。"
    assert told(atlas, [], (2025, 50)).zh == "全市没有数，2025年目标 50 人。"


def test_across_a_change_of_definition_nothing_is_compared(atlas: Atlas) -> None:
    broken = (DefinitionVersion(2018, Text("改口径", "redefined")),)
    said = told(atlas, [(2015, 200), (2020, 250)], versions=broken)
    assert said.zh == "全市2015年 200 人，2020年 250 人，不可直接比较。"
    assert "%" not in said.en


def test_of_nothing_there_is_no_percentage(atlas: Atlas) -> None:
    assert told(atlas, [(2015, 0), (2020, 5)]) == (
        "全市由2015年的 0 人升至2020年的 5 人。",
        "City: rose from 0 people in 2015 to 5 people in 2020.",
    )


def test_numbers_that_may_lie_either_way_are_not_called_incomparable(atlas: Atlas) -> None:
    said = told(atlas, [(2015, 50), (2020, 50)], approx="约")
    assert "不可直接比较" not in said.zh
    assert said.zh == "全市2015年 约50 人，2020年 约50 人，升降不能断定。"
    assert said.en.endswith("whether it rose or fell is not known.")


def test_an_area_is_named_and_an_estimate_is_called_one(atlas: Atlas) -> None:
    said = told(atlas, [(2015, 200), (2020, 250)], area=EAST, status="apportioned")
    assert said.zh == "东胜区由2015年的 200 人（估算）升至2020年的 250 人（估算）（+25.0 %）。"
    with pytest.raises(NotFoundError):
        trend_sentence(atlas, "nothing")
