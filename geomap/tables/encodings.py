"""The bytes of a text file → text, by the encoding that it makes sense in. Pure.

UTF-8 comes first, yet short Chinese names in GBK often are valid UTF-8 too: 小水 reads "Сˮ". Where
only one reading is made of common Chinese, that one is taken, and said.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from geomap.model.findings import Findings

_SAVE_AS_UTF8 = ("另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8")
_READ_ANYWAY = ("已照常读取，无需处理", "read all the same, nothing to do")
_RUN = re.compile(r"[^\x00-\x7f]+")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_EURO = 0x80
_DAMAGED = 0.2
_CLEAN = 0.95


def decode(file: str, data: bytes, findings: Findings) -> str | None:
    """Give the text of a file as UTF-8 or GB 18030; None, with a finding, when it is neither."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        findings.error((file, 1, ""), ("编码为 UTF-16", "encoded as UTF-16"), _SAVE_AS_UTF8)
        return None
    data = _without_end_mark(file, data, findings)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        findings.error((file, line, ""), ("含有 NUL 字节", "holds a NUL byte"), _SAVE_AS_UTF8)
        return None
    text = _decoded(file, data, findings)
    if text is None:
        return None
    if text.startswith("\ufeff"):
        text = text[1:]
        findings.notice((file, 1, ""), ("有字节顺序标记", "has a byte-order mark"), _READ_ANYWAY)
    if "\r" in text:
        findings.notice((file, 1, ""), ("换行为 CRLF", "lines end in CRLF"), _READ_ANYWAY)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _without_end_mark(file: str, data: bytes, findings: Findings) -> bytes:
    """Drop the Ctrl-Z that programs of DOS put at the end of a text."""
    kept = data.rstrip(b"\x1a")
    if kept != data:
        line = kept.count(b"\n") + 1
        findings.notice((file, line, ""), ("末尾有 Ctrl-Z", "ends in Ctrl-Z"), _READ_ANYWAY)
    return kept


def _decoded(file: str, data: bytes, findings: Findings) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        chinese = _gb18030(data)
        if chinese is None or _is_damaged_utf8(data, chinese):
            findings.error(
                (file, line, ""),
                ("既不是 UTF-8，也不是 GB 18030", "neither UTF-8 nor GB 18030"),
                _SAVE_AS_UTF8,
            )
            return None
    else:
        if data.isascii() or _CHINESE.search(text):
            return text
        chinese = _gb18030(data)
        if chinese is None or not _is_rather_chinese(text, chinese):
            return text
        line = next(at for at, one in enumerate(data.split(b"\n"), 1) if not one.isascii())
    findings.notice((file, line, ""), ("编码为 GB 18030", "encoded as GB 18030"), _READ_ANYWAY)
    return chinese


def _gb18030(data: bytes) -> str | None:
    try:
        return data.decode("gb18030", errors="geomap-euro")
    except UnicodeDecodeError:
        return None


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Read the byte 0x80, which Windows writes for € in code page 936."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == _EURO:
        return "€", error.start + 1
    raise error


codecs.register_error("geomap-euro", _euro)


def _is_damaged_utf8(data: bytes, chinese: str) -> bool:
    """Whether bytes that are no UTF-8 were, before they were cut or damaged.

    Damaged UTF-8 often passes for GB 18030 and comes out as rare characters; sound GB 18030 is
    made of common ones, however much of it is valid UTF-8 too.
    """
    foreign = "".join(_RUN.findall(chinese))
    if sum(map(_is_common, foreign)) >= _CLEAN * len(foreign):
        return False
    rough = data.decode("utf-8", errors="replace")
    return rough.count("\ufffd") < _DAMAGED * sum(character > "\x7f" for character in rough)


def _is_rather_chinese(text: str, chinese: str) -> bool:
    """Whether UTF-8 without a Chinese character is rather GBK, where all is common Chinese."""
    others = _RUN.findall(chinese)
    if not all(_is_common(character) for run in others for character in run):
        return False
    # A lone ², ·, μ or é is one in UTF-8; foreign letters that never stand alone are names in GBK.
    return all(len(run) > 1 for run in others) and _stand_apart(text, _RUN.findall(text))


def _stand_apart(text: str, runs: Iterable[str]) -> bool:
    """Whether no run touches a letter or digit, as ² does in km²."""
    return not any(
        re.search(rf"[A-Za-z0-9]{re.escape(run)}|{re.escape(run)}[A-Za-z0-9]", text)
        for run in set(runs)
    )


def _is_common(character: str) -> bool:
    """Whether a character is in GB 2312, which holds what Chinese names and texts are made of."""
    if character == "€":
        return True
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
