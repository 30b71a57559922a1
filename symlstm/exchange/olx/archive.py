"""Files as one `.tar.gz`, the same bytes for the same files. In come files by their path, out goes the archive."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping


def archived(files: Mapping[str, bytes]) -> bytes:
    """The files in an archive, without times or owners.

    >>> archived({"a.xml": b"<a/>"}) == archived({"a.xml": b"<a/>"})
    True
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            one = tarfile.TarInfo(name)
            one.size, one.mode = len(files[name]), 0o644
            archive.addfile(one, io.BytesIO(files[name]))
    packed = io.BytesIO()
    # Its own writer and not gzip.compress, whose header depends on the system.
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()
