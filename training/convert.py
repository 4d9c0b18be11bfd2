#!/usr/bin/env python3
"""Writes a trained student's weights as `src/extract/weights.bin`, batch normalisation folded into the convolutions.

usage: convert.py STUDENT.npz WEIGHTS.bin

The file, little-endian: "VTYW", version u16, number of layers u16; a layer: outputs u16, inputs u16, kernel height u8,
kernel width u8, 0 u16, weights f32 [output][ky][kx][input], biases f32 [output]; at the end the CRC32C of all before it.
The layers stand in the order in which the network runs them. `src/extract/weights.rs` reads it.
"""
import struct
import sys

import numpy as np

VERSION = 0
EPSILON = 1e-5  # torch.nn.BatchNorm2d's default


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


def layers(student):
    """(weights [output, input, ky, kx], bias) of each convolution, in the order of the network, as float64."""

    def plain(name):
        return student[f"{name}.weight"].astype(np.float64), student[f"{name}.bias"].astype(np.float64)

    def folded(conv, norm):
        gain = student[f"{norm}.weight"].astype(np.float64) / np.sqrt(student[f"{norm}.running_var"].astype(np.float64) + EPSILON)
        weight = student[f"{conv}.weight"].astype(np.float64) * gain[:, None, None, None]
        return weight, student[f"{norm}.bias"].astype(np.float64) - student[f"{norm}.running_mean"].astype(np.float64) * gain

    def residual(name):
        return [folded(f"{name}.a", f"{name}.n"), plain(f"{name}.b")]

    def residuals(name, count):
        return [layer for i in range(count) for layer in residual(f"{name}.{i}")]

    stem = [folded("s0.0", "s0.1"), folded("s0.3", "s0.4")]
    return stem + residuals("e", 2) + [plain("d")] + residuals("m", 4) + [plain("u")] + residuals("o", 3) + [plain("h")]


def main(source, target):
    student = np.load(source)
    all_layers = layers(student)
    out = bytearray(b"VTYW" + struct.pack("<HH", VERSION, len(all_layers)))
    for weight, bias in all_layers:
        outputs, inputs, height, width = weight.shape
        out += struct.pack("<HHBBH", outputs, inputs, height, width, 0)
        out += weight.transpose(0, 2, 3, 1).astype("<f4").tobytes() + bias.astype("<f4").tobytes()
    out += struct.pack("<I", crc32c(out))
    with open(target, "wb") as file:
        file.write(out)
    print(f"{target}: {len(all_layers)} layers, {len(out)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
