"""Changes to a run that misconceptions make: of its equations, its data, its convention.

In comes a run, out come runs that differ in one thing, each with the names that say in which. Nothing is derived here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, permutations
from typing import TypeAlias

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import Real, absolute
from symlstm.arithmetic.rounding import TIES
from symlstm.arithmetic.value import Value
from symlstm.errors import SymlstmError
from symlstm.model.convention import Convention, Saturate
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import Given, written
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Product,
    Running,
    Sum,
    Symbol,
    children,
    rebuild,
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A changed run, and what was changed: names that fill a misconception's sentence."""

    run: Run
    facts: Mapping[str, str]


Mutations: TypeAlias = Iterator[Mutation]

_ONE = Numeral("1", Fraction(1))
_ZERO = Numeral("0", Fraction(0))
_GATING = ("sigmoid", "hardsigmoid")
_MOST_BLOCKS = 4


# -- what a cell is made of -------------------------------------------------------------------------------


def gates(run: Run) -> list[Name]:
    """Symbols that are a sigmoid of something and that another equation multiplies by."""
    found = [e.left for e in run.cell.equations if isinstance(e.right, Apply) and e.right.function in _GATING]
    read = {s.name for e in run.cell.equations for s in symbols_in(e.right) if s.at == Running(0)}
    return [name for name in found if name in read]


def forget_gates(run: Run) -> list[Name]:
    """Gates that multiply a symbol's own earlier value in its equation."""
    known = gates(run)
    out: list[Name] = []
    for equation in run.cell.equations:
        for part in _parts(equation.right):
            if isinstance(part, Product | Hadamard):
                names = [f.name for f in part.factors if isinstance(f, Symbol)]
                own = any(isinstance(f, Symbol) and f.name == equation.left and _lagged(f) for f in part.factors)
                out += [name for name in names if own and name in known and name not in out]
    return out


def reset_gates(run: Run) -> list[Name]:
    """Gates that multiply, inside a function, what comes from an earlier step."""
    known = gates(run)
    out: list[Name] = []
    for equation in run.cell.equations:
        for part in _parts(equation.right):
            if isinstance(part, Apply):
                for inner in _parts(part.arguments[0]):
                    if isinstance(inner, Product | Hadamard):
                        out += [f.name for f in inner.factors if isinstance(f, Symbol) and f.name in known and f.name not in out]
    return out


def _lagged(tree: Expr) -> bool:
    return isinstance(tree, Symbol) and isinstance(tree.at, Running) and tree.at.offset < 0


def _parts(tree: Expr) -> Iterator[Expr]:
    yield tree
    for part in children(tree):
        yield from _parts(part)


def _is_bias(tree: Expr) -> bool:
    return isinstance(tree, Symbol) and tree.at is None


# -- surgery ---


def edited(run: Run, changed: Mapping[Name, Expr], facts: Mapping[str, str]) -> Mutations:
    """The run with other right sides; nothing where nothing changes or the equations then need each other."""
    real = {name: tree for name, tree in changed.items() if tree != run.cell.by_name[name].right}
    if not real:
        return
    try:
        cell = run.cell.with_equations(real, run.source)
    except SymlstmError:
        return
    yield Mutation(replace(run, cell=cell), facts)


def _everywhere(run: Run, change: Callable[[Expr], Expr], but: Iterable[Name] = ()) -> dict[Name, Expr]:
    skipped = set(but)
    return {e.left: change(e.right) for e in run.cell.equations if e.left not in skipped}


def _swapped(tree: Expr, names: Mapping[Name, Name]) -> Expr:
    if isinstance(tree, Symbol) and tree.name in names:
        return replace(tree, name=names[tree.name])
    return rebuild(tree, lambda part: _swapped(part, names))


def _substituted(tree: Expr, test: Callable[[Expr], bool], new: Callable[[Expr], Expr]) -> Expr:
    if test(tree):
        return new(tree)
    return rebuild(tree, lambda part: _substituted(part, test, new))


