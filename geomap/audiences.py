"""A release as one audience may see it: nothing that is withheld can be had from any part of it.

In: an ``Atlas``. Out: another, in the place of the first for pages, API and files, which then need
not know who reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.additive import PERSONS, Key, is_people
from geomap.atlas import Atlas
from geomap.catalog import Kind, Status
from geomap.claims import Arithmetic, Claim, Ref
from geomap.differencing import Comparison, Published, difference
from geomap.disclosure import (
    Audience,
    Disclosure,
    as_audience,
    publication,
    redact_figures,
    redact_site_figures,
)
from geomap.errors import RequestError, Text
from geomap.estimates import Estimates
from geomap.reconcile import Rules as Claimed
from geomap.suppression import Rules

if TYPE_CHECKING:
    import pandas as pd

KEPT = 4
"""Releases with an audience that are kept: as many as two editions for two audiences."""


def for_audience(
    atlas: Atlas, audience: Audience | str = Audience.PUBLIC, rules: Rules | None = None
) -> Atlas:
    """Give the release as an audience may see it; worked out once for each release.

    Parameters
    ----------
    rules : what is withheld from the public and how well; the usual ones when None

    Raises
    ------
    RequestError : there is no such audience, something cannot be hidden, or the release has been
        narrowed to the public already
    """
    audience = as_audience(audience)
    if audience is atlas.disclosure.audience:
        return atlas
    if not atlas.disclosure.audience.sees_all:
        raise RequestError(
            f"这里只提供小数已保护的数据，不能给出“{audience.label.zh}”",
            f"only protected figures are given here, not {audience.label.en}",
        )
    return _made(atlas, Disclosure(audience, rules or Rules()))


@lru_cache(maxsize=KEPT)
def _made(atlas: Atlas, disclosure: Disclosure) -> Atlas:
    if disclosure.audience.sees_all:
        return replace(
            atlas, disclosure=disclosure, published=atlas.values, guessed=atlas.estimates
        )
    return _public(atlas, disclosure)


def differences(then: Atlas, now: Atlas, rules: Rules | None = None) -> Comparison:
    """Find what the public editions of two releases give away together that neither does alone."""
    rules = rules or Rules()
    sides = [for_audience(one, Audience.PUBLIC, rules) for one in (then, now)]
    before, after = (
        Published(one.values, one.indicators, tuple(area.code for area in one.parts))
        for one in sides
    )
    return difference(before, after, city=now.city, rules=rules)


def _public(atlas: Atlas, disclosure: Disclosure) -> Atlas:
    rules = disclosure.rules
    values, disputed = _settled(atlas, rules)
    found = publication(
        values,
        atlas.indicators,
        disclosure.audience,
        city=atlas.city,
        areas=[area.code for area in atlas.parts],
        rules=rules,
    )
    hidden = found.hidden | disputed
    figures = redact_figures(atlas.figures, hidden)
    return replace(
        atlas,
        disclosure=disclosure,
        published=_untold(found.values, _telling(atlas.estimates, hidden)),
        guessed=_estimated(atlas.estimates, hidden),
        figures=_without_small(atlas, figures, rules),
        site_figures=redact_site_figures(atlas.site_figures, rules.threshold),
        rules=_claimed(atlas, hidden),
        # They quote the data, withheld numbers too.
        notices=(),
    )


def _estimated(estimates: Estimates, hidden: frozenset[Key]) -> Estimates:
    """Give the estimates as they were made from all figures, without what is withheld.

    Made anew from what is left they would differ: for want of figures that are only withheld, and
    with reasons that do not hold. A reason may quote a withheld number; then it is not given.
    """
    about = {(indicator, year) for indicator, _, year in hidden}
    refusals = tuple(
        replace(one, reason=_NOT_TOLD) if (one.indicator, one.year) in about else one
        for one in estimates.refusals
    )
    rows = estimates.table[["indicator", "area", "year"]].itertuples(index=False, name=None)
    shown = np.array(
        [(str(name), str(area), int(year)) not in hidden for name, area, year in rows], dtype=bool
    )
    table = _untold(estimates.table[shown], _telling(estimates, hidden))
    return replace(estimates, table=table, refusals=refusals)


def _telling(estimates: Estimates, hidden: frozenset[Key]) -> frozenset[str]:
    """Give the methods that may quote a withheld number, such as the city's total."""
    about = {(indicator, year) for indicator, _, year in hidden}
    rows = estimates.table[["indicator", "year", "method"]].itertuples(index=False, name=None)
    return frozenset(method.zh for name, year, method in rows if (str(name), int(year)) in about)


