"""An opened release: catalogue, figures, geometry and sites in memory, with look-ups that explain.

Built by ``release.open``; everything that draws or answers takes an ``Atlas``. Nothing here reads
a file, and nothing here is changed after it was built.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from geomap.arrays import plain_rows
from geomap.disclosure.narrowing import Disclosure
from geomap.errors import NotFoundError, Text
from geomap.model import approval as approvals
from geomap.model.approval import Approval
from geomap.model.catalog import (
    BOUNDARIES_SOURCE,
    Area,
    Indicator,
    IndicatorGroup,
    SiteKind,
    Source,
)
from geomap.tables.comparability import is_joint, joint_fault, members
from geomap.values.reconcile import SourcingRules

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geomap.values.estimates import Estimates


class Value(NamedTuple):
    """What is known of one indicator in one area and year; ``value`` is None when missing.

    ``low`` and ``high`` are the range of an estimate, or the one that follows from the word beside
    a part (约): where not even the sign is known, there is a range and no value. ``decimals`` are
    those of the document, or as many as that range allows; None for the indicator's own.
    """

    value: float | None
    status: str
    figures: tuple[str, ...]
    conflict: bool
    base_year: int
    rule: Text = Text("", "")
    others: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    method: Text | None = None
    approx: str = ""
    decimals: int | None = None

    @property
    def undecided(self) -> bool:
        """Whether documents disagree and no rule says which one holds: ``others`` has them all."""
        return self.value is None and len(self.others) > 0

    @property
    def spread(self) -> bool:
        """Whether it was estimated here, or worked out from what was; nobody reported it."""
        from geomap.values.indicators import STATED

        return self.method not in (None, STATED)


def value_of(row: Mapping[Any, Any]) -> Value:
    """Make a value of a row of ``geomap.values.indicators.evaluate``."""
    number, low, high = (
        None if math.isnan(row[name]) else float(row[name]) for name in ("value", "low", "high")
    )
    return Value(
        number,
        row["status"],
        row["figures"],
        bool(row["conflict"]),
        int(row["base_year"]),
        row["rule"],
        row["others"],
        low,
        high,
        row["method"],
        row["approx"],
        None if math.isnan(row["decimals"]) else int(row["decimals"]),
    )


@dataclass(frozen=True, eq=False)
class Atlas:
    """One release of data.

    Parameters
    ----------
    release : sha256 over all files, in hexadecimal; the identity of the release
    title : name of the release in Chinese and English
    city : code of the city as a whole
    areas : by code, the city first, then its parts in the order of the units file
    groups, indicators : in menu order
    sources, site_kinds : by id
    figures : one row a figure: id, area, indicator, year, value, unit, kind, status, source,
        locator, quote, note, approx, digits; ``value`` is NaN when missing; ``id`` is
        "source:line"; ``digits`` are the decimals that the document prints
    boundaries : code, geometry; the parts of the city, EPSG:4326
    context : code, name_zh, geometry; the neighbours, drawn faintly; may be empty
    sites : id, name_zh, name_en, kind, level, area, lon, lat, precision, anchor,
        coordinate_source, industry, source, locator, note; lon and lat NaN when unknown
    site_figures : id, site, item, name_zh, name_en, date, value, text, unit, kind, status, source,
        locator, quote, note, approx
    site_lists : kind, area, year, count, source, locator, quote, note: of which kinds and areas the
        list of sites is complete, as at which year, by which document; of all others it is not
    rules : which of several figures holds, and what the documents claim of their own numbers
    synthetic : whether all of it is made up for demonstrations
    approval : the approval of the map that the release holds, whether it applies or not
    disclosure : whom this is for, and what is withheld; see ``geomap.release.editions``
    published, guessed : the values and the estimates, where they are not to be worked out from the
        figures: numbers have been taken out of these
    """

    release: str
    title: Text
    city: str
    areas: Mapping[str, Area]
    groups: tuple[IndicatorGroup, ...]
    indicators: Mapping[str, Indicator]
    sources: Mapping[str, Source]
    site_kinds: Mapping[str, SiteKind]
    figures: pd.DataFrame
    boundaries: gpd.GeoDataFrame
    context: gpd.GeoDataFrame
    sites: pd.DataFrame
    site_figures: pd.DataFrame
    site_lists: pd.DataFrame
    synthetic: bool = False
    rules: SourcingRules = field(default_factory=SourcingRules)
    notices: tuple[str, ...] = field(default=())
    approval: Approval | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)
    published: pd.DataFrame | None = None
    guessed: Estimates | None = None

    @property
    def parts(self) -> list[Area]:
        """The districts and banners, in the order of the units file."""
        return [area for area in self.areas.values() if area.code != self.city]

    @cached_property
    def label_points(self) -> list[tuple[float, float]]:
        """Longitude and latitude of the label of each part, in the order of ``parts``."""
        from geomap.model.label_points import label_points

        return label_points(self.ordered_boundaries)

    @cached_property
    def seats(self) -> pd.DataFrame:
        """The seat of each part, in the order of ``parts``.

        Columns: id, name, name_en, area, lon, lat (degrees, EPSG:4326), kind ("seat", or "label"
        where the units file gives no seat and the label point stands in), source.
        """
        import pandas as pd

        rows = []
        for area, label in zip(self.parts, self.label_points, strict=True):
            known = area.seat_lon is not None and area.seat_lat is not None
            lon, lat = (area.seat_lon, area.seat_lat) if known else label
            name = area.name_zh + (area.seat_zh if known else "")
            name_en = f"{area.name_en} {area.seat_en if known else ''}".strip()
            kind = "seat" if known else "label"
            rows.append((area.code, name, name_en, area.code, lon, lat, kind, area.seat_source))
        columns = ["id", "name", "name_en", "area", "lon", "lat", "kind", "source"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def label_pixels(self) -> Any:
        """The same on a screen that shows the whole city: (2, n) array of pixels."""
        from geomap.model.label_points import pixels

        return pixels(self.label_points)

    @cached_property
    def ordered_boundaries(self) -> gpd.GeoDataFrame:
        """The boundaries in the order of ``parts``."""
        return self.boundaries.set_index("code").loc[[area.code for area in self.parts]]

    @cached_property
    def mark(self) -> Text:
        """The mark of every map: the number of its approval while that applies."""
        return approvals.mark(self.approval, self.boundaries, self.context)

    @cached_property
    def stored(self) -> pd.DataFrame:
        """The values that documents give, one for each indicator, area, year and kind."""
        from geomap.values.precedence import resolve

        return resolve(self.figures, self.sources, self.rules.precedence)

    @cached_property
    def estimates(self) -> Estimates:
        """What areas that have not reported may have; see ``geomap.values.estimates``."""
        if self.guessed is not None:
            return self.guessed
        from geomap.values.estimates import estimate

        return estimate(
            self.stored,
            self.indicators,
            self.city,
            [area.code for area in self.parts],
            vintages=self.rules.vintages,
            complete=self.rules.arithmetic.complete,
        )

    @cached_property
    def values(self) -> pd.DataFrame:
        """Every value, stored, estimated or derived; see ``geomap.values.indicators.complete``."""
        if self.published is not None:
            return self.published
        from geomap.values.estimates import fill
        from geomap.values.indicators import complete

        stored = fill(self.stored, self.estimates)
        return complete(stored, self.indicators, city=self.city, vintages=self.rules.vintages)

    @cached_property
    def series(self) -> Mapping[tuple[str, str], dict[int, dict[str, Value]]]:
        """The values by (indicator, kind), then year, then area."""
        found: dict[tuple[str, str], dict[int, dict[str, Value]]] = defaultdict(dict)
        for row in self.values.to_dict("records"):
            years = found[(row["indicator"], row["kind"])]
            years.setdefault(int(row["year"]), {})[row["area"]] = value_of(row)
        return {key: dict(sorted(years.items())) for key, years in found.items()}

    @cached_property
    def figure_rows(self) -> Mapping[str, dict[str, Any]]:
        """The figures as plain rows, by figure id."""
        return {row["id"]: row for row in plain_rows(self.figures)}

    @cached_property
    def figure_sources(self) -> Mapping[str, str]:
        """The source of each figure, by figure id."""
        return dict(zip(self.figures["id"], self.figures["source"], strict=True))

    def newest(self, sources: Iterable[str]) -> str:
        """Give the date of the newest document; "" for none.

        The boundaries stand aside: they are of a later year than the figures drawn on them.
        """
        used = (id_ for id_ in sources if id_ in self.sources and id_ != BOUNDARIES_SOURCE)
        return max((self.sources[id_].date for id_ in used), default="")

    def indicator(self, indicator_id: str) -> Indicator:
        """Give an indicator, or say which ones there are."""
        try:
            return self.indicators[indicator_id]
        except KeyError:
            raise NotFoundError(Text("指标", "indicator"), indicator_id, self.indicators) from None

    def area(self, code: str) -> Area:
        """Give an area, or several together as one, or say which ones there are.

        Those that stand for several ("150602+150603") are named by their members.
        """
        if code in self.areas:
            return self.areas[code]
        if is_joint(code) and not joint_fault(code, list(self.areas), self.city):
            return _together(code, [self.areas[one] for one in members(code)])
        raise NotFoundError(Text("旗区", "area"), code, [*self.areas, *self.joint])

    @cached_property
    def joint(self) -> tuple[str, ...]:
        """The joint codes that figures have: several areas counted together."""
        return tuple(sorted(code for code in self.figures["area"].unique() if is_joint(code)))


def _together(code: str, found: list[Area]) -> Area:
    *first, last = found
    zh = f"{'、'.join(one.name_zh for one in first)}和{last.name_zh}合计"
    short = f"{'、'.join(one.short_zh for one in first)}和{last.short_zh}合计"
    english = [one.name_en or one.name_zh for one in found]
    en = f"{', '.join(english[:-1])} and {english[-1]} together"
    return Area(code, zh, short, en, "joint", last.parent)
