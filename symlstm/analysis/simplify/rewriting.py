"""Rewriting written trees by arithmetic alone: zeros, ones and constants go, everything else stays in the order written.

In comes a tree, out goes one that means the same wherever the shapes allow it, itself where nothing is to be done. Nothing here
knows what a symbol is worth, except through the `is_zero` it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from flint import fmpq

from symlstm.analysis.simplify.numerals import ZERO, every_entry, joined, negated, number, worth, written
from symlstm.arithmetic import entrywise
from symlstm.arithmetic.real import Undecided, exact
from symlstm.errors import SymlstmError
from symlstm.model.values import constant, is_constant
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Matrix,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    children,
    rebuild,
)

Fit = Callable[[Expr, Expr], Expr]
"""From a part and what is to replace it to what may: of the same shape, or the part as it is."""


def as_it_is(before: Expr, after: Expr) -> Expr:
    """The fit of numbers: all have one shape."""
    return after


def as_products(tree: Expr) -> Expr:
    """Elementwise products as plain ones, which between numbers they are."""
    if isinstance(tree, Hadamard) or (isinstance(tree, Product) and any(isinstance(f, Hadamard) for f in tree.factors)):
        return _flat(rebuild(tree, as_products))
    return rebuild(tree, as_products)


def _flat(tree: Expr) -> Expr:
    """A product without products among its factors."""
    if not isinstance(tree, Product | Hadamard):
        return tree
    factors: list[Expr] = []
    marks: list[str] = []
    own = tree.marks if isinstance(tree, Product) else ("",) * len(tree.marks)
    for mark, factor in zip(("", *own), tree.factors):
        if factors:
            marks.append(mark)
        inner = factor if isinstance(factor, Product) else Product((factor,), ())
        factors += inner.factors
        marks += inner.marks
    return Product(tuple(factors), tuple(marks))


def numbers_first(tree: Expr) -> Expr:
    """Products with their coefficient in front, where it is a single number; signs of numbers as those of the sum."""
    tree = rebuild(tree, numbers_first)
    match tree:
        case Product(factors=(first, *others)) if not isinstance(first, Numeral):
            found = [factor for factor in others if worth(factor) is not None]
            if len(found) == 1 and worth(first) is None:
                return _with_coefficient(tree, found[0])
        case Sum(terms=terms):
            inner = (term.terms if isinstance(term, Sum) and sign > 0 else ((sign, term),) for sign, term in terms)
            return joined([term for terms in inner for term in terms])
    return tree


def _with_coefficient(tree: Product, coefficient: Expr) -> Expr:
    kept, marks = _kept(tree, lambda factor: worth(factor) is None)
    return Product((coefficient, *kept), ("", *marks)) if kept else coefficient


def _kept(tree: Product | Hadamard, keep: Callable[[Expr], bool]) -> tuple[list[Expr], list[str]]:
    """The factors to keep, each with the mark that stands in front of it."""
    kept: list[Expr] = []
    marks: list[str] = []
    for mark, factor in zip(("", *tree.marks), tree.factors):
        if keep(factor):
            marks += [mark] if kept else []
            kept.append(factor)
    return kept, marks


def without_zeros(tree: Expr, is_zero: Callable[[Expr], bool], fit: Fit = as_it_is) -> Expr:
    """Products with a factor zero are zero, and terms that are zero drop out of sums."""
    if vanishes(tree, is_zero):
        return tree if is_zero(tree) else fit(tree, ZERO)
    if isinstance(tree, Sum) and any(vanishes(term, is_zero) for _, term in tree.terms):
        kept = joined([(sign, term) for sign, term in tree.terms if not vanishes(term, is_zero)])
        tree = fit(tree, kept)
    return rebuild(tree, lambda child: without_zeros(child, is_zero, fit))


def vanishes(tree: Expr, is_zero: Callable[[Expr], bool]) -> bool:
    """Whether every entry of a tree is zero, whatever its symbols are.

    >>> vanishes(Product((ZERO, Numeral("2", Fraction(2))), ("",)), lambda part: every_entry(part, 0))
    True
    """
    match tree:
        case Product(factors=factors) | Hadamard(factors=factors):
            return any(vanishes(factor, is_zero) for factor in factors)
        case Sum(terms=terms):
            return all(vanishes(term, is_zero) for _, term in terms)
        case Negative(operand=operand) | Transpose(operand=operand):
            return vanishes(operand, is_zero)
        case Quotient(numerator=above, denominator=Numeral(value=below)) if below:
            return vanishes(above, is_zero)
        case _:
            return is_zero(tree)


def without_ones(tree: Expr, fit: Fit = as_it_is) -> Expr:
    """Factors and denominators of one drop out; a factor -1 in front is a minus sign."""
    tree = rebuild(tree, lambda child: without_ones(child, fit))
    match tree:
        case Hadamard() if any(isinstance(factor, Matrix) and every_entry(factor, 1) for factor in tree.factors):
            # A column of ones is a factor one only entry by entry, and only beside another vector.
            kept, marks = _kept(tree, lambda factor: not (isinstance(factor, Matrix) and every_entry(factor, 1)))
            return fit(tree, _again(tree, kept, marks)) if kept else tree
        case Product() | Hadamard():
            kept, marks = _kept(tree, lambda factor: worth(factor) != 1)
            if not kept:
                return tree.factors[0]
            if isinstance(tree, Product) and worth(kept[0]) == -1 and len(kept) > 1:
                return negated(_again(tree, kept[1:], marks[1:]))
            return _again(tree, kept, marks) if len(kept) < len(tree.factors) else tree
        case Quotient(numerator=above, denominator=below) if worth(below) == 1:
            return above
        case Sum(terms=terms) if any(isinstance(term, Negative) for _, term in terms[1:]):
            return joined(terms)
        case _:
            return tree


def _again(tree: Product | Hadamard, factors: Sequence[Expr], marks: Sequence[str]) -> Expr:
    if len(factors) == 1:
        return factors[0]
    kind = Product if isinstance(tree, Product) else Hadamard
    return kind(tuple(factors), tuple(marks))


def folded(tree: Expr, threshold: fmpq | None) -> Expr:
    """Numbers of a sum or product put together, and functions of numbers where their value is rational and doesn't saturate."""
    tree = rebuild(tree, lambda child: folded(child, threshold))
    match tree:
        case Sum() | Product() | Hadamard() | Negative() | Power() if is_constant(tree) and not _applies(tree):
            return _evaluated(tree)
        case Negative(operand=Negative(operand=inner)):
            return inner
        case Sum(terms=terms) if (places := [k for k, (_, term) in enumerate(terms) if worth(term) is not None])[1:]:
            total = sum((sign * (worth(term) or 0) for sign, term in (terms[k] for k in places)), Fraction(0))
            return joined([
                (1, number(exact(total))) if k == places[-1] else term
                for k, term in enumerate(terms) if k == places[-1] or k not in places
            ])
        case Product(factors=factors) if any(
            isinstance(factor, Product) and worth(factor.factors[0]) is not None for factor in factors
        ):
            return folded(_flat(tree), threshold)
        case Product(factors=factors) if len(found := [w for w in map(worth, factors) if w is not None]) > 1:
            total = Fraction(1)
            for factor in found:
                total *= factor
            return _with_coefficient(tree, number(exact(total)))
        case Apply(function=function, arguments=arguments) if all(worth(argument) is not None for argument in arguments):
            return _applied(tree, function, [exact(worth(argument) or 0) for argument in arguments], threshold)
        case _:
            return tree


def _applies(tree: Expr) -> bool:
    return isinstance(tree, Apply) or any(map(_applies, children(tree)))


def _evaluated(tree: Expr) -> Expr:
    try:
        return written(constant(tree))
    except SymlstmError:
        return tree  # a division by zero, say, stays as it is written


def _applied(tree: Apply, name: str, arguments: Sequence[fmpq], threshold: fmpq | None) -> Expr:
    if threshold is not None and name in ("sigmoid", "tanh") and abs(arguments[0]) >= threshold:
        return tree
    try:
        value = entrywise.evaluate(name, *arguments)
    except (SymlstmError, Undecided):
        return tree
    return number(value) if isinstance(value, fmpq) else tree


def applications(tree: Expr) -> Iterable[Apply]:
    """The functions of a tree with their arguments, inner ones first."""
    for child in children(tree):
        yield from applications(child)
    if isinstance(tree, Apply):
        yield tree


def replaced(tree: Expr, part: Expr, by: Expr) -> Expr:
    """The tree with every occurrence of a part replaced."""
    return by if tree == part else rebuild(tree, lambda child: replaced(child, part, by))
