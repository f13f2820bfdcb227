"""Plausible sizes for made-up figures where no document gives one; data, not statistics.

An indicator that is missing here still gets figures, of an ordinary size.
"""

from __future__ import annotations

from collections.abc import Mapping

from geomap.model.catalog import Measure

# The city in the first and the last year, in the unit of the catalogue; figures that documents
# give hold against these.
LEVELS: Mapping[str, tuple[float, float]] = {
    "academician_stations": (2, 11),
    "enterprise_rd_centers_new": (3, 45),
    "fiscal_sci_budget": (4, 23),
    "gdp": (2_700, 6_500),
    "gdp_primary": (110, 230),
    "gdp_secondary": (1_500, 4_300),
    "gdp_tertiary": (1_090, 1_970),
    "high_end_introduced": (12, 140),
    "invention_grants": (45, 420),
    "invention_patents_per_10k": (4.5, 9.2),
    "new_rd_institutions": (1, 14),
    "patent_applications": (1_400, 6_200),
    "patent_grants": (760, 4_300),
    "population": (2_044_500, 2_230_000),
    "population_increment_2010_2020": (213_000, 213_000),
    "rd_expense_h1": (9, 47),
    "rd_expense_industry_h1": (8.9, 46),
    "rd_spending": (17, 62),
    "rd_zero_cleared_h1": (14, 160),
    "registered_18_34": (382_000, 331_000),
    "registered_35_59": (655_000, 684_000),
    "registered_population": (1_570_000, 1_640_000),
    "sci_policy_payout": (0.4, 8.9),
    "sci_projects": (18, 64),
    "talent_apartments": (60, 1_500),
    "talent_investment": (0.8, 14),
    "tech_smes_h1": (25, 290),
    "urbanisation_rate": (73.1, 79.6),
}
ORDINARY: Mapping[Measure, tuple[float, float]] = {
    Measure.COUNT: (200, 320),
    Measure.RATE: (10, 14),
    Measure.SHARE: (18, 24),
    Measure.DENSITY: (5, 6),
    Measure.INDEX: (1, 1.1),
}

# How much more the densest area has a head than the sparsest: 1 is half as much again as the
# middle against half of it, 0 the same, below 0 less.
SLOPES: Mapping[str, float] = {
    "gdp_primary": -1.7,
    "gdp_secondary": -0.2,
    "gdp_tertiary": 0.7,
    "registered_population": 0.0,
    "rd_spending": 0.5,
    "talent_enterprise": 0.5,
    "talent_party_gov": -0.2,
    "talent_professional": 0.6,
    "talent_rural": -1.6,
    "talent_social_work": 0.2,
    "urbanisation_rate": 0.4,
}
ORDINARY_SLOPE = 0.3

# Part of a total without making it up: never more than it, though the catalogue does not say so.
WITHIN: Mapping[str, str] = {"high_level_talent": "talent_total"}

# Rates that follow from two counts, area by area: numerator and denominator.
RATIOS: Mapping[str, tuple[str, str]] = {
    "high_level_share": ("high_level_talent", "talent_total"),
    "rd_gdp_share": ("rd_spending", "gdp"),
}

# Said of the city as a whole by their definition: no area reports them.
CITY_ONLY = frozenset(
    {"academician_advisers", "banner_sci_budget_avg", "city_innovation_index", "city_sci_budget"}
)
# Of one year by their definition.
ONLY: Mapping[str, int] = {"population_increment_2010_2020": 2020}
