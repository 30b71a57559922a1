r"""The floor: the long run's solution in Markdown, by a hand-written loop of f-strings on floats.

It prints the lines that symlstm prints, digits chosen by the same rule: as few, from four on, as let each line follow from the
one before. It knows one cell, certifies nothing, and imports nothing of symlstm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, tanh

ATTEMPTS = [
    tuple(4 + max(0, more - taper * stage) for stage in range(4))
    for more in range(13) for taper in (0, 1, 2) if taper <= more
]
"""Decimals of the operands and of each stage that follows, in the order in which they are tried."""
HALF = [0.4999999 * 10.0**-digits for digits in range(20)]
"""Half a unit of the last decimal, and a little less: what lies on a tie does not follow."""
LONGEST_ROW = 90
APPROX = r"\approx"


def solution(inputs: Sequence[str]) -> Iterator[str]:
    """The document in pieces, for the weights of the long run and a start at zero."""
    yield "# Problem\n\n## <a id=\"solution\"></a>Solution\n\n**Convention.** Nothing is rounded or saturated on the way.\n\n"
    yield "### <a id=\"steps\"></a>Step by step\n\n"
    rows: list[str] = []
    answers: list[str] = []
    h = c = 0.0
    h_text = c_text = "0"
    for t, x_text in enumerate(inputs):
        x = float(x_text)
        sub = f"_{t}" if t < 10 else f"_{{{t}}}"
        before = f"_{t - 1}" if 0 < t < 11 else f"_{{{t - 1}}}"
        f, f_text, f_line = gate(f"f{sub}", "0.4", f"- 0.3({x_text}) + 0.2", 0.4, -0.3 * x + 0.2, h)
        i, i_text, i_line = gate(f"i{sub}", "0.1", f"+ 0.7({x_text}) - 0.1", 0.1, 0.7 * x - 0.1, h)
        o, o_text, o_line = gate(f"o{sub}", "-0.2", f"+ 0.5({x_text}) + 0.3", -0.2, 0.5 * x + 0.3, h)
        c_new, c_new_text, c_line = cell(f"c{sub}", f, c, i, f"+ 0.9({x_text}) - 0.4", 0.9 * x - 0.4, h)
        h_new, h_new_text, h_line = state(f"h{sub}", o, c_new)
        yield (
            f"**t = {t}**: $h{before} = {h_text}, \\quad x{sub} = {x_text}, \\quad c{before} = {c_text}$\n\n"
            f"<a id=\"f_{t}\"></a><a id=\"i_{t}\"></a><a id=\"o_{t}\"></a><a id=\"c_{t}\"></a><a id=\"h_{t}\"></a>\n\n"
            f"$$\n\\begin{{aligned}}\n{f_line} \\\\\n{i_line} \\\\\n{o_line} \\\\\n{c_line} \\\\\n{h_line}\n"
            "\\end{aligned}\n$$\n\n"
        )
        h, h_text, c, c_text = h_new, h_new_text, c_new, c_new_text
        rows.append(f"| {t} | ${x_text}$ | ${f_text}$ | ${i_text}$ | ${o_text}$ | ${c_text}$ | ${h_text}$ |\n")
        if t < 60:
            answers.append(f"$h{sub} = {h_text}$")
    yield "### <a id=\"trace\"></a>Trace\n\n*Every value, as printed*\n\n"
    yield "| $t$ | $x_t$ | $f_t$ | $i_t$ | $o_t$ | $c_t$ | $h_t$ |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    yield from rows
    more = ", …" if len(inputs) > 60 else ""
    yield f"\n**Answer to question 1.** {', '.join(answers)}{more}.\n\n"
    yield "*Every digit printed is certified by ball arithmetic with 128 bits.*\n"


def gate(name: str, weight: str, rest: str, w: float, constant: float, h: float) -> tuple[float, str, str]:
    """A gate's value, its digits, and its line: numbers, pre-activation, activation."""
    z = w * h + constant
    value = 1 / (1 + exp(-z))
    value_text = f"{value:.4f}"
    for first, second, _, _ in ATTEMPTS:
        h_text, z_text = f"{h:.{first}f}", f"{z:.{second}f}"
        again, z_printed = w * float(h_text) + constant, float(z_text)
        if abs(again - z_printed) < HALF[second] and abs(1 / (1 + exp(-z_printed)) - float(value_text)) < HALF[4]:
            break
    same = "=" if abs(again - z_printed) < 1e-14 else "\\approx"
    one = f"\\approx \\text{{sigmoid}}({weight}({h_text}) {rest})"
    two = f"{same} \\text{{sigmoid}}({z_text})"
    three = f"\\approx {value_text}"
    return value, value_text, broken(name, one, two, three)


