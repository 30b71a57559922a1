"""Reading a problem document: front matter, cell, data from top to bottom, questions.

In comes a `Source`, out goes a `Problem`. The mathematics is read twice: once to learn which letters have a time and which are
parameters, once more with that vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from symlstm.document.blocks import Inlines, Line, Maths, Text
from symlstm.errors import DocumentError, NotationError, Source
from symlstm.model import catalogue, frontmatter
from symlstm.model.cell import Cell, build
from symlstm.model.convention import Convention, bare
from symlstm.model.convention_words import sentence
from symlstm.model.fields import nearest
from symlstm.model.given import alphabet_of, read_entries
from symlstm.model.markdown import Body, Fence, Piece, Rendered
from symlstm.model.problem import Posed, Problem, Run, resolve
from symlstm.model.question import FindQuestion, read_question
from symlstm.model.statement_values import Read, aliases, drafts, read_piece, running_letter, values
from symlstm.model.succession import succeeded
from symlstm.model.values import Given, Values
from symlstm.model.yaml_text import Scalar
from symlstm.notation.places import Place, place
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Fixed, Name, Running, Series
from symlstm.notation.typeset import formula, plain

MOST_QUESTIONS = 500


def read(source: Source) -> Problem:
    """Read a problem document.

    Raises `DocumentError` or `NotationError` with file, line and column.
    """
    offset, front_text, body_offset = frontmatter.split(source)
    front = frontmatter.read(front_text, source, offset)
    body = Body(source, body_offset)
    parts = list(body.parts())
    cell, vocabulary = _cell_of(front, [p for p in parts if isinstance(p, Piece) and not p.recalled], source)
    posed, run, convention = _walk(parts, front, cell, vocabulary, source)
    blocks = body.blocks(_renderer(vocabulary), (Text(sentence(convention)),))
    return Problem(front.title.text, source, cell, run, posed, blocks, vocabulary, convention)


@lru_cache
def cell_named(name: str) -> tuple[Cell, Vocabulary]:
    """A cell of the catalogue, with its vocabulary."""
    source = catalogue.source(name)
    offset, text, body_offset = frontmatter.split(source)
    front = frontmatter.read(text, source, offset)
    pieces = [piece for piece in Body(source, body_offset).pieces() if not piece.recalled]
    return cell_of_pieces(pieces, source, front.title.text, front.source)


def _cell_of(front: frontmatter.FrontMatter, pieces: list[Piece], source: Source) -> tuple[Cell, Vocabulary]:
    if front.cell is None:
        cell, vocabulary = cell_of_pieces(pieces, source, front.title.text, front.source)
        if not cell.equations:
            known = ", ".join(catalogue.names())
            raise DocumentError(
                "no update equations: write them as maths, such as $h_t = \\tanh(W h_{t-1} + U x_t)$, or name a cell in the front "
                f"matter with `cell:` ({known})", source, front.title.pos,
            )
        return cell, vocabulary
    if front.cell.text not in catalogue.names():
        near = nearest(front.cell.text, catalogue.names()) or "; `symlstm cells` lists them"
        raise DocumentError(f"no cell is called {front.cell.text}{near}", source, front.cell.pos)
    own = next(iter(_drafts(pieces, source)), None)
    if own is not None:
        cell, vocabulary = cell_named(front.cell.text)
        written = cell_of_pieces(pieces, source, "", "")[0]
        strange = [e for e in written.equations if cell.by_name.get(e.left) is None or cell.by_name[e.left].right != e.right]
        if strange:
            raise DocumentError(
                f"`cell: {front.cell.text}` and an equation of its own for {strange[0].left}: leave `cell` out, or put the equation "
                "in a block quote (>)", source, strange[0].pos,
            )
    return cell_named(front.cell.text)


def _drafts(pieces: list[Piece], source: Source, vocabulary: Vocabulary | None = None) -> list[object]:
    if vocabulary is None:
        texts = [piece.latex for piece in pieces]
        vocabulary = Vocabulary(running_letter(texts), functions=aliases(texts))
    return list(drafts(_reads(pieces, vocabulary), source))


def _reads(pieces: Iterable[Piece], vocabulary: Vocabulary) -> list[Read]:
    return [read for piece in pieces for read in read_piece(piece.latex, piece.offset, piece.display, vocabulary)]


def cell_of_pieces(pieces: list[Piece], source: Source, title: str, reference: str) -> tuple[Cell, Vocabulary]:
    """The cell that these pieces write, and the vocabulary that follows from it."""
    texts = [piece.latex for piece in pieces]
    letter, functions = running_letter(texts), aliases(texts)
    first = build(drafts(_reads(pieces, Vocabulary(letter, functions=functions)), source), source)
    vocabulary = vocabulary_of(first, letter, functions)
    cell = build(drafts(_reads(pieces, vocabulary), source), source, title, reference)
    for equation in cell.equations:
        if any(s.at is None and s.name == Name(letter) for s in symbols_in(equation.right)):
            raise DocumentError(
                f"{letter} counts the steps and isn't a number that an equation can use; for inputs that follow it write a list, "
                "as in x = [0, 1, 2]", source, equation.pos,
            )
        fixed = next((s for s in symbols_in(equation.right) if isinstance(s.at, Fixed)), None)
        if fixed is not None:
            raise DocumentError(
                f"this equation reads {plain(formula(fixed))}, a value of one step; an equation reads times such as "
                f"{letter} and {letter}-1", source, equation.pos,
            )
    return cell, vocabulary_of(cell, letter, functions)


def vocabulary_of(cell: Cell, letter: str, functions: dict[str, str]) -> Vocabulary:
    """The names of a cell: those with a time, and its parameters."""
    timed: dict[Name, Name] = {}
    plain: dict[Name, Name] = {}
    for equation in cell.equations:
        for symbol in symbols_in(equation.right):
            if isinstance(symbol.at, Running):
                before = timed.get(symbol.name)
                if before is None or before.index == "sub":
                    timed[symbol.name] = symbol.name
            elif symbol.at is None:
                plain.setdefault(symbol.name, symbol.name)
    for equation in cell.equations:
        before = timed.get(equation.left)
        if before is None or (before.index == "sub" and equation.left.index != "sub"):
            timed[equation.left] = equation.left
    for block in cell.blocks:
        for name in (block.whole, *block.rows):
            plain.setdefault(name, name)
    return Vocabulary(letter, timed, plain, functions)


def _walk(
    parts: list[Piece | Fence], front: frontmatter.FrontMatter, cell: Cell, vocabulary: Vocabulary, source: Source
) -> tuple[tuple[Posed, ...], Run, Convention]:
    """Data from top to bottom: what stands above the first question is the document's, later values replace earlier ones."""
    alphabet = alphabet_of(front.alphabet, source)
    letters = dict(alphabet)
    fixed = read_entries(front.given, front.inputs, cell, vocabulary, letters, source)
    current = Values()
    pending: list[Read] = []
    posed: list[Posed] = []
    convention = front.convention
    document: Values | None = None

    def take() -> None:
        nonlocal current, pending, document
        found = values(pending, cell, vocabulary, source)
        pending = []
        if document is None:
            current = found
            _agree(current, fixed, source)
            current = current.over(fixed)
            document = current
        else:
            current = succeeded(found, current, cell, front.first, source)

    def run_of(data: Values, own: Convention, pos: int) -> Run:
        return resolve(cell, data, own, source, first=front.first, first_pos=front.first_pos,
                       alphabet=alphabet, pos=pos)

    for part in parts:
        if isinstance(part, Piece):
            if not part.recalled:
                pending += read_piece(part.latex, part.offset, part.display, vocabulary)
            continue
        take()
        if len(posed) == MOST_QUESTIONS:
            raise DocumentError(f"more than {MOST_QUESTIONS} questions in one document", source, part.offset)
        question = read_question(part.text, source, part.offset, len(posed) + 1)
        own = read_entries(question.given, question.inputs, cell, vocabulary, letters, source)
        merged = convention.merged(question.convention)
        check_symbols(question.convention, cell, source)
        run = run_of(succeeded(own, current, cell, front.first, source), merged, question.pos)
        places = places_of(question.places, vocabulary, source) if isinstance(question, FindQuestion) else ()
        posed.append(Posed(question, run, places))
    take()
    check_symbols(convention, cell, source)
    assert document is not None
    return tuple(posed), run_of(document, convention, front.title.pos), convention


