"""What several tests ask of the map page: its marks, its labels, a page from the disk."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browser import Screen

INTERNAL = {
    "zh": "内部工作用图 未经审核 不得公开",
    "en": "Internal working map, not reviewed, not for publication",
}
SYNTHETIC = {"zh": "示例数据 非真实统计", "en": "Demonstration data, not real statistics"}
# Of a grid laid over the frame: how many points lie in an area, and how many of these are hidden.
HIDDEN = """() => {
    const frame = document.querySelector('#map').getBoundingClientRect();
    let areas = 0, hidden = 0;
    for (let i = 0.5; i < 24; i += 1) for (let j = 0.5; j < 24; j += 1) {
        const at = document.elementsFromPoint(frame.left + frame.width * i / 24,
                                              frame.top + frame.height * j / 24);
        if (!at.some(one => one.matches('path[role=button]'))) continue;
        areas += 1;
        if (at.some(one => one.closest('#legend, #empty, #outside, .leaflet-control'))) hidden += 1;
    }
    return hidden / areas;
}"""


def assert_labels(screen: Screen, root: str, least: int = 8) -> None:
    """No label lies over another or is cut by the frame; ``least`` of nine have a place."""
    labels = screen.labels(root)
    left, top, right, bottom = screen.box(f"{root} .leaflet-pane.leaflet-map-pane >> xpath=..")
    assert len(labels) >= least
    for index, one in enumerate(labels):
        x0, y0, x1, y1 = one["box"]
        assert left - 1 <= x0, one
        assert x1 <= right + 1, one
        assert top - 1 <= y0, one
        assert y1 <= bottom + 1, one
        for other in labels[index + 1 :]:
            u0, v0, u1, v1 = other["box"]
            apart = x1 <= u0 + 1 or u1 <= x0 + 1 or y1 <= v0 + 1 or v1 <= y0 + 1
            assert apart, (one, other)


def open_file(screen: Screen, path: Path) -> Screen:
    """Open a page from the disk, as a double click does."""
    screen.origins.add(path.as_uri())
    screen.page.goto(path.as_uri())
    screen.until(
        lambda: screen.page.evaluate("() => performance.getEntriesByName('geomap-ready').length"),
        "the map was never ready",
    )
    screen.settle()
    return screen


# Only what is wrong is asked for, and in few words: the lists of all that passed are long.
_AXE = """async ([rules, parts]) => {
    const where = parts.length ? {include: parts.map(one => [one])} : document;
    const found = await axe.run(where, {rules, resultTypes: ['violations']});
    return found.violations.map(({id, help, nodes}) =>
        [`${id}: ${help}`, ...nodes.map(one => one.html + ' ' + one.failureSummary)].join('\\n  '));
}"""


def violations(screen: Screen, lang: str = "zh", *parts: str) -> str:
    """Say what axe-core finds on the page, or in parts of it; nothing when that is nothing.

    The colours are those of both languages: contrast, most of the work, is measured in Chinese.
    """
    for part in parts:
        assert screen.find(part).is_visible(), part
    if not screen.page.evaluate("() => 'axe' in window"):
        screen.page.evaluate(AXE_SCRIPT)
    rules = {"color-contrast": {"enabled": lang == "zh"}}
    return "\n".join(screen.page.evaluate(_AXE, [rules, list(parts)]))
