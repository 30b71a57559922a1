"""Intervals with open, closed and infinite ends, and a cell's step on boxes of them."""
