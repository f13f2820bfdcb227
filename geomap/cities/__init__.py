"""Data directories for any prefecture-level city."""
