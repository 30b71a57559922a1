"""Whatever a document holds, the reader answers with its own error, at the right place, in bounded time and memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import DOCUMENTS, LARGE, Row, document

import symlstm
from symlstm.errors import SymlstmError
from symlstm.model.files import write_whole

_SECONDS = 10
_MEGABYTES = 700
_IN_A_PROCESS = (
    "unknown key", "YAML anchors bomb", "missing value, another name given", "an undecidable tie", "shapes at the equation: rows",
    "cyclic equations", "an open brace", "a lone \\[", "h_10 in LaTeX", "in a table", "behind a tab", "find beyond the inputs",
)


def _solved(text: str) -> str:
    """The message that a document gives; empty where it gives none."""
    try:
        symlstm.solve(symlstm.read(text)).to("json")
    except SymlstmError as error:
        return str(error)
    return ""


def _command(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "symlstm", *arguments], input=data, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize("row", DOCUMENTS, ids=[row.name for row in DOCUMENTS])
def test_message_and_place(row: Row) -> None:
    said = _solved(row.text)
    assert said.split("\n")[0] == f"<text>:{row.message}"
    _check_caret(said, row.text)


def _check_caret(said: str, text: str) -> None:
    """The second line is the source's, the third a caret under the column named."""
    head, *shown = said.split("\n")
    found = re.match(r"[^\n]*?:(\d+):(\d+): ", head)
    assert found is not None
    line, column = int(found[1]), int(found[2])
    source = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[line - 1]
    assert 1 <= column <= len(source) + 1
    if not source.strip():
        assert not shown
        return
    assert len(shown) == 2
    written, caret = shown
    if len(source) <= 60 and source.isascii() and source.isprintable():
        assert written == f"  {source}"
        assert caret == " " * (2 + column - 1) + "^"


def test_the_good_document_is_good() -> None:
    assert _solved(document()) == ""


@pytest.mark.parametrize("row", LARGE, ids=[row.name for row in LARGE])
def test_large_documents_in_bounded_time(row: Row) -> None:
    start = time.process_time()
    said = _solved(row.text)
    assert time.process_time() - start < _SECONDS
    assert said.split("\n")[0].removeprefix("<text>:").strip() == row.message
    assert len(said) < 1_000


@pytest.mark.slow
def test_large_documents_in_bounded_memory() -> None:
    for row in LARGE:
        _solved(row.text)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < _MEGABYTES * 1024


