"""Figures of a cell and of its values: the cell from its equations, the network unrolled over time, the trace."""
