"""Made-up fingers for the tests: ridges as waves around a centre, with minutiae where a spiral phase is added (the AM-FM
model of K. G. Larkin and P. A. Fletcher, Optics Express 15, 2007), so that nobody's finger is needed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import vantay

Image = npt.NDArray[np.uint8]


def finger(seed: int, shift: tuple[int, int] = (0, 0), side: int = 320) -> Image:
    """One impression of finger `seed`, moved by `shift` (columns, rows) pixels."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side].astype(np.float64)
    x, y = x - side / 2 - shift[0], y - side / 2 - shift[1]
    centre = random.uniform(-40, 40, 2)
    phase = 2 * np.pi * np.hypot(x - centre[0], 0.8 * (y - centre[1] - 60)) / 9
    places: list[npt.NDArray[np.float64]] = []
    while len(places) < 30:
        place = random.uniform(-120, 120, 2)
        if all(np.hypot(*(place - other)) > 25 for other in places):
            places.append(place)
    for place in places:
        phase += random.choice([-1, 1]) * np.arctan2(y - place[1], x - place[0])
    ridges = 128 - 90 * np.cos(phase)
    inside = (x / 135) ** 2 + (y / 145) ** 2 < 1
    return np.where(inside, ridges, 255).astype(np.uint8)


def template(seed: int, shift: tuple[int, int] = (0, 0), position: int = 0) -> vantay.Template:
    return vantay.extract(finger(seed, shift), ppi=500, position=position)
