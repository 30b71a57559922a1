"""Who is in a class: a roster, the index of a handout, or nobody knows; and the numbers that each of them was handed.

In come a problem, a roster and an index as far as there are any, out come the students in order. Nothing is judged here but the first
student's variant, to make sure that this is the problem that was handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symlstm.model.problem import Problem
from symlstm.teaching.handouts.handout import varies
from symlstm.teaching.handouts.roster import Roster
from symlstm.teaching.marking.collected import Enrolled
from symlstm.teaching.marking.handed_out import Index, not_handed_out, read_index
from symlstm.teaching.marking.judge import Bench, NotHandedOut, Piece, judge

UNTOLD = "the problem has `vary`, and no --index says who got which numbers: everybody is judged on the document as it stands"


@dataclass(frozen=True)
class ClassList:
    """Who is in the class, in order, and what was handed out to them."""

    problem: Problem
    roster: Roster | None
    index: Index | None
    seed: str = ""
    """What the students' variants were drawn from; empty where they have none."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The roster's further columns."""
        return self.roster.columns if self.roster is not None else self.index.opening.columns if self.index is not None else ()

    @property
    def known(self) -> bool:
        """Whether it is known who is in it."""
        return self.roster is not None or self.index is not None

    @property
    def untold(self) -> bool:
        """Whether the problem varies, and nothing says who got which numbers."""
        return self.index is None and bool(self.problem.source.text) and varies(self.problem)

    def enrolled(self, mended: bool = False) -> Iterator[Enrolled]:
        """Everybody: those of the roster where there is one, with what the index says of them."""
        handed = self.index.enrolled(self.problem, mended) if self.index is not None else iter(())
        if self.roster is None:
            yield from handed
            return
        own = {enrolled.student.id: enrolled.own for enrolled in handed}
        yield from (Enrolled(student, own.get(student.id)) for student in self.roster.students)

    def rehearse(self, bench: Bench) -> None:
        """Make sure with the first student that this is the problem that was handed out, before anything is written."""
        if self.index is None or not self.seed:
            return
        first = next(self.index.enrolled(self.problem, bench.mended))
        if isinstance(judge(bench, Piece(first.student.id, "", first.own)), NotHandedOut):
            raise not_handed_out(self.index.path, self.problem, first.student.id)


def class_list(problem: Problem, roster: Roster | None, index: Path | None, warn: Callable[[str], None]) -> ClassList:
    """Who is in the class, from a roster and the index of a handout where there are any.

    Raises `UsageError` for an index that is none, or of other problems.
    """
    if index is None:
        unknown = ClassList(problem, roster, None)
        if unknown.untold:
            warn(UNTOLD)
        return unknown
    opened = read_index(index)
    return ClassList(problem, roster, opened, opened.seed(problem))
