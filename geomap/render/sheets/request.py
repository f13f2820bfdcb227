"""What a sheet is to show, in plain words: read alike from a command, an address and a page.

One frozen ``Subject``; whoever asks fills it in, and ``scene_of`` composes it. What does not go
together is refused with what does, never ignored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.asked import FIELDS
from geomap.model.catalog import Kind
from geomap.render.sheets.bivariate import SIDE, compose_bivariate
from geomap.render.sheets.bullet_sheet import compose_bullets
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.multiples import FEWEST, MOST, compose_multiples
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.typesetting import TextWidth, rough
from geomap.views.maps.change import change_view
from geomap.views.maps.change_notes import broken_changes
from geomap.views.maps.view import Drawing, Slice, best_year, draw_view, map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value
    from geomap.render.drawing.scene import Scene
    from geomap.views.maps.view import MapView

ALL = "all"
MODES = ("progress", "years", "categories", "bivariate", "since")
"""What makes a sheet more than one map of one year; at most one of them is asked for."""
_WORDS = {field.name: field.key for field in FIELDS}
_STYLE = ("representation", "method", "k", "palette", "breaks")
_ONE_MAP = (*_STYLE, "rank_estimates", "compare", "bars")
# What each kind of sheet reads beside itself; anything else would be ignored, so it is refused.
_BESIDE = {
    "progress": ("as_of",),
    "years": ("indicator", "kind", *_STYLE, "rank_estimates", "shared_breaks"),
    "categories": ("indicator", "year", "kind", *_STYLE, "rank_estimates"),
    "bivariate": ("indicator", "year", "method", "rank_estimates"),
    "since": (
        "indicator",
        "year",
        *_STYLE,
        "shared_breaks",
        "accept_break",
        "rank_estimates",
        "compare",
        "bars",
    ),
    "": (
        "indicator",
        "year",
        "kind",
        *_STYLE,
        "shared_breaks",
        "rank_estimates",
        "compare",
        "bars",
    ),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What one sheet shows.

    Parameters
    ----------
    indicator : "" only for ``progress``, and for ``categories`` that are named
    year, kind, method, k, palette, representation, breaks, shared_breaks, rank_estimates : as for
        ``geomap.views.maps.view.map_view``
    since, accept_break : the change since that year, as for ``views.maps.change.change_view``
    compare : ``INDICATOR`` or ``INDICATOR:YEAR``, drawn as circles over the fill
    bivariate : likewise, the second of two indicators in one fill
    years : small multiples: years, or ("all",)
    categories : small multiples: indicators of one unit, or ("all",) for the parts of the indicator
    progress, as_of : bullets of plans, as for ``geomap.render.sheets.bullet_sheet.compose_bullets``
    """

    indicator: str = ""
    year: int | None = None
    kind: str = Kind.ACTUAL.value
    method: str | None = None
    k: int | None = None
    palette: str | None = None
    representation: str | None = None
    breaks: tuple[float, ...] | None = None
    shared_breaks: bool = False
    rank_estimates: bool = False
    since: int | None = None
    accept_break: bool = False
    compare: str = ""
    bivariate: str = ""
    years: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    progress: str = ""
    as_of: int | None = None

    @property
    def mode(self) -> str:
        """Which of ``MODES`` it is; "" for one map of one year.

        Raises
        ------
        RequestError : two that do not go together; says what does
        """
        asked = self._asked()
        mode = next((name for name in MODES if name in asked), "")
        for name in asked:
            if name not in (mode, *_BESIDE[mode]):
                raise _not_together(name, mode)
        return mode

    def _asked(self) -> list[str]:
        plain = Subject()
        return [name for name in self.__slots__ if getattr(self, name) != getattr(plain, name)]

    @property
    def drawing(self) -> dict[str, Any]:
        """How each map is drawn."""
        return {name: getattr(self, name) for name in (*_STYLE, "rank_estimates")}


def _not_together(name: str, mode: str) -> RequestError:
    said, word = _WORDS.get(name, name), _WORDS.get(mode, mode)
    beside = [_WORDS.get(one, one) for one in _BESIDE[mode]]
    if not mode:
        owner = next(one for one in MODES if name in _BESIDE[one])
        word = _WORDS.get(owner, owner)
        return RequestError(f"{said} 要与 {word} 同用", f"{said} goes with {word} only")
    return RequestError(
        f"{said} 不能与 {word} 同用；可与 {word} 同用的有：{'、'.join(beside)}",
        f"{said} does not go with {word}; what does: {', '.join(beside)}",
    )


