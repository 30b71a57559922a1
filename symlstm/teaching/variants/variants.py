"""Variants of a problem: documents with other numbers in the same words, and their answers; the same by seed on every machine.

In comes a problem with `vary:`, out go variants one by one, or files of them in a folder. What is drawn, when it is accepted and how
it is written is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from symlstm.checking.scenario import Workshop
from symlstm.errors import DocumentError, UsageError
from symlstm.model.problem import Problem
from symlstm.teaching.asked import Answers, Desk, answers_of
from symlstm.teaching.csv_cells import csv_line
from symlstm.teaching.variants.folder import check_folder, write_folder
from symlstm.teaching.variants.hearing import front_of
from symlstm.teaching.variants.measure import measured
from symlstm.teaching.variants.rewriting import rewriting_of, sides_of
from symlstm.teaching.variants.search import Variant, Varied, subjects_of
from symlstm.teaching.variants.units import units_of

MOST_VARIANTS = 100_000
Progress: TypeAlias = Callable[[int, int], None]
"""Told how many variants are done, and of how many."""


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


def vary(problem: Problem, n: int, seed: str) -> Iterator[Variant]:
    """So many variants with answers that all differ, keyed 1 to n. Those for a smaller n are the first of those for a larger.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\nvary: {w: [1, 2, 3]}\\n---\\n$h_t = w h_{t-1}$, $w = 1$, $h_0 = 1$.\\n\\n"
    >>> problem = symlstm.read(text + "```question\\nfind: h_1\\n```\\n")
    >>> sorted(variant.answers[0].items for variant in vary(problem, 3, "a"))
    [(('h_1', ('1',)),), (('h_1', ('2',)),), (('h_1', ('3',)),)]
    """
    compiled = varied(problem)
    taken: set[Answers] = set()
    for key in range(1, n + 1):
        variant = compiled.different(seed, str(key), -1, taken)
        taken.add(variant.answers)
        yield variant


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
    problem: Problem, n: int, seed: str, folder: Path, *, progress: Progress = lambda done, of: None
) -> Written:
    """Write so many variants to a folder, `NAME-001.md` and on, each whole or not at all; at the end `index.csv` and `index.json`,
    which say for each its draw and its answers. All are drawn before the first is written; the same again writes the same bytes.

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
    for number, variant in enumerate(vary(problem, n, seed), 1):
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
