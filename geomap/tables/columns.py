"""What each type of column accepts: a text in, its stored form or a ``CellFault`` out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from geomap.model.approx import ends, quoted
from geomap.model.findings import FaultWords
from geomap.model.schema import FIRST_YEAR, LAST_YEAR, Column
from geomap.numbers import written
from geomap.tables import cells


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell and what to do, each as (Chinese, English)."""

    what: FaultWords
    fix: FaultWords


Cleaner = Callable[[str], str | CellFault]


def cleaner(column: Column) -> Cleaner:
    """Give the function that brings a filled cell of this column into its stored form."""
    return _CLEANERS[column.type](column)


# What programs write where there is nothing, or where a formula failed. "Nan" may be a name.
_NO_TEXT = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|#+)|nan|NaN|None|NULL|null|<NA>|NaT|undefined"
)
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{2}")


def _text_cleaner(_: Column) -> Cleaner:
    def clean(text: str) -> str | CellFault:
        return _no_text(text) or cells.radicals_folded(cells.tidy(text))

    return clean


def _no_text(text: str) -> CellFault | None:
    """Refuse what only stands where a text is lacking."""
    tidied = cells.tidy(text)
    if not _NO_TEXT.fullmatch(tidied):
        return None
    return CellFault(
        (
            f"“{tidied}”不是内容，是程序的空值或错误值",
            f"{tidied} is no text, but an error or a blank",
        ),
        ("填上内容；没有就留空", "write the text; leave it empty when there is none"),
    )


LOST_DIGITS = CellFault(
    ("位数过多，Excel 已丢失末尾的数字", "too many digits: Excel has lost the last of them"),
    (
        "把这一列设为“文本”格式，照原件重新填写",
        "format the column as text and type it anew from the original",
    ),
)
"""Of a code that was taken for a number of more than 15 digits."""


def _code_cleaner(column: Column) -> Cleaner:
    pattern = re.compile(column.pattern or r"\S+")

    def clean(text: str) -> str | CellFault:
        found = cells.code(text)
        if _LOST_DIGITS.fullmatch(found):
            return LOST_DIGITS
        if fault := _no_text(text):
            return fault
        if pattern.fullmatch(found):
            return found
        return CellFault(
            (f"“{text}”不是代码", f"{text!r} is not a code"),
            (f"应符合 {pattern.pattern}", f"it must match {pattern.pattern}"),
        )

    return clean


def _number_cleaner(column: Column) -> Cleaner:
    def clean(text: str) -> str | CellFault:
        found = cells.plain_decimal(text)
        if found is not None:
            return found
        if cells.is_overflow(text):
            return CellFault(
                (f"{text} 超出可表示的范围", f"{text} is beyond any number"),
                ("改为实际数值", "write the real value"),
            )
        worded = _word_fix(text) if column.name == "value" else None
        what = f"“{text}”不是数", f"{text!r} is not a number"
        return CellFault(what, worded or _number_fix(text))

    return clean


_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _word_fix(text: str) -> FaultWords | None:
    """Say where the word of a number goes (约3, 3—5), None where there is none."""
    plain = cells.half_width(cells.tidy(text)).replace(",", "")
    number = _DIGITS.search(plain)
    if number is None:
        return None
    word = plain if ends(plain) else quoted(plain, float(number[0]))
    if not word:
        return None
    return (
        f"数值写 {number[0]}，“{word}”写在约略（approx）列",
        f"write {number[0]} here and {word!r} in the column approx",
    )


_MARKED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹①-⑳^*※＊\[\]]")


def _number_fix(text: str) -> FaultWords:
    """Say what to do with what is no number, by what stands in it."""
    if any(character.isdecimal() for character in text) and _MARKED.search(text):
        return (
            "带有注释的标记：只留数字，注释写在备注",
            "it bears the mark of a note: leave the digits, put the note into its own column",
        )
    if cells.half_width(text).strip().endswith("%"):
        return (
            "不写百分号：单位为 % 时写 78.5，不写 78.5%",
            "leave out the sign: in % write 78.5, not 78.5%",
        )
    return (
        "只写数字，单位写在单位列；没有数就留空",
        "write digits only, the unit in its own column; leave it empty when there is none",
    )


_DMS = re.compile(
    r"""([0-9]{1,3})\s*[°度]\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*['′’分]\s*)?"""
    r"""(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:["″”秒]|'')\s*)?[NSEW北南东西]?"""
)


def _degrees_cleaner(column: Column) -> Cleaner:
    plain = _number_cleaner(column)

    def clean(text: str) -> str | CellFault:
        parts = _DMS.fullmatch(cells.half_width(cells.tidy(text)))
        if not parts:
            return plain(text)
        degrees, minutes, seconds = (float(part or 0) for part in parts.groups())
        found = written(degrees + minutes / 60 + seconds / 3600, 6, thousands=False)
        return CellFault(
            (f"“{text}”是度分秒", f"{text!r} is in degrees and minutes"),
            (f"写成十进制度：{found}", f"write decimal degrees: {found}"),
        )

    return clean


def _year_cleaner(_: Column) -> Cleaner:
    def clean(text: str) -> str | CellFault:
        found = cells.year_digits(text)
        if found is not None and len(found) < 6 and FIRST_YEAR <= int(found) <= LAST_YEAR:
            return found
        return CellFault(
            (f"“{text}”不是年份", f"{text!r} is not a year"),
            (
                f"写四位年份，{FIRST_YEAR} 至 {LAST_YEAR}",
                f"write four digits, {FIRST_YEAR} to {LAST_YEAR}",
            ),
        )

    return clean


def _date_cleaner(_: Column) -> Cleaner:
    def clean(text: str) -> str | CellFault:
        return cells.date(text) or CellFault(
            (f"“{text}”不是日期", f"{text!r} is not a date"),
            ("写成 2025、2023-06 或 2023-06-30", "write 2025, 2023-06 or 2023-06-30"),
        )

    return clean


def _choice_cleaner(column: Column) -> Cleaner:
    known = {
        cells.lookup_key(name): word
        for word, names in column.choices.items()
        for name in (word, *names)
    }

    def clean(text: str) -> str | CellFault:
        words = "、".join(column.choices)
        return known.get(cells.lookup_key(text)) or CellFault(
            (f"不认识“{text}”", f"unknown word {text!r}"),
            (f"改为其中之一：{words}", f"use one of {', '.join(column.choices)}"),
        )

    return clean


_CLEANERS: dict[str, Callable[[Column], Cleaner]] = {
    "text": _text_cleaner,
    "code": _code_cleaner,
    "number": _number_cleaner,
    "degrees": _degrees_cleaner,
    "year": _year_cleaner,
    "date": _date_cleaner,
    "choice": _choice_cleaner,
}
