"""A capital letter for a small one: `U_1 = 0.5` where the problem has u and no U.

In come the characters of a work and what the problem calls its symbols, out go the characters with the small letter, and where one was
put. Only a letter with its step behind it is taken so, and only where one symbol alone can be meant.
"""

from __future__ import annotations

import re
from collections import Counter

from symlstm.checking.characters import Characters
from symlstm.notation.symbols import Vocabulary

_TILDE = "\N{COMBINING TILDE}"


class Capitals:
    """The capital letters that can only mean a small one, in work on one problem that doesn't write the small one as well.

    >>> from symlstm.checking.characters import normalised
    >>> from symlstm.notation.tree import Name
    >>> u, v, capital = (Name(letter) for letter in "uvV")
    >>> Capitals(Vocabulary(timed={u: u, v: v}, plain={capital: capital})).lowered(normalised("U_1 = V_1"))
    (Characters(text='u_1 = V_1', offsets=(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)), {0: 'U'})
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        bases = {name.base for name in (*vocabulary.timed, *vocabulary.plain)}
        small = Counter(name.base for name in vocabulary.timed if len(name.base.removesuffix(_TILDE)) == 1)
        letters = {base[0].upper() + base[1:]: base for base, symbols in small.items() if symbols == 1}
        self._small = {capital: base for capital, base in letters.items() if capital not in bases and len(capital) == len(base)}
        letter = re.escape(vocabulary.running)
        # `Q1 = 0.5` may be the answer to question 1, so Q needs its underscore.
        bare = "".join(capital for capital in self._small if len(capital) == 1 and capital != "Q")
        joined = "|".join(map(re.escape, sorted(self._small, key=len, reverse=True)))
        self._pattern = re.compile(
            rf"(?<![\w\\^{{}}])(?:{joined})(?!{_TILDE})(?=_\{{?(?:[-−]?\d|{letter}\b)|[₀-₉])"
            + (rf"|(?<![\w\\^{{}}])[{bare}](?=\d{{1,6}}\s*[=≈→:])" if bare else "")
        ) if joined else None

    def lowered(self, characters: Characters) -> tuple[Characters, dict[int, str]]:
        """The characters with small letters, and the capitals they stand for by their offset in the original."""
        taken: dict[int, str] = {}
        if self._pattern is None:
            return characters, taken

        def small(match: re.Match[str]) -> str:
            # Who writes the small letter too means something of their own by the capital, such as Z_1 for what goes into z_1.
            if re.search(rf"(?<![\w\\]){re.escape(self._small[match.group()])}(?=_|\d|[₀-₉])", characters.text):
                return match.group()
            taken[characters.original(match.start())] = match.group()
            return self._small[match.group()]

        return characters.sub(self._pattern, small), taken


def taken_for(capital: str) -> str:
    """In words, how a capital letter was read.

    >>> taken_for("U")
    'U is read as u, since the problem has no U'
    """
    return f"{capital} is read as {capital[0].lower()}{capital[1:]}, since the problem has no {capital}"
