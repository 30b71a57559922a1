"""Statements about the inputs so far and the cell's values: their tree, their reader, their words, and how they are followed."""
