"""What the YAML of a document says about values: `given`, `inputs` and the keys of question blocks, each with its place.

In comes a composed mapping, out go sayings as those of the mathematics, and the spans of keys that a variant or a students'
document leaves out. Nothing here knows what is varied.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Letters
from dataclasses import dataclass, replace

from symlstm.arithmetic.real import fraction, rational
from symlstm.arithmetic.value import entries
from symlstm.errors import NotationError, Source
from symlstm.model.given import GROUPS
from symlstm.model.markdown import Fence
from symlstm.model.values import Given
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence, compose
from symlstm.notation.places import place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Name
from symlstm.teaching.variants.constants import Constant, Span, read_constant
from symlstm.teaching.variants.sayings import Saying, Target


@dataclass(frozen=True)
class Block:
    """A stretch of YAML in a document, composed: the front matter, or a question."""

    mapping: Mapping
    shifts: tuple[tuple[int, int], ...]
    """From which offset of its own text on it stands how much further on in the document, where it is indented."""
    base: int = 0
    """Where the reader takes its text to start in the document."""

    def at(self, pos: int) -> int:
        """Where an offset of the block's text stands in the document."""
        return pos + next((shift for start, shift in reversed(self.shifts) if start <= pos), 0)

    def span(self, node: Node) -> Span:
        """Where a node stands in the document."""
        return self.at(node.pos), self.at(max(node.pos, node.end - 1)) + min(1, node.end - node.pos)


def block_of(fence: Fence, source: Source) -> Block:
    """The mapping of a question block. Inside a list or quote its lines stand further to the right than in its text."""
    shifts = []
    at, start = fence.offset, 0
    for line in fence.text.split("\n")[:-1]:
        end = source.text.find("\n", at)
        end = end if end >= 0 else len(source.text)
        shifts.append((start, end - len(line) - start))
        at, start = end + 1, start + len(line) + 1
    return Block(compose(fence.text, Source(source.name, fence.text), 0), tuple(shifts), fence.offset)


def end_of(fence: Fence, source: Source) -> int:
    """Where the text of a question block ends in the document."""
    at = fence.offset
    for _ in range(fence.text.count("\n")):
        at = source.text.find("\n", at) + 1 or len(source.text)
    return at


def sayings_of(
    block: Block, text: str, scope: int, inputs: tuple[Name, ...], vocabulary: Vocabulary, letters: Letters[str, Given],
    *, front: bool,
) -> Iterator[Saying]:
    """What `given` and `inputs` of a block say."""
    complete = replace(vocabulary, complete=True)
    given, listed = block.mapping.get("given"), block.mapping.get("inputs")
    pairs: list[tuple[Scalar | None, Node]] = list(given.entries) if isinstance(given, Mapping) else []
    if isinstance(listed, Mapping):
        pairs += listed.entries
    elif listed is not None:
        pairs.append((None, listed))
    for key, node in pairs:
        if key is None:
            target = Target(inputs[0], None, block.span(node)[:1] * 2)
        elif key.text in GROUPS:
            target = Target(Name(key.text), None, block.span(key), key.text)
        else:
            try:
                where = place(key.text, complete)
            except NotationError:
                continue
            target = Target(where.name, where.time, block.span(key))
        found = _constant(node, block, text, letters)
        if found is not None:
            yield Saying((target,), (found,), scope, own=not front, front=front)


def _constant(node: Node, block: Block, text: str, letters: Letters[str, Given]) -> Constant | None:
    """The constant of a node, entry by entry."""
    span = block.span(node)
    match node:
        case Scalar(text=written) if written in letters:
            value = tuple(fraction(rational(x)) for x in entries(letters[written].value))
            return Constant(span, value, (), (span,), letter=True)
        case Scalar():
            latex = "\\" in node.text
            quoted = 1 if text[span[0]] in "'\"" else 0
            inner = text[span[0] + quoted : span[1] - quoted]
            lead = len(inner) - len(inner.lstrip("$ "))
            return read_constant(inner.strip("$ "), span[0] + quoted + lead, latex=latex)
        case Sequence(items=items):
            parts = [_constant(item, block, text, letters) for item in items]
            if any(part is None for part in parts):
                return None
            known = [part for part in parts if part is not None]
            value = tuple(number for part in known for number in part.value)
            spans = tuple(entry for part in known for entry in part.entries)
            wide = len(known[0].value)
            columns = wide if wide > 1 and not known[0].letter else 0
            whole = spans if len(spans) == len(value) and not any(part.letter for part in known) else ()
            lettered = any(part.letter for part in known)
            return Constant(span, value, whole, tuple(part.span for part in known), False, lettered, columns)
        case Mapping():
            return None


def without(text: str, block: Block, key: str) -> Span:
    """The span to take out of a document so that a key of the block is gone: its lines, or its part of a mapping in braces."""
    names = [name.text for name, _ in block.mapping.entries]
    k = names.index(key)
    name, node = block.mapping.entries[k]
    start, end = block.span(name)[0], max(block.span(node)[1], block.span(name)[1])
    line = text.rfind("\n", 0, start) + 1
    braced = text[block.span(block.mapping)[0]] == "{"
    if not braced and not text[line:start].strip(" >"):
        if text[end - 1] == "\n":
            return line, end
        stop = text.find("\n", end)
        return line, stop + 1 if stop >= 0 else len(text)
    if k + 1 < len(names):
        return start, block.span(block.mapping.entries[k + 1][0])[0]
    if k:
        return block.span(block.mapping.entries[k - 1][1])[1], end
    return start, end


