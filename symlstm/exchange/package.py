"""A package: the files of an export with their names, and what its format couldn't carry.

In come finished bytes, out goes a folder. What an earlier export has left and nobody has changed is written over or taken away;
anything else that is in the way is left alone, and then nothing is written. Nothing outside the folder is touched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from symlstm.errors import UsageError
from symlstm.model.files import write_whole

MANIFEST = "export.json"
"""Says which files an export has written, with their digests."""
_FORMAT = "symlstm/export-1"


@dataclass(frozen=True)
class Package:
    """Files by their path in the folder (`/` between parts), the same bytes whenever the same is exported."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()
    """What the format couldn't carry, each named."""


class _Manifest(msgspec.Struct, frozen=True):
    format: str
    exports: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each export its files with their digests."""


def written(package: Package, folder: Path, what: str) -> None:
    """Write a package to a folder, each file whole or not at all; the manifest last. What an earlier export of the same name (`what`,
    such as `moodle lstm-states`) has written and this one doesn't is taken away; the files of other exports stay.

    Raises `UsageError` where a file is in the way, or the folder can't be written.
    """
    exports = _earlier(folder)
    before = {name: digest for files in exports.values() for name, digest in files.items()}
    others = {name for key, files in exports.items() if key != what for name in files}
    stale = [name for name, digest in exports.get(what, {}).items()
             if name not in package.files and name not in others and _ours(folder, folder / name, digest)]
    try:
        for name, data in package.files.items():
            _check(folder, name, data, before.get(name, ""))
        for name in package.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _cant(folder, error) from None
    for name, data in package.files.items():
        write_whole(folder / name, (data,))
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    exports[what] = {name: _sha(data) for name, data in package.files.items()}
    manifest = _Manifest(_FORMAT, dict(sorted(exports.items())))
    write_whole(folder / MANIFEST, (msgspec.json.format(msgspec.json.encode(manifest), indent=1), b"\n"))


def _earlier(folder: Path) -> dict[str, dict[str, str]]:
    """What earlier exports say they have written."""
    path = folder / MANIFEST
    try:
        if not path.exists():
            return {}
        found = msgspec.json.decode(path.read_bytes(), type=_Manifest)
    except OSError as error:
        raise _cant(path, error) from None
    except msgspec.DecodeError:
        found = _Manifest("")
    if found.format != _FORMAT:
        raise UsageError(f"{path}: stands there already and is of no export; name another folder")
    return {key: {name: digest for name, digest in files.items() if _inside(name)} for key, files in found.exports.items()}


def _inside(name: str) -> bool:
    """Whether a path stays in the folder."""
    parts = name.split("/")
    return bool(name) and not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)


def _ours(folder: Path, path: Path, digest: str) -> bool:
    """Whether a file is as an export has left it, with no link on the way to it."""
    return not any(part.is_symlink() for part in (path, *_above(folder, path))) and _digest(path) == digest


def _check(folder: Path, name: str, data: bytes, before: str) -> None:
    """Raise `UsageError` where a file can't be written without loss."""
    assert _inside(name), name
    path = folder / name
    if link := next((above for above in _above(folder, path) if above.is_symlink()), None):
        raise UsageError(f"{link}: a link, which may lead out of the folder; name another folder")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file() or _digest(path) not in (before, _sha(data))):
        raise UsageError(f"{path}: stands there already and is of no earlier export, or was changed since; name another folder")


def _above(folder: Path, path: Path) -> Iterator[Path]:
    """The folders between a file and the folder of the export."""
    return (above for above in path.parents if above != folder and folder in above.parents)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(path: Path) -> str:
    try:
        return _sha(path.read_bytes())
    except OSError:
        return ""  # not there, or something else in its place


def _cant(path: Path, error: OSError | ValueError) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    where = error.filename if isinstance(error, OSError) and error.filename else path
    return UsageError(f"{where}: {reason.lower()}")