def _untold(values: pd.DataFrame, telling: frozenset[str]) -> pd.DataFrame:
    """Leave those methods out, also where they are a part of how something was worked out."""
    methods = [
        _METHOD_NOT_TOLD
        if isinstance(method, Text) and any(one in method.zh for one in telling)
        else method
        for method in values["method"]
    ]
    return values.assign(method=_objects(methods))


_METHOD_NOT_TOLD = Text(
    "估算：算法说明涉及不予公开的数，从略",
    "estimate: how it was made involves withheld figures and is left out",
)


_NOT_TOLD = Text(
    "原因涉及不予公开的数，从略", "the reason involves withheld figures and is left out"
)


def _settled(atlas: Atlas, rules: Rules) -> tuple[pd.DataFrame, frozenset[Key]]:
    """Take small counts out of what other documents say of a value.

    Returns
    -------
    values, and the keys on which nobody decided and one of whose values is small
    """
    values = atlas.values
    people = {
        name: PERSONS[one.unit.zh] for name, one in atlas.indicators.items() if is_people(one)
    }
    columns = values[["indicator", "kind", "others"]].itertuples(index=False, name=None)
    others = [
        tuple(
            one
            for one in said
            if kind != Kind.ACTUAL.value or not _is_small(one * people.get(name, np.nan), rules)
        )
        for name, kind, said in columns
    ]
    fewer = np.array(
        [len(one) < len(said) for one, said in zip(others, values["others"], strict=True)],
        dtype=bool,
    )
    gone = fewer & values["value"].isna().to_numpy()
    agreed = fewer & np.array([not one for one in others], dtype=bool)
    settled = values.assign(
        others=_objects([() if out else one for out, one in zip(gone, others, strict=True)]),
        figures=_objects(
            [() if out else one for out, one in zip(gone, values["figures"], strict=True)]
        ),
        conflict=values["conflict"].astype(bool) & ~(gone | agreed),
        status=values["status"].mask(gone, Status.SUPPRESSED.value),
    )
    keys = values.loc[gone, ["indicator", "area", "year"]].itertuples(index=False, name=None)
    return settled, frozenset((str(a), str(b), int(c)) for a, b, c in keys)


def _objects(items: Sequence[Any]) -> Any:
    column = np.empty(len(items), dtype=object)
    for place, one in enumerate(items):
        column[place] = one
    return column


def _is_small(persons: float, rules: Rules) -> bool:
    """Whether a count of people is one that may not be shown; no number of people is none."""
    return 0 < persons < rules.threshold or (persons == 0 and not rules.show_zero)


def _without_small(atlas: Atlas, figures: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Take out small counts that were not chosen where documents disagree."""
    people = {
        name: PERSONS[one.unit.zh] for name, one in atlas.indicators.items() if is_people(one)
    }
    persons = figures["indicator"].map(people) * figures["value"]
    small = persons.map(lambda one: _is_small(one, rules)).astype(bool)
    small &= figures["kind"] == Kind.ACTUAL.value
    emptied = {name: figures[name].mask(small, "") for name in ("quote", "note", "approx")}
    return figures.assign(
        value=figures["value"].mask(small),
        digits=figures["digits"].mask(small),
        status=figures["status"].mask(small, Status.SUPPRESSED.value),
        **emptied,
    )


def _claimed(atlas: Atlas, hidden: frozenset[Key]) -> Claimed:
    """Leave out what documents claim of a withheld number, and what was ruled on it."""
    rules = atlas.rules
    precedence, arithmetic = rules.precedence, rules.arithmetic
    rulings = tuple(one for one in precedence.rulings if one.key[:3] not in hidden)
    claims = tuple(one for one in arithmetic.claims if hidden.isdisjoint(_named(one, atlas.city)))
    return replace(
        rules,
        precedence=replace(precedence, rulings=rulings),
        arithmetic=Arithmetic(arithmetic.complete, claims),
    )


def _named(claim: Claim, city: str) -> Iterator[Key]:
    terms: Iterable[Any] = (*claim.terms, claim.stated)
    for term in terms:
        if isinstance(term, Ref):
            yield term.indicator, term.area or city, term.year
