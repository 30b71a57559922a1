"""A student's line without who they are: ids and names that stand in it give way to an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable

from symlstm.teaching.handouts.roster import Student

_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"(?<![\w.])[\w@.+-]*[^\W\d_][\w@.+-]*")
_GONE = "…"


def anonymous(text: str, student: Student, is_id: Callable[[str], bool] = lambda text: False) -> str:
    """A line without the id and the name of its student, whole or in parts, and without any other id.

    >>> anonymous("Lovelace (s01, with s02): h_1 = 0.5", Student("s01", "Ada Lovelace"), {"s02"}.__contains__)
    '… (…, with …): h_1 = 0.5'
    >>> anonymous("h_1 = tanh(2) = 0.96", Student("1", "Tan H"))
    'h_1 = tanh(2) = 0.96'
    """
    # A number that is somebody's id is a number in a line of work unless it is a long one.
    own = [student.name, *_WORD.findall(student.name), *([student.id] if not student.id.isdigit() or len(student.id) > 3 else [])]
    for part in sorted({part for part in own if len(part) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(part)}(?![\w])", _GONE, text, flags=re.IGNORECASE)
    return _TOKEN.sub(lambda match: _GONE if is_id(match[0].strip(".-+")) else match[0], text)
