"""The commands of staff: `symlstm lint`, `vary`, `handout` (section 7 of the design). Arguments in, exit code out."""

from __future__ import annotations

import sys

from symlstm.teaching.marking.command import add_grade
from symlstm.teaching.workers.options import add_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


# What a command needs is imported when it runs, so that --help starts at once.

SHEET_FORMATS = ("pdf", "html", "tex", "md")
FORMS = ("blank", "half", "full")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three commands to those of the command line."""
    lint = commands.add_parser(
        "lint", help="find what is ambiguous or fragile about a problem",
        description="Find what is ambiguous or fragile about a problem before students do: each finding with its place, why it "
                    "matters and what to write.",
        epilog="exit codes: 0 nothing found; 1 findings, errors of the document included; 2 a file that can't be read")
    lint.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown; - for standard input")
    lint.add_argument("--to", choices=("text", "json"), default="text", help="format (default: %(default)s)")
    lint.set_defaults(run=_lint)
    vary = commands.add_parser(
        "vary", help="write variants of a problem, each a problem document",
        description="Write variants of a problem that has `vary:` in its front matter: other numbers in the same words, with other "
                    "answers and the same difficulty.")
    vary.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown")
    vary.add_argument("-n", type=int, required=True, metavar="N", help="how many")
    vary.add_argument("--seed", required=True, metavar="S", help="any text; the same seed gives the same variants everywhere")
    vary.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to write to")
    add_options(vary)
    vary.set_defaults(run=_vary)
    handout = commands.add_parser(
        "handout", help="write worksheets and keys for a class",
        description="Write worksheets, keys and an index for a class; who has a problem with `vary:` gets numbers of their own. The "
                    "same command goes on where it was interrupted.",
        epilog="exit codes: 0 done; 1 an author's answer is wrong, the sheets are written all the same; 2 unusable input or usage")
    handout.add_argument("problems", metavar="PROBLEM", nargs="+", help="problem documents in Markdown")
    handout.add_argument("--roster", metavar="CSV", help="who gets a sheet: a CSV file with the columns id and name, and any more")
    handout.add_argument("--seed", metavar="S",
                         help="any text; the same seed gives the same sheets everywhere (default with a roster: 1)")
    handout.add_argument("--to", choices=SHEET_FORMATS, default="pdf", help="format of the sheets (default: %(default)s)")
    handout.add_argument("--grid", choices=FORMS, nargs="?", const="blank", default=None,
                         help="add a grid for the ladder, [W | b] beside [h; x; 1], blank (default), with the gates filled, or full")
    handout.add_argument("--detail", choices=("brief", "standard", "full"), default="standard",
                         help="how much of the way a key shows (default: %(default)s)")
    handout.add_argument("--students", action="store_true",
                         help="write the problem documents without answers too, for students to run `symlstm check`")
    handout.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to write to")
    add_options(handout)
    handout.set_defaults(run=_handout)
    add_grade(commands)


def _lint(options: argparse.Namespace) -> int:
    import shutil
    from pathlib import Path

    from symlstm.model.files import read_source
    from symlstm.teaching.lint.report import lint_source

    report = lint_source(read_source(Path(options.problem)))
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(report.to(options.to, width=min(100, shutil.get_terminal_size((80, 24)).columns)))
    return 0 if report.clean else 1


def _vary(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.pipelines import read
    from symlstm.teaching.progress import Bar, warn
    from symlstm.teaching.variants.variants import write_variants
    from symlstm.teaching.workers.cluster import executor_of

    problem = read(Path(options.problem))
    with executor_of(options.scheduler) as executor, Bar("variants") as progress:
        written = write_variants(problem, options.n, options.seed, Path(options.output), executor=executor, workers=options.workers,
                                 progress=progress)
    warn(written.warnings)
    return 0


def _handout(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.pipelines import read
    from symlstm.teaching.handouts.handout import handout
    from symlstm.teaching.handouts.roster import read_roster
    from symlstm.teaching.progress import Bar, warn
    from symlstm.teaching.workers.cluster import executor_of

    problems = [read(Path(name)) for name in options.problems]
    roster = None if options.roster is None else read_roster(Path(options.roster))
    with executor_of(options.scheduler) as executor, Bar("students") as progress:
        done = handout(problems, Path(options.output), roster=roster, seed=options.seed, to=options.to, grid=options.grid,
                       detail=options.detail, documents=options.students, executor=executor, workers=options.workers,
                       progress=progress)
    warn(done.warnings)
    return 0 if done.agrees else 1
