"""The only evaluator: from a run to the values of every step.

Exact rationals until a function makes them balls; the precision is doubled until every rounding, saturation and 20 significant
digits of every value are settled. No float decides anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from flint import arb, fmpq

from symlstm.arithmetic import entrywise
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import EXTRA_BITS, START_BITS, NumberError, Undecided, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import Value
from symlstm.derivation.cancellation import cancelled, with_exact
from symlstm.derivation.program import OnTheWay, Program, operand_value
from symlstm.derivation.programs import Programs
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import DocumentError, ShapeError, SymlstmError, UndecidedError
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.symbols import closest, symbols_in
from symlstm.notation.tree import Name, Running

_ACCURATE_BITS = 76
"""Relative accuracy that every value has in the end: 20 significant digits and a few bits."""

_DIGITS_BEYOND_SHOW = 24
"""Decimals beyond those shown to which every value is known, for the lines that print more digits."""

_WIDE = 1_000_000

_NO_OVERRIDES: Mapping[Place, Value] = {}


class _Unsettled(Undecided):
    """A value that lost too many bits on the way (a run that magnifies its errors)."""


def derive(
    run: Run, overrides: Mapping[Place, Value] = _NO_OVERRIDES, *, programs: Programs | None = None, way: OnTheWay | None = None,
    until: int | None = None, keep_going: bool = False,
) -> Trace:
    """Compute every value of the run that its data determine.

    `overrides` puts a value in the place of a derived or given one (a whole place, one entry, or the one number of a rung such as
    `f_1/pre-activation`), as a student's own number. `programs` keeps what is compiled for further runs. `way` rounds numbers on the
    way. `until` is the last step to take. Raises `UndecidedError` where a rounding can't be told from a tie, `ShapeError` where
    shapes don't fit; with `keep_going` such a place has no value instead, and the trace says why.
    """
    vectors = any(isinstance(value, values_of.Vector | values_of.Matrix) for value in overrides.values())
    compiled = (programs or Programs()).of(run, vectors)
    steps = run.steps if until is None else range(run.first, min(run.last, until) + 1)
    changes = _Changes(run, compiled, overrides, way)
    stopped: dict[tuple[Name, int], SymlstmError] = {}
    bits = START_BITS
    limit = START_BITS + EXTRA_BITS
    # A cell that magnifies errors loses bits with every step: the run's length adds to what may be spent on that.
    longest = limit + 64 * len(run.steps)
    while True:
        attempt = _Attempt(run, compiled, changes, steps, bits, stopped)
        try:
            with working_precision(bits):
                return attempt.trace()
        except Undecided as undecided:
            most = longest if isinstance(undecided, _Unsettled) else limit
            if bits < most:
                bits = min(2 * bits, most)
                continue
            if found := attempt.cancelled():
                changes.cancelled |= found
                bits = START_BITS
                continue
            what = "known to the digits that are printed" if most > limit else "told from a tie or threshold"
            error: SymlstmError = UndecidedError(
                f"{attempt.where} can't be {what}, even with {bits:,} bits; change a number, or the convention",
                run.source, attempt.pos,
            )
        except SymlstmError as caught:
            if isinstance(caught, ShapeError | UndecidedError | NumberError):
                caught.message = f"{attempt.where}: {caught.message}"
            error = caught.within(run.source, attempt.pos)
        if not keep_going or attempt.at is None:
            raise error from None
        stopped[attempt.at] = error


class _Changes:
    """What is put in the place of given and derived values, by name and time."""

    def __init__(
        self, run: Run, programs: Mapping[Name, Program], overrides: Mapping[Place, Value], way: OnTheWay | None
    ) -> None:
        self.way = way
        self.given: dict[tuple[Name, int], list[tuple[int | None, Value]]] = {}
        self.derived: dict[tuple[Name, int], list[tuple[int | None, Value]]] = {}
        self.holes: dict[tuple[Name, int], dict[int, Value]] = {}
        for place, value in overrides.items():
            if place.time is None:
                raise ValueError(f"{place} has no time")
            at = place.name, place.time
            if place.rung:
                hole = programs[place.name].hole_of(place.rung) if place.name in programs else None
                if hole is None:
                    raise ValueError(f"{place} isn't one number")
                self.holes.setdefault(at, {})[hole] = value
            elif at in run.timed:
                self.given.setdefault(at, []).append((place.entry, value))
            elif place.name in programs:
                self.derived.setdefault(at, []).append((place.entry, value))
            else:
                raise ValueError(f"{place} has no value that could be put in its place")
        self.touched = self.derived.keys() | self.holes.keys()
        self.cancelled: dict[tuple[Name, int], tuple[fmpq | None, ...]] = {}
        """Entries known to be exact because everything inexact in them cancels."""


def _changed(value: Value, changes: Iterable[tuple[int | None, Value]]) -> Value:
    for entry, new in changes:
        if entry is None:
            value = new
            continue
        entries = list(values_of.entries(value))
        entries[entry - 1] = values_of.entries(new)[0]
        value = values_of.Vector(tuple(entries)) if len(entries) > 1 else entries[0]
    return value


class _Attempt:
    """One pass at one precision."""

    def __init__(
        self, run: Run, programs: Mapping[Name, Program], changes: _Changes, steps: range, bits: int,
        stopped: Mapping[tuple[Name, int], SymlstmError],
    ) -> None:
        self.run = run
        self.programs = programs
        self.changes = changes
        self.steps = steps
        self.bits = bits
        self.stopped = stopped
        self.at: tuple[Name, int] | None = None
        self.finest = arb(2) ** -math.ceil((run.convention.show + _DIGITS_BEYOND_SHOW) * math.log2(10))
        numbers = [x for value in (*run.parameters.values(), *run.timed.values()) for x in values_of.entries(value.value)]
        self.wide = any(bool(x > _WIDE) or bool(x < -_WIDE) for x in numbers)
        """Whether numbers are so large that what comes on the way to a value has to be settled digit by digit too."""
        self.pos = run.missing_pos
        self.given: Mapping[Name, Mapping[int, Value]] = {}
        self.computed: Mapping[Name, Mapping[int, Computed]] = {}
        self.values: dict[Name, dict[int, Value]] = {name: {} for name in run.cell.by_name}
        for (name, time), given in run.timed.items():
            value = given.value
            if changes.given and (name, time) in changes.given:
                value = _changed(value, changes.given[name, time])
            self.values.setdefault(name, {})[time] = value

    @property
    def where(self) -> str:
        """The place that is being computed, or nothing before the first."""
        if self.at is None:
            return ""
        name, time = self.at
        return f"{name}_{time}"

    def trace(self) -> Trace:
        given = self.given = {name: dict(values) for name, values in self.values.items()}
        computed: dict[Name, dict[int, Computed]] = {name: {} for name in self.programs}
        self.computed = computed
        steps = [
            (name, program, self.values[name], computed[name], tuple((self.values.setdefault(o.name, {}), o) for o in program.operands))
            for name, program in self.programs.items()
        ]
        changes, stopped = self.changes, self.stopped
        for time in self.steps:
            for name, program, values, made, operands in steps:
                if time in values or (stopped and (name, time) in stopped):
                    continue
                holes: list[Value] = []
                for column, operand in operands:
                    value = column.get(time + operand.offset)
                    if value is None:
                        break
                    holes.append(value if operand.entry is None else operand_value(value, operand))
                else:
                    self.at = name, time
                    self.pos = program.equation.pos
                    if changes.cancelled and (name, time) in changes.cancelled:
                        program.run(holes)
                        exactly = with_exact(holes[-1], changes.cancelled[name, time])
                        result = _computed(program, self.run, exactly, exactly, (), ())
                    elif changes.way is None and not (changes.touched and (name, time) in changes.touched):
                        result = self._step(program, holes)
                    else:
                        result = self._changed_step(program, holes, time)
                    made[time] = result
                    values[time] = result.carried
        return Trace(self.run, self.programs, given, computed, self.bits, dict(stopped))

    def _step(self, program: Program, holes: list[Value]) -> Computed:
        operands = list(holes) if program.threshold is not None else holes
        fired = program.run(holes)
        value = holes[-1]
        for number in holes[len(program.operands) :] if self.wide else (value,):
            _settled(number, self.bits, self.finest)
        exact = value
        if fired:
            program.run(operands, saturate=False)
            exact = operands[-1]
            _settled(exact, self.bits, self.finest)
        return _computed(program, self.run, value, exact, tuple(holes) if program.plain else (), fired)

    def cancelled(self) -> dict[tuple[Name, int], tuple[fmpq | None, ...]]:
        """Exact values of the place that couldn't be decided, or of what it reads, where all that is inexact in one cancels."""
        if self.at is None:
            return {}
        name, time = self.at
        trace = Trace(self.run, self.programs, self.given, self.computed, self.bits)
        reads = ((o.name, time + o.offset) for o in self.programs[name].operands)
        out: dict[tuple[Name, int], tuple[fmpq | None, ...]] = {}
        with working_precision(self.bits):
            for at in (self.at, *(at for at in reads if at[1] in self.computed.get(at[0], {}))):
                try:
                    known = cancelled(trace, *at)
                except (Undecided, SymlstmError):
                    continue
                if any(x is not None for x in known) and at not in self.changes.cancelled:
                    out[at] = known
        return out

    def _changed_step(self, program: Program, holes: list[Value], time: int) -> Computed:
        """A step with numbers rounded on the way or put in the place of derived ones."""
        changes = self.changes
        forced = changes.holes.get((program.name, time), {})
        if changes.way is None and not forced:
            result = self._step(program, holes)
        else:
            fired = program.run_otherwise(holes, changes.way, forced)
            _settled(holes[-1], self.bits, self.finest)
            result = _computed(program, self.run, holes[-1], holes[-1], (), fired)
        own = changes.derived.get((program.name, time))
        if own is None:
            return result
        value = _changed(result.carried, own)
        return Computed(value, value, value, value, (), ())


