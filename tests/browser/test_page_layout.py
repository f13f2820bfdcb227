"""Room for the map at every size: nothing is cut, nothing lies over what must be read."""

from __future__ import annotations

import pytest

from tests.support.browser import DESKTOP, LAPTOP, TABLET, Screen, Site
from tests.support.page import HIDDEN, INTERNAL, SYNTHETIC, assert_labels

pytestmark = pytest.mark.browser
SIZES = [LAPTOP, DESKTOP, TABLET]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_has_room_and_nothing_lies_over_it(screen: Screen, demo: Site, lang: str) -> None:
    screen.open(demo, f"/?lang={lang}&indicator=population_density")
    assert screen.text(".synthetic") == SYNTHETIC[lang]
    assert screen.text(".mark").split("\u3000") == [SYNTHETIC[lang], INTERNAL[lang]]
    for query in ("indicator=population_density", "indicator=talent_change&area=150603"):
        screen.show(demo, f"lang={lang}&{query}")
        for size in SIZES:
            screen.resize(size)
            assert_clear(screen)
            frame = screen.box("#map")
            assert frame[2] - frame[0] >= 0.4 * size[0]


def test_long_legends_and_many_sites_leave_the_map_readable(screen: Screen, demo: Site) -> None:
    screen.resize(TABLET)
    for query in ("method=equal&classes=9", "layers=base,park,platform", "as=symbol"):
        screen.show(demo, f"indicator=talent_per_10k&{query}")
        for size in (*SIZES[::-1], TABLET):
            screen.resize(size)
            assert_clear(screen)


def test_the_map_stays_readable_through_switches(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/?indicator=talent_bases")
    for size in SIZES:
        screen.resize(size)
        for name in ("人才总量变化", "地区生产总值", "人均地区生产总值", "常住人口"):
            screen.pick(name)
            assert_clear(screen)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_keeps_its_buttons_whole_and_has_its_furniture_and_marks(
    screen: Screen, shipped: Site, lang: str
) -> None:
    screen.open(shipped, f"/?lang={lang}&indicator=talent_total&year=2020")
    for size in SIZES:  # beside several targets
        screen.resize(size)
        assert screen.box(".tools")[2] <= screen.box("#map")[2] + 1
    screen.show(shipped, f"lang={lang}&indicator=population_density")
    assert screen.text(".mark") == INTERNAL[lang]
    assert screen.find(".synthetic").count() == 0
    assert screen.find("#map .leaflet-control-scale-line").is_visible()
    assert screen.find(".north").is_visible()
    assert "第七次全国人口普查" in screen.text("#map-sources")


def test_a_long_name_beside_two_targets_leaves_the_buttons_whole(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/?lang=en&indicator=talent_social_work&year=2022")
    for size in SIZES:
        screen.resize(size)
        assert screen.box("#download")[2] <= screen.box("#map")[2] + 1
        title = screen.box("#title")
        assert title[3] - title[1] < 60
        assert title[2] - title[0] > 200
    screen.resize((1366, 640))  # a tall legend does not cover the north arrow
    north, legend = screen.box(".north"), screen.box("#legend")
    assert north[3] <= legend[1] or north[2] <= legend[0]


def test_no_label_stands_on_the_circle_of_another_area(screen: Screen, shipped: Site) -> None:
    screen.resize(LAPTOP)
    screen.open(shipped, "/?indicator=population&year=2020")
    circles = [one.bounding_box() for one in screen.find("#map .leaflet-circles-pane path").all()]
    assert len(circles) == 9
    # No circle is wide enough for a number of six figures: each label stands beside its own.
    for label in screen.labels():
        x0, y0, x1, y1 = label["box"]
        for box in circles:
            assert box is not None
            x, y, r = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 2
            near = (min(max(x, x0), x1) - x, min(max(y, y0), y1) - y)
            assert near[0] ** 2 + near[1] ** 2 > (0.7 * r) ** 2, (label, box)


def assert_clear(screen: Screen) -> None:
    """Nothing runs over the side, no label over another or the frame, no legend over the city."""
    page = screen.page
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    panels = ".left, .middle, .right, #profile, #legend, #tree, #layers"
    cut = page.locator(panels).evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.className)"
    )
    assert cut == []
    assert page.evaluate(HIDDEN) <= 0.03
    assert_labels(screen, "#map")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_a_demonstration_says_so(screen: Screen, demo: Site, lang: str) -> None:
    for path in ("/sources?", "/api/?"):
        screen.open(demo, f"{path}lang={lang}")
        assert screen.text(".synthetic") == SYNTHETIC[lang]


