"""What a spreadsheet shows for a number: value and number format → the text that a person reads.

25.8 under ``0.0"万"`` reads 25.8万: taken as 25.8 it would be wrong by a factor of 10,000. Pure.

Source: ECMA-376 part 1, 18.8.30 (codes) and 18.8.31 (sections); ids 27 to 36 and 50 to 58 are the
date formats that Chinese editions of Excel leave unwritten.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

_Y_M_D, _Y_M, _M_D = 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"'
_LEAVES = (27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58)
_CHINESE = (_Y_M, _M_D, _M_D, "yyyy-mm-dd", _Y_M_D, _Y_M, _Y_M, _M_D, _Y_M, _M_D, _M_D, _Y_M, _M_D)
BUILT_IN: Mapping[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;"¥"-#,##0;"¥-"',
    43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;"¥"-#,##0.00;"¥-"', 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", **dict(zip(_LEAVES, _CHINESE,
    strict=True)),
}  # fmt: skip
"""Formats that a workbook names by number only, as a Chinese edition shows them."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[eE][+-])|(?P<day>AM/PM|上午/下午|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|e+)"
    r"|(?P<any>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_BEYOND = re.compile(r"(?i:dbnum.*|h+|m+|s+)").fullmatch
_DIGITS = "0#?"


class _Section(NamedTuple):
    """One part of a format between semicolons: (kind, text) each, and the bracketed words."""

    tokens: tuple[tuple[str, str], ...]
    brackets: tuple[str, ...]

    def has(self, kind: str) -> bool:
        return any(one == kind for one, _ in self.tokens)


def is_date(code: str) -> bool:
    """Whether a format shows days or times."""
    sections = _sections(code)
    return bool(sections) and sections[0].has("day") and not sections[0].has("general")


def shown(value: float, code: str) -> str | None:
    """Give the text that a number is shown as; None where the format is beyond us (fractions).

    Parameters
    ----------
    code : the number format, such as ``#,##0.0;[Red]-#,##0.0``

    >>> shown(258000, '0!.0,"万"')
    '25.8万'
    """
    section, signed = _chosen(value, _sections(code))
    if section.has("day") or ("any", "/") in section.tokens or any(map(_BEYOND, section.brackets)):
        return None
    kinds = {kind for kind, _ in section.tokens}
    sign = "-" if signed and value < 0 else ""
    if "general" in kinds or (not kinds & {"digit"} and ("any", "@") in section.tokens):
        return sign + _spelled(section, f"{abs(value):.15g}")
    if "exponent" in kinds:
        return f"{sign}{abs(value):.{_mantissa(section)}E}"
    return sign + _filled(section, abs(value))


def shown_date(moment: datetime.datetime, code: str) -> str | None:
    """Give the text that a day is shown as: digits, 年, 月 and 日; None where there is more."""
    parts: list[str] = []
    for kind, text in _sections(code)[0].tokens:
        if kind == "day":
            said = _DAYS.get(text.lower())
            if said is None:
                return None
            parts.append(said.format(moment))
        elif kind in ("literal", "any") and text not in ("@",):
            parts.append(text)
    return "".join(parts).strip()


_DAYS = {
    "yyyy": "{0:%Y}", "e": "{0:%Y}", "m": "{0.month}", "mm": "{0:%m}", "d": "{0.day}",
    "dd": "{0:%d}",
}  # fmt: skip


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    found: list[_Section] = []
    tokens: list[tuple[str, str]] = []
    brackets: list[str] = []
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        text = match[kind] if kind else ""
        if kind == "any" and text == ";":
            found.append(_Section(tuple(tokens), tuple(brackets)))
            tokens, brackets = [], []
        elif kind == "bracket":
            brackets.append(text)
            if text.startswith("$"):  # [$¥-804]: a currency sign and its language
                tokens.append(("literal", text[1:].partition("-")[0]))
        elif kind in ("quoted", "escaped"):
            tokens.append(("literal", text))
        elif kind == "any" and text in _DIGITS:
            tokens.append(("digit", text))
        elif kind:
            tokens.append((kind, text))
    return (*found, _Section(tuple(tokens), tuple(brackets)))


