"""Write the demonstration release: the shipped boundaries and catalogue with made-up figures.

In: the shipped release and a seed. Out: a directory that ``geomap serve --data`` opens. The
making-up itself is in ``demo_city``, ``demo_matrix``, ``demo_figures`` and ``demo_sites``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.demo.figures import NOTE, SOURCE, DemoRow, figure_rows
from geomap.demo.sites import complete_rows, demo_sites, site_figure_rows
from geomap.errors import GeomapError, RequestError, Text
from geomap.files import temporary, write_whole
from geomap.model.schema import SITE_FIGURES, SITE_LISTS, SITES, STATS, UNITS, TableSchema
from geomap.paths import shipped_data_dir
from geomap.release.open import content_of, listing, open_release
from geomap.release.package import package_json, write_datapackage

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_SEED = 20250101
_CATALOGUE = ("indicators.json", "site_kinds.json")


def write_demo(directory: Path, seed: int = _SEED) -> Path:
    """Make the demonstration release, whole or not at all.

    Parameters
    ----------
    directory : what to make; may exist if it is empty
    seed : the same seed gives the same bytes on every machine

    Returns
    -------
    the directory

    Raises
    ------
    RequestError : the directory is in use
    ReleaseError : the shipped release has faults
    GeomapError : the disk refuses
    """
    target = Path(directory).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RequestError(
            f"{target} 已存在且不是空目录，未作任何改动；请换一个目录，或先清空它",
            f"{target} exists and is not an empty directory; choose another or empty it",
        )
    shipped = shipped_data_dir()
    atlas = open_release(shipped)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary(".geomap-", target.parent) as beside:
            release = beside / "release"
            _write(release, shipped, atlas, seed)
            if target.is_dir():
                target.rmdir()  # Windows does not rename onto a directory, even an empty one
            release.rename(target)
    except OSError as error:
        raise GeomapError(
            f"无法写入 {target}（{error.strerror}），请换一个目录或检查权限",
            f"cannot write {target} ({error.strerror}); choose another place or check permissions",
        ) from error
    return target


def _write(release: Path, shipped: Path, atlas: Atlas, seed: int) -> None:
    drawn = [path for path in listing(shipped) if path.startswith("boundaries/")]
    for path in (*drawn, *_CATALOGUE):
        write_whole(release / path, content_of(shipped, path), parents=True)
    sites = demo_sites(atlas, seed=seed)
    tables: dict[str, tuple[TableSchema, Sequence[DemoRow]]] = {
        # Made-up figures are of all areas in all years: here none came into being.
        "boundaries/units.csv": (UNITS, [asdict(one) for one in atlas.areas.values()]),
        f"stats/{SOURCE}.csv": (STATS, figure_rows(atlas, seed=seed)),
        "sites/complete.csv": (SITE_LISTS, complete_rows(atlas, sites)),
        "sites/figures.csv": (SITE_FIGURES, site_figure_rows(atlas, sites, seed=seed)),
    }
    for kind in atlas.site_kinds:
        tables[f"sites/{kind}.csv"] = (SITES, [row for row in sites if row["kind"] == kind])
    for path, (schema, rows) in tables.items():
        write_whole(release / path, _csv(schema, rows), parents=True)
    write_whole(release / "sources.json", package_json(_sources(shipped, seed)))
    write_datapackage(
        release,
        name=f"geomap-demo-{atlas.city}",
        title=Text(f"{atlas.title.zh}（示例数据）", f"{atlas.title.en} (demonstration data)"),
        city=atlas.city,
        synthetic=True,
    )


def _sources(shipped: Path, seed: int) -> list[dict[str, Any]]:
    """Name the demonstration, and the origin of the boundaries, which stay real."""
    rows = json.loads((shipped / "sources.json").read_text(encoding="utf-8-sig"))
    made_up = {
        "id": SOURCE,
        "title": NOTE,
        "title_en": "Demonstration data, not real statistics",
        "number": f"seed {seed}",
        "issuer": "geomap demo",
        "date": "2025-12-31",
        "url": "",
        "note": f"{NOTE}：由程序生成，仅供演示与测试 / Demonstration data, not real statistics",
        "synthetic": True,
    }
    return [made_up, *(row for row in rows if row["id"] == "boundaries")]


def _csv(schema: TableSchema, rows: Sequence[DemoRow]) -> bytes:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, schema.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
