"""What PrairieLearn takes: the fields of info.json and the attributes of its elements, told in our words.

Fields: apps/prairielearn/src/schemas/schemas/infoQuestion.json of github.com/PrairieLearn/PrairieLearn (title "Question Info", JSON
Schema draft 7) as far as internally and manually marked questions of type v3 go; it turns down any other. Attributes: what `prepare` of
pl-number-input, pl-matrix-component-input, pl-checkbox and pl-rich-text-editor hands to `check_attribs`, which raises for any other.
"""

from __future__ import annotations

from typing import Any

_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
INFO: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "required": ["uuid", "type", "title", "topic"],
    "properties": {
        "uuid": {"type": "string", "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"},
        "type": {"enum": ["Calculation", "MultipleChoice", "Checkbox", "File", "MultipleTrueFalse", "v3"]},
        "title": {"type": "string"},
        "topic": {"type": "string"},
        "tags": _STRINGS,
        "gradingMethod": {"enum": ["Internal", "External", "Manual"]},
        "singleVariant": {"type": "boolean"},
        "showCorrectAnswer": {"type": "boolean"},
        "partialCredit": {"type": "boolean"},
        "dependencies": {
            "type": "object",
            "additionalProperties": False,
            "properties": {f"{where}{what}": _STRINGS for where in ("nodeModules", "clientFilesCourse", "clientFilesQuestion") for what in ("Styles", "Scripts")},
        },
    },
}

ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {
    "pl-number-input": ({"answers-name"}, {"weight", "label", "comparison", "digits", "rtol", "atol", "show-help-text", "display", "suffix"}),
    "pl-matrix-component-input": ({"answers-name"}, {"weight", "label", "comparison", "digits", "rtol", "atol", "allow-partial-credit", "allow-feedback"}),
    "pl-checkbox": ({"answers-name"}, {"weight", "partial-credit", "partial-credit-method", "fixed-order", "order", "hide-help-text"}),
    "pl-answer": (set(), {"correct", "feedback"}),
    "pl-rich-text-editor": ({"file-name"}, {"allow-blank", "format"}),
    "pl-question-panel": (set(), set()),
    "pl-submission-panel": (set(), set()),
    "pl-answer-panel": (set(), set()),
}
"""For each element the attributes that it must have, and those that it may."""
