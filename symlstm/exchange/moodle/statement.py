"""What a Moodle question shows: the statement with gaps for the values, or as far as a question that is asked by itself.

In comes an exercise, out goes HTML. What only this system does to HTML, `neutral` does; what the blocks look like, the writer decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from symlstm.document.blocks import Block
from symlstm.document.writers.html_text import escaped
from symlstm.exchange.exercise import AskedPlace, Exercise, Item, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.markup import html, inline, style
from symlstm.exchange.moodle.cloze import expression, neutral

_CELL = '<td style="border:0">{}</td>'
_BRACKET = '<span style="align-self:stretch;width:.4em;border:2px solid;border-{open}:0"></span>'


def framed(content: str) -> str:
    """HTML in the element that its look is for; `nolink` keeps the filters off that make links and pictures of words."""
    return f'<div class="symlstm nolink">\n{content}</div>'


def shown(blocks: Iterable[Block]) -> str:
    """Blocks by themselves: a solution, a hint, a reason."""
    return framed(neutral(html(blocks)))


def with_gaps(exercise: Exercise, weights: Sequence[int]) -> str:
    """The whole statement with an expression for each entry; `weights` are those of the entries in order."""
    left = iter(weights)
    return _page("".join(_piece(piece, left) for piece in exercise.pieces))


def up_to(exercise: Exercise, item: Item) -> str:
    """The statement as far as one question, which stands at its end; the questions before it are left out."""
    return _page("".join(_told(exercise, item)) + neutral(_heading(item) + f"<p>{inline(item.asked)}</p>\n"))


def _page(content: str) -> str:
    return f"<style>{style()}</style>\n{framed(content)}"


def _told(exercise: Exercise, item: Item) -> Iterator[str]:
    for piece in exercise.pieces:
        if piece is item:
            return
        if not isinstance(piece, NumbersItem | OptionsItem | WordsItem):
            yield neutral(html((piece,)))


def _piece(piece: Block | Item, weights: Iterator[int]) -> str:
    match piece:
        case NumbersItem():
            asked = neutral(f"{_heading(piece)}<p>{inline(piece.asked)}</p>\n")
            return asked + "".join(_gaps(place, weights) for place in piece.places)
        case OptionsItem() | WordsItem():
            return neutral(f"{_heading(piece)}<p>This question is asked by itself.</p>\n")
        case _:
            return neutral(html((piece,)))


def _heading(item: Item) -> str:
    return f"<h3>{escaped(item.title)}</h3>\n"


def _gaps(place: AskedPlace, weights: Iterator[int]) -> str:
    label = f"<span>{neutral(inline(place.label))} =</span>"
    gaps = [expression(entry, next(weights)) for entry in place.entries]
    match place.shape:
        case ():
            return f"<div>{label} {gaps[0]}</div>\n"
        case (_,):
            rows = [[gap] for gap in gaps]
        case (_, columns):
            rows = [gaps[k : k + columns] for k in range(0, len(gaps), columns)]
        case _:
            raise AssertionError(place.shape)
    cells = "".join(f"<tr>{''.join(map(_CELL.format, row))}</tr>\n" for row in rows)
    left, right = (_BRACKET.format(open=side) for side in ("right", "left"))
    return f'<div style="display:flex;align-items:center;gap:.2em;margin:.6em 0">{label}\n{left}<table>\n{cells}</table>{right}</div>\n'
