"""The nouns of a talent map: areas, indicators, sites, audiences, approval; no input or output."""
