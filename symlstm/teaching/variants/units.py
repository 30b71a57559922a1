"""What varies: the values that `vary:` names, in every run of a document, as units that are drawn at once.

In come a problem and its front matter; out come the units with their domains, and for each run which entry of which value is
filled from where. A value that is stated again unchanged is one value; inputs that differ are drawn each for itself. Nothing is drawn
here, and nothing knows how a value is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Table
from collections.abc import Sequence as Ordered
from dataclasses import dataclass, field, replace

from symlstm.arithmetic.value import shape
from symlstm.errors import DocumentError, NotationError
from symlstm.model.fields import nearest_or_all
from symlstm.model.frontmatter import FrontMatter
from symlstm.model.given import GROUPS, alphabet_of
from symlstm.model.problem import Problem, Run
from symlstm.model.values import Given
from symlstm.model.yaml_text import Node, Scalar
from symlstm.notation.places import Place, place
from symlstm.notation.tree import Name
from symlstm.teaching.variants.cells import Cell, Key, Reading, as_written, steps_of
from symlstm.teaching.variants.domain_reading import Stated, read_domain
from symlstm.teaching.variants.domains import Domain, Item, Outcome, Permutation


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an entry is filled from: the unit, the item of its outcome, the entry of that."""

    unit: int
    item: int
    entry: int


@dataclass(frozen=True, slots=True)
class Unit:
    """What is drawn at once."""

    key: str
    """As it stands under `vary`."""
    pos: int
    """Where it stands there."""
    name: Name
    time: int | None
    domain: Domain
    original: Outcome
    sequence: bool
    runs: frozenset[int]
    """The runs that it is part of: 0 is the document's, k the kth question's."""

    @property
    def resized(self) -> bool:
        """Whether an input may get another length."""
        return self.sequence and len(self.domain.at(0)) != len(self.original)


@dataclass(frozen=True, slots=True)
class Fill:
    """A value of a run of which some entries vary."""

    key: Key
    sources: tuple[Slot | None, ...]
    """For each entry where it comes from; None where it stays."""


@dataclass(frozen=True)
class Units:
    """All that varies in a document."""

    units: tuple[Unit, ...]
    fills: tuple[tuple[Fill, ...], ...]
    """For each run."""
    slots: Table[Cell, Slot]
    grouped: Table[int, int]
    """Units of values that only a group gives, each with where the group's value stands."""
    groups: Table[tuple[str, int], int]
    """Groups that vary, by name and where their value stands, with their units."""
    letters: Table[str, Given] = field(default_factory=dict)


def units_of(problem: Problem, front: FrontMatter) -> Units:
    """What varies in a document.

    Raises `DocumentError` at a key that names nothing of it, or a domain that doesn't fit.
    """
    assert front.vary is not None
    return _Collector(problem, front).collect()


