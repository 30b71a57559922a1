r"""What characters mean to LaTeX: words made safe for its text mode and for `\text` among maths.

In: any Unicode text. Out: ASCII LaTeX for pdflatex (`in_text`), or maths made of `\text{...}` and symbols that KaTeX, MathJax
and pdflatex all read (`in_maths`). Knows nothing of blocks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from symlstm.notation.typeset import ACCENTS, GREEK

MATHS: dict[str, str] = {
    **GREEK,
    "ς": r"\varsigma", "ο": "o", "−": "-", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "÷": r"\div", "±": r"\pm", "∓": r"\mp",
    "≈": r"\approx", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≡": r"\equiv", "∝": r"\propto", "≪": r"\ll", "≫": r"\gg",
    "→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "⇐": r"\Leftarrow", "⇔": r"\Leftrightarrow",
    "↦": r"\mapsto", "↑": r"\uparrow", "↓": r"\downarrow", "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq",
    "∪": r"\cup", "∩": r"\cap", "∅": r"\emptyset", "∀": r"\forall", "∃": r"\exists", "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg",
    "⊕": r"\oplus", "⊗": r"\otimes", "⊙": r"\odot", "∘": r"\circ", "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla",
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "√": r"\surd", "⊤": r"\top", "⊥": r"\bot", "⟨": r"\langle", "⟩": r"\rangle",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "⋮": r"\vdots", "⋯": r"\cdots", "⋱": r"\ddots",
    "′": "{}'", "″": "{}''", "°": r"{}^{\circ}", "ℓ": r"\ell", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}",
    "ℚ": r"\mathbb{Q}", "✓": r"\checkmark", "✔": r"\checkmark", "✗": r"\times", "✘": r"\times", "□": r"\square",
    "∎": r"\square", "■": r"\blacksquare", "▪": r"\blacksquare", "▶": r"\blacktriangleright", "★": r"\bigstar",
    "ᵀ": r"{}^{\top}", "∥": r"\parallel", "∼": r"\sim", "≅": r"\cong", "≜": r"\triangleq", "µ": r"\mu",
    **{c: f"{{}}^{{{unicodedata.normalize('NFKC', c).replace('−', '-')}}}" for c in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"},
    **{c: f"{{}}_{{{unicodedata.normalize('NFKC', c).replace('−', '-')}}}" for c in "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ"},
}
"""From a character to its LaTeX in maths."""

_TEXT: dict[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "`": r"\textasciigrave{}", '"': r"\textquotedbl{}",
    "\N{NO-BREAK SPACE}": "~", "\u202f": "~", "\N{SOFT HYPHEN}": r"\-", "\N{ZERO WIDTH SPACE}": "", "\ufeff": "", "\u2060": "",
    "\ufe0f": "", "–": "--", "—": "---", "‐": "-", "‑": "-", "“": "``", "”": "''", "„": r"\quotedblbase{}", "‘": "`", "’": "'",
    "‚": r"\quotesinglbase{}", "«": r"\guillemotleft{}", "»": r"\guillemotright{}", "‹": r"\guilsinglleft{}",
    "›": r"\guilsinglright{}", "…": r"\ldots{}", "•": r"\textbullet{}", "§": r"\S{}", "¶": r"\P{}", "©": r"\textcopyright{}",
    "®": r"\textregistered{}", "™": r"\texttrademark{}", "£": r"\pounds{}", "€": r"\texteuro{}", "¡": r"\textexclamdown{}",
    "¿": r"\textquestiondown{}", "ª": r"\textordfeminine{}", "º": r"\textordmasculine{}", "†": r"\dag{}", "‡": r"\ddag{}",
    "½": r"\textonehalf{}", "¼": r"\textonequarter{}", "¾": r"\textthreequarters{}",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}",
    "Ł": r"\L{}", "đ": r"\dj{}", "Đ": r"\DJ{}", "ð": r"\dh{}", "Ð": r"\DH{}", "þ": r"\th{}", "Þ": r"\TH{}", "ı": r"\i{}",
    "ŋ": r"\ng{}", "Ŋ": r"\NG{}",
}
"""From a character to its LaTeX in text (T1 encoding)."""

_TEXT_ACCENTS = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=", "\u0306": r"\u", "\u0307": r"\.",
    "\u0308": r'\"', "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v", "\u0323": r"\d", "\u0327": r"\c", "\u0328": r"\k",
    "\u0331": r"\b",
}

_SAFE_TEXT = re.compile(r"[A-Za-z0-9 .:;!?()/@=+*|\[\]]*")
_SAFE_IN_MATHS = re.compile(r"[A-Za-z0-9 .,:;!?()/@=+*|\[\]'\"-]*")
_LIGATURES = re.compile(r"([-<>,'])(?=\1)")
_SPACES = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")

_MATHS_SPECIAL = {
    "\\": r"\backslash ", "{": r"\lbrace ", "}": r"\rbrace ", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"{}^{\wedge}", "~": r"{\sim}", "<": "{<}", ">": "{>}", "`": "{}^{\\backprime}",
}


@lru_cache(maxsize=4096)
def in_text(text: str) -> tuple[str, str]:
    r"""Words as LaTeX text, and the characters LaTeX has nothing for; these show as their number.

    >>> in_text("50% of σ(z) − café")
    ("50\\% of \\ensuremath{\\sigma}(z) \\ensuremath{-} caf\\'{e}", '')
    """
    if _SAFE_TEXT.fullmatch(text):
        return text, ""
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    out: list[str] = []
    missing: list[str] = []
    for k, character in enumerate(text):
        if unicodedata.combining(character) and k:
            if not _put_accent(out, text[k - 1], character):
                missing.append(character)
            continue
        following = text[k + 1 : k + 2]
        out.append(_character(character, following))
        if not out[-1] and character not in _TEXT:
            missing.append(character)
            out[-1] = f"[U+{ord(character):04X}]"
    return "".join(out), "".join(missing)


def _character(character: str, following: str) -> str:
    """One character in text mode; empty where LaTeX has nothing for it."""
    if character in _TEXT:
        return _TEXT[character]
    if " " <= character <= "~":
        return character + "{}" if character == following and character in "-<>,'" else character
    if character in MATHS:
        return rf"\ensuremath{{{MATHS[character]}}}"
    apart = unicodedata.normalize("NFD", character)
    if len(apart) == 2 and apart[0].isascii() and apart[1] in _TEXT_ACCENTS:
        return _accented(apart[0], apart[1])
    plain = unicodedata.normalize("NFKC", character)
    if plain != character:
        parts = [_character(c, "") for c in plain]
        return "".join(parts) if all(parts) else ""
    return ""


def _accented(letter: str, accent: str) -> str:
    letter = rf"\{letter}" if letter in "ij" and accent not in "\u0323\u0327\u0328\u0331" else letter
    return f"{_TEXT_ACCENTS[accent]}{{{letter}}}"


def _put_accent(out: list[str], letter: str, accent: str) -> bool:
    """Put a combining accent on what was written last; false where that isn't known how."""
    if letter.isascii() and letter.isalpha() and accent in _TEXT_ACCENTS:
        out[-1] = _accented(letter, accent)
    elif accent in ACCENTS and out:
        out[-1] = rf"\ensuremath{{{ACCENTS[accent]}{{{MATHS.get(letter, letter)}}}}}" if letter in MATHS else out[-1]
        return letter in MATHS
    else:
        return False
    return True


