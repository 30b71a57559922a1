"""The command line: `symlstm solve`, `check`, `analyse`, `cells`, `new`, `--version`, and the commands of staff (design, section 7).

Arguments in, exit code out. Errors go to standard error as `file:line:column: what is wrong and what to do`; never a traceback.
"""

from __future__ import annotations

import argparse
import sys

from symlstm import __version__
from symlstm.exchange.command import add_command as add_export
from symlstm.teaching.commands import add_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from symlstm.presentation.figures.beside import Pictures

# What a command needs is imported when it runs, so that --help starts at once.

FORMATS = ("md", "tex", "html", "json")
FEEDBACK_FORMATS = ("text", "md", "html", "json")
ANALYSIS_FORMATS = ("text", "md", "html", "tex", "json", "svg")
DETAILS = ("brief", "standard", "full")


def _steps(text: str) -> range:
    import re

    match = re.fullmatch(r"(-?\d{1,7})(?:\.\.(-?\d{1,7}))?", text)
    if match is None or int(match.group(2) or match.group(1)) < int(match.group(1)):
        raise argparse.ArgumentTypeError(f"{text!r} isn't a span of steps such as 2..5")
    return range(int(match.group(1)), int(match.group(2) or match.group(1)) + 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symlstm", description="Work gated recurrent networks by hand, and know that every printed digit is right.",
        epilog="exit codes: 0 done; 1 an author's answer is wrong, or work has a finding; 2 unusable input or usage",
    )
    parser.add_argument("--version", action="version", version=f"symlstm {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    solve = commands.add_parser("solve", help="write the worked solution of a problem document",
                                description="Write the worked solution of a problem document.")
    solve.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown; - for standard input")
    solve.add_argument("--to", choices=FORMATS, default=None, help="format (default: from the name given by -o, otherwise md)")
    solve.add_argument("--detail", choices=DETAILS, default="standard",
                       help="brief fits a slide, standard a handout, full expands every rung (default: %(default)s)")
    solve.add_argument("--steps", type=_steps, metavar="2..5", help="show these steps only")
    solve.add_argument("--fragment", action="store_true", help="leave out what can't be included in another document")
    solve.add_argument("-o", "--output", metavar="FILE", default="-", help="where to write; - for standard output (default)")
    check = commands.add_parser("check", help="check a student's work on a problem",
                                description="Check a student's work: the first slip, why it is one, and what to do about it.",
                                epilog="exit codes: 0 every line that says something is right; 1 a finding, or nothing is said; "
                                       "2 unusable input or usage")
    check.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown; - for standard input")
    check.add_argument("work", metavar="WORK", help="the work, as Markdown, LaTeX or plain text; - for standard input")
    check.add_argument("--to", choices=FEEDBACK_FORMATS, default=None,
                       help="format (default: from the name given by -o, otherwise text)")
    check.add_argument("--question", type=int, metavar="N", help="the question that the work is about, unless it says so itself")
    check.add_argument("--reveal", action="store_true", help="say what each line that isn't right should be")
    check.add_argument("--echo", action="store_true", help="show each line as it was read")
    check.add_argument("--decimal", choices=("point", "comma"), default="point", help="what stands before decimals in the work")
    check.add_argument("-o", "--output", metavar="FILE", default="-", help="where to write; - for standard output (default)")
    analyse = commands.add_parser("analyse", help="prove what the state of a unit remembers",
                                  description="Prove what the state of a unit remembers of its inputs, and decide claims about it.",
                                  epilog="exit codes: 0 done; 1 --expect fails or stays open, or an author's answer is wrong; "
                                         "2 unusable input or usage")
    analyse.add_argument("problem", metavar="PROBLEM", help="a problem document in Markdown; - for standard input")
    analyse.add_argument("--readout", metavar="EXPR", help="what is read off after each step, such as 'round(h)' or 'h > 0'")
    analyse.add_argument("--expect", metavar="STATEMENT",
                         help="what the unit is to do, such as 'h_t = 1 iff count(1) is odd', or what its readout is to tell, such as "
                              "'count(1) is odd'; where it fails, the shortest input that shows it")
    analyse.add_argument("--to", choices=ANALYSIS_FORMATS, default=None,
                         help="format (default: from the name given by -o, otherwise text); svg is the state diagram alone")
    analyse.add_argument("-o", "--output", metavar="FILE", default="-", help="where to write; - for standard output (default)")
    add_commands(commands)
    add_export(commands)
    commands.add_parser("cells", help="list the catalogue of cells", description="List the catalogue of cells.")
    new = commands.add_parser("new", help="write a commented problem document that solves as it stands",
                              description="Write a commented problem document that solves as it stands.")
    new.add_argument("name", metavar="NAME", help="the file to write; .md is added where it is missing")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, 1 or 2 as section 7 of the design has it."""
    options = _parser().parse_args(arguments)
    from symlstm.errors import SymlstmError

    try:
        if options.command == "solve":
            return _solve(options)
        if options.command == "check":
            return _check(options)
        if options.command == "analyse":
            return _analyse(options)
        if options.command == "cells":
            return _cells()
        if options.command == "new":
            return _new(options.name)
        return int(options.run(options))
    except SymlstmError as error:
        print(error, file=sys.stderr)
        return 2
    except RecursionError:
        print("nested too deeply to be worked; write it with fewer levels", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has closed it; nothing is left to say, and nowhere to say it.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _solve(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.pipelines import read, solve

    format = options.to or _format_of(options.output, FORMATS)
    solution = solve(read(Path(options.problem)))
    warned: list[str] = []
    pictures = _pictures(options.output, format)
    pieces = solution.pieces(
        format, detail=options.detail, steps=options.steps, fragment=options.fragment, warn=warned.append, pictures=pictures,
    )
    _write(options.output, pieces if pictures is None else pictures.written(pieces))
    for message in dict.fromkeys(warned):
        print(f"warning: {message}", file=sys.stderr)
    if not solution.agrees:
        print("an answer in the document is wrong; the solution names it", file=sys.stderr)
        return 1
    return 0


def _check(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.errors import UsageError
    from symlstm.pipelines import check, read

    if options.problem == options.work == "-":
        raise UsageError("standard input can be the problem or the work, not both; name a file for one of them")
    format = options.to or _format_of(options.output, FEEDBACK_FORMATS)
    feedback = check(read(Path(options.problem)), Path(options.work), question=options.question, comma=options.decimal == "comma")
    _write(options.output, feedback.pieces(format, reveal=options.reveal, echo=options.echo, width=_width(options.output)))
    return 0 if feedback.clean else 1


def _analyse(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symlstm.pipelines import analyse, read

    format = options.to or _format_of(options.output, ANALYSIS_FORMATS)
    analysis = analyse(read(Path(options.problem)), readout=options.readout, expect=options.expect)
    pictures = _pictures(options.output, format)
    pieces = analysis.pieces(format, width=_width(options.output), pictures=pictures)
    _write(options.output, pieces if pictures is None else pictures.written(pieces))
    for note in analysis.notes if format in ("json", "svg") else ():
        print(f"note: {note}", file=sys.stderr)
    if analysis.expected is not None and not analysis.expected.holds:
        found = "isn't fulfilled" if analysis.expected.holds is False else "was neither proved nor refuted"
        print(f"what is expected {found}: {analysis.expected.reason}", file=sys.stderr)
    elif not analysis.agrees:
        print("an answer in the document is wrong; the claims say which", file=sys.stderr)
    return 0 if analysis.agrees else 1


def _pictures(output: str, format: str) -> Pictures | None:
    """Where the figures of a Markdown document go: into files beside it; None where there is none, or the format holds them itself."""
    from pathlib import Path

    if format != "md" or output == "-":
        return None
    from symlstm.presentation.figures.beside import Pictures

    return Pictures(Path(output))


def _width(output: str) -> int:
    """The columns of plain text: those of the terminal, at most 100; 80 where it isn't written to one."""
    import shutil

    return min(100, shutil.get_terminal_size((80, 24)).columns) if output == "-" and sys.stdout.isatty() else 80


