"""One cell as people type it → the cell as it is stored. Pure: text in, text out.

Full-width digits, thousands separators, stray blanks, "2020年" and "2023年6月" are understood.
What could mean two things ("1,23", "3万", "—") is refused, never guessed.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

# Only the full-width block is folded. NFKC would also turn "10²" into 102 and "①" into 1.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= {0x3000: 0x20, 0x00A0: 0x20, 0x2212: 0x2D}
_KANGXI = range(0x2F00, 0x2FD6)
_SUPPLEMENT = (
    "⺠民⺟母⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"
)
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI}
_RADICALS |= dict(zip(map(ord, _SUPPLEMENT[::2]), _SUPPLEMENT[1::2], strict=True))
_BLANK = " \t\r\n\u3000\u00a0\u2002\u2003\u2009\u202f\ufeff\u200b"
_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x2060])
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
LARGEST = 1e15
"""No figure is larger; up to here whole numbers are exact and sums and products stay finite."""
_LONGEST_UNIT = 20
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_YEAR = re.compile(r"([0-9]+)(?:\.0+)?\s*年?")
_DATE = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2}))?)?[年月日]?")
# Marks that reorder or break the text around them: a name must not be able to rewrite its line.
_REORDERING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """Drop blanks at both ends and invisible characters anywhere."""
    return text.translate(_INVISIBLE).strip(_BLANK)


def half_width(text: str) -> str:
    """Fold full-width letters, digits and signs into their ASCII forms."""
    return text.translate(_HALF_WIDTH)


def radicals_folded(text: str) -> str:
    """Fold radicals that a PDF puts in the place of characters that look the same: ⾦ → 金."""
    return text if text.isascii() else text.translate(_RADICALS)


def lookup_key(text: str) -> str:
    """Give the form under which spellings are compared: half-width, no blanks, no case."""
    return "".join(half_width(radicals_folded(tidy(text))).split()).casefold()


def plain_decimal(text: str) -> str | None:
    """Give a number as plain decimal text, None when the text is not one finite number.

    Thousands separators must stand every three digits; percent signs, units and "—" are refused.
    """
    folded = half_width(tidy(text))
    if _GROUPED.fullmatch(folded):
        folded = folded.replace(",", "")
    if not _PLAIN.fullmatch(folded):
        return None
    return folded.removeprefix("+") if abs(float(folded)) <= LARGEST else None


def is_overflow(text: str) -> bool:
    """Whether a text is written as a number but is larger than any figure, such as 1e309."""
    folded = half_width(tidy(text))
    return bool(_PLAIN.fullmatch(folded)) and not abs(float(folded)) <= LARGEST


def decimals(text: str) -> int:
    """Count the decimals printed in a number: 2 in "43.80"; scientific notation counts too."""
    mantissa, _, exponent = text.lower().partition("e")
    printed = len(mantissa.partition(".")[2])
    # Refused cells come here too; no exponent that a float can hold has more digits.
    return max(0, printed - int(exponent[:6] or 0))


def year_digits(text: str) -> str | None:
    """Give a year as digits ("2020年" → "2020"), None when it is none; the range is not judged."""
    match = _YEAR.fullmatch(half_width(tidy(text)))
    return match[1].lstrip("0") or "0" if match else None


def date(text: str) -> str | None:
    """Give a date as 2025, 2023-06 or 2023-06-30, None when it is none or cannot exist."""
    match = _DATE.fullmatch(half_width(tidy(text)))
    if not match:
        return None
    parts = [int(part) for part in match.groups() if part]
    try:
        datetime.date(*parts, *[1] * (3 - len(parts)))
    except ValueError:
        return None
    return "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])


def code(text: str) -> str:
    """Give a code as text: full-width folded, Excel's leading ' and trailing .0 dropped."""
    folded = half_width(tidy(text)).removeprefix("'")
    return re.sub(r"^([0-9]+)\.0+$", r"\1", folded)


def bad_character(text: str) -> str | None:
    """Name the first character that no released text may hold, such as U+0007; None when clean.

    Control characters (but tab and line feed), reordering marks, and U+FFFD, which stands where
    a conversion of encodings lost something.
    """
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        control = unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
        if control or character in _REORDERING or character == "\ufffd":
            return f"U+{ord(character):04X}"
    return None


_PREFIX = {"万": 10_000.0, "亿": 100_000_000.0, "千": 1_000.0, "百": 100.0}
_SAME = {"平方千米": "平方公里", "km²": "平方公里", "km2": "平方公里", "％": "%", "百分比": "%"}
_AREA_M2 = {"平方公里": 1e6, "公顷": 1e4, "亩": 2000 / 3, "平方米": 1.0}


def unit(text: str) -> str:
    """Give the usual spelling of a unit: 平方千米 and km² → 平方公里."""
    tidied = tidy(text)
    return _SAME.get(tidied, tidied)


def is_countable(name: str) -> bool:
    """Whether whole numbers in a unit are counts (人, 家), not rounded measures (万人, 元, 亩)."""
    size, base = _split(unit(name))
    return size == 1.0 and name not in _AREA_M2 and not base.endswith(("元", "%"))


def factor(given: str, wanted: str) -> float | None:
    """Give what numbers in ``given`` are to be multiplied by to be in ``wanted``; None if unlike.

    >>> factor("万人", "人")
    10000.0
    """
    given_size, given_base = _split(unit(given))
    wanted_size, wanted_base = _split(unit(wanted))
    return given_size / wanted_size if given_base == wanted_base else None


def _split(name: str) -> tuple[float, str]:
    if len(name) > _LONGEST_UNIT:
        return 1.0, name
    if name in _AREA_M2:
        return _AREA_M2[name], "平方米"
    if name[:1] in _PREFIX and len(name) > 1:
        size, base = _split(name[1:])
        return _PREFIX[name[0]] * size, base
    return 1.0, name
