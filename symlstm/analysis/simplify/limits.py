"""The rules that need bounds: pieces of functions that can't occur, saturation, rounding to the same number at every step.

In comes a right side and what its symbols may be; out goes one that carries the same values, and the words that say why.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq

from symlstm.analysis.simplify.bounds import Bounds
from symlstm.analysis.simplify.numerals import number, written
from symlstm.analysis.simplify.rewriting import applications, numbers_first, replaced
from symlstm.analysis.simplify.substitution import Known, Rewrite
from symlstm.analysis.simplify.words import about, bound_of, when
from symlstm.arithmetic import entrywise
from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import Undecided, exact, fraction
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import LIMITS, bound_text, saturation_error
from symlstm.arithmetic.value import entries, is_single
from symlstm.derivation.program import LARGEST_PRINTED
from symlstm.errors import SymlstmError
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Expr, Matrix, Numeral
from symlstm.notation.typeset import formula, plain

PIECEWISE = frozenset(("relu", "hardsigmoid", "step", "sign", "clip", "min", "max"))
"""Functions of which a piece may be all that occurs."""


def bounded(tree: Expr, known: Known) -> Rewrite | None:
    """A piecewise function of which only one piece can occur."""
    piecewise = [part for part in applications(tree) if part.function in PIECEWISE] if known.possible.small else []
    cases = known.possible.cases(tree) if piecewise else []
    for part in piecewise:
        arguments = [[known.possible.bounds(argument, case, known.threshold) for case in cases] for argument in part.arguments]
        piece = _piece(part, arguments)
        if piece is None or (piece := known.possible.fit(part, piece)) == part:
            continue
        if (changed := numbers_first(replaced(tree, part, piece))) != tree:
            words = {"application": plain(formula(part)), "piece": plain(formula(piece))}
            return changed, {**words, "when": when(part, known.possible)}
    return None


def _piece(part: Apply, arguments: Sequence[Sequence[Bounds]]) -> Expr | None:
    low, high = bound_of(arguments[0], below=True), bound_of(arguments[0], below=False)
    row = FUNCTIONS[part.function]
    match part.function:
        case "relu":
            if high is not None and high <= 0:
                return number(exact(0))
            if low is not None and low >= 0:
                return part.arguments[0]
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


def saturated(tree: Expr, known: Known) -> Rewrite | None:
    """A sigmoid or tanh whose argument is beyond the convention's bound, on one side, whatever the inputs are."""
    if known.threshold is None or not known.possible.small:
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


def rounded(tree: Expr, known: Known) -> Rewrite | None:
    """An equation whose value is rounded to the same number at every step."""
    if known.places is None or isinstance(tree, Matrix) or not known.possible.scalar:
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
    if isinstance(tree, Numeral) and tree.value == fraction(result):
        return None
    text = decimals(result, known.places)
    return Numeral(text, fraction(result)), {"tree": plain(formula(tree)), "value": text.replace("-", "−")}
