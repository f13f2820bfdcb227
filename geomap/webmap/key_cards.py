"""The line of key figures above the map, as printed: a card for each, and one for the plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Status
from geomap.model.wording import number_and_unit
from geomap.views.evidence.headline import KeyFigure, change_text, key_figures
from geomap.views.plans.counts import plan_counts
from geomap.views.plans.targets import default_year, progress_rows
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_SURE = (Status.REPORTED.value, Status.DERIVED.value)
_GOOD = (Outcome.DONE, Outcome.AHEAD, Outcome.ON_TRACK)


@dataclass(frozen=True, slots=True)
class KeyCard:
    """One card: what it leads to, its name, number and unit, and the line below.

    ``indicator`` is "" for the card of the plans, which leads to their page; ``change`` is what
    changed since the year that stands below, "" where nothing is told.
    """

    indicator: str
    name: str
    value: str
    unit: str
    change: str
    below: str
    title: str


def key_cards(atlas: Atlas, lang: str) -> list[KeyCard]:
    """Give the cards in one language; that of the plans is the last."""
    cards = [_card(atlas, one, lang) for one in key_figures(atlas)]
    plan = _plan(atlas, lang)
    return [*cards, plan] if plan else cards


def _card(atlas: Atlas, figure: KeyFigure, lang: str) -> KeyCard:
    one, row = figure.indicator, figure.row
    sources = dict.fromkeys(atlas.figure_sources[figure] for figure in row.figures)
    number, unit = number_and_unit(row, one)
    return KeyCard(
        indicator=one.id,
        name=one.name.in_(lang),
        value=number.in_(lang),
        unit=unit.in_(lang),
        change=change_text(figure).in_(lang),
        below=_below(figure).in_(lang),
        title=" ".join(atlas.sources[source].named.in_(lang) for source in sources),
    )


def _below(figure: KeyFigure) -> Text:
    """Say the year, how sure the number is, what the change is told against, and the target."""
    status = Status(figure.row.status)
    year = Text(f"{figure.year}年", f"{figure.year}")
    if figure.since is not None:
        year = Text(f"{year.zh}较{figure.since}年", f"{year.en} against {figure.since}")
    parts = [year] if status.value in _SURE else [year, status.label]
    if figure.goal is not None:
        (goal, _), at = number_and_unit(figure.goal, figure.indicator), figure.goal_year
        parts.append(Text(f"{at}年目标 {goal.zh}", f"target {goal.en} in {at}"))
    return Text("，".join(one.zh for one in parts), ", ".join(one.en for one in parts))


def _plan(atlas: Atlas, lang: str) -> KeyCard | None:
    """Tell the first plan that runs, else the latest: how many of its targets are met or on way."""
    as_of = default_year(atlas)
    plans = plan_counts(atlas, progress_rows(atlas, as_of))
    if not plans:
        return None
    plan = plans[0]
    good = sum(plan.counts[one.value] for one in _GOOD)
    told = [(one.label, plan.counts[one.value]) for one in Outcome
            if one not in _GOOD and plan.counts[one.value]]  # fmt: skip
    zh = "，".join([f"截至{as_of}年末", *(f"{label.zh} {count}" for label, count in told)])
    en = ", ".join([f"end of {as_of}", *(f"{count} {label.en}" for label, count in told)])
    return KeyCard(
        indicator="",
        name=Text("规划目标完成或如期", "Targets met or on time").in_(lang),
        value=f"{good}/{plan.total}",
        unit="",
        change="",
        below=Text(zh, en).in_(lang),
        title=plan.name.in_(lang),
    )
