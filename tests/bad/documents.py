"""Bad documents, each with the message that it gives: the table of `test_bad_documents`.

A row is a name, the document, and the message with its line and column. Most documents are `document(...)`: one good cell with
good data, of which one part is replaced. Documents of a size that would take a careless reader minutes stand in `LARGE`.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A bad document and what is said about it."""

    name: str
    text: str
    message: str
    """`line:column: message`."""


CELL = "$$h_t = \\tanh(w h_{t-1} + u x_t)$$\n"
DATA = "Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x = [1, 0]$.\n"
FIND = "find: h\n"


def document(front: str = "", cell: str = CELL, data: str = DATA, question: str = FIND) -> str:
    """A document with a title in line 2, `front` from line 3; after that the cell, an empty line, the data and a question."""
    return f"---\ntitle: T\n{front}---\n{cell}\n{data}\n```question\n{question}```\n"


def matrix(*rows: str) -> str:
    """A LaTeX matrix."""
    return "\\begin{bmatrix}" + " \\\\ ".join(rows) + "\\end{bmatrix}"


DOCUMENTS: tuple[Row, ...] = (
    Row(
        "no front matter",
        "Let $w = 1$.\n",
        "1:1: the front matter is missing; start with a line `---`, a line `title: ...` and a line `---`",
    ),
    Row(
        "front matter too late",
        "\n\n---\ntitle: T\n---\n",
        "1:1: the front matter must start in the first line; move its `---` there",
    ),
    Row(
        "front matter without an end",
        "---\ntitle: T\n",
        "1:1: the front matter that starts here never ends; add a line `---` below its last key",
    ),
    Row("no title", "---\nsource: T\n---\n", "2:1: the title is missing; add a line `title: ...`"),
    Row("empty title", "---\ntitle:\n---\n", "2:1: the title is empty; write `title: ...`"),
    Row(
        "no equations",
        document(cell=""),
        "2:8: no update equations: write them as maths, such as $h_t = \\tanh(W h_{t-1} + U x_t)$, or name a "
        "cell in the front matter with `cell:` (gated-rnn, gru, gru-reset-after, lstm, lstm-coupled, "
        "lstm-peephole, lstm-stacked, mgu, rnn)",
    ),
    Row("unknown key", document(front="convetion: {show: 3}\n"), "3:1: unknown key `convetion`; did you mean `convention`?"),
    Row(
        "unknown key in convention",
        document(front="convention: {rounding: {h: 2}}\n"),
        "3:14: unknown key `rounding`; did you mean `round`?",
    ),
    Row(
        "duplicate key",
        document(front="source: a\nsource: b\n"),
        "4:1: `source` is written twice, first in line 3; keep one",
    ),
    Row(
        "value missing behind a key",
        document(front="first:\n"),
        "3:1: `first` has no value; write `first: ...` or leave the key out",
    ),
    Row("a tab in the front matter", document(front="convention:\n\tshow: 3\n"), "4:1: a tab; write spaces instead"),
    Row(
        "YAML 1.1: on is no key here",
        document(front="convention:\n  on: true\n"),
        "4:3: unknown key `on`; known are saturate, round, ties, carry, show",
    ),
    Row("YAML 1.1: yes", document(front="convention: {carry: yes}\n"), "3:21: `carry` can't be `yes`; write true"),
    Row("YAML 1.1: no", document(front="convention: {round: no}\n"), "3:21: `round: no` isn't read; write `round: off`"),
    Row(
        "YAML 1.1: null",
        document(front="convention: {saturate: ~}\n"),
        "3:24: `saturate: ~` isn't read; write `saturate: off`",
    ),
    Row(
        "YAML 1.1: octal",
        document(front="first: 0o10\n"),
        "3:8: `first` must be a whole number from -1,000,000 to 1,000,000, not `0o10`",
    ),
    Row("YAML 1.1: sexagesimal", document(front="given: {w: 1:30}\n"), "3:13: ':' (colon) has no meaning here"),
    Row(
        "YAML 1.1: underscores",
        document(front="convention: {saturate: 1_000}\n"),
        "3:24: `saturate` must be a number, not `1_000`; write 1000",
    ),
    Row(
        "YAML anchor",
        document(front="given: &a {w: 1}\n"),
        "3:8: anchors and aliases (`&` and `*`) aren't read; write the value out, or put it in single quotes "
        "if it is text",
    ),
    Row(
        "YAML anchors bomb",
        document(front="given:\n  a: &a [1, 1, 1, 1, 1, 1, 1]\n  b: &b [*a, *a, *a, *a, *a]\n  c: &c [*b, *b, *b, *b]\n"),
        "4:6: anchors and aliases (`&` and `*`) aren't read; write the value out, or put it in single quotes "
        "if it is text",
    ),
    Row(
        "YAML tag",
        document(front="source: !!python/object/apply:os.system [ls]\n"),
        "3:9: tags (`!`) aren't read; leave it out, or put the value in single quotes if it is text",
    ),
    Row(
        "YAML dollar and brace",
        document(front="source: $W^{f,h}$: {a\n"),
        "3:18: a colon inside a value; put the value in single quotes",
    ),
    Row(
        "two YAML documents",
        document(front="source: a\n...\nfirst: 1\n"),
        "5:1: `---` or `...` starts a second document here; keep everything in one",
    ),
    Row("ties unknown", document(front="convention: {ties: zeros}\n"), "3:20: `ties` can't be `zeros`; did you mean `zero`?"),
    Row(
        "round to too many places",
        document(front="convention: {round: {h: 101}}\n"),
        "3:25: the places of `h` must be a whole number from 0 to 100, not `101`",
    ),
    Row(
        "convention with an unknown symbol",
        document(front="convention: {round: {hh: 2}}\n"),
        "3:22: no equation computes hh; did you mean `h`?",
    ),
    Row(
        "saturate with an unknown symbol",
        document(front="convention: {saturate: {at: 3, on: [f]}}\n"),
        "3:37: no equation computes f; equations compute h",
    ),
    Row(
        "saturate below zero",
        document(front="convention: {saturate: -1}\n"),
        "3:24: `saturate` takes a bound from 0 up, not `-1`",
    ),
    Row(
        "saturate beyond all numbers",
        document(front="convention: {saturate: 1e999999999}\n"),
        "3:24: `saturate` has an exponent beyond 4,000",
    ),
    Row(
        "saturate 0 at z = 0",
        document(front="convention: {saturate: 0}\n", data="Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x = [0, 0]$.\n"),
        "5:3: h_0: tanh(0) can't be rounded outward: with saturate 0 an argument of exactly 0 has no side "
        "nearer to 1 or -1; give a threshold above 0, or change a parameter so that the argument isn't 0",
    ),
    Row(
        "an undecidable tie",
        document(front="convention: {round: {y: 0}}\n", cell="$$h_t = \\tanh(h_{t-1} + x_t)$$\n\n$$y_t = 0.5 + h_t - \\tanh(h_{t-1} + x_t)$$\n"),
        "7:3: y_0 can't be told from a tie or threshold, even with 4,224 bits; change a number, or the "
        "convention",
    ),
    Row(
        "given: unknown symbol",
        document(front="given: {v: 1}\n"),
        "3:9: v isn't a symbol of this problem; its symbols are h, x, w, u",
    ),
    Row(
        "given: unknown group",
        document(front="given: {weigths: 1}\n"),
        "3:9: weigths isn't a symbol of this problem, nor a group; did you mean weights?",
    ),
    Row(
        "given: a state without its time",
        document(front="given: {h: 1}\n"),
        "3:9: h is computed by the cell; give it a time, as in h_0",
    ),
    Row(
        "given: one entry",
        document(front="given: {'h_0[1]': 1}\n"),
        "3:9: give the whole value of a symbol, not one entry of it",
    ),
    Row("given: no number", document(front="given: {w: one}\n"), "3:12: one isn't a plain number, list or matrix"),
    Row("given: an empty list", document(front="given: {w: []}\n"), "3:9: `w` has no value; write a number or a list"),
    Row(
        "given: ragged rows",
        document(front="given: {w: [[1, 2], [3]]}\n"),
        "3:12: the rows of this matrix have different lengths",
    ),
    Row(
        "inputs of an unknown name",
        document(front="inputs: {y: [1, 2]}\n"),
        "3:10: y isn't a symbol of this problem; its symbols are h, x, w, u",
    ),
    Row("inputs of a state", document(front="inputs: {h: [1, 2]}\n"), "3:10: h isn't an input of the cell; its inputs: x"),
    Row("inputs: not a list", document(front="inputs: 1\n"), "3:9: `inputs` takes a list, not `1`; write one like [0, 1]"),
    Row(
        "inputs given twice in the front matter",
        document(front="inputs: [1, 0]\ngiven: {x: [1, 1]}\n"),
        "3:10: x is given a second time with other values; the first stand in line 4",
    ),
    Row(
        "inputs given twice, front matter and text",
        document(front="inputs: [0, 0]\n"),
        "7:46: x is given a second time with another value; the first stands in line 3",
    ),
    Row(
        "inputs given twice, other lengths",
        document(front="inputs: [1, 0, 1]\n"),
        "7:46: x has 2 entries here, and 3 where it is given first, in line 3",
    ),
    Row(
        "a value given twice, front matter and text",
        document(front="given: {w: 3}\n"),
        "7:10: w is given a second time with another value; the first stands in line 3",
    ),
    Row(
        "a value given twice",
        document(data=DATA + "And $w = 2$.\n"),
        "7:10: w is given a second time with another value; the first stands in line 6",
    ),
    Row(
        "inputs given twice in the text",
        document(data=DATA + "Now $x = [1, 1]$.\n"),
        "7:10: x is given a second time with another value; the first stands in line 6",
    ),
    Row(
        "one input given twice",
        document(data=DATA + "And $x_1 = 3$.\n"),
        "7:12: x_1 is given twice with different values; it is entry 2 of the inputs in line 6 too",
    ),
    Row(
        "a chain that disagrees",
        document(data=DATA + "And $h_{-1} = w = 0 = 1$.\n"),
        "7:6: the values of this chain disagree",
    ),
    Row(
        "first that disagrees",
        document(front="first: 3\n"),
        "3:8: first: 3 says that step 3 is the first, but the initial values (h_-1) make it 0",
    ),
    Row(
        "first that is no number",
        document(front="first: one\n"),
        "3:8: `first` must be a whole number from -1,000,000 to 1,000,000, not `one`",
    ),
    Row(
        "a step too far",
        document(data=DATA + "And $h_{9999999} = 1$.\n"),
        "7:20: h_9999999 would be step 10,000,000; at most 100,000 are taken",
    ),
    Row(
        "alphabet that is no list",
        document(front="alphabet: no\n"),
        "3:11: `alphabet` takes the inputs that may occur; write [0, 1] or {a: [1, 0], b: [0, 1]}",
    ),
    Row(
        "an input outside the alphabet",
        document(front="alphabet: [0, 1]\n", data="Let $w = 1$, $u = 2$, $h_{-1} = 0$, $x = [0, 3]$.\n"),
        "7:46: x_1 = 3 isn't in the alphabet (0, 1)",
    ),
    Row(
        "a letter outside the alphabet",
        document(front="alphabet: {a: 1, b: 0}\n", data="Let $w = 1$, $u = 2$, $h_{-1} = 0$.\n", question="find: h\ninputs: [a, c]\n"),
        "11:13: c is no letter of the alphabet (a, b)",
    ),
    Row("unknown cell", document(front="cell: lstmm\n"), "3:7: no cell is called lstmm; did you mean `lstm`?"),
    Row(
        "a cell and other equations",
        document(front="cell: rnn\n"),
        "5:3: `cell: rnn` and an equation of its own for h: leave `cell` out, or put the equation in a block "
        "quote (>)",
    ),
    Row(
        "missing value",
        document(data="Let $w = 1$, $h_{-1} = 0$ and $x = [1, 0]$.\n"),
        "9:7: h_0 can't be computed; u has no value",
    ),
    Row(
        "missing value, another name given",
        document(cell="$$h_t = \\tanh(W^{x,h} h_{t-1} + W^{x,i} x_t)$$\n", data="Let $W^{x,h} = 1$, $W^{x,j} = 2$, $h_{-1} = 0$, $x = [1, 0]$.\n"),
        "9:7: h_0 can't be computed; W^{x,i} has no value, but W^{x,j}, which the cell doesn't have, is given "
        "in line 6",
    ),
    Row(
        "missing initial value",
        document(data="Let $w = 1$, $u = 2$ and $x = [1, 0]$.\n"),
        "9:7: h_0 can't be computed; h_-1 has no value",
    ),
    Row(
        "missing inputs",
        document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$.\n"),
        "9:7: no step can be taken: x has no values",
    ),
    Row(
        "an input at the running time",
        document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x_t = 1$.\n"),
        "9:7: no step can be taken: x has no values; x_t = 1 in line 6 isn't a value at a time: write x_0 = 1 or x = [1], or "
        "display it where it is an equation of the cell",
    ),
    Row(
        "an input at the running time, one place asked for",
        document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x_t = 0.50$.\n", question="find: h_0\n"),
        "9:7: h_0 can't be computed; x_0 has no value; x_t = 0.50 in line 6 isn't a value at a time: write x_0 = 0.50 or "
        "x = [0.50], or display it where it is an equation of the cell",
    ),
    Row(
        "a gate at the running time",
        document(cell="$$h_t = f_t h_{t-1} + x_t$$\n", data="Let $h_0 = 0$, $x = [1, 0]$ and $f_t = 1$.\n"),
        "9:7: no step can be taken: f has no values; f_t = 1 in line 6 isn't a value at a time: write f_1 = 1 or f = [1], or "
        "display it where it is an equation of the cell",
    ),
    Row(
        "shapes at the equation: rows",
        document(data="Let $w = [[1, 2], [3, 4]]$, $u = [1, 2, 3]$, $h_{-1} = [0, 0]$ and $x = [1, 0]$.\n"),
        "4:3: h_0: a vector of 2 entries and a vector of 3 entries don't fit together entry by entry: both "
        "need the same shape",
    ),
    Row(
        "shapes at the equation: columns",
        document(data="Let $w = [[1, 2], [3, 4]]$, $u = [1, 2]$, $h_{-1} = [0, 0, 0]$ and $x = [1, 0]$.\n"),
        "4:3: h_0: a 2×2 matrix can't multiply a vector of 3 entries: it needs a vector of 2 entries",
    ),
    Row("shapes at the value", document(data="Let $w = [[1, 2], [3]]$, $u = 2$.\n"), "6:10: rows of different lengths: 2, 1"),
    Row(
        "a matrix with ragged rows",
        document(data=f"Let $w = {matrix('1 & 2', '3')}$, $u = 2$.\n"),
        "6:10: rows of different lengths: 2, 1",
    ),
    Row(
        "a matrix as input sequence",
        document(data=f"Let $x = {matrix('1 & 2', '3 & 4')}$.\n"),
        "6:10: a matrix doesn't say which way the steps run; write the inputs as a list with one entry a "
        "step, as in x = [[1, 0], [0, 1]]",
    ),
    Row(
        "a column as input sequence",
        document(data=f"Let $x = {matrix('1', '3')}$.\n"),
        "6:10: is this the input of one step or of several? Write x_1 = ... for one step, or a list with one "
        "entry a step, as in x = [[1, 0]]",
    ),
    Row(
        "blocks that don't split",
        document(cell="$$[i_t; f_t] = \\sigma(W [h_{t-1}; x_t])$$\n\n$$h_t = i_t f_t$$\n", data="Let $W = [[1, 1], [2, 2], [3, 3]]$, $h_{-1} = 0$, $x = [1]$.\n"),
        "8:10: W has 3 rows, which can't be split into 2 blocks",
    ),
    Row(
        "wrong number of functions in a stack",
        document(cell="$$[i_t; f_t] = [\\sigma; \\sigma; \\tanh] W [h_{t-1}; x_t]$$\n"),
        "4:3: 2 symbols on the left, 3 rows on the right",
    ),
    Row(
        "wrong number of rows in a stack",
        document(cell="$$[i_t; f_t] = [w h_{t-1}; u x_t; 3]$$\n"),
        "4:3: 2 symbols on the left, 3 rows on the right",
    ),
    Row(
        "a symbol twice in a stack",
        document(cell="$$[i_t; i_t] = \\sigma(W [h_{t-1}; x_t])$$\n"),
        "4:3: a symbol stands twice in this stack",
    ),
    Row(
        "cyclic equations",
        document(cell="\\begin{align}\nh_t &= \\tanh(w c_t) \\\\\nc_t &= u h_t + x_t\n\\end{align}\n"),
        "5:1: these equations need each other at the same time: h_t → c_t → h_t; one of them should read an "
        "earlier time, such as h_{t-1}",
    ),
    Row(
        "an equation that needs itself",
        document(cell="$$h_t = \\tanh(w h_t + u x_t)$$\n"),
        "4:3: these equations need each other at the same time: h_t → h_t; one of them should read an "
        "earlier time, such as h_{t-1}",
    ),
    Row(
        "two equations for one symbol",
        document(cell="$$h_t = \\tanh(w h_{t-1} + u x_t)$$\n\n$$h_t = \\tanh(w x_t)$$\n"),
        "6:3: a second equation for h; the first stands in line 4. If one is only recalled, put it in a "
        "block quote (>)",
    ),
    Row(
        "t+1 on the right",
        document(cell="$$h_t = \\tanh(w h_{t+1} + u x_t)$$\n"),
        "4:3: this equation reads h at a later time than its own left side",
    ),
    Row(
        "a fixed time in an equation",
        document(cell="$$h_t = \\tanh(w h_{t-1} + u h_{-1} + x_t)$$\n"),
        "4:3: this equation reads h_{−1}, a value of one step; an equation reads times such as t and t-1",
    ),
    Row(
        "an equation of three sides",
        document(cell="$$h_t = w h_{t-1} = u x_t$$\n"),
        "4:3: an equation of the cell has two sides; put a longer chain in a block quote (>)",
    ),
    Row(
        "an equation that can't be read",
        document(cell="$$h_t = \\tanh(w h_{t-1} + / x_t)$$\n"),
        "4:27: nothing stands before '/' that it could join",
    ),
    Row(
        "an unknown command",
        document(cell="$$h_t = \\tanhh(w h_{t-1} + u x_t)$$\n"),
        "4:9: \\tanhh isn't a command that is read here",
    ),
    Row(
        "an unknown function",
        document(cell="$$h_t = \\text{sigmod}(w h_{t-1} + u x_t)$$\n"),
        "4:9: sigmod isn't a function that is known; did you mean sigmoid?",
    ),
    Row(
        "an undeclared sigma",
        document(cell="$$h_t = \\sigma_g(w h_{t-1} + u x_t)$$\n"),
        "4:9: σ_g isn't a function that is known; say which one it is, as in $\\sigma_{g} = \\text{sigmoid}$",
    ),
    Row(
        "too few arguments",
        document(cell="$$h_t = h_{t-1} + \\operatorname{clip}(x_t, 0)$$\n"),
        "4:19: clip takes 3 arguments, not 2",
    ),
    Row(
        "clip the wrong way round",
        document(cell="$$h_t = h_{t-1} + \\operatorname{clip}(x_t, 1, 0)$$\n"),
        "4:3: h_0: clip(z, low, high) needs low ≤ high: its bounds are the wrong way round here",
    ),
    Row(
        "a power that is no whole number",
        document(cell="$$h_t = h_{t-1}^{0.5} + x_t$$\n"),
        "4:3: h_0: only whole numbers are read as exponents",
    ),
    Row(
        "a subscript on a number",
        document(cell="$$h_t = \\tanh(3_t h_{t-1} + u x_t)$$\n"),
        "4:16: a number has no subscript",
    ),
    Row(
        "division by zero in an equation",
        document(cell="$$h_t = \\tanh(w h_{t-1} + u / x_t)$$\n"),
        "4:3: h_1: division by zero: a denominator is 0 here",
    ),
    Row("division by zero", document(data="Let $w = 1/0$, $u = 2$.\n"), "6:10: division by zero: a denominator is 0 here"),
    Row(
        "a fraction of zero",
        document(data="Let $w = \\frac{1}{0}$, $u = 2$.\n"),
        "6:10: division by zero: a denominator is 0 here",
    ),
    Row(
        "an exponent without end",
        document(data="Let $w = 1e999999999$.\n"),
        "6:10: the exponent of 1e999999999 is beyond ±4,000",
    ),
    Row("a power without end", document(data="Let $w = 10^{999999999}$.\n"), "6:14: an exponent beyond ±4,000"),
    Row(
        "a tower of powers",
        document(data="Let $w = (((9^{4000})^{4000})^{4000})^{4000}$.\n"),
        "6:39: a number here is too large or too small: its size goes beyond 10 to the power 1,000,000",
    ),
    Row(
        "a run that doubles its digits",
        document(cell="$$h_t = \\frac12 h_{t-1}^2 + \\frac13 x_t$$\n", data="Let $h_{-1} = 1/7$.\n", question="find: h_59\ninputs: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"),
        "4:3: h_19: a number here is too large or too small: its size goes beyond 10 to the power 1,000,000",
    ),
    Row(
        "exp without end",
        document(cell="$$h_t = \\exp(h_{t-1} + x_t)$$\n", data="Let $h_{-1} = 10^{300}$, $x = [0]$.\n"),
        "4:3: h_0: exp of a number above 1,000,000,000 is too large to compute",
    ),
    Row(
        "two ways to read a number",
        document(data="Let $w = 1,000.5$.\n"),
        "6:10: 1,000.5 can be read in two ways; write 1000.5 for one number or 1, 000.5 for several",
    ),
    Row(
        "two points in a number",
        document(data="Let $w = 1.2.3$.\n"),
        "6:13: two numbers side by side; a sign or comma is missing between them",
    ),
    Row("dots in values", document(data="Let $x = [1, 0, \\dots, 1]$.\n"), "6:17: dots aren't read; write the values out"),
    Row(
        "a list without brackets",
        document(data="Let $w = 1$ and $x = 0, 1, 1$.\n"),
        "6:18: x is followed by several numbers; write them as a list, [0, 1, 1]",
    ),
    Row("an empty list", document(data="Let $x = []$.\n"), "6:11: an empty list"),
    Row(
        "two numbers side by side",
        document(data="Let $w = 1 2$.\n"),
        "6:12: two numbers side by side; a sign or comma is missing between them",
    ),
    Row(
        "h_10 in LaTeX",
        document(data=DATA + "The last is $h_10$.\n"),
        "7:16: in LaTeX only the first digit of _10 is a script; write _{10}",
    ),
    Row(
        "h_10 with a value",
        document(data=DATA + "Given $h_10 = 3$.\n"),
        "7:10: in LaTeX only the first digit of _10 is a script; write _{10}",
    ),
    Row("an open brace", document(data="Let $w = \\frac{1}{2$.\n"), "6:18: '{' isn't closed"),
    Row("an open brace in an index", document(cell="$$h_t = \\tanh(w h_{t-1 + u x_t)$$\n"), "4:19: this brace isn't closed"),
    Row("a closing brace", document(data="Let $w = 1}$.\n"), "6:11: '}' closes nothing"),
    Row("an open bracket", document(cell="$$h_t = \\tanh(w h_{t-1} + u x_t$$\n"), "4:14: '(' isn't closed"),
    Row("an open list", document(data="Let $x = [1, 0$ and so on.\n"), "6:10: '[' isn't closed"),
    Row(
        "an open environment in dollars",
        document(cell="$$\\begin{aligned} h_t = w h_{t-1} + u x_t$$\n"),
        "4:3: \\begin{aligned} isn't closed",
    ),
    Row(
        "an environment closed by another",
        document(cell="$$\\begin{aligned} h_t = w h_{t-1} + u x_t \\end{split}$$\n"),
        "4:43: \\end{split} closes nothing; \\begin{aligned} is open here",
    ),
    Row(
        "an open environment",
        document(data=DATA + "\\begin{align} w = 3\n\nand no end\n"),
        "7:1: \\begin{ opens or closes mathematics that isn't complete here; its other half is missing, or "
        "stands after a blank line or in another paragraph",
    ),
    Row(
        "an environment's end",
        document(data=DATA + "and \\end{align}\n"),
        "7:5: \\end{ opens or closes mathematics that isn't complete here; its other half is missing, or "
        "stands after a blank line or in another paragraph",
    ),
    Row(
        "a lone \\[",
        document(data=DATA + "\\[ w = 3\n\nand no end\n"),
        "7:1: \\[ opens or closes mathematics that isn't complete here; its other half is missing, or stands "
        "after a blank line or in another paragraph",
    ),
    Row(
        "a lone \\]",
        document(data=DATA + "w = 3 \\] and\n"),
        "7:7: \\] opens or closes mathematics that isn't complete here; its other half is missing, or stands "
        "after a blank line or in another paragraph",
    ),
    Row(
        "a lone \\(",
        document(data=DATA + "Here \\( w = 3\n"),
        "7:6: \\( opens or closes mathematics that isn't complete here; its other half is missing, or stands "
        "after a blank line or in another paragraph",
    ),
    Row(
        "a lone $$",
        document(data=DATA + "Here $$ w = 3\n"),
        "7:6: $$ opens or closes mathematics that isn't complete here; its other half is missing, or stands "
        "after a blank line or in another paragraph",
    ),
    Row(
        "a lone $",
        document(data=DATA + "Here $ w = 3\n"),
        "7:6: this `$` has no partner in its paragraph, so a formula is cut off; write \\$ where a dollar is "
        "meant",
    ),
    Row(
        "a dollar forgotten",
        document(data="Let $w = 1, u = 2. Then $x = [1]$.\n"),
        "6:33: this `$` has no partner in its paragraph, so a formula is cut off; write \\$ where a dollar is "
        "meant",
    ),
    Row(
        "mathematics in HTML",
        document(data=DATA + "<div>$w = 1$</div>\n"),
        "7:1: mathematics inside HTML isn't read; put blank lines around it, or take the HTML out",
    ),
    Row(
        "mathematics in indented code",
        document(data=DATA + "As\n\n    $w = 1$\n"),
        "9:1: four spaces in front make this line code, and its mathematics isn't read; take them out",
    ),
    Row(
        "in a nested list",
        document(data=DATA + "- one\n  - two $w = \\foo$\n"),
        "8:14: \\foo isn't a command that is read here",
    ),
    Row(
        "in an ordered list",
        document(data=DATA + "10. one\n    $w = \\foo$\n"),
        "8:10: \\foo isn't a command that is read here",
    ),
    Row(
        "in a table",
        document(data=DATA + "| a | b |\n|---|---|\n| x\\|y | $w = \\foo$ |\n"),
        "9:15: \\foo isn't a command that is read here",
    ),
    Row(
        "in a heading",
        document(data=DATA + "## The weight $w = \\foo$ ##\n"),
        "7:20: \\foo isn't a command that is read here",
    ),
    Row("in emphasis", document(data=DATA + "**$u = 2$, _$w = \\foo$_**\n"), "7:18: \\foo isn't a command that is read here"),
    Row(
        "behind code and entities",
        document(data=DATA + "A &amp; `$w$` \\* $w = \\foo$\n"),
        "7:23: \\foo isn't a command that is read here",
    ),
    Row(
        "in a list's display",
        document(data=DATA + "- $$\n  w = 1,\n  u = \\foo\n  $$\n"),
        "9:7: \\foo isn't a command that is read here",
    ),
    Row("behind a tab", document(data=DATA + "-\tthe $w = \\foo$\n"), "7:12: \\foo isn't a command that is read here"),
    Row(
        "behind wide characters",
        document(data=DATA + "漢字 é 👍 $w = \\foo$\n"),
        "7:13: \\foo isn't a command that is read here",
    ),
    Row(
        "a parameter with a time",
        document(data=DATA + "> Recalled: $w = \\foo$\n\n```question\nfind: w_1\n```\n"),
        "10:7: w_1 isn't a symbol of this problem; did you mean w?",
    ),
    Row("a strange character", document(data=DATA + "Let $w = 👍$.\n"), "7:10: '👍' (thumbs up sign) has no meaning here"),
    Row("a full-width digit", document(data=DATA + "Let $w ＝ １$.\n"), "7:10: '１' (fullwidth digit one) has no meaning here"),
    Row("a dash for minus", document(data=DATA + "Let $w = —1$.\n"), "7:10: '—' (em dash) has no meaning here"),
    Row("a control character", document(data=DATA + "Let $w = \u00071$.\n"), "7:10: U+0007 has no meaning here"),
    Row("a null character", document(data=DATA + "Let \u0000 be\n"), "7:5: a null character; this isn't a text file"),
    Row(
        "byte order mark and CRLF",
        '\ufeff' + document(data="Let $w = \\foo$.\n").replace('\n', '\r\n'),
        "6:10: \\foo isn't a command that is read here",
    ),
    Row("a lone surrogate", document(data='Let \ud800 be.\n'), "6:5: a character (U+D800) that no text has; take it out"),
    Row(
        "question without a kind",
        document(question="points: 3\n"),
        "9:1: this block asks nothing; write one of find, simplify, state, claims, carried and comment",
    ),
    Row(
        "empty question",
        document(question=""),
        "8:1: this block asks nothing; write one of find, simplify, state, claims, carried and comment",
    ),
    Row(
        "question of two kinds",
        document(question="find: h\nsimplify: all\n"),
        "10:1: `find` and `simplify` in one block; make two blocks, each with one of find, simplify, state, "
        "claims, carried and comment",
    ),
    Row("question with an unknown key", document(question="fnd: h\n"), "9:1: unknown key `fnd`; did you mean `find`?"),
    Row(
        "find without a value",
        document(question="find:\n"),
        "9:1: `find` has no value; write `find: ...` or leave the key out",
    ),
    Row(
        "find an undefined symbol",
        document(question="find: hh\n"),
        "9:7: hh isn't a symbol of this problem; did you mean h?",
    ),
    Row(
        "find another undefined symbol",
        document(question="find: [h_1, g_1]\n"),
        "9:13: g_1 isn't a symbol of this problem; its symbols are h, x, w, u",
    ),
    Row("find beyond the inputs", document(question="find: h_99\n"), "9:7: h_99 can't be computed; x_2 has no value"),
    Row(
        "find an input beyond the inputs",
        document(question="find: [h_1, x_9]\n"),
        "9:13: x_9 can't be computed; the steps run from 0 to 1",
    ),
    Row("find a parameter", document(question="find: w\n"), "9:7: w isn't computed at any step; ask for a symbol with a time"),
    Row("find an entry that isn't there", document(question="find: [h_0, 'h_1[2]']\n"), "9:13: a number has no entry 2"),
    Row("find entry 0", document(question="find: 'h_1[0]'\n"), "9:7: h_1[0] isn't a place; components count from 1"),
    Row(
        "find an expression",
        document(question="find: h_0 + h_1\n"),
        "9:7: h_0 + h_1 isn't a place; places are written like h_3, f_1[2] or W^{f,h}",
    ),
    Row(
        "find a rung that isn't there",
        document(question="find: h_1/actvation\n"),
        "9:11: 'actvation' is no rung of a ladder; they are definition, numbers, pre-activation, activation, "
        "products, sum, rounded",
    ),
    Row(
        "an answer with too many numbers",
        document(question="find: h\nanswer: [1, 2, 3]\n"),
        "10:9: the answer has 3 numbers; asked for are 2: h_0, h_1",
    ),
    Row(
        "an answer with too few",
        document(question="find: h\nanswer: 1\n"),
        "10:9: the answer has one number; asked for are 2: h_0, h_1",
    ),
    Row(
        "points that are none",
        document(question="find: h\npoints: many\n"),
        "10:9: `points` must be a number, not `many`; write one like 50, 0.5 or 1/2",
    ),
    Row(
        "given in a question: unknown symbol",
        document(question="find: h\ngiven: {v: 1}\n"),
        "10:9: v isn't a symbol of this problem; its symbols are h, x, w, u",
    ),
    Row(
        "a misspelled question block",
        document().replace('question', 'qustion'),
        "8:1: a block of `qustion` is shown as code; did you mean `question`?",
    ),
)