# Of each label: its name, how much of it lies in its own area and in others, whether a leader ends
# at it. Areas are the paths of the map in the order of the release; circles are counted apart.
_GROUND = """root => {
    const map = document.querySelector(root);
    const paths = [...map.querySelectorAll('.leaflet-overlay-pane path')]
        .filter(one => (one.getAttribute('fill') ?? 'none') !== 'none').slice(0, 9);
    const leaders = [...map.querySelectorAll('.leader')].map(one => {
        const [x, y, turn] = one.style.transform.match(/-?[\\d.]+(?=px|rad)/g).map(Number);
        const long = parseFloat(one.style.width);
        return [x + long * Math.cos(turn), y + long * Math.sin(turn), x, y];
    });
    const holds = (path, x, y) => {
        const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM().inverse());
        return path.isPointInFill(at);
    };
    const circles = [...map.querySelectorAll('.leaflet-circles-pane path')]
        .map(one => one.getBoundingClientRect());
    return [...map.querySelectorAll('.label')].map(one => {
        const box = one.getBoundingClientRect();
        const [x, y] = one.style.transform.match(/-?[\\d.]+(?=px)/g).map(Number);
        const grounds = new Set();
        for (let across = 0.02; across < 1; across += 0.12) {
            for (let down = 0.04; down < 1; down += 0.115) {
                const [px, py] = [box.left + across * box.width, box.top + down * box.height];
                paths.forEach((path, index) => { if (holds(path, px, py)) grounds.add(index); });
            }
        }
        const on = circles.some(c => Math.hypot(box.width, box.height) < c.width + 4
            && Math.abs((c.left + c.right - box.left - box.right) / 2) < 3
            && Math.abs((c.top + c.bottom - box.top - box.bottom) / 2) < 3);
        const led = leaders.some(([u, v]) =>
            Math.abs(u - x) < box.width / 2 + 4 && Math.abs(v - y) < box.height / 2 + 4);
        return {name: one.querySelector('b').textContent, grounds: [...grounds], on, led};
    });
}"""


def test_no_label_lies_in_another_area_and_those_outside_have_leaders(
    screen: Screen, shipped: Site
) -> None:
    for indicator in ("population_density", "population"):
        screen.show(shipped, f"indicator={indicator}")
        assert_labels_stand_in_their_areas(screen, shipped)
    screen.resize(LAPTOP)
    screen.open(shipped, "/siting")
    screen.until(lambda: screen.find("#map .label").count() == 9, "no labels")
    assert_labels_stand_in_their_areas(screen, shipped)


def assert_labels_stand_in_their_areas(screen: Screen, shipped: Site) -> None:
    names = [one.short_zh for one in shipped.atlas.parts]
    for size in (LAPTOP, DESKTOP, (1280, 580), (390, 844)):
        screen.resize(size)
        found = screen.page.evaluate(_GROUND, "#map")
        if size in (LAPTOP, DESKTOP):
            assert sorted(one["name"] for one in found) == sorted(names)
        for one in found:
            own = names.index(one["name"])
            assert one["on"] or set(one["grounds"]) <= {own}, (size, one)
            assert one["on"] or one["grounds"] or one["led"], (size, one)
