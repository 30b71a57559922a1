"""Figures in every writer: well-formed SVG, TikZ that compiles, the same in words; and nothing a figure says acts."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from written_documents import NASTY, said, warned, words, written

from symlstm.document.blocks import Aside, Block, Document, Figure, Fold, Items, Quote
from symlstm.document.drawing import Circle, Curve, Label, fitted, head, label_box, shaft
from symlstm.document.writers import WRITERS
from symlstm.document.writers.svg import write_svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    *NASTY, "<script>alert(1)</script>", "\"quoted\" and 'single'", "a & b &amp; c", "]]> <![CDATA[", "--> <!--", "</svg></title>",
    "50% of h_t \\input{x} {y} $z$ #1 ~ ^", "\x00\x1b[31m\ud800\ufffe", "}; \\end{tikzpicture}", "<?xml?>", "σ(z) → −1 値",
]


def figure(text: str = "A", caption: str = "One state") -> Figure:
    shapes = (
        Curve("start", (0j, 10 + 0j, 20 + 0j, 30 + 0j)),
        Circle("initial", 55 + 0j, 25.0),
        Circle("state", 155 + 0j, 25.0, double=True),
        Curve("move", (80 + 0j, 90 - 10j, 120 - 10j, 130 + 0j)),
        Label("name", 55 + 0j, text), Label("readout", 55 + 14j, text, "start"), Label("label", 105 - 20j, text, "end"),
    )
    return Figure(fitted(shapes), words(caption), (f"Start at {text}.", f"{text}: on 0 stays in {text}."))


def tex(*blocks: Block) -> str:
    return "".join(WRITERS["tex"].write(Document("", blocks)))


def visible(text: str) -> str:
    """The text with what XML can't hold as a space."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_file_is_well_formed_and_says_the_very_words(text: str) -> None:
    source = write_svg(figure(text, text))
    root = ET.fromstring(source.encode())
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "desc", "style", "rect", "circle", "path", "text"}
    shown = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert [" ".join(s.split()) for s in shown] == [" ".join(visible(text).split())] * 3
    described = root.findtext(f"{SVG}desc") or ""
    assert " ".join(visible(text).split()) in " ".join(described.split())
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name in ("id", "href")]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_holds_the_same_picture(text: str) -> None:
    page = written("html", figure(text, text))
    inside = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    alone = ET.fromstring(write_svg(figure(text, text)).encode())
    assert [e.text for e in inside.iter("text")] == [e.text for e in alone.iter(f"{SVG}text")]
    assert [e.get("d") for e in inside.iter("path")] == [e.get("d") for e in alone.iter(f"{SVG}path")]
    assert page.count("</figure>") == page.count("<svg ") == 1
    assert "<script" not in page


def test_the_picture_has_a_name_and_a_description_for_screen_readers() -> None:
    root = ET.fromstring(write_svg(figure("A & B", "Two states")).encode())
    assert (root.get("role"), root.get("aria-label"), root[0].text) == ("img", "Two states", "Two states")
    assert root[1].text == "Start at A & B. A & B: on 0 stays in A & B."


def test_many_figures_share_no_id() -> None:
    page = written("html", figure(), figure(), figure())
    assert page.count("<svg ") == 3
    assert " id=" not in page


def test_both_schemes_have_colours_in_a_file_and_a_page_gives_its_own() -> None:
    alone = write_svg(figure())
    assert "prefers-color-scheme:dark" in alone
    assert "var(" not in alone
    inside = written("html", figure()).partition("<svg")[2]
    assert "var(--ink)" in inside
    assert not re.search("#[0-9a-f]{3}", inside)


@pytest.mark.parametrize("to", ["md", "text"])
def test_words_stand_where_nothing_is_drawn(to: str) -> None:
    out = written(to, figure("B"), said("after"))
    assert "One state" in out
    assert "- Start at B.\n- B: on 0 stays in B.\n" in out


@pytest.mark.parametrize("text", [r"50% of h_t & \x", "}; \\end{tikzpicture}", "#1 $z$ ^ ~"])
def test_latex_shows_the_very_characters(text: str) -> None:
    out = tex(figure(text))
    assert out.count(r"\end{tikzpicture}") == 1
    bare = re.sub(r"\\(?:textbackslash|textasciicircum|textasciitilde)\{\}|\\[{}$&#%_]", "", out)
    nodes = re.findall(r"\\selectfont (.*)\};\n", bare)
    assert len(nodes) == 3
    assert not [node for node in nodes if re.search(r"[\\{}$&#%_^~]", node)]


@pytest.mark.parametrize(
    "wrap",
    [lambda f: f, lambda f: Fold(words("more"), (f,)), lambda f: Aside("note", (f,)), lambda f: Quote((f,)), lambda f: Items(((f,),))],
    ids=["itself", "fold", "aside", "quote", "list"],
)
def test_tikz_is_loaded_where_a_figure_stands(wrap: Callable[[Figure], Block]) -> None:
    block = wrap(figure())
    assert r"\usepackage{tikz}" in tex(block).partition(r"\begin{document}")[0]
    assert "% Needs \\usepackage{tikz}." in written("tex", block)
    assert "tikz" not in tex(said("x")) + written("tex", said("x"))


def test_a_figure_among_blocks_made_as_they_are_read_is_announced_or_told_in_words() -> None:
    announced = "".join(WRITERS["tex"].write(Document("x", iter([figure()]), figures=True)))
    assert announced.index(r"\usepackage{tikz}") < announced.index(r"\begin{tikzpicture}")
    said_to: list[str] = []
    told = "".join(WRITERS["tex"].write(Document("x", iter([figure("B")])), warn=said_to.append))
    assert "tikz" not in told
    assert "Start at B." in told
    assert len(said_to) == 1


@pytest.mark.parametrize("to", ["html", "md", "text"])
def test_no_writer_warns(to: str) -> None:
    assert warned(to, figure("<b>", "50%"))[1] == []


def test_a_line_ends_inside_its_head_and_the_head_at_the_tip() -> None:
    curve = Curve("move", (0j, 0j, 40 + 40j, 100 + 0j))
    tip, left, right = head(curve)
    end = shaft(curve)[-1]
    assert tip == 100 + 0j
    assert abs(left - tip) == pytest.approx(abs(right - tip))
    assert 5 < abs(end - tip) < abs((left + right) / 2 - tip)


def test_boxes_follow_the_anchor() -> None:
    left, middle, right = label_box(Label("name", 0j, "s", "end")), label_box(Label("name", 0j, "s")), label_box(Label("name", 0j, "s", "start"))
    assert left.centre.real + left.half_width == pytest.approx(0)
    assert middle.centre == 0
    assert right.centre.real - right.half_width == pytest.approx(0)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    wide = Figure(fitted([Circle("state", 0j, 25.0), Circle("state", 3000 + 2000j, 25.0)]), (), ())
    blocks: list[Block] = [figure(r"50% of h_t & \x"), wide, Fold(words("more"), (figure("σ → −1"),))]
    (tmp_path / "x.tex").write_text("".join(WRITERS["tex"].write(Document("Figures", blocks))), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"], cwd=tmp_path, capture_output=True, text=True, errors="replace"
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
