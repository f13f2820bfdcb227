from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from geomap.app.pages.progress import draw
from geomap.atlas import Atlas
from geomap.cli.commands import _progress_line
from geomap.release.open import open_release
from geomap.views.maps.mapview import as_plain
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import milestones, site_rows
from geomap.views.plans.tables import brief_columns, tables
from geomap.views.plans.target_rows import TrackPoint, judged_row
from geomap.views.plans.targets import (
    amount,
    by_group,
    conflict_count,
    default_year,
    progress_rows,
    target_working,
)
from tests.support.toy import SOURCES, STATS_HEAD, ToyRelease

PLAN = STATS_HEAD + (
    "150600,talent,2015,100,人,actual,reported,专栏1 2015年基数,,\n"
    "150600,talent,2020,200,人,target,reported,专栏1 2020年规划目标,人才 人 100 200 150,\n"
    "150600,talent,2020,150,人,actual,reported,专栏1 2020年完成情况,,\n"
    "150600,talent_high,2020,7,人,actual,reported,专栏1 2020年完成情况,,\n"
    "150600,talent,2020,160,人,actual,reported,专栏2 2020年基数,,\n"
    "150600,talent,2025,260,人,target,reported,专栏2 2025年目标,,\n"
    "150600,talent,2025,250,人,target,reported,二（3）主要目标,超过250人,\n"
    "150600,talent_high,2025,20,人,target,reported,二（3）主要目标,,\n"
)
TASKS = STATS_HEAD + (
    "150600,talent,2025,300,人,target,reported,主要目标,,\n"
    "150600,talent,2025,260,人,target,reported,附件,,\n"
)
REVIEW = STATS_HEAD + (
    "150600,talent,2023,220,人,actual,provisional,表1,,\n"
    "150600,talent,2025,260,人,target,reported,表1,,\n"
)
LATER = [
    *SOURCES,
    {"id": "tasks", "title": "行动方案", "number": "", "issuer": "市委", "date": "2022-12"},
    {"id": "review", "title": "中期评估", "number": "", "issuer": "市委", "date": "2024-03"},
]


@pytest.fixture
def planned(toy_release: ToyRelease) -> Atlas:
    sources = json.dumps(LATER, ensure_ascii=False, indent=2) + "\n"
    stats = {"stats/plan.csv": PLAN, "stats/tasks.csv": TASKS, "stats/review.csv": REVIEW}
    return open_release(toy_release({"sources.json": sources, **stats}))


