"""Which addresses a writer may link to or show a picture from. In: an address as the author wrote it. Out: yes or no."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\]")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);(?:base64|utf8|charset=utf-8),|data:image/svg\+xml,")


def may_link(url: str) -> bool:
    """True for http, https, mailto, relative and `#anchor` addresses.

    >>> may_link("https://example.org/"), may_link("notes.html#a"), may_link("JavaScript:alert(1)"), may_link("java\\nscript:x")
    (True, True, False, False)
    """
    if not url or _HIDDEN.search(url):
        return False
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[0].lower() in ("http:", "https:", "mailto:")


def may_show(url: str) -> bool:
    """True for what `may_link` allows and for pictures that stand in their address (`data:image/png;base64,...`).

    >>> may_show("data:image/png;base64,AAAA"), may_show("data:text/html,x")
    (True, False)
    """
    return may_link(url) or (_PICTURE.match(url) is not None and not _HIDDEN.search(url))
