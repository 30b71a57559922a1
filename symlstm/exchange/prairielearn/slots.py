"""Texts of a page that variants share: written out where they are the same in all, else a place that the drawn variant fills.

In come the texts of one place, one a variant; out goes what stands in the page, and for each variant its texts by name. Mustache, which
puts them in, finds nothing else to do: every brace is an entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})


def braceless(html: str) -> str:
    """HTML in which Mustache finds no tag of its own.

    >>> braceless("<p>{{x}}</p>")
    '<p>&#123;&#123;x&#125;&#125;</p>'
    """
    return html.translate(_BRACES)


class Slots:
    """The places of a page that variants fill.

    >>> slots = Slots(2)
    >>> slots.html(["<p>a</p>", "<p>a</p>"]), slots.html(["<b>1</b>", "<b>2</b>"]), slots.attribute(["a < b", "c"])
    ('<p>a</p>', '{{{params.t1}}}', '{{params.t2}}')
    >>> slots.texts
    ({'t1': '<b>1</b>', 't2': 'a < b'}, {'t1': '<b>2</b>', 't2': 'c'})
    """

    def __init__(self, variants: int) -> None:
        self.texts: tuple[dict[str, str], ...] = tuple({} for _ in range(variants))

    def html(self, each: Sequence[str]) -> str:
        """Where HTML stands."""
        same = self._same(each)
        return f"{{{{{{params.{self._named(each)}}}}}}}" if same is None else braceless(same)

    def attribute(self, each: Sequence[str]) -> str:
        """Where an attribute's value stands, in double quotes; it may itself be HTML."""
        same = self._same(each)
        return f"{{{{params.{self._named(each)}}}}}" if same is None else braceless(escape(same))

    def _same(self, each: Sequence[str]) -> str | None:
        assert len(each) == len(self.texts)
        return each[0] if all(text == each[0] for text in each) else None

    def _named(self, each: Sequence[str]) -> str:
        name = f"t{len(self.texts[0]) + 1}"
        for own, text in zip(self.texts, each, strict=True):
            own[name] = braceless(text)
        return name
