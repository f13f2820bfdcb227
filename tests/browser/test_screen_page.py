"""The big screen in a browser: it fills the wall, is read from eight metres, and never grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import DESKTOP, LAPTOP, Screen, Site

pytestmark = pytest.mark.browser
WALL = (3840, 2160)
# A Chinese character is 0.9 of its type high: 2 % of the screen, so 8 m for a screen of 2 m, as
# ANSI/AVIXA V202.01 counts (height × share × 200 = distance).
LEAST, HEADLINE = 24 / 1080, 48 / 1080
TURNS, WARM_UP = 1000, 100
MOST_GROWTH_BYTES = 256 * 1024

_TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim()) continue;
        if (!one.checkVisibility({visibilityProperty: true})) continue;
        if (one.closest('title, defs, script')) continue;
        const svg = one.closest('svg');
        const scale = svg ? svg.getScreenCTM().a : 1;
        found.push([parseFloat(getComputedStyle(one).fontSize) * scale / innerHeight,
                    one.className.baseVal ?? one.className, walker.currentNode.data.trim()]);
    }
    return found;
}"""
_OVER = """() => [...document.querySelectorAll(
    '.head, .column, .panel, .sheet, .slide:not([hidden]), .strip, #references, .foot')]
    .filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
    .map(one => one.className || one.id)"""
_CUT = """() => [...document.querySelectorAll('.plan-name, .target, .plan-page .said')]
    .filter(one => one.checkVisibility({visibilityProperty: true}))
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"""
_WIDE = """() => [...document.querySelectorAll('.rank')]
    .filter(one => one.checkVisibility({visibilityProperty: true}))
    .filter(one => {
        const text = document.createRange();
        text.selectNodeContents(one);
        return text.getBoundingClientRect().width > one.clientWidth + 1;
    }).map(one => one.textContent)"""
_SIZE = "() => (({scrollWidth: x, scrollHeight: y}) => [x, y])(document.documentElement)"
_UNSOURCED = """() => [...document.querySelectorAll('[data-number]')]
    .filter(one => one.checkVisibility({visibilityProperty: true}))
    .filter(one => {
        const refs = (one.closest('[data-refs]')?.dataset.refs || '').split(' ').filter(Boolean);
        return !refs.length || refs.some(ref =>
            !document.querySelector(`#references [data-ref="${ref}"]`)?.checkVisibility());
    }).map(one => one.textContent)"""
_LABELS = """() => [...document.querySelectorAll('.slide:not([hidden]) .label')].map(one => {
    const box = one.getBoundingClientRect();
    // Above and below the letters a line is empty.
    return [one.textContent, box.left, box.top + 4, box.right, box.bottom - 4];
})"""
_TURN = """times => new Promise(done => {
    let left = times;
    const next = () => {
        for (let at = 0; at < 10 && left > 0; at += 1, left -= 1) {
            document.dispatchEvent(new CustomEvent('geomap-turn', {detail: 1}));
            document.body.getBoundingClientRect();
        }
        if (left > 0) requestAnimationFrame(next); else done();
    };
    next();
})"""


def turn(screen: Screen, times: int = 1) -> None:
    screen.page.evaluate(_TURN, times)


def slides(screen: Screen) -> int:
    return screen.find(".slide").count()


def showing(screen: Screen) -> str:
    found = screen.find(".slide:not([hidden])")
    assert found.count() == 1
    return found.get_attribute("aria-label") or ""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["shipped", "demo"])
def test_it_fills_the_screen_is_read_from_afar_and_nothing_runs_over(
    screen: Screen, request: pytest.FixtureRequest, which: str, lang: str
) -> None:
    site: Site = request.getfixturevalue(which)
    screen.open(site, f"/screen?lang={lang}")
    for size in (DESKTOP, WALL, LAPTOP):
        screen.resize(size)
        for _ in range(slides(screen)):
            turn(screen)
            assert_nothing_runs_over(screen, size)
            if (which, lang) == ("shipped", "zh"):
                assert_all_text_can_be_read_from_eight_metres(screen)
            if size == DESKTOP and lang == "zh":
                assert_labels_lie_apart(screen)
                assert_marks_are_there(screen, synthetic=which == "demo")
    assert screen.find(".plan-page").count() >= 1
    if which == "shipped":
        screen.resize(DESKTOP)
        assert_each_number_has_a_document_that_can_be_seen(screen)


def assert_nothing_runs_over(screen: Screen, size: tuple[int, int]) -> None:
    assert screen.page.evaluate(_OVER) == []
    assert screen.page.evaluate(_CUT) == []
    assert screen.page.evaluate(_WIDE) == []
    assert tuple(screen.page.evaluate(_SIZE)) == size
    left, top, right, bottom = screen.box(".foot")
    assert (left, right, bottom) == (0, size[0], pytest.approx(size[1], abs=1))
    assert top > 0.9 * size[1]


def assert_all_text_can_be_read_from_eight_metres(screen: Screen) -> None:
    texts: list[Any] = screen.page.evaluate(_TEXTS)
    assert len(texts) > 80
    # A hair is left for the rounding of pixels.
    assert [one for one in texts if one[0] < LEAST * 0.998] == []
    headlines = screen.page.evaluate(
        "() => [...document.querySelectorAll('.amount b, .slide:not([hidden]) .city b')]"
        ".map(one => parseFloat(getComputedStyle(one).fontSize) / innerHeight)"
    )
    assert min(headlines) >= HEADLINE


