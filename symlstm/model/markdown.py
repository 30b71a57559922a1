r"""From the Markdown of a problem to its parts in order: prose blocks, pieces of mathematics, question blocks.

markdown-it-py reads the Markdown, dollarmath the dollars; `\(..\)`, `\[..\]` and bare `\begin{..}` have rules of our own, because the
plug-ins leave bare `aligned` and a `\[` right under text as prose. Nothing here reads mathematics: a piece is its source text
and its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from symlstm.document.blocks import (
    Block,
    Break,
    Code,
    CodeBlock,
    Display,
    Emphasis,
    Heading,
    Image,
    Inline,
    Inlines,
    Items,
    Line,
    Link,
    Maths,
    Paragraph,
    Quote,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.errors import DocumentError, Source
from symlstm.notation.typeset import Formula

_ENVIRONMENT = re.compile(r"\\begin\{([a-zA-Z]+\*?)\}")
_LEFT_OVER = re.compile(r"\\begin\{|\\\[|\\\(|\$\$|\\\]|\\\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of mathematics: its LaTeX without delimiters, where that starts in the file, whether it stands on its own line,
    and whether it is only recalled (in a block quote)."""

    latex: str
    offset: int
    display: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class Fence:
    """A `question` block: its YAML and where that starts in the file."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a piece of maths becomes in the document: a formula or lines where it was understood, otherwise None."""

    inline: Inlines | None
    lines: tuple[Line, ...] | None


class Body:
    """The body of a document after one pass of the Markdown reader.

    >>> body = Body(Source("a.md", "Let $b_f = 1$.\\n"), 0)
    >>> [piece.latex for piece in body.pieces()]
    ['b_f = 1']
    """

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        text = source.text[offset:]
        if "\t" in text:
            # Tabs keep their width of one character, so that offsets stay true.
            text = text.replace("\t", " ")
        self._tokens = _reader().parse(text)
        self._cursor = offset
        self._places: dict[int, int] = {}
        self._quoted: set[int] = set()
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", source.text[offset:]))]
        self._offset = offset
        self._locate_all(self._tokens)

    # -- where things stand ------------------------------------------------------------------------------------------------------

    def _locate_all(self, tokens: Sequence[Token]) -> None:
        quotes = 0
        for token in tokens:
            quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
            if token.map and token.type not in ("blockquote_open", "list_item_open", "bullet_list_open", "ordered_list_open"):
                self._cursor = max(self._cursor, self._offset + self._line_starts[token.map[0]])
            if token.type.startswith("math_"):
                self._place(token, quotes > 0)
            elif token.type == "fence":
                start = self.source.text.find("\n", self._cursor)
                self._places[id(token)] = start + 1
                self._cursor = start + 1
            for child in token.children or ():
                if child.type.startswith("math_"):
                    self._place(child, quotes > 0)
                elif child.type in ("code_inline", "text") and child.content.strip():
                    self._pass(child)

    def _place(self, token: Token, quoted: bool) -> None:
        found = self._find(token.content, token.markup)
        self._places[id(token)] = found
        self._cursor = found + len(token.content)
        if quoted:
            self._quoted.add(id(token))

    def _pass(self, token: Token) -> None:
        found = self.source.text.find(token.content.strip(), self._cursor)
        if token.type == "text" and (left := _LEFT_OVER.search(token.content)):
            place = self.source.text.find(left.group(), self._cursor)
            raise DocumentError(
                f"{left.group()} opens or closes mathematics that isn't complete here; its other half is missing, or stands "
                "after a blank line or in another paragraph", self.source, max(place, self._cursor),
            )
        if found >= 0 and found - self._cursor < 4000:
            self._cursor = found + len(token.content.strip())

    def _find(self, content: str, markup: str) -> int:
        text = self.source.text
        found = text.find(content, self._cursor) if content else -1
        if found >= 0 and "\n" not in content:
            opening = text.find(markup + content, self._cursor) if markup in ("$", "$$") else found
            return opening + len(markup) if markup in ("$", "$$") and opening >= 0 else found
        lines = [re.escape(line.strip()) for line in content.strip().split("\n")]
        pattern = re.compile(r"[ \t\r]*\n[ \t>]*".join(lines))
        match = pattern.search(text, self._cursor)
        return match.start() if match else found if found >= 0 else self._cursor

    # -- parts --------------------------------------------------------------------------------------------------------------------

    def parts(self) -> Iterator[Piece | Fence]:
        """Pieces of mathematics and question blocks, in reading order."""
        for token in self._tokens:
            if token.type.startswith("math_"):
                yield self._piece(token)
            elif token.type == "fence" and token.info.split()[:1] == ["question"]:
                yield Fence(token.content, self._places[id(token)])
            for child in token.children or ():
                if child.type.startswith("math_"):
                    yield self._piece(child)

    def pieces(self) -> Iterator[Piece]:
        """The pieces of mathematics alone."""
        return (part for part in self.parts() if isinstance(part, Piece))

    def _piece(self, token: Token) -> Piece:
        offset = self._places[id(token)]
        display = token.type in ("math_block", "math_environment")
        length = len(token.content)
        verbatim = self.source.text[offset : offset + length]
        # Inside lists and quotes the lines of a block have lost their indentation: spaces take its place.
        text = token.content
        if verbatim != text and "\n" in text:
            text = _aligned(text, self.source.text, offset)
        return Piece(text, offset, display, id(token) in self._quoted)

    def blocks(self, render: Callable[[Piece], Rendered], convention: Inlines) -> tuple[Block | int, ...]:
        """The prose as blocks; a question block is its number, from 1. `{convention}` becomes its sentence."""
        return tuple(_Converter(self, self._tokens, render, convention).run())

    def place(self, piece: Piece) -> str:
        """`file:line:column` of a piece."""
        line, column = self.source.line_and_column(piece.offset)
        return f"{self.source.name}:{line}:{column}"


