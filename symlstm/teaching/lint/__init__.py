"""What is ambiguous or fragile about a problem."""
