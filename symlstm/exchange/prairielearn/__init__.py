"""A collection as a PrairieLearn question: its page, the variants as data, and a server.py that draws and marks."""
