"""Rosters: every way of writing one, and every fault with the line it is in; names that no file system or spreadsheet misreads."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symlstm.errors import DocumentError, Source
from symlstm.teaching.csv_cells import csv_line, neutral
from symlstm.teaching.handouts.file_names import file_names
from symlstm.teaching.handouts.roster import Student, roster


@pytest.mark.parametrize(("text", "students"), [
    ("id,name\n1,Ada\n2,Bo\n", [Student("1", "Ada"), Student("2", "Bo")]),
    ("\ufeffid;name\r\n1;Ada\r\n", [Student("1", "Ada")]),
    ("ID\tName\n1\tAda, B.\n", [Student("1", "Ada, B.")]),
    ("name,id,group\n\"Lovelace, Ada\",7,b\n\n", [Student("7", "Lovelace, Ada", ("b",))]),
    ("id,name\n1,\n", [Student("1", "")]),
    ("id,name\n 1 ,  Ada\tB \n", [Student("1", "Ada B")]),
    ("id,name\n1,שלום עולם\n2,محمد\n3,山田\n", [Student("1", "שלום עולם"), Student("2", "محمد"), Student("3", "山田")]),
    ("id,name\n1,evil\u202ename\n", [Student("1", "evil name")]),
    ('id,name\n1,"Ada\nLovelace"\n2,Bo\n', [Student("1", "Ada Lovelace"), Student("2", "Bo")]),
    ("sep=;\nid;name\n1;Ada\n", [Student("1", "Ada")]),
    ("id,name\n=1+1,@x\n", [Student("=1+1", "@x")]),
])
def test_rosters(text: str, students: list[Student]) -> None:
    assert list(roster(Source("r.csv", text.replace("\r\n", "\n").removeprefix("\ufeff"))).students) == students


@pytest.mark.parametrize(("text", "line", "said"), [
    ("", 1, "empty"),
    ("name\nAda\n", 1, "no column `id`"),
    ("id\n1\n", 1, "no column `name`"),
    ("id,id,name\n1,2,Ada\n", 1, "several columns `id`"),
    ("id,name\n", 1, "names nobody"),
    ("id,name\n1,Ada\n,Bo\n", 3, "the id is missing"),
    ("id,name\n1,Ada\n,Bo\n,Cy\n3,Di\n,Ed\n", 3, "the same in lines 4, 6"),
    ("id,name\n1,Ada\n2,Bo\n1,Cy\n", 4, "stands in line 2 already"),
    ("id,name\n1,Ada\n,Bo\n1,Cy\n", 3, "other faults in line 4"),
    ("id,name\n1,Ada,x\n", 2, "more cells"),
    ('id,name\n1,"Ada\n2,Bo\n', 2, "quotation mark"),
    ("id,name\n" + "x" * 400 + ",Ada\n", 2, "more than 300"),
    ('id,name\n1,"A\nB"\n,C\n', 4, "the id is missing"),
    ("sep=;\nid;name\n;Ada\n", 3, "the id is missing"),
])
def test_faults_name_their_line(text: str, line: int, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        roster(Source("r.csv", text))
    assert said in caught.value.message
    assert caught.value.line == line


def test_ten_thousand_rows_with_faults_are_told_at_once() -> None:
    text = "id,name\n" + "".join(f"{'' if k % 1000 == 0 else k},N{k}\n" for k in range(10_000))
    with pytest.raises(DocumentError, match=r"the same in lines .* and 1 more"):
        roster(Source("r.csv", text))


@pytest.mark.parametrize("id", ["../../etc/passwd", "a/b", "a\\b", ".", "..", "con", "NUL.txt", "a b", "-rf", '"', "'", "=1+1", "x" * 200,
                                "مح", "a\u202eb", "%2e%2e", "x.md", "\U00020000" * 61, "~", "$HOME", "a;b", "*", ""])
def test_no_id_leaves_its_folder(id: str) -> None:
    name = file_names([id])[id]
    assert name
    assert not set(name) & set('/\\:*?"<>|;$ \n\0~')
    assert not name.endswith((".md", ".pdf", ".html", ".tex"))
    assert name[0] not in ".-"
    assert len(name.encode()) < 100


@given(st.lists(st.text(max_size=12), unique=True, max_size=30))
def test_names_differ_however_a_file_system_compares_them(ids: list[str]) -> None:
    names = file_names(ids)
    assert len({name.casefold() for name in names.values()}) == len(ids)


def test_a_semicolon_begins_no_cell() -> None:
    assert csv_line(["a;=HYPERLINK(1)", "b"]) == '"a;=HYPERLINK(1)","b"\r\n'


def test_a_name_stays_when_others_come() -> None:
    assert file_names(["a1"])["a1"] == file_names(["a1", "b2", "../x"])["a1"] == "a1"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=10), min_size=1, max_size=5))
def test_cells_come_back_and_start_no_formula(cells: list[str]) -> None:
    back = next(csv.reader(io.StringIO(csv_line(cells), newline="")))
    assert len(back) == len(cells)
    for cell, read in zip(cells, back, strict=True):
        assert read in (cell, "'" + cell)
        assert not read.startswith(("=", "@", "\t", "\r")) and (not read.startswith(("+", "-")) or neutral(cell) == cell)
