"""An analysis as JSON (section 7 of the design): the result object encoded, numbers and letters as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import Interval
from symlstm.analysis.machines.findings import Findings, Grown, State, Unread, state_name
from symlstm.analysis.machines.growth import Change
from symlstm.analysis.machines.unit import Slot, Unit
from symlstm.analysis.machines.verdict_words import number_words, show_words
from symlstm.arithmetic.real import ONE, ZERO
from symlstm.notation.tree import Name
from symlstm.presentation.claims_json import claim_object
from symlstm.presentation.state_words import remembered_words

if TYPE_CHECKING:
    from symlstm.pipelines import Analysis

FORMAT = "symlstm/analysis-1"


def encoded(analysis: Analysis) -> str:
    """The JSON text of an analysis, indented, with a newline at its end."""
    found = analysis.findings
    out = {
        "format": FORMAT,
        "title": analysis.problem.title,
        **(_NOTHING if isinstance(found, Unread) else _found(found)),
        "claims": [claim_object(option) for option in analysis.options],
    }
    return msgspec.json.format(msgspec.json.encode(out), indent=2).decode() + "\n"


_NOTHING: dict[str, Any] = {
    "finite": None, "proved": False, "initial": None, "states": [], "moves": [], "growth": [],
}


def _found(findings: Findings) -> dict[str, Any]:
    unit, machine = findings.analyst.unit, findings.machine
    return {
        "finite": findings.finite,
        "proved": findings.proved,
        "initial": None if machine is None else state_name(machine.initial),
        "states": [_state(state, unit) for state in findings.states],
        "moves": [] if machine is None else [
            {"from": state_name(number), "input": unit.letters[letter], "to": state_name(to)}
            for number, row in enumerate(machine.moves) for letter, to in enumerate(row)
        ],
        "growth": [_grown(grown, unit) for grown in findings.grown],
    }


def _state(state: State, unit: Unit) -> dict[str, Any]:
    return {
        "name": state.name,
        "readout": None if state.shows is None else show_words(state.shows).replace("−", "-"),
        "box": [{slot_name(slot): box_text(box) for slot, box in zip(unit.slots, memory)} for memory in state.boxes],
        "remembers": remembered_words(state.remembered, unit.letters),
    }


def slot_name(slot: Slot) -> str:
    """A symbol at the step that has just been taken, or before: `h_t`, `x_{t-1}`."""
    name, lag = slot
    return f"{name}_t" if lag == 1 else f"{name}_{{t-{lag - 1}}}"


def box_text(box: Box) -> str | list[str]:
    """An interval for each entry, exactly: a number, or its ends in brackets that say whether they are reached."""
    found = [_interval(interval) for interval in box]
    return found[0] if len(found) == 1 else found


def _interval(interval: Interval) -> str:
    if interval.point is not None:
        return _plain(number_words(interval.point))
    low = "(-inf" if interval.low is None else ("(" if interval.low_open else "[") + _plain(number_words(interval.low))
    high = "inf)" if interval.high is None else _plain(number_words(interval.high)) + (")" if interval.high_open else "]")
    return f"{low}, {high}"


def _plain(number: str) -> str:
    return number.replace("−", "-")


def _grown(grown: Grown, unit: Unit) -> dict[str, Any]:
    return {"symbol": entry_name(grown.symbol, grown.entry), "input": unit.letters[grown.letter], "change": change_text(grown.changes)}


def entry_name(name: Name, entry: int | None) -> str:
    """A symbol at this step, or one entry of it: `c_t`, `c_t[2]`."""
    return f"{name}_t" + (f"[{entry}]" if entry else "")


def change_text(changes: tuple[Change, ...]) -> str:
    """What is added, as `1` or `-1`; `reset to 0` or `times 2, plus 1` where it isn't a sum."""
    return " or ".join(dict.fromkeys(_change(change) for change in changes))


def _change(change: Change) -> str:
    number = _plain(number_words(change.change))
    if change.factor == ONE:
        return number
    if change.factor == ZERO:
        return f"reset to {number}"
    return f"times {_plain(number_words(change.factor))}, plus {number}"
