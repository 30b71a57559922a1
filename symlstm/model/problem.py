"""A problem: its cell, its data, what is asked, and its prose; and a `Run`, all that one derivation needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.value import Value
from symlstm.document.blocks import Block
from symlstm.errors import DocumentError, Source
from symlstm.model.cell import Cell
from symlstm.model.convention import Convention
from symlstm.model.question import Question
from symlstm.model.sizes import sizes
from symlstm.model.values import Given, Timeless, Values, written
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary, closest, symbols_in
from symlstm.notation.tree import Expr, Fixed, Listing, Matrix, Name, Running, Symbol
from symlstm.notation.typeset import formula, plain

MOST_STEPS = 100_000
_ALIKE = 0.6
"""From which likeness on (as `difflib` measures it) one name may be meant for another."""


@dataclass(frozen=True)
class Run:
    """All that one derivation needs: a cell, the values given, the steps, the convention."""

    cell: Cell
    parameters: Mapping[Name, Given]
    timed: Mapping[tuple[Name, int], Given]
    """Initial values, inputs and given values, by name and time."""
    first: int
    last: int
    """First and last step; `last < first` where no step can be taken."""
    convention: Convention
    alphabet: tuple[Given, ...]
    """The inputs that may occur; empty where the cell has none, or several."""
    source: Source
    missing_pos: int = 0
    """Where to point when a value is missing: the question, or the equations."""
    strangers: Mapping[Name, Given] = field(default_factory=dict, compare=False)
    """Values given to names that the cell doesn't have: perhaps a name misspelled."""
    timeless: Mapping[Name, Timeless] = field(default_factory=dict, compare=False)
    """What was said of inputs at the running time alone."""
    letters: tuple[str, ...] = field(default=(), compare=False)
    """What the author calls the inputs of the alphabet; empty where they have no names."""

    @cached_property
    def letter_names(self) -> tuple[str, ...]:
        """What each input of the alphabet is called: its name, or the number as it is written."""
        return self.letters or tuple(plain(formula(letter.tree)).replace("−", "-") for letter in self.alphabet)

    def no_time(self, name: Name) -> str:
        """What to write where an input was given at the running time only; empty where it wasn't."""
        said = self.timeless.get(name)
        if said is None or any(name == other for other, _ in self.timed):
            return ""
        line = self.source.line_and_column(said.pos)[0]
        number = said.number
        return (
            f"; {said.statement} in line {line} isn't a value at a time: write {name}_{self.first} = {number} or {name} = [{number}], "
            "or display it where it is an equation of the cell"
        )

    @cached_property
    def steps(self) -> range:
        """The times of the steps."""
        return range(self.first, self.last + 1)

    @cached_property
    def misspelled(self) -> Mapping[Name, Name]:
        """The strangers that may be a name of the cell misspelled, each with that name; a lone letter is most often a remark."""
        cell = self.cell
        known = {str(name): name for name in (*cell.parameters, *cell.inputs, *cell.by_name)}
        labelled = [name for name in self.strangers if name.sub or name.sup or len(name.base) > 1]
        near = {name: closest(str(name), known, _ALIKE) for name in labelled}
        return {name: known[other] for name, other in near.items() if other}


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with the data in force for it."""

    question: Question
    run: Run
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A problem document, read.

    `body` is its prose with the questions' numbers (from 1) where they stand.
    """

    title: str
    source: Source
    cell: Cell
    run: Run
    questions: tuple[Posed, ...]
    body: tuple[Block | int, ...]
    vocabulary: Vocabulary
    convention: Convention


def resolve(cell: Cell, values: Values, convention: Convention, source: Source, *, first: int | None, first_pos: int = 0,
            alphabet: tuple[tuple[str, Given], ...] = (), pos: int = 0) -> Run:
    """The run of these data: first and last step, groups and blocks of parameters, sizes of initial values."""
    parameters = _parameters(cell, values, source)
    start, initial = first_step(cell, values, source, first, first_pos)
    timed = dict(values.timed)
    for name, sequence in values.sequences.items():
        for k, item in enumerate(sequence):
            before = values.timed.get((name, start + k))
            if (name, start + k) in values.changed:
                continue
            if before is not None and before.value != item.value:
                raise DocumentError(
                    f"{name}_{start + k} is given twice with different values; it is entry {k + 1} of the inputs in line "
                    f"{source.line_and_column(item.pos)[0]} too", source, before.pos,
                )
            timed[name, start + k] = item
    run_inputs = cell.inputs
    last = start - 1
    if run_inputs:
        lagged = cell.lags
        while all((name, last + 1) in timed or (name in lagged and (name, last) in timed and _only_lagged(cell, name))
                  for name in run_inputs):
            last += 1
    elif values.timed or not cell.lags:
        last = start
    times = [time for (name, time) in values.timed if name in cell.by_name and time >= start]
    last = max([last, *times])
    _without_gaps(cell, values, timed, start, last, source)
    if last - start > MOST_STEPS:
        late = max(timed, key=lambda place: place[1])
        raise DocumentError(
            f"{late[0]}_{late[1]} would be step {last - start + 1:,}; at most {MOST_STEPS:,} are taken", source, timed[late].pos
        )
    letters = tuple(given for _, given in alphabet)
    if letters and len(run_inputs) == 1:
        _in_alphabet(run_inputs[0], {place: given for place, given in timed.items() if place[1] >= start}, letters, source)
    # Where no input is given yet, the letters say how many entries one has.
    wanted = sizes(cell, parameters, {(run_inputs[0], start): letters[0], **timed} if letters and len(run_inputs) == 1 else timed)
    for place in initial:
        entries = wanted.get(place[0], 0)
        given = timed[place]
        if entries > 1 and not isinstance(given.value, values_of.Vector | values_of.Matrix):
            number = given.tree
            timed[place] = replace(given, value=values_of.Vector((given.value,) * entries), tree=Listing((number,) * entries, "["))
    return Run(cell, parameters, timed, start, last, convention, letters or _occurring(cell, timed), source, pos,
               values.strangers, values.timeless, tuple(name for name, _ in alphabet))


