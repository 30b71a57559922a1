"""Typesetting: a written tree, with numbers in its holes, as LaTeX or as a line of plain Unicode.

A tree is compiled once into a template of fixed text and slots; filling one is a walk over its parts, so a run of ten thousand
steps never walks a tree. Brackets stand only where needed: `-100(0) + 50(1)`. No digit is changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

import msgspec

from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.tree import (
    Apply,
    Chain,
    Column,
    Digits,
    Expr,
    Fixed,
    FunctionName,
    Grid,
    Hadamard,
    Held,
    Hole,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Series,
    Shown,
    Sum,
    Symbol,
    Time,
    Transpose,
)

RELATIONS: dict[str, str] = {
    "=": "=", "≈": r"\approx", "→": r"\to", "≤": r"\le", "≥": r"\ge", "<": "<", ">": ">", "≠": r"\neq", "⇒": r"\Rightarrow",
    "⇔": r"\iff", ":=": ":=", "≡": r"\equiv", "∈": r"\in", "←": r"\leftarrow",
}
"""From a relation's character to its LaTeX."""

GREEK: dict[str, str] = {
    character: "\\" + name
    for name, character in zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
        "phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        "α β γ δ ϵ ε ζ η θ ϑ ι κ λ μ ν ξ π ρ σ τ υ ϕ φ χ ψ ω Γ Δ Θ Λ Ξ Π Σ Υ Φ Ψ Ω".split(),
        strict=True,
    )
}
"""From a Greek letter to its LaTeX command."""

ACCENTS: dict[str, str] = {"\u0303": r"\tilde", "\u0302": r"\hat", "\u0304": r"\bar", "\u0307": r"\dot"}
"""From a combining accent, as it follows a name's base letter, to its LaTeX command."""

_MARKS = {"": r"\,", "·": r"\cdot ", "×": r"\times ", "⊙": r"\odot ", "∘": r"\circ ", "*": "* "}

LONGEST_COLUMN = 8
"""Entries of a vector that are printed in full; of a longer one the first three and the last are."""

_SUM, _HADAMARD, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4, 5

_Mode = Literal["bare", "factor", "juxtaposed", "signed", "time"]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a number goes: its index, and what negative ones need there. `signed` slots print their own plus or minus."""

    index: int
    mode: _Mode


_Part = str | _Slot
_Parts = list[_Part]


_Stand: TypeAlias = Callable[[Shown], str]
"""A number as it stands in a slot of one mode, with the brackets or the sign that it needs there."""


@dataclass(frozen=True, slots=True)
class _Style:
    """What differs between LaTeX and plain text."""

    latex: bool
    minus: str
    open: str
    close: str
    number: _Stand
    stands: Mapping[_Mode, _Stand]
    row_stands: Mapping[_Mode, _Stand]
    """As `stands`, for vectors that stand as rows."""


_Compiled: TypeAlias = tuple[str, tuple[tuple[int, _Stand], ...]]
"""A pattern for `%`, and for each of its slots the number's index and how it stands there."""


class Template:
    """A written tree, compiled at most once for each style; vectors in the holes `rows` are printed as rows."""

    __slots__ = ("_plain", "compiled_latex", "rows", "tree")

    def __init__(self, tree: Expr | Chain | Series, rows: Collection[int] = ()) -> None:
        self.tree = tree
        self.rows = rows
        self.compiled_latex: _Compiled | None = None
        self._plain: _Compiled | None = None

    def __reduce__(self) -> tuple[type[Template], tuple[Expr | Chain | Series, Collection[int]]]:
        # What is compiled is made again in another process.
        return Template, (self.tree, self.rows)

    def compiled(self, style: _Style) -> _Compiled:
        """Fixed text and slots."""
        cached = self.compiled_latex if style.latex else self._plain
        if cached is None:
            parts = _chain(self.tree, style)
            pattern = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
            cached = pattern, tuple(
                (part.index, (style.row_stands if part.index in self.rows else style.stands)[part.mode])
                for part in parts if isinstance(part, _Slot)
            )
            if style.latex:
                self.compiled_latex = cached
            else:
                self._plain = cached
        return cached


class Formula(msgspec.Struct, frozen=True, gc=False):
    """A template and the numbers for its holes, by hole index."""

    template: Template
    numbers: Sequence[Shown] = ()


