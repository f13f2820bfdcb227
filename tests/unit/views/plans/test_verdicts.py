from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.model.approx import WORDS
from geomap.views.plans.verdicts import Aim, Outcome, Reading, Verdict, judge

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
