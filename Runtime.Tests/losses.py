# Where the numbers of LossValueTests come from: definitions written out in exact fractions (and math), without the project and without any library.
# python3 losses.py prints them. Derivatives are central differences of the same definitions in fractions, or of 1e-6 where there is an exponential.
from fractions import Fraction as F
import math


def mean(losses, weights):
    return sum(w * l for w, l in zip(weights, losses)) / sum(weights)


def slopes(f, y, step):
    result = []
    for i in range(len(y)):
        up, down = list(y), list(y)
        up[i] += step
        down[i] -= step
        result.append((f(up) - f(down)) / (2 * step))
    return result


print("quantiles 1/8, 1/2, 3/4 of two targets; weights 1 and 3")
q = [F(1, 8), F(1, 2), F(3, 4)]
y = [F(0), F(1), F(5, 2), F(-1), F(1, 4), F(2)]
t = [F(2), F(-1, 2)]


def pinball(y):
    return mean([sum(max(q[k] * (t[j] - y[3 * j + k]), (q[k] - 1) * (t[j] - y[3 * j + k])) for k in range(3)) / 3 for j in range(2)], [1, 3])


print(float(pinball(y)), [float(s) for s in slopes(pinball, y, F(1, 64))])

print("means and variances of two targets; weights 1 and 3")
y, t = [1.0, -0.5, 0.5, 2.0], [0.5, 1.5]


def gauss(y):
    return mean([(math.log(y[2 + j]) + (t[j] - y[j]) ** 2 / y[2 + j]) / 2 for j in range(2)], [1, 3])


print(gauss(y), slopes(gauss, y, 1e-6))

print("logarithms of rates, counts; weights 1, 0.5, 2")
y, t = [0.5, -1.0, 2.0], [2, 0, 7]


def poisson(y):
    return mean([math.exp(y[j]) - t[j] * y[j] for j in range(3)], [1, 0.5, 2])


print(poisson(y), slopes(poisson, y, 1e-6))

print("label smoothing 0.1 of three classes, two rows, weights 1 and 2")
y, t = [2.0, -1.0, 0.5, 0.0, 3.0, 1.0], [0, 2]


def smooth(y):
    rows = []
    for r in range(2):
        z = y[3 * r:3 * r + 3]
        lse = math.log(sum(math.exp(v) for v in z))
        logs = [v - lse for v in z]
        rows.append(-(0.9 * logs[t[r]] + 0.1 * sum(logs) / 3))
    return mean(rows, [1, 2])


print(smooth(y), slopes(smooth, y, 1e-6))

print("a yes that weighs 3; targets 1, 0, 0.25; weights 1, 1, 2")
y, t = [0.5, -2.0, 1.5], [1, 0, 0.25]


def yes(y):
    s = [1 / (1 + math.exp(-v)) for v in y]
    return mean([-(3 * t[j] * math.log(s[j]) + (1 - t[j]) * math.log(1 - s[j])) for j in range(3)], [1, 1, 2])


print(yes(y), slopes(yes, y, 1e-6))

print("labels 1 2, 1 1 (which 2 steps cannot say) and 2, of 3, 2 and 3 steps; weights 1, 2 and 3; classes 0 (blank) to 2")
from itertools import product

logits = [[[0.5, 1.0, -0.25], [0.0, -1.0, 2.0], [1.5, 0.25, 0.75]], [[0.1, 0.2, 0.3], [-0.5, 0.5, 0.0], [9.0, 9.0, 9.0]], [[-1.0, 0.5, 0.5], [2.0, 0.0, -0.5], [0.25, 0.75, -2.0]]]
said, steps = [[1, 2], [1, 1], [2]], [3, 2, 3]


def paths(y, steps, labels):
    total = 0.0
    for path in product(range(3), repeat=steps):
        merged = [c for t, c in enumerate(path) if c != 0 and (t == 0 or path[t - 1] != c)]
        if merged == labels:
            total += math.prod(math.exp(y[t][c]) / sum(math.exp(v) for v in y[t]) for t, c in enumerate(path))
    return total


def temporal(flat, weights, zero):
    sum_ = 0.0
    for b in range(3):
        y = [flat[(b * 3 + t) * 3:(b * 3 + t) * 3 + 3] for t in range(3)]
        p = paths(y, steps[b], said[b])
        sum_ += weights[b] * (-math.log(p) / len(said[b]) if p > 0 else 0.0 if zero or weights[b] == 0 else math.inf)
    return sum_ / sum(weights)


flat = [v for sequence in logits for step in sequence for v in step]
for weights in ([1, 1, 1], [1, 2, 3], [1, 0, 3]):
    print(weights, temporal(flat, weights, True), [round(s, 9) for s in slopes(lambda y: temporal(y, weights, True), flat, 1e-6)])

print("balanced weights of 6, 3 and 1 targets; with weights; of 2 yeses, 7 noes and a half")
for counts in ([6, 3, 1], [F(11, 2), 3, F(1, 4)], [F(15, 2), F(5, 2)]):
    print([float(F(sum(counts)) / (len(counts) * c)) for c in counts])
