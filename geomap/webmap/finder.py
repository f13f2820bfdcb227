"""What the search of the map page finds: each thing with its names, their pinyin and its texts.

Asked for when somebody first searches; the page ranks (``web/static/js/map/finding.js``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.language import parts_of, strings
from geomap.model.catalog import Indicator
from geomap.tables.cells import lookup_key
from geomap.tables.spellings import TOTALS, area_spellings

if TYPE_CHECKING:
    from geomap.atlas import Atlas

Entry = dict[str, Any]
_DOCUMENT = Text("文件", "Documents")
_OUTSIDE = Text("市域外", "outside")


def finder(
    atlas: Atlas,
    lang: str,
    *,
    indicators: Iterable[Indicator] | None = None,
    documents: bool = True,
) -> list[Entry]:
    """Give what can be found, in the order in which equals are listed.

    Parameters
    ----------
    indicators : those of the page; all when None
    documents : whether the page can lead to them

    Returns
    -------
    entries of ``kind`` (area, indicator, site, source), ``id``, ``group`` (its heading), ``names``
    (the one shown first), ``pinyin`` (of each Chinese name: its syllables, split by blanks),
    ``note`` (said beside it) and ``text`` (searched last)
    """
    wanted = atlas.indicators.values() if indicators is None else indicators
    found = [*_areas(atlas, lang), *_indicators(atlas, wanted, lang), *_sites(atlas, lang)]
    return [*found, *_documents(atlas, lang)] if documents else found


def syllables(name: str) -> str:
    """Spell a Chinese name as it is typed, all else letter by letter; "" without Chinese.

    准格尔旗 is "zhun ge er qi", ü is written v. 什 is shi in names of places (康巴什).
    """
    from pypinyin import lazy_pinyin

    if not any("\u4e00" <= one <= "\u9fff" for one in name):
        return ""
    plain = name.replace("什么", "甚么")
    each: Any = list  # what is no Chinese stays as it is, one letter for one
    spelt = lazy_pinyin(plain, errors=each)
    read = ("shi" if one == "什" else said for one, said in zip(plain, spelt, strict=True))
    return " ".join(said.casefold() for said in read if said.isalnum() or said == "&")


def _entry(
    kind: str, id_: str, group: str, names: Iterable[str], note: str = "", text: str = ""
) -> Entry:
    told = list(dict.fromkeys(name for name in names if name))
    return {
        "kind": kind,
        "id": id_,
        "group": group,
        "names": told,
        "pinyin": [spelt for name in told if (spelt := syllables(name))],
        "note": note,
        "text": text,
    }


def _both(lang: str, name_zh: str, name_en: str) -> tuple[str, ...]:
    return (name_en, name_zh) if lang == "en" else (name_zh, name_en)


def _areas(atlas: Atlas, lang: str) -> Iterator[Entry]:
    """Name each area as people who hand in tables may name it."""
    known = area_spellings(atlas.areas.values(), atlas.city).known
    group = strings(lang, parts_of(atlas.parts))["page"]["area"]
    for area in [*atlas.parts, atlas.areas[atlas.city]]:
        ways = [way for way, code in known.items() if code == area.code and way not in TOTALS]
        names = (*_both(lang, area.name_zh, area.name_en), area.short_zh, *ways)
        told: dict[str, str] = {}
        for name in names:
            told.setdefault(lookup_key(name), name)
        yield _entry("area", area.code, group, told.values())


def _indicators(atlas: Atlas, wanted: Iterable[Indicator], lang: str) -> Iterator[Entry]:
    groups = {group.id: group.name.in_(lang) for group in atlas.groups}
    title = strings(lang, parts_of(atlas.parts))["page"]["indicators"]
    for one in wanted:
        names = _both(lang, one.name.zh, one.name.en)
        text = one.definition.in_(lang)
        yield _entry("indicator", one.id, title, names, groups.get(one.group, ""), text)


def _sites(atlas: Atlas, lang: str) -> Iterator[Entry]:
    rows = atlas.sites[["id", "kind", "area", "name_zh", "name_en", "level", "industry"]]
    of_kind: dict[str, list[Entry]] = {kind: [] for kind in atlas.site_kinds}
    for row in rows.to_dict("records"):
        area = atlas.areas.get(row["area"])
        where = Text(area.name_zh, area.name_en or area.name_zh) if area else _OUTSIDE
        names = _both(lang, row["name_zh"], row["name_en"])
        group = atlas.site_kinds[row["kind"]].name.in_(lang)
        text = f"{row['level']} {row['industry']}".strip()
        entry = _entry("site", row["id"], group, names, where.in_(lang), text)
        of_kind[row["kind"]].append(entry)
    for entries in of_kind.values():
        yield from entries


def _documents(atlas: Atlas, lang: str) -> Iterator[Entry]:
    for one in atlas.sources.values():
        names = (*_both(lang, *one.named), one.number)
        note = " ".join(part for part in (one.number, one.date) if part)
        yield _entry("source", one.id, _DOCUMENT.in_(lang), names, note, one.issuer)
