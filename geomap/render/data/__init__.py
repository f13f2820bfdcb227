"""Views → tables and layers for other programs."""

__all__ = ["export", "side_table"]
