"""The template that a report is written into: the house's own, or a plain one made here.

A template lends its styles, pages, header and footer (Word) or its master and layouts (PowerPoint);
what it holds of text or slides is left out. What it lacks is made as in the built-in one, and said.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.errors import RequestError, Text
from geomap.render.office.slide_master import Deck, built_in, emptied
from geomap.render.office.styles import missing_styles

if TYPE_CHECKING:
    from docx.document import Document as Word

DOCX, PPTX = "docx", "pptx"
MOST_BYTES, MOST_UNPACKED = 50 * 2**20, 400 * 2**20
_MAIN: Mapping[str, str] = {
    DOCX: "wordprocessingml.document.main+xml",
    PPTX: "presentationml.presentation.main+xml",
}
_OTHERS: Mapping[str, tuple[str, Text]] = {
    "macroEnabled": (
        "docm/pptm",
        Text("带宏，不能用作模板", "has macros and cannot be a template"),
    ),
    "template.main+xml": (
        "dotx/potx",
        Text("是模板格式", "is of the format of templates"),
    ),
}


def read_template(path: Path, kind: str) -> bytes:
    """Read a template and see that it is what its name says.

    Parameters
    ----------
    kind : "docx" or "pptx", as the report that is asked for

    Raises
    ------
    RequestError : another ending, no Office file, a file with macros, or one too large
    """
    if path.suffix.lower() != f".{kind}":
        raise RequestError(
            f"模板 {path.name} 应为 .{kind} 文件，与要写的报告相同；"
            ".dotx、.docm 等请在 Office 里另存",
            f"the template {path.name} must be a .{kind} file, as the report is; save .dotx, .docm"
            " and the like anew in Office",
        )
    with path.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _no_template(path.name, Text("超过 50 MB", "is larger than 50 MB"))
    _require_office(content, path.name, kind)
    return content


def _no_template(name: str, why: Text) -> RequestError:
    return RequestError(f"模板 {name} {why.zh}", f"the template {name} {why.en}")


def _require_office(content: bytes, name: str, kind: str) -> None:
    strange = Text(
        f"不是 {kind} 文件，或已损坏；请用 Office 或 WPS 打开后另存为 .{kind}",
        f"is no {kind} file, or is damaged; open it in Office and save it as .{kind}",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise _no_template(name, Text("解开后过大", "is too large when unpacked"))
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
            if "vbaProject" in "".join(archive.namelist()):
                raise _no_template(name, _OTHERS["macroEnabled"][1])
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _no_template(name, strange) from error
    if _MAIN[kind] in types:
        return
    for sign, (endings, why) in _OTHERS.items():
        if sign in types:
            raise _no_template(
                name,
                Text(
                    f"{why.zh}（{endings}）；请另存为 .{kind}",
                    f"{why.en} ({endings}); save it as .{kind}",
                ),
            )
    raise _no_template(name, strange)


def open_word(
    template: bytes | None, name: str = "", *, cover: bool = True
) -> tuple[Word, tuple[Text, ...]]:
    """Give an empty document with all styles of a report, and what had to be made for it.

    Parameters
    ----------
    cover : whether it will have one; see ``missing_styles``

    Raises
    ------
    RequestError : the template cannot be read
    """
    import docx

    if template is None:
        word = docx.Document()
        missing_styles(word, ours=True, cover=cover)
        return word, ()
    word = _loaded(docx.Document, template, name)
    body = word.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    body.get_or_add_sectPr()
    missing = missing_styles(word, ours=False)
    if not missing:
        return word, ()
    listed = "、".join(missing), ", ".join(missing)
    told = Text(
        f"模板 {name} 缺少样式：{listed[0]}；已用内置的代替",
        f"the template {name} lacks the styles {listed[1]}; built-in ones stand in",
    )
    return word, (told,)


def open_slides(template: bytes | None, name: str = "") -> tuple[Deck, tuple[Text, ...]]:
    """Give a presentation without slides, and what is to be told of its layouts.

    Raises
    ------
    RequestError : the template cannot be read, or no layout of it has a title
    """
    import pptx

    if template is None:
        return built_in(), ()
    return emptied(_loaded(pptx.Presentation, template, name), name)


def _loaded(opener: Any, content: bytes, name: str) -> Any:
    """Open an Office file; what the library cannot make sense of is said, not thrown."""
    from lxml.etree import LxmlError

    try:
        return opener(io.BytesIO(content))
    except (LxmlError, KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise _no_template(
            name, Text("无法读取，已损坏", "cannot be read; it is damaged")
        ) from error
