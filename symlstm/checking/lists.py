"""A bare list of numbers as people and programs print it: `[0, 0, 1]`, `0 0 1`, `[0. 1. -1.]`, `[1] 0 0 1`, `c(0, 0, 1)`.

In comes a line, out goes the list as a tree whose numbers know where they stand in the line.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symlstm.notation.tree import Expr, Listing, Numeral

_NUMBER = r"[-−–+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?(?:/[0-9]+)?"
_INTRODUCED = re.compile(
    r"(?i)\s*(?:(?:my|the|our|i\s+get|we\s+get|so|final|answers?|results?|solution|output|values?|is|are|antwort|ergebnis|here)\b[\s]*)*[:=>]*\s*"
)
_SENTENCE = re.compile(r"[^\d\[\](){}=≈→]*[^\W\d_]{2}[^\d\[\](){}=≈→]*(?=\[)")
_WRAPPER = re.compile(r"\s*(?:(?:np|numpy|torch|tf)\.)?(?:array|tensor|c|list|tuple|matrix)\s*(?=[\[(])", re.IGNORECASE)
_R_INDEX = re.compile(r"\s*\[\d+\]\s+(?=[-−.\d])")
_DTYPE = re.compile(r",?\s*(?:dtype|device|grad_fn|requires_grad)\s*=\s*[^,()\[\]]+(?:\([^()]*\))?")
_TOKEN = re.compile(rf"\s*(?:(?P<number>{_NUMBER})(?![\w.])|(?P<open>[\[({{])|(?P<close>[\])}}])|(?P<mark>[,;]))")
_CLOSES = {"[": "]", "(": ")", "{": "}"}
_DEEPEST = 3
_LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 400


def bare_list(line: str) -> Listing | None:
    """The list that a line holds and nothing else; None where the line is no list.

    >>> bare = lambda line: [item.text for item in bare_list(line).items]
    >>> bare("[1] 0 0 1 -1"), bare("c(0,0,1)"), bare("[0. 1. -0.]"), bare_list("h = 1")
    (['0', '0', '1', '-1'], ['0', '0', '1'], ['0', '1', '-0'], None)
    """
    introduced = _SENTENCE.match(line) or _INTRODUCED.match(line)
    at = introduced.end() if introduced is not None else 0
    end = len(line.rstrip().rstrip(".;,"))
    if match := _R_INDEX.match(line, at):
        at = match.end()
    if match := _WRAPPER.match(line, at):
        at = match.end()
    if found := _DTYPE.search(line, at):
        # What a program says of the type stands behind the numbers.
        line = line[: found.start()] + " " * (found.end() - found.start()) + line[found.end() :]
        end = len(line.rstrip())
    tree = _parsed(line, at, end)
    while isinstance(tree, Listing) and len(tree.items) == 1 and isinstance(tree.items[0], Listing):
        tree = tree.items[0]  # the brackets of a call around those of a list
    bracketed = line[at:end].lstrip()[:1] in _CLOSES
    return tree if tree is not None and (bracketed or len(tree.items) > 1) else None


def _fraction(text: str) -> Fraction | None:
    above, slash, below = text.partition("/")
    exponent = above.lower().partition("e")[2]
    if len(text) > _LONGEST_NUMBER or (exponent and abs(int(exponent)) > _LARGEST_EXPONENT) or (slash and "." in text):
        return None
    return Fraction(above) / int(below) if slash and int(below) else None if slash else Fraction(above)


def _parsed(line: str, at: int, end: int) -> Listing | None:
    stack: list[tuple[str, list[Expr]]] = [("", [])]
    done = False
    while line[at:end].strip():
        match = _TOKEN.match(line, at, end)
        if match is None or (done and match.lastgroup != "mark"):
            return None
        at = match.end()
        if match.lastgroup == "number":
            text = match.group("number").replace("−", "-").replace("–", "-").removeprefix("+")
            text = text.removesuffix(".")
            value = _fraction(text)
            if value is None:
                return None
            stack[-1][1].append(Numeral(text, value, match.start("number")))
        elif match.lastgroup == "open":
            if len(stack) > _DEEPEST:
                return None
            stack.append((match.group("open"), []))
        elif match.lastgroup == "close":
            opened, items = stack.pop()
            if not opened or _CLOSES[opened] != match.group("close") or not items:
                return None
            stack[-1][1].append(Listing(tuple(items), "["))
            done = len(stack) == 1 and len(stack[0][1]) == 1 and not line[at:end].strip(" ,;")
    if len(stack) != 1 or not stack[0][1]:
        return None
    items = stack[0][1]
    if len(items) == 1 and isinstance(items[0], Listing):
        return items[0]
    return Listing(tuple(items), "[")
