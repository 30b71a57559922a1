"""A course in the folder where this runs, through nbgrader's own steps; run by the consumer's Python.

Its argument is a file that says, for each assignment in `source/`, what each student writes into which cell. Prints as JSON what
students got, what each cell of theirs earned, and what the feedback says.
"""

# mypy: ignore-errors
# It is checked in no environment that has nbgrader.

import json
import os
import sys
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from traitlets.config import Config

ROOT = Path.cwd()


def main() -> None:
    # nbgrader calls alembic by its name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    config = Config()
    config.CourseDirectory.root = str(ROOT)
    config.NbGrader.logfile = "nbgrader.log"
    api = NbGraderAPI(config=config)
    works = json.loads(Path(sys.argv[1]).read_text())
    for path in sorted(ROOT.glob("*/**/*.ipynb")):
        book = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(book, relax_add_props=False)
        MetadataValidator().validate_nb(book)
    print(json.dumps({name: assignment(api, name, students) for name, students in works.items()}))


def assignment(api: NbGraderAPI, name: str, students: dict[str, dict[str, str]]) -> dict[str, object]:
    said(api.generate_assignment(name))
    path = ROOT / "release" / name / f"{name}.ipynb"
    released = path.read_text()
    out: dict[str, object] = {"released": released, "files": sorted(file.name for file in path.parent.iterdir()), "students": {}}
    for student, written in students.items():
        book = nbformat.reads(released, as_version=4)
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in book.cells if "nbgrader" in cell.metadata}
        for id, source in written.items():
            cells[id].source = source
        folder = ROOT / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(book, folder / path.name)
        said(api.autograde(name, student))
        said(api.generate_feedback(name, student))
        marked = nbformat.read(ROOT / "autograded" / student / name / path.name, as_version=4)
        with Gradebook(f"sqlite:///{ROOT}/gradebook.db") as gradebook:
            grades = gradebook.find_submission_notebook(name, name, student).grades
            earned = {grade.name: [grade.auto_score, grade.max_score, grade.needs_manual_grade] for grade in grades}
        outputs = {cell.metadata.nbgrader.grade_id: said_by(cell) for cell in marked.cells
                   if cell.cell_type == "code" and "nbgrader" in cell.metadata}
        page = (ROOT / "feedback" / student / name / f"{name}.html").read_text()
        out["students"][student] = {"earned": earned, "outputs": outputs, "feedback": page}
    return out


def said_by(cell: nbformat.NotebookNode) -> str:
    """What a cell printed, or its error."""
    return "\n".join(output.get("text") or output.get("evalue") or "" for output in cell.outputs)


def said(done: dict[str, object]) -> None:
    if not done["success"]:
        raise SystemExit(f"{done['error']}\n{done['log']}")


main()
