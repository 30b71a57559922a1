"""The writers: every block and inline, streaming, LaTeX that compiles, and a small document whose three forms were read."""

from __future__ import annotations

import re
import shutil
import subprocess
import tracemalloc
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from written_documents import FILLED, NASTY, STATE, at, number, said, words, written

from symlstm.document.blocks import (
    Aside,
    Blank,
    Block,
    Break,
    Code,
    CodeBlock,
    Display,
    Document,
    Emphasis,
    Fold,
    Heading,
    Image,
    Inline,
    Inlines,
    Items,
    Line,
    Link,
    Maths,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.document.writers import WRITERS
from symlstm.notation.parser import expression
from symlstm.notation.tree import Column, Digits, Hole, Listing, Matrix, Numeral
from symlstm.notation.typeset import formula, latex

GOLDEN = Path(__file__).parent / "golden"


SMALL: tuple[Block, ...] = (
    Paragraph((Text("The unit starts at "), Maths(at("h", -1)), Text(" = 0; see "), Link("#step", words("the step")),
    Text("."))),
    Heading(2, words("Step 0"), "step"),
    Display(
        (
            Line(at("h"), (("=", STATE),), words("visible state")),
            Line(at("c", 0), (("=", FILLED), ("→", number("-1"))), words("σ(50) ≈ 1"), "c_0"),
            Line(None, (("=", number("-1")),)),
        ),
        "Step 0",
    ),
    Items(((said("one"),), (said("two"), Items(((said("deep"),),), 1)))),
    Table((words("t"), (Maths(at("h")),)), [(words("0"), (Maths(number("-0.5")),)), (words("a|b"), words("[1]"))], "rl",
    "Values"),
    Aside("warning", (said("Ties are to even."),)),
    Fold(words("Why"), (said("Because."),)),
    SourceDisplay("\\begin{align}\n a &= b \\\\\n   &= c % why\n\\end{align}", "p.md:1:1"),
)


@pytest.mark.parametrize("to", list(WRITERS))
def test_golden(to: str) -> None:
    path = GOLDEN / f"small{WRITERS[to].extension}"
    text = written(to, *SMALL)
    if to == "html":
        text = re.sub(r"<style>.*</style>\n", "", text, flags=re.S)
    assert text == path.read_text(encoding="utf-8")


INLINES: dict[str, Inline] = {
    "text": Text("plain"), "emphasis": Emphasis(words("soft")), "strong": Emphasis(words("loud"), True),
    "code": Code("x = 1"),
    "link": Link("https://example.org/a_(b)?c=1&d=2", words("there")), "image": Image("a.png", "picture"), "break": Break(),
    "hard": Break(True), "maths": Maths(number("-0.5")), "source": SourceMaths(r"\sqrt{x}", "p:1:1"),
    "blank": Blank(4.0, "h_1"),
}
BLOCKS: dict[str, Block] = {
    "heading": Heading(3, words("plain"), "a b"), "paragraph": said("plain"), "items": Items(((said("plain"),), ())),
    "ordered": Items(((said("plain"),),), 7, False), "quote": Quote((said("plain"),)), "code": CodeBlock("plain\n\n  ```",
    "python"),
    "rule": Rule(), "display": Display((Line(STATE),)), "source": SourceDisplay(r"\sqrt{x}"), "note": Aside("note",
    (said("plain"),)),
    "table": Table((words("plain"),), iter([(words("x"),)]), "l"), "fold": Fold(words("plain"), (said("x"),), True),
    "empty display": Display(()), "empty table": Table((words("plain"),), [], "c"), "empty list": Items(()), "room": Room(3),
}


@pytest.mark.parametrize("to", list(WRITERS))
@pytest.mark.parametrize("inline", INLINES)
@pytest.mark.parametrize("where", ["paragraph", "heading", "cell", "note", "summary", "emphasis"])
def test_every_inline_everywhere(to: str, inline: str, where: str) -> None:
    content: Inlines = (Text("a "), INLINES[inline], Text(" b"))
    blocks: dict[str, Block] = {
        "paragraph": Paragraph(content), "heading": Heading(2, content), "cell": Table((content,), [(content,)], "l"),
        "note": Display((Line(STATE, (), content, "", content),)), "summary": Fold(content, (Paragraph(content),)),
        "emphasis": Paragraph((Emphasis(content, True),)),
    }
    assert written(to, blocks[where]).strip()


@pytest.mark.parametrize("to", list(WRITERS))
@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_at_the_top_and_inside_others(to: str, block: str) -> None:
    def made() -> Block:
        one = BLOCKS[block]
        return Table(one.head, [(words("x"),)] if block == "table" else [], one.align) if isinstance(one, Table) else one

    nested = Aside("note", (Fold(words("f"), (Items(((made(),),)), Quote((made(),)))),))
    text = written(to, made(), nested)
    assert text.count("plain") in (0, 3)


def test_lines_of_a_display_start_nothing_in_markdown() -> None:
    lines = [Line(number("-100"), (("=", number("-100")),)), Line(number("0.5"), (("<", number("1")),)), Line(number("12"),
        (("=", STATE),))]
    source = SourceDisplay("- a\n+ b\n\n= c % d\n> e\n1. f\n# g")
    for line in written("md", Display(tuple(lines)), Quote((Display(tuple(lines)),)), source).splitlines():
        assert not re.match(r"(> )?\s*([-+=#*]|\d+[.)])", line), line
    assert "{-}100 &= -100" in written("md", Display(tuple(lines)))


def test_long_displays_are_cut_and_long_lines_broken() -> None:
    step = Line(at("h"), tuple(("=", FILLED) for _ in range(12)), words("note"))
    text = written("md", Display((step,) * 100))
    assert text.count("\\begin{aligned}") == 3
    assert max(map(len, text.splitlines())) < 140
    assert text.count("\\text{note}") == 100


def test_first_heading_is_the_title() -> None:
    document: list[Block] = [Heading(1, (Text("On "), Maths(at("h")))), said("x"), Heading(1, words("again"))]
    openings = [("md", "# On $h_t$\n"), ("tex", "\\bfseries On $h_t$"), ("html", "<h1>On <math>")]
    for to, once in openings:
        text = "".join(WRITERS[to].write(Document("other", document)))
        assert text.count(once) == 1
        assert once not in "".join(WRITERS[to].write(Document("other", document), fragment=True))
    page = "".join(WRITERS["html"].write(Document("other", document)))
    assert page.count("<h1>") == 1


def rows(count: int, read: list[int]) -> Iterator[tuple[Inlines, ...]]:
    for k in range(count):
        read.append(k)
        yield words(str(k)), (Maths(number("-0.5")),)


@pytest.mark.parametrize("to", list(WRITERS))
@pytest.mark.parametrize("inside", ["top", "fold", "aside"])
def test_rows_are_read_as_they_are_written(to: str, inside: str) -> None:
    read: list[int] = []
    table = Table((words("t"), words("h")), rows(20_000, read), "rr")
    blocks: dict[str, Block] = {"top": table, "fold": Fold(words("f"), (table,)), "aside": Aside("note", (table,))}
    pieces = WRITERS[to].write(Document("Long", iter([blocks[inside]])))
    length = 0
    while not length or len(read) < 100:
        length += len(next(pieces))
    assert len(read) <= 140
    tracemalloc.start()
    length += sum(map(len, pieces))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read) == 20_000
    assert length > 200_000
    assert peak < 3_000_000