def _without_terms(tree: Expr, drop: Callable[[Expr], bool]) -> Expr:
    """The tree without the terms of its sums that are to be dropped; a sum of nothing is zero."""
    tree = rebuild(tree, lambda part: _without_terms(part, drop))
    if not isinstance(tree, Sum):
        return tree
    kept = [(sign, term) for sign, term in tree.terms if not drop(term)]
    if len(kept) == len(tree.terms):
        return tree
    if not kept:
        return _ZERO
    sign, first = kept[0]
    if sign < 0:
        first = Negative(first)
    return first if len(kept) == 1 else Sum(((1, first), *kept[1:]), tree.pos)


def _param(run: Run, changed: Mapping[Name, Value], facts: Mapping[str, str]) -> Mutations:
    real = {name: value for name, value in changed.items() if run.parameters[name].value != value}
    if real:
        parameters = dict(run.parameters) | {n: Given(v, written(v), run.parameters[n].pos) for n, v in real.items()}
        yield Mutation(replace(run, parameters=parameters), facts)


def _timed(run: Run, changed: Mapping[tuple[Name, int], Value], facts: Mapping[str, str]) -> Mutations:
    real = {at: value for at, value in changed.items() if run.timed[at].value != value}
    if real:
        timed = dict(run.timed) | {at: Given(v, written(v), run.timed[at].pos) for at, v in real.items()}
        yield Mutation(replace(run, timed=timed), facts)


def _convention(run: Run, convention: Convention, facts: Mapping[str, str] | None = None) -> Mutations:
    if convention != run.convention:
        yield Mutation(replace(run, convention=convention), facts or {})


# -- gates ---


def gates_swapped(run: Run) -> Mutations:
    """Any two gates exchanged: wherever they are used, or in their own equations."""
    for a, b in combinations(gates(run), 2):
        equations = run.cell.by_name
        yield from edited(run, {a: equations[b].right, b: equations[a].right}, {"a": str(a), "b": str(b)})
        changed = _everywhere(run, lambda tree, a=a, b=b: _swapped(tree, {a: b, b: a}))  # type: ignore[misc]
        yield from edited(run, changed, {"a": str(a), "b": str(b)})


def _gate_as(run: Run, number: int, names: Iterable[Name]) -> Mutations:
    """A gate taken as a number: in its own equation, where it is used, and where it multiplies the old state alone."""
    widths = sizes(run.cell, run.parameters, run.timed)
    for gate in names:
        one = Numeral(str(number), Fraction(number))
        width = widths.get(gate, 1)
        constant: Expr = one if width == 1 else Listing((one,) * width)
        facts = {"a": str(gate)}

        def is_gate(part: Expr, gate: Name = gate) -> bool:
            return isinstance(part, Symbol) and part.name == gate and part.at == Running(0)

        def taken_as(part: Expr, constant: Expr = constant) -> Expr:
            return constant

        def used(tree: Expr, test: Callable[[Expr], bool] = is_gate, new: Callable[[Expr], Expr] = taken_as) -> Expr:
            return _substituted(tree, test, new)

        yield from edited(run, _everywhere(run, used), facts)
        yield from edited(run, {gate: constant}, facts)
        yield from edited(run, {e.left: _own_factor(e.right, e.left, is_gate, one) for e in run.cell.equations}, facts)


def _own_factor(tree: Expr, name: Name, is_gate: Callable[[Expr], bool], number: Numeral) -> Expr:
    """The tree with the gate in front of the symbol's own earlier value as a number; every other use of the gate stays."""
    if isinstance(tree, Product | Hadamard) and any(_lagged(f) and isinstance(f, Symbol) and f.name == name for f in tree.factors):
        return replace(tree, factors=tuple(number if is_gate(f) else f for f in tree.factors))
    return rebuild(tree, lambda part: _own_factor(part, name, is_gate, number))


