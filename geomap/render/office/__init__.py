"""Blocks → Word, slides, workbooks; the house's template and styles."""

__all__ = ["blocks", "characters", "packing", "slides", "template", "word", "workbook"]
