"""How a figure is written: the one place where a number becomes text.

A float stands for the shortest decimal that gives it, as ``repr`` shows it: 37.25 is 37.25, not the
binary fraction beside it. What is cut off is rounded half up (四舍五入), away from zero on both
sides. ``web/static/js/shared/format.js`` follows the same rule; a test compares the two.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isfinite

_CONTEXT = Context(prec=400, rounding=ROUND_HALF_UP)
_LONG = Decimal("1e16")
"""From here on a number is written as a power of ten."""
_MOST = 15
"""Digits that a float keeps; what is beyond is the noise of binary fractions."""


def exact(number: float | Decimal) -> Decimal:
    """Take a number as it is printed: 0.3 is three tenths."""
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


@lru_cache(maxsize=1 << 16)
def rounded(number: float, decimals: int) -> float:
    """Round half up to so many decimals: the number that ``written`` prints; NaN stays NaN."""
    return number if not isfinite(number) else float(_cut(exact(number), decimals)) + 0.0


def written(number: float | Decimal, decimals: int, *, thousands: bool = True) -> str:
    """Write a number with so many decimals, a true minus, and thousands apart.

    What is not zero is never printed as zero: 0.003 with one decimal is "<0.1", −0.003 is ">−0.1".
    Very long ones become powers of ten.
    """
    return _written(exact(number), decimals, thousands)


def percent(share: float, decimals: int = 1) -> str:
    """Write a share of one in hundredths, without a sign: 0.0725 is "7.3"."""
    return _written(exact(share).scaleb(2), decimals)


def full(number: float | Decimal, *, digits: int = _MOST, thousands: bool = True) -> str:
    """Write a number as documents have it: all its decimals, up to so many digits in all.

    What was given and is no number is told as Python has it: nan, inf.
    """
    if not isfinite(number):
        return f"{number}".replace("-", "−")
    value = Context(prec=digits, rounding=ROUND_HALF_UP).plus(exact(number))
    return _written(value, _decimals(value), thousands)


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number of things in English: 1 site, 2 sites, 3 branches where ``many`` says so."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def digits_of(number: float) -> int:
    """Count the decimals that print ``number`` in full."""
    return _decimals(exact(number))


def round_between(bound: float, below: float, above: float, decimals: int) -> float:
    """Round to the fewest decimals that stay within [below, above)."""
    for digits in range(decimals, decimals + 340):
        for way in (ROUND_HALF_UP, ROUND_FLOOR, ROUND_CEILING):
            candidate = to_step(bound, digits, way)
            if below <= candidate < above:
                return candidate
    return bound


def to_step(number: float, digits: int, way: str) -> float:
    """Round to so many decimals, up, down or to the nearer; ``way`` is one of ``decimal``'s."""
    if number == int(number):
        return number
    return float(_cut(exact(number), digits, way)) + 0.0


def _cut(value: Decimal, decimals: int, way: str = ROUND_HALF_UP) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=way, context=_CONTEXT)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize(_CONTEXT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _written(value: Decimal, decimals: int, thousands: bool = True) -> str:
    if abs(value) >= _LONG or decimals > 15:
        return repr(float(value)).replace("-", "−") if value else "0"
    cut = abs(_cut(value, decimals))
    below = value != 0 and cut == 0
    text = _plain(Decimal(1).scaleb(-decimals) if below else cut, thousands)
    sign = "−" if value < 0 and (cut or below) else ""
    return f"{'>' if sign else '<'}{sign}{text}" if below else f"{sign}{text}"


def _plain(value: Decimal, thousands: bool) -> str:
    return f"{value:,f}" if thousands else f"{value:f}"
