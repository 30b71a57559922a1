"""The folder of variants: written where nothing else is in the way.

In come finished files with their names, out goes a folder. What an earlier run of the same command has left is written over with the
same bytes; any other variants, or an index of anything else, are left alone. Nothing is drawn here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from symlstm.errors import UsageError
from symlstm.model.files import write_whole

_OURS = re.compile(r".+-\d{3,6}\.md|index\.csv|index\.json")


def check_folder(folder: Path) -> None:
    """Raise `UsageError` where a folder can't be there or can't be written, before any work is done; nothing is made."""
    try:
        above = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
        if not above.is_dir():
            raise UsageError(f"{above}: a file; name a folder")
    except (OSError, ValueError) as error:
        raise _cant(folder, error) from None
    if not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{above}: can't be written to; name another folder")


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write files to a folder, each whole or not at all.

    Raises `UsageError` where it holds variants that aren't these, and then writes nothing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = [path for path in sorted(folder.iterdir()) if _OURS.fullmatch(path.name)]
        for path in there:
            if path.name not in files or path.read_bytes() != files[path.name].encode():
                raise UsageError(_refusal(folder, path))
    except (OSError, ValueError) as error:
        raise _cant(folder, error) from None
    for name, text in files.items():
        write_whole(folder / name, (text,))


def _refusal(folder: Path, path: Path) -> str:
    if (folder / "index.json").exists() and b'"symlstm/variants-1"' in (folder / "index.json").read_bytes()[:200]:
        return f"{folder}: holds variants of another problem, seed or number; name another folder, or delete this one"
    return f"{path}: stands there already and is none of these variants; name another folder"


def _cant(folder: Path, error: OSError | ValueError) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{folder}: {reason.lower()}")
