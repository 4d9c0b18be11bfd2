"""How well two folders of minutiae agree.

usage: found.py TRUTH FOUND

Files of five numbers a line, x, y, direction, type, chance (`# …` comments), paired by name: `fvc2002_db1_b/101_1.csv`,
`fvc2002_db1_b_101_1.csv` and `2002_1_101_1.csv` are the same, and so is `synth_NAME.csv` with NAME.csv. A found
minutia is right where a true one lies within 8 px and 20° that no more certain one has taken.
"""
import glob
import math
import os
import re
import sys
import warnings

import numpy as np

DISTANCE, ANGLE = 8.0, 20.0
warnings.filterwarnings("ignore", "loadtxt")


def read(folder):
    """name → n × 5"""
    files = {}
    for path in glob.glob(folder + "/**/*.csv", recursive=True):
        name = os.path.relpath(path, folder)[:-4].removeprefix("synth_")
        fvc = re.fullmatch(r"fvc(\d+)_db(\d)_b[/_](\d+_\d+)", name)
        lines = [line.replace(",", " ") for line in open(path) if not line.startswith("#")]
        files["_".join(fvc.groups()) if fvc else name] = np.loadtxt(lines, ndmin=2).reshape(-1, 5)
    return files


def right(truth, found):
    """(distance, angle) of each found minutia that is right."""
    free, pairs = np.ones(len(truth), bool), []
    for x, y, direction, _, _ in found[np.argsort(-found[:, 4], kind="stable")]:
        distance = np.hypot(truth[:, 0] - x, truth[:, 1] - y)
        angle = np.degrees(np.abs((truth[:, 2] - direction + math.pi) % (2 * math.pi) - math.pi))
        fits = free & (distance <= DISTANCE) & (angle <= ANGLE)
        if fits.any():
            nearest = np.where(fits, distance, np.inf).argmin()
            free[nearest] = False
            pairs.append((distance[nearest], angle[nearest]))
    return pairs


def main():
    truth, found = read(sys.argv[1]), read(sys.argv[2])
    names = sorted(truth.keys() & found.keys())
    pairs = [pair for name in names for pair in right(truth[name], found[name])]
    n, t = sum(len(found[name]) for name in names), sum(len(truth[name]) for name in names)
    precision, recall = len(pairs) / max(n, 1), len(pairs) / max(t, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    distance, angle = np.median(np.array(pairs).reshape(-1, 2), 0)
    print(f"{len(names)} files, {t} true, {n} found: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; median {distance:.2f} px, {angle:.1f}°")


main()
