"""The rules that simplify a cell's equations: a table of ids, the sentences that explain them, and what they do.

A rule takes an equation's right side and what is known, and gives the right side after it with the words for its sentence, or None
where it doesn't apply. The order of the table is the order in which they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import arb, fmpq

from symlstm.analysis.bounds import Bounds
from symlstm.analysis.possible import Possible
from symlstm.analysis.rewriting import (
    applications,
    as_products,
    every_entry,
    folded,
    number,
    numbers_first,
    replaced,
    without_ones,
    without_zeros,
    written,
)
from symlstm.analysis.words import about, bound_of, when
from symlstm.arithmetic import entrywise
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import Undecided, exact, fraction
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import LIMITS, bound_text, saturation_error
from symlstm.arithmetic.value import Value, entries, is_single
from symlstm.derivation.evaluate import component
from symlstm.derivation.program import LARGEST_PRINTED
from symlstm.errors import SymlstmError
from symlstm.model.values import Given
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Expr, Listing, Matrix, Name, Numeral, Product, Quotient, Sum, Symbol, rebuild
from symlstm.notation.typeset import formula, plain


@dataclass(frozen=True)
class Known:
    """What is known of one equation and of the symbols it reads."""

    name: Name
    possible: Possible
    constant: Callable[[Symbol], Value | None]
    """The value that a symbol of the cell carries at every step, where it is one."""
    threshold: fmpq | None
    places: int | None
    """Decimal places to which the value is rounded before it is carried on."""


Rewrite = tuple[Expr, Mapping[str, str]]
"""A tree and what fills the rule's sentence."""


@dataclass(frozen=True, slots=True)
class SimplifyRule:
    """One row: an id, the sentence that explains it, what it does, and whether it is arithmetic that SymPy confirms."""

    id: str
    sentence: str
    apply: Callable[[Expr, Known], Rewrite | None]
    identity: bool = True


def _numbers(tree: Expr, known: Known) -> Rewrite | None:
    parameters = known.possible.run.parameters

    def put(part: Expr) -> Expr:
        match part:
            case Symbol(name=name, at=None, entry=entry) if name in parameters and not isinstance(entry, str):
                return _numeral(parameters[name], entry) or part
            case Product(factors=(Symbol(name=name, at=None) as row, *_), marks=("" | "·", *_)) if (
                known.possible.scalar and name in parameters and (spread := _spread(part, row, parameters[name])) is not None
            ):
                return rebuild(spread, put)
            case _:
                return rebuild(part, put)

    changed = put(tree)
    return (numbers_first(changed), {}) if changed != tree else None


def _numeral(given: Given, entry: int | None) -> Numeral | None:
    if entry is not None:
        try:
            value = component(given.value, entry)
        except SymlstmError:
            return None
        return number(value) if isinstance(value, fmpq) else None
    if not is_single(given.value):
        return None
    (value,) = entries(given.value)
    assert isinstance(value, fmpq)
    if isinstance(given.tree, Numeral) and value:
        return given.tree
    if isinstance(given.tree, Quotient):
        return Numeral(f"{value.p}/{value.q}", fraction(value))
    return number(value)


def _spread(tree: Product, row: Symbol, given: Given) -> Expr | None:
    """A row of weights on a stack of numbers, written as the sum that it is: [1, 2] [h; x] as 1 h + 2 x."""
    if len(tree.factors) != 2 or row.entry is not None:
        return None
    match tree.factors[1]:
        case Listing(items=parts):
            pass
        case Matrix(rows=rows) if len(rows) == 1:
            (parts,) = rows
        case Matrix(rows=rows) if all(len(line) == 1 for line in rows):
            parts = tuple(line[0] for line in rows)
        case _:
            return None
    weights = entries(given.value)
    if isinstance(given.value, values_of.Matrix) and given.value.size[0] > 1 or len(weights) != len(parts) or len(parts) < 2:
        return None
    terms = [(number(weight), part) for weight, part in zip(weights, parts) if isinstance(weight, fmpq)]
    return Sum(tuple((1, Product((weight, part), ("",))) for weight, part in terms))


def _constants(tree: Expr, known: Known) -> Rewrite | None:
    found: dict[str, str] = {}

    def put(part: Expr) -> Expr:
        if not isinstance(part, Symbol) or part.at is None or (value := known.constant(part)) is None:
            return rebuild(part, put)
        shown = written(value)
        every = next((k for k in (0, 1) if every_entry(shown, k)), None)
        found[plain(formula(part))] = str(every) if every is not None else plain(formula(shown))
        return shown

    changed = put(tree)
    if changed == tree:
        return None
    equalities = [f"{name} = {value}" for name, value in found.items()]
    return changed, {"equalities": " and ".join(equalities)}


