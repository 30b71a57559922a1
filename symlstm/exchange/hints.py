"""Hints from the ladder: what to begin with, the numbers put in, the pre-activations. Each tells a little more, none what is asked.

In come a worked part of a problem and the places that are asked for, out go blocks, one tuple a hint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from symlstm.derivation.ladder import Ladder
from symlstm.derivation.work import Work
from symlstm.document.blocks import Block, Display, Line, Paragraph, Text
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Name, Running


def hints(work: Work, asked: Collection[Place]) -> tuple[tuple[Block, ...], ...]:
    """The hints to a question for values: about the first step that one of the asked places needs."""
    times = [place.time for place in asked if place.time is not None]
    steps = [time for time in work.run.steps if times and time <= max(times)]
    names = [name for name, found in work.trace.computed.items() if steps and steps[0] in found]
    if not names:
        return ()
    told = _Told(steps[0], frozenset((place.name, place.time) for place in asked),
                 frozenset(place.name for place in asked if place.rung and place.time == steps[0]))
    ladders = work.ladders.step(names, steps[0])
    rows: list[tuple[str, list[Line]]] = [
        (f"Begin with step {steps[0]}, in this order:", [_line(ladder, ("definition",)) for ladder in ladders]),
        ("Put the numbers in:", list(_lines(work, ladders, told, "numbers"))),
        ("Before the activations:", list(_lines(work, ladders, told, "pre-activation"))),
    ]
    return tuple((Paragraph((Text(words),)), Display(tuple(lines), words.rstrip(":"))) for words, lines in rows if lines)


@dataclass(frozen=True, slots=True)
class _Told:
    """What may not be told: the values of these places."""

    time: int
    asked: frozenset[tuple[Name, int | None]]
    rungs: frozenset[Name]
    """Symbols of which a rung at that time is asked for."""

    def hides(self, work: Work, name: Name) -> bool:
        """Whether a symbol's ladder has a number that is asked for."""
        if name in self.rungs:
            return True
        reads = symbols_in(work.trace.programs[name].equation.right)
        return any(isinstance(symbol.at, Running) and (symbol.name, self.time + symbol.at.offset) in self.asked for symbol in reads)


def _lines(work: Work, ladders: Sequence[Ladder], told: _Told, rung: str) -> Iterator[Line]:
    for ladder in ladders:
        names = [each.name for each in ladder.rungs]
        # The last rung of a ladder is the value itself.
        if rung in names[:-1] and not told.hides(work, ladder.place.name):
            yield _line(ladder, ("numbers", "pre-activation")[: 1 + (rung == "pre-activation")])


def _line(ladder: Ladder, rungs: Collection[str]) -> Line:
    """A place with some rungs of its ladder."""
    links = [(rung.relation, rung.formula) for rung in ladder.rungs[:-1] or ladder.rungs if rung.name in rungs and rung.rule != "zeros"]
    return Line(ladder.left, tuple(links))
