"""What changed between two releases, by which document, and what changes on the maps with it.

In: two ``Atlas``. Out: a ``Difference`` that reads as text and as JSON.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Status
from geomap.views.evidence.release_changes import (
    _EMPTY,
    ChangedRow,
    Difference,
    ReleaseChange,
    shown_value,
)
from geomap.views.maps.mapview import as_plain
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    import pandas as pd

    from geomap.atlas import Atlas

Verdicts: TypeAlias = "Callable[[Atlas], Mapping[str, str]]"

FIGURE_KEY = ("indicator", "area", "year", "kind", "source", "locator")
FIGURE_TOLD = ("value", "approx", "unit", "status", "quote", "note")
SITE_FIGURE_KEY = ("site", "item", "date", "kind", "source", "locator")
SITE_FIGURE_TOLD = (
    "value", "approx", "text", "unit", "status", "name_zh", "name_en", "quote", "note",
)  # fmt: skip
SITE_TOLD = (
    "name_zh", "name_en", "kind", "level", "area", "precision", "anchor", "coordinate_source",
    "industry", "source", "locator", "note",
)  # fmt: skip
SITE_LIST_TOLD = ("year", "count", "locator", "quote", "note")
LEAST_M = 0.5
"""Metres below which a site has not moved."""
LEAST_KM2 = 1e-6


def compare_releases(old: Atlas, new: Atlas, *, verdicts: Verdicts | None = None) -> Difference:
    """Find what changed from one release to another.

    Parameters
    ----------
    verdicts : gives the verdict in words by a name for what is judged
    """
    titles = {name: source.title for one in (old, new) for name, source in one.sources.items()}
    changes = (
        *_figures(old, new),
        *_sites(old, new),
        *_site_figures(old, new),
        *_site_lists(old, new),
        *_geometries(old, new),
        *_records("areas", old, new, old.areas, new.areas),
        *_records("indicators", old, new, old.indicators, new.indicators),
        *_records("sources", old, new, old.sources, new.sources),
        *_maps(old, new),
        *(_verdicts(verdicts(old), verdicts(new)) if verdicts else ()),
    )
    return Difference(old.release, new.release, changes, titles)


def _figures(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    def what(key: ChangedRow) -> Text:
        zh, en = _named(new, old, key["area"]), _indicator_name(new, old, key["indicator"])
        goal = Text("目标", " target") if key["kind"] == "target" else Text("", "")
        at = f"（{key['source']} {key['locator']}）"
        return Text(
            f"{zh.zh}{en.zh} {key['year']}年{goal.zh}{at}",
            f"{en.en}, {zh.en}, {key['year']}{goal.en}",
        )

    sides = _rows(old.figures, FIGURE_KEY), _rows(new.figures, FIGURE_KEY)
    yield from _rows_changed("figures", sides, FIGURE_KEY, FIGURE_TOLD, what)


def _site_figures(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    names = {**_site_names(old), **_site_names(new)}

    def what(key: ChangedRow) -> Text:
        site = names.get(key["site"], Text(key["site"], key["site"]))
        at = f"{key['item']} {key['date']}".strip()
        return Text(f"{site.zh} {at}（{key['source']} {key['locator']}）", f"{site.en} {at}")

    sides = _rows(old.site_figures, SITE_FIGURE_KEY), _rows(new.site_figures, SITE_FIGURE_KEY)
    yield from _rows_changed("site_figures", sides, SITE_FIGURE_KEY, SITE_FIGURE_TOLD, what)


def _site_lists(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    def what(key: ChangedRow) -> Text:
        kind = (new.site_kinds.get(key["kind"]) or old.site_kinds[key["kind"]]).name
        area = _named(new, old, key["area"])
        return Text(f"{area.zh}{kind.zh}名单齐全", f"complete list of {kind.en}, {area.en}")

    names = ("kind", "area", "source")
    sides = _rows(old.site_lists, names), _rows(new.site_lists, names)
    yield from _rows_changed("site_lists", sides, names, SITE_LIST_TOLD, what)


def _rows_changed(
    part: str,
    sides: tuple[dict[tuple[Any, ...], ChangedRow], dict[tuple[Any, ...], ChangedRow]],
    names: tuple[str, ...],
    told: tuple[str, ...],
    what: Callable[[ChangedRow], Text],
) -> Iterator[ReleaseChange]:
    before, after = sides
    for found in sorted({**before, **after}, key=lambda one: tuple(map(str, one))):
        key = dict(zip(names, found, strict=True))
        rows = before.get(found), after.get(found)
        action, one, other = _differing(*rows, told)
        if action:
            yield ReleaseChange(part, action, what(key), key, one, other, key["source"])


def _differing(
    old: ChangedRow | None, new: ChangedRow | None, told: Iterable[str]
) -> tuple[str, ChangedRow, ChangedRow]:
    """Give the action and the members that differ; what is added or gone has the filled ones."""
    if old is None or new is None:
        row = {
            name: one for name in told if (one := _value((old or new or {})[name])) not in _EMPTY
        }
        return ("added", {}, row) if old is None else ("removed", row, {})
    pairs = {name: (_value(old[name]), _value(new[name])) for name in told}
    pairs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    one = {name: pair[0] for name, pair in pairs.items()}
    return "changed" if pairs else "", one, {name: pair[1] for name, pair in pairs.items()}


def _sites(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    before, after = _rows(old.sites, ("id",)), _rows(new.sites, ("id",))
    for (site,) in sorted({**before, **after}):
        rows = before.get((site,)), after.get((site,))
        row = rows[1] or rows[0] or {}
        what = Text(f"{row['name_zh']}（{site}）", f"{row['name_en'] or row['name_zh']} ({site})")
        action, one, other = _differing(*rows, SITE_TOLD)
        if action:
            yield ReleaseChange("sites", action, what, {"id": site}, one, other, row["source"])
        if rows[0] and rows[1] and (moved := _moved(rows[0], rows[1])):
            yield ReleaseChange("sites", "moved", what, {"id": site}, *moved, row["source"])


def _moved(old: ChangedRow, new: ChangedRow) -> tuple[ChangedRow, ChangedRow] | None:
    import pyproj

    ends = [{name: _value(row[name]) for name in ("lon", "lat")} for row in (old, new)]
    if ends[0] == ends[1]:
        return None
    if None in (*ends[0].values(), *ends[1].values()):
        return ends[0], ends[1]
    geod = pyproj.Geod(ellps="WGS84")
    metres = geod.inv(ends[0]["lon"], ends[0]["lat"], ends[1]["lon"], ends[1]["lat"])[2]
    return None if metres < LEAST_M else (ends[0], {**ends[1], "metres": round(metres, 1)})


def _geometries(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    from geomap.model.crs import area_km2

    before = dict(zip(old.boundaries["code"], old.boundaries.geometry, strict=True))
    after = dict(zip(new.boundaries["code"], new.boundaries.geometry, strict=True))
    for code in sorted({**before, **after}):
        sides = before.get(code), after.get(code)
        if sides[0] is not None and sides[1] is not None and sides[0].equals_exact(sides[1]):
            continue
        km2 = [0.0 if one is None else round(float(area_km2([one])[0]), 6) for one in sides]
        what, key = _named(new, old, code), {"code": code}
        if sides[0] is None:
            yield ReleaseChange("geometries", "added", what, key, {}, {"km2": km2[1]})
            continue
        if sides[1] is None:
            yield ReleaseChange("geometries", "removed", what, key, {"km2": km2[0]}, {})
            continue
        differing = _polygons_km2(sides[0].symmetric_difference(sides[1]))
        if differing >= LEAST_KM2:
            told = {"km2": km2[1], "differing_km2": round(differing, 6)}
            yield ReleaseChange("geometries", "changed", what, key, {"km2": km2[0]}, told)


def _polygons_km2(shape: Any) -> float:
    from geomap.model.crs import area_km2

    parts = getattr(shape, "geoms", [shape])
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return float(area_km2(polygons).sum()) if polygons else 0.0


def _records(
    part: str, old: Atlas, new: Atlas, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[ReleaseChange]:
    """Compare frozen records of the catalogue member by member."""
    for name in dict.fromkeys((*before, *after)):
        rows = [_members(side[name]) if name in side else None for side in (before, after)]
        action, one, other = _differing(rows[0], rows[1], rows[0] or rows[1] or {})
        if action:
            source = name if part == "sources" else ""
            yield ReleaseChange(
                part, action, _record_name(part, new, old, name), {"id": name}, one, other, source
            )


def _members(record: Any) -> ChangedRow:
    made: ChangedRow = {}
    for name in record.__dataclass_fields__:
        value = getattr(record, name)
        if isinstance(value, Text):
            made |= {f"{name}_zh": value.zh, f"{name}_en": value.en}
        else:
            made[name] = as_plain(value)
    return made


def _maps(old: Atlas, new: Atlas) -> Iterator[ReleaseChange]:
    """Compare the maps of every indicator and year whose values or catalogue row changed."""
    for name in dict.fromkeys((*old.indicators, *new.indicators)):
        same_row = old.indicators.get(name) == new.indicators.get(name)
        for kind in ("actual", "target"):
            sides = [atlas.series.get((name, kind), {}) for atlas in (old, new)]
            for year in sorted({**sides[0], **sides[1]}):
                rows = [_drawn(side.get(year, {})) for side in sides]
                if rows[0] == rows[1] and same_row and list(old.areas) == list(new.areas):
                    continue
                change = _map(old, new, name, kind, year)
                if change:
                    yield change


def _drawn(rows: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {area: (row.value, row.status, row.conflict) for area, row in rows.items()}


def _map(old: Atlas, new: Atlas, name: str, kind: str, year: int) -> ReleaseChange | None:
    before, after = (_areas_of_map(atlas, name, kind, year) for atlas in (old, new))
    goal = Text("目标", " target") if kind == "target" else Text("", "")
    named = _indicator_name(new, old, name)
    what = Text(f"{named.zh} {year}年{goal.zh}", f"{named.en} {year}{goal.en}")
    key = {"indicator": name, "kind": kind, "year": year}
    if before is None or after is None:
        action = "added" if after else "removed"
        return ReleaseChange("maps", action, what, key, {}, {}) if before or after else None
    codes = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    if not codes:
        return None
    names = {code: _named(new, old, code).zh for code in codes}
    one = {names[code]: before.get(code, "") for code in codes}
    return ReleaseChange(
        "maps", "changed", what, key, one, {names[c]: after.get(c, "") for c in codes}
    )


def _areas_of_map(atlas: Atlas, name: str, kind: str, year: int) -> dict[str, str] | None:
    """Give what is seen of each area: its class, or the word that stands for it."""
    if year not in atlas.series.get((name, kind), {}) or name not in atlas.indicators:
        return None
    view = map_view(atlas, name, year=year, kind=kind)
    seen = {}
    for area in (*view.areas, *view.joint, *([view.city] if view.city else [])):
        value = shown_value(area.value) if area.value is not None else area.status
        if area.value is not None and area.status == Status.APPORTIONED.value:
            value += f"（{Status.APPORTIONED.label.zh}）"
        in_class = area.class_index >= 0
        label = view.legend.labels[area.class_index] if in_class else ""
        seen[area.code] = f"{value} [{label}]" if label else value
    return seen


def _verdicts(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ReleaseChange]:
    for name in dict.fromkeys((*old, *new)):
        before, after = ({"verdict": side[name]} if name in side else {} for side in (old, new))
        if before != after:
            action = "changed" if before and after else "added" if after else "removed"
            yield ReleaseChange("verdicts", action, Text(name, name), {"id": name}, before, after)


def _rows(frame: pd.DataFrame, key: tuple[str, ...]) -> dict[tuple[Any, ...], ChangedRow]:
    records: list[ChangedRow] = frame.to_dict("records")  # type: ignore[assignment]
    return {tuple(row[name] for name in key): row for row in records}


def _value(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _named(new: Atlas, old: Atlas, code: str) -> Text:
    for atlas in (new, old):
        with contextlib.suppress(NotFoundError):
            area = atlas.area(code)
            return Text(area.name_zh, area.name_en or area.name_zh)
    return Text(code, code)


def _indicator_name(new: Atlas, old: Atlas, name: str) -> Text:
    found = new.indicators.get(name) or old.indicators.get(name)
    return found.name if found else Text(name, name)


def _record_name(part: str, new: Atlas, old: Atlas, name: str) -> Text:
    if part == "areas":
        return _named(new, old, name)
    if part == "indicators":
        return _indicator_name(new, old, name)
    source = new.sources.get(name) or old.sources[name]
    return Text(f"《{source.title}》", source.named.en)


def _site_names(atlas: Atlas) -> dict[str, Text]:
    rows = atlas.sites[["id", "name_zh", "name_en"]].itertuples(index=False, name=None)
    return {site: Text(zh, en or zh) for site, zh, en in rows}
