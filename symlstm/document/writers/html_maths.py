r"""LaTeX maths as MathML that renders right in a browser, or an error that says why it can't.

In: LaTeX of one formula. Out: MathML, built by latex2mathml, mended where it is known to be wrong, and checked element by
element against what MathML Core allows; what doesn't pass is never shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import lru_cache

_CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3,
    "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0,
}
_ELEMENTS = frozenset(_CHILDREN) | {
    "math", "mrow", "msqrt", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
}
_ATTRIBUTES = frozenset((
    "displaystyle", "scriptlevel", "stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize", "movablelimits",
    "accent", "linethickness", "width", "height", "depth", "symmetric", "largeop",
))
_SPACES = {
    "thinmathspace": "0.167em", "mediummathspace": "0.222em", "thickmathspace": "0.278em", "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em", "negativethickmathspace": "-0.278em",
}
_BAD = re.compile(
    r"\\(?:not|boxed|[bx]?cancel|sout|hline|xrightarrow|xleftarrow|phantom|substack|mathop|pmod)(?![A-Za-z])"
)
_OPERATOR = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}")
_ALIASES = ((re.compile(r"\\arg(?![A-Za-z])"), r"\\operatorname{arg}"), (re.compile(r"\\bmod(?![A-Za-z])"), r"\\;\\text{mod}\\;"))
_MATRIX = re.compile(r"\\(begin|end)\{([pbBvV]?matrix|cases|array|smallmatrix)\}")
_OPENING = "([{⟨⌊⌈|‖"
_CLOSING = ")]}⟩⌋⌉!′"
_SIGNS = "−+±∓"
_OPERATORS = frozenset(";:⟨⟩⌊⌋⌈⌉*/")
_CAPITALS = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ")
_BLANKS = "\N{NO-BREAK SPACE}\N{THIN SPACE}\N{SIX-PER-EM SPACE}"
_ORDINARY = frozenset("⊤⊥⋮⋯⋱…∞∀∃∅∂∇′")
_ACCENTS = {"∼": "˜", "^": "ˆ", "¯": "¯", "˙": "˙", "→": "→", "¨": "¨", "ˇ": "ˇ", "˘": "˘", "`": "`", "´": "´"}
_ALPHABETS = {
    "bold": ("BOLD", "BOLD"), "italic": ("ITALIC", ""), "bold-italic": ("BOLD ITALIC", "BOLD"), "script": ("SCRIPT", ""),
    "fraktur": ("FRAKTUR", ""), "double-struck": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"), "sans-serif": ("SANS-SERIF", "SANS-SERIF"),
    "monospace": ("MONOSPACE", "MONOSPACE"), "sans-serif-italic": ("SANS-SERIF ITALIC", "SANS-SERIF"),
}


class UnshownMathsError(Exception):
    """Maths that can't be shown as MathML; the message says why."""


@lru_cache(maxsize=4096)
def mathml(latex: str, relation: str = "", display: bool = False) -> str:
    r"""A formula as a `<math>` element, with a relation's character in front where one is given.

    >>> mathml("x_t", "=")
    '<math><mrow><mo form="infix">=</mo><msub><mi>x</mi><mi>t</mi></msub></mrow></math>'
    >>> mathml(r"\foo")
    Traceback (most recent call last):
    symlstm.document.writers.html_maths.UnshownMathsError: MathML has nothing for \foo
    """
    row = _converted(latex)
    if relation:
        mark = ET.Element("mo", {"form": "infix"})
        mark.text = relation
        row.insert(0, mark)
    _mend(row)
    _check(row)
    start = '<math displaystyle="true">' if display else "<math>"
    text = f"{start}{ET.tostring(row, encoding='unicode')}</math>"
    ET.fromstring(text)
    return text


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


