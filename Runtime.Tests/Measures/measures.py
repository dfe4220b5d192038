# Where the numbers of MeasureTests come from: definitions written out in exact fractions (and math.log), without the project and without any library.
# python3 measures.py prints them.
from fractions import Fraction as F
import math

print("classification")
truth = [0, 0, 0, 1, 1, 2, 2, 2, 2, 0]
taken = [0, 1, 0, 1, 1, 2, 0, 2, 1, 0]
weight = [1, 1, 2, 1, 3, 1, 1, 1, 2, 1]
n = 4  # class 3 neither is nor was taken
c = [[0] * n for _ in range(n)]
for t, p, w in zip(truth, taken, weight):
    c[t][p] += w
print(c)
support = [sum(r) for r in c]
predicted = [sum(c[r][k] for r in range(n)) for k in range(n)]
P = [F(c[k][k], predicted[k]) if predicted[k] else F(0) for k in range(n)]
R = [F(c[k][k], support[k]) if support[k] else F(0) for k in range(n)]
F1 = [2 * P[k] * R[k] / (P[k] + R[k]) if P[k] + R[k] else F(0) for k in range(n)]
seen = [k for k in range(n) if support[k] or predicted[k]]
print("precision", [str(p) for p in P], "recall", [str(p) for p in R], "F1", [str(p) for p in F1])
print("macro", *[str(sum(x[k] for k in seen) / len(seen)) for x in (P, R, F1)])
print("weighted", *[str(sum(x[k] * support[k] for k in seen) / sum(support)) for x in (P, R, F1)])
print("accuracy", F(sum(c[k][k] for k in range(n)), sum(support)), "balanced", sum(R[k] for k in seen) / len(seen))