def brief(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    names = ("group", "indicator", "base", "base_year", "target", "actual", "verdict")
    return [tuple(row[name] for name in names) for row in rows]


def test_targets_are_grouped_as_the_documents_group_them(planned: Atlas) -> None:
    assert brief(progress_rows(planned, 2024)) == [
        ("plan:专栏2", "talent", 160, 2020, 260, 220, "符合进度"),
        ("plan:text", "talent", 160, 2020, 250, 220, "超前"),
        ("plan:text", "talent_high", 7, 2020, 20, 7, "无法判断"),
        ("tasks", "talent", 160, 2020, 300, 220, "滞后"),
        ("tasks", "talent", 160, 2020, 260, 220, "符合进度"),
        ("review:表1", "talent", 160, 2020, 260, 220, "符合进度"),
        ("plan:专栏1", "talent", 100, 2015, 200, 150, "未完成"),
        ("plan:专栏1", "talent_high", None, 2015, None, 7, "无法判断"),
    ]


def test_each_number_names_its_source(planned: Atlas) -> None:
    row = progress_rows(planned, 2024)[0]
    assert (row["base_source"], row["base_figure"]) == ("plan", "plan:6")
    assert (row["target_source"], row["target_figure"]) == ("plan", "plan:7")
    assert (row["actual_source"], row["actual_figure"]) == ("review", "review:2")
    assert "暂定" in row["reason"]


def test_numbers_on_which_documents_disagree_are_counted_and_marked(planned: Atlas) -> None:
    assert conflict_count(planned) == 2  # talent: actual 2020, target 2025
    rows = progress_rows(planned, 2024)
    assert [row["conflict"] for row in rows] == [True, True, False, True, True, True, False, False]
    assert [rows[6]["actual_conflict"], rows[0]["base_conflict"]] == [True, True]


def test_an_evaluation_lengthens_the_series(planned: Atlas) -> None:
    row = progress_rows(planned, 2024)[0]
    assert [(point["year"], point["value"]) for point in row["series"]] == [
        (2015, 100),
        (2020, 160),
        (2023, 220),
    ]
    assert default_year(planned) == 2023


def test_the_working_can_be_followed(planned: Atlas) -> None:
    lines = [line.zh for line in target_working(progress_rows(planned, 2024)[0])]
    assert lines[0].endswith("(220 − 160) ÷ (260 − 160) = 60.0%")
    assert lines[1].endswith("(2023 − 2020) ÷ (2025 − 2020) = 60.0%")
    assert lines[2].endswith("(260 − 220) ÷ (2025 − 2023) = 20 人")
    assert target_working(progress_rows(planned, 2024)[7]) == []


def test_counting_names_every_verdict(planned: Atlas) -> None:
    counts = count_verdicts(progress_rows(planned, 2024))
    assert counts == {
        "done": 0, "ahead": 1, "on_track": 3, "behind": 1, "missed": 1, "unknown": 1,
    }  # fmt: skip


def test_each_plan_counts_by_itself_and_the_running_come_first(planned: Atlas) -> None:
    plans = plan_counts(planned, progress_rows(planned, 2024))
    # Of 专栏1 only one row has a target; the text of the plan is of the same plan as its 专栏2.
    assert [(one.id, one.total, one.running, one.span) for one in plans] == [
        ("plan:2025", 3, True, "2020→2025"),
        ("tasks:2025", 2, True, "2020→2025"),
        ("review:2025", 1, True, "2020→2025"),
        ("plan:2020", 1, False, "2015→2020"),
    ]
    assert plans[3].told() == (
        "人才规划（2020年目标，已到期） 1 个：未完成 1",
        "人才规划 (targets for 2020, over), 1 target: not met 1",
    )


def test_a_target_that_one_document_states_twice_counts_once(toy_release: ToyRelease) -> None:
    twice = (
        "150600,talent,2020,100,人,actual,reported,专栏2 2020年基数,,\n"
        "150600,talent,2023,130,人,actual,reported,附件,,\n"
        "150600,talent,2025,150,人,target,reported,专栏2 2025年目标,,\n"
        "150600,talent,2025,150,人,target,reported,二（3）主要目标,达到150人,\n"
        "150600,talent,2025,160,人,target,reported,三（1）,达到160人,\n"
    )
    rows = progress_rows(open_release(toy_release({"stats/plan.csv": STATS_HEAD + twice})), 2024)
    assert [(row["target"], row["counted"]) for row in rows] == [
        (150, True),
        (150, False),
        (160, True),
    ]
    assert sum(count_verdicts(rows).values()) == 2


def test_the_word_beside_a_number_stays_with_it(planned: Atlas) -> None:
    row = progress_rows(planned, 2024)[1]
    assert amount(row, "target") == ("超过250", "over 250")
    assert amount(row, "base") == ("160", "160")
    assert amount({**row, "target": None, "target_approx": ""}, "target").zh == "——"


def test_rows_hold_the_promised_members_and_no_nan(planned: Atlas) -> None:
    promised = {
        "indicator", "name_zh", "unit", "base", "base_year", "target", "target_year",
        "target_source", "actual", "actual_year", "actual_source", "done_share", "time_share",
        "verdict", "reason",
    }  # fmt: skip
    for row in progress_rows(planned, 2024):
        assert promised <= set(row)
        json.dumps(as_plain(row), allow_nan=False)


def test_a_release_without_targets_has_no_rows(toy_release: ToyRelease) -> None:
    only = STATS_HEAD + "150600,population,2020,1000,人,actual,reported,表1,,\n"
    atlas = open_release(toy_release({"stats/plan.csv": only}))
    assert progress_rows(atlas, 2024) == []
    assert default_year(atlas) >= 2020


def test_a_target_of_other_definition_or_a_limit_is_not_judged(toy_release: ToyRelease) -> None:
    stats = STATS_HEAD + (
        "150600,talent,2020,10,人,actual,reported,一,,\n"
        "150600,talent,2023,15,人,actual,reported,一,,\n"
        "150600,talent,2025,20,人,target,reported,二,,口径不可比\n"
        "150600,talent_high,2020,10,人,actual,reported,一,,\n"
        "150600,talent_high,2023,11,人,actual,reported,一,,\n"
        "150600,talent_high,2025,12,人,target,reported,二,控制在12人以内,\n"
    )
    rows = progress_rows(open_release(toy_release({"stats/plan.csv": stats})), 2024)
    assert ["口径" in rows[0]["reason"], "限额" in rows[1]["reason"]] == [True, True]


def test_withheld_is_not_called_unreported(toy_release: ToyRelease) -> None:
    stats = STATS_HEAD + (
        "150600,talent,2023,,人,actual,suppressed,一,,\n"
        "150600,talent,2025,20,人,target,reported,二,,\n"
        "150600,talent_high,2025,20,人,target,reported,二,,\n"
    )
    rows = progress_rows(open_release(toy_release({"stats/plan.csv": stats})), 2024)
    assert [row["actual_status"] for row in rows] == ["suppressed", "missing"]
    assert [row["actual_absence"] for row in rows] == ["suppressed", "missing"]


def test_what_no_banner_owes_is_not_called_unreported(toy_release: ToyRelease) -> None:
    """From the row to the command line, the chart, the sheet's table and the Excel."""
    stats = STATS_HEAD + "150600,talent_high,2025,20,人,target,reported,二,,\n"
    atlas = open_release(toy_release({"stats/plan.csv": stats}))
    owed = atlas.indicators["talent_high"]
    free = replace(atlas, indicators={**atlas.indicators, owed.id: replace(owed, asked=False)})
    owing, none = ("未上报", "not reported"), ("无公开数", "no public figure")
    for told, (zh, en) in ((atlas, owing), (free, none)):
        row = progress_rows(told, 2024)[0]
        assert f"实际 {zh}" in _progress_line(row)
        assert f">{zh}</text>" in draw(row, "zh")
        assert f">{en}</text>" in draw(row, "en")
        for lang, word in (("zh", zh), ("en", en)):
            shown = tables(told, 2024, lang)
            cells = [one.read(shown.rows[0]) for one in brief_columns(shown)]
            assert word in cells


def test_nobody_is_asked_for_the_figures_of_sites() -> None:
    target = {"value": 5.0, "note": "", "approx": "", "source": "a", "id": "a:1"}
    target |= {"status": "reported", "locator": "", "quote": "", "year": 2025}
    known = {"base_year": None, "as_of": 2024}
    about = {"direction": "more"}
    recorded = TrackPoint(2024, None, "missing", "a", "a:2", False)
    assert judged_row(about, target, {}, **known)["actual_absence"] == "unpublished"
    assert judged_row(about, target, {2024: recorded}, **known)["actual_absence"] == "missing"


# The published documents, expectations worked out by hand from 专栏1 and 专栏2.

TABLE_1 = [
    ("talent_total", 29.4, 52, 43.8, "未完成", 14.4 / 22.6),
    ("talent_party_gov", 1.32, None, 1.48, "无法判断", None),
    ("talent_enterprise", 7.99, 12, 12.9, "已完成", 4.91 / 4.01),
    ("talent_professional", 11.94, 11.2, 16.29, "已完成", None),
    ("talent_skilled", 3.01, 11.8, 4.64, "未完成", 1.63 / 8.79),
    ("talent_rural", 4.7, 6.5, 7.46, "已完成", 2.76 / 1.8),
    ("talent_social_work", 0.45, 0.2, 0.86, "已完成", None),
    ("skilled_share", 13, 20, 30.66, "已完成", 17.66 / 7),
    ("academician_stations", None, 10, 5, "未完成", None),
    ("postdoc_stations", None, None, 7, "无法判断", None),
    ("skill_master_studios", 3, 5, 7, "已完成", 2.0),
]


@pytest.fixture(scope="module")
def published(published_release: Atlas) -> Atlas:
    return published_release


@pytest.mark.parametrize("as_of", [2020, 2024, 2030])
def test_2015_to_2020_is_judged_as_table_1_has_it(published: Atlas, as_of: int) -> None:
    groups = by_group(progress_rows(published, as_of))
    [rows] = [group for group in groups if group[0]["group"] == "plan145:专栏1"]
    names = ("indicator", "base", "target", "actual", "verdict", "done_share")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (*line[:5], None if line[5] is None else pytest.approx(line[5])) for line in TABLE_1
    ]
    assert {(row["base_year"], row["target_year"], row["actual_year"]) for row in rows} == {
        (2015, 2020, 2020)
    }


