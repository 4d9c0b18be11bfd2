"""Fits the matcher's score and its calibration in one command; see README.md beside this file.

usage: fit.py [--write] [--judge] [--keep DIR] [--made-up MANIFEST] [NAME=]FINGERS ...

Each FINGERS is a manifest of FVC's images, or a folder of minutiae in text, as `vantay extract MANIFEST --csv` writes them or named like
2002_1_101_1.csv as LEADER's are: a source. Folders of templates are taken too, but their parts are easier than those of images. Of each the evidence of all pairs is written
(by `cargo run --release --example evidence`), of whole prints, twice of parts of them, and of whole prints of which every
second is a tenth smaller, and learnt from with equal weight; four more draws of parts, larger and turned prints are calibrated on. FVC2002 DB1, DB2, DB4 and FVC2004 DB1, DB4 are fitted on,
nothing else; other sets in it are judged only. At least one source must have descriptors and ridge maps, as the shipped extractor's
templates have.

--write  puts the weights into src/matching/parameters.rs and the calibration into src/decision/parameters.rs.
--judge  prints the figures of each source where each of the five sets is scored by weights fitted without it, and pairs of
         two sets by weights fitted without both.
--keep   holds the evidence; what is there already is not made again (remove it when the matcher changes).
--made-up  a manifest of made-up people, one impression of each finger, as `vantay synth` makes them: they fit no weight, but
         the calibration.

The score is a logistic regression, mated and non-mated comparisons weighing the same. The ridge is small: mates and
non-mates are almost apart, and a ridge of 1e-3, which fitted the first weights, costs 0.4 points of FNMR at FMR 1e-4. A
piece of evidence whose weight would have the wrong sign (SIGNS in evidence_files.py) is left out.

The log-odds of a pair of small templates lean on how rarely they are mates here, not on how seldom they match by chance;
one threshold then has other false-match rates for other sizes. Half of how the non-mated scores' 99.8 % quantile depends on
the size is taken off, which costs nothing measurable; all of it costs 0.1 to 0.2 points.

Beside ridges the ridge is larger, and what is learnt from are the comparisons whose minutiae alone reach 8.5 dB: both bring mates
further out, where large registers decide (README.md, "How far out").

The calibration is the quantiles of the non-mated scores down to a share of 1e-4, and an exponential tail beyond (the
generalised Pareto tail of shape 0; J. Pickands, Statistical Inference Using Extreme Order Statistics, 1975) with their mean excess there.
Whole real prints, changed ones, and made-up ones weigh a third each.
"""
import argparse
import itertools
import pathlib
import re
import subprocess
import tempfile

import numpy as np
from scipy.optimize import minimize

from evidence_files import FEATURES, FIVE, FOLD, RIDGE_FEATURES, SETS, SIGNS, Evidence
from figures import figures

ROOT = pathlib.Path(__file__).resolve().parents[2]
PENALTIES = {"alone": 1e-5, "beside": 1e-4}
# One in so many non-mated comparisons is learnt from: all of them give the same weights to two digits.
THIN = 5
# Ridges are looked at where the minutiae alone reach what this share of non-mated comparisons does (FROM_DB).
RIDGES_FROM = 1 / 7
BODY = [0.5, 0.2, RIDGES_FROM, 0.1, 0.03, 0.01, 0.003, 1e-3, 3e-4, 1e-4]
SIZE = FEATURES.index("ln_minutiae_a")
INSIDE = [SETS.index(s) for s in FIVE]
FOLD_SETS = [SETS.index(s) for s in FOLD]


def evidence(name, folder, kind, keep):
    """The evidence of one source: "whole", "turned", "partial" with a seed, or "scaled" with a factor."""
    prefix = pathlib.Path(keep) / f"{name}.{kind}"
    if not prefix.with_name(prefix.name + ".f32").exists():
        way, value = re.fullmatch("(whole|turned|partial|scaled)(.*)", kind).groups()
        options = {"whole": [], "turned": ["--turn"], "partial": ["--partial", value], "scaled": ["--scale", value]}[way]
        command = ["cargo", "run", "--release", "--quiet", "--example", "evidence", "--", folder, prefix, *options]
        subprocess.run([str(c) for c in command], cwd=ROOT, check=True)
    return Evidence(str(prefix))


class Sample:
    """What is learnt from one run: all mates, and one in THIN of the non-mates."""

    def __init__(self, kind, run):
        chosen = run.mated | (np.random.default_rng(0).random(len(run.mated)) < 1 / THIN)
        chosen &= run.counts & run.within(INSIDE)
        self.whole, self.x, self.mated = kind == "whole", run.x[chosen], run.mated[chosen]
        self.with_ridges, self.ridges = run.with_ridges[chosen], run.ridges[chosen]
        self.sets = np.stack([run.set[run.i], run.set[run.j]], 1)[chosen]

    def without(self, left_out):
        return ~np.isin(self.sets, left_out).any(1)


