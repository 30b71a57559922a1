"""Notebooks for nbgrader: what is in them, and what their test cells take for what, in plain Python. `test_nbgrader` has the real one."""

import ast
import contextlib
import io
import json
import re
import runpy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import made_by_hand
import pytest
from exported_documents import UNIT
from hypothesis import given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.document.blocks import Aside, Code, CodeBlock, Heading, Inlines, Items, Paragraph, Text
from symlstm.exchange.exercise import (
    AlsoRight,
    AskedPlace,
    Collection,
    Entry,
    Exercise,
    NumbersItem,
    Option,
    OptionsItem,
    Value,
    WordsItem,
    Wrong,
)
from symlstm.exchange.export import packed
from symlstm.exchange.gathering import gathered
from symlstm.exchange.notebook.markdown import markdown
from symlstm.exchange.notebook.names import variables
from symlstm.exchange.package import Package

CENT = Fraction(5, 1000)
TESTS = Path(__file__).parents[1]


def words(text: str) -> Inlines:
    return (Text(text),)


def entry(id: str, right: str, *, also: str = "", wrong: Mapping[str, str] | None = None, points: Fraction = Fraction(1)) -> Entry:
    return Entry(
        id, id, words(id), Value(right, CENT), (AlsoRight(Value(also, CENT), words("by the other reading")),) if also else (),
        tuple(Wrong(Value(number, CENT), ("code",), words("A slip."), words(hint)) for number, hint in (wrong or {}).items()), points,
    )


def numbers(*places: AskedPlace, question: int = 1) -> NumbersItem:
    hint = (Paragraph(words("Begin at the beginning.")),)
    return NumbersItem(question, "Question 1", words("Compute it."), places, (hint,), Fraction(len(places)))


def place(name: str, shape: tuple[int, ...], *entries: Entry) -> AskedPlace:
    return AskedPlace(name, words(name), shape, entries)


SCALAR = numbers(place("h_1", (), entry("q1_h_1", "0.96", also="1.5", wrong={"-0.96": "Mind the sign."})))
ROUNDED = numbers(place("h_1", (), Entry("q1_h_1", "h_1", (), Value("0.96", Fraction(1, 10**8)), (), (), Fraction(1), near=Value("0.96", Fraction(1, 200)))))
HALF = Fraction(1, 2)
VECTOR = numbers(place("h_1", (2,), entry("q1_h_1_1", "0.5", points=HALF), entry("q1_h_1_2", "-1", wrong={"1": "Mind the sign."}, points=HALF)))
MATRIX = numbers(place("W", (2, 3), *(entry(f"q1_W_{k}", str(k), points=Fraction(1, 6)) for k in range(1, 7))))
ONE = numbers(place("h_1", (1,), entry("q1_h_1_1", "0.96")))
OPTIONS = OptionsItem(1, "Question 1", words("Which hold?"), tuple(
    Option(f"q1_{k}", words(f"Statement {k}"), k in (2, 3), (Paragraph(words(f"Because of {k}.")),)) for k in range(1, 5)), Fraction(2))
ESSAY = WordsItem(1, "Question 1", words("What does it mean?"), (Paragraph(words("It forgets.")),), Fraction(3))


def exported(*pieces: Any, solution: tuple[Any, ...] = ()) -> Package:
    return packed(Collection("it", "A unit", (Exercise("it", "A unit", pieces, solution),)), "notebook")


def cells(package: Package, id: str = "it") -> list[dict[str, Any]]:
    found = json.loads(package.files[f"source/{id}/{id}.ipynb"])["cells"]
    assert isinstance(found, list)
    return found


def source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def graded(package: Package, id: str = "it") -> dict[str, dict[str, Any]]:
    """The cells that nbgrader knows, by their id."""
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells(package, id) if "nbgrader" in cell["metadata"]}


def released(text: str) -> str:
    """A cell as students get it, by nbgrader's documented marks."""
    text = re.sub(r"(?ms)^### BEGIN SOLUTION.*?^### END SOLUTION$", "# YOUR CODE HERE\nraise NotImplementedError()", text)
    return re.sub(r"(?ms)^### BEGIN HIDDEN TESTS.*?^### END HIDDEN TESTS\n?", "", text)


