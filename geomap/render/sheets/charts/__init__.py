"""Charts as sheets: a chart of plain data, set on the same paper as the maps."""

__all__ = ["axes", "frame"]
