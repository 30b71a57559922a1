"""A whole document heard: everything that it says about values, in front matter, mathematics, prose and question blocks.

In comes a problem with its source, out go all sayings with their scopes, loose numbers, and the composed blocks of YAML. What is
said isn't attributed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symlstm.errors import UsageError
from symlstm.model import frontmatter
from symlstm.model.frontmatter import FrontMatter
from symlstm.model.given import GROUPS, alphabet_of
from symlstm.model.markdown import Body, Fence, Piece
from symlstm.model.problem import Problem
from symlstm.model.yaml_text import Mapping, Scalar, compose
from symlstm.teaching.variants.blocks import Block, block_of, end_of, sayings_of
from symlstm.teaching.variants.constants import Span
from symlstm.teaching.variants.loose import Loose
from symlstm.teaching.variants.prose import in_prose
from symlstm.teaching.variants.remarks import Remark
from symlstm.teaching.variants.sayings import Heard, Saying, in_maths

_DOLLARS = re.compile(r"\$([^$\n]+)\$")
_SENTENCE_ENDS = re.compile(r"\n[ >\t]*\n|[.!?:;][)\"']*\s")


@dataclass(frozen=True)
class Document:
    """What a document says."""

    text: str
    front: Block
    questions: tuple[Block, ...]
    sayings: tuple[Saying, ...]
    loose: tuple[Loose, ...]
    remarks: tuple[Remark, ...]
    prose: tuple[tuple[Span, int], ...]
    """Where plain text stands, each with how many questions are above it."""

    def sentence(self, at: int) -> str:
        """The sentence in which an offset stands."""
        start = max((found.end() for found in _SENTENCE_ENDS.finditer(self.text, 0, at)), default=0)
        after = _SENTENCE_ENDS.search(self.text, at)
        return self.text[start : after.start() if after else len(self.text)]

    def key_of(self, pos: int) -> int:
        """Where the key of a group stands whose value the reader found at `pos`."""
        for number, block in enumerate((self.front, *self.questions)):
            given = block.mapping.get("given")
            for key, node in given.entries if isinstance(given, Mapping) else ():
                # The reader counts a question's offsets from its block.
                base = 0 if not number else block.base
                if key.text in GROUPS and node.pos + base == pos:
                    return block.span(key)[0]
        raise AssertionError(pos)


def front_of(problem: Problem) -> tuple[FrontMatter, Block]:
    """The front matter of a problem's document, read and composed."""
    if not problem.source.text.strip():
        raise UsageError("this problem was made in Python and has no document that could be written anew; write one, and read it")
    offset, text, _ = frontmatter.split(problem.source)
    return frontmatter.read(text, problem.source, offset), Block(compose(text, problem.source, offset), ())


def heard(problem: Problem) -> Document:
    """Everything that a problem's document says about values."""
    return _Listener(problem).document()


class _Listener:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.source, self.text = problem, problem.source, problem.source.text
        front, self.front = front_of(problem)
        self.letters = dict(alphabet_of(front.alphabet, problem.source))
        self.blocks: list[Block] = []
        self.sayings: list[Saying] = []
        self.loose: list[Loose] = []
        self.remarks: list[Remark] = []
        self.prose: list[tuple[Span, int]] = []

    def document(self) -> Document:
        problem = self.problem
        self._yaml(self.front, 0, front=True)
        if (title := self.front.mapping.get("title")) is not None:
            self._words(self.front.span(title), 0)
        at = frontmatter.split(self.source)[2]
        for part in Body(self.source, at).parts():
            scope = len(self.blocks)
            self._plain((at, part.offset), scope)
            if isinstance(part, Piece):
                self._take(in_maths(part.latex, part.offset, scope, problem.vocabulary, display=part.display,
                                    recalled=part.recalled))
                at = part.offset + len(part.latex.rstrip("\n"))
            else:
                at = self._question(part)
        self._plain((at, len(self.text)), len(self.blocks))
        return Document(self.text, self.front, tuple(self.blocks), tuple(self.sayings), tuple(self.loose), tuple(self.remarks),
                        tuple(self.prose))

    def _question(self, fence: Fence) -> int:
        block = block_of(fence, self.source)
        scope = len(self.blocks)
        self._yaml(block, scope, front=False)
        for key in ("ask", "label"):
            node = block.mapping.get(key)
            if isinstance(node, Scalar):
                self._words(block.span(node), scope)
        self.blocks.append(block)
        return end_of(fence, self.source)

    def _yaml(self, block: Block, scope: int, *, front: bool) -> None:
        found = sayings_of(block, self.text, scope, self.problem.cell.inputs, self.problem.vocabulary, self.letters, front=front)
        self.sayings += found

    def _words(self, span: Span, scope: int) -> None:
        """A text of the YAML: words with mathematics in dollars."""
        at = span[0]
        for found in _DOLLARS.finditer(self.text, *span):
            self._plain((at, found.start()), scope)
            self._take(in_maths(found[1], found.start(1), scope, self.problem.vocabulary))
            at = found.end()
        self._plain((at, span[1]), scope)

    def _plain(self, span: Span, scope: int) -> None:
        self.prose.append((span, scope))
        self._take(in_prose(self.text, span, scope, self.problem.vocabulary))

    def _take(self, heard: Heard) -> None:
        self.sayings += heard.sayings
        self.loose += heard.loose
        self.remarks += heard.remarks


def blocks_of(problem: Problem) -> Iterator[Block]:
    """The question blocks of a problem's document."""
    for part in Body(problem.source, frontmatter.split(problem.source)[2]).parts():
        if isinstance(part, Fence):
            yield block_of(part, problem.source)
