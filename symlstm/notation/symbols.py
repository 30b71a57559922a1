"""What letters and scripts mean: the vocabulary of a document, and from a base with its scripts to a symbol.

A script may hold a label, a time, an entry, a power or a transpose; which it is follows from the vocabulary (section 2.2 of the
design): the running index letter, the names that the cell writes with a time and where it writes it, the names known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from symlstm.errors import NotationError
from symlstm.notation.lexer import Token
from symlstm.notation.tree import Expr, Fixed, IndexStyle, Name, Running, Symbol, Time, children

_MOST_READ = 2_000
"""Ways of writing symbols that a vocabulary remembers."""


def _key(script: Script | None) -> tuple[tuple[str, str, str], ...] | None:
    return None if script is None else tuple((token.kind, token.text, token.latex) for token in script.tokens)


def closest(word: str, known: Iterable[str], least: float) -> str:
    """The known word most like this one, spelled as known; empty where none is alike. Case, scripts and braces hardly count.

    >>> closest("W_{xi}", ["W^{x,i}", "W^{x,f}"], 0.6), closest("q", ["h"], 0.6)
    ('W^{x,i}', '')
    """
    words: dict[str, str] = {}
    for each in known:
        words.setdefault(_BARE.sub("", each).lower(), each)
    close = get_close_matches(_BARE.sub("", word[:100]).lower(), list(words), 1, least)
    return words[close[0]] if close else ""


_BARE = re.compile(r"[\s{}_^,]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a reader knows about the letters it will meet."""

    running: str = "t"
    """The letter of the running index."""
    timed: Mapping[Name, Name] = field(default_factory=dict)
    """Names that the cell writes with a running index, each with how it is typeset."""
    plain: Mapping[Name, Name] = field(default_factory=dict)
    """Names without a time: parameters."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Letters that the document declares to be a function: from the name's text to the function's id."""
    complete: bool = False
    """Whether a name outside this vocabulary is an error."""
    listed: bool = False
    """Whether several arguments of a function that takes one are the entries of a vector."""
    _read: dict[tuple[object, ...], Scripted] = field(default_factory=dict, compare=False, repr=False)
    """What bases with their scripts stand for, as far as they have been read."""

    def remembered(self, base: Token, sub: Script | None, sup: Script | None) -> Scripted:
        """What `interpret` makes of a base letter with its scripts, worked out once for each way of writing it."""
        key = (base.text, base.latex, _key(sub), _key(sup))
        known = self._read.get(key)
        if known is None:
            known = interpret(base, sub, sup, self)
            if not known.power and len(self._read) < _MOST_READ:
                self._read[key] = known
            return known
        symbol = known.symbol
        return Scripted(Symbol(symbol.name, symbol.at, symbol.entry, base.pos), (), known.transposed)

    def name(self, name: Name) -> Name | None:
        """The known name equal to this one, as it is typeset; None where it isn't known."""
        return self.timed.get(name) or self.plain.get(name)

    def nearest(self, text: str, others: Iterable[str] = ()) -> str:
        """`; did you mean ...?` for the nearest known name, or nothing."""
        close = closest(text, [*map(str, (*self.timed, *self.plain)), *others], 0.5)
        return f"; did you mean {close}?" if close else ""

    def nearest_or_all(self, text: str) -> str:
        """The nearest known name as `nearest` words it; all of them where none is near, of many the first."""
        known = [str(name) for name in dict.fromkeys((*self.timed, *self.plain))]
        few = len(known) <= 8 or len(", ".join(known)) < 80
        shown = ", ".join(known) if few else f"{', '.join(known[:8])} and {len(known) - 8} more"
        return self.nearest(text) or (f"; its symbols are {shown}" if known else "")


@dataclass(frozen=True, slots=True)
class Script:
    """The tokens of one sub- or superscript, without its braces."""

    tokens: tuple[Token, ...]
    pos: int

    @property
    def text(self) -> str:
        """The script as a label: its characters without spacing and braces."""
        return "".join(_spelled(token) for token in self.tokens)


