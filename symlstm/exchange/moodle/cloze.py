"""An entry as an expression of Moodle's cloze questions: `{2:NUMERICAL:=0.76:0.005#~%0%0.67:0.005#feedback}`.

In comes an entry with its weight, out goes its expression. Numbers are written as Moodle's grammar has them; feedback is HTML of words
alone, since Moodle shows it in a popover, which takes out MathML with what is in it. It goes through `html_entity_decode` once and
only then to the browser, so everything that acts in the grammar or in a filter is an entity of that HTML, escaped once more: the
grammar's own backslashes are taken away before `}` and `#` only, and stay before the rest.
"""

from __future__ import annotations

import re
from html import escape

from symlstm.document.blocks import Inlines
from symlstm.exchange.amounts import decimal
from symlstm.exchange.exercise import NEAR, Entry, Value
from symlstm.exchange.markup import plain

_ACTING = str.maketrans({c: f"&#{ord(c)};" for c in "{}$\\[]@"})
"""What opens an expression, or is a delimiter of one of Moodle's text filters, as a character that only the browser sees."""
_ENDING = str.maketrans({"~": "&#126;"})
_STYLE = re.compile(r"(<style>.*?</style>)", re.DOTALL)


def neutral(html: str) -> str:
    """HTML in which no filter and no reader of cloze expressions finds anything of its own.

    >>> neutral("costs $$5, {1:SA:=x}"), neutral("<style>a{}</style>")
    ('costs &#36;&#36;5, &#123;1:SA:=x&#125;', '<style>a{}</style>')
    """
    # A style sheet is shown by nobody, and entities mean nothing in it.
    parts = _STYLE.split(html)
    return "".join(part if k % 2 else part.translate(_ACTING) for k, part in enumerate(parts))


def feedback(*said: Inlines) -> str:
    """Sentences as the feedback of an expression.

    >>> from symlstm.document.blocks import Text
    >>> feedback((Text("Is c < 1?"),), (Text("Not {0, 1}~"),))
    'Is c &amp;lt; 1? Not &amp;#123;0, 1&amp;#125;&amp;#126;'
    """
    words = re.sub(r"\s+", " ", " ".join(filter(None, (plain(each).strip() for each in said))))
    html = neutral(escape(words, quote=False)).translate(_ENDING)
    return escape(html, quote=False)


def expression(entry: Entry, weight: int) -> str:
    """An entry: what is right, what is right too, what is wrong and has something said to it; anything else earns nothing."""
    answers = [f"={_bounded(entry.right)}"]
    answers += [f"%100%{_bounded(also.value)}{_said(also.note)}" for also in entry.also]
    answers += [f"%0%{_bounded(wrong.value)}{_said(wrong.words, wrong.hint)}" for wrong in entry.wrong]
    # The first that fits counts, so what is near comes last.
    answers += [f"%0%{_bounded(entry.near)}{_said(NEAR)}"] if entry.near is not None else []
    return f"{{{weight}:NUMERICAL:{'~'.join(answers)}}}"


def _bounded(value: Value) -> str:
    return f"{value.text}:{decimal(value.tolerance)}"


def _said(*said: Inlines) -> str:
    words = feedback(*said)
    return f"#{words}" if words else ""
