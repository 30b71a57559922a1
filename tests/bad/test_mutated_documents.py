"""Real documents, damaged at random: reading and solving them raises the project's own errors and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.errors import SymlstmError

_ROOT = Path(__file__).parent.parent
_DOCUMENTS = tuple(
    path.read_text(encoding="utf-8")
    for path in sorted([*_ROOT.glob("problems/*.md"), *_ROOT.parent.glob("reports/*/problem.md")])
)
_PIECES = (
    "$", "$$", "\\[", "\\]", "\\(", "{", "}", "[", "]", "(", ")", "_", "^", "&", "\\\\", "=", ",", ";", ":", "-", "'", '"', "|", "`",
    "```", "```question\n", "---\n", "> ", "- ", "    ", "\t", "\r\n", "\\begin{aligned}", "\\end{aligned}", "\\begin{bmatrix}",
    "\\frac", "\\text{", "\\sigma", "\\tanh", "\\odot", "\\dots", "h_{t-1}", "h_t", "x_t", "h_10", "h_{-1} = 0", "x = [1, 0]", "0", "1/0",
    "1e99", "0.5", "find: h\n", "given: {h: 1}\n", "convention: {round: {h: 0}}\n", "first: 2\n", "\u00a0", "\u200b", "\ufeff", "−", "é",
)
_MUTATION = st.tuples(
    st.sampled_from(("delete", "duplicate", "replace", "insert", "move")), st.floats(0, 1), st.integers(1, 60), st.floats(0, 1),
    st.one_of(st.sampled_from(_PIECES), st.text(max_size=6)),
)


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(_DOCUMENTS))
    for kind, where, length, target, piece in draw(st.lists(_MUTATION, min_size=1, max_size=4)):
        at = int(where * len(text))
        cut = text[at : at + length]
        if kind == "delete":
            text = text[:at] + text[at + length :]
        elif kind == "duplicate":
            text = text[:at] + cut + text[at:]
        elif kind == "replace":
            text = text[:at] + piece + text[at + length :]
        elif kind == "insert":
            text = text[:at] + piece + text[at:]
        else:
            rest = text[:at] + text[at + length :]
            to = int(target * len(rest))
            text = rest[:to] + cut + rest[to:]
    return text + "\n"


def _read_and_solve(text: str) -> None:
    try:
        solution = symlstm.solve(symlstm.read(text))
        solution.to("json")
    except SymlstmError as error:
        assert error.source is not None or error.message
        assert error.source is None or (error.line >= 1 and error.column >= 1)
        assert str(error)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(_mutated())
def test_damaged_documents(text: str) -> None:
    _read_and_solve(text)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_mutated())
def test_many_damaged_documents(text: str) -> None:
    _read_and_solve(text)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200), st.booleans())
def test_any_text(text: str, whole: bool) -> None:
    _read_and_solve(text + "\n" if whole else f"---\ntitle: T\n---\n$h_t = h_{{t-1}}$\n\n{text}\n")
