"""What is read off a unit after each step: the author's readout, or the state that is there to be seen.

In comes a run with the text of a readout, out goes a term or statement whose values can be told apart. A real number can't, and is an
error that proposes its rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

from symlstm.analysis.machines.deciding import parts
from symlstm.analysis.machines.unit import without_alphabet
from symlstm.analysis.statements.reader import read_term
from symlstm.analysis.statements.tree import Call, CellValue, Modulo, Number, Statement, Term, Times, Total
from symlstm.analysis.statements.words import written
from symlstm.errors import DocumentError, NotationError, Source
from symlstm.model.problem import Run
from symlstm.model.yaml_text import Scalar
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Apply, Expr, Name, Running, Symbol, children

RANGED = frozenset(("softmax",))
"""Functions that make one value of a whole vector: nothing is said of them."""
STEPPED = frozenset(("round", "sign", "argmax", "step"))
"""Functions whose values are few."""


@dataclass(frozen=True, slots=True)
class Readout:
    """What is read off, and how it is written in the language of statements."""

    item: Statement | Term
    text: str


def read_item(scalar: Scalar, run: Run, vocabulary: Vocabulary, source: Source) -> Statement | Term:
    """A statement, a term or a readout, with the run's letters; `DocumentError` at its place in its source."""
    values = [letter.value for letter in run.alphabet]
    if not run.alphabet:
        raise without_alphabet(run)
    try:
        return read_term(scalar.text, vocabulary, run.letter_names, values)
    except NotationError as error:
        raise DocumentError(error.message, source, scalar.at(error.offset)) from None


def readout_of(scalar: Scalar | None, run: Run, vocabulary: Vocabulary, source: Source, pos: int) -> Readout:
    """The readout that is written, or the default: the state that no equation of the same step reads.

    `DocumentError` where there is no such state, or several.
    """
    if scalar is not None:
        item = read_item(scalar, run, vocabulary, source)
        return Readout(item, written(item, run.letter_names))
    names = shown_states(run)
    if len(names) == 1:
        item = CellValue(names[0])
        return Readout(item, written(item, run.letter_names))
    known = names or [name for name in run.cell.lags if name in run.cell.by_name]
    examples = " or ".join(f"readout: round({name})" for name in known[:2]) or "readout: round(h)"
    why = "several states are there to be seen" if names else "no state is there to be seen: each is read within its own step"
    raise DocumentError(f"{why}; say what is read off, as in {examples}", source, pos)


def shown_states(run: Run) -> list[Name]:
    """The state symbols that no equation of the same step reads."""
    cell = run.cell
    read = {symbol.name for equation in cell.equations for symbol in symbols_in(equation.right) if symbol.at == Running(0)}
    return [equation.left for equation in cell.equations if equation.left in cell.lags and equation.left not in read]


def discrete(item: Statement | Term, run: Run) -> bool:
    """Whether the values of a readout are surely few: truth values, rounded numbers, signs, and what is made of those."""
    match item:
        case CellValue(name=name):
            return run.convention.places(str(name)) is not None or _stepped(Symbol(name, Running(0)), run)
        case Call(function=function, arguments=arguments):
            return function in STEPPED or all(discrete(argument, run) for argument in arguments)
        case Total(terms=terms):
            return all(discrete(part, run) for _, part in terms)
        case Times(left=left, right=right):
            return discrete(left, run) and discrete(right, run)
        case Modulo(term=term):
            return discrete(term, run)
        case _:
            return isinstance(item, Statement | Number)


def _stepped(tree: Expr, run: Run) -> bool:
    """Whether what a step makes of a part is one of few values, whatever the state was: steps, signs, the input, and sums of those."""
    match tree:
        case Apply(function=function):
            return function in STEPPED or (function not in RANGED and all(_stepped(part, run) for part in tree.arguments))
        case Symbol(at=Running(offset=0)):
            equation = run.cell.by_name.get(tree.name)
            return equation is None or _stepped(equation.right, run)
        case Symbol():
            return tree.at is None
        case _:
            return all(_stepped(part, run) for part in children(tree))


def rounds(item: Statement | Term, run: Run) -> bool:
    """Whether anything is rounded between the step and what is read off."""
    return bool(run.convention.round) or any(isinstance(part, Call) and part.function == "round" for part in parts(item))


def real_error(readout: Readout, source: Source, pos: int) -> DocumentError:
    """The error for a readout whose values can't be told apart."""
    text = readout.text
    return DocumentError(
        f"{text} is a real number, and no two inputs need give the same one; read off something discrete, such as "
        f"readout: round({text}), sign({text}) or {text} > 0", source, pos,
    )
