"""What one map shows as tables to take away: areas, what is to be known, documents, figures, sites.

In: an ``Atlas`` and one of its ``MapView``. Out: an ``Extract`` in one language, plain values only,
from which every file of data is written; so no two formats can say different things. A number that
is not there is None, never 0, and its status says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from geomap.cartography.classes import METHODS
from geomap.cartography.palettes import NO_DATA
from geomap.errors import NotFoundError, Text
from geomap.model.absence import absence_word
from geomap.model.catalog import BOUNDARIES_SOURCE, Kind, Source, Status
from geomap.model.wording import as_exported
from geomap.numbers import rounded
from geomap.views.evidence.provenance import figure_record, formula_in_words
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.notes import beside

if TYPE_CHECKING:
    from geomap.atlas import Atlas

DataCell: TypeAlias = str | float | int | bool | None
DataRow: TypeAlias = dict[str, DataCell]
_KIND_NAMES = {Kind.ACTUAL.value: Text("实际", "actual"), Kind.TARGET.value: Text("目标", "target")}
DRAWN = {"fill": Text("面（着色）", "fill"), "symbol": Text("圆（按数值）", "symbols")}
_PRECISION_WORDS = {
    "exact": Text("点位坐标", "of the site itself"),
    "anchor": Text("邻近设施的坐标", "of a facility nearby"),
    "town": Text("所在苏木镇、街道", "of its town"),
    "city": Text("所在城市", "of its city"),
    "area": Text("只知所在旗区", "only its area is known"),
}


def _end(number: float | None, decimals: int) -> float | None:
    """Give the end of a range as it is printed."""
    return None if number is None else rounded(number, decimals)


_FLAT = Text("；各估算相同，差只是舍入", "; alike, but for rounding")
_UNDECIDED = Text("；各处记载不一致，并列未定", "; documents disagree, undecided")


@dataclass(frozen=True, slots=True)
class About:
    """One line of what is to be known of a file."""

    id: str
    head: Text
    value: str


@dataclass(frozen=True, slots=True)
class Extract:
    """The tables of one map; the keys of the rows are the ids of ``extract_fields``.

    ``city`` is the row of the whole, None when it has none; ``documents`` are numbered from 1 as
    ``doc_no`` of the other tables cites them; ``short`` tells what the file is, for its name.
    """

    lang: str
    title: str
    short: str
    decimals: int
    rows: tuple[DataRow, ...]
    city: DataRow | None
    about: tuple[About, ...]
    documents: tuple[DataRow, ...]
    figures: tuple[DataRow, ...]
    sites: tuple[DataRow, ...]

    def say(self, text: Text) -> str:
        """Give a text in the language of the files."""
        return text.in_(self.lang)

    @property
    def facts(self) -> dict[str, str]:
        """What is to be known, by id."""
        return {one.id: one.value for one in self.about}

    @property
    def table(self) -> tuple[DataRow, ...]:
        """The city first, then its areas."""
        return self.rows if self.city is None else (self.city, *self.rows)


def extract(
    atlas: Atlas, view: MapView, *, lang: str = "zh", layers: Iterable[str] = ()
) -> Extract:
    """Make the tables of what one map shows.

    Parameters
    ----------
    atlas : the release the view was made from, as its audience may see it
    layers : kinds of sites that are shown

    Raises
    ------
    NotFoundError : a layer that there is not; names those there are
    """
    sites = _sites(atlas, layers)
    numbers = _numbered(view, sites)
    shown = _Tables(atlas, view, lang, numbers)
    about = shown.about([str(one) for one in layers])
    facts = {one.id: one.value for one in about}
    return Extract(
        lang=lang,
        title=shown.say(view.title),
        short=_short(view, lang),
        decimals=view.indicator.decimals,
        rows=tuple(shown.row(one, facts) for one in view.areas),
        city=shown.row(view.city, facts) if view.city else None,
        about=about,
        documents=tuple(shown.document(id_, number) for id_, number in numbers.items()),
        figures=shown.figures(),
        sites=tuple(shown.site(one, facts) for one in sites),
    )


def _sites(atlas: Atlas, layers: Iterable[str]) -> list[dict[Any, Any]]:
    wanted = list(layers)
    for one in wanted:
        if one not in atlas.site_kinds:
            raise NotFoundError(Text("点位类别", "kind of site"), one, atlas.site_kinds)
    return atlas.sites[atlas.sites["kind"].isin(wanted)].to_dict("records")


def _numbered(view: MapView, sites: Iterable[dict[Any, Any]]) -> dict[str, int]:
    used = dict.fromkeys([*view.sources, *(str(one["source"]) for one in sites)])
    return {id_: number for number, id_ in enumerate(used, start=1)}


def _short(view: MapView, lang: str) -> str:
    name = view.indicator.name.in_(lang)
    return f"{name}-{view.year}" if view.year is not None else name


@dataclass(frozen=True, slots=True)
class _Tables:
    atlas: Atlas
    view: MapView
    lang: str
    numbers: dict[str, int]

    def say(self, text: Text) -> str:
        return text.in_(self.lang)

    def row(self, one: AreaView, facts: dict[str, str]) -> DataRow:
        view, legend = self.view, self.view.legend
        classed = one.class_index >= 0
        used = list(dict.fromkeys(self._source(id_) for id_ in one.figures))
        return {
            "code": one.code,
            "name_zh": one.name.zh,
            "name_en": one.name.en,
            "area_kind": self.atlas.areas[one.code].kind,
            "indicator": view.indicator.id,
            "indicator_name": self.say(view.indicator.name),
            "value": as_exported(one, view.indicator),
            "printed": self.say(one.text),
            "decimals": one.decimals,
            "unit": self.say(view.indicator.unit),
            "year": view.year,
            "base_year": view.base_year,
            "kind": self.say(_KIND_NAMES[view.kind]),
            "status": one.status,
            "status_label": self.status(one.status, undecided=one.value is None and one.others)
            + (self.say(_FLAT) if one.level is not None else "")
            if one.value is not None or one.others
            else self.say(absence_word(view.indicator, one)),
            "class": one.class_index + 1 if classed else None,
            "class_label": legend.labels[one.class_index] if classed else "",
            "fill": self._fill(one),
            "rank": one.rank,
            "low": _end(one.low, view.indicator.decimals),
            "high": _end(one.high, view.indicator.decimals),
            "method": self.say(one.method) if one.method else "",
            "conflict": one.conflict,
            "others": beside(one.others),
            "doc_no": ";".join(str(self.numbers[id_]) for id_ in used),
            "documents": "；".join(self._cite(id_) for id_ in used),
            "places": "；".join(self._places(one.figures)),
            **{name: facts[name] for name in ("mark", "audience", "release", "notes")},
        }

    def status(self, status: str, *, undecided: object = False) -> str:
        """Name a status; an estimate bears 估算 in every language, a gap why it is one."""
        label = Status(status).label
        said = self.say(label)
        if status == Status.APPORTIONED.value and label.zh not in said:
            said = f"{said} ({label.zh})"
        return said + (self.say(_UNDECIDED) if undecided else "")

    def document(self, id_: str, number: int) -> DataRow:
        found = self.atlas.sources.get(id_) or Source(id_, id_, "", "", "")
        names = ("id", "title", "title_en", "number", "issuer", "date", "url", "note")
        return {"doc_no": number, **{name: getattr(found, name) for name in names}}

    def figures(self) -> tuple[DataRow, ...]:
        """List each figure that the map rests on, once."""
        shown = [*(() if self.view.city is None else (self.view.city,)), *self.view.areas]
        ids = dict.fromkeys(id_ for one in shown for id_ in one.figures)
        return tuple(self._figure(id_) for id_ in ids)

    def site(self, row: dict[Any, Any], facts: dict[str, str]) -> DataRow:
        area = self.atlas.areas.get(row["area"])
        texts = ("id", "name_zh", "name_en", "level", "area", "precision", "anchor", "industry")
        source = str(row["source"])
        return {
            **{name: _text(row[name]) for name in texts},
            "layer": row["kind"],
            "layer_name": self.say(self.atlas.site_kinds[row["kind"]].name),
            "area_name": self.say(Text(area.name_zh, area.name_en)) if area else "",
            "lon": _number(row["lon"]),
            "lat": _number(row["lat"]),
            "precision_label": self.say(_PRECISION_WORDS[row["precision"]]),
            "doc_no": str(self.numbers[source]),
            "documents": self._cite(source),
            "places": _text(row["locator"]),
            "note": _text(row["note"]),
            "mark": facts["mark"],
        }

    def about(self, layers: Sequence[str]) -> tuple[About, ...]:
        view = self.view
        kinds = self.atlas.site_kinds
        control = view.control.text if view.control else ""
        said: list[tuple[str, Text, Text | str]] = [
            ("title", Text("标题", "Title"), view.title),
            ("mark", Text("标注", "Mark"), _join(view.marks, "　")),
            ("audience", Text("数据范围", "Figures shown"), self.atlas.disclosure.note),
            ("indicator", Text("指标编号", "Indicator id"), view.indicator.id),
            ("definition", Text("含义", "Definition"), view.indicator.definition),
            ("working", Text("计算", "Working"), formula_in_words(self.atlas, view.indicator)),
            ("kind", Text("类型", "Kind"), _KIND_NAMES[view.kind]),
            ("drawn", Text("表达", "Drawing"), DRAWN[view.representation]),
            ("method", Text("分级方法", "Method of classes"), METHODS[view.legend.method]),
            ("closure", Text("区间", "Intervals"), view.legend.closure),
            ("classes", Text("各级", "Classes"), _classes(view)),
            ("layers", Text("图层", "Layers"), _join((kinds[one].name for one in layers), "、")),
            ("notes", Text("说明", "Notes"), _join(_notes(view), "；")),
            ("control", Text("控制总数", "Control total"), control),
            ("cutoff", Text("数据截至（所用文件最近日期）", "Latest document"), self._cutoff()),
            ("boundaries", Text("界线", "Boundaries"), self._boundaries()),
            ("crs", Text("坐标系", "Coordinates"), "EPSG:4326（CGCS2000）"),
            ("release", Text("数据版本", "Release"), view.release),
        ]
        return tuple(About(id_, head, self._plain(value)) for id_, head, value in said)

    def _plain(self, value: Text | str) -> str:
        return self.say(value) if isinstance(value, Text) else value

    def _cutoff(self) -> str:
        return self.atlas.newest(self.view.sources)

    def _boundaries(self) -> str:
        return self._cite(BOUNDARIES_SOURCE) if BOUNDARIES_SOURCE in self.atlas.sources else ""

    def _figure(self, id_: str) -> DataRow:
        found = figure_record(self.atlas, id_)
        same = ("year", "value", "approx", "unit", "locator", "quote", "note")
        return {
            "figure": id_,
            "area": found["area"][self.lang],
            "indicator": found["indicator"][self.lang],
            **{name: found[name] for name in same},
            "kind": self.say(_KIND_NAMES[found["kind"]]),
            "status": found["status"],
            "status_label": self.status(found["status"]),
            "doc_no": str(self.numbers.get(found["source"], "")),
        }

    def _fill(self, one: AreaView) -> str:
        if one is self.view.city:
            return ""
        colours = self.view.legend.colours
        return colours[one.class_index] if one.class_index >= 0 else NO_DATA

    def _source(self, figure_id: str) -> str:
        return self.atlas.figure_sources[figure_id]

    def _cite(self, id_: str) -> str:
        found = self.atlas.sources.get(id_)
        if found is None:
            return id_
        title = self.say(found.named)
        if not found.number:
            return title
        return title + self.say(Text(f"（{found.number}）", f" ({found.number})"))

    def _places(self, figures: Iterable[str]) -> list[str]:
        rows = self.atlas.figure_rows
        return list(dict.fromkeys(_text(rows[id_]["locator"]) for id_ in figures))


def _classes(view: MapView) -> str:
    legend = view.legend
    parts = zip(legend.labels, legend.counts, legend.colours, strict=True)
    return "；".join(f"{label} [{count}] {colour}" for label, count, colour in parts)


def _notes(view: MapView) -> list[Text]:
    """Gather what the map says of its values; each once."""
    advice = [view.advice] if view.advice else []
    return list(dict.fromkeys([*view.notes, *view.legend.notes, *advice]))


def _join(texts: Iterable[Text], between: str) -> Text:
    said = list(texts)
    return Text(between.join(one.zh for one in said), between.join(one.en for one in said))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
