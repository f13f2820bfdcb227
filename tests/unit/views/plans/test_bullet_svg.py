from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.views.plans.bullet_svg import HEIGHT, WIDTH, Bullet, bullet
from tests.support.examples import FEW

numbers = st.none() | st.floats()


def parts(svg: str, tag: str) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in ET.fromstring(svg).iter(tag)]


def chart(lang: str = "zh", **given_: object) -> str:
    values: dict[str, object] = {"base": 20, "target": 100, "actual": 60, **given_}
    return bullet(Bullet(**values), lang)  # type: ignore[arg-type]


def test_the_bar_ends_where_the_actual_is() -> None:
    # 212 pixels from 4 on, of which 96 % stand for the largest value, 100.
    bar = parts(chart(), "rect")[1]
    assert float(bar["x"]) == 4
    assert float(bar["width"]) == pytest.approx(212 * 0.96 * 0.6, abs=0.01)


def test_base_and_target_are_lines_that_differ_in_shape() -> None:
    lines = [line for line in parts(chart(), "line") if line["stroke"] != "#ffffff"]
    at = [float(line["x1"]) for line in lines]
    assert at == [pytest.approx(4 + 212 * 0.96 * share, abs=0.01) for share in (0.2, 1.0)]
    assert ["stroke-dasharray" in line for line in lines] == [True, False]
    assert float(lines[1]["stroke-width"]) > float(lines[0]["stroke-width"])


def test_the_triangle_stands_where_an_even_pace_would_be() -> None:
    (triangle,) = parts(chart(time_share=0.5), "polygon")
    tip = float(triangle["points"].split(",")[0])
    assert tip == pytest.approx(4 + 212 * 0.96 * 0.6, abs=0.01)  # halfway from 20 to 100


def test_no_triangle_without_a_way() -> None:
    assert parts(chart(time_share=0.5, base=None), "polygon") == []
    assert parts(chart(time_share=0.5, base=100), "polygon") == []
    assert parts(chart(), "polygon") == []


def test_what_is_not_known_is_a_word_and_no_bar_of_zero() -> None:
    svg = chart(actual=None)
    assert len(parts(svg, "rect")) == 1
    assert ">未上报</text>" in svg
    assert ">not reported</text>" in chart(actual=None, lang="en")
    assert ">不予公开</text>" in chart(actual=None, status="suppressed")


def test_an_estimate_is_hatched_and_says_so() -> None:
    svg = chart(status="apportioned")
    slanted = [line for line in parts(svg, "line") if line["x1"] != line["x2"]]
    assert len(slanted) > 5
    assert parts(svg, "rect")[1]["fill"] == "#ffffff"
    assert "估算" in svg


def test_the_chart_is_said_in_words() -> None:
    root = ET.fromstring(chart(label="人才总量", base=None))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "人才总量：基期 ——，目标 100，实际 60"
    assert root.findtext("title") == root.attrib["aria-label"]


def test_negative_values_move_the_zero() -> None:
    bar = parts(bullet(Bullet(base=-10, target=10, actual=-5)), "rect")[1]
    assert float(bar["x"]) == pytest.approx(4 + 212 * 0.96 * 0.25, abs=0.01)
    assert float(bar["width"]) == pytest.approx(212 * 0.96 * 0.25, abs=0.01)


def test_foreign_text_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    svg = chart(label=evil)
    assert "<script" not in svg
    assert ET.fromstring(svg).attrib["aria-label"].startswith(evil)


def test_nothing_needs_a_style_policy_and_grey_print_loses_nothing() -> None:
    svg = chart(time_share=0.5, status="apportioned")
    assert "style" not in svg
    assert "http" not in svg
    for element in ET.fromstring(svg).iter():
        for name in ("fill", "stroke"):
            colour = element.get(name, "#000000").lstrip("#")
            channels = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
            assert max(channels) - min(channels) <= 24


@FEW
@given(numbers, numbers, numbers, numbers, st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_anything_gives_a_chart_within_its_frame(
    base: float | None,
    target: float | None,
    actual: float | None,
    share: float | None,
    label: str,
) -> None:
    share = share if share is None or math.isfinite(share) else None
    shown = Bullet(base, target, actual, share, label, status="apportioned")
    svg = bullet(shown)
    assert svg == bullet(shown)
    for rect in parts(svg, "rect"):
        assert float(rect["width"]) >= 0
        assert -1 <= float(rect["x"]) <= float(rect["x"]) + float(rect["width"]) <= WIDTH + 1
    for line in parts(svg, "line"):
        assert -1 <= float(line["x1"]) <= WIDTH + 1
        assert 0 <= float(line["y1"]) <= HEIGHT
