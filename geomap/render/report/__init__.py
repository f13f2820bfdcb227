"""Views → the report pack and the folder of plates."""

__all__ = ["pack", "plan_tables", "plates"]
