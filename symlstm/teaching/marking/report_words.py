"""Words as they stand in a report on a class."""

from __future__ import annotations

from symlstm.document.blocks import Code, Emphasis, Inline, Inlines, Text
from symlstm.presentation.feedback_words import counted


def plain(text: str) -> Inlines:
    """Words as they stand."""
    return (Text(text),)


def prose(text: str) -> Inlines:
    """Our own words, with what stands between backticks as code."""
    return tuple(Code(part) if k % 2 else Text(part) for k, part in enumerate(text.split("`")) if part)


def strong(text: str) -> Inline:
    """Words that stand out."""
    return Emphasis(plain(text), True)


def students(count: int) -> str:
    """So many students."""
    return counted(count, "student")


def decimals(value: float, places: int = 2) -> str:
    """A number to so many decimals."""
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")


def full_sentence(sentence: str) -> str:
    """Words as a sentence."""
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")
