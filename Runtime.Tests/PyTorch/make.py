"""Writes optimizers.json and schedules.json beside this file: what PyTorch's optimizers and schedulers give for random gradients and losses.

Run with Debian's python3-torch: /usr/bin/python3 make.py
"""
import json
import os
import torch
from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop, lr_scheduler as s

ELEMENTS, STEPS = 37, 12

OPTIMIZERS = {
    "Sgd(lr)": lambda p: SGD(p, 0.1),
    "Sgd(lr, momentum: 0.9f, dampening: 0.3f, weightDecay: 0.1f)": lambda p: SGD(p, 0.1, momentum=0.9, dampening=0.3, weight_decay=0.1),
    "Sgd(lr, momentum: 0.8f, nesterov: true, weightDecay: 0.1f)": lambda p: SGD(p, 0.1, momentum=0.8, nesterov=True, weight_decay=0.1),
    "Adam(lr)": lambda p: Adam(p, 0.1),
    "Adam(lr, weightDecay: 0.2, amsgrad: true)": lambda p: Adam(p, 0.1, weight_decay=0.2, amsgrad=True),
    "Adam(lr, beta1: 0.7, beta2: 0.6, amsgrad: true)": lambda p: Adam(p, 0.1, betas=(0.7, 0.6), amsgrad=True),
    "AdamW(lr, weightDecay: 0.2)": lambda p: AdamW(p, 0.1, weight_decay=0.2),
    "AdamW(lr, weightDecay: 0.2, beta2: 0.5, amsgrad: true)": lambda p: AdamW(p, 0.1, betas=(0.9, 0.5), weight_decay=0.2, amsgrad=True),
    "RmsProp(lr)": lambda p: RMSprop(p, 0.1),
    "RmsProp(lr, alpha: 0.8, momentum: 0.7, weightDecay: 0.1)": lambda p: RMSprop(p, 0.1, alpha=0.8, momentum=0.7, weight_decay=0.1),
    "RmsProp(lr, alpha: 0.8, centered: true)": lambda p: RMSprop(p, 0.1, alpha=0.8, centered=True),
    "RmsProp(lr, alpha: 0.8, momentum: 0.7, centered: true, weightDecay: 0.1)": lambda p: RMSprop(p, 0.1, alpha=0.8, momentum=0.7, centered=True, weight_decay=0.1),
    "Adagrad(lr)": lambda p: Adagrad(p, 0.1),
    "Adagrad(lr, initialAccumulator: 0.5, rateDecay: 0.2, weightDecay: 0.1)": lambda p: Adagrad(p, 0.1, initial_accumulator_value=0.5, lr_decay=0.2, weight_decay=0.1),
}

# Stepped once an epoch; the losses are for the plateaus.
EPOCHS = 24
SCHEDULES = {
    "StepDecay(5, 0.5)": lambda o: s.StepLR(o, 5, 0.5),
    "MultiStep([3, 7, 8], 0.3)": lambda o: s.MultiStepLR(o, [3, 7, 8], 0.3),
    "Exponential(0.9).PerEpoch()": lambda o: s.ExponentialLR(o, 0.9),
    "Cosine(0, 0.05).PerEpoch()": lambda o: s.CosineAnnealingLR(o, EPOCHS, 0.05),
    "CosineRestarts(3, 2, 0.05).PerEpoch()": lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.05),
    "Linear(0.25, 0.75, 6).PerEpoch()": lambda o: s.LinearLR(o, 0.25, 0.75, 6),
    "Polynomial(2, 10).PerEpoch()": lambda o: s.PolynomialLR(o, 10, 2.0),
    "Linear(0.1, 1, 4).PerEpoch().Then(4, Cosine().PerEpoch())": lambda o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, 1.0, 4), s.CosineAnnealingLR(o, EPOCHS - 4)], [4]),
    "OneCycle()": lambda o: s.OneCycleLR(o, 1.0, total_steps=EPOCHS, cycle_momentum=False),
    "OneCycle(0.5, 0.1, 0.001)": lambda o: s.OneCycleLR(o, 1.0, total_steps=EPOCHS, pct_start=0.5, div_factor=10, final_div_factor=100, cycle_momentum=False),
    "ReduceOnPlateau(0.5, 1, 0.1, 0.01, relative: true)": lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.1, min_lr=0.01),
    "ReduceOnPlateau(0.5, 1, 0.3, 0.01, relative: false, cooldown: 2)": lambda o: s.ReduceLROnPlateau(
        o, factor=0.5, patience=1, threshold=0.3, threshold_mode="abs", cooldown=2, min_lr=0.01),
}


def optimizers():
    generator = torch.Generator().manual_seed(1)
    start = torch.randn(ELEMENTS, generator=generator)
    gradients = [torch.randn(ELEMENTS, generator=generator) for _ in range(STEPS)]
    cases = {}
    for name, make in OPTIMIZERS.items():
        p = torch.nn.Parameter(start.clone())
        optimizer, after = make([p]), []
        for k, gradient in enumerate(gradients):
            for group in optimizer.param_groups:
                group["lr"] = 0.1 / (1 + k % 3)
            p.grad = gradient.clone()
            optimizer.step()
            after.append(p.detach().tolist())
        cases[name] = after
    return {"start": start.tolist(), "gradients": [g.tolist() for g in gradients], "after": cases}


def schedules():
    generator = torch.Generator().manual_seed(2)
    losses = (3 - torch.arange(EPOCHS).clamp(max=9) * 0.2 + 0.3 * torch.randn(EPOCHS, generator=generator)).tolist()
    cases = {}
    for name, make in SCHEDULES.items():
        optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
        schedule, rates = make(optimizer), []
        for loss in losses:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if len(rates) < EPOCHS:
                schedule.step(loss) if isinstance(schedule, s.ReduceLROnPlateau) else schedule.step()
        cases[name] = rates
    return {"losses": losses, "factors": cases}


for name, content in (("optimizers", optimizers()), ("schedules", schedules())):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json"), "w", encoding="ascii") as file:
        json.dump({"torch": torch.__version__, **content}, file, indent=None, separators=(",", ":"))
        file.write("\n")
