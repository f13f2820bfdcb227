"""Plan progress on the map: marks with words, the switch, areas, sites and the way to the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geomap.views.plans.counts import plan_counts
from geomap.views.plans.marks import progress_marks
from geomap.views.plans.targets import default_year, progress_rows
from geomap.views.plans.verdicts import Outcome
from geomap.webmap.page import write_map
from tests.support.browser import DESKTOP, LAPTOP, Box, Screen, Site
from tests.support.page import open_file, violations

pytestmark = pytest.mark.browser
DENSITY = "indicator=population_density&year=2020"
MARKED = f"{DENSITY}&progress=on"
WORDS = {
    "zh": ("无法判断：没有实际数", "读作每个都要达到", "读作 8 处合计达到", "不作取舍", "最近实际"),
    "en": ("cannot be judged: there is no actual", "read as for each", "for all 8 together",
           "neither is preferred", "latest actual"),
}  # fmt: skip
_BOXES = """selector => [...document.querySelectorAll(selector)].map(one => {
    const box = one.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
})"""


def boxes(screen: Screen, selector: str) -> list[Box]:
    found: list[Box] = [tuple(box) for box in screen.page.evaluate(_BOXES, selector)]
    return found


def overlap(one: Box, other: Box, slack: float = 2) -> bool:
    return (
        one[0] + slack < other[2]
        and other[0] + slack < one[2]
        and one[1] + slack < other[3]
        and other[1] + slack < one[3]
    )


def test_sites_that_cannot_be_judged_are_marked_only_when_asked(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, DENSITY)
    marks = screen.find("#map .site .sign-of:visible")
    assert marks.count() == 0
    assert screen.find("#legend .marks").count() == 0
    assert "目标" not in str(screen.find(".site").first.get_attribute("aria-label"))
    screen.find("#marks input").check()
    assert screen.query()["progress"] == "on"
    assert marks.count() == 7
    assert "3 个目标：无法判断 3" in str(screen.find(".site").first.get_attribute("aria-label"))
    screen.show(shipped, MARKED)
    assert screen.find("#marks input").is_checked()
    screen.find("#marks input").uncheck()
    assert "progress" not in screen.query()
    assert marks.count() == 0


def test_sites_outside_the_city_bear_their_marks_in_the_list(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{MARKED}&layers=offshore")
    rows = screen.find("#outside li")
    said = rows.evaluate_all("all => all.map(one => one.textContent)")
    assert [one.endswith("?2 个目标：无法判断 2") for one in said] == [True] * 4
    assert violations(screen, "zh", "#outside") == ""
    screen.find("#marks input").uncheck()
    assert screen.find("#outside .sign-of").count() == 0


def test_a_date_opens_its_document_and_its_site(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{DENSITY}&area=150627")
    screen.click("#profile .plans .number")
    expect(screen.find("#source .figure")).to_contain_text("到2023年6月")
    screen.press("Escape")
    screen.click("#profile .plans li .plain")
    assert "零碳产业园人才科创城" in screen.text("#profile .found summary")


def test_the_profile_counts_the_targets_of_the_area_and_of_the_city(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, f"{DENSITY}&area=150627")
    said = screen.text("#profile .plans")
    # The airport base has three targets, the zero-carbon city three and one date.
    assert "点位目标 6 个" in said
    assert "无法判断 6" in said
    assert "2023-06" in said
    assert "服务平台体系基本形成" in said
    screen.click("#profile .close")
    said = screen.text("#profile .plans")
    rows = progress_rows(shipped.atlas, default_year(shipped.atlas))
    at = -1
    for plan in plan_counts(shipped.atlas, rows):  # each by itself, the running first
        assert (at := said.index(f"{plan.name.zh} {plan.total} 个", at + 1)) >= 0
        for one in Outcome:
            assert not plan.counts[one.value] or f"{one.label.zh} {plan.counts[one.value]}" in said
    screen.find("#profile .plans a").first.click()
    assert "/progress" in screen.page.url


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_choosing_a_site_shows_its_verdict_in_words(
    steady: Screen, shipped: Site, lang: str
) -> None:
    screen = steady.show(shipped, f"{DENSITY}&lang={lang}&layers=base")
    screen.find(".leaflet-marker-icon.site").first.focus()
    screen.press("Enter")
    found = screen.find("#profile .found")
    for words in WORDS[lang]:
        assert words in found.inner_text()
    assert violations(screen, lang, "#profile") == ""
    links = found.locator("a")
    assert links.count() == 6
    target = str(links.nth(1).get_attribute("href")).partition("#")[2]
    links.nth(1).click()
    expect(screen.find(f"#{target}:target")).to_be_in_viewport()
    assert target.startswith("together-")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_mark_says_in_words_what_its_sign_says(steady: Screen, demo: Site, lang: str) -> None:
    kinds = "base,park,city,center,institute"
    screen = steady.show(
        demo, f"indicator=population_density&lang={lang}&layers={kinds}&progress=on"
    )
    marks = progress_marks(demo.atlas, lang)
    assert marks is not None
    shown = screen.find(".leaflet-marker-icon.site:has(.sign-of)")
    said = shown.evaluate_all(
        "all => all.map(one => [one.getAttribute('aria-label'), one.innerText.trim()])"
    )
    assert len(said) > 15
    signs = {sign: word for sign, word, _ in marks["verdicts"]}
    for label, sign in said:
        assert signs[sign] in label
    legend = screen.text("#legend .marks")
    for sign in {sign for _, sign in said}:
        assert f"{signs[sign]} {sum(one == sign for _, one in said)}" in legend.replace("\n", " ")


def test_judged_sites_are_marked_by_themselves_and_can_be_switched_off(
    steady: Screen, demo: Site
) -> None:
    screen = steady.show(demo, "indicator=population_density&layers=base,park,city")
    marks = screen.find("#map .site .sign-of:visible")
    judged = marks.count()
    assert judged > 0
    assert "?" not in marks.all_inner_texts()
    screen.find("#marks input").uncheck()
    assert screen.query()["progress"] == "off"
    assert marks.count() == 0
    screen.find("#marks input").check()
    assert marks.count() >= judged


def test_marks_lie_on_no_label_and_on_no_other_mark(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, f"/?{MARKED}")
    for size in (LAPTOP, DESKTOP):
        screen.resize(size)
        assert_marks_lie_apart(screen)


def assert_marks_lie_apart(screen: Screen) -> None:
    marks = boxes(screen, "#map .site .sign-of")
    labels = boxes(screen, "#map .label")
    assert len(marks) == 7
    assert [one for one in marks for other in labels if overlap(one, other)] == []
    pairs = [(one, two) for at, one in enumerate(marks) for two in marks[at + 1 :]]
    assert [pair for pair in pairs if overlap(*pair)] == []


def test_sites_side_by_side_bear_their_marks_at_other_corners(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density&layers=base,park,city&progress=on")
    marks = boxes(screen, "#map .site .sign-of")
    pairs = [(one, two) for at, one in enumerate(marks) for two in marks[at + 1 :]]
    assert len(marks) == 17
    assert [pair for pair in pairs if overlap(*pair)] == []
    corners = screen.find("#map .site .signs").evaluate_all(
        "all => all.map(one => `${one.style.left} ${one.style.top}`)"
    )
    assert len(set(corners)) > 1


def test_a_map_in_a_file_shows_the_same_without_a_network(
    screens: Callable[..., Screen], shipped: Site, tmp_path: Path
) -> None:
    write_map(shipped.atlas, "population_density", tmp_path / "map.html", year=2020)
    screen = open_file(screens(offline=True), tmp_path / "map.html")
    screen.find("#marks input").check()
    assert screen.find("#map .site .sign-of:visible").count() == 7
    screen.find(".leaflet-marker-icon.site").first.focus()
    screen.press("Enter")
    found = screen.find("#profile .found")
    for words in WORDS["zh"]:
        assert words in found.inner_text()
    assert screen.find("#profile .plans a, #profile .found a").count() == 0
    found.locator(".number").first.click()
    expect(screen.find("#source .figure")).to_contain_text("至少建成国家级研发平台1个")


def test_the_page_of_plans_is_narrowed_with_the_keyboard_at_any_size(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/progress")
    with screen.page.expect_navigation(url="**outcome=**"):
        screen.find("#matrix a.verdict").first.press("Enter")
    count = screen.find("#matrix").count()
    rows = screen.find("#sites tbody tr").count()
    assert (count, f"显示 {rows} / 313 个目标" in screen.text(".found")) == (0, True)
    assert violations(screen, "zh", "main") == ""
    screen.resize((390, 844))
    assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    screen.find("[name=q]").fill("<script>")
    with screen.page.expect_navigation():
        screen.find("[name=q]").press("Enter")
    with screen.page.expect_navigation():
        screen.find(".nothing a").click()
    expect(screen.find("#matrix")).to_be_visible()
    assert violations(screen, "zh", "main") == ""


def test_each_target_stands_under_the_heads_of_its_columns(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/progress")
    assert screen.find("td.chart svg").first.is_visible()
    table = screen.find("table:has(td.chart)").first
    heads = table.locator("thead th").filter(visible=True).count()
    assert table.locator("tbody tr").first.locator("> *").filter(visible=True).count() == heads
