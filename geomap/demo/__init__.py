"""Made-up releases, marked as such."""

__all__ = ["write"]
