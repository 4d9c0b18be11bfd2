"""How well codes of several shapes find mates, before anything is built: the share of the sure mates of two impressions that
stand among the 48 most alike pairs of minutiae, at most 4 a minutia.

usage: local.py PREFIX ...

Each PREFIX is what `cargo run --release --example mates` wrote. Only FVC2002 DB1, DB2, DB4 and FVC2004 DB1, DB4 are looked at, every
seventh comparison. Printed: the share, its mean over the worst tenth of the comparisons, and the share where the second
impression is a tenth smaller. Needs numpy.
"""
import sys

import numpy as np

from evidence_files import FIVE

# Cells on a side, radius px, sections, reach px, reach rad (see src/matching/cylinder.rs).
SHAPES = [(7, 55, 6, 13, 0.95), (6, 55, 4, 16, 1.22), (6, 60, 4, 19, 1.22), (6, 65, 4, 20, 1.22), (6, 70, 4, 21, 1.22),
          (6, 65, 4, 22, 1.22), (6, 65, 4, 20, 1.35), (5, 65, 4, 20, 1.22), (6, 65, 3, 20, 1.5)]


class Minutiae:
    def __init__(self, prefix):
        names = open(prefix + ".names").read().split()
        counts = np.fromfile(prefix + ".counts", np.uint16)
        table = np.fromfile(prefix + ".minutiae", np.float32).reshape(-1, 4)
        self.files = np.split(table, np.cumsum(counts)[:-1])
        mates = np.fromfile(prefix + ".mates", np.uint16).reshape(-1, 4).astype(int)
        comparisons = np.unique(mates[:, [0, 2]], axis=0)
        comparisons = comparisons[[names[i][:6] in FIVE for i, _ in comparisons]][::7]
        self.mates = {(i, j): mates[(mates[:, 0] == i) & (mates[:, 2] == j)][:, [1, 3]] for i, j in comparisons}


def codes(minutiae, grid, radius, sections, reach, turn, scale=1.0):
    middle = (np.arange(grid) + 0.5) * 2 * radius / grid - radius
    cells = np.stack(np.meshgrid(middle, middle, indexing="ij"), -1).reshape(-1, 2)
    cells = cells[np.hypot(*cells.T) <= radius]
    x, y, direction = minutiae[:, 0] * scale, -minutiae[:, 1] * scale, minutiae[:, 2]
    dx, dy = x[None] - x[:, None], y[None] - y[:, None]
    cos, sin = np.cos(direction)[:, None], np.sin(direction)[:, None]
    own = np.stack([cos * dx + sin * dy, cos * dy - sin * dx], -1)
    squared = ((own[:, :, None] - cells) ** 2).sum(-1)
    squared[np.arange(len(x)), np.arange(len(x))] = np.inf
    off = (np.arange(sections) + 0.5) * 2 * np.pi / sections - np.pi - (direction[:, None] - direction)[..., None]
    off = (off + np.pi) % (2 * np.pi) - np.pi
    limit = reach**2 * (1 - (off / turn) ** 2)
    return (squared[:, :, None] <= limit[..., None]).any(1).reshape(len(x), -1).astype(np.float32)


def share(a, b, mates):
    alike = a @ b.T / np.sqrt(np.maximum(np.outer(a.sum(1), b.sum(1)), 1))
    wanted, found, taken = set(map(tuple, mates)), 0, 0
    of_a, of_b = np.zeros(len(a), int), np.zeros(len(b), int)
    for pair in np.argsort(-alike, axis=None, kind="stable"):
        i, j = divmod(int(pair), len(b))
        if of_a[i] < 4 and of_b[j] < 4:
            of_a[i], of_b[j], taken = of_a[i] + 1, of_b[j] + 1, taken + 1
            found += (i, j) in wanted
            if taken == 48:
                break
    return found / min(len(wanted), 48)


def main():
    for prefix in sys.argv[1:]:
        data = Minutiae(prefix)
        for shape in SHAPES:
            whole, smaller = {}, {}
            for i, j in data.mates:
                for k in (i, j):
                    if k not in whole:
                        whole[k], smaller[k] = codes(data.files[k], *shape), codes(data.files[k], *shape, scale=0.9)
            same = np.sort([share(whole[i], whole[j], m) for (i, j), m in data.mates.items()])
            small = [share(whole[i], smaller[j], m) for (i, j), m in data.mates.items()]
            bits = next(iter(whole.values())).shape[1]
            print(f"{prefix} {shape} {bits} bits: {same.mean():.3f}, worst {same[:len(same) // 10].mean():.3f}, "
                  f"× 0.9 {np.mean(small):.3f}", flush=True)


main()
