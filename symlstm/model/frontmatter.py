"""The head of a problem document: its keys, typed as far as they can be without knowing the cell.

In comes the text between the two lines `---`, out goes a frozen `FrontMatter` whose values keep their positions. What `given`,
`inputs` and `alphabet` mean is read later, when the symbols of the cell are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symlstm.errors import DocumentError, Source
from symlstm.model.convention import Convention, read_convention
from symlstm.model.fields import fields, integer, text_of, texts_of
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence, compose, shown

KEYS = ("title", "cell", "given", "inputs", "first", "alphabet", "convention", "vary", "misconceptions", "source")
LARGEST_STEP = 1_000_000
_FENCE = re.compile(r"---[ \t]*\r?(?:\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What an author says about a problem outside its prose."""

    title: Scalar
    cell: Scalar | None = None
    given: tuple[tuple[Scalar, Node], ...] = ()
    """Symbols, places or groups as written, each with its value."""
    inputs: Node | None = None
    first: int | None = None
    first_pos: int = field(default=-1, compare=False)
    alphabet: Node | None = None
    """A list, or a mapping from letters to vectors; never empty."""
    convention: Convention = field(default_factory=Convention)
    vary: Mapping | None = None
    misconceptions: tuple[Scalar, ...] = ()
    source: str = ""


def split(source: Source) -> tuple[int, str, int]:
    """Offset of the front matter's text, that text, and the offset at which the body starts.

    >>> split(Source("a.md", "---\\ntitle: A\\n---\\nLet $x = 1$.\\n"))
    (4, 'title: A\\n', 17)
    """
    text = source.text
    top = 1 if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0
    opening = _FENCE.match(text, top)
    if opening is None:
        if _FENCE.match(text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE} \t\r\n")):
            raise DocumentError("the front matter must start in the first line; move its `---` there", source, 0)
        message = "the front matter is missing; start with a line `---`, a line `title: ...` and a line `---`"
        raise DocumentError(message, source, 0)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise DocumentError("the front matter that starts here never ends; add a line `---` below its last key", source, top)
    return opening.end(), text[opening.end() : closing.start()], closing.end()


def read(text: str, source: Source, offset: int) -> FrontMatter:
    """The front matter that `text` writes, which starts at `offset` of the source.

    >>> text = "title: A unit\\nalphabet: [0, 1]\\n"
    >>> read(text, Source("a.md", text), 0).title.text
    'A unit'
    """
    mapping = compose(text, source, offset)
    title_key = next((key for key, value in mapping.entries if key.text == "title" and _empty(value)), None)
    if title_key is not None:
        raise DocumentError("the title is empty; write `title: ...`", source, title_key.pos)
    given = fields(mapping, KEYS, source)
    if "title" not in given:
        raise DocumentError("the title is missing; add a line `title: ...`", source, offset)
    first, alphabet, cell = given.get("first"), given.get("alphabet"), given.get("cell")
    if alphabet is not None and not _filled(alphabet):
        message = "`alphabet` takes the inputs that may occur; write [0, 1] or {a: [1, 0], b: [0, 1]}"
        raise DocumentError(message, source, alphabet.pos)
    return FrontMatter(
        title=text_of(given["title"], "`title`", source),
        cell=None if cell is None else text_of(cell, "`cell`", source),
        given=read_given(given.get("given"), source),
        inputs=read_inputs(given.get("inputs"), source),
        first=None if first is None else integer(first, "`first`", -LARGEST_STEP, LARGEST_STEP, source),
        first_pos=-1 if first is None else first.pos,
        alphabet=alphabet,
        convention=read_convention(given["convention"], source) if "convention" in given else Convention(),
        vary=_mapping(given["vary"], "vary", "b_f: [1, 2, 4]", source) if "vary" in given else None,
        misconceptions=texts_of(given["misconceptions"], "`misconceptions`", source) if "misconceptions" in given else (),
        source=text_of(given["source"], "`source`", source).text.strip() if "source" in given else "",
    )


def read_given(node: Node | None, source: Source) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a `given` key: symbols as written with their values; none where the key isn't there.

    >>> read_given(None, Source("a.md", ""))
    ()
    """
    if node is None:
        return ()
    entries = _mapping(node, "given", "b_f: 0", source).entries
    for key, value in entries:
        if _empty(value) or (isinstance(value, Sequence) and not value.items):
            comma = "; for a decimal write a point, not a comma" if key.text.strip().isdecimal() else ""
            raise DocumentError(f"{shown(key)} has no value; write a number or a list{comma}", source, key.pos)
    return entries


def read_inputs(node: Node | None, source: Source) -> Node | None:
    """The node of an `inputs` key, a list or mapping with something in it.

    >>> read_inputs(Sequence((Scalar("1"),)), Source("a.md", ""))
    Sequence(items=(Scalar(text='1', pos=0, quoted=False, inner=-1),), pos=0)
    """
    if isinstance(node, Scalar):
        raise DocumentError(f"`inputs` takes a list, not {shown(node)}; write one like [0, 1]", source, node.pos)
    if node is not None and not _filled(node):
        raise DocumentError("`inputs` is empty; write at least one input, or leave the key out", source, node.pos)
    return node


def _mapping(node: Node, key: str, example: str, source: Source) -> Mapping:
    if not isinstance(node, Mapping):
        message = f"`{key}` takes symbols with their values, not {shown(node)}; write {{{example}}}"
        raise DocumentError(message, source, node.pos)
    return node


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def _filled(node: Node) -> bool:
    return bool(node.items if isinstance(node, Sequence) else node.entries if isinstance(node, Mapping) else ())