def formula(tree: Expr | Chain | Series, *numbers: Shown) -> Formula:
    """The formula of a tree that is typeset once.

    >>> latex(formula(Sum(((1, Hole(0)), (1, Hole(1)))), Digits("0.5"), Digits("-1")))
    '0.5 - 1'

    """
    return Formula(Template(tree), numbers)


def latex(what: Formula) -> str:
    r"""The formula as LaTeX maths, without delimiters.

    >>> from symlstm.notation.tree import Running
    >>> h = Symbol(Name("h"), Running(-1))
    >>> latex(formula(Apply("tanh", (Product((Numeral("-100", -100), h), ("",)),))))
    '\\tanh(-100 h_{t-1})'
    >>> latex(formula(Product((Numeral("-100", -100), Hole(0)), ("",)), Digits("1")))
    '-100(1)'
    """
    pattern, slots = what.template.compiled_latex or what.template.compiled(_LATEX)
    numbers = what.numbers
    return pattern % tuple([stand(numbers[index]) for index, stand in slots])


def pattern(what: Formula) -> tuple[str, tuple[tuple[int, Callable[[Shown], str]], ...]]:
    r"""The formula's LaTeX as a pattern for `%`, and for each of its slots the number's index and a key of `STANDS`.

    For who writes another notation from it and prints the numbers there.

    >>> text, slots = pattern(formula(Product((Numeral("-100", -100), Hole(0)), ("",)), Digits("1")))
    >>> text, [(index, STANDS[stand]) for index, stand in slots]
    ('-100%s', [(0, ('juxtaposed', False))])
    """
    return what.template.compiled_latex or what.template.compiled(_LATEX)


def plain(what: Formula) -> str:
    """The formula as one line of Unicode text.

    >>> plain(formula(Product((Numeral("-100", -100), Hole(0)), ("",)), Digits("-1")))
    '−100·(−1)'
    """
    pattern, slots = what.template.compiled(_PLAIN)
    return pattern % tuple([stand(what.numbers[index]) for index, stand in slots])


def _stands(number: _Stand, minus: str, is_latex: bool) -> dict[_Mode, _Stand]:
    """How numbers stand in the slots of each mode. A column or matrix never needs brackets."""

    def factor(shown: Shown) -> str:
        text = number(shown)
        return f"({text})" if text.startswith(minus) and isinstance(shown, Digits) else text

    def juxtaposed(shown: Shown) -> str:
        text = number(shown)
        if not isinstance(shown, Digits):
            return text
        if is_latex:
            return f"({text})"
        return f"·({text})" if text.startswith(minus) else f"·{text}"

    def signed(shown: Shown) -> str:
        text = number(shown)
        return f" {minus} {text[1:]}" if text.startswith(minus) and isinstance(shown, Digits) else f" + {text}"

    def time(shown: Shown) -> str:
        text = number(shown)
        if len(text) == 1 or not isinstance(shown, Digits) or (not is_latex and text.isdecimal()):
            return text
        return "{" + text + "}"

    return {"bare": number, "factor": factor, "juxtaposed": juxtaposed, "signed": signed, "time": time}


def _latex_number(shown: Shown) -> str:
    if isinstance(shown, Digits):
        text = shown.text
        return _latex_digits(text) if "/" in text or "e" in text or text == "…" else text
    if isinstance(shown, Column):
        rows = [_latex_digits(text) for text in _short(shown)]
        return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
    lines = [" & ".join(_latex_digits(entry.text) for entry in row) for row in shown.rows]
    return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"


def _latex_row(shown: Shown) -> str:
    if not isinstance(shown, Column):
        return _latex_number(shown)
    entries = [r"\cdots" if text == "…" else _latex_digits(text) for text in _short(shown)]
    return r"\begin{bmatrix} " + " & ".join(entries) + r" \end{bmatrix}"


def _short(column: Column) -> list[str]:
    texts = [entry.text for entry in column.entries]
    return texts if len(texts) <= LONGEST_COLUMN else [*texts[:3], "…", texts[-1]]


def _latex_digits(text: str) -> str:
    if "/" in text:
        above, below = text.split("/")
        if above.startswith("-"):
            return r"-\frac{" + above[1:] + "}{" + below + "}"
        return r"\frac{" + above + "}{" + below + "}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return mantissa + r" \cdot 10^{" + exponent.removeprefix("+") + "}"
    return r"\vdots" if text == "…" else text


