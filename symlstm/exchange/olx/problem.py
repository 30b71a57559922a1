"""An exercise as a problem of Open edX: statement and questions, hints on demand, the worked solution.

In comes an exercise, out goes the text of an XML file. How single questions are marked is decided in `responses`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import assert_never

from symlstm.exchange.amounts import decimal
from symlstm.exchange.exercise import Exercise, Item, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.olx.losses import Losses
from symlstm.exchange.olx.markup import attribute, filled, html, inline, plain
from symlstm.exchange.olx.responses import entry, options
from symlstm.presentation.words import listed

LONGEST_SOLUTION = 2_000_000
"""Characters; MongoDB, which Open edX keeps problems in, takes documents of 16 MB with everything in them."""
MOST_COMPARED = 300
"""Wrong values of a problem that a submission is compared with: capa reads three numbers for each, and needs a second for 80."""
_ON_PAPER = "<p><em>Answer this on paper; the solution says more.</em></p>\n"
_ITEMS = NumbersItem | OptionsItem | WordsItem


def problem(exercise: Exercise, title: str, none: Collection[int], losses: Losses) -> str:
    """The problem's XML. `none` are the questions whose lists end with "None of these".

    >>> print(problem(Exercise("a", "A < B", (), ()), "A < B", (), Losses()), end="")
    <problem display_name="A &lt; B">
    </problem>
    """
    weight = _weight(exercise, losses)
    earns = f' weight="{decimal(weight)}"' if weight else ""
    most = _most_told([len(one.wrong) for item in exercise.items if isinstance(item, NumbersItem) for one in item.entries])
    parts = [f'<problem display_name="{attribute(title)}"{earns}>\n']
    for piece in exercise.pieces:
        parts.append(_item(piece, none, most, losses) if isinstance(piece, _ITEMS) else html((piece,), losses.warn))
    parts += _hints(exercise, losses)
    parts += _solution(exercise, losses)
    return "".join(parts) + "</problem>\n"


def _most_told(counts: Sequence[int]) -> int:
    """How many wrong values of an entry something can be said to, given how many each entry has.

    >>> _most_told([24] * 12), _most_told([24] * 100), _most_told([])
    (24, 3, 0)
    """
    return next((most for most in range(max(counts, default=0), 1, -1) if sum(min(most, count) for count in counts) <= MOST_COMPARED),
                min(1, len(counts)))


def _weight(exercise: Exercise, losses: Losses) -> Fraction:
    """The points of all that is marked. capa gives each response one point, and scales their sum to this."""
    worth = [one.points for item in exercise.items if isinstance(item, NumbersItem) for one in item.entries]
    worth += [item.points for item in exercise.items if isinstance(item, OptionsItem)]
    if len(set(worth)) > 1:
        marked = (item for item in exercise.items if not isinstance(item, WordsItem))
        for item in marked:
            losses.add("weights", item.title)
    return sum(worth, Fraction(0))


def _item(item: Item, none: Collection[int], most: int, losses: Losses) -> str:
    heading = filled("h4", plain(item.title))
    match item:
        case NumbersItem(asked=asked):
            entries = "".join(entry(one, most, losses) for one in item.entries)
            return heading + filled("p", inline(asked, losses.warn)) + entries
        case OptionsItem():
            return heading + options(item, item.question in none, losses)
        case WordsItem(asked=asked):
            losses.add("words", item.title)
            return heading + filled("p", inline(asked, losses.warn)) + _ON_PAPER
        case _:
            assert_never(item)


def _hints(exercise: Exercise, losses: Losses) -> Iterator[str]:
    """Hints on demand, one after the other: a problem has one row of them for all its questions, so each is given once."""
    having = [item for item in exercise.items if isinstance(item, NumbersItem) and item.hints]
    told: dict[str, list[str]] = {}
    for item in having:
        for hint in item.hints:
            told.setdefault(html(hint, losses.warn), []).append(item.title)
    if told:
        yield "<demandhint>\n"
        for inner, titles in told.items():
            heading = f"<p><strong>{plain(listed(titles))}</strong></p>\n" if len(titles) < len(having) else ""
            yield filled("hint", heading + inner)
        yield "</demandhint>\n"


def _solution(exercise: Exercise, losses: Losses) -> Iterator[str]:
    """The answers that nobody marks, then the worked solution."""
    inner = "".join(
        filled("h4", plain(item.title)) + html(item.answer, losses.warn) for item in exercise.items if isinstance(item, WordsItem))
    worked = html(exercise.solution, losses.warn)
    if len(worked) > LONGEST_SOLUTION:
        losses.add("solution", exercise.title)
        worked = ""
    if inner or worked:
        yield f'<solution>\n<div class="detailed-solution">\n<p>Explanation</p>\n{inner}{worked}</div>\n</solution>\n'
