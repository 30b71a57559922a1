"""The sentences of feedback: why a line has its mark, what to do about it, the summary of a piece of work.

In comes checked work, out go words. They never tell a value of the derivation; what they tell are the student's own numbers, the
problem's data and the cell's equations.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice

from symlstm.arithmetic import value as values_of
from symlstm.checking.checking import Checked, Marked
from symlstm.checking.fitting import Difference
from symlstm.checking.judgement import Judgement, Verdict
from symlstm.checking.numerals import Written, literal
from symlstm.checking.work import Member
from symlstm.derivation.evaluate import component
from symlstm.derivation.ladder import Ladders
from symlstm.derivation.values import Nested, exact_texts, value_at
from symlstm.errors import Source
from symlstm.model.problem import symbol
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Chain,
    Expr,
    Hadamard,
    Listing,
    Matrix,
    Negative,
    Numeral,
    Product,
    Quotient,
    Running,
    Sum,
    Symbol,
    rebuild,
)
from symlstm.notation.typeset import formula, plain
from symlstm.presentation.words import listed

LONGEST = 160
"""Characters of a student's own text that are quoted in a sentence."""
_MOST_LOOKED_AT = 50
"""Numbers of one place that are looked at for what a line contradicts or was computed with."""


class Lines:
    """Where the lines of a text begin, so that a place is found without counting anew."""

    def __init__(self, source: Source) -> None:
        self.texts = source.text.split("\n")
        self.starts = [0]
        for text in self.texts[:-1]:
            self.starts.append(self.starts[-1] + len(text) + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def written(tree: Expr) -> str:
    """A tree as one line of text, its columns as lists.

    >>> one = Numeral("0.40", Fraction(2, 5))
    >>> written(Hadamard((Matrix(((one,), (one,))), one), ("⊙",)))
    '[0.40, 0.40] ⊙ 0.40'
    """
    return plain(formula(_flat(tree)))


def _flat(tree: Expr) -> Expr:
    tree = rebuild(tree, _flat)
    if isinstance(tree, Matrix) and tree.rows and all(len(row) == 1 for row in tree.rows):
        return Listing(tuple(row[0] for row in tree.rows))
    if isinstance(tree, Matrix):
        return Listing(tuple(Listing(row) for row in tree.rows)) if len(tree.rows) > 1 else Listing(tree.rows[0])
    return replace(tree, bracket="[") if isinstance(tree, Listing) else tree


def quoted(text: str) -> str:
    """A student's text on one line, cut where it is long."""
    text = " ".join(text[: 2 * LONGEST].split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def reading(member: Member) -> str:
    """A member as it was read, with what it is about: `f_1 = [0.822, 0.900]`."""
    if member.tree is None:
        return quoted(member.text)
    head = left(member)
    if head is None:
        return quoted(written(member.tree))
    return quoted(plain(formula(Chain((_flat(head), _flat(member.tree)), (relation(member),)))))


def left(member: Member) -> Expr | None:
    """The left side of the chain that a member belongs to; None where there is none."""
    place = member.place
    if place is None:
        return member.head
    return Symbol(place.name, Running(), place.entry) if place.time is None else symbol(place)


def relation(member: Member) -> str:
    """What joins a member to the one before: `=`, `≈` or `→`."""
    return member.relation if member.relation in ("=", "≈", "→") else "="


def points(number: Fraction) -> str:
    """Points as text.

    >>> points(Fraction(5)), points(Fraction(5, 2)), points(Fraction(1, 3))
    ('5', '2.5', '1/3')
    """
    tenths = number * 100
    return f"{float(number):g}" if tenths.denominator == 1 else str(number)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "slip"), counted(2, "slip")
    ('1 slip', '2 slips')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def summary(checked: Checked) -> str:
    """One line: how many lines have which mark, and the points."""
    said = [j for j in checked.judgements if j.verdict != "other"]
    if not said:
        return "Nothing in this work says anything about the problem's values, so there is nothing to check."
    count = {v: sum(j.verdict == v for j in said) for v in ("right", "rounding", "follows", "unreadable")}
    slips = [j for j in said if j.verdict == "slip"]
    harmful = sum(j.changes is not False for j in slips)
    bare = all(j.member.tree is not None and not j.member.working and j.member.before is None and literal(j.member.tree) for j in said)
    if count["right"] == len(said):
        parts = [f"{'the value agrees' if bare else 'it is right'}" if len(said) == 1 else "all agree" if bare else "all right"]
    else:
        parts = [f"{count['right']} of {len(said)} agree" if bare else f"{count['right']} right"]
    if harmful:
        parts.append(counted(harmful, "slip"))
    if len(slips) > harmful:
        parts.append(counted(len(slips) - harmful, "harmless slip", "harmless slips"))
    if count["follows"]:
        what = ("it" if len(slips) == 1 or harmful == 1 else "them") if slips else "other rounding"
        parts.append(f"{count['follows']} follow{'s' if count['follows'] == 1 else ''} from {what}")
    if count["rounding"]:
        parts.append(f"{count['rounding']} rounded another way than asked")
    if count["unreadable"]:
        parts.append(f"{count['unreadable']} unreadable")
    text = f"{counted(len(said), 'value' if bare else 'line')}: {', '.join(parts)}"
    score = checked.score
    if score.possible:
        text += f"; {points(score.earned)} of {points(score.possible)} point{'s' if score.possible != 1 else ''}"
    return text + "."


def readings_used(checked: Checked) -> str:
    """Which reading of what the problem leaves open the work used; empty where it is the solution's own."""
    used = list(dict.fromkeys(j.open_rule for j in checked.judgements if j.open_rule))
    if not used:
        return ""
    return f"The problem leaves a convention open; read as in your work ({'; '.join(used)}), these lines are right as well."


@dataclass(frozen=True, slots=True)
class _Said:
    """A number of the student's for one entry of a place, and where."""

    line: int
    number: Written
    judgement: Judgement


class Reasons:
    """Why each judgement is what it is, and what to do."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.lines = Lines(checked.work.source)
        self._marked = {id(j): marked for marked in checked.marked for j in marked.judgements}
        self._order = {id(j): k for k, j in enumerate(checked.judgements)}
        self._texts: dict[int, str] = {}
        # What was stated for each place, in order: looked at backwards, and never all of it.
        self._stated: dict[tuple[int, Place], list[Judgement]] = {}
        for marked in checked.marked:
            for j in marked.judgements:
                if j.member.place is not None and j.member.tree is not None and literal(j.member.tree) is not None:
                    self._stated.setdefault((id(marked), j.member.place.whole), []).append(j)

    def _before_it(self, judgement: Judgement, place: Place) -> Iterator[Judgement]:
        """The numbers stated for a place or its entries before a line, the last first."""
        stated = self._stated.get((id(self.marked(judgement)), place.whole), [])
        mine = self._order[id(judgement)]
        end = bisect_left(stated, mine, key=lambda j: self._order[id(j)])
        yield from islice(reversed(stated[max(0, end - _MOST_LOOKED_AT) : end]), _MOST_LOOKED_AT)

    def line(self, judgement: Judgement) -> int:
        """The line of the work that a judgement is about."""
        return self.lines.place(judgement.member.offset)[0]

    def marked(self, judgement: Judgement) -> Marked:
        """The part of the work that a judgement belongs to."""
        return self._marked[id(judgement)]

    def question(self, judgement: Judgement) -> int | None:
        """The question that a line is about: the one that the work names, or else the one that asks for its place."""
        member = judgement.member
        if member.question is not None or member.place is None:
            return member.question
        for posed in self.marked(judgement).posed:
            for place in posed.places:
                if place.name == member.place.name and place.time in (None, member.place.time):
                    return posed.question.number
        return None

    def reason(self, judgement: Judgement) -> str:
        """Why, in a sentence without its full stop; empty where nothing needs saying."""
        key = id(judgement)
        if key not in self._texts:
            self._texts[key] = "; ".join(filter(None, (self._reason(judgement), judgement.member.taken)))
        return self._texts[key]

    def _reason(self, judgement: Judgement) -> str:
        match judgement.verdict:
            case "unreadable":
                return judgement.member.message or "this can't be read"
            case "right":
                return f"right where {judgement.open_rule}, which the problem leaves open" if judgement.open_rule else ""
            case "rounding":
                return self._rounding(judgement)
            case "follows":
                return self._follows(judgement)
            case "slip":
                return self._slip(judgement)
            case "other":
                return ""

    # -- rounding ---

    def _rounding(self, judgement: Judgement) -> str:
        member = judgement.member
        if judgement.rule:
            return f"right but for the rounding: {judgement.rule}"
        place, run = member.place, self.marked(judgement).run
        numbers = literal(member.tree) if member.tree is not None else None
        if numbers is None:
            short = [d for d in judgement.differences if d.kind == "rounding"]
            if short:
                return f"{_found(short[0])} has fewer digits than {self._belongs(short[0], judgement)}"
            return "right but for the rounding"
        places = run.convention.places(str(place.name)) if place is not None else None
        if places is not None and place is not None:
            wanted = "the nearest integer" if places == 0 else counted(places, "decimal")
            most = max((n.decimals or 0 for n in numbers), default=0)
            how = "this isn't rounded" if most > places else "this has fewer" if most < places else "this is rounded from other digits"
            return f"the problem rounds {place.name} to {wanted}; {how}"
        return f"right, but with too few digits: write {counted(run.convention.show, 'decimal')}"

    # -- what follows ---

    def _follows(self, judgement: Judgement) -> str:
        causes = self.causes(judgement)
        if causes:
            named = [f"{place} ({self._where(line, judgement)})" for place, line in causes]
            return f"follows from your {listed(named)}"
        if judgement.value == "wrong":
            before = self._before(judgement)
            line = self.lines.place(before.offset)[0] if before is not None else 0
            return f"follows from {self._where(line, judgement)}" if before is not None else "follows from the line before"
        return "follows from your own numbers above"

    def causes(self, judgement: Judgement) -> list[tuple[Place, int]]:
        """The student's own values that this line was computed with and that the derivation doesn't have, each with its line."""
        place, base = judgement.member.place, judgement.base
        if place is None or place.time is None or base is None:
            return []
        annotated = base.annotated(place.whole)
        if annotated is None:
            return []
        reads = dict.fromkeys(p.whole for s in symbols_in(annotated.tree) if (p := annotated.operand(s)) is not None)
        found: dict[Place, Judgement | None] = {}
        for read in reads:
            for other in self._before_it(judgement, read):
                about = other.member.place
                if about is not None and about not in found:
                    found[about] = other if other.value not in ("right", None) else None
        return [(about, self.line(other)) for about, other in found.items() if other is not None]

    # -- slips ---

    def _slip(self, judgement: Judgement) -> str:
        if judgement.member.kind == "length":
            return judgement.member.message
        if judgement.shapes:
            return judgement.shapes
        text = self._contradicted(judgement) or self._broken(judgement) or self._different(judgement) or self._unexplained(judgement)
        if judgement.step == "broken" and judgement.value == "rounding" and judgement.rule:
            # The rules are worded in the plural: `unrounded values carried on`.
            verb = "gives" if judgement.rule.startswith("a ") else "give"
            text += f" (though {judgement.rule} {verb} it)"
        elif judgement.step == "broken" and judgement.value == "right":
            text += " (though the value itself is right)"
        return text

    def _numbers(self, judgement: Judgement) -> tuple[Written, ...]:
        tree = judgement.member.tree
        return literal(tree) or () if tree is not None else ()

    def _entry(self, judgement: Judgement, k: int) -> str:
        return f"entry {k}: " if len(self._numbers(judgement)) > 1 else ""

    def _earlier(self, judgement: Judgement) -> Iterator[tuple[int, Written, _Said]]:
        """For each wrong entry, what the student wrote for it before with other digits, the last first."""
        place = judgement.member.place
        if place is None:
            return
        numbers = self._numbers(judgement)
        before = [j for j in self._before_it(judgement, place) if j.member.place == place]
        for k, number in enumerate(numbers, 1):
            if len(judgement.entries) >= k and judgement.entries[k - 1] != "wrong":
                continue
            for other in before:
                theirs = self._numbers(other)
                if len(theirs) != len(numbers) or other.value in (None, "wrong"):
                    continue
                said = theirs[k - 1]
                if abs(said.value - number.value) > max(said.half_unit, number.half_unit):
                    yield k, number, _Said(self.line(other), said, other)
                    break

    def _contradicted(self, judgement: Judgement) -> str:
        if judgement.value != "wrong":
            return ""
        for k, number, said in self._earlier(judgement):
            same = said.line == self.line(judgement)
            where = "the same line, just before," if same else f"line {said.line}"
            return f"{self._entry(judgement, k)}{_number(number)}, but {where} has {_number(said.number)}"
        return ""

    def _before(self, judgement: Judgement) -> Member | None:
        index = judgement.member.before
        return self.checked.work.members[index] if index is not None else None

    def _broken(self, judgement: Judgement) -> str:
        """`0.4·0.2279 isn't 0.0916`: the arithmetic of the step that doesn't hold, at the entry where it doesn't."""
        member = judgement.member
        before = self._before(judgement)
        start = before.tree if before is not None else member.head
        if judgement.step != "broken" or start is None or member.tree is None:
            return ""
        differing = [d for d in judgement.differences if d.kind in ("operand", "symbol", "sign", "function", "order", "elementwise")]
        if differing and literal(member.tree) is None:
            return ""
        numbers = self._numbers(judgement)
        if len(numbers) > 1:
            k = judgement.broken
            part = entry_of(start, k, len(numbers)) if k is not None else None
            if k is not None and part is not None:
                return f"{written(part)} isn't {_number(numbers[k - 1])}"
        return f"{quoted(written(start))} isn't {quoted(written(member.tree))}"

    def _different(self, judgement: Judgement) -> str:
        for difference in sorted(judgement.differences, key=lambda d: d.kind == "rounding"):
            if difference.kind == "own":
                continue
            text = self._difference(difference, judgement)
            if text:
                entry = f"entry {difference.entry}: " if difference.entry else ""
                return entry + text
        return ""

    def _difference(self, d: Difference, judgement: Judgement) -> str:
        found = _found(d)
        part = written(d.part) if d.part is not None else ""
        match d.kind:
            case "own":
                return ""
            case "operand":
                return f"{found} stands where {self._belongs(d, judgement)}"
            case "result" | "symbol":
                return f"{found} stands where {part} belongs"
            case "rounding":
                return f"{found} has fewer digits than {self._belongs(d, judgement)}"
            case "function":
                return f"{_function(d.found)} stands where the equation has {_function(d.part)}"
            case "sign":
                return f"{part or found} has the other sign in the equation"
            case "missing":
                return f"{part} is missing"
            case "extra":
                return f"{found} isn't in the equation"
            case "order":
                return f"the equation stacks these the other way: {part}"
            case "elementwise":
                return f"{part} is a matrix product, not one entry by entry"

    def _belongs(self, d: Difference, judgement: Judgement) -> str:
        """What should stand there: a place or parameter, with its value where that is data or the student's own."""
        run = self.marked(judgement).run
        part = d.part
        if d.kind == "rounding":
            return str(d.place) if d.place is not None else written(part) if part is not None else "the number it stands for"
        if d.place is not None:
            return f"{d.place} belongs" + self._known(d.place, d.entry, judgement)
        if isinstance(part, Symbol) and part.name in run.parameters:
            given = run.parameters[part.name]
            value = given.tree if part.entry is None else None
            return f"{part.name} belongs" + (f", which is {quoted(written(value))}" if value is not None else "")
        return f"{written(part)} belongs" if part is not None else "another number belongs"

    def _known(self, place: Place, entry: int | None, judgement: Judgement) -> str:
        run = self.marked(judgement).run
        assert place.time is not None
        given = run.timed.get((place.name, place.time))
        if given is not None:
            value = given.value if entry is None else component(given.value, entry)
            return f", which the problem gives as {_data(value)}"
        for other in self._before_it(judgement, place):
            numbers = self._numbers(other)
            if numbers:
                number = numbers[entry - 1] if entry is not None and len(numbers) >= entry else None
                text = _number(number) if number is not None else ", ".join(map(_number, numbers))
                text = f"[{text}]" if number is None and len(numbers) > 1 else text
                return f"; {self._where(self.line(other), judgement)} has {text}"
        return ""

    def _where(self, line: int, judgement: Judgement) -> str:
        return "the same line" if line == self.line(judgement) else f"line {line}"

    def _unexplained(self, judgement: Judgement) -> str:
        member = judgement.member
        if literal(member.tree) is None if member.tree is not None else True:
            return "this isn't what the equation says"
        wrong = [k for k, e in enumerate(judgement.entries, 1) if e == "wrong"]
        numbers = self._numbers(judgement)
        which, what = "", written(member.tree) if member.tree is not None else "this"
        if len(numbers) > 1 and wrong and len(numbers) >= wrong[-1]:
            which = f"entr{'y' if len(wrong) == 1 else 'ies'} {listed([str(k) for k in wrong])}: "
            what = listed([_number(numbers[k - 1]) for k in wrong])
        verb = "isn't" if len(wrong) < 2 or not which else "aren't"
        own = ", with the problem's values or with your own" if self.causes(judgement) else ""
        return f"{which}{quoted(what)} {verb} {member.place or 'this place'} by any rule of rounding{own}"

    # -- what to do ---

    def hint(self, judgement: Judgement) -> str:
        """What to do about a slip, without the value."""
        member = judgement.member
        if member.kind == "length":
            return "Count the steps: one value for each."
        if judgement.shapes:
            return "Write out every vector with all its entries and count them before multiplying."
        if judgement.value == "wrong":
            for _, _, said in self._earlier(judgement):
                if self.line(judgement) == said.line:
                    return "Compare the two and copy the digits again; then redo what uses them."
                return f"Compare with line {said.line} and copy the digits again; then redo what uses them."
        if judgement.step == "broken" and not (judgement.differences and not self._numbers(judgement)):
            return "Work this step out again, digit by digit, with the numbers that you wrote."
        kinds = {d.kind for d in judgement.differences}
        if "operand" in kinds and not kinds & {"function", "missing", "extra", "sign"}:
            return "Put in the numbers again, each from the line or the datum that it stands for."
        equation = self._equation(judgement)
        if not equation:
            return "Write out the line before this one."
        if literal(member.tree) is not None if member.tree is not None else False:
            return f"Write out the line before it: put the numbers into {equation}."
        return f"Compare with the problem: {equation}."

    def _equation(self, judgement: Judgement) -> str:
        place = judgement.member.place
        cell = self.marked(judgement).run.cell
        equation = cell.by_name.get(place.name) if place is not None else None
        if equation is None:
            return ""
        text = plain(formula(Chain((Symbol(equation.left, Running()), _flat(equation.right)), ("=",))))
        return text if len(text) <= LONGEST else f"the equation of {equation.left}"

    @cached_property
    def remarks(self) -> list[Judgement]:
        """What changes no answer: slips that change nothing, and other roundings."""
        first = self.checked.first_slip
        return [j for j in self.checked.judgements if j is not first and (
            (j.verdict == "slip" and j.changes is False) or j.verdict == "rounding")]


def entry_of(tree: Expr, k: int, size: int) -> Expr | None:
    """Entry k (from 1) of an expression of numbers that works entry by entry, with plain products; None where it doesn't."""
    match tree:
        case Numeral():
            return tree
        case Listing(items=items) if len(items) == size:
            return items[k - 1]
        case Matrix(rows=rows) if len(rows) == size and all(len(row) == 1 for row in rows):
            return rows[k - 1][0]
        case Hadamard(factors=factors) | Product(factors=factors):
            wide = sum(isinstance(f, Listing | Matrix) for f in factors)
            if isinstance(tree, Product) and wide > 1:
                return None
            parts = [entry_of(f, k, size) for f in factors]
            if any(p is None for p in parts):
                return None
            return Product(tuple(p for p in parts if p is not None), ("·",) * (len(parts) - 1))
        case Sum() | Negative() | Apply() | Quotient():
            failed = False

            def part(inner: Expr) -> Expr:
                nonlocal failed
                found = entry_of(inner, k, size)
                failed = failed or found is None
                return inner if found is None else found

            out = rebuild(tree, part)
            return None if failed else out
        case _:
            return None


def _number(number: Written) -> str:
    return number.text.replace("-", "−")


def _found(d: Difference) -> str:
    if d.found is None:
        return "this"
    numbers = literal(d.found)
    if numbers is not None and d.entry is not None and len(numbers) >= d.entry:
        return _number(numbers[d.entry - 1])
    return quoted(written(d.found))


def _function(tree: Expr | None) -> str:
    return tree.function if isinstance(tree, Apply) else quoted(written(tree)) if tree is not None else "another function"


def _data(value: values_of.Value) -> str:
    texts = exact_texts(value)
    return texts.replace("-", "−") if isinstance(texts, str) else str(texts).replace("'", "").replace("-", "−")


VERDICT_WORDS: dict[Verdict, tuple[str, str]] = {
    "right": ("✓", "right"), "rounding": ("≈", "rounding"), "follows": ("↪", "follows"), "slip": ("✗", "slip"),
    "unreadable": ("?", "unreadable"), "other": ("·", "other"),
}
"""The mark of each verdict and its word."""

WEIGHT: Sequence[Verdict] = ("other", "right", "follows", "rounding", "unreadable", "slip")
"""Verdicts from the lightest to the one that a whole line takes."""


class Expected:
    """What the derivation has at the places of a piece of work, printed; made only where it is to be revealed."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self._ladders: dict[int, Ladders] = {}

    def texts(self, judgement: Judgement, marked: Marked) -> Nested | None:
        """The digits of what a line's place has; None where the line is about none."""
        place = judgement.member.place
        if place is None or place.time is None or judgement.expected is None:
            return None
        ladders = self._ladders.get(id(marked))
        if ladders is None:
            ladders = self._ladders[id(marked)] = Ladders(marked.judge.base.trace)
        return value_at(ladders, place).printed

    def sentence(self, judgement: Judgement, marked: Marked) -> str:
        """What a line's place should be, as a sentence; empty where there is nothing to tell."""
        texts = self.texts(judgement, marked)
        if texts is None:
            return ""
        shown = str(texts).replace("'", "").replace("-", "−")
        return f"{judgement.member.place} should be {shown}."