def _plain_number(shown: Shown) -> str:
    if isinstance(shown, Digits):
        return shown.text.replace("-", "−")
    if isinstance(shown, Column):
        return "[" + ", ".join(text.replace("-", "−") for text in _short(shown)) + "]"
    assert isinstance(shown, Grid)
    return "[" + ", ".join(_plain_number(Column(row)) for row in shown.rows) + "]"


_LATEX = _Style(
    True, "-", r"\left(", r"\right)", _latex_number, _stands(_latex_number, "-", True), _stands(_latex_row, "-", True)
)
_PLAIN = _Style(False, "−", "(", ")", _plain_number, _stands(_plain_number, "−", False), _stands(_plain_number, "−", False))

STANDS: dict[Callable[[Shown], str], tuple[str, bool]] = {
    stand: (mode, rows)
    for rows, stands in ((False, _LATEX.stands), (True, _LATEX.row_stands)) for mode, stand in stands.items()
}
"""From what prints a number in LaTeX to how it stands there, and whether its vectors are rows: a slot of `pattern`."""


def _chain(tree: Expr | Chain | Series, style: _Style) -> _Parts:
    if isinstance(tree, Series):
        listed = _chain(tree.items[0], style)
        for mark, item in zip(tree.marks, tree.items[1:]):
            listed += [mark + (r" \quad " if style.latex else "  "), *_chain(item, style)]
        return listed
    if not isinstance(tree, Chain):
        return _expr(tree, style)
    parts = _expr(tree.members[0], style)
    for relation, member in zip(tree.relations, tree.members[1:], strict=True):
        parts += [" " + (RELATIONS[relation] if style.latex else relation) + " ", *_expr(member, style)]
    return parts


def _precedence(tree: Expr) -> int:
    match tree:
        case Sum() | Negative():
            return _SUM
        case Hadamard():
            return _HADAMARD
        case Product():
            return _PRODUCT
        case Quotient(bar=False):
            return _PRODUCT
        case Numeral(text=text):
            return _PRODUCT if "/" in text or "e" in text.lower() else _ATOM
        case Power() | Transpose():
            return _POWER
        case _:
            return _ATOM


def _bracketed(tree: Expr, style: _Style) -> _Parts:
    if style.latex and _tall(tree):
        return [style.open, *_expr(tree, style), style.close]
    return ["(", *_expr(tree, style), ")"]


def _tall(tree: Expr) -> bool:
    match tree:
        case Matrix(inline=False) | Quotient(bar=True):
            return True
        case Hole(tall=tall):
            return tall
        case Numeral(text=text):
            return "/" in text
        case Symbol() | FunctionName() | Matrix() | Listing():
            return False
        case Apply(arguments=inner) | Product(factors=inner) | Hadamard(factors=inner):
            return any(map(_tall, inner))
        case Sum(terms=terms):
            return any(_tall(term) for _, term in terms)
        case Negative(operand=one) | Transpose(operand=one) | Power(base=one) | Quotient(numerator=one):
            return _tall(one)
        case _:
            assert_never(tree)


def _operand(tree: Expr, style: _Style, least: int, first: bool) -> _Parts:
    """An operand of something that binds at `least`; brackets where it binds looser, or is negative and not in front."""
    if isinstance(tree, Hole):
        return [_Slot(tree.index, "bare" if first else "factor")]
    if _precedence(tree) < least or (_leads_negative(tree) and not first):
        return _bracketed(tree, style)
    return _expr(tree, style, first)


def _leads_negative(tree: Expr) -> bool:
    match tree:
        case Numeral(text=text):
            return text.startswith("-")
        case Negative():
            return True
        case Product(factors=factors) | Hadamard(factors=factors):
            return _leads_negative(factors[0])
        case Sum(terms=terms):
            return _leads_negative(terms[0][1])
        case Quotient(numerator=one, bar=False):
            return _leads_negative(one)
        case _:
            return False


