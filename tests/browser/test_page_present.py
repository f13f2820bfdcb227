"""The map before an audience, and the help: by keys alone, and back."""

from __future__ import annotations

import pytest

from tests.support.browser import Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser


def test_the_map_is_presented_alone_with_its_marks_and_turns_its_years(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/?indicator=talent_per_10k&year=2024")
    left, _, right, _ = screen.box("#map")
    screen.press("f")
    screen.until(lambda: screen.box("#map")[2] - screen.box("#map")[0] > right - left, "no wider")
    for gone in ("#key", "#left", "#right", ".tools", "#search"):
        assert screen.find(gone).is_hidden(), gone
    for stays in ("#title", "#sentence", "#legend", "#furniture .mark", ".synthetic"):
        assert screen.find(stays).first.is_visible(), stays
    assert violations(screen) == ""
    screen.press("PageUp")
    assert screen.query()["year"] == "2023"
    screen.press("PageDown", "PageDown")
    assert screen.query()["year"] == "2025"
    screen.press("f")
    assert screen.find("#key").is_visible()
    assert screen.find("#present").get_attribute("aria-pressed") == "false"
    screen.press("PageUp")
    assert screen.query()["year"] == "2025"


def test_help_says_what_signs_and_keys_mean_and_a_question_mark_in_a_field_is_text(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped)
    screen.press("?")
    assert "不是 0" in screen.text("#help")
    assert violations(screen) == ""
    screen.press("Escape")
    assert screen.find("#help").is_hidden()
    screen.press("/")
    screen.press("?", "f")
    assert screen.find("#help").is_hidden()
    assert screen.find("#search-field").input_value() == "?f"
    assert screen.find("#key").is_visible()
