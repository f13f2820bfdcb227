"""The record of what was done: append-only, chained by hash, bounded, verified and exported."""

__all__ = ["chain", "log"]
