"""A cell whose text is not all there is to say: it shows one thing and holds another.

A reader of workbooks hands out plain text where a cell shows what it holds. Elsewhere it hands out
a ``Doubtful``: text still, so that columns may be moved about, yet refused with its own words
where it is used. Its text is never a plain number: who forgets to ask refuses it all the same.
"""

from __future__ import annotations

from geomap.tables.columns import CellFault

NUMBERS = frozenset({"number", "degrees"})


class Doubtful(str):
    """What a cell shows, with why it cannot be taken as it is.

    Parameters
    ----------
    types : the types of columns that refuse it; all when empty
    """

    __slots__ = ("fault", "types")

    fault: CellFault
    types: frozenset[str]

    def __new__(cls, text: str, fault: CellFault, types: frozenset[str] = frozenset()) -> Doubtful:
        """Make the text; ``str`` takes what it is made of here, not in ``__init__``."""
        made = super().__new__(cls, text)
        made.fault, made.types = fault, types
        return made


def doubt_of(text: str, type_: str) -> CellFault | None:
    """Give why a text cannot stand in a column of some type; None when it can."""
    if isinstance(text, Doubtful) and (not text.types or type_ in text.types):
        return text.fault
    return None
