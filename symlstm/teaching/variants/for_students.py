"""The document that students get: the problem's own, without what only its author is to know.

In comes a problem, out goes the text of a document that asks the same. What is left out is cut from the text; all else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symlstm.errors import DocumentError, Source, SymlstmError
from symlstm.model import frontmatter
from symlstm.model.markdown import Body, Fence
from symlstm.model.problem import Posed, Problem
from symlstm.model.reader import read
from symlstm.model.yaml_text import compose
from symlstm.teaching.variants.blocks import without
from symlstm.teaching.variants.constants import Span
from symlstm.teaching.variants.hearing import blocks_of, front_of

_COMMENT = re.compile(r"<!--.*?-->[ \t]*\n?", re.DOTALL)
_CODE = re.compile(r"^(?P<mark>```+|~~~+).*?^(?P=mark)[ \t]*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_KEPT_FROM_STUDENTS = ("vary", "misconceptions")
"""Keys of the front matter; of question blocks it is `answer`."""


def students_document(problem: Problem) -> str:
    r"""The problem's document without `answer`, `vary` and `misconceptions`, and without comments.

    >>> import symlstm
    >>> text = "---\ntitle: a\nvary:\n  w: [1, 2]\n---\n$h_t = w h_{t-1}$, $w = 1$, $h_0 = 1$.\n\n"
    >>> print(students_document(symlstm.read(text + "```question\nfind: h_1\nanswer: 1\n```\n")))
    ---
    title: a
    ---
    $h_t = w h_{t-1}$, $w = 1$, $h_0 = 1$.
    <BLANKLINE>
    ```question
    find: h_1
    ```
    <BLANKLINE>
    """
    text = problem.source.text
    _, front = front_of(problem)
    spans = [without(text, front, key) for key in _KEPT_FROM_STUDENTS if front.mapping.get(key) is not None]
    spans += [without(text, block, "answer") for block in blocks_of(problem) if block.mapping.get("answer") is not None]
    written = cut(text, spans)
    written = cut(written, [*_remarks(written), *_yaml_remarks(Source(problem.source.name, written))])
    again = read(Source(problem.source.name, written))
    if list(map(_for_students, again.questions)) != list(map(_for_students, problem.questions)):
        raise DocumentError(
            "the answers can't be taken out of this document; write each `answer:` on a line of its own", problem.source, 0
        )
    return written


def _for_students(posed: Posed) -> tuple[object, ...]:
    question = posed.question
    return question.kind, question.number, question.label, question.ask, question.points


def _remarks(text: str) -> Iterator[Span]:
    """Comments of HTML, those in code apart."""
    code = [found.span() for found in _CODE.finditer(text)]
    for found in _COMMENT.finditer(text):
        if not any(start <= found.start() < end for start, end in code):
            yield found.span()


def _yaml_remarks(source: Source) -> Iterator[Span]:
    """Comments in the front matter and the question blocks."""
    offset, front, body = frontmatter.split(source)
    blocks = [(front, offset), *((part.text, part.offset) for part in Body(source, body).parts() if isinstance(part, Fence))]
    for text, start in blocks:
        if source.text.startswith(text, start):
            yield from ((start + a, start + b) for a, b in _yaml_comments(text, source))


def _yaml_comments(text: str, source: Source) -> Iterator[Span]:
    """What can be cut from `#` to the end of its line without a change in what the YAML says."""
    said = compose(text, source, 0)
    done = 0
    for found in re.finditer(r"^#|[ \t]+#", text, re.MULTILINE):
        if found.start() < done:
            continue
        alone = found.start() == 0 or text[found.start() - 1] == "\n"
        line = text.find("\n", found.start())
        end = len(text) if line < 0 else line + alone
        try:
            if compose(cut(text, [(found.start(), end)]), source, 0) == said:
                yield found.start(), end
                done = end
        except SymlstmError:
            continue  # a `#` that the YAML needs


def cut(text: str, spans: list[Span]) -> str:
    """The text without these spans.

    >>> cut("a, b, c", [(1, 4)])
    'a, c'
    """
    out, at = [], 0
    for start, end in sorted(spans):
        out.append(text[at : max(at, start)])
        at = max(at, end)
    return "".join([*out, text[at:]])
