"""What plain text says of values: `x_2 = 1` in a sentence, comparisons in words and in inline code, and other numbers.

In come stretches of a document between its mathematics, out goes what they say, as for mathematics. Which value is meant is decided
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from symlstm.errors import NotationError
from symlstm.notation.parser import expression
from symlstm.notation.statements import statements
from symlstm.notation.symbols import Vocabulary
from symlstm.teaching.variants.constants import Span, read_constant
from symlstm.teaching.variants.loose import in_digits
from symlstm.teaching.variants.sayings import Heard, Listener, Saying, target_of

_SAID = re.compile(
    r"(?<![\w\\^{])([^\W\d_][^\W_]*(?:[_^](?:\{[^{}\n]{0,40}\}|[-−]?\w{1,40})){0,2})(?:\s*:?=\s*)"
    r"(\[[^\[\]\n]{0,4000}\]|[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+)?(?![\w/]))"
)
_SYMBOL = r"[^\W\d_][^\W_]*(?:[_^](?:\{[^{}\n]{0,40}\}|[-−]?\w{1,40})){0,2}"
_COMPARED = re.compile(
    rf"(?<![\w\\^{{$*/+-]){_SYMBOL}(?: (?:<=|>=|!=|[<>≤≥≠]) (?:{_SYMBOL}|[-−]?\d+(?:\.\d+)?(?:/\d+)?)){{1,4}}(?![\w^(\[])"
)
"""A comparison in bare words, `x_1 < x_2`; with spaces, so that no tag of HTML is one."""
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,400})(?<!`)\1(?!`)")


def in_prose(text: str, span: Span, scope: int, vocabulary: Vocabulary) -> Heard:
    """What a stretch of plain text says (`x_2 = 1`, `x = [0, 1]`), and its other numbers.

    >>> from symlstm.notation.tree import Name
    >>> x = Name("x")
    >>> heard = in_prose("so x_2 = 1 at step 3", (0, 20), 0, Vocabulary(timed={x: x}))
    >>> [saying.targets[0].time for saying in heard.sayings], [loose.value for loose in heard.loose]
    ([2], [Fraction(3, 1)])
    """
    stretch = text[span[0] : span[1]]
    code = list(_in_code(stretch, span[0], scope, vocabulary))
    stretch = _blanked(stretch, [(a - span[0], b - span[0]) for (a, b), _ in code])
    sayings = [*_in_plain_text(stretch, span[0], scope, vocabulary)]
    taken = [(s.pos, max(c.span[1] for c in s.constants)) for s in sayings]
    compared = [heard for found in _COMPARED.finditer(stretch)
                if (heard := _in_plain_maths(found[0], span[0] + found.start(), scope, vocabulary)) is not None]
    bare = _blanked(stretch, [(a - span[0], b - span[0]) for a, b in taken])
    loose = [*in_digits(bare, span[0], scope)]
    for heard in (*(part for _, part in code), *compared):
        sayings += heard.sayings
        loose += heard.loose if heard not in compared else ()
    remarks = tuple(remark for heard in (*(part for _, part in code), *compared) for remark in heard.remarks)
    return Heard(tuple(sayings), tuple(sorted(loose, key=lambda number: number.span)), remarks)


def _blanked(text: str, spans: Iterable[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _in_code(stretch: str, start: int, scope: int, vocabulary: Vocabulary) -> Iterator[tuple[Span, Heard]]:
    """What inline code says, `w > 0`, where it is mathematics."""
    for found in _CODE.finditer(stretch):
        heard = _in_plain_maths(found[2], start + found.start(2), scope, vocabulary)
        if heard is not None:
            yield (start + found.start(), start + found.end()), heard


def _in_plain_maths(text: str, start: int, scope: int, vocabulary: Vocabulary) -> Heard | None:
    """What mathematics without LaTeX says; None where it states nothing that is read."""
    below = _in_plain(vocabulary)
    found = statements(text, below, latex=False)
    if not any(statement.chain is not None and statement.chain.relations for statement in found):
        return None
    listener = Listener(text, start, scope, vocabulary, latex=False)
    for k, statement in enumerate(found):
        listener.hear(statement, found[k + 1 :], True)
    sayings = tuple(
        replace(said, targets=tuple(replace(target, name=vocabulary.name(target.name) or target.name) for target in said.targets))
        for said in listener.sayings
    )
    return Heard(sayings, tuple(listener.loose), tuple(listener.remarks))


def _in_plain(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary of plain text, in which an index always stands below."""
    return Vocabulary(vocabulary.running, {name: replace(shown, index="sub") for name, shown in vocabulary.timed.items()},
                      vocabulary.plain, {}, True)


def _in_plain_text(stretch: str, start: int, scope: int, vocabulary: Vocabulary) -> Iterable[Saying]:
    below = _in_plain(vocabulary)
    for found in _SAID.finditer(stretch):
        try:
            symbol = expression(found[1], below, latex=False)
        except NotationError:
            continue
        target = target_of(symbol, found.span(1), start, vocabulary)
        constant = read_constant(found[2], start + found.start(2), latex=False)
        if target is not None and constant is not None:
            name = vocabulary.name(target.name) or target.name
            yield Saying((replace(target, name=name),), (constant,), scope, chained=True)