@dataclass(frozen=True)
class Mark:
    earned: float
    said: str


def mark(test: Mapping[str, Any], student: str) -> Mark:
    """What a test cell earns after a student's code, by nbgrader's rule: nothing for an error, a last expression's number where it has
    one, all points otherwise."""
    space: dict[str, Any] = {}
    with contextlib.suppress(NotImplementedError):
        exec(student, space)  # noqa: S102 - it is the code that notebooks hold, and the tests' own
    body = ast.parse(source(test)).body
    if isinstance(body[-1], ast.Expr):
        body[-1] = ast.copy_location(ast.Assign([ast.Name("_result", ast.Store())], body[-1].value), body[-1])
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.fix_missing_locations(ast.Module(body, [])), "cell", "exec"), space)  # noqa: S102
    except (AssertionError, RecursionError) as error:
        return Mark(0.0, f"{type(error).__name__}: {error}")
    result = space.get("_result")
    points = float(test["metadata"]["nbgrader"]["points"])
    if result is None:
        return Mark(points, printed.getvalue())
    assert isinstance(result, float)
    assert 0 <= float(repr(result)) <= points
    return Mark(result, printed.getvalue())


NUMPY = "import numpy as np\n"

TYPED = (
    # A number, as students write it.
    (SCALAR, "h_1 = 0.96", 1, ""),
    (SCALAR, "h_1 = 0.955", 1, ""),
    (SCALAR, "h_1 = 0.965", 1, ""),
    (SCALAR, "h_1 = 0.9650001", 0, "AssertionError: h_1: not right"),
    (SCALAR, "h_1 = 0.9549999", 0, "AssertionError: h_1: not right"),
    (ROUNDED, "h_1 = 24 / 25", 1, ""),
    (ROUNDED, "import math\nh_1 = math.tanh(2)", 0, "h_1: Close, but not the number that is asked for; look at how many decimals"),
    (ROUNDED, "h_1 = 0.97", 0, "AssertionError: h_1: not right"),
    (ROUNDED, NUMPY + "h_1 = np.round(np.tanh(np.float32(2)), 2)", 1, ""),
    (SCALAR, "import math\nh_1 = math.tanh(2)", 1, ""),
    (SCALAR, "from fractions import Fraction\nh_1 = Fraction(24, 25)", 1, ""),
    (SCALAR, "from decimal import Decimal\nh_1 = Decimal('0.965')", 1, ""),
    (SCALAR, NUMPY + "h_1 = np.round(np.tanh(2), 2)", 1, ""),
    (SCALAR, NUMPY + "h_1 = np.float32(0.965)", 1, ""),
    (SCALAR, NUMPY + "h_1 = np.array(0.96)", 1, ""),
    (SCALAR, NUMPY + "h_1 = np.array([[0.96]])", 1, ""),
    (SCALAR, NUMPY + "h_1 = np.matrix([[0.96]])", 1, ""),
    (SCALAR, "h_1 = [0.96]", 1, ""),
    (SCALAR, "h_1 = 1.5", 1, "h_1: by the other reading"),
    (SCALAR, "h_1 = -0.96", 0, "AssertionError: h_1: A slip. Mind the sign."),
    (SCALAR, "h_1 = 7", 0, "AssertionError: h_1: not right"),
    (SCALAR, "h_1 = None", 0, "AssertionError: h_1 isn't set yet"),
    (SCALAR, "", 0, "AssertionError: h_1 isn't set yet"),
    (SCALAR, "h_1 = '0.96'", 0, "of the type str, and a number is asked for; leave the quotation marks out"),
    (SCALAR, "h_1 = True", 0, "of the type bool, and a number is asked for"),
    (SCALAR, NUMPY + "h_1 = np.bool_(True)", 0, "of the type bool, and a number is asked for"),
    (SCALAR, "h_1 = 0.96 + 0j", 0, "of the type complex"),
    (SCALAR, NUMPY + "h_1 = np.complex128(0.96)", 0, "of the type complex"),
    (SCALAR, "h_1 = float('nan')", 0, "h_1 is nan, and a number is asked for"),
    (SCALAR, "h_1 = -float('inf')", 0, "h_1 is -inf"),
    (SCALAR, NUMPY + "h_1 = np.nan", 0, "h_1 is nan"),
    (SCALAR, "h_1 = {0.96}", 0, "of the type set"),
    (SCALAR, "h_1 = print", 0, "of the type builtin_function_or_method"),
    (SCALAR, "h_1 = [0.96, 0.96]", 0, "h_1 is a list of 2 numbers, and a number is asked for"),
    (SCALAR, "h_1 = []", 0, "h_1 is a list of 0 numbers, and a number is asked for"),
    (SCALAR, "h_1 = 10 ** 400", 0, "not right"),
    (SCALAR, "h_1 = 1e300", 0, "not right"),
    (SCALAR, "list = tuple = float = str = any = sum = len = isinstance = zip = print = [0.5]\nh_1 = 0.96", 1, ""),
    (SCALAR, "Fraction = number = rows = read = name = key = earned = 3\nh_1 = 0.96", 1, ""),
    # A vector: each entry earns its share.
    (VECTOR, "h_1 = [0.5, -1]", 1, ""),
    (VECTOR, "h_1 = (0.5, -1)", 1, ""),
    (VECTOR, "h_1 = [[0.5], [-1]]", 1, ""),
    (VECTOR, NUMPY + "h_1 = np.array([0.5, -1])", 1, ""),
    (VECTOR, NUMPY + "h_1 = np.array([[0.5], [-1]])", 1, ""),
    (VECTOR, NUMPY + "h_1 = np.array([[0.5, -1]], dtype=np.float32)", 1, ""),
    (VECTOR, NUMPY + "h_1 = [np.float64(0.5), np.int64(-1)]", 1, ""),
    (VECTOR, "h_1 = [0.5, 1]", 0.5, "entry 2 of h_1: A slip. Mind the sign."),
    (VECTOR, "h_1 = [0.9, -1]", 0.5, "entry 1 of h_1: not right"),
    (VECTOR, "h_1 = [-1, 0.5]", 0, "entry 1 of h_1: not right\nentry 2 of h_1: not right"),
    (VECTOR, "h_1 = [0.5, None]", 0, "an entry of h_1 isn't set yet"),
    (VECTOR, "h_1 = [0.5, '-1']", 0, "an entry of h_1 is of the type str"),
    (VECTOR, "h_1 = 0.5", 0, "h_1 is a number, and a list of 2 numbers is asked for"),
    (VECTOR, "h_1 = [[0.5], [-1, 0]]", 0, "h_1 has rows of different lengths"),
    (VECTOR, "h_1 = [0.5, [-1, 0]]", 0, "h_1 has rows of different lengths"),
    (VECTOR, "h_1 = {0.5, -1}", 0, "of the type set"),
    (VECTOR, "h_1 = map(float, (0.5, -1))", 0, "of the type map"),
    (VECTOR, "h_1 = []\nh_1.append(h_1)", 0, "RecursionError"),
    (ONE, "h_1 = 0.96", 1, ""),
    (ONE, "h_1 = [0.96]", 1, ""),
    (MATRIX, "W = [[1, 2, 3], [4, 5, 6]]", 2 / 2, ""),
    (MATRIX, NUMPY + "W = np.arange(1, 7).reshape(2, 3)", 1, ""),
    (MATRIX, "W = [[1, 2, 3], [4, 5, 7]]", 5 / 6, "row 2, column 3 of W: not right"),
    (MATRIX, "W = [[1, 4], [2, 5], [3, 6]]", 0, "W is a list of 3 rows of 2 numbers, and a list of 2 rows of 3 numbers is asked for"),
    (MATRIX, "W = [1, 2, 3, 4, 5, 6]", 0, "W is a list of 6 numbers"),
    # Statements 2 and 3 of four hold; two points.
    (OPTIONS, "q1_holding = [2, 3]", 2, ""),
    (OPTIONS, "q1_holding = (3, 2, 3)", 2, ""),
    (OPTIONS, "q1_holding = {2.0, 3}", 2, ""),
    (OPTIONS, NUMPY + "q1_holding = np.array([2, 3])", 2, ""),
    (OPTIONS, "q1_holding = [2]", 1, "statement 3 holds. Because of 3."),
    (OPTIONS, "q1_holding = [1, 2, 3]", 1, "statement 1 doesn't hold. Because of 1."),
    (OPTIONS, "q1_holding = []", 0, "AssertionError: statement 2 holds. Because of 2.\nstatement 3 holds."),
    (OPTIONS, "q1_holding = [1, 2, 3, 4]", 0, "AssertionError: statement 1 doesn't hold."),
    (OPTIONS, "q1_holding = [1, 4]", 0, "AssertionError: statement 1 doesn't hold."),
    (OPTIONS, "q1_holding = None", 0, "q1_holding isn't set yet"),
    (OPTIONS, "q1_holding = 2", 0, "q1_holding is of the type int, and a list is asked for"),
    (OPTIONS, "q1_holding = '23'", 0, "q1_holding is of the type str"),
    (OPTIONS, "q1_holding = [2, 5]", 0, "q1_holding holds 5, and the statements have the numbers 1 to 4"),
    (OPTIONS, "q1_holding = [False, True, True, False]", 0, "q1_holding holds False"),
    (OPTIONS, "q1_holding = [True, 2, 3]", 0, "q1_holding holds True"),
    (OPTIONS, "q1_holding = [2.5]", 0, "q1_holding holds 2.5"),
    (OPTIONS, "len = list = set = any = range = enumerate = 0\nq1_holding = [2, 3]", 2, ""),
)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize(("item", "student", "earned", "said"), TYPED, ids=[f"{k}: {row[1]}" for k, row in enumerate(TYPED)])
def test_what_a_test_cell_makes_of_what_students_type(item: NumbersItem | OptionsItem, student: str, earned: float, said: str) -> None:
    if "np." in student:
        pytest.importorskip("numpy")
    [test] = [cell for cell in graded(exported(item)).values() if cell["metadata"]["nbgrader"]["grade"]]
    found = mark(test, student)
    assert found.earned == pytest.approx(earned, abs=1e-15)
    assert said in found.said
    assert said or not found.said
    # What students get looks at the form alone: it takes any right form, and says the same about a wrong one.
    shown = mark({**test, "source": [released(source(test))]}, student)
    assert shown in (Mark(float(test["metadata"]["nbgrader"]["points"]), ""), found)


