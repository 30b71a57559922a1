"""How learning platforms name what students handed in, where that says who it was.

In come the parts of a path, out goes what the platform says in them. The numbers in these names are the platform's own: they count its
users and files, and are nobody's id. Who is called that is decided in `whose`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOODLE = re.compile(r"(?P<who>.+)_\d+_assignsubmission_[a-z]+(?:_(?P<own>.*))?", re.DOTALL)
# Canvas leaves nothing but letters, digits and underscores of a name; text typed in has no number of its own.
_CANVAS = re.compile(r"(?P<who>(?=[^_]*[^\W\d_])[^\W_]+)_(?:LATE_)?\d+_(?:\d+_(?P<own>.+)|text|link)", re.DOTALL)
_PLATFORMS = (("Moodle", _MOODLE), ("Canvas", _CANVAS))


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a platform says of a file."""

    platform: str
    who: str
    """The student's name, as far as the platform keeps it."""
    own: tuple[str, ...]
    """What the student called it."""


def handed_in(parts: Sequence[str]) -> HandedIn | None:
    """What the name of a file or folder says where a platform gave it; None for any other.

    >>> handed_in(["Ada Lovelace_12_assignsubmission_file_", "work"])
    HandedIn(platform='Moodle', who='Ada Lovelace', own=('work',))
    >>> handed_in(["lovelaceada_LATE_2_4567_my work"])
    HandedIn(platform='Canvas', who='lovelaceada', own=('my work',))
    """
    for k, part in enumerate(parts):
        for platform, pattern in _PLATFORMS:
            if match := pattern.fullmatch(part):
                return HandedIn(platform, match["who"], tuple(own for own in (match["own"] or "", *parts[k + 1 :]) if own))
    return None
