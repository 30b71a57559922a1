"""What a test cell runs in the student's own Python: these functions, as text.

In come the value of a variable and a table of numbers, out goes what it earns. Each function stands alone: it imports nothing but the
standard library, asks nothing of names that a student may have given another meaning (`list = [0.5]`), and runs from Python 3.8 on. No
annotation is evaluated. An answer may be of any type; a number is exactly the decimal that Python shows for it.
"""

# ruff: noqa: TRY004, UP029
# What students are told is an AssertionError throughout, and builtins are imported because their names may be taken.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any


def _numbers(name: "str", value: "Any", shape: "tuple[int, ...]") -> "list[list[Fraction]]":
    """What each number of an answer may be read as, row by row; an error says what is amiss with its form."""
    from builtins import any, bool, bytes, float, hasattr, int, isinstance, len, list, map, str, tuple, type
    from fractions import Fraction
    from numbers import Rational
    from struct import pack, unpack

    def said(shape: "tuple[int, ...]") -> "str":
        return f"a list of {' rows of '.join(map(str, shape))} number{'s' * (shape[-1] != 1)}" if shape else "a number"

    def number(part: "Any", whose: "str") -> "list[Fraction]":
        if part is None:
            raise AssertionError(f"{whose} isn't set yet")
        if isinstance(part, Rational) and not isinstance(part, bool):
            return [Fraction(int(part.numerator), int(part.denominator))]
        try:
            decimal = None if isinstance(part, (bool, bytes, str)) else float(part)
        except (TypeError, ValueError, OverflowError):
            decimal = None
        if decimal is None:
            quoted = "; leave the quotation marks out" if isinstance(part, (bytes, str)) else ""
            raise AssertionError(f"{whose} is of the type {type(part).__name__}, and {said(shape)} is asked for{quoted}")
        if decimal - decimal != 0:
            raise AssertionError(f"{whose} is {decimal}, and {said(shape)} is asked for")
        read = [Fraction(str(decimal))]
        if -1e38 < decimal < 1e38 and unpack("f", pack("f", decimal))[0] == decimal:
            read.append(Fraction(f"{decimal:.7g}"))  # a float of 32 bits has no more digits than these
        return read

    def rows(part: "Any", whose: "str") -> "tuple[tuple[int, ...], list[list[Fraction]]]":
        if hasattr(part, "tolist"):
            part = part.tolist()  # an array
        if not isinstance(part, (list, tuple)):
            return (), [number(part, whose)]
        inner = [rows(entry, f"an entry of {name}") for entry in part]
        if any(entry[0] != inner[0][0] for entry in inner):
            raise AssertionError(f"{name} has rows of different lengths, and {said(shape)} is asked for")
        return (len(part), *(inner[0][0] if inner else ())), [each for entry in inner for each in entry[1]]

    found, numbers = rows(value, name)
    # A number and a list of one stand for each other, a list and a row or a column likewise.
    if [n for n in found if n != 1] != [n for n in shape if n != 1]:
        raise AssertionError(f"{name} is {said(found)}, and {said(shape)} is asked for")
    return numbers


def _mark(numbers: "list[list[Fraction]]", key: "list[tuple[str, str, list[tuple[str, str, bool, str]]]]") -> "float | None":
    """Nothing where every number is right, what is earned where some are; an error where none is. The key has for each number its
    name, its points, and from where to where it is taken for what: the first that fits counts."""
    from builtins import any, float, print, zip
    from fractions import Fraction

    earned, wrong, said = Fraction(0), 0, []
    for read, (name, points, ranges) in zip(numbers, key):
        right, message = False, "not right"
        for low, high, earns, words in ranges:
            if any(Fraction(low) <= number <= Fraction(high) for number in read):
                right, message = earns, words
                break
        earned += Fraction(points) * right
        wrong += not right
        if message:
            said.append(f"{name}: {message}")
    if wrong and not earned:
        raise AssertionError("\n".join(said))
    for line in said:
        print(line)
    return float(earned) if wrong else None


def _choice(name: "str", value: "Any", count: "int") -> "list[int]":
    """The numbers of the statements that an answer lists; an error says what is amiss with its form."""
    from builtins import any, bool, frozenset, hasattr, isinstance, list, range, set, tuple, type

    if hasattr(value, "tolist"):
        value = value.tolist()  # an array
    if value is None:
        raise AssertionError(f"{name} isn't set yet")
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise AssertionError(f"{name} is of the type {type(value).__name__}, and a list is asked for, such as [1], or [] for none")
    numbers = range(1, count + 1)
    for entry in value:
        if isinstance(entry, bool) or not any(entry == number for number in numbers):
            raise AssertionError(f"{name} holds {entry!r}, and the statements have the numbers 1 to {count}")
    return [number for number in numbers if number in value]


def _decide(chosen: "list[int]", points: "str", key: "list[tuple[bool, str]]") -> "float | None":
    """Nothing where every statement is decided rightly; otherwise each right decision earns its share, each wrong one takes one
    away, and where nothing is left that is an error. The key has for each statement whether it holds, and what to say otherwise."""
    from builtins import enumerate, float, len, print
    from fractions import Fraction

    wrong = [f"statement {k} {words}" for k, (holds, words) in enumerate(key, 1) if (k in chosen) != holds]
    if not wrong:
        return None
    if 2 * len(wrong) >= len(key):
        raise AssertionError("\n".join(wrong))
    for line in wrong:
        print(line)
    return float(Fraction(points) * (len(key) - 2 * len(wrong)) / len(key))
