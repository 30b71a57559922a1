"""The command `symlstm export` (section 7 of the design). Arguments in, exit code out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

# What the command needs is imported when it runs, so that --help starts at once.

EXPORT_FORMATS = ("olx", "moodle", "notebook", "prairielearn")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the command line."""
    export = commands.add_parser(
        "export", help="write a problem for Open edX, Moodle, Jupyter or PrairieLearn",
        description="Write a problem in the format of a learning platform, with its answers, what to say to those who have a "
                    "misconception, hints and the worked solution. What the format can't carry is told as a warning.",
        epilog="to: olx (Open edX), moodle (Moodle XML), notebook (Jupyter with nbgrader), prairielearn")
    export.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown; - for standard input")
    export.add_argument("--to", choices=EXPORT_FORMATS, required=True, help="the format")
    export.add_argument("-n", type=int, default=None, metavar="N",
                        help="how many variants, where the problem has `vary:` (default: the problem as it stands)")
    export.add_argument("--seed", default=None, metavar="S",
                        help="any text; the same seed gives the same variants everywhere (default with -n: 1)")
    export.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to write to")
    export.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.exchange.export import export
    from symlstm.pipelines import read
    from symlstm.teaching.progress import Bar, warn

    with Bar("exercises") as progress:
        done = export(read(Path(options.problem)), options.to, Path(options.output), n=options.n, seed=options.seed, progress=progress)
    warn(done.warnings)
    return 0
