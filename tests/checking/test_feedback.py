"""Feedback: its first screen, what it keeps to itself, its JSON, the command line, and work that means harm.

What is expected here was worked by hand from the documents that the problems come from.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

import symlstm

ROOT = Path(__file__).parents[2]
BLOCK = ROOT / "reports" / "lstm-block"
STATES = ROOT / "reports" / "lstm-states" / "problem.md"
SMALL = """---
title: A small unit
convention:
  round: {h: 2}
  ties: away
  saturate: off
  carry: true
---
$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2$, $h_0 = 0$ and $x = [1, -1]$.

```question
find: h
```
"""
# tanh(2) = 0.96403, tanh(0.48 - 2) = tanh(-1.52) = -0.90871
RIGHT = "h_1 = tanh(0.5·0 + 2·1) = tanh(2) = 0.96\nh_2 = tanh(0.5·0.96 + 2·(-1)) = tanh(-1.52) = -0.91\n"
MISCOPIED = RIGHT.replace("= 0.96\n", "= 0.9640 = 0.69\n").replace("0.5·0.96", "0.5·0.69").replace("-1.52", "-1.655").replace("-0.91", "-0.93")


def small(work: str) -> symlstm.Feedback:
    return symlstm.check(symlstm.read(SMALL), work)


def block() -> symlstm.Feedback:
    return symlstm.check(symlstm.read(BLOCK / "problem.md"), BLOCK / "work.md")


def first_screen(text: str) -> str:
    return text.partition("\nYour work, line by line\n")[0]


def test_the_first_screen_fits_a_terminal_and_weighs_what_it_says() -> None:
    screen = first_screen(block().to("text"))
    assert len(screen.splitlines()) <= 24
    assert max(map(len, screen.splitlines())) <= 80
    order = ["0.822", "What follows from it: c_1", "a 2×4 matrix can't multiply a vector of 3 entries", "0.4·0.2279 isn't 0.0916"]
    places = [screen.index(part) for part in order]
    assert places == sorted(places)
    assert re.search(r"First slip, line 9: f_1 = \[0\.822, 0\.900\]\n.*0\.8320", screen)
    assert "unrounded values carried on give it" in " ".join(screen.split())


def test_a_bare_list_has_two_explanations_that_it_cannot_tell_apart() -> None:
    said = " ".join(symlstm.check(symlstm.read(STATES), "[0, 0, 1, -1, 1, -1]\n").to("text").split())
    for part in ("5 of 6 agree", "5 of 6 points", "two explanations fit and can't be told apart", "o_5"):
        assert part in said


def test_right_work_is_short_and_clean() -> None:
    feedback = small(RIGHT)
    assert feedback.clean
    assert feedback.summary == "6 lines: all right; 2 of 2 points."
    assert "slip" not in feedback.to("text")


def test_the_value_is_told_only_where_it_is_asked_for() -> None:
    # Nothing that the student didn't write: neither 0.96 nor -0.91, not as text and not as JSON.
    for format in ("text", "md", "html", "json"):
        said = small("h_1 = 0.87\nh_2 = 0.5\n").to(format, echo=True)
        assert not re.search(r"0\.96|0\.91|0\.90", said), format
    told = small("h_1 = 0.87\nh_2 = 0.5\n").to("text", reveal=True)
    assert "h_1 should be 0.96." in told
    assert "h_2 should be −0.91." in told


def test_a_miscopied_number_names_the_line_that_has_the_digits() -> None:
    said = small(MISCOPIED).to("text")
    assert "First slip, line 1" in said
    assert "0.69, but the same line, just before, has 0.9640" in said.replace("\n", " ")
    assert "follows from your h_1 (line 1)" in " ".join(said.split()).replace("Follows", "follows")


def test_echo_shows_how_each_line_was_read() -> None:
    said = small("h1 = .96\nnothing here\n").to("text", echo=True)
    assert "read as h_1 = .96, about h_1" in said
    assert "read as words" in said


def test_json_has_the_shape_of_the_design() -> None:
    out = json.loads(block().to("json"))
    assert list(out) == ["format", "summary", "lines", "first_slip", "score", "diagnoses"]
    assert out["format"] == "symlstm/feedback-1"
    assert out["first_slip"] == {"line": 9, "place": "f_1"}
    assert {key: type(value) for key, value in out["score"].items()} == {"earned": str, "possible": str}
    keys = ["line", "column", "text", "question", "place", "found", "expected", "value", "step", "verdict", "changes", "entries", "reason"]
    verdicts = {"right", "rounding", "follows", "slip", "unreadable", "other"}
    for line in out["lines"]:
        assert list(line) == keys
        assert line["expected"] is None
        assert line["value"] in {"right", "rounding", "follows", "wrong", None}
        assert line["step"] in {"holds", "rounding", "broken", None}
        assert line["verdict"] in verdicts
        assert set(line["entries"]) <= verdicts
    slip = next(line for line in out["lines"] if line["found"] == ["0.822", "0.900"])
    assert (slip["verdict"], slip["changes"], slip["entries"]) == ("slip", True, ["slip", "right"])
    for diagnosis in out["diagnoses"]:
        assert list(diagnosis) == ["code", "words", "hint", "explains", "tied_with"]
    told = json.loads(block().to("json", reveal=True))
    assert next(line for line in told["lines"] if line["place"] == "f_1")["expected"] == ["0.832", "0.900"]


# -- the command line ---


def run(*arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run([sys.executable, "-m", "symlstm", "check", *arguments], input=data, capture_output=True, check=False)


@pytest.fixture
def problem(tmp_path: Path) -> str:
    path = tmp_path / "small.md"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (RIGHT, 0), ("h_1 = 0.96\nh_2 = -0.91\n", 0), ("[0.96, -0.91]", 0),
        ("h_1 = 0.87\n", 1), ("h_1 = 0.96403\n", 1), ("h_1 = tanh(2 = 0.96\n", 1), (MISCOPIED, 1),
        ("", 1), ("I don't know.\n", 1),
        (b"h_1 = \xff\n", 2), (b"h_1\0= 1\n", 2),
    ],
    ids=["right", "values", "list", "slip", "unrounded", "unreadable", "follows", "empty", "prose", "not UTF-8", "binary"],
)
def test_exit_codes(problem: str, work: str | bytes, code: int) -> None:
    done = run(problem, "-", stdin=work)
    assert done.returncode == code, done.stdout.decode()
    assert bool(done.stdout) is (code != 2)
    assert b"Traceback" not in done.stderr
    if code == 2:
        assert done.stderr.startswith(b"<stdin>:1:")


@pytest.mark.parametrize(
    "arguments", [["no-such-file.md"], ["-", "--question", "7"], ["-", "--to", "tex"], ["-", "-o", "x.tex"], ["."], []]
)
def test_unusable_input_is_exit_code_2(problem: str, arguments: list[str]) -> None:
    done = run(problem, *arguments, stdin=RIGHT)
    assert done.returncode == 2
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_problem_and_work_cannot_both_be_standard_input() -> None:
    done = run("-", "-", stdin=SMALL)
    assert done.returncode == 2
    assert b"not both" in done.stderr


def test_the_format_comes_from_the_name_of_the_output(problem: str, tmp_path: Path) -> None:
    for name, opening in (("a.html", "<!DOCTYPE html>"), ("a.md", "# Feedback"), ("a.txt", "Feedback"), ("a.json", "{")):
        assert run(problem, "-", "-o", str(tmp_path / name), stdin=RIGHT).returncode == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(opening)


def test_decimal_commas(problem: str) -> None:
    assert run(problem, "-", "--decimal", "comma", stdin="h_1 = 0,96\nh_2 = -0,91\n").returncode == 0


def test_empty_work_says_so(problem: str) -> None:
    assert b"Nothing in this work" in run(problem, "-").stdout


# -- work that means harm ---

HARM = "<script>alert(1)</script><img src=x onerror=alert(1)>"
HARMFUL = {
    "prose": f"{HARM}\n",
    "maths": f"$h_1 = \\text{{{HARM}}} = 0.96$\n",
    "displayed": f"$$h_1 = 0.87 \\text{{ so {HARM} }}$$\n",
    "unreadable": f"h_1 = tanh({HARM}\n",
    "label": f"h^{{{HARM}}}_1 = 0.5\n",
    "latex": "\\[ h_1 = \\href{javascript:alert(1)}{0.9} \\htmlClass{x}{y} \\]\n",
    "table": f"t | h | {HARM}\n--- | --- | ---\n1 | 0.87 | {HARM}\n",
    "attribute": "h_1 = 0.87 \" onmouseover=\"alert(1)\n",
    "markdown": "[h_1 = 0.87](javascript:alert(1)) ![x](javascript:alert(1)) `` ` ``\n",
}


class Tags(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("kind", HARMFUL)
def test_nothing_that_a_student_writes_becomes_markup(kind: str) -> None:
    page = small(HARMFUL[kind]).to("html", reveal=True, echo=True)
    tags = Tags()
    tags.feed(page)
    assert not tags.found & {"script", "img", "iframe", "object", "embed", "svg", "form"}
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    assert not [value for _, value in tags.attributes if "javascript:" in value.lower()]


@pytest.mark.parametrize("kind", HARMFUL)
def test_markdown_passes_no_tag_on(kind: str) -> None:
    said = small(HARMFUL[kind]).to("md", echo=True)
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", said)
    assert not re.search(r"(?<!\\)<(?!a id=|/a>|br>)[A-Za-z/!?]", bare)
    assert "](javascript" not in bare


def test_nothing_acts_on_a_terminal() -> None:
    said = small("h_1 = \x1b[31m0.87\x1b]0;owned\x07\u202e\nprose \x1b[2J\x9b1m\n").to("text", echo=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)


def test_every_line_can_be_linked_to_and_every_mark_is_a_word() -> None:
    page = small(MISCOPIED).to("html")
    assert {"line-1", "line-2"} <= set(re.findall(r'id="([^"]+)"', page))
    assert re.search(r'href="#line-1"', page)
    assert re.findall(r"[✓✗↪≈?·]\s(\w+)</td>", page) == ["slip", "follows"]


@pytest.mark.parametrize("work", ["h_1 = 0.87\n" * 20_000, "x" * 100_000 + "\n", "h_1 = " + "0." + "1" * 100_000 + "\n", "$" * 100_000 + "\n",
                                  "| h |\n" * 20_000])
def test_large_work_takes_bounded_time(work: str) -> None:
    start = time.perf_counter()
    assert small(work).to("text")
    assert time.perf_counter() - start < 30


def test_a_notebook_shows_it() -> None:
    assert small(RIGHT)._repr_html_().startswith('<article class="symlstm">')
