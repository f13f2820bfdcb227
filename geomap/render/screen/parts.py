"""What the big screen is made of: printed parts, and the desk that numbers their documents.

Every number carries ``refs``: numbers in one list of documents, each given at first use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.absence import absence_word
from geomap.model.catalog import Indicator, Status
from geomap.model.wording import known, unsure
from geomap.numbers import written
from geomap.render.screen.map import Outlines, ScreenLabel
from geomap.views.maps.mapview import AreaView
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed, with what it is of; ``refs`` is empty only when it is not known.

    ``change``: since the year before that has a number, "" where none can be told.
    """

    name: str
    value: str
    mark: str
    unit: str
    when: str
    status: str
    refs: tuple[int, ...]
    change: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One area in the ranking; ``share`` of the longest bar, None without a value."""

    rank: str
    name: str
    value: str
    mark: str
    share: float | None
    paint: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class ScreenSpot:
    """A circle on the map."""

    x: float
    y: float
    radius: float
    colour: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class ScreenKey:
    """A row of the legend: a colour, a pattern's name, or the radius of a circle."""

    paint: str
    label: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Slide:
    """One turn: a map with its ranking and legend; ``no_city`` stands where ``city`` is None."""

    indicator: str
    name: str
    subtitle: str
    city: Figure | None
    no_city: str
    fills: tuple[str, ...]
    spots: tuple[ScreenSpot, ...]
    labels: tuple[tuple[ScreenLabel, bool], ...]
    hatches: tuple[str, ...]
    bars: tuple[Bar, ...]
    more: int
    legend: tuple[ScreenKey, ...]
    note: str
    refs: tuple[int, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One target: ``row`` is that of ``geomap.views.plans.targets``, the rest is printed."""

    row: TargetRow
    name: str
    verdict: str
    actual: str
    target: str
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Some targets of one plan, below how many of its targets there are by verdict."""

    name: str
    total: int
    counts: tuple[tuple[Outcome, str, int], ...]
    rows: tuple[PlanRow, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    """Plan progress page by page, each of one plan, those that run first."""

    as_of: int
    pages: tuple[PlanPage, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sites:
    """One kind of site: ``drawn`` of ``total`` are on the map; ``more`` documents beyond refs."""

    kind: str
    name: str
    shape: str
    total: int
    drawn: int
    refs: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A sign on the map: ``shapes`` and their sizes beside a lone one, the outermost first.

    ``count`` says how many sites it stands for where its shapes do not, else 0; ``reach`` is how
    far it extends beside a lone one.
    """

    x: float
    y: float
    shapes: tuple[tuple[str, float], ...]
    names: tuple[str, ...]
    count: int

    @property
    def reach(self) -> float:
        """How wide it is beside a lone shape."""
        return self.shapes[0][1]


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the big screen shows.

    ``references`` are number, title and number of document; ``years`` is the span of the years of
    all figures shown, "" when there are none.
    """

    geometry: Outlines
    headline: tuple[Figure, ...]
    slides: tuple[Slide, ...]
    plan: ScreenPlan
    sites: tuple[Sites, ...]
    symbols: tuple[Symbol, ...]
    references: tuple[tuple[int, str, str], ...]
    fixed_refs: tuple[int, ...]
    years: str


@dataclass(frozen=True, slots=True)
class Citations:
    """What all parts are composed with; ``numbers`` gives each document its own, at first use."""

    atlas: Atlas
    lang: str
    words: dict[str, str]
    numbers: dict[str, int] = field(default_factory=dict)

    def say(self, text: Text) -> str:
        """Give the words of the language; Chinese where there are no English ones."""
        return text.in_(self.lang) or text.zh

    def refs(self, sources: Iterable[str]) -> tuple[int, ...]:
        """Give documents their numbers; those seen before keep theirs."""
        known = [one for one in dict.fromkeys(sources) if one]
        return tuple(self.numbers.setdefault(one, len(self.numbers) + 1) for one in known)

    def refs_of(self, figures: Iterable[str]) -> tuple[int, ...]:
        """Give the documents of figures their numbers."""
        return self.refs(self.atlas.figure_sources[one] for one in figures)


def year_text(desk: Citations, year: object) -> str:
    """Write a year, or a span of years."""
    return desk.words["year_label"].format(year=year)


def mark_of(desk: Citations, row: Value | AreaView) -> str:
    """Give the word that an estimate is followed by."""
    estimate = row.value is not None and row.status == Status.APPORTIONED.value
    return desk.words["apportioned_short"] if estimate else ""


def value_text(desk: Citations, row: Value | AreaView, one: Indicator) -> str:
    """Write a value as the map page does, without the word of an estimate: see ``mark_of``."""
    words = desk.words
    if unsure(row):
        return desk.say(known(row, one))
    if row.value is None and row.others:
        values = "｜".join(written(value, one.decimals) for value in row.others)
        return words["undecided"].format(values=values)
    if row.value is None:
        return desk.say(absence_word(one, row))
    mark = words["mark_provisional"] if row.status == Status.PROVISIONAL.value else ""
    flag = words["mark_conflict"] if row.conflict else ""
    return f"{desk.say(known(row, one))}{mark}{flag}"
