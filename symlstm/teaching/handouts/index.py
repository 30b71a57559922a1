"""The index of a handout: student, seed and answers, as JSON for programs and as CSV for people.

In come records one by one, out go pieces of text, so that a large class is never held whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from symlstm.teaching.asked import HOLDS
from symlstm.teaching.csv_cells import csv_line
from symlstm.teaching.handouts.record import Answered, Opening, Record


def json_index(opening: Opening, records: Iterable[Record]) -> Iterator[bytes]:
    """The index as JSON: its head in the first line, then one line a student."""
    yield msgspec.json.encode(opening).removesuffix(b"}") + b',\n"students": [\n'
    for k, record in enumerate(records):
        yield (b",\n" if k else b"") + msgspec.json.encode(record)
    yield b"\n]}\n"


def csv_index(opening: Opening, questions: Iterable[int], records: Iterable[Record]) -> Iterator[bytes]:
    """The index as CSV: one row a student; for each problem its seed, and the answer to each question. `questions`: how many each
    problem has."""
    several = len(opening.problems) > 1
    head = ["id", "name", *opening.columns]
    for k, count in enumerate(questions, 1):
        front = f"problem {k} " if several else ""
        head += [f"{front}seed", f"{front}draw", *(f"{front}question {n}" for n in range(1, count + 1))]
    # A spreadsheet takes the bytes for UTF-8 where they begin with this mark.
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode() + csv_line([*head, "files"]).encode()
    for record in records:
        row = [record.id, record.name, *record.more]
        for handed in record.variants:
            row += [handed.seed, str(handed.draw) if handed.seed else "", *map(in_a_line, handed.answers)]
        yield csv_line([*row, " ".join(record.files)]).encode()


def in_a_line(answered: Answered) -> str:
    """An answer as a person reads it: the values in order, or which options hold.

    >>> in_a_line(Answered(1, "find", {"h_0": "0", "h_1": ["0.5", "-1"]}))
    '0, [0.5, -1]'
    >>> in_a_line(Answered(2, "state", {"c_t": "holds", "i_t": "doesn't hold"}))
    'c_t'
    """
    match answered.kind:
        case "find":
            return ", ".join(value if isinstance(value, str) else f"[{', '.join(value)}]" for value in answered.values.values())
        case "state" | "claims" | "carried":
            return "; ".join(option for option, value in answered.values.items() if value == HOLDS[True])
        case _:
            said = ((name, value if isinstance(value, str) else ", ".join(value)) for name, value in answered.values.items())
            return "; ".join(f"{name} {value}".strip() for name, value in said)
