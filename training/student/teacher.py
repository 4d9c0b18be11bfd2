"""What LEADER sees in an image, as soft points: run once over the training images.

usage: teacher.py DATA OUT

DATA is the folder of real images (fvc.jsonl, more.jsonl and loose images); the fixed fold is left out. OUT/NAME.npz gets `image`
(u8, 500 ppi) and `points` (n × 5: x, y, direction, chance of an ending, chance of a minutia). LEADER (R. Cappelli and
M. Ferrara, PyPI `pyfing`, MIT licence) looks three times, twice at copies shifted, scaled and turned a little, and its maps
are averaged where they agree on the place: points that one look would have by luck get a low chance. What it has seen is not
looked at again.
"""
import glob
import json
import math
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import cv2
import numpy as np
import tensorflow as tf
from pyfing.minutiae_end_to_end import Leader

FOLD = ("fvc2002_db3_b", "fvc2004_db2_b", "fvc2004_db3_b")
LOOSE = (("minex_plain", 500), ("rolled_500ppi", 500), ("rolled_1000ppi", 1000), ("sfinge_nfiq2", 500))
LOOKS = 3
LEAST = 0.08  # points of a lower chance are no points
LARGEST = 1000  # pixels of a side; rolled prints are cut to it
# Where LEADER's minutiae of made-up upright fingers lie beside the truth, the median of four sensors: pixels right, pixels down.
BIAS = 0.3, 0.85

cv2.setNumThreads(0)
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
rng = np.random.default_rng(1)
leader = Leader()
run = tf.function(lambda x: leader.model(x, training=False), reduce_retracing=True)
GAUSS = cv2.getGaussianKernel(5, 0).astype(np.float32)


def at_500_ppi(image, ppi):
    if ppi == 500:
        return image
    size = (round(image.shape[1] * 500 / ppi), round(image.shape[0] * 500 / ppi))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if ppi > 700 else cv2.INTER_CUBIC)


def look(image):
    """LEADER's maps, as large as the image: place (blurred), cosine, sine, type."""
    h, w = image.shape
    tall, wide = -(-h // 32) * 32, -(-w // 32) * 32
    top, left = (tall - h) // 2, (wide - w) // 2
    ground = int(image[0, 0])
    padded = cv2.copyMakeBorder(image, top, tall - h - top, left, wide - w - left, cv2.BORDER_CONSTANT, value=ground)
    y = np.asarray(run(padded[None, ..., None].astype(np.float32)))[0][top : top + h, left : left + w]
    place = cv2.sepFilter2D(y[..., 0], -1, GAUSS, GAUSS)
    return np.dstack([place, np.cos(y[..., 1]), np.sin(y[..., 1]), y[..., 2]]).astype(np.float32)


def looks(image):
    """The mean of LOOKS looks, each laid back on the image."""
    h, w = image.shape
    total, weight = look(image), np.ones((h, w, 1), np.float32)
    for k in range(1, LOOKS):
        angle, scale = rng.uniform(-12, 12) * (k > 1), rng.uniform(0.97, 1.03)
        motion = cv2.getRotationMatrix2D((w / 2, h / 2), angle, scale)
        motion[:, 2] += rng.uniform(-6, 6, 2)
        moved = cv2.warpAffine(image, motion, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        y = look(moved)
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        y[..., 1], y[..., 2] = c * y[..., 1] + s * y[..., 2], -s * y[..., 1] + c * y[..., 2]
        back = cv2.invertAffineTransform(motion)
        inside = cv2.warpAffine(cv2.warpAffine(np.ones((h, w), np.float32), motion, (w, h)), back, (w, h))[..., None]
        total += cv2.warpAffine(y, back, (w, h)) * inside
        weight += inside
    return total / weight


def points(maps):
    """Peaks of the place map; what the other maps say is averaged around each, the nearer to the peak the more."""
    heat = maps[..., 0]
    top = cv2.dilate(heat, np.ones((7, 7), np.uint8))
    found = []
    for r, c in np.argwhere((heat >= LEAST) & (heat == top)):
        rows, columns = slice(max(r - 2, 0), r + 3), slice(max(c - 2, 0), c + 3)
        p = heat[rows, columns] ** 2
        y, x = np.mgrid[rows.start : rows.start + p.shape[0], columns.start : columns.start + p.shape[1]]
        mean = lambda values: float((values * p).sum() / p.sum())
        cosine, sine, kind = (mean(maps[rows, columns, k]) for k in (1, 2, 3))
        found.append((mean(x) - BIAS[0], mean(y) - BIAS[1], math.atan2(sine, cosine) % (2 * math.pi), kind, heat[r, c]))
    return np.array(found, np.float32).reshape(-1, 5)


def sources(data):
    """(name, image, ppi) of every real image that may teach."""
    for name in ("fvc.jsonl", "more.jsonl"):
        for line in open(f"{data}/{name}"):
            r = json.loads(line)
            if r["set"] not in FOLD:
                yield f"{r['subject']}_{r['impression']}", cv2.imread(f"{data}/{r['path']}", 0), r["ppi"]
    for folder, ppi in LOOSE:
        for path in sorted(glob.glob(f"{data}/{folder}/*")):
            image = cv2.imread(path, 0)
            if image is not None:
                yield f"{folder}_{os.path.splitext(os.path.basename(path))[0]}", image, ppi


def main():
    data, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    seen = 0
    for name, image, ppi in sources(data):
        path = f"{out}/{name}.npz"
        if os.path.exists(path):
            continue
        image = at_500_ppi(image, ppi)[:LARGEST, :LARGEST]
        np.savez_compressed(path + ".new.npz", image=image, points=points(looks(image)))
        os.replace(path + ".new.npz", path)
        seen += 1
        if seen % 20 == 0:
            print(seen, name, flush=True)
    print("seen", seen)


main()
