"""The author's keys of a variant: `answer:` with the answers that the variant has, in the form in which they were written.

In come question blocks and the answers before and after; out go changes of the text. Nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from symlstm.analysis.options import bare_text
from symlstm.arithmetic.decimals import decimals, terminating
from symlstm.arithmetic.real import Real, Undecided, exact, fraction, is_exact, rational, working_precision
from symlstm.arithmetic.value import entries
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.trace import Trace
from symlstm.model.convention import bare
from symlstm.model.yaml_text import Mapping as Keys
from symlstm.model.yaml_text import Node, Scalar, Sequence
from symlstm.notation.places import Place
from symlstm.teaching.asked import QuestionAnswer
from symlstm.teaching.variants.blocks import Block
from symlstm.teaching.variants.constants import Span
from symlstm.teaching.variants.edits import Change

_TRUTHS = ("true", "false", "yes", "no")
_HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of an answer: its digits, and what it is worth."""

    place: str
    digits: str
    worth: Real
    bits: int


Side: TypeAlias = tuple[tuple[Found, ...], QuestionAnswer]
"""The answer to a question with its entries one by one, before the variant or in it."""


def entries_of(answer: QuestionAnswer, places: Mapping[str, Place], trace: Trace) -> tuple[Found, ...]:
    """The entries of an answer to a `find` question."""
    out = []
    for name, said in answer.items:
        with working_precision(trace.bits):
            value = rung_value(trace, places[name])
            worth: tuple[Real, ...] = entries(value) if value is not None else ()
        out += [Found(name, text, x, trace.bits) for text, x in zip(said, worth)]
    return tuple(out)


def key_changes(block: Block, text: str, before: Side, after: Side) -> Iterator[Change]:
    """What changes in the `answer` of a question's block."""
    node = block.mapping.get("answer")
    if node is None or before[1] == after[1]:
        return
    if after[1].kind == "find":
        yield from _values(node, block, text, before[0], after[0])
    elif after[1].kind in ("claims", "carried", "state"):
        yield from _options(node, block, after[1])


# -- values ---


def _values(node: Node, block: Block, text: str, before: tuple[Found, ...], after: tuple[Found, ...]) -> Iterator[Change]:
    spans = _ordered(node, block, text, [found.place for found in before])
    if len(spans) == len(before) == len(after):
        for span, old, new in zip(spans, before, after):
            yield Change(span, _in_form(text[span[0] : span[1]], old, new))
        return
    model = text[spans[0][0] : spans[0][1]] if spans else ""
    yield Change(block.span(node), "[" + ", ".join(_in_form(model, before[0], new) for new in after) + "]")


def _ordered(node: Node, block: Block, text: str, places: list[str]) -> list[Span]:
    """Where the numbers of a key stand, in the order in which they are asked."""
    if isinstance(node, Keys):
        named = {bare(key.text): item for key, item in node.entries}
        asked = list(dict.fromkeys(map(bare, places)))
        if set(named) == set(asked):
            return [span for name in asked for span in _numbers(named[name], block, text)]
    return list(_numbers(node, block, text))


def _numbers(node: Node, block: Block, text: str) -> Iterator[Span]:
    match node:
        case Scalar():
            start, end = block.span(node)
            quoted = 1 if text[start] in "'\"" else 0
            start, end = start + quoted, end - quoted
            inner = text[start:end]
            if not inner.strip().startswith(("[", "(")):
                yield start, end
                return
            at = start
            for part in inner.split(","):
                bare_part = part.strip("[]() ")
                first = at + part.index(bare_part)
                yield first, first + len(bare_part)
                at += len(part) + 1
        case Sequence(items=items):
            for item in items:
                yield from _numbers(item, block, text)
        case Keys(entries=pairs):
            for _, item in pairs:
                yield from _numbers(item, block, text)


def _in_form(old_text: str, old: Found, new: Found) -> str:
    """The new number with as many decimals as the old one was written with; a fraction for a fraction."""
    written = old_text.strip().replace("−", "-")
    out = new.digits
    places = len(written.partition(".")[2]) if "." in written and "e" not in written.lower() else 0
    if "/" in written and is_exact(new.worth):
        out = str(fraction(rational(new.worth)))
    elif written != old.digits and places:
        out = _decimals(new, places)
    return out.replace("-", "−") if "−" in old_text else out


def _decimals(found: Found, places: int) -> str:
    with working_precision(found.bits):
        try:
            text = decimals(found.worth, places)
        except Undecided:
            return found.digits
    count = terminating(exact(found.digits)) or 0
    # A value that has more digits than the key shows is told by those that it has.
    return text if count >= places or exact(text) == exact(found.digits) else found.digits


# -- options ---


def _options(node: Node, block: Block, answer: QuestionAnswer) -> Iterator[Change]:
    """The options that hold, in the way in which the key named them: by text, by number, as true or false each."""
    holds = [said == (_HOLDS,) for _, said in answer.items]
    items = list(node.items) if isinstance(node, Sequence) else [node]
    scalars = [item for item in items if isinstance(item, Scalar)]
    if isinstance(node, Keys):
        texts = [bare_text(text) for text, _ in answer.items]
        for key, item in node.entries:
            if isinstance(item, Scalar):
                k = texts.index(bare_text(key.text)) if bare_text(key.text) in texts else int(key.text) - 1
                yield Change(block.span(item), "true" if holds[k] else "false")
        return
    if scalars and len(scalars) == len(items) and all(item.text.strip().lower() in _TRUTHS for item in scalars):
        for scalar, true in zip(scalars, holds):
            yield Change(block.span(scalar), "true" if true else "false")
        return
    numbered = bool(scalars) and all(scalar.text.strip().isdecimal() for scalar in scalars)
    named = [str(k) if numbered else _quoted(text) for k, (text, _) in enumerate(answer.items, 1) if holds[k - 1]]
    yield Change(block.span(node), "[" + ", ".join(named) + "]" if named else "none")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