def _expr(tree: Expr, style: _Style, first: bool = True) -> _Parts:
    """The parts of a tree; `first` says that nothing stands in front of it, so that a leading minus needs no brackets."""
    match tree:
        case Hole(index=index):
            return [_Slot(index, "bare" if first else "factor")]
        case Numeral(text=text):
            return [style.number(Digits(text))]
        case Symbol(at=Held(index=index)):
            before, after = symbol(tree, style.latex).split(_HELD)
            return [before, _Slot(index, "time" if before.endswith(("_", "^")) else "bare"), after]
        case Symbol():
            return [symbol(tree, style.latex)]
        case FunctionName(function=function, spelled=spelled):
            return [_function(function, spelled, style)]
        case Apply(function=function, arguments=arguments, spelled=spelled):
            inner: _Parts = []
            for k, argument in enumerate(arguments):
                inner += [", "] if k else []
                inner += _expr(argument, style)
            tall = style.latex and any(map(_tall, arguments))
            return [_function(function, spelled, style), style.open if tall else "(", *inner, style.close if tall else ")"]
        case Negative(operand=operand):
            return [style.minus, *_operand(operand, style, _PRODUCT, False)]
        case Sum(terms=terms):
            return _sum(terms, style, first)
        case Product(factors=factors, marks=marks):
            return _product(factors, marks, style, first)
        case Hadamard(factors=factors, marks=marks):
            parts = _operand(factors[0], style, _PRODUCT, first)
            for mark, factor in zip(marks, factors[1:], strict=True):
                parts += [" " + (_MARKS[mark] if style.latex else mark + " "), *_operand(factor, style, _PRODUCT, False)]
            return parts
        case Quotient(numerator=above, denominator=below, bar=bar):
            if bar and style.latex:
                return [r"\frac{", *_expr(above, style), "}{", *_expr(below, style), "}"]
            return [*_operand(above, style, _PRODUCT, first), "/", *_operand(below, style, _POWER, False)]
        case Power(base=base, exponent=exponent):
            return [*_operand(base, style, _ATOM, False), *_superscript(_expr(exponent, style), style)]
        case Transpose(operand=operand):
            return [*_operand(operand, style, _ATOM, False), r"^{\top}" if style.latex else "ᵀ"]
        case Listing(items=items, bracket=bracket):
            return _rowed([items], ", ", "; ", bracket, style)
        case Matrix(rows=rows, bracket=bracket, inline=inline):
            if style.latex and not inline:
                kind = "pmatrix" if bracket == "(" else "bmatrix"
                return [rf"\begin{{{kind}}} ", *_cells(rows, " & ", r" \\ ", style), rf" \end{{{kind}}}"]
            return _rowed(rows, ", ", "; ", bracket, style)
        case _:
            assert_never(tree)


def _rowed(rows: Sequence[Sequence[Expr]], between: str, after: str, bracket: str, style: _Style) -> _Parts:
    return [bracket, *_cells(rows, between, after, style), ")" if bracket == "(" else "]"]


def _cells(rows: Sequence[Sequence[Expr]], between: str, after: str, style: _Style) -> _Parts:
    parts: _Parts = []
    for r, row in enumerate(rows):
        for c, entry in enumerate(row):
            parts += [between] if c else [after] if r else []
            written = _expr(entry, style)
            # A list that starts a row would be taken for an argument of the row's end above it.
            if r and not c and style.latex and isinstance(written[0], str) and written[0].startswith(("[", "*")):
                written = ["{", *written, "}"]
            parts += written
    return parts


def _sum(terms: tuple[tuple[int, Expr], ...], style: _Style, first: bool) -> _Parts:
    leading = terms[0][1]
    parts = _expr(leading, style) if first and isinstance(leading, Negative) else _operand(leading, style, _HADAMARD, first)
    for sign, term in terms[1:]:
        if isinstance(term, Hole) and sign > 0:
            parts.append(_Slot(term.index, "signed"))
        elif sign > 0 and isinstance(term, Numeral) and term.text.startswith("-"):
            parts += [f" {style.minus} ", style.number(Digits(term.text[1:]))]
        elif sign > 0 and isinstance(term, Product) and _numeral_in_front(term):
            front = term.factors[0]
            assert isinstance(front, Numeral)
            positive = Numeral(front.text[1:], -front.value)
            parts += [f" {style.minus} ", *_product((positive, *term.factors[1:]), term.marks, style, True)]
        else:
            parts += [f" {style.minus if sign < 0 else '+'} ", *_operand(term, style, _HADAMARD, False)]
    return parts


def _numeral_in_front(term: Product) -> bool:
    front = term.factors[0]
    return isinstance(front, Numeral) and front.text.startswith("-")


