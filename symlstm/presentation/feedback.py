"""Feedback as a document: first what a student needs at once, then the work with a mark and a reason at each line.

In comes checked work, out goes a `Document`. What a line should be is in it only where that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from symlstm.checking.checking import Checked
from symlstm.checking.diagnosis import Diagnosis
from symlstm.checking.judgement import Judgement, Verdict
from symlstm.checking.work import Member
from symlstm.document.blocks import (
    Block,
    Break,
    Code,
    Document,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Items,
    Link,
    Maths,
    Paragraph,
    Table,
    Text,
)
from symlstm.notation.places import Place
from symlstm.notation.tree import Chain
from symlstm.notation.typeset import formula
from symlstm.presentation.feedback_words import (
    VERDICT_WORDS,
    WEIGHT,
    Expected,
    Reasons,
    counted,
    left,
    quoted,
    reading,
    readings_used,
    relation,
    summary,
)
from symlstm.presentation.words import listed

_MOST_REMARKS = 3
_MOST_FOLLOWING = 8
_MOST_TIED = 3
_LONGEST_LINE = 600
_MOST_REASONS = 40
"""Reasons that are given for one line of the work."""


def document(checked: Checked, reveal: bool, echo: bool, options: bool = False) -> Document:
    """The document of feedback. `reveal` says what each line that isn't right should be, `echo` how each line was read; `options`
    names the options of the command that say more, which are of use on a terminal only."""
    return Document(f"Feedback: {checked.problem.title}", _blocks(checked, reveal, echo, options))


def _blocks(checked: Checked, reveal: bool, echo: bool, options: bool) -> Iterator[Block]:
    reasons = Reasons(checked)
    yield Paragraph((Emphasis((Text(summary(checked)),), True), *_also(readings_used(checked))))
    first = checked.first_slip
    expected = Expected(checked) if reveal else None
    if first is not None:
        yield Paragraph(tuple(_first(first, reasons, expected)))
    if following := _following(checked, reasons):
        yield Paragraph(following)
    yield from _unread(checked, reasons)
    if reasons.remarks:
        yield from _remarks(reasons)
    yield from _diagnoses(checked.diagnoses)
    yield from _no_points(checked)
    if options and not reveal and not checked.clean and any(j.verdict != "other" for j in checked.judgements):
        yield Paragraph((Text("More: "), Code("--reveal"), Text(" says what each line should be, "), Code("--to html"),
                         Text(" makes a page of this, "), Code("--echo"), Text(" shows how each line was read.")))
    if checked.judgements:
        yield Heading(2, (Text("Your work, line by line"),), "lines")
        yield _work(checked, reasons, expected, echo)


def _also(words: str) -> Inlines:
    return (Text(" " + words),) if words else ()


def _to(line: int) -> Link:
    return Link(f"#line-{line}", (Text(f"line {line}"),))


def _first(slip: Judgement, reasons: Reasons, expected: Expected | None) -> Iterator[Inline]:
    yield Emphasis((Text("First slip" if slip.changes is not False else "A slip that changes no answer"),), True)
    yield Text(", ")
    yield _to(reasons.line(slip))
    yield Text(": ")
    yield Code(own_line(slip, reasons))
    yield Break(True)
    yield Text(_sentence(reasons.reason(slip)))
    if expected is not None and (should := expected.sentence(slip, reasons.marked(slip))):
        yield Text(" " + should)
    yield Break(True)
    yield Emphasis((Text("What to do:"),), True)
    yield Text(" " + reasons.hint(slip))


def own_line(judgement: Judgement, reasons: Reasons) -> str:
    """The student's own line; where that is TeX, or holds more than this, what was read of it."""
    member = judgement.member
    line = reasons.lines.texts[reasons.line(judgement) - 1].strip()
    chains = {j.member.chain for j in reasons.checked.judgements if reasons.line(j) == reasons.line(judgement)}
    return quoted(line) if "\\" not in line and len(chains) == 1 else reading(member)


def _sentence(text: str) -> str:
    """The words with a full stop, and a capital where they begin with a word and not with a symbol."""
    if _OPENING.match(text):
        text = text[0].upper() + text[1:]
    return text + ("" if text.endswith((".", "?", "!")) else ".")


_OPENING = re.compile(r"(?:an?|entry|entries|follows|no|right|the|there|this|which)\b")


def _following(checked: Checked, reasons: Reasons) -> Inlines:
    first = checked.first_slip
    slips = {j.member.place.whole for j in checked.judgements if j.verdict == "slip" and j is not first and j.member.place is not None}
    follows = [j for j in checked.judgements if j.verdict == "follows" and not (j.member.place and j.member.place.whole in slips)]
    if not follows:
        return ()
    named = _places(j.member.place.whole for j in follows if j.member.place is not None)
    lines = sorted({reasons.line(j) for j in follows})
    what = named or counted(len(follows), "line")
    where = f" ({_span(lines)})"
    text = f" {what}{where}: right with your own numbers, so nothing else is wrong there."
    return (Emphasis((Text("What follows from it:" if checked.first_slip else "What follows:"),), True), Text(text))


