"""Made-up sites for demonstrations: platforms about a few centres in each area, bases, parks.

Every name says 示例; no site stands for a real one. Sites outside the city stand in the same
cities as the real ones, since there the point means the city and nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geomap.catalog import Kind, SiteKind, Status
from geomap.demo_matrix import LAST, Places, apportion, draw, make_places

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.atlas import Atlas

NOTE = "示例数据 非真实统计"
SOURCE = "demo"
LEVELS = ("国家级", "自治区级", "市级")
PLATFORMS = 200
SITE_FIELDS = (
    "id", "name_zh", "name_en", "kind", "level", "area", "lon", "lat", "precision", "anchor",
    "coordinate_source", "industry", "source", "locator", "note",
)  # fmt: skip
FIGURE_FIELDS = (
    "site", "item", "name_zh", "name_en", "date", "value", "text", "unit", "kind", "status",
    "source", "locator", "quote", "note",
)  # fmt: skip

# How many there are of each kind that is not a platform; the platforms share ``PLATFORMS``.
FEW: Mapping[str, int] = {"base": 8, "city": 2, "center": 1, "institute": 3, "park": 9}
INDUSTRIES = ("新能源", "现代煤化工", "数字经济", "装备制造", "生物医药", "现代农牧业", "")
# Item, names, unit and the target of 2025.
AIMS = (
    ("national_platforms", "国家级研发平台", "National R&D platforms", "个", 1),
    ("regional_platforms", "自治区级研发平台", "Regional R&D platforms", "个", 3),
    ("rd_talent", "创新研发人才", "Research and development staff", "人", 1000),
)
OUTSIDE_AIMS = (
    ("projects", "专精特新项目", "Specialised new projects", "个", 3),
    ("rd_talent", "创新研发人才", "Research and development staff", "人", 100),
)
STAFF = (("rd_talent", "创新研发人才", "Research and development staff", "人", 30),)

Row = dict[str, str]


def site_rows(atlas: Atlas, *, seed: int) -> list[Row]:
    """Make up the sites of a release.

    Parameters
    ----------
    atlas : the real release, for its kinds of sites, areas and boundaries (EPSG:4326)

    Returns
    -------
    rows with ``SITE_FIELDS``, by kind in the order of the catalogue; longitude and latitude of
    EPSG:4326 with five decimals, inside the stated area, or empty with precision "area"
    """
    places = make_places(atlas, seed=seed)
    shapes = dict(zip(atlas.boundaries["code"], atlas.boundaries.geometry, strict=True))
    rows: list[Row] = []
    for kind in atlas.site_kinds.values():
        if kind.outside:
            rows += _outside_rows(atlas, kind)
    inside = [kind for kind in atlas.site_kinds.values() if not kind.outside]
    few = [kind for kind in inside if kind.id in FEW]
    for kind in few:
        for number in range(1, FEW[kind.id] + 1):
            name = (f"示例{kind.name.zh} {number}", f"Demo {_small(kind.name.en)} {number}")
            rows.append(_inside_row(kind, number, name, places, shapes, seed))
    for number, kind in enumerate(_platform_kinds(inside, seed), start=1):
        name = (
            f"示例平台 {number:03d}（{kind.name.zh}）",
            f"Demo platform {number:03d} ({_small(kind.name.en)})",
        )
        rows.append(_inside_row(kind, number, name, places, shapes, seed))
    return rows


def site_figure_rows(atlas: Atlas, sites: list[Row], *, seed: int) -> list[Row]:
    """Make up what is planned for each site and what it has reached.

    Returns
    -------
    rows with ``FIGURE_FIELDS``, in the order of the sites
    """
    return [
        row for site in sites for row in _figures_of(atlas.site_kinds[site["kind"]], site, seed)
    ]


def point_within(shape: BaseGeometry, seed: int, code: str, *name: object) -> tuple[float, float]:
    """Find a point inside a shape, near one of its few centres, where sites gather.

    Parameters
    ----------
    shape : Polygon or MultiPolygon of the area ``code``, EPSG:4326
    name : of the point; each has its own

    Returns
    -------
    longitude and latitude, rounded to five decimals and inside when so rounded
    """
    centres = [_spot(shape, _middle(shape), 1.0, seed, code, "centre", n) for n in range(_CENTRES)]
    nearest = centres[int(_CENTRES * draw(seed, code, *name, "choice"))]
    return _spot(shape, nearest, 0.2, seed, code, *name)


# Places in each area about which its sites lie.
_CENTRES = 3
_ATTEMPTS = 60
# Of all sites, those whose place is known only as a town, or only as an area.
_TOWN, _AREA = 0.15, 0.08


def _spot(
    shape: BaseGeometry, about: tuple[float, float], spread: float, seed: int, *name: object
) -> tuple[float, float]:
    """Try points ever nearer to one that is inside, so that the last of them is too."""
    import shapely

    reach = spread * math.sqrt(shape.area)
    for attempt in range(_ATTEMPTS):
        east, north = (
            draw(seed, *name, attempt, axis, 1) + draw(seed, *name, attempt, axis, 2) - 1
            for axis in ("east", "north")
        )
        point = (round(about[0] + reach * east, 5), round(about[1] + reach * north, 5))
        if shapely.contains_xy(shape, *point):
            return point
        reach *= 0.85
    return about


def _middle(shape: BaseGeometry) -> tuple[float, float]:
    inner = shape.representative_point()
    return round(inner.x, 5), round(inner.y, 5)


def _platform_kinds(inside: list[SiteKind], seed: int) -> list[SiteKind]:
    """Give the kind of each platform, grouped as in the catalogue; every kind has some."""
    kinds = [kind for kind in inside if kind.id not in FEW]
    if not kinds:
        return []
    weights = [0.4 + draw(seed, "kind", kind.id) for kind in kinds]
    shares = apportion(PLATFORMS, weights)
    return [kind for kind, share in zip(kinds, shares, strict=True) for _ in range(share)]


def _inside_row(
    kind: SiteKind,
    number: int,
    name: tuple[str, str],
    places: Places,
    shapes: Mapping[str, BaseGeometry],
    seed: int,
) -> Row:
    here = (seed, "site", kind.id, number)
    code = _pick(places, draw(*here, "area"))
    vague = draw(*here, "precision")
    precision = "area" if vague < _AREA else "town" if vague < _AREA + _TOWN else "exact"
    point = None if precision == "area" else point_within(shapes[code], seed, code, *here[1:])
    return _row(kind, number, name, code, precision, point) | {
        "level": LEVELS[int(len(LEVELS) * draw(*here, "level"))],
        "industry": INDUSTRIES[int(len(INDUSTRIES) * draw(*here, "industry"))],
    }


def _pick(places: Places, chance: float) -> str:
    """Choose an area by its people, the denser ones more often."""
    weights = {code: people * (0.5 + places.urban[code]) for code, people in places.weight.items()}
    left = chance * sum(weights.values())
    for code, weight in weights.items():
        left -= weight
        if left < 0:
            return code
    return code


def _outside_rows(atlas: Atlas, kind: SiteKind) -> list[Row]:
    real = atlas.sites[(atlas.sites["kind"] == kind.id) & atlas.sites["lon"].notna()]
    rows = []
    for number, site in enumerate(real.to_dict("records"), start=1):
        name = (f"示例{kind.name.zh} {number}", f"Demo {_small(kind.name.en)} {number}")
        rows.append(_row(kind, number, name, site["area"], "city", (site["lon"], site["lat"])))
    return rows


def _row(
    kind: SiteKind,
    number: int,
    name: tuple[str, str],
    area: str,
    precision: str,
    point: tuple[float, float] | None,
) -> Row:
    lon, lat = (f"{point[0]:.5f}", f"{point[1]:.5f}") if point else ("", "")
    return dict.fromkeys(SITE_FIELDS, "") | {
        "id": f"demo_{kind.id}_{number:03d}",
        "name_zh": name[0],
        "name_en": name[1],
        "kind": kind.id,
        "area": area,
        "lon": lon,
        "lat": lat,
        "precision": precision,
        "coordinate_source": "随机生成" if point else "",
        "source": SOURCE,
        "locator": f"示例名录 {number:03d}",
        "note": NOTE,
    }


def _figures_of(kind: SiteKind, site: Row, seed: int) -> list[Row]:
    aims = OUTSIDE_AIMS if kind.outside else AIMS if kind.id in FEW else STAFF
    rows = []
    for item, zh, en, unit, aim in aims:
        here = (seed, "site figure", site["id"], item)
        base = {"site": site["id"], "item": item, "name_zh": zh, "name_en": en, "unit": unit}
        rows.append(_figure(base, LAST, str(aim), Kind.TARGET, Status.REPORTED))
        reached = aim * (0.3 + 0.5 * draw(*here))
        for year in range(LAST - 2, LAST + 1):
            status = _status(year, draw(*here, "status", year))
            value = "" if status is Status.MISSING else str(round(reached))
            rows.append(_figure(base, year, value, Kind.ACTUAL, status))
            reached *= 1.05 + 0.2 * draw(*here, year)
    return rows


def _status(year: int, chance: float) -> Status:
    if chance < 0.05:
        return Status.MISSING
    return Status.PROVISIONAL if year == LAST else Status.REPORTED


def _figure(base: Row, year: int, value: str, kind: Kind, status: Status) -> Row:
    return (
        dict.fromkeys(FIGURE_FIELDS, "")
        | base
        | {
            "date": str(year),
            "value": value,
            "kind": kind.value,
            "status": status.value,
            "source": SOURCE,
            "locator": "示例名录",
            "note": NOTE,
        }
    )


def _small(name: str) -> str:
    """Begin a name with a small letter, for the middle of another."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
