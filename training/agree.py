#!/usr/bin/env python3
"""Holds the extractor against its definition, stage by stage, on real images.

usage: agree.py WEIGHTS.pt FOLDER     FOLDER as `cargo run --release --example detections -- MANIFEST FOLDER` leaves it

The definition is the same network in numpy and PyTorch, with whole numbers in float64, where every sum is exact: normalised
image, activations after `fine`, after the context, after `up`, and the maps must be the same numbers. So must the minutiae
(within 0.01 px and 0.01°, as numpy's functions are not the crate's). Beside them stands how far `quantised(net)`, which was
trained, is from these numbers: its activations are the same but where float32 falls on the other side of a half.
Exit status 1 where a number of the definition differs.
"""
import glob
import os
import sys

import cv2
import numpy as np
import torch
from torch.nn import functional as F

sys.path.append(os.path.join(os.path.dirname(__file__), "student"))
from export import INPUT, LAYERS, STEP, layer
from model import Net, quantised

PIXELS, DEGREES = 0.01, 0.01
WINDOW, FLOOR, STEPS = 31, 0.05 * 255, 32
CELL, CENTRE, LEAST, RADIUS, MOST = 4, 0.375, 0.25, 6.0, 200
FINE, COARSE, MAPS = 32, 48, 9
CONTEXT = (1, 2, 3)


def normalised(pixels):
    """Steps of 1/32 around 128, of the image padded to multiples of 8; whole sums, then float64."""
    height, width = pixels.shape
    image = cv2.copyMakeBorder(pixels, 0, -height % 8, 0, -width % 8, cv2.BORDER_REPLICATE).astype(np.float64)
    area = WINDOW * WINDOW
    total, squares = (cv2.boxFilter(v, -1, (WINDOW, WINDOW), normalize=False) for v in (image, image * image))
    steps = STEPS * (area * image - total) / (np.sqrt(area * squares - total * total) + area * FLOOR)
    return (np.clip(np.rint(steps), -128, 127) + 128).astype(np.uint8)


class Integers:
    """The network in whole numbers."""

    def __init__(self, state):
        self.layers = {name: layer(state, name) for name in LAYERS}

    def scaled(self, name, x, **how):
        weight, bias, scale = self.layers[name]
        weight = torch.from_numpy(weight.transpose(0, 3, 1, 2).astype(np.float64))
        sums = F.conv2d(x, weight, torch.from_numpy(bias.astype(np.float64)), **how)
        return sums.float() * torch.from_numpy(scale)[:, None, None]

    def clipped(self, name, x, add=0, **how):
        return (torch.round(self.scaled(name, x, **how)).double() + add).clamp(0, 255)

    @torch.no_grad()
    def stages(self, image):
        """Activations after `fine`, the context and `up`, and the maps."""
        x = torch.from_numpy(image.astype(np.float64))[None, None] - 128
        x = self.clipped("quarter.l", self.clipped("stem.l", x, stride=2, padding=1), stride=2, padding=1)
        fine = self.clipped("fine.l", x, x, padding=1, groups=2)
        x = self.clipped("down.l", fine, stride=2)
        for i, reach in enumerate(CONTEXT):
            x = self.clipped(f"context.{i}.l", x, x, padding=reach, dilation=reach)
        up = (F.pixel_shuffle(torch.round(self.scaled("up", x)).double(), 2) + fine).clamp(0, 255)
        maps = self.scaled("head", self.clipped("join.l", up, up, padding=1))
        return [v[0].permute(1, 2, 0).numpy() for v in (fine, x, up, maps)]


def trained(net, image):
    """The same from the network as it was trained."""
    seen = []
    hooks = [m.register_forward_hook(lambda m, i, o: seen.append(o)) for m in (net.fine, net.context)]
    hooks.append(net.join.register_forward_pre_hook(lambda m, i: seen.append(i[0])))
    x = (torch.from_numpy(image.astype(np.float32))[None, None] - 128) * INPUT
    with torch.no_grad():
        maps = net(x)[0].permute(1, 2, 0).numpy()
    for hook in hooks:
        hook.remove()
    return [np.rint(v[0].permute(1, 2, 0).numpy() / STEP) for v in seen] + [maps]


