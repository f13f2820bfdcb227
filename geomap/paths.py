"""Where ``data/`` and ``web/`` are, in a checkout or in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def web_dir() -> Path:
    """Give the directory of templates, scripts and styles."""
    return _shipped("web")


def data_dir(given: str | Path | None = None) -> Path:
    """Give the data directory: the one named, else ``GEOMAP_DATA``, else the shipped release."""
    named = given or os.environ.get("GEOMAP_DATA")
    return Path(named) if named else shipped_data_dir()


def shipped_data_dir() -> Path:
    """Give the release that came with the program, whatever ``GEOMAP_DATA`` says."""
    return _shipped("data")


def _shipped(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name
