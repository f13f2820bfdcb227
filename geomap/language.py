"""The words of the interface, from ``web/i18n``: Chinese first, English beside."""

from __future__ import annotations

import json
from functools import lru_cache

from geomap.errors import NotFoundError, Text
from geomap.paths import web_dir

LANGUAGES = ("zh", "en")
Words = dict[str, dict[str, str]]


@lru_cache(maxsize=len(LANGUAGES))
def strings(lang: str) -> Words:
    """Give the words of one language: ``page`` for templates, ``script`` for the browser.

    Raises
    ------
    NotFoundError : no such language
    """
    if lang not in LANGUAGES:
        raise NotFoundError(Text("语言", "language"), lang, LANGUAGES)
    words: Words = json.loads((web_dir() / "i18n" / f"{lang}.json").read_text(encoding="utf-8"))
    return words
