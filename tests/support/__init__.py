"""What tests share: the toy world, a browser, independent checkers, and where the files are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def own_words(page: str) -> str:
    """Give a page without the one script that every page of the site names."""
    return re.sub(r'<script src="/static/v-[0-9a-f]{12}/frame\.js" defer></script>', "", page)
