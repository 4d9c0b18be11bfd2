"""Teaches the network of descriptors.

usage: train.py OUT.pt STEPS REAL MADE ... [--start WEIGHTS.pt] [--rate 0.002] [--seed 0] [--judge NAME ...]

REAL, MADE and NAME are what `maps.rs` beside this file wrote, without the ending; half of the fingers of a step are from REAL. OUT.pt
is a state dict, which export.py turns into src/extract/descriptors.bin. Every 1,000 steps it prints how good the bits are on each
NAME: the share of mates that are more alike than any of 3,000 minutiae of other fingers, and than all but 1e-3 and 1e-2 of these.

A step takes 16 pairs of impressions and up to 24 mated minutiae of each; a mate must be more alike than all others of the step, by numbers
and by bits (A. van den Oord et al., "Representation learning with contrastive predictive coding", 2018; the bits' gradient passes
straight through). Bits are alike as often as not because batch normalisation, without gain or bias, comes last.
"""
import argparse
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

RINGS = [(0, 1), (16, 6), (32, 8), (48, 10), (64, 12), (84, 14)]  # px, places
CHANNELS, PLACE, HIDDEN, BITS = 48, 8, 128, 128
HARMONICS = 3  # of the direction, of which the first layer's weights are made
CELL = 8  # px
STEP = 6 / 255  # of an activation
TEMPERATURE = 0.05
PAIRS, MINUTIAE = 16, 24  # of a step
FEWEST = 6  # mated minutiae of a pair of impressions
PLACES = np.array([(r * np.cos(2 * np.pi * k / n), r * np.sin(2 * np.pi * k / n)) for r, n in RINGS for k in range(n)])


def look(context, x, y):
    """The context (rows × columns × channels) at places, px, bilinearly, as whole numbers; 0 beyond it."""
    padded = np.pad(context, ((1, 1), (1, 1), (0, 0))).astype(np.float32)
    u, v = x / CELL - 0.5, y / CELL - 0.5
    i, j = np.floor(u).astype(int), np.floor(v).astype(int)
    a, b = (u - i)[..., None], (v - j)[..., None]
    at = lambda j, i: padded[np.clip(j + 1, 0, len(padded) - 1), np.clip(i + 1, 0, padded.shape[1] - 1)]
    return np.rint((at(j, i) * (1 - a) + at(j, i + 1) * a) * (1 - b) + (at(j + 1, i) * (1 - a) + at(j + 1, i + 1) * a) * b)


class Fingers:
    """Minutiae with what lies around each, and the pairs of impressions that share enough."""

    def __init__(self, name):
        counts = np.fromfile(name + ".counts", np.uint16).astype(int)
        sizes = np.fromfile(name + ".sizes", np.uint16).reshape(-1, 2).astype(int)
        minutiae = np.fromfile(name + ".minutiae", np.float32).reshape(-1, 3)
        mates = np.fromfile(name + ".mates", np.uint16).reshape(-1, 4).astype(int)
        contexts = np.memmap(name + ".context", np.uint8, "r")
        start = np.r_[0, np.cumsum(counts)]
        self.direction = minutiae[:, 2]
        self.seen = np.zeros((len(minutiae), len(PLACES), CHANNELS), np.uint8)
        offset = 0
        for k, (columns, rows) in enumerate(sizes):
            size = columns * rows * CHANNELS
            context, offset = contexts[offset : offset + size].reshape(rows, columns, CHANNELS), offset + size
            x, y, direction = (minutiae[start[k] : start[k + 1], n, None] for n in range(3))
            cos, sin = np.cos(direction), np.sin(direction)
            along, across = PLACES[None, :, 0], PLACES[None, :, 1]
            self.seen[start[k] : start[k + 1]] = look(context, x + cos * along - sin * across, y - sin * along - cos * across)
        names = [line.rstrip("\n").split("\t") for line in open(name + ".names")]
        self.set = np.array([n[0] for n in names])
        finger = np.unique(["\t".join(n[:2]) for n in names], return_inverse=True)[1]
        self.image, self.finger = np.repeat(np.arange(len(counts)), counts), np.repeat(finger, counts)
        self.a, self.b = start[mates[:, 0]] + mates[:, 1], start[mates[:, 2]] + mates[:, 3]
        _, first, number = np.unique(mates[:, 0] * 65536 + mates[:, 2], return_index=True, return_counts=True)
        self.pairs = {}
        for f, n in zip(first[number >= FEWEST], number[number >= FEWEST]):
            self.pairs.setdefault(self.finger[self.a[f]], []).append((f, n))
        self.fingers = list(self.pairs)

    def of(self, minutiae):
        return torch.from_numpy(self.seen[minutiae] * np.float32(STEP)), torch.from_numpy(self.direction[minutiae])

    def mates(self, dice):
        """Mated minutiae of two impressions of any finger."""
        pairs = self.pairs[self.fingers[dice.integers(len(self.fingers))]]
        first, number = pairs[dice.integers(len(pairs))]
        chosen = first + dice.permutation(number)[:MINUTIAE]
        return self.of(self.a[chosen]), self.of(self.b[chosen])


