"""Plan progress in the short form that the map shows beside areas and sites.

In: an ``Atlas``, narrowed to its audience already. Out: a JSON-ready dict that points at the
figures of sites by their place in ``Atlas.site_figures``; JavaScript judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from geomap.model.catalog import Status
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import UNDECIDED, agreed, by_area, milestones, site_rows
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import default_year, progress_rows
from geomap.views.plans.verdicts import WORST_FIRST, Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

OUTCOMES = list(Outcome)
_GAPS = {Status.SUPPRESSED.value: "s", Status.MISSING.value: "m"}


def progress_marks(atlas: Atlas, lang: str = "zh") -> dict[str, Any] | None:
    """Give what the map says of targets, as of the year of the progress page; None without any.

    Returns
    -------
    ``year``; ``verdicts``, the sign, word and id of each outcome, the best first, to which all
    counts and numbers below refer; ``plans``, of each its name and the counts of its targets, the
    running first; ``areas``, counts of the targets of sites by area ("" outside the city);
    ``marks``, by site the outcome that its marker bears (``worst``) and the counts of its targets;
    ``why``, reasons; ``rows``, one for each target of a site: line of the figure (the anchor on the
    progress page), place of the figure, outcome, place of the reason, then as far as known: actual,
    way gone, time gone (shares at the year of the actual) and place in ``both``; ``both``, the same
    rows read together, with the number of sites last; ``dates``, places of figures with those of
    the events reported; ``undecided``, the sentence on the two readings, where there are any. An
    actual is its value, year, place of the figure (None for a sum) and whether documents disagree;
    "s" when withheld, "m" when recorded as not reported
    """
    as_of = default_year(atlas)
    plan, sites, dates = progress_rows(atlas, as_of), site_rows(atlas, as_of), milestones(atlas)
    if not (plan or sites or dates):
        return None
    place = {figure: at for at, figure in enumerate(atlas.site_figures["id"])}
    why: dict[str, int] = {}
    reason = "reason_en" if lang == "en" else "reason"
    both = [row for row in sites if not row["site"]]
    together = {_same(row, site): at for at, row in enumerate(both) for site in row["sites"]}
    rows = [
        _trimmed([*_short(row, place, why, reason), together.get(_same(row, row["site"]))])
        for row in sites
        if row["site"]
    ]
    return {
        "year": as_of,
        "verdicts": [[one.symbol, one.label.in_(lang), one.value] for one in OUTCOMES],
        "plans": [[one.name.in_(lang), _ordered(one.counts)] for one in plan_counts(atlas, plan)],
        "areas": {
            row["area"]: [row[one.value] for one in OUTCOMES] for row in by_area(atlas, sites)
        },
        "marks": _marks(sites),
        "rows": rows,
        "both": [[*_short(row, place, why, reason), len(row["sites"])] for row in both],
        "why": list(why),
        "dates": [
            [place[row["figure"]], [place[one["figure"]] for one in row["events"]]] for row in dates
        ],
        **({"undecided": UNDECIDED.in_(lang)} if both else {}),
    }


def worst_verdict(rows: Iterable[TargetRow]) -> Outcome:
    """Give the worst verdict on some targets; those that cannot be judged count only alone."""
    found = {row["outcome"] for row in rows}
    return next((one for one in WORST_FIRST if one.value in found), Outcome.UNKNOWN)


def _marks(rows: list[TargetRow]) -> dict[str, list[int]]:
    of_sites: dict[str, list[TargetRow]] = defaultdict(list)
    for row in agreed(rows):
        of_sites[row["site"]].append(row)
    return {
        site: [OUTCOMES.index(worst_verdict(own)), *_counts(own)] for site, own in of_sites.items()
    }


def _counts(rows: list[TargetRow]) -> list[int]:
    return _ordered(count_verdicts(rows))


def _ordered(counts: Mapping[str, int]) -> list[int]:
    return [counts[one.value] for one in OUTCOMES]


def _same(row: TargetRow, site: str) -> tuple[Any, ...]:
    """Say what the two readings of one target have in common."""
    return row["reading"] != "", site, row["indicator"], row["target_year"], row["target"]


def _short(row: TargetRow, place: Mapping[str, int], why: dict[str, int], reason: str) -> list[Any]:
    line = row["target_figure"].rpartition(":")[2]
    return [
        int(line) if line.isdecimal() else line,
        place[row["target_figure"]],
        OUTCOMES.index(Outcome(row["outcome"])),
        why.setdefault(row[reason], len(why)),
        _actual(row, place),
        _rounded(row["done_share"]),
        _rounded(row["time_share"]),
    ]


def _actual(row: TargetRow, place: Mapping[str, int]) -> list[Any] | str | None:
    if (value := row["actual"]) is None:
        return _GAPS.get(row["actual_absence"])
    figure = place[row["actual_figure"]] if row["site"] else None
    whole = int(value) if value == int(value) else value
    return [whole, row["actual_year"], figure, *([1] if row["actual_conflict"] else [])]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _trimmed(row: list[Any]) -> list[Any]:
    """Leave out what is not known at the end: most targets have no actual yet."""
    while row and row[-1] is None:
        row.pop()
    return row
