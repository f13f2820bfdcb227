"""Workbooks and other files as people send them: what a person sees is read, or refused."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import RequestError, TableError
from geomap.model.findings import Findings
from geomap.model.schema import STATS
from geomap.release.check import check_release
from geomap.siting.input_files import File, read_places
from geomap.siting.places import DEMAND
from geomap.tables.columns import CellFault
from geomap.tables.doubts import Doubtful
from geomap.tables.grid import Grid, check_grid
from geomap.tables.numberformat import shown
from geomap.tables.spreadsheets import grid_of
from geomap.tables.xlsx_numbers import number_text
from tests.support.examples import FEW
from tests.support.toy import STATS_HEAD, ToyRelease

HEADINGS = ["旗区", "指标", "年份", "数值", "单位", "类型", "状态", "出处", "原文", "备注"]
ROW = ["150602", "population", 2024, 510, "人", "actual", "reported", "表3", None, None]


def saved(book: Any, change: Callable[[str, str], str] | None = None) -> bytes:
    """Give the bytes of a workbook, the XML of its parts changed on the way."""
    stream = io.BytesIO()
    book.save(stream)
    if change is None:
        return stream.getvalue()
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode("utf-8")))
    return made.getvalue()


def sheet_of(*rows: list[Any]) -> Any:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    return book


def with_cell(name: str, value: Any, number_format: str = "General") -> bytes:
    book = sheet_of(ROW)
    book.active[name] = value
    book.active[name].number_format = number_format
    return saved(book)


def told(data: bytes, name: str = "a.xlsx") -> tuple[Grid, Findings]:
    """Read a table and check it as figures."""
    findings = Findings()
    grid = grid_of(name, data, findings)
    check_grid(grid, STATS, findings)
    return grid, findings


def faults(data: bytes, name: str = "a.xlsx") -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.what.zh) for one in told(data, name)[1].errors]


def notices(data: bytes, name: str = "a.xlsx") -> str:
    return "\n".join(
        one.what.zh + one.fix.zh for one in told(data, name)[1] if one.level != "error"
    )


def run(text: str, **font: Any) -> TextBlock:
    return TextBlock(InlineFont(**font), text)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"a,b\n" + b"\n" * 200_002, "> 200000 行"), (b"," * 16_384 + b"\n1", "> 16384 列")],
    ids=["rows", "columns"],
)
@pytest.mark.slow
def test_a_text_of_very_many_rows_or_columns_is_refused_before_it_is_looked_at(
    data: bytes, said: str
) -> None:
    with pytest.raises(RequestError, match="文件过大") as refused:
        grid_of("a.csv", data, Findings())
    assert said in refused.value.text.zh


def test_a_raised_footnote_does_not_become_a_digit() -> None:
    data = with_cell("D2", CellRichText("258000", run("1", vertAlign="superscript")))
    assert faults(data) == [(2, "value", "“258000¹”不是数")]


def test_a_struck_figure_does_not_join_the_new_one() -> None:
    data = with_cell("D2", CellRichText(run("258000", strike=True), "261000"))
    grid, findings = told(data)
    assert grid.rows[0][3] == "261000"
    assert findings.errors == []
    assert "D2 中划了删除线的“258000”未读" in notices(data)


def test_a_cell_that_is_struck_out_whole_is_refused_and_a_row_is_set_aside() -> None:
    book = sheet_of(ROW, ["150603", *ROW[1:]])
    struck = openpyxl.styles.Font(strike=True)
    book.active["D2"].font = struck
    for cell in book.active[3]:
        cell.font = struck
    assert faults(saved(book)) == [(2, "value", "“510”整格划了删除线")]
    assert "整行划了删除线，未读" in notices(saved(book))


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (25.8, '0.0"万"', "25.8万"),
        (258000, "0!.0,万", "25.8万"),
        (258000, '#,##0.0,"千"', "258.0千"),
        (0.785, "0.00%", "78.50%"),
        (78.5, '0.00"%"', "78.50%"),
        (78.5, r"0.0\%", "78.5%"),
        (-1234, "#,##0;(#,##0)", "(1,234)"),
        (258000, '[>=10000]0.0,"千";0', "258.0千"),
        (0, '0;-0;"-"', "-"),
    ],
)
def test_a_number_that_shows_another_is_refused_with_both(
    value: float, code: str, seen: str
) -> None:
    whole = f"{value:.15g}"
    assert faults(with_cell("D2", value, code)) == [(2, "value", f"显示“{seen}”，存的是 {whole}")]


@pytest.mark.parametrize(
    ("value", "code", "read"),
    [
        (258000, "#,##0", "258000"),
        (43.8, "0.00", "43.80"),
        (43.8, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "43.80"),
        (0.1 + 0.2, "General", "0.3"),
        (10100, "000000", "010100"),
        (-5, "0;-0", "-5"),
        (2.58e5, "0.00E+00", "258000"),
    ],
)
def test_a_number_that_only_looks_tidier_is_read(value: float, code: str, read: str) -> None:
    grid, findings = told(with_cell("D2", value, code))
    assert grid.rows[0][3] == read
    assert findings.errors == []


def test_a_number_rounded_for_show_is_read_as_stored_and_said() -> None:
    data = with_cell("D2", 43.8123, "0.0")
    assert told(data)[0].rows[0][3] == "43.8123"
    assert "D2 显示 43.8，存的是 43.8123" in notices(data)


@pytest.mark.parametrize("code", [";;;", '""'])
def test_a_number_that_is_shown_as_nothing_is_no_blank(code: str) -> None:
    assert faults(with_cell("D2", 510, code)) == [(2, "value", "看上去是空的，存的是 510")]


def test_a_sheet_that_hides_its_zeros_is_asked_about_them() -> None:
    data = saved(
        sheet_of([*ROW[:3], 0, *ROW[4:]]),
        lambda _, xml: xml.replace("<sheetView ", '<sheetView showZeros="0" '),
    )
    assert faults(data) == [(2, "value", "看上去是空的，存的是 0")]


def test_a_formula_without_a_result_is_no_missing_value() -> None:
    assert faults(with_cell("D2", "=129000*2")) == [(2, "value", "公式 =129000*2 没有存下结果")]


def test_errors_of_excel_are_no_text() -> None:
    book = sheet_of(ROW)
    book.active["H2"] = "#N/A"
    book.active["J2"] = "nan"
    assert faults(saved(book)) == [
        (2, "locator", "“#N/A”是 Excel 的错误值"),
        (2, "note", "“nan”不是内容，是程序的空值或错误值"),
    ]


def test_a_place_called_nan_stays_one() -> None:
    assert faults(with_cell("J2", "Nan")) == []


def test_escaped_line_breaks_are_breaks_and_an_escaped_escape_is_text() -> None:
    data = saved(
        sheet_of([*ROW[:8], "quoted", "noted"]),
        lambda _, xml: xml.replace("quoted", "第3页_x000D_\n表1").replace("noted", "_x005F_x000D_"),
    )
    assert told(data)[0].rows[0][8:] == ["第3页\n表1", "_x000D_"]


@pytest.mark.parametrize(
    ("code", "read"),
    [('yyyy"年"', "2021年"), ("yyyy-mm-dd", "2021-12-31"), ('yyyy"年"m"月"', "2021年12月"),
     ("[$-804]yyyy/m/d", "2021/12/31"), ("d-mmm", "2021-12-31")],
)  # fmt: skip
def test_a_day_is_read_as_it_is_shown(code: str, read: str) -> None:
    data = with_cell("C2", datetime.datetime(2021, 12, 31), code)
    assert told(data)[0].rows[0][2] == read


def test_chinese_formats_that_have_no_code_are_known_as_days() -> None:
    def chinese(name: str, xml: str) -> str:
        return xml.replace('numFmtId="14"', 'numFmtId="31"') if "styles" in name else xml

    book = sheet_of(ROW)
    book.active["J2"] = 44561
    book.active["J2"].number_format = "mm-dd-yy"
    assert told(saved(book, chinese))[0].rows[0][9] == "2021年12月31日"


def test_the_visible_sheet_in_front_is_read_and_hidden_ones_are_not() -> None:
    book = sheet_of(["150602", "population", 2024, 1, *ROW[4:]])
    book.active.title = "上年"
    for name in ("其他", "本年"):
        page = book.create_sheet(name)
        for row in (HEADINGS, ROW):
            page.append(row)
    book.worksheets[0].sheet_state = "veryHidden"
    book.active = 2
    assert told(saved(book))[0].rows[0][3] == "510"
    assert "读的是工作表“本年”其余 2 个未读，其中 “上年” 是隐藏的" in notices(saved(book))


def test_hidden_sheets_only_are_asked_about() -> None:
    book = sheet_of(ROW)
    book.active.title = "底表"
    book.create_sheet("空")
    book.active = 1
    book.worksheets[0].sheet_state = "hidden"
    findings = Findings()
    grid_of("a.xlsx", saved(book), findings)
    assert [one.what.zh for one in findings] == ["只有隐藏的工作表 “底表” 可能有内容"]


def test_hidden_rows_and_columns_are_asked_about() -> None:
    book = sheet_of(ROW, ["150603", *ROW[1:]])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["H"].hidden = True
    assert [(one[0], one[2]) for one in faults(saved(book))] == [
        (0, "有 1 列是隐藏的：H 列"),
        (3, "有 1 行是隐藏的：第 3 行"),
    ]


def test_numbers_of_more_than_15_digits_are_said_to_have_lost_some() -> None:
    assert "Excel 已丢失末尾的数字" in faults(with_cell("A2", 911506000000000001))[0][2]


def test_strict_open_xml_and_backslashes_are_read() -> None:
    strict = saved(
        sheet_of(ROW),
        lambda _, xml: xml.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    assert told(strict)[0].rows[0][3] == "510"
    made = io.BytesIO()
    stored = io.BytesIO(saved(sheet_of(ROW)))
    with zipfile.ZipFile(stored) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            windows = name.replace("/", "\\").replace("worksheets", "Worksheets")
            new.writestr(windows, old.read(name))
    assert told(made.getvalue())[0].rows[0][3] == "510"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "去掉密码"),
        (b"\xd0\xcf\x11\xe0 Workbook", "旧式 Excel"),
        ("\r\n<html><table></table></html>".encode("gbk"), "网页"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "XML"),
        (b"MIME-Version: 1.0\r\n", "MHT"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b", "压缩包"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_it_is_called(data: bytes, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        grid_of("a.xlsx", data, Findings())


CSV = "旗区,指标,年份,数值,单位,类型,状态,出处,原文,备注\n"
FIRST = "150602,population,2024,510,人,actual,reported,表3,,\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("sep=,\n" + CSV + FIRST, [3]),
        ((CSV + FIRST).replace(",", "，"), [2]),
        ((CSV + FIRST).replace(",", ";"), [2]),
        ((CSV + FIRST).replace(",", "\t"), [2]),
        (CSV + FIRST + "注：本表为年末数。,,,,,,,,,\n资料来源：公安局,,,,,,,,,\n", [2]),
        (CSV + FIRST + CSV + FIRST.replace("2024", "2023"), [2, 4]),
        (CSV + ",,(年),(人),,,,,,\n" + FIRST, [3]),
        (CSV + "单位：人,,,,,,,,,\n" + FIRST, [3]),
        (CSV + FIRST + "填表人：甲,审核人：乙,,,,,,,,\n", [2]),
        (CSV + FIRST + "\x1a", [2]),
        ("," + CSV + "," + FIRST, [2]),
    ],
)
def test_what_is_no_data_is_set_aside(text: str, lines: list[int]) -> None:
    grid, findings = told(text.encode(), "a.csv")
    assert grid.lines == lines
    assert findings.errors == []


def test_what_is_set_aside_is_quoted() -> None:
    said = notices((CSV + FIRST + "注：本表为年末数。,,,,,,,,,\n").encode(), "a.csv")
    assert "“注：本表为年末数。”是表下的注，不是数据，未读" in said


def test_a_column_without_heading_is_named_by_its_letter() -> None:
    rows = [line.replace("\n", ",多余\n") for line in (FIRST,)]
    found = faults((CSV.replace("\n", ",\n") + "".join(rows)).encode(), "a.csv")
    assert found == [(1, "K 列", "不认识列“K 列”")]


def test_a_byte_of_the_euro_sign_does_not_make_a_file_unreadable() -> None:
    data = (CSV + FIRST.replace("表3", "表3约€5")).encode("gbk", "replace").replace(b"?5", b"\x805")
    assert told(data, "a.csv")[0].rows[0][7] == "表3约€5"


def test_radicals_from_a_pdf_are_the_characters_they_look_like() -> None:
    data = with_cell("B2", "⼈⼝")
    grid, _ = told(data)
    findings = Findings()
    frame = check_grid(
        Grid("a", ["备注", *grid.header[:9]], [["伊⾦霍洛旗⻓", *grid.rows[0][:9]]], [2]),
        STATS, findings,
    )  # fmt: skip
    assert frame.loc[2, "note"] == "伊金霍洛旗长"


# --- properties -----------------------------------------------------------------------------------

PLAIN = ["General", "0", "0.00", "#,##0", "#,##0.0", "0.0000;-0.0000", "@", "0.00_ ", "??0.0"]
SCALED = ['0.0"万"', "0!.0,", "0%", "#,##0,", '0.0,,"百万"', "0.00\\%", "(0)"]


@given(st.floats(-1e9, 1e9).map(lambda one: round(one, 4)), st.sampled_from(PLAIN + SCALED))
def test_a_number_is_read_as_the_number_shown_or_not_at_all(value: float, code: str) -> None:
    read = number_text(value, code)
    if isinstance(read, Doubtful):
        assert isinstance(read.fault, CellFault)
        assert code in SCALED
        assert not _is_number(str(read))
    else:
        text = read[1] if isinstance(read, tuple) else read
        assert float(text) == float(f"{value:.15g}")
        # A tiny number may round to nothing under such a format too: it is read, and said.
        assert code not in SCALED or isinstance(read, tuple) or not value


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_grouped_number_is_shown_as_python_writes_it(value: int, decimals: int) -> None:
    code = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert shown(value, code) == f"{value:,.{decimals}f}"


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["258000", "东胜", "1", "a"]), st.sampled_from(["", "strike", "sup"])
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@FEW
@given(PIECES)
@pytest.mark.slow
def test_rich_text_is_read_without_what_is_struck_and_with_marks_raised(
    pieces: list[tuple[str, str]],
) -> None:
    fonts = {"strike": {"strike": True}, "sup": {"vertAlign": "superscript"}}
    cell = CellRichText(*(run(text, **fonts.get(how, {})) for text, how in pieces))
    read = told(with_cell("J2", cell))[0].rows[0][-1]
    raised = {"1": "¹", "258000": "²⁵⁸⁰⁰⁰", "东胜": "^东胜", "a": "^a"}
    kept = "".join(raised[t] if how == "sup" else t for t, how in pieces if how != "strike")
    if kept:
        assert read == kept
    else:
        assert isinstance(read, Doubtful)


# --- from outside ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
@pytest.mark.slow
def test_what_was_exported_can_be_imported(
    toy_release: ToyRelease, tmp_path: Path, format_: str, lang: str
) -> None:
    directory = toy_release()
    file = tmp_path / f"out.{format_}"
    seen = ["--year", "2020", "--lang", lang, "--audience", "internal", "-o", str(file)]
    _run("export", "population", *seen, "--data", str(directory))
    document = ["--source", "again", "--title", "a", "--issuer", "b", "--date", "2025"]
    _run("import", str(file), *document, "--data", str(directory))
    written = (directory / "stats/again.csv").read_text(encoding="utf-8").splitlines()
    assert written[1:3] == _with_approx(directory)


def _run(*words: str) -> None:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output


def _with_approx(directory: Path) -> list[str]:
    """Give the rows that the toy release holds, as they are written today."""
    columns = (directory / "stats/again.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    given_: dict[str, str] = dict.fromkeys(columns, "")
    names = STATS_HEAD.strip().split(",")
    rows = [
        "150600,population,2020,1000,人,actual,reported,表1,,",
        "150602,population,2020,500,人,actual,reported,表1,,",
    ]
    filled = [{**given_, **dict(zip(names, row.split(","), strict=True))} for row in rows]
    return [",".join(row[name] for name in columns) for row in filled]


# --- siting ---------------------------------------------------------------------------------------

PLACES = ["id", "name", "area", "lon", "lat", "weight"]


def places(*rows: list[Any], name: str = "D", code: str = "General") -> File:
    book = openpyxl.Workbook()
    for line in (PLACES, *rows):
        book.active.append(line)
    for cell in book.active[name][1:]:
        cell.number_format = code
    return File("p.xlsx", saved(book))


def test_a_table_of_places_is_read_as_it_looks_too(atlas: Atlas) -> None:
    good = [7, "甲", "内蒙古自治区鄂尔多斯市东胜区", 109.5, 39.5, 100]
    frame, _ = read_places(places(good), DEMAND, atlas)
    assert frame[["id", "area", "weight"]].values.tolist() == [["7", "150602", 100]]
    for name, value, code, words in (
        ("F", 25.8, '0.0"万"', "显示“25.8万”"),
        ("A", 911506000000000123, "General", "Excel 已丢失末尾的数字"),
        ("C", "=A1", "General", "没有存下结果"),
    ):
        at = "ABCDEF".index(name)
        row = [*good[:at], value, *good[at + 1 :]]
        with pytest.raises(TableError, match=words):
            read_places(places(row, name=name, code=code), DEMAND, atlas)


def test_ids_that_a_spreadsheet_changed_are_said(atlas: Atlas) -> None:
    day = datetime.datetime(2025, 1, 2)
    rows = [[day, "甲", "", 109.5, 39.5, 1], ["911506000000000000", "乙", "", 109.6, 39.5, 1]]
    _, findings = read_places(places(*rows, name="A", code='m"月"d"日"'), DEMAND, atlas)
    said = "\n".join(one.what.zh for one in findings)
    assert "1 个编号（如 1月2日）像是日期" in said
    assert "1 个编号（如 911506000000000000）第 15 位以后都是 0" in said


def test_boundaries_compressed_for_echarts_are_called_so(toy_release: ToyRelease) -> None:
    directory = toy_release(
        {
            "boundaries/county-2024.geojson": lambda text: text.replace(
                '"features"', '"UTF8Encoding":true,"features"'
            )
        }
    )
    assert "是 ECharts 的压缩格式（UTF8Encoding）" in [
        one.what.zh for one in check_release(directory)
    ]
