"""Intervals against points: what is sampled inside the operands lies inside the result, ends in reach are reached, and the others
are not. The oracle computes with `fractions` and mpmath and imports nothing of ours but what it checks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import mpmath
import pytest
from flint import fmpq

from symlstm.analysis.boxes import interval_functions as functions
from symlstm.analysis.boxes import intervals
from symlstm.analysis.boxes.intervals import EVERYTHING, LONGEST, Interval, point
from symlstm.errors import SymlstmError, UndecidedError

NEAR = Fraction(1, 2**60)
FAR = Fraction(2**60)


def rational(x: Fraction | int | str) -> fmpq:
    x = Fraction(x)
    return fmpq(x.numerator, x.denominator)


def as_fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def read(text: str) -> Interval:
    """The interval that a text says: `[0, 1)`, `(-oo, 3]`, or a number alone."""
    if text[0] not in "([":
        return point(rational(text))
    low, high = text[1:-1].split(",")
    found = [None if "oo" in end else rational(end.strip()) for end in (low, high)]
    return Interval(found[0], found[1], text[0] == "(" and found[0] is not None, text[-1] == ")" and found[1] is not None)


def inside(x: Fraction, a: Interval) -> bool:
    if a.low is not None and (x < as_fraction(a.low) or (a.low_open and x == as_fraction(a.low))):
        return False
    return a.high is None or x < as_fraction(a.high) or (not a.high_open and x == as_fraction(a.high))


def samples(a: Interval, rng: random.Random | None = None) -> list[Fraction]:
    """Points of an interval: its ends where they are in it, what is just inside, far out where it is unbounded, 0, and some more."""
    low = -FAR if a.low is None else as_fraction(a.low)
    high = FAR if a.high is None else as_fraction(a.high)
    some = [] if rng is None else [low + (high - low) * Fraction(rng.randrange(1, 1000), 1000) for _ in range(3)]
    wanted = [low, low + NEAR, (low + high) / 2, high - NEAR, high, Fraction(0), *some]
    return sorted({x for x in wanted if inside(x, a)})


ENDS: Sequence[str | None] = (None, "-3", "-3/2", "-1", "-1/2", "0", "1/3", "1/2", "1", "2")


def random_interval(rng: random.Random) -> Interval:
    if rng.random() < 0.12:
        return point(rational(rng.choice(["-2", "-1/2", "0", "0", "1", "3/2"])))
    while True:
        ends = [rng.choice(ENDS) for _ in range(2)]
        low, high = (None if end is None else rational(end) for end in ends)
        if low is None or high is None or low < high:
            flags = rng.random() < 0.5, rng.random() < 0.5
            return Interval(low, high, flags[0] and low is not None, flags[1] and high is not None)


def cut(x: Fraction) -> Fraction:
    return Fraction(int(x))


def nearest(rule: Callable[[int], bool]) -> Callable[[Fraction], Fraction]:
    def rounded(x: Fraction) -> Fraction:
        below = x.__floor__()
        rest = x - below
        return Fraction(below + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and rule(below))))

    return rounded


ROUNDED: dict[str, Callable[[Fraction], Fraction]] = {
    "even": nearest(lambda n: n % 2 == 1), "up": nearest(lambda n: True), "away": nearest(lambda n: n >= 0),
    "zero": nearest(lambda n: n < 0), "truncate": cut,
}


def mean(s: Fraction, a: Fraction, b: Fraction) -> Fraction:
    return (1 - s) * a + s * b


def divided(a: Fraction, b: Fraction) -> Fraction | None:
    return a / b if b else None


def clipped(z: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
    return min(high, max(low, z)) if low <= high else None


Exact = Callable[..., "Fraction | None"]
EXACT: list[tuple[str, Callable[..., Interval], Exact, int]] = [
    ("add", intervals.add, lambda a, b: a + b, 2),
    ("subtract", intervals.subtract, lambda a, b: a - b, 2),
    ("negate", intervals.negate, lambda a: -a, 1),
    ("times", intervals.times, lambda a, b: a * b, 2),
    ("quotient", intervals.quotient, divided, 2),
    ("absolute", intervals.absolute, abs, 1),
    ("mixture", intervals.mixture, mean, 3),
    ("max", functions.greatest, max, 2),
    ("min", functions.least, min, 2),
    ("relu", functions.FUNCTIONS["relu"], lambda z: max(Fraction(0), z), 1),
    ("hardsigmoid", functions.FUNCTIONS["hardsigmoid"], lambda z: min(Fraction(1), max(Fraction(0), z / 6 + Fraction(1, 2))), 1),
    ("step", functions.FUNCTIONS["step"], lambda z: Fraction(z >= 0), 1),
    ("sign", functions.sign, lambda z: Fraction((z > 0) - (z < 0)), 1),
    ("identity", functions.FUNCTIONS["identity"], lambda z: z, 1),
    ("clip", functions.FUNCTIONS["clip"], clipped, 3),
    *((f"power {n}", lambda a, n=n: intervals.power(a, n), lambda a, n=n: a**n, 1) for n in (0, 1, 2, 3, 4, 5)),
    *((f"scaled {k}", lambda a, k=k: intervals.scaled(a, rational(k)), lambda a, k=k: Fraction(k) * a, 1) for k in ("-2", "0", "3/7")),
    *((f"rounded {rule}", lambda a, rule=rule: functions.rounded(a, 0, rule), ROUNDED[rule], 1) for rule in ROUNDED),
    *((f"rounded to 1, {rule}", lambda a, rule=rule: functions.rounded(a, 1, rule),
       lambda z, rule=rule: ROUNDED[rule](10 * z) / 10, 1) for rule in ROUNDED),
]
LOOSE = {"clip", "mixture"}
"""Of these no end is claimed to be in reach: clip's bounds may cross, and a share may lie outside 0 and 1."""


