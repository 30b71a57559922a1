"""Claims about a cell's equations: proved by SymPy for all values and shapes, or refuted by values."""
