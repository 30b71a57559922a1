r"""YAML without implicit types: every scalar is text with its position, so `on` stays `on` and `0.10` keeps its digits.

In comes a part of a document, out goes a tree of `Mapping`, `Sequence` and `Scalar`, or a `DocumentError` at its place. This
module knows no key of the front matter; what a text means is decided by those who know the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import yaml

from symlstm.errors import DocumentError, Source

DEEPEST = 20
MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `quoted` where it stood in quotation marks or in a block after `|` or `>`; `pos` is where it starts, its quote
    included."""

    text: str
    pos: int = field(default=0, compare=False)
    quoted: bool = field(default=False, compare=False)
    inner: int = field(default=-1, compare=False)
    """Offset of the text's first character where the text stands letter by letter in the source, otherwise -1."""
    end: int = field(default=-1, compare=False, repr=False)
    """Offset behind the text and its quotes; -1 where nobody wrote it."""

    def at(self, index: int) -> int:
        """Offset in the source of a character of the text; the start of the whole where the two don't run in step.

        >>> Scalar("h_t", pos=7, inner=8).at(2), Scalar("h_t", pos=7).at(2)
        (10, 7)
        """
        return self.inner + index if self.inner >= 0 else self.pos


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    pos: int = field(default=0, compare=False)
    end: int = field(default=-1, compare=False, repr=False)
    """Offset behind its closing bracket or last item; -1 where nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written, no key twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    pos: int = field(default=0, compare=False)
    end: int = field(default=-1, compare=False, repr=False)
    """Offset behind its closing bracket or last value; -1 where nobody wrote it."""

    def get(self, key: str) -> Node | None:
        """The value of a key; None where it isn't there."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping

_QUOTE = "put it in single quotes or a block list"
_VALUE = "put the value in single quotes"
_BRACKETS = "inside [ ] and { }, put text with brackets or braces in single quotes, or give each entry a line of its own"
_ALIAS = "anchors and aliases (`&` and `*`) aren't read; write the value out, or put it in single quotes if it is text"
_TAG = "tags (`!`) aren't read; leave it out, or put the value in single quotes if it is text"
_DOCUMENTS = "`---` or `...` starts a second document here; keep everything in one"
_COLUMN = "this line doesn't start in the column of the keys above it; line them up"
_ESCAPE = f"in double quotes a backslash starts an escape; {_VALUE}"

# From what PyYAML says (context, then problem) to what the author reads; the first row that fits counts.
# `context` puts the error where the unfinished thing starts, `problem` where it was noticed.
_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"character '\\t'", "problem", "a tab; write spaces instead"),
    (r"escape", "problem", _ESCAPE),
    (r"quoted scalar.*unexpected", "context", "a quotation mark that is never closed"),
    (r"an alias|an anchor", "context", _ALIAS),
    (r"a tag\b|undefined tag", "problem", _TAG),
    (r"flow (sequence|mapping)", "problem", f"a comma or closing bracket is missing here; {_BRACKETS}"),
    (r"simple key", "context", "this line isn't `key: value`; a colon and a space are missing"),
    (r"a block scalar", "context", f"a value can't start with `|` or `>`; {_VALUE}"),
    (r"cannot start any token", "problem", f"a value can't start with this sign; {_VALUE}"),
    (r"sequence entries are not allowed", "problem", "a list starts below its key; put `- ...` on a line of its own"),
    (r"mapping values are not allowed", "problem", f"a colon inside a value; {_VALUE}"),
    (r"mapping keys are not allowed", "problem", f"a value can't start with `?`; {_VALUE}"),
    (
        r"block mapping.*found '(-|<block sequence start>)'", "problem",
        "a list item where a key is expected; put the list below its key",
    ),
    (r"block collection.*found '\?'", "problem", "a key where a list item `- ...` is expected; line it up with the keys above"),
    (r"found '?<(block mapping start|document start)>", "problem", _COLUMN),
    (r"found ':'", "problem", "a key is missing in front of this colon"),
    (
        r"expected <block end>", "problem",
        f"text is left over after a closing quotation mark or bracket; {_VALUE}",
    ),
    (r"node content", "problem", f"a value is missing in front of this sign, or the sign belongs to a text: {_VALUE}"),
)
_FINE_ESCAPE = re.compile(r'\\(?:["\\/ ]|\r?\n)')
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#.*)?\r?\n)*%")
_DOLLAR = re.compile(r"(?<!\\)\$")


def compose(text: str, source: Source, offset: int) -> Mapping:
    """The mapping that `text` writes, which starts at `offset` of the source; an empty text is an empty mapping.

    >>> text = "title: A\\nfirst: 010\\n"
    >>> [(key.text, value.text) for key, value in compose(text, Source("a.md", text), 0).entries]
    [('title', 'A'), ('first', '010')]
    """
    return _Composer(text, source, offset).document()