@pytest.mark.parametrize(("name", "operation", "exact", "arity"), EXACT, ids=[row[0] for row in EXACT])
def test_exact_operations(name: str, operation: Callable[..., Interval], exact: Exact, arity: int) -> None:
    rng = random.Random(name)
    for _ in range(400 if arity < 3 else 150):
        operands = [random_interval(rng) for _ in range(arity)]
        if arity == 1 and rng.random() < 0.3:
            operands = [operands[0]]
        found = operation(*operands)
        values = [exact(*xs) for xs in itertools.product(*(samples(a, rng if arity < 3 else None) for a in operands))]
        known = [x for x in values if x is not None]
        said = f"{name}({', '.join(map(str, operands))}) = {found}"
        for x in known:
            assert inside(x, found), f"{said} lacks {x}"
        if found == EVERYTHING or name in LOOSE or not known:
            continue
        tight(found, known, said)


def tight(found: Interval, known: Sequence[Fraction], said: str) -> None:
    """An end in reach is met by a sample, an open one nearly, and where there is none samples go far out."""
    if found.low is None:
        assert min(known) < -FAR / 2**10, said
    else:
        assert (min(known) - as_fraction(found.low) < 2**10 * NEAR) if found.low_open else (min(known) == as_fraction(found.low)), said
    if found.high is None:
        assert max(known) > FAR / 2**10, said
    else:
        assert (as_fraction(found.high) - max(known) < 2**10 * NEAR) if found.high_open else (max(known) == as_fraction(found.high)), said


