"""The identity of what is shown: a hash of the content itself, not of the files behind it.

The identity of a whole release stands for files that hold withheld numbers: whoever knows the rest
could try small counts until the hash fits. What is hashed here is public already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geomap.atlas import Atlas


def identity(atlas: Atlas) -> str:
    """Give the SHA-256 over all that an atlas holds but its own identity, in hexadecimal.

    Equal content gives equal identities on every machine; what was left out has no part in it.
    """
    digest = hashlib.sha256()
    for one in fields(atlas):
        if one.name != "release":
            for chunk in (one.name.encode(), *_chunks(getattr(atlas, one.name))):
                # With its length before it no chunk can be taken for two.
                digest.update(len(chunk).to_bytes(8, "big") + chunk)
    return digest.hexdigest()


def _chunks(thing: Any) -> list[bytes]:
    found: list[bytes] = []
    _add(thing, found)
    return found


def _add(thing: Any, found: list[bytes]) -> None:
    """Take a thing apart; of nine in ten the type is looked up once, since they are numbers."""
    if type(thing) in _PLAIN:
        found.append(repr(thing).encode())
        return
    if is_dataclass(thing):
        found.append(type(thing).__name__.encode())
        for one in fields(thing):
            _add(getattr(thing, one.name), found)
        return
    for kind, parts in _WHOLES:
        if isinstance(thing, kind):
            found.append(kind.__name__.encode())
            for part in parts(thing):
                _add(part, found)
            found.append(b"end")
            return
    found.append(thing.wkb if isinstance(thing, BaseGeometry) else repr(thing).encode())


def _columns(frame: pd.DataFrame) -> Iterator[Any]:
    for name in frame.columns:
        yield (name, frame[name].tolist())


_PLAIN = frozenset({str, int, float, bool, type(None)})
_WHOLES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (pd.DataFrame, _columns),
    (Mapping, lambda one: one.items()),
    (Set, lambda one: sorted(one, key=repr)),
    (tuple, iter),
    (list, iter),
    (np.ndarray, lambda one: one.tolist()),
)
