"""The page for staff that goes with the notebooks. In comes a collection, out goes Markdown."""

from __future__ import annotations

from symlstm.exchange.exercise import Collection, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.notebook.markdown import markdown

_PAGE = """\
{title}

All of this is for staff: it holds the answers. Students get what `nbgrader generate_assignment` makes of it.

- `source/` has {assignments}, with the pictures that belong to it.
- `worked/` has the worked solutions, which stand apart so that nbgrader gives them to nobody.

## From here to the marks

```sh
cp -r source/. /path/to/course/source/
cd /path/to/course
nbgrader generate_assignment {one}
```

Students get `release/{one}`. When their work is in `submitted/`:

```sh
nbgrader autograde {one}
nbgrader generate_feedback {one}
```

{rules}
"""
_VARIANTS = """\
- The assignments ask the same of other numbers. Give each student one of them; nobody is marked then on what somebody else was
  asked."""
_RULES: tuple[tuple[type[NumbersItem | OptionsItem | WordsItem], str], ...] = (
    (NumbersItem, """\
- A value is a variable with a test cell of its own; a vector or matrix earns a share for each entry that is right. It may be a list,
  a tuple or an array. A number may be of any type, and is taken for the decimal that Python shows.
- Who gives the number of a known misconception is told what to look at, when the work is marked and not before."""),
    (OptionsItem, """\
- Of several statements, each that is decided rightly earns a share and each that isn't takes one away, down to nothing."""),
    (WordsItem, """\
- Answers in words or formulas wait in the form grader; what they may be compared with stands in `source/`."""),
)
_ALWAYS = """\
- Feedback pages show the hidden tests, and the answers with them. Give them out when nobody can hand in any more.
- nbgrader puts `raise NotImplementedError()` where a solution was, and students delete that line. To have none, write
  `c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}` into `nbgrader_config.py`."""


def page(collection: Collection) -> str:
    """What the files are, how nbgrader is given them, and how it marks.

    >>> page(Collection("a", "A unit", ())).splitlines()[0]
    '# A unit: notebooks for nbgrader'
    """
    ids = [exercise.id for exercise in collection.exercises] or [collection.id]
    items = [item for exercise in collection.exercises for item in exercise.items]
    rules = [words for kind, words in _RULES if any(isinstance(item, kind) for item in items)]
    return _PAGE.format(
        title=markdown((), lambda message: None, f"{collection.title}: notebooks for nbgrader"),
        assignments=f"{len(ids)} assignments, `{ids[0]}` to `{ids[-1]}`, each" if len(ids) > 1 else f"the assignment `{ids[0]}`",
        one=ids[0],
        rules="\n".join([*([_VARIANTS] if len(ids) > 1 else []), *rules, _ALWAYS]),
    )
