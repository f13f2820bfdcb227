"""What each audience may see: small counts and all that would give them away taken out."""

__all__ = ["additive", "differencing", "narrowing", "redaction", "suppression"]
