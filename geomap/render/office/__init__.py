"""Blocks → Word, slides; the house's template and styles."""

__all__ = ["blocks", "slides", "template", "word", "word_xml"]
