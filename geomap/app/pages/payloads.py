"""What the API says about a release, as plain dictionaries; knows no Flask.

Texts are ``{"zh", "en"}``, codes and ids are text, missing numbers are None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from geomap.app.http.answers import in_both_languages, records
from geomap.atlas import Atlas
from geomap.cartography.classes import METHODS
from geomap.cartography.palettes import PALETTES
from geomap.errors import Text
from geomap.model.catalog import Indicator, Kind, Status
from geomap.views.evidence.site_lists import site_lists
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Payload = dict[str, Any]
_KIND_LABELS = {Kind.ACTUAL: Text("实际", "actual"), Kind.TARGET: Text("目标", "target")}


def release_payload(atlas: Atlas) -> Payload:
    """Say which release this is."""
    return {
        "release": atlas.release,
        "title": in_both_languages(atlas.title),
        "city": atlas.city,
        "synthetic": atlas.synthetic,
        "audience": atlas.disclosure.audience.value,
        "notices": list(atlas.notices),
    }


def catalogue_payload(atlas: Atlas) -> Payload:
    """Give all that can be chosen: areas, indicators with their years, statuses, kinds of sites."""
    return {
        "release": atlas.release,
        "city": atlas.city,
        "areas": [asdict(area) for area in atlas.areas.values()],
        "groups": [
            {"id": group.id, "name": in_both_languages(group.name)} for group in atlas.groups
        ],
        "indicators": [_indicator(one, atlas) for one in atlas.indicators.values()],
        "kinds": [
            {"id": kind.value, "name": in_both_languages(_KIND_LABELS[kind])} for kind in Kind
        ],
        "statuses": [
            {"id": status.value, "name": in_both_languages(status.label)} for status in Status
        ],
        "site_kinds": [
            {
                "id": kind.id,
                "name": in_both_languages(kind.name),
                "shape": kind.shape,
                "outside": kind.outside,
            }
            for kind in atlas.site_kinds.values()
        ],
        "methods": [
            {"id": name, "name": in_both_languages(text)} for name, text in METHODS.items()
        ],
        "palettes": [
            {"id": one.name, "name": in_both_languages(one.title)} for one in PALETTES.values()
        ],
    }


def areas_geojson(atlas: Atlas) -> Payload:
    """Give the parts of the city as GeoJSON."""
    names = {code: asdict(area) for code, area in atlas.areas.items()}
    return _collection(atlas.boundaries, [names[code] for code in atlas.boundaries["code"]])


def context_payload(atlas: Atlas) -> Payload:
    """Give the neighbours as GeoJSON."""
    return _collection(atlas.context, records(atlas.context[["code", "name_zh"]]))


def figures_payload(atlas: Atlas, filters: Mapping[str, Sequence[object]]) -> Payload:
    """Give the figures that pass all filters, each with its document in full."""
    chosen = _chosen(atlas.figures, filters)
    rows = [{**row, "source": _source(atlas, row["source"])} for row in records(chosen)]
    return {"release": atlas.release, "count": len(rows), "figures": rows}


def values_payload(atlas: Atlas, filters: Mapping[str, Sequence[object]]) -> Payload:
    """Give the values that pass all filters, derived ones too, naming the figures behind each."""
    rows = records(_chosen(atlas.values, filters))
    return {"release": atlas.release, "count": len(rows), "values": rows}


def sites_payload(atlas: Atlas, filters: Mapping[str, Sequence[object]]) -> Payload:
    """Give the sites that pass all filters, with their targets and documents, and the lists.

    ``lists`` says of each kind how many each area has, and whether that is known.
    """
    numbers: dict[str, list[Payload]] = {}
    for row in records(atlas.site_figures):
        site = row.pop("site")
        numbers.setdefault(site, []).append({**row, "source": _source(atlas, row["source"])})
    rows = [
        {**row, "source": _source(atlas, row["source"]), "figures": numbers.get(row["id"], [])}
        for row in records(_chosen(atlas.sites, filters))
    ]
    kinds, areas = filters.get("kind"), filters.get("area")
    lists = [
        replace(one, areas=tuple(row for row in one.areas if not areas or row.area in areas))
        for one in site_lists(atlas)
        if not kinds or one.kind in kinds
    ]
    return {"release": atlas.release, "count": len(rows), "sites": rows, "lists": as_plain(lists)}


def source_list(atlas: Atlas) -> Payload:
    """Give the documents, and how many figures come from each."""
    counts = atlas.figures["source"].value_counts().to_dict()
    rows = [
        {**asdict(source), "figures": int(counts.get(source.id, 0))}
        for source in atlas.sources.values()
    ]
    return {"release": atlas.release, "count": len(rows), "sources": rows}


def _indicator(indicator: Indicator, atlas: Atlas) -> Payload:
    formula = indicator.formula
    return {
        "id": indicator.id,
        "name": in_both_languages(indicator.name),
        "group": indicator.group,
        "unit": in_both_languages(indicator.unit),
        "measure": indicator.measure.value,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
        "definition": in_both_languages(indicator.definition),
        "formula": None
        if formula is None
        else {
            "op": formula.op.value,
            "of": formula.of,
            "per": formula.per,
            "scale": formula.scale,
        },
        "part_of": indicator.part_of,
        "timeless": indicator.timeless,
        "weights": list(indicator.weights),
        "asked": indicator.asked,
        "versions": [
            {"since": one.since, "note": in_both_languages(one.note)} for one in indicator.versions
        ],
        "method": indicator.method,
        "k": indicator.k,
        "palette": indicator.palette,
        "years": {
            kind.value: list(atlas.series.get((indicator.id, kind.value), {})) for kind in Kind
        },
    }


def _chosen(frame: pd.DataFrame, filters: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    for column, wanted in filters.items():
        if wanted:
            frame = frame[frame[column].isin(wanted)]
    return frame


def _source(atlas: Atlas, source_id: str) -> Payload | None:
    # Figures taken from the boundaries themselves have no document in the list.
    found = atlas.sources.get(source_id)
    return None if found is None else asdict(found)


def _collection(frame: gpd.GeoDataFrame, properties: list[Payload]) -> Payload:
    from shapely.geometry import mapping

    features = [
        {"type": "Feature", "id": row["code"], "properties": row, "geometry": mapping(shape)}
        for row, shape in zip(properties, frame.geometry, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
