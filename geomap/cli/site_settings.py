"""From the options of ``geomap site`` to the settings and the files of a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from geomap.numbers import full


def settings_of(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Give the settings that the options mean; see ``geomap.siting.settings``."""
    made = {
        "kind": kind,
        "demand": _source(given["demand"]) or "seats:population",
        "existing": _source(given["existing"]) or "none",
        "candidates": _source(given.get("candidates")) or "none",
        "distance": _distance(given),
        "crs": given["crs"],
        "outside": given["outside"],
    }
    for name in ("model", "sites", "budget", "fair", "split", "time_limit", "required_areas"):
        if given.get(name) is not None:
            made[name] = given[name]
    if given.get("radius_km") is not None:
        made["radius"] = given["radius_km"]
    for name in ("radii", "catchment", "decay"):
        if given.get(name):
            made[name] = _numbers(given[name])
    if kind == "whatif":
        made["put"] = [*map(_put, given["put"]), *map(_moved, given["move"])]
        made["remove"] = given["remove"]
    if kind == "rank":
        made.update(_criteria(given["criteria"]))
    return made


def _source(text: str | None) -> str | None:
    if text is None or text == "none" or text.split(":")[0] in ("seats", "sites", "hexagons"):
        return text
    return "table"


def _distance(given: dict[str, Any]) -> str:
    ways = [name for name in ("matrix", "roads", "detour") if given[name] is not None]
    if len(ways) > 1:
        told = "、".join(f"--{one}" for one in ways)
        raise click.UsageError(f"{told} 只能用一个 / only one of them can be used")
    if given["matrix"]:
        return f"matrix:{given['matrix_unit']}"
    if given["roads"]:
        return f"roads:{given['roads_unit']}"
    if given["detour"] is None:
        return "geodesic"
    return f"detour:{full(given['detour'], thousands=False)}"


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError:
        raise click.BadParameter(f"{text}：应为逗号分隔的数 / numbers split by commas") from None


def _put(text: str) -> dict[str, Any]:
    numbers = _numbers(text)
    if len(numbers) != 2:
        raise click.BadParameter(f"{text}：应为 经度,纬度 / must be LON,LAT")
    return {"lon": numbers[0], "lat": numbers[1]}


def _moved(text: str) -> dict[str, Any]:
    id_, _, rest = text.replace("，", ",").partition(",")
    return {"id": id_.strip(), **_put(rest)}


def _criteria(file: Path) -> dict[str, Any]:
    """Read a list of criteria, or an object with criteria and comparisons."""
    from geomap.errors import RequestError
    from geomap.siting.input_files import File

    try:
        content = json.loads(File.of(file).data.decode("utf-8-sig"))
    except ValueError as error:
        raise RequestError(
            f"{file} 不是 JSON（{error}）", f"{file} is no JSON ({error})"
        ) from error
    if isinstance(content, list):
        return {"criteria": content}
    if not isinstance(content, dict):
        raise RequestError(f"{file} 应为列表或对象", f"{file} must be a list or an object")
    return {name: content[name] for name in ("criteria", "comparisons") if name in content}


def study_files(given: dict[str, Any]) -> Any:
    """Read the files that the options name."""
    from geomap.siting.input_files import File, Files

    tables = {
        name: File.of(Path(given[name]))
        for name in ("demand", "candidates", "existing")
        if given.get(name) and _source(given[name]) == "table"
    }
    others = {
        name: File.of(given[name]) for name in ("matrix", "roads", "exclude") if given.get(name)
    }
    zones = {}
    for text in given.get("zones") or ():
        name, equals, path = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text}：应为 名称=文件 / must be NAME=FILE")
        zones[name] = File.of(Path(path))
    return Files(**tables, **others, zones=zones)
