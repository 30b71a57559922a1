"""The command line as a user's scripts see it: exit codes, streams, files, JSON keys."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATES = ROOT / "reports" / "lstm-states" / "problem.md"
WRONG = """---
title: A wrong key
---
$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 0$ and $x = [1, 2]$.

```question
find: h
answer: [1, 3]
```
"""


def symlstm(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "symlstm", *arguments], input=stdin, capture_output=True, text=True, check=False,
                          encoding="utf-8")


def test_version() -> None:
    done = symlstm("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "symlstm")


def test_json_has_the_keys_of_the_design() -> None:
    done = symlstm("solve", str(STATES), "--to", "json")
    assert done.returncode == 0
    out = json.loads(done.stdout)
    assert list(out) == ["format", "title", "convention", "notes", "trace", "answers"]
    assert out["format"] == "symlstm/solution-1"
    assert set(out["trace"][0]) == {"place", "value", "exact"}
    find = [answer for answer in out["answers"] if answer["kind"] == "find"]
    # The published answers of the exercise.
    assert list(find[0]["values"].values()) == ["0", "0", "1", "-1", "1", "0"]
    assert list(find[1]["values"].values()) == ["1", "-1", "0", "1", "-1"]
    assert all(answer["agrees"] is True for answer in find)
    (simplify,) = [answer for answer in out["answers"] if answer["kind"] == "simplify"]
    assert [set(equation) for equation in simplify["equations"]] == [{"symbol", "latex", "reason"}] * 5


def test_standard_input_and_output() -> None:
    done = symlstm("solve", "-", stdin=STATES.read_text(encoding="utf-8"))
    assert done.returncode == 0
    assert done.stdout.startswith("# LSTM states\n")


def test_a_wrong_answer_is_exit_code_1_and_the_solution_is_written_all_the_same(tmp_path: Path) -> None:
    problem = tmp_path / "wrong.md"
    problem.write_text(WRONG, encoding="utf-8")
    done = symlstm("solve", str(problem), "-o", str(tmp_path / "out.md"))
    assert done.returncode == 1
    assert "2.5" in (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "wrong" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["solve", "no-such-file.md"], ["solve"], ["solve", str(STATES), "--to", "docx"], ["solve", str(STATES), "-o", "x.docx"],
     ["solve", str(STATES), "--steps", "5..2"], ["nonsense"], ["solve", str(ROOT)]],
)
def test_unusable_input_is_exit_code_2(arguments: list[str]) -> None:
    done = symlstm(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_errors_name_file_line_column_and_show_a_caret(tmp_path: Path) -> None:
    problem = tmp_path / "bad.md"
    problem.write_text(WRONG.replace("find: h", "find: hh"), encoding="utf-8")
    done = symlstm("solve", str(problem))
    first, line, caret = done.stderr.splitlines()
    assert first.startswith(f"{problem}:7:7: ")
    assert line == "  find: hh"
    assert caret.index("^") == line.index("hh")


def test_formats_follow_the_name_of_the_output(tmp_path: Path) -> None:
    for extension, start in ((".html", "<!"), (".tex", "\\documentclass"), (".json", "{"), (".md", "# ")):
        out = tmp_path / f"out{extension}"
        assert symlstm("solve", str(STATES), "-o", str(out)).returncode == 0
        assert out.read_text(encoding="utf-8").lstrip().startswith(start)


def test_steps_fragment_and_detail() -> None:
    brief = symlstm("solve", str(STATES), "--detail", "brief").stdout
    some = symlstm("solve", str(STATES), "--steps", "2..3").stdout
    whole = symlstm("solve", str(STATES)).stdout
    full = symlstm("solve", str(STATES), "--detail", "full").stdout
    assert "**t = 2**" in some
    assert "**t = 4**" not in some
    assert "**t = 4**" in whole
    assert "**t = 4**" not in brief
    assert len(brief) < len(some) < len(whole) < len(full)
    fragment = symlstm("solve", str(STATES), "--to", "html", "--fragment").stdout
    assert "<html" not in fragment


def test_new_writes_a_document_that_solves_as_it_stands(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    assert symlstm("new", str(target)).returncode == 0
    assert symlstm("solve", f"{target}.md").returncode == 0
    again = symlstm("new", str(target))
    assert again.returncode == 2
    assert "exists" in again.stderr


def test_cells_lists_the_catalogue() -> None:
    out = symlstm("cells").stdout
    names = [line.split()[0] for line in out.splitlines()]
    assert names == sorted(path.stem for path in (ROOT / "symlstm" / "cells").glob("*.md"))


KINDS = r"""---
title: Every kind of question
alphabet: [0, 1]
---
$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 0$.

