"""A release as one audience may see it: nothing that is withheld can be had from any part of it.

In: an ``Atlas``. Out: another, in the place of the first for pages, API and files, which then need
not know who reads them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from geomap.atlas import Atlas
from geomap.disclosure.additive import Key
from geomap.disclosure.differencing import EditionComparison, Published, publication_difference
from geomap.disclosure.narrowing import (
    Audience,
    Disclosure,
    as_audience,
    publication,
    withhold_derived,
    without,
)
from geomap.disclosure.redaction import (
    gone_at_sites,
    gone_figures,
    is_small,
    redact_figures,
    redact_rules,
    redact_site_figures,
    redact_site_lists,
    redact_sites,
    ruling_told,
    telling,
)
from geomap.disclosure.suppression import Threshold
from geomap.errors import RequestError, Text
from geomap.model.catalog import Kind, Status
from geomap.model.people import persons
from geomap.release.identity import identity
from geomap.values.estimates import Estimates
from geomap.values.indicators import STATED

if TYPE_CHECKING:
    import pandas as pd

Series: TypeAlias = "tuple[str, int]"
"""An indicator in a year."""
_EDITIONS: WeakKeyDictionary[Atlas, dict[Disclosure, Atlas]] = WeakKeyDictionary()
"""What has been worked out for each release, for as long as that is open."""
_MAKING = threading.Lock()
"""It takes seconds: whoever asks meanwhile waits for it, rather than doing the same."""


class NarrowError(RequestError):
    """More is asked for than the audience of the server may see."""

    status = 403
    code = "audience"


def for_audience(
    atlas: Atlas, audience: Audience | str = Audience.PUBLIC, rules: Threshold | None = None
) -> Atlas:
    """Give the release as an audience may see it; worked out once for each release.

    Parameters
    ----------
    rules : what is withheld from the public and how well; the usual ones when None

    Raises
    ------
    NarrowError : the release has been narrowed to the public already
    RequestError : there is no such audience, or something cannot be hidden
    """
    audience = as_audience(audience)
    if audience is atlas.disclosure.audience:
        return atlas
    if not atlas.disclosure.audience.sees_all:
        raise NarrowError(
            f"这里只提供小数已保护的数据，不能给出“{audience.label.zh}”",
            f"only protected figures are given here, not {audience.label.en}",
        )
    disclosure = Disclosure(audience, rules or Threshold())
    with _MAKING:
        editions = _EDITIONS.setdefault(atlas, {})
        if disclosure not in editions:
            editions[disclosure] = _made(atlas, disclosure)
        return editions[disclosure]


def _made(atlas: Atlas, disclosure: Disclosure) -> Atlas:
    if disclosure.audience.sees_all:
        return replace(
            atlas, disclosure=disclosure, published=atlas.values, guessed=atlas.estimates
        )
    return _public(atlas, disclosure)


def differences(then: Atlas, now: Atlas, rules: Threshold | None = None) -> EditionComparison:
    """Find what the public editions of two releases give away together that neither does alone."""
    rules = rules or Threshold()
    sides = [for_audience(one, Audience.PUBLIC, rules) for one in (then, now)]
    before, after = (
        Published(one.values, one.indicators, tuple(area.code for area in one.parts))
        for one in sides
    )
    return publication_difference(before, after, city=now.city, rules=rules)


def _public(atlas: Atlas, disclosure: Disclosure) -> Atlas:
    rules = disclosure.rules
    values, disputed = _settled(atlas, rules)
    found = publication(
        values,
        atlas.indicators,
        disclosure,
        city=atlas.city,
        areas=[area.code for area in atlas.parts],
        linked=_linked(atlas),
    )
    hidden = _spread(atlas, values, found.hidden | disputed, rules)
    gone = gone_figures(atlas.figures, hidden, atlas.indicators, rules)
    there = gone_at_sites(atlas.site_figures, rules)
    words = telling(atlas.figures, gone, atlas.site_figures, there, atlas.indicators)
    about = _about(atlas, hidden)
    shown = replace(
        atlas,
        disclosure=disclosure,
        published=_untold(without(values, hidden), about, words.indicators),
        guessed=_estimated(atlas.estimates, hidden, about),
        figures=redact_figures(atlas.figures, gone, words),
        sites=redact_sites(atlas.sites, words),
        site_figures=redact_site_figures(atlas.site_figures, there, words),
        site_lists=redact_site_lists(atlas.site_lists, words),
        rules=redact_rules(atlas.rules, hidden, words, atlas.city),
        # They quote the data, withheld numbers too.
        notices=(),
    )
    return replace(shown, release=identity(shown))


def _spread(
    atlas: Atlas, values: pd.DataFrame, hidden: frozenset[Key], rules: Threshold
) -> frozenset[Key]:
    """Add the estimates that were spread by withheld numbers: their shares are those of these."""
    figures = atlas.figures
    gone = gone_figures(figures, hidden, atlas.indicators, rules)
    of = dict(zip(figures["id"][gone], figures["indicator"][gone], strict=True))
    rows = atlas.estimates.table[["indicator", "area", "year", "figures"]]
    spread = {
        (str(name), str(area), int(year))
        for name, area, year, used in rows.itertuples(index=False, name=None)
        if any(of.get(one) in atlas.indicators[name].weights for one in used)
    }
    if spread <= hidden:
        return hidden
    return withhold_derived(
        values, atlas.indicators, hidden | spread, city=atlas.city, linked=_linked(atlas)
    )


def _linked(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """Give what the catalogue says of stored numbers that were worked out from others."""
    return {name: one.linked for name, one in atlas.indicators.items() if one.linked}


def _about(atlas: Atlas, hidden: frozenset[Key]) -> frozenset[Series]:
    """Give the indicators and years of which something is withheld, and what is made of them."""
    touched = {key[0] for key in hidden}
    found = {(name, year) for name, _, year in hidden}
    rows = atlas.values[["indicator", "year", "base_year"]].drop_duplicates()
    waiting = [(str(a), int(b), int(c)) for a, b, c in rows.itertuples(index=False, name=None)]
    found |= {
        (name, year)
        for name, year, _ in waiting
        if not touched.isdisjoint(atlas.indicators[name].weights)
    }
    while True:
        fresh = {row[:2] for row in waiting if row[:2] not in found and _made_of(atlas, row, found)}
        if not fresh:
            return frozenset(found)
        found |= fresh


def _made_of(atlas: Atlas, row: tuple[str, int, int], found: set[Series]) -> bool:
    formula = atlas.indicators[row[0]].formula
    parts = {formula.of, formula.per} if formula else set()
    return any(name in parts and (year in row[1:] or _holds_always(atlas, name))
               for name, year in found)  # fmt: skip


def _holds_always(atlas: Atlas, name: str) -> bool:
    return name in atlas.indicators and atlas.indicators[name].timeless


def _estimated(estimates: Estimates, hidden: frozenset[Key], about: frozenset[Series]) -> Estimates:
    """Give the estimates as they were made from all figures, without what is withheld.

    Made anew from what is left they would differ: for want of figures that are only withheld, and
    with reasons that do not hold. A reason that may quote a withheld number is not given.
    """
    refusals = tuple(
        replace(one, reason=_NOT_TOLD) if (one.indicator, one.year) in about else one
        for one in estimates.refusals
    )
    rows = estimates.table[["indicator", "area", "year"]].itertuples(index=False, name=None)
    shown = np.array(
        [(str(name), str(area), int(year)) not in hidden for name, area, year in rows], dtype=bool
    )
    table = estimates.table[shown]
    methods = _methods(table, about)
    return replace(estimates, table=table.assign(method=methods), refusals=refusals)


def _untold(values: pd.DataFrame, about: frozenset[Series], ruled: frozenset[str]) -> pd.DataFrame:
    """Leave out how something was worked out, and why it was ruled, where this may tell."""
    rules = [
        ruling_told(rule) if name in ruled else rule
        for name, rule in zip(values["indicator"], values["rule"], strict=True)
    ]
    return values.assign(method=_methods(values, about), rule=_objects(rules))


def _methods(values: pd.DataFrame, about: frozenset[Series]) -> Any:
    rows = values[["indicator", "year", "method"]].itertuples(index=False, name=None)
    methods = [
        _METHOD_NOT_TOLD
        if isinstance(method, Text) and method != STATED and (str(name), int(year)) in about
        else method
        for name, year, method in rows
    ]
    return _objects(methods)


_METHOD_NOT_TOLD = Text(
    "估算：算法说明涉及不予公开的数，从略",
    "estimate: how it was made involves withheld figures and is left out",
)


_NOT_TOLD = Text(
    "原因涉及不予公开的数，从略", "the reason involves withheld figures and is left out"
)


def _settled(atlas: Atlas, rules: Threshold) -> tuple[pd.DataFrame, frozenset[Key]]:
    """Take small counts out of what other documents say of a value.

    Returns
    -------
    values, and the keys on which nobody decided and one of whose values is small
    """
    values = atlas.values
    people = {name: persons(one) for name, one in atlas.indicators.items()}
    columns = values[["indicator", "kind", "others"]].itertuples(index=False, name=None)
    others = [
        tuple(
            one
            for one in said
            if kind != Kind.ACTUAL.value or not is_small(one * people.get(name, np.nan), rules)
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
