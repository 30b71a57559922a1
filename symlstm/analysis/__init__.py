"""What can be proved of a cell and of a unit, and the answers to what a document asks."""
