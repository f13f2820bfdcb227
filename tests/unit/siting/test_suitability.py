"""Weighted criteria: scores, weights by comparison, and how sure a ranking is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from geomap.errors import RequestError, Text
from geomap.siting.suitability import Criterion, pairwise_weights, score, sensitivity, smallest_move


def criterion(name: str, weight: float = 1.0, **more: object) -> Criterion:
    return Criterion(name, Text(name, name), weight, **more)  # type: ignore[arg-type]


NEAR = criterion("near", 3, influence="less")
JOBS = criterion("jobs", 1)


def test_scores_are_weighted_sums_of_scaled_values() -> None:
    found = score([[10, 100], [20, 300], [30, 200]], [NEAR, JOBS])
    assert found.scaled.tolist() == [[1, 0], [0.5, 1], [0, 0.5]]
    assert found.weights.tolist() == [0.75, 0.25]
    assert found.total.tolist() == [0.75, 0.625, 0.125]
    assert found.rank.tolist() == [1, 2, 3]
    assert found.contributions.sum(axis=1).tolist() == found.total.tolist()


def test_the_nearest_to_the_ideal_value_scores_best() -> None:
    found = score([[5], [10], [20]], [criterion("size", influence="ideal", ideal=10)])
    assert found.total.tolist() == [0.5, 1.0, 0.0]


def test_beyond_a_cut_off_a_candidate_is_out_and_says_why() -> None:
    found = score([[5, 1], [50, 2], [8, 3]], [criterion("km", influence="less", most=40), JOBS])
    assert found.rank.tolist() == [1, 0, 1]
    assert found.reasons[1] == Text("km 50 高于上限 40", "km 50 is above 40")
    # What is out does not stretch the scale: 5 km and 8 km are its ends.
    assert found.scaled[[0, 2], 0].tolist() == [1, 0]


def test_a_value_that_is_not_known_is_not_made_up() -> None:
    found = score([[1, np.nan], [2, 5]], [NEAR, JOBS])
    assert np.isnan(found.total[0])
    assert found.rank.tolist() == [0, 1]
    assert "缺“jobs”的数" in str(found.reasons[0])


def test_a_constant_criterion_is_said_and_does_not_rank() -> None:
    found = score([[7, 1], [7, 2]], [criterion("same", 5), JOBS])
    assert [note.zh for note in found.notes] == ["“same”各候选点相同，不影响排序"]
    assert found.rank.tolist() == [2, 1]


def test_a_fixed_scale_keeps_scores_when_candidates_come_and_go() -> None:
    fixed = criterion("km", influence="less", scale=(0, 100))
    alone = score([[20], [60]], [fixed]).total
    with_more = score([[20], [60], [90]], [fixed]).total
    assert alone.tolist() == with_more[:2].tolist() == [0.8, 0.4]


def test_equal_scores_share_the_better_rank() -> None:
    assert score([[1], [3], [3]], [JOBS]).rank.tolist() == [3, 1, 1]


@pytest.mark.parametrize(
    ("values", "criteria", "said"),
    [
        (np.empty((0, 1)), [JOBS], "没有候选点"),
        ([[1, 2]], [JOBS], "1 个准则"),
        ([[1]], [criterion("w", -1)], "权重"),
        ([[1]], [criterion("w", 0)], "权重"),
        ([[1]], [criterion("w", float("nan"))], "权重"),
        ([[1]], [criterion("w", influence="ideal")], "理想值"),
        ([[1]], [criterion("w", influence="most")], "影响方向"),
        ([[1]], [criterion("w", least=3, most=2)], "下限 3 大于上限 2"),
    ],
)
def test_bad_criteria_are_refused(values: object, criteria: list[Criterion], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        score(values, criteria)  # type: ignore[arg-type]


def test_consistent_comparisons_give_their_weights_back() -> None:
    found = pairwise_weights([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]])
    assert found.weights == pytest.approx([0.6, 0.3, 0.1])
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert found.advice is None


def test_weights_agree_with_the_textbook_case_of_three_criteria() -> None:
    # λ = 3.0385, so the index is 0.0193 and the ratio 0.0193 / 0.58 = 0.0332.
    found = pairwise_weights([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    assert found.weights == pytest.approx([0.6370, 0.2583, 0.1047], abs=1e-4)
    assert found.ratio == pytest.approx(0.0332, abs=2e-4)


def test_contradictory_comparisons_are_said() -> None:
    found = pairwise_weights([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])
    assert found.ratio > 0.1
    assert "不够一致" in str(found.advice)


def test_a_ratio_just_above_its_limit_is_not_printed_as_the_limit() -> None:
    found = pairwise_weights([[1, 3, 5.42], [1 / 3, 1, 5], [1 / 5.42, 1 / 5, 1]])
    assert 0.1 < found.ratio < 0.1005
    assert "0.1002 大于 0.1）" in str(found.advice)


@pytest.mark.parametrize(
    "matrix",
    [[[1, 2]], [[1, 2], [2, 1]], [[1, 0], [0, 1]], [[1, -2], [-0.5, 1]], np.ones((16, 16))],
)
def test_comparisons_that_are_none_are_refused(matrix: object) -> None:
    with pytest.raises(RequestError):
        pairwise_weights(matrix)  # type: ignore[arg-type]


def test_a_candidate_that_is_best_in_everything_is_always_first() -> None:
    found = sensitivity(score([[1, 9], [2, 8], [3, 7]], [NEAR, JOBS]))
    assert found.first.tolist() == [1, 0, 0]
    assert found.top.tolist() == [1, 1, 1]
    assert (found.change, found.rival, found.single) == (None, None, (None, None))


def test_the_smallest_change_that_makes_another_win_is_worked_out() -> None:
    # Scaled: A = (1, 0), B = (0, 1); weights 0.75 and 0.25: level at one half each.
    found = sensitivity(score([[10, 100], [20, 300]], [NEAR, JOBS]))
    assert found.change == pytest.approx(0.25)
    assert found.rival == 1
    assert found.moved == pytest.approx([0.5, 0.5])
    assert found.single == (pytest.approx((0.5, 1)), pytest.approx((0.5, 1)))


def test_a_close_race_is_seen_in_the_draws() -> None:
    # Level weights: by symmetry each is first in half of the draws.
    found = sensitivity(score([[10, 100], [20, 300]], [criterion("a", influence="less"), JOBS]))
    assert found.first == pytest.approx([0.5, 0.5], abs=0.02)


def test_the_same_seed_gives_the_same_shares() -> None:
    scores = score([[1, 3], [2, 4], [3, 1]], [NEAR, JOBS])
    assert sensitivity(scores).first.tolist() == sensitivity(scores).first.tolist()
    assert sensitivity(scores).first.sum() == pytest.approx(1)


def test_one_candidate_alone_is_sure() -> None:
    found = sensitivity(score([[1, 3]], [NEAR, JOBS]))
    assert (found.first.tolist(), found.change) == ([1.0], None)


def test_with_every_candidate_out_nothing_is_ranked() -> None:
    found = score([[np.nan, 1]], [NEAR, JOBS])
    assert (found.order, found.rank.tolist()) == ([], [0])
    assert sensitivity(found).first.tolist() == [0]


shares = arrays(float, 4, elements=st.floats(0.01, 1))
leads = arrays(float, 4, elements=st.floats(-1, 1).map(lambda lead: round(lead, 3)))


@settings(max_examples=150, deadline=None)
@given(shares, leads)
@pytest.mark.slow
def test_the_smallest_move_agrees_with_a_linear_program(raw: np.ndarray, lead: np.ndarray) -> None:
    weights = raw / raw.sum()
    found = smallest_move(weights, lead)
    # Variables: what is added to and taken from each weight; half of their sum is what moved.
    program = linprog(
        np.full(8, 0.5),
        A_ub=[[*-lead, *lead], *(np.hstack([-np.eye(4), np.eye(4)]))],
        b_ub=[float(lead @ weights), *weights],
        A_eq=[[1] * 4 + [-1] * 4],
        b_eq=[0],
    )
    if found is None:
        assert program.status == 2 or lead.max() <= 0
    else:
        assert found[0] == pytest.approx(program.fun, abs=1e-7)
        assert found[1].sum() == pytest.approx(1)
        assert lead @ found[1] >= -1e-7


def test_draws_in_parts_are_the_draws_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).uniform(size=(7, 3))
    scores = score(values, [Criterion(str(at), Text("", ""), 1.0) for at in range(3)])
    whole = sensitivity(scores, draws=1000)
    monkeypatch.setattr("geomap.siting.suitability._MOST_TOTALS", 700)
    parts = sensitivity(scores, draws=1000)
    assert parts.first == pytest.approx(whole.first)
    assert parts.top == pytest.approx(whole.top)
    assert parts.top.sum() == pytest.approx(3)
