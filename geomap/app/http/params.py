"""Parameters of an address, checked: on the API what is unknown or given twice is refused.

Pages pass over what is unknown, for messengers append their own to an address that is sent on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from geomap.errors import NotFoundError, RequestError, Text, closest

OWN = "geomap.own"
"""In the environment of a request: the names of the parameters that a page looks at."""
_LONGEST = 200
_COORDINATE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?")
_MOST_LISTED = 24  # of a longer range its ends say enough


class ParameterError(RequestError):
    """A parameter that there is not, or whose value cannot be read.

    ``valid`` holds the names or values that would have been accepted.
    """

    def __init__(self, zh: str, en: str, valid: Iterable[object] = ()) -> None:
        super().__init__(zh, en)
        self.valid = [str(one) for one in valid]


def allow(*names: str) -> None:
    """Refuse every parameter whose name is not among ``names``."""
    for given in request.args:
        if given not in names:
            near = closest(given, names)
            raise ParameterError(
                f"没有参数“{given[:_LONGEST]}”"
                + (f"，最接近的是 {near[0]}" if near else "")
                + f"；可用的参数：{'、'.join(names) or '（无）'}",
                f"there is no parameter {given[:_LONGEST]}; known: {', '.join(names) or 'none'}",
                names,
            )


def of_page(*names: str) -> None:
    """Pass over every parameter that is not the page's own: none of it is seen any more.

    Messengers append theirs to an address that is sent on (``utm_source``, ``isappinstalled``, and
    ``from=singlemessage``: a ``from`` that is no year is theirs too).
    """
    request.environ[OWN] = names
    request.args = ImmutableMultiDict(own(request.args.items(multi=True), names))


def own(pairs: Iterable[tuple[str, str]], names: Collection[str]) -> list[tuple[str, str]]:
    """Give those of the parameters of an address that are a page's own."""
    return [(key, value) for key, value in pairs if key in names and not _of_messenger(key, value)]


def _of_messenger(name: str, value: str) -> bool:
    return name == "from" and not (value.strip().isascii() and value.strip().isdigit())


def one(name: str) -> str | None:
    """Give the value of a parameter that is given at most once; None when absent or blank."""
    given = [value.strip() for value in request.args.getlist(name) if value.strip()]
    if len(given) > 1:
        raise ParameterError(
            f"参数 {name} 只能出现一次", f"the parameter {name} may be given only once"
        )
    return given[0] if given else None


def short(name: str, longest: int) -> str:
    """Give one line of text that is printed somewhere, "" when absent."""
    text = one(name) or ""
    if len(text) > longest or not text.isprintable():
        raise ParameterError(
            f"参数 {name} 应为一行文字，最多 {longest} 个字",
            f"{name} must be one line of at most {longest} characters",
        )
    return text


def required(name: str, valid: Iterable[object]) -> str:
    """Give the value of a parameter that must be there."""
    value = one(name)
    if value is None:
        raise ParameterError(f"缺少参数 {name}", f"the parameter {name} is missing", valid)
    return value


def many(name: str, valid: Iterable[object], noun: Text) -> list[str]:
    """Give the values of a parameter that may be repeated or hold several, split by commas.

    Raises
    ------
    NotFoundError : a value is not among ``valid``
    """
    known = [str(value) for value in valid]
    values = [part.strip() for text in request.args.getlist(name) for part in text.split(",")]
    for value in filter(None, values):
        if value not in known:
            raise NotFoundError(noun, value[:_LONGEST], known)
    return list(filter(None, values))


def split(name: str) -> list[str]:
    """Give the values of a parameter that holds several, split by commas."""
    return [part for part in map(str.strip, (one(name) or "").split(",")) if part]


def years(name: str, valid: Iterable[int]) -> list[int]:
    """Give the years asked for as ``many`` does; what is no number is refused first."""
    known = list(valid)
    for text in request.args.getlist(name):
        for part in filter(None, (part.strip() for part in text.split(","))):
            whole(name, part, known)
    return [int(year) for year in many(name, known, Text("年份", "year"))]


def year(name: str, valid: Iterable[int]) -> int | None:
    """Give the year asked for, None when absent; ``valid`` is only told, not checked against."""
    value = one(name)
    return None if value is None else whole(name, value, valid)


