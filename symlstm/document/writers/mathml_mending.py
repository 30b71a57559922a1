"""MathML as latex2mathml makes it, brought to what browsers read: MathML Core, with alphabets, spacing and accents put right.

In: an element tree. Out: the same tree, mended in place. Whether it may be shown is for `html_maths` to judge.
"""

from __future__ import annotations

import html
import re
import unicodedata
import xml.etree.ElementTree as ET

_ATTRIBUTES = frozenset((
    "displaystyle", "scriptlevel", "stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize", "movablelimits",
    "accent", "linethickness", "width", "height", "depth", "symmetric", "largeop",
))
_SPACES = {
    "thinmathspace": "0.167em", "mediummathspace": "0.222em", "thickmathspace": "0.278em", "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em", "negativethickmathspace": "-0.278em",
}
_CLOSING = ")]}⟩⌋⌉!′"
_SIGNS = "−-+±∓"
_OPERATORS = frozenset(";:⟨⟩⌊⌋⌈⌉*/")
_CAPITALS = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ")
_ORDINARY = frozenset("⊤⊥⋮⋯⋱…∞∀∃∅∂∇′")
_ACCENTS = {"∼": "˜", "^": "ˆ", "¯": "¯", "˙": "˙", "→": "→", "¨": "¨", "ˇ": "ˇ", "˘": "˘", "`": "`", "´": "´"}
_ALPHABETS = {
    "bold": ("BOLD", "BOLD"), "italic": ("ITALIC", ""), "bold-italic": ("BOLD ITALIC", "BOLD"), "script": ("SCRIPT", ""),
    "fraktur": ("FRAKTUR", ""), "double-struck": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"), "sans-serif": ("SANS-SERIF", "SANS-SERIF"),
    "monospace": ("MONOSPACE", "MONOSPACE"), "sans-serif-italic": ("SANS-SERIF ITALIC", "SANS-SERIF"),
}


class UnshownMathsError(Exception):
    """Maths that can't be shown as MathML; the message says why."""


def mend(element: ET.Element) -> None:
    """Put right what latex2mathml writes differently from what browsers read, from the leaves up.

    >>> row = ET.fromstring("<mrow><mo>-</mo><mi>.5</mi></mrow>")
    >>> mend(row)
    >>> ET.tostring(row, encoding="unicode")
    '<mrow><mo form="prefix">-</mo><mn>.5</mn></mrow>'
    """
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
        mend(child)
    if element.tag in ("mi", "mo", "mn"):
        _retag(element)
    elif element.tag == "mover" and len(element) == 2 and element[1].tag == "mo":
        _accent(element, element[1])
    elif element.tag in ("math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom"):
        _space(element)


def _accent(element: ET.Element, mark: ET.Element) -> None:
    """An accent close above its letter, a bar as wide as what it covers."""
    text = mark.text or ""
    if text == "―":
        mark.text = "‾"
        mark.set("stretchy", "true")
    elif text in _ACCENTS:
        mark.text = _ACCENTS[text]
        element.set("accent", "true")
        if len(element[0]) <= 1:
            mark.set("stretchy", "false")


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
    elif text == "~":
        leaf.tag, leaf.text = "mo", "∼"
    elif leaf.tag == "mi" and len(text) == 1 and unicodedata.category(text) == "Sm" and text not in _ORDINARY:
        leaf.tag = "mo"
    elif leaf.tag == "mi" and text in _CAPITALS:
        leaf.set("mathvariant", "normal")
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
