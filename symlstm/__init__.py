"""symlstm: work gated recurrent networks by hand, and know that every printed digit is right."""

__version__ = "0.1.0"
