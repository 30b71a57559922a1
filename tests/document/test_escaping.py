"""What a document says stays text: no character of it acts as Markdown, LaTeX or HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from written_documents import NASTY, STATE, at, said, warned, words, written

from symlstm.document.blocks import (
    Code,
    CodeBlock,
    Display,
    Document,
    Emphasis,
    Fold,
    Heading,
    Image,
    Inlines,
    Line,
    Link,
    Maths,
    Paragraph,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.document.writers import WRITERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0, 1] and 2 * 3, h_t", "[0, 1] and 2 * 3, h_t"),
        ("costs $5", r"costs \$5"),
        ("_a_ *b* `c` ~d~", r"\_a\_ \*b\* \`c\` \~d\~"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("0.5 is a number", "0.5 is a number"),
        ("> no quote", r"\> no quote"),
        ("<script>a < b", r"\<script>a < b"),
        ("&amp; & x", r"\&amp; & x"),
        ("[a](b) \\*", r"[a\](b) \\\*"),
        ("--- x", r"\--- x"),
    ],
)
def test_markdown_escapes_what_acts_and_nothing_else(text: str, expected: str) -> None:
    assert written("md", said(text)) == expected + "\n"


@pytest.mark.parametrize("text", NASTY)
def test_markdown_shows_the_very_characters(text: str) -> None:
    markdown = written("md", Paragraph((Text("x "), Text(text), Code(" "))), said(text))
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    parser = Words()
    parser.feed(shown)
    wanted = re.sub(r"[\x00-\x20]+", " ", f"x {text}  {text}").replace("$", "").strip()
    assert re.sub(r"\s+", " ", parser.text.replace("$", "")).strip() == re.sub(r"\s+", " ", wanted)
    assert parser.tags <= {"p", "code"}, parser.tags


@pytest.mark.parametrize("text", NASTY)
def test_html_shows_the_very_characters(text: str) -> None:
    page = "".join(WRITERS["html"].write(Document(text, [
        Heading(2, words(text), text), Paragraph((Text(text), Code(text), Emphasis(words(text)), Link("#" + text,
        words(text)),
        Image("a.png", text))), Table((words(text),), [(words(text),)], "l", text), CodeBlock(text, text),
        Display((Line(STATE, (), words(text), text, words(text)),), text), Fold(words(text), (said(text),)),
    ]), warn=print))
    parser = Words()
    parser.feed(page)
    assert not parser.tags & {"script", "b", "iframe", "object"}
    assert not [name for name in parser.attributes if name.startswith("on")]
    assert not [value for value in parser.addresses if "javascript" in value.lower() and not value.startswith("#")]
    assert page.count("<h1>") == 1


class Words(HTMLParser):
    """Words, tags and attributes of a page as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:x", "java\tscript:x", " javascript:x", "data:text/html,x", "vbscript:x"]
)
@pytest.mark.parametrize("to", list(WRITERS))
def test_dangerous_addresses_are_text(to: str, url: str) -> None:
    text = written(to, Paragraph((Link(url, words("here")), Image(url, "there"))))
    assert "](" not in text
    assert "href" not in text.replace(".here", "")
    assert "<img" not in text
    assert "includegraphics" not in text


@pytest.mark.parametrize(
    ("before", "after"),
    [(words("3"), words("x")), (words("cost $"), words("$")), ((Maths(at("h")),), (Maths(at("c")),)), ((), words("th"))],
)
def test_a_dollar_never_touches_what_would_undo_it(before: Inlines, after: Inlines) -> None:
    text = written("md", Paragraph((*before, Maths(at("h")), *after)))
    assert not re.search(r"(?<!\\)\$\$|[0-9A-Za-z]\$h_t|h_t\$[0-9A-Za-z]", text)


def test_bars_in_cells() -> None:
    row: Inlines = (Text("a|b\\|c "), Code("d|e"), Text(" "), SourceMaths("|x| + \\|y\\|"))
    text = written("md", Table((row,), [(row,)], "l"))
    assert text.splitlines()[2] == "| a\\|b\\\\\\|c `d\\|e` $\\vert x\\vert + \\Vert y\\Vert$ |"


def test_unknown_characters_are_said_once() -> None:
    text, warnings = warned("tex", said("中 and 中"))
    assert "[U+4E2D]" in text
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "source",
    [r"\input{x}", r"\write18{ls}", r"\def\a{b}", r"a}", r"{a", r"a & b", r"\begin{tikzpicture}\end{tikzpicture}",
    r"\left( a", "a^b^c",
     r"\csname x\endcsname", r"\frac{a}", "a_", r"\text{a $b$}", r"^^5cinput", "#1", r"\catcode`\$=12",
     r"\newcommand{\x}{y}", r"\left a"],
)
def test_dubious_maths_stands_as_its_source_in_latex(source: str) -> None:
    text, warnings = warned("tex", Paragraph((SourceMaths(source, "p.md:1:2"),)))
    assert warnings
    assert warnings[0].startswith("p.md:1:2: ")
    assert "$" not in text.replace(r"\$", "")
    assert not re.search(r"\\(input|write|def|csname|catcode|newcommand|left)(?![A-Za-z])", text.split("\n", 1)[1])


@pytest.mark.parametrize(
    "source", [r"a \not= b", r"\boxed{x}", r"\cancel{x}", r"\foo{x}", r"\begin{tikzcd}\end{tikzcd}", "3 in", "a & b",
    r"\mathrel{:=}", "a^",
               r"\begin{array}{c|c} a & b \end{array}", "{", r"\unicode{x41}", r"\href{javascript:x}{y}", r"\class{a}{b}",
               r"\style{a}{b}"],
)
def test_what_mathml_cannot_show_stands_as_its_source(source: str) -> None:
    for block in (Paragraph((SourceMaths(source, "p.md:1:2"),)), SourceDisplay(source, "p.md:1:2")):
        text, warnings = warned("html", block)
        if isinstance(block, SourceDisplay) and source == "a & b":
            continue
        assert len(warnings) == 1
        assert warnings[0].startswith("p.md:1:2: ")
        assert "<code" in text
        assert "<math" not in text
