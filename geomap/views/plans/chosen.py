"""Which targets are looked at: by verdict, area, plan and words, in which order.

Pure: rows in, rows out. Of a target that may be read in two ways both readings stay or go together,
by the verdict that both agree on (``site_targets.agreed``), so that a count and the list that it
leads to are of the same targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geomap.errors import NotFoundError, Text
from geomap.language import holds_words
from geomap.model.catalog import OUTSIDE
from geomap.tables.comparability import members
from geomap.views.plans.counts import targets_once
from geomap.views.plans.site_targets import agreed
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.verdicts import WORST_FIRST, Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

SITE_PLAN = "sites"
OUTSIDE_CITY = "outside"
"""What the address calls the area of sites that lie in no area of the city."""
SITE_TARGETS = Text("园区、基地、平台的目标", "targets of sites")
SORTS: Mapping[str, Text] = MappingProxyType(
    {
        "outcome": Text("判断（最差的在前）", "verdict, the worst first"),
        "way": Text("完成比例（最少的在前）", "share of the way, the least first"),
        "lag": Text("落后时间的多少（最多的在前）", "behind the time, the most first"),
    }
)
_TEXTS = (
    "name_zh", "name_en", "area_zh", "area_en", "site_zh", "site_en", "group_zh", "group_en",
    "locator", "text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is asked for; "" is everything.

    Parameters
    ----------
    outcome : a value of ``Outcome``
    area : the code of an area, or ``OUTSIDE_CITY``
    plan : the id of a plan (document:year), or ``SITE_PLAN``
    q : words that must all occur in the name of the target, area, site or document
    sort : a key of ``SORTS``; "" keeps the order of the documents
    areas : the codes of the areas of the city
    titles : by document what it is called, in all languages
    labels : by member what its value is called
    """

    outcome: str = ""
    area: str = ""
    plan: str = ""
    q: str = ""
    sort: str = ""
    areas: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Text] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.outcome or self.area or self.plan or self.q)

    def plans(self, rows: Iterable[TargetRow]) -> list[TargetRow]:
        """Give the rows of plans asked for; under a verdict those that count, each target once."""
        listed = list(rows)
        once = {id(row) for row in targets_once(listed)} if self.outcome else set()
        return self._sorted(
            [
                row
                for row in listed
                if self.plan in ("", row["plan"])
                and (not self.outcome or (row["outcome"] == self.outcome and id(row) in once))
                and self._here(row)
                and self._said(row)
            ]
        )

    def sites(self, rows: Sequence[TargetRow]) -> list[TargetRow]:
        """Give the rows of ``site_rows`` asked for; the readings of one target go together."""
        if self.plan not in ("", SITE_PLAN):
            return []
        whole, judged = [row for row in rows if row["site"]], agreed(rows)
        once = {id(one) for one in targets_once(judged)} if self.outcome else set()
        kept = [
            row
            for row, one in zip(whole, judged, strict=True)
            if (not self.outcome or (one["outcome"] == self.outcome and id(one) in once))
            and self._here(row)
            and self._said(row)
        ]
        meant = {(row["site"], *_promise(row)) for row in kept if row["reading"]}
        together = [
            row
            for row in rows
            if not row["site"] and any((site, *_promise(row)) in meant for site in row["sites"])
        ]
        return self._sorted(kept) + self._sorted(together)

    def dates(self, rows: Iterable[TargetRow]) -> list[TargetRow]:
        """Give the dates asked for; they are not judged, so none is of any verdict."""
        if self.outcome or self.plan not in ("", SITE_PLAN):
            return []
        return [row for row in rows if self._here(row) and self._said(row)]

    @property
    def told(self) -> list[tuple[str, Text]]:
        """Name what narrows the choice: member, and its value in words."""
        names = [name for name in CHOSEN_BY if getattr(self, name)]
        return [(name, self.labels.get(name, Text(self.q, self.q))) for name in names]

    def without(self, *names: str) -> Chosen:
        """Give the same without some of what is asked for."""
        dropped: dict[str, Any] = dict.fromkeys(names, "")
        return replace(self, **dropped)

    def _here(self, row: TargetRow) -> bool:
        if self.area == OUTSIDE_CITY:
            return row["area"] not in self.areas
        return not self.area or self.area in members(row["area"])

    def _said(self, row: TargetRow) -> bool:
        if not self.q:
            return True
        document = self.titles.get(row.get("target_source") or row.get("source") or "", "")
        return holds_words(self.q, *(str(row.get(name) or "") for name in _TEXTS), document)

    def _sorted(self, rows: list[TargetRow]) -> list[TargetRow]:
        return sorted(rows, key=_KEYS[self.sort]) if self.sort else rows


EVERYTHING = Chosen()
CHOSEN_BY: Mapping[str, Text] = MappingProxyType(
    {
        "outcome": Text("判断", "verdict"),
        "area": Text("旗区", "area"),
        "plan": Text("规划", "plan"),
        "q": Text("搜索", "search"),
    }
)


def choose_targets(atlas: Atlas, rows: Iterable[TargetRow], asked: Mapping[str, str]) -> Chosen:
    """Make a choice of what an address asks for.

    Parameters
    ----------
    rows : of ``progress_rows``; their plans can be asked for
    asked : the members of ``Chosen`` that are given

    Raises
    ------
    NotFoundError : there is no such verdict, area, plan or order; the error names what there is
    """
    valid = choosable(atlas, rows)
    for name, known in valid.items():
        if (value := asked.get(name, "")) and value not in known:
            noun = CHOSEN_BY.get(name, Text("排序", "order"))
            raise NotFoundError(noun, value[:200], known)
    return Chosen(
        **asked,
        areas=frozenset(atlas.areas),
        titles={one.id: " ".join((*one.named, one.number)) for one in atlas.sources.values()},
        labels={name: known[asked[name]] for name, known in valid.items() if asked.get(name)},
    )


def choosable(atlas: Atlas, rows: Iterable[TargetRow]) -> dict[str, dict[str, Text]]:
    """Give what can be chosen: by member the values with their words."""
    plans = {row["plan"]: int(row["target_year"]) for row in rows}
    areas = {
        code: Text(one.name_zh, one.name_en or one.name_zh) for code, one in atlas.areas.items()
    }
    return {
        "outcome": {one.value: one.label for one in Outcome},
        "area": {**areas, OUTSIDE_CITY: OUTSIDE},
        "plan": {
            **{
                plan: _plan_name(atlas, plan.rpartition(":")[0], year)
                for plan, year in plans.items()
            },
            SITE_PLAN: SITE_TARGETS,
        },
        "sort": dict(SORTS),
    }


def _plan_name(atlas: Atlas, source: str, year: int) -> Text:
    zh, en = atlas.sources[source].named
    return Text(f"{zh}（{year}年目标）", f"{en} (targets for {year})")


def _promise(row: TargetRow) -> tuple[object, ...]:
    return row["indicator"], row["target_year"], row["target"]


def _worst(row: TargetRow) -> tuple[float, ...]:
    return (WORST_FIRST.index(Outcome(row["outcome"])),)


def _least(row: TargetRow) -> tuple[float, ...]:
    return (row["done_share"] is None, row["done_share"] or 0.0)


def _latest(row: TargetRow) -> tuple[float, ...]:
    way, time = row["done_share"], row["time_share"]
    return (1.0, 0.0) if way is None or time is None else (0.0, way - time)


_KEYS: Mapping[str, Callable[[TargetRow], tuple[float, ...]]] = MappingProxyType(
    {"outcome": _worst, "way": _least, "lag": _latest}
)