TWO_STATES = "$$c_t = w c_{t-1} + u x_t$$ $$h_t = c_t + h_{t-1}$$\n"

DOCUMENTS += (
    Row(
        "a label in another place",
        document(cell="$$h_t = \\tanh(W^{x,h} h_{t-1} + u x_t)$$\n", data=DATA + "And $W_{xh} = 1$.\n"),
        "7:6: W_{xh} isn't a symbol of this problem; did you mean W^{x,h}? If this is only a remark, put it in a block quote (>)",
    ),
    Row(
        "later, one state of two and new inputs",
        document(cell=TWO_STATES, data="Let $w = u = 1$, $h_{-1} = c_{-1} = 0$, $x = [1, 0]$.\n")
        + "\nNow $c_0 = 3$ and $x = [1, 1]$.\n\n```question\nfind: h\n```\n",
        "12:12: c_0 is given with new inputs where the run starts from c_-1, h_-1: to start anew, give c_-1, h_-1; if c_0 is known "
        "and not to be computed, say `first: 0` in the front matter",
    ),
    Row(
        "cases",
        document(cell="$$h_t = \\begin{cases} 1 & x_t > 0 \\\\ 0 & x_t = 0 \\end{cases}$$\n"),
        "4:9: \\begin{cases} can't stand inside an expression; write the cases as one formula, with step(z) for 1 where z ≥ 0 and 0 "
        "elsewhere, or sign, max, min, clip; or put it in a block quote (>)",
    ),
    Row(
        "where, letter by letter",
        document(cell="$$h_t = \\tanh(w h_{t-1} + u x_t) where w = 1$$\n"),
        "4:34: where is read as a product of letters here; write \\text{where}",
    ),
    Row(
        "a decimal comma",
        document(data="Let $w = -0,5$, $u = 2$, $h_{-1} = 0$ and $x = [1, 0]$.\n"),
        "6:6: -0,5 can be read in two ways; write -0.5 for one number or [-0, 5] for a list",
    ),
    Row(
        "a decimal comma in braces",
        document(data="Let $w = 1{,}500$, $u = 2$.\n"),
        "6:10: 1{,}500 has a comma in braces; write 1.500 if it stands before decimals, 1500 if it sets thousands apart",
    ),
    Row(
        "decimal commas in a list",
        document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x = [0,5, 1,5]$.\n"),
        "6:45: 0,5, 1,5 can be read in two ways; write 0.5, 1.5 for decimals or 0, 5, 1, 5 for whole numbers",
    ),
    Row(
        "a decimal comma in the front matter",
        document(front="given:\n  w: 0,5\n"),
        "4:6: 0,5 can be read in two ways; write 0.5 for one number or [0, 5] for a list",
    ),
    Row(
        "a decimal comma in braces of YAML",
        document(front="given: {w: 0,5}\n"),
        "3:14: `5` has no value; write a number or a list; for a decimal write a point, not a comma",
    ),
    Row("find with commas", document(question="find: h_1, h_0\n"), "9:7: several places are a list: write [h_1, h_0]"),
    Row("find with and", document(question="find: h_1 and h_0\n"), "9:7: several places are a list: write [h_1, h_0]"),
    Row(
        "a function that isn't known",
        document(cell="$$h_t = \\phi(w h_{t-1} + u x_t), \\quad \\phi(z) = z^2$$\n"),
        "4:40: ϕ(z) isn't defined as a function that is known (sigmoid, tanh, exp, relu, softmax, hardsigmoid, step, sign, min, max, "
        "identity, clip); write it out in the equations",
    ),
    Row(
        "the index as a number",
        document(data="Let $w = 1$, $u = 2$, $h_{-1} = 0$ and $x_t = 2t + 1$.\n"),
        "6:41: t counts the steps and isn't a number that an equation can use; for inputs that follow it write a list, as in "
        "x = [0, 1, 2]",
    ),
    Row(
        "an equation of an entry, below",
        document(cell=CELL + "$$y_{1,t} = w h_t$$\n"),
        "5:3: this is an equation for entry 1 of y alone: write one equation for the whole vector y, or, where these are symbols of "
        "their own, y^{(1)}_t",
    ),
    Row(
        "an equation of an entry, above",
        document(cell="$$h^2_t = \\tanh(w h^2_{t-1} + u x_t)$$\n"),
        "4:3: this is an equation for entry 2 of h alone: write one equation for the whole vector h, or, where these are symbols of "
        "their own, h^{(2)}_t",
    ),
    Row(
        "an equation of an entry by letter",
        document(cell="$$s_t^i = w s_{t-1}^i + x_t$$\n"),
        "4:3: this is an equation for entry i of s, which has no equation as a whole: write one equation for the whole vector s",
    ),
    Row(
        "an initial value that is another name",
        document(data=DATA + "And $h_{-1} = v$.\n"),
        "7:6: the value of h is expected as a number, a list or a matrix; if this is only a remark, put it in a block quote (>)",
    ),
    Row(
        "a square matrix before a number",
        document(cell="$$h_t = W x_t$$\n", data=f"$W = {matrix('1 & 2', '3 & 4')}$, $x = [1, 2]$\n"),
        "4:3: h_0: a 2×2 matrix can't multiply a number: it needs a vector of 2 entries, or the number in front of it as a factor",
    ),
)