class _Composer:
    def __init__(self, text: str, source: Source, offset: int) -> None:
        self.text = text
        self.source = source
        self.offset = offset
        self.nodes = 0
        self.reached = 0
        self.events = self._events()

    def fail(self, message: str, at: int) -> NoReturn:
        raise DocumentError(message, self.source, self.offset + at)

    def _events(self) -> Iterator[Any]:
        # Any: the stubs leave open that an event lacks its marks, which it never does.
        # The pure Python loader: libyaml's counts a leading byte order mark out of its positions.
        if found := _DIRECTIVE.match(self.text):
            self.fail("a line can't start with `%` here; take it out", found.end() - 1)
        try:
            event: Any
            for event in yaml.parse(self.text, Loader=yaml.BaseLoader):
                self.reached = event.end_mark.index
                yield event
        except yaml.reader.ReaderError as error:
            self.fail("a control character that can't be read; take it out", int(error.position))
        except yaml.MarkedYAMLError as error:
            self.fail(*self._worded(error))
        except (ValueError, OverflowError):
            # PyYAML lets `"\UFFFFFFFF"` through to chr().
            self.fail(_ESCAPE, max(self.text.find("\\", self.reached), self.reached))

    def _worded(self, error: yaml.MarkedYAMLError) -> tuple[str, int]:
        noticed = error.problem_mark.index if error.problem_mark else 0
        begun = error.context_mark.index if error.context_mark else noticed
        said = f"{error.context or ''} {error.problem or ''}"
        for pattern, place, words in _WORDS:
            if not re.search(pattern, said):
                continue
            line = self.text[self.text.rfind("\n", 0, noticed) + 1 : noticed]
            if words.startswith("a colon inside") and not re.search(r":\s|^\s*- ", line):
                return f"this line is read as part of the line above; {_missing_colon(self.text, noticed)}", noticed
            if pattern.startswith("flow") and "\n" in self.text[begun:noticed]:
                return f"a `{self.text[begun]}` that is never closed; {_BRACKETS}", begun
            if words == _COLUMN and re.search(r"^\.\.\.\s", self.text[:noticed], re.MULTILINE):
                words = _DOCUMENTS
            if "escape" in pattern:
                noticed = max(self.text.rfind("\\", 0, noticed + 1), 0)
            return words, begun if place == "context" else noticed
        return f"this can't be read as YAML; if it is text, {_QUOTE}", noticed

    def document(self) -> Mapping:
        documents = 0
        root: Node | None = None
        for event in self.events:
            start = event.start_mark.index
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fail(_DOCUMENTS, start)
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, 0)
        if root is None or (isinstance(root, Scalar) and not root.text):
            return Mapping((), self.offset)
        if not isinstance(root, Mapping):
            raise DocumentError("expected lines of the form `key: value`", self.source, root.pos)
        return root

    def node(self, event: Any, depth: int) -> Node:
        start = event.start_mark.index
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.fail(f"more than {MOST_NODES:,} values; at most so many are read", start)
        if depth > DEEPEST:
            self.fail(f"lists nested deeper than {DEEPEST} levels", start)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self.fail(_ALIAS, start)
        if getattr(event, "tag", None) is not None:
            self.fail(_TAG, start)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inside := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(inside, depth + 1))
            return Sequence(tuple(items), self.offset + start, self._behind(event, inside, items))
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(inside := next(self.events), yaml.MappingEndEvent):
            key = self.node(inside, depth + 1)
            if not isinstance(key, Scalar):
                raise DocumentError(f"a key must be text; {_BRACKETS}", self.source, key.pos)
            if not key.text:
                raise DocumentError("a key is missing in front of the colon", self.source, key.pos)
            if key.text in entries:
                first, _ = self.source.line_and_column(entries[key.text][0].pos)
                raise DocumentError(f"{shown(key)} is written twice, first in line {first}; keep one", self.source, key.pos)
            entries[key.text] = key, self.node(next(self.events), depth + 1)
        return Mapping(tuple(entries.values()), self.offset + start, self._behind(event, inside, [v for _, v in entries.values()]))

    def _behind(self, opened: Any, closed: Any, inner: list[Node]) -> int:
        """Where a list or mapping ends; one without brackets ends with its last value, and not where the next line begins."""
        return self.offset + int(closed.end_mark.index) if opened.flow_style or not inner else inner[-1].end

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        raw = self.text[start:end]
        if event.style == '"' and "\\" in raw:
            # `"\tanh"` would be a tab and `anh` without a word.
            cleared = _FINE_ESCAPE.sub(lambda found: " " * len(found.group()), raw)
            if "\\" in cleared:
                self.fail(_ESCAPE, start + cleared.index("\\"))
        if event.style is None and len(_DOLLAR.findall(raw)) % 2:
            newline = self.text.find("\n", end)
            rest = self.text[end : newline if newline >= 0 else len(self.text)]
            if "$" in rest:
                # A comma in a list, or ` #`, has cut the mathematics in two.
                self.fail(f"this formula is cut off after `{_cut(raw)}`; {_VALUE if '#' in rest[:2] else _QUOTE}", start)
        inner = 1 if event.style in ("'", '"') else 0
        same = raw[inner : len(raw) - inner] == event.value
        first = self.offset + start + inner if same else -1
        return Scalar(event.value, self.offset + start, event.style is not None, first, self.offset + end)


def _missing_colon(text: str, at: int) -> str:
    above = text[: text.rfind("\n", 0, at) + 1].rstrip().rsplit("\n", 1)[-1]
    return "start every key in the same column" if re.search(r":(\s|$)", above) else "that one lacks a colon and a space"


def _cut(text: str, longest: int = 40) -> str:
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def written_text(node: Node) -> str:
    """A value in one line, as it would be written in brackets.

    >>> written_text(Sequence((Scalar("3"), Scalar("-1"))))
    '[3, -1]'
    """
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return "[" + ", ".join(map(written_text, items)) + "]"
        case Mapping(entries=entries):
            return "; ".join(f"{key.text} = {written_text(item)}" for key, item in entries)


def shown(node: Node) -> str:
    """A value as a message quotes it: one line, not too long.

    >>> shown(Scalar("on")), shown(Sequence(()))
    ('`on`', 'a list')
    """
    match node:
        case Scalar(text=text):
            return f"`{_cut(text)}`" if text.strip() else "an empty text"
        case Sequence():
            return "a list"
        case Mapping():
            return "keys with values"
