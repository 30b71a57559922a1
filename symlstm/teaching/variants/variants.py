"""Variants of a problem: documents with other numbers in the same words, and their answers; the same by seed on every machine.

In comes a problem with `vary:`, out go variants one by one, or files of them in a folder. What is drawn, when it is accepted and how
it is written is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from symlstm.checking.scenario import Workshop
from symlstm.errors import DocumentError, SymlstmError, UsageError
from symlstm.model.problem import Problem
from symlstm.teaching.asked import Answers, Desk, answers_of
from symlstm.teaching.csv_cells import csv_line
from symlstm.teaching.progress import Progress, unseen
from symlstm.teaching.variants.folder import check_folder, write_folder
from symlstm.teaching.variants.hearing import front_of
from symlstm.teaching.variants.measure import measured
from symlstm.teaching.variants.rewriting import rewriting_of, sides_of
from symlstm.teaching.variants.search import Variant, Varied, subjects_of
from symlstm.teaching.variants.units import units_of
from symlstm.teaching.workers.crew import FEW, crew
from symlstm.teaching.workers.limits import PATIENT, Lost

MOST_VARIANTS = 100_000

def varied(problem: Problem) -> Varied:
    """What all variants of a problem share, worked out once.

    Raises `DocumentError` where the document has no `vary`, or a domain in it doesn't fit.
    """
    front, block = front_of(problem)
    if front.vary is None:
        message = "nothing varies: write `vary:` with symbols and their domains, as in {b_f: [1, 2, 4]}"
        raise DocumentError(message, problem.source, block.mapping.pos)
    units = units_of(problem, front)
    rewriting = rewriting_of(problem, units)
    measure = measured(problem, front.misconceptions, Workshop(), rewriting.edits.claims)
    desk = Desk(problem)
    subjects = frozenset(subjects_of(problem, desk))
    answers = answers_of(problem)
    return Varied(rewriting, measure, subjects, answers, sides_of(desk, answers), front.vary.pos)


def vary(
    problem: Problem, n: int, seed: str, *, executor: Executor | None = None, workers: int | None = None
) -> Iterator[Variant]:
    """So many variants with answers that all differ, keyed 1 to n. Those for a smaller n are the first of those for a larger.

    `executor` runs the work (default: this machine), on `workers` variants at a time (default: as many as there are processors); they
    are the same whoever draws them.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\nvary: {w: [1, 2, 3]}\\n---\\n$h_t = w h_{t-1}$, $w = 1$, $h_0 = 1$.\\n\\n"
    >>> problem = symlstm.read(text + "```question\\nfind: h_1\\n```\\n")
    >>> sorted(variant.answers[0].items for variant in vary(problem, 3, "a"))
    [(('h_1', ('1',)),), (('h_1', ('2',)),), (('h_1', ('3',)),)]
    """
    if n < 1:
        return
    compiled = varied(problem)
    # The first is drawn here, so that what is wrong with a problem shows at once.
    first = compiled.variant(seed, "1")
    yield first
    taken = {first.answers}
    with crew(_drawn, compiled, executor=executor, workers=workers, limits=PATIENT, here=n - 1 < FEW) as hands:
        for (_, key), drawn in hands.each((seed, str(key)) for key in range(2, n + 1)):
            if isinstance(drawn, Lost):
                raise UsageError(f"variant {key} can't be drawn: {drawn.why}")
            if drawn is None or drawn.answers in taken:
                drawn = compiled.different(seed, key, -1, taken)
            taken.add(drawn.answers)
            yield drawn


def _drawn(compiled: Varied, wanted: tuple[str, str]) -> Variant | None:
    """The first variant for this seed and key, whatever answers are taken; None where whoever knows these is to say what is wrong."""
    try:
        return compiled.variant(*wanted)
    except SymlstmError:
        return None


def variant_from(varied: Varied, seed: str, key: str, draw: int) -> Variant:
    """The variant of a draw that is known, without looking at any condition."""
    return varied.written(seed, key, draw)


# -- files ---


@dataclass(frozen=True)
class Written:
    """What was written, in order."""

    files: tuple[str, ...]
    """Names in the folder, the indexes last."""
    warnings: tuple[str, ...]


def write_variants(
    problem: Problem, n: int, seed: str, folder: Path, *, executor: Executor | None = None, workers: int | None = None,
    progress: Progress = unseen,
) -> Written:
    """Write so many variants to a folder, `NAME-001.md` and on, each whole or not at all; at the end `index.csv` and `index.json`,
    which say for each its draw and its answers. All are drawn before the first is written (`executor` and `workers` are those of
    `vary`); the same again writes the same bytes.

    Raises `DocumentError` where there are fewer variants, and `UsageError` where the folder can't be written or holds other
    variants; nothing has been written then.
    """
    if not 1 <= n <= MOST_VARIANTS:
        raise UsageError(f"{n:,} variants; from 1 to {MOST_VARIANTS:,} can be written")
    stem = Path(problem.source.name).stem if not problem.source.name.startswith("<") else "problem"
    stem = stem or "problem"
    width = max(3, len(str(n)))
    check_folder(folder)
    lines: list[_Line] = []
    warnings: list[str] = []
    files: dict[str, str] = {}
    for number, variant in enumerate(vary(problem, n, seed, executor=executor, workers=workers), 1):
        name = f"{stem}-{number:0{width}}.md"
        files[name] = variant.text
        warnings += [f"{name}: {warning}" for warning in variant.warnings]
        lines.append(_Line(number, name, seed, variant.draw, _told(variant.answers)))
        progress(number, n)
    files["index.csv"], files["index.json"] = _csv(lines), _json(problem.title, seed, lines)
    write_folder(folder, files)
    return Written(tuple(files), tuple(warnings))


def _csv(lines: list[_Line]) -> str:
    questions = [told.question for told in lines[0].answers]
    rows = [csv_line(["variant", "file", "seed", "draw", *(f"answer {question}" for question in questions)])]
    rows += [csv_line([str(line.variant), line.file, line.seed, str(line.draw), *(told.text for told in line.answers)])
             for line in lines]
    return "".join(rows)


def _json(title: str, seed: str, lines: list[_Line]) -> str:
    index = _Index("symlstm/variants-1", title, seed, tuple(lines))
    return msgspec.json.format(msgspec.json.encode(index), indent=1).decode() + "\n"


class _Told(msgspec.Struct, frozen=True):
    question: int
    kind: str
    values: dict[str, list[str]]

    @property
    def text(self) -> str:
        """In one cell: each place with its digits, each option with whether it holds."""
        joint = {"find": " = ", "simplify": " "}.get(self.kind, ": ")
        return "; ".join((item + joint if item else "") + ", ".join(said) for item, said in self.values.items())


class _Line(msgspec.Struct, frozen=True):
    variant: int
    file: str
    seed: str
    draw: int
    answers: tuple[_Told, ...]


class _Index(msgspec.Struct, frozen=True):
    format: str
    title: str
    seed: str
    variants: tuple[_Line, ...]


def _told(answers: Answers) -> tuple[_Told, ...]:
    return tuple(_Told(answer.question, answer.kind, {item: list(said) for item, said in answer.items}) for answer in answers)


__all__ = ["Variant", "Varied", "Written", "variant_from", "varied", "vary", "write_variants"]
