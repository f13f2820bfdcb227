"""Figures → numbers: which document counts, what is derived, what adds up, what is estimated."""

__all__ = [
    "arithmetic",
    "checks",
    "claims",
    "estimates",
    "indicators",
    "join",
    "precedence",
    "quantities",
    "ranks",
    "reconcile",
    "totals",
]
