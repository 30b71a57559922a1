"""Whether a claim about the cell holds: proved for all values and shapes, refuted by numbers, or left open with what was tried.

In comes the text of a claim with the run in force, out goes an `Option`. First it is proved whatever the parameters are; where that
fails, with the parameters that the document gives; a bound on a state is also tried by induction from the document's start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symlstm.analysis.gates.counterexample import Counterexample, Search, States
from symlstm.analysis.gates.entry_meaning import Spot, spot
from symlstm.analysis.gates.premises import Supposed, bounded_by, supposed
from symlstm.analysis.gates.proof import ProofStep, Prover
from symlstm.analysis.gates.ranges import ALL, Range, both
from symlstm.analysis.gates.reading import GateClaim, Relation, read_claim
from symlstm.analysis.gates.words import refuted
from symlstm.analysis.options import Option
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import fraction, rational
from symlstm.errors import NotationError
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import written
from symlstm.model.yaml_text import Scalar
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Apply, Expr, Fixed, Name, Numeral, Power, Running, Symbol, rebuild
from symlstm.notation.typeset import formula, plain


def gate_claim(scalar: Scalar, run: Run, vocabulary: Vocabulary) -> Option:
    """The option that a claim makes. Raises `NotationError` at its place where it can't be read."""
    try:
        claims = [_with_entries(claim, run) for claim in read_claim(scalar.text, replace(vocabulary, complete=True))]
    except NotationError as error:
        at = error.offset
        error.offset = 0
        raise error.within(run.source, scalar.at(at)) from None
    options = [_decided(claim, scalar.text, run) for claim in claims]
    return next((o for o in options if o.holds is False), None) or next((o for o in options if o.holds is None), None) or replace(
        options[0], proof=tuple(step for option in options for step in option.proof))


def _with_entries(claim: GateClaim, run: Run) -> GateClaim:
    """The claim with `g_t^1` as the entry that it is where the document says that g is a vector, or where a number's first power is
    the same; an entry that a vector doesn't have is an error."""
    known = sizes(run.cell, run.parameters, run.timed)
    sized = bool(run.parameters or run.timed)

    def read(tree: Expr) -> Expr:
        match tree:
            case Power(base=Symbol(at=Running(), entry=None) as base, exponent=Numeral(value=k)) if k.denominator == 1 and k > 0:
                if known.get(base.name, 1) > 1 or k == 1:
                    return read(replace(base, entry=int(k)))
                if not sized:
                    shown = plain(formula(base))
                    raise NotationError(
                        f"{shown}^{k} is a power of a number or an entry of a vector; write {shown}[{k}] for the entry, or "
                        f"{shown} · {shown} for the power", offset=max(0, base.pos))
            case Symbol(entry=int(entry)) if sized and entry > known.get(tree.name, 1):
                count = known.get(tree.name, 1)
                raise NotationError(f"{tree.name} has {count} {'entry' if count == 1 else 'entries'}, none with the number {entry}",
                                    offset=max(0, tree.pos))
        return rebuild(tree, read)

    def each(relations: Sequence[Relation]) -> tuple[Relation, ...]:
        return tuple(Relation(read(r.left), r.sign, read(r.right)) for r in relations)

    return GateClaim(each(claim.premises), each(claim.conclusions))


def _decided(claim: GateClaim, text: str, run: Run) -> Option:
    if any(isinstance(s.at, Fixed) for s in claim.symbols):
        return Option(text, None, "it speaks of the value at one step, which a `find` question asks for; here only claims about "
                                  "every step are decided")
    case = supposed(claim, run.cell)
    if case.circular():
        return Option(text, None, "a premise makes equations need each other, so there is nothing to compute")
    if (proof := _proof(Prover(case), claim.conclusions)) is not None:
        return Option(text, True, f"proved for all values{_any_size(claim)}{_remarks(case, run)}", proof)
    numbers = _numbers(run)
    if numbers and (proof := _proof(Prover(case, numbers), claim.conclusions)) is not None:
        return Option(text, True, f"proved with the given parameters, for all states and inputs{_remarks(case, run)}", proof)
    induction, start = _induction(case, numbers, run)
    if induction is not None and start:
        return Option(text, True, "proved step by step: it holds before the first step, and where it holds at one step it holds at the "
                                  f"next{_remarks(case, run)}", induction)
    return _refuted(case, text, run) or _open(case, text, run, induction is not None)


def _proof(prover: Prover, conclusions: Sequence[Relation]) -> tuple[ProofStep, ...] | None:
    """The lines that prove every conclusion, none twice; None where one isn't proved."""
    steps: list[ProofStep] = []
    for relation in conclusions:
        found = prover.proof(relation)
        if found is None:
            return None
        steps += [step for step in found if step not in steps or step.left is None]
    return tuple(steps)


def _any_size(claim: GateClaim) -> str:
    return " and any number of entries" if not any(isinstance(entry, int) for entry in claim.entries) else ""


def _remarks(case: Supposed, run: Run) -> str:
    """What has to be said once beside a verdict: a gate at a value that it never has, a convention that is left out."""
    out = ""
    if limits := _limits(case):
        out += f"; {limits}"
    if run.convention.saturate is not None or run.convention.round:
        out += "; the equations themselves are meant, with nothing rounded or saturated"
    return out