def _in_alphabet(name: Name, timed: Mapping[tuple[Name, int], Given], alphabet: tuple[Given, ...], source: Source) -> None:
    letters = [letter.value for letter in alphabet]
    for (other, time), given in timed.items():
        if other == name and given.value not in letters:
            shown = ", ".join(plain(formula(letter.tree)) for letter in alphabet[:8])
            raise DocumentError(
                f"{name}_{time} = {plain(formula(given.tree))} isn't in the alphabet ({shown})", source, given.pos
            )


def _only_lagged(cell: Cell, name: Name) -> bool:
    return not any(s.name == name and s.at == Running(0) for e in cell.equations for s in symbols_in(e.right))


def _occurring(cell: Cell, timed: Mapping[tuple[Name, int], Given]) -> tuple[Given, ...]:
    if len(cell.inputs) != 1:
        return ()
    letters: list[Given] = []
    for (name, _), given in timed.items():
        if name == cell.inputs[0] and all(given.value != letter.value for letter in letters):
            letters.append(given)
            if len(letters) > 64:
                return ()
    return tuple(letters)


def _parameters(cell: Cell, values: Values, source: Source) -> dict[Name, Given]:
    out = dict(values.parameters)
    for block in cell.blocks:
        whole = out.get(block.whole)
        if whole is None:
            continue
        parts = _split(whole, len(block.rows), block.whole, source)
        for name, part in zip(block.rows, parts):
            if name in out and out[name].value != part.value:
                raise DocumentError(f"{name} disagrees with its rows of {block.whole}", source, out[name].pos)
            out.setdefault(name, part)
    for group, names in (("weights", cell.weights), ("biases", cell.biases), ("parameters", frozenset(cell.parameters))):
        # In the order of the equations, so that it is the same in every process.
        for name in cell.parameters if group in values.groups else ():
            if name in names:
                out.setdefault(name, values.groups[group])
    return out


def _split(whole: Given, rows: int, name: Name, source: Source) -> list[Given]:
    value = whole.value
    if isinstance(value, values_of.Matrix):
        height = len(value.rows)
    elif isinstance(value, values_of.Vector):
        height = len(value.entries)
    else:
        return [whole] * rows
    if height % rows:
        raise DocumentError(f"{name} has {height} rows, which can't be split into {rows} blocks", source, whole.pos)
    each = height // rows
    out = []
    for k in range(rows):
        part: Value
        if isinstance(value, values_of.Matrix):
            part = values_of.Matrix(value.rows[k * each : (k + 1) * each])
        else:
            entries = value.entries[k * each : (k + 1) * each]
            part = entries[0] if each == 1 else values_of.Vector(entries)
        out.append(Given(part, _rows_of(whole.tree, height, k * each, each) or written(part), whole.pos))
    return out


def _without_gaps(
    cell: Cell, values: Values, timed: Mapping[tuple[Name, int], Given], start: int, last: int, source: Source
) -> None:
    """An error where a single input is given that no step can reach: before the first, or behind a gap."""
    for (name, time), given in sorted(values.timed.items(), key=lambda item: item[0][1]):
        if name not in cell.inputs:
            continue
        if time < start - cell.lags.get(name, 0):
            raise DocumentError(
                f"{name}_{time} stands before the first step, which is {start} after these initial values", source, given.pos
            )
        if time > last + 1 and (name, time - 1) not in timed:
            raise DocumentError(f"{name}_{time} is given, but {name}_{time - 1} isn't", source, given.pos)


def _rows_of(tree: Expr, height: int, start: int, count: int) -> Expr | None:
    """Rows of a list or array as they were written; None where the tree has no row a line."""
    if isinstance(tree, Matrix) and len(tree.rows) == height:
        rows = tree.rows[start : start + count]
        return rows[0][0] if count == 1 and len(rows[0]) == 1 else Matrix(rows, tree.bracket, tree.inline)
    if isinstance(tree, Listing) and len(tree.items) == height:
        items = tree.items[start : start + count]
        return items[0] if count == 1 and not isinstance(items[0], Listing) else Listing(items, tree.bracket)
    return None


def first_step(
    cell: Cell, values: Values, source: Source, declared: int | None, pos: int
) -> tuple[int, list[tuple[Name, int]]]:
    """The first step, and the places of the initial values."""
    lagged = [(name, time) for (name, time) in values.timed if name in cell.lags]
    states = [place for place in lagged if place[0] in cell.by_name]
    if not states:
        inputs = [time for (name, time) in values.timed if name in cell.inputs and name not in cell.lags]
        return (declared if declared is not None else min(inputs, default=0) if not values.sequences else 0), []
    smallest = min(time for _, time in states)
    reach = max(cell.lags[name] for name, _ in states)
    initial = [place for place in states if place[1] < smallest + reach]
    found = max(time for _, time in initial) + 1
    if declared is not None and declared != found and not any(time == declared - 1 for _, time in states):
        name = initial[0][0]
        raise DocumentError(
            f"first: {declared} says that step {declared} is the first, but the initial values ({name}_{found - 1}) make it "
            f"{found}", source, pos,
        )
    return (declared if declared is not None else found), initial


def symbol(place: Place) -> Symbol:
    """A place as a symbol of the written tree."""
    return Symbol(place.name, None if place.time is None else Fixed(place.time), place.entry)
