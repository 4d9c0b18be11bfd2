#!/usr/bin/env python3
"""Writes a trained network as `src/extract/weights.bin`: batch normalisation folded, everything in integers but the scales.

usage: export.py WEIGHTS.pt WEIGHTS.bin     WEIGHTS.pt is a state dict of `model.Net`, as torch.save writes it

The file, little-endian: "VTYQ", version u16, number of layers u16; a layer: outputs u16, inputs u16, kernel height u8,
kernel width u8, 0 u16 (inputs: those of an output, so of its group), weights i8 [output][ky][kx][input], -64 to 64, biases i32 [output] in units of the sums, scales f32
[output] from sums to outputs; at the end the CRC32C of all before it. The layers stand in the order in which the network runs
them. `src/extract/weights.rs` reads it, and refuses a bias or a scale beyond its bounds. `descriptor/export.py` writes the same
format.

An output is scale · (bias + sum of weight · input): for all layers but the last in steps of STEP, for the last a number.
"""
import struct
import sys

import numpy as np

VERSION = 0
EPSILON = 1e-5  # torch.nn.BatchNorm2d's default
STEP = 6 / 255  # of an activation
INPUT = 1 / 32  # of a normalised pixel
MAX_WEIGHT, MAX_BIAS = 64, 1 << 23
LAYERS = ["stem.l", "quarter.l", "fine.l", "down.l", *(f"context.{i}.l" for i in range(3)), "up", "join.l", "head"]


def crc32c(data):
    """CRC32C (Castagnoli, RFC 3720), which Python's standard library lacks."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def folded(state, name):
    """Weights [output, input, ky, kx] and biases of a layer, its batch normalisation folded in, as float32."""
    weight = state[f"{name}.c.weight"].numpy()
    if f"{name}.c.bias" in state:
        return weight, state[f"{name}.c.bias"].numpy()
    norm = {key: state[f"{name}.n.{key}"].numpy() for key in ("weight", "bias", "running_mean", "running_var")}
    gain = norm["weight"] / np.sqrt(norm["running_var"] + np.float32(EPSILON))
    return weight * gain[:, None, None, None], norm["bias"] - norm["running_mean"] * gain


def quantised(weight, bias, step_in, step_out):
    """Weights [output, ky, kx, input] as int8, biases as int32, scales as float32, of weights [output, input, ky, kx]."""
    # As in training; a channel that is all bias takes coarser weights, of which nothing is left.
    scale = np.maximum(np.maximum(np.abs(weight).max((1, 2, 3)), 1e-8) / MAX_WEIGHT, np.abs(bias) / step_in / MAX_BIAS)
    whole = np.rint(weight / scale[:, None, None, None]).astype(np.int8)
    return whole.transpose(0, 2, 3, 1), np.rint(bias / (scale * step_in)).astype(np.int32), (scale * step_in / step_out).astype(np.float32)


def layer(state, name):
    """A layer of the network, quantised."""
    return quantised(*folded(state, name), INPUT if name == "stem.l" else STEP, 1 if name == "head" else STEP)


def write(target, layers):
    """The file of these layers, each as `quantised` gives it."""
    out = bytearray(b"VTYQ" + struct.pack("<HH", VERSION, len(layers)))
    for weight, bias, scale in layers:
        outputs, height, width, inputs = weight.shape
        out += struct.pack("<HHBBH", outputs, inputs, height, width, 0)
        out += weight.tobytes() + bias.astype("<i4").tobytes() + scale.astype("<f4").tobytes()
    out += struct.pack("<I", crc32c(out))
    with open(target, "wb") as file:
        file.write(out)
    print(f"{target}: {len(layers)} layers, {len(out)} bytes")


def main(source, target):
    import torch

    state = torch.load(source, map_location="cpu")
    state = state.get("ema", state)
    write(target, [layer(state, name) for name in LAYERS])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
