"""Do sites and seats lie where they say? Each point against the area that it states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geomap.model.findings import Findings
from geomap.model.schema import UNITS
from geomap.release.contents import UNITS_FILE, Release
from geomap.tables.grid import read_csv

NEAR_DEG = 2e-5
"""How far outside its area a site may lie: two units of the fifth decimal, about 2 m."""


def check_sites(release: Release) -> None:
    """Check that each site with coordinates lies in the area it states."""
    if not (release.is_sound(release.boundaries_file) and release.is_sound(UNITS_FILE)):
        return
    shapes = dict(zip(release.boundaries["code"], release.boundaries.geometry, strict=True))
    shapes[release.package.city] = shapely.GeometryCollection(list(shapes.values()))
    for path, frame in release.sites.items():
        lon = pd.to_numeric(frame["lon"], errors="coerce")
        lat = pd.to_numeric(frame["lat"], errors="coerce")
        placed = frame.assign(x=lon, y=lat)[np.isfinite(lon) & np.isfinite(lat)]
        kind = release.site_kinds.get(Path(path).stem)
        if kind and kind.outside:
            _check_degrees(release, path, placed)
        else:
            _check_within(release, path, placed, shapes)


def check_seats(release: Release) -> None:
    """Check that each seat lies in its area, and has both coordinates or none."""
    if not (release.is_sound(release.boundaries_file) and release.is_sound(UNITS_FILE)):
        return
    shapes = dict(zip(release.boundaries["code"], release.boundaries.geometry, strict=True))
    frame = read_csv(UNITS_FILE, release.files[UNITS_FILE], UNITS, Findings())
    lon, lat = (pd.to_numeric(frame[name], errors="coerce") for name in ("seat_lon", "seat_lat"))
    for line in frame.index[lon.isna() != lat.isna()]:
        release.findings.error(
            (UNITS_FILE, int(line), "seat_lon"),
            ("驻地坐标只有一个数", "the seat has one coordinate only"),
            ("经度、纬度都写，或都留空", "write both, or none"),
        )
    placed = frame.assign(x=lon, y=lat, lon=lon, lat=lat, area=frame["code"], id=frame["code"])
    _check_within(release, UNITS_FILE, placed[lon.notna() & lat.notna()], shapes)


def _check_degrees(release: Release, path: str, placed: pd.DataFrame) -> None:
    outside = (placed["x"].abs() > 180) | (placed["y"].abs() > 90)
    for line in placed.index[outside]:
        release.findings.error(
            (path, int(line), "lon"),
            ("坐标超出经纬度范围", "the coordinates are no degrees"),
            (
                "lon 写经度，lat 写纬度，单位度",
                "lon is the longitude, lat the latitude, in degrees",
            ),
        )


def _check_within(
    release: Release, path: str, placed: pd.DataFrame, shapes: dict[str, shapely.Geometry]
) -> None:
    for code, group in placed[placed["area"].isin(list(shapes))].groupby("area"):
        shape = shapes[str(code)]
        name = release.areas[str(code)].name_zh
        here = shapely.dwithin(shapely.points(group["x"], group["y"]), shape, NEAR_DEG)
        swapped = shapely.dwithin(shapely.points(group["y"], group["x"]), shape, NEAR_DEG)
        for line, turned in zip(group.index[~here], swapped[~here], strict=True):
            row = group.loc[line]
            what = (
                f"{row['name_zh']} 在 {row['lon']}, {row['lat']}，不在 {name} 内",
                f"{row['id']} at {row['lon']}, {row['lat']} is not in {code}",
            )
            release.findings.error(
                (path, int(line), "lon"), what, _SWAP if turned else _where(row, shapes)
            )


_SWAP = ("经纬度写反了：lon 写经度，lat 写纬度", "the two are swapped: lon is the longitude")


def _where(row: pd.Series, shapes: dict[str, shapely.Geometry]) -> tuple[str, str]:
    point = shapely.Point(row["x"], row["y"])
    within = [code for code, shape in list(shapes.items())[:-1] if shape.covers(point)]
    if within:
        return (
            f"该点在 {within[0]} 内：改所属旗区或坐标",
            f"the point is in {within[0]}: mend the area or the coordinates",
        )
    return (
        "核对坐标；火星坐标（GCJ-02）、百度坐标须先转换",
        "see the coordinates; GCJ-02 and BD-09 must be converted first",
    )