def _span(lines: Sequence[int]) -> str:
    """`line 3`, `lines 3–7, 9`."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    shown = [str(a) if a == b else f"{a}–{b}" if b > a + 1 else f"{a}, {b}" for a, b in runs]
    if len(shown) > 8:
        shown = [*shown[:7], "…"]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(shown)}"


def _unread(checked: Checked, reasons: Reasons) -> Iterator[Block]:
    unread = [j for j in checked.judgements if j.verdict == "unreadable"]
    if not unread:
        return
    lines = list(dict.fromkeys(reasons.line(j) for j in unread))
    yield Paragraph((
        Emphasis((Text("Not read:"),), True), Text(" "), _to(lines[0]), Text(f", {_full(reasons.reason(unread[0]))}"),
        *((Text(f" (and {counted(len(unread) - 1, 'other', 'others')}: {_span(lines[1:] or lines)})"),) if len(unread) > 1 else ()),
        Text(" What can't be read counts neither as right nor as wrong."),
    ))


def _remarks(reasons: Reasons) -> Iterator[Block]:
    """What changes no answer, the same words about several places of a line once."""
    grouped: dict[tuple[int, str], list[Judgement]] = {}
    for judgement in reasons.remarks:
        grouped.setdefault((reasons.line(judgement), reasons.reason(judgement)), []).append(judgement)
    remarks = list(grouped.items())
    told = remarks if len(remarks) <= _MOST_REMARKS else remarks[: _MOST_REMARKS - 1]
    items: list[tuple[Block, ...]] = []
    for (line, reason), judgements in told:
        places = _places(j.member.place for j in judgements) if len(judgements) > 1 else ""
        items.append((Paragraph((_to(line), Text(f"{places and ', '}{places}: {_full(reason)}"))),))
    if len(told) < len(remarks):
        lines = sorted({line for (line, _) in dict(remarks[len(told) :])})
        items.append((Paragraph((Text(f"{len(remarks) - len(told)} more like these: {_span(lines)}."),)),))
    slips = any(j.verdict == "slip" for j in reasons.remarks)
    yield Paragraph((Emphasis((Text("Remarks that change no answer:" if slips else "Rounding:"),), True),))
    yield Items(tuple(items))


def _places(places: Iterable[Place | None]) -> str:
    names = list(dict.fromkeys(str(place) for place in places if place is not None))
    if len(names) > _MOST_FOLLOWING:
        names = [*names[: _MOST_FOLLOWING - 1], f"{len(names) - _MOST_FOLLOWING + 1} more"]
    return listed(names)


def _full(reason: str) -> str:
    return reason if reason.endswith((".", "?", "!")) else reason + "."


def _diagnoses(diagnoses: Sequence[Diagnosis]) -> Iterator[Block]:
    """What may lie behind the slips, the best first; explanations that can't be told apart stand together."""
    done: set[str] = set()
    by_code = {d.code: d for d in diagnoses}
    for diagnosis in diagnoses:
        if diagnosis.code in done:
            continue
        tied = [diagnosis, *(by_code[code] for code in diagnosis.tied_with if code in by_code)]
        done.update(d.code for d in tied)
        opening = Emphasis((Text("What may be behind it:"),), True)
        if len(tied) == 1:
            yield Paragraph((opening, Text(f" {_sentence(diagnosis.words)} {diagnosis.hint}".rstrip())))
            continue
        tells = next((d.tells for d in tied if d.tells), "")
        number = _NUMBERS.get(len(tied), str(len(tied)))
        apart = f"; {tells} would tell." if tells else "."
        yield Paragraph((opening, Text(f" {number} explanations fit and can't be told apart by this work{apart}")))
        told = tied if len(tied) <= _MOST_TIED else tied[: _MOST_TIED - 1]
        items: list[tuple[Block, ...]] = [(Paragraph((Text(f"{_sentence(d.words)} {d.hint}".rstrip()),)),) for d in told]
        if len(told) < len(tied):
            items.append((Paragraph((Text(f"{len(tied) - len(told)} more; write down more of the steps, and fewer will fit."),)),))
        yield Items(tuple(items))


_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def _no_points(checked: Checked) -> Iterator[Block]:
    """Places that earn nothing for a reason that needs saying."""
    reasons: dict[str, list[Place]] = {}
    for earned in checked.score.places:
        if earned.reason:
            reasons.setdefault(earned.reason.removeprefix(f"{earned.place} is "), []).append(earned.place)
    for reason, places in reasons.items():
        yield Paragraph((Emphasis((Text("Points:"),), True), Text(f" none for {_places(places)}: {_full(reason)}")))


# -- line by line ---


