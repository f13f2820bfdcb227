"""Scenarios in a directory: what was saved last stands first."""

from __future__ import annotations

from pathlib import Path

from geomap.app.http.scenarios import Scenarios


def test_scenarios_of_one_second_stand_the_newest_first(tmp_path: Path) -> None:
    scenarios = Scenarios(tmp_path)
    names = ["两处", "三处", "一处", "五处", "四处"]
    for name in names:
        scenarios.save(name, "release", {})
    assert [one["name"] for one in scenarios.listed()] == names[::-1]