def read(path):
    """What the example wrote: sides, then image, fine, coarse, up in bytes, then the maps in float32."""
    data = np.fromfile(path, np.uint8)
    width, height = data[:8].view("<u4").astype(int)
    shapes = [(height, width), (height // 4, width // 4, FINE), (height // 8, width // 8, COARSE), (height // 4, width // 4, FINE)]
    stages, at = [], 8
    for shape in shapes:
        stages.append(data[at : at + np.prod(shape)].reshape(shape))
        at += np.prod(shape)
    return stages + [data[at:].copy().view("<f4").reshape(height // 4, width // 4, MAPS)]


def minutiae(maps, width, height):
    """x, y, direction in degrees, quality; the best first."""
    maps = maps.astype(np.float64)
    heat = maps[..., 0]
    rows, columns = np.nonzero((heat >= np.log(LEAST / (1 - LEAST))) & (heat >= cv2.dilate(heat, np.ones((3, 3)))))
    x, y = (columns + maps[rows, columns, 1] + CENTRE) * CELL, (rows + maps[rows, columns, 2] + CENTRE) * CELL
    direction = np.degrees(np.arctan2(maps[rows, columns, 4], maps[rows, columns, 3]))
    found = np.stack([x, y, direction, heat[rows, columns]], 1)[(x >= 0) & (x < width) & (y >= 0) & (y < height)]
    kept = []
    for m in found[np.argsort(-found[:, 3], kind="stable")]:
        if all(np.hypot(m[0] - k[0], m[1] - k[1]) > RADIUS for k in kept) and len(kept) < MOST:
            kept.append(m)
    return np.array(kept).reshape(-1, 4)


def alike(ours, theirs):
    """Whether they are the same minutiae in the same order."""
    if len(ours) != len(theirs):
        return False
    turn = np.abs((ours[:, 2] - theirs[:, 2] + 180) % 360 - 180)
    return bool((np.hypot(*(ours[:, :2] - theirs[:, :2]).T) <= PIXELS).all() and (turn <= DEGREES).all())


def main(weights, folder):
    torch.set_num_threads(1)
    state = torch.load(weights, map_location="cpu")
    state = state.get("ema", state)
    integers, net, sets = Integers(state), Net(), {}
    net.load_state_dict(state)
    quantised(net.eval())
    for path in sorted(glob.glob(f"{folder}/*.pgm")):
        pixels = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        height, width = pixels.shape
        image = normalised(pixels)
        definition = [image, *integers.stages(image)]
        crate = read(path[:-4] + ".stages")
        wrong = [int((a != b).sum()) for a, b in zip(crate, definition, strict=True)]
        float32 = trained(net, image)
        off = [np.mean(a != b) for a, b in zip(crate[1:4], float32[:3], strict=True)]
        off.append(np.abs(crate[4] - float32[3])[..., 0].max())
        theirs = minutiae(definition[4], width, height)
        ours = np.loadtxt(path[:-4] + ".csv", delimiter=",", ndmin=2).reshape(-1, 5)
        ours[:, 2] = np.degrees(ours[:, 2])
        row = sets.setdefault(os.path.basename(path).rsplit("_", 2)[0], [])
        row.append([1, *wrong, len(ours), not alike(ours, theirs), *off])
    if not sets:
        sys.exit(f"{folder} has no *.pgm: run the example `detections` first")
    print("| set | images | numbers that differ: image, fine, context, up, maps | minutiae | images whose minutiae differ "
          "| `quantised(net)`: activations off in fine, context, up, % | largest difference of heat |")
    print("|---|---|---|---|---|---|---|")
    good = True
    for name, rows in sets.items():
        counts, off = np.sum(rows, 0).astype(int), np.array(rows)[:, 8:]
        good &= not counts[1:6].any() and counts[7] == 0
        share = ", ".join(f"{100 * v:.4f}" for v in off[:, :3].mean(0))
        print(f"| {name} | {counts[0]} | {', '.join(map(str, counts[1:6]))} | {counts[6]} | {counts[7]} | {share} | {off[:, 3].max():.4f} |")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
