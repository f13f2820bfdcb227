"""Numbers as they are printed: rounded where nothing is lost, and written out.

Floats stand for the shortest decimal that gives them, as ``repr`` shows it.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

_CONTEXT = Context(prec=80)


def exact(number: float) -> Decimal:
    """Take a number as it is printed: 0.3 is three tenths."""
    return Decimal(repr(float(number)))


def round_between(bound: float, below: float, above: float, decimals: int) -> float:
    """Round to the fewest decimals that stay within [below, above)."""
    for digits in range(decimals, decimals + 340):
        for way in (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING):
            candidate = to_step(bound, digits, way)
            if below <= candidate < above:
                return candidate
    return bound


def to_step(number: float, digits: int, way: str) -> float:
    """Round to so many decimals, up, down or to the nearer; ``way`` is one of ``decimal``'s."""
    if number == int(number):
        return number
    step = Decimal(1).scaleb(-digits)
    return float(exact(number).quantize(step, rounding=way, context=_CONTEXT)) + 0.0


def digits_of(bound: float) -> int:
    """Count the decimals that print ``bound`` in full."""
    exponent = exact(bound).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def written(number: float, digits: int, thousands: bool) -> str:
    """Write a number with so many decimals and a true minus; very long ones as powers of ten."""
    if digits > 15 or abs(number) >= 1e16:
        text = repr(number)
    else:
        text = f"{number:,.{digits}f}" if thousands else f"{number:.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")
