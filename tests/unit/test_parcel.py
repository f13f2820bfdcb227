"""What travels between processes: all of it and nothing more, whatever bytes come."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.errors import Finding, GeomapError, NotFoundError, RequestError, TableError, Text
from geomap.parcel import ParcelError, packed, unpacked
from geomap.siting import uploaded
from geomap.siting.inputs import Given
from geomap.siting.roads import Roads

FAULT = Finding("点.csv", 3, "lon", Text("空着\ud800", "is empty"), Text("填上", "fill it in"))


def again(value: Any) -> Any:
    return unpacked(packed(value))


def test_plain_values_come_back_with_their_types() -> None:
    value = [None, True, 3, -0.0, "甲", ("a", [1]), {1: "x", "y": (2.5,)}, b"\x00\xff", FAULT]
    assert again(value) == value
    assert np.isnan(again(float("nan")))
    assert again(np.float64(2.5)) == 2.5


def test_frames_come_back_with_types_index_and_gaps() -> None:
    frame = pd.DataFrame(
        {
            "id": ["甲", "乙"],
            "lon": [109.5, np.nan],
            "n": [1, 2],
            "any": ["x", None],
            "f": [True] * 2,
        },
        index=pd.Index(["p", "q"], name="place"),
    ).astype({"any": object})
    pd.testing.assert_frame_equal(again(frame), frame)
    plain = frame.reset_index(drop=True)
    pd.testing.assert_frame_equal(again(plain), plain)
    assert again(plain.iloc[:0]).columns.tolist() == plain.columns.tolist()


def test_shapes_roads_and_what_was_given_come_back() -> None:
    line, ring = shapely.LineString([(109, 39, 5), (110, 40, 6)]), shapely.box(109, 39, 110, 40)
    zones = gpd.GeoSeries([ring, None], crs="EPSG:4326")
    roads = Roads(
        nodes=np.array([[109.0, 39.0], [110.0, 40.0]]), tail=np.array([0]), head=np.array([1]),
        length_m=np.array([9.0]), minutes=np.array([1.0]), oneway=np.array([False]),
        notices=(Text("一", "one"),), shapes=np.array([line], dtype=object),
    )  # fmt: skip
    back: Given = again(uploaded.Given(zones={"区": zones}, network=roads, matrix_unit="km"))
    assert type(back) is Given
    assert (back.zones["区"].crs, back.matrix_unit) == (zones.crs, "km")
    assert back.zones["区"].geom_equals_exact(zones, 0).tolist() == [True, False]
    network = back.network
    assert isinstance(network, Roads)
    assert network.notices == roads.notices
    assert shapely.equals_identical(network.shapes, roads.shapes).all()
    assert (network.nodes.tolist(), network.tail.dtype) == (roads.nodes.tolist(), roads.tail.dtype)


def test_errors_come_back_as_what_they_are_or_as_the_nearest_that_is_known() -> None:
    class NewsError(RequestError):
        status = 418

    for error in (
        TableError("a", [FAULT] * 3).shortened(1),
        NotFoundError(Text("年", "y"), 1, [2]),
    ):
        back = again(error)
        assert (type(back), vars(back), str(back)) == (type(error), vars(error), str(error))
    sent = packed(NewsError("甲", "a")).replace(b"NewsError", b"NoneError")
    assert type(unpacked(sent)) is RequestError


def test_what_is_of_no_class_that_travels_does_not_leave() -> None:
    for odd in (os.system, object(), {"x": {1, 2}}):
        with pytest.raises(TypeError):
            packed(odd)


class _Calls:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("ran",)


def head(tree: Any, *blobs: bytes) -> bytes:
    said = json.dumps([tree, [len(one) for one in blobs]]).encode()
    return len(said).to_bytes(8, "big") + said + b"".join(blobs)


HOSTILE = [
    pickle.dumps(_Calls()),
    head(["made", "os.mkdir", ["dict", ["path", "ran"]]]),
    head(["made", "geomap.errors.GeomapError", ["dict"]]),
    head(["error", ["os.mkdir"], ["list", "ran"], ["dict"]]),
    head(["error", ["geomap.errors.GeomapError"], ["list"], ["dict", ["__class__", 1]]]),
    head(["array", "O", [1], 0], pickle.dumps(_Calls())),
    head(["array", "<f8", [10**12], 0], b"\x00" * 8),
    head(["shapes", [1], [0]], b"\x01\x03\x00\x00\x00\xff\xff\xff\xff"),
    head(["index", None, ["words", "category", ["ran"]]]),
    head(["frame", ["range", 0, 10**15, 1, None], ["list", "a"], [["list", 1]]]),
    b"", b"\xff" * 40, head(["nothing"]), b"\x00" * 7 + b"\xff" + b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bytes_are_refused_and_nothing_is_called(
    said: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParcelError):
        unpacked(said)
    assert not list(tmp_path.iterdir())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=4), st.integers(0, 400))
def test_a_parcel_with_bytes_changed_is_data_or_refused(piece: bytes, at: int) -> None:
    whole = packed([FAULT, pd.DataFrame({"a": [1.5], "b": ["甲"]}), GeomapError("甲", "a")])
    bent = whole[:at] + piece + whole[at + len(piece) :]
    with contextlib.suppress(ParcelError):
        unpacked(bent)
