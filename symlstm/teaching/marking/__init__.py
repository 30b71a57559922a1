"""Marking a whole class: from a folder of work to a grade book, a page of feedback a student, and a report on the class."""
