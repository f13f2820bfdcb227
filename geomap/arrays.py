"""The names of numpy's arrays in signatures; shapes and units stand where they are used."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Index: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Reals: TypeAlias = NDArray[np.floating[Any]]
"""Double or single precision: large cost matrices are kept in single."""
