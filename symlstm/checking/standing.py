"""What symbols and numbers in a student's line stand for: values of the derivation or the student's own, exact or rounded.

In come a run's own derivation and the ledger of the work; out go what a step is reckoned with: the values of symbols, which numbers are
exact, what the convention allows.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cached_property

from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact
from symlstm.arithmetic.value import Value
from symlstm.checking.ledger import Ledger
from symlstm.checking.numerals import Written, agreement, ball
from symlstm.checking.scenario import Scenario
from symlstm.checking.steps import Allowed, Reckoner, Unknown
from symlstm.derivation.evaluate import component
from symlstm.errors import ShapeError, UndecidedError
from symlstm.model.convention import Convention
from symlstm.notation.places import Place
from symlstm.notation.tree import Expr, Fixed, Listing, Matrix, Name, Running, Symbol, children

_NOTHING: frozenset[fmpq] = frozenset()


class Standing:
    """What stands for what in work on one run of data."""

    def __init__(self, base: Scenario, ledger: Ledger) -> None:
        self.base = base
        self.run = base.run
        self.ledger = ledger
        self.show = self.run.convention.show
        self.scalar = all(program.scalar for program in base.trace.programs.values())
        """Whether no vector comes into the derivation."""
        self._data = {x for given in (*self.run.parameters.values(), *self.run.timed.values()) for x in values_of.entries(given.value)}
        self._allowances: dict[Name | None, Allowed] = {}

    def allowed(self, place: Place | None) -> Allowed:
        """What the convention allows a step about this place to do."""
        key = None if place is None else place.name
        if key not in self._allowances:
            self._allowances[key] = self._allowed_of(place)
        return self._allowances[key]

    def _allowed_of(self, place: Place | None) -> Allowed:
        def threshold(convention: Convention) -> fmpq | None:
            if place is not None:
                at = convention.saturates(str(place.name))
            else:
                at = convention.saturate.at if convention.saturate is not None else None
            return None if at is None else exact(at)

        own = self.run.convention
        return Allowed(threshold(own), own.places(str(place.name)) if place is not None else None, own.ties == "truncate")

    def exactly(self, place: Place | None) -> Exact:
        """What says whether a number in a line about this place is exact."""
        known = self._exact_values if place is None else _NOTHING
        return Exact(self._data, known, lambda: self._parts(place, self.base), self.show)

    @cached_property
    def _exact_values(self) -> frozenset[fmpq]:
        """Every value that the derivation knows exactly."""
        columns = self.base.trace.computed.values()
        return frozenset(x for column in columns for found in column.values()
                         for x in values_of.entries(found.carried) if isinstance(x, fmpq))

    def _parts(self, place: Place | None, scenario: Scenario) -> list[Real]:
        """All values in a place's equation, and in that of each of its entries, where the products of a matrix stand one by one."""
        annotated = scenario.annotated(place.whole) if place is not None else None
        if annotated is None:
            return []
        width = 0 if self.scalar else len(values_of.entries(annotated.worth(annotated.tree)))
        spelled = [annotated.entry(annotated.tree, k) for k in range(1, width + 1)]
        out: list[Real] = []

        def walk(tree: Expr) -> None:
            try:
                out.extend(values_of.entries(annotated.worth(tree)))
            except (KeyError, ShapeError, NumberError):
                return
            for part in children(tree):
                walk(part)

        for tree in (annotated.tree, *spelled):
            walk(tree)
        return out

    def lookup(self, place: Place, scenario: Scenario, *, own: bool = True) -> Callable[[Symbol], Value | None]:
        """What a symbol stands for in a line about a place: the student's own value, if `own`, else the derivation's."""
        time = place.time
        assert time is not None

        def value(symbol: Symbol) -> Value | None:
            if symbol.name in self.run.parameters and symbol.at is None:
                data = self.ledger.own_data if own and symbol.name in self.ledger.own_data else self.run.parameters
                found: Value | None = data[symbol.name].value
            else:
                match symbol.at:
                    case Fixed(time=at):
                        when = at
                    case Running(offset=offset):
                        when = time + offset
                    case _:
                        alias = self.ledger.alias_values().get(symbol.name)
                        if alias is not None:
                            return alias
                        when = time
                there = Place(symbol.name, when)
                stated = self.ledger.stated.get(there) if own else None
                found = values_of.vector([self._stands_for(n) for n in stated]) if stated else None
                if found is None:
                    try:
                        found = scenario.trace.carried(symbol.name, when)
                    except KeyError:
                        return None
            assert found is not None
            return component(found, symbol.entry) if isinstance(symbol.entry, int) else found

        return value

    def _stands_for(self, number: Written) -> Real:
        """What a number stated before stands for: itself where it is data or known exactly, otherwise all that round to it."""
        return number.value if number.value in self._data or number.value in self._exact_values else ball(number)

    def shape(self, tree: Expr, place: Place) -> tuple[str, int | None]:
        """What is wrong with an expression's shapes (empty where they fit), and how many entries it has, where that is known."""
        if self.scalar and not _stacks(tree):
            return "", 1
        try:
            value = Reckoner(self.lookup(place, self.base), lambda number: True).value(tree)
        except ShapeError as error:
            return error.message, None
        except (Unknown, NumberError, Undecided, UndecidedError):
            return "", None
        return "", len(values_of.entries(value))


class Exact:
    """Whether a written number is exact: data, or a value that the derivation knows exactly; others stand for an interval."""

    def __init__(self, data: Container[Real], exact: Container[fmpq], parts: Callable[[], Sequence[Real]], show: int) -> None:
        self.show = show
        self.data = data
        self.exact = exact
        self.parts = parts
        self._values: Sequence[Real] | None = None

    def given(self, number: Written) -> bool:
        """Whether a number is exact as data are, or has too few digits for one that was rounded."""
        return number.decimals is None or number.value in self.data or (number.decimals < self.show and self(number))

    def __call__(self, number: Written) -> bool:
        """Whether a number is exact."""
        if number.decimals is None:
            return True
        if number.decimals >= self.show and (number.value * 10 ** (number.decimals - 1)).q == 1:
            return False  # a zero at the end of so many digits is one that was rounded: 1.0000
        if number.value in self.data or number.value in self.exact:
            return True
        if self._values is None:
            self._values = self.parts()
        if any(isinstance(x, fmpq) and x == number.value for x in self._values):
            return True
        if number.decimals >= 2:
            return False
        return not any(agreement(number, x, 99) == "right" for x in self._values if not isinstance(x, fmpq))


def _stacks(tree: Expr) -> bool:
    """Whether a vector or matrix stands in a tree."""
    return isinstance(tree, Listing | Matrix) or any(map(_stacks, children(tree)))