def test_a_mixture_with_a_share_is_tight() -> None:
    rng = random.Random(5)
    for _ in range(200):
        a, b = random_interval(rng), random_interval(rng)
        share = read(rng.choice(["[0, 1]", "(0, 1)", "[1/3, 1)", "(0, 1/2]", "[1/4, 1/3]"]))
        found = intervals.mixture(share, a, b)
        known = [mean(*xs) for xs in itertools.product(samples(share), samples(a), samples(b))]
        said = f"mixture({share}, {a}, {b}) = {found}"
        assert all(inside(x, found) for x in known), said
        # A closed end may be out of reach here; how far out it lies is what counts.
        for end, nearest_sample in ((found.low, min(known)), (found.high, max(known))):
            assert abs(nearest_sample) > 2**40 if end is None else abs(as_fraction(end) - nearest_sample) < 2**10 * NEAR, said


SMOOTH: list[tuple[str, Callable[[Fraction], mpmath.mpf]]] = [
    ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-mpmath.mpf(z.numerator) / z.denominator))),
    ("tanh", lambda z: mpmath.tanh(mpmath.mpf(z.numerator) / z.denominator)),
    ("exp", lambda z: mpmath.exp(mpmath.mpf(z.numerator) / z.denominator)),
]


def random_argument(rng: random.Random) -> Interval:
    ends = sorted(Fraction(rng.randrange(-400, 401), rng.choice([1, 1, 7, 100])) for _ in range(2))
    if rng.random() < 0.2:
        ends[1] = ends[0]
    low, high = map(rational, ends)
    if low == high:
        return point(low)
    return Interval(None if rng.random() < 0.1 else low, None if rng.random() < 0.1 else high)


@pytest.mark.parametrize(("name", "exact"), SMOOTH, ids=[row[0] for row in SMOOTH])
def test_smooth_functions(name: str, exact: Callable[[Fraction], mpmath.mpf]) -> None:
    rng = random.Random(name)
    with mpmath.workdps(400):
        for _ in range(300):
            z = random_argument(rng)
            found = functions.function(name, z)
            for end, value, down in ((z.low, found.low, True), (z.high, found.high, False)):
                if end is None:
                    continue
                assert value is not None
                true = exact(as_fraction(end))
                bound = mpmath.mpf(int(value.p)) / int(value.q)
                off = true - bound if down else bound - true
                assert 0 <= off < max(1, abs(true)) * mpmath.mpf(2) ** -85, (name, z, found)
                # An irrational value is never an end itself.
                assert (off > 0) == bool(found.low_open if down else found.high_open), (name, z, found)


def test_functions_of_open_ends_stay_open() -> None:
    assert str(functions.function("tanh", read("(0, oo)"))) == "(0, 1)"
    assert str(functions.function("sigmoid", read("(-oo, 0)"))) == "(0, 1/2)"
    assert str(functions.function("exp", read("(-oo, 0]"))) == "(0, 1]"
    assert functions.function("exp", read("[20000, 30000]")).high is None


def value_of(x: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(x.p)) / int(x.q)


def test_softmax() -> None:
    rng = random.Random(3)
    with mpmath.workdps(60):
        for _ in range(60):
            entries = [random_argument(rng) for _ in range(rng.choice([2, 3]))]
            found = functions.softmax(entries)
            for _ in range(10):
                chosen = [rng.choice([x for x in samples(a) if abs(x) < 10**6] or [Fraction(7)]) for a in entries]
                if not all(inside(x, a) for x, a in zip(chosen, entries)):
                    continue
                weights = [mpmath.exp(value_of(rational(x))) for x in chosen]
                for weight, entry in zip(weights, found):
                    share = weight / sum(weights)
                    assert entry.low is not None and entry.high is not None
                    assert value_of(entry.low) - mpmath.mpf(10) ** -55 <= share <= value_of(entry.high) + mpmath.mpf(10) ** -55
                    assert entry.low >= 0 and entry.high <= 1
    two = functions.softmax([read("[0, 1]"), read("[0, 1]")])
    with mpmath.workdps(60):
        assert two[0].high is not None
        assert abs(value_of(two[0].high) - 1 / (1 + mpmath.exp(-1))) < mpmath.mpf(2) ** -80
    assert [entry.point for entry in functions.softmax([point(fmpq(5))] * 4)] == [fmpq(1, 4)] * 4


