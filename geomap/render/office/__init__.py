"""Blocks → Word, slides, workbooks; the house's template and styles."""

__all__ = [
    "blocks",
    "characters",
    "chart_book",
    "packing",
    "series",
    "slides",
    "template",
    "word",
    "workbook",
]