def gate_ignored(run: Run) -> Mutations:
    """A gate taken as fully open, but for those that have rows of their own."""
    special = {*forget_gates(run), *reset_gates(run)}
    yield from _gate_as(run, 1, [gate for gate in gates(run) if gate not in special])


def gate_shut(run: Run) -> Mutations:
    """A gate taken as closed."""
    yield from _gate_as(run, 0, [gate for gate in gates(run) if gate not in forget_gates(run)])


def forget_gate_left_out(run: Run) -> Mutations:
    """The forget gate taken as one: all of the old memory is kept."""
    yield from _gate_as(run, 1, forget_gates(run))


def memory_left_out(run: Run) -> Mutations:
    """The forget gate taken as zero: the old memory is lost."""
    yield from _gate_as(run, 0, forget_gates(run))


def reset_left_out(run: Run) -> Mutations:
    """The candidate made of h instead of r ⊙ h."""
    yield from _gate_as(run, 1, [gate for gate in reset_gates(run) if gate not in forget_gates(run)])


def gate_complemented(run: Run) -> Mutations:
    """z and 1 − z exchanged."""
    def complement(tree: Expr, gate: Name) -> Expr:
        match tree:
            case Sum(terms=((1, Numeral(value=one)), (-1, Symbol(name=name) as symbol))) if one == 1 and name == gate:
                return symbol
            case Symbol(name=name, at=Running(offset=0)) if name == gate:
                return Sum(((1, _ONE), (-1, tree)))
            case _:
                return rebuild(tree, lambda part: complement(part, gate))

    for gate in gates(run):
        both = any(isinstance(p, Sum) and any(sign < 0 and isinstance(t, Symbol) and t.name == gate for sign, t in p.terms)
                   for e in run.cell.equations for p in _parts(e.right))
        if both:
            yield from edited(run, _everywhere(run, lambda tree, gate=gate: complement(tree, gate)),  # type: ignore[misc]
                              {"a": str(gate)})


# -- terms ---


def bias_dropped(run: Run) -> Mutations:
    """One bias left out."""
    for equation in run.cell.equations:
        for bias in dict.fromkeys(s for s in symbols_in(equation.right) if s.at is None and s.name in run.cell.biases):
            tree = _without_terms(equation.right, lambda term, bias=bias: term == bias)  # type: ignore[misc]
            yield from edited(run, {equation.left: tree}, {"a": str(bias.name), "b": str(equation.left)})


def biases_dropped(run: Run) -> Mutations:
    """All biases left out."""
    changed = _everywhere(run, lambda tree: _without_terms(tree, _is_bias))
    dropped = [s for e in run.cell.equations if changed[e.left] != e.right for s in symbols_in(e.right) if s.name in run.cell.biases]
    if len(dropped) > 1:
        yield from edited(run, changed, {})


def _recurrent(term: Expr) -> bool:
    return any(_lagged(s) for s in symbols_in(term)) and any(s.at is None for s in symbols_in(term))


def recurrent_dropped(run: Run) -> Mutations:
    """What comes from the step before left out of a pre-activation: of one equation, or of all."""
    changed = _everywhere(run, lambda tree: _without_terms(tree, _recurrent))
    some = {name: tree for name, tree in changed.items() if tree != run.cell.by_name[name].right}
    if len(some) > 1:
        yield from edited(run, some, {"a": "every equation"})
    for name, tree in some.items():
        yield from edited(run, {name: tree}, {"a": str(name)})


