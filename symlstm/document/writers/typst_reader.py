r"""LaTeX maths read into nodes: what `author_maths` lets pass, and all that `notation.typeset` prints.

In: LaTeX of one formula, a NUL wherever a number is printed later. Out: nodes, plain brackets paired; or an error that names what
can't be read. What Typst or a voice makes of them is not known here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from symlstm.document.writers.typst_nodes import (
    Faced,
    Fenced,
    Fraction,
    Function,
    Glyph,
    Group,
    Node,
    Nodes,
    Number,
    Root,
    Rows,
    Scripts,
    Slot,
    Space,
    Words,
)
from symlstm.document.writers.typst_symbols import ACCENTS, FACES, FUNCTIONS, SPACES, SYMBOLS
from symlstm.errors import SymlstmError

_TOKEN = re.compile(r":=|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\.\d+|.", re.S)
_IGNORED = frozenset(
    "displaystyle textstyle scriptstyle nolimits middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr".split()
)
_FRACTIONS = {"frac": True, "dfrac": True, "tfrac": True, "binom": False, "dbinom": False, "tbinom": False}
_STACKED = {"overset": "sup", "stackrel": "sup", "underset": "sub"}
_ARROWS = {"xrightarrow": "⟶", "xleftarrow": "⟵"}
_TEXT = frozenset(("text", "textrm", "textbf", "textit", "textsf", "texttt"))
_ENVIRONMENTS = frozenset(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned gathered split array substack".split()
)
_LARGE = frozenset("∑∏∫∬∮⋃⋂⨁⨂⨀⋁⋀")
_CLOSES = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
_MIXED = frozenset((("(", "]"), ("[", ")")))
_DEEPEST = 40


class UnsetMathsError(SymlstmError):
    """LaTeX maths that Typst can't be told; the message says why."""


@lru_cache(maxsize=4096)
def nodes(latex: str) -> Nodes:
    r"""The formula's nodes.

    >>> nodes(r"x_t")
    (Scripts(base=(Glyph(character='x', said=''),), sup=(), sub=(Glyph(character='t', said=''),), limits=False),)
    >>> nodes(r"\foo")
    Traceback (most recent call last):
    symlstm.document.writers.typst_reader.UnsetMathsError: there is nothing for \foo in a PDF
    """
    reading = _Reading(_TOKEN.findall(latex))
    read = reading.row(())
    if reading.left():
        raise UnsetMathsError(f"a {reading.tokens[reading.at]} stands where nothing is open")
    return read