print("log loss")
logits = [[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [-2.0, 0.25, 0.5]]
classes, weights = [0, 2, 1], [1, 2, 0.5]
def log_softmax(y, k):
    return y[k] - math.log(sum(math.exp(v) for v in y))
print(sum(-w * log_softmax(y, k) for y, k, w in zip(logits, classes, weights)) / sum(weights))
print("yes or no", (lambda y, t: sum(-(b * math.log(1 / (1 + math.exp(-a))) + (1 - b) * math.log(1 / (1 + math.exp(a)))) for a, b in zip(y, t)) / len(y))([1.5, -0.5, 3.0, -2.0], [1, 0, 0, 0.25]))

print("ROC area: pairs counted one by one")
def area(scores, is_positive, weights):
    pos = [(s, w) for s, p, w in zip(scores, is_positive, weights) if p]
    neg = [(s, w) for s, p, w in zip(scores, is_positive, weights) if not p]
    return sum(F(a) * F(b) * (F(1) if s > u else F(1, 2) if s == u else F(0)) for s, a in pos for u, b in neg) / (sum(F(a) for _, a in pos) * sum(F(b) for _, b in neg))
print(area([0.5, -1.0, 2.0, 0.5, -3.0, 1.0], [True, False, True, False, False, True], [1, 1, 1, 1, 1, 1]), area([0.5, -1.0, 2.0, 0.5, -3.0, 1.0], [True, True, True, False, False, False], [1, 2, 1, 3, 1, 1]))
def logodds(y, k):
    p = math.exp(log_softmax(y, k))
    return math.log(p / (1 - p))
three = [[2.0, 1.0, 0.0], [0.5, 1.5, 0.0], [1.0, 0.0, 2.5], [0.0, 2.0, 1.0], [3.0, 0.0, 1.0], [0.0, 1.0, 0.5]]
of = [0, 1, 2, 2, 1, 0]
print("one against the rest", [str(area([logodds(y, k) for y in three], [t == k for t in of], [1] * 6)) for k in range(3)])

print("forecasts")
y = [[1.5, -2.0], [0.0, 3.0], [4.0, 0.5]]
t = [[1.0, -1.0], [0.5, 3.0], [2.0, 1.0]]
w = [1, 2, F(1, 2)]
each = [(F(a), F(b), F(v)) for row, want, v in zip(y, t, w) for a, b in zip(row, want)]
W = sum(v for _, _, v in each)
mean = lambda f: sum(v * f(a, b) for a, b, v in each) / W
print("MAE", mean(lambda a, b: abs(a - b)), "MSE", mean(lambda a, b: (a - b) ** 2), "bias", mean(lambda a, b: a - b))
print("MAPE", mean(lambda a, b: abs(a - b) / abs(b)), "sMAPE", mean(lambda a, b: 2 * abs(a - b) / (abs(a) + abs(b)) if a != b else 0))
print("pinball 0.8", mean(lambda a, b: max(F(4, 5) * (b - a), F(-1, 5) * (b - a))))
def r2(k):
    rows = [(F(a[k]), F(b[k]), F(v)) for a, b, v in zip(y, t, w)]
    m = sum(v * b for _, b, v in rows) / sum(v for _, _, v in rows)
    return 1 - sum(v * (a - b) ** 2 for a, b, v in rows) / sum(v * (b - m) ** 2 for _, b, v in rows)
print("R2", r2(0), r2(1), (r2(0) + r2(1)) / 2)
series = [[1, 10], [3, 20], [2, 10], [5, 40], [4, 25], [9, 30]]
scale = [F(sum(abs(series[i][k] - series[i - 2][k]) for i in range(2, 6)), 4) for k in range(2)]
print("MASE, season 2: scales", *scale, "value", sum(v * abs(a - b) / scale[i % 2] for i, (a, b, v) in enumerate(each)) / W)

print("quantiles 0.1 0.5 0.9 of two targets")
q = [F(1, 10), F(1, 2), F(9, 10)]
outs = [[1, 2, 4, -1, 0, 1], [0, 1, 2, 3, 4, 5], [2, 2, 2, 0, 3, 6]]
want = [[3, 1], [2, 2], [2, 7]]
loss = [sum(max(q[k] * (F(want[r][j]) - outs[r][3 * j + k]), (q[k] - 1) * (F(want[r][j]) - outs[r][3 * j + k])) for r in range(3) for j in range(2)) / 6 for k in range(3)]
print("pinball", *loss, sum(loss) / 3)
print("coverage", F(sum(outs[r][3 * j] <= want[r][j] <= outs[r][3 * j + 2] for r in range(3) for j in range(2)), 6), "width", F(sum(outs[r][3 * j + 2] - outs[r][3 * j] for r in range(3) for j in range(2)), 6))
print("MAE of the medians", F(sum(abs(outs[r][3 * j + 1] - want[r][j]) for r in range(3) for j in range(2)), 6), "of the second target", F(sum(abs(outs[r][4] - want[r][1]) for r in range(3)), 3))

print("edit distances, by the recursive definition")
def d(a, b):
    return max(len(a), len(b)) if not a or not b else min(d(a[1:], b) + 1, d(a, b[1:]) + 1, d(a[1:], b[1:]) + (a[0] != b[0]))
print(d("kitten", "sitting"), d("", "ab"), d("abc", ""), d("abcde", "badec"))

print("baselines: series of 12 rows, a season of 3; windows of 4 rows, the next 2 as target; the first 4 windows train, the window from row 6 is forecast")
s = [2, 5, 9, 3, 7, 10, 5, 8, 13, 6, 9, 14]
origin = 9
print("persistence", s[origin], s[origin])
print("seasonal", s[10 - 3], s[11 - 3])
# training rows: windows 0..3 have rows 0..8
drift = F(sum(s[r] - s[r - 3] for r in range(3, 9)), 6)
print("drift", drift, "with drift", s[7] + drift, s[8] + drift, "MASE scale", F(sum(abs(s[r] - s[r - 3]) for r in range(3, 9)), 6))
# linear AR of 2 lags: normal equations around the mean, ridge times the mean of the diagonal on it
def ar(ahead, ridge):
    rows = [(F(s[w + 3]), F(s[w + 2]), F(s[w + 3 + ahead])) for w in range(4)]
    n = len(rows)
    mx, mz, my = (sum(r[k] for r in rows) / n for k in range(3))
    a = sum((r[0] - mx) ** 2 for r in rows); b = sum((r[0] - mx) * (r[1] - mz) for r in rows); c = sum((r[1] - mz) ** 2 for r in rows)
    p = sum((r[0] - mx) * (r[2] - my) for r in rows); q = sum((r[1] - mz) * (r[2] - my) for r in rows)
    lam = ridge * (a + c) / 2
    a, c = a + lam, c + lam
    det = a * c - b * b
    u, v = (p * c - q * b) / det, (a * q - b * p) / det
    return my + u * (s[origin] - mx) + v * (s[origin - 1] - mz)
print("linear AR of 2, ridge 1/4:", ar(1, F(1, 4)), ar(2, F(1, 4)), float(ar(1, F(1, 4))), float(ar(2, F(1, 4))))

print("split conformal: the score of rank ceil((n + 1) coverage)")
def margin(scores, coverage):
    k = math.ceil((len(scores) + 1) * coverage)
    return sorted(scores)[k - 1]
f = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
tr = [F(3, 2), 1, 5, F(9, 2), F(5, 2), 7, 7, F(21, 2), 5, F(25, 2)]
for c in (F(1, 2), F(4, 5), F(9, 10)):
    print(c, margin([abs(F(a) - b) for a, b in zip(f, tr)], c), "scaled by 1 2 1 2 ...", margin([abs(F(a) - b) / (1 + i % 2) for i, (a, b) in enumerate(zip(f, tr))], c),
          "quantiles f - 2 and f + 1", margin([max((a - 2) - F(b), F(b) - (a + 1)) for a, b in zip(f, tr)], c))
