"""A solution as a document: the problem, what nobody declared, the system, the steps, the trace, the answers, the bounds.

In comes a `Solution`, out goes a `Document` whose steps are made as they are read, so that a run of ten thousand steps is never
held whole. Which rungs are shown depends on the detail; no number is rounded here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

from symlstm.analysis.answers import Answer, CarriedAnswer, ClaimsAnswer, CommentAnswer, FindAnswer, SimplifyAnswer, StateAnswer
from symlstm.analysis.simplify.system import SimplifiedEquation, System
from symlstm.derivation.ladder import Ladder, Rung
from symlstm.derivation.orientation import with_leading_zeros
from symlstm.derivation.work import Work
from symlstm.document.blocks import (
    Aside,
    Block,
    Code,
    Display,
    Document,
    Emphasis,
    Fold,
    Heading,
    Inlines,
    Items,
    Line,
    Maths,
    Paragraph,
    Table,
    Text,
)
from symlstm.model.convention_words import sentence
from symlstm.model.problem import Posed
from symlstm.model.question import CarriedQuestion, ClaimsQuestion
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import (
    Apply,
    Chain,
    Digits,
    Expr,
    Held,
    Hole,
    Name,
    Negative,
    Numeral,
    Quotient,
    Running,
    Series,
    Shown,
    Sum,
    Symbol,
    rebuild,
)
from symlstm.notation.typeset import Formula, Template, formula
from symlstm.presentation.sums import Sums
from symlstm.presentation.words import asked, listed, name_of, notes, number_of, reason, simplify_reason, with_symbols

if TYPE_CHECKING:
    from symlstm.pipelines import Detail, Part, Solution


def document(solution: Solution, detail: Detail, steps: range | None, *, figures: bool = True) -> Document:
    """The document of a solution. `steps` limits the steps that are shown; `figures` says whether they are drawn too, which adds
    nothing that the equations and the table don't say."""
    drawn = figures and detail != "brief"
    return Document(solution.problem.title, _blocks(solution, detail, steps, drawn), drawn)


def _blocks(solution: Solution, detail: Detail, steps: range | None, drawn: bool) -> Iterator[Block]:
    yield from _notes(solution)
    if solution.problem.body:
        yield Heading(2, (Text("Problem"),), "problem")
        yield from _statement(solution)
    if drawn:
        from symlstm.presentation.figures.cell import cell_figure

        cell = cell_figure(solution.problem.cell, solution.problem.vocabulary.running)
        yield from () if cell is None else (cell,)
    yield Heading(2, (Text("Solution"),), "solution")
    yield Paragraph((Emphasis((Text("Convention."),), True), Text(" " + sentence(solution.problem.convention))))
    systems_shown: list[tuple[SimplifiedEquation, ...]] = []
    for part in solution.parts:
        yield from _Worked(solution, part, detail, steps, drawn, systems_shown).blocks()


def _notes(solution: Solution) -> Iterator[Block]:
    said = notes((part.posed, part.work.run, part.splits) for part in solution.parts)
    if said:
        yield Aside("warning", tuple(map(Paragraph, said)))
    for answer in solution.answers:
        if isinstance(answer, ClaimsAnswer | CarriedAnswer) and answer.tied:
            yield Aside("warning", (Paragraph((
                Text(f"Nobody declared how ties are rounded, and it decides {number_of(answer.posed)}: with "),
                Code(f"ties: {answer.tied}"), Text(" the answer would be another."))),))
        if isinstance(answer, StateAnswer | ClaimsAnswer | CarriedAnswer):
            from symlstm.presentation.answers import disagreements

            yield from disagreements(answer, solution.problem.vocabulary)
        if isinstance(answer, FindAnswer) and answer.disagreements:
            for place, written in answer.disagreements:
                value = str(answer.values[place])
                yield Aside("warning", (Paragraph((
                    Text(f"The answer given for question {answer.posed.question.number} is wrong at "), *name_of(place),
                    Text(f": it says {written}, the derivation gives {value}.".replace("-", "−")),
                )),))


def _statement(solution: Solution) -> Iterator[Block]:
    posed = {p.question.number: p for part in solution.parts for p in part.posed}
    for block in solution.problem.body:
        if isinstance(block, int):
            yield from question_blocks(posed[block], solution.problem.vocabulary)
        else:
            yield block


def question_blocks(posed: Posed, vocabulary: Vocabulary) -> Iterator[Block]:
    """A question as it stands in the statement: its number or label, the sentence, and the options where it has some."""
    question = posed.question
    yield Paragraph((Emphasis((Text(title_of(posed) + "."),), True), Text(" "), *asked(posed, vocabulary)))
    if isinstance(question, ClaimsQuestion | CarriedQuestion):
        from symlstm.presentation.answers import option_inlines

        yield Items(tuple((Paragraph(option_inlines(claim.text, posed.run, vocabulary)),) for claim in question.claims), start=1)


