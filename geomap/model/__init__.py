"""The nouns of a talent map: areas, indicators, sites, audiences, approval; no input or output."""

__all__ = [
    "absence",
    "approval",
    "approx",
    "asked",
    "audience",
    "catalog",
    "crs",
    "findings",
    "label_points",
    "people",
    "schema",
    "wording",
]
