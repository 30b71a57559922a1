"""Values of the catalogue's cells against plain float arithmetic, to 1e-12."""

from __future__ import annotations

from typing import Any

import pytest
from plain_cells import CELLS, Case, Vector, random_case, run

import symlstm
from symlstm.model.catalogue import names

TOLERANCE = 1e-12
ORDINARY, SLOW = 10, 120


def as_given(value: Any, scalar: bool) -> Any:
    """With one unit and one input, numbers for vectors and matrices of one entry."""
    while scalar and isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def solved(name: str, case: Case, scalar: bool) -> symlstm.Solution:
    return symlstm.solve(symlstm.Problem(
        cell=name, given={key: as_given(value, scalar) for key, value in case.parameters.items()},
        initial={key: as_given(value, scalar) for key, value in case.states.items()},
        inputs=[as_given(x, scalar) for x in case.inputs],
    ))  # fmt: skip


def entries(value: object) -> Vector:
    if isinstance(value, float):
        return [value]
    assert isinstance(value, list)
    return value


def agrees(name: str, seed: int) -> int:
    """How many numbers were compared."""
    case = random_case(name, seed)
    solution = solved(name, case, seed % 2 == 0 and case.hidden == case.size == 1)
    compared = 0
    for time, values in enumerate(run(name, case)):
        for symbol, expected in values.items():
            found = solution[f"{symbol}_{time}"]
            assert entries(found.tolist()) == pytest.approx(expected, rel=0, abs=TOLERANCE), (symbol, time)
            exact = found.exact if isinstance(found.exact, list) else [found.exact]
            assert [float(str(text)) for text in exact] == pytest.approx(expected, rel=0, abs=TOLERANCE), (symbol, time)
            compared += len(expected)
    return compared


def test_every_cell_of_the_catalogue_has_an_oracle() -> None:
    assert set(names()) == set(CELLS)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("seed", range(ORDINARY))
def test_random_cells(name: str, seed: int) -> None:
    assert agrees(name, seed) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("seed", range(ORDINARY, SLOW))
def test_more_random_cells(name: str, seed: int) -> None:
    assert agrees(name, seed) > 0


def test_the_oracle_can_tell_a_wrong_cell() -> None:
    """The two gated recurrent units differ by far more than the tolerance."""
    case = random_case("lstm", 4)
    right, wrong = run("lstm", case), run("lstm-coupled", case)
    assert max(abs(a - b) for a, b in zip(right[-1]["h"], wrong[-1]["h"])) > 1e-3
