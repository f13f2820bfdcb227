"""Views → scenes: the map sheet, its legend, labels, captions and margins."""
