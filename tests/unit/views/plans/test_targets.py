from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.app.pages.progress import draw
from geomap.atlas import Atlas
from geomap.cli.commands import _progress_line
from geomap.model.approx import WORDS
from geomap.release.open import open_release
from geomap.views.maps.mapview import as_plain
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import by_area, milestones, site_rows
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
from geomap.views.plans.verdicts import Aim, Outcome, Reading, Verdict, judge
from tests.support.toy import SOURCES, STATS_HEAD, ToyRelease

DONE, AHEAD, ON, BEHIND, MISSED, UNKNOWN = Outcome
numbers = st.none() | st.floats()
years = st.none() | st.integers(1949, 2100)


def verdict(
    base: float | None = 0,
    target: float | None = 100,
    actual: float | None = None,
    actual_year: int | None = None,
    *,
    as_of: int = 2024,
    base_year: int | None = 2020,
    target_year: int | None = 2025,
    direction: str = "more",
    **more: Any,
) -> Verdict:
    aim = Aim(target, target_year, direction, **more)
    return judge(Reading(base, base_year), aim, Reading(actual, actual_year), as_of=as_of)


@pytest.mark.parametrize(
    ("actual", "expected", "done"),
    [
        (60, ON, 0.6),
        (65, ON, 0.65),
        (65.001, AHEAD, 0.65001),
        (55, ON, 0.55),
        (54.999, BEHIND, 0.54999),
        (-10, BEHIND, -0.1),
        (100, DONE, 1.0),
        (120, DONE, 1.2),
    ],
)
def test_three_of_five_years_gone_ask_for_sixty_percent_give_or_take_five(
    actual: float, expected: Outcome, done: float
) -> None:
    said = verdict(0, 100, actual, 2023)
    assert (said.verdict, said.done_share, said.time_share) == (expected, pytest.approx(done), 0.6)


def test_less_is_better_is_the_mirror_image() -> None:
    for actual, expected in ((40, ON), (34, AHEAD), (46, BEHIND), (0, DONE), (-5, DONE)):
        said = verdict(100, 0, actual, 2023, direction="less")
        assert said.verdict is expected
        assert said.done_share == pytest.approx((100 - actual) / 100)


def test_a_target_that_was_missed_in_its_year_is_not_met_rather_than_behind() -> None:
    said = verdict(29.4, 52, 43.8, 2020, base_year=2015, target_year=2020)
    assert said.verdict is MISSED
    assert (said.verdict.label, said.verdict.symbol) == (("未完成", "not met"), "×")
    assert said.done_share == pytest.approx(14.4 / 22.6)
    assert said.time_share == 1
    assert said.pace_needed is None
    assert "43.8" in said.reason.zh
    assert "52" in said.reason.en


def test_a_target_below_its_base_can_be_met_and_the_reason_says_it_lies_below() -> None:
    said = verdict(11.94, 11.2, 16.29, 2020, base_year=2015, target_year=2020)
    assert said.verdict is DONE
    assert said.done_share is None
    assert "低于基期数11.94" in said.reason.zh
    assert "below the base 11.94" in said.reason.en


def test_a_target_below_its_base_that_is_not_met_waits_for_the_end() -> None:
    assert verdict(12, 11, 10, 2023).verdict is UNKNOWN
    assert "低于基期" in verdict(12, 11, 10, 2023).reason.zh
    assert verdict(12, 11, 10, 2025, as_of=2025).verdict is MISSED
    assert "高于基期" in verdict(11, 12, 13, 2023, direction="less").reason.zh


def test_a_target_equal_to_its_base_divides_by_nothing() -> None:
    assert verdict(7, 7, 6, 2023).verdict is UNKNOWN
    assert "等于基期" in verdict(7, 7, 6, 2023).reason.zh
    assert verdict(7, 7, 7, 2023).verdict is DONE
    assert verdict(7, 7, 6, 2025, as_of=2025).verdict is MISSED


def test_without_a_base_only_the_end_can_tell() -> None:
    assert verdict(None, 10, 5, 2023).verdict is UNKNOWN
    assert "没有基期数" in verdict(None, 10, 5, 2023).reason.zh
    assert verdict(None, 10, 5, 2025, as_of=2025).verdict is MISSED
    assert verdict(None, 10, 10, 2023).verdict is DONE