ROWS = [
    ("[0, 1) · [2, 3]", intervals.times(read("[0, 1)"), read("[2, 3]")), "[0, 3)"),
    ("(-1, 1) · (0, 1)", intervals.times(read("(-1, 1)"), read("(0, 1)")), "(-1, 1)"),
    ("[-1, 1] · [-1, 1)", intervals.times(read("[-1, 1]"), read("[-1, 1)")), "[-1, 1]"),
    ("(0, 1] · [0, 1]", intervals.times(read("(0, 1]"), read("[0, 1]")), "[0, 1]"),
    ("(0, 1] · (0, 1]", intervals.times(read("(0, 1]"), read("(0, 1]")), "(0, 1]"),
    ("mixture that never reaches b", intervals.mixture(read("[0, 1)"), point(fmpq(0)), point(fmpq(1))), "[0, 1)"),
    ("mixture that reaches a alone", intervals.mixture(read("[0, 1]"), read("[0, 1]"), read("(-1, 2)")), "(-1, 2)"),
    ("mixture of open ends", intervals.mixture(read("[0, 1]"), read("(0, 1]"), read("(0, 1)")), "(0, 1]"),
    ("0 · everything", intervals.times(point(fmpq(0)), EVERYTHING), "0"),
    ("[0, oo) · (-oo, 0]", intervals.times(read("[0, oo)"), read("(-oo, 0]")), "(-∞, 0]"),
    ("(-2, 1)^2", intervals.power(read("(-2, 1)"), 2), "[0, 4)"),
    ("1 / (0, oo)", intervals.quotient(point(fmpq(1)), read("(0, oo)")), "(0, ∞)"),
    ("1 / [0, 1]", intervals.quotient(point(fmpq(1)), read("[0, 1]")), "(-∞, ∞)"),
    ("x^-2 of [-2, -1)", intervals.power(read("[-2, -1)"), -2), "[1/4, 1)"),
    ("saturated tanh of (-oo, -50)", functions.saturated("tanh", read("(-oo, -50)"), fmpq(50)), "-1"),
    ("saturated σ of [0, oo)", functions.saturated("sigmoid", read("[0, oo)"), fmpq(50)), "[1/2, 1]"),
    ("saturated σ of [0, 50]", functions.saturated("sigmoid", read("[0, 50]"), fmpq(50)), "[1/2, 1]"),
    ("saturated σ, threshold 0", functions.saturated("sigmoid", read("(0, 1]"), fmpq(0)), "1"),
    ("saturated σ, threshold 0, below", functions.saturated("sigmoid", read("[-1, 0)"), fmpq(0)), "0"),
    ("saturated σ, threshold 0, both", functions.saturated("sigmoid", read("[-1, 1)"), fmpq(0)), "[0, 1]"),
    ("round [0, 1/2) away", functions.rounded(read("[0, 1/2)"), 0, "away"), "0"),
    ("round (1/2, 1] zero", functions.rounded(read("(1/2, 1]"), 0, "zero"), "1"),
    ("round [1/2, 1] zero", functions.rounded(read("[1/2, 1]"), 0, "zero"), "[0, 1]"),
    ("truncate (-1, 1)", functions.rounded(read("(-1, 1)"), 0, "truncate"), "0"),
    ("truncate [-1, 1)", functions.rounded(read("[-1, 1)"), 0, "truncate"), "[-1, 0]"),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_rows(found: Interval, expected: str) -> None:
    assert str(found) == expected


def test_half_a_gate_never_rounds_up() -> None:
    """The case that floats hide: 0.5·tanh(20) is 0.5 in float64."""
    shown = intervals.times(point(fmpq(1, 2)), functions.function("tanh", read("[20, oo)")))
    assert shown.high == fmpq(1, 2) and shown.high_open
    assert str(functions.rounded(shown, 0, "away")) == "0"


def test_saturation_straddles_its_threshold() -> None:
    found = functions.saturated("sigmoid", read("[49, 50)"), fmpq(50))
    assert found.high is not None and found.high < 1 and found.high_open
    found = functions.saturated("tanh", read("[-1, 60]"), fmpq(50))
    with mpmath.workdps(50):
        assert found.high == fmpq(1) and not found.high_open and found.low is not None
        assert 0 < mpmath.tanh(-1) - value_of(found.low) < mpmath.mpf(2) ** -80
    with pytest.raises(UndecidedError, match="no side"):
        functions.saturated("tanh", point(fmpq(0)), fmpq(0))


def pairs() -> Iterator[tuple[Interval, Interval]]:
    rng = random.Random(11)
    for _ in range(600):
        yield random_interval(rng), random_interval(rng)


def test_sets() -> None:
    for a, b in pairs():
        both, joined = intervals.intersection(a, b), intervals.hull(a, b)
        of_both = {*samples(a), *samples(b)}
        assert intervals.contains(a, b) == (joined == a)
        assert intervals.contains(a, b) <= all(inside(x, a) for x in samples(b))
        assert intervals.contains(a, b) or not all(inside(x, a) for x in samples(b))
        for x in of_both:
            assert inside(x, joined)
            assert (both is not None and inside(x, both)) == (inside(x, a) and inside(x, b))
        for end, is_open in ((joined.low, joined.low_open), (joined.high, joined.high_open)):
            assert is_open == (end is not None and as_fraction(end) not in of_both)
        assert intervals.contains(intervals.inflated(a, fmpq(1, 7)), a)


RELATIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda x, y: x == y, "≠": lambda x, y: x != y, "<": lambda x, y: x < y, "≤": lambda x, y: x <= y,
    ">": lambda x, y: x > y, "≥": lambda x, y: x >= y,
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_comparisons(relation: str) -> None:
    for a, b in pairs():
        # Where they meet, they have a sample in common.
        both = intervals.intersection(a, b)
        common = [] if both is None else samples(both)
        met = {RELATIONS[relation](x, y) for x in [*samples(a), *common] for y in [*samples(b), *common]}
        assert intervals.certainly(relation, a, b) == (met.pop() if len(met) == 1 else None), (str(a), relation, str(b))


def test_ends_never_grow() -> None:
    a, third = read("[1/3, 5/7)"), read("[-1/3, 11/13]")
    for _ in range(60):
        a = intervals.add(intervals.times(a, third), point(fmpq(1, 3)))
        for end in (a.low, a.high):
            assert end is not None and end.height_bits() <= LONGEST
    big = intervals.power(read("[2, 3]"), 2000)
    assert big.low is not None and big.high is not None and big.low <= fmpq(2) ** 2000 and big.high >= fmpq(3) ** 2000
    assert big.high < fmpq(3) ** 2000 * fmpq(1000001, 1000000)
    assert intervals.power(point(fmpq(1, 3)), 500).point == fmpq(1, 3) ** 500, "a point stays exact"


def test_coarsening_goes_outward() -> None:
    rng = random.Random(2)
    for _ in range(200):
        x = fmpq(rng.getrandbits(300) - 2**299, rng.getrandbits(rng.choice([10, 300, 600])) + 1)
        a = Interval(x, x + fmpq(1, 2**20))
        found = intervals.coarser(a)
        assert intervals.contains(found, a)
        wider, before = intervals.width(found), intervals.width(a)
        assert wider is not None and before is not None and wider - before <= max(fmpq(1), abs(x)) / fmpq(2) ** 100
        assert intervals.coarser(found) == found


def test_what_has_no_row_is_an_error() -> None:
    with pytest.raises(SymlstmError, match="can't be enclosed"):
        functions.function("softplus", point(fmpq(1)))