def _spelled(token: Token) -> str:
    match token.kind:
        case "group" | "ungroup":
            return ""
        case "function" if token.latex.startswith("\\sigma") or not token.latex:
            return token.text
        case _:
            return token.text


_CLOSERS = {"(": ")", "[": "]", "<": ">"}


def time_in(tokens: Sequence[Token], vocabulary: Vocabulary) -> tuple[Time, IndexStyle | None] | None:
    """The time that these tokens write, with the brackets around it as an index style; None where they write none."""
    style: IndexStyle | None = None
    tokens = [token for token in tokens if token.kind not in ("group", "ungroup")]
    if len(tokens) >= 3 and tokens[0].text in _CLOSERS and tokens[-1].text == _CLOSERS[tokens[0].text]:
        style = "angle" if tokens[0].text == "<" else "square" if tokens[0].text == "[" else "round"
        tokens = tokens[1:-1]
    texts = [token.text for token in tokens]
    letter = vocabulary.running
    if texts == [letter]:
        return Running(0, letter), style
    if len(texts) == 3 and texts[0] == letter and texts[1] in ("+", "-") and texts[2].isdecimal():
        return Running(int(texts[1] + texts[2]), letter), style
    if len(texts) == 1 and texts[0].isdecimal() and len(texts[0]) < 8:
        return Fixed(int(texts[0])), style
    if len(texts) == 2 and texts[0] == "-" and texts[1].isdecimal() and len(texts[1]) < 8:
        return Fixed(-int(texts[1])), style
    return None


def _items(script: Script) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    depth = 0
    for token in script.tokens:
        depth += (token.kind in ("open", "angle")) - (token.kind in ("close", "unangle"))
        if token.kind == "comma" and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return items


@dataclass(frozen=True, slots=True)
class Scripted:
    """A symbol with what is left of its superscript: `power` to be read as an exponent, or a transpose."""

    symbol: Symbol
    power: tuple[Token, ...] = ()
    transposed: bool = False


_LABELLING = ("letter", "word", "comma", "number", "open", "close", "group", "ungroup", "function", "op")
"""Kinds of tokens that a label above is made of."""

INDEX_LETTERS = ("i", "j", "k", "l", "m", "n")
"""Letters that may name an entry."""

_TRANSPOSES = ("⊤", "T")


