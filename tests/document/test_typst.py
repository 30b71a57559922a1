"""Documents as Typst: every block and inline compiles to PDF/UA-1, nothing a document says acts, nothing runs off the page."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_writers import BLOCKS, INLINES
from written_documents import NASTY, STATE, at, said, words

import symlstm
from symlstm.document.blocks import (
    Aside,
    Blank,
    Block,
    Code,
    CodeBlock,
    Display,
    Document,
    Emphasis,
    Figure,
    Fold,
    Heading,
    Image,
    Inlines,
    Items,
    Line,
    Link,
    Maths,
    Paragraph,
    Quote,
    Room,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.document.drawing import Circle, Curve, Label, fitted
from symlstm.document.drawing import Line as Stroke
from symlstm.document.writers import typst
from symlstm.document.writers.pdf import pdf
from symlstm.notation.tree import Apply, Digits, Expr, Fixed, Grid, Hole, Name, Numeral, Product, Sum, Symbol
from symlstm.notation.typeset import formula
from symlstm.pipelines import Detail
from symlstm.presentation import solution

REPORTS = Path(__file__).parents[2] / "reports"
MARGIN = 23 * 72 / 25.4


def made(*blocks: Block, title: str = "A document") -> bytes:
    warned: list[str] = []
    out = pdf(Document(title, iter(blocks)), warn=warned.append)
    assert not warned
    return out


def text_of(page: bytes, *options: str) -> str:
    """What a PDF's reader finds in it."""
    run = subprocess.run(["pdftotext", *options, "-", "-"], input=page, capture_output=True, check=True)
    return run.stdout.decode()


def within_margins(page: bytes) -> list[str]:
    """The words that stand outside the page's margins."""
    found = re.findall(r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)</word>', text_of(page, "-bbox"))
    assert found
    return [word for left, right, word in found if float(left) < MARGIN - 2 or float(right) > 595.28 - MARGIN + 2]


@pytest.mark.parametrize("inline", INLINES)
def test_every_inline_everywhere(inline: str) -> None:
    content: Inlines = (Text("a "), INLINES[inline], Text(" b"))
    made(
        Paragraph(content), Heading(2, content), Table((content,), [(content,)], "l"), Display((Line(STATE, (), content, "", content),)),
        Fold(content, (Paragraph(content),)), Paragraph((Emphasis(content, True), Link("https://example.org", content))),
        Figure(fitted([Circle("state", 0j, 9.0)]), content, ("A circle.",)),
    )


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_at_the_top_and_inside_others(block: str) -> None:
    def one() -> Block:
        it = BLOCKS[block]
        return Table(it.head, [(words("x"),)] if block == "table" else [], it.align) if isinstance(it, Table) else it

    page = text_of(made(one(), Aside("note", (Fold(words("f"), (Items(((one(),),)), Quote((one(),)))),))))
    assert page.count("plain") in (0, 3)


def test_an_empty_document() -> None:
    assert made(title="").startswith(b"%PDF")


@pytest.mark.parametrize("levels", [(3,), (2, 5), (4, 2, 6, 6, 3), (1, 9), (0,)])
def test_no_level_of_heading_is_left_out(levels: tuple[int, ...]) -> None:
    made(said("x"), *(Heading(level, words("h")) for level in levels))


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_text_everywhere(text: str) -> None:
    pdf(Document(text, [
        Heading(2, words(text), text), Paragraph((
            Text(text), Code(text), Emphasis(words(text)), Link("#" + text, words(text)), Link(text, words(text)), Image("a.png", text),
            Blank(3, text), SourceMaths(text), Maths(formula(Symbol(Name(text.strip("\x00\x07") or "x")))),
        )), Table((words(text),), [(words(text),)], "l", text), CodeBlock(text, text), SourceDisplay(text),
        Display((Line(STATE, (), words(text), text, words(text)),), text), Fold(words(text), (said(text),)),
        Figure(fitted([Label("name", 0j, text)]), words(text), (text,)),
    ]), warn=lambda _: None)


