"""Figures and sites joined to boundaries; what joins to nothing is said, never dropped in silence.

Codes join as text. Points join by the polygon they lie in; a site without coordinates joins by
the area that its document states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd

from geomap.errors import CrsError, NotFoundError, Text
from geomap.model.catalog import Indicator, Op, Source, Status

STORED_CRS = "EPSG:4326"


def to_boundaries(values: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join one row of values to every boundary.

    Parameters
    ----------
    values : DataFrame with ``area`` and any further columns, at most one row an area
    boundaries : GeoDataFrame with ``code`` and ``geometry``

    Returns
    -------
    GeoDataFrame in the order of ``boundaries``; areas without a row have missing values

    Raises
    ------
    NotFoundError : a row's code is not among the boundaries; names the closest
    """
    known = set(boundaries["code"])
    for code in values["area"]:
        if code not in known:
            raise NotFoundError(Text("旗区代码", "area code"), code, sorted(known))
    return boundaries.merge(
        values, how="left", left_on="code", right_on="area", validate="one_to_one"
    ).drop(columns="area")


def locate(sites: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Name the area of each site: the polygon it lies in, else the area its document states.

    On a common border the stated area decides, if it is one of the two; else the first of them.

    Parameters
    ----------
    sites : DataFrame with ``area``, ``lon``, ``lat`` (degrees, EPSG:4326; NaN when unknown)
    boundaries : GeoDataFrame with ``code`` and ``geometry``, EPSG:4326

    Returns
    -------
    Series of str on the index of ``sites``

    Raises
    ------
    CrsError : the boundaries are in another CRS, or in none
    """
    if boundaries.crs is None or boundaries.crs.to_epsg() != 4326:
        raise CrsError("boundaries", boundaries.crs)
    known = sites["lon"].notna() & sites["lat"].notna()
    points = gpd.GeoDataFrame(
        index=sites.index[known],
        geometry=gpd.points_from_xy(sites.loc[known, "lon"], sites.loc[known, "lat"]),
        crs=STORED_CRS,
    )
    touched = points.sjoin(
        boundaries[["code", "geometry"]].reset_index(drop=True), predicate="intersects"
    )
    touched = touched.assign(
        other=touched["code"] != sites["area"].reindex(touched.index), site=touched.index
    ).sort_values(["site", "other", "index_right"])
    within = touched.drop_duplicates("site")["code"]
    located: pd.Series = within.reindex(sites.index).fillna(sites["area"]).astype(str)
    return located


def count_sites(sites: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Count sites by area; an area without any counts 0.

    Returns
    -------
    Series of int, one a boundary, index ``code``
    """
    counts: pd.Series = locate(sites, boundaries).value_counts()
    counts = counts.reindex(boundaries["code"], fill_value=0).astype(int)
    return counts


def complete_in(
    complete: pd.DataFrame, kind: str, city: str, areas: Iterable[str], parts: Iterable[str]
) -> dict[str, int]:
    """Give of which areas the list of a kind of sites is complete, and the row that says so.

    What is known of the whole city is known of each part, unless some site is only known to be
    somewhere in the city: then none listed in a part may still be one.

    Parameters
    ----------
    complete : kind, area
    areas : of the sites of that kind
    parts : the parts of the city

    Returns
    -------
    by code, the place of the row in ``complete``
    """
    own = enumerate(zip(complete["kind"], complete["area"], strict=True))
    rows = {str(area): at for at, (one, area) in own if one == kind}
    if city not in rows or city in set(areas):
        return rows
    return {**dict.fromkeys(parts, rows[city]), **rows}


def site_count_figures(
    sites: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Source],
    city: str,
    complete: pd.DataFrame,
) -> list[dict[str, object]]:
    """Turn lists of sites into figures: how many of a kind each area and the city have.

    Parameters
    ----------
    complete : kind, area: of which the list is known to be complete; only there none is a zero

    Returns
    -------
    list of rows with the columns of ``Atlas.figures``; the year is that of the latest document.
    A kind without sites, or without a dated document, gives none: not listed is not zero
    """
    rows: list[dict[str, object]] = []
    for indicator in indicators.values():
        if indicator.formula is None or indicator.formula.op is not Op.SITES:
            continue
        kind = indicator.formula.of
        chosen = sites[sites["kind"] == kind]
        source = max(chosen["source"], key=lambda name: sources[name].date, default="")
        if not source or not sources[source].date:
            continue
        counts = count_sites(chosen, boundaries)
        whole = set(complete_in(complete, kind, city, chosen["area"], counts.index))
        told = [*counts.items(), (city, len(chosen))]
        for code, count in ((one, n) for one, n in told if n or one in whole):
            note = f"按所列 {len(chosen)} 处统计" + ("" if code in whole else "，名单不全")
            rows.append(
                {
                    "id": f"{source}:{indicator.id}:{code}",
                    "area": code,
                    "indicator": indicator.id,
                    "year": int(sources[source].date[:4]),
                    "value": float(count),
                    "unit": indicator.unit.zh,
                    "kind": "actual",
                    "status": Status.DERIVED.value,
                    "source": source,
                    "locator": f"sites/{kind}.csv",
                    "quote": "",
                    "note": note,
                    "approx": "",
                }
            )
    return rows