def _write(output: str, pieces: Iterable[str]) -> None:
    from pathlib import Path

    from symlstm.model.files import write_whole

    if output == "-":
        # Whole, so that an error on the way leaves nothing written.
        text = "".join(pieces)
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_whole(Path(output), pieces)


def _format_of(output: str, formats: Sequence[str]) -> str:
    from pathlib import Path

    from symlstm.errors import UsageError

    extension = Path(output).suffix.lstrip(".").lower()
    known = {extension: extension for extension in ("md", "tex", "html", "json", "svg", "text")}
    known |= {"markdown": "md", "htm": "html", "txt": "text"}
    if output == "-" or not extension:
        return formats[0]
    if known.get(extension) not in formats:
        raise UsageError(f"{output}: can't tell the format from .{extension}; say --to {', --to '.join(formats)}")
    return known[extension]


def _cells() -> int:
    from symlstm.model.catalogue import names
    from symlstm.model.reader import cell_named

    rows = [(name, cell_named(name)[0]) for name in names()]
    width = max(len(name) for name, _ in rows)
    for name, cell in rows:
        print(f"{name:<{width}}  {cell.title}")
    return 0


def _new(name: str) -> int:
    from pathlib import Path

    from symlstm.errors import UsageError
    from symlstm.model.files import write_whole
    from symlstm.model.template import TEMPLATE

    path = Path(name if name.endswith(".md") else name + ".md")
    if path.exists():
        raise UsageError(f"{path}: exists already; choose another name")
    write_whole(path, [TEMPLATE])
    print(f"{path} is written; now: symlstm solve {path}")
    return 0
