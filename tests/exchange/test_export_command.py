"""`symlstm export`: what it writes, what it tells, and what it leaves alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from exported_documents import UNIT

import symlstm
from symlstm.cli import main
from symlstm.exchange.command import EXPORT_FORMATS
from symlstm.exchange.export import MODULES, export, packed
from symlstm.exchange.gathering import gathered
from symlstm.exchange.package import MANIFEST


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    path = tmp_path / "unit.md"
    path.write_text(UNIT)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def exported(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder).items() if name != MANIFEST}


def test_the_command_knows_every_format() -> None:
    assert tuple(MODULES) == EXPORT_FORMATS


@pytest.mark.parametrize("options", [[], ["-n", "2"], ["-n", "2", "--seed", "spring"]], ids=" ".join)
@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_the_package_is_written_and_the_same_again(to: str, options: list[str], unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = dict(zip(options[::2], options[1::2], strict=True))
    collection = gathered(symlstm.read(unit), int(asked["-n"]) if asked else None, asked.get("--seed"))
    package = packed(collection, to)
    for _ in range(2):
        assert main(["export", str(unit), "--to", to, *options, "-o", str(tmp_path / "out")]) == 0
        said = capsys.readouterr()
        told = [line.removeprefix("warning: ") for line in said.err.splitlines() if line.startswith("warning: ")]
        assert told == list(dict.fromkeys((*collection.warnings, *package.warnings)))
        assert any("Question 2" in line for line in told), "no format marks an answer in words"
        assert not said.out
        assert exported(tmp_path / "out") == package.files
    assert {path.name for path in tmp_path.iterdir()} == {"unit.md", "out"}


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_other_variants_take_the_place_of_earlier_ones(to: str, unit: Path, tmp_path: Path) -> None:
    problem, folder = symlstm.read(unit), tmp_path / "out"
    found = []
    for n, seed in ((3, "1"), (1, "1"), (3, "2"), (3, "1")):
        done = export(problem, to, folder, n=n, seed=seed)
        assert set(done.files) == set(exported(folder))
        found.append(exported(folder))
    assert found[0] == found[3]
    assert len({tuple(files.items()) for files in found}) == 3


def test_variants_are_drawn_from_1_where_no_seed_is_given(unit: Path, tmp_path: Path) -> None:
    for name, options in (("a", ["-n", "2"]), ("b", ["-n", "2", "--seed", "1"])):
        main(["export", str(unit), "--to", "notebook", *options, "-o", str(tmp_path / name)])
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_problem_may_come_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(UNIT.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["export", "-", "--to", "notebook", "-o", str(tmp_path / "out")]) == 0
    assert "source/two-steps-of-a-small-unit/two-steps-of-a-small-unit.ipynb" in contents(tmp_path / "out")


def text(name: str, content: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    return prepare


def nothing(folder: Path) -> None:
    pass


@pytest.mark.parametrize(("prepare", "options", "said"), [
    (nothing, ["unit.md", "--to", "notebook", "-n", "0", "-o", "out"], "from 1 to 1,000 variants can be exported"),
    (nothing, ["unit.md", "--to", "notebook", "-n", "1001", "-o", "out"], "from 1 to 1,000 variants can be exported"),
    (nothing, ["unit.md", "--to", "notebook", "-n", "500", "-o", "out"], "variants"),
    (nothing, ["none.md", "--to", "notebook", "-o", "out"], "none.md"),
    (text("fixed.md", UNIT.replace("vary:\n  w: [0.25, 0.5, 0.75]\n  u: [0.5, 0.75, 1, 1.25]\n", "")),
     ["fixed.md", "--to", "notebook", "-n", "2", "-o", "out"], "vary"),
    (text("bad.md", UNIT.replace("find: h", "find: z")), ["bad.md", "--to", "notebook", "-o", "out"], "bad.md:15:7: "),
    (text("wide.md", UNIT.replace("u x_t", "u y_t")), ["wide.md", "--to", "notebook", "-o", "out"], "wide.md:"),
    (text("out", "a file"), ["unit.md", "--to", "notebook", "-o", "out"], "out"),
    (text("out", "a file"), ["unit.md", "--to", "notebook", "-o", "out/deeper"], "out"),
    (text("out/README-unit.md", "mine"), ["unit.md", "--to", "notebook", "-o", "out"], "README-unit.md: stands there already"),
    (text("out/worked", "mine"), ["unit.md", "--to", "notebook", "-o", "out"], "out/worked: file exists"),
    (text("out/export.json", "{}"), ["unit.md", "--to", "notebook", "-o", "out"], "export.json: stands there already"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_what_can_t_be_done_is_said_and_leaves_everything_as_it_was(
    prepare: Callable[[Path], None], options: list[str], said: str, unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    before = contents(tmp_path)
    assert main(["export", *options]) == 2
    assert said in capsys.readouterr().err
    assert contents(tmp_path) == before


@pytest.mark.parametrize("options", [["--to", "scorm", "-o", "out"], ["--to", "notebook"], ["-o", "out"], ["--to", "olx", "-n", "two", "-o", "out"]],
                         ids=" ".join)
def test_usage_is_told(options: list[str], unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["export", str(unit), *options])
    assert left.value.code == 2
    assert "usage: symlstm export" in capsys.readouterr().err


def test_an_unknown_format_is_an_error_in_python_too(unit: Path, tmp_path: Path) -> None:
    with pytest.raises(symlstm.UsageError, match="there is no format 'scorm'"):
        export(symlstm.read(unit), "scorm", tmp_path)


def test_an_edited_file_is_not_written_over(unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(unit), "--to", "notebook", "-o", str(tmp_path / "out")]
    assert main(command) == 0
    edited = tmp_path / "out" / "source" / "unit" / "unit.ipynb"
    edited.write_text("edited")
    unit.write_text(UNIT.replace("[1, 0.5]", "[1, 2]"))
    before = contents(tmp_path)
    assert main(command) == 2
    assert "unit.ipynb: stands there already and is of no earlier export, or was changed since" in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_a_link_out_of_the_folder_is_not_followed(unit: Path, tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    folder.mkdir()
    (folder / "source").symlink_to(outside)
    assert main(["export", str(unit), "--to", "notebook", "-o", str(folder)]) == 2
    assert not list(outside.iterdir())


def test_a_disk_that_is_full_is_told(unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert main(["export", str(unit), "--to", "notebook", "-o", str(tmp_path / "out")]) == 2
    assert "no space left on device" in capsys.readouterr().err.lower()
    assert not contents(tmp_path / "out")
