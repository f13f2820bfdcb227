"""What may be compared over time: definitions with breaks, and areas that came into being.

The data: ``versions`` of an indicator in the catalogue, ``since`` and ``split_from`` of an area in
``units.csv``, and joint areas in figures, whose code names its members: ``150602+150603``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geomap.errors import Finding, Text
from geomap.model.catalog import DefinitionVersion, Indicator, Op
from geomap.model.findings import Findings
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.tables.json_file import Document, Members

JOINT = "+"


@dataclass(frozen=True, slots=True)
class Vintage:
    """When an area came into being, and which area it was a part of before ("" when unknown)."""

    since: int
    split_from: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two years may be compared; ``text`` says why not, or what was accepted."""

    allowed: bool
    text: Text


COMPARABLE = Comparison(True, Text("", ""))
_VERSION: Members = {
    "from": ((int,), True),
    "note_zh": ((str,), True),
    "note_en": ((str,), True),
}
_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


def read_versions(
    document: Document, line: int, rows: Sequence[Any]
) -> tuple[DefinitionVersion, ...]:
    """Read the member ``versions`` of an indicator, the earliest first.

    Parameters
    ----------
    line : where the indicator begins, for findings
    """
    kept = [row for row in rows if document.fits(row, _VERSION, "from")]
    years = [row["from"] for row in kept]
    for year in years:
        if year not in _YEARS:
            fix = ("改为四位年份，如 2021", "write a year such as 2021")
            document.error(line, "versions", (f"{year} 不是年份", f"{year} is no year"), fix)
    if any(not row["note_zh"].strip() or not row["note_en"].strip() for row in kept):
        what = ("口径说明是空的", "the note on a definition is empty")
        document.error(line, "versions", what, ("写明变了什么", "say what changed"))
    if len(set(years)) < len(years):
        what = ("同一年有两个口径", "two definitions begin in one year")
        document.error(line, "versions", what, ("只留一个", "keep one"))
    found = (DefinitionVersion(row["from"], Text(row["note_zh"], row["note_en"])) for row in kept)
    return tuple(sorted(found, key=lambda version: version.since))


def versions_of(
    indicator_id: str, indicators: Mapping[str, Indicator]
) -> tuple[DefinitionVersion, ...]:
    """Give the definitions of an indicator and of all that it is worked out from, by year."""
    found: set[DefinitionVersion] = set()
    waiting, seen = [indicator_id], set()
    while waiting:
        one = indicators.get(waiting.pop())
        if one is None or one.id in seen:
            continue
        seen.add(one.id)
        found.update(one.versions)
        if one.formula and one.formula.op is not Op.SITES:
            waiting += [one.formula.of, one.formula.per]
    return tuple(sorted(found, key=lambda version: (version.since, version.note)))


def in_words(versions: Sequence[DefinitionVersion]) -> Text:
    """Say since when definitions hold, and what changed."""
    return Text(
        "；".join(f"{version.since}年起：{version.note.zh}" for version in versions),
        "; ".join(f"from {version.since}: {version.note.en}" for version in versions),
    )


def breaks_between(
    versions: Sequence[DefinitionVersion], year0: int, year1: int
) -> tuple[DefinitionVersion, ...]:
    """Give the definitions that began after the earlier of two years, up to the later."""
    early, late = sorted((year0, year1))
    return tuple(version for version in versions if early < version.since <= late)


def compare_years(
    versions: Sequence[DefinitionVersion], year0: int, year1: int, *, accepted: bool = False
) -> Comparison:
    """Say whether a change between two years may be shown.

    Parameters
    ----------
    accepted : whether the user takes the break upon himself
    """
    breaks = breaks_between(versions, year0, year1)
    if not breaks:
        return COMPARABLE
    zh, en = in_words(breaks)
    if accepted:
        return Comparison(
            True, Text(f"口径有变，仅供参考（{zh}）", f"across a change of definition ({en})")
        )
    why = not_compared(breaks, year0, year1)
    return Comparison(
        False,
        Text(f"{why.zh}；确需比较请确认接受", f"{why.en}; accept the break to see it"),
    )