@dataclass(slots=True)
class _Reading:
    """Tokens, how far they are read, how many numbers were passed and how deep what is open is nested."""

    tokens: list[str]
    at: int = 0
    slots: int = 0
    depth: int = 0
    columns: str = field(default="", init=False)

    def left(self) -> bool:
        return self.at < len(self.tokens)

    def next(self) -> str:
        if not self.left():
            raise UnsetMathsError("the formula ends where more must come")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip_spaces(self) -> None:
        while self.left() and self.tokens[self.at].isspace():
            self.at += 1

    def row(self, ends: tuple[str, ...]) -> Nodes:
        """Nodes up to one of `ends`, or up to where no row goes on."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnsetMathsError("it is nested too deep")
        read: list[Node] = []
        while True:
            self.skip_spaces()
            if not self.left() or self.tokens[self.at] in (*ends, "}", "&", r"\\", r"\right", r"\end"):
                break
            self.one(read)
        self.depth -= 1
        return _paired(read)

    def one(self, read: list[Node]) -> None:
        """The next node, put behind those read so far; scripts take the last of them for their base."""
        token = self.next()
        match token:
            case "^" | "_":
                self.script(token, read)
            case "'":
                _script(read, "sup", (Glyph("′"),))
            case r"\limits":
                if read and isinstance(read[-1], Glyph | Function):
                    read[-1] = Scripts((read[-1],), limits=True)
            case _:
                read += self.node(token)

    def script(self, mark: str, read: list[Node]) -> None:
        if not read:
            read.append(Group(()))
        _script(read, "sup" if mark == "^" else "sub", self.argument())

    def argument(self) -> Nodes:
        """What a command or a script takes: a group without its braces, or one token."""
        self.skip_spaces()
        token = self.next()
        if token == "{":
            content = self.row(())
            self.close("}")
            return content
        if token[0].isdigit() and len(token) > 1:
            self.tokens[self.at - 1 : self.at] = [token[0], token[1:]]
            token = token[0]
        if token in ("}", "^", "_", "&", r"\\"):
            raise UnsetMathsError(f"a {token} stands where an argument must")
        return tuple(self.node(token))

    def close(self, what: str) -> None:
        if not self.left() or self.tokens[self.at] != what:
            raise UnsetMathsError(f"a {what} is missing")
        self.at += 1

    def node(self, token: str) -> Nodes:
        if token == "\0":
            self.slots += 1
            return (Slot(self.slots - 1),)
        if token == "{":
            content = self.row(())
            self.close("}")
            return (Group(content),)
        if token[0].isdigit() or (token[0] == "." and len(token) > 1):
            return (Number(token),)
        if token[0] == "\\":
            return self.command(token[1:])
        if not token.isprintable():
            raise UnsetMathsError(f"the character {token!r} can't be set")
        return (Glyph({"-": "−", "*": "∗", ":=": "≔"}.get(token, token)),)

    def command(self, name: str) -> Nodes:
        if name in SYMBOLS:
            character, said = SYMBOLS[name]
            if character in _LARGE:
                return (Function(character, said, True),)
            return (Glyph(character, said),)
        if name in FUNCTIONS:
            shown, below, said = FUNCTIONS[name]
            return (Function(shown, said, below),)
        if name in SPACES:
            return (Space(SPACES[name]),)
        if name in _IGNORED:
            return ()
        if name in _FRACTIONS:
            return (Fraction(self.argument(), self.argument(), _FRACTIONS[name]),)
        if name in _STACKED:
            part, base = self.argument(), self.argument()
            return (Scripts(base, part if _STACKED[name] == "sup" else (), part if _STACKED[name] == "sub" else (), True),)
        if name in _ARROWS:
            return (Scripts((Glyph(_ARROWS[name]),), self.argument(), (), True),)
        if name in _TEXT:
            words = (Words(self.words()),)
            return words if name in ("text", "textrm") else (Faced(name, words),)
        return self.structure(name)

    def structure(self, name: str) -> Nodes:
        """What commands build that need a closer look."""
        if name == "left":
            opened = self.fence()
            content = self.row(())
            self.close(r"\right")
            return (Fenced(opened, self.fence(), content, True),)
        if name == "begin":
            return (self.environment(self.words()),)
        if name == "sqrt":
            degree: Nodes = ()
            self.skip_spaces()
            if self.left() and self.tokens[self.at] == "[":
                self.at += 1
                degree = self.row(("]",))
                self.close("]")
            return (Root(self.argument(), degree),)
        if name in ("operatorname", "mathrm"):
            return self.named(name)
        if name in ACCENTS or name in FACES:
            return (Faced(name, self.argument()),)
        if name == "substack":
            self.skip_spaces()
            self.close("{")
            rows = self.rows()
            self.close("}")
            return (Rows("gathered", rows),)
        if name == "bmod":
            return (Space("0.22em"), Function("mod", "modulo"), Space("0.22em"))
        if name == "pmod":
            return (Space("0.5em"), Fenced("(", ")", (Function("mod", "modulo"), Space("0.3em"), *self.argument())))
        if name == "not":
            return (self.negated(),)
        if name in "{}|%&#$_":
            return (Glyph("‖" if name == "|" else name),)
        raise UnsetMathsError(f"there is nothing for \\{name} in a PDF")

    def named(self, name: str) -> Nodes:
        """A function's own name, or upright letters."""
        below = name == "operatorname" and self.left() and self.tokens[self.at] == "*"
        self.at += below
        start, slots = self.at, self.slots
        words = self.words(r"[\\A-Za-z0-9 ,;:!~-]*")
        if words and name == "operatorname":
            return (Function(words, words, bool(below)),)
        if words and words.isalnum() and not words.isdecimal():
            return (Words(words),)
        self.at, self.slots = start, slots
        return (Faced("mathrm", self.argument()),)

    def words(self, allowed: str = "") -> str:
        """An argument's characters as they stand; empty where they aren't those `allowed`."""
        self.skip_spaces()
        if self.next() != "{":
            self.at -= 1
            return self.next()
        depth, out = 1, ""
        while True:
            token = self.next()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                break
            if allowed and not re.fullmatch(allowed, token):
                out = ""
                allowed = r"(?!)"
            elif token not in ("{", "}"):
                out += " " if token in (r"\,", r"\;", r"\:", r"\ ", "~") else token[1:] if token[0] == "\\" else token
        out = re.sub(r"\s+", " ", out)
        if not out.isprintable():
            raise UnsetMathsError(f"a character of {out!r} can't be set")
        return out

    def fence(self) -> str:
        self.skip_spaces()
        token = self.next()
        if token == ".":
            return ""
        if token in "()[]|/<>":
            return {"<": "⟨", ">": "⟩"}.get(token, token)
        name = token[1:]
        character = {"{": "{", "}": "}", "|": "‖"}.get(name) or SYMBOLS.get(name, ("", ""))[0]
        if not character:
            raise UnsetMathsError(f"{token} is no bracket")
        return character

    def environment(self, name: str) -> Node:
        if name not in _ENVIRONMENTS:
            raise UnsetMathsError(f"there is no environment {name} in a PDF")
        columns = ""
        if name == "array":
            columns = self.words()
            if set(columns) - set("lcr "):
                raise UnsetMathsError(f"the columns {columns} have lines between them")
        rows = self.rows()
        self.close(r"\end")
        self.words()
        return Rows(name, rows, columns.replace(" ", ""))

    def rows(self) -> tuple[tuple[Nodes, ...], ...]:
        rows: list[tuple[Nodes, ...]] = []
        cells: list[Nodes] = []
        while True:
            cells.append(self.row(()))
            mark = self.tokens[self.at] if self.left() else ""
            if mark == "&":
                self.at += 1
                continue
            rows.append(tuple(cells))
            cells = []
            if mark != r"\\":
                break
            self.at += 1
        return tuple(rows[:-1] if len(rows) > 1 and rows[-1] == ((),) else rows)

    def negated(self) -> Node:
        self.skip_spaces()
        struck = self.node(self.next())
        if len(struck) == 1 and isinstance(struck[0], Glyph):
            character = unicodedata.normalize("NFC", struck[0].character + "\u0338")
            if len(character) == 1:
                return Glyph(character, f"not {struck[0].said}".strip())
        raise UnsetMathsError("\\not stands before what can't be struck out")


