"""Made-up sites for demonstrations: platforms about a few centres in each area, bases, parks.

Every name says 示例; no site stands for a real one. Sites outside the city stand in the same
cities as the real ones, since there the point means the city and nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from geomap.demo.city import LAST, apportion, draw_number
from geomap.demo.figures import NOTE, SOURCE, DemoRow
from geomap.demo.matrix import Places, make_places
from geomap.errors import Text
from geomap.model.catalog import Kind, SiteKind, Status

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.atlas import Atlas

PLATFORMS = 200
# How many there are of each kind that is not a platform; the others share ``PLATFORMS``.
_NUMBER_OF: Mapping[str, int] = {"base": 8, "city": 2, "center": 1, "institute": 3, "park": 9}
_INCOMPLETE = "institute"
_LEVELS = ("国家级", "自治区级", "市级")
TYPES = (
    Text("重点实验室", "key laboratory"),
    Text("博士后科研工作站", "postdoctoral research station"),
    Text("院士专家工作站", "academician workstation"),
    Text("技能大师工作室", "master craftsman studio"),
    Text("工程技术研究中心", "engineering research centre"),
    Text("企业研究开发中心", "enterprise R&D centre"),
    Text("新型研发机构", "new-type R&D institution"),
    Text("众创空间", "maker space"),
)
INDUSTRIES = ("新能源", "现代煤化工", "数字经济", "装备制造", "生物医药", "现代农牧业", "")


class SiteGoal(NamedTuple):
    """What a site is to reach in the last year."""

    item: str
    name: Text
    unit: str
    target: int


_RD_TALENT = Text("创新研发人才", "R&D staff")
AIMS = (
    SiteGoal("national_platforms", Text("国家级研发平台", "National R&D platforms"), "个", 1),
    SiteGoal("regional_platforms", Text("自治区级研发平台", "Regional R&D platforms"), "个", 3),
    SiteGoal("rd_talent", _RD_TALENT, "人", 1000),
)
OUTSIDE_AIMS = (
    SiteGoal("offshore_projects", Text("专精特新项目", "Specialised and new projects"), "个", 3),
    SiteGoal("offshore_rd_talent", _RD_TALENT, "人", 100),
)
PLATFORM_AIMS = (SiteGoal("rd_talent", _RD_TALENT, "人", 30),)


def demo_sites(atlas: Atlas, *, seed: int) -> list[DemoRow]:
    """Make up the sites of a release.

    Parameters
    ----------
    atlas : the real release, for its kinds of sites, areas and boundaries (EPSG:4326)

    Returns
    -------
    rows with the columns of ``geomap.model.schema.SITES``, by kind in the order of the catalogue;
    longitude and latitude with five decimals, inside the stated area, or empty with precision
    "area"
    """
    places = make_places(atlas, seed=seed)
    shapes = dict(zip(atlas.boundaries["code"], atlas.boundaries.geometry, strict=True))
    shares = _platforms_of_each(atlas)
    rows: list[DemoRow] = []
    for kind in atlas.site_kinds.values():
        if kind.outside:
            rows += _outside_rows(atlas, kind)
        for number in range(1, shares.get(kind.id, 0) + 1):
            rows.append(_inside_row(kind, number, places, shapes, seed))
    return rows


def complete_rows(atlas: Atlas, sites: list[DemoRow]) -> list[DemoRow]:
    """Make up that all lists are complete but one: that none is listed there tells nothing.

    Returns
    -------
    rows with the columns of ``geomap.model.schema.SITE_LISTS``, in the order of the catalogue
    """
    return [
        {
            "kind": kind,
            "area": atlas.city,
            "year": str(LAST),
            "count": str(sum(row["kind"] == kind for row in sites)),
            "source": SOURCE,
            "locator": "示例名录",
            "quote": "",
            "note": NOTE,
        }
        for kind in atlas.site_kinds
        if kind != _INCOMPLETE
    ]


def site_figure_rows(atlas: Atlas, sites: list[DemoRow], *, seed: int) -> list[DemoRow]:
    """Make up what is planned for each site and what it has reached.

    Returns
    -------
    rows with the columns of ``geomap.model.schema.SITE_FIGURES``, in the order of the sites
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
    nearest = centres[int(_CENTRES * draw_number(seed, code, *name, "choice"))]
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
            draw_number(seed, *name, attempt, axis, 1)
            + draw_number(seed, *name, attempt, axis, 2)
            - 1
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


def _platforms_of_each(atlas: Atlas) -> dict[str, int]:
    """Give how many sites of each kind lie inside the city."""
    inside = [kind.id for kind in atlas.site_kinds.values() if not kind.outside]
    many = [kind for kind in inside if kind not in _NUMBER_OF]
    shares = apportion(PLATFORMS, [1.0] * len(many)) if many else []
    return {kind: _NUMBER_OF[kind] for kind in inside if kind in _NUMBER_OF} | dict(
        zip(many, shares, strict=True)
    )


