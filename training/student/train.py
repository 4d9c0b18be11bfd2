"""Teaches the student.

usage: train.py WORK STEPS FOLDER[:SHARE] ... [--decay STEPS] [--seed N] [--start STATE.pt]

FOLDERs are what teacher.py and made_up.py write; a crop comes from each as often as its share says. WORK/last.pt is written
every 500 steps, and a run goes on from it until STEPS, at a constant learning rate. Then, with --decay, a copy is taught for so
many steps more while the rate falls to zero, the last third of them with the integers' rounding, and becomes
WORK/shipped.pt; last.pt stays, so that a longer training can go on from there. A new run begins with nothing, or with the weights of
STATE.pt (`state.pt` here: the shipped ones before their decay, in float16).
"""
import argparse
import copy
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from crops import load, sample
from model import Net, macs, quantised

WARMING = 200  # steps until the rate is whole
ROUNDED_FROM = 0.65  # the share of the decay after which every layer rounds as integers do
REMEMBERED = 0.002  # share of the running mean of the weights that a step replaces
BFLOAT16 = torch.backends.cpu.get_cpu_capability() == "AVX512"  # on AVX2 it is ten times slower than float32
PARTS = ("heat", "offset", "direction", "ending", "foreground", "orientation")


class Crops(torch.utils.data.IterableDataset):
    def __init__(self, groups, seed):
        self.groups, self.seed = groups, seed

    def __iter__(self):
        rng = np.random.default_rng(self.seed)
        shares = np.cumsum([share for _, share in self.groups])
        while True:
            group = int(np.searchsorted(shares / shares[-1], rng.random()))
            yield sample(self.groups[group][0], rng)


def losses(y, t, weight, ridges):
    """The loss, and its parts in the order of PARTS."""
    p, target = y[:, 0].sigmoid().clamp(1e-5, 1 - 1e-5), t[:, 0]
    # A focal loss of soft targets (after H. Law and J. Deng, "CornerNet", 2018): at a peak its height is the probability
    # that is taught; beside it, less is no mistake.
    peak = (target >= F.max_pool2d(target[:, None], 3, 1, 1)[:, 0]) & (target > 0.1)
    at = target * (1 - p) ** 2 * -p.log() + (1 - target) * p**2 * -(1 - p).log()
    beside = (1 - target) ** 4 * p**2 * -(1 - p).log()
    heat = torch.where(peak, at, beside).sum() / target[peak].sum().clamp_min(1)
    mean = lambda value, weight: (value * weight).sum() / weight.sum().clamp_min(1)
    offset = mean((y[:, 1:3] - t[:, 1:3]).abs().sum(1), weight)
    direction = mean((y[:, 3:5] - t[:, 3:5]).abs().sum(1), weight)
    ending = mean(F.binary_cross_entropy_with_logits(y[:, 5], t[:, 5], reduction="none"), weight)
    foreground = F.binary_cross_entropy_with_logits(y[:, 6], t[:, 6])
    orientation = mean((y[:, 7:9] - t[:, 7:9]).abs().sum(1), ridges)
    parts = (heat, offset, direction, ending, foreground, orientation)
    return heat + offset + 2 * direction + 0.3 * ending + 0.5 * foreground + 0.5 * orientation, parts


class Training:
    def __init__(self, a):
        torch.set_num_threads(1)
        torch.manual_seed(a.seed)
        os.makedirs(a.work, exist_ok=True)
        self.a, self.step, self.last = a, 0, f"{a.work}/last.pt"
        self.groups = []
        for folder, _, share in (text.partition(":") for text in a.data):
            self.groups.append((load(folder), float(share or 1)))
            print(folder, len(self.groups[-1][0]), "images", flush=True)
        self.net = Net().to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net)
        self.opt = torch.optim.AdamW(self.net.parameters(), lr=a.lr, weight_decay=1e-3)
        if a.start and not os.path.exists(self.last):
            self.net.load_state_dict(torch.load(a.start))
            self.mean.load_state_dict(self.net.state_dict())
        if os.path.exists(self.last):
            c = torch.load(self.last)
            self.net.load_state_dict(c["net"])
            self.mean.load_state_dict(c["ema"])
            self.opt.load_state_dict(c["opt"])
            self.step = c["step"]
        count = sum(p.numel() for p in self.net.parameters())
        print(count, "parameters,", round(macs(self.net) / 1e6), "million multiply-adds; from step", self.step, flush=True)

    def batches(self):
        crops = Crops(self.groups, (self.a.seed, self.step))
        return torch.utils.data.DataLoader(crops, batch_size=self.a.batch, num_workers=1, prefetch_factor=8)

    def run(self, until, decay=False):
        start, first, mean = time.time(), self.step, None
        if self.step >= until:
            return
        for batch in self.batches():
            done = (self.step - first) / (until - first)
            if decay and done > ROUNDED_FROM and self.net.training:
                self.net.eval()  # the norms' statistics stay from here on
                quantised(self.net)
            rate = self.a.lr * min(1, (self.step + 1) / WARMING) * (1 - done if decay else 1)
            parts = self.learn(batch, rate)
            mean = parts if mean is None else 0.99 * mean + 0.01 * parts
            if self.step % 500 == 0 or self.step == until:
                minutes, crops = (time.time() - start) / 60, (self.step - first) * self.a.batch
                told = " ".join(f"{name} {value:.3f}" for name, value in zip(PARTS, mean))
                print(f"{self.step} {minutes:.1f} min {told} {crops / minutes / 60:.0f} crops/s", flush=True)
                if not decay:
                    self.save()
            if self.step == until:
                return

    def learn(self, batch, rate):
        x, t, weight, ridges = batch
        for group in self.opt.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16):
            y = self.net(x[:, None].to(memory_format=torch.channels_last))
        loss, parts = losses(y.float(), t, weight, ridges)
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 3)
        self.opt.step()
        self.step += 1
        with torch.no_grad():
            share = max(1 / self.step, REMEMBERED)
            for mean, now in zip(self.mean.state_dict().values(), self.net.state_dict().values()):
                mean.lerp_(now, share) if mean.dtype.is_floating_point else mean.copy_(now)
        return np.array([part.item() for part in parts])

    def save(self):
        state = {"net": self.net.state_dict(), "ema": self.mean.state_dict(), "opt": self.opt.state_dict(), "step": self.step}
        torch.save(state, self.last + ".new")
        os.replace(self.last + ".new", self.last)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("work")
    a.add_argument("steps", type=int)
    a.add_argument("data", nargs="+")
    a.add_argument("--decay", type=int, default=0)
    a.add_argument("--seed", type=int, default=0)
    a.add_argument("--batch", type=int, default=24)
    a.add_argument("--start")
    a.add_argument("--lr", type=float, default=3e-3)
    a = a.parse_args()
    training = Training(a)
    training.run(a.steps)
    if a.decay:
        if not os.path.exists(training.last):
            training.save()  # what the decay begins with
        training.run(training.step + a.decay, decay=True)
        torch.save({"net": training.net.state_dict(), "ema": training.mean.state_dict()}, f"{a.work}/shipped.pt")
        before = torch.load(training.last)["net"]
        torch.save({name: v.half() if v.is_floating_point() else v for name, v in before.items()}, f"{a.work}/state.pt")


main()
