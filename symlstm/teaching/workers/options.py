"""Who does the work, as the command line says it: `--workers N` or `--scheduler ADDRESS`. Only what argparse needs is imported."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the two options, of which one may be given: `options.workers` and `options.scheduler`, None where they aren't.

    >>> import argparse
    >>> parser = argparse.ArgumentParser()
    >>> add_options(parser)
    >>> parser.parse_args(["--workers", "3"])
    Namespace(workers=3, scheduler=None)
    """
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--workers", type=_count, metavar="N",
                     help="how many processes work on this machine (default: as many as it has processors)")
    who.add_argument("--scheduler", metavar="ADDRESS",
                     help="let a Dask cluster do the work: the address of its scheduler, such as tcp://192.168.0.5:8786")


def _count(text: str) -> int:
    import argparse

    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 4 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} isn't a number of processes such as 4")
    return int(text)
