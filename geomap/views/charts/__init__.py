"""What a chart shows, as plain data: how a number went over the years, and numbers side by side."""

__all__ = ["bars", "chart", "line", "line_words", "scatter", "slope", "stack", "ticks", "trend"]