def sign_lost(run: Run) -> Mutations:
    """A minus sign lost: of a parameter, an input or initial value, or in an equation."""
    for name, given in run.parameters.items():
        entries = values_of.entries(given.value)
        if any(bool(x < 0) for x in entries):
            yield from _param(run, {name: _mapped(given.value, lambda x: absolute(x))}, {"a": str(name)})
            if len(entries) > 1:
                for k, x in enumerate(entries):
                    if bool(x < 0) and len(entries) <= 16:
                        yield from _param(run, {name: _with_entry(given.value, k)}, {"a": str(name)})
    for (name, time), given in run.timed.items():
        if any(bool(x < 0) for x in values_of.entries(given.value)):
            yield from _timed(run, {(name, time): _mapped(given.value, lambda x: absolute(x))}, {"a": f"{name}_{time}"})
    negative = {at: _mapped(given.value, lambda x: absolute(x)) for at, given in run.timed.items() if at[0] in run.cell.inputs}
    yield from _timed(run, negative, {"a": "the inputs"})
    for equation in run.cell.equations:
        plus = _substituted(
            equation.right, lambda part: isinstance(part, Sum) and any(sign < 0 for sign, _ in part.terms),
            lambda part: Sum(tuple((1, term) for _, term in part.terms)) if isinstance(part, Sum) else part,
        )
        yield from edited(run, {equation.left: plus}, {"a": f"the equation of {equation.left}"})


def _mapped(value: Value, change: Callable[[Real], Real]) -> Value:
    match value:
        case values_of.Vector(entries=entries):
            return values_of.Vector(tuple(map(change, entries)))
        case values_of.Matrix(rows=rows):
            return values_of.Matrix(tuple(tuple(map(change, row)) for row in rows))
        case _:
            return change(value)


def _with_entry(value: Value, k: int) -> Value:
    count = iter(range(1_000_000))
    return _mapped(value, lambda x: absolute(x) if next(count) == k else x)


# -- functions ---


def _refunctioned(run: Run, old: tuple[str, ...], new: str) -> Mutations:
    def change(tree: Expr) -> Expr:
        return _substituted(
            tree, lambda part: isinstance(part, Apply) and part.function in old,
            lambda part: Apply(new, tuple(map(change, part.arguments))) if isinstance(part, Apply) else part,
        )

    changed = _everywhere(run, change)
    some = {name: tree for name, tree in changed.items() if tree != run.cell.by_name[name].right}
    for name, tree in some.items():
        yield from edited(run, {name: tree}, {"a": str(name)})
    if len(some) > 1:
        yield from edited(run, some, {"a": "every equation"})


def tanh_for_sigmoid(run: Run) -> Mutations:
    """tanh where the equation has a sigmoid."""
    yield from _refunctioned(run, ("sigmoid",), "tanh")


def sigmoid_for_tanh(run: Run) -> Mutations:
    """A sigmoid where the equation has tanh."""
    yield from _refunctioned(run, ("tanh",), "sigmoid")


def hard_for_soft(run: Run) -> Mutations:
    """The hard sigmoid for the soft one."""
    yield from _refunctioned(run, ("sigmoid",), "hardsigmoid")


def soft_for_hard(run: Run) -> Mutations:
    """The soft sigmoid for the hard one."""
    yield from _refunctioned(run, ("hardsigmoid",), "sigmoid")


def activation_left_off(run: Run) -> Mutations:
    """The pre-activation used for the activation: of one equation, or of all gates."""
    bare = {e.left: e.right.arguments[0] for e in run.cell.equations if isinstance(e.right, Apply) and e.left in gates(run)}
    if len(bare) > 1:
        yield from edited(run, bare, {"a": "all gates"})
    for equation in run.cell.equations:
        if isinstance(equation.right, Apply) and len(equation.right.arguments) == 1:
            yield from edited(run, {equation.left: equation.right.arguments[0]}, {"a": str(equation.left)})


def _tanh_of_state(tree: Expr) -> bool:
    return isinstance(tree, Apply) and tree.function == "tanh" and isinstance(tree.arguments[0], Symbol)


def tanh_left_off(run: Run) -> Mutations:
    """h = o · c: the tanh of the memory left off."""
    for equation in run.cell.equations:
        if not isinstance(equation.right, Apply):
            tree = _substituted(equation.right, _tanh_of_state, lambda part: children(part)[0])
            yield from edited(run, {equation.left: tree}, {"a": str(equation.left)})


