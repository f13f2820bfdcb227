"""Sites on the page: how many each area has and where there is none, the list, its filters."""

from __future__ import annotations

import pytest

from tests.support.browser import Screen, Site

pytestmark = pytest.mark.browser


def table(screen: Screen) -> dict[str, list[str]]:
    """Give the signs of each row of the table of sites, by the short name of the area."""
    rows = {}
    for row in screen.find("#site-lists tbody tr").all():
        cells = [one.inner_text().split("\n")[0] for one in row.locator("td").all()]
        rows[row.locator("th").inner_text()] = cells
    return rows


@pytest.mark.parametrize(
    ("lang", "none", "silent"),
    [("zh", "没有的是东胜区", "不能说没有"), ("en", "there is none in Dongsheng", "does not mean")],
)
def test_where_there_is_none_is_answered_as_far_as_it_is_known(
    screen: Screen, shipped: Site, lang: str, none: str, silent: str
) -> None:
    screen.open(shipped, f"/?lang={lang}")
    screen.click("#site-lists summary")
    assert none in screen.text('#site-lists [data-kind="base"]')
    assert silent in screen.text('#site-lists [data-kind="platform"]')
    assert "2022" in screen.text('#site-lists [data-kind="base"]')
    signs = screen.find("#site-lists td [aria-hidden]").all_inner_texts()
    assert signs.count("0") == 1  # 东胜区 has no base; of nothing else is that known
    assert "–" in signs
    assert "≥3" in signs
