"""A release in memory before it is trusted: its files as bytes → frames and findings. Pure.

``store`` makes an ``Atlas`` of it when there is no error; ``check`` looks at it more closely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import geopandas as gpd
import pandas as pd

from geomap.errors import Finding, Text
from geomap.model import approval
from geomap.model.catalog import (
    BOUNDARIES_SOURCE,
    Area,
    Indicator,
    IndicatorGroup,
    SiteKind,
    Source,
)
from geomap.model.crs import STORED
from geomap.model.findings import Findings
from geomap.model.schema import SITE_FIGURES, SITE_LISTS, SITES, STATS, UNITS
from geomap.release.boundary_file import check_units, read_boundaries
from geomap.release.catalogue_file import read_catalogue
from geomap.release.site_lists_file import COMPLETE_LISTS, check_site_lists, read_site_lists
from geomap.tables.comparability import Vintage, check_areas, members
from geomap.tables.encodings import decode
from geomap.tables.figure_rules import check_figures, check_position, check_status, with_wording
from geomap.tables.grid import Spelt, read_csv
from geomap.tables.json_file import Document, Package, read_site_kinds, read_sources
from geomap.tables.spellings import (
    AreaSpellings,
    JointSpellings,
    Spellings,
    area_spellings,
    id_spellings,
    indicator_spellings,
)
from geomap.values import claims, precedence
from geomap.values.claims import Arithmetic
from geomap.values.precedence import DEFAULT, Precedence

CATALOGUE, SOURCES, SITE_KINDS = "indicators.json", "sources.json", "site_kinds.json"
UNITS_FILE, CONTEXT = "boundaries/units.csv", "boundaries/context.geojson"
FIGURES_OF_SITES = "sites/figures.csv"
LAND = "land_area"


@dataclass(slots=True)
class Release:
    """What was read of a release; frames have text columns and the line in the file as index.

    Parameters
    ----------
    files : path → bytes, those that are listed and could be read
    approval : the text of ``approval.json``, None when there is none
    stats, sites : path → frame
    boundaries_file : path of the boundary file, "" when there is none
    """

    package: Package
    files: Mapping[str, bytes]
    findings: Findings
    identity: str = ""
    areas: dict[str, Area] = field(default_factory=dict)
    vintages: dict[str, Vintage] = field(default_factory=dict)
    groups: tuple[IndicatorGroup, ...] = ()
    indicators: dict[str, Indicator] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    site_kinds: dict[str, SiteKind] = field(default_factory=dict)
    boundaries_file: str = ""
    boundaries: gpd.GeoDataFrame = field(
        default_factory=lambda: gpd.GeoDataFrame({"code": []}, geometry=[], crs=STORED)
    )
    context: gpd.GeoDataFrame = field(
        default_factory=lambda: gpd.GeoDataFrame(
            {"code": [], "name_zh": []}, geometry=[], crs=STORED
        )
    )
    precedence: Precedence = DEFAULT
    arithmetic: Arithmetic = field(default_factory=Arithmetic)
    approval: str | None = None
    stats: dict[str, pd.DataFrame] = field(default_factory=dict)
    sites: dict[str, pd.DataFrame] = field(default_factory=dict)
    site_figures: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=SITE_FIGURES.names, dtype=str)
    )
    site_lists: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=SITE_LISTS.names, dtype=str)
    )

    def is_sound(self, file: str) -> bool:
        """Whether what a file says can be relied on; references are checked against such only.

        One misspelt id in a list must not make a fault of every row that names it. A hash that
        differs (line 0, no column) says nothing against the content.
        """
        faults = [one for one in self.findings.errors if one.file == file]
        return file in self.files and not any(one.line or one.column for one in faults)

    def document(self, file: str) -> Document | None:
        """Give a text file for reading; None, with a finding, when it is missing or no text."""
        if file not in self.files:
            # A listed file that could not be read has its finding already.
            if file not in self.package.hashes:
                self.findings.error(
                    (file, 0, ""),
                    ("缺少这个文件", "the file is missing"),
                    ("补上它，再运行 geomap check --update", "add it, then geomap check --update"),
                )
            return None
        text = decode(file, self.files[file], self.findings)
        return None if text is None else Document(file, text, self.findings)


def read(
    package: Package, files: Mapping[str, bytes], findings: Findings, *, identity: str = ""
) -> Release:
    """Read all files of a release.

    Parameters
    ----------
    package : what ``datapackage.json`` says
    files : path → bytes
    findings : those made so far; more are added
    identity : the hash that stands for the release
    """
    release = Release(package, files, findings, identity)
    _read_areas(release)
    _read_catalogue(release)
    _read_rules(release)
    _read_boundaries(release)
    areas = areas_of(release)
    _read_stats(release, areas)
    _read_sites(release, areas)
    return release


def areas_of(release: Release) -> AreaSpellings:
    """Know the areas of a release, and its neighbours from them."""
    others = dict(zip(release.context["code"], release.context["name_zh"], strict=True))
    return area_spellings(release.areas.values(), release.package.city, others)


def _read_areas(release: Release) -> None:
    if UNITS_FILE not in release.files:
        release.document(UNITS_FILE)
        return
    frame = read_csv(UNITS_FILE, release.files[UNITS_FILE], UNITS, release.findings)
    city = release.package.city
    rows = frame.itertuples(index=False, name=None)
    areas = {row[0]: _area(row) for row in rows}
    if city not in areas:
        release.findings.error(
            (UNITS_FILE, 1, "code"),
            (f"没有全市 {city} 这一行", f"the city {city} has no row"),
            ("补上全市，或改 datapackage.json 的 geomap.city", "add it, or mend geomap.city"),
        )
        release.areas = areas
        return
    release.areas = {city: areas[city], **areas}
    _read_vintages(release, frame)
    for line, code, parent in zip(frame.index, frame["code"], frame["parent"], strict=True):
        if code != city and parent not in areas:
            release.findings.error(
                (UNITS_FILE, int(line), "parent"),
                (f"没有上级 {parent}", f"there is no parent {parent}"),
                (f"改为 {city} 或已有的代码", f"use {city} or a code that is listed"),
            )


def _area(row: tuple[str, ...]) -> Area:
    """Make an area of its row; a coordinate that is no number has its finding already."""
    code, name_zh, short_zh, name_en, kind, parent = row[:6]
    seat_zh, seat_en, *degrees, source = row[8:]
    seat: tuple[float | None, float | None] = (None, None)
    if all(degrees):
        lon, lat = (float(pd.to_numeric(one, errors="coerce")) for one in degrees)
        seat = (lon, lat) if lon == lon and lat == lat else seat
    return Area(
        code, name_zh, short_zh, name_en, kind, parent, seat_zh, seat_en, *seat, seat_source=source
    )


def _read_vintages(release: Release, frame: pd.DataFrame) -> None:
    """Read since when areas exist, and what they were a part of before."""
    columns = frame["code"], frame["since"], frame["split_from"]
    for line, code, since, origin in zip(frame.index, *columns, strict=True):
        if origin and origin not in release.areas:
            release.findings.error(
                (UNITS_FILE, int(line), "split_from"),
                (f"没有旗区 {origin}", f"there is no area {origin}"),
                ("改为已有的代码，或留空", "use a code that is listed, or leave it empty"),
            )
        if since.isdigit():
            release.vintages[code] = Vintage(int(since), origin)


def _read_catalogue(release: Release) -> None:
    document = release.document(SOURCES)
    if document:
        release.sources = read_sources(document)
    document = release.document(SITE_KINDS)
    if document:
        release.site_kinds = read_site_kinds(document)
    document = release.document(CATALOGUE)
    if document:
        release.groups, release.indicators = read_catalogue(document, release.site_kinds)
    lacking = LAND in release.indicators and BOUNDARIES_SOURCE not in release.sources
    if lacking and release.is_sound(SOURCES):
        release.findings.error(
            (SOURCES, 0, "id"),
            (
                f"指标 {LAND} 由边界算出，但没有来源 {BOUNDARIES_SOURCE}",
                f"{LAND} is measured on the boundaries, yet there is no source {BOUNDARIES_SOURCE}",
            ),
            (f"补上 id 为 {BOUNDARIES_SOURCE} 的来源", f"add the source {BOUNDARIES_SOURCE}"),
        )


def _read_rules(release: Release) -> None:
    """Read what may be there: which figure holds, what documents claim, the map's approval."""
    document = (
        release.document(precedence.PRECEDENCE_FILE)
        if precedence.PRECEDENCE_FILE in release.files
        else None
    )
    if document:
        release.precedence = precedence.read_precedence(document)
    document = (
        release.document(claims.ARITHMETIC_FILE)
        if claims.ARITHMETIC_FILE in release.files
        else None
    )
    if document:
        release.arithmetic = claims.read_arithmetic(document)
    if approval.APPROVAL_FILE in release.files:
        # Whatever is wrong with it costs the map its number, never the release.
        release.approval = release.files[approval.APPROVAL_FILE].decode(
            "utf-8-sig", errors="replace"
        )


