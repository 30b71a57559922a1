"""Checking a student's hand derivation: reading it, judging it line by line, saying which misconception explains it."""
