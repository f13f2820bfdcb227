"""Views → scenes: the map sheet, its legend, labels, captions and margins."""

__all__ = [
    "captions",
    "draw",
    "emblems",
    "label_room",
    "paper",
    "placement",
    "request",
    "site_marks",
    "subject",
    "territory",
]
