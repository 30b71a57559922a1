r"""From the Markdown of a problem to its parts in order: prose blocks, pieces of mathematics, question blocks.

markdown-it-py reads the Markdown, dollarmath the dollars; `\(..\)`, `\[..\]` and bare `\begin{..}` have rules of our own, because the
plug-ins leave bare `aligned` and a `\[` right under text as prose. Nothing here reads mathematics: a piece is its source text
and its place in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar

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
    Paragraph,
    Quote,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.errors import DocumentError, Source

_ENVIRONMENT = re.compile(r"\\begin\{([a-zA-Z]+\*?)\}")
_LEFT_OVER = re.compile(r"\\(?:[\[\]()]|(?:begin|end)\{)")
_IN_CODE = re.compile(r"\$[^$\n]*=[^$\n]*\$|\\\[|\\\(|\\begin\{|\$\$")
_DEEPEST = 60
_LONGEST_PARAGRAPH = 30_000
_MOST_IMAGES = 100
_MOST_BRACKETS = 1_000
"""In the words of one paragraph; of several, the root of the sum of their squares, as the time to pair them goes."""
_DOLLAR_MATHS = re.compile(r"\$[^$]*\$")
_MOST_PIECES = 20_000
_MOST_LINES_TRIED = 500_000
"""Lines that may be looked through for the ends of displayed maths that turns out to have none."""


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
        try:
            self._tokens = _reader().parse(text)
        except DocumentError as error:
            raise error.within(source, offset) from None
        self._cursor = offset
        self._places: dict[int, int] = {}
        self._quoted: set[int] = set()
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", source.text[offset:]))]
        self._offset = offset
        self._locate_all(self._tokens)

    # -- where things stand ---

    def _locate_all(self, tokens: Sequence[Token]) -> None:
        quotes = 0
        for token in tokens:
            quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
            if token.map and token.type not in ("blockquote_open", "list_item_open", "bullet_list_open", "ordered_list_open"):
                self._cursor = max(self._cursor, self._line_start(token.map[0]))
            if token.type in ("blockquote_open", "list_item_open") and token.level + 1 >= _DEEPEST:
                self._fail("lists and quotes nested deeper than anybody could follow; at most 29 lists, or 59 quotes, are read", token)
            elif token.type == "code_block" and _IN_CODE.search(token.content):
                self._fail("four spaces in front make this line code, and its mathematics isn't read; take them out", token)
            elif token.type == "html_block" and not token.content.startswith("<!--") and _IN_CODE.search(token.content):
                self._fail("mathematics inside HTML isn't read; put blank lines around it, or take the HTML out", token)
            elif token.type == "fence":
                if token.info != "question" and get_close_matches(token.info.strip("{}:. ").lower(), ["question"], 1, 0.8):
                    if token.info.split()[:1] != ["question"]:
                        self._fail(f"a block of `{token.info.strip()[:40]}` is shown as code; did you mean `question`?", token)
                start = self.source.text.find("\n", self._cursor)
                self._places[id(token)] = start + 1
                self._cursor = start + 1
            elif token.type.startswith("math_"):
                self._place(token, self._find(token), quotes > 0)
            elif token.type == "inline":
                self._locate_inline(token, quotes > 0)

    def _fail(self, message: str, token: Token) -> NoReturn:
        raise DocumentError(message, self.source, self._line_start(token.map[0]) if token.map else self._cursor)

    def _line_start(self, line: int) -> int:
        return self._offset + self._line_starts[min(line, len(self._line_starts) - 1)]

    def _place(self, token: Token, at: int, quoted: bool) -> None:
        if len(self._places) > _MOST_PIECES:
            raise DocumentError(f"more than {_MOST_PIECES:,} formulas in one document", self.source, at)
        self._places[id(token)] = at
        self._cursor = at + len(token.content)
        if quoted:
            self._quoted.add(id(token))

    def _locate_inline(self, token: Token, quoted: bool) -> None:
        """Places of the maths in a run of text, from the index at which the rules found it."""
        begins, starts, at = [], [], 0
        first = token.map[0] if token.map else 0
        for number, line in enumerate(token.content.split("\n"), first):
            begins.append(at)
            starts.append(self._line_in_source(number, line))
            at += len(line) + 1

        def place(index: int) -> int:
            k = bisect_right(begins, index) - 1
            return starts[k] + index - begins[k]

        for child in token.children or ():
            if child.type.startswith("math_"):
                self._place(child, place(child.meta["at"]), quoted)
            elif child.type == "left_over" and child.markup == "$":
                raise DocumentError(
                    "this `$` has no partner in its paragraph, so a formula is cut off; write \\$ where a dollar is meant",
                    self.source, place(child.meta["at"]),
                )
            elif child.type == "left_over":
                raise DocumentError(
                    f"{child.content} opens or closes mathematics that isn't complete here; its other half is missing, or stands "
                    "after a blank line or in another paragraph", self.source, place(child.meta["at"]),
                )
        if starts and token.content:
            self._cursor = max(self._cursor, place(len(token.content)))

    def _line_in_source(self, number: int, line: str) -> int:
        """Where a line of a run of text stands in the file: at the end of its line, or (a heading, a cell) inside it."""
        begin, stop = self._line_start(number), self._line_start(number + 1)
        stop = stop if stop > begin else len(self.source.text)
        whole = self.source.text[begin:stop].replace("\t", " ").rstrip()
        wanted = line.rstrip()
        if whole.endswith(wanted) and begin + len(whole) - len(wanted) >= self._cursor:
            return begin + len(whole) - len(wanted)
        found = whole.find(wanted, max(0, self._cursor - begin))
        return begin + found if found >= 0 else max(begin, self._cursor)

    def _find(self, token: Token) -> int:
        """Where the content of displayed maths stands in the lines of its block."""
        begin, stop = (self._line_start(token.map[0]), self._line_start(token.map[1])) if token.map else (self._cursor, -1)
        text = self.source.text[begin : stop if stop > begin else len(self.source.text)].replace("\t", " ")
        opening = text.find(token.markup) + len(token.markup)
        lines = [re.escape(line.strip()) for line in token.content.strip().split("\n")]
        match = re.compile(r"[ \r]*\n[ >]*".join(lines)).search(text, opening)
        if match is None:
            return begin + opening
        lead = len(token.content) - len(token.content.lstrip())
        return begin + match.start() - (lead if text[match.start() - lead : match.start()] == token.content[:lead] else 0)

    # -- parts ---

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
        display = token.type in ("math_block", "math_environment", "math_display", "math_inline_double")
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
    reader = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").use(dollarmath_plugin)
    reader.block.ruler.disable("math_block")
    reader.inline.ruler.at("math_inline", _dollar_rule)
    reader.inline.ruler.before("escape", "math_brackets", _inline_rule)
    reader.core.ruler.before("inline", "paragraph_bounds", _bound)
    reader.block.ruler.before(
        "fence", "math_environment", _block_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return reader


def _bound(state: StateCore) -> None:
    """An error where a paragraph is so long that reading its links and emphasis would take more than a moment."""
    tried = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        message = ""
        if len(token.content) > _LONGEST_PARAGRAPH:
            message = f"a paragraph of {len(token.content):,} characters; at most {_LONGEST_PARAGRAPH:,} are read"
        elif (tried := tried + _DOLLAR_MATHS.sub("", token.content).count("[") ** 2) > _MOST_BRACKETS**2:
            message = "too many opening brackets in the words up to here"
        elif token.content.count("![") > _MOST_IMAGES:
            message = f"more than {_MOST_IMAGES} images in one paragraph"
        if message:
            lines = state.src.split("\n", token.map[0])[:-1] if token.map else []
            raise DocumentError(message, offset=sum(len(line) + 1 for line in lines))


_DOLLARS = math_inline_dollar(True, True, True)


def _dollar_rule(state: StateInline, silent: bool) -> bool:
    """`$..$` and `$$..$$`; a dollar that has no partner is left over where the paragraph has an `=` that it may cut off."""
    at = state.pos
    if state.src[at] != "$":
        return False
    if not state.env.get("lone_dollar") and _DOLLARS(state, silent):
        if not silent:
            token = state.tokens[-1]
            token.meta["at"] = at + len(token.markup)
        return True
    double = state.src.startswith("$$", at)
    if not double and "=" not in state.src:
        return False
    state.env["lone_dollar"] = True
    return _left_over(state, "$$" if double else "$", silent)


def _left_over(state: StateInline, text: str, silent: bool) -> bool:
    """Half a pair of delimiters: an error in the end, so nothing more is looked for."""
    if not silent:
        token = state.push("left_over", "", 0)
        token.content = token.markup = text
        token.meta["at"] = state.pos
    state.env["left_over"] = True
    state.pos += len(text)
    return True


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
    if found is None or state.env.get("left_over"):
        left = _LEFT_OVER.match(state.src, state.pos)
        return _left_over(state, left.group(), silent) if left else False
    start, closer = found
    environment = closer.startswith("\\end")
    end = _closing(state.src, start, closer, closer.replace("end", "begin") if environment else "")
    if end < 0:
        return _left_over(state, "\\begin{" if environment else state.src[state.pos : start], silent)
    if not silent:
        token = state.push("math_display" if environment or closer == "\\]" else "math_inline", "math", 0)
        token.content = state.src[start : end + len(closer)] if environment else state.src[start:end]
        token.markup = "" if environment else state.src[state.pos : start]
        token.meta["at"] = start
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
    if silent:
        _tried(state, state.line, start_line)
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
        if after.strip(" .,;") or (closer == "$$" and text.count(closer) > 1):
            _tried(state, start_line, line)
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
    _tried(state, start_line, end_line)
    return False


def _tried(state: StateBlock, start_line: int, line: int) -> None:
    state.env["tried"] = state.env.get("tried", 0) + line - start_line
    if state.env["tried"] > _MOST_LINES_TRIED:
        begin = state.bMarks[start_line] + state.tShift[start_line]
        raise DocumentError("too much displayed mathematics before this line begins and doesn't end", offset=begin)


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
        first, *others = text.split("{convention}")
        out: list[Inline] = [Text(first)] if first else []
        for other in others:
            out += self.convention
            out += [Text(other)] if other else []
        return tuple(out)

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
