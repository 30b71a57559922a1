"""Why a statement is carried or isn't, and why a claim holds or fails, in words; with the inputs that show it worked through.

In come an analyst and a verdict, out go clauses without a full stop. Numbers are those of the unit's own steps.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from flint import arb, fmpq

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import Interval, point
from symlstm.analysis.machines.analyst import Analyst, followed
from symlstm.analysis.machines.carried import Verdict, Word
from symlstm.analysis.machines.deciding import View, box, cell_values, settled, truth
from symlstm.analysis.machines.readout import Readout
from symlstm.analysis.statements.quantities import Tracker
from symlstm.analysis.statements.tree import Comparison, FirstInput, Iff, Implies, LastInput, Statement, Term
from symlstm.analysis.statements.words import words, words_of_term
from symlstm.arithmetic.decimals import decimals, exactly, terminating
from symlstm.arithmetic.real import Undecided, working_precision

_BITS = 128
MORE_PLACES = (8, 16, 32)
"""Decimals that are shown where fewer don't tell two numbers apart."""
MOST_WRITTEN = 1_000_000
"""From here on a length is given as a power of ten that it isn't below."""
LONGEST_SHOWN = 24
"""Letters of an input that are written out."""


def input_words(word: Word, letters: Sequence[str]) -> str:
    """An input as it is written: its letters with spaces; a long one by its runs.

    >>> input_words((1, 0), ["0", "1"]), input_words((0,) * 30, ["a"])
    ('1 0', 'a 30 times')
    """
    if len(word) <= LONGEST_SHOWN:
        return " ".join(letters[letter] for letter in word).replace("-", "−")
    runs: list[tuple[int, int]] = []
    for letter in word:
        if runs and runs[-1][0] == letter:
            runs[-1] = letter, runs[-1][1] + 1
        else:
            runs.append((letter, 1))
    shown = ", then ".join(letters[letter] if count == 1 else f"{letters[letter]} {count} times" for letter, count in runs[:12])
    return (shown + (", …" if len(runs) > 12 else "")).replace("-", "−")


def show_words(value: Hashable) -> str:
    """What a readout shows, as a number, a truth value or a vector.

    >>> show_words(fmpq(-1)), show_words(True), show_words((fmpq(1, 2), fmpq(0)))
    ('−1', 'true', '(0.5, 0)')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show_words, value)) + ")"
    if isinstance(value, fmpq):
        return number_words(value)
    return "" if value is None else str(value)


def number_words(value: fmpq) -> str:
    """A rational as a decimal where that ends soon, otherwise as a fraction."""
    count = terminating(value)
    return (exactly(value) if count is not None and count <= 12 else str(value)).replace("-", "−")


def box_words(of: Box, places: int) -> str:
    """The value that a narrow box is known to be, to decimals; its ends where they don't agree on them."""
    found = [interval_words(interval, places) for interval in of]
    return found[0] if len(found) == 1 else "(" + ", ".join(found) + ")"


def interval_words(interval: Interval, places: int) -> str:
    """An interval: a number, a number to decimals where both ends agree on them, or its ends.

    >>> interval_words(Interval(fmpq(1, 3), fmpq(1, 3) + fmpq(1, 10**9)), 4), interval_words(Interval(fmpq(1), None), 4)
    ('0.3333', 'at least 1')
    """
    if interval.point is not None:
        return number_words(interval.point)
    if interval.low is None or interval.high is None:
        if interval.low is not None:
            return f"{'more than' if interval.low_open else 'at least'} {_about(interval.low, places)}"
        if interval.high is not None:
            return f"{'less than' if interval.high_open else 'at most'} {_about(interval.high, places)}"
        return "any number"
    low, high = _about(interval.low, places), _about(interval.high, places)
    return low if low == high else f"from {low} to {high}"


def _about(end: fmpq, places: int) -> str:
    count = terminating(end)
    if count is not None and count <= places + 4:
        return exactly(end).replace("-", "−")
    with working_precision(_BITS):
        try:
            return decimals(arb(end), places).replace("-", "−")
        except Undecided:
            return decimals(end, places).replace("-", "−")


# -- carried -------------------------------------------------------------------------------------------------------------------


def carried_words(analyst: Analyst, readout: Readout, item: Statement | Term, verdict: Verdict) -> str:
    """Why the readout carries a statement, or doesn't."""
    letters = analyst.unit.letters
    if verdict.holds is None:
        return open_words(verdict)
    if verdict.holds:
        return _told_words(readout, item, verdict, letters)
    assert verdict.witness is not None
    one, other = verdict.witness
    show = show_words(_shown_after(analyst, one))
    both = f"after {input_words(one, letters)}, and after {input_words(other, letters)}, {readout.text} is {show}"
    tracker = Tracker([item], len(letters))
    first, second = (tracker.value(item, _tracked(tracker, word)) for word in (one, other))
    if isinstance(item, Statement):
        return f"{both}, but only after the first of them {words(item, letters)}"
    values = f"{_value_words(item, first, letters)} the first time and {_value_words(item, second, letters)} the second"
    return f"{both}, but {words_of_term(item, letters)} is {values}"


