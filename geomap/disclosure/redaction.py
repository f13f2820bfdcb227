"""Taking withheld numbers out of figures, sites and rules, and out of the words beside them.

Words go by rule, never for what they say: whether a quote is shown must not depend on the number
that it might tell, or its absence would tell it. All words of a document, of an area and of a group
of indicators go as soon as one number of these is withheld. A withheld number loses its place in
the document too, which is free text and may hold it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.arrays import Flags
from geomap.disclosure.additive import Key
from geomap.disclosure.suppression import Threshold
from geomap.errors import Text
from geomap.model.catalog import Indicator, Kind, Status
from geomap.model.people import persons, persons_per
from geomap.tables.comparability import members
from geomap.values.claims import Arithmetic, Claim, Ref
from geomap.values.reconcile import SourcingRules

if TYPE_CHECKING:
    import pandas as pd


_WHY = "理由从略 / reason left out"


@dataclass(frozen=True, slots=True)
class Telling:
    """Whose words may tell a withheld number: what is known from where numbers are withheld."""

    sources: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()

    def about(self, claim: Claim) -> bool:
        """Whether a claim is of such a document, or about such an indicator."""
        named = {one.indicator for one in (*claim.terms, claim.stated) if isinstance(one, Ref)}
        return claim.source in self.sources or not self.indicators.isdisjoint(named)


def gone_figures(
    figures: pd.DataFrame, hidden: Collection[Key], indicators: Mapping[str, Indicator],
    rules: Threshold,
) -> Flags:  # fmt: skip
    """(n,) which figures are withheld: those of withheld values, and small ones not chosen."""
    keys = zip(figures["indicator"], figures["area"], figures["year"], strict=True)
    gone = set(hidden)
    mine = np.array([(str(a), str(b), int(c)) in gone for a, b, c in keys], dtype=bool)
    each = {name: persons(one) for name, one in indicators.items()}
    people = figures["indicator"].map(each).astype(float) * figures["value"]
    small = np.array([is_small(one, rules) for one in people], dtype=bool)
    found: Flags = (mine | small) & (figures["kind"] == Kind.ACTUAL.value).to_numpy()
    return found


def gone_at_sites(site_figures: pd.DataFrame, rules: Threshold) -> Flags:
    """(n,) which figures of sites are small counts of people, or say one in words only."""
    people = site_figures["unit"].map(persons_per).astype(float)
    small = [is_small(one, rules) for one in people * site_figures["value"]]
    worded = people.notna() & site_figures["value"].isna() & (site_figures["text"] != "")
    found: Flags = np.array(small, dtype=bool) | worded.to_numpy()
    found &= (site_figures["kind"] == Kind.ACTUAL.value).to_numpy()
    return found


def is_small(count: float, rules: Threshold) -> bool:
    """Whether a count of people is one that may not be shown; no number of people is none."""
    return 0 < count < rules.threshold or (count == 0 and not rules.show_zero)


def telling(
    figures: pd.DataFrame,
    gone: Flags,
    site_figures: pd.DataFrame,
    gone_there: Flags,
    indicators: Mapping[str, Indicator],
) -> Telling:
    """Say whose words go.

    Parameters
    ----------
    gone, gone_there : as ``gone_figures`` and ``gone_at_sites`` give them
    """
    chosen, there = figures[gone], site_figures[gone_there]
    group = {name: one.group for name, one in indicators.items()}
    groups = {group.get(name, name) for name in chosen["indicator"]}
    return Telling(
        sources=frozenset(chosen["source"]) | frozenset(there["source"]),
        areas=frozenset(one for area in chosen["area"].unique() for one in (area, *members(area))),
        indicators=frozenset(name for name in group if group[name] in groups)
        | frozenset(chosen["indicator"]),
        sites=frozenset(there["site"]),
    )


def redact_figures(figures: pd.DataFrame, gone: Flags, words: Telling) -> pd.DataFrame:
    """Take out withheld figures, and quotes and notes that may tell them.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    """
    areas = figures["area"].map(lambda one: not words.areas.isdisjoint((one, *members(one))))
    told = gone | figures["source"].isin(words.sources) | areas.astype(bool)
    told |= figures["indicator"].isin(words.indicators)
    return figures.assign(
        value=figures["value"].mask(gone),
        digits=figures["digits"].mask(gone),
        status=figures["status"].mask(gone, Status.SUPPRESSED.value),
        approx=figures["approx"].mask(gone, ""),
        locator=figures["locator"].mask(gone, ""),
        quote=figures["quote"].mask(told, ""),
        note=figures["note"].mask(told, ""),
    )


def redact_site_figures(site_figures: pd.DataFrame, gone: Flags, words: Telling) -> pd.DataFrame:
    """Take out withheld figures of sites, and quotes and notes that may tell them."""
    told = gone | site_figures["source"].isin(words.sources)
    told |= site_figures["site"].isin(words.sites)
    return site_figures.assign(
        value=site_figures["value"].mask(gone),
        status=site_figures["status"].mask(gone, Status.SUPPRESSED.value),
        text=site_figures["text"].mask(gone, ""),
        approx=site_figures["approx"].mask(gone, ""),
        locator=site_figures["locator"].mask(gone, ""),
        quote=site_figures["quote"].mask(told, ""),
        note=site_figures["note"].mask(told, ""),
    )


def redact_sites(sites: pd.DataFrame, words: Telling) -> pd.DataFrame:
    """Take out the notes on sites that may tell a withheld number."""
    told = sites["source"].isin(words.sources) | sites["id"].isin(words.sites)
    return sites.assign(note=sites["note"].mask(told, ""))


def redact_site_lists(lists: pd.DataFrame, words: Telling) -> pd.DataFrame:
    """Take out the words beside complete lists that may tell a withheld number."""
    told = lists["source"].isin(words.sources)
    return lists.assign(quote=lists["quote"].mask(told, ""), note=lists["note"].mask(told, ""))


def redact_rules(
    rules: SourcingRules, hidden: Collection[Key], words: Telling, city: str
) -> SourcingRules:
    """Leave out what documents claim of withheld numbers, and what was ruled on these."""
    gone = set(hidden)
    rulings = tuple(
        replace(one, why=_WHY) if one.indicator in words.indicators else one
        for one in rules.precedence.rulings
        if one.key[:3] not in gone
    )
    claims = tuple(
        one
        for one in rules.arithmetic.claims
        if gone.isdisjoint(_named(one, city)) and not words.about(one)
    )
    return replace(
        rules,
        precedence=replace(rules.precedence, rulings=rulings),
        arithmetic=Arithmetic(rules.arithmetic.complete, claims),
    )


def ruling_told(rule: Any) -> Any:
    """Give what decided on a value without the reason of a ruling, which may tell numbers."""
    if not isinstance(rule, Text) or not rule.zh.startswith("指定（"):
        return rule
    return Text("指定（理由从略）", "by ruling (reason left out)")


def _named(claim: Claim, city: str) -> Iterator[Key]:
    terms: tuple[Any, ...] = (*claim.terms, claim.stated)
    for term in terms:
        if isinstance(term, Ref):
            yield term.indicator, term.area or city, term.year
