"""Write every report anew: `python reports/regenerate.py`, and with `--picture` the README's picture too.

In: the problem documents of this folder, and pieces of students' work beside some. Out: a solution beside each problem and, where it
asks what a state carries, an analysis, as Markdown, LaTeX and HTML; feedback beside each work, as Markdown, HTML and text. What they
say is decided elsewhere; only symlstm's public functions are used.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import symlstm

REPORTS = Path(__file__).resolve().parent
FORMATS = ("md", "tex", "html")
FEEDBACK = {".md": "md", ".html": "html", ".txt": "text"}
"""From a feedback's extension to its format."""
PICTURED = REPORTS / "lstm-states" / "solution.html"
PICTURE = PICTURED.with_suffix(".png")
WIDTH, HEIGHT = 860, 1206
"""Size of the picture in CSS pixels."""
SOLUTION_ONLY = "<style>:has(~ #solution) { display: none }</style></head>"


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


def main() -> None:
    """Write the solutions, the analyses and the feedback, and the picture where it is asked for."""
    parser = argparse.ArgumentParser(description="Write the solutions and the feedback of every report anew.")
    parser.add_argument("--picture", action="store_true", help="take the README's picture with headless Chromium as well")
    options = parser.parse_args()
    for path, text in chain(solutions(), analyses(), feedback()):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(REPORTS.parent))
    if options.picture:
        _take_picture()
        print(PICTURE.relative_to(REPORTS.parent))


def _take_picture() -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("the picture needs Chromium, which isn't installed")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "solution.html")
        page.write_text(PICTURED.read_text(encoding="utf-8").replace("</head>", SOLUTION_ONLY, 1), encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--force-device-scale-factor=1.1",
             f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={PICTURE}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )


if __name__ == "__main__":
    main()