LARGE: tuple[Row, ...] = (
    Row("10 MB of brackets", document(data='(' * 10_000_000), "larger than 200,000 bytes, which no problem document is"),
    Row(
        "a formula of 100,000 brackets",
        document(data='Let $w = ' + '(' * 100_000 + '$.\n'),
        "6:1: a paragraph of 100,011 characters; at most 30,000 are read",
    ),
    Row(
        "a paragraph of brackets",
        document(data='Let $w = ' + '(' * 25_000 + '$.\n'),
        "6:6: 25,004 characters of mathematics in one piece; at most 20,000 are read",
    ),
    Row("brackets", document(data='Let $w = ' + '(' * 19_000 + '$.\n'), "6:51: nested deeper than 40 levels"),
    Row("braces", document(data='Let $w = ' + '{' * 19_000 + '$.\n'), "6:51: nested deeper than 40 levels"),
    Row(
        "100,000 braces",
        document(data='Let $w = ' + '{' * 100_000 + '$.\n'),
        "6:1: a paragraph of 100,011 characters; at most 30,000 are read",
    ),
    Row(
        "nested fractions",
        document(data='Let $w = ' + '\\frac{1}{' * 1_500 + '1' + '}' * 1_500 + '$.\n'),
        "6:376: nested deeper than 40 levels",
    ),
    Row(
        "nested functions",
        document(cell='$$h_t = ' + '\\tanh(' * 2_000 + 'h_{t-1}' + ')' * 2_000 + '$$\n'),
        "4:255: nested deeper than 40 levels",
    ),
    Row(
        "nested matrices",
        document(data='Let $w = ' + '\\begin{bmatrix}' * 1_000 + '$.\n'),
        "6:625: nested deeper than 40 levels",
    ),
    Row(
        "nested exponents",
        document(data='Let $w = 2' + '^{2' * 4_000 + '}' * 4_000 + '$.\n'),
        "6:133: nested deeper than 40 levels",
    ),
    Row(
        "nested faces",
        document(data='Let $' + '\\mathbf{' * 1_500 + 'w' + '}' * 1_500 + ' = 1$.\n'),
        "6:326: commands nested deeper than 40 levels",
    ),
    Row(
        "slashes",
        document(data='Let $w = 1' + '/2.5' * 4_000 + '$.\n'),
        "6:252: more than 60 fractions, powers or transposes of one another",
    ),
    Row(
        "transposes",
        document(cell='$$h_t = h_{t-1}' + '^T' * 4_000 + '$$\n'),
        "4:139: more than 60 fractions, powers or transposes of one another",
    ),
    Row("signs", document(data='Let $w = ' + '-' * 19_000 + '1$.\n'), "6:11: nothing stands before '-' that it could join"),
    Row(
        "a long number",
        document(data='Let $w = ' + '9' * 5_000 + '$.\n'),
        "6:10: a number of 5,000 digits; at most 400 are read",
    ),
    Row(
        "a chain of one symbol",
        document(data='Let $' + 'w = ' * 4_000 + '1$, $u = \\foo$.\n'),
        "6:16015: \\foo isn't a command that is read here",
    ),
    Row(
        "aliases without end",
        document(data='Let $' + 'w=2,2,' * 3_000 + '2$.\n'),
        "6:6: 2,2 can be read in two ways; write 2.2 for one number or [2, 2] for a list",
    ),
    Row("a very long line", document(data='word ' * 20_000), "6:1: a paragraph of 99,999 characters; at most 30,000 are read"),
    Row(
        "unclosed \\(",
        document(data='\\( ' * 9_000),
        "6:1: \\( opens or closes mathematics that isn't complete here; its other half is missing, or stands "
        "after a blank line or in another paragraph",
    ),
    Row(
        "unclosed \\[",
        document(data='\\[\n' * 60_000),
        "6:1: too much displayed mathematics before this line begins and doesn't end",
    ),
    Row(
        "unclosed environments",
        document(data='\\begin{a}\n' * 19_000),
        "32:1: too much displayed mathematics before this line begins and doesn't end",
    ),
    Row(
        "unclosed dollars",
        document(data='$$a\n' * 45_001),
        "6:1: too much displayed mathematics before this line begins and doesn't end",
    ),
    Row("formulas without end", document(data='$a$ b\n\n' * 25_000), "40006:2: more than 20,000 formulas in one document"),
    Row(
        "deep lists",
        document(data=''.join('  ' * k + '- a\n' for k in range(100))),
        "35:1: lists and quotes nested deeper than anybody could follow; at most 29 lists, or 59 quotes, are "
        "read",
    ),
    Row(
        "deep quotes",
        document(data='>' * 100 + ' a\n'),
        "6:1: lists and quotes nested deeper than anybody could follow; at most 29 lists, or 59 quotes, are "
        "read",
    ),
    Row("images in images", document(data='![a' * 400 + '](b)' * 400), "6:1: more than 100 images in one paragraph"),
    Row("links", document(data=('[' * 100 + '\n\n') * 1_900), "206:1: too many opening brackets in the words up to here"),
    Row("brackets in a paragraph", document(data='[' * 20_000), "6:1: too many opening brackets in the words up to here"),
    Row("list items", document(data='- a\n' * 49_000), "49008:7: no step can be taken: x has no values"),
    Row(
        "table columns",
        document(data='a|' * 49_000 + '\n' + '-|' * 49_000 + '\n'),
        "10:7: no step can be taken: x has no values",
    ),
    Row(
        "questions without end",
        document() + '```question\nfind: h\n```\n' * 600,
        "1509:1: more than 500 questions in one document",
    ),
    Row("YAML brackets", document(front='source: ' + '[' * 190_000 + '\n'), "3:29: lists nested deeper than 20 levels"),
    Row("YAML lists", document(front='given:\n  ' + '- ' * 95_000 + '\n'), "4:43: lists nested deeper than 20 levels"),
    Row(
        "YAML values",
        document(front='inputs: [' + '1,' * 95_000 + '1]\n'),
        "3:40000: more than 20,000 values; at most so many are read",
    ),
    Row(
        "a long key",
        document(front='t' * 1_000 + ': 1\n'),
        "3:1: unknown key `ttttttttttttttttttttttttttttttttttttttt…`; known are title, cell, given, inputs, "
        "first, alphabet, convention, vary, misconceptions, source",
    ),
)