def tanh_stored(run: Run) -> Mutations:
    """tanh(c) written down as c, so that the next step begins with it."""
    for equation in run.cell.equations:
        inner = [p.arguments[0] for p in _parts(equation.right) if isinstance(p, Apply) and _tanh_of_state(p)]
        states = [s.name for s in inner if isinstance(s, Symbol) and s.at == Running(0) and s.name in run.cell.by_name]
        for state in dict.fromkeys(states):
            if isinstance(run.cell.by_name[state].right, Apply):
                continue
            stored = Apply("tanh", (run.cell.by_name[state].right,))
            bare = _substituted(equation.right, _tanh_of_state, lambda part: children(part)[0])
            yield from edited(run, {state: stored, equation.left: bare}, {"a": str(state), "b": str(equation.left)})
            yield from edited(run, {state: stored}, {"a": str(state), "b": str(equation.left)})


# -- states and inputs ---


def _replaced(run: Run, test: Callable[[Expr], bool], new: Callable[[Expr], Expr], facts: Mapping[str, str]) -> Mutations:
    changed = _everywhere(run, lambda tree: _substituted(tree, test, new))
    some = {name: tree for name, tree in changed.items() if tree != run.cell.by_name[name].right}
    if some:
        yield from edited(run, some, facts)
    if len(some) > 1:
        yield from edited(run, {name: tree for name, tree in some.items() if name in gates(run)}, facts)
        for name, tree in some.items():
            yield from edited(run, {name: tree}, facts)


def states_swapped(run: Run) -> Mutations:
    """h where c belongs, or c where h belongs, from the step before or of this step."""
    states = [name for name in run.cell.lags if name in run.cell.by_name]
    for a, b in permutations(states, 2):
        yield from _replaced(
            run, lambda part, a=a: _lagged(part) and isinstance(part, Symbol) and part.name == a,  # type: ignore[misc]
            lambda part, b=b: replace(part, name=b) if isinstance(part, Symbol) else part,  # type: ignore[misc]
            {"a": str(a), "b": str(b)},
        )


def state_not_updated(run: Run) -> Mutations:
    """The initial value used at every step where the previous step's belongs."""
    starts = {name: run.timed[name, run.first - 1] for name in run.cell.lags
              if name in run.cell.by_name and (name, run.first - 1) in run.timed}
    if len(starts) > 1:
        constants = {name: replace(name, sup=name.sup + "initial") for name in starts}
        parameters = dict(run.parameters) | {constants[name]: given for name, given in starts.items()}
        tree = _everywhere(run, lambda tree: _substituted(
            tree, lambda part: _lagged(part) and isinstance(part, Symbol) and part.name in constants,
            lambda part: Symbol(constants[part.name]) if isinstance(part, Symbol) else part))
        yield from edited(replace(run, parameters=parameters), tree, {"a": " and ".join(map(str, starts))})
    for name in (n for n in run.cell.lags if n in run.cell.by_name):
        start = run.timed.get((name, run.first - 1))
        if start is None:
            continue
        constant = replace(name, sup=name.sup + "initial")
        parameters = dict(run.parameters) | {constant: start}
        yield from _replaced(
            replace(run, parameters=parameters),
            lambda part, name=name: _lagged(part) and isinstance(part, Symbol) and part.name == name,  # type: ignore[misc]
            lambda part, constant=constant: Symbol(constant), {"a": str(name)},  # type: ignore[misc]
        )


def state_too_early(run: Run) -> Mutations:
    """The state of the same step where the previous one's belongs."""
    for name in (n for n in run.cell.lags if n in run.cell.by_name):
        for equation in run.cell.equations:
            tree = _substituted(
                equation.right, lambda part, name=name: _lagged(part) and isinstance(part, Symbol) and part.name == name,  # type: ignore[misc]
                lambda part: replace(part, at=Running(0)) if isinstance(part, Symbol) else part,
            )
            yield from edited(run, {equation.left: tree}, {"a": str(name), "b": str(equation.left)})


