"""What a value means in words: how much a gate keeps, writes or shows, which way a state moves, which way a pre-activation pushes.

In come a place and the derivation, out go sentences. What a gate does is read off the equations (what it multiplies), what it is
called is the author's. A percentage is the rounding of the certified value; no float decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flint import fmpq

from symlstm.analysis.gates.words import digits
from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import Real, working_precision
from symlstm.arithmetic.value import Matrix, entries
from symlstm.derivation.derive import require
from symlstm.derivation.trace import Trace
from symlstm.derivation.work import Work
from symlstm.errors import DocumentError
from symlstm.model.cell import Cell
from symlstm.model.reader import places_of
from symlstm.model.yaml_text import Scalar
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Apply, Expr, Fixed, Hadamard, Name, Numeral, Product, Running, Sum, Symbol, children
from symlstm.notation.typeset import formula, plain

Role: TypeAlias = Literal["kept", "replaced", "written", "shown", "seen"]
_GATES = ("sigmoid", "hardsigmoid", "softmax")
_MOST_TOLD = 4
"""Entries that are told one by one; of more the least and the most are."""
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Comment:
    """A place and what its value means."""

    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What a gate does: its role, and the quantity of which it lets a share through, at an offset of time."""

    role: Role
    target: Name
    offset: int


_DOES: dict[Role, str] = {
    "kept": "of {what} is kept",
    "replaced": "of {what} is replaced by the candidate",
    "written": "of the candidate is written into {what}",
    "shown": "of {what} is shown",
    "seen": "of {what} goes into the candidate",
}
"""What happens to the share that a gate's value says."""

# A share x of 1, from the top: the first row that fits; `{p}` is the percentage.
_SIZES: tuple[tuple[Callable[[Real], bool], str], ...] = (
    (lambda x: bool(x == 0), "nothing"),
    (lambda x: bool(x == 1), "all"),
    (lambda x: bool(x < fmpq(1, 200)), "almost nothing"),
    (lambda x: bool(x > fmpq(199, 200)), "almost all"),
    (lambda x: True, "about {p} %"),
)

# A pre-activation z: where it pushes its function.
_PUSHES: tuple[tuple[Callable[[Real], bool], str, str], ...] = (
    (lambda z: bool(z == 0), "exactly 0, so the gate is half open", "exactly 0, so tanh is 0"),
    (lambda z: bool(z >= 4), "far above 0, so the gate is as good as open", "far above 0, so tanh is close to 1"),
    (lambda z: bool(z <= -4), "far below 0, so the gate is as good as shut", "far below 0, so tanh is close to −1"),
    (lambda z: bool(z > 0), "above 0, so the gate is more open than shut", "above 0, so tanh is positive"),
    (lambda z: True, "below 0, so the gate is more shut than open", "below 0, so tanh is negative"),
)


def comments(scalar: Scalar, work: Work, vocabulary: Vocabulary) -> tuple[Comment, ...]:
    """The sentences for a place, or for a symbol at every step. Raises `SymlstmError` where it has no value."""
    run = work.run
    (place,) = places_of((scalar,), vocabulary, run.source)
    times = [place.time] if place.time is not None else list(run.steps)[:_MOST_STEPS]
    if not times:
        raise DocumentError(f"{place} can't be computed: no step can be taken", run.source, scalar.pos)
    return tuple(_comment(Place(place.name, time, place.entry, place.rung), work.trace, scalar.pos) for time in times)


def _comment(place: Place, trace: Trace, pos: int) -> Comment:
    value = require(trace, place, pos)
    assert place.time is not None
    if not place.rung and place.entry is None:
        value = trace.carried(place.name, place.time)
    if isinstance(value, Matrix):
        raise DocumentError(f"{place} is a matrix, which has no words", trace.run.source, pos)
    numbers = [(k if place.entry is None else place.entry, x) for k, x in enumerate(entries(value), 1)]
    cell = trace.run.cell
    with working_precision(trace.bits):
        if place.rung:
            words = _of_rung(place, numbers, cell)
        elif duty := duty_of(place.name, cell):
            words = _of_gate(place, numbers, duty, trace)
        else:
            words = _of_state(place, numbers, trace)
    return Comment(place, words)


# -- gates -----------------------------------------------------------------------------------------------------------------------


def duty_of(name: Name, cell: Cell) -> Duty | None:
    """What a gate does, by what it multiplies; None for a symbol that is no gate.

    >>> from symlstm.model.reader import cell_named
    >>> duty = duty_of(Name("z"), cell_named("gru")[0])
    >>> duty.role, str(duty.target), duty.offset
    ('kept', 'h', -1)
    """
    equation = cell.by_name.get(name)
    if equation is None or not _is_gate(equation.right, cell):
        return None
    found = [use for other in cell.equations for use in _uses(other.right, name, other.left, cell, False)]
    for role in ("kept", "replaced", "written", "shown", "seen"):
        for duty in found:
            if duty.role == role:
                return duty
    return None


