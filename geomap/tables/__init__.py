"""What people send → checked frames: each cell as it is seen, every finding at once."""

__all__ = [
    "cells",
    "comparability",
    "doubts",
    "encodings",
    "export_columns",
    "figure_rules",
    "grid",
    "json_file",
    "ownexport",
    "spellings",
    "spreadsheets",
]