def flag(name: str) -> bool:
    """Give whether ``name`` is "true"; absent means "false"."""
    return choice(name) or False


def choice(name: str) -> bool | None:
    """Give whether ``name`` is "true" or "false"; None when nothing is chosen."""
    value = one(name)
    if value is None:
        return None
    if value not in ("true", "false"):
        raise ParameterError(
            f"参数 {name}={value[:_LONGEST]} 应为 true 或 false",
            f"{name}={value[:_LONGEST]} must be true or false",
            ("true", "false"),
        )
    return value == "true"


def word(name: str, yes: str, words: Text) -> bool | None:
    """Give whether ``name`` is there, which is then the one word that says yes."""
    value = one(name)
    if value not in (None, yes):
        raise ParameterError(
            f"参数 {name}={value[:_LONGEST]} 应为 {yes}（{words.zh}），或不写",
            f"{name}={value[:_LONGEST]} must be {yes}, or be left out",
            (yes,),
        )
    return None if value is None else True


def switch(name: str) -> bool | None:
    """Give whether ``name`` is "on" or "off"; None when it is left to the page."""
    value = one(name)
    if value not in (None, "on", "off"):
        raise ParameterError(
            f"参数 {name}={value[:_LONGEST]} 应为 on（全部显示）、off（不显示），或不写",
            f"{name}={value[:_LONGEST]} must be on or off, or be left out",
            ("on", "off"),
        )
    return None if value is None else value == "on"


def needs(name: str, other: str) -> None:
    """Refuse a parameter that means nothing without another."""
    if one(name) is not None and one(other) is None:
        raise ParameterError(f"{name} 要与 {other} 同用", f"{name} goes with {other} only")


def whole_between(name: str, least: int, most: int) -> int | None:
    """Give a whole number from ``least`` to ``most``, or None when absent."""
    value = one(name)
    if value is None:
        return None
    allowed = range(least, most + 1)
    number = int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None
    if number not in allowed:
        raise ParameterError(
            f"参数 {name}={value[:_LONGEST]} 应为 {least} 至 {most} 的整数",
            f"{name}={value[:_LONGEST]} must be a whole number from {least} to {most}",
            allowed if len(allowed) <= _MOST_LISTED else (),
        )
    return number


def numbers(name: str) -> list[float] | None:
    """Give finite numbers split by commas, or None when absent."""
    value = one(name)
    if value is None:
        return None
    try:
        found = [float(part) for part in value.replace("，", ",").split(",") if part.strip()]
    except ValueError:
        found = []
    if found and all(math.isfinite(number) for number in found):
        return found
    raise ParameterError(
        f"参数 {name}={value[:_LONGEST]} 应为逗号分隔的数，如 10,20,50",
        f"{name}={value[:_LONGEST]} must be numbers split by commas, such as 10,20,50",
    )


def standpoint(name: str, zooms: tuple[int, int]) -> list[float] | None:
    """Give longitude, latitude and zoom of a map, as 109.8,39.6,8.5, or None when absent."""
    value = one(name)
    if value is None:
        return None
    parts, ends = re.split("[,，]", value), ((-180, 180), (-85, 85), zooms)
    if len(parts) == len(ends) and all(_COORDINATE.fullmatch(part.strip()) for part in parts):
        found = [float(part) for part in parts]
        if all(least <= part <= most for part, (least, most) in zip(found, ends, strict=True)):
            return found
    told, (far, close) = value[:_LONGEST], zooms
    raise ParameterError(
        f"参数 {name}={told} 应为经度,纬度,级别（{far} 至 {close}），如 109.8,39.6,8.5",
        f"{name}={told} must be longitude, latitude and zoom ({far} to {close}),"
        " such as 109.8,39.6,8.5",
    )


def whole(name: str, text: str, valid: Iterable[object]) -> int:
    """Give the whole number that ``text`` is; ``valid`` is only told, not checked against."""
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    names = [str(one) for one in valid]
    listed = ", ".join(names)
    raise ParameterError(
        f"参数 {name}={text[:_LONGEST]} 不是整数；可用的有：{'、'.join(names)}",
        f"{name}={text[:_LONGEST]} is no whole number; valid: {listed}",
        names,
    )
