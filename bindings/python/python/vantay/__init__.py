"""Fingerprints: images in, templates, scores, candidates and duplicates out.

>>> import vantay
>>> a = vantay.extract("right-index.png")
>>> b = vantay.extract(image, ppi=500)  # a 2-D uint8 array
>>> vantay.verify(a, b)  # decibels of false-match rate: 40 is one in 10,000
"""

from . import synth
from ._codes import MINUTIA_DTYPE, Appended, Finger, FingerException, MinutiaKind
from ._vantay import (
    CPU_LEVEL,
    EXTRACTOR_VERSION,
    Audit,
    Candidate,
    DamagedError,
    DuplicatePair,
    Duplicates,
    Encounter,
    Error,
    Extractor,
    Gallery,
    ImageError,
    IncompatibleError,
    LockedError,
    ManifestError,
    Missing,
    Template,
    TemplateError,
    Writer,
    __version__,
    backup,
    check_audit,
    dedup,
    extract,
    identify,
    restore,
    threshold,
    verify,
    verify_gallery,
)

__all__ = [
    "CPU_LEVEL",
    "EXTRACTOR_VERSION",
    "MINUTIA_DTYPE",
    "Appended",
    "Audit",
    "Candidate",
    "DamagedError",
    "DuplicatePair",
    "Duplicates",
    "Encounter",
    "Error",
    "Extractor",
    "Finger",
    "FingerException",
    "Gallery",
    "ImageError",
    "IncompatibleError",
    "LockedError",
    "ManifestError",
    "MinutiaKind",
    "Missing",
    "Template",
    "TemplateError",
    "Writer",
    "__version__",
    "backup",
    "check_audit",
    "dedup",
    "extract",
    "identify",
    "restore",
    "synth",
    "threshold",
    "verify",
    "verify_gallery",
]