def state_too_late(run: Run) -> Mutations:
    """The state of the step before where this step's belongs."""
    for name in (n for n in run.cell.lags if n in run.cell.by_name):
        for equation in run.cell.equations:
            tree = _substituted(
                equation.right, lambda part, name=name: isinstance(part, Symbol) and part.name == name and part.at == Running(0),  # type: ignore[misc]
                lambda part: replace(part, at=Running(-1)) if isinstance(part, Symbol) else part,
            )
            yield from edited(run, {equation.left: tree}, {"a": str(name), "b": str(equation.left)})


def input_of_wrong_step(run: Run) -> Mutations:
    """The inputs one step early or late."""
    for shift, words in ((-1, "the step before"), (1, "the next step")):
        timed = {at: given for at, given in run.timed.items() if at[0] not in run.cell.inputs}
        moved = {(name, time - shift): given for (name, time), given in run.timed.items() if name in run.cell.inputs}
        if not moved or len(run.steps) < 2:
            continue
        facts = {"a": words}
        yield Mutation(replace(run, timed=timed | moved), facts)
        # At the end where no input is left, students take zero, or the same once more.
        end = run.first if shift < 0 else run.last
        ends = {(name, end): given for (name, time), given in run.timed.items() if name in run.cell.inputs and time == end}
        zero = {at: Given(value := _mapped(given.value, lambda x: x * 0), written(value)) for at, given in ends.items()}
        for filled in (zero, ends):
            yield Mutation(replace(run, timed=timed | moved | filled), facts)


def initial_state_wrong(run: Run) -> Mutations:
    """Initial values taken as zero, as one, or exchanged."""
    initial = [at for at in run.timed if at[0] in run.cell.by_name and at[1] < run.first]
    if len(initial) > 1:
        names = " and ".join(f"{name}_{time}" for name, time in initial)
        for number in (0, 1):
            all_of_them = {at: _mapped(run.timed[at].value, lambda x, number=number: x * 0 + number) for at in initial}  # type: ignore[misc]
            yield from _timed(run, all_of_them, {"a": names, "b": str(number)})
    for at in initial:
        value = run.timed[at].value
        for number, words in ((0, "0"), (1, "1")):
            new = _mapped(value, lambda x, number=number: x * 0 + number)  # type: ignore[misc]
            yield from _timed(run, {at: new}, {"a": f"{at[0]}_{at[1]}", "b": words})
    for one, other in combinations(initial, 2):
        if len(values_of.entries(run.timed[one].value)) == len(values_of.entries(run.timed[other].value)):
            yield from _timed(run, {one: run.timed[other].value, other: run.timed[one].value},
                              {"a": f"{one[0]}_{one[1]}", "b": f"{other[0]}_{other[1]}"})


# -- operators ---


def sum_for_product(run: Run) -> Mutations:
    """+ where ⊙ belongs, between values: in one product, in all of an equation, in all equations."""
    def bare(part: Expr) -> bool:
        return isinstance(part, Product | Hadamard) and not any(isinstance(f, Symbol | Listing | Matrix) and all(
            s.at is None for s in symbols_in(f)) for f in part.factors)

    def added(part: Expr) -> Expr:
        return Sum(tuple((1, rebuild(f, whole)) for f in children(part)))

    def whole(tree: Expr) -> Expr:
        return added(tree) if bare(tree) else rebuild(tree, whole)

    for equation in run.cell.equations:
        facts = {"a": str(equation.left)}
        for part in _parts(equation.right):
            if bare(part):
                new = Sum(tuple((1, f) for f in children(part)))
                tree = _substituted(equation.right, lambda p, part=part: p is part, lambda _, new=new: new)  # type: ignore[misc]
                yield from edited(run, {equation.left: tree}, facts)
        yield from edited(run, {equation.left: whole(equation.right)}, facts)
    yield from edited(run, _everywhere(run, whole), {"a": "every equation"})