def test_every_part_of_the_plan_and_the_tasks_appears(published: Atlas) -> None:
    groups = by_group(progress_rows(published, 2020))
    sizes = {group[0]["group"]: len(group) for group in groups}
    assert sizes["plan145:专栏1"] == 11
    assert sizes["plan145:专栏2"] == 14
    assert sizes["tasks2025"] == 15
    assert groups[-1][0]["group"] == "plan145:专栏1"  # it is over, so it comes last


def test_the_published_plans_have_49_targets_in_three_plans(published: Atlas) -> None:
    # 专栏2 has 14, the text 15 of which 53.8, 11, 33 and 20.8 are those of 专栏2 again; the tasks
    # have 15; of the eleven rows of 专栏1 two have no target.
    rows = progress_rows(published, 2024)
    assert (len(rows), sum(row["target"] is not None for row in rows)) == (55, 53)
    plans = plan_counts(published, rows)
    told = [(one.id, one.total, one.running) for one in plans]
    assert told == [
        ("plan145:2025", 14 + 15 - 4, True),
        ("tasks2025:2025", 15, True),
        ("plan145:2020", 9, False),
    ]
    assert (plans[2].counts["done"], plans[2].counts["missed"]) == (6, 3)
    assert [one.counts["done"] for one in plans[:2]] == [0, 0]


