"""What the options of a multichoice question earn: fractions that Moodle's importer takes, and that add up.

The importer compares each fraction with a fixed list and turns down what isn't on it (`question_bank::fraction_options_full` and
`match_grade_options` in Moodle's source); what right options earn must add up to 100. Counts of options come in, percentages go out.
"""

from __future__ import annotations

from collections.abc import Sequence

_EQUAL = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111", 10: "10", 20: "5"}
"""The whole in so many equal shares, as the list has them."""
MOST_RIGHT = 20
"""The smallest share on the list is 5."""


def shares(count: int, beyond: str = "0") -> tuple[str, ...]:
    """100 in so many shares of the list, as equal as they can be; `beyond` is what each has from the 21st on.

    >>> shares(3), shares(12)[7:], sum(map(float, shares(12))), shares(21)[-2:]
    (('33.33333', '33.33333', '33.33333'), ('10', '5', '5', '5', '5'), 100.0, ('5', '0'))
    """
    if count in _EQUAL:
        return (_EQUAL[count],) * count
    if count > MOST_RIGHT:
        return shares(MOST_RIGHT) + (beyond,) * (count - MOST_RIGHT)
    tens = MOST_RIGHT - count
    return ("10",) * tens + ("5",) * (count - tens)


def fractions(holds: Sequence[bool]) -> tuple[str, ...]:
    """What each option earns: those that hold 100 together, the others −100 or less, so that ticking everything earns nothing.

    >>> fractions((True, False, True))
    ('50', '-100', '50')
    """
    right, wrong = iter(shares(sum(holds))), iter(shares(len(holds) - sum(holds), _EQUAL[MOST_RIGHT]))
    return tuple(next(right) if holding else f"-{next(wrong)}" for holding in holds)
