"""Views → the report pack and the folder of plates."""

__all__ = ["desk", "native", "pack", "plan_tables", "plates", "snippet"]
