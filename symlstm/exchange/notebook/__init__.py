"""Jupyter notebooks for nbgrader: an assignment for each exercise, marked by numbers alone, and its worked solution for staff."""
