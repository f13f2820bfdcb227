"""Where the links of a page lead: to the row itself, seen whole and marked."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest

from tests.support.browser import LAPTOP, Screen, Site

MARKED = "rgb(253, 243, 216)"
# The target, the head above it and the window: all that a reader must see of the row.
_SEEN = """() => {
    const target = document.querySelector(':target');
    const row = target.getBoundingClientRect();
    const head = target.closest('table').tHead.getBoundingClientRect();
    const frame = target.closest('.scroll').getBoundingClientRect();
    return {row: [row.top, row.bottom], head: head.bottom,
            bottom: Math.min(frame.bottom, innerHeight),
            paint: getComputedStyle(target).backgroundColor};
}"""


@pytest.mark.parametrize("page", ["/progress", "/conflicts"])
@pytest.mark.slow
def test_every_link_to_a_figure_leads_to_a_row_that_there_is(shipped: Site, page: str) -> None:
    client = shipped.app.test_client()
    links = {
        html.unescape(one) for one in re.findall(r'href="(/[^"]*#[^"]+)"', client.get(page).text)
    }
    assert links
    rows: dict[str, set[str]] = {}
    for link in links:
        path, _, anchor = link.partition("#")
        if path not in rows:
            rows[path] = set(re.findall(r' id="([^"]+)"', client.get(path).text))
        assert unquote(anchor) in rows[path], link


@pytest.mark.browser
@pytest.mark.parametrize("size", [LAPTOP, (390, 844)])
def test_a_figures_source_is_the_row_below_the_head_whole_and_marked(
    screen: Screen, shipped: Site, size: tuple[int, int]
) -> None:
    screen.resize(size)
    client = shipped.app.test_client()
    found = re.findall(r'href="(/sources[^"]*#[^"]+)"', client.get("/progress").text)
    links = {one.partition("&amp;row=")[0]: html.unescape(one) for one in found}.values()
    assert len(links) > 3
    for link in links:
        screen.open(shipped, link)
        seen = screen.page.evaluate(_SEEN)
        assert seen["row"][0] >= seen["head"] - 1, link
        assert seen["row"][1] <= seen["bottom"] + 1, link
        assert seen["paint"] == MARKED, link
