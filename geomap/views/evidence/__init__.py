"""Who says so: the document, place and wording behind each number, and where they differ."""

__all__ = [
    "conflicts", "documents", "freshness", "headline", "provenance", "release_diff", "site_facets",
    "site_lists",
]  # fmt: skip
