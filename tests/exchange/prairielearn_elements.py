"""A student at a PrairieLearn question, in an environment with the libraries that PrairieLearn renders with: chevron and lxml.

    python prairielearn_elements.py FOLDER JOBS

Renders question.html with Mustache, reads it with lxml as `traverse_and_execute` does, checks every element's attributes, and lets stand-ins
for the elements prepare, parse and mark, as their controllers do in our words; then server.py marks. JOBS is a file with a list of jobs; a job has a `seed`, what is
typed into each input by its name (`typed`), and the numbers of the options that are ticked by the name of their list (`ticked`).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import chevron  # type: ignore
import jsonschema  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
from prairielearn_plain import call, loaded
from prairielearn_schema import ATTRIBUTES, INFO


def elements(html: str) -> list[Any]:
    """The elements of a page; each that is PrairieLearn's has the attributes that it takes."""
    found = [element for part in lxml.html.fragments_fromstring(html) if not isinstance(part, str) for element in part.iter()]
    for element in found:
        if isinstance(element.tag, str) and element.tag.startswith("pl-"):
            must, may = ATTRIBUTES[element.tag]
            assert must <= set(element.keys()) <= must | may, (element.tag, element.keys())
    return found


def named(found: list[Any], tag: str) -> list[Any]:
    return [element for element in found if element.tag == tag]


def number(typed: str) -> float | None:
    """`string_fraction_to_number`: a float, or two with a slash between; None is a format error."""
    try:
        if typed.count("/") == 1:
            above, below = typed.split("/")
            return float(above) / float(below)
        value = float(typed)
    except (ValueError, ZeroDivisionError):
        return None
    return value if abs(value) < float("inf") else None


def visit(folder: Path, server: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """One variant, one submission."""
    source = Path(folder, "question.html").read_text(encoding="utf-8")
    shared = {"variant_seed": job["seed"], "options": {"question_path": str(folder)}}
    made = call(server, "generate", **shared)
    params, correct = made["params"], made["correct_answers"]
    found = elements(chevron.render(source, made))
    names = [element.get("answers-name") for element in found if element.get("answers-name")]
    assert len(names) == len(set(names))
    submitted: dict[str, Any] = {}
    errors: dict[str, str] = {}
    parts: dict[str, Any] = {}
    fields: list[str] = []
    for element in named(found, "pl-number-input"):
        name = element.get("answers-name")
        fields.append(name)
        submitted[name] = number(job["typed"][name])
        parts[name] = {"score": float(submitted[name] == correct[name]), "weight": int(element.get("weight"))}
        assert isinstance(correct[name], float)
    for element in named(found, "pl-matrix-component-input"):
        name, right = element.get("answers-name"), correct[element.get("answers-name")]
        assert right["_type"] == "ndarray" and len({len(row) for row in right["_value"]}) == 1
        for k in range(1, len(right["_value"]) * len(right["_value"][0]) + 1):
            fields.append(f"{name}{k}")
            submitted[f"{name}{k}"] = number(job["typed"][f"{name}{k}"])
        parts[name] = {"score": 0.0, "weight": int(element.get("weight")), "feedback": {}}
    errors = {name: "not a number" for name in fields if submitted[name] is None}
    assert len(fields) == len(set(fields)) and not set(fields) & {each for each in names if each not in fields}
    for element in named(found, "pl-checkbox"):
        name, ticked = element.get("answers-name"), set(job["ticked"][element.get("answers-name")])
        answers = [child for child in element if child.tag == "pl-answer"]
        right = {k for k, answer in enumerate(answers) if answer.get("correct") == "true"}
        assert right and name not in params and ticked, "at least one option must be true, and ticked"
        assert (element.get("partial-credit"), element.get("partial-credit-method")) == ("true", "EDC")
        parts[name] = {"score": 1 - len(right ^ ticked) / len(answers), "weight": int(element.get("weight")), "feedback": {}}
    if errors:
        return {"errors": errors}
    graded = call(server, "grade", **shared, params=params, correct_answers=correct, submitted_answers=submitted, partial_scores=parts)
    weight = sum(part["weight"] for part in graded["partial_scores"].values()) or 1
    # Newer versions add the parts up once more, from their weights.
    again = sum(part["score"] * part["weight"] for part in graded["partial_scores"].values()) / weight
    assert abs(again - graded["score"]) < 1e-12
    assert {name: part["weight"] for name, part in graded["partial_scores"].items()} == {name: part["weight"] for name, part in parts.items()}
    shown = lxml.html.fromstring(f"<div>{chevron.render(source, graded)}</div>")
    panels = {kind: " ".join(" ".join(panel.itertext()) for panel in shown.iter(f"pl-{kind}-panel")) for kind in ("question", "submission", "answer")}
    return {"score": graded["score"], "parts": graded["partial_scores"], "panels": panels,
            "labels": [element.get("label") for element in found if element.get("label")],
            "why": [answer.get("feedback") or "" for answer in named(found, "pl-answer")]}


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    jsonschema.Draft7Validator(INFO).validate(json.loads(Path(folder, "info.json").read_text(encoding="utf-8")))
    server = loaded(folder)
    json.dump([visit(folder, server, job) for job in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))], sys.stdout)


if __name__ == "__main__":
    main()