def _script(read: list[Node], where: str, content: Nodes) -> None:
    """Put a script on the last node; a second one of its kind goes behind the first, as primes do."""
    last: Node = read.pop() if read else Group(())
    if not isinstance(last, Scripts):
        last = Scripts((last,))
    sup, sub = (last.sup + content, last.sub) if where == "sup" else (last.sup, last.sub + content)
    read.append(replace(last, sup=sup, sub=sub))


def _paired(read: list[Node]) -> Nodes:
    """The nodes with plain brackets that fit each other made one `Fenced`; others stay characters."""
    out: list[Node] = []
    opened: list[int] = []
    for node in read:
        character = _bracket(node)
        fits = opened and _fits(_bracket(out[opened[-1]]), character)
        if fits:
            start = opened.pop()
            fenced = Fenced(_bracket(out[start]), character, tuple(out[start + 1 :]))
            out[start:] = [replace(node, base=(fenced,)) if isinstance(node, Scripts) else fenced]
            continue
        if isinstance(node, Glyph) and character in _CLOSES:
            opened.append(len(out))
        out.append(node)
    return tuple(out)


def _bracket(node: Node) -> str:
    """The character of a bare bracket; a closing one may carry scripts."""
    if isinstance(node, Scripts) and len(node.base) == 1 and isinstance(node.base[0], Glyph):
        node = node.base[0]
    return node.character if isinstance(node, Glyph) else ""


def _fits(opening: str, closing: str) -> bool:
    return _CLOSES.get(opening) == closing or (opening, closing) in _MIXED
