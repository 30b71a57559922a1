"""Draws a variant of the question and marks what was entered. Needs nothing but Python.

`variants.json` beside this file holds for each variant its texts, what is right, and what each input may be taken for. PrairieLearn
calls `generate` when it makes a variant for a student, and `grade` after its elements have marked a submission by themselves: what
they say of numbers is replaced here, since the bounds are exact, a convention may be left open, and some wrong numbers have a reason.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any


def generate(data: dict[str, Any]) -> None:
    """Put the texts and right answers of the variant that the seed draws into the question."""
    variant = _variant(data)
    data["params"].update(variant["texts"])
    for given in variant["inputs"]:
        rows, right = given["rows"], [float(entry["answers"][0]["value"]) for entry in given["entries"]]
        columns = len(right) // rows if rows else 0
        data["correct_answers"][given["name"]] = {
            "_type": "ndarray", "_value": [right[k * columns : (k + 1) * columns] for k in range(rows)],
        } if rows else right[0]


def grade(data: dict[str, Any]) -> None:
    """Mark the numbers by their bounds, and say what may be behind the wrong ones that are known."""
    said = []
    for given in _variant(data)["inputs"]:
        name, weights = given["name"], [entry["weight"] for entry in given["entries"]]
        keys = [f"{name}{k}" for k in range(1, len(weights) + 1)] if given["rows"] else [name]
        taken = [_taken(entry["answers"], data["submitted_answers"].get(key)) for entry, key in zip(given["entries"], keys)]
        earned = sum(weight for weight, answer in zip(weights, taken) if answer and answer["earns"])
        part = {"score": earned / (sum(weights) or 1), "weight": sum(weights)}
        words = [
            {"name": entry["name"], "label": entry["label"], "words": answer["words"], "html": answer["html"]}
            for entry, answer in zip(given["entries"], taken) if answer and answer["words"]
        ]
        if given["rows"]:
            # What the element for matrices shows beside each entry.
            part["feedback"] = {key: "correct" if answer and answer["earns"] else "incorrect" for key, answer in zip(keys, taken)}
            said += words
        elif words:
            part["feedback"] = words[0]["words"]
        data["partial_scores"][name] = part
    data["feedback"]["entries"] = said
    parts = data["partial_scores"].values()
    total = sum(part.get("weight", 1) for part in parts)
    data["score"] = sum(part["score"] * part.get("weight", 1) for part in parts) / (total or 1)


def _variant(data: dict[str, Any]) -> dict[str, Any]:
    """The variant that the seed draws; older versions of PrairieLearn write seeds in base 36."""
    folder = data.get("options", {}).get("question_path", ".")
    variants = json.loads(Path(folder, "variants.json").read_text(encoding="utf-8"))["variants"]
    seed = data["variant_seed"]
    drawn: dict[str, Any] = variants[(int(seed, 36) if isinstance(seed, str) else int(seed)) % len(variants)]
    return drawn


def _taken(answers: list[dict[str, Any]], submitted: Any) -> dict[str, Any] | None:
    """The answer that a number is taken for, by the decimals that it was entered with."""
    try:
        number = float(submitted)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number):
        return None
    exact = Fraction(repr(number))
    return next((answer for answer in answers if abs(exact - Fraction(answer["value"])) <= Fraction(answer["tolerance"])), None)
