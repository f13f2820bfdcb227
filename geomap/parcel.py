"""What a child process hands back, as bytes that hold data and nothing that could be called.

A pickle may call whatever it names when it is opened, so a child that a file has taken over could
make its parent run anything. A parcel is JSON with the bytes of arrays behind it: numbers, text,
arrays, frames, shapes, and the classes that were registered, by their fields. What it says is
built here, or refused.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from geomap.errors import Finding, GeomapError, Text

if TYPE_CHECKING:
    import pandas as pd

_HEAD = 8
_NUMBERS = "biuf"
_WORDS = ("object", "str")
Node: TypeAlias = Any
"""A scalar, or a list that begins with what it is."""


class ParcelError(ValueError):
    """These bytes are no parcel."""


_classes: dict[str, type] = {}


def carry(*classes: type) -> None:
    """Let dataclasses and named tuples travel, field by field."""
    _classes.update({_name(one): one for one in classes})


def packed(value: Any) -> bytes:
    """Make bytes of a value.

    Raises
    ------
    TypeError : something in it is of a class that does not travel
    """
    blobs: list[bytes] = []
    head = json.dumps([_wrapped(value, blobs), [len(one) for one in blobs]]).encode("ascii")
    return b"".join([len(head).to_bytes(_HEAD, "big"), head, *blobs])


def unpacked(data: bytes) -> Any:
    """Build again what was packed.

    Raises
    ------
    ParcelError : the bytes were not made by ``packed``
    """
    try:
        start = _HEAD + int.from_bytes(data[:_HEAD], "big")
        tree, sizes = json.loads(data[_HEAD:start])
        blobs = []
        for size in sizes:
            blobs.append(data[start : start + size])
            start += size
        return _built(tree, blobs)
    except Exception as error:  # whatever a stranger's bytes make fail
        raise ParcelError(f"{type(error).__name__}: {error}"[:200]) from None


def _name(one: type) -> str:
    return f"{one.__module__}.{one.__qualname__}"


# --- into bytes -----------------------------------------------------------------------------------


def _wrapped(value: Any, blobs: list[bytes]) -> Node:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    for kind, how in _WRAPPED.items():
        if type(value) is kind:
            return how(value, blobs)
    if isinstance(value, bytes):
        return ["bytes", _put(value, blobs)]
    if isinstance(value, GeomapError):
        names = [_name(one) for one in type(value).__mro__]
        return ["error", names, _wrapped(list(value.args), blobs), _wrapped(vars(value), blobs)]
    if _name(type(value)) in _classes:
        fields = {name: getattr(value, name) for name in _fields(type(value))}
        return ["made", _name(type(value)), _wrapped(fields, blobs)]
    return _of_numbers(value, blobs)


def _put(blob: bytes, blobs: list[bytes]) -> int:
    blobs.append(blob)
    return len(blobs) - 1


def _fields(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [one.name for one in dataclasses.fields(kind)]
    return list(kind._fields)  # type: ignore[attr-defined]


def _of_numbers(value: Any, blobs: list[bytes]) -> Node:
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    return (_of_array if isinstance(value, np.ndarray) else _of_table)(value, blobs)


def _of_array(value: Any, blobs: list[bytes]) -> Node:
    import numpy as np
    import shapely

    if value.dtype.kind in _NUMBERS:
        data = np.ascontiguousarray(value).tobytes()
        return ["array", value.dtype.str, list(value.shape), _put(data, blobs)]
    items = value.ravel().tolist()
    if any(isinstance(one, shapely.Geometry) for one in items):
        shapes = [_put(one or b"", blobs) for one in shapely.to_wkb(value.ravel())]
        return ["shapes", list(value.shape), shapes]
    return ["objects", list(value.shape), [_wrapped(one, blobs) for one in items]]


def _of_table(value: Any, blobs: list[bytes]) -> Node:
    import geopandas as gpd
    import pandas as pd

    if isinstance(value, gpd.GeoSeries):
        crs = None if value.crs is None else value.crs.to_epsg()
        return ["places", crs, _wrapped(value.index, blobs), _of_array(value.to_numpy(), blobs)]
    if type(value) is pd.DataFrame:
        columns = [_wrapped(one.array, blobs) for _, one in value.items()]
        return ["frame", _wrapped(value.index, blobs), _wrapped(value.columns, blobs), columns]
    if type(value) is pd.Series:
        name, index = _wrapped(value.name, blobs), _wrapped(value.index, blobs)
        return ["series", name, index, _wrapped(value.array, blobs)]
    if type(value) is pd.RangeIndex:
        return ["range", value.start, value.stop, value.step, _wrapped(value.name, blobs)]
    if type(value) is pd.Index:
        return ["index", _wrapped(value.name, blobs), _wrapped(value.array, blobs)]
    if isinstance(value, pd.api.extensions.ExtensionArray):
        if str(value.dtype) in _WORDS:
            return ["words", str(value.dtype), [_wrapped(one, blobs) for one in value]]
        return _of_array(value.to_numpy(), blobs)
    raise TypeError(f"{_name(type(value))} does not travel")


_WRAPPED: Mapping[type, Callable[[Any, list[bytes]], Node]] = {
    list: lambda value, blobs: ["list", *(_wrapped(one, blobs) for one in value)],
    tuple: lambda value, blobs: ["tuple", *(_wrapped(one, blobs) for one in value)],
    dict: lambda value, blobs: [
        "dict",
        *([_wrapped(key, blobs), _wrapped(one, blobs)] for key, one in value.items()),
    ],
}


# --- out of bytes ---------------------------------------------------------------------------------


def _built(node: Node, blobs: list[bytes]) -> Any:
    if not isinstance(node, list):
        return node
    kind, *parts = node
    return _BUILT[kind](blobs, *parts)


def _list(blobs: list[bytes], *items: Node) -> list[Any]:
    return [_built(one, blobs) for one in items]


def _dict(blobs: list[bytes], *items: Node) -> dict[Any, Any]:
    return {_built(key, blobs): _built(one, blobs) for key, one in items}


def _made(blobs: list[bytes], name: str, fields: Node) -> Any:
    return _classes[name](**_built(fields, blobs))


def _error(blobs: list[bytes], names: list[str], args: Node, told: Node) -> GeomapError:
    known = {_name(one): one for one in _errors(GeomapError)}
    kind = next(known[one] for one in names if one in known)
    error = kind.__new__(kind, *_built(args, blobs))
    for name, one in _built(told, blobs).items():
        if name.startswith("_"):
            raise ParcelError(name)
        setattr(error, name, one)
    return error


def _errors(of: type[GeomapError]) -> Iterator[type[GeomapError]]:
    yield of
    for one in of.__subclasses__():
        yield from _errors(one)


def _array(blobs: list[bytes], dtype: str, shape: list[int], blob: int) -> Any:
    import numpy as np

    if (found := np.dtype(dtype)).kind not in _NUMBERS:
        raise ParcelError(dtype)
    return np.frombuffer(blobs[blob], dtype=found).reshape(shape).copy()


def _objects(blobs: list[bytes], shape: list[int], items: list[Node]) -> Any:
    import numpy as np

    made = np.empty(len(items), dtype=object)
    for place, one in enumerate(items):
        made[place] = _built(one, blobs)
    return made.reshape(shape)


def _shapes(blobs: list[bytes], shape: list[int], places: list[int]) -> Any:
    import numpy as np
    import shapely

    held = [blobs[place] or None for place in places]
    return shapely.from_wkb(np.array(held, dtype=object)).reshape(shape)


def _places(blobs: list[bytes], crs: int | None, index: Node, shapes: Node) -> Any:
    import geopandas as gpd

    system = None if crs is None else int(crs)
    return gpd.GeoSeries(_built(shapes, blobs), index=_built(index, blobs), crs=system)


def _frame(blobs: list[bytes], index: Node, names: Node, columns: list[Node]) -> pd.DataFrame:
    import pandas as pd

    rows = _built(index, blobs)
    made = [pd.Series(**_column(blobs, one), index=rows) for one in columns]
    frame = pd.DataFrame(dict(enumerate(made)), index=rows)
    frame.columns = _built(names, blobs)
    return frame


def _series(blobs: list[bytes], name: Node, index: Node, values: Node) -> Any:
    import pandas as pd

    told = {"index": _built(index, blobs), "name": _built(name, blobs)}
    return pd.Series(**_column(blobs, values), **told)


def _range(blobs: list[bytes], start: int, stop: int, step: int, name: Node) -> Any:
    import pandas as pd

    return pd.RangeIndex(start, stop, step, name=_built(name, blobs))


def _index(blobs: list[bytes], name: Node, values: Node) -> Any:
    import pandas as pd

    return pd.Index(**_column(blobs, values), name=_built(name, blobs))


def _column(blobs: list[bytes], values: Node) -> dict[str, Any]:
    """Give data and type; of words pandas would guess the type."""
    if values[0] != "words":
        return {"data": _built(values, blobs)}
    _, dtype, items = values
    if dtype not in _WORDS:
        raise ParcelError(dtype)
    return {"data": [_built(one, blobs) for one in items], "dtype": dtype}


_BUILT: Mapping[str, Callable[..., Any]] = {
    "list": _list,
    "tuple": lambda blobs, *items: tuple(_list(blobs, *items)),
    "dict": _dict,
    "bytes": lambda blobs, place: blobs[place],
    "made": _made,
    "error": _error,
    "array": _array,
    "objects": _objects,
    "shapes": _shapes,
    "places": _places,
    "frame": _frame,
    "series": _series,
    "range": _range,
    "index": _index,
}

carry(Text, Finding)