def test_five_thousand_formulas() -> None:
    start = time.process_time()
    assert _solved(document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$, $x = [1, 0]$.\n" + "And $w = 1$.\n\n" * 5_000)) == ""
    assert time.process_time() - start < _SECONDS


@pytest.mark.parametrize("name", _IN_A_PROCESS)
def test_command_line(name: str, tmp_path: Path) -> None:
    (row,) = (row for row in DOCUMENTS if row.name == name)
    path = tmp_path / "problem.md"
    path.write_bytes(row.text.encode())
    output = tmp_path / "solution.html"
    output.write_text("as it was")
    done = _command("solve", str(path), "-o", str(output))
    said = done.stderr.decode()
    assert done.returncode == 2
    assert done.stdout == b""
    assert said.split("\n")[0] == f"{path}:{row.message}"
    assert "Traceback" not in said
    _check_caret(said.rstrip("\n"), row.text)
    assert output.read_text() == "as it was"
    assert sorted(tmp_path.iterdir()) == [path, output]


_FILES: tuple[tuple[str, bytes, str], ...] = (
    ("empty", b"", "problem.md: the file is empty; `symlstm new NAME` writes a document to start from"),
    ("spaces", b" \n\n ", "problem.md: the file is empty; `symlstm new NAME` writes a document to start from"),
    ("not UTF-8", b"---\ntitle: caf\xe9\n---\n", "problem.md:2:11: byte 0xe9 isn't UTF-8; save the file as UTF-8"),
    ("half of UTF-16", "---\n".encode("utf-16")[:-1], "problem.md:1:4: byte 0x0a isn't UTF-16; save the file as UTF-8"),
    ("binary", b"\x7fELF\x02\x01\x01\0\0\0", "problem.md:1:8: a null character; this isn't a text file"),
    ("10 MB of brackets", b"(" * 10_000_000, "problem.md: larger than 200,000 bytes, which no problem document is"),
)


@pytest.mark.parametrize(("data", "message"), [row[1:] for row in _FILES], ids=[row[0] for row in _FILES])
def test_files(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.md"
    path.write_bytes(data)
    with pytest.raises(SymlstmError) as caught:
        symlstm.read(path)
    assert str(caught.value).split("\n")[0] == str(tmp_path / message)


def test_what_is_no_file(tmp_path: Path) -> None:
    missing, loop, name = tmp_path / "a.md", tmp_path / "loop.md", tmp_path / ("n" * 300)
    loop.symlink_to(loop)
    for path, message in (
        (missing, "there is no such file"), (tmp_path, "a folder; name the problem document in it"),
        (loop, "too many levels of symbolic links"), (name, "file name too long"), (missing / "b.md", "there is no such file"),
    ):
        with pytest.raises(SymlstmError) as caught:
            symlstm.read(path)
        assert str(caught.value) == f"{path}: {message}"
    done = _command("solve", str(missing))
    assert (done.returncode, done.stderr.decode()) == (2, f"{missing}: there is no such file\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(document())
    path.chmod(0)
    with pytest.raises(SymlstmError, match="permission denied"):
        symlstm.read(path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file whose reading fails")
def test_file_whose_reading_fails() -> None:
    with pytest.raises(SymlstmError, match=r"/proc/self/mem: input/output error"):
        symlstm.read(Path("/proc/self/mem"))


def test_standard_input() -> None:
    (row,) = (row for row in DOCUMENTS if row.name == "unknown key")
    done = _command("solve", "-", data=row.text.encode())
    assert done.returncode == 2
    assert done.stderr.decode().split("\n")[0] == f"<stdin>:{row.message}"


# -- written whole or not at all ----------------------------------------------------------------------------------------------


def _breaking(error: Exception) -> Iterator[str]:
    yield "half a solution\n" * 10_000
    raise error


@pytest.mark.parametrize("error", [ValueError("a bug"), OSError(28, "No space left on device"), KeyError("x")])
@pytest.mark.parametrize("before", [None, "as it was"])
def test_a_writer_that_fails_in_the_middle(error: Exception, before: str | None, tmp_path: Path) -> None:
    path = tmp_path / "solution.md"
    if before is not None:
        path.write_text(before)
    with pytest.raises((type(error), SymlstmError)):
        write_whole(path, _breaking(error))
    assert [file.read_text() for file in tmp_path.iterdir()] == ([] if before is None else [before])


def test_a_text_that_has_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "solution.md"
    with pytest.raises((UnicodeEncodeError, SymlstmError)):
        write_whole(path, ["fine\n", "\ud800"])
    assert list(tmp_path.iterdir()) == []


def test_folders_that_take_no_file(tmp_path: Path) -> None:
    good = tmp_path / "problem.md"
    good.write_text(document())
    for output, message in (
        (tmp_path / "none" / "a.md", "no such file or directory"), (tmp_path, "a folder; name a file"),
        (good / "a.md", "not a directory"), (tmp_path / ("n" * 300 + ".md"), "file name too long"),
    ):
        done = _command("solve", str(good), "--to", "md", "-o", str(output))
        assert (done.returncode, done.stderr.decode()) == (2, f"{output}: {message}\n")
    assert list(tmp_path.iterdir()) == [good]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    with pytest.raises(SymlstmError, match="permission denied"):
        write_whole(folder / "a.md", ["text"])
    assert list(folder.iterdir()) == []


def test_written_text_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("before")
    write_whole(path, ["one\n", "two\n"])
    assert path.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]
