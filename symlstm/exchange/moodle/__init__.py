"""A collection as Moodle XML: the values in a cloze question, each list of statements a multichoice question, the rest essays."""
