"""Blocks → Word, slides; the house's template and styles."""
