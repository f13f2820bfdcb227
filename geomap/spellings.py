"""The ways people write a reference: 伊旗 = 伊金霍洛旗 = Ejin Horo Banner = 150627. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geomap import cells
from geomap.catalog import Area, Indicator
from geomap.cleaners import Fault
from geomap.errors import Text, closest

_AMBIGUOUS = ""


@dataclass(frozen=True, slots=True)
class Spellings:
    """The ways to write a reference: ``known`` maps ``cells.lookup_key`` of each way to the id."""

    noun: Text
    known: Mapping[str, str]
    shown: tuple[str, ...] = ()

    def cell(self, text: str) -> str | Fault:
        """Give the id meant by a text, or say which spellings come closest."""
        found = self.known.get(cells.lookup_key(cells.code(text)))
        if found:
            return found
        if found == _AMBIGUOUS:
            return Fault(
                (
                    f"“{text}”不止一个{self.noun.zh}叫这个名字",
                    f"more than one {self.noun.en} is called {text!r}",
                ),
                ("请写代码", "write the code"),
            )
        near = closest(cells.tidy(text), self.shown) or list(self.shown[:5])
        return Fault(
            (f"没有{self.noun.zh}“{text}”", f"there is no {self.noun.en} {text!r}"),
            (
                f"改为已有的一个，最接近的是 {'、'.join(near) or '（无）'}",
                f"use one that exists, the closest: {', '.join(near) or 'none'}",
            ),
        )


@dataclass(frozen=True, slots=True)
class JointSpellings:
    """The ways to write an area, or several together: 东胜+康巴什 = 150602+150603.

    Whether such a code is well made is for ``series.joint_fault`` to say.
    """

    single: Spellings

    def cell(self, text: str) -> str | Fault:
        """Give the code meant by a text; the order of a joint one is left as it is."""
        parts = _parts(text)
        if len(parts) < 2 or cells.lookup_key(cells.code(text)) in self.single.known:
            return self.single.cell(text)
        found = [self.single.cell(part) for part in parts]
        fault = next((one for one in found if isinstance(one, Fault)), None)
        return fault or JOINT.join(str(one) for one in found)


JOINT = "+"


def _parts(text: str) -> list[str]:
    """Split a joint text; 合计 at its end is how such figures are called, not a part of a name."""
    folded = cells.half_width(cells.tidy(text)).removesuffix("合计")
    return re.split(r"[+、]", folded)


def area_spellings(areas: Iterable[Area], city: str = "") -> Spellings:
    """Know areas by code, full name, short name, English name, and names without 旗, 区, 县, 市.

    Earlier ways win over later ones; a way that means two areas is refused as ambiguous.
    """
    areas = list(areas)
    ways: list[list[tuple[str, str]]] = [
        [(area.code, area.code) for area in areas],
        [(name, area.code) for area in areas for name in (area.name_zh, area.short_zh)],
        [(area.name_en, area.code) for area in areas],
        [(stem, area.code) for area in areas for stem in _stems(area)],
        [(name, city) for name in ("全市", "合计", "市合计", "全市合计") if city],
    ]
    shown = [name for area in areas for name in (area.code, area.name_zh, area.name_en)]
    return Spellings(Text("旗区", "area"), _known(ways), tuple(shown))


def indicator_spellings(indicators: Iterable[Indicator]) -> Spellings:
    """Know indicators by id, Chinese name and English name."""
    indicators = list(indicators)
    ways = [
        [(one.id, one.id) for one in indicators],
        [(one.name.zh, one.id) for one in indicators],
        [(one.name.en, one.id) for one in indicators],
    ]
    shown = [name for one in indicators for name in (one.id, one.name.zh)]
    return Spellings(Text("指标", "indicator"), _known(ways), tuple(shown))


def id_spellings(noun: Text, ids: Iterable[str]) -> Spellings:
    """Know things by their id alone."""
    ids = list(ids)
    return Spellings(noun, _known([[(name, name) for name in ids]]), tuple(ids))


def _stems(area: Area) -> list[str]:
    stems = [area.name_zh[:-1]] if len(area.name_zh) > 2 and area.name_zh[-1] in "旗区县市" else []
    return [*stems, area.name_en.rpartition(" ")[0]]


def _known(ways: Iterable[Iterable[tuple[str, str]]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for way in ways:
        level: dict[str, str] = {}
        for name, meant in way:
            key = cells.lookup_key(name)
            level[key] = meant if level.get(key, meant) == meant else _AMBIGUOUS
        known = {**level, **known}
    known.pop("", None)
    return known