def scene_of(
    atlas: Atlas, subject: Subject, sheet: Sheet | None = None, *, measure: TextWidth = rough
) -> tuple[Scene, int | None]:
    """Compose the sheet, the first where there are several; gives it and the year that it shows."""
    scenes, year = scenes_of(atlas, subject, sheet, measure=measure, alone=True)
    return scenes[0], year


def scenes_of(
    atlas: Atlas,
    subject: Subject,
    sheet: Sheet | None = None,
    *,
    measure: TextWidth = rough,
    alone: bool = False,
) -> tuple[tuple[Scene, ...], int | None]:
    """Compose the sheet, page by page where it takes several; gives the year that it shows too.

    Parameters
    ----------
    alone : whether there can be one page only, which then says what it leaves out

    Raises
    ------
    NotFoundError : no such indicator, year, layer, size, plan; names those there are
    RequestError : what was asked does not go together, or cannot be compared
    """
    sheet, mode = sheet or Sheet(), subject.mode
    if sheet.bars and "bars" not in _BESIDE[mode]:
        raise _not_together("bars", mode)
    if mode == "progress":
        return compose_bullets(
            atlas, subject.progress, sheet, as_of=subject.as_of, measure=measure, alone=alone
        )
    scene, year = _map(atlas, subject, mode, sheet, measure)
    return (scene,), year


def _map(
    atlas: Atlas, subject: Subject, mode: str, sheet: Sheet, measure: TextWidth
) -> tuple[Scene, int | None]:
    if mode in ("years", "categories"):
        views = several(atlas, subject)
        return compose_multiples(atlas, views, sheet, measure=measure), views[-1].year
    if mode == "bivariate":
        pair = both_views(atlas, subject)
        return compose_bivariate(atlas, pair, sheet, measure=measure), pair[0].year
    view, over = view_of(atlas, subject), circle_view(atlas, subject.compare)
    return compose_sheet(atlas, view, sheet, circles=over, measure=measure), view.year


def view_of(atlas: Atlas, subject: Subject) -> MapView:
    """Give the map of a year, or of the change since another."""
    if subject.since is None:
        return map_view(
            atlas,
            subject.indicator,
            year=subject.year,
            kind=subject.kind,
            shared_breaks=subject.shared_breaks,
            **subject.drawing,
        )
    known = atlas.series.get((atlas.indicator(subject.indicator).id, Kind.ACTUAL.value), {})
    until = best_year(atlas, known) if subject.year is None else subject.year
    return change_view(
        atlas,
        subject.indicator,
        subject.since,
        until or 0,
        accept_break=subject.accept_break,
        shared_breaks=subject.shared_breaks,
        **subject.drawing,
    )


# --- another indicator ----------------------------------------------------------------------------


def circle_view(atlas: Atlas, said: str) -> MapView | None:
    """Give the view drawn as circles over another: ``INDICATOR`` or ``INDICATOR:YEAR``."""
    if not said:
        return None
    indicator, year = _named(atlas, said)
    return map_view(atlas, indicator, year=year, representation="symbol")


def _named(atlas: Atlas, said: str) -> tuple[str, int | None]:
    indicator, _, year = said.partition(":")
    known = atlas.series.get((atlas.indicator(indicator).id, Kind.ACTUAL.value), {})
    return indicator, _year(year, known) if year else None


def _year(text: str, known: Any) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) in known):
        raise NotFoundError(Text("年份", "year"), text, known)
    return int(text)


def both_views(atlas: Atlas, subject: Subject) -> tuple[MapView, MapView]:
    """Give the two views of a bivariate map; the second of the year of the first if it has it."""
    second, year = _named(atlas, subject.bivariate)
    if second == subject.indicator:
        raise RequestError(
            f"双变量图要两个不同的指标，两个都是 {second}",
            f"a bivariate map takes two indicators; both are {second}",
        )
    how: dict[str, Any] = {"k": SIDE, "method": subject.method, "representation": "fill"}
    how["rank_estimates"] = subject.rank_estimates
    across = map_view(atlas, subject.indicator, year=subject.year, **how)
    if year is None and across.year in atlas.series.get((second, Kind.ACTUAL.value), {}):
        year = across.year
    return across, map_view(atlas, second, year=year, **how)


# --- several maps ---------------------------------------------------------------------------------


def several(atlas: Atlas, subject: Subject) -> list[MapView]:
    """Give the views of small multiples: of the years asked for, or of the indicators."""
    if subject.categories:
        return _categories(atlas, subject)
    series = atlas.series.get((atlas.indicator(subject.indicator).id, subject.kind), {})
    if subject.years == (ALL,):
        years = sorted(series)
    else:
        years = sorted({_year(text, series) for text in subject.years})
    _require_several(atlas, subject.indicator, years, sorted(series))
    return [
        map_view(
            atlas,
            subject.indicator,
            year=year,
            kind=subject.kind,
            shared_breaks=True,
            **subject.drawing,
        )
        for year in years
    ]


