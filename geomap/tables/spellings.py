"""The ways people write a reference: 伊旗 = 伊金霍洛旗 = Ejin Horo Banner = 150627. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geomap.errors import Text, closest
from geomap.model.catalog import Area, Indicator
from geomap.tables import cells
from geomap.tables.columns import CellFault
from geomap.tables.comparability import JOINT
from geomap.tables.provinces import PROVINCES

_AMBIGUOUS = ""


@dataclass(frozen=True, slots=True)
class Spellings:
    """The ways to write a reference: ``known`` maps ``cells.lookup_key`` of each way to the id."""

    noun: Text
    known: Mapping[str, str]
    shown: tuple[str, ...] = ()

    def cell(self, text: str) -> str | CellFault:
        """Give the id meant by a text, or say which spellings come closest."""
        found = self.known.get(cells.lookup_key(cells.code(text)))
        if found:
            return found
        if found == _AMBIGUOUS:
            return CellFault(
                (
                    f"“{text}”不止一个{self.noun.zh}叫这个名字",
                    f"more than one {self.noun.en} is called {text!r}",
                ),
                ("请写代码", "write the code"),
            )
        return self.unknown(text)

    def unknown(self, text: str) -> CellFault:
        """Say that there is no such thing, and what comes closest."""
        near = closest(cells.tidy(text), self.shown) or list(self.shown[:5])
        return CellFault(
            (f"没有{self.noun.zh}“{text}”", f"there is no {self.noun.en} {text!r}"),
            (
                f"改为已有的一个，最接近的是 {'、'.join(near) or '（无）'}",
                f"use one that exists, the closest: {', '.join(near) or 'none'}",
            ),
        )


@dataclass(frozen=True, slots=True)
class AreaSpellings(Spellings):
    """The ways to write an area, province and city before it or not.

    Parameters
    ----------
    prefixes : what may stand before a name, as ``lookup_key`` gives it, the longest first
    city : the names of the city, offered to those only who all but wrote one of them
    others : code of each neighbouring county by ``lookup_key`` of its name and of its code
    """

    prefixes: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    def cell(self, text: str) -> str | CellFault:
        """Give the code meant by a text, or say why it is none."""
        inner = self._inner(text)
        if inner:
            return inner
        # With slots the class is made twice, and super() without arguments finds the other one.
        return Spellings.cell(self, text)

    def _inner(self, text: str) -> str:
        """Give the code of the area that stands behind province and city, "" when none does."""
        key = cells.lookup_key(cells.code(text))
        if key in self.known:
            return self.known[key]
        bare = _BETWEEN.sub("", key)
        found = {self.known.get(bare[len(one) :]) for one in self.prefixes if bare.startswith(one)}
        found -= {None}
        return found.pop() or "" if len(found) == 1 else ""

    def unknown(self, text: str) -> CellFault:
        """Say what a text is not; the city is not offered to what may be a part of it."""
        key = _BETWEEN.sub("", cells.lookup_key(cells.code(text)))
        what = (f"没有旗区“{text}”", f"there is no area {text!r}")
        other = next((code for name, code in self.others.items() if key.endswith(name)), "")
        if other:
            return CellFault(
                (f"“{text}”（{other}）不在本市", f"{text!r} ({other}) is not in this city"),
                (
                    "核对：本市的写本市旗区，外市的不要放进来",
                    "see whether an area of the city is meant",
                ),
            )
        if _PART_OF_CITY.search(key):
            return CellFault(
                (f"“{text}”不是旗区，也不是全市", f"{text!r} is neither an area nor the city"),
                (
                    "全市的数写“全市”，几个旗区合计写代码相加（如 150602+150603）；"
                    "分不到旗区的数不能导入",
                    "write 全市 for the city, codes with + for several areas; what belongs to none "
                    "cannot be taken in",
                ),
            )
        near = self._near(key, cells.tidy(text))
        return CellFault(
            what,
            (
                f"核对是否本市旗区，确是同一处才改；最接近的是 {'、'.join(near)}",
                f"see whether it is one of {', '.join(near)}; change it only if it is",
            ),
        )

    def _near(self, key: str, text: str) -> list[str]:
        inside = [name for name in self.shown if len(name) > 1 and cells.lookup_key(name) in key]
        near = closest(text, self.shown)
        city = [name for name in self.city if abs(len(name) - len(key)) <= 1]
        if city and key[-1:] not in "旗区县":
            near = [*closest(text, city), *near]
        return list(dict.fromkeys([*inside, *near]))[:3] or list(self.shown[1::3][:10])


_BETWEEN = re.compile(r"[,，\-—–−/\\>»·|_]")
_PART_OF_CITY = re.compile(
    r"本级|市直|直属|直管|开发区|高新区|经开区|园区|其他|其它|小计|合计|总计|市区|城区|市辖区|不分"
)


@dataclass(frozen=True, slots=True)
class JointSpellings:
    """The ways to write an area, or several together: 东胜+康巴什 = 150602+150603.

    Whether such a code is well made is for ``series.joint_fault`` to say.
    """

    single: Spellings

    def cell(self, text: str) -> str | CellFault:
        """Give the code meant by a text; names are put in order of their codes, codes are not."""
        alone = self.single.cell(text)
        if isinstance(alone, str):
            return alone
        folded = _BRACKETS.sub("", _TOGETHER.sub("", cells.half_width(cells.tidy(text))))
        joined = self._joined(folded)
        if joined:
            return JOINT.join(joined if _CODES.fullmatch(folded) else sorted(joined))
        parts = [self.single.cell(part) for part in re.split(r"[+、/]", folded) if part]
        faults = [one for one in parts if isinstance(one, CellFault)]
        return faults[0] if len(parts) > 1 and faults else alone

    def _joined(self, text: str) -> list[str]:
        """Give the codes of the areas that joints stand between, [] where one is unknown.

        和 may be a part of a name (和林格尔县), so each joint is tried, the first that fits taken.
        """
        for joint in _JOINTS.finditer(text[:_LONGEST]):
            left = self.single.cell(text[: joint.start()])
            if not isinstance(left, str):
                continue
            rest = text[joint.end() :]
            right = self.single.cell(rest)
            others = [right] if isinstance(right, str) else self._joined(rest)
            if others:
                return [left, *others]
        return []


_LONGEST = 200
_JOINTS = re.compile(r"以及|包括|包含|[+、/和与及含]")
_BRACKETS = re.compile(r"[()\[\]【】]")
_TOGETHER = re.compile(r"(?:[两二三四五六七八九]个?(?:旗区|[旗区县市地]))?(?:合计|合并)$")
_CODES = re.compile(r"[0-9+\s]+")


def area_spellings(
    areas: Iterable[Area], city: str = "", others: Mapping[str, str] | None = None
) -> AreaSpellings:
    """Know areas by code, full name, short name, English name, and names without 旗, 区, 县, 市.

    Earlier ways win over later ones; a way that means two areas is refused as ambiguous. Before a
    name may stand country, province and city, with signs or blanks between.

    Parameters
    ----------
    city : the code of the city; without it 全市 means nothing
    others : names of neighbouring counties by their codes, to tell them from misspelt areas
    """
    areas = list(areas)
    ways: list[list[tuple[str, str]]] = [
        [(area.code, area.code) for area in areas],
        [(name, area.code) for area in areas for name in (area.name_zh, area.short_zh)],
        [(area.name_en, area.code) for area in areas],
        [(stem, area.code) for area in areas for stem in _stems(area)],
        [(name, city) for name in ("全市", *TOTALS, "市合计", "全市合计") if city],
    ]
    parts = [area for area in areas if area.code != city]
    shown = [name for area in parts for name in (area.code, area.name_zh, area.name_en)]
    whole = [area for area in areas if area.code == city]
    names = [name for area in whole for name in (area.name_zh, area.short_zh) if name]
    known = {cells.lookup_key(name): code for code, name in (others or {}).items()}
    return AreaSpellings(
        Text("旗区", "area"),
        _known(ways),
        tuple(shown),
        _prefixes(names, city),
        tuple(names),
        {**{code: code for code in others or {}}, **known},
    )


TOTALS = ("合计", "总计")
"""What a total of a list is called; of the city only where the list has all its areas."""


def _prefixes(city: Iterable[str], code: str) -> tuple[str, ...]:
    """Give what may stand before the name of an area, the longest first."""
    chains = itertools.product(
        ("", "中国", "中华人民共和国"),
        ("", *PROVINCES.get(code[:2], ())),
        ("", *(cells.lookup_key(name) for name in city)),
        ("", "市辖区"),
    )
    found = {"".join(chain) for chain in chains} - {""}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


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
