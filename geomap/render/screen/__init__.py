"""Views → the big screen."""

__all__ = ["compose", "map"]
