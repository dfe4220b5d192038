"""Numbers for options of layers, written to options.txt beside this file: outputs and gradients of small networks, from the formulas of
docs/layers in numpy, float64. Gradients are central differences of sum(y * g). Run it without arguments; needs numpy alone.

A case is a declaration, the outputs y in the order [sequence, step, unit], steps beyond a sequence's length left out, and for every parameter and
the input the sum of (its gradient times cos(1 + number of the element)).

Parameters, input and g are made by formula, each rounded to float32:
  element i of the parameter that is number k by name   0.9 sin(1.7 i + 0.3 k + 0.5)
  element i of the input [2, 4, 2]                      1.5 sin(0.9 i + 0.2)
  element i of g, as long as y                          cos(0.7 i + 0.1)
Sequences are 4 and 3 steps long."""
import os
import numpy as np

LENGTHS, STEPS, INPUTS = (4, 3), 4, 2
f32 = lambda a: np.float32(a).astype(np.float64)
sigmoid = lambda a: 1 / (1 + np.exp(-a))
F = {
    "Linear": lambda a: a, "Relu": lambda a: np.maximum(a, 0), "Tanh": np.tanh, "Sigmoid": sigmoid,
    "HardSigmoid": lambda a: np.clip(a / 6 + 0.5, 0, 1), "HardSigmoidFifth": lambda a: np.clip(0.2 * a + 0.5, 0, 1),
    "HardTanh": lambda a: np.clip(a, -1, 1), "Elu": lambda a: np.where(a > 0, a, np.expm1(np.minimum(a, 0))),
    "LeakyRelu": lambda a: np.where(a > 0, a, 0.01 * a), "Softplus": lambda a: np.logaddexp(0, a),
    "Softsign": lambda a: a / (1 + np.abs(a)), "Silu": lambda a: a * sigmoid(a),
}


def lstm(p, x, i="Sigmoid", f="Sigmoid", o="Sigmoid", g="Tanh", out="Tanh", clip=np.inf, peephole=False):
    units = p["lstm.weight_hh_l0"].shape[1]
    h = c = np.zeros(units)
    ys = []
    for step in x:
        a = p["lstm.weight_ih_l0"] @ step + p["lstm.bias_ih_l0"] + p["lstm.weight_hh_l0"] @ h + p["lstm.bias_hh_l0"]
        ai, af, ag, ao = a.reshape(4, units)
        if peephole:
            ai, af = ai + p["lstm.weight_ci_l0"] * c, af + p["lstm.weight_cf_l0"] * c
        c = np.clip(F[f](af) * c + F[i](ai) * F[g](ag), -clip, clip)
        h = F[o](ao + p["lstm.weight_co_l0"] * c if peephole else ao) * F[out](c)
        ys.append(h)
    return ys


def gru(p, x, r="Sigmoid", z="Sigmoid", n="Tanh", after=True):
    units = p["gru.weight_hh_l0"].shape[1]
    h, ys = np.zeros(units), []
    wi, wh = p["gru.weight_ih_l0"].reshape(3, units, -1), p["gru.weight_hh_l0"].reshape(3, units, units)
    bi = p["gru.bias_ih_l0"].reshape(3, units)
    bh = p["gru.bias_hh_l0"].reshape(3, units) if after else np.zeros((3, units))
    for step in x:
        gr = F[r](wi[0] @ step + bi[0] + wh[0] @ h + bh[0])
        gz = F[z](wi[1] @ step + bi[1] + wh[1] @ h + bh[1])
        inner = gr * (wh[2] @ h + bh[2]) if after else wh[2] @ (gr * h)
        gn = F[n](wi[2] @ step + bi[2] + inner)
        h = (1 - gz) * gn + gz * h
        ys.append(h)
    return ys


def rnn(p, x, f):
    h, ys = np.zeros(p["rnn.weight_hh_l0"].shape[1]), []
    for step in x:
        h = F[f](p["rnn.weight_ih_l0"] @ step + p["rnn.bias_ih_l0"] + p["rnn.weight_hh_l0"] @ h + p["rnn.bias_hh_l0"])
        ys.append(h)
    return ys


def dense(p, x, f):
    return [F[f](p["dense.weight"] @ step + p["dense.bias"]) for step in x]


def leaky(w, ys):
    return [np.where(y > 0, y, w * y) for y in ys]


