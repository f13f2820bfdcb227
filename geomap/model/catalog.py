"""The nouns of a release: areas, indicators, sources, kinds of sites. Frozen; no input or output.

Codes are text everywhere: read as a number, "010100" becomes 10100 and joins to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geomap.errors import Text

BOUNDARIES_SOURCE = "boundaries"
"""The document that the boundaries, and all that is measured on them, come from."""
FIRST_LAYERS = ("base", "city", "center")
"""The kinds of sites that a map shows before anybody has chosen."""


OUTSIDE = Text("市域外", "outside the city")


class Measure(StrEnum):
    """What a number measures; decides how it may be drawn (counts as symbols, the rest as fill)."""

    COUNT = "count"
    RATE = "rate"
    SHARE = "share"
    DENSITY = "density"
    INDEX = "index"


class Kind(StrEnum):
    """Whether a figure says what is, or what is to be."""

    ACTUAL = "actual"
    TARGET = "target"


class Status(StrEnum):
    """How sure a value is, from the best to the worst.

    The order of the members is that order; a derived value takes the worst status of its parts.
    """

    REPORTED = "reported"
    DERIVED = "derived"
    PROVISIONAL = "provisional"
    APPORTIONED = "apportioned"
    SUPPRESSED = "suppressed"
    MISSING = "missing"

    @property
    def label(self) -> Text:
        """The word printed beside a value of this status."""
        return _STATUS_LABELS[self]

    @property
    def severity(self) -> int:
        """0 for the best; larger is worse."""
        return list(Status).index(self)


_STATUS_LABELS = {
    Status.REPORTED: Text("已公布", "reported"),
    Status.DERIVED: Text("计算得出", "derived"),
    Status.PROVISIONAL: Text("暂定", "provisional"),
    Status.APPORTIONED: Text("估算", "estimate"),
    Status.SUPPRESSED: Text("不予公开", "withheld"),
    Status.MISSING: Text("未上报", "not reported"),
}

UNPUBLISHED = Text("无公开数", "no public figure")
"""What stands in place of 未上报 where nobody is asked to report."""


def _worst(statuses: list[Status]) -> Status:
    """Give the worst of some statuses; of none, missing."""
    return max(statuses, key=lambda status: status.severity, default=Status.MISSING)


@dataclass(frozen=True, slots=True)
class Source:
    """A document that figures come from."""

    id: str
    title: str
    number: str
    issuer: str
    date: str
    url: str = ""
    note: str = ""
    synthetic: bool = False
    title_en: str = ""

    @property
    def translated(self) -> Text:
        """Its title, in English its translation where there is one."""
        return Text(self.title, self.title_en or self.title)

    @property
    def named(self) -> Text:
        """Its title; in English the translation, and the original that it is found by."""
        if self.title_en in ("", self.title):
            return self.translated
        return Text(self.title, f"{self.title_en} [{self.title}]")


@dataclass(frozen=True, slots=True)
class Area:
    """The city or one of its districts and banners.

    Parameters
    ----------
    seat_zh, seat_en : the place of its government, "" when not known
    seat_lon, seat_lat : degrees, EPSG:4326; None when not known
    seat_source : where the coordinates are from
    """

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    kind: str
    parent: str
    seat_zh: str = ""
    seat_en: str = ""
    seat_lon: float | None = None
    seat_lat: float | None = None
    seat_source: str = ""


class Op(StrEnum):
    """How a derived indicator is worked out; see ``geomap.values.indicators``."""

    RATIO = "ratio"
    SHARE = "share"
    QUOTIENT = "quotient"
    CHANGE = "change"
    SITES = "sites"


@dataclass(frozen=True, slots=True)
class Formula:
    """The working of a derived indicator.

    Parameters
    ----------
    op : ratio: ``of / per × scale``; share: ``of / of(city) × 100``;
        quotient: ``(of / per) / (of(city) / per(city))``;
        change: ``(of − of(year before)) / of(year before) × 100``;
        sites: the number of sites of the kind ``of``
    of, per : indicator ids (``of``: a kind of site for sites); ``per`` only for ratio and quotient
    scale : carries the units of ``of`` and ``per`` into the unit of the result
    """

    op: Op
    of: str
    per: str = ""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A definition of an indicator: the first year that it holds for, and what changed."""

    since: int
    note: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the catalogue.

    Parameters
    ----------
    direction : "more" or "less", whichever is better; "none" when neither
    minimum, maximum : the values that are possible, in ``unit``; None for open
    part_of : id of the total that this one is a part of, "" when none
    timeless : whether one figure holds for every year (land area)
    weights : ids of additive indicators by which a total is spread over areas that have not
        reported, the first for the estimate, the others for its range; () for no estimates
    method, k, palette : how the map draws it unless told otherwise
    versions : its definitions where they changed, the earliest first; () for one that never did
    asked : whether the areas are asked to report it: only then is a gap 未上报
    people : whether it counts people; None when its unit says so
    cumulative : whether it counts all since a beginning, so that no year is below the one before
    linked : ids of the indicators that its stored numbers were worked out from, and so give away:
        a share or a rate of a count, an increase of a stock
    headline : whether it is one of the city's key figures
    """

    id: str
    name: Text
    group: str
    unit: Text
    measure: Measure
    decimals: int
    direction: str
    definition: Text
    formula: Formula | None = None
    part_of: str = ""
    timeless: bool = False
    weights: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    method: str = "quantile"
    k: int = 5
    palette: str = "Blues"
    versions: tuple[DefinitionVersion, ...] = ()
    asked: bool = True
    people: bool | None = None
    cumulative: bool = False
    linked: tuple[str, ...] = ()
    headline: bool = False

    @property
    def additive(self) -> bool:
        """Whether the areas add up to the city."""
        return self.measure is Measure.COUNT


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """A heading of the indicator tree."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class SiteKind:
    """A layer of sites: its name and the shape it is drawn with.

    ``shape``: triangle, square, circle, diamond, pentagon, star, hexagon or cross.
    ``outside``: whether its sites lie outside the city and belong in the list beside the map.
    """

    id: str
    name: Text
    shape: str
    outside: bool = False
