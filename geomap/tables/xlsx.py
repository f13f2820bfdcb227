r"""An Excel workbook as its bytes → sheets and their cells, each as the text that a person reads.

The package is read here, not by openpyxl, since that gives no sign of a formula without a result,
of hidden rows and columns, of dates in Chinese formats, and cannot read Strict Open XML. Names of
parts are matched without case, ``\`` as ``/``: some programs write them so. Source: ECMA-376.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from geomap.numbers import full
from geomap.tables.columns import CellFault
from geomap.tables.doubts import Doubtful
from geomap.tables.numberformat import BUILT_IN, is_date, shown_date
from geomap.tables.xlsx_numbers import _blank, number_text

_OFFICE = re.compile(r"\{[^}]*/officeDocument/(?:2006/)?relationships\}id")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_DAYS = 2_958_466


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One sheet of a workbook, not read yet."""

    name: str
    visible: bool
    path: str


class Spelled(NamedTuple):
    """A text as it stands, and what of it is struck out."""

    text: str
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: its number format, and whether it is struck out as a whole."""

    code: str = "General"
    struck: bool = False


@dataclass(slots=True)
class SheetRow:
    """One row: its cells by number of their column, from 0; ``spelled`` counts empty ones too."""

    line: int
    hidden: bool
    spelled: int
    cells: dict[int, str] = field(default_factory=dict)
    deleted: bool = False


@dataclass(slots=True)
class Remarks:
    """What is to be said of a sheet beside its cells, by the name of the cell, such as D2."""

    hidden_columns: set[int] = field(default_factory=set)
    rounded: list[tuple[str, str, str]] = field(default_factory=list)
    struck: list[tuple[str, str]] = field(default_factory=list)
    zeros: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook; ``active`` is the place of the sheet that was in front when saved."""

    archive: zipfile.ZipFile
    parts: Mapping[str, str]
    sheets: tuple[Worksheet, ...]
    active: int
    strings: tuple[Spelled, ...]
    styles: tuple[Style, ...]
    first_day: datetime.datetime

    def rows(self, sheet: Worksheet, remarks: Remarks) -> Iterator[SheetRow]:
        """Give the rows of a sheet in order, empty ones too; remarks are added on the way."""
        number = 0
        for element in _elements(self, sheet.path, "sheetView", "col", "row"):
            kind = _local(element)
            if kind == "sheetView":
                remarks.zeros = not _false(element.get("showZeros"))
            elif kind == "col":
                if _true(element.get("hidden")) or element.get("width") == "0":
                    first, last = int(element.get("min")), int(element.get("max"))
                    remarks.hidden_columns.update(range(first - 1, min(last, 20_000)))
            else:
                number = int(float(element.get("r") or number + 1))
                yield self._row(element, number, remarks)

    def _row(self, element: Any, number: int, remarks: Remarks) -> SheetRow:
        hidden = _true(element.get("hidden")) or element.get("ht") == "0"
        row = SheetRow(number, hidden, len(element))
        at = -1
        struck: list[bool] = []
        for cell in element:
            at = _column(cell.get("r")) if cell.get("r") else at + 1
            if not len(cell):
                continue
            style = self._style(cell)
            text = self._cell(cell, style, f"{letter(at)}{number}", remarks)
            if text:
                row.cells[at] = text
                struck.append(style.struck)
        row.deleted = bool(struck) and all(struck)
        return row

    def _style(self, cell: Any) -> Style:
        at = int(cell.get("s") or 0)
        return self.styles[at] if self.styles or at else Style()

    def _cell(self, cell: Any, style: Style, name: str, remarks: Remarks) -> str:
        text = self._text(cell, style, name, remarks)
        if text and style.struck:
            return Doubtful(f"{text}（有删除线）", _struck(text))
        return text

    def _text(self, cell: Any, style: Style, name: str, remarks: Remarks) -> str:
        kind = cell.get("t") or "n"
        parts = {_local(part): part for part in cell}
        raw = (parts["v"].text or "") if "v" in parts else ""
        if not raw and "f" in parts and kind != "str":
            formula = f"={parts['f'].text or '…'}"
            return Doubtful(formula, _without_result(formula))
        if kind in ("s", "inlineStr"):
            return _left(self._spelled(kind, raw, parts.get("is")), name, remarks)
        if kind in _PLAIN:
            return _PLAIN[kind](raw)
        return self._number(raw, style.code, name, remarks) if raw else ""

    def _spelled(self, kind: str, raw: str, inline: Any) -> Spelled:
        if kind == "inlineStr":
            return Spelled("") if inline is None else _rich(inline)
        return self.strings[int(raw)] if raw else Spelled("")

    def _number(self, raw: str, code: str, name: str, remarks: Remarks) -> str:
        value = float(raw)
        if is_date(code):
            return self._day(value, code)
        if value == 0 and not remarks.zeros:
            return _blank("0")
        seen = number_text(value, code)
        if isinstance(seen, tuple):
            remarks.rounded.append((name, *seen))
            return seen[1]
        return seen

    def _day(self, value: float, code: str) -> str:
        if not 0 <= value < _DAYS:
            return Doubtful(f"#####（实为 {full(value, thousands=False)}）", _wrong("#####"))
        # Excel counts a 29 February 1900 that never was.
        leap = 1 if value < 60 and self.first_day.year == 1899 else 0
        moment = self.first_day + datetime.timedelta(days=value + leap)
        if value < 1:
            return f"{moment:%H:%M}"
        return shown_date(moment, code) or moment.date().isoformat()