def _work(checked: Checked, reasons: Reasons, expected: Expected | None, echo: bool) -> Table:
    """The student's lines, each with its mark, and below it what there is to say."""
    by_line: dict[int, list[Judgement]] = {}
    inside: set[int] = set()
    for judgement in checked.judgements:
        start = reasons.line(judgement)
        by_line.setdefault(start, []).append(judgement)
        end = reasons.lines.place(min(judgement.member.offset + len(judgement.member.text), len(checked.work.source.text)))[0]
        inside.update(range(start + 1, min(end, start + 50) + 1))
    lines = [n for n in sorted(by_line.keys() | inside) if n in by_line or reasons.lines.texts[n - 1].strip()]
    rows = tuple(_row(n, by_line.get(n, []), reasons, expected, echo) for n in lines)
    return Table((_words("Mark"), _words("Line"), _words("Your line, and what there is to say")), rows, "lrl",
                 anchors=tuple(f"line-{n}" for n in lines))


def _words(text: str) -> Inlines:
    return (Text(text),)


def _row(
    number: int, judgements: Sequence[Judgement], reasons: Reasons, expected: Expected | None, echo: bool
) -> tuple[Inlines, ...]:
    cell: list[Inline] = _line(reasons.lines.texts[number - 1].strip(), judgements)
    told = 0
    for judgement in judgements:
        for text in _remarks_on(judgement, len(judgements) > 1, reasons, expected, echo):
            told += 1
            if told <= _MOST_REASONS:
                cell += [Break(True), *text]
    if told > _MOST_REASONS:
        cell += [Break(True), Text(f"… and {told - _MOST_REASONS} more")]
    if not judgements:
        return (), _words(str(number)), tuple(cell)
    worst: Verdict = max((j.verdict for j in judgements), key=WEIGHT.index)
    mark, word = VERDICT_WORDS[worst]
    return _words(f"{mark}\N{NO-BREAK SPACE}{word}"), _words(str(number)), tuple(cell)


def _line(text: str, judgements: Sequence[Judgement]) -> list[Inline]:
    """A line as the student wrote it; displayed TeX that was read is typeset."""
    typeset = "\\" in text and judgements and "$" not in text.strip("$") and not _WORDED.search(text) and len(text) <= _LONGEST_LINE
    said = [j for j in judgements if j.verdict != "other" or j.member.tree is not None]
    if not typeset or not said or any(j.member.tree is None for j in said):
        return [Code(text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…")]
    chains: dict[int, list[Member]] = {}
    for judgement in said:
        chains.setdefault(judgement.member.chain, []).append(judgement.member)
    label = _LABEL.match(text)
    out: list[Inline] = [Text(f"({label.group(1)}) ")] if label else []
    for k, members in enumerate(chains.values()):
        out += [Text(", ")] if k else []
        head = left(members[0]) if members[0].before is None else None
        trees = [member.tree for member in members if member.tree is not None]
        relations = [relation(member) for member in members]
        if head is None:
            # It continues the line above.
            out.append(Text(f"{relations.pop(0)} "))
        else:
            trees.insert(0, head)
        out.append(Maths(formula(Chain(tuple(trees), tuple(relations)) if relations else trees[0])))
    remark = " ".join(words.strip() for words in _REMARK.findall(text, label.end() if label else 0))
    return [*out, Text(" " + remark)] if remark else out


_WORDED = re.compile(r"^[^\W\d_]{2,}\s|\\\(.*[^\W\d_]{2,}.*\\\)")
"""Words outside the maths, which would be lost if that were typeset alone."""
_LABEL = re.compile(r"[$\s]*(?:\\text\{)?\(([ivx]{1,4}|[a-z]|\d{1,2})\)")
_REMARK = re.compile(r"\\(?:text|mbox|textrm)\s*\{([^{}]*[^\W\d_]{2}[^{}]*)\}")


def _remarks_on(
    judgement: Judgement, several: bool, reasons: Reasons, expected: Expected | None, echo: bool
) -> Iterator[Inlines]:
    mark, word = VERDICT_WORDS[judgement.verdict]
    member = judgement.member
    what: tuple[Inline, ...] = (Code(reading(member)), Text(": ")) if several else ()
    if echo and member.tree is not None:
        about = f", about {member.place}" if member.place is not None else ""
        yield (Text("read as "), Code(reading(member)), Text(about))
        what = ()
    elif echo and judgement.verdict == "other":
        yield (Text("read as words"),)
    reason = reasons.reason(judgement)
    if not reason and judgement.verdict not in ("slip", "follows"):
        return
    if several:
        text = f"{mark} {_full(reason)}" if reason.startswith(word) else f"{mark} {word}: {_full(reason)}"
    else:
        text = _sentence(reason)
    if expected is not None and judgement.verdict != "right" and (should := expected.sentence(judgement, reasons.marked(judgement))):
        text += " " + should
    yield (*what, Text(text))
