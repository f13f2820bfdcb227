"""Numpy's arrays by name in signatures, and frames as plain rows.

Shapes and units stand where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Index: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Reals: TypeAlias = NDArray[np.floating[Any]]
"""Double or single precision: large cost matrices are kept in single."""


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame as dicts of Python's own values, in order.

    As ``to_dict("records")`` does, which takes ten times as long over columns of text.
    """
    names = list(frame.columns)
    columns = (frame[name].to_numpy(dtype=object).tolist() for name in names)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
