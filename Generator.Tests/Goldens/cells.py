#!/usr/bin/env python3
"""Three steps of each cell of samples/Cells in plain Python, from the papers' equations: numbers that the C# methods must give.

    python3 cells.py > cells.txt

A weight's k-th number is 0.6 sin(0.7 k + 0.1 (sum of its name's character codes)), a period's 1.5 + half of that; layer norms are w = 1 + that, b = that.
Inputs are cos(0.9 t + 1.7 i); see the cells for what GRU-D and the phased LSTM are told besides. Three inputs, three units, states begin at zero.
"""
from math import cos, exp, floor, sin, sqrt, tanh

H = 3


def number(name, k):
    return 0.6 * sin(0.7 * k + 0.1 * sum(map(ord, name)))


def vector(name, n=H):
    return [number(name, k) for k in range(n)]


def product(gate, index, x, n=H):
    return [sum(number(f"{gate}.{index}", i * len(x) + j) * x[j] for j in range(len(x))) for i in range(n)]


def linear(gate, *sources, n=H):
    return [sum(s) for s in zip(*(product(gate, k, x, n) for k, x in enumerate(sources)))]


def affine(gate, *sources, n=H):
    return [a + b for a, b in zip(linear(gate, *sources, n=n), vector(gate + ".bias", n))]


def sigmoid(a):
    return [1 / (1 + exp(-v)) for v in a]


def th(a):
    return [tanh(v) for v in a]


def relu(a):
    return [max(v, 0) for v in a]


def norm(name, a, eps=1e-5):
    m = sum(a) / len(a)
    v = sum((x - m) ** 2 for x in a) / len(a)
    w = [1 + number(name + ".weight", k) for k in range(len(a))]
    return [w[k] * (a[k] - m) / sqrt(v + eps) + number(name + ".bias", k) for k in range(len(a))]


def mix(f, a, b):
    """f a + (1 - f) b"""
    return [x * p + (1 - x) * q for x, p, q in zip(f, a, b)]


def mul(a, b):
    return [p * q for p, q in zip(a, b)]


def add(a, b):
    return [p + q for p, q in zip(a, b)]


def mgu(x, s):
    h, = s
    f = sigmoid(affine("f", x, h))
    n = th(affine("n", x, mul(f, h)))
    h = mix(f, n, h)                          # h_t = (1 - f) h + f n
    return h, [h]


def ligru(x, s):
    h, = s
    z = sigmoid(affine("z", x, h))
    h = mix(z, h, relu(affine("n", x, h)))    # z h + (1 - z) n
    return h, [h]


def ligru_normalized(x, s):
    h, = s
    z = sigmoid(add(norm("ln_z", linear("zx", x)), linear("z", h)))
    n = relu(add(norm("ln_n", linear("nx", x)), linear("n", h)))
    h = mix(z, h, n)
    return h, [h]


def mingru(x, s):
    h, = s
    h = mix(sigmoid(affine("z", x)), affine("n", x), h)
    return h, [h]


def minlstm(x, s):
    h, = s
    f, i, n = sigmoid(affine("f", x)), sigmoid(affine("i", x)), affine("n", x)
    h = [a / (a + b) * p + b / (a + b) * q for a, b, p, q in zip(f, i, h, n)]
    return h, [h]


def indrnn(x, s):
    h, = s
    h = relu(add(affine("x", x), mul(vector("u"), h)))
    return h, [h]


def janet(x, s):
    h, = s
    a = affine("f", x, h)
    n = th(affine("n", x, h))
    h = add(mul(sigmoid(a), h), mul([1 - v for v in sigmoid([v - 1 for v in a])], n))
    return h, [h]


def sru(x, s):
    c, = s
    f = sigmoid(add(affine("f", x), mul(vector("vf"), c)))
    r = sigmoid(add(affine("r", x), mul(vector("vr"), c)))
    c = mix(f, c, linear("n", x))
    return mix(r, c, x), [c]                   # as many inputs as units: the highway has no weights