def title_of(posed: Posed) -> str:
    """`Question 2`, with its label where it has one."""
    return "Q" + number_of(posed)[1:]


def anchor_prefix(solution: Solution, part: Part) -> str:
    """What stands in front of a part's anchors, where a solution has several parts."""
    return f"q{part.posed[0].question.number}-" if len(solution.parts) > 1 and part.posed else ""


class _Worked:
    """The blocks of one part: the data, its steps, its answers."""

    def __init__(
        self, solution: Solution, part: Part, detail: Detail, steps: range | None, drawn: bool,
        systems_shown: list[tuple[SimplifiedEquation, ...]],
    ) -> None:
        self.systems_shown = systems_shown
        self.solution = solution
        self.part = part
        self.detail = detail
        self.only = steps
        self.drawn = drawn
        self.several = len(solution.parts) > 1
        self.prefix = anchor_prefix(solution, part)
        self._expanded: dict[int, Template | None] = {}
        self._sums = Sums()

    def blocks(self) -> Iterator[Block]:
        part = self.part
        if self.several and part.posed:
            yield Heading(3, (Text(listed([title_of(posed) for posed in part.posed])),))
        if part.work.run.convention != self.solution.problem.convention:
            own = sentence(part.work.run.convention)
            yield Paragraph((Emphasis((Text("Convention here."),), True), Text(" " + own)))
        system = self.shown_system
        asked_for = any(posed.question.kind == "simplify" for posed in part.posed)
        if system is not None and not asked_for and system.equations not in self.systems_shown:
            yield Heading(3 + self.several, (Text("What holds at every step"),))
            yield from self._system(system)
        if system is not None:
            self.systems_shown.append(system.equations)
        derived = any(True for _ in part.work.trace.places())
        if derived and self.detail != "brief":
            yield Heading(3 + self.several, (Text("Step by step"),), self.prefix + "steps")
            yield from self._steps()
        if derived:
            yield Heading(3 + self.several, (Text("Trace"),), self.prefix + "trace")
            yield self._trace()
        if derived and self.drawn:
            yield from self._figures()
        for answer in self.solution.answers:
            if any(answer.posed is posed for posed in part.posed):
                yield from self._answer(answer)
        if derived and self.detail != "brief":
            yield from self._bounds()

    @cached_property
    def shown_system(self) -> System | None:
        """The simplified system, where simplifying changes anything or is asked for."""
        simplify_asked = any(posed.question.kind == "simplify" for posed in self.part.posed)
        if len(self.part.work.run.steps) > 400 and not simplify_asked:
            # A second derivation of a long run would cost more than shorter lines are worth.
            return None
        system = self.part.system
        return system if system.changed or simplify_asked else None

    @cached_property
    def shown_work(self) -> Work:
        """What the steps show: the run on the simplified equations, which carries the same values."""
        return self.part.work if self.shown_system is None or self.detail == "full" else self._system_work

    @cached_property
    def _system_work(self) -> Work:
        """The run on the simplified equations."""
        return Work(replace(self.part.work.run, cell=self.part.system.cell))

    # -- steps ---

    def _steps(self) -> Iterator[Block]:
        work = self.shown_work
        constants = self._constants()
        columns = list(work.trace.computed.items())
        head: _Head | None = None
        for time in work.run.steps:
            if self.only is not None and time not in self.only:
                continue
            names = [name for name, values in columns if time in values]
            lines: list[Line] = []
            for ladder in work.ladders.step([name for name in names if name not in constants] if constants else names, time):
                lines += self._full(ladder) if self.detail == "full" else [self._line(ladder)]
            if lines:
                if head is None or head.names != names:
                    head = _head(work, names, self.solution.problem.vocabulary.running)
                yield head.paragraph(work, time)
                yield Display(tuple(lines), f"step {time}")

    def _constants(self) -> frozenset[Name]:
        if self.shown_system is None or self.detail == "full":
            return frozenset()
        return frozenset(e.name for e in self.shown_system.equations if isinstance(e.tree, Numeral))

    def _line(self, ladder: Ladder) -> Line:
        links: list[tuple[str, Formula]] = []
        notes: list[str] = []
        for rung in ladder.rungs[1:] or ladder.rungs:
            rule, relation = rung.rule, rung.relation
            if rule == "integral":
                continue
            if rule == "zeros":
                # It stands in the place of the numbers before it, whose relation it takes on.
                relation, _ = links.pop()
            links.append((relation, rung.formula))
            if rule in _NOTED:
                notes.append(reason(rung))
        note: Inlines = (Text("; ".join(dict.fromkeys(notes))),) if notes else ()
        return Line(ladder.left, tuple(links), note, f"{self.prefix}{ladder.place}")

    def _full(self, ladder: Ladder) -> Iterator[Line]:
        left: Formula | None = ladder.left
        before: Rung | None = None
        for rung, after in zip(ladder.rungs, (*ladder.rungs[1:], None)):
            if rung.name == "activation" and rung.relation != "→" and before is not None:
                expanded = self._expand(before)
                if expanded is not None:
                    yield Line(None, (("=", expanded),), (Text("sigmoid written out"),))
            anchor = f"{self.prefix}{ladder.place}" if left is not None else ""
            yield Line(left, ((rung.relation, rung.formula),), (Text(reason(rung)),), anchor, (Text(rung.name),))
            if rung.name == "numbers" and (after is None or after.name != "numbers"):
                sums = self._sums.written_out(rung.formula)
                if sums is not None:
                    yield Line(None, (("=", sums),), (Text("each entry's sum written out"),))
            left, before = None, rung

    def _expand(self, rung: Rung) -> Formula | None:
        """σ(z) as 1/(1 + e^{-z}), where the rung shows a sigmoid."""
        template = rung.formula.template
        known = self._expanded.get(id(template), _MISSING)
        if known is _MISSING:
            tree = template.tree
            assert not isinstance(tree, Chain | Series)
            written = _written_out(tree)
            known = Template(written, template.rows) if written != tree else None
            self._expanded[id(template)] = known
        return Formula(known, rung.formula.numbers) if isinstance(known, Template) else None

    # -- system, answers, trace and bounds ---

    def _system(self, system: System) -> Iterator[Block]:
        """The simplified equations, and below them why each holds."""
        letter = self.solution.problem.vocabulary.running
        lines = []
        reasons: list[tuple[Block, ...]] = []
        for equation in system.equations:
            left = formula(Symbol(equation.name, Running(0, letter)))
            lines.append(Line(left, ((equation.relation, formula(self._right_side(equation))),)))
            if why := simplify_reason(equation, telling=True):
                reasons.append((Paragraph((Maths(left), *with_symbols(f": {why}.", self.solution.problem.vocabulary))),))
        yield Display(tuple(lines), "the simplified equations")
        if reasons:
            yield Items(tuple(reasons))

    def _right_side(self, equation: SimplifiedEquation) -> Expr:
        """The right side as the steps print it: the vectors that it spells out may stand as rows."""
        if self.part.work.ladders.stands_as_row(equation.name):
            return self._system_work.ladders.right_side(equation.name)
        return with_leading_zeros(equation.tree)

    def _answer(self, answer: Answer) -> Iterator[Block]:
        title: Inlines = (Emphasis((Text(f"Answer to {number_of(answer.posed)}."),), True), Text(" "))
        match answer:
            case FindAnswer(values=values, agrees=agrees):
                content: list[Inlines] = []
                for k, (place, value) in enumerate(values.items()):
                    if k >= 60:
                        content.append((Text("…"),))
                        break
                    rows = (1,) if self.part.work.ladders.stands_as_row(place.name) else ()
                    numbers = (Digits(str(place.time)), value.shown)
                    if place.rung:
                        named = _opening(name_of(place)) if not content else name_of(place)
                        content.append((*named, Text(" is "), Maths(Formula(Template(Hole(1, True), rows), numbers))))
                        continue
                    tree = Chain((Symbol(place.name, Held(0), place.entry), Hole(1, True)), ("=",))
                    content.append((Maths(Formula(Template(tree, rows), numbers)),))
                inlines = tuple(inline for k, item in enumerate(content) for inline in ((Text(", "),) if k else ()) + item)
                closing = {True: " This is the author's answer.", False: " This is not the author's answer.", None: ""}[agrees]
                yield Paragraph((*title, *inlines, Text("." + closing)))
            case SimplifyAnswer(system=system, cases=cases):
                yield Paragraph((*title, Text("The equations once the parameters are in:")))
                yield from self._system(system)
                if cases is not None:
                    from symlstm.presentation.case_table import case_blocks

                    yield from case_blocks(cases)
            case StateAnswer() | ClaimsAnswer() | CarriedAnswer() | CommentAnswer():
                from symlstm.presentation.answers import answer_blocks

                yield from answer_blocks(answer, title, self.solution.problem.vocabulary)
            case _:
                assert_never(answer)

    def _trace(self) -> Table:
        work = self.part.work
        trace, ladders = work.trace, work.ladders
        names = [*work.run.cell.inputs, *trace.programs]
        names = [name for name in names if any(trace.displayed(Place(name, time)) is not None for time in work.run.steps)]
        templates = [_ROW if ladders.stands_as_row(name) else _NUMBER for name in names]

        def rows() -> Iterator[tuple[Inlines, ...]]:
            for time, row in zip(work.run.steps, ladders.displayed_rows(names, work.run.steps)):
                start: Inlines = (Text(str(time).replace("-", "−")),)
                yield (start, *[() if shown is None else (Maths(Formula(template, (shown,))),)
                                for template, shown in zip(templates, row)])

        head: list[Inlines] = [(Maths(formula(Symbol(Name(self.solution.problem.vocabulary.running)))),)]
        letter = self.solution.problem.vocabulary.running
        head += [(Maths(formula(Symbol(name, Running(0, letter)))),) for name in names]
        return Table(tuple(head), rows(), "r" * len(head), "Every value, as printed")

    def _figures(self) -> Iterator[Block]:
        """The values drawn over time; in full also the network unrolled."""
        from symlstm.presentation.figures.trace import trace_figure
        from symlstm.presentation.figures.unrolled import unrolled_figure

        makers = (trace_figure, unrolled_figure) if self.detail == "full" else (trace_figure,)
        for make in makers:
            figure = make(self.part.work, self.solution.problem.vocabulary.running)
            if figure is not None:
                yield replace(figure, name=f"{self.prefix}{figure.name}")

    def _bounds(self) -> Iterator[Block]:
        """How far each convention moved a value, and how close each rounding was."""
        items: list[tuple[Block, ...]] = []
        work = self.part.work
        if work.run.convention.saturate is not None:
            seen: dict[str, list[Place]] = {}
            for place in work.trace.places():
                for rung in work.ladders.ladder(place).rungs:
                    if rung.rule in ("approximated", "agreed"):
                        seen.setdefault(reason(rung), []).append(place)
            for text, places in list(seen.items())[:12]:
                names = [inline for place in places[:6] for inline in (Text(", "), *name_of(place))][1:]
                more = ", …" if len(places) > 6 else ""
                items.append((Paragraph((*names, Text(f"{more}: {text}."))),))
        if work.run.convention.round and len(work.run.steps) <= 400:
            for place in work.trace.places():
                for rung in work.ladders.ladder(place).rungs:
                    if rung.rule in ("rounded", "tie"):
                        items.append((Paragraph((*name_of(place), Text(f": {reason(rung)}."))),))
        if not items:
            text = f"Every digit printed is certified by ball arithmetic with {work.trace.bits} bits."
            yield Paragraph((Emphasis((Text(text),)),))
            return
        yield Fold((Text("Error bounds and margins"),), (
            Paragraph((Text(f"Certified by ball arithmetic with {work.trace.bits} bits."),)), Items(tuple(items)),
        ))


