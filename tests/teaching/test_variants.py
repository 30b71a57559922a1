"""Variants as they are drawn: reproducible, different, acceptable, and right by arithmetic that knows nothing of symlstm."""

from __future__ import annotations

import csv
import itertools
import json
import math
import os
import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

import symlstm
from symlstm.errors import DocumentError, UsageError
from symlstm.teaching.asked import answers_of
from symlstm.teaching.lint.rules import findings
from symlstm.teaching.variants.search import Varied, timeless
from symlstm.teaching.variants.variants import Variant, variant_from, varied, vary, write_variants

sys.path.append(str(Path(__file__).parent.parent / "oracle"))
from plain_cells import Case, run

HERE = Path(__file__).parent / "problems"
NAMES = ("vary-lstm-states", "vary-gru", "vary-lstm-matrix")


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Varied, list[Variant]]]:
    problems = {name: symlstm.read(HERE / f"{name}.md") for name in NAMES}
    return {name: (varied(problem), list(vary(problem, 8, "term 1"))) for name, problem in problems.items()}


# -- right ---


def of_lstm_states(text: str) -> list[tuple[float, ...]]:
    """The answers of the LSTM of one unit, with numbers taken from the text by a pattern."""
    p = {name: float(value) for name, value in re.findall(r"(W\^\{\w,\w\}|b_\w) &= (-?[\d.]+)", text)}

    def limit(z: float, low: float) -> float | None:
        return None if abs(z) < 50 else (1.0 if z > 0 else low)

    def gate(letter: str, h: float, x: float) -> float:
        z = p[f"W^{{{letter},h}}"] * h + p[f"W^{{{letter},x}}"] * x + p[f"b_{letter}"]
        found = limit(z, 0.0)
        return 1 / (1 + math.exp(-z)) if found is None else found

    def tanh(z: float) -> float:
        found = limit(z, -1.0)
        return math.tanh(z) if found is None else found

    out = []
    for listed in re.findall(r"x = \[(.*?)\]", text):
        h = c = 0.0
        hs = []
        for x in map(float, listed.split(",")):
            f, i, o = (gate(letter, h, x) for letter in "fio")
            c = f * c + i * tanh(p["W^{c,h}"] * h + p["W^{c,x}"] * x + p["b_c"])
            exact = o * tanh(c)
            h = math.copysign(math.ceil(abs(exact) - 0.5), exact) + 0.0
            hs.append(h)
        out.append(tuple(hs))
    return out


def front(text: str) -> dict[str, object]:
    found = yaml.safe_load(text.split("---")[1])
    assert isinstance(found, dict)
    return found


def of_gru(text: str) -> list[tuple[float, ...]]:
    """By the oracle's cell, step by step, h rounded to three decimals away from zero."""
    data = front(text)
    given = data["given"]
    assert isinstance(given, dict)
    assert isinstance(data["inputs"], list)
    state, out = [float(x) for x in given.pop("h_-1")], []
    for x in data["inputs"]:
        (step,) = run("gru", Case(2, 1, given, {"h": state}, [[float(x)]]))
        state = [math.copysign(math.floor(abs(y) * 1000 + 0.5) / 1000, y) for y in step["h"]]
        out += state
    return [tuple(out)]


def of_matrix(text: str) -> list[tuple[float, ...]]:
    rows = text.split("bmatrix}")[1].removesuffix("\\end{")
    weights = [[float(x) for x in row.split("&")] for row in rows.split("\\\\")]
    data = front(text)
    given = data["given"]
    assert isinstance(given, dict)
    assert isinstance(data["inputs"], list)
    steps = run("lstm-stacked", Case(2, 2, {"W": weights}, {"h": given["h_-1"], "c": given["c_-1"]}, data["inputs"]))
    return [(*(y for step in steps for y in step["c"]), *(y for step in steps for y in step["h"]))]