LETTERS = st.text(st.sampled_from("#$@<>*_/\\=+-1.`'\"[]{}()~^&%;:,! abzéßΣσ−≈·"), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_any_text_comes_out_as_itself(texts: list[str]) -> None:
    def bare(text: str) -> str:
        return re.sub(r"\s", "", text)

    # pdftotext takes a hyphen at a line's end for a broken word.
    texts = [text + "x" for text in texts]
    blocks = [Paragraph(words(text)) for text in texts]
    inner = [Aside("note", (Items(((Paragraph((Emphasis(words(text)),)),),), 1),)) for text in texts]
    page = text_of(made(*blocks, *inner))
    for text in texts:
        assert bare(page).count(bare(text)) >= 2, page


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_unicode_compiles(text: str) -> None:
    pdf(Document(text, [Paragraph((Text(text), Code(text))), SourceDisplay(text), CodeBlock(text)]), warn=lambda _: None)


@pytest.mark.parametrize("text", ["a \ue000", "\ufffe", "\ud800", "\u0301", "e\u0301\u0302", "\u202e abc", "\U0010ffff", "\U0001f600", "𝛼", "\t"])
def test_odd_characters_compile_everywhere(text: str) -> None:
    pdf(Document(text, [
        Paragraph((Text(text), Code(text), SourceMaths(text), SourceMaths(rf"\text{{{text}}}"), Maths(formula(Symbol(Name(text)))))),
        CodeBlock(text), SourceDisplay(text), Table((words(text),), [(words(text),)], "l", text),
    ]), warn=lambda _: None)


def test_deep_nesting_is_set_or_said() -> None:
    block: Block = said("deep")
    for _ in range(25):
        block = Items(((Quote((Aside("note", (block,)),)),),))
    assert "deep" in text_of(made(block))


def _terms(count: int) -> Expr:
    term = Product((Numeral("0.123", Fraction(123, 1000)), Symbol(Name("x", sup="f,h"), Fixed(3))), ("",))
    return Sum(tuple((1, term) for _ in range(count)))


WIDE_GRID = Grid(tuple(tuple(Digits(f"-{c}.12345") for c in range(18)) for _ in range(3)))
WIDE: dict[str, Block] = {
    "a long sum": Display((Line(at("h"), (("=", formula(_terms(40))), ("→", formula(_terms(3)))), words("saturated")),)),
    "a long argument": Display((Line(at("h"), (("=", formula(Apply("tanh", (_terms(40),)))),), words("a remark " * 9)),)),
    "a long left side": Display((Line(formula(_terms(40)), (("=", formula(_terms(2))),)), Line(formula(_terms(30))))),
    "a wide matrix": Display((Line(at("h"), (("=", formula(Hole(0, True), WIDE_GRID)),), words("a remark")),)),
    "a matrix in text": Paragraph((Text("see "), Maths(formula(Hole(0, True), WIDE_GRID)), Maths(formula(Apply("tanh", (_terms(40),)))))),
    "names and remarks": Display(tuple(
        Line(at("h"), (("=", formula(_terms(5))), ("≈", formula(_terms(2)))), words("what is written here is long"), "", words("a rung's name"))
        for _ in range(3)
    )),
    "author's sum": SourceDisplay("x &= " + " + ".join(f"y_{{{k}}}" for k in range(70))),
    "author's matrix": SourceDisplay(r"\begin{bmatrix}" + " & ".join(f"{k}.123" for k in range(30)) + r"\end{bmatrix}"),
    "author's text": Paragraph((SourceMaths("f(" + " + ".join(f"y_{{{k}}}" for k in range(70)) + ")"),)),
    "twelve steps": Table(
        tuple(words(f"t = {k}") for k in range(13)),
        [(words("output gate"), *((Blank(3.5, "h"),) for _ in range(12)))] * 9, "l" + "c" * 12, "A grid to fill in",
    ),
    "words and maths": Table(
        (words("State"), words("Remembers"), words("Then")), [(words("A"), words("the last input was " * 8), (Maths(formula(_terms(4))),))], "lll"
    ),
    "matrices": Table((words("t"), words("c")), [((Maths(formula(Hole(0, True), WIDE_GRID)),), (Maths(formula(_terms(3))),))], "lr"),
    "a long word": Paragraph(words("word" * 80)), "a long line of code": CodeBlock("x" * 300 + "\n  " + "y " * 200),
    "a long address": Paragraph((Link("https://example.org/" + "a/b-" * 60, words("there")),)),
    "a large drawing": Figure(
        fitted([Curve("move", (0j, 400 + 50j, 900 - 50j, 1500 + 0j)), Stroke("wire", (0j, 700 + 900j)), Label("label", 1400 + 0j, "end")]),
        words("wide"), (),
    ),
    "nested": Items(((Quote((Items(((Display((Line(at("h"), (("=", formula(_terms(20))),)),)),),)),)),),)),
}


@pytest.mark.parametrize("what", WIDE)
def test_nothing_runs_off_the_page(what: str) -> None:
    assert not within_margins(made(WIDE[what]))


@pytest.mark.parametrize("detail", ["brief", "standard", "full"])
@pytest.mark.parametrize("report", ["lstm-states", "lstm-block", "gating"])
def test_solutions(report: str, detail: Detail) -> None:
    solved = symlstm.solve(symlstm.read(REPORTS / report / "problem.md"))
    page = pdf(solution.document(solved, detail, None))
    assert not within_margins(page)
    pages = re.findall(r"page (\d+) of (\d+)", text_of(page))
    assert pages == [(str(k + 1), str(len(pages))) for k in range(len(pages))]


def test_a_long_table_has_its_head_on_every_page() -> None:
    page = text_of(made(Table((words("Heading"), words("b")), ((words(str(k)), words("x")) for k in range(150)), "rl")))
    assert page.count("Heading") == page.count("page ") > 2


def test_right_to_left_words_turn_nothing_beside_them() -> None:
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)".*?>(.*?)</word>', text_of(made(said("a שלום 12, b 34; then محمد 5 c")), "-bbox"))
    line = sorted((float(x), word) for x, y, word in found if 70 < float(y) < 120)
    assert re.sub(r"[^ -~]", " ", " ".join(word for _, word in line)).split() == ["a", "12,", "b", "34;", "then", "5", "c"]


def test_a_missing_right_to_left_letter_takes_nothing_else_with_it() -> None:
    warned: list[str] = []
    pdf(Document("A", [said("a \u05e9\U0001b170\u05e9 b")]), warn=warned.append)
    assert [text.split(" ")[0] for text in warned] == ["U+1B170"]
    test_right_to_left_words_turn_nothing_beside_them()


def test_gaps_and_formulas_are_said() -> None:
    source = "".join(typst.write(Document("", [Paragraph((Blank(4, "h_1"), Maths(STATE))), Room(3)])))
    assert '#blank(4em, "blank for h_1")' in source
    assert '#m("o sub t element-wise times tanh of c sub t"' in source


@pytest.mark.parametrize("source", [r"\foo{x}", r"a^b^c", "a & b", r"\begin{tikzpicture}\end{tikzpicture}"])
def test_what_is_not_read_stands_as_its_source_and_is_said(source: str) -> None:
    warned: list[str] = []
    page = pdf(Document("A", [Paragraph((SourceMaths(source, "p.md:1:2"),))]), warn=warned.append)
    assert len(warned) == 1
    assert warned[0].startswith("p.md:1:2: ")
    assert re.sub(r"\s", "", source) in re.sub(r"\s", "", text_of(page))