def test_an_actual_of_the_base_year_says_nothing_of_progress() -> None:
    said = verdict(43.8, 53.8, 43.8, 2020)
    assert said.verdict is UNKNOWN
    assert "基年2020年以后没有实际数" in said.reason.zh
    assert said.done_share is None
    assert said.time_share is None
    assert said.pace_needed == 2


def test_even_a_base_as_good_as_the_target_waits_for_an_actual() -> None:
    assert verdict(10.3, 10, 10.3, 2020).verdict is UNKNOWN


def test_a_target_year_that_is_past_without_its_actual_cannot_be_judged() -> None:
    said = verdict(0, 100, 90, 2024, as_of=2026)
    assert said.verdict is UNKNOWN
    assert "2025年已过" in said.reason.zh
    assert "2024" in said.reason.zh
    assert said.pace_needed is None
    assert verdict(0, 100, None, None, as_of=2026).verdict is UNKNOWN


def test_in_the_target_year_itself_the_plan_still_runs() -> None:
    assert verdict(0, 100, 80, 2024, as_of=2025).verdict is ON


def test_a_target_reached_early_stays_met() -> None:
    assert verdict(0, 100, 101, 2023, as_of=2026).verdict is DONE


def test_what_came_after_the_year_asked_for_is_not_known_yet() -> None:
    assert verdict(0, 100, 100, 2024, as_of=2023).verdict is UNKNOWN
    assert verdict(0, 100, 100, 2026, as_of=2027).verdict is UNKNOWN


def test_a_plan_that_has_not_begun_is_not_judged() -> None:
    assert "没有开始" in verdict(as_of=2019).reason.zh


def test_over_a_number_means_more_than_it() -> None:
    said = verdict(43.8, 60, 60, 2025, as_of=2025, word="突破")
    assert said.verdict is MISSED
    assert said.reason == (
        "目标年2025年已到，实际60，没有达到目标突破60",
        "the target year 2025 is over; 60 does not meet the target over 60",
    )
    assert verdict(43.8, 60, 60.1, 2025, as_of=2025, word="突破").verdict is DONE
    assert verdict(43.8, 60, 60, 2025, as_of=2025, word="以上").verdict is DONE
    assert verdict(0, 3, 3, 2025, as_of=2025, word="3—5").reason.zh.endswith("达到目标3—5")


@pytest.mark.parametrize(
    ("given_", "word"),
    [
        ({"target": None}, "没有给出目标"),
        ({"target": math.nan}, "没有给出目标"),
        ({"target_year": None}, "目标年"),
        ({"word": "不超过"}, "限额"),
        ({"comparable": False}, "口径不同"),
        ({"direction": "none"}, "方向"),
    ],
)
def test_what_cannot_be_measured_says_why(given_: dict[str, Any], word: str) -> None:
    said = verdict(**{"actual": 50.0, "actual_year": 2023, **given_})
    assert said.verdict is UNKNOWN
    assert word in said.reason.zh
    assert said.done_share is None


def test_the_pace_spreads_what_is_left_over_the_years_left() -> None:
    assert verdict(0, 100, 60, 2023).pace_needed == 20
    assert verdict(100, 0, 50, 2023, direction="less").pace_needed == -25


@given(numbers, years, numbers, years, numbers, years, st.sampled_from(["more", "less", "none"]),
       st.integers(1949, 2100), st.booleans(), st.sampled_from(["", "3—5", *WORDS]))  # fmt: skip
def test_any_numbers_give_a_verdict_that_json_can_hold(
    base: float | None,
    base_year: int | None,
    target: float | None,
    target_year: int | None,
    actual: float | None,
    actual_year: int | None,
    direction: str,
    as_of: int,
    comparable: bool,
    word: str,
) -> None:
    aim = Aim(target, target_year, direction, comparable, word)
    said = judge(Reading(base, base_year), aim, Reading(actual, actual_year), as_of=as_of)
    json.dumps([said.done_share, said.time_share, said.pace_needed], allow_nan=False)
    assert said.reason.zh
    assert said.reason.en
    assert said.time_share is None or 0 < said.time_share <= 1


