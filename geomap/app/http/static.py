"""Scripts, styles and images, read once into memory and addressed by the hash of them all.

``/static/v-<hash>/…`` may be kept by browsers for ever, for its content can only change together
with its address; scripts that import each other by relative paths stay within one hash.
``/static/…`` without the hash is the same content, asked for anew each time. Looking names up in
a mapping leaves no path to climb out of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath

from flask import Blueprint, Response, abort, current_app

from geomap.app.http import params
from geomap.app.http.delivery import ask_each_time
from geomap.webmap.page import bundle, later_part, styles

FOREVER = "public, max-age=31536000, immutable"
# Leaflet is not loaded from a network; of its package only these are served.
_LEAFLET = ("leaflet.css", "leaflet.js")
# Fixed here, because on Windows the registry may call a script text/plain.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_VERSION = re.compile(r"^v-[0-9a-f]{12}/")

bp = Blueprint("static", __name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All static files by path, and the hash over paths and contents."""

    contents: Mapping[str, bytes]
    version: str

    def url(self, name: str) -> str:
        """Give the address of a file that never changes under it; ``KeyError`` when none."""
        self.contents[name]
        return f"/static/v-{self.version}/{name}"


def read_shelf(directory: Path) -> Shelf:
    """Read the files below ``directory``, those of Leaflet, and what is joined of ours."""
    ours = {f"{name}.js": name for name in ("frame", "screen", "share", "siting", "tour")}
    ours["geomap.js"] = "map"
    scripts = {name: bundle(entry, whole=False) for name, entry in ours.items()}
    scripts["desk.js"] = later_part("map")
    joined = [(name, text.encode()) for name, text in (scripts | {"map.css": styles()}).items()]
    contents = dict(sorted([*_own(directory), *_leaflet(), *joined]))
    seal = hashlib.sha256()
    for name, body in contents.items():
        seal.update(f"{name}\0{len(body)}\0".encode())
        seal.update(body)
    return Shelf(contents, seal.hexdigest()[:12])


def static_url(name: str) -> str:
    """Give the address of a static file; templates call it for every script and style."""
    shelf: Shelf = current_app.extensions["geomap.static"]
    return shelf.url(name)


@bp.get("/static/<path:name>")
def static_file(name: str) -> Response:
    """Answer a static file."""
    params.of_page()
    shelf: Shelf = current_app.extensions["geomap.static"]
    bare = _VERSION.sub("", name)
    body = shelf.contents.get(bare)
    if body is None:
        abort(404)
    response = Response(body, content_type=content_type(bare))
    lasting = name.startswith(f"v-{shelf.version}/")
    if not lasting and bare != name:
        ask_each_time()  # anybody can think of any number of versions
    response.headers["Cache-Control"] = FOREVER if lasting else "no-cache"
    return response


def content_type(name: str) -> str:
    """Give the media type by the ending of the name."""
    return _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def _own(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in directory.rglob("*"):
        name = path.relative_to(directory)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), path.read_bytes()


def _leaflet() -> Iterator[tuple[str, bytes]]:
    home = files("xstatic.pkg.leaflet") / "data"
    for name in _LEAFLET:
        yield f"leaflet/{name}", (home / name).read_bytes()
    for image in (home / "images").iterdir():
        if image.name.endswith(".png"):
            yield f"leaflet/images/{image.name}", image.read_bytes()
