"""What two publications give away together that neither does alone.

In: the values as they were published then and are now. Out: every count that is withheld now and
that the earlier publication shows, or that follows from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geomap.disclosure.additive import CountCell, Key, Table, additive_table, extended
from geomap.disclosure.attacker import TINY, intervals
from geomap.disclosure.suppression import Threshold
from geomap.errors import Text
from geomap.model.catalog import Indicator
from geomap.model.people import is_people, persons
from geomap.numbers import full

if TYPE_CHECKING:
    import pandas as pd

THEN = "@then"
_FITS = 0.5
Shown = dict[Key, float]


class Leak(NamedTuple):
    """A count that is withheld now and yet can be known.

    Parameters
    ----------
    low, high : persons, what follows from both publications; the same when it follows exactly
    reason : how
    """

    indicator: str
    area: str
    year: int
    low: float
    high: float
    reason: Text

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; an end that does not exist is None."""
        ends = {"low": self.low, "high": self.high}
        return {
            "indicator": self.indicator,
            "area": self.area,
            "year": self.year,
            **{name: end if np.isfinite(end) else None for name, end in ends.items()},
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
        }


class EditionComparison(NamedTuple):
    """What was found, and what the comparison takes for granted."""

    leaks: tuple[Leak, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Published:
    """One publication: what was shown, by which catalogue, for which parts of the city."""

    values: pd.DataFrame
    indicators: Mapping[str, Indicator]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The city and its areas now; those that are new since then, and those that are gone."""

    city: str
    areas: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @classmethod
    def of(cls, city: str, then: tuple[str, ...], now: tuple[str, ...]) -> _Ground:
        """Compare the areas of two publications."""
        added = tuple(area for area in now if area not in then)
        return cls(city, now, added, tuple(area for area in then if area not in now))

    @property
    def differs(self) -> bool:
        """Whether the areas are others than they were."""
        return bool(self.added or self.gone)


class _Link(NamedTuple):
    """A relation between then and now: signs by cell (those of then end in ``THEN``)."""

    signs: Mapping[Key, float]
    told: Text


def publication_difference(
    then: Published,
    now: Published,
    *,
    city: str,
    rules: Threshold | None = None,
    lineage: Mapping[str, Sequence[str]] | None = None,
) -> EditionComparison:
    """Find what the difference of two publications gives away.

    Parameters
    ----------
    then, now : the publications; a year is compared with the same year
    lineage : where areas changed: old code → the new codes that make it up; several old codes
        with the same one new code were merged. When None and the areas differ, each simple guess
        is tried: the new areas came from outside, or out of one area whose count changed

    Notes
    -----
    An indicator whose unit or definition changed is not compared, and that is said.
    """
    rules = rules or Threshold()
    same, notes = _comparable(then, now)
    before = {key: one for key, one in _shown(then).items() if key[0] in same}
    after = _shown(now)
    base = additive_table(now.values, now.indicators, city=city, areas=now.areas)
    withheld = {
        key for key, cell in zip(base.keys, base.cell, strict=True) if cell is CountCell.WITHHELD
    }
    leaks = {key: _told(key, before[key]) for key in sorted(withheld & before.keys())}
    ground = _Ground.of(city, then.areas, now.areas)
    if ground.differs:
        notes.append(_other_areas(ground, guessed=lineage is None))
    moved = {code for code, parts in (lineage or {}).items() if tuple(parts) != (code,)}
    leaks = {key: leak for key, leak in leaks.items() if key[1] not in moved}
    usable = {key: one for key, one in before.items() if key[1] not in moved}
    narrowed = _combined(base, usable, before, [], rules, withheld - leaks.keys())
    leaks |= {leak[:3]: leak for leak in narrowed}
    for links in _guesses(before, after, ground, lineage):
        found = _combined(base, _kept(usable, links), before, links, rules, withheld - leaks.keys())
        leaks |= {leak[:3]: leak for leak in found}
    return EditionComparison(tuple(leaks[key] for key in sorted(leaks)), tuple(notes))


def _comparable(then: Published, now: Published) -> tuple[set[str], list[Text]]:
    same, notes = set(), []
    for name, new in now.indicators.items():
        old = then.indicators.get(name)
        if old is None or not (is_people(new) and is_people(old)):
            continue
        if (old.unit, old.definition) == (new.unit, new.definition):
            same.add(name)
        else:
            notes.append(
                Text(
                    f"{new.name.zh}：口径或单位已变，未作比较",
                    f"{new.name.en}: definition or unit changed, not compared",
                )
            )
    return same, notes


def _shown(published: Published) -> Shown:
    values = published.values
    rows = values[(values["kind"] == "actual") & values["value"].notna()]
    columns = rows[["indicator", "area", "year", "value", "status"]]
    return {
        (name, area, int(year)): round(value * persons(published.indicators[name]), 7)
        for name, area, year, value, status in columns.itertuples(index=False, name=None)
        if name in published.indicators
        and is_people(published.indicators[name])
        and status not in ("apportioned", "suppressed", "missing")
    }


def _told(key: Key, value: float) -> Leak:
    return Leak(
        *key,
        value,
        value,
        Text(
            f"以前的发布已公开这个数：{full(value)}人",
            f"an earlier publication shows it: {full(value)}",
        ),
    )


def _other_areas(ground: _Ground, *, guessed: bool) -> Text:
    added, gone = ground.added, ground.gone
    zh = f"两次发布的旗区不同：新增 {'、'.join(added) or '无'}，减少 {'、'.join(gone) or '无'}"
    en = f"the areas differ: added {', '.join(added) or 'none'}, gone {', '.join(gone) or 'none'}"
    if guessed:
        zh += "；未给出沿革，按由外划入和由一个旗区划出两种情形推算"
        en += "; no lineage is given: tried as come from outside, and as split off one area"
    return Text(zh, en)


def _guesses(
    before: Shown,
    after: Shown,
    ground: _Ground,
    lineage: Mapping[str, Sequence[str]] | None,
) -> Iterator[list[_Link]]:
    """Give the sets of links between then and now that are to be tried."""
    series = sorted({(key[0], key[2]) for key in before})
    if lineage is not None:
        yield [link for one in series for link in _lineage_links(one, before, lineage)]
        return
    if not ground.differs:
        return
    city = ground.city
    yield [
        _outside(one, ground)
        for one in series
        if all((one[0], area, one[1]) in before for area in (city, *ground.gone))
        # The same total means the same ground, divided otherwise.
        if before[one[0], city, one[1]] != after.get((one[0], city, one[1]))
    ]
    for area in ground.areas:
        links = [
            _split(one, area, ground.added)
            for one in series
            if ground.added
            and before.get((one[0], area, one[1])) != after.get((one[0], area, one[1]))
            if (one[0], area, one[1]) in before
        ]
        if links:
            yield links


def _outside(one: tuple[str, int], ground: _Ground) -> _Link:
    (name, year), city = one, ground.city
    signs = {(name, city, year): 1.0, (name, city + THEN, year): -1.0}
    signs |= {(name, area, year): -1.0 for area in ground.added}
    signs |= {(name, area + THEN, year): 1.0 for area in ground.gone}
    told = Text("两次全市合计之差等于新增旗区", "the totals differ by what the new areas have")
    return _Link(signs, told)


def _split(one: tuple[str, int], area: str, added: Sequence[str]) -> _Link:
    name, year = one
    signs = {(name, area + THEN, year): 1.0, (name, area, year): -1.0}
    signs |= {(name, part, year): -1.0 for part in added}
    told = Text(f"{area} 两次之差等于由它划出的旗区", f"{area} differs by what was split off it")
    return _Link(signs, told)


def _lineage_links(
    one: tuple[str, int], before: Shown, lineage: Mapping[str, Sequence[str]]
) -> Iterator[_Link]:
    name, year = one
    merged: dict[str, list[str]] = {}
    for old, parts in lineage.items():
        if len(parts) == 1:
            merged.setdefault(parts[0], []).append(old)
        elif (name, old, year) in before:
            signs = {(name, old + THEN, year): 1.0, **{(name, part, year): -1.0 for part in parts}}
            told = Text(f"{old} 原来的数等于现在各部分之和", f"{old} then is the sum of its parts")
            yield _Link(signs, told)
    for new, olds in merged.items():
        if olds != [new] and all((name, old, year) in before for old in olds):
            signs = {(name, new, year): 1.0, **{(name, old + THEN, year): -1.0 for old in olds}}
            told = Text(f"{new} 等于原来各部分之和", f"{new} is the sum of what it was made of")
            yield _Link(signs, told)


def _kept(usable: Shown, links: Sequence[_Link]) -> Shown:
    """Leave out what a link takes to be another thing then and now, and put it in as then's."""
    then = {key for link in links for key in link.signs if key[1].endswith(THEN)}
    was = {(name, area.removesuffix(THEN), year) for name, area, year in then}
    return {key: one for key, one in usable.items() if key not in was}


def _combined(
    base: Table,
    known: Shown,
    before: Shown,
    links: Sequence[_Link],
    rules: Threshold,
    withheld: set[Key],
) -> list[Leak]:
    """Find what follows from the table of now, what was shown then and the links."""
    if not withheld:
        return []
    joined, fitting = _joined(base, known, before, links)
    if links and not fitting:
        return []
    none = np.zeros(len(base.keys), dtype=bool)
    asked = np.array([key in withheld for key in base.keys], dtype=bool)
    low_0, high_0 = intervals(base, none, counts_missing=True, asked=asked)
    more = np.zeros(len(joined.keys) - len(base.keys), dtype=bool)
    low, high = intervals(joined, np.r_[none, more], counts_missing=True, asked=np.r_[asked, more])
    told = fitting[0].told if links else Text("两次发布相减可得", "follows from both publications")
    return [
        Leak(*base.keys[cell], float(low[cell]), float(high[cell]), told)
        for cell in np.flatnonzero(asked).tolist()
        if high[cell] - low[cell] < min(high_0[cell] - low_0[cell] - TINY, rules.asked - TINY)
    ]


def _joined(
    base: Table, known: Shown, before: Shown, links: Sequence[_Link]
) -> tuple[Table, list[_Link]]:
    """Put what was shown then into the table of now; links that contradict it are left out."""
    place = {key: number for number, key in enumerate(base.keys)}
    cell, printed = base.cell.copy(), base.printed.copy()
    for key, one in known.items():
        if key in place and base.unknown[place[key]]:
            cell[place[key]], printed[place[key]] = CountCell.SHOWN, one
    table = replace(base, cell=cell, printed=printed)
    then = {(name, area + THEN, year): one for (name, area, year), one in before.items()}
    joined = extended(table, [link.signs for link in links], then)
    gaps = np.abs(joined.matrix @ joined.value)[joined.matrix.shape[0] - len(links) :]
    fitting = [link for link, gap in zip(links, gaps, strict=True) if gap <= _FITS]
    if len(fitting) < len(links):
        joined = extended(table, [link.signs for link in fitting], then)
    return joined, fitting