def product_for_sum(run: Run) -> Mutations:
    """⊙ where + belongs."""
    for equation in run.cell.equations:
        if isinstance(equation.right, Sum) and len(equation.right.terms) > 1:
            terms = tuple(term if sign > 0 else Negative(term) for sign, term in equation.right.terms)
            new = Hadamard(terms, ("⊙",) * (len(terms) - 1))
            yield from edited(run, {equation.left: new}, {"a": str(equation.left)})


def matrix_elementwise(run: Run) -> Mutations:
    """A matrix product taken entry by entry, so that only the diagonal counts."""
    yield from _matrices(run, lambda m: values_of.Matrix(tuple(
        tuple(x if i == j else x * 0 for j, x in enumerate(row)) for i, row in enumerate(m.rows))))


def matrix_transposed(run: Run) -> Mutations:
    """A matrix transposed."""
    yield from _matrices(run, lambda m: values_of.Matrix(tuple(zip(*m.rows))))


def _matrices(run: Run, change: Callable[[values_of.Matrix], values_of.Matrix]) -> Mutations:
    square = {name: change(given.value) for name, given in run.parameters.items()
              if isinstance(given.value, values_of.Matrix) and given.value.size[0] == given.value.size[1] and given.value.size[0] <= 16}
    if len(square) > 1:
        yield from _param(run, square, {"a": "every square matrix"})
        of_states = {f.factors[0].name for e in run.cell.equations for f in _parts(e.right) if isinstance(f, Product)
                     and isinstance(f.factors[0], Symbol) and any(_lagged(s) for s in symbols_in(f))}
        some = {name: value for name, value in square.items() if name in of_states}
        if 1 < len(some) < len(square):
            yield from _param(run, some, {"a": "every matrix that multiplies a state"})
    for name, value in square.items():
        yield from _param(run, {name: value}, {"a": str(name)})


def stack_turned(run: Run) -> Mutations:
    """[x; h] for [h; x]."""
    def turned(tree: Expr) -> Expr:
        match tree:
            case Matrix(rows=rows) if len(rows) == 2 and all(len(row) == 1 and _timed_part(row[0]) for row in rows):
                return replace(tree, rows=rows[::-1])
            case Listing(items=items) if len(items) == 2 and all(map(_timed_part, items)):
                return replace(tree, items=items[::-1])
            case _:
                return rebuild(tree, turned)

    yield from edited(run, _everywhere(run, turned), {})


def _timed_part(tree: Expr) -> bool:
    return any(s.at is not None for s in symbols_in(tree))


def rows_in_another_order(run: Run) -> Mutations:
    """The rows of a stacked matrix read in another order of the gates."""
    parameters = dict(run.parameters)
    blocks = [b for b in run.cell.blocks if all(row in parameters for row in b.rows)]
    if not blocks or len(blocks[0].rows) > _MOST_BLOCKS:
        return
    for order in permutations(range(len(blocks[0].rows))):
        if list(order) == sorted(order):
            continue
        changed = dict(parameters)
        for block in blocks:
            for k, j in enumerate(order):
                changed[block.rows[j]] = parameters[block.rows[k]]
        labels = [row.sub.rsplit(",", 1)[-1] for row in blocks[0].rows]
        yield Mutation(replace(run, parameters=changed), {"a": ", ".join(labels[j] for j in order), "b": ", ".join(labels)})