def _rewritten(change: Callable[[Expr, Known], Expr]) -> Callable[[Expr, Known], Rewrite | None]:
    def apply(tree: Expr, known: Known) -> Rewrite | None:
        changed = change(tree, known)
        return (changed, {}) if changed != tree else None

    return apply


def _products(tree: Expr, known: Known) -> Expr:
    wide = any(isinstance(part, Listing | Matrix) for part in _every_part(tree)) or any(
        s.at is None and s.name in known.possible.run.parameters for s in symbols_in(tree)
    )
    return as_products(tree) if known.possible.scalar and not wide else tree


def _every_part(tree: Expr) -> list[Expr]:
    from symlstm.notation.tree import children

    return [tree, *(part for child in children(tree) for part in _every_part(child))]


def _zeros(tree: Expr, known: Known) -> Expr:
    parameters = known.possible.run.parameters

    def is_zero(part: Expr) -> bool:
        if isinstance(part, Symbol) and part.at is None and part.entry is None and part.name in parameters:
            return not any(entries(parameters[part.name].value))
        return every_entry(part, 0)

    return without_zeros(tree, is_zero)


def _bounded(tree: Expr, known: Known) -> Rewrite | None:
    """A piecewise function of which only one piece can occur."""
    cases = known.possible.cases(tree)
    for part in applications(tree):
        arguments = [[known.possible.bounds(argument, case, known.threshold) for case in cases] for argument in part.arguments]
        piece = _piece(part, arguments)
        if piece is not None and (changed := replaced(tree, part, piece)) != tree:
            return changed, {"application": plain(formula(part)), "piece": plain(formula(piece)), "when": when(part, known.possible)}
    return None


def _piece(part: Apply, arguments: Sequence[Sequence[Bounds]]) -> Expr | None:
    low, high = bound_of(arguments[0], below=True), bound_of(arguments[0], below=False)
    row = FUNCTIONS[part.function]
    match part.function:
        case "relu":
            return number(exact(0)) if high is not None and high <= 0 else part.arguments[0] if low is not None and low >= 0 else None
        case "hardsigmoid" | "step" | "sign":
            above, below = {"hardsigmoid": (3, -3), "step": (0, 0), "sign": (0, 0)}[part.function]
            if low is not None and (low > above or (low == above and part.function != "sign")):
                return number(exact(row.high or 0))
            if high is not None and (high < below or (high == below and part.function == "hardsigmoid")):
                return number(exact(row.low or 0))
        case "clip":
            ends = [bound_of(argument, below=True) for argument in arguments[1:]]
            fixed = [end for end, argument in zip(ends, arguments[1:]) if end == bound_of(argument, below=False)]
            if len(fixed) == 2 and fixed[0] is not None and fixed[1] is not None:
                if low is not None and low >= fixed[1]:
                    return part.arguments[2]
                if high is not None and high <= fixed[0]:
                    return part.arguments[1]
                if low is not None and high is not None and fixed[0] <= low and high <= fixed[1]:
                    return part.arguments[0]
        case "min" | "max" if len(arguments) > 1:
            return _chosen(part, arguments)
    return None


def _chosen(part: Apply, arguments: Sequence[Sequence[Bounds]]) -> Expr | None:
    least = part.function == "min"
    for k, argument in enumerate(arguments):
        others = [other for j, other in enumerate(arguments) if j != k]
        own = bound_of(argument, below=not least)
        ends = [bound_of(other, below=least) for other in others]
        if own is not None and all(end is not None and (own <= end if least else own >= end) for end in ends):
            return part.arguments[k]
    return None


def _saturated(tree: Expr, known: Known) -> Rewrite | None:
    """A sigmoid or tanh whose argument is beyond the convention's bound, on one side, whatever the inputs are."""
    if known.threshold is None:
        return None
    cases = known.possible.cases(tree)
    for part in applications(tree):
        if part.function not in LIMITS or len(part.arguments) != 1:
            continue
        arguments = [known.possible.bounds(part.arguments[0], case, known.threshold) for case in cases]
        low, high = bound_of(arguments, below=True), bound_of(arguments, below=False)
        up = low is not None and low >= known.threshold and low > 0
        down = high is not None and high <= -known.threshold and high < 0
        if not up and not down:
            continue
        limit = LIMITS[part.function].high if up else LIMITS[part.function].low
        nearest = low if up else high
        assert nearest is not None
        shape = next((end for end in (arguments[0].low, arguments[0].high) if end is not None), limit)
        if not arguments[0].shaped or len(entries(shape)) > LARGEST_PRINTED:
            continue
        by = written(entrywise.apply(lambda x, limit=limit: limit, shape))
        return replaced(tree, part, by), _saturation(part, nearest, limit, known)
    return None


