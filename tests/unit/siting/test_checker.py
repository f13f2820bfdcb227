"""Every number of random siting outcomes, worked out anew; GEOMAP_SITING_CASES sets how many."""

from __future__ import annotations

import math
import os
from collections import Counter

import pytest

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.siting.inputs import build_inputs
from geomap.siting.settings import StudySettings
from geomap.siting.study import run_study
from tests.support.siting_checker import World, check
from tests.support.siting_worlds import given_of, world_of

CASES = int(os.environ.get("GEOMAP_SITING_CASES", "100"))
BLOCKS = 4


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.slow
def test_every_number_of_an_outcome_is_worked_out_anew(atlas: Atlas, block: int) -> None:
    told: Counter[str] = Counter()
    for seed in range(block, CASES, BLOCKS):
        world = world_of(seed)
        if world.zone is not None and not world.free():
            with pytest.raises(RequestError, match="排除范围"):
                build_inputs(atlas, StudySettings.from_dict(world.settings), given_of(world))
            continue
        world.settings["sites"] = _possible(world.settings["sites"], len(world.free()))
        settings = StudySettings.from_dict(world.settings)
        try:
            found = run_study(
                atlas, settings, build_inputs(atlas, settings, given_of(world))
            ).as_dict()
        except RequestError as error:
            if not _rightly(world, error.text.zh):
                raise
            told["refused"] += 1
            continue
        try:
            check(world, found)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {world.settings}") from error
        told[found["status"]] += 1
    assert told["optimal"] > CASES / BLOCKS / 3


def _possible(sites: int | None, free: int) -> int | None:
    return None if sites is None else min(sites, free)


def _rightly(world: World, told: str) -> bool:
    """Whether a question was refused because capacities are unknown, or together too few."""
    cover = world.settings["kind"] == "cover"
    sites = world.existing if cover else (*world.free(), *world.existing)
    known = [one["capacity"] for one in sites if one.get("capacity", math.nan) >= 0]
    if "移动搜索法" in told:
        return "catchment" in world.settings and not known
    return "还差" in told and sum(known) < sum(one["weight"] for one in world.demand)
