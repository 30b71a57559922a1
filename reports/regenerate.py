"""Write every report anew: `python reports/regenerate.py`, and with `--picture` the README's pictures too.

In: the problem documents of this folder, and pieces of students' work beside some. Out: a solution beside each problem and, where it
asks what a state carries, an analysis, as Markdown, LaTeX and HTML; feedback beside each work, as Markdown, HTML and text; what lint
finds beside the problems of the four documents; sheets and variants in `handout`; a marked class in `class`; `lstm-states` for learning
platforms in `exports`. What they say is decided elsewhere; only symlstm's public functions are used.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

import symlstm
from symlstm.errors import Source

REPORTS = Path(__file__).resolve().parent
FORMATS = ("md", "tex", "html")
FEEDBACK = {".md": "md", ".html": "html", ".txt": "text"}
"""From a feedback's extension to its format."""
LINTED = ("lstm-states", "lstm-states-saturated", "gating", "gating-unit", "lstm-block")
"""The problems of the four documents that the project came from."""
CLASS = REPORTS / "handout" / "lstm-states-varied.md"
CLASS_PROBLEM = REPORTS / "class" / "two-units.md"
MARKED = ("grades.csv", "report.html", "report.md", "report-scores.svg", "report-slips.svg", "feedback/s06.html")
"""What is shown of a marked class: the grade book, the report, and one of the pages of feedback."""
EXPORTED = ("olx", "moodle", "notebook", "prairielearn")
SHEET_FORMATS: tuple[Literal["pdf", "html"], ...] = ("pdf", "html")
@dataclass(frozen=True)
class Picture:
    """A picture for the README: of which page, what of it is hidden, and its size in CSS pixels."""

    page: Path
    width: int
    height: int
    hidden: str = ""
    """A CSS selector."""


PICTURES = (
    Picture(REPORTS / "lstm-states" / "solution.html", 860, 1206, ":has(~ #solution)"),
    Picture(REPORTS / "lstm-block" / "feedback.html", 860, 640),
    Picture(REPORTS / "lstm-states" / "analysis.html", 860, 760),
    Picture(REPORTS / "handout" / "half.html", 860, 1560),
    Picture(REPORTS / "class" / "report.html", 860, 900),
)


def solutions() -> Iterator[tuple[Path, str]]:
    """The path and the text of every solution."""
    for problem in sorted(REPORTS.glob("*/problem.md")):
        solution = symlstm.solve(symlstm.read(problem))
        for format in FORMATS:
            yield problem.with_name(f"solution.{format}"), solution.to(format)


def feedback() -> Iterator[tuple[Path, str]]:
    """The path and the text of the feedback on every piece of work: `work-list.md` has `feedback-list.md`."""
    for work in sorted(REPORTS.glob("*/work*.md")):
        found = symlstm.check(symlstm.read(work.with_name("problem.md")), work)
        for extension, format in FEEDBACK.items():
            yield work.with_name(work.stem.replace("work", "feedback", 1) + extension), found.to(format)


def analyses() -> Iterator[tuple[Path, str]]:
    """The path and the text of the analysis of every problem that asks what is carried, and its state diagram where it has one."""
    for problem in sorted(REPORTS.glob("*/problem.md")):
        if "\ncarried:" in problem.read_text(encoding="utf-8"):
            analysis = symlstm.analyse(symlstm.read(problem))
            for format in FORMATS:
                yield problem.with_name(f"analysis.{format}"), analysis.to(format)
            if getattr(analysis.findings, "machine", None) is not None:
                yield problem.with_name("diagram.svg"), analysis.to("svg")


def findings() -> Iterator[tuple[Path, str]]:
    """The path and the text of what lint finds in the problems of the four documents."""
    for name in LINTED:
        problem = REPORTS / name / "problem.md"
        # As if it stood in the working directory, so that the text is the same everywhere.
        text = problem.read_text(encoding="utf-8")
        yield problem.with_name("lint.txt"), symlstm.lint(replace(symlstm.read(text), source=Source(problem.name, text))).to("text")


def sheets() -> Iterator[tuple[Path, bytes]]:
    """The path and the bytes of a handout's sheet, blank, half filled and as its key, and of three variants."""
    problem = symlstm.read(CLASS)
    with tempfile.TemporaryDirectory() as folder:
        for format in SHEET_FORMATS:
            for form in ("blank", "half"):
                out = Path(folder, f"{form}-{format}")
                symlstm.handout([problem], out, to=format, grid=form)
                yield CLASS.with_name(f"{form}.{format}"), (out / "sheets" / f"worksheet.{format}").read_bytes()
            yield CLASS.with_name(f"key.{format}"), (out / "keys" / f"key.{format}").read_bytes()
    for variant in symlstm.vary(problem, 3, "2026"):
        yield CLASS.with_name(f"variant-{variant.key}.md"), variant.text.encode()


def marked_class() -> Iterator[tuple[Path, bytes]]:
    """The path and the bytes of a class that never was: the problem, each student's work, and what marking them comes to."""
    from class_work import document, works

    yield CLASS_PROBLEM, document().encode()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        for name, text in works():
            (work / name).write_text(text, encoding="utf-8", newline="\n")
            yield CLASS_PROBLEM.with_name("work") / name, text.encode()
        symlstm.grade(symlstm.read(document()), [work], Path(folder, "marked"))
        for name in MARKED:
            yield CLASS_PROBLEM.with_name(Path(name).name), Path(folder, "marked", name).read_bytes()


def exports() -> Iterator[tuple[Path, bytes]]:
    """The path and the bytes of an export of each kind."""
    problem = symlstm.read(REPORTS / "lstm-states" / "problem.md")
    for to in EXPORTED:
        with tempfile.TemporaryDirectory() as folder:
            for name in symlstm.export(problem, to, Path(folder)).files:
                yield REPORTS / "exports" / to / name, Path(folder, name).read_bytes()


def main() -> None:
    """Write the solutions, the analyses, the feedback and the rest, and the pictures where they are asked for."""
    parser = argparse.ArgumentParser(description="Write the solutions and the feedback of every report anew.")
    parser.add_argument("--picture", action="store_true", help="take the README's pictures with headless Chromium as well")
    options = parser.parse_args()
    for path, text in chain(solutions(), analyses(), feedback(), findings()):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(REPORTS.parent))
    for path, data in chain(sheets(), marked_class(), exports()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(path.relative_to(REPORTS.parent))
    for picture in PICTURES if options.picture else ():
        print(_taken(picture).relative_to(REPORTS.parent))


def _taken(picture: Picture) -> Path:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("the pictures need Chromium, which isn't installed")
    path = picture.page.with_suffix(".png")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        hidden = f"<style>{picture.hidden} {{ display: none }}</style></head>" if picture.hidden else "</head>"
        page.write_text(picture.page.read_text(encoding="utf-8").replace("</head>", hidden, 1), encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--force-device-scale-factor=1.1",
             f"--window-size={picture.width},{picture.height}", f"--screenshot={path}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )
    return path


if __name__ == "__main__":
    main()