def interpret(base: Token, sub: Script | None, sup: Script | None, vocabulary: Vocabulary) -> Scripted:
    """The symbol that a base letter with its scripts stands for."""
    at: Time | None = None
    style: IndexStyle = "sub"
    entry: int | str | None = None
    sub_labels: list[str] = []
    sup_label = ""
    power: tuple[Token, ...] = ()
    transposed = False
    held: list[tuple[Time, IndexStyle | None]] = []

    def known(sup_text: str = "") -> Name:
        return Name(base.text, sup_text, ",".join(sub_labels))

    if sub is not None:
        for item in _items(sub):
            found = time_in(item, vocabulary)
            text = Script(tuple(item), sub.pos).text
            if found is None:
                sub_labels.append(text)
            elif isinstance(found[0], Running) and at is None:
                at = found[0]
            else:
                held.append(found)
                if isinstance(found[0], Fixed):
                    sub_labels.append(str(found[0].time))
        if held and (at is not None or len(held) <= 2):
            # A number below: a time where the cell writes this name with one, otherwise a label.
            numbers = [time.time for time, _ in held if isinstance(time, Fixed)]
            rest = [label for label in sub_labels if label not in {str(number) for number in numbers}]
            bare = Name(base.text, sup.text if sup else "", ",".join(rest))
            timed = {Name(base.text, "", ",".join(rest)), bare} & vocabulary.timed.keys()
            if at is not None and numbers:
                entry, sub_labels = numbers[0], rest
            elif timed and vocabulary.timed[next(iter(timed))].index in ("sub", "square", "call"):
                at, sub_labels = Fixed(numbers[0]), rest
                entry = numbers[1] if len(numbers) > 1 else None
        if at is not None and len(sub_labels) == 1 and _letter_index(sub_labels[0], vocabulary, known()):
            entry, sub_labels = sub_labels[0], []
    if sup is not None and sup.tokens:
        found = time_in(sup.tokens, vocabulary)
        text = sup.text
        timed_style = _style_of(Name(base.text, "", ",".join(sub_labels)), vocabulary)
        if vocabulary.name(known(text)) is not None or _labels(text, sub_labels, base, vocabulary):
            sup_label = text
        elif found and isinstance(found[0], Running) and at is None:
            at, style = found[0], found[1] or "sup"
        elif found and found[1] == "angle" and at is None:
            at, style = found[0], "angle"
        elif found and at is None and timed_style in ("sup", "round") and (found[1] or "sup") == timed_style:
            at, style = found[0], timed_style
        elif text in _TRANSPOSES:
            transposed = True
        elif found and found[1] is None:
            power = sup.tokens
        elif at is not None and len(text) == 1 and text.isalpha():
            entry = text
        elif base.text == "e" and vocabulary.name(known()) is None:
            power = sup.tokens
        elif len(sup.tokens) == 1 and sup.tokens[0].kind == "number":
            power = sup.tokens
        elif any(token.kind == "comma" for token in sup.tokens) and (split := _timed_items(sup, vocabulary)):
            at, style, sup_label = split
        elif all(token.kind in _LABELLING for token in sup.tokens):
            sup_label = text
        else:
            power = sup.tokens
    plain_name = Name(
        base.text, sup_label, ",".join(sub_labels), base.latex, _typeset(sup if sup_label else None),
        _typeset(sub) if sub_labels and at is None else "", style,
    )
    if at is not None and style == "sub" and (declared := vocabulary.timed.get(plain_name)) is not None:
        plain_name = declared
    else:
        plain_name = vocabulary.name(plain_name) or plain_name
    return Scripted(Symbol(plain_name, at, entry, base.pos), power, transposed)


def _timed_items(sup: Script, vocabulary: Vocabulary) -> tuple[Time, IndexStyle, str] | None:
    labels = []
    time: tuple[Time, IndexStyle | None] | None = None
    for item in _items(sup):
        found = time_in(item, vocabulary)
        if found and isinstance(found[0], Running) and time is None:
            time = found
        else:
            labels.append(Script(tuple(item), sup.pos).text)
    return (time[0], time[1] or "sup", ",".join(labels)) if time else None


def _style_of(name: Name, vocabulary: Vocabulary) -> IndexStyle | None:
    declared = vocabulary.timed.get(name)
    return declared.index if declared else None


def _letter_index(label: str, vocabulary: Vocabulary, name: Name) -> bool:
    return (
        label in INDEX_LETTERS and name not in vocabulary.timed
        and replace(name, sub="") in vocabulary.timed
    )


def _labels(text: str, sub_labels: list[str], base: Token, vocabulary: Vocabulary) -> bool:
    """Whether a name with this superscript label is known, whatever else is written below it."""
    return any(name.base == base.text and name.sup == text for name in (*vocabulary.timed, *vocabulary.plain))


def _typeset(script: Script | None) -> str:
    if script is None or not any(token.latex for token in script.tokens):
        return ""
    if any(token.kind not in ("letter", "word", "comma", "number", "function") for token in script.tokens):
        return ""
    return "".join((token.latex + " " if re.search(r"[a-z]\Z", token.latex) else token.latex) or token.text
                   for token in script.tokens).strip()


def require(symbol: Symbol, vocabulary: Vocabulary) -> None:
    """An error where the vocabulary is complete and lacks the symbol's name, with the nearest known one."""
    if vocabulary.complete and vocabulary.name(symbol.name) is None:
        raise NotationError(f"{symbol.name} isn't a symbol of this problem{vocabulary.nearest_or_all(str(symbol.name))}",
                            offset=max(0, symbol.pos))


def symbols_in(tree: Expr) -> Iterable[Symbol]:
    """All symbols of a tree, in reading order."""
    if isinstance(tree, Symbol):
        yield tree
    for child in children(tree):
        yield from symbols_in(child)
