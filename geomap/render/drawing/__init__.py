"""A scene in millimetres → SVG, PDF and PNG."""

__all__ = ["font", "paint", "scene"]
