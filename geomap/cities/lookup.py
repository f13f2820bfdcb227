"""Find the city that a person means by a code or a name, or say why not and what is near.

In: the county division and some text. Out: a city that ``geomap init`` can make a map of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from geomap.cities.divisions import AdministrativeUnit, City, Division
from geomap.errors import RequestError, closest

_RESERVES = ("场", "保护区")
"""How the names of farms and reserves end, which the division lists among the cities."""


def find_city(division: Division, asked: str) -> City:
    """Find a city by its code or its name.

    Parameters
    ----------
    asked : a six-digit code, or a name such as 鄂尔多斯, 鄂尔多斯市, 内蒙古鄂尔多斯市;
        full-width digits and blanks around are accepted

    Raises
    ------
    RequestError : a county, a province, a county directly under a province, or a name that
        several have, or that nothing has; the message names the codes to use instead
    """
    text = unicodedata.normalize("NFKC", asked).strip()
    return _by_code(division, text) if text.isdecimal() else _by_name(division, text)


def mappable(division: Division) -> dict[str, City]:
    """Give the cities that a map can be made of, by code, in the order of the codes.

    All of prefecture level, the four municipalities, and Hong Kong, Macau and Taiwan as the
    division has them; neither counties directly under a province nor farms and reserves.
    """
    return {
        code: city
        for code, city in sorted(division.cities.items())
        if code.endswith("00") and not city.name_zh.endswith(_RESERVES)
    }


def _by_code(division: Division, code: str) -> City:
    cities = mappable(division)
    if code in cities:
        return cities[code]
    if code in division.cities:
        raise _too_low(division, division.cities[code])
    if code in division.provinces:
        raise _too_high(division, code)
    for place in division.places:
        if place.code == code:
            raise _county(division, [place])
    raise _unknown(division, code)


def _by_name(division: Division, name: str) -> City:
    cities = mappable(division)
    found = [city for city in cities.values() if name in _spellings(division, city)]
    provinces = [
        code for code, names in division.provinces.items() if name in names and code not in cities
    ]
    if len(found) == 1 and not provinces:
        return found[0]
    if found:
        raise _ambiguous(division, name, found, provinces)
    if provinces:
        raise _too_high(division, provinces[0])
    for city in division.cities.values():
        if city.code not in cities and name in _spellings(division, city):
            raise _too_low(division, city)
    counties = [place for place in division.places if name in (place.name_zh, place.short_zh)]
    if counties:
        raise _county(division, counties)
    raise _unknown(division, name)


def _spellings(division: Division, city: City) -> set[str]:
    names = {city.name_zh, city.short_zh}
    provinces = division.provinces[city.province]
    return names | {province + name for province in provinces for name in names}


def _county(division: Division, places: list[AdministrativeUnit]) -> RequestError:
    """Say that counties were meant, and which city each belongs to."""
    pairs = [(place, division.cities[place.city]) for place in places]
    if len(pairs) == 1:
        place, city = pairs[0]
        asked = f"{place.code} {place.name_zh}"
        return RequestError(
            f"{asked} 是旗区（县级）代码，所属市为 {city.code} {city.name_zh}，请用市的代码",
            f"{asked} is a county; it belongs to {city.code} {city.name_zh}; use the city's code",
        )
    listed = "、".join(
        f"{place.code} {place.name_zh}（属 {city.code} {city.name_zh}）" for place, city in pairs
    )
    return RequestError(
        f"这是县级名称，有 {len(pairs)} 个同名：{listed}；请用所属市的代码",
        f"{len(pairs)} counties have this name: {_english(listed)}; use the code of the city",
    )


def _too_low(division: Division, city: City) -> RequestError:
    """Say that a county under a province, a farm or a reserve was meant; name cities nearby."""
    near = _listed(_nearby(division, city))
    asked = f"{city.code} {city.name_zh}"
    if city.code.endswith("00"):
        return RequestError(
            f"{asked} 是农场或保护区，不是地级行政区；附近的有：{near}",
            f"{asked} is a farm or a reserve, not a city; nearby: {_english(near)}",
        )
    return RequestError(
        f"{asked} 是省（自治区）直辖的县级行政区，不是地级；附近的地级行政区有：{near}",
        f"{asked} is a county directly under the province; cities nearby: {_english(near)}",
    )


def _too_high(division: Division, province: str) -> RequestError:
    listed = _listed(_within(division, province))
    asked = f"{province} {division.provinces[province][0]}"
    return RequestError(
        f"{asked} 是省级代码，请用其中一个地级行政区的代码：{listed}",
        f"{asked} is a province; use the code of one of its cities: {_english(listed)}",
    )


def _ambiguous(
    division: Division, name: str, found: list[City], provinces: list[str]
) -> RequestError:
    listed = _listed(found)
    above = "、".join(f"{code} {division.provinces[code][0]}" for code in provinces)
    return RequestError(
        f"“{name}”不止一个：{listed}" + (f"，另有省级的 {above}" if above else "") + "；请用代码",
        f"{name} is more than one: {_english(listed)}"
        + (f", and the province {_english(above)}" if above else "")
        + "; use the code",
    )


def _unknown(division: Division, asked: str) -> RequestError:
    """Name the closest: of the same province for a code, of similar spelling for a name."""
    near = _similar_codes if asked.isdecimal() else _similar_names
    listed = _listed(near(division, asked)) or "（无）"
    return RequestError(
        f"没有地级行政区“{asked}”，相近的有：{listed}；代码为六位，如 150600 鄂尔多斯市",
        f"no prefecture-level division {asked!r}; near: {_english(listed)}; codes have six digits",
    )


def _similar_codes(division: Division, asked: str) -> list[City]:
    cities = mappable(division)
    number = int(asked[:6].ljust(6, "0"))
    by_distance = sorted(cities.values(), key=lambda city: abs(int(city.code) - number))
    return by_distance[:3]


def _similar_names(division: Division, asked: str) -> list[City]:
    cities = mappable(division).values()
    by_name = {name: city for city in cities for name in (city.name_zh, city.short_zh)}
    similar = [by_name[name] for name in closest(asked, by_name)]
    return list({city.code: city for city in similar}.values())


def _within(division: Division, province: str) -> list[City]:
    return [city for city in mappable(division).values() if city.province == province]


def _nearby(division: Division, city: City, most: int = 3) -> list[City]:
    """Give the cities of the same province whose labels are nearest; degrees will do for that."""
    others = _within(division, city.province)
    others.sort(key=lambda other: (other.lon - city.lon) ** 2 + (other.lat - city.lat) ** 2)
    return others[:most]


def _listed(cities: Iterable[City]) -> str:
    return "、".join(f"{city.code} {city.name_zh}" for city in cities)


def _english(listed: str) -> str:
    return listed.replace("、", ", ").replace("（", " (").replace("）", ")")
