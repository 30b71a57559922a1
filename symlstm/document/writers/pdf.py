r"""Documents as PDF by the typst wheel: tagged for screen readers (PDF/UA-1), the same bytes for the same document.

In: a document. Out: a PDF. Typst gets no file, no network and no clock, and the fonts that stand in the wheel; those of the
system only where a character needs them. Nothing here knows what a document says.
"""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from symlstm.document.blocks import Document
from symlstm.document.writers import typst as source
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.typst_text import GUIDES
from symlstm.errors import SymlstmError, UsageError

if TYPE_CHECKING:
    from typst import Compiler

_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ATTEMPTS = 40


class PdfError(SymlstmError):
    """A document that Typst can't set."""


@dataclass(slots=True)
class _Press:
    """One compiler for a process, and the characters that its fonts turned out to lack."""

    compiler: Compiler
    process: int
    """Where it was made: Typst's threads don't outlive a fork."""
    lacking: set[str] = field(default_factory=set)

    def compiled(self, text: str) -> bytes | None:
        """The PDF of a source; none where characters are missing, which are kept in mind."""
        import typst

        if os.getpid() != self.process:
            raise PdfError("Typst stands still in a process forked after its first PDF: start worker processes with spawn")
        try:
            # Half a surrogate pair, as a broken file name has it, is no text.
            text_bytes = text.encode(errors="replace")
            made = self.compiler.compile(text_bytes, format="pdf", pdf_standards=["ua-1"], timestamp=0)
        except typst.TypstError as error:
            clusters = [_unescaped(found) for found in _MISSING.findall(f"{error.message}\n{error.diagnostic}")]
            missing = {character for cluster in clusters for character in cluster if _shows(character)}
            if not missing - self.lacking:
                raise PdfError(f"this document can't be set as a PDF: {error.message}") from error
            self.lacking |= missing
            return None
        assert isinstance(made, bytes)
        return made


def pdf(document: Document, *, warn: Warn = warnings.warn) -> bytes:
    """The document as a PDF.

    >>> from symlstm.document.blocks import Paragraph, Text
    >>> pdf(Document("LSTM", [Paragraph((Text("The state is 1."),))]))[:5]
    b'%PDF-'
    """
    return printed("".join(source.write(document, warn=warn)), warn)


def printed(text: str, warn: Warn = warnings.warn) -> bytes:
    """The PDF of a Typst source that `typst.write` made.

    A character that no font has stands there as its number. UsageError: typst isn't installed. PdfError: Typst refuses.
    """
    characters = set(text)
    own = _press(False)
    if not characters & own.lacking:
        made = own.compiled(text)
        if made is not None:
            return made
    press = _press(True)
    for _ in range(_ATTEMPTS):
        absent = characters & press.lacking
        made = press.compiled(_numbered(text, absent))
        if made is not None:
            for character in sorted(absent):
                warn(f"U+{ord(character):04X} {character}: no font here has this character, so its number stands there")
            return made
    raise PdfError("this document can't be set as a PDF: too many characters that no font has")


@cache
def _press(system_fonts: bool) -> _Press:
    try:
        import typst
    except ImportError as error:
        raise UsageError("a PDF needs the typst package: pip install 'symlstm[pdf]', or pip install typst; without it, choose another "
                         "format with --to") from error
    # A root that is a file: there is nothing in it, and nothing of the machine is in Typst's reach.
    root = __file__
    fonts = typst.Fonts(include_system_fonts=system_fonts)
    return _Press(typst.Compiler(b"", root=root, font_paths=fonts, package_path=root, package_cache_path=root), os.getpid())


def _numbered(text: str, absent: set[str]) -> str:
    """The source with characters as their numbers; they stand in string literals only."""
    return text.translate({ord(character): f"[U+{ord(character):04X}]" for character in absent}) if absent else text


def _shows(character: str) -> bool:
    """Whether it may lack a glyph: what `typst_text` puts in to guide words needs none, and is told with its neighbours."""
    return not character.isascii() and character not in GUIDES


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
