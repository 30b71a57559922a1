"""Questions as capa's responses: what students fill in, what is right, and what is said to which answer.

In come the entries and options of an exercise, out goes XML. capa has two responses for a number. A `numericalresponse` takes further
values as right ones, but has nothing to say to a wrong one without a script; a `formularesponse` marks alike, without a variable in it,
says something to any value, and has a single right one. So an entry is a `formularesponse` where there is something to say to wrong
values and one value is right, and a `numericalresponse` otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape

from symlstm.document.writers.html_text import escaped
from symlstm.exchange.amounts import decimal
from symlstm.exchange.exercise import Entry, Option, OptionsItem, Value, Wrong
from symlstm.exchange.olx.losses import Losses
from symlstm.exchange.olx.markup import filled, html, inline, leading, plain

_WIDTH = 12
_NO_VARIABLES = 'samples="@0:0#1"'
"""capa's `variables@lowest:highest#how many`: of no variable, tried once."""
_NONE = "None of these"
_FLOAT = Fraction(1, 2**52)
"""How far apart floating-point numbers are, relative to their size."""


def entry(what: Entry, most: int, losses: Losses) -> str:
    """A number to be typed in; something is said to at most so many wrong values.

    >>> from symlstm.document.blocks import Text
    >>> print(entry(Entry("q1_h", "h", (Text("h"),), Value("0.5", Fraction(1, 100)), (), (), Fraction(1)), 8, Losses()), end="")
    <numericalresponse answer="0.5">
    <label>h</label>
    <responseparam type="tolerance" default="0.01"/>
    <textline size="12"/>
    </numericalresponse>
    """
    if any(value.tolerance < abs(value.number) * _FLOAT for value in (what.right, *(also.value for also in what.also))):
        losses.add("digits", what.name)
    label = filled("label", leading(inline(what.label, losses.warn) or plain(what.name)))
    tolerance = f'<responseparam type="tolerance" default="{decimal(what.right.tolerance)}"/>\n'
    right, line = f'answer="{escaped(what.right.text)}"', f'<textline size="{max(_WIDTH, len(what.right.text) + 2)}"/>\n'
    if what.wrong and not what.also:
        told = [wrong for wrong in what.wrong if wrong.value.tolerance == what.right.tolerance]
        if len(told) < len(what.wrong):
            losses.add("reach", what.name)
        if len(told) > most:
            losses.add("many", what.name)
        said = "".join(_wrong(told[:most], losses))
        return (f"<formularesponse {right} {_NO_VARIABLES}>\n{label}{tolerance}{line}<hintgroup>\n{said}</hintgroup>\n"
                "</formularesponse>\n")
    if what.wrong:
        losses.add("hints", what.name)
    also = "".join(_also(what, losses))
    return f"<numericalresponse {right}>\n{label}{tolerance}{also}{line}</numericalresponse>\n"


def _wrong(values: Iterable[Wrong], losses: Losses) -> Iterator[str]:
    """A condition and what is said where it is met. capa writes the text out unescaped, so it is markup that is escaped once more."""
    for k, wrong in enumerate(values, 1):
        words = "<br/>".join(inline(said, losses.warn) for said in (wrong.words, wrong.hint) if said)
        said = f'<div class="feedback-hint-incorrect"><div class="hint-text">{words}</div></div>'
        yield f'<formulahint answer="{escaped(wrong.value.text)}" {_NO_VARIABLES} name="wrong{k}"/>\n'
        yield f'<hintpart on="wrong{k}"><text>{escape(said, quote=False)}</text></hintpart>\n'


def _also(what: Entry, losses: Losses) -> Iterator[str]:
    for also in what.also:
        if also.value.tolerance * 1000 > _last_decimal(also.value):
            losses.add("also", what.name)
        note = filled("correcthint", inline(also.note, losses.warn))
        yield f'<additional_answer answer="{escaped(also.value.text)}">\n{note}</additional_answer>\n'


def _last_decimal(value: Value) -> Fraction:
    """One in the last decimal that a number is written with."""
    return Fraction(1, 10 ** len(value.text.partition(".")[2]))


def options(item: OptionsItem, none: bool, losses: Losses) -> str:
    """Statements to be ticked; every one that is rightly ticked or left earns its part. `none`: with "None of these" at the end."""
    rows = [_choice(option, losses) for option in item.options]
    if none:
        losses.add("none", item.title)
        holds = not any(option.holds for option in item.options)
        rows.append(_row(_NONE, holds, "None of these holds." if holds else "At least one of these holds."))
    label = filled("label", leading(inline(item.asked, losses.warn) or plain(item.title)))
    return (f'<choiceresponse partial_credit="EDC">\n{label}<description>Tick all that hold.</description>\n'
            f"<checkboxgroup>\n{''.join(rows)}</checkboxgroup>\n</choiceresponse>\n")


def _choice(option: Option, losses: Losses) -> str:
    return _row(leading(inline(option.text, losses.warn)), option.holds, html(option.why, losses.warn))


def _row(text: str, holds: bool, why: str) -> str:
    """A choice, and what is said of it where it is ticked: said of the others too, nothing ticked would tell all the answers."""
    said = filled("choicehint", why.strip(), ' selected="true"')
    return f'<choice correct="{"true" if holds else "false"}">{text}\n{said}</choice>\n'
