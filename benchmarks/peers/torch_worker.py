#!/usr/bin/env python3
"""Peer: PyTorch behind the line protocol of worker.h, single thread, float32. Of each workload the fastest of a few ways to write it.

A: nn module or cell, eager or scripted and frozen. B: eager or scripted and frozen. C: eager or traced; forward, loss, backward, no optimizer.
"""
import gc
import os
import sys
import time

import numpy as np
import torch
from torch import nn

import nets
from nets import NETS, TRAININGS

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
KIND = {"L": nn.LSTM, "G": nn.GRU, "R": nn.RNN}
CELL = {"L": nn.LSTMCell, "G": nn.GRUCell, "R": nn.RNNCell}


def fill(modules, dense, name):
    """Gives recurrent modules and a Linear the weights of a network."""
    layers, (weight, bias) = nets.weights(name)
    with torch.no_grad():
        for module, made in zip(modules, layers):
            parameters = list(module.parameters())
            for parameter, values in zip(parameters, made):
                parameter.copy_(torch.from_numpy(values))
        dense.weight.copy_(torch.from_numpy(weight))
        dense.bias.copy_(torch.from_numpy(bias))


class Net(nn.Module):
    def __init__(self, name):
        super().__init__()
        layers, outputs = NETS[name]
        self.r0 = KIND[layers[0][0]](layers[0][1], layers[0][2])
        self.r1 = KIND[layers[1][0]](layers[1][1], layers[1][2]) if len(layers) > 1 else None
        self.d = nn.Linear(layers[-1][2], outputs)
        fill([m for m in (self.r0, self.r1) if m is not None], self.d, name)

    def forward(self, x):
        y, _ = self.r0(x)
        if self.r1 is not None:
            y, _ = self.r1(y)
        return self.d(y)


