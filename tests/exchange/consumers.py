"""The systems that exports are for, each in a virtual environment of its own, made once a run and shared by its processes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("SYMLSTM_CONSUMERS", Path(tempfile.gettempdir(), f"symlstm-consumers-{os.getuid()}")))


def consumer(name: str, *requirements: str) -> Path:
    """The Python of an environment with these packages; on a continuous integration server it must come about, elsewhere the test is
    skipped where it can't."""
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    python, done = folder / "venv" / "bin" / "python", folder / "installed"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = "\n".join(requirements)
        if not done.exists() or done.read_text() != wanted:
            made = subprocess.run([sys.executable, "-m", "venv", "--clear", folder / "venv"], capture_output=True, text=True)
            if not made.returncode:
                made = subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], capture_output=True, text=True, timeout=1200)
            if made.returncode:
                message = f"{name} can't be installed: {made.stderr[-500:]}"
                if os.environ.get("CI"):
                    pytest.fail(message)
                pytest.skip(message)
            done.write_text(wanted)
    return python


def run(python: Path, script: str, *arguments: str, folder: Path, timeout: int = 600) -> str:
    """What a script beside this file prints, run by a consumer's Python in a folder."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    done = subprocess.run([python, Path(__file__).with_name(script), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