def reset_on_other_side(run: Run) -> Mutations:
    """The reset gate before the product where it belongs behind, behind where it belongs before, or on everything."""
    resets = reset_gates(run)

    def is_reset(tree: Expr) -> bool:
        return isinstance(tree, Symbol) and tree.name in resets

    for equation in run.cell.equations:
        for part in _parts(equation.right):
            if not (isinstance(part, Apply) and isinstance(part.arguments[0], Sum)):
                continue
            inner = part.arguments[0]
            for k, (_, term) in enumerate(inner.terms):
                for new in _moved(term, is_reset):
                    terms = (*inner.terms[:k], *((1, t) for t in new), *inner.terms[k + 1 :])
                    tree = _substituted(equation.right, lambda p, inner=inner: p is inner, lambda _, terms=terms: Sum(terms))  # type: ignore[misc]
                    yield from edited(run, {equation.left: tree}, {"a": str(equation.left), "b": "the other side of the product"})
                gate = next((s for s in symbols_in(term) if is_reset(s)), None)
                if gate is not None:
                    bare = tuple((sign, _substituted(t, is_reset, lambda _: _ONE)) for sign, t in inner.terms)
                    whole = Hadamard((gate, Sum(bare)), ("⊙",))
                    tree = _substituted(equation.right, lambda p, inner=inner: p is inner, lambda _, whole=whole: whole)  # type: ignore[misc]
                    yield from edited(run, {equation.left: tree}, {"a": str(equation.left), "b": "everything"})


def _moved(term: Expr, is_reset: Callable[[Expr], bool]) -> Iterator[tuple[Expr, ...]]:
    """The terms that a term becomes when the reset gate goes to the other side of the matrix product."""
    match term:
        case Product(factors=(Symbol(at=None) as matrix, Hadamard(factors=(gate, state)))) | Product(
            factors=(Symbol(at=None) as matrix, Product(factors=(gate, state)))
        ) if is_reset(gate):
            yield (Hadamard((gate, Product((matrix, state), ("",))), ("⊙",)),)
        case Hadamard(factors=(gate, Product(factors=(Symbol(at=None) as matrix, state)))) if is_reset(gate):
            yield (Product((matrix, Hadamard((gate, state), ("⊙",))), ("",)),)
        case Hadamard(factors=(gate, Sum(terms=terms))) | Product(factors=(gate, Sum(terms=terms))) if is_reset(gate):
            out: list[Expr] = []
            for _, part in terms:
                match part:
                    case Product(factors=(Symbol(at=None) as matrix, state)):
                        out.append(Product((matrix, Hadamard((gate, state), ("⊙",))), ("",)))
                    case _:
                        out.append(part)
            yield tuple(out)
        case _:
            return


# -- conventions ---


def gates_rounded(run: Run) -> Mutations:
    """Gates rounded to integers on the way: σ(0) = 0.5 → 1."""
    names = gates(run)
    if not names:
        return
    kept = tuple(pair for pair in run.convention.round if pair[0] not in map(str, names))
    for ties in dict.fromkeys(("away", run.convention.ties)):
        rounded = replace(run.convention, round=(*kept, *((str(name), 0) for name in names)), ties=ties)
        yield from _convention(run, rounded)


def saturation_not_allowed(run: Run) -> Mutations:
    """Functions saturated from some small size on where the problem doesn't say so."""
    own = run.convention.saturate
    for threshold in (1, 2, 3, 4, 5, 6, 10):
        if own is None or own.at > threshold or own.on:
            yield from _convention(run, replace(run.convention, saturate=Saturate(Fraction(threshold))))


def saturation_left_out(run: Run) -> Mutations:
    """Functions evaluated where the problem saturates them."""
    if run.convention.saturate is not None:
        yield from _convention(run, replace(run.convention, saturate=None))


def decimals_given(run: Run) -> Mutations:
    """Values left unrounded."""
    if run.convention.round:
        yield Mutation(run, {})  # rounded where it is carried on, not where it is written down
        yield from _convention(run, replace(run.convention, carry=False))
        yield from _convention(run, replace(run.convention, round=()))


def other_ties(run: Run) -> Mutations:
    """Ties by another rule, or digits cut off."""
    if run.convention.round:
        for ties, row in TIES.items():
            if ties != run.convention.ties:
                yield from _convention(run, replace(run.convention, ties=ties), {"a": row.words})