def _limits(case: Supposed) -> str:
    """`a sigmoid never is exactly 0; the claim is about what would follow`, for the first premise of that kind."""
    for (name, offset, _), value in case.forced.items():
        right = case.cell.by_name[name].right if case.is_derived(name, offset) else None
        if not (isinstance(right, Apply) and right.function in ("sigmoid", "tanh", "softmax") and isinstance(value, Numeral)):
            continue
        row = FUNCTIONS[right.function]
        if value.value in (row.low, row.high):
            function = "a sigmoid" if row.id == "sigmoid" else row.id
            return f"{function} never is exactly {value.text}, the claim is about what would follow"
    return ""


def _numbers(run: Run) -> Mapping[Name, Expr]:
    """The parameters that are given as one number each."""
    return {
        name: Numeral(plain(formula(tree)).replace("−", "-"), fraction(rational(given.value)))
        for name, given in run.parameters.items()
        if not isinstance(given.value, values_of.Vector | values_of.Matrix) for tree in (written(given.value),)
    }


# -- induction -------------------------------------------------------------------------------------------------------------------


def _induction(case: Supposed, numbers: Mapping[Name, Expr], run: Run) -> tuple[tuple[ProofStep, ...] | None, bool]:
    """The step of an induction for bounds of states without a premise, and whether the document's start meets them."""
    bounds: dict[Spot, Range] = {}
    if case.claim.premises or not case.claim.conclusions:
        return None, False
    for relation in case.claim.conclusions:
        side = relation if isinstance(relation.left, Symbol) else relation.turned
        if not (isinstance(side.left, Symbol) and isinstance(side.right, Numeral) and side.sign in ("<", "≤", ">", "≥")):
            return None, False
        name, offset, entry = spot(side.left)
        if offset != 0 or entry is not None or case.cell.lags.get(name) != 1 or name not in case.cell.by_name:
            return None, False
        bounds[name, -1, None] = both(bounds.get((name, -1, None), ALL), bounded_by(side))
    proof = _proof(Prover(case, numbers or None, bounds), case.claim.conclusions)
    if proof is None:
        return None, False
    starts = [(run.timed.get((name, run.first - 1)), bound) for (name, _, _), bound in bounds.items()]
    return proof, all(
        start is not None and all(_within(fraction(rational(x)), bound) for x in values_of.entries(start.value))
        for start, bound in starts
    )


def _within(x: Fraction, bound: Range) -> bool:
    above = bound.low is None or x > bound.low or (bound.reaches_low and x == bound.low)
    return above and (bound.high is None or x < bound.high or (bound.reaches_high and x == bound.high))


# -- refuted or open -------------------------------------------------------------------------------------------------------------


def _refuted(case: Supposed, text: str, run: Run) -> Option | None:
    """The claim with numbers that contradict it, where there are some that count."""
    starts = [name for name in run.cell.lags if name in run.cell.by_name]
    started = bool(starts) and all((name, run.first - 1) in run.timed for name in starts)
    if not case.claim.premises and not started and _induction(case, _numbers(run), run)[0] is not None:
        return None
    kinds: tuple[States, ...] = ("within",)
    if started:
        kinds = ("within", "given") if case.claim.premises else ("given",)
    found = _first(case, run, *kinds)
    if found is None:
        beyond = _first(case, run, "within", "any")
        if beyond is None:
            return None
        reached = "none that was reached from the given start" if started else "none that its own equation was seen to give"
        return Option(text, None, f"it fails for some state, but {reached}; {refuted(beyond, run.cell, bool(run.parameters))}")
    if _only_for_vectors(case, run, found.chosen, found.computed):
        return Option(text, None, "no number was found that contradicts it, but vectors do, and the document doesn't say "
                                  "which are meant")
    reason = refuted(found, run.cell, bool(run.parameters))
    limits = _limits(case)
    return Option(text, False, reason + (f" ({limits})" if limits else ""), (), found)


def _first(case: Supposed, run: Run, *kinds: States) -> Counterexample | None:
    """The first counterexample with one kind of states after the other."""
    return next((found for kind in kinds if (found := Search(case, run, kind).counterexample()) is not None), None)


def _only_for_vectors(case: Supposed, run: Run, *parts: Mapping[Symbol, values_of.Value]) -> bool:
    wide = any(isinstance(value, values_of.Vector) for part in parts for symbol, value in part.items() if symbol.at is not None)
    return wide and not case.claim.entries and not (run.parameters or run.timed)


def _open(case: Supposed, text: str, run: Run, inductive: bool) -> Option:
    if inductive:
        return Option(text, None, "where it holds at one step it holds at the next, but the document doesn't say whether it "
                                  "holds before the first")
    prover = Prover(case, _numbers(run) or None)
    below = next((found for relation in case.claim.conclusions if (found := prover.perhaps_zero(relation)) is not None), None)
    if below is not None and _proof(replace(prover, divides=True), case.claim.conclusions) is not None:
        return Option(text, None, f"a denominator, {plain(formula(below))}, may be 0; wherever none is, it holds")
    told = "no proof was found"
    if run.parameters:
        told += ", neither for all parameters nor for the given ones"
    told += ", and none of the values that were tried contradicts it"
    met = [name for (name, offset, _) in case.forced if case.is_derived(name, offset)
           and not isinstance(case.cell.by_name[name].right, Apply)]
    if met:
        told += f" (values at which the equation of {met[0]} itself gives what the premise says)"
    return Option(text, None, told)

