"""By what sites may be chosen: level and industry, as far as their documents say them.

A level is told in many words (国家级高新技术产业开发区; 院士工作站，自治区级): a rank that it names
stands for it, else its own words do. Nothing is inferred: 自治区一类园区 names no rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from geomap.errors import Text

if TYPE_CHECKING:
    from geomap.atlas import Atlas

RANKS = {
    one.zh: one
    for one in (
        Text("国家级", "National"),
        Text("自治区级", "Regional"),
        Text("省级", "Provincial"),
        Text("市级", "Municipal"),
        Text("旗区级", "Of a banner or district"),
    )
}
_APART = re.compile(r"[、；;](?![^（(]*[）)])")


@dataclass(frozen=True, slots=True)
class SiteFacets:
    """The levels and industries that a release has, and those of each site, as places in these.

    Parameters
    ----------
    levels : the ranks first, then other words as they come
    level_of : one for each site, in the order of ``Atlas.sites``; None where nothing is said
    industries_of : likewise, several
    """

    levels: tuple[Text, ...]
    industries: tuple[str, ...]
    level_of: tuple[int | None, ...]
    industries_of: tuple[tuple[int, ...], ...]


def level_named(words: str) -> str:
    """Give the rank that the words of a level name, else these words; "" for none."""
    found = [one for one in RANKS if one in words]
    return found[0] if found else words.strip()


def industries_named(words: str) -> tuple[str, ...]:
    """Split the industries of a site: 新材料、精细化工 are two; what stands in brackets is one."""
    return tuple(part.strip() for part in _APART.split(words) if part.strip())


@lru_cache(maxsize=4)
def site_facets(atlas: Atlas) -> SiteFacets:
    """Gather the levels and industries of the sites of a release."""
    named = [level_named(words) for words in atlas.sites["level"]]
    split = [industries_named(words) for words in atlas.sites["industry"]]
    own = [one for one in dict.fromkeys(named) if one and one not in RANKS]
    levels = [*(one for one in RANKS if one in named), *own]
    industries = list(dict.fromkeys(one for ones in split for one in ones))
    level_at = {one: at for at, one in enumerate(levels)}
    industry_at = {one: at for at, one in enumerate(industries)}
    return SiteFacets(
        tuple(RANKS.get(one, Text(one, one)) for one in levels),
        tuple(industries),
        tuple(level_at.get(one) for one in named),
        tuple(tuple(industry_at[one] for one in ones) for ones in split),
    )
