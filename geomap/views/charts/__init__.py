"""What a chart shows, as plain data: how a number went over the years."""

__all__ = ["trend"]
