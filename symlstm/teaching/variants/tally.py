"""What a search has rejected, counted, and the message where it found nothing.

In come rejections one by one, out goes one sentence for the author: how many variants there are, what rejected how many candidates,
why the search stopped and what may help. Nothing is judged here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from symlstm.teaching.asked import Answers
from symlstm.teaching.variants.acceptance import CONDITIONS, DIFFERENT, LINT, Condition
from symlstm.teaching.variants.measure import Measure

MOST_CANDIDATES = 2_000
"""Candidates that are looked at for one variant, where the combinations are many."""
MOST_LINTED = 60
"""Candidates of them that lint may reject."""
_SHOWN = 6
"""Parts of a condition that are told apart, the most frequent first."""


@dataclass
class Tally:
    """Candidates rejected so far."""

    counts: Counter[str] = field(default_factory=Counter)
    abouts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """For each condition what exactly failed: findings of lint, remarks."""
    met: set[Answers] = field(default_factory=set)
    """Answers of other variants that were met: accepted, but not new."""

    def reject(self, condition: Condition, about: str = "") -> None:
        """Count one candidate."""
        self.counts[condition.id] += 1
        if about:
            self.abouts[condition.id][about] += 1

    def message(self, combinations: int | None, taken: int, further: bool, measure: Measure) -> str:
        """Why there is no variant; `combinations` are all there are, where all were looked at, `taken` the variants so far.

        >>> tally = Tally()
        >>> tally.reject(LINT, "never-matters b")
        >>> tally.message(1, 0, False, Measure({}, frozenset(), (), frozenset(), {}, (), ())).partition("Rejected: ")[2][:90]
        "1 as `lint` (lint finds nothing that it doesn't find in the problem: never-matters b 1). W"
        """
        rows = {row.id: row for row in (*CONDITIONS, LINT, DIFFERENT)}
        told = "; ".join(f"{count:,} as `{name}` ({rows[name].sentence}{self._parts(name)})"
                         for name, count in self.counts.most_common())
        often = rows[self.counts.most_common(1)[0][0]] if self.counts else DIFFERENT
        untold = [code for code, ways in measure.told_apart.items() if not ways]
        hidden = f" (the problem itself doesn't show {' or '.join(untold)})" if untold and "misconceptions" in self.counts else ""
        what = self._outcome(combinations, taken, further)
        return f"{what}. Rejected: {told or 'none'}.{self._stopped(combinations)} What may help: {often.help}{hidden}"

    def _outcome(self, combinations: int | None, taken: int, further: bool) -> str:
        if combinations is None:
            looked = self.counts.total() + len(self.met)
            return f"no {'further ' if taken or further else ''}variant among {_counted(looked, 'candidate')}"
        among = _counted(combinations, "combination")
        if taken == 1:
            return f"there is only 1 variant among the {among}"
        if taken:
            return f"there are only {taken:,} variants with different answers among the {among}"
        if further:
            return f"no further variant among the {among}"
        return f"the {among} makes no variant" if combinations == 1 else f"none of the {among} makes a variant"

    def _parts(self, name: str) -> str:
        parts = self.abouts[name].most_common() if name in self.abouts else []
        told = [f"{about} {count:,}" for about, count in parts[:_SHOWN]]
        more = sum(count for _, count in parts[_SHOWN:])
        return ": " + ", ".join([*told, *([f"others {more:,}"] if more else [])]) if told else ""

    def _stopped(self, combinations: int | None) -> str:
        if combinations is not None:
            return " All were looked at." if combinations > 1 else ""
        if self.counts[LINT.id] >= MOST_LINTED:
            return f" The search for one variant stops where lint has rejected {MOST_LINTED}."
        return f" The search for one variant stops at {MOST_CANDIDATES:,} candidates."


def _counted(number: int, what: str) -> str:
    """A number with its noun: `1 candidate`, `2 candidates`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
