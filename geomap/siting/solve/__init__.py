"""A matrix of costs → the sites chosen, how far each is served, and how sure the answer is."""

__all__ = ["costs", "milp", "problem", "service", "solver"]
