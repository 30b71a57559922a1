"""What a class hands in: whose it is, tables of answers, and everything that isn't work, each with what is said of it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import sqlite3
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from graded_classes import RIGHT, SLIP, book, marked, problem, tree, write

import symlstm
from symlstm.errors import DocumentError, SymlstmError, UsageError
from symlstm.teaching.handouts.file_names import file_names
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.marking import answers, archives
from symlstm.teaching.marking.answers import csv_answers, json_answers
from symlstm.teaching.marking.collected import Collected
from symlstm.teaching.marking.found import Found, found
from symlstm.teaching.marking.grade import grade
from symlstm.teaching.marking.whose import Class, Nobody, own_name

# -- whose it is ---

THEM = Class([("s01", "Ada Lovelace"), ("s02", "Bo Diddley"), ("S02", "Cy"), ("12345", "Dee Dee"), ("a.b@x.edu", "Eve"), ("王小明", ""),
              ("q/7", "Fay"), ("hw", "Gus"), ("hw-1", "Hal Hal")])
WHOSE = [
    ("s01", "s01", "the whole name"),
    ("s02", "s02", "ids that differ in their case alone"),
    ("12345", "12345", "a number"),
    ("a.b@x.edu", "a.b@x.edu", "an address"),
    ("王小明", "王小明", "another script"),
    (file_names(["q/7"])["q/7"], "q/7", "the name that a handout gave"),
    (file_names(["a.b@x.edu"])["a.b@x.edu"], "a.b@x.edu", "the name that a handout gave to an address"),
    ("Work of S01 (final)", "s01", "a word of it"),
    ("lovelaceada_LATE_s02_77_work", None, "a name and an id that differ"),
    ("lovelaceada_LATE_12345_67890_my work-2", "s01", "Canvas"),
    ("deedee_s02_work", None, "an id that is no number, and another's name run together"),
    ("Ada Lovelace_98765_assignsubmission_file_/s-solution", "s01", "Moodle, by the full name"),
    ("Ada Lovelace_98765_assignsubmission_onlinetext_/onlinetext", "s01", "Moodle, text typed in"),
    ("s01/unit 1/2024-11-02/work", "s01", "nbgrader"),
    ("group 3/s01", "s01", "a folder above"),
    ("12345/12345", "12345", "a folder a student"),
    ("s01_hw-1", None, "two ids"),
    ("s02-final", None, "a word that two ids are"),
    ("hw-1 answers", "hw-1", "an id that has another in it"),
    ("work", None, "none"),
    ("s013", None, "an id is a whole word"),
    ("Lovelace", None, "half a name"),
]


@pytest.mark.parametrize(("path", "id", "about"), WHOSE, ids=[row[2] for row in WHOSE])
def test_the_id_in_a_name(path: str, id: str | None, about: str) -> None:
    whose = THEM.whose(path.split("/"), False)
    assert whose == id if id is not None else isinstance(whose, Nobody)


# Short numbers as ids, which platforms and homework have too.
NUMBERED = Class([("7", "Ada Lovelace"), ("12", "Bo Diddley"), ("2", "Ada King Lovelace"), ("s02", "Conan O'Brien"), ("4567", "Cy"),
                  ("31", "Ed Wu"), ("32", "Wu Ed"), ("s04", "Jean-Luc Picard"), ("Dee-1", "Dee Dee")])
PLATFORMS = [
    ("Ada Lovelace_12_assignsubmission_file_/work", "7", "Moodle's number"),
    ("Bo Diddley_7_assignsubmission_file_/work", "12", "Moodle's other number"),
    ("Bo Diddley_7_assignsubmission_file_homework 2", "12", "Moodle without folders"),
    ("Diddley, Bo_7_assignsubmission_onlinetext_onlinetext", "12", "Moodle, the family name first"),
    ("Bo_Diddley_7_assignsubmission_file_/2", "12", "Moodle, spaces written as underscores"),
    ("Conan OBrien_12_assignsubmission_file_/a", "s02", "Moodle, a name without its apostrophe"),
    ("Cy_12_assignsubmission_file_/a", "4567", "Moodle, a single name"),
    ("Group A-Jean-Luc Picard_7_assignsubmission_file_/a", "s04", "Moodle, a group in front"),
    ("Jean-Luc Picard_7_assignsubmission_file_/a", "s04", "Moodle, a hyphen in the name"),
    ("Zed Zulu_12_assignsubmission_file_/work 12", None, "Moodle, a name that nobody has"),
    ("Mary Bo Diddley_7_assignsubmission_file_/a", None, "Moodle, a name with another in it"),
    ("Participant 12_12_assignsubmission_file_/a", None, "Moodle, names hidden"),
    ("Participant_12_assignsubmission_file_/s02", "s02", "Moodle, names hidden, an id on the file"),
    ("Bo Diddley_7_assignsubmission_file_/s02", None, "Moodle, another's id on the file"),
    ("Ed Wu_7_assignsubmission_file_/a", None, "Moodle, two of one name"),
    ("lovelaceada_2_4567_work", "7", "Canvas's numbers"),
    ("lovelaceadaking_LATE_12_4567_work-1", "2", "Canvas, two given names"),
    ("kinglovelaceada_12_7_work", "2", "Canvas, two family names"),
    ("obrienconan_7_text", "s02", "Canvas, text typed in"),
    ("zuluzed_12_4567_work", None, "Canvas, a name that nobody has"),
    ("anon_12_4567_work", None, "Canvas, names hidden"),
    ("s02_2024_11_work", "s02", "an id and a date"),
    ("s02/2/work", "s02", "nbgrader, a number as the assignment"),
    ("submitted/s02/Dee-1/work", "s02", "nbgrader, an assignment that is an id too"),
    ("12/hw 7/work", "12", "nbgrader, a number as the student"),
    ("12/7/work", None, "two numbers, of which either may be the group"),
    ("7/s02", "s02", "a group's number above an id"),
    ("s02/Dee-1", None, "two ids above one another"),
    ("Homework 2 - Ada Lovelace", None, "a number and another's name"),
    ("2/Ada Lovelace", None, "a folder that is a number, and another's name"),
    ("Homework 2 - 12 - Bo Diddley", "12", "a number and its own name"),
    ("12 Diddley", "12", "a number and half of its name"),
    ("Homework 2", None, "a number that may count homework"),
    ("work (2)", None, "a number that counts copies"),
    ("12 (2)", "12", "a copy of an id"),
    ("Ada Lovelace (12)", "7", "a copy of a name"),
    ("Ada Lovelace s02", None, "an id and another's name"),
    ("hw 2 s02", "s02", "an id with homework's number"),
    ("work 4567", "4567", "a long number"),
]


@pytest.mark.parametrize(("path", "id", "about"), PLATFORMS, ids=[row[2] for row in PLATFORMS])
def test_the_number_of_a_platform_is_nobodys_id(path: str, id: str | None, about: str) -> None:
    whose = NUMBERED.whose(path.split("/"), False)
    assert whose == id if id is not None else isinstance(whose, Nobody)


def test_two_students_whose_platform_numbers_are_each_others_ids(tmp_path: Path) -> None:
    them = Roster((Student("7", "Ada Lovelace"), Student("12", "Bo Diddley")))
    files: dict[str, str | bytes] = {"Ada Lovelace_12_assignsubmission_file_/work.md": RIGHT,
                                     "Bo Diddley_7_assignsubmission_file_/work.md": SLIP}
    _, rows = marked(tmp_path, files, roster=them)
    assert {id: row["score"] for id, row in rows.items()} == {"7": "7", "12": "6"}


def test_without_a_roster_the_id_is_the_name(tmp_path: Path) -> None:
    _, rows = marked(tmp_path, {"s1.md": RIGHT, "group a/s1.md": RIGHT, "group b/s1.md": SLIP, "ü.v2.md": RIGHT, "S1.txt": SLIP})
    assert {id: row["score"] for id, row in rows.items()} == {
        "s1": "7", "group a/s1": "7", "group b/s1": "6", "ü.v2": "7", "S1": "6"}
    pages = [path.stem for path in (tmp_path / "out" / "feedback").iterdir()]
    assert sorted(pages) == sorted(file_names(list(rows)).values())


# -- tables of answers ---

ASKED = symlstm.read("""---
title: Two units
cell: lstm
given: {weights: 0.5, biases: 0.1, "h_{0}": [0, 0], "c_{0}": [0, 0]}
inputs: [1, 2]
---
```question
find: [f_1, h_2]
```

