"""Which targets of sites a page lists: all by area, or one page of those chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import OUTSIDE
from geomap.views.plans.chosen import Chosen
from geomap.views.plans.counts import count_verdicts
from geomap.views.plans.site_targets import agreed
from geomap.views.plans.target_rows import TargetRow

if TYPE_CHECKING:
    from geomap.atlas import Atlas

SITE_ROWS = 60
"""So many rows of sites stand on one page."""
TOGETHER = Text("几处合计", "several together")


@dataclass(frozen=True, slots=True)
class SiteFold:
    """The targets of one area, folded; ``open`` when the row asked for is among them."""

    name: Text
    rows: Sequence[TargetRow]
    counts: dict[str, int]
    open: bool


@dataclass(frozen=True, slots=True)
class SitePart:
    """What is listed: ``folds`` when all fit, else ``rows`` of one page, or neither.

    Parameters
    ----------
    count : how many rows there are in all
    page, pages : which page ``rows`` is of how many
    """

    count: int
    folds: Sequence[SiteFold] = ()
    rows: Sequence[TargetRow] = ()
    page: int = 1
    pages: int = 1


def anchor_of(row: TargetRow) -> str:
    """Give the id of a row within the page; that of a plan bears its document too."""
    figure = row["target_figure"]
    if "reading" not in row:
        return f"plan-{figure}" if figure else ""
    head = "together" if row["reading"] == "together" else "target"
    return f"{head}-{figure.rpartition(':')[2]}"


def site_part(
    atlas: Atlas, chosen: Chosen, rows: Sequence[TargetRow], page: int, anchor: str
) -> SitePart:
    """Choose what is listed of ``rows``, which are chosen already.

    Parameters
    ----------
    page : which page; the last one where there are fewer
    anchor : the row (``anchor_of``) that must be seen, "" for none
    """
    at = next((at for at, row in enumerate(rows) if anchor and anchor_of(row) == anchor), None)
    if not chosen.narrows and len(rows) <= SITE_ROWS:
        return SitePart(len(rows), folds=_folds(atlas, rows, anchor if at is not None else ""))
    if not chosen.narrows and at is None:
        return SitePart(len(rows))
    pages = max(1, -(-len(rows) // SITE_ROWS))
    page = min(page, pages) if at is None else at // SITE_ROWS + 1
    return SitePart(
        len(rows), rows=rows[(page - 1) * SITE_ROWS : page * SITE_ROWS], page=page, pages=pages
    )


def _folds(atlas: Atlas, rows: Sequence[TargetRow], anchor: str) -> list[SiteFold]:
    together = [row for row in rows if not row["site"]]
    own = [row for row in rows if row["site"]]
    parts = [
        (Text(area.name_zh, area.name_en), [row for row in own if row["area"] == code])
        for code, area in atlas.areas.items()
    ]
    parts += [(OUTSIDE, [row for row in own if row["area"] not in atlas.areas])]
    parts += [(TOGETHER, together)]
    judged = {id(row): one for row, one in zip(own, agreed(rows), strict=True)}
    return [
        SiteFold(
            name=name,
            rows=listed,
            counts=count_verdicts(judged.get(id(row), row) for row in listed),
            open=anchor in {anchor_of(row) for row in listed},
        )
        for name, listed in parts
        if listed
    ]