@pytest.mark.parametrize("to", list(WRITERS))
def test_blocks_are_read_as_they_are_written(to: str) -> None:
    read: list[int] = []

    def blocks() -> Iterator[Block]:
        for k in range(1000):
            read.append(k)
            yield Display((Line(at("h", k), (("=", FILLED), ("→", number("-1")))),))

    pieces = WRITERS[to].write(Document("Long", blocks()))
    for _ in range(10):
        next(pieces)
    assert len(read) < 20
    assert sum(map(len, pieces)) > 20_000


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    wide = Line(at("h"), tuple(("=", FILLED) for _ in range(9)),
        words("a remark that is long enough to be put on two lines " * 2))
    deep: Block = said("deep")
    for _ in range(8):
        deep = Items(((said("level"), Quote((deep,))),), 1)
    blocks: list[Block] = [
        *SMALL[:4], *SMALL[5:], *(b for k, b in BLOCKS.items() if not isinstance(b, Table)), *map(said, NASTY), deep,
        *(Paragraph((Text("a"), one, Text("[b]"))) for one in INLINES.values()), Display((wide,) * 90, "long"),
        Table((words("t"), words("x " * 90), words("[y]")), iter([(words("*"), words("long " * 40), words("[1]"))] * 90),
        "lll", "Wide"),
        Table(tuple(words(f"column {k}") for k in range(20)), [tuple(words("1.2345") for _ in range(20))], "r" * 20),
        *(CodeBlock(text) for text in NASTY), CodeBlock("x" * 300),
        *(Heading(k, words("h & _")) for k in range(2, 8)),
    ]
    text = "".join(WRITERS["tex"].write(Document("Title & _ # $", blocks), warn=lambda message: None))
    assert text.isascii()
    (tmp_path / "a.tex").write_text(text, encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"],
        cwd=tmp_path, capture_output=True, timeout=120, check=False,
    )
    log = run.stdout.decode("latin-1")
    assert run.returncode == 0, log[-2000:]
    assert "Missing character" not in (tmp_path / "a.log").read_text(encoding="latin-1")
    too_wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(too_wide, default=0.0) < 12, log


def test_fragment_and_page_of_html() -> None:
    page = written("html", said("x"), title="T", fragment=False)
    assert page.startswith("<!DOCTYPE html>\n<html lang=\"en\">")
    assert "default-src 'none'" in page
    assert 'name="viewport"' in page
    assert "<script" not in page
    fragment = written("html", said("x"))
    assert fragment.startswith('<article class="symlstm">\n<style>')
    style = fragment[fragment.index("<style>") + 7 : fragment.index("</style>")]
    selectors = re.findall(r"(?:^|[{}]\n?)\s*([^{}@\n][^{}]*)\{", style)
    assert all(selector.startswith((".symlstm", "@")) for selector in selectors), selectors


def test_grid_of_the_authors_rows() -> None:
    text = written("html", SourceDisplay(r"\begin{align} a &= \begin{pmatrix} 1 & 2 \end{pmatrix} \\ &= c \end{align}"))
    assert text.count("<math") == 3
    ET.fromstring(text.replace("&nbsp;", " "))


def test_rows_of_tall_cells_stand_apart_in_latex() -> None:
    tall = Maths(formula(Hole(0, True), Column((Digits("1"), Digits("2")))))
    text = written("tex", Table((words("t"), words("h")), [(words("0"), (tall,)), (words("1"), (tall,)), (words("2"), words("x"))],
        "rr"))
    # Above and below each of the two rows with vectors; the head and the last row are as high as any line.
    assert text.count("\\noalign{\\smallskip}") == 4


def test_no_row_of_a_matrix_starts_with_a_bracket() -> None:
    one = Numeral("1", Fraction(1))
    tree = Matrix(((Listing((one, one)),), (Listing((one, one)),)))
    assert not re.search(r"\\\\\s*\[", latex(formula(tree)))
    assert expression(latex(formula(tree))) == tree