def cell(name: str, f: float, c: float, i: float, rest: str, constant: float, h: float) -> tuple[float, str, str]:
    """The cell state: numbers, pre-activation, activation, products, sum."""
    z = 0.6 * h + constant
    g = tanh(z)
    kept, new = f * c, i * g
    value = kept + new
    value_text = f"{value:.4f}"
    for first, second, third, fourth in ATTEMPTS:
        h_text, z_text, g_text = f"{h:.{first}f}", f"{z:.{second}f}", f"{g:.{third}f}"
        z_printed, g_printed = float(z_text), float(g_text)
        z_again = 0.6 * float(h_text) + constant
        if abs(z_again - z_printed) >= HALF[second] or abs(tanh(z_printed) - g_printed) >= HALF[third]:
            continue
        f_text, c_text, i_text = f"{f:.{first}f}", f"{c:.{first}f}", f"{i:.{first}f}"
        kept_text, new_text = f"{kept:.{fourth}f}", f"{new:.{fourth}f}"
        kept_printed, new_printed = float(kept_text), float(new_text)
        kept_again, new_again = float(f_text) * float(c_text), float(i_text) * g_printed
        if abs(kept_again - kept_printed) >= HALF[fourth] or abs(new_again - new_printed) >= HALF[fourth]:
            continue
        again = kept_printed + new_printed
        if abs(again - float(value_text)) < HALF[4]:
            break
    c_text = f"({c_text})" if c < 0 else c_text
    front = f"{f_text} \\cdot {c_text} + {i_text} \\cdot"
    one = f"\\approx {front} \\tanh(0.6({h_text}) {rest})"
    two = f"{'=' if abs(z_again - z_printed) < 1e-14 else APPROX} {front} \\tanh({z_text})"
    three = f"\\approx {front} {f'({g_text})' if g < 0 else g_text}"
    exact = abs(kept_again - kept_printed) < 1e-14 and abs(new_again - new_printed) < 1e-14
    four = f"{'=' if exact else APPROX} {kept_text} {f'- {new_text[1:]}' if new < 0 else f'+ {new_text}'}"
    five = f"{'=' if abs(again - float(value_text)) < 1e-14 else APPROX} {value_text}"
    return value, value_text, broken(name, one, two, three, four, five)


def state(name: str, o: float, c: float) -> tuple[float, str, str]:
    """The visible state: numbers, activation, product."""
    g = tanh(c)
    value = o * g
    value_text = f"{value:.4f}"
    for first, second, _, _ in ATTEMPTS:
        o_text, c_text, g_text = f"{o:.{first}f}", f"{c:.{first}f}", f"{g:.{second}f}"
        g_printed = float(g_text)
        again = float(o_text) * g_printed
        if abs(tanh(float(c_text)) - g_printed) < HALF[second] and abs(again - float(value_text)) < HALF[4]:
            break
    one = f"\\approx {o_text} \\cdot \\tanh({c_text})"
    two = f"\\approx {o_text} \\cdot {f'({g_text})' if g < 0 else g_text}"
    three = f"{'=' if abs(again - float(value_text)) < 1e-14 else APPROX} {value_text}"
    return value, value_text, broken(name, one, two, three)


def broken(name: str, *links: str) -> str:
    """A line, in rows of at most so many characters."""
    line = name
    mark, width = " &", 0
    for link in links:
        if width and width + len(link) > LONGEST_ROW:
            mark, width = " \\\\\n&", 0
        line += mark + link
        width += len(link)
        mark = " "
    return line