def logistic(parts, ridge):
    """Offset and weights, by Newton's method; every part (x, mated) weighs the same, and in it mates and non-mates."""
    x, mated = (np.concatenate(p) for p in zip(*parts))
    weight = np.concatenate([np.where(m, 0.5 / m.sum(), 0.5 / (~m).sum()) for _, m in parts]) / len(parts)
    mean = weight @ x
    deviation = np.sqrt(weight @ (x - mean) ** 2)
    z, sign = np.c_[np.ones(len(x)), (x - mean) / deviation], np.where(mated, 1.0, -1.0)
    ridge = np.r_[0, np.full(x.shape[1], ridge)]

    def loss(p):
        return weight @ np.logaddexp(0, -sign * (z @ p)) + ridge @ p**2

    p, before = np.zeros(z.shape[1]), np.inf
    while before - loss(p) > 1e-10:
        before = loss(p)
        q = np.exp(-np.logaddexp(0, sign * (z @ p)))
        gradient = 2 * ridge * p - z.T @ (weight * sign * q)
        step = np.linalg.solve((z.T * (weight * q * (1 - q))) @ z + np.diag(2 * ridge), gradient)
        while loss(p - step) > before and np.abs(step).max() > 1e-9:
            step /= 2
        p = p - step
    w = p[1:] / deviation
    return p[0] - w @ mean, w


def signed(parts, ridge):
    """Offset and weights, none with the wrong sign: of those the one that does most is left out, until there is none."""
    signs = np.array(list(SIGNS.values()))[: parts[0][0].shape[1]]
    deviation = np.concatenate([x for x, _ in parts]).std(0)
    kept = np.arange(len(signs))
    while True:
        offset, found = logistic([(x[:, kept], mated) for x, mated in parts], ridge)
        wrong = -signs[kept] * found * deviation[kept]
        if wrong.max() <= 0:
            weights = np.zeros(len(signs))
            weights[kept] = found
            return offset, weights
        kept = np.delete(kept, wrong.argmax())


def size_dependence(size, s, tau=0.998, smooth=0.05):
    """How the tau quantile of non-mated scores s depends on the size, by smoothed pinball loss."""
    a = np.c_[np.ones(len(s)), size]

    def loss(p):
        u = (s - a @ p) / smooth
        return (tau * u + np.logaddexp(0, -u)).mean(), -a.T @ (tau - np.exp(-np.logaddexp(0, u))) / len(s) / smooth

    return minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B").x[1]


def fit(parts, ridge):
    """Offset and weights, part of the dependence on the size taken off."""
    offset, weights = signed(parts, ridge)
    x = np.concatenate([x[~m] for x, m in parts])
    weights[SIZE] -= 0.5 * size_dependence(x[:, SIZE], x @ weights + offset)
    return offset, weights


class Model:
    """The weights of minutiae alone, those beside ridges, and the raw score of minutiae from which ridges count."""

    def __init__(self, samples, made_up, left_out=()):
        keep = [s.without(left_out) for s in samples]
        self.alone = fit([(s.x[k], s.mated[k]) for s, k in zip(samples, keep)], PENALTIES["alone"])
        raw = [s.x[k & ~s.mated] @ self.alone[1] + self.alone[0] for s, k in zip(samples, keep)]
        groups = [[r for r, s in zip(raw, samples) if s.whole == whole] for whole in (True, False)]
        groups.append([self.minutiae(run) for run in made_up])
        scores, fmr = distribution(groups)
        self.floor = scores[np.searchsorted(fmr, RIDGES_FROM)]
        counts = [k & self.count(s) for s, k in zip(samples, keep)]
        beside = [(s.with_ridges[c], s.mated[c]) for s, c in zip(samples, counts) if s.ridges.any()]
        self.beside = fit(beside, PENALTIES["beside"])

    def count(self, run):
        """Where ridges count."""
        return run.ridges & (self.minutiae(run) >= self.floor)

    def minutiae(self, run):
        return run.x @ self.alone[1] + self.alone[0]

    def ridges(self, run):
        """Raw scores of minutiae and ridges, below all others where ridges do not count."""
        return np.where(self.count(run), run.with_ridges @ self.beside[1] + self.beside[0], self.minutiae(run) - 1e3)


def distribution(groups):
    """Non-mated scores, highest first, and the share that is no lower than each; groups of samples weigh the same, and so do the
    samples of a group."""
    groups = [group for group in groups if group]
    samples = [(s, 1 / len(groups) / len(group) / len(s)) for group in groups for s in group]
    scores = np.concatenate([s for s, _ in samples])
    order = np.argsort(-scores)
    return scores[order], np.cumsum(np.concatenate([np.full(len(s), weight) for s, weight in samples])[order])


def knots(scores, fmr):
    """[(raw score, dB)] of a distribution."""
    found = [(scores[np.searchsorted(fmr, f)], -10 * np.log10(f)) for f in BODY]
    # A share that only comparisons without ridges fill has no raw score.
    return [(raw, db) for raw, db in found if raw > -100]