def conv(p, x, kernel, left, f=lambda a: a, name="tdnn", dilation=1):
    """nn.Conv1d over steps: tap j of step t reads step t + j * dilation - left, zeros outside of the sequence."""
    w, at = p[name + ".weight"], lambda t: x[t] if 0 <= t < len(x) else np.zeros(x.shape[1])
    return [f(p[name + ".bias"] + sum(w[:, :, j] @ at(t + j * dilation - left) for j in range(kernel))) for t in range(len(x))]


def grouped(p, x, kernel, left, groups):
    """nn.Conv1d with groups: that many convolutions side by side."""
    units, features = p["tdnn.bias"].size // groups, x.shape[1] // groups
    parts = [conv({"tdnn.weight": p["tdnn.weight"][g * units:(g + 1) * units], "tdnn.bias": p["tdnn.bias"][g * units:(g + 1) * units]},
                  x[:, g * features:(g + 1) * features], kernel, left) for g in range(groups)]
    return [np.concatenate(step) for step in zip(*parts)]


def normed(p, ys, epsilon, f):
    return [f(p["layernorm.weight"] * (y - y.mean()) / np.sqrt(y.var() + epsilon) + p["layernorm.bias"]) for y in ys]


def gates(kind, count, hidden, **more):
    shapes = {"weight_ih_l0": (count * hidden, INPUTS), "weight_hh_l0": (count * hidden, hidden), "bias_ih_l0": (count * hidden,), "bias_hh_l0": (count * hidden,)}
    return {kind + "." + k: v for k, v in {**shapes, **more}.items() if v}


