"""Made-up fingers with their truth, as train.py reads them.

usage: made_up.py OUT FOLDER ...      FOLDER as `vantay synth --truth` writes it

OUT/NAME.npz gets `image` (u8), `points` (n × 5: x, y, direction, 1 for an ending or 0, 1) and `mask` (u8, a quarter of the sides: where the print is).
"""
import json
import os
import sys

import cv2
import numpy as np


def main():
    out, folders = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    for folder in folders:
        for line in open(f"{folder}/manifest.jsonl"):
            path = json.loads(line)["path"]
            stem = os.path.splitext(path)[0]
            points = np.loadtxt(f"{folder}/{stem}.csv", comments="#", ndmin=2).astype(np.float32).reshape(-1, 5)
            foreground = np.load(f"{folder}/{stem}.maps.npy")[0]
            name = f"{os.path.basename(folder.rstrip('/'))}_{stem}"
            image = cv2.imread(f"{folder}/{path}", 0)
            np.savez(f"{out}/{name}.npz", image=image, points=points, mask=(foreground * 255).astype(np.uint8))


main()
