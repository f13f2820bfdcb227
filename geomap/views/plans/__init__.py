"""Targets against what was reached."""

__all__ = [
    "bullet_svg",
    "chosen",
    "counts",
    "listed",
    "marks",
    "overview",
    "site_targets",
    "tables",
    "target_rows",
    "targets",
    "verdicts",
]
