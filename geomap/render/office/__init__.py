"""Blocks → Word, slides, workbooks; the house's template and styles."""

__all__ = [
    "blocks",
    "characters",
    "chart_book",
    "chart_slide",
    "packing",
    "series",
    "slides",
    "template",
    "word",
    "workbook",
]
