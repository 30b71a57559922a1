"""An analysis as a document: what is known in a paragraph, the diagram, the states, the moves, what grows, the claims, the proof.

In comes an `Analysis`, out goes a `Document`. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.machines.cover import MOST_BOXES, MOST_STATES, SCALES
from symlstm.analysis.machines.findings import Findings, Grown, State, Unread, Unrounded, state_name
from symlstm.analysis.machines.induction import displayed
from symlstm.analysis.machines.input_claims import InputOption
from symlstm.analysis.machines.unit import Unit
from symlstm.analysis.machines.verdict_words import box_words, input_words, length_words, show_words
from symlstm.analysis.options import Option
from symlstm.analysis.statements.words import words, written
from symlstm.document.blocks import Aside, Block, Document, Emphasis, Figure, Heading, Inlines, Items, Paragraph, Table, Text
from symlstm.notation.symbols import Vocabulary
from symlstm.presentation.analysis_json import change_text, entry_name, slot_name
from symlstm.presentation.analysis_notes import analysis_notes
from symlstm.presentation.answers import claim_blocks
from symlstm.presentation.state_diagram import DiagramState, state_diagram
from symlstm.presentation.state_words import remembered_words
from symlstm.presentation.words import number_of, with_symbols

if TYPE_CHECKING:
    from symlstm.pipelines import Analysis

MOST_ROWS = 64
"""States that are listed; a larger machine is for the JSON."""
_LEAKS = "a gate that is almost 0 or 1 loses a little at every step"
BOXES_SHOWN = 3
"""Boxes that are shown of one state."""
MOST_OFFERS = 12


def document(analysis: Analysis) -> Document:
    """The document of an analysis."""
    return Document(analysis.problem.title, tuple(_blocks(analysis)), figures=True)


def _blocks(analysis: Analysis) -> Iterator[Block]:
    for note in analysis_notes(analysis):
        yield Aside("warning", (Paragraph(note),))
    if isinstance(analysis.findings, Unread):
        yield from _claims(analysis)
    else:
        yield from _Pages(analysis, analysis.findings).blocks()


def diagram(findings: Findings) -> Figure | None:
    """The state diagram of the smallest machine; None where there is none, or it is too large to be drawn."""
    machine = findings.machine
    if machine is None:
        return None
    letters = findings.analyst.unit.letters
    states = [DiagramState(state.name, show_words(state.shows)) for state in findings.states]
    moves = [
        (number, to, letters[letter].replace("-", "−")) for number, row in enumerate(machine.moves) for letter, to in enumerate(row)
    ]
    return state_diagram(states, moves, machine.initial)


class _Pages:
    def __init__(self, analysis: Analysis, findings: Findings) -> None:
        self.analysis = analysis
        self.findings = findings
        self.unit: Unit = self.findings.analyst.unit
        self.vocabulary: Vocabulary = analysis.problem.vocabulary
        self.places = self.findings.analyst.run.convention.show

    def blocks(self) -> Iterator[Block]:
        """All blocks, in the order in which they are read."""
        yield from self._summary()
        if (figure := diagram(self.findings)) is not None:
            yield figure
        if self.findings.states:
            yield Heading(2, (Text("States"),), "states")
            yield from self._states()
        if self.findings.grown:
            yield Heading(2, (Text("What grows"),), "growth")
            yield from self._growth()
        yield from _claims(self.analysis)
        yield from self._offers()
        if (unrounded := self.findings.unrounded) is not None:
            yield Heading(2, (Text("Without rounding or saturation"),), "unrounded")
            yield Paragraph(self._maths(self._unrounded(unrounded)))
        yield from self._proof()

    def _maths(self, text: str) -> Inlines:
        return with_symbols(text, self.vocabulary)

    # -- the machine ---

    def _summary(self) -> Iterator[Block]:
        findings = self.findings
        readout = "" if findings.readout is None else findings.readout.text
        if findings.machine is not None:
            count = len(findings.machine.moves)
            states = "one state" if count == 1 else f"{count} states"
            length = findings.analyst.length
            inputs = "every input of every length" if length is None else f"every input of up to {length_words(length)} letters"
            said = f"What the unit shows, read off as {readout}, is what a machine of {states} shows after {inputs}."
            if length is not None:
                said += f" For longer inputs nothing is proved: {_LEAKS}."
        elif findings.readout is None:
            said = "Nothing discrete is read off this unit, so it has no machine; what it counts and which claims hold is below."
        else:
            said = f"No finite machine was found that shows what {readout} shows."
            if findings.finite is not False:
                said += (f" Up to {MOST_STATES:,} states were told apart one by one, and boxes for them were looked for at "
                         f"{len(SCALES)} scales, up to {MOST_BOXES} at each.")
        if findings.finite is False:
            said += " The unit's own state grows without bound."
        yield Paragraph(self._maths(said))

    def _states(self) -> Iterator[Block]:
        machine = self.findings.machine
        assert machine is not None
        letters = [letter.replace("-", "−") for letter in self.unit.letters]
        states = self.findings.states[:MOST_ROWS]
        start = f"The machine starts in {state_name(machine.initial)}."
        if len(states) < len(self.findings.states):
            start += f" Of its {len(self.findings.states)} states the first {len(states)} are listed; the JSON has all."
        yield Paragraph((Text(start),))
        on = ((Text(f"On {letter}"),) for letter in letters)
        head: list[Inlines] = [(Text("State"),), (Text("Shows"),), *on, (Text("Remembers"),)]
        rows = tuple(self._row(state, machine.moves[number]) for number, state in enumerate(states))
        yield Table(tuple(head), rows, "lr" + "c" * len(letters) + "l", "The states, where each input leads, and what they remember")

    def _row(self, state: State, moves: Sequence[int]) -> tuple[Inlines, ...]:
        remembers = remembered_words(state.remembered, self.unit.letters)
        if len(self.findings.states) == 1:
            remembers = "nothing: every input leads back to it"
        elif state.first and state.remembered.reached and remembers:
            remembers += ", or nothing has been read yet"
        return (
            (Emphasis((Text(state.name),), True),), (Text(show_words(state.shows) or "nothing yet"),),
            *((Text(state_name(to)),) for to in moves), self._maths(remembers) if remembers else (Text("—"),),
        )

    # -- growth ---

    def _growth(self) -> Iterator[Block]:
        letters = self.unit.letters
        growth = self.findings.analyst.growth
        assert growth is not None
        by_symbol: dict[str, list[Grown]] = {}
        for grown in self.findings.grown:
            by_symbol.setdefault(entry_name(grown.symbol, grown.entry), []).append(grown)
        rows = []
        for symbol, changes in by_symbol.items():
            cells = [self._change(each) for each in changes]
            rows.append((self._maths(symbol), *cells))
        head: list[Inlines] = [(Text("Symbol"),), *((Text(f"On {letter}".replace("-", "−")),) for letter in letters)]
        yield Table(tuple(head), tuple(rows), "l" + "c" * len(letters), "What each input does to what grows")
        for counter in displayed(growth):
            if counter.endless and (term := counter.term) is not None:
                symbol = entry_name(counter.slot[0], counter.entry)
                yield Paragraph(self._maths(
                    f"By induction on one step, {symbol} = {written(term, letters)} after every input: it is so at the start, and each "
                    "input changes both sides alike.".replace("-", "−")))

    def _change(self, grown: Grown) -> Inlines:
        parts = change_text(grown.changes).split(" or ")
        signed = " or ".join(part if not part[0].isdigit() or part == "0" else f"+{part}" for part in parts)
        return (Text(signed.replace("-", "−")),)

    # -- claims and offers ---

    def _offers(self) -> Iterator[Block]:
        offers = self.findings.offers[:MOST_OFFERS]
        readout = self.findings.readout
        if not offers or readout is None:
            return
        yield Heading(2, (Text("What the readout tells"),), "carried")
        items = []
        for offer in offers:
            shows = " or ".join(sorted(map(show_words, offer.true_for)))
            said = words(offer.statement, self.unit.letters)
            items.append((Paragraph(self._maths(f"{readout.text} is {shows} exactly when {said}.")),))
        yield Items(tuple(items))

    # -- proof ---

    def _unrounded(self, unrounded: Unrounded) -> str:
        cover = unrounded.analyst.cover
        shown = f"Computed exactly and read off as {_text(unrounded)}, the unit"
        if unrounded.same is False:
            assert unrounded.differs_after is not None
            return f"{shown} shows something else first after {input_words(unrounded.differs_after, self.unit.letters)}."
        if unrounded.same is None and cover is None:
            return (f"{shown} shows the same after every input of up to {unrounded.tried} letters. For longer ones nothing is proved: "
                    "no boxes were found that its steps stay within.")
        if unrounded.same is None:
            length = length_words(unrounded.tried)
            return (f"{shown} is the same machine for every input of up to {length} letters. That is proved; for longer ones nothing "
                    f"is, since {_LEAKS}.")
        if cover is None:
            return f"{shown} is the same machine. That is proved: every state that it can reach was visited."
        count, moves = len(cover.nodes), len(cover.nodes) * len(self.unit.letters)
        return (f"{shown} is the same machine. That is proved: {count} boxes hold every state that it can reach, and each of the "
                f"{moves} moves stays within them.")

    def _proof(self) -> Iterator[Block]:
        cover = self.findings.analyst.cover
        if self.findings.machine is None or cover is None:
            return
        yield Heading(2, (Text("Proof"),), "proof")
        count = len(cover.nodes)
        if cover.exact:
            said = (f"Every state that any input can reach was visited: there are {count}, and every input leads from one of them to "
                    "one of them. States from which no input shows a difference were put together.")
            if count == 1:
                said = "Every state that any input can reach was visited: there is one, and every input leads back to it."
        elif (length := self.findings.analyst.length) is not None:
            said = (f"{count} boxes hold every state that inputs of up to {length_words(length)} letters lead to, and in each of them "
                    "the readout is the same throughout. At every step a state may leave the core of its box by a hair; the "
                    "derivatives of the step bound how these add up. Boxes from which no input shows a difference were put together.")
        else:
            opened = "" if cover.bounded else ", some of them open to a side"
            said = (f"{count} boxes{opened} hold every state that can be reached: the start lies in one, and each input takes every "
                    "state of a box into one of them, where the readout is the same throughout. They were grown in "
                    f"{cover.rounds} rounds until that was so. Boxes from which no input shows a difference were put together.")
        yield Paragraph((Text(said),))
        states = self.findings.states[:MOST_ROWS]
        head: list[Inlines] = [(Text("State"),), *(self._maths(slot_name(slot)) for slot in self.unit.slots)]
        rows = []
        for state in states:
            for k, memory in enumerate(state.boxes[:BOXES_SHOWN]):
                more = " …" if k == BOXES_SHOWN - 1 and len(state.boxes) > BOXES_SHOWN else ""
                name: Inlines = (Emphasis((Text(state.name),), True),) if k == 0 else ()
                rows.append((name, *((Text(self._box(box) + more),) for box in memory)))
        yield Table(tuple(head), tuple(rows), "l" * len(head), "Where the unit's own state lies")

    def _box(self, box: Box) -> str:
        return box_words(box, max(self.places, 6))


def _text(unrounded: Unrounded) -> str:
    return written(unrounded.readout.item, unrounded.analyst.unit.letters)


def _claims(analysis: Analysis) -> Iterator[Block]:
    """What was expected and what is asked, each with its verdict."""
    vocabulary = analysis.problem.vocabulary
    if analysis.expected is not None:
        yield Heading(2, (Text("Expected"),), "expected")
        yield Items((tuple(claim_blocks(analysis.expected, vocabulary)),), tight=False)
    if analysis.answers:
        yield Heading(2, (Text("Claims"),), "claims")
    for answer in analysis.answers:
        yield Paragraph((Emphasis((Text("Q" + number_of(answer.posed)[1:] + "."),), True),))
        options: Sequence[Option | InputOption] = answer.options
        yield Items(tuple(tuple(claim_blocks(option, vocabulary)) for option in options), start=1, tight=False)