class Net(nn.Module):
    """51 places × 48 channels and a direction → 128 numbers, whose signs are the bits."""

    def __init__(self):
        super().__init__()
        harmonics = 2 * HARMONICS + 1
        self.rotc = nn.Parameter(torch.randn(harmonics, CHANNELS, PLACE) * 0.15 / np.sqrt(harmonics))
        self.cb = nn.Parameter(torch.zeros(1, PLACE))
        self.f1, self.bn = nn.Linear(len(PLACES) * PLACE, HIDDEN), nn.BatchNorm1d(HIDDEN)
        self.f2, self.bn2 = nn.Linear(HIDDEN, BITS), nn.BatchNorm1d(BITS, affine=False)

    def forward(self, seen, direction):
        waves = [f(k * direction) for k in range(1, HARMONICS + 1) for f in (torch.cos, torch.sin)]
        weights = torch.einsum("nk,kcd->ncd", torch.stack([torch.ones_like(direction), *waves], 1), self.rotc)
        places = F.relu6(torch.bmm(seen, weights) + self.cb).flatten(1)
        return self.bn2(self.f2(F.relu6(self.bn(self.f1(places)))))


def bits(numbers):
    clipped = numbers.clamp(-1, 1)
    return clipped + (numbers.sign() - clipped).detach()


def loss(a, b):
    n = len(a)
    both = F.normalize(torch.cat([a, b]), dim=1)
    alike = (both @ both.T / TEMPERATURE).fill_diagonal_(-1e4)
    return F.cross_entropy(alike, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


def judge(net, fingers, dice):
    """The mean over the sets of what the top of this file tells."""
    net.eval()
    with torch.no_grad():
        parts = [net(*fingers.of(part)) for part in np.array_split(np.arange(len(fingers.direction)), 50)]
    net.train()
    signs, found = np.sign(torch.cat(parts).numpy()), []
    for name in np.unique(fingers.set):
        inside = fingers.set[fingers.image] == name
        mates = dice.permutation(np.flatnonzero(inside[fingers.a]))[:1500]
        a, b = fingers.a[mates], fingers.b[mates]
        others = dice.permutation(np.flatnonzero(inside))[:3000]
        alike = signs[a] @ signs[others].T
        strangers = fingers.finger[a][:, None] != fingers.finger[others]
        mated, sorted_ = (signs[a] * signs[b]).sum(1), np.sort(alike[strangers])[::-1]
        best = np.where(strangers, alike, -BITS).max(1)
        found.append([(mated > than).mean() for than in (best, *(sorted_[int(len(sorted_) * f)] for f in (1e-3, 1e-2)))])
    return " ".join(f"{v:.3f}" for v in np.mean(found, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("steps", type=int)
    parser.add_argument("real")
    parser.add_argument("made", nargs="+")
    parser.add_argument("--start")
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--judge", nargs="*", default=[])
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    dice = np.random.default_rng(options.seed)
    real, made, judged = Fingers(options.real), [Fingers(m) for m in options.made], [Fingers(j) for j in options.judge]
    net = Net()
    if options.start:
        net.load_state_dict(torch.load(options.start))
    optimizer = torch.optim.AdamW(net.parameters(), options.rate, weight_decay=0.02)
    mean, start = None, time.time()
    for step in range(options.steps):
        share = min(1, step / 200) * (0.02 + 0.49 * (1 + np.cos(np.pi * step / options.steps)))
        optimizer.param_groups[0]["lr"] = options.rate * share
        sources = [real if k % 2 else made[dice.integers(len(made))] for k in range(PAIRS)]
        (a, of_a), (b, of_b) = (map(torch.cat, zip(*side)) for side in zip(*(s.mates(dice) for s in sources)))
        numbers = net(torch.cat([a, b]), torch.cat([of_a, of_b]))
        found = [loss(*f(numbers).chunk(2)) for f in (lambda n: n, bits)]
        optimizer.zero_grad()
        sum(found).backward()
        optimizer.step()
        last = found[1].item()
        mean = last if mean is None else 0.99 * mean + 0.01 * last
        if (step + 1) % 1000 == 0 or step + 1 == options.steps:
            torch.save(net.state_dict(), options.out)
            judgement = [f"{name} {judge(net, f, dice)}" for name, f in zip(options.judge, judged)]
            print(step + 1, f"{mean:.3f}", *judgement, f"{time.time() - start:.0f} s", flush=True)


main()
