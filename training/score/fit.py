"""Fits the matcher's score and its calibration in one command; see README.md beside this file.

usage: fit.py [--write] [--judge] [--keep DIR] [NAME=]MINUTIAE ...

Each MINUTIAE is a folder of FVC's minutiae in text, as `vantay extract MANIFEST --csv` writes them, or named like
2002_1_101_1.csv as LEADER's are: a source. Of each the evidence of all pairs is written (by `cargo run --release --example evidence`), of
whole prints and of parts of them, and learnt from with equal weight. FVC2002 DB1, DB2, DB4 and FVC2004 DB1, DB4 are fitted on,
nothing else; other sets in the folder are judged only.

--write  puts the weights into src/matching/parameters.rs and the calibration into src/decision/parameters.rs.
--judge  prints the figures of each source where each of the five sets is scored by weights fitted without it, and pairs of
         two sets by weights fitted without both.
--keep   holds the evidence; what is there already is not made again (remove it when the matcher changes).

The score is a logistic regression, mated and non-mated comparisons weighing the same. The ridge is small: mates and
non-mates are almost apart, and a ridge of 1e-3, which fitted the first weights, costs 0.4 points of FNMR at FMR 1e-4.

The log-odds of a pair of small templates lean on how rarely they are mates here, not on how seldom they match by chance;
one threshold then has other false-match rates for other sizes. Half of how the non-mated scores' 99.8 % quantile depends on
the size is taken off, which costs nothing measurable; all of it costs 0.1 to 0.2 points.

The calibration is the quantiles of the non-mated scores, whole and partial prints weighing the same, up to FMR 1e-3, and an
exponential tail beyond (the generalised Pareto tail of shape 0; J. Pickands, Statistical Inference Using Extreme Order
Statistics, 1975), whose mean excess is the largest of those of the kinds of data.
"""
import argparse
import itertools
import pathlib
import re
import subprocess
import tempfile

import numpy as np
from scipy.optimize import minimize

from evidence_files import FEATURES, FIVE, SETS, Evidence
from figures import figures

ROOT = pathlib.Path(__file__).resolve().parents[2]
RIDGE = 1e-5
# One in so many non-mated comparisons is learnt from: all of them give the same weights to two digits.
THIN = 5
BODY = [0.5, 0.2, 0.1, 0.03, 0.01, 0.003, 0.001]
INSIDE = [SETS.index(s) for s in FIVE]


def evidence(name, folder, kind, keep):
    """The evidence of one source: "whole", or "partial" with a seed."""
    prefix = pathlib.Path(keep) / f"{name}.{kind}"
    if not prefix.with_name(prefix.name + ".f32").exists():
        options = ["--partial", kind[7:]] if kind.startswith("partial") else []
        command = ["cargo", "run", "--release", "--quiet", "--example", "evidence", "--", folder, prefix, *options]
        subprocess.run([str(c) for c in command], cwd=ROOT, check=True)
    return Evidence(str(prefix))


class Sample:
    """What is learnt from one run: all mates, and one in THIN of the non-mates."""

    def __init__(self, run):
        chosen = run.mated | (np.random.default_rng(0).random(len(run.mated)) < 1 / THIN)
        chosen &= run.counts & np.isin(run.set[run.i], INSIDE) & np.isin(run.set[run.j], INSIDE)
        self.x, self.mated = run.x[chosen], run.mated[chosen]
        self.sets = np.stack([run.set[run.i], run.set[run.j]], 1)[chosen]

    def without(self, left_out):
        keep = ~np.isin(self.sets, left_out).any(1)
        return self.x[keep], self.mated[keep]