def _product(factors: tuple[Expr, ...], marks: tuple[str, ...], style: _Style, first: bool) -> _Parts:
    parts = _operand(factors[0], style, _PRODUCT if isinstance(factors[0], Quotient) else _POWER, first)
    for mark, left, right in zip(marks, factors, factors[1:], strict=False):
        if mark:
            parts += [" " + _MARKS[mark] if style.latex else mark, *_operand(right, style, _POWER, False)]
        elif isinstance(right, Hole):
            parts.append(_Slot(right.index, "juxtaposed"))
        elif isinstance(right, Numeral):
            parts += ["(" if style.latex else "·(" if right.text.startswith("-") else "·",
                      style.number(Digits(right.text)), ")" if style.latex or right.text.startswith("-") else ""]
        elif style.latex and _begins_with_digit(right):
            parts += _bracketed(right, style)
        elif style.latex:
            parts += [" " if _spaced(left, right) else "", *_operand(right, style, _POWER, False)]
        else:
            parts += [" " if isinstance(left, Symbol) else "·", *_operand(right, style, _POWER, False)]
    return parts


def _begins_with_digit(tree: Expr) -> bool:
    """Whether a factor would run into the number in front of it."""
    return isinstance(tree, Numeral) or (isinstance(tree, Power) and _begins_with_digit(tree.base)) or (
        isinstance(tree, Transpose) and _begins_with_digit(tree.operand)
    )


def _spaced(left: Expr, right: Expr) -> bool:
    return isinstance(right, Symbol | Apply | Power | Transpose | Hole) or isinstance(left, Hole)


def _function(function: str, spelled: str, style: _Style) -> str:
    row = FUNCTIONS[function]
    return (spelled or row.latex) if style.latex else row.plain


def _superscript(parts: _Parts, style: _Style) -> _Parts:
    if style.latex:
        return ["^{", *parts, "}"]
    simple = len(parts) == 1 and isinstance(parts[0], str) and len(parts[0]) == 1
    return ["^", *parts] if simple else ["^(", *parts, ")"]


_HELD = "\N{NULL}"
"""Where a held time goes, until it is filled in."""


def _time(at: Time, minus: str) -> str:
    if isinstance(at, Held):
        return _HELD
    if isinstance(at, Fixed):
        return str(at.time).replace("-", minus)
    if at.offset == 0:
        return at.letter
    return f"{at.letter}{minus}{-at.offset}" if at.offset < 0 else f"{at.letter}+{at.offset}"


def base(name: Name, as_latex: bool) -> str:
    """A name's base letter or word, typeset."""
    if not as_latex:
        return name.base
    if name.latex:
        return name.latex
    letter, accents = name.base[0], name.base[1:]
    if accents and all(accent in ACCENTS for accent in accents):
        return ACCENTS[accents[-1]] + "{" + base(Name(letter + accents[:-1]), True) + "}"
    if len(name.base) > 1:
        return r"\text{" + name.base + "}"
    return GREEK.get(letter, letter)


def symbol(tree: Symbol, as_latex: bool) -> str:
    """A symbol with its labels, time and entry, typeset.

    >>> symbol(Symbol(Name("W", sup="f,h")), True), symbol(Symbol(Name("h"), Fixed(-1)), False)
    ('W^{f,h}', 'h_{−1}')
    """
    name = tree.name
    minus = "-" if as_latex else "−"
    sup = [name.sup_latex if as_latex and name.sup_latex else name.sup] if name.sup else []
    sub = [name.sub_latex if as_latex and name.sub_latex else name.sub] if name.sub else []
    call = ""
    if tree.at is not None:
        time = _time(tree.at, minus)
        match name.index:
            case "sub":
                sub.append(time)
            case "sup":
                sup.append(time)
            case "round":
                sup.append(f"({time})")
            case "angle":
                sup.append(rf"\langle {time} \rangle" if as_latex else f"<{time}>")
            case "call":
                call = f"({time})"
            case "square":
                call = f"[{time}]"
            case _:
                assert_never(name.index)
    if tree.entry is not None:
        if as_latex and isinstance(tree.entry, str):
            sup.append(tree.entry)
        elif as_latex:
            call += f"[{tree.entry}]"
        else:
            call += f"[{tree.entry}]"
    out = base(name, as_latex)
    out += _scripted("_", ",".join(sub), as_latex)
    out += _scripted("^", ",".join(sup), as_latex)
    return out + call


def _scripted(mark: str, text: str, as_latex: bool) -> str:
    if not text:
        return ""
    if len(text) == 1 or (not as_latex and text.isdecimal()):
        return mark + text
    return mark + "{" + text + "}"
