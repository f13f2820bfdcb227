"""Figures → numbers: which document counts, what is derived, what adds up, what is estimated."""
