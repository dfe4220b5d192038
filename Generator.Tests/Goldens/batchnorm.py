"""Numbers for batch normalization, written to batchnorm.txt beside this file, by the formulas of Ioffe and Szegedy (2015) in plain Python, which needs nothing else.

Two networks of [Dense(3, Bias = false)] [BatchNorm(Momentum = 0.3, Epsilon = 0.01, Activation = Tanh)] [Dense(2)], the second with Returns = Last of an [Rnn(3)] before the norm instead of
the first dense layer. For each: outputs y of a training pass in the order [sequence, step, unit], steps beyond a sequence's length left out; for every parameter and the input the sum
of (its gradient times cos(1 + number of the element)), gradients being central differences of sum(y * g); the running statistics after that pass and after a second one over the
input times 2; the outputs of inference on them.

Parameters, input and g are made by formula, each rounded to float32:
  element i of the parameter that is number k by name   0.9 sin(1.7 i + 0.3 k + 0.5)
  element i of the input [3, 4, 2]                      1.5 sin(0.9 i + 0.2)
  element i of g, as long as y                          cos(0.7 i + 0.1)
Running means begin at 0.1, 0.2, 0.3, running variances at 1.1, 1.2, 1.3. Sequences are 4, 1 and 3 steps long."""
import math
import os
import struct

LENGTHS, STEPS, INPUTS, UNITS, OUTPUTS = (4, 1, 3), 4, 2, 3, 2
MOMENTUM, EPSILON = 0.3, 0.01
f32 = lambda v: struct.unpack("f", struct.pack("f", v))[0]
matrix = lambda flat, columns: [flat[i:i + columns] for i in range(0, len(flat), columns)]
product = lambda w, b, x: [sum(a * v for a, v in zip(row, x)) + c for row, c in zip(w, b)]


def before(p, x, recurrent):
    """Rows that are normalized: of all steps, or the last state of each sequence."""
    rows = []
    for b, length in enumerate(LENGTHS):
        h = [0.0] * UNITS
        for t in range(length):
            step = x[(b * STEPS + t) * INPUTS:][:INPUTS]
            if recurrent:
                sums = zip(product(matrix(p["rnn.weight_ih_l0"], INPUTS), p["rnn.bias_ih_l0"], step), product(matrix(p["rnn.weight_hh_l0"], UNITS), p["rnn.bias_hh_l0"], h))
                h = [math.tanh(u + v) for u, v in sums]
            else:
                rows.append(product(matrix(p["dense0.weight"], INPUTS), [0.0] * UNITS, step))
        if recurrent:
            rows.append(h)
    return rows


def moments(rows):
    columns = list(zip(*rows))
    means = [sum(c) / len(c) for c in columns]
    return means, [sum((v - m) ** 2 for v in c) / len(c) for c, m in zip(columns, means)]


def after(p, rows, means, variances, dense):
    y = []
    for row in rows:
        n = [(v - m) / math.sqrt(s + EPSILON) for v, m, s in zip(row, means, variances)]
        h = [math.tanh(w * v + b) for w, v, b in zip(p["batchnorm.weight"], n, p["batchnorm.bias"])]
        y += product(matrix(p[dense + ".weight"], UNITS), p[dense + ".bias"], h)
    return y


def case(shapes, recurrent, dense):
    p = {n: [f32(0.9 * math.sin(1.7 * i + 0.3 * k + 0.5)) for i in range(size)] for k, (n, size) in enumerate(sorted(shapes.items()))}
    x = [f32(1.5 * math.sin(0.9 * i + 0.2)) for i in range(len(LENGTHS) * STEPS * INPUTS)]

    def train():
        rows = before(p, x, recurrent)
        return after(p, rows, *moments(rows), dense)

    y = train()
    g = [f32(math.cos(0.7 * i + 0.1)) for i in range(len(y))]
    yield "y", y
    for name, values in sorted([*p.items(), ("input", x)]):
        if "running" in name:
            yield name, [0.0]
            continue
        total = 0.0
        for i, was in enumerate(values):
            values[i] = was + 1e-5
            up = sum(a * b for a, b in zip(train(), g))
            values[i] = was - 1e-5
            total += (up - sum(a * b for a, b in zip(train(), g))) / 2e-5 * math.cos(1 + i)
            values[i] = was
        yield name, [total]

    means, variances = [f32(v) for v in (0.1, 0.2, 0.3)], [f32(v) for v in (1.1, 1.2, 1.3)]
    for times in (1, 2):
        rows = before(p, [v * times for v in x], recurrent)
        m, v = moments(rows)
        means = [(1 - MOMENTUM) * a + MOMENTUM * b for a, b in zip(means, m)]
        variances = [(1 - MOMENTUM) * a + MOMENTUM * b * len(rows) / (len(rows) - 1) for a, b in zip(variances, v)]
        yield f"mean{times}", means
        yield f"variance{times}", variances
    yield "inference", after(p, before(p, x, recurrent), means, variances, dense)


NORM = {"batchnorm.weight": UNITS, "batchnorm.bias": UNITS, "batchnorm.running_mean": UNITS, "batchnorm.running_var": UNITS}
STEPWISE = {**NORM, "dense0.weight": UNITS * INPUTS, "dense1.weight": OUTPUTS * UNITS, "dense1.bias": OUTPUTS}
LAST = {**NORM, "rnn.weight_ih_l0": UNITS * INPUTS, "rnn.bias_ih_l0": UNITS, "rnn.weight_hh_l0": UNITS * UNITS, "rnn.bias_hh_l0": UNITS, "dense.weight": OUTPUTS * UNITS, "dense.bias": OUTPUTS}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "batchnorm.txt"), "w", newline="\n") as out:
    for name, shapes, recurrent, dense in (("Stepwise", STEPWISE, False, "dense1"), ("Last", LAST, True, "dense")):
        out.write(name + "\n")
        out.writelines(f"  {key} " + " ".join(f"{v:.8g}" for v in values) + "\n" for key, values in case(shapes, recurrent, dense))