def _chosen(value: float, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """Give the section that a value is shown by, and whether a minus sign is put before it."""
    conditions = [_condition(one) for one in sections]
    if any(conditions):
        for section, condition in zip(sections[:3], conditions, strict=False):
            if condition is None or _holds(value, *condition):
                return section, True
        return sections[min(len(sections), 3) - 1], True
    numeric = sections[:3]
    if value < 0 and len(numeric) > 1:
        return numeric[1], False
    return (numeric[2], True) if value == 0 and len(numeric) > 2 else (numeric[0], True)


def _condition(section: _Section) -> tuple[str, float] | None:
    found = [match for word in section.brackets if (match := _CONDITION.fullmatch(word))]
    return (found[0][1], float(found[0][2])) if found else None


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _spelled(section: _Section, number: str) -> str:
    """Put a number where General or @ stands, the words of the format around it."""
    put = [
        number if kind == "general" or text == "@" else text
        for kind, text in section.tokens
        if kind in ("general", "literal", "any")
    ]
    return "".join(put).strip()


def _mantissa(section: _Section) -> int:
    """Count the decimals before the exponent of a scientific format."""
    kinds = [kind for kind, _ in section.tokens]
    before = section.tokens[: kinds.index("exponent")]
    at = before.index(("any", ".")) if ("any", ".") in before else len(before)
    return sum(kind == "digit" for kind, _ in before[at:])


def _after_point(section: _Section) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    tokens = list(section.tokens)
    at = tokens.index(("any", ".")) if ("any", ".") in tokens else len(tokens)
    return tokens[:at], tokens[at + 1 :]


def _filled(section: _Section, size: float) -> str:
    """Put the digits of a number, not negative, into the places of a section."""
    before, after = _after_point(section)
    point = len(before) + len(after) < len(section.tokens)
    percents = sum(text == "%" for kind, text in section.tokens if kind == "any")
    scale = _trailing_commas(before) + _trailing_commas(after)
    places = [text for kind, text in after if kind == "digit"]
    exact = Decimal(f"{size:.15g}").scaleb(2 * percents - 3 * scale)
    rounded = exact.quantize(Decimal(1).scaleb(-len(places)), rounding=ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    head = _whole(before, whole)
    tail = _fraction(after, rest)
    return (head + ("." if point else "") + tail).strip()


def _trailing_commas(tokens: list[tuple[str, str]]) -> int:
    """Count the commas right after the last digit: each divides by a thousand."""
    last = max((at for at, (kind, _) in enumerate(tokens) if kind == "digit"), default=-1)
    count = 0
    for token in tokens[last + 1 :]:
        if token != ("any", ","):
            break
        count += 1
    return count if last >= 0 else 0


def _whole(tokens: list[tuple[str, str]], digits: str) -> str:
    """Fill the places before the point from the right; the first takes all that is left."""
    seats = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    grouped = any(
        token == ("any", ",") and seats and seats[0] < at < seats[-1]
        for at, token in enumerate(tokens)
    )
    left = digits.lstrip("0")
    count = 0
    parts: list[str] = []
    for at in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[at]
        if kind == "digit":
            taken = left if at == seats[0] else left[-1:]
            left = left[: len(left) - len(taken)]
            taken = taken or {"0": "0", "?": " "}.get(text, "")
            for digit in reversed(taken):
                parts.append("," if grouped and count and count % 3 == 0 else "")
                parts.append(digit)
                count += 1
        elif (kind, text) != ("any", ","):
            parts.append(text)
    return "".join(reversed(parts))


def _fraction(tokens: list[tuple[str, str]], digits: str) -> str:
    """Fill the places after the point from the left; zeros at the end vanish under #."""
    places = [text for kind, text in tokens if kind == "digit"]
    kept = len(digits)
    while kept and digits[kept - 1] == "0" and places[kept - 1] != "0":
        kept -= 1
    at, parts = 0, []
    for kind, text in tokens:
        if kind == "digit":
            parts.append(digits[at] if at < kept else "")
            at += 1
        elif (kind, text) != ("any", ","):
            parts.append(text)
    return "".join(parts)