def test_bases_of_the_published_plans_are_those_of_2020(published: Atlas) -> None:
    groups = by_group(progress_rows(published, 2020))
    assert {row["base_year"] for group in groups[:-1] for row in group} == {2020}


def test_table_2_keeps_its_own_base_and_each_target_its_source(published: Atlas) -> None:
    rows = progress_rows(published, 2020)
    skilled = [row for row in rows if row["indicator"] == "talent_skilled"]
    assert [(row["base"], row["target"]) for row in skilled] == [
        (4.8, 7.5),
        (4.8, 6.95),
        (3.01, 11.8),
    ]
    total = [row for row in rows if row["indicator"] == "talent_total" and row["conflict"]]
    assert [(row["target"], row["target_source"]) for row in total] == [
        (53.8, "plan145"),
        (53.8, "plan145"),
        (60, "tasks2025"),
    ]


def test_the_eight_bases_are_read_both_ways(published: Atlas) -> None:
    rows = [row for row in site_rows(published, 2025) if row["indicator"] == "rd_talent"]
    assert [row["reading"] for row in rows] == ["each"] * 8 + ["together"]
    assert {row["target"] for row in rows} == {1000}


def test_the_first_date_set_is_the_opening_of_the_centre(published: Atlas) -> None:
    first = milestones(published)[0]
    assert (first["site"], first["date"]) == ("talent_sci_center", "2022-12")
    assert [event["date"] for event in first["events"]] == ["2023-06-15"]