class Last(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        y, _ = self.net.r0(x)
        if self.net.r1 is not None:
            y, _ = self.net.r1(y)
        return self.net.d(y[-1])


class Step(nn.Module):
    """One or two recurrent layers a step, as modules or as cells; its children say which."""

    def __init__(self, name, cell):
        super().__init__()
        layers, outputs = NETS[name]
        made = [(CELL if cell else KIND)[k](i, h) for k, i, h in layers]
        self.a = made[0]
        if len(made) > 1:
            self.b = made[1]
        self.d = nn.Linear(layers[-1][2], outputs)
        fill(made, self.d, name)


class LstmModule(Step):
    def forward(self, x, h, c):
        y, (h, c) = self.a(x, (h, c))
        return self.d(y), h, c


class LstmCell(Step):
    def forward(self, x, h, c):
        h, c = self.a(x, (h, c))
        return self.d(h), h, c


class PlainModule(Step):
    def forward(self, x, h):
        y, h = self.a(x, h)
        return self.d(y), h


class PlainCell(Step):
    def forward(self, x, h):
        h = self.a(x, h)
        return self.d(h), h


class StackModule(Step):
    def forward(self, x, h, c, g):
        y, (h, c) = self.a(x, (h, c))
        y, g = self.b(y, g)
        return self.d(y), h, c, g


class StackCell(Step):
    def forward(self, x, h, c, g):
        h, c = self.a(x, (h, c))
        g = self.b(h, g)
        return self.d(g), h, c, g


def fastest(ways):
    """The way that a short trial finds fastest; each has had calls to warm up."""
    best, least = None, float("inf")
    for way in ways:
        way(2)
        start = time.perf_counter()
        way(1)
        took = time.perf_counter() - start
        n = int(0.02 / max(1e-7, took))
        if n > 1:
            way(n)
            start = time.perf_counter()
            way(n)
            took = (time.perf_counter() - start) / n
        if took < least:
            best, least = way, took
    return best


class Streaming:
    per_unit = 1

    def __init__(self, name):
        layers, self.outputs = NETS[name]
        ways = []
        for cell in (False, True):
            shape = (lambda n: (1, n)) if cell else (lambda n: (1, 1, n))
            if len(layers) > 1:
                model = (StackCell if cell else StackModule)(name, cell)
            elif layers[0][0] == "L":
                model = (LstmCell if cell else LstmModule)(name, cell)
            else:
                model = (PlainCell if cell else PlainModule)(name, cell)
            model.eval()
            states = []
            for kind, _, units in layers:
                states += [torch.zeros(shape(units))] * (2 if kind == "L" else 1)
            signal = nets.signal((nets.SIGNAL, layers[0][1]))
            xs = [torch.from_numpy(row.reshape(shape(-1)).copy()) for row in signal]
            for how in (model, torch.jit.freeze(torch.jit.script(model))):
                ways.append(self.way(how, states, xs))
        self.run = fastest(ways)

    @staticmethod
    def way(model, states, xs):
        def run(n):
            now = states
            with torch.inference_mode():
                for i in range(n):
                    y, *now = model(xs[i % nets.SIGNAL], *now)
            return y
        return run

    def check(self):
        return self.run(nets.CHECK_STEPS).reshape(-1).tolist()


class Sequences:
    per_unit = nets.SEQUENCE

    def __init__(self, name, batch):
        layers, self.outputs = NETS[name]
        model = Net(name).eval()
        x = torch.from_numpy(nets.signal((nets.SEQUENCE, batch, layers[0][1])))

        def way(how):
            def run(n):
                with torch.inference_mode():
                    for _ in range(n):
                        y = how(x)
                return y
            return run
        self.run = fastest([way(model), way(torch.jit.freeze(torch.jit.script(model)))])

    def check(self):
        y = self.run(1).numpy().reshape(-1, self.outputs)
        return y[-1].tolist() + y[0].tolist() + [float(np.abs(y).astype(np.float64).mean())]


class Training:
    per_unit = 1

    def __init__(self, name):
        net, batch = TRAININGS[name]
        layers, outputs = NETS[net]
        x = torch.from_numpy(nets.signal((nets.TRAINING, batch, layers[0][1])))
        y = torch.from_numpy(nets.target((batch, outputs)))
        self.net = Net(net)
        parameters = list(self.net.parameters())
        loss = nn.MSELoss()

        def way(model):
            def run(n):
                for _ in range(n):
                    for p in parameters:
                        p.grad = None
                    self.value = loss(model(x), y)
                    self.value.backward()
            return run
        last = Last(self.net)
        self.run = fastest([way(last), way(torch.jit.trace(last, (x,)))])

    def check(self):
        self.run(1)
        values = [self.value.item()]
        for name, p in self.net.named_parameters():
            if "bias_hh" not in name:
                values.append(p.grad.double().norm().item())
        return values


WORKLOADS = {}
for _name in NETS:
    if _name.startswith("A"):
        WORKLOADS[_name] = lambda n=_name: Streaming(n)
        for _batch in (1, 32):
            WORKLOADS["B-%s-%d" % (_name, _batch)] = lambda n=_name, b=_batch: Sequences(n, b)
for _name in TRAININGS:
    WORKLOADS[_name] = lambda n=_name: Training(n)


def measure(work, budget):
    """As worker.h does it: about so many seconds in five parts, the median counts."""
    def timed(n):
        start = time.perf_counter()
        work.run(n)
        return time.perf_counter() - start
    gc.collect()
    gc.disable()
    n = 1
    if not getattr(work, "seconds", 0):
        first = timed(1)
        work.seconds = first if first > budget else 0
    while not getattr(work, "seconds", 0):
        took = timed(n)
        if took > budget / 20:
            work.seconds = took / n
        n *= 4
    units, total, spent, parts = max(1, int(budget / 5 / work.seconds)), 0, 0, []
    while spent < budget * 0.9:
        took = timed(units)
        parts.append(took / units)
        spent += took
        total += units
    gc.enable()
    work.seconds = sorted(parts)[len(parts) // 2]
    return work.seconds * 1e9 / work.per_unit, total


def main():
    print("ready|torch|PyTorch %s|%s" % (torch.__version__, " ".join(WORKLOADS)), flush=True)
    made = {}
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        try:
            verb, name = words[0], words[1]
            if name not in made:
                made[name] = WORKLOADS[name]()
            if verb == "run":
                print("ok %.9g %d" % measure(made[name], float(words[2])), flush=True)
            elif verb == "check":
                print("ok " + " ".join("%.9g" % v for v in made[name].check()), flush=True)
            else:
                print("error unknown command: " + line.strip(), flush=True)
        except Exception as e:      # the runner is told, whatever it was
            print("error %s: %s" % (line.strip(), " ".join(str(e).split())[:300]), flush=True)


if __name__ == "__main__":
    main()
