"""Figures → numbers: which document counts, what is derived, what adds up, what is estimated."""

__all__ = [
    "arithmetic",
    "checks",
    "claims",
    "estimates",
    "indicators",
    "join",
    "precedence",
    "precedence_faults",
    "quantities",
    "ranks",
    "reconcile",
    "totals",
]
