"""Every test here computes with the precision that a derivation starts with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from symlstm.arithmetic.real import START_BITS, working_precision


@pytest.fixture(autouse=True)
def starting_precision() -> Iterator[None]:
    with working_precision(START_BITS):
        yield