def _require_several(
    atlas: Atlas, indicator: str, years: Sequence[int], known: Sequence[int]
) -> None:
    if FEWEST <= len(years) <= MOST:
        return
    name = atlas.indicator(indicator).name
    raise RequestError(
        f"多图并列需 {FEWEST} 到 {MOST} 年，给了 {len(years)} 年；"
        f"{name.zh}有数的年份：{'、'.join(map(str, known)) or '（无）'}",
        f"small multiples are {FEWEST} to {MOST} years, not {len(years)}; "
        f"{name.en} has: {', '.join(map(str, known)) or 'none'}",
    )


def _categories(atlas: Atlas, subject: Subject) -> list[MapView]:
    ids = list(dict.fromkeys(subject.categories))
    if ids == [ALL]:
        ids = _parts_of(atlas, subject.indicator, subject.kind)
    units = {atlas.indicator(id_).unit for id_ in ids}
    if len(units) > 1:
        said = [(atlas.indicators[id_].name, atlas.indicators[id_].unit) for id_ in ids]
        raise RequestError(
            "并列的指标单位应相同：" + "、".join(f"{n.zh}（{u.zh}）" for n, u in said),
            "indicators side by side need one unit: "
            + ", ".join(f"{n.en} ({u.en})" for n, u in said),
        )
    year = subject.year if subject.year is not None else _common_year(atlas, ids, subject.kind)
    views = [map_view(atlas, id_, year=year, kind=subject.kind, **subject.drawing) for id_ in ids]
    if {view.representation for view in views} != {"fill"}:
        return views
    return [_classed_with(atlas, subject, view, views) for view in views]


def _parts_of(atlas: Atlas, indicator: str, kind: str = Kind.ACTUAL.value) -> list[str]:
    """List the parts of an indicator that have figures; refused where they are fewer than two."""
    name = atlas.indicator(indicator).name
    found: dict[str, list[str]] = defaultdict(list)
    for one in atlas.indicators.values():
        if one.part_of and atlas.series.get((one.id, kind)):
            found[one.part_of].append(one.id)
    if len(found[indicator]) >= FEWEST:
        return found[indicator]
    known = sorted(id_ for id_, parts in found.items() if len(parts) >= FEWEST)
    zh, en = "、".join(known) or "（无）", ", ".join(known) or "none"
    raise RequestError(
        f"{name.zh}没有两个以上有数的组成部分，请写明指标；有组成部分的：{zh}",
        f"{name.en} has no two parts with figures; name the indicators. With parts: {en}",
    )


def _common_year(atlas: Atlas, ids: Sequence[str], kind: str) -> int:
    """Choose among the years that all have, the one that is known best for the first."""
    series = [atlas.series.get((id_, kind), {}) for id_ in ids]
    common: dict[int, dict[str, Value]] = {
        year: rows for year, rows in series[0].items() if all(year in one for one in series)
    }
    year = best_year(atlas, common)
    if year is not None:
        return year
    said = {id_: "、".join(map(str, one)) or "—" for id_, one in zip(ids, series, strict=True)}
    listed = "；".join(f"{id_}：{years}" for id_, years in said.items())
    raise RequestError(
        f"这些指标没有共同的年份；{listed}", f"these indicators have no year in common; {listed}"
    )


def _classed_with(
    atlas: Atlas, subject: Subject, view: MapView, views: Sequence[MapView]
) -> MapView:
    """Draw a fill in classes and a scheme that it shares with others, so that it can be compared.

    The values of the others stand in the place of other years, which breaks may be shared with.
    """
    first, year = views[0].indicator, view.year or 0
    own = atlas.series[view.indicator.id, subject.kind]
    rows = {
        -place: atlas.series[one.indicator.id, subject.kind][year]
        for place, one in enumerate(views)
        if one is not view
    }
    decimals = max(one.indicator.decimals for one in views)
    shown = replace(view.indicator, decimals=decimals)
    broken = broken_changes(atlas, view.indicator, view.year, own[year])
    scene = Slice(shown, tuple(own), year, subject.kind, {**rows, year: own[year]}, broken)
    how = Drawing(
        method=subject.method or first.method,
        k=subject.k or first.k,
        palette=subject.palette or first.palette,
        representation="fill",
        shared_breaks=True,
        breaks=subject.breaks,
        rank_estimates=subject.rank_estimates,
    )
    return draw_view(atlas, scene, how)
