"""Breaks, labels and notes, worked out by hand; properties for any input; mapclassify as oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

import jenkspy
import mapclassify
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.cartography.breaks import least_squares_runs
from geomap.cartography.classes import (
    CLOSURE,
    METHODS,
    Classes,
    class_labels,
    class_of,
    classify,
    split_at,
)
from geomap.errors import NotFoundError, RequestError
from tests.support.examples import FEW

AUTOMATIC = [method for method in METHODS if method != "manual"]
# 万人, the six parts of the city's talent in 2020, and three more to make nine.
NINE = [12.9, 16.29, 4.8, 7.46, 0.86, 1.48, 3.3, 2.2, 9.9]
NAN, INF = math.nan, math.inf


def english(classes: Classes) -> str:
    return "; ".join(note.en for note in classes.notes)


# --- each method, by hand -----------------------------------------------------------------------


def test_quantiles_interpolate_between_ranks() -> None:
    # nine values, k = 4: positions 2, 4, 6 of 0…8 are the values themselves
    made = classify([10, 20, 30, 40, 50, 60, 70, 80, 90], method="quantile", k=4)
    assert made.bounds == (10, 30, 50, 70, 90)
    assert made.counts == (3, 2, 2, 2)
    # k = 2 of four values: halfway between the second and the third
    assert classify([1, 2, 4, 8], method="quantile", k=2).bounds == (1, 3, 8)


def test_equal_intervals_are_equally_wide() -> None:
    made = classify([0, 1, 5, 10], method="equal", k=4)
    assert made.bounds == (0, 2.5, 5, 7.5, 10)
    assert made.counts == (2, 1, 0, 1)


def test_equal_intervals_keep_their_empty_classes() -> None:
    # people per km² of nine banners: (318.6 − 5.8) / 9 = 34.76, so 267.0 lies in the eighth
    density = [5.9, 6.1, 8.0, 8.4, 13.6, 29.9, 47.6, 267.0, 318.6]
    made = classify(density, method="equal", k=9, decimals=1)
    assert made.bounds == (5.9, 40.6, 75.4, 110.1, 144.9, 179.6, 214.4, 249.1, 283.9, 318.6)
    assert made.counts == (6, 1, 0, 0, 0, 0, 0, 1, 1)
    assert made.notes == ()


def test_narrow_equal_intervals_are_printed_with_the_decimals_that_keep_them_equal() -> None:
    # 1.0, 1.2, 1.4 … would read 1, 1, 1 without decimals
    made = classify([1, 2], method="equal", k=5, decimals=0)
    assert made.bounds == (1, 1.2, 1.4, 1.6, 1.8, 2)


def test_a_value_on_a_decimal_break_lies_below_it() -> None:
    # 0.1 + (0.7 - 0.1) / 3 is 0.3 on paper, but 0.29999999999999993 in binary
    made = classify([0.1, 0.3, 0.5, 0.7], method="equal", k=3)
    assert made.bounds == (0.1, 0.3, 0.5, 0.7)
    assert made.counts == (2, 1, 1)


def test_natural_breaks_fall_into_the_gaps() -> None:
    made = classify([1, 2, 3, 50, 51, 52, 100, 101, 102], method="natural", k=3)
    assert made.bounds == (1, 3, 52, 102)
    assert made.counts == (3, 3, 3)


def test_natural_breaks_stay_right_far_from_zero() -> None:
    # the squares of 1e9 + x leave no digit for x
    made = classify([1e9 + x for x in (1, 2, 3, 50, 51, 52)], method="natural", k=2)
    assert made.counts == (3, 3)


def test_natural_breaks_of_many_values_still_find_the_gap() -> None:
    many = np.concatenate([np.linspace(0, 1, 5000), np.linspace(9, 10, 5000)])
    made = classify(many, method="natural", k=2)
    assert made.counts == (5000, 5000)
    assert made.bounds == (0, 1, 10)


@pytest.mark.parametrize(
    ("values", "k", "bounds"),
    [  # as R prints pretty(range(values), n = k)
        (range(1, 10), 5, (0, 2, 4, 6, 8, 10)),
        (range(0, 101, 10), 4, (0, 20, 40, 60, 80, 100)),
        ([0.1, 0.15, 0.2, 0.25, 0.3], 4, (0.1, 0.15, 0.2, 0.25, 0.3)),
        ([-7, -3, 0, 3, 7], 3, (-10, -5, 0, 5, 10)),
        ([1200, 1700, 2300, 2600, 3400, 3900], 6, (1000, 1500, 2000, 2500, 3000, 3500, 4000)),
    ],
)
def test_pretty_breaks_are_round(values: Sequence[float], k: int, bounds: tuple[float]) -> None:
    assert classify(list(values), method="pretty", k=k).bounds == bounds


def test_pretty_breaks_say_that_there_are_more_classes_than_asked_for() -> None:
    made = classify(range(0, 101, 10), method="pretty", k=4)
    assert english(made) == "round breaks make 5 classes (4 asked for)"


def test_standard_deviations_are_cut_about_the_mean() -> None:
    # mean 5, deviation √(40 / 4) = 3.162…: k = 4 cuts at 1.84, 5, 8.16; k = 3 at 3.42 and 6.58
    values = [1, 3, 5, 7, 9]
    four = classify(values, method="stddev", k=4, decimals=1)
    assert four.bounds == (1, 1.8, 5, 8.2, 9)
    assert four.counts == (1, 2, 1, 1)
    three = classify(values, method="stddev", k=3, decimals=1)
    assert three.bounds == (1, 3.4, 6.6, 9)


def test_standard_deviations_are_clipped_to_the_data() -> None:
    # mean 2.8, deviation 4.02: the cuts at -3.2 and beyond 10 make no class
    made = classify([1, 1, 1, 1, 10], method="stddev", k=5)
    assert made.bounds[0] == 1
    assert made.bounds[-1] == 10
    assert made.counts == (4, 1)


def test_head_tail_breaks_are_means_of_heads() -> None:
    # mean of all 4, of (6, 15) 10.5
    made = classify([1, 1, 1, 1, 1, 3, 6, 15, 7], method="headtail", k=9)
    assert made.bounds == (1, 4, 28 / 3, 15)
    assert made.counts == (6, 2, 1)
    assert "40 %" not in english(made)


def test_head_tail_breaks_stop_at_the_classes_asked_for_and_tell_when_unfit() -> None:
    made = classify([1, 2, 3, 4, 5, 6, 7, 8], method="headtail", k=2)
    assert made.bounds == (1, 4.5, 8)
    assert "40 %" in english(made)


# --- manual breaks ------------------------------------------------------------------------------


def test_manual_breaks_are_upper_bounds_and_stay_as_given() -> None:
    made = classify([0.86, 2.555, 9.9], method="manual", breaks=[1, 2.555, 9.9], decimals=1)
    assert made.bounds == (0.8, 1, 2.555, 9.9)
    assert made.counts == (1, 1, 1)
    assert made.notes == ()


def test_a_manual_break_below_all_values_is_the_lowest_bound() -> None:
    made = classify([3, 12, 18], method="manual", breaks=[0, 10, 20])
    assert made.bounds == (0, 10, 20)
    assert made.notes == ()


def test_a_manual_break_at_zero_keeps_the_zeros_apart() -> None:
    made = classify([0, 0, 3, 12], method="manual", breaks=[0, 10, 20])
    assert class_labels(made, decimals=0) == ("=0", ">0–10", ">10–20")
    assert made.counts == (2, 1, 1)


def test_values_above_the_last_manual_break_make_one_more_class() -> None:
    made = classify([3, 12, 18.04], method="manual", breaks=[10, 15], decimals=1)
    assert made.bounds == (3, 10, 15, 18.1)
    assert english(made) == "values above the last break 15 make one more class"


def test_empty_manual_classes_are_kept_above_below_and_between() -> None:
    made = classify([3, 33], method="manual", breaks=[10, 20, 30, 40, 50], decimals=1)
    assert made.bounds == (3, 10, 20, 30, 40, 50)
    assert made.counts == (1, 0, 0, 1, 0)
    assert made.notes == ()
    above = classify([60, 61], method="manual", breaks=[10, 20, 30])
    assert (above.bounds, above.counts) == ((10, 20, 30, 61), (0, 0, 2))


@pytest.mark.parametrize("breaks", [[], [1, 1], [2, 1], [1, NAN], [1, INF]])
def test_manual_breaks_must_rise(breaks: list[float]) -> None:
    with pytest.raises(RequestError, match="rising"):
        classify(NINE, method="manual", breaks=breaks)


def test_more_manual_classes_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(RequestError, match="10 classes, at most 9"):
        classify(range(1, 11), method="manual", breaks=list(range(1, 11)))


def test_breaks_and_the_manual_method_go_together() -> None:
    with pytest.raises(RequestError, match="manual"):
        classify(NINE, method="equal", breaks=[1, 2])
    with pytest.raises(RequestError, match="manual"):
        classify(NINE, method="manual")


# --- what people really send --------------------------------------------------------------------


@pytest.mark.parametrize("method", AUTOMATIC)
def test_nine_equal_values_make_one_class(method: str) -> None:
    made = classify([5.0] * 9, method=method)
    assert (made.bounds, made.counts) == ((5, 5), (9,))
    assert english(made) == "all values are equal: one class"
    assert class_labels(made, decimals=0) == ("=5",)


@pytest.mark.parametrize("method", AUTOMATIC)
def test_no_value_makes_no_class(method: str) -> None:
    made = classify([NAN, None], method=method)
    assert (made.k, made.bounds, made.counts) == (0, (), ())
    assert english(made) == "no value to classify"
    assert class_labels(made, decimals=0) == ()
    assert class_of([1, NAN], made).tolist() == [-1, -1]


@pytest.mark.parametrize("method", AUTOMATIC)
def test_infinities_are_left_out_and_told(method: str) -> None:
    made = classify([1, 2, 3, INF, -INF, NAN], method=method, k=2)
    assert sum(made.counts) == 3
    assert "2 infinite value(s)" in english(made)


@pytest.mark.parametrize("method", ["quantile", "natural"])
def test_few_distinct_values_get_a_class_each(method: str) -> None:
    # mapclassify: quantiles give counts (7, 0, 2), natural breaks raise
    made = classify([0] * 7 + [3, 12], method=method, k=5)
    assert made.counts == (7, 1, 1)
    assert class_labels(made, decimals=0) == ("=0", ">0–3", ">3–12")
    assert "3 classes (5 asked for)" in english(made)


def test_a_series_with_missing_values_is_accepted() -> None:
    series = pd.Series([1, None, 3], dtype="Int64", index=["a", "b", "c"])
    made = classify(series, method="equal", k=2)
    assert made.bounds == (1, 2, 3)
    assert class_of(series, made).tolist() == [0, -1, 1]


@pytest.mark.parametrize("k", [0, 1, 10, -3, 5.0, True, "5"])
def test_other_numbers_of_classes_are_refused(k: int) -> None:
    with pytest.raises(RequestError, match="from 2 to 9"):
        classify(NINE, k=k)


def test_an_unknown_method_names_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="quantile"):
        classify(NINE, method="quantiles")


def test_text_among_the_values_is_refused() -> None:
    with pytest.raises(RequestError, match="not all numbers"):
        classify(["12", "many"])  # type: ignore[list-item]


def test_the_values_are_not_changed() -> None:
    values = np.array([3.0, 1.0, 2.0])
    classify(values, method="natural", k=2)
    assert values.tolist() == [3, 1, 2]


# --- shared over the years ----------------------------------------------------------------------


def test_shared_breaks_are_the_same_for_every_year_and_may_leave_a_class_empty() -> None:
    years = {2015: [1.0, 2.0, 3.0], 2020: [7.0, 8.0, 9.0]}
    over = [*years[2015], *years[2020]]
    early = classify(years[2015], method="equal", k=2, over=over)
    late = classify(years[2020], method="equal", k=2, over=over)
    assert early.bounds == late.bounds == (1, 5, 9)
    assert (early.counts, late.counts) == ((3, 0), (0, 3))


def test_values_missing_from_the_shared_ones_are_still_covered() -> None:
    made = classify([20.0], method="equal", k=2, over=[0.0, 10.0])
    assert made.bounds == (0, 10, 20)


def test_a_year_without_values_still_has_the_shared_classes() -> None:
    made = classify([NAN], method="equal", k=2, over=[0.0, 10.0])
    assert made.counts == (0, 0)


# --- rounding for print -------------------------------------------------------------------------


def test_breaks_are_rounded_where_no_value_changes_class() -> None:
    made = classify([1.04, 2.0, 3.33, 9.0], method="equal", k=3, decimals=1)
    # 1.04 + 7.96 / 3 = 3.693…, then 6.346…
    assert made.bounds == (1.0, 3.7, 6.3, 9.0)


def test_a_break_keeps_the_decimals_that_part_two_values() -> None:
    made = classify([1.01, 1.02, 1.03, 1.04], method="quantile", k=2, decimals=0)
    assert made.bounds == (1, 1.02, 2)
    assert made.counts == (2, 2)


def test_rounding_goes_the_other_way_rather_than_to_more_decimals() -> None:
    # the mean is 1.5; 2 would take the upper value along, 1 would not
    assert classify([1, 2.0], method="stddev", k=2, decimals=0).bounds == (1, 1, 2)


# --- labels -------------------------------------------------------------------------------------


def made_of(*bounds: float) -> Classes:
    return Classes("manual", bounds, (1,) * (len(bounds) - 1))


def test_labels_show_which_bound_is_left_out() -> None:
    assert class_labels(made_of(0, 10, 20), decimals=0) == ("0–10", ">10–20")
    assert "不含下界" in CLOSURE.zh


def test_labels_group_thousands_and_share_their_decimals() -> None:
    assert class_labels(made_of(0, 1500, 20000), decimals=1) == ("0–1,500", ">1,500–20,000")
    assert class_labels(made_of(0, 1500.5, 2000), decimals=1) == ("0.0–1,500.5", ">1,500.5–2,000.0")
    assert class_labels(made_of(0, 1500), decimals=0, thousands=False) == ("0–1500",)


def test_labels_with_negative_bounds_keep_dash_and_minus_apart() -> None:
    assert class_labels(made_of(-5, -1, 3), decimals=0) == ("−5 – −1", ">−1 – 3")


def test_the_label_of_one_long_value_says_that_it_is_rounded() -> None:
    assert class_labels(classify([5.26]), decimals=1) == ("≈5.3",)
    assert class_labels(classify([-5.0]), decimals=1) == ("=−5.0",)


def test_labels_of_huge_and_tiny_bounds_stay_short() -> None:
    assert class_labels(made_of(0, 5e-324, 1.7e308), decimals=1) == ("0–5e−324", ">5e−324–1.7e+308")


# --- the pivot ----------------------------------------------------------------------------------


def test_splitting_makes_the_pivot_a_bound() -> None:
    values = [-4, -1, 1, 2, 6]
    made = split_at(classify(values, method="equal", k=2), 0, values)
    assert made.bounds == (-4, 0, 1, 6)
    assert made.counts == (2, 1, 2)
    assert made.alone is None


def test_an_empty_half_joins_the_class_on_its_own_side() -> None:
    # stddev, k = 3: mean 1.75, deviation 4.86…: cuts at −0.68 and 4.18; nothing in −0.68–0
    values = [-4, -2, 3, 6, 6]
    classes = classify(values, method="stddev", k=3, decimals=1)
    made = split_at(classes, 0, values)
    assert made.bounds[:3] == (-4, 0, classes.bounds[2])
    assert made.counts == (2, 1, 2)


def test_what_is_the_pivot_itself_is_a_class_of_its_own() -> None:
    values = [-100, -2.5, 0, 0, 0, 33.3]
    made = split_at(classify(values, method="quantile", k=2, decimals=1), 0, values, decimals=1)
    assert class_labels(made, decimals=1) == ("−100.0 – −0.1", "=0.0", ">0.0 – 33.3")
    assert made.counts == (2, 3, 1)
    assert class_of(values, made).tolist() == [0, 0, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("values", "printed", "counts"),
    [
        ([0, 0, 5, 9], ("=0", ">0–5", ">5–9"), (2, 1, 1)),
        ([-9, -5, 0], ("=−9", ">−9 – −5", "=0"), (1, 1, 1)),
        ([-3, 0], ("−3 – −1", "=0"), (1, 1)),
        ([0, 0], ("=0",), (2,)),
    ],
)
def test_no_change_is_apart_from_gains_or_losses_alone(
    values: list[float], printed: tuple[str, ...], counts: tuple[int, ...]
) -> None:
    classes = classify(values, method="natural", k=3, decimals=0)
    made = split_at(classes, 0, values, decimals=0)
    assert made.counts == counts
    assert class_labels(made, decimals=0)[-1] == printed[-1]
    assert class_labels(made, decimals=0)[1:] == printed[1:]


def test_manual_breaks_around_the_pivot_stay_as_given() -> None:
    values = [-40, -3, 0, 4, 60]
    made = classify(values, method="manual", breaks=[-20, -5, 5, 20, 60])
    assert split_at(made, 0, values) is made
    at_zero = classify(values, method="manual", breaks=[-20, 0, 20, 60])
    parted = split_at(at_zero, 0, values, decimals=0)
    assert parted.bounds == (-40, -20, -1, 0, 20, 60)
    assert parted.counts == (1, 1, 1, 1, 1)


def test_a_pivot_outside_the_bounds_changes_nothing() -> None:
    made = classify([1, 2, 3], method="equal", k=2)
    assert split_at(made, 0, [1, 2, 3]) is made
    assert split_at(made, NAN, [1, 2, 3]) is made
    assert split_at(classify([]), 0, []).k == 0


# --- properties ---------------------------------------------------------------------------------

anything = st.floats(allow_nan=True, allow_infinity=True)
tabular = st.decimals(-9999, 9999, places=1).map(float)
few = st.sampled_from([0.0, -0.0, 1.0, 2.5, -3.0, NAN, 5e-324, 1e308, -1.7e308])
inputs = st.one_of(*(st.lists(each, max_size=12) for each in (anything, tabular, few)))
methods = st.sampled_from(AUTOMATIC)
ks = st.integers(2, 9)
roundings = st.one_of(st.none(), st.integers(0, 3))


def finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


@given(inputs, methods, ks, roundings)
@example([1.7e308, -1.7e308, 0.0], "natural", 2, 0)
@example([5e-324, 1e-323, 0.0, 2e-323], "stddev", 4, 2)
@example([1.0, 1 + 2**-52, 1 + 2**-51], "pretty", 5, 1)
@example([1.7976931348623157e308, 1.0], "pretty", 2, 1)
@pytest.mark.slow
def test_classes_are_non_empty_rising_and_cover_any_input(
    values: list[float], method: str, k: int, decimals: int | None
) -> None:
    made = classify(values, method=method, k=k, decimals=decimals)
    known = finite(values)
    assert made.k <= (9 if method == "pretty" else k)
    assert method == "equal" or all(count > 0 for count in made.counts)
    assert sum(made.counts) == len(known)
    assert all(a < b for a, b in pairwise(made.uppers))
    if known:
        assert made.bounds[0] <= min(known) <= max(known) <= made.bounds[-1]
        assert made.bounds[0] <= made.bounds[1]
    assert made.k == k or made.notes
    assert len(class_labels(made, decimals=1)) == made.k == len(set(class_labels(made, decimals=1)))


@given(inputs, methods, ks, st.randoms(use_true_random=False))
@pytest.mark.slow
def test_the_order_of_the_values_does_not_matter(
    values: list[float], method: str, k: int, random: object
) -> None:
    shuffled = values.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert classify(shuffled, method=method, k=k) == classify(values, method=method, k=k)


@given(inputs, methods, ks, st.integers(0, 3))
@pytest.mark.slow
def test_rounding_never_moves_a_value(
    values: list[float], method: str, k: int, decimals: int
) -> None:
    plain = classify(values, method=method, k=k)
    rounded = classify(values, method=method, k=k, decimals=decimals)
    assert class_of(values, plain).tolist() == class_of(values, rounded).tolist()


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12), methods, ks)
@pytest.mark.slow
def test_the_unit_of_measure_does_not_matter(values: list[int], method: str, k: int) -> None:
    persons = classify(values, method=method, k=k)
    myriads = classify([value / 10_000 for value in values], method=method, k=k)
    assert class_of(values, persons).tolist() == [
        int(place) for place in class_of([value / 10_000 for value in values], myriads)
    ]


@given(inputs, inputs, methods, ks)
@pytest.mark.slow
def test_the_class_is_the_number_of_upper_bounds_exceeded(
    values: list[float], others: list[float], method: str, k: int
) -> None:
    made = classify(values, method=method, k=k)
    naive = [
        sum(value > upper for upper in made.uppers[:-1]) if made.k and math.isfinite(value) else -1
        for value in others
    ]
    assert class_of(others, made).tolist() == naive


@given(inputs, methods, ks, st.one_of(tabular, few))
@pytest.mark.slow
def test_no_class_spans_the_pivot(values: list[float], method: str, k: int, pivot: float) -> None:
    made = split_at(classify(values, method=method, k=k), pivot, values)
    assert not any(a < pivot < b for a, b in pairwise(made.bounds))
    assert method == "equal" or all(count > 0 for count in made.counts)
    assert sum(made.counts) == len(finite(values))
    held = [place for value, place in zip(values, class_of(values, made), strict=True)
            if value == pivot]  # fmt: skip
    if held:
        assert made.counts[held[0]] == len(held)
        told = class_labels(made, decimals=1)[held[0]]
        # Alone, what would print as 0.0 and is none stands as <0.1.
        assert told.startswith(("=", "≈")) or (made.k == 1 and told[0] in "<>")


@FEW
@given(st.lists(tabular, min_size=1, max_size=12), st.lists(tabular, min_size=1, unique=True))
@pytest.mark.slow
def test_manual_breaks_part_the_values_where_the_user_said(
    values: list[float], breaks: list[float]
) -> None:
    breaks = sorted(breaks)[:8]
    made = classify(values, method="manual", breaks=breaks)
    naive = [sum(value > upper for upper in breaks) for value in values]
    # A first break below all values is the lowest bound; every other one is the end of a class.
    below = min(values) > breaks[0]
    assert class_of(values, made).tolist() == [place - below for place in naive]
    assert set(breaks) <= set(made.bounds)


@given(st.lists(tabular, min_size=2, max_size=12, unique=True), ks, st.integers(0, 2))
@pytest.mark.slow
def test_equal_intervals_are_those_of_numpy(values: list[float], k: int, decimals: int) -> None:
    made = classify(values, method="equal", k=k, decimals=decimals)
    even = np.linspace(min(values), max(values), k + 1)
    assert made.k == k
    assert np.abs(np.array(made.bounds) - even).max() <= (even[1] - even[0]) / 10 + 1e-9


# --- the oracle ---------------------------------------------------------------------------------

ORACLES: dict[str, Callable[[np.ndarray, int], mapclassify.classifiers.MapClassifier]] = {
    "quantile": mapclassify.Quantiles,
    "equal": mapclassify.EqualInterval,
    "stddev": lambda y, k: mapclassify.StdMean(
        y, multiples=[i - (k - 2) / 2 for i in range(k - 1)]
    ),
}


@pytest.mark.parametrize("method", ["quantile", "equal", "stddev"])
@FEW
@given(st.lists(tabular, min_size=10, max_size=40, unique=True), ks)
@pytest.mark.slow
def test_the_partition_is_that_of_mapclassify(method: str, values: list[float], k: int) -> None:
    """Two deviations: empty classes are dropped, but for equal intervals, and values on a break
    are not left to noise."""
    oracle = ORACLES[method](np.array(values), k)
    cuts = oracle.bins[:-1]
    near = np.isclose(np.subtract.outer(values, cuts), 0, atol=1e-6).any(axis=1)
    made = classify(values, method=method, k=k)
    theirs = oracle.yb
    if method != "equal":
        _, theirs = np.unique(oracle.yb, return_inverse=True)
    if not near.any():
        assert class_of(values, made).tolist() == theirs.tolist()


@FEW
@given(st.lists(tabular, min_size=2, max_size=40, unique=True))
def test_head_tail_breaks_begin_like_those_of_mapclassify(values: list[float]) -> None:
    """Ours stop at nine classes; theirs, in doubles, may cut once more at the largest value."""
    made = classify(values, method="headtail", k=9)
    theirs = mapclassify.HeadTailBreaks(np.array(values)).bins
    inner = made.bounds[1:-1]
    assert inner == pytest.approx(theirs[: len(inner)].tolist())
    assert made.k == 9 or len(theirs) - made.k <= 1


@pytest.mark.filterwarnings("ignore:Numba not installed")
@FEW
@given(st.lists(st.integers(0, 999), min_size=9, max_size=25).filter(lambda v: len(set(v)) > 5), ks)
@pytest.mark.slow
def test_natural_breaks_deviate_no_more_than_those_of_mapclassify(
    values: list[int], k: int
) -> None:
    """Ties make several partitions equally good: compare what is minimised, not the breaks."""
    if len(set(values)) <= k:
        return
    y = np.array(values, dtype=float)
    made = classify(y, method="natural", k=k)
    theirs = mapclassify.FisherJenks(y, k=k)
    assert made.k == k
    assert spread(y, class_of(y, made)) == pytest.approx(spread(y, theirs.yb))


distinct = st.lists(st.integers(0, 60), min_size=2, max_size=8, unique=True).map(sorted)


@FEW
@given(distinct, st.data())
def test_runs_deviate_least_of_all_that_there_are(values: list[int], data: st.DataObject) -> None:
    times = np.array([data.draw(st.integers(1, 3)) for _ in values])
    k = data.draw(st.integers(1, len(values)))
    unit = np.array(values) / 60
    y = np.repeat(unit, times)

    def deviation(ends: Sequence[int]) -> float:
        return spread(y, np.searchsorted(ends, np.repeat(np.arange(unit.size), times)))

    last = len(values) - 1
    least = min(deviation([*cuts, last]) for cuts in combinations(range(last), k - 1))
    found = least_squares_runs(unit, times, k)
    assert len(set(found)) == k
    assert found[-1] == last
    assert deviation(found) == pytest.approx(least, abs=1e-12)


@FEW
@given(st.lists(st.integers(0, 999), min_size=9, max_size=60).filter(lambda v: len(set(v)) > 9), ks)
@pytest.mark.slow
def test_runs_deviate_no_more_than_those_of_jenkspy(values: list[int], k: int) -> None:
    unit, times = np.unique(np.array(values) / 999, return_counts=True)
    y = np.repeat(unit, times)
    theirs = np.searchsorted(jenkspy.jenks_breaks(y.tolist(), k)[1:], y)
    ours = np.searchsorted(unit[least_squares_runs(unit, times, k)], y)
    assert spread(y, ours) == pytest.approx(spread(y, theirs))


def spread(y: np.ndarray, places: np.ndarray) -> float:
    return float(sum(((y[places == c] - y[places == c].mean()) ** 2).sum() for c in set(places)))


@FEW
@given(st.lists(tabular, min_size=2, max_size=40, unique=True), st.integers(2, 9))
def test_pretty_breaks_are_multiples_of_a_round_step(values: list[float], k: int) -> None:
    """Mapclassify's ``_pretty`` is not R's (it rounds the range first): only the form is compared.

    Both cover the data by multiples of 1, 2 or 5 × 10ⁿ.
    """
    made = classify(values, method="pretty", k=k)
    theirs = mapclassify.PrettyBreaks(np.array(values), k=max(k, 3))
    for bounds in (made.bounds, theirs.bins.tolist()):
        narrowest = min(b - a for a, b in pairwise(bounds)) if len(bounds) > 1 else 1
        assert any(
            all(abs(b / step - round(b / step)) < 1e-6 for b in bounds)
            for n in range(-4, 6)
            for step in (10.0**n, 2 * 10.0**n, 5 * 10.0**n)
            if step <= narrowest * 1.01 and step * 100 > max(map(abs, bounds)) / 100
        )