@given(st.data())
def test_a_number_is_taken_within_its_tolerance_itself_included(data: st.DataObject) -> None:
    digits = st.integers(-999_999, 999_999)
    places = data.draw(st.integers(0, 6))
    right = f"{Decimal(data.draw(digits)).scaleb(-places):f}"
    tolerance = Fraction(data.draw(st.integers(1, 2000)), 10 ** data.draw(st.integers(places, places + 3)))
    value = Value(right, tolerance)
    near = st.sampled_from([value.low, value.high]).map(lambda edge: str(Decimal(edge.numerator) / Decimal(edge.denominator)))
    typed = data.draw(near | digits.map(lambda n: f"{Decimal(n).scaleb(-places):f}"))
    text = data.draw(st.sampled_from([typed, f"__import__('decimal').Decimal({typed!r})", f"__import__('fractions').Fraction({typed!r})"]))
    item = numbers(place("h_1", (), Entry("q1_h_1", "h_1", (), value, (), (), Fraction(1))))
    test = graded(exported(item))["q1_h_1-test"]
    assert mark(test, f"h_1 = {text}").earned == (value.low <= Fraction(typed) <= value.high)


@pytest.mark.parametrize(("right", "student"), [
    ("0.12345678901234567890123", "0.12345678901234567890123"),
    ("12345678901234567890123", "12345678901234567890123"),
    ("12345678901234567890123", "12345678901234567890123.0"),
    ("1" + "0" * 400, "10 ** 400"),
    ("-0.5", "-1/2"),
    ("0.900", "0.9"),
])
def test_a_number_of_more_digits_than_python_has_is_taken(right: str, student: str) -> None:
    item = numbers(place("h_1", (), Entry("q1_h_1", "h_1", (), Value(right, Fraction(1, 10**30)), (), (), Fraction(1))))
    found = graded(exported(item))
    assert mark(found["q1_h_1-test"], f"h_1 = {student}").earned == 1
    assert mark(found["q1_h_1-test"], source(found["q1-answer"])).earned == 1


