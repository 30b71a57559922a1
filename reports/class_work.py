"""The work of a class of sixty that never was, for `reports/class`: students who hold one misconception each.

They are made by the generator of the tests (`tests/checking/mistaken_students.py`), which works in plain floats and
knows nothing of symlstm.

Out come a problem document and, for each invented student, a text of work: about a third right, the others with a misconception, other
rounding, slips of the pen, or lines that can't be read; as plain lines, LaTeX, lists and tables. The same comes out every time.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "checking"))

from mistaken_students import STUDENTS, Stated, differs, exercise, half_away, rightly, text

EXERCISE = exercise("lstm", 38, units=2, size=1, steps=3, widest=1.2)
"""Two units, one input, three steps; every number in tenths."""
STUDENTS_COUNT = 60

HEAD = """---
title: Three steps of two units
cell: lstm
convention: {round: {all: 4}, ties: away, carry: false, saturate: off}
source: reports/class_work.py makes this document, and the work of a class that never was
---
A layer of two LSTM units has these weights and biases.

"""
QUESTIONS = """
```question
label: gates
find: [f_1, i_1, o_1]
```

```question
label: memory
find: c
```

```question
label: output
find: h
```

Now there are no biases, all states are zero, and so is the input: $b_f = [0, 0]$, $h_0 = [0, 0]$, $c_0 = [0, 0]$, $x = [0]$.

```question
label: warm-up
find: f_1
```
"""

HELD = (
    # how many students, the misconception, how it shows
    (5, "bias-dropped", "f"), (2, "bias-dropped", "o"), (5, "tanh-left-off", "h = o c"), (3, "gates-swapped", "weights of f and i"),
    (1, "gates-swapped", "weights of i and o"), (3, "forget-gate-left-out", "f, written and not used"), (3, "state-not-updated", "h"),
    (1, "tanh-for-sigmoid", "o"), (2, "recurrent-dropped", "all"), (2, "digits-transposed", "c_1, carried on"),
    (1, "sum-for-product", "i + g"), (1, "initial-state-wrong", "both are 0"),
)
ROUNDED, UNREADABLE, PUZZLING = 2, 3, 3


def document() -> str:
    """The problem document."""
    body = EXERCISE.document().split("---\n", 2)[2].partition("\n\n```question")[0].replace("$$$$", "$$\n$$")
    return HEAD + body.replace("$$\n$$", "$$\n\n$$").strip() + "\n" + QUESTIONS


def works() -> Iterator[tuple[str, str]]:
    """The name of each student's file and the text in it."""
    draw = random.Random(2026)
    stated = list(_stated(draw))
    draw.shuffle(stated)
    for number, (values, change) in enumerate(stated, 1):
        style = _STYLES[number % len(_STYLES)]
        yield f"s{number:02}.md", change(style(values))


Change = Callable[[str], str]


def _same(text: str) -> str:
    return text


def _two_digits(text: str) -> str:
    return re.sub(r"(\.\d\d)00\b", r"\1", text)


def _stated(draw: random.Random) -> Iterator[tuple[Stated, Change]]:
    """What each student works out, and what becomes of it on paper."""
    right = rightly(EXERCISE)
    count = 0
    for many, code, about in HELD:
        held = [student for student in STUDENTS if student.code == code and student.about == about and student.cell == "lstm"
                and not student.options and not student.change and differs(student.work(EXERCISE), right)]
        for k in range(many):
            yield held[k % len(held)].work(EXERCISE), _same
            count += 1
    for _ in range(ROUNDED):
        yield [(name, time, [half_away(x, 2) for x in v]) for name, time, v in right], _two_digits
    for k in range(UNREADABLE):
        yield right, _UNREADABLE[k]
    for _ in range(PUZZLING):
        at, by = draw.choice((3, 8, 13)), draw.uniform(0.05, 0.3)
        yield [(name, time, [v[0] + by, *v[1:]] if k == at else v) for k, (name, time, v) in enumerate(right)], _same
    for _ in range(STUDENTS_COUNT - count - ROUNDED - UNREADABLE - PUZZLING):
        yield right, _same


_UNREADABLE: tuple[Change, ...] = (
    lambda text: text + "h_3 = (0.1, \n",
    lambda text: text + "c_3 = see the back of the sheet )(\n",
    lambda text: text + "h_3 = (0.1, \n",
)


# -- how it is written down ---


def _warm_up() -> str:
    return "\nQuestion 4: f_1 = (0.5, 0.5)\n"


def _lines(stated: Stated) -> str:
    return "".join(f"{name}_{time} = {text(v)}\n" for name, time, v in stated) + _warm_up()


def _latex(stated: Stated) -> str:
    def column(v: list[float]) -> str:
        return r"\begin{bmatrix} " + r" \\ ".join(text([x]) for x in v) + r" \end{bmatrix}"

    return "".join(f"$${name}_{{{time}}} = {column(v)}$$\n" for name, time, v in stated) + _warm_up()


def _lists(stated: Stated) -> str:
    """Gates of the first step as lines, the rest as lists over time."""
    gates = "".join(f"{name}_{time} = {text(v)}\n" for name, time, v in stated if time == 1 and name in "fio")
    lists = (f"{name} = [{', '.join(text(v) for n, _, v in stated if n == name)}]\n" for name in "ch")
    return gates + "".join(lists).replace("(", "[").replace(")", "]") + _warm_up()


def _table(stated: Stated) -> str:
    names = list(dict.fromkeys(name for name, _, _ in stated))
    times = sorted({time for _, time, _ in stated})
    found = {(name, time): text(v) for name, time, v in stated}
    head = f"| t | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}\n"
    return head + "".join(f"| {time} | {' | '.join(found[name, time] for name in names)} |\n" for time in times) + _warm_up()


_STYLES = (_lines, _table, _lines, _latex, _lines, _lists, _lines, _table)
