"""The pages and the API, a blueprint a file."""

__all__ = [
    "api",
    "conflict",
    "export",
    "image",
    "map",
    "openapi",
    "progress",
    "report",
    "screen",
    "siting",
]
