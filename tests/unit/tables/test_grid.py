"""Cells and tables: what is understood, what is refused, and on which line."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.model.catalog import Area
from geomap.model.findings import Findings
from geomap.model.schema import STATS, UNITS
from geomap.tables import cells
from geomap.tables.encodings import decode
from geomap.tables.grid import check_grid, read_csv, split_grid
from geomap.tables.spellings import area_spellings

EJIN_HORO = Area("150627", "伊金霍洛旗", "伊旗", "Ejin Horo Banner", "banner", "150600")
DONGSHENG = Area("150602", "东胜区", "东胜", "Dongsheng District", "district", "150600")
HEAD = "area,indicator,year,value,unit,kind,status,locator,quote,note\n"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("43.8", "43.8"),
        ("４３．８", "43.8"),
        ("1,234", "1234"),
        ("1，234，567.5", "1234567.5"),
        ("－5", "-5"),
        ("−5", "-5"),
        ("+5", "5"),
        (" 5\u3000", "5"),
        ("\u200b5\u00a0", "5"),
        ("1e3", "1e3"),
        (".5", ".5"),
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed: str, stored: str) -> None:
    assert cells.plain_decimal(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "—", "约5", "3万", "12%", "1,23", "1,2345", "10²", "①", "1_000", "nan", "inf", "1e309",
     "٣", "1 234", "0x10", "5人", "1.2.3", "TRUE"],
)  # fmt: skip
def test_what_is_not_one_number_is_refused(typed: str) -> None:
    assert cells.plain_decimal(typed) is None


@given(st.floats(-cells.LARGEST, cells.LARGEST))
def test_every_finite_number_survives_its_own_spelling(value: float) -> None:
    stored = cells.plain_decimal(repr(value))
    assert stored is not None
    assert float(stored) == value


@given(st.integers(-(10**15), 10**15), st.booleans())
@pytest.mark.slow
def test_separators_and_full_width_digits_do_not_change_a_number(value: int, wide: bool) -> None:
    typed = f"{value:,}"
    if wide:
        typed = typed.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert cells.plain_decimal(f"\u3000{typed} ") == str(value)


@given(st.text())
@example("1e309")
@example("١٢")
def test_a_cell_is_refused_or_becomes_a_finite_number_that_stays(text: str) -> None:
    stored = cells.plain_decimal(text)
    if stored is not None:
        assert math.isfinite(float(stored))
        assert cells.plain_decimal(stored) == stored


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert cells.tidy(cells.tidy(text)) == cells.tidy(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2020", "2020"), ("2020年", "2020"), ("２０２０", "2020"), ("2020.0", "2020"),
     ("20200", "20200"), ("2020-2021", None), ("二〇二〇", None)],
)  # fmt: skip
def test_a_year_loses_its_suffix_only(typed: str, stored: str | None) -> None:
    assert cells.year_digits(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2025", "2025"), ("2023年6月", "2023-06"), ("2023/6/30", "2023-06-30"),
     ("2023-13", None), ("2023-06-32", None), ("去年", None)],
)  # fmt: skip
def test_a_date_is_written_one_way(typed: str, stored: str | None) -> None:
    assert cells.date(typed) == stored


@pytest.mark.parametrize(
    ("given_unit", "wanted", "times"),
    [("万人", "人", 10_000), ("人", "万人", 0.0001), ("亿元", "万元", 10_000),
     ("公顷", "平方公里", 0.01), ("km²", "平方公里", 1), ("家", "人", None)],
)  # fmt: skip
def test_units_that_differ_in_size_have_a_factor(
    given_unit: str, wanted: str, times: float | None
) -> None:
    assert cells.factor(given_unit, wanted) == (None if times is None else pytest.approx(times))


def test_printed_decimals_are_counted() -> None:
    assert [cells.decimals(text) for text in ("43.80", "5", "1.5e3", "2e-3")] == [2, 0, 0, 3]


@pytest.mark.parametrize(
    ("text", "bad"),
    [("a\x07", "U+0007"), ("\u202eabc", "U+202E"), ("\ufffd", "U+FFFD"), ("<b>“甲”\n", None)],
)
def test_control_and_reordering_characters_are_named(text: str, bad: str | None) -> None:
    assert cells.bad_character(text) == bad


@pytest.mark.parametrize(
    "way",
    ["150627", "１５０６２７", "'150627", "150627.0", "伊金霍洛旗", "伊旗", "伊金霍洛",
     "Ejin Horo Banner", "ejin  horo banner", "Ejin Horo", " 伊旗\u3000"],
)  # fmt: skip
def test_an_area_is_known_by_every_name_it_goes_by(way: str) -> None:
    assert area_spellings([EJIN_HORO]).cell(way) == "150627"


def test_a_name_of_two_areas_is_refused_as_ambiguous() -> None:
    twin = Area("310000", "东胜县", "东胜县", "Dongsheng County", "county", "310100")
    found = area_spellings([DONGSHENG, twin]).cell("Dongsheng")
    assert "Dongsheng" in found.what[1]  # type: ignore[union-attr]
    assert found.fix == ("请写代码", "write the code")  # type: ignore[union-attr]


def test_a_short_name_wins_over_a_name_without_its_suffix() -> None:
    county = Area("310000", "东胜县", "县", "Other County", "county", "310100")
    assert area_spellings([DONGSHENG, county]).cell("东胜") == "150602"


def test_a_code_that_joins_to_nothing_is_named_with_the_closest() -> None:
    found = area_spellings([EJIN_HORO, DONGSHENG]).cell("150628")
    assert "150628" in found.what[0]  # type: ignore[union-attr]
    assert "150627" in found.fix[0]  # type: ignore[union-attr]


def test_rows_keep_the_line_they_begin_on_when_cells_hold_breaks() -> None:
    grid = split_grid("x.csv", 'a,b\n1,"two\nlines"\n\n3,4\n', Findings())
    assert grid.lines == [2, 4, 5]
    assert grid.rows == [["1", "two\nlines"], [], ["3", "4"]]


def test_an_open_quote_is_reported_on_the_line_where_it_opens() -> None:
    findings = Findings()
    split_grid("x.csv", 'a,b\n1,2\n3,"open\n5,6\n', findings)
    assert [(one.line, one.level) for one in findings] == [(3, "error")]


@pytest.mark.parametrize(
    ("data", "text", "line"),
    [
        ("\ufeffa,人\n".encode(), "a,人\n", 1),
        ("a\nb,鄂尔多斯\n".encode("gb18030"), "a\nb,鄂尔多斯\n", 2),
        (b"a\r\nb\r\n", "a\nb\n", 1),
    ],
)
def test_other_encodings_are_read_with_a_notice(data: bytes, text: str, line: int) -> None:
    findings = Findings()
    assert decode("x.csv", data, findings) == text
    assert [(one.line, one.level) for one in findings] == [(line, "notice")]


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"a\nb\0c\n", 2, "NUL"),
        ("a,人\n".encode("utf-16"), 1, "UTF-16"),
        ("鄂尔多斯市人才总量\n伊金".encode()[:-1], 2, "GB 18030"),
        (b"a\nb\xff\xff\n", 2, "GB 18030"),
    ],
)
def test_a_broken_encoding_is_refused_with_its_line(data: bytes, line: int, what: str) -> None:
    findings = Findings()
    assert decode("x.csv", data, findings) is None
    assert [(one.line, one.level) for one in findings] == [(line, "error")]
    assert what in findings[0].what.zh


def test_chinese_headings_and_words_are_understood_and_told() -> None:
    findings = Findings()
    data = (
        "旗区,指标,年份,数值,单位,类型,状态,出处,备注\n"
        '伊旗,talent,2020年,"１，２３４",人,实际,已公布,表1 ,\n'
    ).encode()
    frame = read_csv("x.csv", data, STATS, findings, {"area": area_spellings([EJIN_HORO])})
    assert frame.loc[2].tolist() == [
        "150627", "talent", "2020", "1234", "人", "actual", "reported", "表1", "", "", "",
    ]  # fmt: skip
    assert {one.level for one in findings} == {"notice"}
    assert any("“伊旗”→“150627”" in one.what.zh for one in findings)


def test_one_notice_tells_of_all_cells_of_a_column() -> None:
    findings = Findings()
    rows = "".join(f"150627,a,{year}年,1,人,actual,reported,p,,\n" for year in range(2000, 2010))
    read_csv("x.csv", (HEAD + rows).encode(), STATS, findings)
    assert [(one.line, one.column) for one in findings] == [(2, "year")]
    assert findings[0].what.zh.startswith("10 格")


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("code,name_zh,name_en,kind,parent\n", 1, "short_zh", "缺少列"),
        ("code,name_zh,short_zh,name_en,kind,parent,kind\n", 1, "kind", "两次"),
        ("code,name_zh,short_zh,name_en,kind,parent,codes\n", 1, "codes", "不认识列"),
        ("code,name_zh,short_zh,name_en,kind,parent\n1,a\n", 2, "", "有 2 格"),
        ("code,name_zh,short_zh,name_en,kind,parent\n150602,a,b,c,d,150600,e\n", 2, "", "有 7 格"),
        ("code,name_zh,short_zh,name_en,kind,parent\nx,a,b,c,d,150600\n", 2, "code", "不是代码"),
        ("code,name_zh,short_zh,name_en,kind,parent\n150602,,b,c,d,150600\n", 2, "name_zh", "空着"),
        (
            "code,name_zh,short_zh,name_en,kind,parent\n150602,a\x07,b,c,d,150600\n",
            2,
            "name_zh",
            "U+0007",
        ),
    ],
)
def test_a_faulty_table_is_told_where_and_what(
    data: str, line: int, column: str, words: str
) -> None:
    findings = Findings()
    read_csv("units.csv", data.encode(), UNITS, findings)
    told = [(one.line, one.column) for one in findings.errors if words in one.what.zh]
    assert told == [(line, column)]


def test_html_in_a_name_is_text_like_any_other() -> None:
    findings = Findings()
    data = "code,name_zh,short_zh,name_en,kind,parent\n150602,<b>甲</b>,b,c,d,150600\n"
    frame = read_csv("units.csv", data.encode(), UNITS, findings)
    assert frame.loc[2, "name_zh"] == "<b>甲</b>"
    assert findings == []


def test_blank_rows_and_trailing_empty_cells_are_passed_over() -> None:
    findings = Findings()
    grid = split_grid(
        "x.csv", HEAD.strip() + ",,\n,,,\n150627,a,2020,1,人,actual,reported,p,,,,\n", findings
    )
    frame = check_grid(grid, STATS, findings)
    assert frame.index.tolist() == [3]
    assert findings.errors == []


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6))
@pytest.mark.slow
def test_no_grid_of_texts_ends_in_an_exception(rows: list[list[str]]) -> None:
    import csv
    from io import StringIO

    text = StringIO()
    csv.writer(text).writerows([STATS.names, *rows])
    findings = Findings()
    frame = read_csv("x.csv", text.getvalue().encode("utf-8", "surrogatepass"), STATS, findings)
    assert list(frame.columns) == STATS.names
