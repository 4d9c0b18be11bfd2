"""Codes of the standards, and the layout of minutiae."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np


class Finger(IntEnum):
    """Which finger (ANSI/NIST-ITL 1-2011 table 8; ISO/IEC 19794-2:2005 table 2)."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class FingerException(IntEnum):
    """Why a finger has no template."""

    AMPUTATED = 1
    BANDAGED = 2
    NOT_CAPTURED = 3


class MinutiaKind(IntEnum):
    """What a minutia is (ISO/IEC 19794-2:2005, 6.3)."""

    UNKNOWN = 0
    ENDING = 1
    BIFURCATION = 2


MINUTIA_DTYPE: np.dtype[np.void] = np.dtype(
    [
        ("x", "<f4"),  # from the left edge, pixels at 500 ppi, in steps of an eighth
        ("y", "<f4"),  # from the top edge, likewise
        ("direction", "<f4"),  # radians, counter-clockwise from the positive x axis as seen on the image
        ("kind", "u1"),  # MinutiaKind
        ("quality", "u1"),  # the chance in per cent that it is found again
    ]
)


class Appended(NamedTuple):
    """What an append did: encounters that were not there and now are, and those that already were."""

    inserted: int
    repeated: int
