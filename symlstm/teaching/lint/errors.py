"""The errors of a document as findings: as many as can be told apart.

In comes a source, out come the problem where it can be read, and what is wrong with it. After an error in a question block, or in a
part of the front matter that nothing else builds on, that part is blanked and the rest is read again, so that one slip doesn't hide
the next; whatever that leads to is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symlstm.errors import DocumentError, Source, SymlstmError
from symlstm.model import frontmatter
from symlstm.model.problem import Problem
from symlstm.model.reader import read

MOST_ERRORS = 20
_FENCE = re.compile(r"^(?P<ticks>```+|~~~+)[ \t]*question\b[^\n]*\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"^(?P<name>[^\s#:][^:\n]*):(?P<value>.*?)(?=^[^\s#]|\Z)", re.MULTILINE | re.DOTALL)
_NEEDED = ("title", "cell", "given", "inputs", "first", "alphabet")
"""Keys without which other things would look wrong that aren't."""


def read_as_far_as_possible(source: Source) -> tuple[Problem | None, tuple[SymlstmError, ...]]:
    """The problem, where nothing is wrong with it, and the errors.

    >>> text = "---\\ntitle: a\\nconvention: {tise: up}\\n---\\n$h_t = x_t$ with $x = [1]$.\\n\\n```question\\nfnd: h\\n```\\n"
    >>> [error.line for error in read_as_far_as_possible(Source("a.md", text))[1]]
    [3, 8]
    """
    errors: list[SymlstmError] = []
    text = source.text
    while len(errors) < MOST_ERRORS:
        try:
            problem = read(Source(source.name, text))
        except SymlstmError as error:
            # What is blanked keeps its length, so that places stay where they are.
            errors.append(_in(source, error))
            rest = _without(text, error.offset)
            if rest is None:
                return None, tuple(_in_order(errors))
            text = rest
        except RecursionError:
            errors.append(DocumentError("nested too deeply to be worked; write it with fewer levels", source, 0))
            return None, tuple(errors)
        else:
            return (None if errors else problem), tuple(_in_order(errors))
    return None, tuple(_in_order(errors))


def _in(source: Source, error: SymlstmError) -> SymlstmError:
    """The error in the text as it was written."""
    if error.source is None or error.source.name == source.name:
        error.source = source
    return error


def _in_order(errors: list[SymlstmError]) -> Iterator[SymlstmError]:
    yield from sorted(errors, key=lambda error: error.offset)


def _without(text: str, offset: int) -> str | None:
    """The text without the part that has an error; None where the rest can't be read without that part."""
    for found in _FENCE.finditer(text):
        if found.start() <= offset <= found.end():
            return _blanked(text, found.start(), found.end())
    try:
        start, front, _ = frontmatter.split(Source("", text))
    except SymlstmError:
        return None
    for found in _KEY.finditer(front):
        if start + found.start() <= offset < start + found.end():
            if found["name"] in _NEEDED:
                return None
            return _blanked(text, start + found.start(), start + found.end())
    return None


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
