"""Write ``datapackage.json``: every file of a release with its hash, schema, source and licence.

Data Package 2, https://datapackage.org. The same files give the same bytes: no clock is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from geomap.errors import GeomapError, ReleaseError, Text
from geomap.files import write_whole
from geomap.model.schema import SITE_FIGURES, SITE_LISTS, SITES, STATS, UNITS, TableSchema
from geomap.release.open import PACKAGE, content_of, hash_of, listing, unreadable

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SCHEMAS: tuple[tuple[str, TableSchema], ...] = (
    ("boundaries/units.csv", UNITS),
    ("stats/*.csv", STATS),
    ("sites/figures.csv", SITE_FIGURES),
    ("sites/complete.csv", SITE_LISTS),
    ("sites/*.csv", SITES),
)
_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "md": "text/markdown",
    "txt": "text/plain",
}
_UNEXPECTED = (ValueError, KeyError, TypeError, RecursionError)
"""What reading JSON of another form than expected ends in."""
_LICENCES = {"MIT": {"name": "MIT", "title": "MIT License"}}


def write_datapackage(
    directory: Path,
    *,
    name: str,
    title: Text,
    city: str,
    synthetic: bool = False,
    version: str = "1.0.0",
) -> None:
    """List every file of a directory in a new ``datapackage.json``.

    Parameters
    ----------
    name : lower-case identifier of the release
    city : code of the city as a whole
    synthetic : whether all of it is made up for demonstrations
    """
    descriptor = {
        "$schema": _PROFILE,
        "name": name,
        "title": title.zh,
        "version": version,
        "geomap": {"city": city, "title_en": title.en, "synthetic": synthetic},
        "resources": _resources(contents_of(Path(directory)), {}),
    }
    write_whole(Path(directory) / PACKAGE, package_json(descriptor), parents=True)


def seal(package: bytes, contents: Mapping[str, bytes]) -> bytes:
    """Give ``datapackage.json`` anew for these files, and only these.

    Parameters
    ----------
    package : ``datapackage.json`` as it is
    contents : path → bytes of every other file
    """
    try:
        descriptor = json.loads(package.decode("utf-8-sig"))
        old = {entry["path"]: entry for entry in descriptor["resources"]}
    except _UNEXPECTED as error:
        raise GeomapError(
            f"{PACKAGE} 不是合法的 Data Package（{error}）：恢复原文件，或用 geomap init 新建",
            f"{PACKAGE} is no Data Package ({error}): restore it, or make one with geomap init",
        ) from error
    return package_json({**descriptor, "resources": _resources(contents, old)})


def hashes_of(package: bytes) -> dict[str, str]:
    """Give path → recorded hash of a ``datapackage.json`` that ``seal`` accepts."""
    entries = json.loads(package.decode("utf-8-sig"))["resources"]
    return {entry["path"]: entry.get("hash", "") for entry in entries}


def package_json(content: object) -> bytes:
    """Give JSON as releases hold it: UTF-8, indent 2, LF at the end."""
    try:
        return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
    except UnicodeEncodeError as error:
        # Half of a pair in the text, or a file whose name is not UTF-8.
        raise GeomapError(
            f"{error.object[error.start - 40 : error.start]!r} 之后的字符不能写成 UTF-8："
            "改正文件名，或 datapackage.json 中的文字",
            "a character cannot be written as UTF-8: mend the names of the files, or the texts in"
            " datapackage.json",
        ) from error


def contents_of(directory: Path) -> dict[str, bytes]:
    """Read every file of a release but ``datapackage.json``, as they lie there.

    Raises
    ------
    ReleaseError : one cannot be read
    """
    return {path: _content(directory, path) for path in listing(directory)}


def _content(directory: Path, path: str) -> bytes:
    try:
        return content_of(directory, path)
    except OSError as error:
        raise ReleaseError(directory, [unreadable(path, error)]) from error


def _resources(
    contents: Mapping[str, bytes], old: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    sources = _source_titles(contents.get("sources.json", b"[]"))
    return [
        {**_described(path, content, sources), **_kept(old.get(path, {})), **_sealed(content)}
        for path, content in sorted(contents.items())
    ]


def _sealed(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": hash_of(content)}


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    # A schema is ours to write: after an upgrade the new one must not be hidden by the old.
    return {name: value for name, value in entry.items() if name != "schema"}


def _described(path: str, content: bytes, sources: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    pure = PurePosixPath(path)
    ending = pure.suffix.removeprefix(".").lower()
    entry: dict[str, Any] = {
        "name": path.removesuffix(pure.suffix).replace("/", "-").lower(),
        "path": path,
        "format": ending,
        "mediatype": _MEDIA.get(ending, "application/octet-stream"),
        "encoding": "utf-8",
        "bytes": 0,
        "hash": "",
    }
    schema = next((schema for pattern, schema in _SCHEMAS if pure.match(pattern)), None)
    if schema:
        entry["schema"] = schema.as_table_schema()
    source = pure.stem if pure.parent.name == "stats" else pure.parent.name
    if source in sources:
        entry["sources"] = [sources[source]]
    licence = _licence(content) if ending == "geojson" else None
    if licence:
        entry["licenses"] = [licence]
    return entry


def _source_titles(content: bytes) -> dict[str, dict[str, str]]:
    """Give Data Package sources by id; none when ``sources.json`` has faults, which check tells."""
    try:
        rows = json.loads(content.decode("utf-8-sig"))
        return {
            row["id"]: {"title": row["title"], **({"path": row["url"]} if row.get("url") else {})}
            for row in rows
        }
    except _UNEXPECTED:
        return {}


def _licence(content: bytes) -> dict[str, str] | None:
    try:
        name = str(json.loads(content)["geomap"]["licence"])
    except _UNEXPECTED:
        return None
    return _LICENCES.get(name, {"name": name})
