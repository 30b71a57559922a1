"""The README: what it says to type is typed here, and what it says is printed is printed.

The two set-up lines are run by `.ci/run`, which takes them from the README; here it is held that it can.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from symlstm.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(marker: str) -> list[str]:
    """The lines of the block after a marker."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", README, re.S)
    assert found is not None
    return found[1].splitlines()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the reports and the README's problem in it, as the working directory."""
    (tmp_path / "reports").symlink_to(ROOT / "reports")
    problem = re.search(r"````markdown\n(.*?)````", README, re.S)
    assert problem is not None
    (tmp_path / "two-steps.md").write_text(problem[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> None:
    """Run `symlstm ...`; a clean end is exit code 0."""
    program, *arguments = shlex.split(command)
    assert Path(program).name == "symlstm"
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 0


@pytest.mark.parametrize("command", [*commands("commands"), "symlstm solve two-steps.md"])
def test_a_command(command: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if command.startswith("symlstm"):
        run(command)
        assert not capsys.readouterr().err


def test_every_command_in_the_text_is_run() -> None:
    said = set(re.findall(r"`(symlstm [^`<]+)`", README))
    assert said == {"symlstm solve two-steps.md", "symlstm lint", "symlstm check", "symlstm solve", "symlstm grade", "symlstm export"}


def test_what_is_said_to_be_printed_is(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("symlstm solve two-steps.md")
    out = capsys.readouterr().out.splitlines()
    found = re.search(r"<!-- printed -->\n```markdown\n(.*?)```", README, re.S)
    assert found is not None
    places = [out.index(line) for line in found[1].splitlines()]
    assert places == sorted(places)


def test_the_work_is_checked_as_it_is_said(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work, checked = (re.search(rf"<!-- {marker} -->\n```text\n(.*?)```", README, re.S) for marker in ("work", "checked"))
    assert work is not None and checked is not None
    (checkout / "work.txt").write_text(work[1], encoding="utf-8")
    (command,) = commands("check")
    assert main(shlex.split(command)[1:]) == 1
    assert checked[1] in capsys.readouterr().out


def test_the_unit_is_analysed_as_it_is_said(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unit = re.search(r"<!-- unit -->\n````markdown\n(.*?)````", README, re.S)
    assert unit is not None
    (checkout / "turn-over.md").write_text(unit[1], encoding="utf-8")
    printed = []
    for command in commands("analyse"):
        run(command)
        printed.append(capsys.readouterr().out)
    for said in re.findall(r"<!-- analysed -->\n```text\n(.*?)```", README, re.S):
        assert said in printed[0]
    assert (checkout / "turn-over.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_lint_says_what_it_is_said_to(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = commands("lint")
    linted = re.search(r"<!-- linted -->\n```text\n(.*?)```", README, re.S)
    assert linted is not None
    assert main(shlex.split(command)[1:]) == 1
    assert capsys.readouterr().out.startswith(linted[1])


def test_the_class_gets_its_sheets(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = re.search(r"<!-- varied -->\n````markdown\n(.*?)````", README, re.S)
    class_ = re.search(r"<!-- roster -->\n```text\n(.*?)```", README, re.S)
    assert problem is not None and class_ is not None
    (checkout / "class.md").write_text(problem[1], encoding="utf-8")
    (checkout / "class.csv").write_text(class_[1], encoding="utf-8")
    for command in commands("teach"):
        run(command)
    assert sorted(path.name for path in (checkout / "variants").glob("*.md")) == ["class-001.md", "class-002.md", "class-003.md"]
    for folder, to in (("printed", "pdf"), ("half-filled", "html")):
        for kind in ("sheets", "keys"):
            assert sorted(path.name for path in (checkout / folder / kind).iterdir()) == [f"s0{k}.{to}" for k in (1, 2, 3)]
    assert len(list((checkout / "half-filled" / "problems").iterdir())) == 3


def test_the_class_is_marked_and_exported(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in commands("grade"):
        run(command)
    assert (checkout / "marked" / "grades.csv").read_bytes() == (ROOT / "reports" / "class" / "grades.csv").read_bytes()
    problem = re.search(r"<!-- varied -->\n````markdown\n(.*?)````", README, re.S)
    assert problem is not None
    (checkout / "class.md").write_text(problem[1], encoding="utf-8")
    for command in commands("export"):
        run(command)
    for name in ("open-edx/library.tar.gz", "moodle/class.xml", "jupyter/source/class/class.ipynb", "prairielearn/class/question.html"):
        assert (checkout / name).stat().st_size, name


def test_the_set_up_lines(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solve, test = commands("set-up")
    assert test.endswith(" && .venv/bin/pytest")
    run(solve.rpartition(" && ")[2])
    assert "# LSTM states" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_ci_takes_the_set_up_lines_from_here() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extract = re.search(r"< <\((sed .*)\)\n", script)
    assert extract is not None
    out = subprocess.run(["bash", "-c", extract[1]], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert out.splitlines() == commands("set-up")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_installers_find_the_command(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipx, uvx = commands("installers")
    assert pipx == "pipx install ."
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"symlstm": "symlstm.cli:main"}
    assert uvx.startswith("uvx --from . ")
    run(uvx.removeprefix("uvx --from . "))
    assert "# LSTM states" in capsys.readouterr().out


def test_the_development_commands_name_what_exists() -> None:
    # The first runs for minutes, the second writes into the checkout; both are what they are elsewhere run as.
    assert commands("development") == ["pytest -n 0 tests/benchmarks --benchmark-only", "python reports/regenerate.py"]
    assert (ROOT / "tests" / "benchmarks").is_dir()
    assert (ROOT / "reports" / "regenerate.py").is_file()


def test_python(checkout: Path) -> None:
    snippets = re.findall(r"```python\n(.*?)```", README, re.S)
    assert snippets
    for number, snippet in enumerate(snippets):
        example = doctest.DocTestParser().get_doctest(snippet, {}, f"snippet {number}", "README.md", None)
        assert example.examples
        assert doctest.DocTestRunner().run(example).failed == 0


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
