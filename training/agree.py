#!/usr/bin/env python3
"""Holds the extractor against PyTorch: the same minutiae within 0.5 px and 1°, set by set.

usage: agree.py STUDENT.npz FOLDER     FOLDER as `cargo run --release --example detections -- MANIFEST FOLDER` leaves it

PyTorch gets the very images that the extractor's network saw (FOLDER/*.pgm) and the weights as they were trained, with batch
normalisation unfolded; normalisation is OpenCV's, in float32. Exit status 1 where a minutia of either side has no twin.
"""
import glob
import os
import sys

import cv2
import numpy as np
import torch
from torch.nn import functional as F

PIXELS, DEGREES = 0.5, 1.0
WINDOW, FLOOR, CELL, CENTRE, LEAST, RADIUS, MOST = 31, 0.05, 4, 0.375, 0.3, 6.0, 200


class Student:
    """The network as it was trained."""

    def __init__(self, path):
        self.p = {name: torch.from_numpy(array) for name, array in np.load(path).items()}

    def conv(self, name, x, **how):
        return F.conv2d(x, self.p[f"{name}.weight"], self.p.get(f"{name}.bias"), **how)

    def norm(self, name, x):
        p = self.p
        moments = p[f"{name}.running_mean"], p[f"{name}.running_var"]
        return F.relu(F.batch_norm(x, *moments, p[f"{name}.weight"], p[f"{name}.bias"]))

    def residual(self, name, x, reach=1):
        hidden = self.norm(f"{name}.n", self.conv(f"{name}.a", x, padding=reach, dilation=reach))
        return x + self.conv(f"{name}.b", hidden)

    @torch.no_grad()
    def maps(self, image):
        x = torch.from_numpy(image)[None, None]
        x = self.norm("s0.1", self.conv("s0.0", x, stride=2, padding=2))
        x = self.norm("s0.4", self.conv("s0.3", x, stride=2, padding=1))
        for name in ("e.0", "e.1"):
            x = self.residual(name, x)
        context = self.conv("d", x, stride=2)
        for name, reach in (("m.0", 1), ("m.1", 2), ("m.2", 1), ("m.3", 2)):
            context = self.residual(name, context, reach)
        x = x + F.interpolate(self.conv("u", context), scale_factor=2)
        for name in ("o.0", "o.1", "o.2"):
            x = self.residual(name, x)
        return self.conv("h", x)[0].numpy().astype(np.float64)


def normalize(pixels):
    height, width = pixels.shape
    image = cv2.copyMakeBorder(pixels, 0, -height % 8, 0, -width % 8, cv2.BORDER_REPLICATE).astype(np.float32) / 255
    mean, square = cv2.blur(image, (WINDOW, WINDOW)), cv2.blur(image * image, (WINDOW, WINDOW))
    return (image - mean) / (np.sqrt(np.maximum(square - mean * mean, 0)) + np.float32(FLOOR))


def minutiae(maps, width, height):
    """x, y, direction in degrees, quality; the best first."""
    heat = 1 / (1 + np.exp(-maps[0]))
    rows, columns = np.nonzero((heat >= LEAST) & (heat >= cv2.dilate(heat, np.ones((3, 3)))))
    x, y = (columns + maps[1, rows, columns] + CENTRE) * CELL, (rows + maps[2, rows, columns] + CENTRE) * CELL
    direction = np.degrees(np.arctan2(maps[4, rows, columns], maps[3, rows, columns]))
    found = np.stack([x, y, direction, heat[rows, columns]], 1)[(x >= 0) & (x < width) & (y >= 0) & (y < height)]
    kept = []
    for m in found[np.argsort(-found[:, 3], kind="stable")]:
        if all(np.hypot(m[0] - k[0], m[1] - k[1]) > RADIUS for k in kept) and len(kept) < MOST:
            kept.append(m)
    return np.array(kept).reshape(-1, 4)


def compare(ours, theirs):
    """How many of ours have a twin among theirs, and the largest distance and angle between twins."""
    if not len(ours) or not len(theirs):
        return 0, 0.0, 0.0
    pixels = np.hypot(ours[:, None, 0] - theirs[None, :, 0], ours[:, None, 1] - theirs[None, :, 1])
    nearest = pixels.argmin(1)
    pixels, turn = pixels.min(1), np.abs((ours[:, 2] - theirs[nearest, 2] + 180) % 360 - 180)
    twins = (pixels <= PIXELS) & (turn <= DEGREES)
    return twins.sum(), pixels[twins].max(initial=0), turn[twins].max(initial=0)


def main(weights, folder):
    torch.set_num_threads(1)
    student, sets = Student(weights), {}
    for path in sorted(glob.glob(f"{folder}/*.pgm")):
        pixels = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        height, width = pixels.shape
        theirs = minutiae(student.maps(normalize(pixels)), width, height)
        ours = np.loadtxt(path[:-4] + ".csv", delimiter=",", ndmin=2).reshape(-1, 5)
        ours[:, 2] = np.degrees(ours[:, 2])
        (forth, *worst), (back, *_) = compare(ours, theirs), compare(theirs, ours)
        row = sets.setdefault(os.path.basename(path).rsplit("_", 2)[0], [])
        row.append([1, len(ours), len(theirs), forth, back, *worst])
    if not sets:
        sys.exit(f"{folder} has no *.pgm: run the example `detections` first")
    print("| set | images | minutiae, vantay | minutiae, PyTorch | with a twin, vantay | with a twin, PyTorch | largest px | largest ° |")
    print("|---|---|---|---|---|---|---|---|")
    good = True
    for name, rows in sets.items():
        *counts, pixels, degrees = *np.sum(rows, 0)[:5].astype(int), *np.max(rows, 0)[5:]
        good &= counts[1] == counts[3] and counts[2] == counts[4]
        print("|", " | ".join([name, *map(str, counts), f"{pixels:.5f}", f"{degrees:.4f}"]), "|")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
