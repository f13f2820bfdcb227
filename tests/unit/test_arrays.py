from __future__ import annotations

import math

import pandas as pd

from geomap.arrays import plain_rows


def test_rows_are_those_of_pandas_in_values_and_types() -> None:
    frame = pd.DataFrame(
        {"name": ["甲", ""], "year": [2020, 2021], "value": [1.5, math.nan], "sure": [True, False]},
        index=[7, 3],
    ).astype({"name": "string"})
    rows, known = plain_rows(frame), frame.to_dict("records")
    assert repr(rows) == repr(known)
    assert [[type(one) for one in row.values()] for row in rows] == [[str, int, float, bool]] * 2
    assert plain_rows(frame.iloc[:0]) == []