@given(*[st.floats(-1e6, 1e6)] * 3, st.integers(2021, 2025))
def test_turning_every_sign_and_the_direction_changes_no_verdict(
    base: float, target: float, actual: float, year: int
) -> None:
    more = verdict(base, target, actual, year, as_of=2025)
    less = verdict(-base, -target, -actual, year, as_of=2025, direction="less")
    assert (more.verdict, more.done_share) == (less.verdict, less.done_share)


# A plan of two tables, its text, and a later document, on the toy world.

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


# Sites.

SITE_HEAD = "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
EACH = "未写明是每个基地还是合计"


def with_sites(toy_release: ToyRelease, rows: str) -> Atlas:
    return open_release(toy_release({"sites/figures.csv": SITE_HEAD + rows}))


def test_a_target_for_several_sites_is_read_both_ways(toy_release: ToyRelease) -> None:
    target = ",labs,实验室,Labs,2025,3,,个,target,reported,plan,第一节,,"
    actual = ",labs,实验室,Labs,2025,2,,个,actual,reported,plan,第二节,,\n"
    rows = f"b1{target}{EACH}\nb2{target}{EACH}\nb1{actual}b2{actual}"
    told = site_rows(with_sites(toy_release, rows), 2025)
    assert [(row["reading"], row["site"], row["actual"], row["verdict"]) for row in told] == [
        ("each", "b1", 2, "未完成"),
        ("each", "b2", 2, "未完成"),
        ("together", "", 4, "已完成"),
    ]
    assert told[2]["sites"] == ["b1", "b2"]
    assert {(row["unit"], row["unit_en"]) for row in told} == {("个", "units")}


def test_together_is_not_known_until_each_has_reported(toy_release: ToyRelease) -> None:
    target = ",labs,实验室,Labs,2025,3,,个,target,reported,plan,第一节,,"
    actual = ",labs,实验室,Labs,2025,2,,个,actual,reported,plan,第二节,,\n"
    told = site_rows(
        with_sites(toy_release, f"b1{target}{EACH}\nb2{target}{EACH}\nb1{actual}"), 2025
    )
    assert (told[2]["actual"], told[2]["verdict"]) == (None, "无法判断")


def test_a_yearly_target_is_judged_by_its_latest_year(toy_release: ToyRelease) -> None:
    rows = (
        "o1,projects,每年引进项目,,2024,3,,个,target,reported,plan,第一节,,\n"
        "o1,projects,每年引进项目,,2024,5,,个,actual,reported,plan,第二节,,\n"
        "o1,projects,每年引进项目,,2025,2,,个,actual,reported,plan,第二节,,\n"
    )
    atlas = with_sites(toy_release, rows)
    told = {year: site_rows(atlas, year)[0] for year in (2024, 2025)}
    assert [told[2024]["verdict"], told[2025]["verdict"]] == ["已完成", "未完成"]


def test_a_planned_extent_is_nothing_to_reach(toy_release: ToyRelease) -> None:
    rows = "b1,land,规划面积,,2035,10,,平方公里,target,reported,plan,第一节,,\n"
    assert "方向" in site_rows(with_sites(toy_release, rows), 2035)[0]["reason"]


def test_site_targets_are_counted_by_area_and_outside(toy_release: ToyRelease) -> None:
    rows = (
        "b1,a,甲,,2025,1,,个,target,reported,plan,一,,\n"
        "b1,b,乙,,2025,1,,个,target,reported,plan,一,,\n"
        "o1,a,甲,,2025,1,,个,target,reported,plan,一,,\n"
    )
    atlas = with_sites(toy_release, rows)
    counted = by_area(atlas, site_rows(atlas, 2025))
    assert [(row["area_zh"], row["targets"], row["unknown"]) for row in counted] == [
        ("东胜区", 2, 2),
        ("市域外", 1, 1),
    ]


def test_dates_are_ordered_by_the_last_day_they_may_mean(toy_release: ToyRelease) -> None:
    rows = "".join(
        f"b1,i{number},启动,,{date},,启动,,{kind},reported,plan,一,,\n"
        for number, (date, kind) in enumerate(
            [("2023", "target"), ("", "target"), ("2023-06", "target"), ("2023-07-01", "actual")]
        )
    )
    told = milestones(with_sites(toy_release, rows))
    assert [row["date"] for row in told] == ["2023-06", "2023", ""]
    assert [event["date"] for event in told[0]["events"]] == ["2023-07-01"]


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