def _computed(program: Program, run: Run, value: Value, exact: Value, way: tuple[Value, ...], fired: Sequence[int]) -> Computed:
    """A value with its rounding as the convention has it."""
    places = program.places
    if places is None:
        return Computed(value, value, exact, value, way, fired)
    ties = run.convention.ties
    rounded = entrywise.apply(lambda x: round_to(x, places, ties).value, value)
    return Computed(rounded if run.convention.carry else value, value, exact, rounded, way, fired)


def step_otherwise(trace: Trace, run: Run, program: Program, time: int) -> Computed | None:
    """One step of a derivation in which something is changed here only: an equation, its data or its convention.

    `trace` has what was carried to this step, `program` is the equation as it is changed, `run` has the changed data and convention.
    None where the equation reads what neither has. The value is known to the digits that the trace carries: raises `Undecided` where
    that doesn't settle a rounding, `ShapeError` where shapes don't fit.

    >>> from dataclasses import replace
    >>> import symlstm
    >>> header = "---\\ntitle: A unit\\ngiven: {w: 1/2, h_0: 1}\\ninputs: {x: [2, 4]}\\n---\\n"
    >>> run = symlstm.read(header + "$h_t = w h_{t-1} + x_t$\\n\\n```question\\nfind: h\\n```\\n").questions[0].run
    >>> trace = derive(run)
    >>> twice = replace(run, timed={at: replace(given, value=2 * given.value) for at, given in run.timed.items()})
    >>> (program,) = trace.programs.values()
    >>> [str(each.carried) for each in (trace.step(program.name, 2), step_otherwise(trace, twice, program, 2))]
    ['21/4', '37/4']
    """
    holes: list[Value] = []
    for operand in program.operands:
        at = operand.name, time + operand.offset
        given = run.timed.get(at)
        if given is trace.run.timed.get(at):
            try:
                value = trace.carried(*at)
            except KeyError:
                return None
        elif given is None:
            return None
        else:
            value = given.value
        holes.append(operand_value(value, operand))
    operands = list(holes)
    fired = program.run(holes)
    value = exact = holes[-1]
    if fired:
        program.run(operands, saturate=False)
        exact = operands[-1]
    return _computed(program, run, value, exact, (), fired)


