"""geomap (人才地图): the talent map of a region, offline, with a source for every figure.

For notebooks and programs: ``geomap.open_release``, ``draw``, ``study``; see ``docs/python.md``.
They are loaded when first asked for, so ``import geomap`` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Map", "draw", "open_release", "study"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'geomap' has no attribute {name!r}")
    return getattr(import_module("geomap.notebook"), name)
