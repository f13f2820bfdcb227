"""An ``Extract`` with its geometry as a GeoPackage and as a zipped Shapefile, written by GDAL.

A GeoPackage holds all in one file: areas, sites, and as tables the documents, the figures, what is
to be known and what the columns mean. A Shapefile holds names of ten characters and texts of 254
bytes, so its archive has tables beside it that say everything in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.errors import GeomapError, Text
from geomap.files import temporary
from geomap.model.crs import STORED
from geomap.render.data.extract import DataRow, Extract
from geomap.render.data.tables import encoded, table
from geomap.render.office.packing import packed_zip
from geomap.tables.export_columns import (
    DOCUMENT_FIELDS,
    EXPORT_COLUMNS,
    FIGURE_FIELDS,
    SITE_FIELDS,
    Field,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_MOST_BYTES = 254
"""Of a text in a DBF file."""
_DAY = "2000-01-01"
_ABOUT_FIELDS = (
    Field("id", "id", Text("编号", "Id")),
    Field("head", "head", Text("项目", "Item")),
    Field("value", "value", Text("内容", "Content")),
)
_COLUMN_FIELDS = (
    Field("layer", "layer", Text("图层", "Layer")),
    Field("short", "short", Text("字段", "Column")),
    Field("id", "id", Text("全名", "Full name")),
    Field("head", "head", Text("含义", "Meaning")),
    Field("type", "type", Text("类型", "Type")),
)
_DTYPES = {"text": "object", "real": "float64", "whole": "Int64", "flag": "boolean"}
_README = Text(
    "字段名只能有十个字符，全名与含义见 fields.csv；DBF 文字最多 {most} 字节，"
    "areas.csv、sites.csv 有全文和全市数。\n有 {cut} 格文字在 DBF 中截短。\n"
    "数值为空的，看 status、status_lbl，都不是 0：missing 没有数（要旗区填报的为未上报，"
    "其余为无公开数），suppressed 不予公开。\n"
    "编码：{encoding}（见 .cpg）。坐标系：EPSG:4326。",
    "Column names hold ten characters; fields.csv has the full ones and what they mean. A text in "
    "DBF holds {most} bytes; areas.csv and sites.csv have it in full, and the city.\n"
    "{cut} text(s) were cut in DBF.\nWhere a value is empty see status; none is 0: missing is no "
    "figure (not reported, or no public one where nobody is asked to report), suppressed is "
    "withheld.\nEncoding: {encoding} (see .cpg). EPSG:4326.",
)
_PLAINLY = Text(
    "\nGBK 没有的上标数字和数学减号写成普通的数字和连字符。",
    "\nRaised figures and the minus sign, which GBK lacks, are written plainly.",
)


def gpkg(shown: Extract, boundaries: gpd.GeoDataFrame, _: str) -> bytes:
    """Write a GeoPackage: layers ``areas`` and ``sites``, tables beside them."""
    with temporary("geomap-gdal-") as directory:
        path = directory / "export.gpkg"
        said = {"IDENTIFIER": shown.title, "DESCRIPTION": _description(shown)}
        areas = _with_areas(_frame(EXPORT_COLUMNS, shown.rows), boundaries)
        _write(areas, path, layer="areas", layer_options=said, layer_metadata=shown.facts)
        if shown.sites:
            sites = _with_points(_frame(SITE_FIELDS, shown.sites), shown.sites)
            _write(sites, path, layer="sites", geometry_type="Point")
        for name, fields, rows in _tables(shown):
            if rows:
                _write(_frame(fields, rows), path, layer=name)
        return path.read_bytes()


def shapefile(shown: Extract, boundaries: gpd.GeoDataFrame, encoding: str) -> bytes:
    """Write a ZIP with a Shapefile of the areas, one of the sites, and their tables in full.

    Raises
    ------
    RequestError : GBK lacks a character; names it
    """
    layers = {"areas": (EXPORT_COLUMNS, shown.table), "sites": (SITE_FIELDS, shown.sites)}
    texts = {
        f"{name}.csv": table(fields, rows, shown, encoding)
        for name, (fields, rows) in layers.items()
        if rows
    }
    cut = [0]
    areas = _with_areas(_short(EXPORT_COLUMNS, shown.rows, encoding, cut), boundaries)
    files = _shapes(areas, "areas", encoding)
    placed = [row for row in shown.sites if row["lon"] is not None]
    if placed:
        sites = _with_points(_short(SITE_FIELDS, placed, encoding, cut), placed)
        files |= _shapes(sites, "sites", encoding)
    texts |= {
        "fields.csv": table(_COLUMN_FIELDS, _columns(shown), shown, encoding),
        "sources.csv": table(DOCUMENT_FIELDS, shown.documents, shown, encoding),
        "README.txt": encoded(_readme(shown, encoding, cut[0]), encoding, mark=True),
    }
    return packed_zip({**files, **texts})


def _tables(shown: Extract) -> Iterable[tuple[str, Sequence[Field], Sequence[DataRow]]]:
    yield "about", _ABOUT_FIELDS, _about(shown)
    yield "city", EXPORT_COLUMNS, (shown.city,) if shown.city else ()
    yield "documents", DOCUMENT_FIELDS, shown.documents
    yield "figures", FIGURE_FIELDS, shown.figures
    yield "columns", _COLUMN_FIELDS, _columns(shown)


def _about(shown: Extract) -> list[DataRow]:
    return [{"id": one.id, "head": shown.say(one.head), "value": one.value} for one in shown.about]


def _columns(shown: Extract) -> list[DataRow]:
    layers = {"areas": EXPORT_COLUMNS, "sites": SITE_FIELDS if shown.sites else ()}
    return [
        {
            "layer": layer,
            "short": one.short,
            "id": one.id,
            "head": shown.say(one.head),
            "type": one.type,
        }
        for layer, fields in layers.items()
        for one in fields
    ]


def _description(shown: Extract) -> str:
    return "；".join(filter(None, (shown.facts[name] for name in ("mark", "audience", "notes"))))


def _readme(shown: Extract, encoding: str, cut: int) -> str:
    facts = [f"{shown.say(one.head)}: {one.value}" for one in shown.about if one.value]
    told = shown.say(_README).format(most=_MOST_BYTES, cut=cut, encoding=encoding.upper())
    plainly = shown.say(_PLAINLY) if encoding != "utf-8" else ""
    return "\n".join([*facts, "", told]).replace("\n", "\r\n") + plainly + "\r\n"


def _frame(fields: Iterable[Field], rows: Sequence[DataRow]) -> pd.DataFrame:
    """Make a typed frame: a column that is empty throughout keeps its type."""
    import pandas as pd

    columns: dict[str, Any] = {field.id: [row[field.id] for row in rows] for field in fields}
    return pd.DataFrame(columns).astype({field.id: _DTYPES[field.type] for field in fields})


def _short(
    fields: Iterable[Field], rows: Sequence[DataRow], encoding: str, cut: list[int]
) -> pd.DataFrame:
    """Make a frame as DBF can hold it: short names and texts; counts what was cut."""
    kept = [field for field in fields if field.id != "notes"]
    fitted = [{field.id: _fitted(row[field.id], encoding, cut) for field in kept} for row in rows]
    frame = _frame(kept, fitted)
    flags = {field.id: frame[field.id].astype("Int64") for field in kept if field.type == "flag"}
    return frame.assign(**flags).rename(columns={field.id: field.short for field in kept})


def _fitted(value: Any, encoding: str, cut: list[int]) -> Any:
    """Cut a text at a whole character."""
    if not isinstance(value, str):
        return value
    code = encoded(value, encoding)
    cut[0] += len(code) > _MOST_BYTES
    return code[:_MOST_BYTES].decode(encoding, "ignore")


def _with_areas(frame: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(frame, geometry=boundaries.geometry.to_numpy(), crs=STORED)


def _with_points(frame: pd.DataFrame, rows: Iterable[DataRow]) -> gpd.GeoDataFrame:
    """Place sites; one of unknown place has no geometry."""
    import geopandas as gpd
    from shapely import Point

    points = [None if row["lon"] is None else Point(row["lon"], row["lat"]) for row in rows]
    return gpd.GeoDataFrame(frame, geometry=points, crs=STORED)


def _shapes(frame: gpd.GeoDataFrame, name: str, encoding: str) -> dict[str, bytes]:
    with temporary("geomap-gdal-") as directory:
        path = directory / f"{name}.shp"
        _write(frame, path, encoding=encoding.upper(), layer_options={"DBF_DATE_LAST_UPDATE": _DAY})
        files = {f"{name}.{end}": _read(path, end) for end in ("shp", "shx", "dbf", "prj", "cpg")}
    if str(frame["name_zh"].iloc[0]).encode(encoding) not in files[f"{name}.dbf"]:
        raise GeomapError(
            f"本机的 GDAL 不会写 {encoding.upper()}，请改用 utf-8",
            f"GDAL on this machine cannot write {encoding.upper()}; choose utf-8",
        )
    return files


def _read(path: Path, ending: str) -> bytes:
    return path.with_suffix(f".{ending}").read_bytes()


def _write(frame: Any, path: Path, **options: Any) -> None:
    """Let GDAL write a layer; its own clock is stopped, or no file would be the same twice."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_DAY}T00:00:00Z"})
    if "geometry" in frame and options.get("geometry_type") is None:
        options |= {"geometry_type": "MultiPolygon", "promote_to_multi": True}
        if frame.geometry.iloc[0].geom_type == "Point":
            options |= {"geometry_type": "Point", "promote_to_multi": False}
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[path.suffix]
    pyogrio.write_dataframe(frame, path, driver=driver, **options)