```question
label: third
find: h
```

```question
find: c_1[2]
```
""")
TARGETS = [
    # heading -> the work that its cell 0.5 becomes
    ("work", "0.5\n"),
    ("h_1", "h_1 = 0.5\n"),
    ("h_1[2]", "h_1[2] = 0.5\n"),
    ("Question 3", "Question 3:\nc_1[2] = 0.5\n"),
    ("q3", "Question 3:\nc_1[2] = 0.5\n"),
    ("h1", "h_1 = 0.5\n"),
    ("i1", None),
    ("q 2: h_1", "Question 2:\nh_1 = 0.5\n"),
    ("(Third)", "Question 2:\nh = 0.5\n"),
    ("h_9x", None),
    ("question 9", None),
    ("f_1/sum", None),
]


def answered(path: Path, text: str, reading: Any = csv_answers, comma: bool = False) -> tuple[list[Found], list[str]]:
    path.write_text(text, encoding="utf-8")
    warned: list[str] = []
    return list(reading(path, ASKED, comma, warned.append)), warned


@pytest.mark.parametrize(("heading", "work"), TARGETS)
def test_a_column_is_what_its_heading_names(tmp_path: Path, heading: str, work: str | None) -> None:
    (one,), warned = answered(tmp_path / "a.csv", f'id,"{heading}",c_1\nz,0.5,0\n')
    own, _, asked = (work or "").partition("Question")
    # What is about no question stands first, places before a text, which may have headings in it.
    assert one.text == ("c_1 = 0\n" + own if heading == "work" else own + "c_1 = 0\n") + (f"Question{asked}" if asked else "")
    assert bool(warned) == (work is None)
    assert (one.place, one.parts, one.named) == ("a.csv line 2", ("z",), True)


CELLS = [
    # question, cell, decimals behind a comma, what is written
    (1, "[[0.5, 0.6], [1, 2]]", False, "Question 1:\nf_1 = [0.5, 0.6]\nh_2 = [1, 2]\n"),
    (1, "[0.5; 0,25]", True, "Question 1:\nf_1 = 0,5\nh_2 = 0,25\n"),
    (1, "f_1 = 1 and h_2 = 2", False, "Question 1:\nf_1 = 1 and h_2 = 2\n"),
    (1, "0.5 0.6 0.7", False, "Question 1:\n0.5 0.6 0.7\n"),
    (2, "[0.1, 0.2]", False, "Question 2:\nh = [0.1, 0.2]\n"),
    (2, "0.1 0.2", False, "Question 2:\nh = [0.1, 0.2]\n"),
    (2, "[0.1, 0.2, 0.3]", False, "Question 2:\nh = [0.1, 0.2, 0.3]\n"),
    (3, " 0.25\n", False, "Question 3:\nc_1[2] = 0.25\n"),
    (3, "", False, ""),
]


@pytest.mark.parametrize(("question", "cell", "comma", "work"), CELLS)
def test_the_answer_to_a_whole_question(tmp_path: Path, question: int, cell: str, comma: bool, work: str) -> None:
    (one,), _ = answered(tmp_path / "a.csv", f'id;question {question}\nz;"{cell}"\n', comma=comma)
    assert one.text == work


def test_rows_are_judged_as_work(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufeffID;Name;h_1;h_2;h_3;twice\r\ns1;Ada;0.76;0.36;-0.68;[0.96, 0.99]\r\ns2;Bo;0.67;0.32;-0.69;0.96 0.99\r\n"
                                    "s3;=1+1;;;;\r\n;;1;1;1;\r\n", encoding="utf-8")
    done = grade(problem(), tmp_path / "a.csv", tmp_path / "out")
    rows = book(tmp_path / "out")
    assert {id: row["score"] for id, row in rows.items()} == {"s1": "7", "s2": "6", "s3": "0"}
    assert rows["s2"]["first slip"] == "h_1 (line 1)"
    assert done.unmarked == ("a.csv line 5: the id is missing",)
    # The same as JSON, with numbers as numbers: their digits are those that stand there.
    lines = ('{"id": "s1", "answers": {"h": [0.76, 0.36, -0.68], "q2": ["0.96", 0.99]}}\n\n'
             '{"id": "s2", "work": "h_1 = 0.67\\nh_2 = 0.32\\nh_3 = -0.69\\nQuestion 2: h = [0.96, 0.99]"}\n'
             '{"id": "s3", "answers": {"h_1": 0.760, "h_2": 1e-1000000, "h_3": [], "nothing": 5}}\n')
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    done = grade(problem(), [tmp_path / "a.jsonl"], tmp_path / "json")
    assert {id: row["score"] for id, row in book(tmp_path / "json").items()} == {"s1": "7", "s2": "6", "s3": "1"}
    assert done.warnings[-1] == "a.jsonl: nothing is known by `nothing`, so it is passed over"
    assert "0.760" in (tmp_path / "json" / "feedback" / "s3.html").read_text(encoding="utf-8")


def test_a_heading_in_work_takes_no_place_of_another_column(tmp_path: Path) -> None:
    rows = ('s1,"Question 2:\nh_1 = 0.96\nh_2 = 0.99",0.76,0.36,-0.68,\n'
            's2,,0.76,0.36,-0.68,"Twice:\nh_1 = 0.96\nh_2 = 0.99"\n'
            's3,"# twice\nh = [0.96, 0.99]","0.76","0.36","-0.68",\n')
    for columns in ("work,h_1,h_2,h_3,q2", "work,q1 h_1,q1 h_2,q1 h_3,q1"):
        (tmp_path / "a.csv").write_text(f"id,{columns}\n{rows}", encoding="utf-8")
        grade(problem(), tmp_path / "a.csv", tmp_path / columns, workers=1)
        assert {id: row["score"] for id, row in book(tmp_path / columns).items()} == {"s1": "7", "s2": "7", "s3": "7"}


ANSWERS = [
    # the rest of a line -> the work that it is, or what is said of it
    ('"answers": {"h_1": null}', "", ""),
    ('"answers": {"h_1": null, "q3": 0.5}', "Question 3:\nc_1[2] = 0.5\n", ""),
    ('"answers": {"h_1": [0.5, null]}', "h_1 = [0.5, ?]\n", ""),
    ('"answers": null', "", ""),
    ('"work": null', "", ""),
    ('"work": null, "answers": {"h_1": 2}', "h_1 = 2\n", ""),
    ('"work": "Question 3: 1", "answers": {"h_1": 2}', "h_1 = 2\nQuestion 3: 1\n", ""),
    ('"answers": {"h_1": true}', "", "the answer 'h_1' is neither text, a number nor a list"),
    ('"answers": {"h_1": {"b": 1}}', "", "the answer 'h_1' is neither text, a number nor a list"),
    ('"answers": {"h_1": [[[[[[1]]]]]]}', "", "the answer 'h_1' is neither text, a number nor a list"),
    ('"answers": ["h_1", 2]', "", "the `answers` are no places or questions"),
    ('"work": ["h_1 = 2"]', "", "the `work` is no text"),
    ('"work": "h_1 = \\u0000"', "", "a null character"),
]


@pytest.mark.parametrize(("rest", "work", "said"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_what_is_blank_or_odd_in_a_line_of_json_stops_nobody_else(tmp_path: Path, rest: str, work: str, said: str) -> None:
    other = '"work": "h_1 = 2"}\n'
    first, one, last = answered(tmp_path / "a.jsonl", f'{{"id": "a", {other}{{"id": "b", {rest}}}\n{{"id": "c", {other}', json_answers)[0]
    assert (first.text, last.text) == ("h_1 = 2", "h_1 = 2")
    assert (one.parts, one.text) == (("b",), work)
    assert said in one.fault
    assert bool(said) == bool(one.fault)


def test_names_and_ids_that_are_no_unicode_stop_nobody(tmp_path: Path) -> None:
    for name, text in ((b"r\xe9p.csv", b"id,h_1,other\ns1,0.76,1\n"), (b"r\xe9p.jsonl", b'{"id": "s\\ud800", "work": "h_1 = 0.76"}\n')):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path.write_bytes(text)
        done = grade(problem(), path, tmp_path / f"out{path.suffix}", workers=1, roster=Roster((Student("s9", "Ada"),)))
        assert done.unmarked[0].startswith(f"r?p{path.suffix} line ")
        assert "".join(done.warnings).isprintable()


def test_a_table_of_answers_is_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("\ufeffsep=;\n\n id;work\n")
        file.writelines(f's{k};"h_1 = 0.5\n{"x" * 40_000}"\n' for k in range(300))
    assert path.stat().st_size > 12_000_000
    tracemalloc.start()
    try:
        lines = [one.place for one in csv_answers(path, ASKED, False, print)]
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert lines == [f"a.csv line {4 + 2 * k}" for k in range(300)]


STREAMED = [
    # bytes of a table -> where what is wrong is said to be
    (b"id,h_1\r\n1,2\r\n2,\xe92\r\n", "a.csv:3:3: byte 0xe9 isn't UTF-8; save the file as UTF-8\n  2,"),
    (b"id,h_1\n1,0\x002\n", "a.csv:2:4: a null character; this isn't a text file"),
    ("id,h_1\n1,2\n".encode("utf-16") + b"\0", "a.csv:3:1: this isn't UTF-16"),
    (b"\n\nid,h_1\n1,2\n2,\"3\n", "a.csv:5:1: this line isn't CSV"),
    (b"sep=;\nid;h_1\n1;\"2\"3\n", "a.csv:3:1: this line isn't CSV"),
    (b"id,h_1\n1," + b"2" * 2_000_001, "a.csv:2:1: a line of more than 2,000,000 characters"),
    (b"id,h_1\n1,\"" + b"2\n" * 1_100_000, "a.csv:2:1: a cell of more than 2,000,000 characters"),
]


@pytest.mark.parametrize(("data", "said"), STREAMED, ids=[row[1][:40] for row in STREAMED])
def test_what_is_wrong_in_a_stream_is_told_at_its_place(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        list(csv_answers(tmp_path / "a.csv", ASKED, False, print))
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(said)


def test_a_table_in_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id;h_1\r\nü;2\r\n".encode("utf-16"))
    (one,) = csv_answers(tmp_path / "a.csv", ASKED, False, print)
    assert (one.parts, one.text) == (("ü",), "h_1 = 2\n")


def test_the_size_of_a_table_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 1_000)
    (tmp_path / "a.csv").write_text("id,h_1\n" + "1,2\n" * 300, encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.csv: larger than 1,000 bytes, which no file of answers is"):
        list(csv_answers(tmp_path / "a.csv", ASKED, False, print))
    with pytest.raises(UsageError, match=r"b\.csv: there is no such file"):
        list(csv_answers(tmp_path / "b.csv", ASKED, False, print))


def test_work_is_handed_on_piece_by_piece() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        collected = Collected(database)
        collected.gather((Found(f"s{k}", (f"s{k}",), f"{k} " + "x" * 200_000) for k in range(100)), own_name)
        tracemalloc.start()
        try:
            told = [(piece.id, piece.text.split()[0]) for piece in collected.handed()]
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()
    assert sorted(told) == sorted((f"s{k}", str(k)) for k in range(100))


FAULTY = [
    (csv_answers, "", "there are no answers"),
    (csv_answers, "name,h_1\nAda,1\n", "no column `id`"),
    (csv_answers, "id,id,h_1\n1,2,3\n", "several columns `id`"),
    (csv_answers, "id,mail\n1,2\n", "no column is about the problem"),
    (csv_answers, 'id,h_1\n1,2\n2,"3\n', "3:1: this line isn't CSV"),
    (json_answers, '{"id": "a", "work": ""}\n{"id"\n', "2:1: line 2 isn't JSON"),
    (json_answers, '["a"]\n', "line 1 has no id"),
    (json_answers, '{"id": null, "work": "h = 1"}\n', "line 1 has no id"),
    (json_answers, '{"id": "a"}\n', "neither a text of work nor answers"),
    (json_answers, '{"id": "a", "work": ' + "[" * 100_000 + "\n", "line 1 isn't JSON"),
]


@pytest.mark.parametrize(("reading", "text", "said"), FAULTY, ids=[row[2] for row in FAULTY])
def test_a_table_that_cannot_be_read_is_an_error_at_its_line(tmp_path: Path, reading: Any, text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        answered(tmp_path / "a.table", text, reading)
    assert said in str(caught.value)


# -- what isn't work ---


def zipped(entries: dict[str, bytes], kinds: dict[str, int] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (kinds or {}).get(name, stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return out.getvalue()


def tarred(entries: dict[str, bytes], kinds: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in entries.items():
            entry = tarfile.TarInfo(name)
            entry.type = (kinds or {}).get(name, tarfile.REGTYPE)
            entry.size = len(data) if entry.type == tarfile.REGTYPE else 0
            entry.linkname = "/etc/passwd"
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


NAMES = {"s1.md": RIGHT.encode(), "deep/er/s2.md": SLIP.encode(), "../up.md": b"h = 1", "/etc/s4.md": b"h = 1", "C:\\s5.md": b"h = 1",
         "a/../../s6.md": b"h = 1", "__MACOSX/._s1.md": b"\0\0", ".DS_Store": b"\0"}
SAID = {"../up.md": "its name leads out of the archive (it has .. in it)", "/etc/s4.md": "its name leads out of the archive (it begins at the root)",
        "a/../../s6.md": "its name leads out of the archive (it has .. in it)"}
PACKED: list[tuple[str, Callable[[], bytes]]] = [
    ("class.zip", lambda: zipped(NAMES)),
    ("class.tar", lambda: tarred(NAMES)),
    ("class.tar.gz", lambda: gzip.compress(tarred(NAMES))),
    ("class.tar.xz", lambda: lzma.compress(tarred(NAMES))),
    ("class.tar.bz2", lambda: bz2.compress(tarred(NAMES))),
]


@pytest.mark.parametrize(("name", "packed"), PACKED, ids=[row[0] for row in PACKED])
def test_archives_are_read_and_never_unpacked(tmp_path: Path, name: str, packed: Callable[[], bytes]) -> None:
    (tmp_path / name).write_bytes(packed())
    before = tree(tmp_path)
    read = {one.place.removeprefix(f"{name}/"): one for one in found([tmp_path / name])}
    assert tree(tmp_path) == before
    good = {place: one for place, one in read.items() if not one.fault}
    assert {place: (one.parts, one.text) for place, one in good.items()} == {
        "s1.md": (("s1",), RIGHT), "deep/er/s2.md": (("deep", "er", "s2"), SLIP)}
    for place, said in SAID.items():
        assert read[place.lstrip("/")].fault == said
    assert any("s5" in place and one.fault for place, one in read.items())
    assert len(read) == 6


def test_links_and_devices_in_archives_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"s1.md": b"/etc/passwd", "s2.md": b"x"}, {"s1.md": stat.S_IFLNK | 0o777, "s2.md": stat.S_IFIFO}))
    kinds = {"s1.md": tarfile.SYMTYPE, "s2.md": tarfile.CHRTYPE, "s3.md": tarfile.LNKTYPE, "s4.md": tarfile.FIFOTYPE}
    (tmp_path / "b.tar").write_bytes(tarred(dict.fromkeys(kinds, b""), kinds))
    link, device = "a link, which isn't followed; put the file itself there", "a device or pipe and no file"
    assert [one.fault for one in found([tmp_path / "a.zip", tmp_path / "b.tar"])] == [link, device, link, device, link, device]
    assert not any(one.text for one in found([tmp_path / "a.zip", tmp_path / "b.tar"]))


def bomb_entry() -> bytes:
    return zipped({"s1.md": b"h = 1\n" * 4_000_000})


def many_names() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for k in range(60):
            archive.writestr(f"s{k}.md", "")
    return out.getvalue()


def test_bombs_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.zip").write_bytes(bomb_entry())
    (one,) = found([tmp_path / "one.zip"])
    assert one.fault == "larger than 1,000,000 bytes, which no piece of work is"
    # 300 million zeros in 300 kilobytes.
    (tmp_path / "bomb.tar.gz").write_bytes(gzip.compress(tarred({"s1.md": bytes(300_000_000)}), 1))
    with pytest.raises(UsageError, match=r"bomb\.tar\.gz: unpacks to more than \d+ million bytes.*may be a bomb"):
        list(found([tmp_path / "bomb.tar.gz"]))
    # Many entries that are the same bytes of the archive.
    data = b"h_1 = 0.5 " * 99_000
    (tmp_path / "many.zip").write_bytes(zipped({f"s{k}.md": data for k in range(220)}))
    with pytest.raises(UsageError, match="may be a bomb"):
        list(found([tmp_path / "many.zip"]))
    monkeypatch.setattr(archives, "MOST_ENTRIES", 50)
    (tmp_path / "names.zip").write_bytes(many_names())
    with pytest.raises(UsageError, match="more than 50 entries"):
        list(found([tmp_path / "names.zip"]))


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tar.bz2"])
def test_a_damaged_archive_is_an_error(tmp_path: Path, name: str) -> None:
    whole = (zipped if name == "a.zip" else tarred)({"s1.md": os.urandom(50_000), "s2.md": os.urandom(50_000)})
    pack: Any = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}.get(Path(name).suffix, bytes)
    for broken in (b"", b"nonsense" * 200, pack(whole)[: len(whole) // 2]):
        (tmp_path / name).write_bytes(broken)
        with pytest.raises(UsageError, match="can't be unpacked; it is damaged, or no archive of this kind"):
            list(found([tmp_path / name]))


NOT_WORK: list[tuple[str, bytes, str]] = [
    ("s1.md", b"h = 1\n" * 2_000_000, "larger than 1,000,000 bytes, which no piece of work is"),
    ("s1.pdf", b"%PDF-1.7 ...", "a PDF; work is text"),
    ("s1.docx", b"PK\x03\x04....", "an archive or office document; work is text"),
    ("s1.bin", bytes(range(256)), "byte 0x80 isn't UTF-8; save the file as UTF-8"),
    ("s1.txt", "h = ½".encode("latin-1"), "byte 0xbd isn't UTF-8; save the file as UTF-8"),
    ("s1.txt", b"h_1 = 0\0.5\n", "line 1: a null character; this isn't a text file"),
]


@pytest.mark.parametrize(("name", "data", "said"), NOT_WORK, ids=["10 MB", "PDF", "docx", "binary", "Latin-1", "null"])
def test_what_is_no_text_is_named_and_holds_up_nobody(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    done, rows = marked(tmp_path, {name: data, "s2.md": RIGHT})
    assert rows["s2"]["score"] == "7"
    assert rows["s1"]["note"].startswith(f"not marked: work/{name}: ")
    assert said in rows["s1"]["note"]
    assert said in (tmp_path / "out" / "report.md").read_text(encoding="utf-8").replace("\\", "")
    assert (done.marked, done.unmarked_count) == (1, 1)
    assert sorted(path.name for path in (tmp_path / "out" / "feedback").iterdir()) == ["s2.html"]


def test_two_pieces_of_one_student_are_named_and_not_marked(tmp_path: Path) -> None:
    _, rows = marked(tmp_path, {"s1.md": RIGHT, "s1.txt": RIGHT, "s2.md": RIGHT})
    assert rows["s1"]["note"] == "not marked: several pieces of work, of which one is wanted: work/s1.md, work/s1.txt"
    assert (rows["s1"]["score"], rows["s2"]["score"]) == ("", "7")
    (tmp_path / "a.csv").write_text("id,h\ns1,1\ns2,1\ns1,2\n", encoding="utf-8")
    grade(problem(), tmp_path / "a.csv", tmp_path / "table")
    assert book(tmp_path / "table")["s1"]["note"].endswith("one is wanted: a.csv line 2, a.csv line 4")


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    work = write(tmp_path / "work", {"s1.md": RIGHT})
    (tmp_path / "secret.md").write_text(RIGHT, encoding="utf-8")
    (work / "s2.md").symlink_to(tmp_path / "secret.md")
    (work / "up").symlink_to(tmp_path)
    os.mkfifo(work / "s3.md")
    read = {one.place: one.fault for one in found([work])}
    link = "a link, which isn't followed; put the file itself there"
    assert read == {"work/s1.md": "", "work/s2.md": link, "work/up": link, "work/s3.md": "a device or pipe and no file"}


def test_formulas_and_direction_marks_do_no_harm(tmp_path: Path) -> None:
    them = Roster((Student("=1+1", "@SUM(A1)"), Student("+cmd", "x\u202ey"), Student("-2", "<b>&")))
    files = {f"{name}.md": SLIP for name in file_names(["=1+1", "+cmd", "-2"]).values()}
    marked(tmp_path, files, roster=them)
    lines = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["'=1+1", "'@SUM(A1)"], ["'+cmd", "x\u202ey"], ["-2", "<b>&"]]


def test_markup_in_work_is_text_on_every_page(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> h_1 = (<img src=x onerror=alert(1)>\nh_2 = `]](javascript:alert(1))`\n| a |\n"
    marked(tmp_path, {"s1.md": evil, "<b>.md": evil})
    for page in [*(tmp_path / "out" / "feedback").iterdir(), tmp_path / "out" / "report.html"]:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "<img" not in text
    # In Markdown it stands between backticks.
    for line in (tmp_path / "out" / "report.md").read_text(encoding="utf-8").splitlines():
        assert "<script" not in re.sub(r"(`+).*?\1", "", line)


def test_nothing_at_all_to_mark(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with pytest.raises(SymlstmError, match="nothing was handed in"):
        grade(problem(), [tmp_path / "work"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    done = grade(problem(), [tmp_path / "work"], tmp_path / "out", roster=Roster((Student("s1", "Ada"),)))
    assert (done.marked, book(tmp_path / "out")["s1"]["note"]) == (0, "nothing handed in")
    assert "1 student: nobody handed in anything" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8").replace("*", "")


def test_the_problem_is_read_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no question 3"):
        grade(problem(), [tmp_path], tmp_path / "out", question=3)
    with pytest.raises(UsageError, match="there is no format"):
        grade(problem(), [tmp_path], tmp_path / "out", to="pdf")  # type: ignore[arg-type]
    for text, said in (("", "no index of a handout"), ('{"format": "x"', "no index of a handout")):
        (tmp_path / "index.json").write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=said):
            grade(problem(), [tmp_path], tmp_path / "out", index=tmp_path / "index.json")
    assert not (tmp_path / "out").exists()