ORACLES = {"vary-lstm-states": of_lstm_states, "vary-gru": of_gru, "vary-lstm-matrix": of_matrix}


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_those_of_plain_arithmetic(name: str, made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    for variant in made[name][1]:
        wanted = ORACLES[name](variant.text)
        assert len(wanted) == len(variant.answers)
        for answer, numbers in zip(variant.answers, wanted):
            digits = [text for _, said in answer.items for text in said]
            assert len(digits) == len(numbers)
            for text, number in zip(digits, numbers):
                places = len(text.partition(".")[2])
                assert abs(float(text) - number) <= 0.5000001 * 10**-places, (variant.text, answer)


@pytest.mark.parametrize("name", NAMES)
def test_each_variant_solved_from_its_own_document_has_its_answers(name: str, made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    for variant in made[name][1]:
        problem = symlstm.read(variant.text)
        assert answers_of(problem) == variant.answers
        assert symlstm.solve(problem).agrees
        assert "vary" not in variant.text.split("---")[1]


# -- acceptable ---


@pytest.mark.parametrize("name", NAMES)
def test_variants_differ_and_lint_finds_nothing_new(name: str, made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    compiled, variants = made[name]
    assert len({variant.answers for variant in variants}) == len({variant.text for variant in variants}) == len(variants)
    before = {timeless(found.subject) for found in findings(compiled.problem)}
    for variant in variants[:4]:
        assert {timeless(found.subject) for found in findings(symlstm.read(variant.text))} <= before


def test_rounded_lines_are_far_from_ties(made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    for variant in made["vary-gru"][1]:
        data = front(variant.text)
        given = data["given"]
        assert isinstance(given, dict)
        assert isinstance(data["inputs"], list)
        state = [float(x) for x in given.pop("h_-1")]
        for x in data["inputs"]:
            (step,) = run("gru", Case(2, 1, given, {"h": state}, [[float(x)]]))
            scaled = [abs(y) * 1000 for y in step["h"]]
            assert all(abs(y - math.floor(y) - 0.5) > 0.0499 for y in scaled)
            state = [math.copysign(math.floor(y + 0.5) / 1000, z) for y, z in zip(scaled, step["h"])]


def test_listed_misconceptions_give_other_answers(made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    """A student who is a step late with the inputs: by hand, with the last input in front."""
    for variant in made["vary-lstm-states"][1]:
        late = re.sub(r"x = \[(.*), (.*?)\]", lambda found: f"x = [{found[1].split(', ')[0]}, {found[1]}]", variant.text)
        assert of_lstm_states(late) != of_lstm_states(variant.text)


# the acceptable values by arithmetic: h_1 = w · 0.7 rounded to one decimal, not within 5 % of a unit of a tie
def test_the_accepted_are_exactly_those_that_fulfil_the_conditions() -> None:
    text = (
        "---\ntitle: A\nconvention: {round: {h: 1}, ties: even, carry: true, saturate: off}\nvary:\n  w: {from: 1.01, to: 1.99, step: 0.01}\n---\n"
        "Round h to one decimal.\n\n$h_t = w h_{t-1}$, $w = 1.31$, $h_0 = 0.7$\n\n```question\nfind: h_1\n```\n"
    )
    compiled = varied(symlstm.read(text))
    wanted: set[str] = set()
    for k in range(101, 200):
        tenths = k * 7  # in units of 1/1000 of h; a unit of the last place is 100
        off = abs(tenths % 100 - 50)
        if off >= 5 and tenths % 100:
            wanted.add(str(round(tenths / 100) / 10))
    found = {variant.answers[0].items[0][1][0] for variant in vary(compiled.problem, len(wanted), "s")}
    assert found == wanted
    with pytest.raises(DocumentError, match=f"there are only {len(wanted)} variants with different answers among the 99"):
        list(vary(compiled.problem, len(wanted) + 1, "s"))


def test_small_domains_are_exhausted() -> None:
    text = "---\ntitle: A\nvary:\n  x: permutation\n---\n$h_t = 2 h_{t-1} + x_t$, $h_0 = 0$, $x = [1, 2, 3]$\n\n```question\nfind: h\n```\n"
    variants = list(vary(symlstm.read(text), 6, "s"))
    assert {re.findall(r"x = \[(.*?)\]", variant.text)[0] for variant in variants} == {
        ", ".join(order) for order in itertools.permutations("123")}
    with pytest.raises(DocumentError, match="there are only 6 variants with different answers among the 6 combinations"):
        list(vary(symlstm.read(text), 7, "s"))


def test_no_further_variant_is_said_so() -> None:
    text = "---\ntitle: A\nvary:\n  w: [2, 3]\n---\n$h_t = w h_{t-1}$, $h_0 = 1$, $w = 2$\n\n```question\nfind: h_1\n```\n"
    compiled = varied(symlstm.read(text))
    first = compiled.variant("s", "a")
    second = compiled.variant("s", "a", first.draw)
    assert {first.draw, second.draw} == {0, 1}
    with pytest.raises(DocumentError, match="no further variant among the 2 combinations"):
        compiled.variant("s", "a", second.draw)


TANH = "$h_t = \\tanh(w h_{t-1} + x_t)$, $w = 0.5$, $h_0 = 0.5$, $x = [1, 2]$. Round h to one decimal.\n\n```question\nfind: h\n```\n"
ROUND = "convention: {round: {h: 1}, ties: even, carry: true, saturate: 50}\n"
# front matter, the condition that its error names, the line at which it points
IMPOSSIBLE = [
    ("vary:\n  w: [400, 500]\n" + ROUND, "2 as `various`", 4),
    ("vary:\n  x: {of: [3], length: 2}\n" + ROUND, "1 as `various`", 4),
]


@pytest.mark.parametrize(("head", "message", "line"), IMPOSSIBLE)
def test_what_is_impossible_says_which_condition_rejected(head: str, message: str, line: int) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        list(vary(symlstm.read(f"---\ntitle: A\n{head}---\n{TANH}"), 1, "s"))
    assert caught.value.line == line


def test_misconceptions_that_nothing_can_tell_apart_are_errors() -> None:
    head = "---\ntitle: A\nvary:\n  w: [1, 2]\nmisconceptions: [%s]\n---\n"
    with pytest.raises(DocumentError, match="no misconception is called sign-lots; did you mean `sign-lost`") as caught:
        varied(symlstm.read(head % "sign-lots" + TANH))
    assert (caught.value.line, caught.value.column) == (5, 18)
    with pytest.raises(DocumentError, match="matrix-transposed changes nothing"):
        varied(symlstm.read(head % "matrix-transposed" + TANH))


# -- reproducible ---


def test_fewer_variants_are_the_first_of_more_and_draws_make_them_again(made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    for name in NAMES:
        compiled, variants = made[name]
        assert list(vary(compiled.problem, 4, "term 1")) == variants[:4]
        for variant in variants:
            assert variant_from(compiled, "term 1", variant.key, variant.draw) == variant


def test_a_variant_comes_after_a_draw_and_travels_between_processes(made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    compiled, _ = made["vary-gru"]
    sent = pickle.loads(pickle.dumps(compiled))
    first = sent.variant("s", "anna")
    second = sent.variant("s", "anna", first.draw)
    assert second.draw > first.draw
    assert first == compiled.variant("s", "anna")
    assert second == compiled.variant("s", "anna", first.draw)
    assert compiled.variant("s", "bert") != first
    assert compiled.variant("t", "anna").text != first.text


def test_hash_seeds_change_nothing() -> None:
    code = (
        "import sys, hashlib, symlstm; from symlstm.teaching.variants.variants import vary\n"
        "for name in sys.argv[1:]:\n"
        "    for v in vary(symlstm.read(name), 2, 's'): print(v.draw, hashlib.sha256(v.text.encode()).hexdigest())"
    )
    files = [str(HERE / f"{name}.md") for name in (*NAMES, "vary-groups")]
    said = {
        subprocess.run([sys.executable, "-c", code, *files], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
                       check=True).stdout for seed in ("0", "77")
    }
    assert len(said) == 1


def test_every_value_of_a_domain_occurs(made: dict[str, tuple[Varied, list[Variant]]]) -> None:
    compiled, _ = made["vary-gru"]
    seen = Counter(entry.text for k in range(40) for entry in compiled.drawn("s", str(k), 0)[0][0].entries)
    assert set(seen) == {"-1", "-0.75", "-0.5", "-0.25", "0", "0.25", "0.5", "0.75", "1"}
    assert all(4 <= count <= 36 for count in seen.values())  # 160 draws of 9


# -- files ---


def test_variants_are_written_with_an_index(tmp_path: Path) -> None:
    problem = symlstm.read(HERE / "vary-gru.md")
    folder = tmp_path / "new" / "folder"
    told: list[tuple[int, int]] = []
    written = write_variants(problem, 3, "s", folder, progress=lambda done, of: told.append((done, of)))
    names = [f"vary-gru-00{k}.md" for k in (1, 2, 3)]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "index.csv", "index.json"]) == sorted(written.files)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    variants = list(vary(problem, 3, "s"))
    assert [(folder / name).read_text("utf-8") for name in names] == [variant.text for variant in variants]
    rows = list(csv.reader((folder / "index.csv").read_text("utf-8").splitlines()))
    assert [row[:4] for row in rows[1:]] == [[str(k), name, "s", str(v.draw)] for k, name, v in zip((1, 2, 3), names, variants)]
    index = json.loads((folder / "index.json").read_text("utf-8"))
    values = [variant["answers"][0]["values"] for variant in index["variants"]]
    assert values == [{place: list(said) for place, said in v.answers[0].items} for v in variants]


def test_the_same_again_rewrites_the_same_and_others_are_left_alone(tmp_path: Path) -> None:
    problem = symlstm.read(HERE / "vary-gru.md")
    write_variants(problem, 2, "s", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "vary-gru-002.md").unlink()
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    write_variants(problem, 2, "s", tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {**before, "notes.txt": b"mine"}
    for other, n, seed in ((problem, 2, "t"), (problem, 1, "s"), (problem, 3, "s"), (symlstm.read(HERE / "vary-groups.md"), 2, "s")):
        with pytest.raises(UsageError, match="holds variants of another problem, seed or number; name another folder, or delete this"):
            write_variants(other, n, seed, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {**before, "notes.txt": b"mine"}


def test_a_foreign_index_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"index\.csv: stands there already and is none of these variants"):
        write_variants(symlstm.read(HERE / "vary-gru.md"), 1, "s", tmp_path)
    assert [path.read_text("utf-8") for path in tmp_path.iterdir()] == ["mine"]


def test_an_impossible_request_leaves_nothing_behind(tmp_path: Path) -> None:
    text = "---\ntitle: A\nvary:\n  w: [2, 3]\n---\n$h_t = w h_{t-1}$, $h_0 = 1$, $w = 2$\n\n```question\nfind: h_1\n```\n"
    with pytest.raises(DocumentError, match="there are only 2 variants"):
        write_variants(symlstm.read(text), 3, "s", tmp_path / "new")
    assert not list(tmp_path.iterdir())


# how many are asked for, the values of w, what the message says: h_1 is the square of w
COUNTS = [
    (2, "[3]", "there is only 1 variant among the 1 combination. Rejected: none."),
    (2, "[1, -1]", "there is only 1 variant among the 2 combinations. Rejected: 1 as `different` (the answers differ from every other"),
    (4, "[1, -1, 2, -2, 3]", "there are only 3 variants with different answers among the 5 combinations. Rejected: 2 as `different`"),
]


@pytest.mark.parametrize(("n", "values", "message"), COUNTS)
def test_accepted_variants_are_not_counted_as_rejected(n: int, values: str, message: str) -> None:
    text = f"---\ntitle: A\nvary: {{w: {values}}}\n---\n$h_t = w^2 h_{{t-1}}$, $h_0 = 1$, $w = 3$\n\n```question\nfind: h_1\n```\n"
    with pytest.raises(DocumentError) as caught:
        list(vary(symlstm.read(text), n, "s"))
    assert caught.value.message.startswith(message)


def test_new_findings_of_lint_are_named_and_counted() -> None:
    text = ("---\ntitle: A\nvary:\n  W: [0]\n  x: {of: [1, 2, 3], length: 8}\n---\n$h_t = W h_{t-1} + x_t$, $h_0 = 1$, $W = 2$, "
            "$x = [1, 2, 3, 1, 2, 3, 1, 2]$\n\n```question\nfind: h_8\n```\n")
    with pytest.raises(DocumentError) as caught:
        list(vary(symlstm.read(text), 1, "s"))
    found = re.search(r"no variant among (\d+) candidates\. Rejected: (\d+) as `lint` \(.*: ([a-z-]+ .*)\)\.", caught.value.message)
    assert found is not None
    looked, rejected, parts = int(found[1]), int(found[2]), found[3]
    assert looked == rejected == sum(int(part.rpartition(" ")[2]) for part in parts.split(", ")) >= 60
    assert "The search for one variant stops where lint has rejected 60." in caught.value.message


def test_a_problem_without_a_document_cannot_vary() -> None:
    problem = symlstm.Problem(cell="rnn", given={"weights": 1, "biases": 0}, initial={"h": 1}, inputs=[5], questions=["h"])
    with pytest.raises(UsageError, match="has no document"):
        varied(problem)


def test_a_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    problem = symlstm.read(HERE / "vary-gru.md")
    with pytest.raises(UsageError, match="file"):
        write_variants(problem, 1, "s", tmp_path / "file")
    with pytest.raises(UsageError, match="from 1 to 100,000"):
        write_variants(problem, 0, "s", tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