def _read_boundaries(release: Release) -> None:
    found = [
        path
        for path in release.package.hashes
        if PurePosixPath(path).match("boundaries/*.geojson") and path != CONTEXT
    ]
    if len(found) != 1:
        release.findings.error(
            ("boundaries", 0, ""),
            (f"应有一个边界文件，有 {len(found)} 个", f"{len(found)} boundary files, need one"),
            ("只留一个，如 county-2024.geojson", "keep one, such as county-2024.geojson"),
        )
        return
    release.boundaries_file = found[0]
    document = release.document(found[0])
    if document:
        _check_vintage(release)
        release.boundaries = read_boundaries(document)
        codes = [code for code in release.areas if code != release.package.city]
        if release.areas:
            check_units(document, release.boundaries, codes)
    if CONTEXT in release.files:
        document = release.document(CONTEXT)
        if document:
            release.context = read_boundaries(document, ("code", "name_zh"))


def vintage(boundaries_file: str) -> int | None:
    """Give the year that a boundary file's name ends in: county-2024.geojson → 2024."""
    year = PurePosixPath(boundaries_file).stem.rpartition("-")[2]
    return int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None


def _check_vintage(release: Release) -> None:
    if vintage(release.boundaries_file) is None:
        release.findings.error(
            (release.boundaries_file, 0, ""),
            ("文件名没有年份", "the name of the file holds no year"),
            ("改名，如 county-2024.geojson", "rename it, for example county-2024.geojson"),
        )


