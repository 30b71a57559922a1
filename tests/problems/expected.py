"""What the problem documents in this folder come to, worked out in plain Python and without symlstm.

``EXPECTED[document][question][place]`` is the value of a place: a float before any rounding, or text where the document's
convention rounds. Questions count from 1 in the order of their blocks; entries of a vector are places of their own,
``h_1[2]``. Floats carry the error of double arithmetic, a few units of 1e-16.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import exp, tanh

Vector = Sequence[float]
Matrix = Sequence[Vector]
Places = dict[str, float | str]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def squash(values: Vector) -> list[float]:
    return [tanh(z) for z in values]


def gate(values: Vector) -> list[float]:
    return [sigmoid(z) for z in values]


def softmax(values: Vector) -> list[float]:
    weights = [exp(z - max(values)) for z in values]
    return [weight / sum(weights) for weight in weights]


def product(matrix: Matrix, vector: Vector) -> list[float]:
    for row in matrix:
        assert len(row) == len(vector)
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def row_product(vector: Vector, matrix: Matrix) -> list[float]:
    return product([list(column) for column in zip(*matrix, strict=True)], vector)


def add(*vectors: Vector) -> list[float]:
    return [sum(entries) for entries in zip(*vectors, strict=True)]


def times(a: Vector, b: Vector) -> list[float]:
    return [x * y for x, y in zip(a, b, strict=True)]


def mix(share: Vector, inside: Vector, outside: Vector) -> list[float]:
    """Entry by entry, `share` of `inside` and the rest of `outside`."""
    return [s * a + (1 - s) * b for s, a, b in zip(share, inside, outside, strict=True)]


def scalars(symbol: str, first: int, values: Sequence[float]) -> Places:
    return {f"{symbol}_{time}": value for time, value in enumerate(values, first)}


def vectors(symbol: str, first: int, values: Sequence[Vector]) -> Places:
    return {f"{symbol}_{time}[{k}]": entry for time, vector in enumerate(values, first) for k, entry in enumerate(vector, 1)}


def texts(symbol: str, first: int, values: Sequence[str]) -> Places:
    return {f"{symbol}_{time}": value for time, value in enumerate(values, first)}


def lstm(f: Vector, i: Vector, o: Vector, candidate: Vector, c: Vector) -> tuple[list[float], list[float]]:
    """The new memory cell and hidden state, from the gates."""
    new = add(times(f, c), times(i, candidate))
    return new, times(o, squash(new))


def olah_lstm() -> dict[int, Places]:
    w_f, w_i = [[0.5, -0.2, 1], [0.1, 0.3, -1]], [[0.4, 0, 0.6], [-0.3, 0.2, 0.8]]
    w_c, w_o = [[1, -1, 0.5], [0.25, 0.75, -0.5]], [[0.2, 0.2, 0.2], [-0.1, 0.6, 0.9]]
    h, c, cells = [0.0, 0.0], [0.5, -0.5], []
    for x in (1, -2):
        v = [*h, x]
        f, i = gate(add(product(w_f, v), [1, 1])), gate(product(w_i, v))
        o = gate(add(product(w_o, v), [0, 0.5]))
        c, h = lstm(f, i, o, squash(add(product(w_c, v), [0.1, -0.1])), c)
        cells.append(c)
    return {1: vectors("C", 1, cells), 2: vectors("h", 2, [h])}


def olah_gru() -> dict[int, Places]:
    h, states = 0.8, []
    for x in (1, 0, -1):
        z, r = sigmoid(0.5 * h + x), sigmoid(-h + 2 * x)
        h = (1 - z) * h + z * tanh(1.5 * r * h - 0.5 * x)
        states.append(h)
    return {1: scalars("h", 1, states)}


def olah_coupled() -> dict[int, Places]:
    h = c = 0.0
    cells = []
    for x in (2, 1):
        f, o = sigmoid(0.3 * h - 0.7 * x + 0.5), sigmoid(0.5 * x - 0.5)
        c = f * c + (1 - f) * tanh(0.2 * h + x)
        h = o * tanh(c)
        cells.append(c)
    return {1: scalars("C", 1, cells) | {"h_2": h}}


def goodfellow_rnn() -> dict[int, Places]:
    h, states, outputs = [0.0, 0.0], [], []
    for x in ([1, 0], [0, 1]):
        h = squash(add([0.1, -0.1], product([[0, 1], [-1, 0]], h), product([[1, 0.5], [0, 2]], x)))
        states.append(h)
        outputs.append(add([0, 0, 0.5], product([[1, -1], [0, 1], [2, 0]], h)))
    return {1: vectors("h", 1, states), 2: vectors("o", 1, outputs)}


def goodfellow_lstm() -> dict[int, Places]:
    s, h, cells, states = 0.2, 0.1, [], []
    for x in (1, -1, 0):
        f, g, q = sigmoid(1 + 0.5 * x - 0.25 * h), sigmoid(-1 + x + 0.75 * h), sigmoid(0.5 - 0.5 * x)
        s = f * s + g * sigmoid(2 * x + h)
        h = tanh(s) * q
        cells.append(s)
        states.append(h)
    return {1: scalars("s", 1, cells), 2: scalars("h", 1, states)}


def ng_lstm() -> dict[int, Places]:
    a = c = 0.0
    states = []
    for x in ([1, 0], [0, 1]):
        candidate = tanh(0.5 * a + x[0] - x[1])
        f, u = sigmoid(0.2 * x[0] + 0.4 * x[1] + 1), sigmoid(a - 0.3 * x[0] + 0.2)
        o = sigmoid(-a + 0.6 * x[0] + 0.6 * x[1])
        c = f * c + u * candidate
        a = o * tanh(c)
        states.append(a)
    return {1: scalars("a", 1, states), 2: {"c_2": c}}


def ng_gru_slides() -> dict[int, Places]:
    c, states = 0.5, []
    for x in (1, 0):
        u, r = sigmoid(-2 * c + 3 * x - 1), sigmoid(0.5 * c + 0.5 * x)
        c = u * tanh(r * c + x) + (1 - u) * c
        states.append(c)
    return {1: scalars("a", 1, states)}


def ng_rnn() -> dict[int, Places]:
    a = [0.0, 0.0]
    for x in (0.5, 0, -1):
        a = squash(add(product([[0.5, 0], [1, -0.5]], a), [x, 2 * x], [0, 0.1]))
    return {1: vectors("a", 3, [a])}


def d2l_lstm() -> dict[int, Places]:
    h, c, states = [0.1, 0.2], [0.3, -0.3], []
    for x in ([1, 0], [-1, 0.5]):
        i = gate(add(row_product(x, [[1, 2], [0, -1]]), row_product(h, [[0, 1], [0, 0]]), [0, 0.1]))
        f = gate(add(row_product(x, [[0.5, 0], [0.5, 1]]), row_product(h, [[0, 0], [2, 0]]), [1, 1]))
        o = gate(add(row_product(x, [[-1, 1], [1, 0]]), h))
        candidate = squash(add(row_product(x, [[0.3, -0.6], [0.9, 1.2]]), row_product(h, [[0.5, -0.5], [1, -1]]), [0, -0.2]))
        c, h = lstm(f, i, o, candidate, c)
        states.append(h)
    return {1: vectors("H", 1, states)}


def d2l_gru() -> dict[int, Places]:
    h, states = [0.6, -0.4], []
    for x in (2, -1):
        r, z = gate(add([x, -x], h)), gate(add([0, 2 * x], [h[1], h[0]]))
        h = mix(z, h, squash(add([0.5 * x, 0.25 * x], row_product(times(r, h), [[1, 2], [-2, 0.5]]), [0.1, -0.1])))
        states.append(h)
    return {1: vectors("H", 1, states)}


def d2l_rnn() -> dict[int, Places]:
    h, outputs = 0.0, []
    for x in (1, 2, 3):
        h = tanh(0.7 * x - 1.1 * h + 0.05)
        outputs.append(4 * h - 2)
    return {1: scalars("O", 1, outputs)}


def wikipedia_lstm() -> dict[int, Places]:
    h = c = 0.0
    cells, states = [], []
    for x in (1, -1, 0.5):
        f, i, o = sigmoid(0.5 * x + 0.1 * h + 1), sigmoid(-0.5 * x + 0.2 * h), sigmoid(x + 0.3 * h - 1)
        c = f * c + i * tanh(2 * x + 0.4 * h + 0.5)
        h = o * tanh(c)
        cells.append(c)
        states.append(h)
    return {1: scalars("c", 1, cells), 2: scalars("h", 1, states)}


def wikipedia_peephole() -> dict[int, Places]:
    c, states = [1.0, -1.0], []
    for x in (2, -1):
        f = gate(add([x, 0], product([[0.1, 0.2], [0.3, 0.4]], c)))
        i = gate(add([0, x], product([[0, -1], [-1, 0]], c), [0.5, 0.5]))
        o = gate(add([0.5 * x, 0.5 * x], product([[1, 1], [0, 1]], c), [-1, 1]))
        c = add(times(f, c), times(i, squash([x + 0.25, -x])))
        states.append(times(o, c))
    return {1: vectors("h", 1, states)}


def wikipedia_jordan() -> dict[int, Places]:
    y, outputs = 0.5, []
    for x in (0, 1, 1):
        y = sigmoid(3 * tanh(1.5 * x - 2 * y + 0.5) - 1)
        outputs.append(y)
    return {1: scalars("y", 1, outputs)}


def cs231n_stacked() -> dict[int, Places]:
    h, c, states, gates = 0.2, -0.4, [], []
    for x in ([1, 0], [0, 1]):
        z = product([[0.5, 1, 0], [-0.5, 0, 1], [0.25, 0.5, 0.75], [1, -1, 2]], [h, *x])
        i, f, o, g = *gate(z[:3]), tanh(z[3])
        c = f * c + i * g
        h = o * tanh(c)
        states.append(h)
        gates.append({"i": i, "f": f, "o": o, "g": g})
    return {1: {f"{name}_1": value for name, value in gates[0].items()}, 2: scalars("h", 1, states)}


def stacked_input_first() -> dict[int, Places]:
    w: Matrix = [[1, 0, 0.5], [2, 0.5, 0], [0, 1, 1], [0, -1, 1], [0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [-1, 0, 0.7], [1, 0.7, 0]]
    h, c, cells = [0.5, -0.5], [0.0, 1.0], []
    for x in (1, 0.5):
        z = add(product(w, [x, *h]), [0, 0, 1, 1, 0, 0, 0.5, -0.5])
        c, h = lstm(gate(z[2:4]), gate(z[0:2]), gate(z[4:6]), squash(z[6:8]), c)
        cells.append(c)
    return {1: vectors("c", 1, cells), 2: vectors("h", 2, [h])}


def stacked_blocks() -> dict[int, Places]:
    h, c, cells, states = 0.1, 0.9, [], []
    for x in (0.3, 0.6):
        f, i, g, o = sigmoid(h - x), sigmoid(0.5 * h + 0.5 * x), tanh(-2 * h + x), sigmoid(x)
        c = f * c + i * g
        h = o * tanh(c)
        cells.append(c)
        states.append(h)
    return {1: scalars("c", 0, cells), 2: scalars("h", 0, states)}


def karpathy_rnn() -> dict[int, Places]:
    h, states = [0.0, 0.0], []
    for x in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]):
        h = squash(add(product([[0.5, -0.5], [1, 0]], h), product([[0.3, -0.1, 0.9], [-0.2, 0.8, 0.4]], x)))
        states.append(h)
    return {1: vectors("h", 1, states), 2: vectors("y", 4, [product([[1, -1], [2, 0], [0, 3]], h)])}


def graves_peephole() -> dict[int, Places]:
    h, c, outputs, states = 0.0, 0.5, [], []
    for x in (1, 0, -1):
        i, f = sigmoid(x + 0.5 * h - c), sigmoid(0.5 * h + 2 * c)
        c = f * c + i * tanh(x - h)
        o = sigmoid(0.5 * x + 3 * c)
        h = o * tanh(c)
        outputs.append(o)
        states.append(h)
    return {1: scalars("o", 1, outputs), 2: scalars("h", 1, states)}


def peephole_vector() -> dict[int, Places]:
    h, c, states = [0.0, 0.0], [1.0, -1.0], []
    for x in (1, 0):
        half = [0.5 * h[0], 0.5 * h[1]]
        i = gate(add([x, 0], half, times([0.1, 0.2], c)))
        f = gate(add([0, x], half, times([-0.3, 0.3], c), [1, 1]))
        c = add(times(f, c), times(i, squash(add([0.5 * x, -0.5 * x], half))))
        h = times(gate(add([x, x], half, times([1, -1], c))), squash(c))
        states.append(h)
    return {1: vectors("h", 1, states)}


def clip(z: float, low: float, high: float) -> float:
    return min(max(z, low), high)


def keras_hard_sigmoid() -> dict[int, Places]:
    def hard(z: float) -> float:
        return clip(z / 6 + 0.5, 0, 1)

    h = c = 0.0
    forgets, outputs, states = [], [], []
    for x in (1, 2, -1):
        i, f, o = hard(2 * x + h), hard(x + 1), hard(-4 * x + h)
        c = f * c + i * tanh(0.5 * x + h)
        h = o * tanh(c)
        forgets.append(f)
        outputs.append(o)
        states.append(h)
    asked: Places = {"f_0": forgets[0], "o_0": outputs[0], "o_1": outputs[1], "f_2": forgets[2]}
    return {1: asked, 2: scalars("h", 0, states)}


def keras_clip() -> dict[int, Places]:
    h, zs, rs, states = 1.0, [], [], []
    for x in (-1, 0, 1):
        z, r = clip(0.2 * (x + 2 * h) + 0.5, 0, 1), clip(0.2 * 5 * x + 0.5, 0, 1)
        h = z * h + (1 - z) * tanh(x - r * h)
        zs.append(z)
        rs.append(r)
        states.append(h)
    return {1: {"z_1": zs[0], "r_1": rs[0], "r_3": rs[2]}, 2: scalars("h", 1, states)}


def pytorch_lstm() -> dict[int, Places]:
    h = c = 0.0
    cells, states = [], []
    for x in (1, -1, 2):
        i, f = sigmoid(0.1 * x + 0.5 - 0.1 * h + 0.05), sigmoid(0.2 * x + 0.6 - 0.2 * h + 0.05)
        g, o = tanh(0.3 * x + 0.7 - 0.3 * h + 0.05), sigmoid(0.4 * x + 0.8 - 0.4 * h + 0.05)
        c = f * c + i * g
        h = o * tanh(c)
        cells.append(c)
        states.append(h)
    return {1: scalars("c", 1, cells), 2: scalars("h", 1, states)}


def pytorch_gru() -> dict[int, Places]:
    h, candidates, states = [0.5, -0.5], [], []
    for x in (1, -0.5):
        r = gate(add([x, 0.5 * x], [0, 0.1], product([[0.1, 0.2], [0.3, 0.4]], h)))
        z = gate(add([-x, 0.5 * x], [0.2, 0], [h[1], h[0]]))
        after = times(r, add(product([[1, -1], [0.5, 0.5]], h), [0.3, -0.3]))
        n = squash(add([0.25 * x, 2 * x], [0, -0.1], after))
        h = mix(z, h, n)
        candidates.append(n)
        states.append(h)
    return {1: vectors("n", 1, candidates[:1]), 2: vectors("h", 1, states)}


def pytorch_rnn() -> dict[int, Places]:
    h, states = [0.0, 0.0], []
    for x in ([1, 0, 1], [0, 1, -1]):
        h = squash(add(product([[1, -1, 0], [0.5, 0, 2]], x), [0.1, 0.2], product([[0, 0.5], [-0.5, 1]], h), [0, -0.1]))
        states.append(h)
    return {1: vectors("h", 1, states)}


def cho_gru() -> dict[int, Places]:
    h, states = -0.5, []
    for x in (1, 3):
        r, z = sigmoid(x - h), sigmoid(0.5 * x + 2 * h)
        h = z * h + (1 - z) * tanh(x + 1.5 * r * h)
        states.append(h)
    return {1: scalars("h", 1, states)}


def cho_gru_indexed() -> dict[int, Places]:
    h, states = [0.2, -0.2], []
    for x in ([1, 0], [0, 1], [1, 1]):
        r = gate([x[0] + h[1], x[1] + h[0]])
        mean = 0.5 * (h[0] + h[1])
        z = gate([2 * x[0] + mean, -2 * x[1] + mean])
        h = mix(z, h, squash([x[0] + x[1] + 0.3 * r[0] * h[0], x[0] - x[1] - 0.3 * r[1] * h[1]]))
        states.append(h)
    return {1: vectors("h", 0, states)}


def chung_gru() -> dict[int, Places]:
    h, states = -0.5, []
    for x in (1, 3):
        r, z = sigmoid(x - h), sigmoid(0.5 * x + 2 * h)
        h = (1 - z) * h + z * tanh(x + 1.5 * r * h)
        states.append(h)
    return {1: scalars("h", 1, states)}


def function_call() -> dict[int, Places]:
    h = c = 0.0
    cells, states = [], []
    for x in (0.1, 0.2, -0.3):
        d = x - h
        c = sigmoid(d + 0.5) * c + sigmoid(2 * d + 0.5) * tanh(4 * d + 0.5)
        h = sigmoid(3 * d + 0.5) * tanh(c)
        cells.append(c)
        states.append(h)
    return {1: scalars("c", 1, cells), 2: scalars("h", 1, states)}


def next_step() -> dict[int, Places]:
    s, g, states = 0.25, 0.0, []
    for x in (0, 1, 2, -1):
        g = sigmoid(-s + 2 * x)
        s = (1 - g) * s + g * tanh(0.5 * s + x)
        states.append(s)
    return {1: scalars("s", 1, states), 2: {"g_4": g}}


def no_forget_gate() -> dict[int, Places]:
    s = y = 0.0
    cells, outputs = [], []
    for x in (1, 0.5, -1):
        gate_in, gate_out = sigmoid(x + 0.5 * y), sigmoid(-x + 0.25 * y)
        s = s + gate_in * (4 * sigmoid(2 * x - 0.5 * y) - 2)
        y = gate_out * (2 * sigmoid(s) - 1)
        cells.append(s)
        outputs.append(y)
    return {1: scalars("s", 1, cells), 2: scalars("y", 1, outputs)}


def no_output_tanh() -> dict[int, Places]:
    h, c, states = 0.0, 2.0, []
    for x in (1, 1, 0):
        c = sigmoid(h - x) * c + sigmoid(-h + x) * tanh(3 * h + 0.5 * x)
        h = sigmoid(2 * x) * c
        states.append(h)
    return {1: scalars("h", 1, states)}


def softmax_output() -> dict[int, Places]:
    h, outputs = [0.0, 0.0], []
    for x in ([1, 0], [0, 1]):
        h = squash(add(x, product([[0, -1], [1, 0]], h)))
        outputs.append(softmax(product([[2, 0], [0, 2], [-1, -1]], h)))
    return {1: vectors("y", 1, outputs)}


def parameter_table() -> dict[int, Places]:
    h, c, cells, states = 0.0, 1.0, [], []
    for x in (1, 0, -1, 2):
        f, i, o = sigmoid(0.5 * h + x), sigmoid(2 * x - 1), sigmoid(h - x + 0.25)
        c = f * c + i * tanh(-h + 0.75 * x)
        h = o * tanh(c)
        cells.append(c)
        states.append(h)
    return {1: scalars("c", 0, cells), 2: scalars("h", 0, states)}


def every_matrix() -> dict[int, Places]:
    h, c, states = [0.5, 0.0], [0.0, 0.5], []
    for x in (0.5, -0.5):
        v = [*h, x]
        f = gate(add(product([[1, 0, 1], [0, 1, -1]], v), [1, 1]))
        i = gate(product([[0.2, 0.4, 0.6], [-0.6, -0.4, -0.2]], v))
        o = gate(product([[0.5, 0.5, 0], [0, 0.5, 0.5]], v))
        c, h = lstm(f, i, o, squash(add(product([[2, -1, 1], [1, 2, 0]], v), [0, -1])), c)
        states.append(h)
    return {1: vectors("h", 1, states)}


def labelled_align() -> dict[int, Places]:
    firsts: Places = {}
    s, states = 1.0, []
    for x in (1, -1, 2):
        u, v = sigmoid(2 * s - x), tanh(s + 0.5 * x)
        s = u * v + (1 - u) * s
        firsts = firsts or {"u_1": u, "v_1": v, "s_1": s}
        states.append(s)
    return {1: firsts, 2: scalars("s", 1, states)}


def prose_values() -> dict[int, Places]:
    # The forget gate saturates to 1; the input gate to 1 where it reads a one, to 0 elsewhere.
    c, cells, states = 0.0, [], []
    for x in (1, 0, 1):
        c = c + x * tanh(x)
        cells.append(c)
        states.append(str(round(tanh(c))))
    return {1: scalars("c", 0, cells), 2: texts("h", 0, states)}


def fractions() -> dict[int, Places]:
    h, gates, states = -3 / 4, [], []
    for x in (0.76, 0.001, -1 / 7):
        z = sigmoid(x / 2 - 2 * h / 3 + 1 / 3)
        h = z * h + (1 - z) * tanh(3 * x / 8 - 5 * h / 4)
        gates.append(z)
        states.append(h)
    return {1: scalars("z", 1, gates), 2: scalars("h", 1, states)}


def data_between() -> dict[int, Places]:
    def run(w: float, b: float, h: float, inputs: list[float]) -> list[float]:
        states = []
        for x in inputs:
            h = tanh(w * h + x + b)
            states.append(h)
        return states

    later = run(-2, 0, 0.5, [-1, 0, 1])
    return {
        1: scalars("h", 1, run(0.5, 0, 0, [1, 2])),
        2: scalars("h", 1, run(0.5, 0, 0, [-1, 0, 1])),
        3: scalars("h", 1, later),
        4: scalars("h", 1, run(-2, 0.25, 0.5, [3])),
        5: {"h_3": later[2]},
    }


def from_catalogue() -> dict[int, Places]:
    h, states = 1.0, []
    for x in (1, -1):
        r = z = sigmoid(0.5 * x + 0.5 * h)
        h = z * h + (1 - z) * tanh(-x + 0.5 * r * h)
        states.append(h)
    return {1: scalars("h", 1, states)}


def rounded_on_the_way() -> dict[int, Places]:
    def cut(value: Decimal, places: str) -> Decimal:
        return value.quantize(Decimal(places), ROUND_HALF_UP)

    def four(value: float) -> Decimal:
        return cut(Decimal(value), "0.0001")

    h = c = Decimal(0)
    cells, states = [], []
    for x in (1, 0.5):
        state = float(h)
        f, i = four(sigmoid(0.7 * x + 0.1 * state + 0.15)), four(sigmoid(0.95 * x + 0.8 * state + 0.65))
        o, g = four(sigmoid(0.6 * x + 0.4 * state + 0.2)), four(tanh(0.45 * x + 0.25 * state + 0.2))
        c = cut(f * c + i * g, "0.0001")
        h = cut(o * Decimal(tanh(c)), "0.01")
        cells.append(str(c))
        states.append(str(h))
    return {1: texts("c", 1, cells), 2: texts("h", 1, states)}


def saturated_gates() -> dict[int, Places]:
    def three(value: float) -> str:
        return str(Decimal(value).quantize(Decimal("0.001"), ROUND_HALF_EVEN))

    def saturating(z: float) -> float:
        return sigmoid(z) if abs(z) < 6 else float(z > 0)

    c, forgets, cells = 0.0, [], []
    for x in (0.25, 1, 0):
        f = saturating(10 * x - 10)
        c = f * c + saturating(-10 * x + 8) * tanh(8 * x)
        forgets.append(three(f))
        cells.append(three(c))
    return {1: texts("f", 0, forgets), 2: texts("c", 0, cells)}


def step_units() -> dict[int, Places]:
    parity, states = 0, []
    for x in (1, 1, 0, 1):
        parity = (parity + x) % 2
        states.append(parity)
    return {1: scalars("h", 1, states)}


def relu_two_lags() -> dict[int, Places]:
    before, last, states = 1.0, 2.0, []
    for x in (0, -4, 1):
        before, last = last, max(0.0, 1.5 * last - 0.5 * before + x)
        states.append(last)
    return {1: scalars("h", 1, states)}


def unicode() -> dict[int, Places]:
    h, s, states = 0.0, -1.0, []
    for x in (0.5, -0.5):
        f = sigmoid(x - h)
        s = f * s + (1 - f) * tanh(2 * x + 0.5 * h)
        h = s * s - 1
        states.append(h)
    return {1: scalars("h", 1, states)}


def part_given() -> dict[int, Places]:
    a = add(product([[1, 1], [0, -1]], [0.4, -0.4]), product([[0.5, 0], [0.25, 0.25]], [1, -1]))
    c, h = lstm([0.9, 0.1], [0.2, 0.8], [1, 0.5], squash(a), [2, -2])
    return {1: vectors("a", 3, [a]) | vectors("c", 3, [c]) | vectors("h", 3, [h])}


def letters() -> dict[int, Places]:
    c, cells = 0.0, []
    for x in ([1, 0], [0, 1], [0, 1]):
        c = sigmoid(4 * x[0] + x[1]) * c + x[0]
        cells.append(c)
    return {1: scalars("c", 0, cells)}


DOCUMENTS = (
    olah_lstm, olah_gru, olah_coupled, goodfellow_rnn, goodfellow_lstm, ng_lstm, ng_gru_slides, ng_rnn, d2l_lstm, d2l_gru,
    d2l_rnn, wikipedia_lstm, wikipedia_peephole, wikipedia_jordan, cs231n_stacked, stacked_input_first, stacked_blocks,
    karpathy_rnn, graves_peephole, peephole_vector, keras_hard_sigmoid, keras_clip, pytorch_lstm, pytorch_gru, pytorch_rnn,
    cho_gru, cho_gru_indexed, chung_gru, function_call, next_step, no_forget_gate, no_output_tanh, softmax_output,
    parameter_table, every_matrix, labelled_align, prose_values, fractions, data_between, from_catalogue,
    rounded_on_the_way, saturated_gates, step_units, relu_two_lags, unicode, part_given, letters,
)  # fmt: skip

EXPECTED: dict[str, dict[int, Places]] = {f"{work.__name__.replace('_', '-')}.md": work() for work in DOCUMENTS}
