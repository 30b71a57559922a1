"""The command `symlstm grade`: arguments in, exit code out."""

from __future__ import annotations

import sys

from symlstm.teaching.workers.options import add_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

# What the command needs is imported when it runs, so that --help starts at once.

PAGE_FORMATS = ("html", "md", "text")


def add_grade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the command line."""
    grade = commands.add_parser(
        "grade", help="mark the work of a whole class",
        description="Mark the work of a whole class: a grade book, a page of feedback a student, and a report on the class. The "
                    "same command goes on where it was interrupted, and judges only what is new or has changed.",
        epilog="exit codes: 0 done; 1 done, but some work wasn't marked; 2 unusable input or usage")
    grade.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown")
    grade.add_argument("work", metavar="WORK", nargs="+",
                       help="folders, archives (zip, tar) or files of work, one file a student; or tables of answers: CSV with a "
                            "column id, or JSON Lines (.jsonl)")
    grade.add_argument("--roster", metavar="CSV", help="who is in the class: a CSV file with the columns id and name, and any more")
    grade.add_argument("--index", metavar="INDEX", help="the index.json of a handout: each is judged against their own numbers")
    grade.add_argument("--question", type=int, metavar="N", help="the question that the work is about, unless it says so itself")
    grade.add_argument("--decimal", choices=("point", "comma"), default="point", help="what stands before decimals in the work")
    grade.add_argument("--reveal", action="store_true", help="say on the pages what each line that isn't right should be")
    grade.add_argument("--to", choices=PAGE_FORMATS, default="html", help="format of the students' pages (default: %(default)s)")
    grade.add_argument("--mended", action="store_true",
                       help="with --index: the problem was mended since it was handed out; everybody's numbers are drawn anew")
    grade.add_argument("--regrade", action="store_true",
                       help="the problem or the options have changed: judge everything again, and keep the old marks beside the new")
    grade.add_argument("--seconds", type=float, metavar="S", help="how long one piece of work may take (default: 60)")
    grade.add_argument("--memory", type=int, metavar="MB", help="how much memory one piece of work may take (default: 4096)")
    grade.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to write to")
    add_options(grade)
    grade.set_defaults(run=_grade)


def _grade(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.pipelines import read
    from symlstm.teaching.handouts.roster import read_roster
    from symlstm.teaching.marking.grade import grade
    from symlstm.teaching.progress import Bar, warn
    from symlstm.teaching.workers.cluster import executor_of
    from symlstm.teaching.workers.limits import USUAL, Limits

    problem = read(Path(options.problem))
    roster = None if options.roster is None else read_roster(Path(options.roster))
    limits = Limits(USUAL.seconds if options.seconds is None else options.seconds,
                    USUAL.megabytes if options.memory is None else options.memory)
    apart = [Path(name) for name in (options.problem, options.roster, options.index) if name is not None]
    with executor_of(options.scheduler) as executor, Bar("pieces") as progress:
        done = grade(
            problem, options.work, options.output, roster=roster, index=options.index, question=options.question,
            comma=options.decimal == "comma", reveal=options.reveal, to=options.to, mended=options.mended, regrade=options.regrade,
            workers=options.workers, limits=limits, executor=executor, apart=apart, progress=progress,
        )
    warn(done.warnings)
    for message in done.unmarked:
        print(f"not marked: {message}", file=sys.stderr)
    if more := done.unmarked_count - len(done.unmarked):
        print(f"not marked: {more:,} more; {options.output}/grades.csv and report.html name them", file=sys.stderr)
    return 1 if done.unmarked_count else 0
