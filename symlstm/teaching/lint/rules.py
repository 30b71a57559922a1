"""The rules of lint: a table, from cheap to dear. Each takes a case and yields findings as it comes upon them.

Adding a rule is adding a row here, its function, and rows to the tests: a problem in which it fires and one in which it doesn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from symlstm.model.problem import Problem
from symlstm.teaching.asked import Desk
from symlstm.teaching.lint import answered, conventions, full_marks, idle, mentions, naming, numbers, proofs
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.finding import Finding, Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its code, what it looks for in a sentence, and the function that finds it."""

    code: str
    words: str
    find: Callable[[Case], Iterator[Finding]]
    subjects: Callable[[Case], Iterator[Subject]] | None = None
    """What it finds things about, where that costs less than the findings with their words."""

    def about(self, case: Case) -> Iterator[Subject]:
        """What it finds things about."""
        return (found.subject for found in self.find(case)) if self.subjects is None else self.subjects(case)


RULES: tuple[Rule, ...] = (
    # misconceptions: [tahn-left-off]
    Rule("unknown-misconception", "A misconception is listed that doesn't exist.", naming.unknown_misconceptions),
    # vary: {b_q: [1, 2]}
    Rule("vary", "What is to be varied doesn't exist, or can't be varied so.", naming.unfit_domains),
    # $W^{fx} = 2$ where the cell has W^{f,x}
    Rule("unused-name", "A value is given to a name that no equation uses.", naming.unused_names),
    # the second, $x_1$, is $-1$
    Rule("unread-input", "An input is named that has no value.", mentions.unread_inputs, mentions.nothing_new),
    # with a slope of 0.25, and vary: {w: [0.25, 0.5]}
    Rule("prose-number", "A number in the prose stays where what it may speak of varies.", mentions.prose_numbers,
         mentions.nothing_new),
    # points: 2 in one question, nothing in another
    Rule("points", "Some questions have points and others don't.", answered.uneven_points),
    # round: {h: 0} and not a word of it in the text
    Rule("convention-untold", "The convention isn't told in the text.", conventions.untold),
    # h_0 that nobody gives
    Rule("unstated", "A question needs a value that nobody gives.", answered.unstated),
    # answer: 0.822 for 0.832
    Rule("wrong-answer", "An author's answer differs from the derivation.", answered.wrong_values),
    # find: i_1 where i_1 = (0.3, 0.4) is given
    Rule("asks-given", "A question asks for what is given.", answered.given_anyway),
    # two inputs that lead to the same h
    Rule("same-answer", "Two questions have the same answer.", answered.asked_twice),
    # h = 1 at all steps
    Rule("always-equal", "A symbol has the same value at every step.", answered.always_equal),
    # find: h and no word of decimals
    Rule("digits-open", "Nothing says how many digits to give.", conventions.digits_open),
    # σ(1) -> 1
    Rule("no-approximation", "A saturation is no approximation.", numbers.no_approximations),
    # 0.09154986 -> 0.0915
    Rule("thin-margin", "A rounded answer changes with the digits of a pocket calculator.", numbers.thin_margins),
    # is σ(0) = 0.5 kept?
    Rule("gates-open", "Whether gates are rounded is left open and matters.", partial(conventions.left_open, dimension="gates")),
    # tanh(1) -> 1?
    Rule("saturation-open", "Where functions saturate is left open and matters.",
         partial(conventions.left_open, dimension="saturation")),
    # 0.2332 or 0.233 in the next line?
    Rule("carry-open", "Whether rounded values are carried on is left open and matters.",
         partial(conventions.left_open, dimension="carry")),
    # 0.5 -> 0 or 1?
    Rule("ties-open", "What happens to ties is left open and matters.", partial(conventions.left_open, dimension="ties")),
    # "half up" in the text, and `ties: even`
    Rule("told-otherwise", "The text says something else than the convention does, and it matters.", conventions.told_otherwise),
    # x: permutation, and 0.5 only for other inputs
    Rule("variants-open", "What is left open matters for inputs that variants may have.", proofs.variants_may_part),
    # c_0 = 0, so f_1 is for nothing
    Rule("never-matters", "A gate or parameter never matters.", idle.never_matters, idle.subjects),
    # o·c and o·tanh(c) round to the same
    Rule("full-marks", "A misconception gets full marks.", full_marks.full_marks),
    # answer: [1] where [2] holds
    Rule("wrong-option", "An author's answer about claims, the state or what is carried is wrong.", answered.wrong_options),
)


def findings(problem: Problem, *, desk: Desk | None = None) -> Iterator[Finding]:
    """What there is to mend in a problem, from what is cheap to find to what is dear; each is looked for when it is asked for.

    `desk` is one on which the problem has been worked already.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\nconvention: {round: {h: 0}, saturate: off, carry: true}\\n---\\nRound h to a whole number.\\n\\n"
    >>> text += "$h_t = x_t / 2$ with $x = [1, 2]$.\\n\\n```question\\nfind: h\\n```\\n"
    >>> for finding in findings(symlstm.read(text)):
    ...     print(finding.code, finding.place, finding.mend)
    ties-open h_0 Under `convention:` write `ties: even`, or the rule that you mean: even, up, away or zero.
    """
    return findings_of(Case(problem, desk or Desk(problem)))


def findings_of(case: Case) -> Iterator[Finding]:
    """The same of a case that has been looked at already."""
    for rule in RULES:
        yield from rule.find(case)
