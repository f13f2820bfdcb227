from __future__ import annotations

from pathlib import Path

import pytest

from geomap.atlas import Atlas
from geomap.composition import GROUPS, compose
from geomap.mapview import map_view
from geomap.paths import data_dir
from geomap.sheet import PAPERS, Sheet
from geomap.store import open_release


@pytest.fixture(scope="module")
def ordos() -> Atlas:
    return open_release(Path(data_dir()))


@pytest.mark.parametrize("size", PAPERS)
def test_a_sheet_has_every_layer_and_its_own_size(ordos: Atlas, size: str) -> None:
    scene = compose(ordos, map_view(ordos, "population_density"), Sheet(size=size))
    assert [group.name for group in scene.groups] == list(GROUPS)
    assert (scene.width_mm, scene.height_mm) == (PAPERS[size].width_mm, PAPERS[size].height_mm)


def test_the_areas_tell_their_values(ordos: Atlas) -> None:
    scene = compose(ordos, map_view(ordos, "talent_total", year=2020))
    areas = next(group for group in scene.groups if group.name == "areas")
    assert areas.items[0].title == "东胜区：11.7 万人（估算）"  # type: ignore[union-attr]
