"""The typeface: measured from its own tables; what it lacks is said before anything is drawn."""

from __future__ import annotations

import subprocess
import sys

import pytest

from geomap.errors import GeomapError
from geomap.render.drawing import font as fonts
from geomap.render.drawing.scene import Group, Scene, SceneWords


def scene_of(*texts: str) -> Scene:
    items = tuple(SceneWords(10, 10, text, 9) for text in texts)
    return Scene(50, 50, "t", "d", "zh", (Group("words", "字", items),))


def test_a_chinese_character_is_as_wide_as_its_type_is_high() -> None:
    # 72 points are an inch, 25.4 mm.
    assert fonts.text_width("鄂", 72) == pytest.approx(25.4)
    assert fonts.text_width("鄂尔多斯", 9) == pytest.approx(4 * 9 * 25.4 / 72)


def test_figures_are_all_equally_wide() -> None:
    assert len({fonts.text_width(digit, 10) for digit in "0123456789"}) == 1


def test_bold_is_wider_by_its_stroke() -> None:
    stroke_mm = fonts.BOLD_EM * 72 * 25.4 / 72
    assert fonts.text_width("鄂", 72, bold=True) - fonts.text_width("鄂", 72) == pytest.approx(
        stroke_mm
    )


def test_nothing_is_as_wide_as_nothing() -> None:
    assert fonts.text_width("", 10, bold=True) == 0
    assert fonts.text_width("\u200b", 10) == 0


def test_missing_names_each_character_once_in_order() -> None:
    assert fonts.missing("a😀鄂ᠮ😀b") == ["😀", "ᠮ"]


def test_signs_of_the_sheets_are_all_there() -> None:
    assert fonts.missing("≤≥–—−×·●■▲◆％‰²（）“”、。：；《》审图号①…") == []


def test_all_missing_characters_of_a_sheet_are_named_at_once() -> None:
    with pytest.raises(fonts.GlyphError) as caught:
        fonts.require_glyphs(scene_of("园区 😀", "ᠮᠣ", "康巴什区"))
    assert list(caught.value.found) == ["😀", "ᠮ", "ᠣ"]
    for text in caught.value.text:
        assert "U+1F600 GRINNING FACE" in text
        assert "园区 😀" in text
        assert "U+182E MONGOLIAN LETTER MA" in text
        assert "康巴什区" not in text


def test_control_characters_are_named_but_not_printed() -> None:
    with pytest.raises(fonts.GlyphError) as caught:
        fonts.require_glyphs(scene_of("a\x07b"))
    assert "U+0007" in caught.value.text.zh
    assert "\x07" not in caught.value.text.zh


def test_of_a_long_text_what_stands_about_the_character_is_quoted() -> None:
    with pytest.raises(fonts.GlyphError) as caught:
        fonts.require_glyphs(scene_of("投影" * 40 + "\u3000制图：😀"))
    assert "投影 制图：😀”" in caught.value.text.zh
    assert "“…" in caught.value.text.zh


def test_a_sheet_that_can_be_drawn_passes() -> None:
    fonts.require_glyphs(scene_of("鄂尔多斯市 Ordos 2020"))
    assert fonts.missing("鄂尔多斯市 Ordos 2020") == []


def test_a_font_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(GeomapError, match="zhplot"):
        fonts.font_path()


def test_measuring_loads_neither_matplotlib_nor_zhplot() -> None:
    program = (
        "import sys; from geomap.render.drawing.font import text_width; text_width('鄂', 9);"
        "print({'matplotlib', 'zhplot'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.decode().strip() == "set()"


def test_the_map_of_format_4_agrees_with_that_of_format_12() -> None:
    data = fonts.font_path().read_bytes()
    start = fonts.font().tables["cmap"][0]
    starts = {
        int.from_bytes(data[start + 8 + 8 * at : start + 12 + 8 * at]) + start
        for at in range(int.from_bytes(data[start + 2 : start + 4]))
    }
    (place,) = (one for one in starts if data[one : one + 2] == b"\0\4")
    first_plane = {code: glyph for code, glyph in fonts.font().glyphs.items() if code < 0xFFFF}
    assert fonts._format_4(data, place) == first_plane
