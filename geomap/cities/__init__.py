"""Data directories for any prefecture-level city."""

__all__ = ["initialise"]