def _left(spelled: Spelled, name: str, remarks: Remarks) -> str:
    """Give what is not struck through; what is, is remarked on."""
    if not spelled.struck:
        return spelled.text
    remarks.struck.append((name, spelled.struck))
    if spelled.text.strip():
        return spelled.text
    return Doubtful(f"{spelled.struck}（有删除线）", _struck(spelled.struck))


# --- what is said of a cell -----------------------------------------------------------------------


def _struck(text: str) -> CellFault:
    return CellFault(
        (f"“{text}”整格划了删除线", f"{text!r} is struck out"),
        ("作废就清空，有效就去掉删除线", "empty the cell, or take the line away"),
    )


def _without_result(formula: str) -> CellFault:
    return CellFault(
        (f"公式 {formula[:40]} 没有存下结果", f"the formula {formula[:40]} has no stored result"),
        ("用 Excel 打开，保存后再导入", "open it in Excel, save it, and import it again"),
    )


def _wrong(word: str) -> CellFault:
    return CellFault(
        (f"“{word}”是 Excel 的错误值", f"{word} is an error of Excel"),
        ("改正公式，或清空这一格", "mend the formula, or empty the cell"),
    )


# --- parts of the package -------------------------------------------------------------------------


def open_book(data: bytes) -> Book:
    """Open a workbook.

    Raises
    ------
    KeyError, ValueError, zipfile.BadZipFile, lxml.etree.LxmlError : it is none
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
    root = _tree(archive, parts, "xl/workbook.xml")
    targets = _targets(archive, parts)
    sheets = tuple(
        Worksheet(one.get("name") or "", one.get("state", "visible") == "visible", targets[key])
        for one in root.iterfind("{*}sheets/{*}sheet")
        if (key := _relation(one)) in targets
    )
    view = root.find("{*}bookViews/{*}workbookView")
    settings = root.find("{*}workbookPr")
    late = settings is not None and _true(settings.get("date1904"))
    return Book(
        archive,
        parts,
        sheets,
        int(view.get("activeTab") or 0) if view is not None else 0,
        tuple(_strings(archive, parts)),
        tuple(_styles(archive, parts)),
        datetime.datetime(1904, 1, 1) if late else datetime.datetime(1899, 12, 30),
    )


def letter(at: int) -> str:
    """Give the letters of a column by its number from 0: 0 is A, 26 is AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def unescaped(text: str) -> str:
    """Decode ``_x000D_`` and its like; line breaks become line feeds."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "e": lambda raw: Doubtful(raw, _wrong(raw)) if raw else "",
    "b": lambda raw: {"": "", "1": "TRUE"}.get(raw, "FALSE"),
    "d": lambda raw: raw.partition("T")[0],
    "str": unescaped,
}
"""What is seen of each kind of cell whose text needs nothing but itself."""


def _column(reference: str) -> int:
    number = 0
    for character in reference.upper():
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number - 1


def _targets(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> dict[str, str]:
    """Give the parts of the work sheets by the id of their relation; charts are left out."""
    tree = _tree(archive, parts, "xl/_rels/workbook.xml.rels")
    return {
        one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target")))
        .lower()
        .lstrip("/")
        for one in tree
        if (one.get("Type") or "").endswith("/worksheet")
    }


def _relation(sheet: Any) -> str:
    return next((value for name, value in sheet.attrib.items() if _OFFICE.fullmatch(name)), "")


def _strings(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> Iterator[Spelled]:
    path = "xl/sharedstrings.xml"
    if path in parts:
        for element in _streamed(archive, parts, path, "si"):
            yield _rich(element)


def _rich(element: Any) -> Spelled:
    """Join the runs of a text: raised and lowered ones as such, those struck out apart."""
    kept: list[str] = []
    struck: list[str] = []
    for part in element:
        kind = _local(part)
        if kind == "t":
            kept.append(part.text or "")
        elif kind == "r":
            text = "".join(one.text or "" for one in part.iterfind("{*}t"))
            font = part.find("{*}rPr")
            if font is not None and _is_on(font.find("{*}strike")):
                struck.append(text)
            else:
                kept.append(_placed(text, font))
    return Spelled(unescaped("".join(kept)), unescaped("".join(struck)))


def _placed(text: str, font: Any) -> str:
    align = None if font is None else font.find("{*}vertAlign")
    where = "" if align is None else align.get("val")
    if where == "superscript" and text.strip():
        raised = text.translate(_RAISED)
        return raised if raised != text else f"^{text}"
    return text.translate(_LOWERED) if where == "subscript" else text


def _styles(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> Iterator[Style]:
    if "xl/styles.xml" not in parts:
        return
    root = _tree(archive, parts, "xl/styles.xml")
    own = {
        int(one.get("numFmtId")): one.get("formatCode") or "General"
        for one in root.iterfind("{*}numFmts/{*}numFmt")
    }
    struck = [_is_on(font.find("{*}strike")) for font in root.iterfind("{*}fonts/{*}font")]
    for xf in root.iterfind("{*}cellXfs/{*}xf"):
        number, font = int(xf.get("numFmtId") or 0), int(xf.get("fontId") or 0)
        code = own.get(number) or BUILT_IN.get(number, "General")
        yield Style(code, font < len(struck) and struck[font])


def _is_on(element: Any) -> bool:
    return element is not None and not _false(element.get("val"))


def _true(value: str | None) -> bool:
    return value in ("1", "true")


def _false(value: str | None) -> bool:
    return value in ("0", "false")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _tree(archive: zipfile.ZipFile, parts: Mapping[str, str], path: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(parts[path]), parser)


def _elements(book: Book, path: str, *names: str) -> Iterator[Any]:
    return _streamed(book.archive, book.parts, path, *names)


def _streamed(
    archive: zipfile.ZipFile, parts: Mapping[str, str], path: str, *names: str
) -> Iterator[Any]:
    """Give elements as they are read; each is emptied when the next one is asked for."""
    from lxml import etree

    with archive.open(parts[path]) as stream:
        tags = [f"{{*}}{name}" for name in names]
        found = etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True)
        for _, element in found:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