def _aligned(content: str, text: str, offset: int) -> str:
    """The content with each line padded to the place where it stands in the file, so that offsets into it stay true."""
    out, at = "", offset
    for k, line in enumerate(content.rstrip("\n").split("\n")):
        stripped = line.strip()
        found = text.find(stripped, at)
        if k:
            gap = text[at:found]
            out += re.sub(r"[^\n]", " ", gap)
        out += stripped
        at = found + len(stripped)
    return out


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table").use(
        dollarmath_plugin, double_inline=True, allow_labels=False, allow_digits=True, allow_space=True
    )
    reader.inline.ruler.before("escape", "math_brackets", _inline_rule)
    reader.block.ruler.before(
        "fence", "math_environment", _block_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return reader


def _opening(text: str, at: int, stop: int) -> tuple[int, str] | None:
    r"""Where the content of `\(`, `\[` or `\begin{..}` starts, and what closes it."""
    if text.startswith("\\(", at):
        return at + 2, "\\)"
    if text.startswith("\\[", at):
        return at + 2, "\\]"
    if (match := _ENVIRONMENT.match(text, at, stop)) is not None:
        return at, "\\end{" + match.group(1) + "}"
    return None


def _closing(text: str, start: int, closer: str, opener: str) -> int:
    """Where the closer of an environment stands, nested ones of the same name skipped; -1 where it is missing."""
    depth, at = 0, start
    while True:
        end = text.find(closer, at)
        if end < 0:
            return -1
        if opener:
            depth += text.count(opener, at, end) - 1
            if depth > 0:
                at = end + len(closer)
                continue
        return end


def _inline_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\\":
        return False
    found = _opening(state.src, state.pos, state.posMax)
    if found is None:
        return False
    start, closer = found
    environment = closer.startswith("\\end")
    end = _closing(state.src, start, closer, closer.replace("end", "begin") if environment else "")
    if end < 0:
        return False
    if not silent:
        token = state.push("math_display" if environment or closer == "\\]" else "math_inline", "math", 0)
        token.content = state.src[start : end + len(closer)] if environment else state.src[start:end]
        token.markup = "" if environment else state.src[state.pos : start]
    state.pos = end + len(closer)
    return True


def _block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """`$$`, `\\[` and bare environments at the start of a line, also right under a line of text."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line):
        return False
    if state.src.startswith("$$", begin):
        found: tuple[int, str] | None = (begin + 2, "$$")
    else:
        found = _opening(state.src, begin, state.eMarks[start_line])
    if found is None or found[1] == "\\)":
        return False
    if silent and _open_above(state.src[state.bMarks[state.line] : begin]):
        return False
    start, closer = found
    environment = closer.startswith("\\end")
    opener = closer.replace("end", "begin")
    depth = 0
    for line in range(start_line, end_line):
        at, stop = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if line > start_line and state.sCount[line] < state.blkIndent:
            return False
        text = state.src[start if line == start_line and not environment else at : stop]
        if environment:
            depth += text.count(opener)
        if closer not in text:
            continue
        depth -= text.count(closer) if environment else 0
        if environment and depth > 0:
            continue
        after = text[text.rindex(closer) + len(closer) :]
        if after.strip(" .,;"):
            return False
        if not silent:
            content = state.getLines(start_line, line + 1, state.blkIndent, False).strip()
            end = content.rindex(closer)
            token = state.push("math_environment" if environment else "math_block", "math", 0)
            token.content = content[: end + len(closer)] if environment else content[2:end]
            token.markup = "" if environment else closer if closer == "$$" else "\\["
            token.map = [start_line, line + 1]
            state.line = line + 1
        return True
    return False


def _open_above(text: str) -> bool:
    """Whether displayed maths was opened in these lines of the paragraph and isn't closed yet."""
    return text.count("$$") % 2 == 1 or text.count("\\[") > text.count("\\]")


class _Converter:
    """Markdown tokens to the document's blocks."""

    def __init__(self, body: Body, tokens: Sequence[Token], render: Callable[[Piece], Rendered], convention: Inlines) -> None:
        self.body = body
        self.tokens = tokens
        self.render = render
        self.convention = convention
        self.at = 0
        self.questions = 0

    def run(self, stop: str = "") -> Iterator[Block | int]:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == stop:
                return
            yield from self._block(token)

    def _within(self, stop: str) -> tuple[Block, ...]:
        return tuple(block for block in self.run(stop) if not isinstance(block, int))

    def _block(self, token: Token) -> Iterator[Block | int]:
        match token.type:
            case "paragraph_open":
                yield from self._paragraph(self._inlines())
            case "heading_open":
                yield Heading(min(6, int(token.tag[1]) + 1), self._inlines())
            case "bullet_list_open" | "ordered_list_open":
                yield self._items(token)
            case "blockquote_open":
                yield Quote(self._within("blockquote_close"))
            case "fence" if token.info.split()[:1] == ["question"]:
                self.questions += 1
                yield self.questions
            case "fence" | "code_block":
                yield CodeBlock(token.content.rstrip("\n"), token.info.split()[0] if token.info.split() else "")
            case "hr":
                yield Rule()
            case "math_block" | "math_environment":
                yield self._display(self.body._piece(token))
            case "table_open":
                yield self._table()
            case "html_block":
                if not token.content.strip().startswith("<!--"):
                    yield Paragraph((Text(token.content.strip()),))
            case _:
                return

    def _items(self, opening: Token) -> Items:
        items = []
        tight = True
        close = opening.type.replace("open", "close")
        while self.tokens[self.at].type != close:
            self.at += 1
            if self.tokens[self.at].type == "paragraph_open" and not self.tokens[self.at].hidden:
                tight = False
            items.append(self._within("list_item_close"))
        self.at += 1
        start = int(opening.attrs.get("start", 1)) if opening.type.startswith("ordered") else None
        return Items(tuple(items), start, tight)

    def _display(self, piece: Piece) -> Block:
        rendered = self.render(piece)
        if rendered.lines is None:
            return SourceDisplay(piece.latex.strip(), self.body.place(piece))
        return Display(rendered.lines)

    def _paragraph(self, inlines: Inlines) -> Iterator[Block]:
        """A paragraph; displayed maths inside it stands on its own."""
        run: list[Inline | Display | SourceDisplay] = []
        for inline in (*inlines, None):
            if isinstance(inline, _Set):
                if any(not (isinstance(i, Text) and not i.text.strip(" .,")) and not isinstance(i, Break) for i in run):
                    yield Paragraph(_trimmed(tuple(i for i in run if not isinstance(i, Display | SourceDisplay))))
                yield inline.block
                run = []
            elif inline is not None:
                run.append(inline)
        if any(not (isinstance(i, Text) and not i.text.strip(" .,")) and not isinstance(i, Break) for i in run):
            yield Paragraph(_trimmed(tuple(i for i in run if not isinstance(i, Display | SourceDisplay))))

    def _inlines(self) -> Inlines:
        token = self.tokens[self.at]
        self.at += 2
        return self._inline_run(list(token.children or ()))

    def _inline_run(self, children: list[Token]) -> Inlines:
        stack: list[tuple[Token | None, list[Inline]]] = [(None, [])]
        for child in children:
            out = stack[-1][1]
            match child.type:
                case "text" | "text_special":
                    out += self._text(child.content)
                case "softbreak" | "hardbreak":
                    out.append(Break(child.type == "hardbreak"))
                case "code_inline":
                    out.append(Code(child.content))
                case "math_inline":
                    piece = self.body._piece(child)
                    rendered = self.render(piece).inline
                    out += rendered if rendered is not None else (SourceMaths(piece.latex, self.body.place(piece)),)
                case "math_inline_double" | "math_display":
                    out.append(_Set(self._display(self.body._piece(child))))  # type: ignore[arg-type]
                case "em_open" | "strong_open" | "link_open":
                    stack.append((child, []))
                case "em_close" | "strong_close" | "link_close":
                    opening, inner = stack.pop()
                    assert opening is not None
                    if opening.type == "link_open":
                        stack[-1][1].append(Link(str(opening.attrs.get("href", "")), tuple(inner)))
                    else:
                        stack[-1][1].append(Emphasis(tuple(inner), opening.type == "strong_open"))
                case "image":
                    out.append(Image(str(child.attrs.get("src", "")), child.content))
                case _:
                    out.append(Text(child.content))
        return tuple(stack[0][1])

    def _text(self, text: str) -> Inlines:
        if "{convention}" not in text:
            return (Text(text),) if text else ()
        before, _, after = text.partition("{convention}")
        return (*self._text(before), *self.convention, *self._text(after))

    def _table(self) -> Table:
        head: list[Inlines] = []
        rows: list[tuple[Inlines, ...]] = []
        align = ""
        current: list[Inlines] = []
        while (token := self.tokens[self.at]).type != "table_close":
            self.at += 1
            if token.type == "th_open":
                style = str(token.attrs.get("style", ""))
                align += "r" if "right" in style else "c" if "center" in style else "l"
            if token.type == "inline":
                current.append(self._inline_run(list(token.children or ())))
            if token.type == "tr_close":
                if not head:
                    head = current
                else:
                    rows.append(tuple(current))
                current = []
        self.at += 1
        return Table(tuple(head), tuple(rows), align)


@dataclass(frozen=True, slots=True)
class _Set:
    """Displayed maths met inside a paragraph, on its way out of it."""

    block: Block


def _trimmed(inlines: Inlines) -> Inlines:
    while inlines and isinstance(inlines[0], Break):
        inlines = inlines[1:]
    while inlines and isinstance(inlines[-1], Break):
        inlines = inlines[:-1]
    return inlines


def maths(formula: Formula) -> Inlines:
    """A formula as the only inline of a run."""
    return (Maths(formula),)
