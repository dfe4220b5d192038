"""The networks, weights and inputs of worker.h, for the Python peers. Knows sizes and the generator; refuses to know any engine."""
import numpy as np

# name: layers (kind L, G or R; inputs; units), outputs
NETS = {
    "A1": ([("L", 1, 20)], 1),
    "A2": ([("G", 1, 8)], 1),
    "A3": ([("L", 8, 64), ("G", 64, 32)], 1),
    "A4": ([("L", 40, 128)], 12),
    "A5": ([("L", 64, 256)], 10),
    "A6": ([("R", 8, 32)], 1),
    "C3": ([("G", 32, 256), ("G", 256, 256)], 10),
}
TRAININGS = {"C1-1": ("A3", 1), "C1-32": ("A3", 32), "C2": ("A4", 32), "C3": ("C3", 64)}
GATES = {"L": 4, "G": 3, "R": 1}
SIGNAL, CHECK_STEPS, SEQUENCE, TRAINING = 1024, 24, 100, 50


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def take(self, shape, scale):
        count = int(np.prod(shape))
        raw = np.empty(count, np.int64)
        s = self.state
        for i in range(count):
            s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
            raw[i] = (s >> 8) % 20001 - 10000
        self.state = s
        return (raw.astype(np.float32) * np.float32(1e-4) * np.float32(scale)).reshape(shape)


def weights(name):
    """PyTorch's layout: a list of (weight_ih, weight_hh, bias_ih, bias_hh), and the Dense layer's (weight, bias)."""
    layers, outputs = NETS[name]
    lcg = Lcg(12345)
    made = []
    for kind, inputs, units in layers:
        rows, scale = GATES[kind] * units, 1 / np.sqrt(np.float32(units))
        made.append((lcg.take((rows, inputs), scale), lcg.take((rows, units), scale), lcg.take((rows,), 0.1), lcg.take((rows,), 0.1)))
    top = layers[-1][2]
    return made, (lcg.take((outputs, top), 1 / np.sqrt(np.float32(top))), lcg.take((outputs,), 0.1))


def signal(shape):
    return Lcg(777).take(shape, 1)


def target(shape):
    return Lcg(999).take(shape, 1)
