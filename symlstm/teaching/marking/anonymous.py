"""A student's line without who they are, or who anybody else is: ids and names that stand in it give way to an ellipsis.

In come a line, its student, and ways to ask whether a text is somebody's id or name; out goes the line. The class isn't seen here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from symlstm.teaching.handouts.roster import Student

_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"(?<![\w.])[\w@.+-]*[^\W\d_][\w@.+-]*")
# A number that is somebody's id is a number in a line of work unless it is a long one; what stands behind a point is no id.
_NUMBER = re.compile(r"(?<![\d.])\d{4,}(?!\d|\.\d)")
_BETWEEN = re.compile(r"[^\w=()\n]{1,3}(?:\w\b\.?[^\w=()\n]{1,3})?")
"""What may stand between the words of a name: a space, a comma, an initial."""
_MOST_WORDS = 5
"""Words of a name."""
_GONE = "…"


def nobody(text: str) -> bool:
    """That a text is no one's id or name."""
    return False


def anonymous(text: str, student: Student, is_id: Callable[[str], bool] = nobody, is_name: Callable[[str], bool] = nobody) -> str:
    """A line without the id and the name of its student, whole or in parts, and without any other id or name.

    `is_name` is asked for names as `name_keys` gives them.

    >>> anonymous("Lovelace (s01, with s02): h_1 = 0.5", Student("s01", "Ada Lovelace"), {"s02"}.__contains__)
    '… (…, with …): h_1 = 0.5'
    >>> anonymous("h_1 = 3, as Bo Diddley (4712345) says", Student("1", ""), {"4712345"}.__contains__, {"bo diddley"}.__contains__)
    'h_1 = 3, as … (…) says'
    >>> anonymous("h_1 = tanh(2) = 0.96", Student("1", "Tan H"))
    'h_1 = tanh(2) = 0.96'
    """
    own = [student.name, *_WORD.findall(student.name), *([student.id] if not student.id.isdigit() or len(student.id) > 3 else [])]
    for part in sorted({part for part in own if len(part) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(part)}(?![\w])", _GONE, text, flags=re.IGNORECASE)
    text = _TOKEN.sub(lambda match: _GONE if is_id(match[0].strip(".-+")) else match[0], text)
    text = _NUMBER.sub(lambda match: _GONE if is_id(match[0]) else match[0], text)
    return _without_names(text, is_name)


def name_keys(name: str) -> Iterator[str]:
    """By what a name is known in a line: its words in order of the alphabet, and each of them.

    >>> list(name_keys("Lovelace, Ada K."))
    ['ada lovelace', 'ada', 'lovelace']
    """
    words = _WORD.findall(name)[:_MOST_WORDS]
    if len(words) > 1:
        yield _key(words)
    yield from sorted(map(str.casefold, words))


def _key(words: Sequence[str]) -> str:
    return " ".join(sorted(map(str.casefold, words)))


def _without_names(text: str, is_name: Callable[[str], bool]) -> str:
    """A line without names: several words of one, or one that is written as a name is."""
    words = list(_WORD.finditer(text))
    kept, done = "", 0
    for k, first in enumerate(words):
        if first.start() < done:
            continue
        together = [first]
        for word in words[k + 1 : k + _MOST_WORDS]:
            if not _BETWEEN.fullmatch(text, together[-1].end(), word.start()):
                break
            together.append(word)
        for count in range(len(together), 0, -1):
            # A small letter begins a word of mathematics, as in max or tan.
            if (count > 1 or not first[0][0].islower()) and is_name(_key([word[0] for word in together[:count]])):
                kept, done = kept + text[done : first.start()] + _GONE, together[count - 1].end()
                break
    return kept + text[done:]
