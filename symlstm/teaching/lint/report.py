"""What lint has to say of a document: a report, as text for a terminal or as JSON.

In comes the document's text, out goes the report; errors of the document are findings too. Nothing is looked for here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from symlstm.errors import Source, SymlstmError, UsageError
from symlstm.model.problem import Problem
from symlstm.teaching.asked import Desk
from symlstm.teaching.lint.answered import of_error
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.errors import read_as_far_as_possible
from symlstm.teaching.lint.finding import Finding
from symlstm.teaching.lint.proofs import proved
from symlstm.teaching.lint.rules import findings_of

FORMAT = "symlstm/lint-1"
FORMATS = ("text", "json")
_INDENT = "  "


class FindingObject(msgspec.Struct, frozen=True):
    """A finding in JSON. Lines and columns count from 1; `question` is null where the finding is about the document."""

    code: str
    line: int
    column: int
    question: int | None
    place: str
    what: str
    why: str
    mend: str


class ReportObject(msgspec.Struct, frozen=True):
    """A report in JSON."""

    format: str
    title: str
    findings: list[FindingObject]
    proved: list[str]


@dataclass(frozen=True)
class Report:
    """What there is to mend in a document."""

    source: Source
    title: str
    """Empty where the document can't be read so far."""
    findings: tuple[Finding, ...]
    proved: tuple[str, ...] = ()
    """What is left open and was proved to change nothing, in sentences."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to(self, format: str = "text", *, width: int = 80) -> str:
        """The report as `text`, wrapped at a width, or as `json`."""
        return "".join(self.pieces(format, width=width))

    def pieces(self, format: str = "text", *, width: int = 80) -> Iterator[str]:
        """The report in pieces of text."""
        if format == "json":
            yield encoded(self)
        elif format == "text":
            yield from _text(self, width)
        else:
            raise UsageError(f"there is no format {format!r} for lint; there are {', '.join(FORMATS)}")


def lint_source(source: Source) -> Report:
    """Look through a document for what is ambiguous or fragile about it; what can't be read is a finding.

    >>> report = lint_source(Source("a.md", "---\\ntitle: A\\nconvention: {tise: up}\\n---\\n$h_t = x_t$ with $x_1 = 2$.\\n"))
    >>> print(report.to("text"))
    a.md:3:14: Unknown key `tise`.
      convention: {tise: up}
                   ^
      Why: nothing that depends on it can be worked.
      To mend it: did you mean `ties`?
    <BLANKLINE>
    1 finding.
    <BLANKLINE>
    """
    problem, errors = read_as_far_as_possible(source)
    if problem is None:
        return Report(source, "", tuple(map(of_error, errors)))
    return lint(problem)


def lint(problem: Problem) -> Report:
    """The report on a problem that was read already, or built in Python."""
    found: list[Finding] = []
    sentences: tuple[str, ...] = ()
    case = Case(problem, Desk(problem))
    try:
        for finding in findings_of(case):
            found.append(finding)
        sentences = tuple(proved(case))
    except SymlstmError as error:
        # What a rule meets that no question told already.
        found.append(of_error(error))
    return Report(problem.source, problem.title, tuple(found), sentences)


def encoded(report: Report) -> str:
    """The JSON text of a report, indented, with a newline at its end."""
    place = report.source.line_and_column
    found = [FindingObject(f.code, *place(f.pos), f.question, f.place, f.what, f.why, f.mend) for f in report.findings]
    out = ReportObject(FORMAT, report.title, found, list(report.proved))
    return msgspec.json.format(msgspec.json.encode(out), indent=2).decode() + "\n"


def _text(report: Report, width: int) -> Iterator[str]:
    name = report.source.name
    for finding in report.findings:
        yield _head(report.source, finding, width)
        for label, sentence in (("Why", finding.why), ("To mend it", finding.mend)):
            # A label goes on with a small letter, unless what follows is a name or begins a quotation.
            yield _wrapped(f"{label}: {sentence[:1].lower()}{sentence[1:]}", width, _INDENT)
        yield "\n"
    for sentence in report.proved:
        yield _wrapped(sentence, width, "")
    count = len(report.findings)
    yield f"{name}: nothing found.\n" if not count else f"{count} finding{'s' if count > 1 else ''}.\n"


def _head(source: Source, finding: Finding, width: int) -> str:
    """`file:line:column: what`, the source line and a caret, as errors show them."""
    if not source.text:
        return _wrapped(finding.what, width, "")
    _, *shown = str(SymlstmError("", source, finding.pos)).split("\n")
    line, column = source.line_and_column(finding.pos)
    return _wrapped(f"{source.name}:{line}:{column}: {finding.what}", width, "") + "".join(f"{each}\n" for each in shown)


def _wrapped(text: str, width: int, indent: str) -> str:
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    lines = textwrap.wrap(printable, max(20, width), initial_indent=indent, subsequent_indent=_INDENT, break_long_words=False,
                          break_on_hyphens=False)
    return "".join(f"{line}\n" for line in lines)


__all__ = ["FORMAT", "FORMATS", "FindingObject", "Report", "ReportObject", "encoded", "lint", "lint_source"]
