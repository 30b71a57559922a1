"""Values and what is done with them: exact rationals and certified balls, functions, saturation, rounding, decimals, matrices.

No float decides anything here. What comes in are numbers as they are written; what goes out are numbers of which every
printed digit, every comparison and every rounding is certain, or `Undecided`.
"""
