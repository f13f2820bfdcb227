"""The words of the interface, from ``web/i18n``: Chinese first, English beside."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from geomap.errors import NotFoundError, Text
from geomap.paths import web_dir

LANGUAGES = ("zh", "en")
BANNERS = "旗区"
DISTRICTS = "区县"
Words = dict[str, dict[str, str]]


class Named(Protocol):
    """What has a Chinese name."""

    @property
    def name_zh(self) -> str:
        """The Chinese name."""
        ...


@lru_cache(maxsize=len(LANGUAGES) * 2)
def strings(lang: str, parts: str = BANNERS) -> Words:
    """Give the words of one language: ``page`` for templates, ``script`` for the browser.

    Parameters
    ----------
    parts : what the parts of the city are called in Chinese

    Raises
    ------
    NotFoundError : no such language
    """
    if lang not in LANGUAGES:
        raise NotFoundError(Text("语言", "language"), lang, LANGUAGES)
    text = (web_dir() / "i18n" / f"{lang}.json").read_text(encoding="utf-8")
    words: Words = json.loads(text.replace(BANNERS, parts))
    return words


def searched(text: str) -> str:
    """Give a text as it is searched: without case and width of letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def holds_words(words: str, *texts: str) -> bool:
    """Whether every one of some words occurs in the texts; without any word they do."""
    whole = searched(" ".join(texts))
    return all(word in whole for word in searched(words).split())


def parts_of(areas: Iterable[Named]) -> str:
    """Say what the parts of a city are called: only some cities have banners (旗)."""
    return parts_named(area.name_zh for area in areas)


def parts_named(names: Iterable[str]) -> str:
    """Say likewise what parts with such Chinese names are called."""
    return BANNERS if any("旗" in name for name in names) else DISTRICTS
