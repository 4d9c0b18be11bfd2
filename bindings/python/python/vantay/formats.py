"""The records that other systems speak: minutiae, finger images and ANSI/NIST-ITL transactions.

>>> from vantay import formats
>>> templates = formats.read_templates(open("finger.fmr", "rb").read())
>>> record = formats.write_templates(templates, "incits2004")
>>> card = formats.write_card(templates[0], most=60, order="xy")
"""

from ._vantay import read_card, read_fingers, read_image, read_templates, write_card, write_templates, write_wsq

__all__ = [
    "read_card",
    "read_fingers",
    "read_image",
    "read_templates",
    "write_card",
    "write_templates",
    "write_wsq",
]