def _settled(value: Value, bits: int, finest: arb) -> None:
    if type(value) is arb:
        _settled_real(value, bits, finest)
    elif isinstance(value, values_of.Vector):
        for entry in value.entries:
            if type(entry) is arb:
                _settled_real(entry, bits, finest)


def _settled_real(x: arb, bits: int, finest: arb) -> None:
    if not x.rad() < finest and x.is_finite():
        raise _Unsettled
    if x.rel_accuracy_bits() < _ACCURATE_BITS:
        if not x.is_finite():
            raise _Unsettled
        # A ball around zero never gains relative accuracy: what counts there is that it is small.
        if bits >= 512 and x.contains(0) and x.abs_upper() < arb(2) ** (-bits // 2):
            return
        raise _Unsettled


def why_missing(run: Run, trace: Trace, name: Name, time: int, depth: int = 0) -> str:
    """In words, which value nobody gives that this place needs."""
    if time < run.first and name in run.cell.by_name:
        return f"{name}_{time}"
    if name not in run.cell.by_name:
        return f"{name}_{time}"
    if time > run.last and not run.cell.inputs:
        return f"{name}_{time} (the steps run from {run.first} to {run.last})"
    equation = run.cell.by_name[name]
    for symbol in symbols_in(equation.right):
        if symbol.at is None:
            if symbol.name not in run.parameters:
                return str(symbol.name)
        elif isinstance(symbol.at, Running) and depth < 200:
            when = time + symbol.at.offset
            there = trace.step(symbol.name, when) is not None or when in trace.given.get(symbol.name, {})
            if not there:
                return why_missing(run, trace, symbol.name, when, depth + 1)
    return f"{name}_{time}"


def require(trace: Trace, place: Place, pos: int) -> Value:
    """The value printed for a place; a `DocumentError` that names what is missing where it can't be derived."""
    value = rung_value(trace, place)
    if value is None:
        assert place.time is not None
        run = trace.run
        lacking = why_missing(run, trace, place.name, place.time)
        hint = f"; {lacking} has no value" if lacking != str(place) else ""
        strangers = {str(name): given for name, given in run.strangers.items()}
        if near := closest(lacking, strangers, 0.6):
            line = run.source.line_and_column(strangers[near].pos)[0]
            hint += f", but {near}, which the cell doesn't have, is given in line {line}"
        elif timeless := next(filter(None, (run.no_time(name) for name in run.timeless if lacking.startswith(f"{name}_"))), ""):
            hint += timeless
        elif not hint:
            hint = f"; the steps run from {run.first} to {run.last}"
        raise DocumentError(f"{place} can't be computed{hint}", run.source, pos)
    return value
