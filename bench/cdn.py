"""The files that stock pages load from other people's servers, fetched once from the npm registry.

A page is rewritten so that ``https://host/path`` becomes ``/cdn/host/path`` on the local server.
Two small style sheets are in no npm package; they are answered empty and named in the results.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGES = (
    "leaflet@1.9.3",
    "jquery@3.7.1",
    "bootstrap@5.2.2",
    "@fortawesome/fontawesome-free@6.2.0",
    "leaflet.awesome-markers@2.0.5",
    "d3@3.5.5",
)
# Where the addresses of the CDNs are in the packages; what jsdelivr serves is the package itself.
_PLACES = (
    (r"cdn\.jsdelivr\.net/npm/(.+@[\d.]+)/(.+)", r"\1/\2"),
    (r"code\.jquery\.com/jquery-([\d.]+)\.(.+)", r"jquery@\1/dist/jquery.\2"),
    (r"cdnjs\.cloudflare\.com/ajax/libs/Leaflet\.awesome-markers/[\d.]+/(.+)",
     r"leaflet.awesome-markers@2.0.5/dist/\1"),
    (r"cdnjs\.cloudflare\.com/ajax/libs/d3/([\d.]+)/(.+)", r"d3@\1/\2"),
)  # fmt: skip
_FOREIGN = re.compile(r"""((?:src|href)=")https?://""")


def fetch(cache: Path | None = None) -> Path:
    """Unpack the packages, once, outside the repository.

    Raises
    ------
    SystemExit : there is no npm, or no registry
    """
    cache = cache or Path(tempfile.gettempdir()) / "geomap-bench-cdn"
    npm = shutil.which("npm")
    for package in PACKAGES:
        target = cache / package
        if target.is_dir():
            continue
        if npm is None:
            raise SystemExit("npm is needed to fetch the files that stock pages load")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as packed:
            subprocess.run(
                [npm, "pack", "--silent", package],
                cwd=packed, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            with tarfile.open(next(Path(packed).glob("*.tgz"))) as archive:
                archive.extractall(Path(packed) / "out", filter="data")
            target.parent.mkdir(parents=True, exist_ok=True)
            (Path(packed) / "out" / "package").rename(target)
    return cache


def localised(page: str) -> str:
    """Point everything that a page loads from elsewhere at the local server."""
    return _FOREIGN.sub(r"\1/cdn/", page)


def content(cache: Path, address: str) -> bytes | None:
    """Give a file by its address without ``https://``; None when no package holds it."""
    for pattern, place in _PLACES:
        if re.fullmatch(pattern, address):
            path = cache / re.sub(pattern, place, address)
            return path.read_bytes() if path.is_file() else None
    return None
