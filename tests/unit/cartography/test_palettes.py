"""Colours against their published numbers, and against every reader's eyes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import branca
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.cartography.brewer import SCHEMES
from geomap.cartography.classes import classify, split_at
from geomap.cartography.colour import VISIONS, Lab, ciede2000, contrast, lab, mixed
from geomap.cartography.palettes import (
    NO_DATA,
    NO_DATA_MARK,
    PALETTES,
    Palette,
    Weak,
    colours,
    distinguishable,
    diverging,
    ink,
    palette,
)
from geomap.errors import NotFoundError, RequestError

EVERY = [pytest.param(one, id=one.name) for one in PALETTES.values()]
DIVERGING = [one.name for one in PALETTES.values() if one.kind == "diverging"]
hexes = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


# --- the numbers --------------------------------------------------------------------------------


def test_the_numbers_are_those_that_branca_copied_from_colorbrewer() -> None:
    copied = json.loads((Path(branca.__file__).parent / "_schemes.json").read_text("utf-8"))
    ours = {
        f"{name}_{k:02d}": list(shown)
        for name, by_k in SCHEMES.items()
        for k, shown in by_k.items()
    }
    assert ours == {key: [shown.lower() for shown in copied[key]] for key in ours}


def test_sequential_palettes_reach_nine_classes_and_diverging_ones_eleven() -> None:
    reach = {(one.kind, one.sizes) for one in PALETTES.values() if one.kind != "qualitative"}
    assert reach == {
        ("sequential", tuple(range(3, 10))),
        ("diverging", tuple(range(3, 12))),
    }


def test_every_palette_offered_has_numbers_and_every_number_a_palette() -> None:
    assert list(PALETTES) == list(SCHEMES)


# --- choosing -----------------------------------------------------------------------------------


def test_colours_run_from_light_to_dark() -> None:
    assert colours("Blues", 3) == ("#deebf7", "#9ecae1", "#3182bd")
    for one in PALETTES.values():
        if one.kind == "sequential":
            light = [lab(colour).lightness for colour in colours(one.name, 9)]
            assert light == sorted(light, reverse=True)


def test_fewer_than_three_classes_take_from_the_scheme_of_three() -> None:
    assert colours("Blues", 0) == ()
    assert colours("Blues", 1) == ("#9ecae1",)
    assert colours("Blues", 2) == ("#deebf7", "#3182bd")


@pytest.mark.parametrize(("name", "k"), [("Blues", 10), ("Blues", -1), ("Paired", 6), ("Dark2", 4)])
def test_more_classes_than_a_palette_has_are_refused(name: str, k: int) -> None:
    with pytest.raises(RequestError, match="fewer"):
        colours(name, k)


def test_an_unknown_palette_names_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="YlGnBu") as raised:
        colours("YlGnBlue", 5)
    assert raised.value.valid == list(PALETTES)
    assert palette("Blues").title.zh == "蓝"


# --- the pivot ----------------------------------------------------------------------------------


def test_the_pivot_class_is_neutral_and_the_sides_go_outwards() -> None:
    # RdBu of 5: #ca0020 #f4a582 #f7f7f7 #92c5de #0571b0
    assert colours("RdBu", 4, pivot_class=1) == ("#f4a582", "#f7f7f7", "#92c5de", "#0571b0")
    assert colours("RdBu", 1, pivot_class=0) == ("#f7f7f7",)


def test_each_side_of_the_pivot_has_its_own_hue() -> None:
    # RdBu of 4, without its darkest red: two classes above, one below
    assert diverging("RdBu", (-5, 0, 3, 6), 0) == ("#f4a582", "#92c5de", "#0571b0")


def test_the_class_that_is_the_pivot_alone_is_neutral() -> None:
    assert diverging("RdBu", (0, 0, 3, 6), 0) == ("#f7f7f7", "#92c5de", "#0571b0")


def test_a_pivot_outside_the_bounds_leaves_one_side() -> None:
    assert diverging("RdBu", (3, 5, 9), 0) == ("#92c5de", "#0571b0")
    assert diverging("RdBu", (-9, -5, -3), 0) == ("#ca0020", "#f4a582")
    assert diverging("RdBu", (), 0) == ()


def test_a_long_side_is_mixed_between_the_colours_of_the_scheme() -> None:
    shown = diverging("RdBu", range(-8, 2), 0)
    assert len(set(shown)) == len(shown) == 9
    assert (shown[0], shown[7]) == ("#67001f", "#fddbc7")
    light = [lab(colour).lightness for colour in shown[:8]]
    assert light == sorted(light)


def test_a_class_that_spans_the_pivot_is_refused() -> None:
    with pytest.raises(RequestError, match="split_at"):
        diverging("RdBu", (-1, 1, 2), 0)


def test_a_sequential_palette_has_no_middle() -> None:
    with pytest.raises(RequestError, match="RdBu"):
        diverging("Blues", (-1, 0, 2), 0)
    with pytest.raises(RequestError, match="RdBu"):
        colours("Blues", 3, pivot_class=1)
    with pytest.raises(RequestError, match="from 0 to 2"):
        colours("RdBu", 3, pivot_class=3)


@given(
    st.lists(st.decimals(-99, 99, places=1).map(float), min_size=1, max_size=12),
    st.integers(2, 9),
    st.decimals(-99, 99, places=1).map(float),
    st.sampled_from(DIVERGING),
)
@pytest.mark.slow
def test_no_colour_is_used_on_both_sides_of_the_pivot(
    values: list[float], k: int, pivot: float, name: str
) -> None:
    made = split_at(classify(values, method="equal", k=k), pivot, values)
    shown = diverging(name, made.bounds, pivot)
    below = {c for c, (a, b) in zip(shown, pairwise(made.bounds), strict=True) if a < b <= pivot}
    above = {c for c, (a, b) in zip(shown, pairwise(made.bounds), strict=True) if pivot <= a < b}
    assert not below & above
    assert len(set(shown)) == made.k


# --- telling apart ------------------------------------------------------------------------------


def in_grey_across_the_middle(weak: Weak, k: int) -> bool:
    return weak.vision == "grey" and k % 2 == 0 and weak.pair == (k // 2 - 1, k // 2)


@pytest.mark.parametrize("one", EVERY)
def test_the_safe_sizes_are_exactly_those_without_a_weak_pair(one: Palette) -> None:
    safe = []
    for k in one.sizes:
        weak = distinguishable(colours(one.name, k), every=one.kind == "qualitative")
        if one.kind == "diverging":  # in grey its two sides are alike: that cannot be helped
            weak = [pair for pair in weak if not in_grey_across_the_middle(pair, k)]
        if not weak:
            safe.append(k)
    assert tuple(safe) == one.safe_k


def test_five_classes_are_safe_in_every_ordered_palette() -> None:
    assert all(5 in one.safe_k for one in PALETTES.values() if one.kind != "qualitative")


@pytest.mark.parametrize("one", EVERY)
def test_no_data_differs_from_every_class_in_every_vision(one: Palette) -> None:
    nearest = min(
        ciede2000(lab(NO_DATA, vision), lab(colour, vision))
        for k in one.safe_k
        for colour in colours(one.name, k)
        for vision in VISIONS
    )
    assert nearest >= 3


def test_the_dots_on_no_data_stand_out() -> None:
    assert contrast(NO_DATA, NO_DATA_MARK) >= 3  # WCAG 2.2, 1.4.11


def test_weak_pairs_come_with_their_numbers() -> None:
    # the same grey twice, then far away
    weak = distinguishable(["#808080", "#808080", "#000000"])
    assert [(one.pair, one.found) for one in weak] == [((0, 1), 0.0)] * 5
    assert [one.vision for one in weak] == [*VISIONS, "grey"]


def test_red_and_green_of_one_lightness_are_weak_for_some_readers_only() -> None:
    weak = distinguishable(["#b87a4e", "#7f9146"], least=10, least_lightness=0)
    assert {one.vision for one in weak} == {"protanopia", "deuteranopia"}


def test_unordered_colours_are_compared_each_with_each() -> None:
    shown = ["#1b9e77", "#d95f02", "#1b9e77"]
    assert distinguishable(shown, least_lightness=0) == []
    assert {one.pair for one in distinguishable(shown, every=True)} == {(0, 2)}


# --- colour arithmetic --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # Sharma, Wu & Dalal 2005, table 1: pairs 1, 7, 9, 10, 13, 14, 17, 18, 19, 25, 34
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000_gives_the_published_differences(
    first: tuple[float, float, float], second: tuple[float, float, float], expected: float
) -> None:
    assert ciede2000(Lab(*first), Lab(*second)) == pytest.approx(expected, abs=5e-5)
    assert ciede2000(Lab(*second), Lab(*first)) == pytest.approx(expected, abs=5e-5)


def test_white_black_and_red_in_cielab() -> None:
    assert lab("#ffffff") == pytest.approx((100, 0, 0), abs=0.02)
    assert lab("#000") == pytest.approx((0, 0, 0))
    assert lab("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.02)


@pytest.mark.parametrize("vision", VISIONS)
def test_greys_look_the_same_to_everyone(vision: str) -> None:
    assert lab("#777777", vision) == pytest.approx(lab("#777777"), abs=0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.005)


@given(hexes, hexes)
def test_mixing_nothing_in_changes_nothing(first: str, second: str) -> None:
    assert mixed(first, second, 0) == first
    assert mixed(first, second, 1) == second


@given(hexes)
@pytest.mark.slow
def test_text_is_readable_on_any_colour(colour: str) -> None:
    assert contrast(ink(colour), colour) >= 4.5


def test_text_is_dark_on_light_and_light_on_dark() -> None:
    assert [ink(colour) for colour in ("#eff3ff", "#08519c")] == ["#111", "#fff"]
    assert ink("#757575") == "#fff"  # 4.61 against 4.10
    assert ink("#7a7a7a") == "#000"  # 4.29 and 4.40: neither reaches 4.5
