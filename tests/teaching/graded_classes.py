"""A small problem, work on it, and what a marked class looks like, for the tests of marking. Imports nothing of marking but `grade`."""

from __future__ import annotations

import csv
import hashlib
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import symlstm
from symlstm.teaching.marking.grade import Graded, grade

UNIT = """---
title: A small unit
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
vary:
  w: [0.5, 1, 1.5, 2, -1]
  x: {of: [-1, 0, 1, 2], length: 3}
---
The unit $h_t = \\tanh(w h_{t-1} + x_t)$ has $w = 0.5$, starts from $h_0 = 0$ and reads $x = [1, 0, -1]$. {convention}

```question
find: h
```

Now it reads $x = [2, 2]$.

```question
label: twice
find: [h_1, h_2]
points: 4
```
"""
FIXED = re.sub(r"vary:\n(  .*\n)*", "", UNIT)
"""The same numbers for everybody: nobody need be told that no index says who got which."""
RIGHT = "Question 1\nh = [0.76, 0.36, -0.68]\nQuestion 2\nh_1 = tanh(2) = 0.96\nh_2 = 0.99\n"
"""Worked with a pocket calculator: tanh(1) = 0.7616, tanh(0.38) = 0.3627, tanh(-0.82) = -0.6751; tanh(2) = 0.9640, tanh(2.48) = 0.9861."""
SLIP = "Question 1\nh_1 = tanh(1) = 0.67\nh_2 = tanh(0.335) = 0.32\nh_3 = -0.69\nQuestion 2\nh_1 = 0.96\nh_2 = 0.99\n"
"""tanh(0.335) = 0.3230, tanh(0.16 - 1) = -0.6858: all after the first line is right with the student's own numbers."""
UNREAD = "Question 1\nh_1 = (0.76\nh_2 = 0.36\nh_3 = -0.68\nQuestion 2\nh = [0.96, 0.99]\n"
ONE_ONLY = "h = [0.76, 0.36, -0.68]\n"


def problem() -> Any:
    """The problem as everybody gets the same of it."""
    return symlstm.read(FIXED)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def marked(tmp_path: Path, files: Mapping[str, str | bytes], **options: Any) -> tuple[Graded, dict[str, dict[str, str]]]:
    """A class marked from a folder of files, and the rows of its grade book by id."""
    work = write(tmp_path / "work", files)
    work.mkdir(exist_ok=True)
    done = grade(options.pop("problem", None) or problem(), [work], tmp_path / "out", workers=1, **options)
    return done, book(tmp_path / "out")


def book(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of a grade book by id."""
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder but the database, with the digest of its bytes."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "marks.sqlite"}


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a database of marks."""
    connection = sqlite3.connect(folder / "marks.sqlite")
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    finally:
        connection.close()
