"""How often a person is missed by how bad fingers are weighed: what docs/decision.md tells of it. Needs numpy and scipy.

usage: fusion.py MANIFEST MATRIX QUALITIES

MATRIX is of `vantay matrix MANIFEST --out MATRIX`, QUALITIES what `vantay extract MANIFEST --json` prints. People are chimeric: any
fingers of one set, at most 60 groups of each, the same two impressions of each finger. Weighed fingers are fused by a Gamma tail
with the sum's mean and variance (F. E. Satterthwaite, Biometrics Bulletin 2, 1946).
"""
import itertools
import json
import sys

import numpy as np
from scipy.stats import gamma

GROUPS = 60
NATS = np.log(10) / 10


def people(entries, db, quality, size):
    """The mated scores and the lower quality of each of the fingers, a row a person and pair of impressions."""
    images = {(e["subject"], e["impression"]): n for n, e in enumerate(entries)}
    impressions = sorted({e["impression"] for e in entries})
    subjects = {}
    for e in entries:
        subjects.setdefault(e["set"], {})[e["subject"]] = None
    dice = np.random.default_rng(0)
    for of_set in subjects.values():
        groups = list(itertools.combinations(of_set, size))
        if len(groups) > GROUPS:
            groups = [groups[k] for k in dice.choice(len(groups), GROUPS, replace=False)]
        for group, pair in itertools.product(groups, itertools.combinations(impressions, 2)):
            i, j = ([images[subject, impression] for subject in group] for impression in pair)
            yield db[i, j], np.minimum(quality[i], quality[j])


def weighed(nats, weight):
    """-ln of the chance that exponential scores, so weighed, sum to as much; weight 0 leaves a finger out."""
    mean, variance = weight.sum(1), (weight**2).sum(1)
    return -gamma.logsf((weight * nats).sum(1) * mean / variance, mean**2 / variance)


def main(manifest, matrix, qualities):
    entries = [json.loads(line) for line in open(manifest)]
    quality = np.array([json.loads(line)["quality"] for line in open(qualities)], float)
    db = np.load(matrix)
    thresholds = [60, 80, 100, 120]
    for size in (2, 4):
        scores, lower = (np.array(v) for v in zip(*people(entries, db, quality, size)))
        ways = {
            "all alike": np.ones(lower.shape),
            "q / 80, at least 1/4, at most 1": np.clip(lower / 80, 0.25, 1),
            "q / 50, likewise": np.clip(lower / 50, 0.25, 1),
            "those below 50 left out": np.where((lower >= 50) | (lower < 50).all(1)[:, None], 1.0, 0.0),
        }
        for name, weight in ways.items():
            fused = weighed(scores * NATS, weight) / NATS
            missed = " ".join(f"{100 * np.mean(fused < t):.2f}" for t in thresholds)
            print(f"{size} fingers, {len(scores)} comparisons, {name}: % missed at {thresholds} dB: {missed}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