class _Collector:
    def __init__(self, problem: Problem, front: FrontMatter) -> None:
        self.problem, self.front, self.source = problem, front, problem.source
        self.reading = Reading(problem)
        self.letters = dict(alphabet_of(front.alphabet, problem.source))
        self.units: list[Unit] = []
        self.slots: dict[Cell, Slot] = {}
        self.groups: dict[tuple[str, int], int] = {}
        self.grouped: dict[int, int] = {}

    def collect(self) -> Units:
        assert self.front.vary is not None
        pairs = self.front.vary.entries
        if not pairs:
            raise self._wrong("`vary` is empty; write symbols with their domains, as in {b_f: [1, 2, 4]}", self.front.vary)
        for key, node in sorted(pairs, key=lambda pair: pair[0].text in GROUPS):
            if key.text in GROUPS:
                self._group(key, node)
            else:
                self._symbol(key, node)
        fills = tuple(tuple(self._fills(run)) for run in self.reading.runs)
        return Units(tuple(self.units), fills, self.slots, self.grouped, self.groups, self.letters)

    def _wrong(self, message: str, node: Node) -> DocumentError:
        return DocumentError(message, self.source, node.pos)

    # -- keys ---

    def _place(self, key: Scalar) -> Place:
        complete = replace(self.problem.vocabulary, complete=True)
        try:
            where = place(key.text.strip("$ "), complete)
        except NotationError as error:
            raise error.within(self.source, key.pos) from None
        if where.entry is not None or where.rung:
            raise self._wrong(f"`vary` takes whole values; write {where.whole} with a list of values, or a domain for its entries", key)
        if where.time is None and where.name in self.problem.cell.by_name:
            start = Place(where.name, self.problem.run.first - 1)
            raise self._wrong(f"{where.name} is computed by the cell; vary an initial value, as in {start}", key)
        return where

    def _symbol(self, key: Scalar, node: Node) -> None:
        where = self._place(key)
        sequence = where.time is None and where.name in self.problem.cell.inputs
        found = False
        for run in self.reading.runs:
            if sequence:
                items = self.reading.sequence(run, where.name)
            else:
                cells = self.reading.cells(run, (where.name, where.time))
                items = [tuple(dict.fromkeys(cells))] if cells is not None else []
            if not items:
                continue
            found = True
            taken = next((self.slots[cell] for item in items for cell in item if cell in self.slots), None)
            if taken is not None and self.units[taken.unit].pos != key.pos:
                other = self.units[taken.unit].key
                raise self._wrong(f"{key.text} is varied twice: it is part of {other}, which is varied too; keep one", key)
            fresh = [item for item in items if not any(cell in self.slots for cell in item)]
            if fresh:
                self._unit(key, node, where, sequence, fresh, run)
        if not found:
            raise self._nowhere(key, where)

    def _nowhere(self, key: Scalar, where: Place) -> DocumentError:
        given = {str(Place(*each)) for run in self.reading.runs for each in [*((n, None) for n in run.parameters), *run.timed]}
        known = sorted(given | {str(name) for name in self.problem.cell.inputs})
        near = nearest_or_all(str(where), known)[:160]
        return self._wrong(f"the document gives no value to {where}, so there is nothing to vary{near}", key)

    def _unit(self, key: Scalar, node: Node, where: Place, sequence: bool, items: Ordered[tuple[Cell, ...]], run: Run) -> None:
        number = len(self.units)
        originals = tuple(self._original(run, item, where, sequence) for item in items)
        first = self._given(run, where, sequence)
        words = "a number" if len(originals[0].entries) == 1 else shape(first.value)
        alphabet = tuple(self.letters.values()) if where.name in self.problem.cell.inputs else ()
        steps = len(self.reading.sequence(run, where.name)) if sequence else 1
        stated = Stated(key.text, originals, words, sequence, self.letters if alphabet else {}, alphabet, steps)
        if len({len(item.entries) for item in originals}) > 1:
            raise self._wrong(f"the inputs {key.text} have different numbers of entries", key)
        domain = read_domain(node, stated, self.source)
        if isinstance(domain, Permutation) and sequence and len(originals) < 2:
            raise self._wrong(f"{key.text} is an input of one step, which has no order to permute", node)
        for k, item in enumerate(items):
            for j, cell in enumerate(item):
                self.slots[cell] = Slot(number, k, j)
        runs = frozenset(k for k, other in enumerate(self.reading.runs) if self._has(other, where, sequence, items))
        unit = Unit(key.text, key.pos, where.name, where.time, domain, originals, sequence, runs)
        if unit.resized and any(len(self.reading.sequence(self.reading.runs[k], where.name)) != len(items) for k in runs):
            raise self._wrong(f"{key.text} can't get another length, as single inputs of it are given again", node)
        self.units.append(unit)
        if where.time is None and not sequence and first.pos in self._group_places():
            self.grouped[number] = first.pos

    def _has(self, run: Run, where: Place, sequence: bool, items: Ordered[tuple[Cell, ...]]) -> bool:
        cells = {cell for item in items for cell in item}
        if sequence:
            return any(cell in cells for item in self.reading.sequence(run, where.name) for cell in item)
        keys: list[Key] = [*((name, None) for name in run.parameters), *run.timed]
        return any(cell in cells for key in keys for cell in self.reading.cells(run, key) or ())

    def _given(self, run: Run, where: Place, sequence: bool) -> Given:
        if sequence:
            return run.timed[where.name, steps_of(run, where.name)[0]]
        return run.parameters[where.name] if where.time is None else run.timed[where.name, where.time]

    def _original(self, run: Run, cells: tuple[Cell, ...], where: Place, sequence: bool) -> Item:
        given = self._given(run, where, sequence)
        if sequence:
            times = steps_of(run, where.name)
            given = next(run.timed[where.name, t] for t in times if self.reading.cells(run, (where.name, t)) == cells)
        item = as_written(given)
        letter = next((name for name, other in self.letters.items() if other.value == given.value and not _digital(name)), "")
        return Item(item.entries[: len(cells)], letter if sequence or where.name in run.cell.inputs else "")

    # -- groups ---

    def _group_places(self) -> dict[int, str]:
        """Where values of groups stand, with their names."""
        given = [*self.front.given, *(pair for posed in self.problem.questions for pair in posed.question.given)]
        return {node.pos: key.text for key, node in given if key.text in GROUPS}

    def _group(self, key: Scalar, node: Node) -> None:
        found = False
        for run in self.reading.runs:
            places = [pos for pos, name in self._group_places().items() if name == key.text]
            for pos in places:
                names = [name for name, given in run.parameters.items() if given.pos == pos]
                found |= bool(names)
                cells = [cell for name in names for cell in self.reading.cells(run, (name, None)) or () if cell not in self.slots]
                if not cells:
                    continue
                given = run.parameters[names[0]]
                number = self.groups.get((key.text, pos), len(self.units))
                if number == len(self.units):
                    item = as_written(given)
                    stated = Stated(key.text, (item,), shape(given.value), False, {}, ())
                    self.groups[key.text, pos] = number
                    everywhere = frozenset(k for k, other in enumerate(self.reading.runs) if any(
                        value.pos == pos for value in other.parameters.values()))
                    domain = read_domain(node, stated, self.source)
                    self.units.append(Unit(key.text, key.pos, Name(key.text), None, domain, (item,), False, everywhere))
                for cell in cells:
                    self.slots[cell] = Slot(number, 0, cell[1])
        if not found:
            raise self._wrong(f"the document fills nothing from `{key.text}`, so there is nothing to vary", key)

    def _fills(self, run: Run) -> Iterator[Fill]:
        keys: list[Key] = [*((name, None) for name in run.parameters), *run.timed]
        for key in keys:
            cells = self.reading.cells(run, key) or ()
            sources = tuple(self.slots.get(cell) for cell in cells)
            if any(source is not None for source in sources):
                yield Fill(key, sources)


def _digital(name: str) -> bool:
    return name[:1] in "-−+.[0123456789"
