"""What text is to an Office file: which characters it may hold, and how wide it stands."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDE_FROM, _NARROW = 0x2E80, 0.56
"""Chinese is as wide as high; the rest is on average so much of that."""


def without_controls(text: str) -> str:
    """Take out what XML, and so an Office file, cannot hold."""
    return _CONTROL.sub("", text)


def ems(text: str, narrow: float = _NARROW) -> float:
    """Estimate the width of a text, in heights of its type.

    Parameters
    ----------
    narrow : how wide a letter or digit is in its face
    """
    return sum(1.0 if ord(one) >= _WIDE_FROM else narrow for one in text)
