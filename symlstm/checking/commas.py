"""Commas between numbers: entries of a vector written without brackets, and decimal commas where a point was expected.

In come statements as they were read, and how many numbers their places have; out go statements whose numbers belong together, and
whether a text has decimal commas. What the numbers are worth isn't known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from symlstm.checking.numerals import literal
from symlstm.notation.statements import Statement
from symlstm.notation.tree import Chain, Expr, Fixed, Listing, Symbol

QUESTIONED = "a decimal comma? Write a point, or check with --decimal comma"
"""What is said of a number with a decimal comma where points are read."""

_PAIR = r"[-−–+]?\d+,\d+"
_PAIRS = re.compile(rf"\s*(?:(?P<open>[\[(])\s*)?{_PAIR}(?:(?:\s*;\s*|\s*,\s*|\s+){_PAIR})*\s*(?(open)[\])])\s*")
_AROUND = re.compile(r"\\(?:begin|end)\{[a-z]{1,12}\}|\\(?:left|right)(?![a-z])|\^\{?(?:\\top|T)\}?\s*$")
_ROWS = re.compile(r"\\\\|&")
_BRACED = re.compile(r"\d\{,\}\d")
_IN_FUNCTION = re.compile(r"(?:tanh|sigmoid|sigma|exp|relu|σ)\s*(?:\\left\s*)?\((?:[^()\[\],]{0,80}[^()\[\],.\d])?\d+,\d+(?![\d,.])")
_ADJACENT = re.compile(r"(?<![\d.])\d+,\d+(?![\d.])")


def paired(text: str, expected: int) -> bool:
    """Whether a text has twice the numbers that are expected because each is written with a decimal comma.

    >>> paired("0,2994", 1), paired("[0,5; -0,25]", 2), paired("[0,1]", 2), paired("(0,1)", 1), paired("0, 5", 1)
    (True, True, False, False, False)
    """
    text = _ROWS.sub(" ; ", _AROUND.sub("", text[:1_000]))
    match = _PAIRS.fullmatch(text)
    return match is not None and (expected > 1 or match["open"] is None) and len(re.findall(_PAIR, text)) == expected


def gathered(found: Sequence[Statement], numbers_of: Callable[[Symbol], int | None]) -> Iterator[Statement]:
    """`h = 0, 0, 1` and `c_1 = 0.9, -0.2` as one statement with a list; `numbers_of` a symbol says how many numbers its value has,
    None where that isn't known."""
    at = 0
    while at < len(found):
        statement, at = found[at], at + 1
        chain = statement.chain
        if chain is not None and at < len(found) and _number_alone(found[at]) and _listable(chain, numbers_of):
            items, end = [chain.members[-1]], chain.spans[-1][1]
            while at < len(found) and (more := _number_alone(found[at])) is not None:
                items.append(more.members[0])
                end = more.spans[0][1]
                at += 1
            if len(items) > 1:
                spans = (*chain.spans[:-1], (chain.spans[-1][0], end))
                chain = replace(chain, members=(*chain.members[:-1], Listing(tuple(items))), spans=spans)
                statement = replace(statement, chain=chain)
        yield statement


def _listable(chain: Chain, numbers_of: Callable[[Symbol], int | None]) -> bool:
    """Whether the numbers behind a chain can belong to its last member: its place is a vector, or has one value a step."""
    left = chain.members[0]
    if len(chain.members) < 2 or not isinstance(left, Symbol) or literal(chain.members[-1]) is None:
        return False
    if not isinstance(left.at, Fixed) and len(chain.members) == 2:
        return True
    return left.entry is None and _single(chain.members[-1]) and (numbers_of(left) or 1) > 1


def _single(tree: Expr) -> bool:
    numbers = literal(tree)
    return numbers is not None and len(numbers) == 1


def _number_alone(statement: Statement) -> Chain | None:
    chain = statement.chain
    alone = statement.mark == "," and chain is not None and not chain.relations and literal(chain.members[0]) is not None
    return chain if alone else None


def comma_taken_apart(
    text: str, found: Sequence[Statement], numbers_of: Callable[[Symbol], int | None], continued: Symbol | None = None
) -> bool:
    """Whether the statements of a text were cut inside a number with a decimal comma: `u_1 = 0,2994` where u_1 is one number;
    `continued` is what the first goes on with."""
    if _BRACED.search(text):
        return True
    if "," not in text:
        return False
    scalar = continued is not None and _one_number(continued, numbers_of)
    for k, statement in enumerate(found):
        if isinstance(statement.left, Symbol) and (statement.chain is None or statement.chain.relations):
            scalar = _one_number(statement.left, numbers_of)
        cut = k > 0 and statement.mark == "," and _cut_at(text, statement.pos)
        if scalar and cut:
            return True
        if scalar and _IN_FUNCTION.search(text):
            return True
    return False


def _one_number(symbol: Symbol, numbers_of: Callable[[Symbol], int | None]) -> bool:
    return numbers_of(symbol) == 1 and (isinstance(symbol.at, Fixed) or symbol.entry is not None)


def _cut_at(text: str, pos: int) -> bool:
    """Whether a number ends and another begins at a place, with nothing but a comma between."""
    near = _ADJACENT.finditer(text, max(0, pos - 40), pos + 40)
    return text[pos - 1 : pos] == "," and any(match.start() < pos < match.end() for match in near)
