"""The figures of `vantay eval`, for scores that have no build yet. Needs numpy."""
import numpy as np


def fnmr(mated, non_mated, rate):
    """The lowest FNMR for FMR <= rate, per cent."""
    allowed = int(len(non_mated) * rate + 1e-9)
    return 100 * np.mean(mated <= np.sort(non_mated)[::-1][allowed])


def eer(mated, non_mated):
    """Per cent, as FVC defines it."""
    thresholds = np.unique(np.r_[mated, non_mated])
    missed = np.searchsorted(np.sort(mated), thresholds) / len(mated)
    passed = 1 - np.searchsorted(np.sort(non_mated), thresholds) / len(non_mated)
    crossed = np.argmax(missed > passed)
    return 50 * min(missed[k] + passed[k] for k in (max(crossed - 1, 0), crossed))


def fnir(run, scores):
    """FNIR at FPIR 1 %, per cent: the first impression of every finger is enrolled, the others are searched."""
    n = len(run.names)
    matrix, counts = np.full((n, n), -np.inf), np.zeros((n, n), bool)
    for a, b in ((run.i, run.j), (run.j, run.i)):
        matrix[a, b], counts[a, b] = scores, run.counts
    order = np.lexsort((run.impression, run.finger))
    enrolled = order[np.r_[True, np.diff(run.finger[order]) > 0]]
    probes = np.setdiff1d(np.arange(n), enrolled)
    mated = run.finger[probes][:, None] == run.finger[enrolled]
    found = matrix[probes][:, enrolled]
    others = np.where(mated | ~counts[probes][:, enrolled], -np.inf, found).max(1)
    mates = np.where(mated, found, -np.inf).max(1)
    return fnmr(mates, others, 0.01)


def figures(run, scores):
    a, b = run.set[run.i], run.set[run.j]
    within = (a == b) & run.counts
    parts = [(scores[within & (a == s) & run.mated], scores[within & (a == s) & ~run.mated]) for s in np.unique(run.set)]
    mated, non_mated = scores[run.mated], scores[run.counts & ~run.mated]
    means = np.mean([(eer(m, n), fnmr(m, n, 1e-3)) for m, n in parts], 0)
    return (f"mean EER {means[0]:.2f}, mean FNMR at 1e-3 {means[1]:.2f}, all pairs at 1e-4 {fnmr(mated, non_mated, 1e-4):.2f}, "
            f"FNIR at FPIR 1 % {fnir(run, scores):.2f}; FNMR at 1e-3 a set: "
            + " ".join(f"{fnmr(m, n, 1e-3):.2f}" for m, n in parts))
