"""Fingerprints: images in, templates, scores, candidates and duplicates out.

>>> import vantay
>>> a = vantay.extract("right-index.png")
>>> b = vantay.extract(image, ppi=500)  # a 2-D uint8 array
>>> vantay.verify(a, b)  # decibels of false-match rate: 40 is one in 10,000
"""

from ._codes import MINUTIA_DTYPE, Finger, FingerException, MinutiaKind
from ._vantay import (
    CPU_LEVEL,
    EXTRACTOR_VERSION,
    Candidate,
    DamagedError,
    DuplicatePair,
    Duplicates,
    Encounter,
    Error,
    Extractor,
    ImageError,
    IncompatibleError,
    LockedError,
    ManifestError,
    Missing,
    Template,
    TemplateError,
    __version__,
    dedup,
    extract,
    identify,
    threshold,
    verify,
)

__all__ = [
    "CPU_LEVEL",
    "EXTRACTOR_VERSION",
    "MINUTIA_DTYPE",
    "Candidate",
    "DamagedError",
    "DuplicatePair",
    "Duplicates",
    "Encounter",
    "Error",
    "Extractor",
    "Finger",
    "FingerException",
    "ImageError",
    "IncompatibleError",
    "LockedError",
    "ManifestError",
    "MinutiaKind",
    "Missing",
    "Template",
    "TemplateError",
    "__version__",
    "dedup",
    "extract",
    "identify",
    "threshold",
    "verify",
]