def _saturation(part: Apply, nearest: fmpq, limit: fmpq, known: Known) -> dict[str, str]:
    """The words for a saturated function: why, to what, how far off, and whether that is an approximation."""
    function, argument = FUNCTIONS[part.function].plain, plain(formula(part.arguments[0]))
    error = saturation_error(part.function, nearest)
    show = known.possible.run.convention.show
    small = bool(error < arb(10) ** -show / 2)
    to = plain(formula(number(limit)))
    if not list(symbols_in(part)):
        head = f"{plain(formula(part))} → {to}"
    else:
        side = "at least" if nearest > 0 else "at most"
        head = f"{argument} is {side} {about(nearest)}{when(part, known.possible)}, so {function} → {to}"
    bound = bound_text(error).replace("-", "−")
    return {"head": head, "kind": "" if small else " by convention", "error": f"error {'<' if small else 'up to'} {bound}"}


def _rounded(tree: Expr, known: Known) -> Rewrite | None:
    """An equation whose value is rounded to the same number at every step."""
    if known.places is None or isinstance(tree, Numeral | Matrix):
        return None
    ties = known.possible.run.convention.ties
    cases = known.possible.cases(tree)
    found = [known.possible.bounds(tree, case, known.threshold) for case in cases]
    # A single letter makes every number of a run without states the same: that says nothing about the equation.
    if len(set(found)) == 1 and found[0].point is not None and list(symbols_in(tree)):
        return None
    results: set[fmpq] = set()
    for part in found:
        if not part.shaped or part.low is None or part.high is None or not is_single(part.low):
            return None
        try:
            results |= {round_to(entries(end)[0], known.places, ties).value for end in (part.low, part.high)}
        except (Undecided, SymlstmError):
            return None
        if len(results) > 1:
            return None
    (result,) = results
    text = decimals(result, known.places)
    return Numeral(text, fraction(result)), {"tree": plain(formula(tree)), "value": text.replace("-", "−")}


RULES: dict[str, SimplifyRule] = {
    row.id: row
    for row in (
        SimplifyRule("numbers", "numbers for the parameters", _numbers),  # W h + b -> 2 h - 1
        SimplifyRule("constants", "{equalities}", _constants),  # f_t c_{t-1}, f_t = 0 -> 0 c_{t-1}
        SimplifyRule("products", "⊙ between numbers is their product", _rewritten(_products)),  # f ⊙ c -> f c
        SimplifyRule("zeros", "what is multiplied by zero drops out", _rewritten(_zeros)),  # 0 h + 2 x -> 2 x
        SimplifyRule("ones", "factors of one drop out", _rewritten(lambda tree, known: without_ones(tree))),  # 1 h -> h
        SimplifyRule(
            "folded", "numbers put together", _rewritten(lambda tree, known: folded(tree, known.threshold))
        ),  # x + 1 + 2 -> x + 3, σ(0) -> 0.5
        SimplifyRule("bounded", "{application} is {piece}{when}", _bounded, identity=False),  # relu(x + 1), x in {0, 1} -> x + 1
        SimplifyRule("saturated", "{head}{kind}, {error}", _saturated, identity=False),  # σ(100 x + 100) -> 1
        SimplifyRule("rounded", "{tree} rounds to {value} at every step", _rounded, identity=False),  # 0.1 tanh(c) -> 0
    )
}


def reason(rule: SimplifyRule, words: Mapping[str, str]) -> str:
    """A rule's sentence with its words.

    >>> reason(RULES["constants"], {"equalities": "f_t = 0"})
    'f_t = 0'
    """
    return rule.sentence.format(**words)


def rounded_value(value: Value, known: Known) -> Value:
    """A constant as the equation's convention carries it on."""
    places = known.places
    if places is None:
        return value
    return entrywise.apply(lambda x: round_to(x, places, known.possible.run.convention.ties).value, value)


def whole(symbol: Symbol) -> Symbol:
    """A symbol without its entry."""
    return replace(symbol, entry=None)
