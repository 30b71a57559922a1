"""Variants of a problem: other numbers in the same words."""