def _told_words(readout: Readout, item: Statement | Term, verdict: Verdict, letters: Sequence[str]) -> str:
    if not verdict.told:
        return f"each value of {readout.text} settles it, as a proof by induction shows"
    if not isinstance(item, Statement):
        each = "; ".join(f"{_value_words(item, value, letters)} where it is {show_words(show)}" for show, value in verdict.told)
        return f"{readout.text} tells: {each}"
    true = [show_words(show) for show, value in verdict.told if value is True]
    false = [show_words(show) for show, value in verdict.told if value is False]
    if not true or not false:
        return f"it is {'never' if not true else 'always'} so, whatever {readout.text} is"
    return f"true where {readout.text} is {_or(true)}, false where it is {_or(false)}"


def _or(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]


def _value_words(item: Term | Statement, value: object, letters: Sequence[str]) -> str:
    if value is None:
        return "none"
    if isinstance(item, LastInput | FirstInput):
        assert isinstance(value, int)
        return letters[value].replace("-", "−")
    return str(value).replace("-", "−")


def _shown_after(analyst: Analyst, word: Word) -> Hashable:
    return analyst.shows(analyst.values_after(word))


def _tracked(tracker: Tracker, word: Word) -> tuple[Hashable, ...]:
    state = tracker.start
    for letter in word:
        state = tracker.after(state, letter)
    return state


# -- claims --------------------------------------------------------------------------------------------------------------------


def claim_words(analyst: Analyst, statement: Statement, verdict: Verdict) -> str:
    """Why a claim holds on every input, or where it fails."""
    if verdict.holds is None:
        return open_words(verdict)
    if verdict.holds:
        return "proved for inputs of every length" + (f", {verdict.proof}" if verdict.proof else "")
    word = verdict.counterexample
    assert word is not None
    letters = analyst.unit.letters
    return f"fails after {input_words(word, letters)}: {_difference(analyst, statement, word)}"


def open_words(verdict: Verdict) -> str:
    """What is known of a statement that was neither proved nor refuted."""
    if verdict.within:
        return f"proved for every input of up to {length_words(verdict.tried)} letters, and open for longer ones"
    if not verdict.tried:
        return "neither proved nor refuted"
    plural = "letter" if verdict.tried == 1 else "letters"
    return f"neither proved nor refuted; every input of up to {verdict.tried} {plural} was tried"


def length_words(length: int) -> str:
    """A length, which may be too great to be written out.

    >>> length_words(694), length_words(3 * 10**27)
    ('694', '10^27')
    """
    return f"{length:,}" if length < MOST_WRITTEN else f"10^{len(str(length)) - 1}"


def _difference(analyst: Analyst, statement: Statement, word: Word) -> str:
    """What the two sides of a claim are after an input."""
    letters = analyst.unit.letters
    match statement:
        case Iff(left=left, right=right):
            one, other = _holds(analyst, left, word), _holds(analyst, right, word)
            true, false = (left, right) if one else (right, left)
            assert one != other
            return f"{words(true, letters)}, but it isn't so that {words(false, letters)}{_seen(analyst, false, word)}"
        case Implies(left=left, right=right):
            return f"{words(left, letters)}, but it isn't so that {words(right, letters)}{_seen(analyst, right, word)}"
        case Comparison(left=left, right=right):
            for places in (analyst.run.convention.show, *MORE_PLACES):
                first, second = (_side(analyst, term, word, places) for term in (left, right))
                if _digits(first) != _digits(second):
                    break
            return f"the left side is {first}, the right side {second}"
        case _:
            return f"it isn't so that {words(statement, letters)}{_seen(analyst, statement, word)}"


def _digits(text: str) -> str:
    """A number's text without the zeros at the end of its decimals."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _looks_whole(of: Box, places: int) -> bool:
    """Whether an inexact number would be printed as if it were a whole one."""
    text = box_words(of, places)
    return any(entry.point is None for entry in of) and "." in text and "." not in _digits(text)


def _seen(analyst: Analyst, statement: Statement, word: Word) -> str:
    """The values of the cell that a claim speaks of, after an input."""
    view = analyst.view(analyst.values_after(word))
    found = []
    for value in cell_values(statement):
        of = box(value, view)
        if of is not None:
            places = next(p for p in (analyst.run.convention.show, *MORE_PLACES, None) if p is None or not _looks_whole(of, p))
            said = box_words(of, places) if places is not None else "very nearly " + _digits(box_words(of, MORE_PLACES[-1]))
            name = words_of_term(value, analyst.unit.letters)
            found.append(f"{name} = {said}" if places is not None else f"{name} is {said}")
    return f" ({', '.join(found)})" if found else ""


def _holds(analyst: Analyst, statement: Statement, word: Word) -> bool:
    view = analyst.view(analyst.values_after(word))
    known = truth(statement, view)
    if known is not None:
        return known
    inputs = settled(statement, view)
    assert inputs is not None
    tracker = Tracker([*followed(statement), inputs], len(analyst.unit.letters))
    return bool(tracker.value(inputs, _tracked(tracker, word)))


def _side(analyst: Analyst, term: Term, word: Word, places: int) -> str:
    view = analyst.view(analyst.values_after(word))

    def quantity(of: Term) -> Interval:
        tracker = Tracker([of], len(analyst.unit.letters))
        value = tracker.value(of, _tracked(tracker, word))
        assert value is not None
        return point(fmpq(int(value)))

    found = box(term, View(view.values, view.ties, quantity))
    if found is not None:
        return box_words(found, places)
    tracker = Tracker([term], len(analyst.unit.letters))
    return _value_words(term, tracker.value(term, _tracked(tracker, word)), analyst.unit.letters)
