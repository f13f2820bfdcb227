"""What one map shows, what changed between two years, and areas side by side."""

__all__ = ["change", "change_notes", "mapview", "notes", "side_by_side", "slices", "view"]
