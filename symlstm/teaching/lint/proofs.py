"""What can be proved of readings: that two of them show the same after every input, of every length; or the shortest input that parts
them.

In come two runs that differ in their convention; both are stepped side by side until no new pair of states is met. Where the states
aren't finite, nothing is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from flint import fmpq

from symlstm.analysis.boxes.enclosure import Box
from symlstm.arithmetic.decimals import exactly
from symlstm.errors import DocumentError, SymlstmError
from symlstm.model.problem import Run
from symlstm.notation.tree import Name
from symlstm.teaching.asked import Sheet
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.conventions import case_partings, mend_of, not_said
from symlstm.teaching.lint.finding import Finding
from symlstm.teaching.lint.readings import DIMENSIONS, Reading, open_readings

MOST_PAIRS = 400
"""Pairs of states that are looked at; more, and nothing is said."""


@dataclass(frozen=True, slots=True)
class Never:
    """Two readings never part: in so many pairs of states they show the same."""

    pairs: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The shortest input after which two readings show something else, letter by letter, and what they show."""

    letters: tuple[int, ...]
    name: Name
    here: str
    there: str


Outcome: TypeAlias = Never | Parts | None
"""None: it stays open."""


def side_by_side(here: Run, there: Run, names: Sequence[Name]) -> Outcome:
    """Whether two runs of one cell ever show different values of these symbols, whatever the input over their alphabet.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\nalphabet: [0, 1]\\nconvention: {round: {h: 0}}\\n---\\n"
    >>> run = symlstm.read(text + "$h_t = (h_{t-1} + x_t)/2$ with $h_0 = 0$.\\n").run
    >>> up = replace(run, convention=replace(run.convention, ties="up"))
    >>> found = side_by_side(run, up, list(run.cell.by_name))
    >>> found.letters, found.here, found.there
    ((1,), '0', '1')
    """
    from symlstm.analysis.machines.unit import Unit

    try:
        ours, theirs = Unit(here), Unit(there)
    except DocumentError:
        return None
    start = ours.start, theirs.start
    seen = {start}
    queue: deque[tuple[tuple[object, object], tuple[int, ...]]] = deque([(start, ())])
    while queue:
        (mine, other), path = queue.popleft()
        for letter in range(len(ours.letters)):
            try:
                a, b = ours.step(mine, letter), theirs.step(other, letter)  # type: ignore[arg-type]
            except SymlstmError:
                return None
            for name in names:
                x, y = _point(a.values[name, 0]), _point(b.values[name, 0])
                if x is None or y is None:
                    return None
                if x != y:
                    return Parts((*path, letter), name, _text(x), _text(y))
            pair = a.memory, b.memory
            if pair not in seen:
                if len(seen) >= MOST_PAIRS:
                    return None
                seen.add(pair)
                queue.append((pair, (*path, letter)))
    return Never(len(seen))


def _point(box: Box) -> tuple[fmpq, ...] | None:
    """The numbers of a box that holds only one of each."""
    points = tuple(entry.point for entry in box)
    return None if any(point is None for point in points) else tuple(point for point in points if point is not None)


def _text(numbers: tuple[fmpq, ...]) -> str:
    text = ", ".join(map(exactly, numbers)).replace("-", "−")
    return text if len(numbers) == 1 else f"[{text}]"


def _outcomes(case: Case) -> Iterator[tuple[str, Sheet, tuple[tuple[Reading, Outcome], ...]]]:
    """For each dimension that is left open and parts no answer that is asked for, what becomes of its readings for other inputs."""
    sheet = next((sheet for sheet in case.sheets if sheet.run.alphabet and len(sheet.run.cell.inputs) == 1), None)
    if sheet is None:
        return
    parted = {reading.dimension for each in case.sheets for parting in case_partings(case, each) for reading in parting.readings}
    names = tuple(dict.fromkeys(place.name for place in sheet.places))
    if any(sheet.run.convention.places(str(name)) is None for name in names):
        return
    for row in DIMENSIONS:
        if row.id in parted or not row.is_open(case, sheet.run):
            continue
        yield row.id, sheet, tuple(
            (reading, side_by_side(sheet.run, replace(sheet.run, convention=reading.change(sheet.run.convention)), names))
            for reading in open_readings(case, sheet.run, row)
        )


def proved(case: Case) -> Iterator[str]:
    """What is proved to change nothing, whatever the inputs, in a sentence each."""
    for dimension, sheet, found in _outcomes(case):
        pairs = [outcome.pairs for _, outcome in found if isinstance(outcome, Never)]
        if found and len(pairs) == len(found):
            names = ", ".join(dict.fromkeys(str(place.name) for place in sheet.places))
            letters = ", ".join(sheet.run.letter_names)
            yield (f"The text doesn't say {not_said(dimension, sheet.run)}, and needn't: by itself that never changes {names}, "
                   f"for inputs of every length over {letters} (proved side by side, on at most {max(pairs)} pairs of states).")


def variants_may_part(case: Case) -> Iterator[Finding]:
    """A reading that parts no answer of this document parts those of a variant, whose inputs are drawn."""
    inputs = {str(name) for name in case.problem.run.cell.inputs}
    drawn = None if case.front.vary is None else next((key for key, _ in case.front.vary.entries if key.text in inputs), None)
    if drawn is None:
        return
    for dimension, sheet, found in _outcomes(case):
        for reading, outcome in found:
            if isinstance(outcome, Parts):
                letters = ", ".join(sheet.run.letter_names[letter] for letter in outcome.letters)
                time = sheet.run.first + len(outcome.letters) - 1
                yield Finding(
                    "variants-open", drawn.pos, None, dimension,
                    f"The text doesn't say {not_said(dimension, sheet.run)}. That changes nothing here, but with the inputs "
                    f"{letters} it would: {outcome.name}_{time} = {outcome.there} instead of {outcome.here}, if {reading.words}.",
                    "A variant with such inputs has two answers; few variants may be left without.", mend_of(case, dimension, sheet),
                )
                break
