"""Fits the matcher's score and its calibration; prints what stands in src/matching/parameters.rs (mod score).

usage: fit.py PREFIX ... [--partial PREFIX ...]

A PREFIX names the files of one run of `evidence` (see evidence.rs beside this file) over FVC2002 DB1, DB2, DB4 and FVC2004
DB1, DB4: names like 2002_1_101_1. Other sets in it are left out: the fold is never fitted on. Needs numpy and scipy.

The score is a logistic regression, mated and non-mated comparisons weighing the same. The calibration is the quantiles of
the non-mated scores, whole and partial prints weighing the same, up to FMR 1e-3, and an exponential tail beyond (the
generalised Pareto tail of shape 0; J. Pickands, Statistical Inference Using Extreme Order Statistics, 1975), whose mean
excess is the largest of those of the kinds of data.

The log-odds of a pair of small templates lean on how rarely they are mates here, not on how seldom they match by chance;
one threshold then has other false-match rates for other sizes. Half of how the non-mated scores' 99.8 % quantile depends on
the sizes is taken off: all of it costs 0.7 points of FNMR at FMR 1e-4 on whole prints, half of it 0.2.
"""
import sys
import numpy as np
from scipy.optimize import minimize

FIVE = ["2002_1", "2002_2", "2002_4", "2004_1", "2004_4"]
FEATURES = ["foretold_share", "fitted_beyond_chance", "same_kind_share", "edges_agreeing", "unpaired", "ln_minutiae_b",
            "ln_minutiae_a"]
BODY = [0.5, 0.2, 0.1, 0.03, 0.01, 0.003, 0.001]


def features(c):
    overlap = np.maximum(c["overlap_a"] + c["overlap_b"], 1)
    return np.stack([
        c["foretold"] * 2 * c["fitted"] / overlap,
        c["fitted"] - c["chance"],
        c["same_kind"] / np.maximum(c["pairs"], 1),
        c["edges_agreeing"],
        c["unpaired"],
        np.log(c["minutiae_b"] + 1),
        np.log(c["minutiae_a"] + 1),
    ], 1)


def load(prefix):
    """Features of all pairs of the five sets, and whether each is mated."""
    names = open(prefix + ".names").read().split()
    columns = open(prefix + ".columns").read().split()
    table = np.fromfile(prefix + ".f32", np.float32).reshape(-1, len(columns)).astype(float)
    i, j = np.triu_indices(len(names), 1)
    of_five = np.array([n[:6] in FIVE for n in names])
    finger = np.array([n.rsplit("_", 1)[0] for n in names])
    keep = of_five[i] & of_five[j]
    c = {name: table[keep, k] for k, name in enumerate(columns)}
    return features(c), (finger[i] == finger[j])[keep]


def logistic(x, mated, ridge=1e-3):
    weight = np.where(mated, 0.5 / mated.sum(), 0.5 / (~mated).sum())
    mean, deviation = x.mean(0), x.std(0)
    z, sign = (x - mean) / deviation, np.where(mated, -1.0, 1.0)

    def loss(p):
        m = sign * (z @ p[1:] + p[0])
        g = sign * weight / (1 + np.exp(-m))
        return (weight @ np.logaddexp(0, m)) + ridge * p[1:] @ p[1:], np.r_[g.sum(), z.T @ g + 2 * ridge * p[1:]]

    p = minimize(loss, np.zeros(z.shape[1] + 1), jac=True, method="L-BFGS-B").x
    w = p[1:] / deviation
    return p[0] - w @ mean, w


def size_dependence(x, s, tau=0.998, smooth=0.05):
    """How the tau quantile of non-mated scores s depends on the last two features, by smoothed pinball loss."""
    a = np.c_[np.ones(len(s)), x[:, -2:]]

    def loss(p):
        u = (s - a @ p) / smooth
        return (tau * u + np.logaddexp(0, -u)).mean(), -a.T @ (tau - 1 / (1 + np.exp(u))) / len(s) / smooth

    return minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B").x[1:]


def main(arguments):
    cut = arguments.index("--partial") if "--partial" in arguments else len(arguments)
    runs = [(load(a), k >= cut) for k, a in enumerate(arguments) if a != "--partial"]
    x = np.concatenate([r[0] for r, _ in runs])
    mated = np.concatenate([r[1] for r, _ in runs])
    offset, weights = logistic(x, mated)
    weights[-2:] -= 0.5 * size_dependence(x[~mated], (x @ weights + offset)[~mated])
    print(f"OFFSET {offset:.4f}")
    for name, weight in zip(FEATURES, weights):
        print(f"{name.upper()} {weight:.5f}")
    scores, share, excess = [], [], []
    kinds = [partial for _, partial in runs]
    for (x, mated), partial in runs:
        s = np.sort((x @ weights + offset)[~mated])[::-1]
        top = s[: len(s) // 1000]
        excess.append((top - top[-1]).mean())
        scores.append(s)
        share.append(np.full(len(s), 0.5 / kinds.count(partial) / len(s)))
        print("# quantiles at 1e-2, 1e-3, 1e-4:", [round(s[int(f * len(s))], 2) for f in (1e-2, 1e-3, 1e-4)],
              "partial" if partial else "whole", f"mean excess {excess[-1]:.3f}")
    s, w = np.concatenate(scores), np.concatenate(share)
    order = np.argsort(-s)
    s, fmr = s[order], np.cumsum(w[order]) / w.sum()
    for f in BODY:
        print(f"KNOT ({s[np.searchsorted(fmr, f)]:.4f}, {-10 * np.log10(f):.4f})")
    print(f"TAIL_DB_PER_UNIT {10 / np.log(10) / max(excess):.4f}")


main(sys.argv[1:])
