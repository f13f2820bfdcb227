"""Plausible sizes for made-up figures where no document gives one; data, not statistics.

An indicator that is missing here still gets figures, of an ordinary size.
"""

from __future__ import annotations

from collections.abc import Mapping

# The city in 2015 and in 2025, in the unit of the catalogue.
LEVELS: Mapping[str, tuple[float, float]] = {
    "population": (2_044_500, 2_230_000),
    "gdp": (3_500.0, 6_400.0),
}

# How much more the densest area has a head than the sparsest: 1 is half as much again as the
# middle against half of it, 0 the same, below 0 less.
SLOPES: Mapping[str, float] = {
    "gdp": 0.2,
    "talent_party_gov": -0.2,
    "talent_enterprise": 0.5,
    "talent_professional": 0.6,
    "talent_skilled": 0.3,
    "talent_rural": -1.6,
    "talent_social_work": 0.2,
}