def _agree(body: Values, front: Values, source: Source) -> None:
    for key, given in body.parameters.items():
        _same(str(key), given, front.parameters.get(key), source)
    for (name, time), given in body.timed.items():
        _same(f"{name}_{time}", given, front.timed.get((name, time)), source)
    for name, items in body.sequences.items():
        others = front.sequences.get(name, items)
        for item, other in zip(items, others):
            _same(str(name), item, other, source)
        if len(items) != len(others):
            line = source.line_and_column(others[0].pos)[0]
            raise DocumentError(
                f"{name} has {len(items)} entries here, and {len(others)} where it is given first, in line {line}",
                source, items[0].pos,
            )


def _same(shown: str, given: Given, other: Given | None, source: Source) -> None:
    if other is not None and other.value != given.value:
        line = source.line_and_column(other.pos)[0]
        raise DocumentError(f"{shown} is given a second time with another value; the first stands in line {line}", source, given.pos)


def check_symbols(convention: Convention, cell: Cell, source: Source) -> None:
    """An error where a convention names a symbol that no equation computes."""
    known = {str(name) for name in cell.by_name}
    for _, scalar in convention.named:
        if bare(scalar.text) not in map(bare, known):
            near = nearest(scalar.text, known) or f"; equations compute {', '.join(sorted(known))}"[:200]
            raise DocumentError(f"no equation computes {scalar.text}{near}", source, scalar.pos)


