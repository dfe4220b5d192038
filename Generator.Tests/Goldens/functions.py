#!/usr/bin/env python3
"""The losses and activations of samples/Cells in plain Python, from the papers' equations: numbers that the C# methods must give.

    python3 functions.py > functions.txt

Outputs are y_k = 1.3 sin(0.9 k + 0.2), targets cos(1.1 k), k = 0 to 4; the class is 2. Far ones are 40 times that.
"""
from math import cos, exp, log, sin, tanh

Y = [1.3 * sin(0.9 * k + 0.2) for k in range(5)]
T = [cos(1.1 * k) for k in range(5)]
CLASS = 2


def log_cosh(e):
    """log((exp(e) + exp(-e)) / 2) as it stands: within what exp can hold."""
    return log((exp(e) + exp(-e)) / 2)


def focal(y, c, gamma):
    p = exp(y[c]) / sum(map(exp, y))
    return -((1 - p) ** gamma) * log(p)


def show(name, values):
    print(name, *(repr(v) for v in values))


show("LogCosh", [log_cosh(a - b) for a, b in zip(Y, T)])
show("LogCosh.Far", [log_cosh(40 * (a - b)) for a, b in zip(Y, T)])
for gamma in (0.0, 0.5, 2.0, 5.0):
    show(f"Focal.{gamma}", [focal(Y, CLASS, gamma)])
    show(f"Focal.Far.{gamma}", [focal([40 * a for a in Y], CLASS, gamma)])
for beta in (1.0, 1.5):
    show(f"Swish.{beta}", [x / (1 + exp(-beta * x)) for x in Y])
show("Mish", [x * tanh(log(1 + exp(x))) for x in Y])
