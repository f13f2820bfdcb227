"""What one map shows, as plain data: areas, legend, circles, and the JSON of them all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.errors import Text

if TYPE_CHECKING:
    from geomap.model.catalog import Indicator
    from geomap.views.maps.notes import ControlView

_VERSION = 1
_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class AreaView:
    """One area on the map.

    ``class_index`` is −1 and ``rank`` None when it has no value; an estimate has a class, and a
    rank only when that was asked for (``ranks.places``). ``method`` says how it was estimated,
    ``low`` and ``high`` its range by other weights. ``others`` are the values of other places in
    the documents; where ``value`` is None they stand side by side and no rule says which holds.
    ``approx`` is the word beside the number (约), ``decimals`` are those that it is printed with
    and ``text`` is what is printed; of a change whose sign is not known there are ``low`` and
    ``high`` and no value. ``absence`` says why there is no value: a key of
    ``model.absence.ABSENCES``, "" where there is one. ``level`` is the value that it stands for
    where it is an estimate which differs from others by rounding only: no class, place or
    difference may be told by its own.
    """

    code: str
    name: Text
    value: float | None
    status: str
    class_index: int
    rank: int | None
    figures: tuple[str, ...]
    conflict: bool
    low: float | None = None
    high: float | None = None
    method: Text | None = None
    others: tuple[float, ...] = ()
    approx: str = ""
    decimals: int = 0
    text: Text = _NOTHING
    absence: str = ""
    level: float | None = None

    @property
    def size(self) -> float | None:
        """The value that a circle, a bar or an order shows."""
        return self.value if self.level is None else self.level


@dataclass(frozen=True, slots=True)
class LegendView:
    """The classes, as printed: ``counts`` areas in each; ``bounds`` one more than classes."""

    method: str
    asked: int
    bounds: tuple[float, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    counts: tuple[int, ...]
    palette: str
    pivot: float | None
    closure: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SymbolView:
    """Circles with area in proportion to the value: ``largest`` has ``max_radius_px``."""

    largest: float
    max_radius_px: float
    legend: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """All that one map shows; ``as_dict`` is described by ``web/mapview.schema.json``.

    ``sentence`` says in words what it shows. ``joint``: what several areas have together, as their
    documents give it; drawn on none of them.
    """

    release: str
    indicator: Indicator
    year: int | None
    years: tuple[int, ...]
    kind: str
    base_year: int | None
    title: Text
    sentence: Text
    representation: str
    advice: Text | None
    areas: tuple[AreaView, ...]
    joint: tuple[AreaView, ...]
    city: AreaView | None
    legend: LegendView
    symbols: SymbolView | None
    status_counts: dict[str, int]
    control: ControlView | None
    notes: tuple[Text, ...]
    sources: tuple[str, ...]
    marks: tuple[Text, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: no NaN, texts as ``{"zh", "en"}``."""
        return {"version": _VERSION, **as_plain(self)}


def as_plain(value: Any) -> Any:
    """Give the JSON form of texts, dataclasses and their lists: no NaN."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if hasattr(value, "__dataclass_fields__"):
        return as_plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, dict):
        return {key: as_plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [as_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
