"""What the pages are made of: areas with one value for each indicator, the same for every maker."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geomap.atlas import Atlas
from geomap.cities.divisions import read_division
from geomap.errors import Text
from geomap.model.catalog import Area, Indicator, IndicatorGroup, Measure, Source
from geomap.model.findings import Findings
from geomap.model.schema import SITE_FIGURES, SITES
from geomap.paths import shipped_data_dir
from geomap.release.boundary_file import read_boundaries
from geomap.tables.json_file import Document

CITY = "100000"
YEAR = 2025


@dataclass(frozen=True)
class World:
    """Areas and indicators: ``table`` has code, name, one column an indicator, and geometry."""

    name: str
    table: gpd.GeoDataFrame
    indicators: list[str]


def nine(count: int, *, own: bool = False) -> World:
    """Give the nine areas of the shipped release, read by GeoPandas or by our own reader."""
    file = next((shipped_data_dir() / "boundaries").glob("county-*.geojson"))
    if own:
        frame = read_boundaries(Document(file.name, file.read_text("utf-8"), Findings()))
        frame = frame.reset_index(drop=True)
    else:
        frame = gpd.read_file(file)
    return _world(f"9 × {count}", frame[["code", "geometry"]], frame["code"].tolist(), count)


def counties(count: int) -> World:
    """Give all counties of China."""
    division = read_division()
    codes = [place.code for place in division.places]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=list(division.mended), crs="EPSG:4326")
    names = [place.name_zh for place in division.places]
    return _world(f"{len(codes):,} × {count}", frame, names, count)


def _world(name: str, frame: gpd.GeoDataFrame, names: list[str], count: int) -> World:
    rng = np.random.default_rng(20250101)
    indicators = [f"指标 {number}" for number in range(1, count + 1)]
    values = {one: rng.gamma(2, 30, len(frame)).round(2) for one in indicators}
    return World(name, frame.assign(name=names, **values), indicators)


def atlas_of(world: World) -> Atlas:
    """Give a world as a release in memory, each figure with its source."""
    codes = world.table["code"].tolist()
    long = world.table.melt(["code"], world.indicators, "indicator", "value")
    ids = {name: f"i{number}" for number, name in enumerate(world.indicators)}
    text = dict.fromkeys(("locator", "quote", "note", "approx"), "")
    figures = pd.DataFrame(
        {
            "id": [f"bench:{line}" for line in range(2, len(long) + 2)],
            "area": long["code"],
            "indicator": long["indicator"].map(ids),
            "year": YEAR,
            "value": long["value"].astype(float),
            "unit": "人/万人",
            "kind": "actual",
            "status": "reported",
            "source": "bench",
        }
    ).assign(**text)
    names = dict(zip(codes, world.table["name"], strict=True))
    areas = {CITY: Area(CITY, "全部", "全部", "All", "city", "")}
    areas |= {code: Area(code, names[code], names[code], code, "county", CITY) for code in codes}
    boundaries = world.table[["code", "geometry"]]
    return Atlas(
        release="bench",
        title=Text("测试", "Bench"),
        city=CITY,
        areas=areas,
        groups=(IndicatorGroup("all", Text("全部", "All")),),
        indicators={ids[name]: _indicator(ids[name], name) for name in world.indicators},
        sources={"bench": Source("bench", "测试数据", "", "bench", "2025")},
        site_kinds={},
        figures=figures,
        boundaries=boundaries,
        context=boundaries.iloc[:0].assign(name_zh=""),
        sites=pd.DataFrame(columns=SITES.names),
        site_figures=pd.DataFrame(columns=["id", *SITE_FIGURES.names]),
    )


def _indicator(id_: str, name: str) -> Indicator:
    return Indicator(
        id=id_,
        name=Text(name, id_),
        group="all",
        unit=Text("人/万人", "per 10,000"),
        measure=Measure.RATE,
        decimals=2,
        direction="more",
        definition=Text(name, id_),
    )
