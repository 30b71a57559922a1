"""PDFs: the same bytes each time, no file and no network within reach, readable where a font lacks a character, memory flat."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_typst import text_of
from written_documents import STATE, said

from symlstm.document.blocks import Document, Maths, Paragraph
from symlstm.document.writers import pdf as writer
from symlstm.document.writers.pdf import PdfError, pdf, printed
from symlstm.errors import UsageError

SMALL = (
    "from symlstm.document.blocks import *; from symlstm.document.writers.pdf import pdf; import hashlib; "
    "print(hashlib.sha256(pdf(Document('A', [Paragraph((Text('x'),))]))).hexdigest())"
)


def test_the_same_bytes_in_every_process() -> None:
    runs = [
        subprocess.run([sys.executable, "-c", SMALL], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_tagged_titled_and_in_a_language() -> None:
    made = pdf(Document("The <title>", [said("x")]))
    assert b"pdfuaid" in made
    assert b"The &lt;title&gt;" in made
    assert b"/Lang" in made
    assert b"/StructTreeRoot" in made


def test_a_character_without_a_glyph_is_its_number_and_said() -> None:
    warned: list[str] = []
    # Anatolian hieroglyphs and a code point that has no character: no font here or elsewhere is likely to have both.
    page = text_of(pdf(Document("A", [said("a \U00014400 b \U0003fffd c")]), warn=warned.append))
    assert "[U+3FFFD]" in page
    assert any("U+3FFFD" in warning for warning in warned)


@pytest.mark.parametrize("source", ['#read("/etc/hostname")', '#image("a.png")', '#import "@preview/cetz:0.3.0"', "#panic()", "#("])
def test_typst_reaches_nothing(source: str) -> None:
    with pytest.raises(PdfError):
        printed(f'#set document(title: "A")\n{source}')


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_says_so_and_does_not_hang() -> None:
    code = (
        "import os, sys\nfrom symlstm.document.blocks import Document\nfrom symlstm.document.writers.pdf import pdf, PdfError\n"
        "pdf(Document('A', []))\nif os.fork() == 0:\n    try:\n        pdf(Document('B', []))\n    except PdfError as error:\n"
        "        print(error, flush=True)\n    os._exit(0)\nos.wait()\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "spawn" in out


def test_without_typst_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    writer._press.cache_clear()
    with pytest.raises(UsageError, match=r"pip install 'symlstm\[pdf\]'"):
        pdf(Document("A", []))


def test_the_compiler_leaves_nothing_behind(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", SMALL], check=True, capture_output=True, env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)})
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_is_flat_over_many_documents() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    def several(start: int) -> None:
        for k in range(start, start + 40):
            pdf(Document(f"Sheet {k}", [Paragraph((Maths(STATE),)) for _ in range(20)] + [said(f"{k} {j}") for j in range(60)]))

    several(0)
    before = resident()
    several(100)
    several(200)
    assert resident() - before < 30e6
