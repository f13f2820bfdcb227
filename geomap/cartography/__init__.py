"""Numbers → classes, colours and sizes of circles."""

__all__ = ["classes", "colour", "palettes", "symbols"]