@lru_cache(maxsize=4096)
def in_maths(text: str, command: str = r"\text") -> str:
    r"""Words among maths: `\text{...}` for what is letters, maths for its symbols.

    No `\_` or `$` stands inside `\text`, where MathJax would show the backslash and GitHub end the formula.

    >>> in_maths("saturated"), in_maths("σ ≈ 1_0")
    ('\\text{saturated}', '{\\sigma}\\text{ }{\\approx}\\text{ 1}\\_\\text{0}')
    >>> in_maths("the c\u0303")
    '\\text{the }{\\tilde{c}}'
    """
    if _SAFE_IN_MATHS.fullmatch(text):
        return f"{command}{{{text}}}" if text else ""
    out: list[str] = []
    words = ""
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    for character, following in zip(text, text[1:] + " ", strict=True):
        if following in ACCENTS and character.isalpha():
            symbol = f"{{{ACCENTS[following]}{{{MATHS.get(character, character)}}}}}"
        elif character in ACCENTS:
            continue
        else:
            symbol = _MATHS_SPECIAL.get(character) or ("{" + MATHS[character] + "}" if character in MATHS else "")
        if not symbol:
            words += character
            continue
        if words:
            out.append(f"{command}{{{words}}}")
            words = ""
        out.append(symbol)
    return "".join(out) + (f"{command}{{{words}}}" if words else "")


def maths_in_ascii(latex: str) -> tuple[str, str]:
    r"""LaTeX source with its non-ASCII characters as commands, and the characters LaTeX has nothing for.

    >>> maths_in_ascii("σ(z) ≈ 1")
    ('\\ensuremath{\\sigma}(z) \\ensuremath{\\approx} 1', '')
    """
    if latex.isascii():
        return latex, ""
    out, missing, before = [], "", ""
    for character in unicodedata.normalize("NFC", latex):
        part = character if character.isascii() else _maths_character(character)
        missing += "" if part else character
        out.append(f"{{{part}}}" if before in ("^", "_") and len(part) > 1 else part)
        before = character
    return "".join(out), missing


def _maths_character(character: str) -> str:
    if character in MATHS:
        return rf"\ensuremath{{{MATHS[character]}}}"
    words = _TEXT.get(character) or _character(character, "")
    return rf"\text{{{words}}}" if words else ""
