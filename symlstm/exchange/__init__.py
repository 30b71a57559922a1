"""Problems in the formats of other systems, each with its answers, hints, wrong answers and worked solution."""
