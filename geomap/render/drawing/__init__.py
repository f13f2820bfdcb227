"""A scene in millimetres → SVG, PDF and PNG."""