DENSE = {"dense.weight": (3, INPUTS), "dense.bias": (3,)}
A = "Activation."
CASES = [
    (f"[Lstm(3, GateActivation = {A}HardSigmoid, Activation = {A}Softsign)]", gates("lstm", 4, 3),
     lambda p, x: lstm(p, x, "HardSigmoid", "HardSigmoid", "HardSigmoid", "Softsign", "Softsign")),
    (f"[Lstm(3, GateActivation = {A}HardSigmoidFifth)]", gates("lstm", 4, 3), lambda p, x: lstm(p, x, "HardSigmoidFifth", "HardSigmoidFifth", "HardSigmoidFifth")),
    (f"[Lstm(3, InputGateActivation = {A}Relu, ForgetGateActivation = {A}HardTanh, OutputGateActivation = {A}Silu, Activation = {A}Linear, OutputActivation = {A}Elu)]",
     gates("lstm", 4, 3), lambda p, x: lstm(p, x, "Relu", "HardTanh", "Silu", "Linear", "Elu")),
    (f"[Lstm(3, CellClip = 0.4)]", gates("lstm", 4, 3), lambda p, x: lstm(p, x, clip=0.4)),
    (f"[Lstm(2, Peephole = true, CellClip = 0.25, Activation = {A}Elu, OutputActivation = {A}Tanh)]",
     gates("lstm", 4, 2, weight_ci_l0=(2,), weight_cf_l0=(2,), weight_co_l0=(2,)), lambda p, x: lstm(p, x, g="Elu", clip=0.25, peephole=True)),
    (f"[Gru(3, GateActivation = {A}HardSigmoid, Activation = {A}LeakyRelu)]", gates("gru", 3, 3), lambda p, x: gru(p, x, "HardSigmoid", "HardSigmoid", "LeakyRelu")),
    (f"[Gru(3, ResetAfter = false, ResetGateActivation = {A}Softplus, UpdateGateActivation = {A}Linear, Activation = {A}Softsign)]",
     gates("gru", 3, 3, bias_hh_l0=None), lambda p, x: gru(p, x, "Softplus", "Linear", "Softsign", after=False)),
    (f"[Rnn(3, Activation = {A}Linear)]", gates("rnn", 1, 3), lambda p, x: rnn(p, x, "Linear")),
    (f"[Rnn(3, Activation = {A}Elu)]", gates("rnn", 1, 3), lambda p, x: rnn(p, x, "Elu")),
] + [(f"[Dense(3, Activation = {A}{f})]", DENSE, lambda p, x, f=f: dense(p, x, f)) for f in F] + [
    (f"[Dense(3, Activation = {A}PRelu)]", {**DENSE, "dense.prelu.weight": (1,)}, lambda p, x: leaky(p["dense.prelu.weight"], dense(p, x, "Linear"))),
    (f"[Dense(3, Activation = {A}PRelu, SlopePerUnit = true)]", {**DENSE, "dense.prelu.weight": (3,)},
     lambda p, x: leaky(p["dense.prelu.weight"], dense(p, x, "Linear"))),
    ("[Dense(3)] [PRelu(PerUnit = true, Name = \"1\")]", {**DENSE, "1.weight": (3,)}, lambda p, x: leaky(p["1.weight"], dense(p, x, "Linear"))),
    (f"[Tdnn(3, 2, Activation = {A}PRelu)]", {"tdnn.weight": (3, INPUTS, 2), "tdnn.bias": (3,), "tdnn.prelu.weight": (1,)},
     lambda p, x: leaky(p["tdnn.prelu.weight"], conv(p, x, 2, 1))),
    (f"[Tdnn(3, 2, Activation = {A}Elu)]", {"tdnn.weight": (3, INPUTS, 2), "tdnn.bias": (3,)}, lambda p, x: conv(p, x, 2, 1, F["Elu"])),
    ("[Tdnn(3, 3, Padding = Padding.Same)]", {"tdnn.weight": (3, INPUTS, 3), "tdnn.bias": (3,)}, lambda p, x: conv(p, x, 3, 1)),
    ("[Tdnn(2, 4, Padding = Padding.Same)]", {"tdnn.weight": (2, INPUTS, 4), "tdnn.bias": (2,)}, lambda p, x: conv(p, x, 4, 1)),
    ("[Tdnn(2, 2, Padding = Padding.Same, Dilation = 3)]", {"tdnn.weight": (2, INPUTS, 2), "tdnn.bias": (2,)},
     lambda p, x: conv(p, x, 2, 1, dilation=3)),
    ("[Tdnn(4, 2, Groups = 2)]", {"tdnn.weight": (4, INPUTS // 2, 2), "tdnn.bias": (4,)}, lambda p, x: grouped(p, x, 2, 1, 2)),
    ("[Tdnn(6, 3, Groups = 2, Padding = Padding.Same)]", {"tdnn.weight": (6, INPUTS // 2, 3), "tdnn.bias": (6,)}, lambda p, x: grouped(p, x, 3, 1, 2)),
    (f"[Tdnn(3, 3, Padding = Padding.Same)] [LayerNorm(Activation = {A}Elu, Epsilon = 0.01)]",
     {"tdnn.weight": (3, INPUTS, 3), "tdnn.bias": (3,), "layernorm.weight": (3,), "layernorm.bias": (3,)},
     lambda p, x: normed(p, conv(p, x, 3, 1), 0.01, F["Elu"])),
    ("[Dense(3)] [LayerNorm]", {**DENSE, "layernorm.weight": (3,), "layernorm.bias": (3,)}, lambda p, x: normed(p, dense(p, x, "Linear"), 1e-5, F["Linear"])),
]


def run(shapes, forward):
    made = {n: f32(0.9 * np.sin(1.7 * np.arange(np.prod(s)) + 0.3 * k + 0.5)).reshape(s) for k, (n, s) in enumerate(sorted(shapes.items()))}
    made["input"] = f32(1.5 * np.sin(0.9 * np.arange(2 * STEPS * INPUTS) + 0.2)).reshape(2, STEPS, INPUTS)
    y = lambda: np.concatenate([np.ravel(forward(made, made["input"][b, :length])) for b, length in enumerate(LENGTHS)])
    values = y()
    g = f32(np.cos(0.7 * np.arange(len(values)) + 0.1))
    sums = {}
    for name, array in made.items():
        flat, total = array.reshape(-1), 0.0
        for i in range(flat.size):
            was = flat[i]
            flat[i] = was + 1e-5
            up = y() @ g
            flat[i] = was - 1e-5
            total += (up - y() @ g) / 2e-5 * np.cos(1 + i)
            flat[i] = was
        sums[name] = total
    return values, sums


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "options.txt"), "w", newline="\n") as out:
    for declaration, shapes, forward in CASES:
        values, sums = run(shapes, forward)
        out.write(declaration + "\n  y " + " ".join(f"{v:.8g}" for v in values) + "\n")
        out.writelines(f"  {name} {total:.8g}\n" for name, total in sorted(sums.items()))
