"""Targets against what was reached."""

__all__ = ["bullet_svg", "counts", "marks", "site_targets", "tables", "targets", "verdicts"]
