"""What one map shows as a file of data: one format each, all from the same ``Extract``.

Every file says its mark, its audience and the hash of its release, and each value its status and
its documents. The same view gives the same bytes: nothing in a file is the time of writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.render.data import gdal as exports_layers
from geomap.render.data import geojson as exports_geo
from geomap.render.data import tables as exports_tables
from geomap.render.data.extract import Extract, extract
from geomap.render.office.packing import OFFICE_TYPES

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import MapView

Writer = Callable[[Extract, "gpd.GeoDataFrame", str], bytes]
UTF_8, GBK = "utf-8", "gbk"
ENCODINGS = (UTF_8, GBK)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: its ending, media type, name and use, who writes it, in which encodings."""

    suffix: str
    media_type: str
    label: Text
    use: Text
    write: Writer
    encodings: tuple[str, ...] = (UTF_8,)


_WEB = Text("网页地图", "web maps")
EXPORT_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "xlsx": Format(
            "xlsx", OFFICE_TYPES["xlsx"], Text("Excel 表", "Excel"), Text("做表、改表", "to edit"),
            exports_tables.xlsx,
        ),
        "csv": Format(
            "csv", "text/csv; charset={}", Text("CSV 表", "CSV"),
            Text("其他程序", "other programs"), exports_tables.csv_file, ENCODINGS,
        ),
        "gpkg": Format(
            "gpkg", "application/geopackage+sqlite3", Text("GeoPackage", "GeoPackage"),
            Text("QGIS、ArcGIS", "QGIS, ArcGIS"), exports_layers.gpkg,
        ),
        "shp": Format(
            "shp.zip", "application/zip", Text("Shapefile（压缩包）", "Shapefile (zip)"),
            Text("老的 GIS", "older GIS"), exports_layers.shapefile, ENCODINGS,
        ),
        "geojson": Format(
            "geojson", "application/geo+json", Text("GeoJSON", "GeoJSON"), _WEB,
            exports_geo.geojson,
        ),
        "topojson": Format(
            "topojson", "application/json", Text("TopoJSON", "TopoJSON"), _WEB,
            exports_geo.topojson,
        ),
    }
)  # fmt: skip


def export(
    atlas: Atlas,
    view: MapView,
    format: str,  # noqa: A002
    *,
    lang: str = "zh",
    encoding: str = UTF_8,
    layers: Iterable[str] = (),
) -> bytes:
    """Write what one map shows.

    Parameters
    ----------
    atlas : the release the view was made from, as its audience may see it
    format : a key of ``EXPORT_FORMATS``
    encoding : of CSV and Shapefile: "utf-8", or "gbk" for programs that read nothing else
    layers : kinds of sites that are shown

    Raises
    ------
    NotFoundError : no such format or layer; names those there are
    RequestError : the format has no such encoding, or the encoding lacks a character
    """
    chosen = format_of(format, encoding)
    shown = extract(atlas, view, lang=lang, layers=layers)
    return chosen.write(shown, atlas.ordered_boundaries, encoding)


def format_of(name: str, encoding: str = UTF_8) -> Format:
    """Give a format, or say which ones there are.

    Raises
    ------
    NotFoundError, RequestError : as ``export``
    """
    found = EXPORT_FORMATS.get(name)
    if found is None:
        raise NotFoundError(Text("导出格式", "format of export"), name, EXPORT_FORMATS)
    if encoding not in found.encodings:
        valid = "、".join(found.encodings)
        raise RequestError(
            f"{found.label.zh} 不能用编码 {encoding[:40]}，可用 {valid}",
            f"{found.label.en} is not written in {encoding[:40]}; use {valid}",
        )
    return found


def export_format(file_name: str) -> str:
    """Give the format that the ending of a file name stands for; a Shapefile is a .zip.

    Raises
    ------
    NotFoundError : it stands for none; names those there are
    """
    ending = file_name.lower().rpartition(".")[2]
    name = {"zip": "shp", "json": "geojson"}.get(ending, ending)
    format_of(name)
    return name


def file_name(shown: str, format: str) -> str:  # noqa: A002
    """Give the name of a file: what it shows, without what a file system may not hold."""
    kept = "".join("_" if one in '\\/:*?"<>|' or ord(one) < 32 else one for one in shown)
    return f"{kept.strip(' .')[:120]}.{EXPORT_FORMATS[format].suffix}"


def media_type(format: str, encoding: str = UTF_8) -> str:  # noqa: A002
    """Give the media type, with the encoding where the format has one."""
    return EXPORT_FORMATS[format].media_type.format(encoding)
