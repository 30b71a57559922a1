"""The table of functions that can be written: their ids, spellings, arity and range.

Spelling only; how they are evaluated stands in `arithmetic.functions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Function:
    """One row: how a function is written, how many arguments it takes, and where its values lie."""

    id: str
    latex: str
    plain: str
    words: tuple[str, ...]
    """All words (and Unicode letters) that read as this function; LaTeX commands without their backslash."""
    arity: tuple[int, int]
    """Fewest and most arguments."""
    low: Fraction | None = None
    high: Fraction | None = None


_ZERO, _ONE = Fraction(0), Fraction(1)

FUNCTIONS: dict[str, Function] = {
    row.id: row
    for row in (
        Function("sigmoid", r"\sigma", "σ", ("sigmoid", "sigma", "σ", "sigm", "logistic", "expit"), (1, 1), _ZERO, _ONE),
        Function("tanh", r"\tanh", "tanh", ("tanh",), (1, 1), -_ONE, _ONE),
        Function("exp", r"\exp", "exp", ("exp",), (1, 1), _ZERO, None),
        Function("relu", r"\operatorname{relu}", "relu", ("relu", "ReLU", "RELU", "Relu"), (1, 1), _ZERO, None),
        Function("softmax", r"\operatorname{softmax}", "softmax", ("softmax", "Softmax"), (1, 1), _ZERO, _ONE),
        Function(
            "hardsigmoid", r"\operatorname{hardsigmoid}", "hardsigmoid",
            ("hardsigmoid", "hard_sigmoid", "hardsigm", "Hardsigmoid"), (1, 1), _ZERO, _ONE,
        ),
        Function("step", r"\operatorname{step}", "step", ("step", "heaviside"), (1, 1), _ZERO, _ONE),
        Function("sign", r"\operatorname{sign}", "sign", ("sign", "sgn"), (1, 1), -_ONE, _ONE),
        Function("min", r"\min", "min", ("min",), (1, 16)),
        Function("max", r"\max", "max", ("max",), (1, 16)),
        Function("identity", r"\operatorname{id}", "id", ("identity", "id"), (1, 1)),
        Function("clip", r"\operatorname{clip}", "clip", ("clip", "clamp"), (3, 3)),
    )
}

WORDS: dict[str, str] = {word: row.id for row in FUNCTIONS.values() for word in row.words}
"""From a word as it is written to the id of its function."""