def _read_stats(release: Release, areas: Spellings) -> None:
    known: dict[str, Spelt] = {}
    if release.is_sound(UNITS_FILE):
        known["area"] = JointSpellings(areas)
    if release.is_sound(CATALOGUE):
        known["indicator"] = indicator_spellings(release.indicators.values())
    for path in _csv_files(release, "stats"):
        source = PurePosixPath(path).stem
        if release.is_sound(SOURCES) and source not in release.sources:
            release.findings.error(
                (path, 0, "source"),
                (f"sources.json 没有来源“{source}”", f"sources.json has no source {source!r}"),
                (
                    "文件名须为来源的 id；补上来源或改名",
                    "name the file after its source, or add it",
                ),
            )
        frame = read_csv(path, release.files[path], STATS, release.findings, known)
        release.stats[path] = check_figures(path, frame, release.indicators, release.findings)
        if release.is_sound(UNITS_FILE):
            release.findings += areas_in(release, frame, path)


def areas_in(release: Release, frame: pd.DataFrame, file: str) -> list[Finding]:
    """Check that figures are of areas that were there, and that joint codes are well made.

    Parameters
    ----------
    frame : as ``check_grid`` gives it for ``schema.STATS``; areas that are unknown and years that
        are none have their findings already
    """
    kept = [
        year.isdigit() and all(code in release.areas for code in members(area))
        for area, year in zip(frame["area"], frame["year"], strict=True)
    ]
    sound = frame[pd.Series(kept, index=frame.index, dtype=bool)]
    figures = sound.assign(id=[f":{line}" for line in sound.index], year=sound["year"].astype(int))
    city = release.package.city
    areas = [code for code in release.areas if code != city]
    found = check_areas(figures, areas, city, release.vintages)
    return [replace(one, file=file) for one in found]


