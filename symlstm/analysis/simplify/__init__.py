"""The simplified system: a cell's equations once the parameters are in, step by step, each with its reason."""
