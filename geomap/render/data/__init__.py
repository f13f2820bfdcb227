"""Views → tables and layers for other programs."""
