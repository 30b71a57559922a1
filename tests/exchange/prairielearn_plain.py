"""Runs a question's server.py in a plain Python, with `data` as PrairieLearn hands it over: which fields there are, and which a phase may
change, is transcribed from `contract.py` of the package pl-e2e-test 0.1.5 (MIT), PrairieLearn's own harness.

    python -I -S prairielearn_plain.py FOLDER JOBS

JOBS is a file with a list of jobs. A job has a `seed`, what the elements have parsed (`submitted`), and what they have marked (`partial_scores`). Prints a list of what each
came to.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

_BASE = {"params": {}, "correct_answers": {}, "variant_seed": 0, "options": {}, "preferences": {}}
FIELDS: dict[str, dict[str, Any]] = {
    "generate": _BASE,
    "grade": {**_BASE, "submitted_answers": {}, "format_errors": {}, "raw_submitted_answers": {}, "partial_scores": {}, "score": 0.0, "feedback": {}, "gradable": True},
}
MAY_CHANGE = {
    "generate": {"params", "correct_answers"},
    "grade": {"params", "correct_answers", "submitted_answers", "format_errors", "partial_scores", "score", "feedback"},
}


def call(server: dict[str, Any], phase: str, **given: Any) -> dict[str, Any]:
    """A phase of server.py on data that has every field, checked as PrairieLearn checks it."""
    data = copy.deepcopy({**FIELDS[phase], **given})
    before = copy.deepcopy(data)
    assert server[phase](data) is None
    assert data.keys() == before.keys()
    for name in data.keys() - MAY_CHANGE[phase]:
        assert data[name] == before[name], name
    # Everything goes to the database as JSON, in which there are no infinities.
    return json.loads(json.dumps(data, allow_nan=False))  # type: ignore[no-any-return]


def loaded(folder: Path) -> dict[str, Any]:
    """server.py as PrairieLearn runs it: from its own folder, without a name for its file."""
    os.chdir(folder)
    space: dict[str, Any] = {}
    exec(compile(Path("server.py").read_text(encoding="utf-8"), "server.py", "exec"), space)  # noqa: S102
    return space


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    server = loaded(folder)
    out = []
    for job in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
        shared = {"variant_seed": job["seed"], "options": {"question_path": str(folder)}}
        made = call(server, "generate", **shared)
        graded = call(server, "grade", **shared, params=made["params"], correct_answers=made["correct_answers"],
                      submitted_answers=job["submitted"], partial_scores=job.get("partial_scores", {}))
        out.append({"made": made, "graded": graded})
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