_BETWEEN_PLACES = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s+")


def _several(text: str) -> list[str]:
    """The places that a text names with commas, `and` or spaces between them; those inside brackets and braces don't count."""
    parts, depth, start = [], 0, 0
    text = text.strip()
    for match in re.finditer(r"[\[({]|[\])}]|" + _BETWEEN_PLACES.pattern, text):
        sign = match.group()
        if sign in "[({":
            depth += 1
        elif sign in "])}":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return parts if all(_ONE_PLACE.fullmatch(part) for part in parts) else []


_ONE_PLACE = re.compile(r"\$?\\?[^\W\d_][^\s$+*/=]*\$?")


def places_of(scalars: tuple[Scalar, ...], vocabulary: Vocabulary, source: Source) -> tuple[Place, ...]:
    """The places that a question asks for, each computed at some step."""
    complete = replace(vocabulary, complete=True)
    out = []
    for scalar in scalars:
        several = _several(scalar.text)
        if len(several) > 1:
            raise DocumentError(f"several places are a list: write [{', '.join(several)}]", source, scalar.pos)
        try:
            found = place(scalar.text.strip("$ "), complete)
        except NotationError as error:
            raise error.within(source, scalar.pos) from None
        if found.name not in vocabulary.timed:
            raise DocumentError(f"{found} isn't computed at any step; ask for a symbol with a time", source, scalar.pos)
        out.append(found)
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _renderer:
    """Typesets a piece again from its trees, where all of it was read."""

    vocabulary: Vocabulary

    def __call__(self, piece: Piece) -> Rendered:
        reads = read_piece(piece.latex, piece.offset, piece.display, self.vocabulary)
        if not reads or any(read.statement.chain is None or read.statement.asks for read in reads):
            return Rendered(None, None)
        if any(read.statement.worded for read in reads):
            return Rendered(None, None)
        return Rendered(_inline(reads), tuple(_lines(reads)))


def _inline(reads: list[Read]) -> Inlines:
    items = [chain for read in reads if (chain := read.statement.chain) is not None]
    if len(items) == 1:
        return (Maths(formula(items[0])),)
    marks = tuple(read.statement.mark for read in reads[1:])
    return (Maths(formula(Series(tuple(items), marks))),)


def _lines(reads: list[Read]) -> Iterable[Line]:
    for row in dict.fromkeys(read.statement.row for read in reads):
        group = [read.statement for read in reads if read.statement.row == row]
        role = next((statement.role for statement in group if statement.role), "")
        note: Inlines = (Text(role),) if role else ()
        chains = [statement.chain for statement in group if statement.chain is not None]
        if len(chains) == 1:
            chain = chains[0]
            links = tuple((relation, formula(member)) for relation, member in zip(chain.relations, chain.members[1:]))
            yield Line(formula(chain.members[0]), links, note)
        else:
            marks = tuple(statement.mark for statement in group[1:])
            yield Line(formula(Series(tuple(chains), marks)), (), note)
