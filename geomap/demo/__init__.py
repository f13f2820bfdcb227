"""Made-up releases, marked as such."""
