"""The page: what the browser is handed, and the folium map that holds it."""

__all__ = ["finder", "page", "payload", "topology"]
