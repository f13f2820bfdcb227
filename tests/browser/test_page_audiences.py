"""What the public sees in a real browser: withheld numbers, the approval, whom a page is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.webmap.page import write_map
from tests.support.browser import Screen
from tests.support.page import open_file, violations
from tests.support.withheld import NUMBER, approval, row, toy

pytestmark = pytest.mark.browser
# 康巴什 has 3; 东胜 is withheld beside it, 伊旗 has none at all, 全市 is the sum.
COUNTS = {"150600": "1244", "150602": "1241", "150603": "3", "150627": "0"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a release whose map is approved, as the public gets it."""
    made = tmp_path_factory.mktemp("public")
    stats = "".join(row(*one, indicator="talent_high") for one in COUNTS.items())
    record = approval(open_release(toy(made / "before", stats)))
    atlas = open_release(toy(made / "release", stats, **{"approval.json": record}))
    write_map(for_audience(atlas), "talent_high", made / "map.html")
    return made / "map.html"


def test_withheld_is_hatched_and_worded_and_zero_is_zero(
    screens: Callable[..., Screen], file: Path
) -> None:
    screen = open_file(screens(offline=True), file)
    screen.choose("#as", "fill")
    said = {row["name"]: row["value"] for row in screen.ranking()}
    assert said == {"东胜区": "不予公开", "康巴什区": "不予公开", "伊金霍洛旗": "0"}
    fills = {one["said"].split("，")[0]: one["fill"] for one in screen.areas()}
    assert [fills[name] for name in ("东胜区", "康巴什区")] == ["url(#gm-suppressed)"] * 2
    assert fills["伊金霍洛旗"].startswith("#")
    legend = {one["label"]: one["colour"] for one in screen.legend()}
    assert legend["不予公开"] == "url(#gm-suppressed)"
    assert "未上报" not in legend


def test_the_number_of_the_approval_stands_at_the_lower_left_of_the_map(
    screens: Callable[..., Screen], file: Path
) -> None:
    screen = open_file(screens(offline=True), file)
    assert screen.text(".approval") == f"审图号：{NUMBER}"
    left, top, right, bottom = screen.box(".approval")
    frame = screen.box("#map")
    assert screen.box(".leaflet-control-scale")[2] <= left < frame[0] + 140
    assert frame[3] - bottom < 20
    assert right < (frame[0] + frame[2]) / 2
    for corner in ("bottom-left", "bottom-right", "top-left"):
        screen.find("#legend").evaluate("(legend, at) => { legend.dataset.corner = at; }", corner)
        assert screen.box("#legend")[3] <= top
    assert "内部工作用图" not in screen.page.content()
    assert screen.text(".audience").startswith("小数已保护：")
    assert violations(screen) == ""
    screen.resize((390, 844))  # there the legend stands below the map, and the number still upon it
    assert screen.box(".approval")[3] <= screen.box("#legend")[1]
    assert screen.box(".leaflet-control-scale")[2] <= screen.box(".approval")[0]