@pytest.mark.parametrize("item", [SCALAR, VECTOR, MATRIX, ONE, OPTIONS])
def test_the_solution_earns_all_and_what_students_get_nothing(item: NumbersItem | OptionsItem) -> None:
    found = graded(exported(item))
    [test] = [cell for cell in found.values() if cell["metadata"]["nbgrader"]["grade"]]
    answer = source(found["q1-answer"])
    assert mark(test, answer) == Mark(float(item.points), "")
    assert "isn't set yet" in mark(test, released(answer)).said
    assert not re.search(r"BEGIN|END|Mind|Because|0\.96|\[2, 3\]", released(answer) + released(source(test)))


def test_roles_and_points_as_nbgrader_has_them() -> None:
    package = exported(Paragraph(words("A unit.")), numbers(*VECTOR.places, *MATRIX.places), Paragraph(words("More.")),
                       replace(OPTIONS, question=2), replace(ESSAY, question=3))
    # grade, locked, solution, points
    given, answer = (False, True, False, None), (False, False, True, None)
    assert {id: tuple(cell["metadata"]["nbgrader"].get(key) for key in ("grade", "locked", "solution", "points"))
            for id, cell in graded(package).items()} == {
        "title": given, "statement-1": given, "q1": given, "q1-hints": given, "q1-answer": answer, "q1_h_1_1-test": (True, True, False, 1),
        "q1_W_1-test": (True, True, False, 1), "statement-2": given, "q2": given, "q2-answer": answer, "q2-test": (True, True, False, 2),
        "q3": given, "q3-answer": (True, False, True, 3),
    }
    assert [cell["cell_type"] for cell in cells(package)] == ["markdown"] * 4 + ["code"] * 3 + ["markdown"] * 2 + ["code"] * 2 + ["markdown"] * 2
    assert package.warnings == ("Question 1: its answer in words or formulas is marked by hand",)
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", cell["id"]) for cell in cells(package))


