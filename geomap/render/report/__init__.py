"""Views → the report pack and the folder of plates."""

__all__ = ["desk", "pack", "plan_tables", "plates", "snippet"]