def _is_gate(tree: Expr, cell: Cell) -> bool:
    """Whether a value lies between 0 and 1 by its outermost function, or is what another gate leaves of 1."""
    if isinstance(tree, Apply):
        return tree.function in _GATES
    other = _complement(tree)
    return other is not None and other in cell.by_name and _is_gate(cell.by_name[other].right, cell)


def _complement(tree: Expr) -> Name | None:
    """The symbol g of `1 - g`."""
    match tree:
        case Sum(terms=((1, Numeral(value=one)), (-1, Symbol(name=name, at=Running(offset=0))))) if one == 1:
            return name
        case _:
            return None


def _uses(tree: Expr, name: Name, left: Name, cell: Cell, inside: bool) -> Iterator[Duty]:
    """What a symbol, or what it leaves of 1, multiplies in an equation; `inside` a function that makes a candidate."""
    if isinstance(tree, Hadamard | Product):
        for factor in tree.factors:
            whole = isinstance(factor, Symbol) and factor.name == name and factor.at == Running(0)
            if not whole and _complement(factor) != name:
                continue
            others = [other for other in tree.factors if other is not factor]
            if (duty := _duty(others, whole, left, cell, inside)) is not None:
                yield duty
    for part in children(tree):
        yield from _uses(part, name, left, cell, inside or isinstance(tree, Apply))


def _duty(others: Sequence[Expr], whole: bool, left: Name, cell: Cell, inside: bool) -> Duty | None:
    earlier = next((s for other in others for s in _symbols(other) if isinstance(s.at, Running) and s.at.offset < 0), None)
    direct = next((o for o in others if isinstance(o, Symbol) and isinstance(o.at, Running)), None)
    if inside:
        return Duty("seen", earlier.name, -1) if whole and earlier is not None else None
    if isinstance(direct, Symbol) and isinstance(direct.at, Running) and direct.at.offset < 0 and direct.name == left:
        return Duty("kept" if whole else "replaced", left, direct.at.offset)
    if not whole:
        return None
    now = [s for other in others for s in _symbols(other) if s.at == Running(0) and s.name in cell.lags]
    if now:
        return Duty("shown", now[0].name, 0)
    return Duty("written", left, 0) if left in cell.lags else None


def _symbols(tree: Expr) -> Iterator[Symbol]:
    if isinstance(tree, Symbol):
        yield tree
    for part in children(tree):
        yield from _symbols(part)


def _of_gate(place: Place, numbers: Sequence[tuple[int, Real]], duty: Duty, trace: Trace) -> str:
    assert place.time is not None
    what = _named(duty.target, place.time + duty.offset, trace.run.cell)
    several = len(entries(trace.carried(place.name, place.time))) > 1
    shares = [(k, _share(x)) for k, x in numbers]
    subject = _capital(_named(place.name, place.time, trace.run.cell))
    if len({share for _, share in shares}) == 1 or len(shares) == 1:
        (k, share), *_ = shares
        one = f"entry {k} of {what}" if several and len(shares) == 1 else what
        told = f"{share} {_DOES[duty.role].format(what=one)}"
    elif len(shares) <= _MOST_TOLD:
        each = " and ".join([", ".join(f"{s} of entry {k}" for k, s in shares[:-1]), f"{shares[-1][1]} of entry {shares[-1][0]}"])
        told = _each_entry(each, duty.role, what)
    else:
        least = min(numbers, key=lambda pair: _units(pair[1]))
        most = max(numbers, key=lambda pair: _units(pair[1]))
        each = f"from {_share(least[1])} of entry {least[0]} to {_share(most[1])} of entry {most[0]}"
        told = _each_entry(each, duty.role, what)
    return f"{subject}: {told}{_summary(numbers, duty.role)}{_saturated(place, trace)}."


def _each_entry(each: str, role: Role, what: str) -> str:
    """The shares of several entries, and what happens to them."""
    tail = _DOES[role].format(what=what).removeprefix("of ")
    if role == "written":
        return f"{each} of the candidate is written into {what}"
    return f"{each} of {tail}"


def _units(x: Real) -> int:
    return int(decimals(x, 12).replace(".", ""))


def _share(x: Real) -> str:
    """How much of one, in words.

    >>> _share(fmpq(832, 1000)), _share(fmpq(0)), _share(fmpq(999, 1000))
    ('about 83 %', 'nothing', 'almost all')
    """
    words = next(words for fits, words in _SIZES if fits(x))
    return words.format(p=decimals(x * 100, 0)) if "{p}" in words else words