def test_ids_stay_unique_where_symbols_are_long_or_spelled_alike() -> None:
    names = ["W^{f,h}", "W_{f,h}", "σ" * 80 + "_1", "σ" * 80 + "_2", "h_-1", "lambda", "print"]
    package = exported(numbers(*(place(name, (), entry(f"q1_{'h' * 90}_{k}", "1")) for k, name in enumerate(names))))
    ids = [cell["id"] for cell in cells(package)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", id) for id in ids)
    named = variables([numbers(*(place(name, ()) for name in names))])[1]
    assert len(set(named)) == len(names)
    assert (*named[:2], *named[4:]) == ("W_f_h", "W_f_h_2", "h_m1", "lambda_", "print_")
    for variable in named:
        compile(f"{variable} = 0", variable, "exec")


HOSTILE = "### BEGIN SOLUTION ### END HIDDEN TESTS ### AUTOTEST x; \"\"\"'''\\ %run {0} {name} $1 \u2028 end"


def test_words_that_would_act_on_nbgrader_or_python_stay_words() -> None:
    option = Option("q2_1", words(HOSTILE), True, (Paragraph(words(HOSTILE)), CodeBlock(f"{HOSTILE}\n### END HIDDEN TESTS\nimport os")))
    item = NumbersItem(1, HOSTILE, words(HOSTILE), (place("h_1", (), entry("q1_h_1", "1", also="2", wrong={"3": HOSTILE})),), (), Fraction(1))
    package = exported(Paragraph((*words(HOSTILE), Code(HOSTILE))), item, OptionsItem(2, HOSTILE, words(HOSTILE), (option,), Fraction(1)),
                       solution=(Paragraph(words(HOSTILE)),))
    for cell in cells(package):
        acting = re.findall("BEGIN SOLUTION|END SOLUTION|BEGIN HIDDEN TESTS|END HIDDEN TESTS|AUTOTEST", source(cell))
        role = cell["metadata"]["nbgrader"]
        assert acting == (["BEGIN HIDDEN TESTS", "END HIDDEN TESTS"] if role["grade"] else
                          ["BEGIN SOLUTION", "END SOLUTION"] if role["solution"] else [])
    found = graded(package)
    said = mark(found["q1_h_1-test"], "h_1 = 3").said
    assert "{name}" in said
    assert "%run" in said
    assert "import os" in mark(found["q2-test"], "q2_holding = []").said
    assert HOSTILE not in package.files["README-it.md"].decode()


@pytest.mark.parametrize(("blocks", "text"), [
    ((Aside("warning", (Paragraph(words("Mind it.")),)),), "> **Warning.**\n>\n> Mind it."),
    ((Items(((Aside("note", (Paragraph(words("So.")),)),),)),), "- > **Note.**\n  >\n  > So."),
    ((Paragraph((Text("It costs $5, as "), Code("a$b"), Text(" does, \\ and `$`.")),),),
     r"It costs <span>\$</span>5, as `a$b` does, \ and \`<span>\$</span>\`."),
    ((CodeBlock("cost = '\\$5'"),), "```\ncost = '\\$5'\n```"),
    ((Heading(1, words("Top")), Paragraph(words("It."))), "## Top\n\nIt."),
])
def test_markdown_as_jupyter_reads_it(blocks: tuple[Any, ...], text: str) -> None:
    assert markdown(blocks, pytest.fail) == text


@settings(max_examples=25)
@given(made_by_hand.made())
def test_whatever_the_words_are_each_value_earns_what_it_is_taken_for(collection: Collection) -> None:
    found = graded(packed(collection, "notebook"), "a-unit")
    [first, options, _] = collection.exercises[0].items
    assert isinstance(first, NumbersItem)
    assert isinstance(options, OptionsItem)
    answer = source(found["q1-answer"])
    for name, each in zip(variables([first])[1], first.entries, strict=True):
        test = found[f"{each.id}-test"]
        worth = float(each.points)
        assert mark(test, answer) == Mark(worth, "")
        assert [mark(test, f"{name} = {other.value.text}").earned for other in each.also] == [worth] * len(each.also)
        assert [mark(test, f"{name} = {wrong.value.text}").earned for wrong in each.wrong] == [0] * len(each.wrong)
    assert mark(found["q2-test"], source(found["q2-answer"])) == Mark(float(options.points), "")


EXPECTED = runpy.run_path(str(TESTS / "problems" / "expected.py"))["EXPECTED"]
SOME = ("karpathy-rnn.md", "pytorch-lstm.md", "rounded-on-the-way.md", "softmax-output.md", "unicode.md", "data-between.md", "relu-two-lags.md")


@pytest.mark.parametrize("document", SOME)
def test_values_worked_out_in_plain_python_earn_all(document: str) -> None:
    collection = gathered(symlstm.read(TESTS / "problems" / document))
    [exercise] = collection.exercises
    found = graded(packed(collection, "notebook"), exercise.id)
    named = variables(exercise.items)
    questions = [item for item in exercise.items if isinstance(item, NumbersItem)]
    assert questions
    for item in questions:
        expected = EXPECTED[document][item.question]
        for name, asked in zip(named[item.question], item.places, strict=True):
            typed = [str(expected[each.name]) for each in asked.entries]
            written = f"{name} = " + (f"[{', '.join(typed)}]" if asked.shape else typed[0])
            test = found[f"{asked.entries[0].id}-test"]
            assert mark(test, written).earned == test["metadata"]["nbgrader"]["points"], written


def test_the_same_bytes_and_the_same_ids_in_every_variant() -> None:
    problem = symlstm.read(UNIT)
    first, again = (packed(gathered(problem, 3, "7"), "notebook") for _ in range(2))
    assert first == again
    names = [f"two-steps-of-a-small-unit-0{k}" for k in (1, 2, 3)]
    ids = [[cell["id"] for cell in cells(first, name)] for name in names]
    assert ids[0] == ids[1] == ids[2]
    assert len({source(graded(first, name)["q1-answer"]) for name in names}) == 3
    assert {f"worked/{name}.ipynb" for name in names} <= set(first.files)
