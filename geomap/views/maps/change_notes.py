"""Why a change is not shown, or with what reservation: definitions and boundaries that changed.

In: an ``Atlas``, areas and two years. Out: texts, for the maps of changes and for the indicators
that are changes by their formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Indicator, Op
from geomap.tables.comparability import breaks_between, compare_area, not_compared, versions_of

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value


def changed_boundaries(
    atlas: Atlas, areas: Iterable[str], year0: int, year1: int
) -> dict[str, list[str]]:
    """Group the areas that are not the same in two years, by the Chinese text that says why."""
    found: dict[str, list[str]] = {}
    for code in areas:
        compared = compare_area(code, year0, year1, atlas.rules.vintages)
        if not compared.allowed:
            found.setdefault(compared.text.zh, []).append(code)
    return found


def comparable(
    atlas: Atlas, indicator: Indicator, area: str, year0: int, year1: int | None
) -> bool:
    """Whether an area, and the definition of an indicator of change, are the same in two years."""
    if year1 is None:
        return True
    formula = indicator.formula
    of = formula.of if formula is not None and formula.op is Op.CHANGE else ""
    versions = versions_of(of, atlas.indicators) if of in atlas.indicators else ()
    same = compare_area(area, year0, year1, atlas.rules.vintages).allowed
    return same and not breaks_between(versions, year0, year1)


def boundary_notes(
    atlas: Atlas, areas: Iterable[str], year0: int, year1: int, *, accepted: bool = False
) -> list[Text]:
    """Name the areas whose boundaries changed between two years, and say what follows.

    Parameters
    ----------
    accepted : whether their change is shown all the same
    """
    notes = []
    for codes in changed_boundaries(atlas, areas, year0, year1).values():
        why = compare_area(codes[0], year0, year1, atlas.rules.vintages).text
        named = [atlas.area(code) for code in codes]
        zh = "、".join(area.name_zh for area in named)
        en = ", ".join(area.name_en or area.name_zh for area in named)
        if accepted:
            said = Text(f"{zh}：{why.zh}，仅供参考", f"{en}: {why.en}; read with care")
        else:
            said = Text(f"{zh}：{why.zh}，不作比较", f"{en}: {why.en}; not compared")
        notes.append(_in_names(atlas, said))
    return notes


def _in_names(atlas: Atlas, text: Text) -> Text:
    """Put names for the codes of areas that came into being."""
    zh, en = text
    for code in atlas.rules.vintages:
        area = atlas.areas.get(code)
        if area:
            zh, en = zh.replace(code, area.name_zh), en.replace(code, area.name_en or area.name_zh)
    return Text(zh, en)


def broken_changes(
    atlas: Atlas, indicator: Indicator, year: int | None, rows: Mapping[str, Value]
) -> tuple[Text, ...]:
    """Say which values of a change indicator are missing because a series breaks, and why.

    Parameters
    ----------
    rows : by area, the values of that indicator and year
    """
    formula = indicator.formula
    if formula is None or formula.op is not Op.CHANGE or year is None:
        return ()
    versions = versions_of(formula.of, atlas.indicators)
    bases: dict[int, list[str]] = {}
    for code, row in rows.items():
        if row.base_year and row.value is None:
            bases.setdefault(row.base_year, []).append(code)
    notes = []
    for base, codes in sorted(bases.items()):
        if breaks := breaks_between(versions, base, year):
            notes.append(not_compared(breaks, base, year))
        else:
            notes += boundary_notes(atlas, codes, base, year)
    return tuple(notes)