def assert_each_number_has_a_document_that_can_be_seen(screen: Screen) -> None:
    for _ in range(12):
        turn(screen)
        assert screen.page.evaluate(_UNSOURCED) == []
    assert screen.find("[data-number]").count() > 60


def assert_labels_lie_apart(screen: Screen) -> None:
    labels = screen.page.evaluate(_LABELS)
    assert len(labels) == 9
    for index, (_, x0, y0, x1, y1) in enumerate(labels):
        for _, u0, v0, u1, v1 in labels[index + 1 :]:
            assert x1 <= u0 + 1 or u1 <= x0 + 1 or y1 <= v0 + 1 or v1 <= y0 + 1


def assert_marks_are_there(screen: Screen, *, synthetic: bool) -> None:
    assert screen.find(".mark").last.inner_text() == "内部工作用图 未经审核 不得公开"
    assert screen.find(".synthetic").count() == synthetic


def test_it_turns_by_itself_by_keys_and_by_buttons(
    screens: Callable[..., Screen], shipped: Site
) -> None:
    screen = screens()
    screen.page.clock.install(time=0)
    screen.open(shipped, "/screen?indicators=population,population_density,talent_bases&seconds=5")
    screen.page.clock.pause_at(60)  # from here only the time passes that is asked for
    assert_the_buttons_hide_when_no_one_is_there_but_not_from_the_keyboard(screen)
    press = screen.page.keyboard.press
    screen.page.evaluate("() => document.activeElement.blur()")
    while screen.text("#at") != "1 / 3":
        press("ArrowRight")
    first = showing(screen)
    press("ArrowRight")
    second = showing(screen)
    press("ArrowLeft")
    press("ArrowLeft")
    third = showing(screen)
    assert len({first, second, third}) == 3
    screen.page.clock.run_for(4900)
    assert showing(screen) == third
    screen.page.clock.run_for(200)
    assert showing(screen) == first, "it never turned by itself"
    press(" ")
    assert screen.find("#pause").get_attribute("aria-pressed") == "true"
    screen.page.clock.run_for(11_000)
    assert showing(screen) == first, "a pause holds for longer than a turn"
    screen.find("#next").click()
    assert showing(screen) == second
    screen.find("#back").click()
    assert showing(screen) == first
    assert screen.text("#at") == "1 / 3"


def assert_the_buttons_hide_when_no_one_is_there_but_not_from_the_keyboard(screen: Screen) -> None:
    opacity = "() => Number(getComputedStyle(document.querySelector('#next')).opacity)"
    screen.page.keyboard.press("ArrowRight")
    screen.page.clock.run_for(4000)
    screen.until(lambda: screen.page.evaluate(opacity) == 0, "they never hid")
    screen.page.keyboard.press("Tab")
    screen.until(lambda: screen.page.evaluate(opacity) == 1, "they never came back")
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert screen.page.evaluate(outline) == "solid"


def test_it_runs_for_days_without_growing_or_asking(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/screen")
    screen.settle()
    asked = len(screen.requests)
    turn(screen, WARM_UP)
    assert len(screen.requests) == asked, "a turn asks the server for nothing"
    assert_a_thousand_turns_leave_memory_and_elements_as_they_were(screen)
    assert_when_the_server_is_silent_the_last_data_stay_with_a_note(screen)
    assert_a_newer_release_is_loaded_at_the_next_turn(screen)


def assert_a_thousand_turns_leave_memory_and_elements_as_they_were(screen: Screen) -> None:
    session = screen.page.context.new_cdp_session(screen.page)

    def measured() -> tuple[float, int, int]:
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        counts = session.send("Memory.getDOMCounters")
        return (
            session.send("Runtime.getHeapUsage")["usedSize"],
            counts["nodes"],
            counts["jsEventListeners"],
        )

    heap, nodes, listeners = measured()
    turn(screen, TURNS)
    after, nodes_after, listeners_after = measured()
    session.detach()
    assert after - heap < MOST_GROWTH_BYTES
    assert nodes_after <= nodes + 10
    assert listeners_after == listeners


def assert_when_the_server_is_silent_the_last_data_stay_with_a_note(screen: Screen) -> None:
    ask = "() => document.dispatchEvent(new CustomEvent('geomap-check'))"
    note = screen.find("#trouble")
    screen.page.route("**/*", lambda route: route.abort())
    screen.page.evaluate(ask)
    screen.until(note.is_visible, "nothing was said")
    assert "仍显示上一次的数据" in note.inner_text()
    turn(screen, 3)
    assert showing(screen)
    screen.page.unroute("**/*")
    screen.page.evaluate(ask)
    screen.until(lambda: not note.is_visible(), "the note stayed")
    screen.faults = [one for one in screen.faults if "ERR_FAILED" not in one]


def assert_a_newer_release_is_loaded_at_the_next_turn(screen: Screen) -> None:
    screen.page.evaluate("() => { window.loadedBefore = true; }")
    screen.page.route(
        "**/screen",
        lambda route: (
            route.fulfill(status=200, headers={"ETag": '"newer"'})
            if route.request.method == "HEAD"
            else route.continue_()
        ),
    )
    with screen.page.expect_request(lambda one: one.method == "HEAD"):
        screen.page.evaluate("() => document.dispatchEvent(new CustomEvent('geomap-check'))")
    screen.settle()
    with screen.page.expect_navigation():
        screen.page.keyboard.press("ArrowRight")
    assert screen.page.evaluate("() => window.loadedBefore") is None
    assert showing(screen)
