"""Copies of real images, turned by any angle, bent, a little larger or smaller, degraded, some cut, beside the images themselves.

usage: copies.py OUT COPIES MANIFEST ...

OUT/manifest.jsonl lists each image and its COPIES as impressions of one finger. Sets of the fold are left out.
"""
import json
import os
import sys

import numpy as np
from PIL import Image
from scipy import ndimage

FOLD = ("fvc2002_db3", "fvc2004_db2", "fvc2004_db3", "fcj2020")
LEAST, MOST = 96, 700


def copy(image, ppi, dice):
    h, w = image.shape
    scale, angle = 500 / ppi * dice.uniform(0.92, 1.08), dice.uniform(-np.pi, np.pi)
    cos, sin = np.cos(angle), np.sin(angle)
    height = int(np.clip(abs(h * scale * cos) + abs(w * scale * sin), LEAST, MOST))
    width = int(np.clip(abs(w * scale * cos) + abs(h * scale * sin), LEAST, MOST))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x - width / 2, y - height / 2
    for _ in range(2):
        bend = dice.normal(0, 1, (2, 5, 5)) * dice.uniform(0, 5)
        dx, dy = (ndimage.zoom(b, (height / 5, width / 5), order=3)[:height, :width] for b in bend)
        x, y = x + dx, y + dy
    u, v = (cos * x + sin * y) / scale + w / 2, (cos * y - sin * x) / scale + h / 2
    ground = np.median(np.r_[image[0], image[-1], image[:, 0], image[:, -1]])
    out = ndimage.map_coordinates(image.astype(np.float32), [v, u], order=1, cval=ground)
    if dice.random() < 0.25:  # wet or dry
        out = (ndimage.grey_erosion if dice.random() < 0.5 else ndimage.grey_dilation)(out, (2, 2))
    if dice.random() < 0.4:
        out = ndimage.gaussian_filter(out, dice.uniform(0.3, 1.2))
    if dice.random() < 0.3:  # spots without contact
        spots = ndimage.zoom(dice.random((12, 12)), (height / 12, width / 12), order=1)[:height, :width]
        out = np.where(spots > dice.uniform(0.7, 0.9), np.maximum(out, dice.uniform(150, 250)), out)
    out = 255 * np.clip(out / 255, 0, 1) ** dice.uniform(0.6, 1.6) * dice.uniform(0.6, 1) + dice.uniform(0, 40)
    out += dice.normal(0, dice.uniform(0, 15), out.shape)
    if dice.random() < 0.35:
        share = dice.uniform(0.5, 0.9)
        height, width = int(height * share), int(width * share)
        if min(height, width) >= LEAST:
            top, left = dice.integers(0, out.shape[0] - height + 1), dice.integers(0, out.shape[1] - width + 1)
            out = out[top : top + height, left : left + width]
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))


def main():
    folder, copies, dice, number = sys.argv[1], int(sys.argv[2]), np.random.default_rng(5), 0
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/manifest.jsonl", "w") as manifest:
        for source in sys.argv[3:]:
            for line in open(source):
                entry = json.loads(line)
                if entry["set"].startswith(FOLD):
                    continue
                path = os.path.abspath(os.path.join(os.path.dirname(source), entry["path"]))
                image = np.asarray(Image.open(path).convert("L"))
                manifest.write(json.dumps(dict(entry, path=path)) + "\n")
                for c in range(copies):
                    number += 1
                    copy(image, entry.get("ppi") or 500, dice).save(f"{folder}/{number}.png")
                    finger = {key: entry[key] for key in ("set", "subject", "finger")}
                    more = {"impression": 100 * (c + 1) + entry["impression"], "ppi": 500, "path": f"{number}.png"}
                    manifest.write(json.dumps(finger | more) + "\n")


main()
