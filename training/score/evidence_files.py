"""Reads what evidence.rs beside this file writes, and makes the score's features of it. Needs numpy."""
import numpy as np

FIVE = ["2002_1", "2002_2", "2002_4", "2004_1", "2004_4"]
FOLD = ["2002_3", "2004_2", "2004_3"]
SETS = sorted(FIVE + FOLD)
# One finger on two sensors: neither mated nor non-mated.
SAME = {"2002_3_108", "2004_3_102"}


def features(c):
    """What src/matching/score.rs weighs, in its order; c: columns by name."""
    same, other = c["same_kind"], c["other_kind"]
    overlap = np.maximum(np.minimum(c["overlap_a"], c["overlap_b"]), 1)
    return np.stack([
        c["foretold"],
        c["fitted"],
        c["foretold"] * c["foretold"] / overlap,
        (same - other) / np.maximum(same + other, 3),
        c["strength"],
        c["unpaired"],
        c["flow_paired"],
        np.log(c["minutiae_a"] + 1),
    ], 1)


FEATURES = ["foretold", "fitted", "foretold_share", "kinds_share", "strength", "unpaired", "flow_paired", "ln_minutiae_a"]


def ridge_features(c):
    """What it weighs beside them where two maps of ridges meet."""
    overlap = np.maximum(np.minimum(c["overlap_a"], c["overlap_b"]), 1)
    return np.stack([
        c["strength"] / np.maximum(c["pairs"], 1),
        c["missing"],
        c["missing"] / overlap,
        np.minimum(c["ridge_area"], 7e4) * 1e-4,
        c["same_period"] / np.maximum(c["period_area"], 5000),
    ], 1)


RIDGE_FEATURES = ["strength_share", "missing", "missing_share", "ridge_area", "same_period"]


# What more of each may do to the score: 1 raise it, -1 lower it, 0 either.
SIGNS = dict.fromkeys(FEATURES + RIDGE_FEATURES, 1)
SIGNS |= {"unpaired": -1, "flow_paired": -1, "ln_minutiae_a": 0, "missing": -1, "missing_share": -1}


class Evidence:
    """All pairs of one run of evidence.rs over files named like 2002_1_101_1 (year, database, finger, impression)."""

    def __init__(self, prefix):
        self.names = open(prefix + ".names").read().split()
        columns = open(prefix + ".columns").read().split()
        table = np.fromfile(prefix + ".f32", np.float32).reshape(-1, len(columns))
        self.i, self.j = np.triu_indices(len(self.names), 1)
        self.columns = {name: table[:, k].astype(float) for k, name in enumerate(columns)}
        self.x = features(self.columns)
        self.with_ridges = np.c_[self.x, ridge_features(self.columns)]
        self.ridges = self.columns["period_area"] > 0
        fingers, self.finger = np.unique([n.rsplit("_", 1)[0] for n in self.names], return_inverse=True)
        self.set = np.array([SETS.index(n[:6]) if n[:6] in SETS else -1 for n in self.names])
        self.impression = np.array([int(n.rsplit("_", 1)[1]) for n in self.names])
        self.mated = self.finger[self.i] == self.finger[self.j]
        same = np.array([f in SAME for f in fingers])[self.finger]
        self.counts = self.mated | ~(same[self.i] & same[self.j])

    def within(self, sets):
        """The pairs of which both fingers are of these sets."""
        return np.isin(self.set[self.i], sets) & np.isin(self.set[self.j], sets)
