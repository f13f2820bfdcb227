"""Targets against what was reached."""

__all__ = [
    "bullet_svg",
    "counts",
    "marks",
    "site_targets",
    "tables",
    "target_rows",
    "targets",
    "verdicts",
]
