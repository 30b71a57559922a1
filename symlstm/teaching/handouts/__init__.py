"""Worksheets and keys for a class: a roster in, one sheet and one key a student out, and an index of who got what."""
