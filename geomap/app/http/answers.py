"""JSON answers: UTF-8 as it is, missing values as null, never NaN."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from flask import Response

from geomap.errors import Text

if TYPE_CHECKING:
    import pandas as pd


GEOJSON = "application/geo+json"


def json_answer(payload: object, *, media_type: str = "application/json") -> Response:
    """Make a JSON response; a NaN in ``payload`` is a ``ValueError``, for browsers reject it.

    Half a pair of surrogates, which JSON that was handed in may hold, is told as "?".
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(f"{text}\n".encode(errors="replace"), content_type=media_type)


def pretty(payload: object) -> str:
    """Write JSON for a person to read."""
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=2)


def in_both_languages(text: Text) -> dict[str, str]:
    """Give a text in both languages."""
    return {"zh": text.zh, "en": text.en}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows as dictionaries of plain Python values; NaN and infinities become None."""
    columns = [[json_ready(value) for value in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def json_ready(value: Any) -> Any:
    """Give a value that JSON can hold; whole numbers without a decimal point."""
    if isinstance(value, Text):
        return in_both_languages(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return [json_ready(one) for one in value] if isinstance(value, tuple) else value