def logistic(samples, left_out=()):
    """Offset and weights; every sample weighs the same, and in it mates and non-mates."""
    parts = [s.without(list(left_out)) for s in samples]
    x, mated = (np.concatenate(p) for p in zip(*parts))
    weight = np.concatenate([np.where(m, 0.5 / m.sum(), 0.5 / (~m).sum()) for _, m in parts]) / len(parts)
    mean = weight @ x
    deviation = np.sqrt(weight @ (x - mean) ** 2)
    z, sign = (x - mean) / deviation, np.where(mated, -1.0, 1.0)

    def loss(p):
        m = sign * (z @ p[1:] + p[0])
        g = sign * weight * np.exp(-np.logaddexp(0, -m))
        return weight @ np.logaddexp(0, m) + RIDGE * p[1:] @ p[1:], np.r_[g.sum(), z.T @ g + 2 * RIDGE * p[1:]]

    p = minimize(loss, np.zeros(z.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    w = p[1:] / deviation
    return p[0] - w @ mean, w


def size_dependence(x, s, tau=0.998, smooth=0.05):
    """How the tau quantile of non-mated scores s depends on the last feature, by smoothed pinball loss."""
    a = np.c_[np.ones(len(s)), x[:, -1]]

    def loss(p):
        u = (s - a @ p) / smooth
        return (tau * u + np.logaddexp(0, -u)).mean(), -a.T @ (tau - np.exp(-np.logaddexp(0, u))) / len(s) / smooth

    return minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B").x[1]


def fit(samples, left_out=()):
    offset, weights = logistic(samples, left_out)
    x = np.concatenate([x[~m] for x, m in (s.without(list(left_out)) for s in samples)])
    weights[-1] -= 0.5 * size_dependence(x, x @ weights + offset)
    return offset, weights


def calibrate(runs, offset, weights):
    """Knots (raw score, dB) and the tail's decibels a unit, on the five sets."""
    scores, share, excess = [], [], []
    partial = [kind != "whole" for kind, _ in runs]
    for kind, run in runs:
        of_five = np.isin(run.set[run.i], INSIDE) & np.isin(run.set[run.j], INSIDE)
        s = np.sort((run.x @ weights + offset)[of_five & ~run.mated])[::-1]
        top = s[: len(s) // 1000]
        excess.append((top - top[-1]).mean())
        scores.append(s)
        share.append(np.full(len(s), 0.5 / partial.count(kind != "whole") / len(s)))
        quantiles = [round(float(s[int(f * len(s))]), 2) for f in (1e-2, 1e-3, 1e-4)]
        print(f"# {kind}: quantiles at 1e-2, 1e-3, 1e-4: {quantiles}, mean excess {excess[-1]:.3f}")
    s, w = np.concatenate(scores), np.concatenate(share)
    order = np.argsort(-s)
    s, fmr = s[order], np.cumsum(w[order]) / w.sum()
    knots = [(s[np.searchsorted(fmr, f)], -10 * np.log10(f)) for f in BODY]
    return knots, 10 / np.log(10) / max(excess)


def judge(name, run, samples):
    """Figures where each pair is scored by weights fitted without the sets of its two fingers."""
    scores = np.zeros(len(run.mated))
    of_pair = np.sort(np.stack([run.set[run.i], run.set[run.j]], 1), 1)
    models = {}
    for pair in itertools.combinations_with_replacement(range(len(SETS)), 2):
        these = (of_pair == pair).all(1)
        left_out = tuple(sorted(set(pair) & set(INSIDE)))
        if left_out not in models:
            models[left_out] = fit(samples, left_out)
        offset, weights = models[left_out]
        scores[these] = run.x[these] @ weights + offset
    print(f"{name}, each set left out: " + figures(run, scores))


def write(offset, weights, knots, tail):
    path = ROOT / "src/matching/parameters.rs"
    text = path.read_text()
    for constant, value in [("OFFSET", offset), *zip(map(str.upper, FEATURES), weights)]:
        text, n = re.subn(rf"(pub const {constant}: f64 = )[^;]*;", rf"\g<1>{value:.4f};", text)
        assert n == 1, f"{constant} is not in {path}"
    path.write_text(text)
    path = ROOT / "src/decision/parameters.rs"
    lines = "".join(f"    ({raw:.4f}, {db:.4f}),\n" for raw, db in knots)
    text, n = re.subn(r"(KNOTS: \[\(f64, f64\); 7\] = \[\n).*?(\];)", rf"\g<1>{lines}\g<2>", path.read_text(), flags=re.S)
    text, m = re.subn(r"(TAIL_DB_PER_UNIT: f64 = )[^;]*;", rf"\g<1>{tail:.4f};", text)
    assert n == 1 and m == 1, f"no calibration in {path}"
    path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        runs, wholes = [], []
        for number, source in enumerate(options.sources):
            name, _, folder = source.rpartition("=")
            name, folder = name or pathlib.Path(folder).name, pathlib.Path(folder).resolve()
            kinds = ["whole", f"partial{2 * number + 1}", f"partial{2 * number + 2}"]
            runs += [(kind, evidence(name, folder, kind, options.keep or temporary)) for kind in kinds]
            wholes.append((name, runs[-3][1]))
    samples = [Sample(run) for _, run in runs]
    offset, weights = fit(samples)
    knots, tail = calibrate(runs, offset, weights)
    print(f"OFFSET {offset:.4f}")
    for feature, weight in zip(FEATURES, weights):
        print(f"{feature.upper()} {weight:.4f}")
    for raw, db in knots:
        print(f"KNOT ({raw:.4f}, {db:.4f})")
    print(f"TAIL_DB_PER_UNIT {tail:.4f}")
    if options.write:
        write(offset, weights, knots, tail)
    for name, run in wholes:
        print(f"{name}, these weights: " + figures(run, run.x @ weights + offset))
        if options.judge:
            judge(name, run, samples)


main()
