"""The pages where the system asks for dark: readable, the maps on paper, and print light."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser
_GROUND = "one => getComputedStyle(one).backgroundColor"
_INK = "one => getComputedStyle(one).color"
PAPER, INK = "rgb(255, 255, 255)", "rgb(20, 25, 31)"


def dark(screens: Callable[..., Screen]) -> Screen:
    return screens(color_scheme="dark")


@pytest.mark.parametrize("path", ["/", "/progress", "/sources", "/siting", "/conflicts", "/report"])
def test_all_words_stand_out_on_dark_pages(
    screens: Callable[..., Screen], demo: Site, path: str
) -> None:
    screen = dark(screens).open(demo, path)
    assert screen.find("body").evaluate(_GROUND) != PAPER
    assert "color-contrast" not in violations(screen)


def test_maps_and_charts_stay_paper(screens: Callable[..., Screen], demo: Site) -> None:
    screen = dark(screens).open(demo, "/?compare=population")
    for selector in ("#map", "#chart", "#years", "#side", "#second"):
        frame = screen.find(selector)
        assert (frame.evaluate(_GROUND), frame.evaluate(_INK)) == (PAPER, INK), selector
    assert screen.find("#legend").evaluate(_INK) == INK
    assert screen.find(".right").evaluate(_INK) != INK
    screen.open(demo, "/siting")
    assert screen.find("#frame").evaluate(_GROUND) == PAPER


def test_paper_is_never_dark(screens: Callable[..., Screen], demo: Site) -> None:
    screen = dark(screens).open(demo, "/sources")
    screen.page.emulate_media(media="print")
    assert screen.find("body").evaluate(_INK) == INK


def test_without_a_wish_for_dark_the_pages_are_light(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/sources")
    assert screen.find("body").evaluate(_INK) == INK