def qrnn(x, s):
    c, = s
    z, f, o = th(affine("z", x)), sigmoid(affine("f", x)), sigmoid(affine("o", x))
    c = mix(f, c, z)
    return mul(o, c), [c]


def grud(x, s):
    h, last = s
    value, there, since = x[:2], x[2:4], x[4:]
    gamma_x = [exp(-max(0, w * d + b)) for w, d, b in zip(vector("wx", 2), since, vector("bx", 2))]
    seen = [m * v + (1 - m) * g * p for m, v, g, p in zip(there, value, gamma_x, last)]
    h = [exp(-max(0, a)) * p for a, p in zip(affine("decay", since), h)]
    z, r = sigmoid(affine("z", seen, there, h)), sigmoid(affine("r", seen, there, h))
    n = th(affine("n", seen, there, mul(r, h)))
    h = mix(z, n, h)
    return h, [h, [m * v + (1 - m) * p for m, v, p in zip(there, value, last)]]


def phased(x, s):
    h, c = s
    time, x = x[-1], x[:-1]
    open_, leak = 0.05, 0.001
    k = []
    for j in range(H):
        tau = 1.5 + number("period", j) / 2
        phi = (time - number("shift", j)) / tau
        phi -= floor(phi)
        k.append(2 * phi / open_ if phi < open_ / 2 else 2 - 2 * phi / open_ if phi < open_ else leak * phi)
    i, f, g, o = sigmoid(affine("i", x, h)), sigmoid(affine("f", x, h)), th(affine("g", x, h)), sigmoid(affine("o", x, h))
    proposed = add(mul(f, c), mul(i, g))
    return (lambda hh: (hh, [hh, mix(k, proposed, c)]))(mix(k, mul(o, th(proposed)), h))


def fast(x, s):
    h, a = s
    a = [[0.95 * a[i][j] + 0.5 * h[i] * h[j] for j in range(H)] for i in range(H)]
    slow = affine("h", x, h)
    nxt = relu(slow)
    for inner in range(2):
        nxt = relu(norm(f"ln{inner}", add(slow, [sum(a[i][j] * nxt[j] for j in range(H)) for i in range(H)])))
    return nxt, [nxt, a]


def antisymmetric(x, s):
    h, = s
    w = [[number("w", i * H + j) for j in range(H)] for i in range(H)]
    turned = [sum((w[i][j] - w[j][i]) * h[j] for j in range(H)) - 0.01 * h[i] for i in range(H)]
    h = [p + 0.1 * tanh(a + b) for p, a, b in zip(h, affine("x", x), turned)]
    return h, [h]


def inputs(kind, t):
    x = [cos(0.9 * t + 1.7 * i) for i in range(3)]
    if kind == "GruD":
        return x[:2] + [float((t + i) % 2) for i in range(2)] + [0.3 * (t + 1)] * 2
    if kind == "PhasedLstm":
        return x[:2] + [0.37 * t]
    return x


zero = [0.0] * H
cells = {
    "Mgu": (mgu, [zero]), "LiGru": (ligru, [zero]), "LiGruNormalized": (ligru_normalized, [zero]), "MinGru": (mingru, [zero]), "MinLstm": (minlstm, [zero]),
    "IndRnn": (indrnn, [zero]), "Janet": (janet, [zero]), "Sru": (sru, [zero]), "Qrnn": (qrnn, [zero]), "GruD": (grud, [zero, [0.0] * 2]),
    "PhasedLstm": (phased, [zero, zero]), "FastWeights": (fast, [zero, [zero] * H]), "Antisymmetric": (antisymmetric, [zero]),
}
for name, (step, state) in cells.items():
    outputs = []
    for t in range(3):
        y, state = step(inputs(name, t), state)
        outputs += y
    print(name, " ".join(repr(v) for v in outputs))
