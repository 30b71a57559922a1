"""The variables that students give their answers to.

In come the questions of an exercise, out go names for the places they ask for: what Python takes for a name and gives no meaning of its
own to, each for one place only, the same in every variant.
"""

from __future__ import annotations

import builtins
import keyword
from collections import Counter
from collections.abc import Iterable, Mapping

from symlstm.exchange.entries import identifier
from symlstm.exchange.exercise import Item, NumbersItem

_TAKEN = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins)))


def variables(items: Iterable[Item]) -> Mapping[int, tuple[str, ...]]:
    """For each question for values, by its number, a variable for each of its places.

    The places of a question that shares one with another question, each with data of its own, have the question in their names.

    >>> from symlstm.exchange.exercise import AskedPlace
    >>> h = AskedPlace("h_-1", (), (), ())
    >>> variables([NumbersItem(2, "", (), (h,), (), 1)])
    {2: ('h_m1',)}
    >>> variables([NumbersItem(k, "", (), (h,), (), 1) for k in (2, 3)])
    {2: ('q2_h_m1',), 3: ('q3_h_m1',)}
    """
    questions = [item for item in items if isinstance(item, NumbersItem)]
    spelled = {item.question: [_plain(place.name) for place in item.places] for item in questions}
    often = Counter(name for names in spelled.values() for name in set(names))
    used: set[str] = set()
    out: dict[int, tuple[str, ...]] = {}
    for question, names in spelled.items():
        shared = any(often[name] > 1 for name in names)
        out[question] = tuple(_unused(f"q{question}_{name}" if shared else name, used) for name in names)
    return out


def _unused(name: str, used: set[str]) -> str:
    """The name, or one like it where another symbol is spelled alike, such as W^{f,h} and W_{f,h}."""
    variable, count = name, 1
    while variable in used:
        count += 1
        variable = f"{name}_{count}"
    used.add(variable)
    return variable


def _plain(name: str) -> str:
    spelled = identifier(name)
    return f"{spelled}_" if spelled in _TAKEN else spelled if spelled[:1].isalpha() else f"x_{spelled}"
