"""What a file is by its first bytes, whatever its name says: a workbook, text, or what else. Pure.

People name web pages .xls and encrypted workbooks .xlsx; each is told what it is and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from geomap.errors import RequestError, Text

TEXT, WORKBOOK = "text", "workbook"
_SEEN = 4096
_AGAIN = Text("用 Excel 打开后另存为 .xlsx", "open it in Excel and save it as .xlsx")
_FOREIGN: Mapping[str, tuple[Text, Text]] = {
    "encrypted": (
        Text("加了密码的工作簿", "a workbook with a password"),
        Text(
            "在 Excel 中去掉密码（文件→信息→保护工作簿→用密码进行加密，清空），保存后再导入",
            "take the password away in Excel and save it",
        ),
    ),
    "xls": (Text("旧式 Excel 文件（.xls）", "an old Excel file (.xls)"), _AGAIN),
    "xlsb": (Text("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), _AGAIN),
    "ods": (Text("OpenDocument 表格（.ods）", "an OpenDocument sheet (.ods)"), _AGAIN),
    "html": (Text("网页（HTML），不是 Excel 表", "a web page, no workbook"), _AGAIN),
    "mht": (Text("网页存档（MHT），不是 Excel 表", "an archived web page, no workbook"), _AGAIN),
    "xml": (Text("XML，不是 Excel 工作簿", "XML, no workbook"), _AGAIN),
    "word": (
        Text("Word 文件", "a Word file"),
        Text("把其中的表格复制到 Excel，存为 .xlsx", "copy its table into Excel, save it as .xlsx"),
    ),
    "slides": (
        Text("PPT 文件", "a PowerPoint file"),
        Text("把其中的表格复制到 Excel，存为 .xlsx", "copy its table into Excel, save it as .xlsx"),
    ),
    "pdf": (
        Text("PDF 文件", "a PDF file"),
        Text("把其中的表格转成 Excel，存为 .xlsx", "turn its table into a workbook (.xlsx)"),
    ),
    "archive": (
        Text("压缩包，不是表格", "an archive, no table"),
        Text("解压后导入其中的表格", "unpack it and import the table in it"),
    ),
    "picture": (
        Text("图片，不是表格", "a picture, no table"),
        Text("把其中的数录入 Excel，存为 .xlsx", "type its figures into Excel"),
    ),
}
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|head|meta|table|body|style|div)\b", re.I)
_MHT = re.compile(rb"\s*mime-version:", re.I)


def kind_of(data: bytes) -> str:
    """Say what a file is: ``TEXT``, ``WORKBOOK``, or a kind that cannot be read."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"PK\x03\x04":
        return _packed(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "xls"
    head = data[:_SEEN].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(head):
        return "html"
    if head.lstrip()[:5].lower() == b"<?xml":
        return "html" if b"<html" in head.lower() else "xml"
    return "mht" if _MHT.match(head) else TEXT


def _packed(data: bytes) -> str:
    """Tell packages apart by the names in their directory, which are not packed."""
    names = data.replace(b"\\", b"/").lower()
    if b"xl/workbook.bin" in names:
        return "xlsb"
    if b"xl/workbook.xml" in names:
        return WORKBOOK
    if b"opendocument.spreadsheet" in names[:_SEEN]:
        return "ods"
    if b"word/document.xml" in names:
        return "word"
    if b"ppt/presentation.xml" in names:
        return "slides"
    return WORKBOOK if b"xl/worksheets" in names or len(data) < _SEEN else "archive"


def refuse_foreign(name: str, kind: str) -> None:
    """Refuse what cannot be read, in its own words.

    Raises
    ------
    RequestError : what it is, and what to do
    """
    if kind in _FOREIGN:
        what, fix = _FOREIGN[kind]
        raise RequestError(f"{name} 是{what.zh}：{fix.zh}", f"{name} is {what.en}: {fix.en}")
