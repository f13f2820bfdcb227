"""How the plans stand, each by itself: which targets it has, and how they are judged.

A *plan* is what one document aims at for one year. One that is over (2020) is never counted with
one that runs (2025); the running come first, of those that are over the latest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.plans.target_rows import TargetRow


@dataclass(frozen=True, slots=True)
class PlanCount:
    """One plan: its targets, each once, and how many there are of each verdict.

    Parameters
    ----------
    id : "document:year"
    base_years : the years that its targets are measured from
    running : whether its year is still to come
    """

    id: str
    source: str
    title: Text
    year: int
    base_years: tuple[int, ...]
    running: bool
    rows: tuple[TargetRow, ...]

    @property
    def total(self) -> int:
        """How many targets it has."""
        return len(self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many by verdict, all verdicts named, the best first."""
        return count_verdicts(self.rows)

    @property
    def name(self) -> Text:
        """The document and the year that it aims at."""
        over = Text("", "") if self.running else Text("，已到期", ", over")
        return Text(
            f"{self.title.zh}（{self.year}年目标{over.zh}）",
            f"{self.title.en} (targets for {self.year}{over.en})",
        )

    @property
    def span(self) -> str:
        """From which year to which: 2015→2020."""
        return "→".join([*(["、".join(map(str, self.base_years))] if self.base_years else []),
                         str(self.year)])  # fmt: skip

    def told(self) -> Text:
        """Say the counts in words, what there is none of left out."""
        found = [(one, self.counts[one.value]) for one in Outcome if self.counts[one.value]]
        zh = "，".join(f"{one.label.zh} {count}" for one, count in found)
        en = ", ".join(f"{one.label.en} {count}" for one, count in found)
        return Text(
            f"{self.name.zh} {self.total} 个：{zh}",
            f"{self.name.en}, {self.total} target{'s' * (self.total != 1)}: {en}",
        )


def targets_once(rows: Iterable[TargetRow]) -> list[TargetRow]:
    """Give the rows that are targets, each once.

    A row without a target is none; a target that one document states twice, in a table and in its
    text, is one. Of two statements the one that is judged stands for both.
    """
    found: dict[tuple[Any, ...], TargetRow] = {}
    for row in rows:
        if row["target"] is None:
            continue
        key = _promise(row)
        known = found.get(key)
        judged = row["outcome"] != Outcome.UNKNOWN.value
        if known is None or (judged and known["outcome"] == Outcome.UNKNOWN.value):
            found[key] = row
    return list(found.values())


def count_verdicts(rows: Iterable[TargetRow]) -> dict[str, int]:
    """Count the targets by verdict, all verdicts named, the best first; keys as in ``outcome``."""
    counts = Counter(row["outcome"] for row in targets_once(rows))
    return {outcome.value: counts[outcome.value] for outcome in Outcome}


def plan_counts(atlas: Atlas, rows: Iterable[TargetRow]) -> list[PlanCount]:
    """Count each plan by itself, the running ones first.

    Parameters
    ----------
    rows : of ``geomap.views.plans.targets.progress_rows``
    """
    plans: dict[str, list[TargetRow]] = {}
    for row in targets_once(rows):
        plans.setdefault(row["plan"], []).append(row)
    made = [_plan(atlas.sources[own[0]["target_source"]].named, own) for own in plans.values()]
    return sorted(made, key=_place)


def _plan(title: Text, rows: list[TargetRow]) -> PlanCount:
    first: Mapping[str, Any] = rows[0]
    bases = {row["base_year"] for row in rows if row["base"] is not None}
    return PlanCount(
        id=first["plan"],
        source=first["target_source"],
        title=title,
        year=first["target_year"],
        base_years=tuple(sorted(bases)),
        running=first["running"],
        rows=tuple(rows),
    )


def _place(plan: PlanCount) -> tuple[bool, int]:
    return not plan.running, plan.year if plan.running else -plan.year


def _promise(row: TargetRow) -> tuple[Any, ...]:
    names = ("area", "indicator", "target_year", "target", "target_approx", "target_source")
    return (row.get("site", ""), *(row[name] for name in names))
