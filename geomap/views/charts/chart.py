"""What every chart has in common: its points, its words, its table twin. Plain data.

A point is an area as the map of that year has it, so a chart and a map cannot say different things
of one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.language import parts_named
from geomap.model.absence import absence_word
from geomap.model.catalog import Status
from geomap.model.wording import known, unsure
from geomap.views.maps.notes import beside

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.model.catalog import Indicator
    from geomap.views.maps.mapview import AreaView

_MOST_NAMED, _FIRST_NAMED = 12, 3
COMPARED_WITH = Text("全市", "City")


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """An area in a year."""

    year: int
    area: AreaView

    @property
    def value(self) -> float | None:
        """What is drawn; None where there is nothing to draw, which is not zero."""
        return self.area.size

    @property
    def estimated(self) -> bool:
        """Whether nobody reported it."""
        return self.area.status == Status.APPORTIONED.value


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The twin of a chart: what it shows, in rows."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is printed about every chart.

    Parameters
    ----------
    indicator : what it shows
    year : that it shows; None for several
    sentence : what it says, in words; claims no more than the data
    notes : what a reader must know: who is not drawn and why, breaks, estimates
    sources : ids of the documents
    marks : that everything made of this release bears
    table : its twin in rows
    """

    indicator: Indicator
    year: int | None
    title: Text
    sentence: Text
    notes: tuple[Text, ...] = ()
    sources: tuple[str, ...] = ()
    marks: tuple[Text, ...] = field(default=())
    table: ChartTable = field(default=ChartTable((), ()))

    @property
    def unit(self) -> Text:
        """The unit of what is drawn."""
        return self.indicator.unit

    def areas(self) -> tuple[AreaView, ...]:
        """Give all that is drawn, for the signs that must be explained."""
        return ()


def chart_title(atlas: Atlas, what: Text, years: Sequence[int], area: str = "") -> Text:
    """Name a chart as maps are named: the city or the one area, what, and from when to when."""
    whose = area_name(atlas, area or atlas.city)
    span = "–".join(str(year) for year in dict.fromkeys([*years[:1], *years[-1:]]))
    when = Text(f"（{span}年）", f", {span}") if span else Text("", "")
    return Text(f"{whose.zh}{what.zh}{when.zh}", f"{whose.en}: {what.en}{when.en}")


def area_name(atlas: Atlas, code: str) -> Text:
    """Give the name of an area, as its maps do."""
    area = atlas.area(code)
    return Text(area.name_zh, area.name_en or area.name_zh)


def cell(area: AreaView | None, indicator: Indicator) -> Text:
    """Write a value as a table has it: the number with its word and standing, or why there is none.

    Empty where nothing is known of the area at all.
    """
    if area is None:
        return Text("", "")
    if unsure(area):
        return known(area, indicator)
    if area.value is None:
        return Text(*[beside(area.others)] * 2) if area.others else absence_word(indicator, area)
    number = known(area, indicator)
    if area.status not in (Status.APPORTIONED.value, Status.PROVISIONAL.value):
        return number
    label = Status(area.status).label
    return Text(f"{number.zh}（{label.zh}）", f"{number.en} ({label.en})")


def named_list(areas: Sequence[AreaView], whole: int) -> Text:
    """Name areas one by one, of very many the first; all of them by their number."""
    if len(areas) == whole > 1:
        parts = parts_named(one.name.zh for one in areas)
        return Text(f"{whole} 个{parts}", f"all {whole} areas")
    shown = areas if len(areas) <= _MOST_NAMED else areas[:_FIRST_NAMED]
    zh, en = "、".join(one.name.zh for one in shown), ", ".join(one.name.en for one in shown)
    if len(shown) == len(areas):
        return Text(zh, en)
    return Text(f"{zh}等 {len(areas)} 个", f"{en} and {len(areas) - len(shown)} more")


def grouped(areas: Iterable[tuple[AreaView, Text]], whole: int) -> list[Text]:
    """Say of areas why they are not drawn, those with the same reason together."""
    found: dict[Text, list[AreaView]] = {}
    for area, why in areas:
        found.setdefault(why, []).append(area)
    said = []
    for why, those in found.items():
        names = named_list(those, whole)
        said.append(Text(f"{names.zh}：{why.zh}", f"{names.en}: {why.en}"))
    return said


def not_drawn(areas: Iterable[tuple[AreaView, Text]], whole: int) -> list[Text]:
    """Say in one note who is not drawn, and why; nothing where all are."""
    said = grouped(areas, whole)
    if not said:
        return []
    zh, en = "；".join(one.zh for one in said), "; ".join(one.en for one in said)
    return [Text(f"未画：{zh}", f"Not drawn: {en}")]


def documents_of(atlas: Atlas, areas: Iterable[AreaView]) -> tuple[str, ...]:
    """Name the documents of what is drawn, each once."""
    sources: Mapping[str, str] = atlas.figure_sources
    return tuple(dict.fromkeys(sources[figure] for area in areas for figure in area.figures))
