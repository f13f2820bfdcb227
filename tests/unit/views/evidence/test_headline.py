"""The key figures: which, their change on the year before, their next target."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.model.catalog import DefinitionVersion, Formula, Indicator, Measure, Op
from geomap.views.evidence.headline import HEADLINES, change_text, key_figures

CITY, EAST = "150600", "150602"
Rows = list[tuple[str, int, str, float]]


def world(atlas: Atlas, rows: Rows, *indicators: Indicator) -> Atlas:
    """Give the toy world figures of the city: indicator, year, kind, value."""
    made = [
        {
            "id": f"plan:{kind}{year}{name}", "area": CITY, "indicator": name, "year": year,
            "value": value, "unit": "", "kind": kind,
            "status": "missing" if math.isnan(value) else "reported",
            "source": "plan", "locator": "表1", "quote": "", "note": "",
        }
        for name, year, kind, value in rows
    ]  # fmt: skip
    texts = atlas.figures.dtypes.to_dict()
    figures = pd.DataFrame(made, columns=list(atlas.figures.columns)).astype(texts)
    return replace(atlas, figures=figures, indicators={one.id: one for one in indicators})


def indicator(atlas: Atlas, name: str, **members: Any) -> Indicator:
    given = {"measure": Measure.COUNT, "decimals": 0, "unit": Text("人", "people"), "formula": None}
    return replace(atlas.indicators["population"], id=name, **{**given, **members})


def test_each_tells_its_latest_number_its_change_and_its_next_target(atlas: Atlas) -> None:
    rows: Rows = [
        ("a", 2015, "actual", 200), ("a", 2020, "actual", 250), ("a", 2022, "actual", math.nan),
        ("a", 2020, "target", 240), ("a", 2025, "target", 300), ("a", 2030, "target", 400),
    ]  # fmt: skip
    (one,) = key_figures(world(atlas, rows, indicator(atlas, "a")))
    assert (one.year, one.row.value, one.since) == (2020, 250, 2015)
    assert change_text(one) == ("+25.0 %", "+25.0%")
    assert (one.goal_year, one.goal and one.goal.value) == (2025, 300)
    (later,) = key_figures(world(atlas, [*rows, ("a", 2021, "actual", 245)], indicator(atlas, "a")))
    assert change_text(later) == ("−2.0 %", "−2.0%")
    assert (later.since, later.goal_year) == (2020, 2025)
    (last,) = key_figures(world(atlas, rows[:-2], indicator(atlas, "a")))
    assert last.goal_year == 2020


def test_a_share_changes_by_points_and_a_first_number_by_nothing(atlas: Atlas) -> None:
    share = indicator(atlas, "s", measure=Measure.SHARE, decimals=1, unit=Text("%", "%"))
    rows: Rows = [("s", 2019, "actual", 30.0), ("s", 2020, "actual", 31.5)]
    (one,) = key_figures(world(atlas, rows, share))
    assert change_text(one) == ("+1.5 百分点", "+1.5 percentage points")
    (alone,) = key_figures(world(atlas, rows[1:], share))
    assert (change_text(alone), alone.since, alone.goal) == (("", ""), None, None)


def test_across_a_change_of_definition_nothing_is_compared(atlas: Atlas) -> None:
    broken = (DefinitionVersion(2020, Text("改口径", "redefined")),)
    rows: Rows = [("a", 2019, "actual", 30), ("a", 2020, "actual", 31)]
    (one,) = key_figures(world(atlas, rows, indicator(atlas, "a", versions=broken)))
    assert (one.since, one.change) == (None, None)


def test_those_that_the_catalogue_marks_are_the_key_figures(atlas: Atlas) -> None:
    names = [f"i{number}" for number in range(9)]
    rows: Rows = [(name, 2020, "actual", 5) for name in names[:-1]]
    plain = [indicator(atlas, name) for name in names]
    chosen = key_figures(world(atlas, rows, *plain))
    assert [one.indicator.id for one in chosen] == names[:HEADLINES]
    marked = [replace(one, headline=one.id in ("i3", "i7", "i8")) for one in plain]
    found = key_figures(world(atlas, rows, *marked))
    assert [one.indicator.id for one in found] == ["i3", "i7"]  # i8 has no number
    every = key_figures(world(atlas, rows, *[replace(one, headline=True) for one in plain]))
    assert len(every) == 6


@pytest.mark.parametrize("op", [Op.SHARE, Op.QUOTIENT])
def test_what_is_trivial_for_the_city_is_no_key_figure(atlas: Atlas, op: Op) -> None:
    own = indicator(atlas, "q", formula=Formula(op, "a", "a"), headline=True)
    rows: Rows = [("a", 2020, "actual", 5)]
    chosen = key_figures(world(atlas, rows, indicator(atlas, "a"), own))
    assert [one.indicator.id for one in chosen] == ["a"]
