r"""LaTeX maths as MathML that renders right in a browser, or an error that says why it can't.

In: LaTeX of one formula. Out: MathML, built by latex2mathml, mended where it is known to be wrong, and checked element by
element against what MathML Core allows; what doesn't pass is never shown.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

from symlstm.document.writers.mathml_mending import UnshownMathsError, mend

_CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3,
    "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0,
}
_ELEMENTS = frozenset(_CHILDREN) | {
    "math", "mrow", "msqrt", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
}
_BAD = re.compile(
    r"\\(?:not|boxed|[bx]?cancel|sout|hline|xrightarrow|xleftarrow|phantom|substack|mathop|pmod)(?![A-Za-z])"
)
_NUMBER = re.compile(r"(?<![\d.^_A-Za-z\\])\d+(?:\.\d+)?(?![\d.])")
_OPERATOR = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}")
_ALIASES = (
    (re.compile(r"\\arg(?![A-Za-z])"), r"\\operatorname{arg}"),
    (re.compile(r"\\bmod(?![A-Za-z])"), r"\\;\\text{mod}\\;"),
    (re.compile(r"\\mathrm\s*\{([A-Za-z])\}"), r"\\operatorname{\1}"),
)
_MATRIX = re.compile(r"\\(begin|end)\{([pbBvV]?matrix|cases|array|smallmatrix)\}")
_BLANKS = "\N{NO-BREAK SPACE}\N{THIN SPACE}\N{SIX-PER-EM SPACE}"


@lru_cache(maxsize=4096)
def mathml(latex: str, relation: str = "", display: bool = False) -> str:
    r"""A formula as a `<math>` element, with a relation's character in front where one is given.

    >>> mathml("x_t", "=")
    '<math><mrow><mo form="infix">=</mo><msub><mi>x</mi><mi>t</mi></msub></mrow></math>'
    >>> mathml(r"\foo")
    Traceback (most recent call last):
    symlstm.document.writers.mathml_mending.UnshownMathsError: MathML has nothing for \foo
    """
    row = _converted(latex)
    if relation:
        mark = ET.Element("mo", {"form": "infix"})
        mark.text = relation
        row.insert(0, mark)
    mend(row)
    _check(row)
    start = '<math displaystyle="true">' if display else "<math>"
    text = f"{start}{ET.tostring(row, encoding='unicode')}</math>"
    ET.fromstring(text)
    return text


def numbered(latex: str, relation: str = "", display: bool = False) -> str:
    """As `mathml`, but formulas that differ in their numbers alone are converted once.

    >>> numbered("0.25 x") == mathml("0.25 x")
    True
    """
    numbers = _NUMBER.findall(latex)
    if numbers:
        count = 0

        def mark(_: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return _mark(count)

        parts = _pattern(_NUMBER.sub(mark, latex), relation, display, len(numbers))
        if parts:
            pieces = [parts[0]]
            for number, part in zip(numbers, parts[1:], strict=True):
                pieces += (number, part)
            return "".join(pieces)
    return mathml(latex, relation, display)


def _mark(count: int) -> str:
    return f"70{count:05d}07"


@lru_cache(maxsize=1024)
def _pattern(latex: str, relation: str, display: bool, count: int) -> tuple[str, ...]:
    """What stands around the marks that hold the places of numbers; empty where some mark isn't a number by itself."""
    rest = mathml(latex, relation, display)
    parts: list[str] = []
    for k in range(1, count + 1):
        before, found, rest = rest.partition(f"<mn>{_mark(k)}</mn>")
        if not found:
            return ()
        parts.append(before + "<mn>")
        rest = "</mn>" + rest
    return (*parts, rest)


def _converted(latex: str) -> ET.Element:
    from latex2mathml.converter import Converter

    bad = _BAD.search(latex)
    if bad:
        raise UnshownMathsError(f"MathML has nothing for {bad[0]}")
    for command, alias in _ALIASES:
        latex = command.sub(alias, latex)
    latex = _OPERATOR.sub(lambda o: f"\\operatorname{o[1]}{{{re.sub(r'[^A-Za-z]', '', o[2])}}}", latex)
    # A matrix with its transpose sign would get four children where two belong; in braces it is one thing.
    latex = _MATRIX.sub(lambda m: ("{" + m[0] if m[1] == "begin" else m[0] + "}"), latex)
    try:
        tree = Converter().convert_to_element(latex)
    except Exception as error:  # latex2mathml's errors have no base of their own, and StopIteration and others come through
        reason = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise UnshownMathsError(f"it can't be read as LaTeX maths ({reason})") from error
    row = tree[0]
    if not len(row):
        raise UnshownMathsError("there is nothing in it")
    return row


def _check(element: ET.Element) -> None:
    """Every element known, with as many children as it must have, and no LaTeX left over in its text."""
    if element.tag not in _ELEMENTS:
        what = element.tag if isinstance(element.tag, str) else "a comment"
        raise UnshownMathsError(f"browsers don't show {what}")
    wanted = _CHILDREN.get(element.tag)
    if wanted is not None and len(element) != wanted:
        raise UnshownMathsError(f"{element.tag} has {len(element)} parts instead of {wanted}")
    if element.tag == "mtable" and any(row.tag != "mtr" for row in element):
        raise UnshownMathsError("a table holds something that is no row")
    if element.tag == "mtr" and any(cell.tag != "mtd" for cell in element):
        raise UnshownMathsError("a row holds something that is no cell")
    text = element.text or ""
    if "\\" in text and element.tag != "mo":
        raise UnshownMathsError(f"MathML has nothing for {text}")
    if "\\" in text or (element.tag != "mtext" and "&" in text) or not all(c.isprintable() or c in _BLANKS for c in text):
        raise UnshownMathsError(f"a bare {text!r} stands in it")
    # `\right.` is a fence that shows nothing.
    if element.tag in ("mi", "mn", "mo") and not text and "fence" not in element.attrib:
        raise UnshownMathsError("a part of it is empty")
    for child in element:
        _check(child)