```question
label: a
find: h
inputs: [1, 1]
answer: [1, 1.5]
```

```question
find: [h_1, h_3]
inputs: [0, 1, 1]
```

```question
simplify: all
```

```question
state: [h_t, x_t]
```

```question
claims:
  - $h_{t-1} = 0 \Rightarrow h_t = x_t$
```

```question
carried:
  - count(1) is odd
readout: round(h)
```

```question
comment: h_1
inputs: [1]
```
"""


def test_the_json_of_every_kind_of_answer(tmp_path: Path) -> None:
    """The keys of section 7 of the design and no others."""
    problem = tmp_path / "kinds.md"
    problem.write_text(KINDS, encoding="utf-8")
    done = symlstm("solve", str(problem), "--to", "json")
    assert (done.returncode, done.stderr) == (0, "")
    out = json.loads(done.stdout)
    head = ["question", "kind", "label"]
    answers = out["answers"]
    assert [answer["kind"] for answer in answers] == ["find", "find", "simplify", "state", "claims", "carried", "comment"]
    assert [answer["question"] for answer in answers] == list(range(1, 8))
    assert [answer["label"] for answer in answers] == ["a", *[""] * 6]
    # One of the two has the data of the trace above; the other's are its own.
    assert [list(answer) for answer in answers[:2]] == [[*head, "values", "agrees"], [*head, "values", "trace", "agrees"]]
    assert answers[0]["values"] == {"h_1": "1", "h_2": "1.5"}
    assert [entry["place"] for entry in out["trace"]] == ["h_1", "h_2"]
    assert answers[1]["values"] == {"h_1": "0", "h_3": "1.5"}
    assert answers[1]["trace"] == [{"place": f"h_{t}", "value": value, "exact": value} for t, value in ((1, "0"), (2, "1"), (3, "1.5"))]
    assert [answer["agrees"] for answer in answers[:2]] == [True, None]
    assert list(answers[2]) == [*head, "equations"]
    for answer in answers[3:]:
        assert list(answer) == [*head, "words" if answer["kind"] == "comment" else "options"]


def test_an_output_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(WRONG.replace("$h_0 = 0$ and ", ""), encoding="utf-8")
    out = tmp_path / "out" / "solution.md"
    out.parent.mkdir()
    out.write_text("what was here before", encoding="utf-8")
    assert symlstm("solve", str(bad), "-o", str(out)).returncode == 2
    assert out.read_text(encoding="utf-8") == "what was here before"
    assert list(out.parent.iterdir()) == [out]
    done = symlstm("solve", str(STATES), "-o", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("# LSTM states\n")
    pictures = ["solution-cell.svg", "solution-q2-trace.svg", "solution-q3-trace.svg"]
    assert sorted(path.name for path in out.parent.iterdir()) == [*pictures, "solution.md"]


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    done = symlstm("solve", str(STATES), "-o", str(tmp_path / "no" / "such" / "folder.md"))
    assert done.returncode == 2
    assert "folder.md" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_dash_is_standard_output() -> None:
    assert symlstm("solve", str(STATES), "-o", "-").stdout == symlstm("solve", str(STATES)).stdout


def test_errors_on_standard_input_have_a_place() -> None:
    done = symlstm("solve", "-", stdin=WRONG.replace("find: h", "find: hh"))
    assert (done.returncode, done.stdout) == (2, "")
    assert ":7:7: " in done.stderr.splitlines()[0]


@pytest.mark.parametrize(("steps", "shown"), [("2", [2]), ("0..1", [0, 1]), ("4..99", [4, 5])])
def test_steps_choose_what_is_shown(steps: str, shown: list[int]) -> None:
    text = symlstm("solve", str(STATES), "--steps", steps).stdout
    first = text.split("Answer to question 2")[0]
    assert [t for t in range(6) if f"**t = {t}**" in first] == shown
    # What is asked is answered all the same.
    assert "$h_0 = 0$, $h_1 = 0$, $h_2 = 1$, $h_3 = -1$, $h_4 = 1$, $h_5 = 0$" in text


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = [sys.executable, "-m", "symlstm", "solve", str(STATES), "--to", "html"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")


@pytest.mark.parametrize("to", ["md", "tex", "html", "json"])
def test_python_and_the_command_line_say_the_same(to: str) -> None:
    import symlstm as package

    solution = package.solve(package.read(STATES))
    assert symlstm("solve", str(STATES), "--to", to).stdout == solution.to(to)
