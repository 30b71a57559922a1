"""Tables of answers: Markdown, comma- and tab-separated, headed by symbols, with the times in rows or in columns.

In come the lines of a table, out come its cells, each with the symbol and time it speaks of. Nothing in a cell is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symlstm.checking.characters import Characters
from symlstm.errors import NotationError
from symlstm.model.problem import Run
from symlstm.notation.parser import expression
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Expr, Fixed, Running, Symbol

RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
"""The line of dashes between the head of a table and its rows."""
_TIMES = frozenset(["time", "step", "timestep", "time step", "schritt", "zeit"])
_NUMBER = re.compile(r"(?:t\s*=\s*|step\s*|t)?([-−]?\d{1,6})")
_PLACES = frozenset(["place", "symbol", "quantity", "name", "variable", "what"])


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it holds, and the symbol it speaks of; None for heads and for columns that name nothing known."""

    characters: Characters
    symbol: Symbol | None
    message: str = ""


def table_cells(characters: Characters, vocabulary: Vocabulary, run: Run, separator: str) -> Iterator[Cell]:
    """The cells of a table in reading order, without heads and empty ones."""
    rows = [row for row in _rows(characters, separator) if any(cell.text.strip() for cell in row)]
    if not rows:
        return
    head, *body = rows
    symbols = [_symbol(cell.text, vocabulary) for cell in head]
    times = [_time(cell.text) for cell in head]
    firsts = [_symbol(row[0].text, vocabulary) for row in rows if row]
    headless = len(head) > 1 and all(s is not None for s in firsts) and not any(s is not None for s in symbols[1:])
    if not headless and sum(s is not None for s in symbols[1:]) + (symbols[0] is not None) and any(s is not None for s in symbols):
        yield from _by_columns(symbols, body, run)
    elif any(s is not None for s in firsts):
        if len(head) > 1 and all(time is not None for time in times[1:]):
            yield from _by_rows(body, [time for time in times[1:] if time is not None], vocabulary)
        else:
            yield from _named(rows, vocabulary, run)
    else:
        for row in rows:
            yield from (Cell(cell, None) for cell in row)


def _by_columns(symbols: list[Symbol | None], body: list[list[Characters]], run: Run) -> Iterator[Cell]:
    timed = symbols[0] is None
    for k, row in enumerate(body):
        time = _time(row[0].text) if timed and row else None
        if time is None and not timed:
            time = run.first + k
        for symbol, cell in zip(symbols, row):
            if symbol is None or not cell.text.strip():
                continue
            if isinstance(symbol.at, Fixed):
                yield Cell(cell, symbol)
            elif time is None:
                head = row[0].text.strip()[:30]
                yield Cell(cell, None, f"{head} isn't a step; head the rows by the steps, {run.first} to {run.last}")
            else:
                offset = symbol.at.offset if isinstance(symbol.at, Running) else 0
                yield Cell(cell, replace(symbol, at=Fixed(time + offset)))


def _by_rows(body: list[list[Characters]], times: list[int], vocabulary: Vocabulary) -> Iterator[Cell]:
    for row in body:
        symbol = _symbol(row[0].text, vocabulary)
        for time, cell in zip(times, row[1:]):
            if symbol is not None and cell.text.strip():
                offset = symbol.at.offset if isinstance(symbol.at, Running) else 0
                yield Cell(cell, replace(symbol, at=Fixed(time + offset)))


def _named(rows: list[list[Characters]], vocabulary: Vocabulary, run: Run) -> Iterator[Cell]:
    """Each row names its place in the first cell: `h_1 | 0.5`; a symbol without a time heads the values of all steps."""
    for row in rows:
        symbol = _symbol(row[0].text, vocabulary)
        cells = [cell for cell in row[1:] if cell.text.strip()]
        if symbol is None:
            continue
        if isinstance(symbol.at, Fixed):
            if len(cells) > 1:
                # The entries of a vector, one in each column.
                yield from (Cell(cell, replace(symbol, entry=k)) for k, cell in enumerate(cells, 1))
            elif cells:
                yield Cell(cells[0], symbol)
            continue
        if len(cells) not in (len(run.steps), 0):
            yield Cell(cells[-1], None, f"{len(cells)} values in this row; the steps are {run.first} to {run.last}")
            continue
        for time, cell in zip(run.steps, cells):
            yield Cell(cell, replace(symbol, at=Fixed(time)))


def _rows(characters: Characters, separator: str) -> Iterator[list[Characters]]:
    at = 0
    for line in characters.text.split("\n"):
        start, at = at, at + len(line) + 1
        if RULE.fullmatch(line):
            continue
        if separator == "|":
            lead = len(line) - len(line.lstrip())
            line = line.rstrip()
            if line[lead : lead + 1] == "|":
                lead += 1
            if line.endswith("|") and len(line) > lead:
                line = line[:-1]
            yield list(_cells(characters, start + lead, line[lead:], separator))
        else:
            yield list(_cells(characters, start, line, separator))


def _cells(characters: Characters, start: int, line: str, separator: str) -> Iterator[Characters]:
    depth, at = 0, 0
    quoted = False
    for k, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character == separator and not quoted and (depth == 0 or separator in "|\t"):
            yield _bare(characters.part(start + at, start + k))
            at = k + 1
    yield _bare(characters.part(start + at, start + len(line)))


def _bare(cell: Characters) -> Characters:
    """A cell without the space, quotes, dollars and stars around it."""
    text = cell.text
    start, end = 0, len(text)
    while start < end and text[start] in ' "$*`\u00a0':
        start += 1
    while end > start and text[end - 1] in ' "$*`\u00a0\r':
        end -= 1
    return cell.part(start, end)


def _symbol(text: str, vocabulary: Vocabulary) -> Symbol | None:
    text = text.strip()
    if not text or len(text) > 100 or text.lower() in _PLACES:
        return None
    if text.lower() in _TIMES or text == vocabulary.running:
        return None
    for latex in ("\\" in text, True):
        try:
            tree: Expr = expression(text, vocabulary, latex=latex)
        except NotationError:
            continue
        if isinstance(tree, Symbol) and vocabulary.timed.get(tree.name) is not None:
            return tree
    return None


def _time(text: str) -> int | None:
    match = _NUMBER.fullmatch(text.strip().lower())
    return int(match.group(1).replace("−", "-")) if match else None
