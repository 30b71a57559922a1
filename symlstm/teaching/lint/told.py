r"""What the text of a problem tells students of the arithmetic, found by patterns in its sentences.

In comes prose, out go answers: whether it speaks of rounding, which rule for ties it names, what is carried on, what becomes of the
gates. Of ties only sentences that speak of rounding tell, and the one behind such a sentence. Patterns are narrow: one that misses
something makes a finding too many, one that takes "the inputs are integers" for rounding would hide one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EQUATION = re.compile(r"\$\$.*?\$\$|\\\[.*?\\\]|\$[^$]*_\{?t\b[^$]*=[^$]*\$|\$[^$]*=[^$]*_\{?t\b[^$]*\$", re.DOTALL)
"""Equations, whose functions are named in every text: they say nothing of how to compute."""
_ENDS = re.compile(r"(?<=[.!?])[)\"”’']*\s+|\n[ \t>]*\n")

_LIMIT = re.compile(
    r"(?:sigmoid|\\sigma|σ|tanh)\}?\s*\(\s*[-−]?\s*(?P<size>\d+(?:\.\d+)?)\s*\)"
    r"\s*(?:\\approx|\\to|\\rightarrow|=|≈|→)\s*[-−]?[01](?![.\d])"
)
_HALF = re.compile(r"(?:sigmoid|\\sigma|σ)\}?\s*\(\s*0\s*\)\s*=\s*(?:0?\.5|1/2|\\t?frac\{?1\}?\{?2\}?)")

_COUNT = r"(?:\d+|no|one|two|three|four|five|six|seven|eight|nine|ten)"
_WHOLE = r"(?:integers?|whole numbers?)"
_NOUN = r"(?:values?|numbers?|results?|states?|quantit(?:y|ies)|entr(?:y|ies)|outputs?)"
_SYMBOL = r"(?:\$[^$]+\$|`[^`]+`|(?!a\b)[a-zA-Z](?:_\{?\w+\}?)?(?![\w'’]))"

_VERB = r"(?<!\bper )(?<!\bevery )(?<!\beach )(?<!\bthe )(?<!\bone )(?<!\ba )(?<!\bthis )(?<!\bnext )(?<!\bfirst )(?<!\blast )\bround"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in alternatives), re.IGNORECASE)


_ROUNDS = _pattern(
    # "one digit enters per round" is no rounding
    r"\bround(?:ed|ing)\b", r"\bunrounded\b",
    rf"{_VERB}\s+(?:to|off|up|down|half|ties|only|it|them|each|every|all|both|as|at|before|after|intermediate|values?|results?|numbers?"
    rf"|everything|(?:the|your)\s+(?:\w+\s+){{0,3}}?(?:{_NOUN}|gates?|answers?|cells?)|{_SYMBOL})",
    r"(?:\bnot|n['’]t|\bnever|\bto|\balways|\bonly)\s+round\b(?!\s*trip)",
    rf"\b(?:nearest|closest)\s+(?:\w+\s+)?(?:{_WHOLE}|even|tenth|hundredth|thousandth|decimal|digit|unit|number|\d)",
)
"""To round to what is nearest."""
_CUTS = _pattern(
    r"\btruncat\w+", r"\bchop(?:ped|s|ping)?\b", r"\bcut(?:s|ting)?\b[^.]{0,30}?\b(?:off|to|after|down)\b",
    r"\bdrop(?:s|ped)?\b[^.]{0,20}\b(?:digits|decimals|places|fraction)",
    r"\bround\w*\s+(?:(?!half|halves|ties?\b)\S+\s+){0,3}?towards?\s+(?:zero|\$?0\b)",
)
_DIGITS = _pattern(
    rf"\b{_COUNT}\s+(?:\w+\s+)?(?:decimals?(?: places?| digits?)?|(?:significant|decimal) (?:digits?|figures?|places?))\b",
    rf"\b(?:give|write|state|show|keep|report|answer|compute|calculate|note)\b[^.;]{{0,50}}\b{_COUNT}\s+(?:digits?|figures|places)\b",
    r"\b(?:after|behind) the (?:decimal )?(?:point|comma)\b",
    rf"\b(?:give|write|state|show|report|answer|take|make|turn|convert|bring)\w*\b[^.;]{{0,40}}\b(?:as|to|in|into)\s+(?:an?\s+)?{_WHOLE}\b",
)
_SATURATES = _pattern(r"\bsaturat")
_FUNCTION = _pattern(r"\bsigmoids?\b", r"\\sigma\b", "σ", r"\\?tanh\b", r"\bfunctions?\b", r"\bactivations?\b", r"\blimits?\b")
_TAKEN = _pattern(r"\btaken (?:as|to be|for)\b", r"\bcounts? as\b", r"\bround", r"\b(?<!\{)convention\b", r"\brule\b", r"\bapproximat",
                  r"\bset to\b", r"\bbecomes?\b", r"\breplaced? (?:by|with)\b", r"\btreat")
_AGREED = _pattern(r"\bnot an approximation\b", r"\bno approximation\b", r"\bby agreement\b", r"\bby convention\b")
_RULE = _pattern(r"\b(?<!\{)convention\b", r"\bagree\b", r"\brule\b")

_NOT = re.compile(
    r"(?:\bnot|\bnever|n['’]t|\bnor|\bno|\binstead of|\brather than|\bwithout|\bunlike)\s+(?:\S+\s+){0,2}$", re.IGNORECASE
)
"""What turns the words behind it into their opposite."""
_NOT_INSIDE = re.compile(r"\bnot\b|n['’]t\b|\bnever\b|\bno longer\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telling:
    """A row: what a sentence tells, and the words by which it does. `against`: what it tells where they are negated, if anything."""

    key: Hashable
    words: re.Pattern[str]
    against: Hashable = None


_ZERO = r"(?:zero|nought|\$?0\b)"
_TIE = r"(?:half|halves|ties?|midpoints?|half-?way|exactly between|0?\.5|½|fives?|5s?)"
_DIRECTED = rf"(?<![\w.]){_TIE}(?:\b|(?<=½))[^.;]{{0,60}}?"

TIES: tuple[Telling, ...] = (
    # round half to even; banker's rounding; (to even)
    Telling("even", _pattern(
        r"\bbanker['’]?s?\b", r"\bto(?: the)?(?: nearest| closest| next)? even\b", r"\bhalf[- _]?even\b",
        r"\beven (?:digit|neighbou?r|one|side)\b",
    )),
    # half up; a half always goes up; 0.5 is rounded up to 1
    Telling("up", _pattern(
        rf"{_DIRECTED}\bup(?:wards?)?\b(?!\s+to\s+{_COUNT}\s+(?:decimal|digit|place))", r"\bhalf[- _]?up\b",
        rf"\bround\w*\s+up(?:wards?)?\b[^.;]{{0,20}}\b(?:at|from|on|for|if|when)\b[^.;]{{0,20}}(?<![\w.]){_TIE}\b",
    )),
    # half away from zero
    Telling("away", _pattern(rf"\baway from {_ZERO}", r"\bhalf[- _]?away\b")),
    # ties go towards zero; half down
    Telling("zero", _pattern(rf"{_DIRECTED}\btowards? {_ZERO}", r"\bhalf[- _]?down\b", rf"{_DIRECTED}\bdown(?:wards?)?\b")),
    # truncate; cut off after two decimals
    Telling("truncate", _CUTS),
)

_USE = (
    r"\b(?:us(?:e|es|ed|ing)|carr(?:y|ies|ied|ying)|tak(?:e|es|en|ing)|continu\w+|go(?:es|ing)? on|work\w*|comput\w+|calculat\w+"
    r"|enters?|fee?d|pass\w*|insert\w*|put|keep\w*|kept|start\w*|store\w*|retain\w*|proceed\w*)\b[^.;]{0,40}\b"
)
_NEXT = (
    r"[^.;]{0,50}\b(?:next|later|further|following|subsequent|onwards?|on to|carried|recurrence|throughout|every step|each step"
    r"|goes in|is used|are used)\b"
)
_FULL = (
    r"(?:full(?:\s+\w+)? (?:precision|accuracy)|all (?:the |your |their |its )?(?:\w+ )?(?:digits|decimals|places)"
    r"|exact (?:values?|numbers?|results?)|every digit)"
)
_END = r"(?:at the (?:very )?end|in the end|the (?:final|last|answers?|end))"

CARRY: tuple[Telling, ...] = (
    # use the rounded value in the next step; later lines use the rounded values
    Telling(True, _pattern(
        rf"{_USE}rounded\s+(?:{_NOUN}|ones?|{_SYMBOL})", rf"\brounded\s+(?:\w+\s+)?(?:{_NOUN}|ones?|{_SYMBOL}){_NEXT}",
        r"\bround\w*\b[^.;]{0,50}\bbefore (?:you |it |they |we )?(?:go|us|is|are|enter|carry|continu|pass|put|feed|the next)",
        r"\bround\w*\s+(?:the |all |every |each |your )?intermediate\b", r"\bintermediate \w+ (?:is|are)\s+(?:to be |also )?rounded\b",
    ), against=False),
    # keep full precision; round only at the end; rounding is for display
    Telling(False, _pattern(
        rf"{_USE}(?:unrounded|{_FULL})", rf"\bunrounded\s+(?:\w+\s+)?(?:{_NOUN}|ones?){_NEXT}",
        rf"\bround\w*\s+(?:only|just)\s+{_END}", rf"\b(?:only|just)\s+round\w*\s+{_END}",
        r"\bround\w*\b[^.;]{0,30}\bfor (?:display|show|the answer|the printout)",
        r"\bonly\s+(?:the\s+)?(?:final|last) \w+ (?:is|are) rounded",
    )),
)

GATES: tuple[Telling, ...] = (
    # the gates are not rounded; round only h
    Telling(False, _pattern(
        r"\bunrounded\s+gates?\b", r"\bonly\s+\S+\s+(?:is|are)\s+(?:to be\s+)?rounded", r"\bround\s+only\b", r"\bonly round\b",
        r"\bnothing else is rounded", r"\bgates?\b[^.;]{0,40}\b(?:not|never)\s+(?:to be\s+)?round",
        r"\bgates?\b[^.;]{0,30}n['’]t\s+(?:be\s+)?round", r"(?:\bnot|\bnever|n['’]t)\s+round\b[^.;]{0,40}\bgates?\b",
        r"\bgates?\b[^.;]{0,40}\b(?:keep|stay|kept|left)\b[^.;]{0,30}\b(?:digits|unrounded|as (?:they|it)|exact|precision)",
    )),
    # the gates are rounded too; round every value
    Telling(True, _pattern(
        r"\bround\w*\b[^.;]{0,40}\bgates?\b", r"\bgates?\b[^.;]{0,40}\brounded\b", r"\beverything is rounded\b",
        rf"\bround\s+(?:everything|(?:every|all|each)(?: the| other| single)?(?: intermediate)? {_NOUN})",
        rf"\b(?:every|all|each)(?: intermediate)? {_NOUN} (?:is|are)\s+(?:to be )?rounded\b",
    )),
)

_BY_ITSELF = _pattern(r"\bbanker['’]?s?\b", r"\bties?\b[^.;]{0,40}\b(?:even|zero|up|down)\b")
"""What speaks of rounding in no other words than those for ties."""


def _told(rows: Sequence[Telling], sentences: Sequence[str]) -> frozenset[Hashable]:
    """What the sentences tell by these rows."""
    out: set[Hashable] = set()
    for sentence in sentences:
        for row in rows:
            for found in row.words.finditer(sentence):
                own = row.key is not False and _NOT_INSIDE.search(found.group()) is not None
                if not own and _NOT.search(sentence[: found.start()]) is None:
                    out.add(row.key)
                elif row.against is not None:
                    out.add(row.against)
    return frozenset(out)


@dataclass(frozen=True)
class Told:
    """What the text tells of the arithmetic, the convention's own sentence aside."""

    prose: str

    @property
    def convention(self) -> bool:
        """Whether the sentence that states the convention stands in it."""
        return "{convention}" in self.prose

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, each on one line, without equations and comments."""
        plain = _EQUATION.sub(" $ ", _COMMENT.sub(" ", self.prose))
        return tuple(" ".join(each.split()) for each in _ENDS.split(plain) if each.strip())

    @cached_property
    def _of_rounding(self) -> tuple[str, ...]:
        """The sentences that speak of rounding, with those that go on about it."""
        speaks = [any(words.search(each) for words in (_ROUNDS, _CUTS, _DIGITS)) for each in self.sentences]
        stated = ["{convention}" in each for each in self.sentences]
        return tuple(each for k, each in enumerate(self.sentences)
                     if speaks[k] or (k and (speaks[k - 1] or stated[k - 1])) or stated[k] or _BY_ITSELF.search(each))

    @cached_property
    def rounding(self) -> bool:
        """Whether it speaks of rounding, or of the digits that are to be given.

        >>> Told("The inputs are integers; one digit enters per round.").rounding, Told("Give h to 2 decimals.").rounding
        (False, True)
        """
        return any(words.search(each) for each in self.sentences for words in (_ROUNDS, _CUTS, _DIGITS))

    @cached_property
    def rounds(self) -> bool:
        """Whether it says to round to what is nearest, and so not to cut."""
        return self.convention or any(_ROUNDS.search(each) for each in self.sentences)

    @cached_property
    def ties(self) -> frozenset[Hashable]:
        """The rules for ties that it names, by their ids.

        >>> sorted(Told("Round h to an integer. A half always goes up.").ties), sorted(Told("Half of the inputs go up.").ties)
        (['up'], [])
        """
        return _told(TIES, self._of_rounding)

    @cached_property
    def carry(self) -> frozenset[Hashable]:
        """Whether later steps use the rounded values, as far as it says so.

        >>> Told("Use the rounded value in the next step.").carry, Told("Keep full precision on the way.").carry
        (frozenset({True}), frozenset({False}))
        """
        return _told(CARRY, self.sentences)

    @cached_property
    def gates(self) -> frozenset[Hashable]:
        """Whether the gates are rounded, as far as it says so; where σ(0) is 0.5 they aren't."""
        return _told(GATES, self.sentences) | (frozenset({False}) if _HALF.search(self.prose) else frozenset())

    @cached_property
    def saturation(self) -> bool:
        """Whether it speaks of functions that are taken at their limits."""
        return bool(self.limits) or any(
            _SATURATES.search(each) or (_FUNCTION.search(each) and _TAKEN.search(each)) for each in self.sentences)

    @cached_property
    def agreed(self) -> bool:
        """Whether it says that something is a rule, and not an approximation."""
        return any(_AGREED.search(each) or (_RULE.search(each) and (_SATURATES.search(each) or _FUNCTION.search(each)))
                   for each in self.sentences)

    @cached_property
    def limits(self) -> tuple[Fraction, ...]:
        """The sizes of z at which it says by example that a function has its limit, as in σ(50) ≈ 1.

        >>> Told(r"For ease, $\\text{sigmoid}(50) \\approx 1$ and tanh(-30) = -1, but $\\sigma(2) = 0.88$.").limits
        (Fraction(50, 1), Fraction(30, 1))
        """
        return tuple(dict.fromkeys(Fraction(found["size"]) for found in _LIMIT.finditer(self.prose) if Fraction(found["size"])))