def not_compared(breaks: Sequence[DefinitionVersion], year0: int, year1: int) -> Text:
    """Say which change of definition forbids a comparison."""
    zh, en = in_words(breaks)
    return Text(
        f"{year0}年与{year1}年口径不同，不作比较（{zh}）",
        f"{year0} and {year1} differ in definition and are not compared ({en})",
    )


def existed(area: str, year: int, vintages: Mapping[str, Vintage]) -> bool:
    """Whether an area was there in a year; one without a vintage has always been."""
    return area not in vintages or vintages[area].since <= year


def compare_area(
    area: str, year0: int, year1: int, vintages: Mapping[str, Vintage], *, accepted: bool = False
) -> Comparison:
    """Say whether an area is the same in two years: new ones, and those they were taken from."""
    early, late = sorted((year0, year1))
    for since, code in splits_of(area, vintages):
        if early < since <= late:
            text = Text(
                f"{since}年区划变动（设立 {code}），前后范围不同",
                f"the boundaries changed in {since} ({code} was made)",
            )
            return Comparison(accepted, text)
    return COMPARABLE


def splits_of(area: str, vintages: Mapping[str, Vintage]) -> list[tuple[int, str]]:
    """Give since when an area has other boundaries, and the area whose making changed them."""
    return [
        (vintage.since, code)
        for code, vintage in vintages.items()
        if area in (code, vintage.split_from)
    ]


def members(area: str) -> tuple[str, ...]:
    """Give the areas that a code stands for: both of a joint one, else itself."""
    return tuple(area.split(JOINT))


def is_joint(area: str) -> bool:
    """Whether a code stands for several areas together."""
    return JOINT in area


def disjoint(areas: Iterable[str]) -> list[str]:
    """Choose of areas and joint areas those that may be added up: nothing counts twice.

    A joint area stands for its members unless all of them are there themselves.
    """
    codes = list(areas)
    single = {code for code in codes if not is_joint(code)}
    taken: set[str] = set()
    joint = []
    for code in sorted(code for code in codes if is_joint(code)):
        inner = set(members(code))
        if not inner <= single and not inner & taken:
            joint.append(code)
            taken |= inner
    free = single - taken
    return [code for code in codes if code in free] + joint


def check_areas(
    figures: pd.DataFrame, areas: Sequence[str], city: str, vintages: Mapping[str, Vintage]
) -> list[Finding]:
    """Check that figures are of areas that were there, and that joint codes are well made.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``; ids are "source:line"
    areas : codes of the parts of the city
    """
    findings = Findings()
    for row in figures[["id", "area", "year"]].itertuples(index=False, name=None):
        figure, area, year = row
        source, _, line = str(figure).rpartition(":")
        where = (f"stats/{source}.csv", int(line) if line.isdigit() else 0, "area")
        if is_joint(area) and (fault := joint_fault(area, areas, city)):
            findings.error(where, fault, _FORM)
        elif not is_joint(area) and not existed(area, year, vintages):
            since = vintages[area].since
            findings.error(
                where,
                (f"{area} {since}年才设立，没有{year}年的数", f"{area} exists since {since} only"),
                (
                    "改为合并填报的代码（如 150602+150603），或核对年份",
                    "use the joint code (such as 150602+150603), or see the year",
                ),
            )
    return findings.in_order()


_FORM = (
    "写成由小到大、以 + 相连的旗区代码，如 150602+150603",
    "write the codes in ascending order with + between, such as 150602+150603",
)


def joint_fault(area: str, areas: Sequence[str], city: str) -> tuple[str, str] | None:
    """Say what is wrong with a joint code; None when nothing is."""
    codes = members(area)
    unknown = [code for code in codes if code not in areas or code == city]
    if unknown:
        named = unknown[0] or "（空）"
        return f"合并代码 {area} 中没有旗区 {named}", f"the joint code {area} has no area {named}"
    if list(codes) != sorted(set(codes)):
        return f"合并代码 {area} 重复或次序不对", f"the codes in {area} repeat or are out of order"
    if set(codes) == set(areas) - {city}:
        return f"合并代码 {area} 就是全市", f"{area} is the whole city"
    return None