def _inside_row(
    kind: SiteKind,
    number: int,
    places: Places,
    shapes: Mapping[str, BaseGeometry],
    seed: int,
) -> DemoRow:
    here = (seed, "site", kind.id, number)
    few = kind.id in _NUMBER_OF
    code = _turn(places, kind, number, seed) if few else _pick(places, draw_number(*here, "area"))
    name = _name(kind, number) if few else _platform_name(number, draw_number(*here, "type"))
    vague = draw_number(*here, "precision")
    precision = "area" if vague < _AREA else "town" if vague < _AREA + _TOWN else "exact"
    point = None if precision == "area" else point_within(shapes[code], seed, code, *here[1:])
    return _row(kind, number, name, code, precision, point) | {
        "level": _LEVELS[int(len(_LEVELS) * draw_number(*here, "level"))],
        "industry": INDUSTRIES[int(len(INDUSTRIES) * draw_number(*here, "industry"))],
    }


def _name(kind: SiteKind, number: int) -> Text:
    small = kind.name.en[:1].lower() + kind.name.en[1:]
    return Text(f"示例{kind.name.zh} {number}", f"Demo {small} {number}")


def _platform_name(number: int, chance: float) -> Text:
    one = TYPES[int(len(TYPES) * chance)]
    return Text(f"示例平台 {number:03d}（{one.zh}）", f"Demo platform {number:03d} ({one.en})")


def _turn(places: Places, kind: SiteKind, number: int, seed: int) -> str:
    """Go round the areas, so that the few are not all in one."""
    codes = list(places.weight)
    start = int(len(codes) * draw_number(seed, "turn", kind.id))
    return codes[(start + number) % len(codes)]


def _pick(places: Places, chance: float) -> str:
    """Choose an area by its people, the denser ones more often."""
    weights = {code: people * (0.5 + places.urban[code]) for code, people in places.weight.items()}
    left = chance * sum(weights.values())
    for code, weight in weights.items():
        left -= weight
        if left < 0:
            return code
    return code


def _outside_rows(atlas: Atlas, kind: SiteKind) -> list[DemoRow]:
    real = atlas.sites[(atlas.sites["kind"] == kind.id) & atlas.sites["lon"].notna()]
    return [
        _row(kind, number, _name(kind, number), one["area"], "city", (one["lon"], one["lat"]))
        for number, one in enumerate(real.to_dict("records"), start=1)
    ]


def _row(
    kind: SiteKind,
    number: int,
    name: Text,
    area: str,
    precision: str,
    point: tuple[float, float] | None,
) -> DemoRow:
    lon, lat = (f"{point[0]:.5f}", f"{point[1]:.5f}") if point else ("", "")
    return {
        "id": f"demo_{kind.id}_{number:03d}",
        "name_zh": name.zh,
        "name_en": name.en,
        "kind": kind.id,
        "level": "",
        "area": area,
        "lon": lon,
        "lat": lat,
        "precision": precision,
        "anchor": "",
        "coordinate_source": "随机生成" if point else "",
        "industry": "",
        "source": SOURCE,
        "locator": f"示例名录 {number:03d}",
        "note": NOTE,
    }


def _figures_of(kind: SiteKind, site: DemoRow, seed: int) -> list[DemoRow]:
    aims = OUTSIDE_AIMS if kind.outside else AIMS if kind.id in _NUMBER_OF else PLATFORM_AIMS
    rows = []
    for aim in aims:
        here = (seed, "site figure", site["id"], aim.item)
        base = {
            "site": site["id"],
            "item": aim.item,
            "name_zh": aim.name.zh,
            "name_en": aim.name.en,
            "text": "",
            "unit": aim.unit,
            "source": SOURCE,
            "locator": site["locator"],
            "quote": "",
            "note": NOTE,
            "approx": "",
        }
        rows.append(base | _fact(LAST, str(aim.target), Kind.TARGET, Status.REPORTED))
        reached = aim.target * (0.3 + 0.5 * draw_number(*here))
        for year in range(LAST - 2, LAST + 1):
            status = _status(year, draw_number(*here, "status", year))
            value = "" if status is Status.MISSING else str(round(reached))
            rows.append(base | _fact(year, value, Kind.ACTUAL, status))
            reached *= 1.05 + 0.2 * draw_number(*here, year)
    return rows


def _fact(year: int, value: str, kind: Kind, status: Status) -> DemoRow:
    return {"date": str(year), "value": value, "kind": kind.value, "status": status.value}


def _status(year: int, chance: float) -> Status:
    if chance < 0.05:
        return Status.MISSING
    return Status.PROVISIONAL if year == LAST else Status.REPORTED
