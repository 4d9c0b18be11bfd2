#!/usr/bin/env python3
"""Writes the descriptors' trained network as `src/extract/descriptors.bin`, in the format that `../export.py` tells.

usage: export.py WEIGHTS.pt DESCRIPTORS.bin     WEIGHTS.pt is a state dict, as torch.save writes it

Three layers: that of a place, a filter of 48 inputs and 8 outputs for each of 64 directions one after another, the first at
direction 0; the hidden one, whose kernel lies over the 51 places in a row; and the last, whose numbers' signs are the bits.
The weights of the first are a Fourier series in the direction.
"""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from export import EPSILON, STEP, quantised, write

DIRECTIONS, PLACES = 64, 51


def place(state):
    """Weights [direction · output, input, 1, 1] and biases."""
    series, bias = state["rotc"].numpy(), state["cb"].numpy()
    turns = np.arange(DIRECTIONS) / DIRECTIONS * 2 * np.pi
    waves = [np.ones(DIRECTIONS)]
    for k in range(1, len(series) // 2 + 1):
        waves += [np.cos(k * turns), np.sin(k * turns)]
    weight = np.einsum("kd,kio->doi", waves, series)
    return weight.reshape(-1, series.shape[1], 1, 1), np.tile(bias[0], DIRECTIONS)


def dense(state, name, norm):
    """Weights [output, input] and biases of a layer, its batch normalisation folded in."""
    mean, variance = (state[f"{norm}.running_{key}"].numpy() for key in ("mean", "var"))
    gain = 1 / np.sqrt(variance + np.float32(EPSILON))
    after = 0
    if f"{norm}.weight" in state:
        gain, after = gain * state[f"{norm}.weight"].numpy(), state[f"{norm}.bias"].numpy()
    return state[f"{name}.weight"].numpy() * gain[:, None], (state[f"{name}.bias"].numpy() - mean) * gain + after


def main(source, target):
    import torch

    state = torch.load(source, map_location="cpu")
    hidden, hidden_bias = dense(state, "f1", "bn")
    # A place's channels lie together.
    hidden = hidden.reshape(len(hidden), 1, PLACES, -1).transpose(0, 3, 1, 2)
    last, last_bias = dense(state, "f2", "bn2")
    write(target, [
        quantised(*place(state), STEP, STEP),
        quantised(hidden, hidden_bias, STEP, STEP),
        quantised(last[:, :, None, None], last_bias, STEP, 1),
    ])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