def _read_sites(release: Release, areas: Spellings) -> None:
    for path in _csv_files(release, "sites"):
        if path not in (FIGURES_OF_SITES, COMPLETE_LISTS):
            release.sites[path] = _read_kind(release, path, areas)
    _check_site_ids(release)
    if COMPLETE_LISTS in release.files:
        _read_site_lists(release, areas)
    if FIGURES_OF_SITES in release.files:
        known = _known_sources(release)
        if all(release.is_sound(path) for path in release.sites):
            known["site"] = id_spellings(Text("载体", "site"), _site_ids(release))
        data = release.files[FIGURES_OF_SITES]
        frame = read_csv(FIGURES_OF_SITES, data, SITE_FIGURES, release.findings, known)
        check_status(FIGURES_OF_SITES, frame, release.findings, wording="text")
        release.site_figures = with_wording(FIGURES_OF_SITES, frame, release.findings)


def _read_site_lists(release: Release, areas: Spellings) -> None:
    known = _known_sources(release)
    if release.is_sound(SITE_KINDS):
        known["kind"] = id_spellings(Text("载体类别", "kind of site"), release.site_kinds)
    if release.is_sound(UNITS_FILE):
        known["area"] = areas
    data, findings = release.files[COMPLETE_LISTS], release.findings
    release.site_lists = read_site_lists(data, known, findings, release.sources)
    if all(release.is_sound(path) for path in (*release.sites, COMPLETE_LISTS)):
        columns = [frame[["kind", "area"]] for frame in release.sites.values()]
        sites = pd.concat([pd.DataFrame(columns=["kind", "area"], dtype=str), *columns])
        city, kinds = release.package.city, release.site_kinds
        check_site_lists(release.site_lists, sites, kinds, city, findings)


def _read_kind(release: Release, path: str, areas: Spellings) -> pd.DataFrame:
    kind = PurePosixPath(path).stem
    known = _known_sources(release)
    if release.is_sound(SITE_KINDS):
        kinds = {kind} & release.site_kinds.keys()
        known["kind"] = id_spellings(Text("载体类别", "kind of site"), kinds)
    outside = kind in release.site_kinds and release.site_kinds[kind].outside
    if release.is_sound(UNITS_FILE) and release.is_sound(SITE_KINDS) and not outside:
        known["area"] = areas
    frame = read_csv(path, release.files[path], SITES, release.findings, known)
    check_position(path, frame, release.findings)
    return frame


def _known_sources(release: Release) -> dict[str, Spellings]:
    if not release.is_sound(SOURCES):
        return {}
    return {"source": id_spellings(Text("来源", "source"), release.sources)}


def _site_ids(release: Release) -> list[str]:
    return [site for frame in release.sites.values() for site in frame["id"]]


def _check_site_ids(release: Release) -> None:
    seen: dict[str, str] = {}
    for path, frame in release.sites.items():
        for line, site in frame["id"].items():
            if seen.setdefault(site, path) != path:
                release.findings.error(
                    (path, int(str(line)), "id"),
                    (f"{site} 已见于 {seen[site]}", f"{site} also stands in {seen[site]}"),
                    ("每个载体只登记一次", "list each site once"),
                )


def _csv_files(release: Release, folder: str) -> list[str]:
    return sorted(path for path in release.files if PurePosixPath(path).match(f"{folder}/*.csv"))