def _summary(numbers: Sequence[tuple[int, Real]], role: Role) -> str:
    """`, so most of it`, where that adds something."""
    plain_shares = all(_share(x).startswith("about") for _, x in numbers)
    if not plain_shares:
        return ""
    if all(bool(x > fmpq(1, 2)) for _, x in numbers):
        return ", so most of it is" if role != "seen" else ", so most of it does"
    if all(bool(x < fmpq(1, 2)) for _, x in numbers):
        return ", so less than half of it is" if role != "seen" else ", so less than half of it does"
    return ""


def _saturated(place: Place, trace: Trace) -> str:
    assert place.time is not None
    found = trace.step(place.name, place.time)
    if found is None:
        return " (its value is given)" if place.name in trace.run.cell.by_name else ""
    pairs = list(zip(entries(found.carried), entries(found.exact)))
    if place.entry is not None:
        pairs = pairs[place.entry - 1 : place.entry]
    if any(c is not e and isinstance(c, fmpq) and not isinstance(e, fmpq) and c in (0, 1) for c, e in pairs):
        return " (the gate is saturated: its exact value is " + " and ".join(_near(e) for _, e in pairs[:2]) + ")"
    return ""


def _near(x: Real) -> str:
    """How near to 0 or 1 a value is.

    >>> _near(fmpq(1, 1000))
    '0.001'
    """
    return digits(x, 6) if bool(x > fmpq(1, 10**6)) and bool(x < 1 - fmpq(1, 10**6)) else (
        "less than 0.000001" if bool(x < fmpq(1, 2)) else "more than 0.999999")


# -- states, candidates, pre-activations -----------------------------------------------------------------------------------------


def _of_state(place: Place, numbers: Sequence[tuple[int, Real]], trace: Trace) -> str:
    """Which way a state has moved, or what a candidate proposes."""
    assert place.time is not None
    cell = trace.run.cell
    subject = _capital(_named(place.name, place.time, cell))
    before = trace.given.get(place.name, {}).get(place.time - 1)
    if before is None and (step := trace.step(place.name, place.time - 1)) is not None:
        before = step.carried
    equation = cell.by_name.get(place.name)
    told: list[str] = []
    for k, x in numbers[:_MOST_TOLD]:
        where = f"entry {k} " if len(numbers) > 1 or place.entry is not None else ""
        if place.name in cell.lags and before is not None:
            told.append(f"{where}{_moved(entries(before)[(k - 1) % len(entries(before))], x)}")
        elif equation is not None and isinstance(equation.right, Apply) and equation.right.function == "tanh":
            told.append(f"{where}is {_signed(x)}, {_size(x)}")
        else:
            told.append(f"{where}is {_signed(x)}")
    more = f", and {len(numbers) - _MOST_TOLD} more entries" if len(numbers) > _MOST_TOLD else ""
    colon = "" if len(told) == 1 and told[0].startswith("is ") else ":"
    return f"{subject}{colon} {', '.join(told)}{more}."


def _moved(before: Real, now: Real) -> str:
    if bool(before == now):
        return f"stays {_signed(now)}"
    up = "rises" if bool(now > before) else "falls" if bool(now < before) else "goes"
    return f"{up} from {_signed(before)} to {_signed(now)}"


def _signed(x: Real) -> str:
    return digits(x).replace("-", "−")


def _size(x: Real) -> str:
    """How a value of tanh lies between −1 and 1."""
    if bool(x == 0):
        return "neither way"
    far = bool(x > fmpq(9, 10)) or bool(x < fmpq(-9, 10))
    near = bool(x < fmpq(1, 10)) and bool(x > fmpq(-1, 10))
    return f"{'almost all the way' if far else 'hardly' if near else 'part of the way'} towards {'1' if bool(x > 0) else '−1'}"


def _of_rung(place: Place, numbers: Sequence[tuple[int, Real]], cell: Cell) -> str:
    assert place.time is not None
    equation = cell.by_name[place.name]
    gate = _is_gate(equation.right, cell)
    subject = f"The {place.rung} of {_named(place.name, place.time, cell)}"
    told = []
    for k, x in numbers[:_MOST_TOLD]:
        where = f"entry {k} is " if len(numbers) > 1 else "it is "
        row = next(row for row in _PUSHES if row[0](x))
        pushed = f", {row[1] if gate else row[2]}" if place.rung == "pre-activation" and isinstance(equation.right, Apply) else ""
        told.append(f"{where}{_signed(x)}{pushed}")
    more = f"; and {len(numbers) - _MOST_TOLD} more entries" if len(numbers) > _MOST_TOLD else ""
    return f"{subject}: {'; '.join(told)}{more}."


def _named(name: Name, time: int, cell: Cell) -> str:
    """`the forget gate f_1`: what the author calls a symbol, with its place."""
    equation = cell.by_name.get(name)
    shown = plain(formula(Symbol(name, Fixed(time))))
    role = equation.role.strip() if equation is not None else ""
    return f"the {role} {shown}" if role and "," not in role and not role.lower().startswith(("the ", "a ")) else shown


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("the ") else text

