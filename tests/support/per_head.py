"""The toy's catalogue with a rate per head: what estimates are carried into."""

from __future__ import annotations

import json
from typing import Any

from tests.support.toy import CATALOGUE


def catalogue(**talent: object) -> str:
    """Give the toy's catalogue with a formula per head, and members for its talent."""
    rows: list[dict[str, Any]] = [dict(row) for row in CATALOGUE["indicators"]]  # type: ignore[call-overload]
    rows[1] |= talent
    per_head = {"op": "ratio", "of": "talent", "per": "population", "scale": 1000}
    rows.append({**rows[4], "id": "per_head", "name_zh": "每千人人才", "formula": per_head})
    return json.dumps({**CATALOGUE, "indicators": rows}, ensure_ascii=False)
