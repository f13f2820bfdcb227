"""What one map shows, and what changed between two years."""

__all__ = ["change", "change_notes", "mapview", "notes", "slices", "view"]