def _mend(element: ET.Element) -> None:
    """Put right what latex2mathml writes differently from what browsers read, from the leaves up."""
    element.text = _unescaped(element.text)
    element.tail = None
    variant = element.attrib.get("mathvariant", "")
    column = element.attrib.get("columnalign", "")
    if "columnlines" in element.attrib or "rowlines" in element.attrib:
        raise UnshownMathsError("MathML has no lines between rows or columns")
    element.attrib = {k: _SPACES.get(v, v) for k, v in element.attrib.items() if k in _ATTRIBUTES}
    if column in ("left", "right"):
        element.set("class", column)
    if variant == "normal" and element.tag == "mi":
        element.set("mathvariant", "normal")
    elif variant in _ALPHABETS:
        element.text = "".join(_in_alphabet(c, variant) for c in element.text)
    for child in element:
        _mend(child)
    if element.tag in ("mi", "mo", "mn"):
        _retag(element)
    elif element.tag == "mover" and len(element) == 2 and element[1].tag == "mo" and (element[1].text or "") in _ACCENTS:
        element[1].text = _ACCENTS[element[1].text or ""]
        element.set("accent", "true")
        element[1].set("stretchy", "false")
    elif element.tag in ("math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom"):
        _space(element)


def _unescaped(text: str | None) -> str:
    return html.unescape(text) if text else ""


def _in_alphabet(character: str, variant: str) -> str:
    """A letter or digit in the mathematical alphabet of its font, since browsers read no other `mathvariant`."""
    letters, digits = _ALPHABETS[variant]
    name = unicodedata.name(character, "")
    if character.isascii() and character.isalpha():
        case = "CAPITAL" if character.isupper() else "SMALL"
        for wanted in (f"MATHEMATICAL {letters} {case} {character.upper()}", f"{letters} {case} {character.upper()}",
                       f"BLACK-LETTER {case} {character.upper()}" if variant == "fraktur" else ""):
            try:
                return unicodedata.lookup(wanted)
            except KeyError:
                continue
        return "ℎ" if (character, variant) == ("h", "italic") else character
    if name.startswith("GREEK ") and character.isalpha():
        kind = name.removeprefix("GREEK ").replace(" LETTER", "")
        wanted = f"MATHEMATICAL {letters} {kind}"
    elif character.isdecimal() and character.isascii() and digits:
        wanted = f"MATHEMATICAL {digits} {name}"
    else:
        return character
    try:
        return unicodedata.lookup(wanted)
    except KeyError:
        return character


def _retag(leaf: ET.Element) -> None:
    """Numbers are `mn`, fences and separators `mo`, names of functions and dots `mi`."""
    text = leaf.text or ""
    if leaf.tag == "mi" and re.fullmatch(r"\.\d+", text):
        leaf.tag = "mn"
    elif leaf.tag == "mi" and len(text) == 1 and unicodedata.category(text) == "Sm" and text not in _ORDINARY:
        leaf.tag = "mo"
    elif leaf.tag == "mi" and text in _CAPITALS:
        leaf.set("mathvariant", "normal")
    elif leaf.tag == "mo" and text == "~":
        leaf.text = "∼"
    elif leaf.tag == "mi" and text in _OPERATORS:
        leaf.tag = "mo"
        if text not in "*/;:":
            leaf.set("stretchy", "false")
    elif leaf.tag == "mo" and (text in _ORDINARY or (text.isalpha() and text.isascii() and "movablelimits" not in leaf.attrib)):
        leaf.tag = "mi"
        leaf.attrib.clear()
        if len(text) == 1 and text.isalpha():
            leaf.set("mathvariant", "normal")
    if leaf.tag == "mn" and not re.fullmatch(r"[\d.,\U0001D7CE-\U0001D7FF]+", text):
        raise UnshownMathsError(f"{text!r} reads as a length")


def _space(row: ET.Element) -> None:
    """A sign after an opening bracket, a comma or a relation belongs to its number; a function's name stands off."""
    before: ET.Element | None = None
    for k, child in enumerate(list(row)):
        if child.tag == "mo" and (child.text or "") in _SIGNS and _expects_operand(before):
            child.set("form", "prefix")
        elif child.tag == "mi" and len(child.text or "") > 1 and (child.text or "").isascii() and not _expects_operand(before):
            space = ET.Element("mspace", {"width": "0.167em"})
            row.insert(list(row).index(child), space)
        if child.tag != "mspace" or k == 0:
            before = child


def _expects_operand(before: ET.Element | None) -> bool:
    if before is None or before.tag == "mspace":
        return True
    if before.tag != "mo" or before.get("form") == "postfix":
        return False
    return (before.text or "") not in _CLOSING


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
