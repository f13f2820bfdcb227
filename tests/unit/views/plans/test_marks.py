"""Progress in the short form of the map: sites, areas and plans, worked out by hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.views.plans.counts import plan_counts
from geomap.views.plans.marks import OUTCOMES, progress_marks, worst_verdict
from geomap.views.plans.site_targets import by_area, site_rows
from geomap.views.plans.targets import default_year, progress_rows
from geomap.views.plans.verdicts import Outcome
from geomap.webmap.payload import payload
from tests.support.toy import SITES_HEAD, ToyRelease

HEAD = "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
DONE, AHEAD, ON_TRACK, BEHIND, MISSED, UNKNOWN = range(6)
BOTH = "未写明是每个基地还是合计"


def fact(site: str, item: str, date: str, value: object, kind: str, **more: str) -> str:
    """Write one figure of a site; ``unit`` and ``note`` may be given."""
    unit, note = more.get("unit", "个"), more.get("note", "")
    return f"{site},{item},{item},,{date},{value},,{unit},{kind},reported,plan,第一节,,{note}\n"


def told(toy_release: ToyRelease, *facts: str) -> tuple[Atlas, dict[str, Any]]:
    atlas = open_release(toy_release({"sites/figures.csv": HEAD + "".join(facts)}))
    found = progress_marks(atlas)
    assert found is not None
    return atlas, found


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


def test_a_site_half_way_in_half_the_time_is_on_schedule(toy_release: ToyRelease) -> None:
    _, found = told(
        toy_release,
        fact("b1", "seats", "2025", 40, "target"),
        fact("b1", "seats", "2021", 10, "actual"),
        fact("b1", "seats", "2023", 25, "actual"),
    )
    # (25 − 10) ÷ (40 − 10) and (2023 − 2021) ÷ (2025 − 2021); the figure stands in line 2.
    assert found["rows"] == [[2, 0, ON_TRACK, 0, [25, 2023, 2], 0.5, 0.5]]
    assert found["verdicts"][ON_TRACK] == ["●", "符合进度", "on_track"]
    assert "50%" in found["why"][0]
    assert found["marks"] == {"b1": [ON_TRACK, 0, 0, 1, 0, 0, 0]}
    assert found["areas"] == {"150602": [0, 0, 1, 0, 0, 0]}


def test_a_target_that_nobody_reported_on_is_not_judged_and_says_why(atlas: Atlas) -> None:
    found = progress_marks(atlas)
    assert found is not None
    assert found["rows"] == [[2, 0, UNKNOWN, 0]]
    assert found["why"] == ["没有实际数"]
    assert found["plans"] == [["人才规划（2025年目标）", [0, 0, 0, 0, 0, 1]]]
    assert found["year"] == default_year(atlas)
    assert found["dates"] == [[1, []]]
    assert "undecided" not in found


def test_in_english_words_and_reasons_are_english(atlas: Atlas) -> None:
    found = payload(atlas, lang="en")["progress"]
    assert [word for _, word, _ in found["verdicts"]] == [one.label.en for one in OUTCOMES]
    assert found["why"] == ["there is no actual"]


def test_both_readings_stand_and_neither_decides_the_mark(toy_release: ToyRelease) -> None:
    atlas, found = told(
        toy_release,
        fact("b1", "labs", "2025", 10, "target", note=BOTH),
        fact("b2", "labs", "2025", 10, "target", note=BOTH),
        fact("b1", "labs", "2025", 6, "actual"),
        fact("b2", "labs", "2025", 6, "actual"),
    )
    # For each 6 of 10 is missed, together 12 of 10 is met.
    assert [row[2] for row in found["rows"]] == [MISSED, MISSED]
    assert [row[7] for row in found["rows"]] == [0, 0]
    assert len(found["both"]) == 1
    assert (found["both"][0][2], found["both"][0][4], found["both"][0][7]) == (
        DONE,
        [12, 2025, None],
        2,
    )
    assert found["marks"] == {"b1": [UNKNOWN, 0, 0, 0, 0, 0, 1], "b2": [UNKNOWN, 0, 0, 0, 0, 0, 1]}
    assert [row["unknown"] for row in by_area(atlas, site_rows(atlas, 2025))] == [1, 1]
    assert "不作取舍" in found["undecided"]


def test_a_mark_is_the_worst_that_could_be_judged() -> None:
    def of(*outcomes: Outcome) -> Outcome:
        return worst_verdict({"outcome": one.value} for one in outcomes)

    assert of(Outcome.DONE, Outcome.BEHIND, Outcome.UNKNOWN) is Outcome.BEHIND
    assert of(Outcome.BEHIND, Outcome.MISSED) is Outcome.MISSED
    assert of(Outcome.DONE, Outcome.ON_TRACK, Outcome.AHEAD) is Outcome.ON_TRACK
    assert of(Outcome.DONE, Outcome.UNKNOWN) is Outcome.DONE
    assert of(Outcome.UNKNOWN) is Outcome.UNKNOWN


def test_the_public_reads_withheld_where_a_small_count_stood(toy_release: ToyRelease) -> None:
    atlas, found = told(
        toy_release,
        fact("b1", "experts", "2025", 40, "target", unit="人"),
        fact("b1", "experts", "2025", 3, "actual", unit="人"),
    )
    assert found["rows"][0][4] == [3, 2025, 1]
    public = progress_marks(for_audience(atlas))
    assert public is not None
    assert public["rows"] == [[2, 0, UNKNOWN, 0, "s"]]
    assert "3" not in "".join(public["why"])


def test_a_release_without_targets_has_nothing_to_mark(toy_release: ToyRelease) -> None:
    atlas = open_release(
        toy_release(
            {
                "stats/plan.csv": lambda text: text.replace("talent,2025,120,人,target",
                                                            "talent,2025,120,人,actual"),
                "sites/figures.csv": HEAD,
                "sites/base.csv": SITES_HEAD + "b1,甲,A,base,,150602,109.5,39.5,exact,,,,plan,,\n",
            }
        )
    )  # fmt: skip
    assert payload(atlas)["progress"] is None


def test_the_map_counts_as_the_progress_page_does(shipped: Atlas) -> None:
    found = progress_marks(shipped)
    assert found is not None
    year = default_year(shipped)
    sites = site_rows(shipped, year)
    assert found["plans"] == [
        [one.name.zh, list(one.counts.values())]
        for one in plan_counts(shipped, progress_rows(shipped, year))
    ]
    assert found["areas"] == {
        row["area"]: [row[one.value] for one in Outcome] for row in by_area(shipped, sites)
    }
    of_sites = [counts[1:] for counts in found["marks"].values()]
    assert [sum(column) for column in zip(*of_sites, strict=True)] == [
        sum(column) for column in zip(*found["areas"].values(), strict=True)
    ]
    assert len(found["rows"]) + len(found["both"]) == len(sites)
    # Three targets that the eight bases share.
    assert [row[-1] for row in found["both"]] == [8, 8, 8]


def test_every_target_of_the_map_has_its_row_on_the_progress_page(shipped: Atlas) -> None:
    found = progress_marks(shipped)
    assert found is not None
    page = create_app(shipped).test_client().get("/progress").text
    for name, rows in (("target", found["rows"]), ("together", found["both"])):
        for row in rows:
            assert page.count(f'id="{name}-{row[0]}"') == 1


@pytest.mark.slow
def test_progress_adds_little_to_the_page(shipped: Atlas) -> None:
    def size(data: dict[str, Any]) -> int:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return len(gzip.compress(text.encode()))

    whole = payload(shipped)
    assert size(whole) - size({**whole, "progress": None}) < 1500
    empty = replace(shipped, site_figures=shipped.site_figures.head(0))
    less = progress_marks(empty)
    assert less is not None
    assert (less["rows"], less["marks"], less["dates"]) == ([], {}, [])
