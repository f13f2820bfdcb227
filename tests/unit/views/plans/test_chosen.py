from __future__ import annotations

from typing import Any

import pytest

from geomap.views.plans.chosen import OUTSIDE_CITY, SITE_PLAN, Chosen

AREAS = frozenset({"150600", "150602"})


def site(name: str, outcome: str, **more: Any) -> dict[str, Any]:
    row = {
        "site": name, "site_zh": name, "indicator": "labs", "target_year": 2025, "target": 3.0,
        "target_approx": "", "target_source": "plan", "area": "150602", "reading": "",
        "outcome": outcome, "sites": [name], "done_share": None, "time_share": None,
    }  # fmt: skip
    return {**row, **more}


BOTH = [
    site("b1", "missed", reading="each"),
    site("b2", "missed", reading="each"),
    site("b3", "missed"),
    site("", "done", reading="together", sites=["b1", "b2"], area=""),
]


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["site"] for row in rows]


def test_both_readings_of_a_target_stay_or_go_together() -> None:
    # Each reads 未完成, together 已完成: neither is preferred, so it counts as 无法判断.
    assert names(Chosen(outcome="missed").sites(BOTH)) == ["b3"]
    assert names(Chosen(outcome="done").sites(BOTH)) == []
    assert names(Chosen(outcome="unknown").sites(BOTH)) == ["b1", "b2", ""]
    assert names(Chosen(area="150602", areas=AREAS).sites(BOTH)) == ["b1", "b2", "b3", ""]


def test_what_lies_outside_the_city_is_chosen_by_a_word() -> None:
    rows = [site("o1", "done", area="310000"), site("b1", "done")]
    assert names(Chosen(area=OUTSIDE_CITY, areas=AREAS).sites(rows)) == ["o1"]


def test_one_plan_leaves_the_sites_out_and_sites_leave_the_plans() -> None:
    assert Chosen(plan="plan:2025").sites(BOTH) == []
    assert Chosen(plan=SITE_PLAN).plans([{**BOTH[2], "plan": "plan:2025"}]) == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "abcd"), ("way", "bcad"), ("lag", "cbad"), ("outcome", "dcba")],
)
def test_rows_are_ordered_as_asked_unknown_shares_last(sort: str, order: str) -> None:
    rows = [
        site("a", "done", done_share=1.0, time_share=0.5),
        site("b", "on_track", done_share=0.1, time_share=0.1),
        site("c", "behind", done_share=0.4, time_share=0.9),
        site("d", "missed"),
    ]
    assert "".join(names(Chosen(sort=sort).sites(rows))) == order


def test_an_area_is_found_in_two_that_report_together() -> None:
    rows = [site("x", "done", area="150602+150603")]
    assert names(Chosen(area="150602", areas=AREAS).sites(rows)) == ["x"]
    assert Chosen(area="150600", areas=AREAS).sites(rows) == []
