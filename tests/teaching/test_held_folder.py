"""A folder that one run at a time writes to: whoever comes while another is at its end is told so, or holds it, and never in between."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symlstm.errors import UsageError
from symlstm.teaching.held_folder import HeldFolder

pytest.importorskip("fcntl")
TIMES = 1500
# Holds the folder and lets it go, time after time. A second holder would meet the file that the first has made, or take it away. The
# folder itself may go too, as one does in which nothing was written.
TURNS = """
import json, os, sys
from collections import Counter
from pathlib import Path
from symlstm.errors import UsageError
from symlstm.teaching.held_folder import HeldFolder, remove_empty

folder = HeldFolder(Path(sys.argv[1]), ())
said = Counter()
for _ in range(int(sys.argv[2])):
    try:
        with folder.held():
            try:
                os.close(os.open(sys.argv[3], os.O_CREAT | os.O_EXCL))
                folder.write("a", [b"1"])
                os.unlink(sys.argv[3])
            finally:
                folder.close()
                if sys.argv[4] == "gone":
                    (folder.path / "a").unlink(missing_ok=True)
                    remove_empty(folder.path)
        said["held"] += 1
    except UsageError as error:
        said[str(error).removeprefix(sys.argv[1]).split(";")[0]] += 1
print(json.dumps(said))
"""


@pytest.mark.parametrize("way", ["stays", "gone"])
def test_runs_that_come_while_another_ends_hold_the_folder_or_are_told(tmp_path: Path, way: str) -> None:
    arguments = [sys.executable, "-c", TURNS, str(tmp_path / "out"), str(TIMES), str(tmp_path / "holder"), way]
    them = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for each in them:
        said = json.loads(each.communicate(timeout=120)[0])
        assert each.returncode == 0
        assert said.keys() <= {"held", ": another run is writing to this folder"}
        assert sum(said.values()) == TIMES
        assert said["held"] > 0
    assert not (tmp_path / "out" / ".symlstm").exists()


def test_what_another_run_has_begun_stays(tmp_path: Path) -> None:
    """A run that is at its end leaves the folder of the lock to the one that holds it by then."""
    first, second = HeldFolder(tmp_path, ()), HeldFolder(tmp_path, ())
    with first.held():
        (first.working / "collected.sqlite").write_bytes(b"1")
        (first.working / "more").mkdir()
        first.close()
        assert not first.working.exists()
        with second.held():
            (second.working / "part").write_bytes(b"2")
            with pytest.raises(UsageError, match="another run"), first.held():
                pass
        second.close()
    assert not list(tmp_path.iterdir())


def test_a_file_where_the_lock_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / ".symlstm").write_bytes(b"mine")
    with pytest.raises(UsageError, match="file exists"), HeldFolder(tmp_path, ()).held():
        pass
    assert (tmp_path / ".symlstm").read_bytes() == b"mine"
