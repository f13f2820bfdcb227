from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.render.drawing.scene import MM_PER_PT
from geomap.render.sheets.blocks import TextBlock, balanced, in_columns
from geomap.render.sheets.typesetting import Ruler, rough

RULER = Ruler(rough)
EM = 10 * MM_PER_PT  # a wide character at 10 points


def test_a_wide_character_is_as_wide_as_the_type_is_high() -> None:
    assert RULER.width("人才", 10) == pytest.approx(2 * EM)


def test_a_line_breaks_between_wide_characters_and_not_before_a_closing_mark() -> None:
    assert RULER.wrap("人才总量，万人", 4.5 * EM, 10) == ["人才总", "量，万人"]


def test_no_opening_mark_ends_a_line() -> None:
    assert RULER.wrap("人才（总量）", 3 * EM, 10) == ["人才", "（总", "量）"]


def test_english_breaks_between_words() -> None:
    assert RULER.wrap("talent map", 7 * 0.6 * EM, 10) == ["talent", "map"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert RULER.wrap("wwwwww", 2.5 * 0.6 * EM, 10) == ["ww", "ww", "ww"]


def test_a_line_that_is_cut_says_so() -> None:
    assert RULER.cut("人才资源总量", 4 * EM, 10) == "人才资…"


def test_a_title_is_made_smaller_before_it_is_cut() -> None:
    assert RULER.fit("人才总量", 4 * EM, [20, 10], lines=1) == (10, ["人才总量"])
    assert RULER.fit("人才总量" * 3, 4 * EM, [20, 10], lines=2) == (10, ["人才总量", "人才总…"])


def test_phrases_stay_whole_where_they_can() -> None:
    assert RULER.wrap_phrases(["单位：人", "全市"], "　", 5 * EM, 10) == ["单位：人", "全市"]
    assert RULER.wrap_phrases(["单位：人", "全市"], "　", 7 * EM, 10) == ["单位：人　全市"]


@given(st.text(min_size=1, max_size=60), st.floats(1.2, 30))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text: str, ems: float) -> None:
    lines = RULER.wrap(text, ems * EM, 10)
    assert all(RULER.width(line, 10) <= ems * EM + 1e-9 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_column() -> None:
    blocks = [TextBlock(2), TextBlock(1, keep=True), TextBlock(2)]
    filled = [TextBlock(one.height, ("item",), one.keep) for one in blocks]  # type: ignore[arg-type]
    columns = in_columns(filled, 2, 3)
    assert columns is not None
    assert [[block.height for block in column] for column in columns] == [[2], [1, 2]]


def test_columns_are_as_low_as_can_be() -> None:
    blocks = [TextBlock(1, ("item",)) for _ in range(6)]  # type: ignore[arg-type]
    height, columns = balanced(blocks, 3)
    assert round(height, 2) == 2
    assert [len(column) for column in columns] == [2, 2, 2]
