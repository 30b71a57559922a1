"""What staff do with a problem: lint it, vary it, hand it out."""