@dataclass(frozen=True, slots=True)
class _Head:
    """`t = 5: x_5 = 0, h_4 = 1`, what a step starts from, for all steps that derive the same symbols."""

    names: list[Name]
    reads: tuple[tuple[Name, int], ...]
    """What such a step reads of the steps before and of the inputs, each with how many steps on it is."""
    template: Template
    letter: str

    def paragraph(self, work: Work, time: int) -> Block:
        """What the step at a time starts from."""
        opening = Emphasis((Text(f"{self.letter} = {time}".replace("-", "−")),), True)
        if not self.reads:
            return Paragraph((opening,))
        numbers: list[Shown] = []
        places = [(name, time + offset) for name, offset in self.reads]
        for (_, at), shown in zip(places, work.ladders.carried_shown(places)):
            numbers += (Digits(str(at)), shown)
        return Paragraph((opening, _COLON, Maths(Formula(self.template, numbers))))


def _opening(inlines: Inlines) -> Inlines:
    """The words with a capital letter."""
    first, *rest = inlines
    return (Text(first.text[:1].upper() + first.text[1:]), *rest) if isinstance(first, Text) else inlines


def _head(work: Work, names: list[Name], letter: str) -> _Head:
    operands = [operand for name in names for operand in work.trace.programs[name].operands]
    reads = tuple(dict.fromkeys((o.name, o.offset) for o in operands if o.offset < 0 or o.name in work.run.cell.inputs))
    items = [Chain((Symbol(name, Held(2 * k)), Hole(2 * k + 1, True)), ("=",)) for k, (name, _) in enumerate(reads)]
    rows = [2 * k + 1 for k, (name, _) in enumerate(reads) if work.ladders.stands_as_row(name)]
    return _Head(names, reads, Template(Series(tuple(items), (",",) * (len(items) - 1)) if items else Hole(0), rows), letter)


_COLON = Text(": ")
_MISSING = object()
_NUMBER = Template(Hole(0, True))
_ROW = Template(Hole(0, True), (0,))
_NOTED = frozenset({"exact-value", "approximated", "agreed", "rounded", "tie"})


def _written_out(tree: Expr) -> Expr:
    if isinstance(tree, Apply) and tree.function == "sigmoid":
        (argument,) = tree.arguments
        one = Numeral("1", Fraction(1))
        return Quotient(one, Sum(((1, one), (1, Apply("exp", (Negative(argument),))))))
    return rebuild(tree, _written_out)