def calibrate(runs, made_up, raw):
    """Knots and the tail's decibels a unit, on the five sets and made-up prints; raw: a run's raw scores."""
    scored = [(kind, run, raw(run)) for kind, run in [*runs, *(("made up", run) for run in made_up)]]
    groups = {"whole": [], "changed": [], "made up": []}
    for kind, run, s in scored:
        s = s[(run.within(INSIDE) | (kind == "made up")) & ~run.mated]
        groups[kind if kind in groups else "changed"].append(s)
        quantiles = [round(float(np.quantile(s, 1 - f)), 2) for f in (1e-2, 1e-3, 1e-4)]
        print(f"# {kind}: quantiles at 1e-2, 1e-3, 1e-4: {quantiles}")
    scores, fmr = distribution(groups.values())
    table = knots(scores, fmr)
    for kind, run, s in scored[: len(runs)]:
        others = run.counts & ~run.mated
        reach = [np.mean(s[run.within(sets) & others] >= table[-1][0]) for sets in (INSIDE, FOLD_SETS)]
        print(f"# {kind}: {reach[0]:.1e} of the five sets' reach {table[-1][1]:.0f} dB, {reach[1]:.1e} of the fold's")
    beyond = np.searchsorted(fmr, BODY[-1])
    weight = np.diff(fmr[:beyond], prepend=0)
    excess = weight @ (scores[:beyond] - table[-1][0]) / weight.sum()
    print(f"# mean excess beyond {BODY[-1]:g}: {excess:.3f}, of {beyond} comparisons")
    return table, 10 / np.log(10) / excess


def judge(run, samples, made_up, raw):
    """Scores where each pair is scored by weights fitted without the sets of its two fingers."""
    scores = np.zeros(len(run.mated))
    of_pair = np.sort(np.stack([run.set[run.i], run.set[run.j]], 1), 1)
    models = {}
    for pair in itertools.combinations_with_replacement(range(len(SETS)), 2):
        these = (of_pair == pair).all(1)
        left_out = tuple(sorted(set(pair) & set(INSIDE)))
        if left_out not in models:
            models[left_out] = raw(Model(samples, made_up, left_out), run)
        scores[these] = models[left_out][these]
    return scores


def replace(path, changes):
    """Replaces what stands between two patterns, each of which must be there once."""
    text = path.read_text()
    for before, value, after in changes:
        text, n = re.subn(f"({before}).*?({after})", lambda m: m[1] + value + m[2], text, count=2, flags=re.S)
        assert n == 1, f"{before} is not in {path}"
    path.write_text(text)


def write(model, calibrations):
    (offset, alone), (offset_beside, beside) = model.alone, model.beside
    both = zip(["OFFSET", *map(str.upper, FEATURES)], [offset, *alone], [offset_beside, *beside])
    changes = [(rf"pub const {name}: \[f64; 2\] = ", f"[{a:.4f}, {b:.4f}]", ";") for name, a, b in both]
    ridges = zip(map(str.upper, RIDGE_FEATURES), beside[len(FEATURES):])
    changes += [(rf"pub const {name}: f64 = ", f"{value:.4f}", ";") for name, value in ridges]
    replace(ROOT / "src/matching/parameters.rs", changes)
    changes = []
    for name, (table, tail) in calibrations.items():
        start = rf"pub const {name}: Calibration = Calibration \{{\n        knots: &\[\n"
        lines = "".join(f"            ({raw:.4f}, {db:.4f}),\n" for raw, db in table)
        changes.append((start, f"{lines}        ],\n        tail_db_per_unit: {tail:.4f}", ",\n    };"))
    replace(ROOT / "src/decision/parameters.rs", changes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--made-up", action="append", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        learnt, runs, wholes = [], [], []
        for number, source in enumerate(options.sources):
            name, _, folder = source.rpartition("=")
            name, folder = name or pathlib.Path(folder).name, pathlib.Path(folder).resolve()
            parts = [f"partial{2 * number + seed}" for seed in (1, 2, 11, 12, 21, 22)]
            kinds = ["whole", *parts[:2], "scaled0.9", *parts[2:], "scaled1.1", "turned"]
            of_source = [(kind, evidence(name, folder, kind, options.keep or temporary)) for kind in kinds]
            learnt += of_source[:4]
            runs += of_source
            wholes.append((name, of_source[0][1]))
        made_up = []
        for number, manifest in enumerate(options.made_up):
            made_up.append(evidence(f"made-up-{number}", pathlib.Path(manifest).resolve(), "whole", options.keep or temporary))
    samples = [Sample(kind, run) for kind, run in learnt]
    model = Model(samples, made_up)
    calibrations = {
        "MINUTIAE": calibrate(runs, made_up, model.minutiae),
        "WITH_RIDGES": calibrate([(kind, run) for kind, run in runs if run.ridges.any()], made_up, model.ridges),
    }
    print(model.alone, model.beside, calibrations, sep="\n")
    if options.write:
        write(model, calibrations)
    ways = {"minutiae alone": Model.minutiae, "with ridges": Model.ridges}
    for name, run in wholes:
        for way, raw in list(ways.items())[: 1 + run.ridges.any()]:
            print(f"{name}, {way}, these weights: " + figures(run, raw(model, run)))
            if options.judge:
                print(f"{name}, {way}, each set left out: " + figures(run, judge(run, samples, made_up, raw)))


main()
