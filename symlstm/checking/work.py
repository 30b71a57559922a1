"""A student's work, read: its members in order, each with the place that it speaks of. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from symlstm.checking.numerals import Written
from symlstm.errors import Source
from symlstm.notation.places import Place
from symlstm.notation.tree import Expr, Name

Kind: TypeAlias = Literal["member", "length", "unreadable", "other"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a chain (`= 0.5` of `h_1 = o_1 tanh(c_1) = 0.5`), one cell of a table, one entry of a list; or a line that is
    none of these.

    `kind`: `member`; `length`, a list that has too many or too few entries; `unreadable`, with what is wrong; `other`, prose.
    """

    kind: Kind
    text: str
    offset: int
    """Where it starts in the work."""
    tree: Expr | None = None
    numbers: tuple[Written, ...] | None = None
    """The numbers that it is, where it is nothing but numbers."""
    relation: str = ""
    """What joins it to the member before; empty where it is an entry of a list or table."""
    place: Place | None = None
    """The place that its chain states; without a time where the left side has a running index and none is known."""
    before: int | None = None
    """The member before it in its chain, by index; None behind the left side."""
    head: Expr | None = None
    """The left side itself where it is no place, for the step from it."""
    working: bool = False
    """Whether an expression stands before it in its chain."""
    chain: int = -1
    question: int | None = None
    """The question that the work names for it, from 1."""
    message: str = ""
    """What is wrong, where it can't be read or has a wrong length."""
    taken: str = ""
    """In words, which of its letters were read as others."""


@dataclass(frozen=True)
class Work:
    """A piece of work: its text and its members in order."""

    source: Source
    members: tuple[Member, ...]
    aliases: tuple[tuple[int, Name, Expr], ...] = ()
    """Names that the student gave to numbers of their own: the member from which on each holds, and what it stands for."""


__all__ = ["Kind", "Member", "Work"]
