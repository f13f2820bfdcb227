"""What changed between two years, as a map: a plain ``MapView``, drawn as every other is.

Counts change in percent of what was there before; all else by the difference, in percentage points
or in its own unit. Across a change of definition nothing is shown unless the reader accepts it, and
then the map says so; likewise for areas whose boundaries changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.atlas import Value, value_of
from geomap.cartography.palettes import PALETTES
from geomap.cartography.palettes import palette as palette_of
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Formula, Indicator, Kind, Measure, Op, Status
from geomap.model.wording import with_unit
from geomap.tables.comparability import compare_years, versions_of
from geomap.values.indicators import yearly_change
from geomap.views.maps.change_notes import boundary_notes, changed_boundaries
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import OWN_WAY, Drawing, Slice
from geomap.views.maps.view import draw_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas

DIVERGING = tuple(one.name for one in PALETTES.values() if one.kind == "diverging")
PERCENT_DECIMALS = 1


class BreakError(RequestError):
    """The definition changed between two years; whoever accepts that may see the change."""

    code = "definition_break"


def change_view(
    atlas: Atlas,
    indicator_id: str,
    year0: int,
    year1: int,
    *,
    accept_break: bool = False,
    how: Drawing = OWN_WAY,
) -> MapView:
    """Say what the map of the change between two years shows.

    Parameters
    ----------
    year0, year1 : the earlier and the later year, both with values
    accept_break : whether the reader takes changes of definition and of boundaries upon himself
    how : as for ``map_view``. Shared breaks are those of the changes up to every later year; the
        palette is a diverging one, when None the indicator's own if it is one, else red and blue

    Returns
    -------
    MapView : of the indicator under the name and unit of its change; ``year`` is the later year,
        ``base_year`` the earlier. The scheme turns at 0, and no class spans it. An area without
        both years has no value

    Raises
    ------
    NotFoundError : no such indicator, year, method or palette; names the valid ones
    BreakError : the definition changed in between, and that was not accepted
    RequestError : the years are not an earlier and a later one, or the palette has no middle
    """
    indicator = atlas.indicator(indicator_id)
    years = tuple(atlas.series.get((indicator_id, Kind.ACTUAL.value), {}))
    _check_years(indicator, years, year0, year1)
    versions = versions_of(indicator_id, atlas.indicators)
    compared = compare_years(versions, year0, year1, accepted=accept_break)
    if not compared.allowed:
        raise BreakError(*compared.text)
    scheme = _scheme(indicator, how.palette)
    rows = changes(atlas, indicator, year0, year1, accept_break=accept_break)
    notes = [_meaning(indicator, year0, year1), *([compared.text] if compared.text.zh else [])]
    codes = [area.code for area in atlas.parts]
    notes += boundary_notes(atlas, codes, year0, year1, accepted=accept_break)
    notes += _from_zero(atlas, indicator, rows, year0)
    shown = changed(indicator, year0, year1, scheme)
    series = {year1: rows}
    if how.shared_breaks:
        series |= _up_to_others(atlas, indicator, year0, year1, accept_break=accept_break)
    scene = Slice(shown, years, year1, Kind.ACTUAL.value, series, tuple(notes), year0)
    return draw_view(atlas, scene, replace(how, palette=scheme))


def _up_to_others(
    atlas: Atlas, indicator: Indicator, year0: int, year1: int, *, accept_break: bool
) -> dict[int, dict[str, Value]]:
    """Work out the changes since a year up to all later ones that may be compared with it."""
    versions = versions_of(indicator.id, atlas.indicators)
    later = [one for one in atlas.series[indicator.id, Kind.ACTUAL.value] if one > year0]
    return {
        year: changes(atlas, indicator, year0, year, accept_break=accept_break)
        for year in later
        if year != year1 and compare_years(versions, year0, year, accepted=accept_break).allowed
    }


def changes(
    atlas: Atlas, indicator: Indicator, year0: int, year1: int, *, accept_break: bool
) -> dict[str, Value]:
    """Work out the change of each area that has both years; those not comparable are missing."""
    table = atlas.values
    own = table[(table["indicator"] == indicator.id) & (table["kind"] == Kind.ACTUAL.value)]
    now, before = (own[own["year"] == year] for year in (year1, year0))
    found = yearly_change(now, before, percent=in_percent(indicator)).to_dict("records")
    rows = {str(row["area"]): value_of(row) for row in found}
    if not accept_break:
        for codes in changed_boundaries(atlas, list(rows), year0, year1).values():
            for code in codes:
                rows[code] = Value(None, Status.MISSING.value, (), False, year0)
    return rows


def change_of(
    atlas: Atlas, indicator: Indicator, area: str, year0: int, year1: int
) -> Value | None:
    """Work out what changed in one area; None where it cannot be told, as across a definition."""
    if not compare_years(versions_of(indicator.id, atlas.indicators), year0, year1).allowed:
        return None
    found = changes(atlas, indicator, year0, year1, accept_break=False).get(area)
    return None if found is None or found.value is None else found


def change_in_words(change: Value, indicator: Indicator, year0: int, year1: int) -> Text:
    """Write a change with its sign and unit: +49.0 %."""
    return with_unit(change, changed(indicator, year0, year1, indicator.palette), signed=True)


def in_percent(indicator: Indicator) -> bool:
    """Whether a change is told in percent; of rates and shares it is the difference."""
    return indicator.measure is Measure.COUNT


def changed(indicator: Indicator, year0: int, year1: int, scheme: str) -> Indicator:
    """Give the indicator that the change of another is: its name, unit and bounds."""
    percent = in_percent(indicator)
    zh, en = indicator.name
    word = Text("变化率", "percent change") if percent else Text("变化量", "difference")
    meaning = _meaning(indicator, year0, year1)
    definition = indicator.definition
    return replace(
        indicator,
        name=Text(f"{zh}{word.zh}", f"{en}, {word.en}"),
        unit=_unit(indicator),
        measure=Measure.RATE,
        decimals=PERCENT_DECIMALS if percent else indicator.decimals,
        definition=Text(f"{meaning.zh}。{definition.zh}", f"{meaning.en}. {definition.en}".strip()),
        formula=Formula(Op.CHANGE, indicator.id) if percent else None,
        part_of="",
        timeless=False,
        weights=(),
        minimum=None,
        maximum=None,
        palette=scheme,
    )


def _unit(indicator: Indicator) -> Text:
    return Text("%", "%") if in_percent(indicator) else difference_unit(indicator)


def difference_unit(indicator: Indicator) -> Text:
    """Give the unit of what one value is more than another: of percentages it is points."""
    if indicator.unit.zh in ("%", "％"):
        return Text("百分点", "percentage points")
    return indicator.unit


def _meaning(indicator: Indicator, year0: int, year1: int) -> Text:
    if in_percent(indicator):
        return Text(
            f"变化率 =（{year1}年 − {year0}年）÷ {year0}年的绝对值 × 100，单位 %",
            f"Percent change = ({year1} − {year0}) ÷ the absolute value of {year0} × 100",
        )
    unit = _unit(indicator)
    return Text(
        f"变化量 = {year1}年 − {year0}年" + (f"，单位 {unit.zh}" if unit.zh else ""),
        f"Difference = {year1} − {year0}" + (f", in {unit.en}" if unit.en else ""),
    )


def _check_years(indicator: Indicator, years: Sequence[int], year0: int, year1: int) -> None:
    zh, en = "、".join(map(str, years)), ", ".join(map(str, years))
    if len(years) < 2:
        raise RequestError(
            f"{indicator.name.zh}没有可比的年份；有数的年份：{zh or '（无）'}",
            f"{indicator.name.en} has no two years to compare; there are: {en or 'none'}",
        )
    for year in (year1, year0):
        if year not in years:
            raise NotFoundError(Text("年份", "year"), year, years)
    if year0 >= year1:
        raise RequestError(
            f"相比的年份 {year0} 应早于 {year1}；有数的年份：{zh}",
            f"the year compared with, {year0}, must be before {year1}; there are {en}",
        )


def _scheme(indicator: Indicator, asked: str | None) -> str:
    """Choose a scheme with a middle: gains and losses must not look alike."""
    if asked is None:
        return indicator.palette if indicator.palette in DIVERGING else DIVERGING[0]
    if palette_of(asked).kind != "diverging":
        raise RequestError(
            f"变化图须用双向色带，{asked} 不是；可用的有：{'、'.join(DIVERGING)}",
            f"a map of changes needs a diverging palette, {asked} is none; {', '.join(DIVERGING)}",
        )
    return asked


def _from_zero(
    atlas: Atlas, indicator: Indicator, rows: dict[str, Value], year0: int
) -> Iterator[Text]:
    """Name the areas that began at zero: no percentage can be told of them."""
    before = atlas.series[(indicator.id, Kind.ACTUAL.value)][year0]
    named = [
        atlas.area(code)
        for code in rows
        if in_percent(indicator) and code in before and before[code].value == 0
    ]
    if named:
        yield Text(
            f"{'、'.join(area.name_zh for area in named)}{year0}年为 0，不能算变化率",
            f"{', '.join(area.name_en or area.name_zh for area in named)}: {year0} is 0, "
            "which has no percent change",
        )
