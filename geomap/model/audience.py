"""Whom pages and files are for, and how small a count of people must be to be withheld.

Words and numbers only: what follows from them is worked out by ``disclosure`` and ``suppression``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geomap.errors import Text


class Audience(StrEnum):
    """Who a page or an export is meant for."""

    LEADER = "leader"
    INTERNAL = "internal"
    PUBLIC = "public"

    @property
    def label(self) -> Text:
        """Its name."""
        return _LABELS[self]

    @property
    def sees_all(self) -> bool:
        """Whether nothing is withheld from it."""
        return self is not Audience.PUBLIC

    @property
    def choices(self) -> tuple[Audience, ...]:
        """Itself and the audiences that are narrower: whom it may make a file for."""
        return tuple(Audience)[list(Audience).index(self) :]


_LABELS = {
    # Never 公开: what may be published is said by the approval of the map alone.
    Audience.LEADER: Text("领导全数", "leaders, all figures"),
    Audience.INTERNAL: Text("内部全数", "internal, all figures"),
    Audience.PUBLIC: Text("小数已保护", "small counts protected"),
}


class Cost(StrEnum):
    """What is lost with a cell: one cell as any other, the log of its people, or its people."""

    CELLS = "cells"
    LOG = "log"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What must stay hidden, and how well.

    Parameters
    ----------
    threshold : persons; counts above 0 and below it are withheld
    protection : persons p; a reader's interval for a withheld count v must hold all from
        v − p (or 0) to v + p; the threshold when None
    sliding : whether it is enough that the interval is p wide
    show_zero : whether 0 is shown; then zeros are withheld only where nothing else would do
    cost : what is kept small
    most_nodes : nodes of the search for the cheapest choice in a block of linked cells; the best
        known by then is used. Counted, not timed: on a busy machine the same data must not be
        published with other cells withheld
    """

    threshold: float = 5.0
    protection: float | None = None
    sliding: bool = False
    show_zero: bool = True
    cost: Cost = Cost.LOG
    most_nodes: int = 2000

    @property
    def asked(self) -> float:
        """The protection in persons."""
        return self.threshold if self.protection is None else self.protection
