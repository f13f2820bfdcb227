"""What the big screen (大屏) of a hall shows: main figures, turning maps, plans, sites, sources.

In: an ``Atlas``, a language and what was chosen. Out: dataclasses of printed text, ready to be set
out; Python classifies, prints and places, the page only shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.language import parts_of, strings
from geomap.model.absence import gap_word
from geomap.model.catalog import Indicator, Kind, Measure, Source, Status
from geomap.render.screen.map import outlines
from geomap.render.screen.parts import (
    Citations,
    Figure,
    PlanPage,
    PlanRow,
    Screen,
    ScreenPlan,
    Sites,
    Symbol,
    mark_of,
    value_text,
    year_text,
)
from geomap.render.screen.slides import slide
from geomap.render.sheets.emblems import nest
from geomap.render.sheets.site_marks import spots
from geomap.views.evidence.headline import HEADLINES, KeyFigure, change_text, key_figures
from geomap.views.maps.view import best_year
from geomap.views.plans.counts import PlanCount, plan_counts
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import amount, default_year, progress_rows
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

MOST_SLIDES = 24
PLAN_ROWS = {"zh": 3, "en": 2}  # a page; English wraps
_MOST_KINDS = 7
_OFF = "——"


def compose_screen(
    atlas: Atlas, *, indicators: Sequence[str], layers: Sequence[str], lang: str = "zh"
) -> Screen:
    """Compose the big screen.

    Parameters
    ----------
    indicators : ids, in the order they are turned through
    layers : kinds of sites

    Raises
    ------
    NotFoundError : no such indicator
    """
    desk = Citations(atlas, lang, strings(lang, parts_of(atlas.parts))["script"])
    main = key_figures(atlas)[:HEADLINES]
    headline = tuple(_headline(desk, one) for one in main)
    plan = _plan(desk)
    sites = tuple(_sites(desk, kind) for kind in layers[:_MOST_KINDS])
    symbols = _symbols(desk, layers)
    fixed = {ref for one in headline for ref in one.refs}
    fixed |= {*plan.refs, *(ref for one in sites for ref in one.refs)}
    slides = tuple(slide(desk, one, symbols) for one in indicators)
    return Screen(
        geometry=outlines(atlas),
        headline=headline,
        slides=slides,
        plan=plan,
        sites=sites,
        symbols=symbols,
        references=_references(desk),
        fixed_refs=tuple(sorted(fixed)),
        years=_span(
            [one.year for one in main]
            + [year for one in slides for year in one.years]
            + [
                row.row["actual_year"]
                for page in plan.pages
                for row in page.rows
                if row.row["actual"] is not None
            ]
        ),
    )


def default_indicators(atlas: Atlas) -> list[str]:
    """Choose what to turn through: of each group one drawn as circles and one as fill.

    Each is the one that most areas reported, then have a value in; of equals a rate or density,
    then the first of the catalogue. Fewer than half of the areas are too few, and so is a fill of
    nothing but estimates, which shows only how they were made. Without any, the headline
    indicators, whose city figures then stand alone.
    """
    best: dict[tuple[str, bool], tuple[tuple[int, int, bool], str]] = {}
    for one in atlas.indicators.values():
        known, reported = _reach(atlas, one)
        count = one.measure is Measure.COUNT
        if not known or known * 2 < len(atlas.parts) or not (count or reported):
            continue
        key = one.group, count
        rank = reported, known, one.measure in (Measure.RATE, Measure.DENSITY)
        if key not in best or rank > best[key][0]:
            best[key] = rank, one.id
    chosen = {id_ for _, id_ in best.values()}
    found = [one for one in atlas.indicators if one in chosen][:MOST_SLIDES]
    return found or [one.indicator.id for one in key_figures(atlas)]


def _reach(atlas: Atlas, one: Indicator) -> tuple[int, int]:
    """Count the areas with a value, and those that reported it, in the year that is shown."""
    series = atlas.series.get((one.id, Kind.ACTUAL.value), {})
    year = best_year(atlas, series)
    rows = [] if year is None else [r for code, r in series[year].items() if code != atlas.city]
    known = [row for row in rows if row.value is not None]
    return len(known), sum(row.status != Status.APPORTIONED.value for row in known)


def _headline(desk: Citations, figure: KeyFigure) -> Figure:
    one, row = figure.indicator, figure.row
    change = change_text(figure)
    told = Text(
        f"较{figure.since}年 {change.zh}",
        f"{change.en.replace('percentage ', '')} on {figure.since}",
    )
    compared = () if figure.change is None else figure.change.figures
    return Figure(
        name=desk.say(one.name),
        value=value_text(desk, row, one),
        mark=mark_of(desk, row),
        unit=desk.say(one.unit),
        when=year_text(desk, figure.year),
        status=desk.say(Status(row.status).label),
        refs=desk.refs_of([*row.figures, *compared]),
        change=desk.say(told) if change.zh else "",
    )


def _plan(desk: Citations) -> ScreenPlan:
    as_of = default_year(desk.atlas)
    plans = plan_counts(desk.atlas, progress_rows(desk.atlas, as_of))
    return ScreenPlan(
        as_of=as_of,
        refs=desk.refs(one.source for one in plans),
        pages=tuple(page for one in plans for page in _pages(desk, one)),
    )


def _pages(desk: Citations, plan: PlanCount) -> Iterator[PlanPage]:
    """Give the targets that are judged, page by page; of a plan without any its first ones."""
    judged = [row for row in plan.rows if row["outcome"] != Outcome.UNKNOWN.value]
    times = Counter((row["indicator"], row["area"]) for row in plan.rows)
    shown = [
        _plan_row(desk, row, twice=times[row["indicator"], row["area"]] > 1)
        for row in judged or plan.rows[: PLAN_ROWS[desk.lang]]
    ]
    counts = plan.counts
    for at in range(0, len(shown), PLAN_ROWS[desk.lang]):
        yield PlanPage(
            # The year first, for the name of a document is cut where it does not fit.
            name=desk.say(_aim(plan, desk.atlas.sources[plan.source])),
            total=plan.total,
            counts=tuple((one, desk.say(one.label), counts[one.value]) for one in Outcome),
            rows=tuple(shown[at : at + PLAN_ROWS[desk.lang]]),
            refs=desk.refs([plan.source]),
        )


def _aim(plan: PlanCount, source: Source) -> Text:
    zh, en = source.translated  # a screen has no room for both titles
    over = Text("", "") if plan.running else Text("（已到期）", " (over)")
    return Text(
        f"{plan.year}年目标{over.zh} · {zh}",
        f"Targets for {plan.year}{over.en} · {en}",
    )


def _plan_row(desk: Citations, row: TargetRow, *, twice: bool) -> PlanRow:
    """Print a target; of two that one plan has for an indicator, each with its table."""
    area = "" if row["area"] == desk.atlas.city else desk.say(Text(row["area_zh"], row["area_en"]))
    name = desk.say(Text(row["name_zh"], row["name_en"]))
    if twice:
        part = desk.say(Text(row["group_zh"], row["group_en"])).rpartition(" · ")[2]
        name = desk.say(Text(f"{name}（{part}）", f"{name} ({part})"))
    amount = partial(_amount, desk, row)
    return PlanRow(
        row=row,
        name=f"{area} · {name}" if area else name,
        verdict=desk.say(Text(row["verdict"], row["verdict_en"])),
        actual=amount("actual", conflict=row["actual_conflict"]),
        target=amount("target", conflict=row["conflict"]),
        refs=desk.refs([row["target_source"], row["actual_source"], row["base_source"]]),
    )


def _amount(desk: Citations, row: TargetRow, name: str, *, conflict: bool) -> str:
    if row[name] is None:
        return desk.say(gap_word(row)) if name == "actual" else _OFF
    mark = desk.words.get(f"mark_{row[f'{name}_status']}", "")
    flag = desk.words["mark_conflict"] if conflict else ""
    return f"{desk.say(amount(row, name))}{mark}{flag}"


def _sites(desk: Citations, kind: str) -> Sites:
    """Count one kind; of many documents the two that name most of the sites are numbered."""
    atlas, meant = desk.atlas, desk.atlas.site_kinds[kind]
    rows = [row for row in atlas.sites.to_dict("records") if row["kind"] == kind]
    places = zip(atlas.sites["kind"], outlines(atlas).sites, strict=True)
    documents = [source for source, _ in Counter(row["source"] for row in rows).most_common()]
    return Sites(
        kind=kind,
        name=desk.say(meant.name),
        shape=meant.shape,
        total=len(rows),
        drawn=sum(one == kind and at is not None for one, at in places),
        refs=desk.refs(documents[:2]),
        more=len(documents[2:]),
    )


def _symbols(desk: Citations, layers: Sequence[str]) -> tuple[Symbol, ...]:
    """Give the signs of the sites on the map, those of the first kinds last: they lie on top."""
    atlas = desk.atlas
    placed = dict(zip(atlas.sites["id"], outlines(atlas).sites, strict=True))
    found = []
    for spot in spots(atlas, [kind for id_, kind in atlas.site_kinds.items() if id_ in layers]):
        at = placed[spot.rows[0]["id"]]
        if at is not None:
            names = tuple(desk.say(Text(row["name_zh"], row["name_en"])) for row in spot.rows)
            shapes = tuple(nest(spot.shapes))
            found.append(Symbol(at[0], at[1], shapes, names, spot.count))
    return tuple(reversed(found))


def _references(desk: Citations) -> tuple[tuple[int, str, str], ...]:
    sources = desk.atlas.sources
    return tuple(
        (number, desk.say(sources[one].translated), sources[one].number)
        for one, number in desk.numbers.items()
    )


def _span(years: Iterable[int]) -> str:
    """Give the first and the last year: 2020–2024."""
    known = sorted(set(years))
    return "–".join(dict.fromkeys(str(one) for one in (*known[:1], *known[-1:])))
